//! Calls: what a name in front of parentheses, or behind a pipe, means; which argument is which; what a failure becomes.

use crate::builtin;
use crate::check::body::{Body, Unhandled};
use crate::check::handed::{advice, handed_over, takes_absent};
use crate::error::{failure, lookup, typing};
use crate::ir::expr::{Base, Expr, ExprKind, Presence, Type};
use crate::ir::mapping::Direction;
use crate::ir::{Scalar, TableId};
use crate::resolve::Owner;
use crate::types;
use tenon_dsl::ast::ExternKind;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::edit::Edit;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// An argument before it is checked.
#[derive(Clone, Debug)]
pub(super) enum Given<'e> {
    /// The piped value, checked already.
    Piped(Expr),
    /// What the author wrote.
    Written(&'e ast::Expr),
}

impl Given<'_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Given::Piped(value) => value.place.span,
            Given::Written(written) => written.span,
        }
    }
}

impl Body<'_, '_> {
    /// `f(x, a = 1)`, and as a step of a pipe `f(a = 1)`
    pub(super) fn call(&mut self, call: &ast::Call, piped: Option<Expr>, span: Span) -> Expr {
        if piped.as_ref().is_some_and(|piped| types::is_wrong(&piped.ty)) {
            return self.silent(span);
        }
        if piped.as_ref().is_some_and(|piped| uses_hole(call) && is_large(piped)) {
            return self.wrong(typing::large_hole(call.span), span);
        }
        let word = call.function.value.as_str();
        let outside = self.world.outside;
        match (
            builtin::find(word),
            outside.table(word),
            outside.external_function(word),
        ) {
            (Some(function), _, _) if function.is_lookup() => self.lookup(function, call, piped, span),
            (Some(function), _, _) => self.builtin(function, call, piped, span),
            (None, Some(table), _) => self.table(table, call, piped, span),
            (None, None, Some(id)) => self.external(id, call, piped, span),
            (None, None, None) => {
                if let Some(report) = self.lost(&Owner::Connector, word, call.function.span) {
                    return self.wrong(report, span);
                }
                let report = self.unknown_function(call);
                self.wrong(report, span)
            }
        }
    }

    /// Whether a word is a function, a table or an `extern fn`.
    pub(super) fn is_function(&self, word: &str) -> bool {
        let outside = self.world.outside;
        builtin::find(word).is_some() || outside.table(word).is_some() || outside.external_function(word).is_some()
    }

    pub(super) fn signature(&self, function: &str) -> String {
        match builtin::find(function) {
            Some(function) => function.signature(),
            None => function.to_owned(),
        }
    }

