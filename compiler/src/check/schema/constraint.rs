//! `key`, `unique` and `index` lines of a model, and conditions on stored fields.

use crate::check::schema::literal::literal;
use crate::check::world::Inside;
use crate::error::{Reports, name, stored_type, typing};
use crate::ir::expr::Base;
use crate::ir::{Filter, Literal, ModelFieldId, ModelId, ModelKind, NaturalKey, Order, Scalar};
use crate::types::{self, TypeNames};
use tenon_dsl::ast::expr::{BinaryOp, Expr, ExprKind, Presence, UnaryOp};
use tenon_dsl::ast::{Constraint, Internal};
use tenon_dsl::source::{Name, Span};

/// Fills the constraints of a model.
pub(crate) fn constraints(inside: &mut Inside, model: ModelId, declared: &Internal, reports: &mut Reports) {
    for constraint in &declared.constraints {
        match constraint {
            Constraint::Key {
                fields,
                fold,
                filter: condition,
                span: _,
            } => {
                let written = fields.len();
                let fields = stored_fields(inside, model, fields, reports);
                if fields.len() != written {
                    inside.wrong_keys.insert(model);
                }
                let filter = condition
                    .as_ref()
                    .and_then(|written| filter(inside, model, written, reports));
                inside.models[model.0].keys.push(NaturalKey {
                    fields,
                    fold: fold.is_some(),
                    filter,
                });
            }
            Constraint::Unique { fields, span: _ } => {
                let fields = stored_fields(inside, model, fields, reports);
                inside.models[model.0].unique.push(fields);
            }
            Constraint::Index { fields, span: _ } => {
                let fields = stored_fields(inside, model, fields, reports);
                inside.models[model.0].indexes.push(fields);
            }
        }
    }
}

fn stored_fields(inside: &Inside, model: ModelId, names: &[Name], reports: &mut Reports) -> Vec<ModelFieldId> {
    names
        .iter()
        .filter_map(|written| stored_field(inside, model, written, reports))
        .collect()
}

/// A field of a model that has a column.
pub(crate) fn stored_field(
    inside: &Inside,
    model: ModelId,
    written: &Name,
    reports: &mut Reports,
) -> Option<ModelFieldId> {
    let declared = inside.model(model);
    let Some(field) = inside.field(model, &written.value) else {
        let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
        reports.push(name::unknown_field(written, "model", &declared.name.text, &known));
        return None;
    };
    match &declared.fields[field.0].kind {
        ModelKind::Scalar(_) | ModelKind::Ref { .. } | ModelKind::Key { .. } => Some(field),
        ModelKind::Value(_) => {
            let found = names(inside).show(&inside.type_of(model, field));
            reports.push(stored_type::searched(written.span, &written.value, &found));
            None
        }
        ModelKind::OneToMany { .. } | ModelKind::ManyToMany { .. } => {
            let found = "list of records";
            reports.push(typing::wrong_operand(
                written.span,
                "stored value",
                found,
                "this line",
                None,
            ));
            None
        }
    }
}

/// A condition on stored fields, as `where` of a key and of `adopt` has it.
pub(crate) fn filter(inside: &Inside, model: ModelId, written: &Expr, reports: &mut Reports) -> Option<Filter> {
    match &written.kind {
        ExprKind::Binary { op, left, right } => match op.value {
            BinaryOp::And => both(inside, model, (left, right), reports).map(Filter::And),
            BinaryOp::Or => both(inside, model, (left, right), reports).map(Filter::Or),
            BinaryOp::Equal => equals(inside, model, (left, right), reports),
            BinaryOp::NotEqual => {
                equals(inside, model, (left, right), reports).map(|inner| Filter::Not(Box::new(inner)))
            }
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => {
                not_stored(written, reports)
            }
            BinaryOp::Less => ordered(inside, model, (left, Order::Less, right), reports),
            BinaryOp::LessOrEqual => ordered(inside, model, (left, Order::LessOrEqual, right), reports),
            BinaryOp::Greater => ordered(inside, model, (left, Order::Greater, right), reports),
            BinaryOp::GreaterOrEqual => ordered(inside, model, (left, Order::GreaterOrEqual, right), reports),
        },
        ExprKind::Unary { op, operand } => match op.value {
            UnaryOp::Not => filter(inside, model, operand, reports).map(|inner| Filter::Not(Box::new(inner))),
            UnaryOp::Negate => not_stored(written, reports),
        },
        ExprKind::Is { of, what } => {
            let is_null = Filter::IsNull(field_of(inside, model, of, reports)?);
            Some(match what.value {
                Presence::Present => Filter::Not(Box::new(is_null)),
                Presence::Absent | Presence::Null => is_null,
                Presence::Missing => return not_stored(written, reports),
            })
        }
        ExprKind::Name(_) | ExprKind::QuotedName(_) => {
            let field = field_of(inside, model, written, reports)?;
            let holds = &inside.model(model).fields[field.0].kind;
            if !matches!(holds, ModelKind::Scalar(Scalar::Bool)) && !inside.wrong.contains(&(model, field)) {
                let found = names(inside).show(&inside.type_of(model, field));
                reports.push(typing::not_a_condition(
                    written.span,
                    &found,
                    "compare it: == .., is null",
                ));
                return None;
            }
            Some(Filter::Equals(field, Literal::Bool(true)))
        }
        ExprKind::In { value, list } => one_of(inside, model, (value, list), reports),
        ExprKind::Hole
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
        | ExprKind::Call(_)
        | ExprKind::Pipe { .. }
        | ExprKind::Default { .. }
        | ExprKind::Catch { .. }
        | ExprKind::Lambda { .. }
        | ExprKind::If { .. }
        | ExprKind::Match { .. } => not_stored(written, reports),
    }
}

