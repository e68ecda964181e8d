//! The way back of a value: each step by what leads back from it, in reverse order.

use super::chain::{Chain, Step, chain, names_of};
use super::schema::{self, Leaf};
use super::{iso, table};
use crate::builtin::{self, Builtin, Class, Kind, ResultRule};
use crate::check::schema::literal::literal;
use crate::check::world::Inside;
use crate::error::{Reports, two_way};
use crate::ir::{Literal, Scalar, expr::Base};
use crate::place::Places;
use crate::resolve::Items;
use tenon_dsl::ast::expr::{Arg, Call, Expr, ExprKind, Mark};
use tenon_dsl::ast::mapping::{Clause, Let, Mapping, Rule, Target};
use tenon_dsl::ast::{Arrow, ExternFn};
use tenon_dsl::source::{Name, Span, Spanned};

/// What the inverse of a rule depends on.
pub(super) struct Inverter<'c, 'a> {
    pub(super) items: &'c Items<'a>,
    /// Inverses that are named and not declared.
    pub(super) externs: &'c [ExternFn],
    pub(super) inside: &'c Inside,
    pub(super) places: &'c Places<'a>,
    pub(super) sync: &'c Mapping,
    pub(super) lets: &'c [Let],
    pub(super) reports: &'c mut Reports,
}

/// The way back of a rule.
#[derive(Debug)]
pub(super) struct Back {
    /// The record of the outside, and its name where there are several.
    pub(super) record: Record,
    /// The field of it that is written.
    pub(super) path: Vec<Name>,
    /// The same as this version calls it.
    pub(super) names: Vec<String>,
    /// What is written there.
    pub(super) value: Expr,
    /// Whether every step is one-to-one.
    pub(super) exact: bool,
    /// Tables whose mark may be needed in one direction only.
    pub(super) marks: Vec<Span>,
    /// Steps whose mark is for the way back only.
    pub(super) marked_back: Vec<Span>,
}

/// A record that a two-way mapping writes.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// The first word of its targets, where there are several.
    pub(super) alias: Option<Name>,
    /// Its type.
    pub(super) external: String,
}

/// What leads back from a step.
enum Inverse {
    /// The value as it is: the step only normalizes.
    Nothing,
    Call(Call),
}

impl Inverter<'_, '_> {
    /// The way back of `target <-> value`. Absent where it was said that there is none, or where the way in says what is wrong.
    pub(super) fn back(&mut self, rule: &Rule, target: &Target) -> Option<Back> {
        let chain = match chain(&rule.value) {
            Ok(chain) => chain,
            Err((span, why)) => {
                self.lossy(span, why, (rule, target), None);
                return None;
            }
        };
        self.back_along(&chain, (rule, target), |_, _| Some(inside_value(target)))
    }

    /// The way back along steps, from the value that the inside begins with.
    pub(super) fn back_along(
        &mut self,
        chain: &Chain<'_>,
        (rule, target): (&Rule, &Target),
        begin: impl FnOnce(&mut Self, &mut Back) -> Option<Expr>,
    ) -> Option<Back> {
        let (record, path) = self.outside_path(chain.base, rule, target)?;
        let leaf = schema::leaf(self.items, &record.external, &path);
        if let Some(leaf) = &leaf {
            self.may_be_written(leaf, (chain.base, rule, target))?;
        }
        let written = path.iter().map(|name| name.value.clone()).collect();
        let mut made = Back {
            names: leaf.as_ref().map_or(written, |leaf| leaf.names.clone()),
            record,
            path,
            value: Expr::new(ExprKind::Missing, target.span),
            exact: leaf.as_ref().is_some_and(|leaf| leaf.is_exact(self.items)),
            marks: Vec::new(),
            marked_back: Vec::new(),
        };
        let mut inverses = Vec::new();
        for at in 0..chain.steps.len() {
            let inverse = self.inverse(&chain.steps, at, (leaf.as_ref(), rule, target), &mut made);
            inverses.push(inverse?);
        }
        made.value = begin(self, &mut made)?;
        for inverse in inverses.into_iter().rev() {
            let Inverse::Call(step) = inverse else { continue };
            let input = Box::new(made.value);
            made.value = Expr::new(ExprKind::Pipe { input, step }, target.span);
        }
        Some(made)
    }