    /// The arguments by parameter. Without `_` the piped value is the first.
    pub(super) fn arguments<'e>(
        &self,
        call: &'e ast::Call,
        piped: Option<&Expr>,
        params: &[&str],
        has_rest: HasRest,
        signature: &str,
    ) -> Result<Vec<Option<Given<'e>>>, Report> {
        let mut slots: Vec<Option<Given<'e>>> = vec![None; params.len()];
        let mut next = 0;
        if let Some(piped) = piped.filter(|_| !uses_hole(call)) {
            match slots.first_mut() {
                Some(first) => *first = Some(Given::Piped(piped.clone())),
                None => return Err(arguments_error(call, "takes nothing that is piped", signature)),
            }
            next = 1;
        }
        for arg in &call.args {
            let at = match &arg.name {
                Some(name) => match params.iter().position(|param| *param == name.value) {
                    Some(at) => at,
                    None => {
                        let what = format!("`{}` has no argument `{}`", call.function.value, name.value);
                        return Err(typing::wrong_arguments(name.span, &what, "unknown argument", signature));
                    }
                },
                None => {
                    next += 1;
                    next - 1
                }
            };
            let given = Some(Given::Written(&arg.value));
            match slots.get_mut(at) {
                Some(slot) if slot.is_none() => *slot = given,
                None if has_rest == HasRest::Yes => slots.push(given),
                Some(_) | None => return Err(arguments_error(call, "one argument too many", signature)),
            }
        }
        Ok(slots)
    }

    /// What a failure of a call becomes, as its mark says.
    pub(super) fn marked(&mut self, call: &ast::Call, made: Expr, fails: Option<&str>) -> Expr {
        let function = &call.function.value;
        let Some(fails) = fails else {
            if let Some(mark) = &call.mark {
                let shown = match mark.value {
                    ast::Mark::Must => "!",
                    ast::Mark::May => "?",
                };
                let report = failure::mark_never_needed(call.function.span, function, shown);
                let report = report.edit(Some(Edit::new(mark.span, shown, "")));
                match self.world.outside.halves.shares_mark(self.written, call.function.span) {
                    true => self.spare_marks.push(report),
                    false => self.report(report),
                }
            }
            return made;
        };
        match call.mark.as_ref().map(|mark| mark.value) {
            Some(ast::Mark::Must) => {
                self.failures += 1;
                made
            }
            Some(ast::Mark::May) => {
                let (span, ty) = (made.place.span, types::or_missing(made.ty.clone()));
                self.node(ExprKind::OrMissing(Box::new(made)), ty, span)
            }
            None => {
                self.failures += 1;
                self.here.unhandled.push(Unhandled {
                    span: call.function.span,
                    function: function.clone(),
                    why: format!("fails when {fails}"),
                });
                made
            }
        }
    }

    /// A call that names the piped value by `_` is skipped where that is absent.
    pub(super) fn skipped_if_absent(&self, made: Expr, call: &ast::Call, piped: Option<&Expr>) -> Expr {
        let Some(piped) = piped.filter(|piped| uses_hole(call) && types::may_be_absent(&piped.ty)) else {
            return made;
        };
        let span = made.place.span;
        let ty = types::absent_as(made.ty.clone(), &piped.ty);
        let is_there = ExprKind::Is(Box::new(piped.clone()), Presence::Present);
        let kind = ExprKind::If {
            condition: Box::new(self.node(is_there, types::scalar(Scalar::Bool), span)),
            then: Box::new(made),
            otherwise: Some(Box::new(piped.clone())),
        };
        self.node(kind, ty, span)
    }

    /// Checks with `_` standing for the piped value, which is there wherever the call is made.
    pub(super) fn with_hole<T>(&mut self, piped: Option<&Expr>, check: impl FnOnce(&mut Self) -> T) -> T {
        let hole = piped.map(|piped| Expr {
            ty: types::certain(&piped.ty),
            ..piped.clone()
        });
        let holes = self.here.holes.len();
        self.here.holes.extend(hole);
        let made = check(self);
        self.here.holes.truncate(holes);
        made
    }

    /// An argument, checked.
    pub(super) fn given(&mut self, given: &Given<'_>) -> Expr {
        match given {
            Given::Piped(value) => value.clone(),
            Given::Written(written) => self.expr(written),
        }
    }

    fn table(&mut self, id: TableId, call: &ast::Call, piped: Option<Expr>, span: Span) -> Expr {
        let outside = self.world.outside;
        let table = &outside.ir.tables[id.0];
        let signature = format!("{}(value)", table.name.text);
        let slots = match self.arguments(call, piped.as_ref(), &["value"], HasRest::No, &signature) {
            Ok(slots) => slots,
            Err(report) => return self.wrong(report, span),
        };
        let Some(given) = slots.into_iter().flatten().next() else {
            return self.wrong(arguments_error(call, "nothing to look up", &signature), span);
        };
        let value = self.with_hole(piped.as_ref(), |body| body.given(&given));
        if types::is_wrong(&value.ty) {
            return self.silent(span);
        }
        if let Given::Written(_) = given {
            self.must_be_present(&value, given.span(), "a table needs a value", None);
        }
        let (rows, rest) = match self.direction {
            Direction::Import => (&table.to_inside, &table.rest_inside),
            Direction::Export => (&table.to_outside, &table.rest_outside),
        };
        let keys = rows.iter().map(|(from, _)| from);
        let keyed = keys.clone().try_fold(types::present(Base::Nothing), |ty, key| {
            self.world.join(&ty, &types::of_literal(key))
        });
        let comparable = keyed
            .as_ref()
            .is_some_and(|keyed| self.world.join(keyed, &value.ty).is_some());
        if !comparable {
            let (found, keys) = (
                self.show(&value.ty),
                keyed.map_or_else(String::new, |keyed| self.show(&keyed)),
            );
            let help = match self.direction {
                Direction::Import => "the right column of the table has values of the outside",
                Direction::Export => "the left column of the table has values of the inside",
            };
            let sides = ((given.span(), found.as_str()), (table.place.span, keys.as_str()));
            return self.wrong(typing::never_equal(sides.0, sides.1, help), span);
        }
        let covered = rest.is_some() || covers(&value.ty, keys);
        let results = rows.iter().map(|(_, to)| to).chain(rest);
        let result = results
            .map(types::of_literal)
            .try_fold(types::present(Base::Nothing), |a, b| self.world.join(&a, &b));
        let Some(result) = result else { return self.silent(span) };
        let value = self.key_as_scalar(value);
        let ty = types::absent_as(result, &value.ty);
        let kind = ExprKind::Table {
            table: id,
            value: Box::new(value),
        };
        let made = self.node(kind, ty, span);
        let fails = (!covered).then_some("the table has no row for the value");
        self.marked(call, made, fails)
    }

    fn external(&mut self, id: crate::ir::ExternId, call: &ast::Call, piped: Option<Expr>, span: Span) -> Expr {
        let outside = self.world.outside;
        let (written, function) = (outside.externs[id.0], &outside.ir.externs[id.0]);
        if written.kind == ExternKind::Effect {
            let place = self.world.places.name(written.span);
            let search = self.search_of_target();
            let declared = (written.name.span, place.as_str());
            let report = lookup::effect_in_mapping(call.span, &written.name.value, declared, search.as_deref());
            return self.wrong(report, span);
        }
        let names: Vec<&str> = function.params.iter().map(|(name, _)| name.text.as_str()).collect();
        let signature = self.text(written.span);
        let slots = match self.arguments(call, piped.as_ref(), &names, HasRest::No, signature) {
            Ok(slots) => slots,
            Err(report) => return self.wrong(report, span),
        };
        let made = self.with_hole(piped.as_ref(), |body| {
            let mut args = Vec::new();
            for (slot, (name, ty)) in slots.iter().zip(&function.params) {
                let Some(given) = slot else {
                    let report = arguments_error(call, &format!("`{}` is missing", name.text), signature);
                    return body.wrong(report, span);
                };
                args.push(body.extern_argument(given, ty, id));
            }
            body.extern_call(id, args, span)
        });
        if types::is_wrong(&made.ty) {
            return made;
        }
        let fails = function.fallible.then_some("the function says so");
        let made = self.marked(call, made, fails);
        self.skipped_if_absent(made, call, piped.as_ref())
    }

    fn extern_argument(&mut self, given: &Given<'_>, wanted: &Type, id: crate::ir::ExternId) -> Expr {
        let value = self.given(given);
        if self.world.outside.wrong_externs.contains(&id) {
            return self.silent(given.span());
        }
        let function = &self.world.outside.externs[id.0].name.value;
        let wanted_ty = takes_absent(wanted);
        if let (Given::Written(_), false) = (given, wanted.nullable) {
            self.must_be_present(&value, given.span(), &format!("`{function}` needs a value"), None);
        }
        if matches!(&wanted_ty.base, Base::List(element) if !element.optional) {
            self.must_have_elements(&value);
        }
        let value = self.with_keys_read(value, &wanted_ty);
        if self.world.fits(&value.ty, &wanted_ty).is_err() || !handed_over(&value.ty.base, &wanted_ty.base) {
            let (needed, found) = (self.show(wanted), self.show(&value.ty));
            let by = format!("`{function}`");
            let help = advice(&value, &wanted_ty, self.world.names());
            return self.wrong(
                typing::wrong_operand(given.span(), &needed, &found, &by, help),
                given.span(),
            );
        }
        value
    }

    fn extern_call(&mut self, id: crate::ir::ExternId, args: Vec<Expr>, span: Span) -> Expr {
        let function = &self.world.outside.ir.externs[id.0];
        if args.iter().any(|arg| types::is_wrong(&arg.ty)) || self.world.outside.wrong_externs.contains(&id) {
            return self.silent(span);
        }
        let mut ty = function.result.clone();
        // A function that takes no null is skipped where an argument is absent.
        for (arg, (_, wanted)) in args.iter().zip(&function.params) {
            if !wanted.nullable {
                ty = types::absent_as(ty, &arg.ty);
            }
        }
        self.node(ExprKind::Extern { function: id, args }, ty, span)
    }
}

