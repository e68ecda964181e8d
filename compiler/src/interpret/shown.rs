//! What a row holds, as a trial shows and compares it: numbers by their value, references by their names.

use super::constant::instant;
use super::symbol::{Symbol, Symbols, parts};
use crate::ir::Literal;
use crate::ir::test::Constant;
use tenon_runtime::Decimal;
use tenon_runtime::generated::{Child, Row, Val, WriteTo};
use tenon_runtime::json::writer::json_text;
use tenon_runtime::mapper::{Cell, Element};

/// A value for people.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Not written.
    Missing,
    /// `null`
    Null,
    /// A text, or what has a text form: dates, times, bytes.
    Text(String),
    /// A number, digits kept.
    Number(Decimal),
    /// `true`, `false`
    Bool(bool),
    /// A record of the inside.
    Reference(Symbol),
    /// JSON that nobody looks into.
    Json(String),
    /// A value that must not be printed.
    Masked,
    /// Elements.
    List(Vec<Shown>),
    /// Fields in order.
    Record(Vec<(String, Shown)>),
}

/// Whether sensitive values are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secrets {
    /// For people: masked.
    Masked,
    /// To be compared.
    Open,
}

/// What was written, fields in the order of the targets.
pub(super) fn row(row: &Row<'_>, symbols: &Symbols, secrets: Secrets) -> Shown {
    let writes = row.info().writes.iter().enumerate();
    let written = writes.filter(|(target, _)| row.is_written(*target));
    let fields = written.map(|(target, write)| {
        let name = match write.to {
            WriteTo::Field | WriteTo::Out => write.name.to_owned(),
            WriteTo::Binding => format!("binding.{}", write.name),
        };
        let value = match row.cell(target) {
            Cell::Children => children(row, target, symbols, secrets),
            Cell::Unset | Cell::Value(_) | Cell::List { .. } => {
                let value = row.out(target);
                match secrets == Secrets::Masked && value.is_present() && row.info().writes_sensitive(target) {
                    true => Shown::Masked,
                    false => shown(&value, symbols),
                }
            }
        };
        (name, value)
    });
    Shown::Record(fields.collect())
}

fn children(of: &Row<'_>, target: usize, symbols: &Symbols, secrets: Secrets) -> Shown {
    let lists = of.children_of().iter().filter(|list| list.target == target);
    let child = |child: &Child<'_>| match (&child.row, &child.element) {
        (Some(mapped), _) => row(mapped, symbols, secrets),
        (None, Element::Literal(_)) => shown(&child.out(), symbols),
        (None, Element::Record { .. }) => Shown::Missing,
    };
    let children = lists.flat_map(|list| &list.children);
    Shown::List(children.filter(|child| child.stopped.is_none()).map(child).collect())
}

/// One value.
pub(super) fn shown(value: &Val<'_>, symbols: &Symbols) -> Shown {
    match value {
        Val::Missing => Shown::Missing,
        Val::Null => Shown::Null,
        Val::Text(text) | Val::Key(text) => Shown::Text(text.clone().into_owned()),
        Val::Int(number) => Shown::Number(Decimal::from(*number)),
        Val::Decimal(number) => Shown::Number(*number),
        Val::Bool(flag) => Shown::Bool(*flag),
        Val::Ref(id) => Shown::Reference(symbols.symbol(*id)),
        Val::Stored(record) => Shown::Reference(symbols.symbol(record.id)),
        Val::Float(_) | Val::Json(_) | Val::Rec(_) => Shown::Json(json_text(value)),
        Val::Date(_) | Val::Time(_) | Val::Duration(_) | Val::DateTime(_) | Val::Uuid(_) | Val::Bytes(_) => {
            Shown::Text(json_text(value).trim_matches('"').to_owned())
        }
        Val::List(items) => Shown::List(items.iter().map(|item| shown(item, symbols)).collect()),
        Val::Record(fields) => {
            let fields = fields.iter().filter(|(_, value)| !matches!(value, Val::Missing));
            Shown::Record(
                fields
                    .map(|(name, value)| ((*name).to_owned(), shown(value, symbols)))
                    .collect(),
            )
        }
    }
}

