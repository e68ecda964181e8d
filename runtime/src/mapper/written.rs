//! Row -> one line of JSON: each written value as its column holds it, children as lists of records. What [`Row::values`] gives, written down.
//!
//! Decimals are texts with as many digits behind the point as their column has, so that no reader makes floats of them.

use crate::fault::Fault;
use crate::json::out::{Out, Put};
use crate::json::plain::is_plain;
use crate::json::writer::{Layout, Writer, fixed, push_date, push_decimal, push_int, push_quoted};
use crate::mapper::cell::Kept;
use crate::mapper::rec::Sent;
use crate::mapper::{Assigned, Child, ChildList, Row, RowFault, Write, WriteTo, stored};
use crate::model::{ModelField, ModelKind};
use crate::scan::Slot;
use crate::value::{Stored, Val};

impl Row<'_> {
    /// Appends what it writes, children included; fields of the binding under `binding`. What does not fit, and what a new record
    /// lacks, is reported instead, and then `out` holds a part only.
    pub fn write_values(&self, out: &mut Out) -> Result<(), Vec<RowFault>> {
        let mut faults = Vec::new();
        self.write_fields(out, &mut faults);
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults),
        }
    }

    fn write_fields(&self, out: &mut Out, faults: &mut Vec<RowFault>) {
        if !self.faults().is_empty() {
            faults.extend(self.faults().iter().cloned());
        }
        let begin = out.len();
        let fields = self.info().model.fields;
        for (target, (write, kept)) in self.targets().enumerate() {
            let (WriteTo::Field, Some(field)) = (write.to, fields.get(write.index)) else {
                continue;
            };
            if kept.is_unset() {
                continue;
            }
            let written = match kept {
                Kept::Sent(sent) => push_sent(out, write, sent, field),
                Kept::Value(value) => {
                    out.put_name(&write.mark, write.name);
                    push_value(out, value, field)
                }
                Kept::Children => {
                    out.put_name(&write.mark, write.name);
                    self.write_lists(target, out, faults);
                    Ok(())
                }
                Kept::List { items, whole: _ } => {
                    out.put_name(&write.mark, write.name);
                    push_value(out, &Val::List(items.clone()), field)
                }
                Kept::Unset => Ok(()),
            };
            if let Err(fault) = written {
                faults.push(self.about_target(target, field, fault));
            }
        }
        if out.len() == begin {
            out.put(",");
        }
        // A brace stands where the comma before the first name does.
        out.replace(begin, b'{');
        out.put("}");
    }

    fn write_lists(&self, target: usize, out: &mut Out, faults: &mut Vec<RowFault>) {
        out.put("[");
        let before = out.len();
        let lists = self.children_of().iter().filter(|list| list.target == target);
        for (list, child) in lists.flat_map(|list| list.children.iter().map(move |child| (list, child))) {
            if out.len() > before {
                out.put(",");
            }
            write_child(list, child, out, faults);
        }
        out.put("]");
    }
}

/// A child: its row, or the fields that were given.
fn write_child(list: &ChildList<'_>, child: &Child<'_>, out: &mut Out, faults: &mut Vec<RowFault>) {
    if let Some(row) = &child.row {
        return row.write_fields(out, faults);
    }
    let model = list.via.or(list.beside).map(|via| via.mapper.info().model);
    match model.map(|model| child.literal_values(model)) {
        Some(Ok(values)) => write_assigned(&values, out),
        Some(Err(wrong)) => faults.extend(wrong),
        None => out.put("{}"),
    }
}

fn write_assigned(values: &[Assigned], out: &mut Out) {
    out.put("{");
    for (position, assigned) in values.iter().enumerate() {
        if position > 0 {
            out.put(",");
        }
        push_name(out, assigned.field);
        push_stored(out, &assigned.value);
    }
    out.put("}");
}

/// A name and its colon. Names of fields need no escapes.
fn push_name(out: &mut Out, name: &str) {
    out.put("\"");
    out.put(name);
    out.put("\":");
}

/// A value of a payload: a text that fits goes over as it stands, escapes included. The scan admits no U+0000.
#[inline(never)]
fn push_sent(out: &mut Out, write: &Write, sent: &Sent<'_>, field: &ModelField) -> Result<(), Fault> {
    out.put_name(&write.mark, write.name);
    match (sent.slot(), field.kind) {
        (Slot::Text(text), ModelKind::Text) if field.max.is_none_or(|max| text.length <= max) => {
            let from = sent.payload().as_bytes().get(text.offset as usize..);
            out.put_quoted(from.unwrap_or_default(), text.length as usize);
            Ok(())
        }
        (Slot::Null, _) if field.nullable => {
            out.put("null");
            Ok(())
        }
        _ => push_value(out, &sent.value(), field),
    }
}

/// A value as its column holds it. What is written most often is written without being made first.
fn push_value(out: &mut Out, value: &Val<'_>, field: &ModelField) -> Result<(), Fault> {
    match (value, field.kind) {
        (Val::Null, _) if field.nullable => out.put("null"),
        (Val::Text(text), ModelKind::Text) => {
            // Plain text holds no U+0000.
            let is_plain = field.max.is_none_or(|max| text.len() <= max as usize) && is_plain(text);
            if !is_plain {
                stored::fitting_text(text, field).map_err(|fault| fault.about(value))?;
                push_quoted(out, text);
                return Ok(());
            }
            out.put_quoted(text.as_bytes(), text.len());
        }
        (Val::Json(json), ModelKind::Json) => out.put(json),
        (Val::Record(_), ModelKind::Json) => Writer::new(out, Layout::Line).value(value),
        (Val::Int(number), ModelKind::Int) => push_int(out, *number),
        (Val::Decimal(number), ModelKind::Decimal(scale)) => {
            if let Some((block, length)) = fixed(*number, usize::from(scale)) {
                out.put_block(&block, length);
                return Ok(());
            }
            let scaled = stored::scaled(*number, scale).map_err(|fault| fault.about(value))?;
            out.put("\"");
            push_decimal(out, scaled);
            out.put("\"");
        }
        (Val::Date(date), ModelKind::Date) if (1..=9999).contains(&date.year()) => {
            out.put("\"");
            push_date(out, *date);
            out.put("\"");
        }
        (Val::Bool(flag), ModelKind::Bool) => out.put(if *flag { "true" } else { "false" }),
        _ => push_stored(out, &stored::store(value.clone(), field)?),
    }
    Ok(())
}

fn push_stored(out: &mut Out, value: &Stored) {
    match value {
        Stored::Null => out.put("null"),
        Stored::Text(text) => push_quoted(out, text),
        Stored::Decimal(number) => push_quoted(out, &number.to_string()),
        Stored::Int(_)
        | Stored::Bool(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::Bytes(_)
        | Stored::Json(_)
        | Stored::Ref(_)
        | Stored::New(_)
        | Stored::Refs(_) => out.put(&crate::json::writer::stored_text(value)),
    }
}
