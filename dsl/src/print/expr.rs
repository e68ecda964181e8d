//! Expressions on one line, with the parentheses that the tree needs and no others.

use super::Printer;
use super::word::{any_name, escaped, field_name, function, joined, name, raw};
use crate::ast::expr::{
    Arg, BinaryOp, Call, Expr, ExprKind, Mark, MatchArm, Presence, RecordField, Text, TextPart, UnaryOp,
};

/// How tight an expression binds; one that stands where a tighter one is needed gets parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Between commas or brackets, where a lambda, `if` or `match` may go on.
    Full,
    /// Left of `|`, `??`, `catch`.
    Flow,
    /// Right of `??` and `catch`, and operands of `or`.
    Or,
    /// Operands of `and`.
    And,
    /// `not x`
    Not,
    /// `a == b`
    Compare,
    /// `a + b`
    Add,
    /// `a * b`
    Multiply,
    /// `-x`
    Negate,
    /// What a field or an index may hang behind.
    Primary,
}

impl Level {
    /// The next tighter one.
    fn tighter(self) -> Self {
        match self {
            Self::Full => Self::Flow,
            Self::Flow => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Compare,
            Self::Compare => Self::Add,
            Self::Add => Self::Multiply,
            Self::Multiply => Self::Negate,
            Self::Negate | Self::Primary => Self::Primary,
        }
    }
}

/// How tight an expression binds by itself.
pub(super) fn level(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::Lambda { .. } | ExprKind::If { .. } | ExprKind::Match { .. } => Level::Full,
        ExprKind::Pipe { .. } | ExprKind::Default { .. } | ExprKind::Catch { .. } => Level::Flow,
        ExprKind::Binary { op, .. } => operator_level(op.value),
        ExprKind::Unary { op, .. } => match op.value {
            UnaryOp::Not => Level::Not,
            UnaryOp::Negate => Level::Negate,
        },
        ExprKind::Is { .. } | ExprKind::In { .. } => Level::Compare,
        ExprKind::Name(_)
        | ExprKind::QuotedName(_)
        | ExprKind::Hole
        | ExprKind::Field { .. }
        | ExprKind::Index { .. }
        | ExprKind::Int(_)
        | ExprKind::Decimal(_)
        | ExprKind::Text(_)
        | ExprKind::RawText(_)
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Missing
        | ExprKind::List(_)
        | ExprKind::Record(_)
        | ExprKind::Call(_) => Level::Primary,
    }
}

fn operator_level(op: BinaryOp) -> Level {
    match op {
        BinaryOp::Or => Level::Or,
        BinaryOp::And => Level::And,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessOrEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterOrEqual => Level::Compare,
        BinaryOp::Add | BinaryOp::Subtract => Level::Add,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => Level::Multiply,
    }
}

/// What the operands of an operator must be; comparisons are not compared again.
pub(super) fn operand_levels(op: BinaryOp) -> (Level, Level) {
    let level = operator_level(op);
    match level {
        Level::Compare => (Level::Add, Level::Add),
        Level::Full
        | Level::Flow
        | Level::Or
        | Level::And
        | Level::Not
        | Level::Add
        | Level::Multiply
        | Level::Negate
        | Level::Primary => (level, level.tighter()),
    }
}

/// Whether an expression needs parentheses where `least` is needed. Behind `??` and `catch` an `if` or `match` ends by itself.
pub(super) fn needs_parentheses(expr: &Expr, least: Level) -> bool {
    let ends_by_itself = matches!(expr.kind, ExprKind::If { .. } | ExprKind::Match { .. });
    level(expr) < least && !(least == Level::Or && ends_by_itself)
}

/// The sign of an operator.
pub(super) fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
    }
}

/// The word of a question.
pub(super) fn presence(what: Presence) -> &'static str {
    match what {
        Presence::Present => "present",
        Presence::Absent => "absent",
        Presence::Null => "null",
        Presence::Missing => "missing",
    }
}

