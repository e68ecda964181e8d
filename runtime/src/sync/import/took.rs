//! Of a type that is exported, too, an import notes what the export would send of what was just taken over. Both sides agree on it,
//! so nothing of it is sent back, however the other side writes it.
//!
//! Only fields that lead back count: what the export makes a field of was written by import rules that read that field.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::blank::blank;
use crate::encode::{encode, mark};
use crate::environment::Environment;
use crate::json::writer::json_text;
use crate::mapper::{Cell, Changed, Eval, How, Mapper, Mode, Row, Rule, Run, Sources, WriteTo};
use crate::plan::ExportWrite;
use crate::scan::scan_owned;
use crate::shape::{Field, Shape};
use crate::sync::End;
use crate::sync::export::lookup::{self, Answered};
use crate::sync::export::map::marks_of;
use crate::sync::import::receive::Received;
use crate::sync::import::{Imported, Importing};
use crate::value::{Stored, Val};

/// A field that a rule of an import wrote.
#[derive(Clone, Debug)]
pub(crate) struct Wrote {
    field: &'static str,
    value: Stored,
    rule: usize,
}

/// The fields of a record that were written whole.
pub(crate) fn wrote(row: &Row<'_>) -> Vec<Wrote> {
    let values = row.values().map(|values| values.fields).unwrap_or_default();
    let written = values.into_iter().filter(|assigned| assigned.how == How::Replace);
    let wrote = written.filter_map(|assigned| {
        let mut writes = row.info().writes.iter();
        let target = writes.position(|write| write.to == WriteTo::Field && write.name == assigned.field)?;
        Some(Wrote {
            field: assigned.field,
            value: assigned.value,
            rule: row.writer(target)?,
        })
    });
    wrote.collect()
}

/// Notes in the plan of a record what both sides hold now.
pub(crate) async fn note(
    ctx: &Importing<'_>,
    export: &'static dyn Mapper,
    received: &Received,
    imported: &mut Imported,
) {
    let record = match (&imported.planned.end, imported.to.take()) {
        (End::Created | End::Updated | End::Unchanged(None), Some(record)) => record,
        _ => return,
    };
    let agreement = Agreement {
        env: ctx.env,
        import: ctx.mapper,
        export,
        wrote: std::mem::take(&mut imported.wrote),
    };
    let now = ctx
        .requests
        .get(received.place)
        .map_or(ctx.env.session.now, |request| request.now);
    let mut fields = agreement.marks(now).await.unwrap_or_default();
    fields.extend(outside(export, received));
    if !fields.is_empty() {
        imported.planned.plan.exports.push(ExportWrite::Took {
            instance: ctx.instance().to_owned(),
            external: ctx.external().name.to_owned(),
            record,
            fields,
        });
    }
}

/// What the record that came in has in fields that an `only empty` of the export looks at. Of a field that it lacks nothing is said:
/// another operation may give it.
fn outside(export: &'static dyn Mapper, received: &Received) -> BTreeMap<String, String> {
    let names = export.info().reads_outside();
    let Some(output) = export.output().filter(|_| !names.is_empty()) else {
        return BTreeMap::new();
    };
    let mut marks = marks_of(output, received.slots.payload().as_bytes()).unwrap_or_default();
    marks.retain(|name, _| names.contains(&name.as_str()));
    marks
}

/// What an import wrote, and the export of the same type.
struct Agreement<'c> {
    env: &'c Environment,
    import: &'static dyn Mapper,
    export: &'static dyn Mapper,
    wrote: Vec<Wrote>,
}

impl Agreement<'_> {
    /// A mark for each field that leads back. Absent where the export cannot be run on it: then nothing is noted, and it is sent once.
    async fn marks(&self, now: Timestamp) -> Option<BTreeMap<String, String>> {
        let info = self.export.info();
        let (shape, output) = (info.shape()?, self.export.output()?);
        let slots = scan_owned(shape, self.stored(shape).to_string().into_bytes()).ok()?;
        let mut changed = Changed::default();
        let written = shape.fields.iter().filter(|field| self.written(field.name).is_some());
        written.for_each(|field| changed.add(usize::from(field.slot)));
        let run = Run::new(Mode::Partial(changed), now).with_settings(self.env.instance.settings.values());
        let sources = Sources::new(self.export, slots.record());
        let Answered::All(resolved) = lookup::answer(self.env, &sources, &run, info.strata).await.ok()? else {
            return None;
        };
        let row = Eval::new(&sources, &resolved, &run).map();
        let mut marks = BTreeMap::new();
        for (target, write) in info.writes.iter().enumerate() {
            let field = output.fields.get(write.index).filter(|_| write.to == WriteTo::Out);
            let rule = row.writer(target).and_then(|rule| info.rules.get(rule));
            let (Some(field), Some(rule), Cell::Value(value)) = (field, rule, row.cell(target)) else {
                continue;
            };
            if self.leads_back(rule, shape, write.name)
                && let Ok(made) = encode(&value, field, output.wire)
            {
                marks.insert(write.name.to_owned(), mark(&made, field));
            }
        }
        Some(marks)
    }

    fn written(&self, field: &str) -> Option<&Wrote> {
        let known = self.wrote.iter().find(|wrote| wrote.field == field);
        // A record that this plan makes has no number yet.
        known.filter(|wrote| !matches!(wrote.value, Stored::New(_) | Stored::Refs(_)))
    }

    /// The record as the export reads it; what was not written is blank, and no rule that counts reads it.
    fn stored(&self, shape: &'static Shape) -> Value {
        let mut record = blank(shape);
        let Value::Object(fields) = &mut record else {
            return record;
        };
        for field in shape.fields {
            if let Some(wrote) = self.written(field.name) {
                let text = json_text(&Val::from(&wrote.value));
                fields.insert(
                    field.name.to_owned(),
                    serde_json::from_str(&text).unwrap_or(Value::Null),
                );
            }
        }
        record
    }

    /// Whether all that the rule makes a value of was written by rules of the import that read the field that it writes; what only
    /// its `when` reads must have been written by any.
    fn leads_back(&self, rule: &Rule, shape: &'static Shape, out: &str) -> bool {
        let Some(from) = self.import.info().shape() else {
            return false;
        };
        let slots = |field: &Field| {
            let below = field.kind.nested().map_or(0, |shape| shape.slots);
            (field.slot..=field.slot + below).map(usize::from)
        };
        let reads = |field: &&Field| slots(field).any(|slot| rule.bits.holds(slot));
        let guards = |field: &&Field| {
            let mut read = slots(field).filter(|slot| rule.bits.holds(*slot));
            read.all(|slot| rule.guards.holds(slot))
        };
        let read = shape.fields.iter().filter(reads);
        let (guarding, made_of): (Vec<&Field>, Vec<&Field>) = read.partition(guards);
        let sources = from.slots_of(out);
        let comes_from_there = |field: &Field| {
            let wrote = self.written(field.name);
            let by = wrote.and_then(|wrote| self.import.info().rules.get(wrote.rule));
            by.is_some_and(|by| sources.iter().any(|slot| by.bits.holds(usize::from(*slot))))
        };
        let known = guarding.iter().all(|field| self.written(field.name).is_some());
        known && !made_of.is_empty() && made_of.into_iter().all(comes_from_there)
    }
}
