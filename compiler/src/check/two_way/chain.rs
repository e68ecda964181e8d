//! A value as the field that it begins with and the steps that are done to it.

use tenon_dsl::ast::expr::{Call, Expr, ExprKind, UnaryOp};
use tenon_dsl::source::{Name, Span};

/// A value as a field and what is done to it.
pub(super) struct Chain<'e> {
    /// The field.
    pub(super) base: &'e Expr,
    /// In order.
    pub(super) steps: Vec<Step<'e>>,
}

/// A step of a chain.
#[derive(Clone, Copy)]
pub(super) enum Step<'e> {
    /// `| f(..)`
    Call(&'e Call),
    /// `not x`
    Not(Span),
}

/// A value as a field and steps; what it is else, and why that has no way back.
pub(super) fn chain(value: &Expr) -> Result<Chain<'_>, (Span, String)> {
    use ExprKind as Kind;
    let no = |why: &str| Err((value.span, why.to_owned()));
    match &value.kind {
        Kind::Name(_) | Kind::QuotedName(_) => Ok(Chain {
            base: value,
            steps: Vec::new(),
        }),
        Kind::Field { of, .. } => chain(of).and_then(|inner| match inner.steps.is_empty() {
            true => Ok(Chain {
                base: value,
                steps: Vec::new(),
            }),
            false => no("a field of what a step gives cannot be written"),
        }),
        Kind::Pipe { input, step } => {
            let mut made = chain(input)?;
            if step.args.iter().any(|arg| is_hole(&arg.value)) {
                return Err((
                    step.span,
                    "a step that puts the value elsewhere by `_` has no inverse".to_owned(),
                ));
            }
            made.steps.push(Step::Call(step));
            Ok(made)
        }
        Kind::Unary { op, operand } if op.value == UnaryOp::Not => {
            let mut made = chain(operand)?;
            made.steps.push(Step::Not(op.span));
            Ok(made)
        }
        Kind::Default { value: _, default } => Err((
            default.span,
            "stands for an absent value, so nobody can tell on the way back whether there was one".to_owned(),
        )),
        Kind::Catch { value: _, fallback } => Err((
            fallback.span,
            "stands for any value that failed, so none of them can be found again".to_owned(),
        )),
        Kind::Match { .. } => no("a `match` has no way back; a `table` has"),
        Kind::If { .. } => no("a choice has no way back: nobody can tell which branch it came from"),
        Kind::Text(_) | Kind::RawText(_) => no("a text that is put together does not come apart again"),
        Kind::Int(_) | Kind::Decimal(_) | Kind::Bool(_) | Kind::Null | Kind::Missing => {
            no("a constant is made from no field")
        }
        Kind::Call(_) => no("a call of several values has no way back; a pipe that begins with one field has"),
        Kind::Unary { .. } | Kind::Binary { .. } | Kind::Is { .. } | Kind::In { .. } => {
            no("an operator has no way back")
        }
        Kind::Hole | Kind::Index { .. } | Kind::List(_) | Kind::Record(_) | Kind::Lambda { .. } => {
            no("this is no field of the outside that could be written")
        }
    }
}

fn is_hole(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Hole)
}

/// `prefs`, `permissionLevel`
pub(super) fn names_of(path: &Expr, names: &mut Vec<Name>) {
    if let ExprKind::Name(word) | ExprKind::QuotedName(word) = &path.kind {
        names.push(Name::new(word.clone(), path.span));
    } else if let ExprKind::Field { of, name, safe: _ } = &path.kind {
        names_of(of, names);
        names.push(name.clone());
    }
}
