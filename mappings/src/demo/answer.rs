//! What the demo shop answers: the methods of the Magento API that connectors call, with its faults in its words.

use serde_json::Value;
use tenon_runtime::adapter::xml_rpc::codec::Fault;

use super::data::{self, Data, Row};

type Answer = Result<Value, Fault>;

/// The answer to one call.
pub(super) fn answer(data: &Data, method: &str, args: &[Value]) -> Answer {
    match method {
        "ol_websites.search" => search(&data.websites, "website_id", args),
        "ol_websites.info" => info(&data.websites, "website_id", "Website", args),
        "ol_groups.search" => search(&data.groups, "group_id", args),
        "ol_groups.info" => info(&data.groups, "group_id", "Store", args),
        "ol_storeviews.search" => search(&data.storeviews, "store_id", args),
        "ol_storeviews.info" => info(&data.storeviews, "store_id", "Store view", args),
        "ol_customer_groups.list" | "customer_group.list" => Ok(rows(matching(&data.customer_groups, args)?)),
        "ol_customer_groups.info" => info(&data.customer_groups, "customer_group_id", "Customer group", args),
        "customer.list" => Ok(rows(
            matching(&data.customers, args)?
                .into_iter()
                .map(without_nulls)
                .collect(),
        )),
        "customer.info" => info(&data.customers, "customer_id", "Customer", args),
        "customer_address.list" => addresses(data, args),
        "customer_address.info" => data
            .address(&key(args)?)
            .map(Value::Object)
            .ok_or_else(|| not_there("Address")),
        _ => Err(fault(3, "Invalid api path.")),
    }
}

/// A fault of the shop.
pub(super) fn fault(code: i64, text: impl Into<String>) -> Fault {
    Fault {
        code,
        text: text.into(),
    }
}

fn not_there(what: &str) -> Fault {
    fault(102, format!("{what} not exists."))
}

fn search(rows: &[Row], key: &str, args: &[Value]) -> Answer {
    Ok(matching(rows, args)?.into_iter().map(|row| row[key].clone()).collect())
}

fn info(rows: &[Row], key_field: &str, what: &str, args: &[Value]) -> Answer {
    data::find(rows, key_field, &key(args)?)
        .map(|row| Value::Object(row.clone()))
        .ok_or_else(|| not_there(what))
}

/// Of one customer: `list({ customer_id: { eq: 42 } })` or `list(42)`.
fn addresses(data: &Data, args: &[Value]) -> Answer {
    let id = match args.first() {
        Some(Value::Object(filter)) => match &filter.get("customer_id").and_then(|condition| condition.get("eq")) {
            Some(id) => plain(id),
            None => None,
        },
        Some(id) => plain(id),
        None => None,
    };
    let id = id.ok_or_else(|| fault(101, "Invalid filters. Say whose addresses: customer_id eq."))?;
    let customer = data::find(&data.customers, "customer_id", &id).ok_or_else(|| not_there("Customer"))?;
    Ok(rows(data.address_book(customer)))
}

fn rows(rows: Vec<Row>) -> Value {
    rows.into_iter().map(Value::Object).collect()
}

/// Lists leave out what is null, as the real shop does.
fn without_nulls(row: Row) -> Row {
    row.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// The key that a call names, written as text or as a number.
fn key(args: &[Value]) -> Result<String, Fault> {
    args.first()
        .and_then(plain)
        .ok_or_else(|| fault(6, "Required parameter is missing."))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The rows that a filter admits: `{ updated_at: { from: ".." }, website_id: "1" }`; without a filter, all.
fn matching(rows: &[Row], args: &[Value]) -> Result<Vec<Row>, Fault> {
    let conditions = match args.first() {
        Some(Value::Object(filter)) => conditions(filter)?,
        Some(Value::Array(empty)) if empty.is_empty() => Vec::new(),
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(fault(101, "Invalid filters given. Details in error message.")),
    };
    let admitted = |row: &&Row| conditions.iter().all(|condition| condition.admits(row));
    Ok(rows.iter().filter(admitted).cloned().collect())
}

struct Condition<'a> {
    field: &'a str,
    verb: &'a str,
    operands: Vec<String>,
}

/// Verbs that a filter may use.
const VERBS: [&str; 9] = ["eq", "neq", "in", "from", "to", "gt", "lt", "gteq", "lteq"];

fn conditions<'a>(filter: &'a Row) -> Result<Vec<Condition<'a>>, Fault> {
    let mut conditions = Vec::new();
    for (field, value) in filter {
        match value {
            Value::Object(verbs) => {
                for (verb, operand) in verbs {
                    conditions.push(condition(field, verb, operand)?);
                }
            }
            value => conditions.push(condition(field, "eq", value)?),
        }
    }
    Ok(conditions)
}

fn condition<'a>(field: &'a str, verb: &'a str, operand: &Value) -> Result<Condition<'a>, Fault> {
    let operands = match operand {
        Value::Array(items) if verb == "in" => items.iter().map(plain).collect(),
        single => plain(single).map(|text| vec![text]),
    };
    match operands {
        Some(operands) if VERBS.contains(&verb) => Ok(Condition { field, verb, operands }),
        Some(_) | None => Err(fault(
            101,
            format!("Invalid filters. `{verb}` of `{field}` is not understood."),
        )),
    }
}

impl Condition<'_> {
    /// Times are texts whose order is that of time.
    fn admits(&self, row: &Row) -> bool {
        let Some(value) = row.get(self.field).and_then(plain) else {
            return false;
        };
        self.operands.iter().any(|operand| match self.verb {
            "eq" | "in" => value == *operand,
            "neq" => value != *operand,
            "from" | "gteq" => value >= *operand,
            "to" | "lteq" => value <= *operand,
            "gt" => value > *operand,
            _ => value < *operand,
        })
    }
}
