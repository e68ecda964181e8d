//! The filters of the API: `{ updated_at: { from: ".." }, website_id: "1" }` to the rows that they admit.

use serde_json::Value;
use tenon_runtime::adapter::xml_rpc::codec::Fault;

use super::answer::fault;
use super::php::Row;

/// The rows that a filter admits: `{ updated_at: { from: ".." }, website_id: "1" }`; without a filter, all.
pub(super) fn matching(rows: &[Row], args: &[Value]) -> Result<Vec<Row>, Fault> {
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
    /// Times are texts whose order is that of time; the database takes `2026/03/02` for a day, too.
    fn admits(&self, row: &Row) -> bool {
        let Some(value) = row.get(self.field).and_then(plain) else {
            return false;
        };
        let operand = |text: &String| match self.field {
            "created_at" | "updated_at" => text.replace('/', "-"),
            _ => text.clone(),
        };
        self.operands.iter().map(operand).any(|operand| match self.verb {
            "eq" | "in" => value == operand,
            "neq" => value != operand,
            "from" | "gteq" => value >= operand,
            "to" | "lteq" => value <= operand,
            "gt" => value > operand,
            _ => value < operand,
        })
    }
}

/// `sales_order.search` has its filter one level down: `{ imported: false, filters: { .. } }`. Whether an order counts as
/// imported is not asked: the demo shop is told of no import.
pub(super) fn wrapped(args: &[Value]) -> &[Value] {
    let Some(Value::Object(filter)) = args.first() else {
        return args;
    };
    match filter.get("filters") {
        Some(filters) => std::slice::from_ref(filters),
        None if filter.contains_key("imported") => &[],
        None => args,
    }
}

/// What stands for a text: a text, or a number.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
