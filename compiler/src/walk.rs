//! Every expression of a mapping, in file order, to read or to change it. Decides nothing.

use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{Mapping, Origin, Rule, RuleKind};
use std::collections::BTreeSet;

/// Calls `see` for each expression that stands by itself in a mapping: values, conditions, arguments.
pub fn roots<'m>(mapping: &'m Mapping, see: &mut dyn FnMut(&'m Expr)) {
    for source in &mapping.sources {
        of_origin(&source.origin, see);
    }
    for item in &mapping.lets {
        see(&item.value);
    }
    for rule in &mapping.rules {
        rule_roots(rule, see);
    }
    for lookup in &mapping.lookups {
        let all = lookup.each.iter().chain(&lookup.args).chain(&lookup.guard);
        all.for_each(&mut *see);
    }
    for stop in &mapping.stops {
        see(&stop.when);
        see(&stop.because);
    }
    for check in &mapping.checks {
        see(&check.condition);
        see(&check.because);
    }
}

/// The same for one rule.
pub fn rule_roots<'m>(rule: &'m Rule, see: &mut dyn FnMut(&'m Expr)) {
    rule.when.iter().for_each(&mut *see);
    of_rule(&rule.kind, see);
}

/// The same for where the records of a source come from.
pub(crate) fn origin_roots<'m>(origin: &'m Origin, see: &mut dyn FnMut(&'m Expr)) {
    of_origin(origin, see);
}

fn of_origin<'m>(origin: &'m Origin, see: &mut dyn FnMut(&'m Expr)) {
    match origin {
        Origin::Main | Origin::Enclosing => {}
        Origin::Fetched {
            args,
            filter,
            latest_by,
            operation: _,
            mark: _,
        } => args.iter().chain(filter).chain(latest_by).for_each(see),
        Origin::Picked {
            from,
            filter,
            latest_by,
            mark: _,
        } => std::iter::once(from).chain(filter).chain(latest_by).for_each(see),
    }
}

fn of_rule<'m>(kind: &'m RuleKind, see: &mut dyn FnMut(&'m Expr)) {
    match kind {
        RuleKind::Copy { .. } => {}
        RuleKind::Set { value, target: _ }
        | RuleKind::SetMany { value, targets: _ }
        | RuleKind::Add { value, target: _ } => see(value),
        RuleKind::Children { value, args, .. } => std::iter::once(value).chain(args).for_each(see),
    }
}

/// Calls `see` for an expression and all that stands in it, outermost first.
pub fn deep<'m>(expr: &'m Expr, see: &mut dyn FnMut(&'m Expr)) {
    see(expr);
    parts(expr, &mut |part| deep(part, see));
}

/// The expressions directly below an expression, for both ways to look at them: which part stands where is written once.
macro_rules! each_part {
    ($expr:expr, $see:ident, $iter:ident) => {
        match $expr {
            ExprKind::Literal(_)
            | ExprKind::Source(_)
            | ExprKind::Let(_)
            | ExprKind::Param(_)
            | ExprKind::Local(_)
            | ExprKind::Setting(_)
            | ExprKind::Out(_) => {}
            ExprKind::Field { of, .. } | ExprKind::StoredField { of, .. } | ExprKind::RecordField { of, .. } => {
                $see(of)
            }
            ExprKind::Lambda(one)
            | ExprKind::OrMissing(one)
            | ExprKind::Not(one)
            | ExprKind::Negate(one)
            | ExprKind::Is(one, _) => $see(one),
            ExprKind::Table { value, table: _ } => $see(value),
            ExprKind::List(items) | ExprKind::Interpolate(items) => items.$iter().for_each($see),
            ExprKind::Record(fields) => fields.$iter().for_each(|(_, value)| $see(value)),
            ExprKind::Builtin { args, name: _ }
            | ExprKind::Extern { args, function: _ }
            | ExprKind::Lookup { args, lookup: _ } => args.$iter().for_each($see),
            ExprKind::Index { of: a, index: b }
            | ExprKind::Catch(a, b)
            | ExprKind::Default(a, b)
            | ExprKind::And(a, b)
            | ExprKind::Or(a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::Arithmetic(_, a, b)
            | ExprKind::In(a, b) => {
                $see(a);
                $see(b);
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                $see(condition);
                $see(then);
                otherwise.$iter().for_each(|part| $see(part));
            }
            ExprKind::Match { subject, arms, rest } => {
                $see(subject);
                arms.$iter().for_each(|(_, value)| $see(value));
                rest.$iter().for_each(|part| $see(part));
            }
        }
    };
}

/// Calls `see` for the expressions directly below an expression.
pub fn parts<'m>(expr: &'m Expr, see: &mut dyn FnMut(&'m Expr)) {
    each_part!(&expr.kind, see, iter);
}

/// Calls `change` for the expressions directly below an expression.
pub(crate) fn parts_mut(expr: &mut Expr, change: &mut dyn FnMut(&mut Expr)) {
    each_part!(&mut expr.kind, change, iter_mut);
}

/// Puts an expression into more lambdas: the parameters of those around it are that much further out.
pub(crate) fn deepen(expr: &mut Expr, by: usize) {
    fn below(expr: &mut Expr, by: usize, own: usize) {
        if let ExprKind::Local(outwards) = &mut expr.kind
            && *outwards >= own
        {
            *outwards += by;
        }
        let own = own + usize::from(matches!(expr.kind, ExprKind::Lambda(_)));
        parts_mut(expr, &mut |part| below(part, by, own));
    }
    if by > 0 {
        below(expr, by, 0);
    }
}

/// The `where` of a join that is decided before the call: it reads nothing of what is fetched.
pub(crate) fn decided_before(origin: &Origin) -> Option<&Expr> {
    match origin {
        Origin::Fetched {
            filter: Some(filter), ..
        } => (!names_candidate(filter, 0)).then_some(filter),
        Origin::Fetched { .. } | Origin::Picked { .. } | Origin::Main | Origin::Enclosing => None,
    }
}

/// Whether an expression inside so many lambdas of its own names the record that a join looks at.
fn names_candidate(expr: &Expr, own: usize) -> bool {
    if matches!(&expr.kind, ExprKind::Local(outwards) if *outwards >= own) {
        return true;
    }
    let own = own + usize::from(matches!(expr.kind, ExprKind::Lambda(_)));
    let mut names = false;
    parts(expr, &mut |part| names = names || names_candidate(part, own));
    names
}

/// The expressions of a rule, its `let`s and lookups and the joins it names.
pub(crate) fn deep_rule<'m>(mapping: &'m Mapping, rule: &'m Rule, see: &mut dyn FnMut(&'m Expr)) {
    let mut roots: Vec<&Expr> = Vec::new();
    rule_roots(rule, &mut |root| roots.push(root));
    let (mut lets, mut lookups, mut sources) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    if let RuleKind::Copy { source, .. } = &rule.kind {
        sources.insert(source.0);
        origin_roots(&mapping.sources[source.0].origin, &mut |root| roots.push(root));
    }
    while let Some(root) = roots.pop() {
        deep(root, &mut |part| {
            see(part);
            if let ExprKind::Let(id) = &part.kind
                && lets.insert(id.0)
            {
                roots.push(&mapping.lets[id.0].value);
            }
            if let ExprKind::Lookup { lookup, args: _ } = &part.kind
                && lookups.insert(lookup.0)
            {
                roots.extend(&mapping.lookups[lookup.0].args);
            }
            if let ExprKind::Source(id) = &part.kind
                && sources.insert(id.0)
            {
                origin_roots(&mapping.sources[id.0].origin, &mut |root| roots.push(root));
            }
        });
    }
}