/// What stands before the operand of an operator.
pub(super) fn prefix(op: UnaryOp) -> (&'static str, Level) {
    match op {
        UnaryOp::Not => ("not ", Level::Not),
        UnaryOp::Negate => ("-", Level::Negate),
    }
}

impl Printer<'_> {
    /// An expression on one line.
    pub(super) fn expr(&self, expr: &Expr) -> String {
        self.expr_at(expr, Level::Full)
    }

    /// An expression on one line, where `least` is needed.
    pub(super) fn expr_at(&self, expr: &Expr, least: Level) -> String {
        let inside = self.bare(expr);
        match needs_parentheses(expr, least) {
            true => format!("({inside})"),
            false => inside,
        }
    }

    /// An expression behind `default`, `keyed by` and the like: no operator between values without parentheses.
    pub(super) fn operand(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Unary { op, operand } => format!("{}{}", prefix(op.value).0, self.operand(operand)),
            ExprKind::If { .. } | ExprKind::Match { .. } => self.bare(expr),
            ExprKind::Lambda { .. }
            | ExprKind::Pipe { .. }
            | ExprKind::Default { .. }
            | ExprKind::Catch { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Is { .. }
            | ExprKind::In { .. }
            | ExprKind::Name(_)
            | ExprKind::QuotedName(_)
            | ExprKind::Hole
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Text(_)
            | ExprKind::RawText(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Missing
            | ExprKind::List(_)
            | ExprKind::Record(_)
            | ExprKind::Call(_) => self.expr_at(expr, Level::Primary),
        }
    }

    fn bare(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Name(name) => name.clone(),
            ExprKind::QuotedName(name) => format!("`{name}`"),
            ExprKind::Hole => "_".to_owned(),
            ExprKind::Field { of, name: field, safe } => {
                let dot = if *safe { "?." } else { "." };
                format!("{}{dot}{}", self.expr_at(of, Level::Primary), name(&field.value))
            }
            ExprKind::Index { of, index } => format!("{}[{}]", self.expr_at(of, Level::Primary), self.expr(index)),
            ExprKind::Int(digits) | ExprKind::Decimal(digits) => digits.clone(),
            ExprKind::Text(text) => self.text(text),
            ExprKind::RawText(value) => raw(value),
            ExprKind::Bool(true) => "true".to_owned(),
            ExprKind::Bool(false) => "false".to_owned(),
            ExprKind::Null => "null".to_owned(),
            ExprKind::Missing => "missing".to_owned(),
            ExprKind::List(items) => format!("[{}]", joined(items, |item| self.expr(item))),
            ExprKind::Record(fields) if fields.is_empty() => "{}".to_owned(),
            ExprKind::Record(fields) => format!("{{ {} }}", joined(fields, |field| self.record_field(field))),
            ExprKind::Call(call) => format!("{}({})", self.call_head(call), self.args(&call.args)),
            ExprKind::Pipe { input, step } => format!("{} | {}", self.expr_at(input, Level::Flow), self.step(step)),
            ExprKind::Default { value, default } => self.flow(value, "??", default),
            ExprKind::Catch { value, fallback } => self.flow(value, "catch", fallback),
            ExprKind::Lambda { param, body } => format!("{} => {}", name(&param.value), self.expr(body)),
            ExprKind::Unary { op, operand } => {
                let (sign, least) = prefix(op.value);
                format!("{sign}{}", self.expr_at(operand, least))
            }
            ExprKind::Binary { op, left, right } => {
                let (first, second) = operand_levels(op.value);
                let (left, right) = (self.expr_at(left, first), self.expr_at(right, second));
                format!("{left} {} {right}", operator(op.value))
            }
            ExprKind::Is { of, what } => {
                format!("{} is {}", self.expr_at(of, Level::Add), presence(what.value))
            }
            ExprKind::In { value, list } => {
                format!(
                    "{} in {}",
                    self.expr_at(value, Level::Add),
                    self.expr_at(list, Level::Add)
                )
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => self.if_expr(condition, then, otherwise.as_deref()),
            ExprKind::Match { subject, arms } => {
                format!(
                    "{} {{ {} }}",
                    self.match_head(subject),
                    joined(arms, |arm| self.arm(arm))
                )
            }
        }
    }

    fn flow(&self, value: &Expr, sign: &str, other: &Expr) -> String {
        format!(
            "{} {sign} {}",
            self.expr_at(value, Level::Flow),
            self.expr_at(other, Level::Or)
        )
    }

    fn if_expr(&self, condition: &Expr, then: &Expr, otherwise: Option<&Expr>) -> String {
        let head = format!("if {} {{ {} }}", self.expr(condition), self.expr(then));
        match otherwise {
            None => head,
            Some(other) if matches!(other.kind, ExprKind::If { .. }) => format!("{head} else {}", self.expr(other)),
            Some(other) => format!("{head} else {{ {} }}", self.expr(other)),
        }
    }

    /// `match x`
    fn match_head(&self, subject: &Expr) -> String {
        match self.begins_with_brace(subject) {
            true => format!("match ({})", self.expr(subject)),
            false => format!("match {}", self.expr(subject)),
        }
    }

    /// Whether the subject of a `match` begins with a brace, which would be taken for that of the arms.
    pub(super) fn begins_with_brace(&self, subject: &Expr) -> bool {
        self.expr(subject).starts_with('{')
    }

    fn arm(&self, arm: &MatchArm) -> String {
        format!("{} => {}", self.patterns(arm), self.expr(&arm.value))
    }

    /// `"a" | "b"`
    pub(super) fn patterns(&self, arm: &MatchArm) -> String {
        let patterns: Vec<String> = arm.patterns.iter().map(|pattern| self.expr(pattern)).collect();
        patterns.join(" | ")
    }

    /// `name: value` in a record
    pub(super) fn record_field(&self, field: &RecordField) -> String {
        format!("{}: {}", field_name(&field.name.value), self.expr(&field.value))
    }

    /// A step of a pipe: without parentheses where it has no arguments.
    pub(super) fn step(&self, call: &Call) -> String {
        match call.args.is_empty() {
            true => self.step_head(call),
            false => format!("{}({})", self.step_head(call), self.args(&call.args)),
        }
    }

    /// The function of a call and its mark.
    pub(super) fn call_head(&self, call: &Call) -> String {
        format!("{}{}", function(&call.function.value), mark(call))
    }

    /// The function of a step and its mark; `not` is a function there.
    pub(super) fn step_head(&self, call: &Call) -> String {
        match call.function.value.as_str() {
            "not" => format!("not{}", mark(call)),
            _ => self.call_head(call),
        }
    }

    /// What stands between the parentheses of a call.
    pub(super) fn args(&self, args: &[Arg]) -> String {
        joined(args, |arg| self.arg(arg))
    }

    /// `code = _`
    pub(super) fn arg(&self, arg: &Arg) -> String {
        match &arg.name {
            Some(name) => format!("{} = {}", any_name(&name.value), self.expr(&arg.value)),
            None => self.expr(&arg.value),
        }
    }

    /// A text with paths in braces.
    pub(super) fn text(&self, text: &Text) -> String {
        let parts = text.parts.iter().map(|part| match part {
            TextPart::Literal(literal) => escaped(literal),
            TextPart::Value(path) => format!("{{{}}}", self.expr(path)),
        });
        format!("\"{}\"", parts.collect::<String>())
    }

    /// The path of a web address: no quotes, no escapes, no blanks.
    pub(super) fn url(&self, text: &Text) -> String {
        let parts = text.parts.iter().map(|part| match part {
            TextPart::Literal(literal) => literal.clone(),
            TextPart::Value(path) => format!("{{{}}}", self.expr(path)).replace(' ', ""),
        });
        parts.collect()
    }
}

fn mark(call: &Call) -> &'static str {
    match call.mark.as_ref().map(|mark| mark.value) {
        Some(Mark::Must) => "!",
        Some(Mark::May) => "?",
        None => "",
    }
}