/// Whether the last parameter stands for any number of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HasRest {
    Yes,
    No,
}

/// E0307
pub(super) fn arguments_error(call: &ast::Call, here: &str, signature: &str) -> Report {
    let what = format!("`{}` is called with other arguments than it takes", call.function.value);
    typing::wrong_arguments(call.span, &what, here, signature)
}

/// Whether the rows have every value that the operand can have.
fn covers<'l>(ty: &Type, keys: impl Iterator<Item = &'l crate::ir::Literal> + Clone) -> bool {
    use crate::ir::Literal;
    let has = |value: Literal| keys.clone().any(|key| *key == value);
    if let Base::Scalar(Scalar::Enum { words, open: false }, _) = &ty.base {
        words.iter().all(|word| has(Literal::Text(word.clone())))
    } else {
        matches!(ty.base, Base::Scalar(Scalar::Bool, _)) && has(Literal::Bool(true)) && has(Literal::Bool(false))
    }
}

/// How many parts a value may have that `_` repeats: five steps, where each may be skipped.
const REPEATED: usize = 500;

/// Whether a value is too large to stand where `_` stands: each such step would make it several times as large.
fn is_large(piped: &Expr) -> bool {
    let mut parts = 0;
    crate::walk::deep(piped, &mut |_| parts += 1);
    parts > REPEATED
}