fn names(inside: &Inside) -> TypeNames<'_> {
    TypeNames {
        models: &inside.models,
        externals: &[],
    }
}

fn both(inside: &Inside, model: ModelId, sides: (&Expr, &Expr), reports: &mut Reports) -> Option<Vec<Filter>> {
    let left = filter(inside, model, sides.0, reports);
    let right = filter(inside, model, sides.1, reports);
    Some(vec![left?, right?])
}

fn equals(inside: &Inside, model: ModelId, sides: (&Expr, &Expr), reports: &mut Reports) -> Option<Filter> {
    let (field, value) = match literal(sides.1) {
        Some(value) => (sides.0, value),
        None => (sides.1, literal(sides.0).or_else(|| not_stored(sides.1, reports))?),
    };
    let id = field_of(inside, model, field, reports)?;
    equal_to(inside, model, (id, value), sides, reports)
}

/// `state in ["new", "open"]`
fn one_of(inside: &Inside, model: ModelId, (of, list): (&Expr, &Expr), reports: &mut Reports) -> Option<Filter> {
    let ExprKind::List(items) = &list.kind else {
        return not_stored(list, reports);
    };
    let id = field_of(inside, model, of, reports)?;
    let mut alternatives = Vec::new();
    for item in items {
        let value = literal(item).or_else(|| not_stored(item, reports))?;
        alternatives.push(equal_to(inside, model, (id, value), (of, item), reports)?);
    }
    Some(Filter::Or(alternatives))
}

/// `stock > 0`. Numbers only: two databases order texts differently, and a text stands in no day.
fn ordered(
    inside: &Inside,
    model: ModelId,
    (left, order, right): (&Expr, Order, &Expr),
    reports: &mut Reports,
) -> Option<Filter> {
    let (field, order, value) = match literal(right) {
        Some(value) => (left, order, value),
        None => {
            let value = literal(left).or_else(|| not_stored(right, reports))?;
            (right, order.turned(), value)
        }
    };
    let id = field_of(inside, model, field, reports)?;
    let (holds, given) = (inside.type_of(model, id), types::of_literal(&value));
    if types::is_wrong(&holds) {
        return None;
    }
    let fits = types::fits(&given.base, &holds.base, &[]).is_ok();
    let is_number = |ty: &types::Ty| matches!(&ty.base, Base::Scalar(Scalar::Int | Scalar::Decimal(_), _));
    match (is_number(&holds) && is_number(&given), fits) {
        (true, true) => return Some(Filter::Ordered(id, order, value)),
        (true, false) => {
            let (needed, found) = (names(inside).show(&holds), names(inside).show(&given));
            let by = format!("the order of `{}`", inside.model(model).fields[id.0].name.text);
            reports.push(typing::wrong_operand(
                value_span((left, right), field),
                &needed,
                &found,
                &by,
                None,
            ));
        }
        (false, _) => {
            let shown = (names(inside).show(&holds), names(inside).show(&given));
            let other = value_span((left, right), field);
            reports.push(typing::no_order_in_a_store((field.span, &shown.0), (other, &shown.1)));
        }
    }
    None
}

/// Where the side stands that is not the field.
fn value_span(sides: (&Expr, &Expr), field: &Expr) -> Span {
    match field.span == sides.0.span {
        true => sides.1.span,
        false => sides.0.span,
    }
}

/// A field that has a value, or none.
fn equal_to(
    inside: &Inside,
    model: ModelId,
    (id, value): (ModelFieldId, Literal),
    sides: (&Expr, &Expr),
    reports: &mut Reports,
) -> Option<Filter> {
    if value == Literal::Null {
        return Some(Filter::IsNull(id));
    }
    let (holds, given) = (inside.type_of(model, id), types::of_literal(&value));
    if types::join(&holds, &given, &[]).is_none() {
        let shown = (names(inside).show(&holds), names(inside).show(&given));
        reports.push(typing::never_equal(
            (sides.0.span, &shown.0),
            (sides.1.span, &shown.1),
            "compare it with a literal of its own type",
        ));
        return None;
    }
    Some(Filter::Equals(id, value))
}

fn field_of(inside: &Inside, model: ModelId, written: &Expr, reports: &mut Reports) -> Option<ModelFieldId> {
    if let ExprKind::Name(name) | ExprKind::QuotedName(name) = &written.kind {
        return stored_field(inside, model, &Name::new(name.clone(), written.span), reports);
    }
    not_stored(written, reports)
}

fn not_stored<T>(written: &Expr, reports: &mut Reports) -> Option<T> {
    reports.push(stored_type::computed_condition(written.span));
    None
}
