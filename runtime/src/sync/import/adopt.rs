//! Adoption: a record without a binding that is here already, found by its values instead of created a second time.

use std::collections::BTreeMap;

use crate::json::writer::stored_text;
use crate::mapper::{Adopt, Eval, Mode};
use crate::model::{Filter, Literal, Model, ModelKind};
use crate::plan::{Condition, Expected};
use crate::store::{Bound, Find};
use crate::sync::End;
use crate::sync::handler::lacks;
use crate::sync::import::lookup::Known;
use crate::sync::import::receive::Ready;
use crate::sync::import::{Board, Importing, map, verdict};
use crate::value::{RecordId, Stored};

/// What a search for a record to adopt found.
#[derive(Debug)]
pub(crate) struct Adopted {
    /// The record; absent: there is none, a new one is made.
    pub(crate) to: Option<RecordId>,
    /// What the plan relies on.
    pub(crate) expects: Vec<Expected>,
}

/// What one record is searched by.
struct Search {
    place: usize,
    values: Vec<Stored>,
}

/// Searches for all records of a claim that have no binding: one query for them, and one for what leads to them already.
pub(crate) async fn search(
    ctx: &Importing<'_>,
    ready: &[Ready<'_>],
    known: &[Known],
    board: &mut Board,
) -> Result<BTreeMap<usize, Adopted>, End> {
    let info = ctx.mapper.info();
    let Some(adopt) = info.adopt else {
        return Ok(BTreeMap::new());
    };
    let by: Vec<&'static str> = adopt
        .by
        .iter()
        .filter_map(|target| info.writes.get(*target))
        .map(|write| write.name)
        .collect();
    let searches: Vec<Search> = ready
        .iter()
        .zip(known)
        .filter(|(ready, _)| ready.received.bound.is_none())
        .filter_map(|(ready, known)| {
            let values = values(ctx, ready, known, &by)?;
            Some(Search {
                place: ready.received.place,
                values,
            })
        })
        .collect();
    if searches.is_empty() {
        return Ok(BTreeMap::new());
    }
    let values = searches.iter().map(|search| search.values.clone()).collect();
    let find = Find {
        model: info.model,
        by: by.clone(),
        fold: adopt.fold,
        filter: adopt.filter,
        values,
    };
    let found = ctx.env.store.find(&find).await.map_err(|error| End::from(&error))?;
    let others = bound_to(ctx, &found).await?;
    let mut adopted = BTreeMap::new();
    for (search, found) in searches.into_iter().zip(found) {
        match decide(ctx, adopt, &by, &search, &found, &others) {
            Ok(one) => {
                adopted.insert(search.place, one);
            }
            Err(reason) => board.end(search.place, End::Review(reason)),
        }
    }
    Ok(adopted)
}

/// What a new record would be given in the fields that are searched by; absent: one of them is absent or wrong, nothing is searched.
fn values(ctx: &Importing<'_>, ready: &Ready<'_>, known: &Known, by: &[&'static str]) -> Option<Vec<Stored>> {
    let run = map::circumstances(ctx, ready.received.place, Mode::Create, None);
    let row = Eval::new(&ready.sources, &known.resolved, &run).map();
    let written = row.values().ok()?.fields;
    by.iter()
        .map(|name| {
            let value = written.iter().find(|assigned| assigned.field == *name)?;
            (value.value != Stored::Null).then(|| value.value.clone())
        })
        .collect()
}

/// What leads to the records that were found.
async fn bound_to(ctx: &Importing<'_>, found: &[Vec<RecordId>]) -> Result<Vec<Bound>, End> {
    let alone = found.iter().filter_map(|found| match found.as_slice() {
        [one] => Some(*one),
        [] | [_, _, ..] => None,
    });
    let alone: Vec<RecordId> = alone.collect();
    if alone.is_empty() {
        return Ok(Vec::new());
    }
    let binder = ctx.env.binder(ctx.external()).map_err(|error| lacks(&error))?;
    let bound = binder.bindings_of_all(&*ctx.env.store, ctx.instance(), &alone).await;
    bound.map_err(|error| verdict::of_binder(&error))
}

fn decide(
    ctx: &Importing<'_>,
    adopt: &Adopt,
    by: &[&'static str],
    search: &Search,
    found: &[RecordId],
    others: &[Bound],
) -> Result<Adopted, String> {
    let info = ctx.mapper.info();
    let model = info.model.name;
    match found {
        [] => {
            let expects = none_found(info.model, adopt, by, &search.values).into_iter().collect();
            Ok(Adopted { to: None, expects })
        }
        [one] => {
            let other = others.iter().find(|other| other.id == *one);
            if let (Some(other), false) = (other, adopt.shared) {
                return Err(format!(
                    "{} {model} {} has {}, but belongs to {} {} already; bind one of the two by hand, or say `adopt shared by`",
                    adopt.place,
                    one.0,
                    said(by, &search.values),
                    info.external.name,
                    other.key
                ));
            }
            let expects = unbound(ctx, adopt, *one).into_iter().collect();
            Ok(Adopted {
                to: Some(*one),
                expects,
            })
        }
        several => {
            let ids: Vec<String> = several.iter().map(|id| id.0.to_string()).collect();
            Err(format!(
                "{} {} {model} have {}: {}; bind the one that is meant, or merge them",
                adopt.place,
                several.len(),
                said(by, &search.values),
                ids.join(", ")
            ))
        }
    }
}

fn unbound(ctx: &Importing<'_>, adopt: &Adopt, id: RecordId) -> Option<Expected> {
    if adopt.shared {
        return None;
    }
    let table = ctx.external().binding.as_ref()?.table.to_owned();
    Some(Expected::Unbound {
        table,
        instance: ctx.instance().to_owned(),
        id,
    })
}

fn said(by: &[&str], values: &[Stored]) -> String {
    let pairs: Vec<String> = by
        .iter()
        .zip(values)
        .map(|(name, value)| format!("{name} \"{}\"", stored_text(value)))
        .collect();
    pairs.join(" and ")
}

/// What the plan relies on when it creates: that still nobody has these values.
fn none_found(model: &'static Model, adopt: &Adopt, by: &[&'static str], values: &[Stored]) -> Option<Expected> {
    let pairs = by.iter().zip(values);
    let pairs = pairs.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let filter = match &adopt.filter {
        Some(filter) => Some(condition(model, filter)?),
        None => None,
    };
    Some(Expected::NoneFound {
        model: model.name.to_owned(),
        by: pairs,
        fold: adopt.fold,
        filter,
    })
}

/// A condition as a plan carries it; absent: it holds a value that its field cannot hold, so no record meets it.
fn condition(model: &'static Model, filter: &Filter) -> Option<Condition> {
    let all = |parts: &[Filter]| {
        parts
            .iter()
            .map(|part| condition(model, part))
            .collect::<Option<Vec<_>>>()
    };
    Some(match filter {
        Filter::And(parts) => Condition::And(all(parts)?),
        Filter::Or(parts) => Condition::Or(all(parts)?),
        Filter::Not(part) => Condition::Not(Box::new(condition(model, part)?)),
        Filter::Equals { field, value } => Condition::Equals {
            field: (*field).to_owned(),
            value: literal(model, field, *value)?,
        },
        Filter::Ordered { field, order, value } => Condition::Ordered {
            field: (*field).to_owned(),
            order: *order,
            value: literal(model, field, *value)?,
        },
        Filter::IsNull { field } => Condition::Equals {
            field: (*field).to_owned(),
            value: Stored::Null,
        },
    })
}

fn literal(model: &'static Model, field: &str, value: Literal) -> Option<Stored> {
    let kind = model.field(field)?.kind;
    Some(match (value, kind) {
        (Literal::Null, _) => Stored::Null,
        (Literal::Text(text), ModelKind::Text | ModelKind::Enum { .. }) => Stored::Text(text.to_owned()),
        (Literal::Int(number), ModelKind::Int) => Stored::Int(number),
        (Literal::Bool(flag), ModelKind::Bool) => Stored::Bool(flag),
        (Literal::Decimal(digits), ModelKind::Decimal(_)) => Stored::Decimal(digits.parse().ok()?),
        (Literal::Int(number), ModelKind::Decimal(_)) => Stored::Decimal(number.into()),
        (Literal::Text(_) | Literal::Int(_) | Literal::Bool(_) | Literal::Decimal(_), _) => return None,
    })
}