/// Whether `_` names the piped value among the arguments.
pub(super) fn uses_hole(call: &ast::Call) -> bool {
    call.args.iter().any(|arg| has_hole(&arg.value))
}

/// Holes in the steps of an inner pipe are its own.
fn has_hole(written: &ast::Expr) -> bool {
    use ast::ExprKind as Kind;
    match &written.kind {
        Kind::Hole => true,
        Kind::Name(_)
        | Kind::QuotedName(_)
        | Kind::Int(_)
        | Kind::Decimal(_)
        | Kind::RawText(_)
        | Kind::Bool(_)
        | Kind::Null
        | Kind::Missing => false,
        Kind::Field { of, .. } | Kind::Is { of, .. } => has_hole(of),
        Kind::Index { of: a, index: b }
        | Kind::Default { value: a, default: b }
        | Kind::Catch { value: a, fallback: b }
        | Kind::Binary { left: a, right: b, .. }
        | Kind::In { value: a, list: b } => has_hole(a) || has_hole(b),
        Kind::Text(text) => text.parts.iter().any(|part| match part {
            ast::TextPart::Literal(_) => false,
            ast::TextPart::Value(value) => has_hole(value),
        }),
        Kind::List(items) => items.iter().any(has_hole),
        Kind::Record(fields) => fields.iter().any(|field| has_hole(&field.value)),
        Kind::Call(call) => uses_hole(call),
        Kind::Pipe { input, step: _ } => has_hole(input),
        Kind::Lambda { param: _, body } => has_hole(body),
        Kind::Unary { op: _, operand } => has_hole(operand),
        Kind::If {
            condition,
            then,
            otherwise,
        } => has_hole(condition) || has_hole(then) || otherwise.as_deref().is_some_and(has_hole),
        // `_` in an arm is the rest, not the piped value.
        Kind::Match { subject, arms } => has_hole(subject) || arms.iter().any(|arm| has_hole(&arm.value)),
    }
}
