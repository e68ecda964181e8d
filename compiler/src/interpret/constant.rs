//! Constants of tests to what the runtime takes: JSON as it comes over the wire, values of settings, of stored fields, of functions.

use super::model_value::of_value;
use super::symbol::{Symbols, written};
use crate::generate::tokens::json;
use crate::ir::test::Constant;
use crate::ir::{Literal, Scalar};
use serde_json::Value;
use std::str::FromStr;
use tenon_runtime::generated::{Date, Kind, ModelField, ModelKind, Time, Timestamp, Uuid, Val};
use tenon_runtime::value::Stored;

/// A constant of JSON that stands in a file.
pub(super) fn of_json(value: &Value) -> Constant {
    match value {
        Value::Null => Constant::Literal(Literal::Null),
        Value::Bool(flag) => Constant::Literal(Literal::Bool(*flag)),
        Value::Number(number) => Constant::Literal(match number.as_i64() {
            Some(number) => Literal::Int(number),
            None => Literal::Decimal(number.to_string()),
        }),
        Value::String(text) => Constant::Literal(Literal::Text(text.clone())),
        Value::Array(items) => Constant::List(items.iter().map(of_json).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), of_json(value)));
            Constant::Record(fields.collect())
        }
    }
}

/// A constant that is not what is needed: why.
pub(super) type Misfit = String;

