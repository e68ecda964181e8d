//! Codecs: how one field is written, and whether that fits its type.

use super::modifier::{Modifiers, WrittenCodec};
use crate::check::moment::{Moment, wrong_format, wrong_zone};
use crate::error::{Reports, wire};
use crate::ir::{Codec, FieldType, Scalar};
use crate::types::TypeNames;
use tenon_dsl::ast;

/// The codec of a field.
pub(crate) fn codec(field: &ast::Field, ty: &FieldType, modifiers: &Modifiers<'_>, reports: &mut Reports) -> Codec {
    let scalar = scalar_of(ty);
    let made = match modifiers.codec {
        None => Codec::Wire,
        Some(WrittenCodec::Format(format)) => Codec::Format(format.value.clone()),
        Some(WrittenCodec::Named(name)) => match named(&name.value) {
            Some(codec) => codec,
            None => {
                let help = "there are: as text, as number, as epoch, as flag, as \"%Y-%m-%d\"";
                let why = "unknown codec";
                reports.push(wire::modifier_does_not_fit(
                    name.span,
                    &format!("as {}", name.value),
                    why,
                    help,
                ));
                return Codec::Wire;
            }
        },
    };
    if let (Some(written), false) = (modifiers.codec, scalar.is_some_and(|scalar| fits(&made, scalar))) {
        let (does, right) = meant(&made);
        let (name, shown) = match written {
            WrittenCodec::Format(name) => (name, format!("as \"{}\"", name.value)),
            WrittenCodec::Named(name) => (name, format!("as {}", name.value)),
        };
        let found = shown_type(ty);
        let at = field.ty.span;
        reports.push(wire::codec_does_not_fit(
            (name.span, &shown),
            does,
            &field.name.value,
            (at, &found),
            right,
        ));
    }
    let moment = scalar.and_then(moment);
    if let (Some(WrittenCodec::Format(format)), Some(moment)) = (modifiers.codec, moment)
        && let Some(wrong) = wrong_format(&format.value, moment)
    {
        reports.push(wire::wrong_format(format.span, &format.value, wrong));
    }
    if let (Some(zone), Some(Moment::DateTime)) = (modifiers.zone, moment)
        && let Some(wrong) = wrong_zone(&zone.value)
    {
        reports.push(wire::wrong_zone(zone.span, &zone.value, wrong));
    }
    if let (Some(zone), false) = (modifiers.zone, matches!(scalar, Some(Scalar::DateTime))) {
        let help = format!("declare the type: {}: datetime", field.name.value);
        reports.push(wire::modifier_does_not_fit(
            zone.span,
            "zone",
            "only a datetime has one",
            &help,
        ));
    }
    made
}

fn moment(scalar: &Scalar) -> Option<Moment> {
    match scalar {
        Scalar::Date => Some(Moment::Date),
        Scalar::Time => Some(Moment::Time),
        Scalar::DateTime => Some(Moment::DateTime),
        Scalar::Text
        | Scalar::Int
        | Scalar::Decimal(_)
        | Scalar::Float
        | Scalar::Bool
        | Scalar::Duration
        | Scalar::Uuid
        | Scalar::Bytes
        | Scalar::Json
        | Scalar::Enum { .. } => None,
    }
}

fn named(name: &str) -> Option<Codec> {
    Some(match name {
        "text" => Codec::Text,
        "number" => Codec::Number,
        "epoch" => Codec::Epoch,
        "flag" => Codec::Flag,
        _ => return None,
    })
}

fn scalar_of(ty: &FieldType) -> Option<&Scalar> {
    match ty {
        FieldType::Scalar(scalar) | FieldType::Key { scalar, external: _ } => Some(scalar),
        FieldType::List(element) | FieldType::Map(element) | FieldType::Nullable(element) => scalar_of(element),
        FieldType::Record(_) | FieldType::Ref(_) => None,
    }
}

fn fits(codec: &Codec, scalar: &Scalar) -> bool {
    match codec {
        Codec::Wire => true,
        Codec::Format(_) => matches!(scalar, Scalar::Date | Scalar::Time | Scalar::DateTime),
        Codec::Text => {
            matches!(scalar, Scalar::Int | Scalar::Decimal(_) | Scalar::Float | Scalar::Text)
        }
        Codec::Number => {
            matches!(
                scalar,
                Scalar::Int | Scalar::Decimal(_) | Scalar::Float | Scalar::Text | Scalar::Duration
            )
        }
        Codec::TextOrNumber => matches!(scalar, Scalar::Text),
        Codec::Epoch => matches!(scalar, Scalar::DateTime),
        Codec::Flag => matches!(scalar, Scalar::Bool),
    }
}

/// What a codec reads and writes, and the type that has it.
fn meant(codec: &Codec) -> (&'static str, &'static str) {
    match codec {
        Codec::Wire => ("anything", "text"),
        Codec::Format(_) => ("a date, a time or a datetime", "date"),
        Codec::Text | Codec::Number => ("a number", "decimal(2)"),
        Codec::TextOrNumber => ("a text", "text"),
        Codec::Epoch => ("a datetime", "datetime"),
        Codec::Flag => ("a bool", "bool"),
    }
}

pub(super) fn shown_type(ty: &FieldType) -> String {
    let names = TypeNames {
        models: &[],
        externals: &[],
    };
    match ty {
        FieldType::Record(_) => "record".to_owned(),
        FieldType::Map(_) => "map".to_owned(),
        FieldType::Ref(_) => "reference".to_owned(),
        FieldType::List(element) => format!("list of {}", shown_type(element)),
        FieldType::Nullable(element) => shown_type(element),
        FieldType::Key { scalar, external: _ } | FieldType::Scalar(scalar) => {
            names.show_base(&crate::ir::expr::Base::Scalar(scalar.clone(), None))
        }
    }
}
