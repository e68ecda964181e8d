//! Row -> one line of JSON: each written value as its column holds it, children as lists of records. What [`Row::values`] gives, written down.
//!
//! Decimals are texts with as many digits behind the point as their column has, so that no reader makes floats of them.

use crate::fault::Fault;
use crate::json::writer::{Layout, Writer, push_date, push_decimal, push_int, push_quoted};
use crate::mapper::{Assigned, Cell, Child, ChildList, Row, RowFault, WriteTo, stored};
use crate::model::{ModelField, ModelKind};
use crate::value::{Stored, Val};

impl Row<'_> {
    /// Appends what it writes, children included; fields of the binding under `binding`. What does not fit, and what a new record
    /// lacks, is reported instead, and then `out` holds a part only.
    pub fn write_values(&self, out: &mut String) -> Result<(), Vec<RowFault>> {
        let mut faults = Vec::new();
        self.write_fields(out, &mut faults);
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults),
        }
    }

    fn write_fields(&self, out: &mut String, faults: &mut Vec<RowFault>) {
        faults.extend(self.faults().iter().cloned());
        let mut mark = '{';
        for (target, write) in self.info().writes.iter().enumerate() {
            let (Some(field), WriteTo::Field, true) = (self.info().field(target), write.to, self.is_written(target))
            else {
                continue;
            };
            out.push(mark);
            mark = ',';
            push_name(out, field.name);
            let written = match self.cell(target) {
                Cell::Value(value) => push_value(out, value, field),
                Cell::Children => {
                    self.write_lists(target, out, faults);
                    Ok(())
                }
                Cell::List { items, whole: _ } => push_value(out, &Val::List(items.clone()), field),
                Cell::Unset => Ok(()),
            };
            if let Err(fault) = written {
                faults.push(self.about_target(target, field, fault));
            }
        }
        if mark == '{' {
            out.push(mark);
        }
        out.push('}');
    }

    fn write_lists(&self, target: usize, out: &mut String, faults: &mut Vec<RowFault>) {
        out.push('[');
        let before = out.len();
        let lists = self.children_of().iter().filter(|list| list.target == target);
        for (list, child) in lists.flat_map(|list| list.children.iter().map(move |child| (list, child))) {
            if out.len() > before {
                out.push(',');
            }
            write_child(list, child, out, faults);
        }
        out.push(']');
    }
}

/// A child: its row, or the fields that were given.
fn write_child(list: &ChildList<'_>, child: &Child<'_>, out: &mut String, faults: &mut Vec<RowFault>) {
    if let Some(row) = &child.row {
        return row.write_fields(out, faults);
    }
    let model = list.via.or(list.beside).map(|via| via.mapper.info().model);
    match model.map(|model| child.literal_values(model)) {
        Some(Ok(values)) => write_assigned(&values, out),
        Some(Err(wrong)) => faults.extend(wrong),
        None => out.push_str("{}"),
    }
}

fn write_assigned(values: &[Assigned], out: &mut String) {
    out.push('{');
    for (position, assigned) in values.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        push_name(out, assigned.field);
        push_stored(out, &assigned.value);
    }
    out.push('}');
}

/// A name and its colon. Names of fields need no escapes.
fn push_name(out: &mut String, name: &str) {
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

/// A value as its column holds it. What is written most often is written without being made first.
fn push_value(out: &mut String, value: &Val<'_>, field: &ModelField) -> Result<(), Fault> {
    match (value, field.kind) {
        (Val::Null, _) if field.nullable => out.push_str("null"),
        (Val::Text(text), ModelKind::Text) => {
            stored::fitting_text(text, field).map_err(|fault| fault.about(value))?;
            push_quoted(out, text);
        }
        (Val::Json(json), ModelKind::Json) => out.push_str(json),
        (Val::Record(_), ModelKind::Json) => Writer::new(out, Layout::Line).value(value),
        (Val::Int(number), ModelKind::Int) => push_int(out, *number),
        (Val::Decimal(number), ModelKind::Decimal(scale)) => {
            let scaled = stored::scaled(*number, scale).map_err(|fault| fault.about(value))?;
            out.push('"');
            push_decimal(out, scaled);
            out.push('"');
        }
        (Val::Date(date), ModelKind::Date) if (1..=9999).contains(&date.year()) => {
            out.push('"');
            push_date(out, *date);
            out.push('"');
        }
        (Val::Bool(flag), ModelKind::Bool) => out.push_str(if *flag { "true" } else { "false" }),
        _ => push_stored(out, &stored::store(value.clone(), field)?),
    }
    Ok(())
}

fn push_stored(out: &mut String, value: &Stored) {
    match value {
        Stored::Null => out.push_str("null"),
        Stored::Text(text) => push_quoted(out, text),
        Stored::Decimal(number) => push_quoted(out, &number.to_string()),
        Stored::Int(_)
        | Stored::Bool(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::Bytes(_)
        | Stored::Json(_)
        | Stored::Ref(_)
        | Stored::New(_)
        | Stored::Refs(_) => out.push_str(&crate::json::writer::stored_text(value)),
    }
}
