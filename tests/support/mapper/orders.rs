//! Maps an order: strata, joins, parameters, children of children. And single values into columns.

use std::sync::Arc;

use tenon_runtime::json::writer::json_text;
use tenon_runtime::mapper::*;
use tenon_runtime::scan::{scan, scan_list};
use tenon_runtime::value::{Stored, StoredRecord};

use super::order::{INVOICE, ImportOrder, ORDER, SALE_ORDER_LINE, VIEW};
use super::{line, tell_errors};

/// Everything that the mapping of an order says; `invoices` is what the operation gives.
pub fn import_order(order: &str, invoices: &str) -> String {
    let mut told = String::new();
    let order = match scan(&ORDER, order.as_bytes()) {
        Ok(order) => order,
        Err(errors) => {
            tell_errors(&errors, &mut told);
            return told;
        }
    };
    let invoices = match scan_list(&INVOICE, invoices.as_bytes()) {
        Ok(invoices) => invoices,
        Err(errors) => {
            tell_errors(&errors, &mut told);
            return told;
        }
    };
    let settings = [Val::text("S-")];
    let run = Run::new(Mode::Create, jiff::Timestamp::UNIX_EPOCH).with_settings(&settings);
    let mut sources = Sources::new(&ImportOrder, order.record());
    let joined = match sources.advance(&run) {
        Ok(Step::Fetch { source, arguments, .. }) => {
            line(&mut told, &format!("fetch of {}", json_text(&Val::List(arguments))));
            let records = invoices.records().filter_map(Result::ok).collect();
            sources.fetched(source, records, &run)
        }
        Ok(Step::Complete) => Ok(()),
        Err(fault) => Err(fault),
    };
    if let Err(fault) = joined {
        line(&mut told, &format!("source fault {:?}: {fault}", fault.kind));
        return told;
    }
    let resolved = resolve(&sources, &run, &mut told);
    tell(&Eval::new(&sources, &resolved, &run), &run, &mut told);
    told
}

fn tell<'s>(eval: &Eval<'_, 's>, run: &Run<'s>, told: &mut String) {
    let mut row = eval.map();
    row.map_children(eval, &mut |_, _| run.for_record(Mode::Create, None));
    line(told, &row.render());
    for fault in row.all_faults() {
        line(told, &format!("fault {:?}: {fault}", fault.fault.kind));
    }
    tell_values(&row, told);
    for list in row.children_of() {
        let keys: Vec<String> = list
            .children
            .iter()
            .flat_map(|child| &child.key)
            .map(|key| key.0.clone())
            .collect();
        line(told, &format!("children whole {} keys {keys:?}", list.whole));
        for child in &list.children {
            match child.literal_values(&SALE_ORDER_LINE) {
                Ok(values) => values
                    .iter()
                    .for_each(|assigned| line(told, &format!("  {} {:?}", assigned.field, assigned.value))),
                Err(faults) => faults.iter().for_each(|fault| line(told, &format!("  {fault}"))),
            }
        }
    }
    for result in eval.check(&row).results() {
        line(
            told,
            &format!("check {:?} {}: {:?}", result.severity, result.place, result.reason),
        );
    }
}

/// Values that columns cannot hold, of a row and its children.
fn tell_values(row: &Row<'_>, told: &mut String) {
    for fault in row.values().err().unwrap_or_default() {
        line(told, &format!("value: {fault}"));
    }
    let children = row.children_of().iter().flat_map(|list| &list.children);
    children
        .filter_map(|child| child.row.as_ref())
        .for_each(|child| tell_values(child, told));
}