    /// Whether a field holds its values as they are.
    pub(super) fn is_exact(&self, field: &Name) -> bool {
        let external = &self.sync.name.external.value;
        schema::leaf(self.items, external, std::slice::from_ref(field)).is_some_and(|leaf| leaf.is_exact(self.items))
    }

    /// What this version calls a field.
    pub(super) fn current_name(&self, field: &Name) -> String {
        let external = &self.sync.name.external.value;
        let leaf = schema::leaf(self.items, external, std::slice::from_ref(field));
        leaf.map_or_else(|| field.value.clone(), |leaf| leaf.names.concat())
    }

    /// `copy a` both ways: whether the field may be sent.
    pub(super) fn may_be_copied(&mut self, field: &Name, span: Span) -> bool {
        let Some(leaf) = schema::leaf(self.items, &self.sync.name.external.value, std::slice::from_ref(field)) else {
            return true;
        };
        if leaf.readonly.is_some() {
            let help = format!("take it in only: import {0} = {0}", field.value);
            self.reports.push(two_way::readonly(span, &field.value, &help));
            return false;
        }
        self.has_way_back(&leaf, span, &field.value)
    }

    /// The record and the names of the field that the value begins with.
    fn outside_path(&mut self, base: &Expr, rule: &Rule, target: &Target) -> Option<(Record, Vec<Name>)> {
        let mut path = Vec::new();
        names_of(base, &mut path);
        let first = path.first()?;
        if self.lets.iter().any(|known| known.name.value == first.value)
            && !matches!(base.kind, ExprKind::QuotedName(_))
        {
            let why = "a `let` names a value, not a field that could be written";
            self.lossy(base.span, why.to_owned(), (rule, target), None);
            return None;
        }
        let outputs = &self.sync.outputs;
        let is_quoted = matches!(base.kind, ExprKind::QuotedName(_));
        let mut joins = self
            .sync
            .joins
            .iter()
            .filter(|join| join.alias.value == first.value && !is_quoted);
        if let Some(join) = joins.next()
            && outputs.iter().all(|output| output.alias.value != first.value)
        {
            let (alias, external) = (&join.alias.value, &join.external.value);
            let why = format!("`{alias}` is joined, and no record of it is written");
            let inside = self.places.text(target.span);
            let value = self.places.text(rule.value.span);
            let help =
                format!("write it, too: and {external} as {alias}; or take it in only: import {inside} = {value}");
            self.lossy(base.span, why, (rule, target), Some(help));
            return None;
        }
        let named = outputs.iter().find(|output| output.alias.value == first.value);
        let record = match (named, &self.sync.alias) {
            (Some(output), _) => Record {
                alias: Some(output.alias.clone()),
                external: output.external.value.clone(),
            },
            // The way in says that a bare name is no field then.
            (None, Some(alias)) if alias.value != first.value => return None,
            (None, alias) => Record {
                alias: alias.clone().filter(|_| !outputs.is_empty()),
                external: self.sync.name.external.value.clone(),
            },
        };
        if named.is_some() || self.sync.alias.is_some() {
            path.remove(0);
        }
        (!path.is_empty()).then_some((record, path))
    }

    fn may_be_written(&mut self, leaf: &Leaf<'_>, (base, rule, target): (&Expr, &Rule, &Target)) -> Option<()> {
        if leaf.readonly.is_some() {
            let (written, inside) = (self.places.text(base.span), self.places.text(target.span));
            let help = format!(
                "take it in only: import {inside} = {}",
                self.places.text(rule.value.span)
            );
            self.reports.push(two_way::readonly(base.span, written, &help));
            return None;
        }
        let inside = self.places.text(target.span);
        self.has_way_back(leaf, base.span, inside).then_some(())
    }

