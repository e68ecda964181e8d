//! Records as PHP sends them: every value is a text, and what a record does not say stands there all the same.

use std::io;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::order::sum::four;

/// A record as PHP knows it: names and values.
pub(super) type Row = Map<String, Value>;

/// What the API answers beside the values of a record, by kind of record.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Blanks {
    pub(super) category: Blank,
    pub(super) product: Blank,
    pub(super) order: Blank,
    pub(super) item: Blank,
    pub(super) payment: Blank,
    pub(super) address: Blank,
}

/// The fields of one kind of record that say nothing.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Blank {
    null: Vec<String>,
    empty: Vec<String>,
    zero: Vec<String>,
}

impl Blanks {
    /// As this version of Magento answers.
    pub(super) fn read() -> io::Result<Self> {
        Ok(serde_json::from_str(include_str!("php.json"))?)
    }
}

impl Blank {
    /// A record that says nothing yet.
    pub(super) fn row(&self) -> Row {
        let fields = |names: &[String], value: Value| -> Vec<(String, Value)> {
            names.iter().map(|name| (name.clone(), value.clone())).collect()
        };
        let null = fields(&self.null, Value::Null);
        let empty = fields(&self.empty, Value::from(""));
        let zero = fields(&self.zero, Value::from(amount(Decimal::ZERO)));
        null.into_iter().chain(empty).chain(zero).collect()
    }
}

/// An amount or a quantity: four digits after the point.
pub(super) fn amount(number: Decimal) -> String {
    format!("{number:.4}")
}

/// Sets fields of a record.
pub(super) fn set<const N: usize>(row: &mut Row, fields: [(&str, Value); N]) {
    for (name, value) in fields {
        row.insert(name.to_owned(), value);
    }
}

/// Sets amounts of a record, each also in the currency that the shop keeps its books in: one of those is `rate` of these.
pub(super) fn set_amounts<const N: usize>(row: &mut Row, rate: Decimal, fields: [(&str, Option<Decimal>); N]) {
    let text = |number: Option<Decimal>| number.map_or(Value::Null, |number| Value::from(amount(number)));
    for (name, number) in fields {
        let base = number.and_then(|number| number.checked_div(rate)).map(four);
        row.insert(format!("base_{name}"), text(base));
        row.insert(name.to_owned(), text(number));
    }
}

/// `Some("a")` is a text, `None` is null.
pub(super) fn text_or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}
