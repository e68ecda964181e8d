//! What a row holds, as JSON for people: references by their names, sensitive values masked.

use std::cell::RefCell;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::json::writer::json_text;
use crate::mapper::{Cell, Child, Element, Row, WriteTo};
use crate::value::{RecordId, Val};

/// What a snapshot holds. Whole numbers are numbers; other numbers are texts, so that all their digits stand there.
#[derive(Clone, Debug, PartialEq)]
pub struct Made(pub(super) Value);

impl Serialize for Made {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::String(text) => serializer.serialize_str(text),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_str(&number.to_string()),
            },
            Value::Array(items) => serializer.collect_seq(items.iter().map(|item| Self(item.clone()))),
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, Self(value.clone()))))
            }
        }
    }
}

/// Names of records that exist nowhere else. Their numbers lie where no test gives one.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: RefCell<Vec<String>>,
}

/// The first number of a record that is only named.
const FIRST: i64 = 1 << 40;

impl Names {
    /// The number of a name, always the same.
    pub(super) fn id(&self, name: &str) -> RecordId {
        let mut known = self.known.borrow_mut();
        let position = known.iter().position(|other| other == name).unwrap_or_else(|| {
            known.push(name.to_owned());
            known.len() - 1
        });
        RecordId(FIRST.saturating_add(i64::try_from(position).unwrap_or(i64::MAX)))
    }

    /// The name of a record; of one that the test gave: its number.
    pub(super) fn of(&self, id: RecordId) -> Value {
        let position = id.0.checked_sub(FIRST).and_then(|of| usize::try_from(of).ok());
        let known = self.known.borrow();
        match position.and_then(|position| known.get(position)) {
            Some(name) => Value::from(name.clone()),
            None => Value::from(id.0),
        }
    }
}

/// What was written, in the order of the targets; children in their place.
pub(super) fn row(row: &Row<'_>, names: &Names) -> Value {
    let mut shown = Map::new();
    for (target, write) in row.info().writes.iter().enumerate() {
        if !row.is_written(target) {
            continue;
        }
        let name = match write.to {
            WriteTo::Field | WriteTo::Out => write.name.to_owned(),
            WriteTo::Binding => format!("binding.{}", write.name),
        };
        let made = match row.cell(target) {
            Cell::Children => children(row, target, names),
            Cell::Unset | Cell::Value(_) | Cell::List { .. } => {
                let made = row.out(target);
                match made.is_present() && row.info().writes_sensitive(target) {
                    true => Value::from(crate::fault::MASK),
                    false => value(&made, names),
                }
            }
        };
        shown.insert(name, made);
    }
    Value::Object(shown)
}

fn children(of: &Row<'_>, target: usize, names: &Names) -> Value {
    let lists = of.children_of().iter().filter(|list| list.target == target);
    let child = |child: &Child<'_>| match (&child.row, &child.element) {
        (Some(mapped), _) => Some(row(mapped, names)),
        (None, Element::Literal(_)) => Some(value(&child.out(), names)),
        // A skipped one.
        (None, Element::Record { .. }) => None,
    };
    lists.flat_map(|list| &list.children).filter_map(child).collect()
}

/// One value.
pub(super) fn value(of: &Val<'_>, names: &Names) -> Value {
    match of {
        Val::Missing | Val::Null => Value::Null,
        Val::Ref(id) => names.of(*id),
        Val::Stored(record) => names.of(record.id),
        Val::List(items) => items.iter().map(|item| value(item, names)).collect(),
        Val::Record(fields) => {
            let fields = fields.iter().filter(|(_, value)| !matches!(value, Val::Missing));
            Value::Object(
                fields
                    .map(|(name, field)| ((*name).to_owned(), value(field, names)))
                    .collect(),
            )
        }
        Val::Text(_)
        | Val::Key(_)
        | Val::Int(_)
        | Val::Decimal(_)
        | Val::Float(_)
        | Val::Bool(_)
        | Val::Date(_)
        | Val::Time(_)
        | Val::Duration(_)
        | Val::DateTime(_)
        | Val::Uuid(_)
        | Val::Bytes(_)
        | Val::Json(_)
        | Val::Rec(_) => {
            let text = json_text(of);
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
    }
}