    fn has_way_back(&mut self, leaf: &Leaf<'_>, span: Span, inside: &str) -> bool {
        let Some(zone) = leaf.zone().filter(|zone| !schema::is_fixed(&zone.value)) else {
            return true;
        };
        let field = self.places.text(span);
        let help = format!(
            "declare a zone whose clocks never change, as zone \"UTC\" or zone \"Etc/GMT-1\"; or take it in only: import {inside} = {field}"
        );
        let zone = (zone.span, zone.value.as_str());
        self.reports.push(two_way::zone_without_way_back(span, zone, &help));
        false
    }

    fn inverse(
        &mut self,
        steps: &[Step<'_>],
        at: usize,
        (leaf, rule, target): (Option<&Leaf<'_>>, &Rule, &Target),
        made: &mut Back,
    ) -> Option<Inverse> {
        let call = match steps[at] {
            Step::Not(span) => return Some(Inverse::Call(plain_call("not", None, span))),
            Step::Call(call) => call,
        };
        let word = call.function.value.as_str();
        if let Some(function) = builtin::find(word) {
            return self.builtin(function, call, (steps, at), (leaf, rule, target), made);
        }
        if let Some(declared) = self.items.tables.get(word) {
            made.marks.push(call.function.span);
            made.exact &= declared.item.rows.iter().all(|row| row.arrow == Arrow::Both);
            return table::leads_back(declared.item, self.reports).then(|| Inverse::Call(call.clone()));
        }
        // What nobody declared is said on the way in.
        let forth = self.externs.iter().find(|known| known.name.value == word);
        let forth = self.items.externs.get(word).map(|declared| declared.item).or(forth)?;
        let Some(back) = iso::back(word, self.items, self.externs) else {
            let why = format!("`{word}` is an `extern fn` that nothing leads back from");
            let help = format!(
                "declare what does: extern iso fn {word}(..) -> .. inverse NAME in {}",
                forth.module.value
            );
            self.lossy(call.function.span, why, (rule, target), Some(help));
            return None;
        };
        let (name, fails) = (
            back.name.value.as_str(),
            back.fallible.then_some("the function says so"),
        );
        let mark = self.mark(call, (name, fails), (forth.fallible, target), made)?;
        Some(Inverse::Call(with_args(name, mark, call.args.clone(), call)))
    }

    fn builtin(
        &mut self,
        function: &'static Builtin,
        call: &Call,
        (steps, at): (&[Step<'_>], usize),
        (leaf, rule, target): (Option<&Leaf<'_>>, &Rule, &Target),
        made: &mut Back,
    ) -> Option<Inverse> {
        let name = match (function.class, function.inverse) {
            (Class::Exact | Class::Canonical, Some(back)) => {
                // A format may say less than the value holds.
                let is_formatted = function.params.iter().any(|param| param.kind == Kind::Format);
                let is_exact = |name: &str| builtin::find(name).is_some_and(|back| back.class == Class::Exact);
                made.exact &= is_exact(function.name) && is_exact(back) && !is_formatted;
                back
            }
            (Class::Canonical, None) => {
                made.exact = false;
                self.normalizes(function, call, (at + 1 == steps.len(), rule, target))?;
                return Some(Inverse::Nothing);
            }
            (Class::Exact, None) if function.leads_back_from().next().is_some() => {
                let before = at.checked_sub(1).map(|before| steps[before]);
                let back = before.map_or_else(|| leaf.and_then(Leaf::reader), gives_number);
                match back.filter(|back| function.leads_back_from().any(|known| known == *back)) {
                    Some(back) => {
                        made.exact = false;
                        back
                    }
                    None => {
                        let why = "only the text of an int or decimal leads back to one value";
                        self.lossy(call.function.span, why.to_owned(), (rule, target), None);
                        return None;
                    }
                }
            }
            (Class::Exact | Class::Lossy | Class::NoConversion, _) => {
                self.lossy(call.function.span, function.loss(), (rule, target), None);
                return None;
            }
        };
        self.has_fixed_zone(function, call, (rule, target))?;
        let back = builtin::find(name)?;
        let args = match function.is_lookup() {
            // The key that leads back is that of the field, whatever model was named.
            true => self.key_of(leaf, call),
            false => call.args.clone(),
        };
        let mark = self.mark(call, (name, back.fails), (function.fails.is_some(), target), made)?;
        Some(Inverse::Call(with_args(name, mark, args, call)))
    }

    /// The mark of the step that leads back. Absent where it can fail and nothing says what then.
    pub(super) fn mark(
        &mut self,
        call: &Call,
        (back, fails): (&str, Option<&str>),
        (forth_fails, target): (bool, &Target),
        made: &mut Back,
    ) -> Option<Option<Spanned<Mark>>> {
        match (fails, call.mark) {
            (None, _) => Some(None),
            (Some(_), Some(mark)) => {
                if !forth_fails {
                    made.marked_back.push(call.function.span);
                }
                Some(Some(mark))
            }
            // The way in says it.
            (Some(_), None) if forth_fails => Some(None),
            (Some(why), None) => {
                let (function, target) = (&call.function.value, self.places.text(target.span));
                let span = call.function.span;
                self.reports
                    .push(two_way::fails_on_the_way_back(span, function, back, why, target));
                None
            }
        }
    }

    /// A step that only normalizes leads back by doing nothing, if what is stored is normal already.
    fn normalizes(&mut self, function: &Builtin, call: &Call, at: (bool, &Rule, &Target)) -> Option<()> {
        let (is_last, rule, target) = at;
        let ResultRule::DecimalScale(position) = function.result else {
            return Some(());
        };
        let word = function.params[position].name;
        let named = call
            .args
            .iter()
            .find(|arg| arg.name.as_ref().is_some_and(|name| name.value == word));
        let given = named.or_else(|| call.args.get(position.checked_sub(1)?))?;
        let Some(Literal::Int(digits)) = literal(&given.value) else {
            return Some(());
        };
        let holds = target.path.first().and_then(|field| {
            let model = self.inside.find(&self.sync.name.model.value)?;
            Some(self.inside.type_of(model, self.inside.field(model, &field.value)?))
        });
        let fits = holds.is_none_or(|holds| {
            let is_wrong = matches!(holds.base, Base::Wrong);
            is_wrong
                || matches!(&holds.base, Base::Scalar(Scalar::Decimal(Some(scale)), _) if i64::from(*scale) <= digits)
        });
        if is_last && fits {
            return Some(());
        }
        let why = format!("digits are lost, unless it is the last step towards a decimal({digits}) field");
        self.lossy(call.function.span, why, (rule, target), None);
        None
    }

    fn key_of(&self, leaf: Option<&Leaf<'_>>, call: &Call) -> Vec<Arg> {
        let span = call.function.span;
        let key = leaf.and_then(Leaf::key).map(|external| Arg {
            name: None,
            value: Expr::new(ExprKind::Name(external.to_owned()), span),
        });
        key.into_iter().collect()
    }

    fn has_fixed_zone(&mut self, function: &Builtin, call: &Call, (_, target): (&Rule, &Target)) -> Option<()> {
        let argument = |word: &str| {
            let position = function.params.iter().position(|param| param.name == word)?;
            let named = call
                .args
                .iter()
                .find(|arg| arg.name.as_ref().is_some_and(|name| name.value == word));
            let given = named.or_else(|| call.args.get(position.checked_sub(1)?))?;
            match literal(&given.value) {
                Some(Literal::Text(text)) => Some((given.value.span, text)),
                Some(_) | None => None,
            }
        };
        let Some((span, zone)) = argument("zone") else {
            return Some(());
        };
        let says_offset = argument("format").is_some_and(|(_, format)| schema::says_offset(&format));
        if schema::is_fixed(&zone) || says_offset {
            return Some(());
        }
        let help =
            "name a zone whose clocks never change, as \"UTC\" or \"Etc/GMT-1\"; or write two rules: import and export";
        let zone = (span, zone.as_str());
        self.reports
            .push(two_way::zone_without_way_back(target.span, zone, help));
        None
    }

    /// The two rules to write instead, as far as they can be told.
    pub(super) fn split_in_two(&self, rule: &Rule, target: &Target) -> String {
        let (inside, value) = (self.places.text(target.span), self.places.text(rule.value.span));
        let clauses = rule.clauses.first().map(clause_span);
        let clauses = clauses.map_or_else(String::new, |span| format!(" {}", self.places.text(span)));
        let import = format!("import {inside} = {value}{clauses}");
        format!("split it:  {import}   and   {}", self.export_of(rule, inside))
    }

    /// `export title = name`
    pub(super) fn export_of(&self, rule: &Rule, inside: &str) -> String {
        let value = self.places.text(rule.value.span);
        let field = value.split(['|', '?']).next().unwrap_or(value).trim();
        let field = match &self.sync.alias {
            Some(alias) => field.strip_prefix(&format!("{}.", alias.value)).unwrap_or(field),
            None => field,
        };
        match field.chars().all(|c| c.is_alphanumeric() || "._`@-".contains(c)) {
            // Nothing else leads back from a list of keys.
            true if value.trim_end_matches(['!', '?']).ends_with("refs") => {
                format!("export {field} = {inside} | map(t => t | ext_of!)")
            }
            true => format!("export {field} = {inside}{}", self.for_null(inside)),
            false => "export FIELD = ..".to_owned(),
        }
    }

    /// What makes a text of a nullable one, where the rule goes back in two steps.
    fn for_null(&self, inside: &str) -> &'static str {
        let field = || {
            let model = self.inside.find(&self.sync.name.model.value)?;
            Some(self.inside.type_of(model, self.inside.field(model, inside)?))
        };
        match field() {
            Some(ty) if ty.nullable && matches!(ty.base, Base::Scalar(Scalar::Text, _)) => " | blank_if_null",
            Some(_) | None => "",
        }
    }

    fn lossy(&mut self, span: Span, why: String, (rule, target): (&Rule, &Target), help: Option<String>) {
        let help = help.unwrap_or_else(|| self.split_in_two(rule, target));
        self.reports.push(two_way::not_reversible(span, &why, Some(help)));
    }
}

/// What makes a number of the text of one, where a step gives numbers.
fn gives_number(step: Step<'_>) -> Option<&'static str> {
    let Step::Call(call) = step else { return None };
    let result = builtin::find(&call.function.value)?.result;
    if matches!(result, ResultRule::Int) {
        return Some("int");
    }
    matches!(result, ResultRule::Decimal | ResultRule::DecimalScale(_)).then_some("decimal")
}

/// The stored field that the way back begins with.
pub(super) fn inside_value(target: &Target) -> Expr {
    let mut names = target.path.iter();
    let first = names.next().map_or_else(String::new, |name| name.value.clone());
    let mut value = Expr::new(ExprKind::QuotedName(first), target.span);
    for name in names {
        let kind = ExprKind::Field {
            of: Box::new(value),
            name: name.clone(),
            safe: false,
        };
        value = Expr::new(kind, target.span);
    }
    value
}

fn plain_call(name: &str, mark: Option<Spanned<Mark>>, span: Span) -> Call {
    Call {
        function: Name::new(name.to_owned(), span),
        mark,
        args: Vec::new(),
        span,
    }
}

pub(super) fn with_args(name: &str, mark: Option<Spanned<Mark>>, args: Vec<Arg>, of: &Call) -> Call {
    Call {
        args,
        span: of.span,
        ..plain_call(name, mark, of.function.span)
    }
}

fn clause_span(clause: &Clause) -> Span {
    match clause {
        Clause::Only(only) => only.span,
        Clause::When { condition: _, span } | Clause::Via { span, .. } | Clause::KeyedBy { key: _, span } => *span,
        Clause::Orphans(orphans) => orphans.span,
    }
}