/// Wire data: `missing` is left out, a decimal keeps its digits.
pub(super) fn wire(constant: &Constant) -> String {
    match constant {
        Constant::Literal(literal) => json(literal),
        Constant::List(items) => {
            let items: Vec<String> = items.iter().filter(|item| !is_missing(item)).map(wire).collect();
            format!("[{}]", items.join(","))
        }
        Constant::Record(fields) => {
            let fields = fields.iter().filter(|(_, value)| !is_missing(value));
            let name = |name: &String| json(&Literal::Text(name.clone()));
            let fields: Vec<String> = fields
                .map(|(field, value)| format!("{}:{}", name(field), wire(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        // A payload knows no record of the inside; the scan says so at the field.
        Constant::Reference { .. } => json(&Literal::Text(written(constant))),
    }
}

fn is_missing(constant: &Constant) -> bool {
    matches!(constant, Constant::Literal(Literal::Missing))
}

/// A constant by its form alone: a key.
pub(super) fn plain(constant: &'static Constant) -> Result<Val<'static>, Misfit> {
    Ok(match constant {
        Constant::Literal(Literal::Null) => Val::Null,
        Constant::Literal(Literal::Missing) => Val::Missing,
        Constant::Literal(Literal::Text(text)) => Val::text(text),
        Constant::Literal(Literal::Int(number)) => Val::Int(*number),
        Constant::Literal(Literal::Decimal(digits)) => {
            return Val::decimal(digits).map_err(|fault| fault.to_string());
        }
        Constant::Literal(Literal::Bool(flag)) => Val::Bool(*flag),
        Constant::List(items) => Val::List(items.iter().map(plain).collect::<Result<_, _>>()?),
        Constant::Record(fields) => {
            let fields = fields.iter().map(|(name, value)| Ok((name.as_str(), plain(value)?)));
            Val::Record(fields.collect::<Result<_, Misfit>>()?)
        }
        Constant::Reference { .. } => return Err(misfit("a plain value", constant)),
    })
}

/// A value of a setting.
pub(super) fn of_scalar(constant: &'static Constant, scalar: &Scalar) -> Result<Val<'static>, Misfit> {
    let form = match scalar {
        Scalar::Text | Scalar::Enum { .. } => Form::Text,
        Scalar::Int => Form::Int,
        Scalar::Decimal(_) => Form::Decimal,
        Scalar::Float => Form::Float,
        Scalar::Bool => Form::Bool,
        Scalar::Date => Form::Date,
        Scalar::Time => Form::Time,
        Scalar::Duration => Form::Duration,
        Scalar::DateTime => Form::DateTime,
        Scalar::Uuid => Form::Uuid,
        Scalar::Bytes => Form::Bytes,
        Scalar::Json => Form::Json,
    };
    typed(constant, form)
}

/// A value of a stored field; references name their record.
pub(super) fn of_field(
    constant: &'static Constant,
    field: &ModelField,
    symbols: &Symbols,
) -> Result<Val<'static>, Misfit> {
    let form = match field.kind {
        ModelKind::Text | ModelKind::Enum { .. } => Form::Text,
        ModelKind::Int => Form::Int,
        ModelKind::Decimal(_) => Form::Decimal,
        ModelKind::Bool => Form::Bool,
        ModelKind::Date => Form::Date,
        ModelKind::Time => Form::Time,
        ModelKind::Duration => Form::Duration,
        ModelKind::DateTime => Form::DateTime,
        ModelKind::Uuid => Form::Uuid,
        ModelKind::Bytes => Form::Bytes,
        ModelKind::Json => Form::Json,
        ModelKind::Value(of) => return of_value(constant, of),
        ModelKind::Ref { model, .. } => return reference(constant, model, symbols),
        ModelKind::ManyToMany { model } | ModelKind::OneToMany { model, .. } => {
            let Constant::List(items) = constant else {
                return reference(constant, model, symbols);
            };
            let items = items.iter().map(|item| reference(item, model, symbols));
            return items.collect::<Result<_, _>>().map(Val::List);
        }
    };
    typed(constant, form)
}

/// A list of references, as a loaded record has them in a one-to-many field.
pub(super) fn references(value: Val<'_>) -> Option<Stored> {
    let Val::List(items) = value else { return None };
    let ids = items.into_iter().map(|item| {
        let Val::Ref(id) = item else { return None };
        Some(id)
    });
    ids.collect::<Option<Vec<_>>>().map(Stored::Refs)
}

/// A reference, by what the test names the record.
pub(super) fn reference(constant: &'static Constant, model: &str, symbols: &Symbols) -> Result<Val<'static>, Misfit> {
    if let Constant::Literal(Literal::Null | Literal::Missing) = constant {
        return plain(constant);
    }
    let id = symbols.of_constant(model, constant);
    id.map(Val::Ref).ok_or_else(|| misfit("a reference", constant))
}

/// How a value is written in a test.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Int,
    Decimal,
    Float,
    Bool,
    Date,
    Time,
    Duration,
    DateTime,
    Uuid,
    Bytes,
    Json,
}

/// A value of a part of a stored value.
pub(super) fn of_kind(constant: &'static Constant, kind: Kind) -> Result<Val<'static>, Misfit> {
    let form = match kind {
        Kind::Text | Kind::Enum { .. } | Kind::Key(_) => Form::Text,
        Kind::Int | Kind::Ref => Form::Int,
        Kind::Decimal(_) => Form::Decimal,
        Kind::Float => Form::Float,
        Kind::Bool => Form::Bool,
        Kind::Date => Form::Date,
        Kind::Time => Form::Time,
        Kind::Duration => Form::Duration,
        Kind::DateTime => Form::DateTime,
        Kind::Uuid => Form::Uuid,
        Kind::Bytes => Form::Bytes,
        Kind::Json => Form::Json,
        Kind::List(_) | Kind::Map(_) | Kind::Record(_) => {
            let value = plain(constant)?;
            let is_absent = matches!(value, Val::Null | Val::Missing);
            return if is_absent {
                Ok(value)
            } else {
                Err(misfit(kind.noun(), constant))
            };
        }
    };
    typed(constant, form)
}

fn typed(constant: &'static Constant, form: Form) -> Result<Val<'static>, Misfit> {
    let given = plain(constant)?;
    match (form, given) {
        (_, absent @ (Val::Null | Val::Missing)) => Ok(absent),
        (Form::Text, text @ Val::Text(_))
        | (Form::Int, text @ Val::Int(_))
        | (Form::Decimal, text @ (Val::Int(_) | Val::Decimal(_)))
        | (Form::Bool, text @ Val::Bool(_)) => Ok(text),
        (Form::Float, number @ (Val::Int(_) | Val::Decimal(_))) => {
            let digits = number.into_decimal().map_err(|fault| fault.to_string())?.to_string();
            parsed(&digits, "a number", constant).map(Val::Float)
        }
        (Form::Date, Val::Text(text)) => parsed::<Date>(&text, "a date", constant).map(Val::Date),
        (Form::Time, Val::Text(text)) => parsed::<Time>(&text, "a time", constant).map(Val::Time),
        (Form::Duration, Val::Text(text)) => {
            let lasting = tenon_runtime::decode::duration(&text);
            lasting.map(Val::Duration).map_err(|_| misfit("a duration", constant))
        }
        (Form::DateTime, Val::Text(text)) => instant(&text)
            .map(Val::DateTime)
            .ok_or_else(|| misfit("a datetime", constant)),
        (Form::Uuid, Val::Text(text)) => parsed::<Uuid>(&text, "a uuid", constant).map(Val::Uuid),
        (Form::Bytes, Val::Text(text)) if tenon_runtime::decode::is_base64(&text) => {
            Ok(Val::Bytes(tenon_runtime::decode::bytes(&text).into()))
        }
        (Form::Json, Val::Text(text)) => Ok(Val::Json(text)),
        (_, _) => Err(misfit("another kind of value", constant)),
    }
}

fn parsed<T: FromStr>(text: &str, what: &str, constant: &Constant) -> Result<T, Misfit> {
    text.parse().map_err(|_| misfit(what, constant))
}

/// An instant: with its zone, or in UTC.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let utc = || {
        let local: jiff::civil::DateTime = text.parse().ok()?;
        Some(local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(utc)
}

/// What is not what is needed.
pub(super) fn misfit(what: &str, constant: &Constant) -> Misfit {
    format!("{what} is needed here, not {}", written(constant))
}