/// View 1 sells in euros, view 2 is unbound; the currency EUR is 9; products have the number of their code.
fn resolve<'s>(sources: &Sources<'s>, run: &Run<'s>, told: &mut String) -> Resolved {
    let mut resolved = Resolved::default();
    for stratum in 1..=ImportOrder.info().strata {
        let mut wants = Wants::default();
        Eval::new(sources, &resolved, run).needs(stratum, &mut wants);
        for group in wants.keys() {
            line(
                told,
                &format!(
                    "{stratum}: {} {:?}, import {:?}",
                    group.external.name, group.keys, group.import
                ),
            );
            for key in group.keys {
                resolved.answer_ref(group.external, key, None);
            }
        }
        for group in wants.loads() {
            for key in group.keys {
                let view = (key.0 == "1").then(|| Arc::new(view()));
                resolved.answer_load(group.external, key, view);
            }
        }
        for group in wants.finds() {
            line(
                told,
                &format!("{stratum}: find {} {:?}", group.model.name, group.values),
            );
            for values in group.values {
                let id = match values.first() {
                    Some(Stored::Text(text)) if text == "EUR" => Some(9),
                    Some(Stored::Text(text)) => text.parse().ok(),
                    _ => None,
                };
                resolved.answer_find(
                    group.model,
                    group.criteria,
                    group.fold,
                    &values,
                    id.map(RecordId).into_iter().collect(),
                );
            }
        }
    }
    resolved
}

fn view() -> StoredRecord {
    StoredRecord {
        model: &VIEW,
        id: RecordId(1),
        version: 1,
        fields: vec![("currency", Stored::Text(String::from("EUR")))],
    }
}

/// A column by its kind.
pub fn column(kind: &str) -> ModelField {
    let words = &["new", "done"];
    let (model, by) = ("tag", "tag_id");
    let on_delete = OnDelete::Restrict;
    let (kind, admits_null) = kind.strip_suffix(" null").map_or((kind, false), |kind| (kind, true));
    let kind = match kind {
        "enum" => ModelKind::Enum { words, open: false },
        "open enum" => ModelKind::Enum { words, open: true },
        "int" => ModelKind::Int,
        "decimal(2)" => ModelKind::Decimal(2),
        "bool" => ModelKind::Bool,
        "date" => ModelKind::Date,
        "datetime" => ModelKind::DateTime,
        "json" => ModelKind::Json,
        "ref" => ModelKind::Ref { model, on_delete },
        "refs" => ModelKind::ManyToMany { model },
        "children" => ModelKind::OneToMany { model, by },
        _ => ModelKind::Text,
    };
    ModelField {
        nullable: admits_null,
        max: Some(10),
        ..ModelField::new("it", kind)
    }
}

/// One value into one column: the stored value, or the fault.
pub fn store_value(column: ModelField, value: &str) -> String {
    match store(value_of(value), &column) {
        Ok(stored) => format!("{stored:?}"),
        Err(fault) => format!("! {fault}"),
    }
}

/// JSON with single quotes, `@` and a day or instant, `key` and its text, `ref` or `refs` and numbers.
fn value_of(text: &str) -> Val<'static> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let id = |number: &str| Val::Ref(RecordId(number.parse().unwrap_or_default()));
    match word {
        "key" => Val::Key(rest.to_owned().into()),
        "ref" => id(rest),
        "refs" => Val::List(rest.split(' ').map(id).collect()),
        date if date.starts_with('@') => moment(date.trim_start_matches('@')),
        _ => serde_json::from_str(&text.replace('\'', "\"")).map_or(Val::Missing, |json| of_json(&json)),
    }
}

fn moment(text: &str) -> Val<'static> {
    let instant = text.parse().map(Val::DateTime);
    let days = text.parse().map(Val::Date);
    match text.contains('T') {
        true => instant.unwrap_or(Val::Missing),
        false => days.unwrap_or(Val::Missing),
    }
}

fn of_json(json: &serde_json::Value) -> Val<'static> {
    match json {
        serde_json::Value::Null => Val::Null,
        serde_json::Value::Bool(flag) => Val::Bool(*flag),
        serde_json::Value::Number(number) => {
            let digits = number.to_string();
            let decimal = || Val::decimal(&digits).unwrap_or(Val::Missing);
            digits.parse().map_or_else(|_| decimal(), Val::Int)
        }
        serde_json::Value::String(text) => Val::made(text.clone()),
        serde_json::Value::Array(list) => Val::List(list.iter().map(of_json).collect()),
        serde_json::Value::Object(fields) => {
            let named = |(name, value): (&String, _)| (&*name.clone().leak(), of_json(value));
            Val::Record(fields.iter().map(named).collect())
        }
    }
}