impl Shown {
    /// As JSON on several lines, references as texts.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(&self.value()).unwrap_or_default()
    }

    fn value(&self) -> serde_json::Value {
        match self {
            Self::Missing | Self::Null => serde_json::Value::Null,
            Self::Text(text) => text.clone().into(),
            Self::Number(number) => digits(&number.to_string()),
            Self::Bool(flag) => (*flag).into(),
            Self::Reference(symbol) => symbol.to_string().into(),
            Self::Json(text) => digits(text),
            Self::Masked => tenon_runtime::fault::MASK.into(),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Record(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), value.value()));
                serde_json::Value::Object(fields.collect())
            }
        }
    }

    /// The field of a record; missing where there is none.
    pub(super) fn field(&self, name: &str) -> &Self {
        const MISSING: Shown = Shown::Missing;
        let Self::Record(fields) = self else { return &MISSING };
        fields
            .iter()
            .find(|(known, _)| known == name)
            .map_or(&MISSING, |(_, value)| value)
    }

    /// The records of the inside that it names.
    pub(super) fn references(&self, found: &mut Vec<Symbol>) {
        match self {
            Self::Reference(symbol) => found.push(symbol.clone()),
            Self::List(items) => items.iter().for_each(|item| item.references(found)),
            Self::Record(fields) => fields.iter().for_each(|(_, value)| value.references(found)),
            Self::Missing
            | Self::Null
            | Self::Text(_)
            | Self::Number(_)
            | Self::Bool(_)
            | Self::Json(_)
            | Self::Masked => {}
        }
    }

    /// Whether it is the constant that a test expects. A list has all elements, a record at least the fields.
    pub(super) fn is(&self, expected: &Constant) -> bool {
        match (expected, self) {
            (Constant::Literal(literal), actual) => actual.is_literal(literal),
            (Constant::Reference { model, of }, Self::Reference(symbol)) => {
                symbol.model == *model && symbol.of == parts(of)
            }
            (Constant::List(expected), Self::List(actual)) => {
                expected.len() == actual.len() && expected.iter().zip(actual).all(|(one, other)| other.is(one))
            }
            (Constant::Record(fields), Self::Record(_)) => {
                fields.iter().all(|(name, value)| self.field(name).is(value))
            }
            (Constant::Reference { .. } | Constant::List(_) | Constant::Record(_), _) => false,
        }
    }

    fn is_literal(&self, literal: &Literal) -> bool {
        match (literal, self) {
            (Literal::Null, Self::Null) | (Literal::Missing, Self::Missing) => true,
            (Literal::Text(expected), Self::Text(actual)) => {
                expected == actual || instant(expected).is_some_and(|moment| instant(actual) == Some(moment))
            }
            (Literal::Int(expected), Self::Number(actual)) => Decimal::from(*expected) == *actual,
            (Literal::Decimal(expected), Self::Number(actual)) => expected.parse() == Ok(*actual),
            (Literal::Bool(expected), Self::Bool(actual)) => expected == actual,
            // A number names a record of the field's model.
            (Literal::Int(expected), Self::Reference(symbol)) => symbol.of == expected.to_string(),
            (
                Literal::Null
                | Literal::Missing
                | Literal::Text(_)
                | Literal::Int(_)
                | Literal::Decimal(_)
                | Literal::Bool(_),
                _,
            ) => false,
        }
    }
}

impl std::fmt::Display for Shown {
    /// On one line, as a test would write it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Reference(symbol) => symbol.fmt(f),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Record(fields) => {
                let fields = fields.iter().map(|(name, value)| format!("{name}: {value}"));
                write!(f, "{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            Self::Null | Self::Text(_) | Self::Number(_) | Self::Bool(_) | Self::Json(_) | Self::Masked => {
                self.value().fmt(f)
            }
        }
    }
}

/// A number as JSON, digits kept.
fn digits(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}
