//! Runs the rules of one record and writes what they give as the other side wants it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::encode::{encode, mark};
use crate::fault::{Fault, FaultKind};
use crate::mapper::{Assigned, Changed, Checks, Eval, Mode, Row, RowFault, Run, Stopped, WriteTo, canonical_key, sent};
use crate::plan::NewCheckpoint;
use crate::scan::{scan, scan_owned};
use crate::shape::Shape;
use crate::sync::End;
use crate::sync::export::lookup::Answered;
use crate::sync::export::{Exporting, Subject, lookup, unit};
use crate::value::{Key, Stored, Val};

/// What the mapping says of a record.
#[derive(Debug)]
pub(crate) enum Said {
    /// It is this on the other side.
    Record(Box<Mapped>),
    /// It is not written (`? when`), and why; what the export writes behind it is.
    Omitted(String),
}

/// What a record is on the other side.
#[derive(Debug)]
pub(crate) struct Mapped {
    /// The fields as they are written there.
    pub(crate) fields: Map<String, Value>,
    /// A mark per field.
    pub(crate) marks: BTreeMap<String, String>,
    /// Its key, where the rules write it.
    pub(crate) key: Option<Key>,
    /// Fields of the binding.
    pub(crate) binding: BTreeMap<String, Stored>,
    /// What a person must look at, although it is sent.
    pub(crate) warnings: Vec<NewCheckpoint>,
}

impl Exporting<'_> {
    /// The fields that the mapping writes.
    pub(super) fn output(&self) -> Result<&'static Shape, End> {
        let output = self.mapper.output();
        output.ok_or_else(|| unit("the generated mapping writes nothing of the other side"))
    }

    /// What is done with a record: on the other side it is new, or some of it changed.
    pub(super) fn mode(&self, subject: &Subject<'_>) -> Option<Mode> {
        let shape = self.mapper.info().shape()?;
        Some(match (&subject.bound, &subject.request.record.fields) {
            (Some(_), Some(names)) => Mode::Partial(changed(shape, names)),
            (Some(_), None) => Mode::Update,
            (None, _) => Mode::Create,
        })
    }

    /// What the record is on the other side, where these fields are empty; absent: where it is new.
    pub(super) async fn map(&self, subject: &Subject<'_>, empty: Option<Vec<&'static str>>) -> Result<Said, End> {
        let info = self.mapper.info();
        let (Some(shape), Some(mode)) = (info.shape(), self.mode(subject)) else {
            return Err(unit("the generated mapping has no source"));
        };
        let stored = Value::Object(subject.stored.clone()).to_string().into_bytes();
        let slots = scan_owned(shape, stored).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            End::data(lines.join("\n"))
        })?;
        let bound = subject.bound.as_ref().map(|bound| bound.fields.clone());
        let run = Run {
            bound: bound.unwrap_or_default(),
            empty_outside: empty,
            ..Run::new(mode, subject.request.now).with_settings(self.env.instance.settings.values())
        };
        let joined = self.join(&slots, &run).await?;
        let (sources, _) = self.decide(&slots, &joined, &run)?;
        let resolved = match lookup::answer(self.env, &sources, &run, info.strata).await? {
            Answered::All(resolved) => resolved,
            Answered::Stopped(stopped) => return stop(stopped),
        };
        let eval = Eval::new(&sources, &resolved, &run);
        let row = eval.map();
        let checks = eval.check(&row);
        let mapped = self.written(subject, &row, &checks)?;
        Ok(Said::Record(Box::new(mapped)))
    }

    fn written(&self, subject: &Subject<'_>, row: &Row<'_>, checks: &Checks) -> Result<Mapped, End> {
        let output = self.output()?;
        let (fields, unsent) = sent(self.mapper, row);
        let fields: Map<String, Value> = fields
            .into_iter()
            .map(|field| (field.name.to_owned(), field.value))
            .collect();
        let mut faults: Vec<RowFault> = row.faults().iter().cloned().chain(unsent).collect();
        let binding = self.binding(&row_values(row, &mut faults));
        let failed = checks.failures().map(|check| match &check.reason {
            Ok(reason) => End::data(format!("{} {reason}", check.place)),
            Err(fault) => End::data(format!("{} {fault}", check.place)),
        });
        if let Some(end) = gravest(faults.iter().map(of_fault).chain(failed)) {
            return Err(end);
        }
        let warnings = checks.warnings().map(|check| NewCheckpoint {
            instance: subject.of.instance.clone(),
            external: subject.of.external.clone(),
            key: subject.request.record.key(),
            reason: match &check.reason {
                Ok(reason) => format!("{} {reason}", check.place),
                Err(fault) => format!("{} {fault}", check.place),
            },
        });
        Ok(Mapped {
            marks: marks(output, &fields),
            fields,
            key: self.written_key(row),
            binding,
            warnings: warnings.collect(),
        })
    }

    /// Fields of the binding that the rules write.
    fn binding(&self, values: &[Assigned]) -> BTreeMap<String, Stored> {
        let values = values.iter();
        values
            .map(|assigned| (assigned.field.to_owned(), assigned.value.clone()))
            .collect()
    }

    /// The key, where the rules write all parts of it.
    fn written_key(&self, row: &Row<'_>) -> Option<Key> {
        let info = self.mapper.info();
        let parts = info
            .external
            .key
            .fields
            .iter()
            .take(usize::from(info.external.key_parts));
        let parts: Option<Vec<Val<'_>>> = parts
            .map(|part| {
                let target = info.writes.iter().position(|write| write.name == part.name)?;
                Some(row.out(target)).filter(Val::is_present)
            })
            .collect();
        match parts?.as_slice() {
            [] => None,
            [one] => canonical_key(one),
            several => canonical_key(&Val::List(several.to_vec())),
        }
    }

    /// A mark per field of a record of the other side, as far as the mapping writes it.
    pub(super) fn marks_of(&self, record: &[u8]) -> Result<BTreeMap<String, String>, End> {
        marks_of(self.output()?, record)
    }
}

/// A mark per field that a record of the other side has, of those that are written.
pub(crate) fn marks_of(output: &'static Shape, record: &[u8]) -> Result<BTreeMap<String, String>, End> {
    let slots = scan(output, record).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        End::data(format!("what is there now cannot be read: {}", lines.join("\n")))
    })?;
    let record = slots.record();
    let mut marks = BTreeMap::new();
    for field in output.fields {
        let value = record.get(field.slot);
        if matches!(value, Val::Missing) {
            continue;
        }
        let made = encode(&value, field, output.wire).map_err(|fault| End::data(fault.to_string()))?;
        marks.insert(field.name.to_owned(), mark(&made, field));
    }
    Ok(marks)
}

/// The slots of stored fields, with those of the records behind them.
fn changed(shape: &'static Shape, names: &[String]) -> Changed {
    let mut changed = Changed::default();
    for field in shape.fields {
        if !names.iter().any(|name| name == field.name.trim_end_matches('.')) {
            continue;
        }
        let below = field.kind.nested().map_or(0, |shape| shape.slots);
        for slot in field.slot..=field.slot + below {
            changed.add(usize::from(slot));
        }
    }
    changed
}

/// A mark per field that is sent.
fn marks(output: &'static Shape, fields: &Map<String, Value>) -> BTreeMap<String, String> {
    let written = output.fields.iter();
    let marked = written.filter_map(|field| Some((field.name.to_owned(), mark(fields.get(field.name)?, field))));
    marked.collect()
}

/// Values of fields of the binding; what is wrong with them is kept.
fn row_values(row: &Row<'_>, faults: &mut Vec<RowFault>) -> Vec<Assigned> {
    if !row.info().writes.iter().any(|write| write.to == WriteTo::Binding) {
        return Vec::new();
    }
    match row.values() {
        Ok(values) => values.binding,
        Err(wrong) => {
            faults.extend(wrong.into_iter().filter(|fault| !row.faults().contains(fault)));
            Vec::new()
        }
    }
}

/// What becomes of a record that is stopped.
fn stop(stopped: Stopped) -> Result<Said, End> {
    match stopped {
        Stopped::Omitted(reason) => Ok(Said::Omitted(reason)),
        Stopped::Skipped(reason) => Err(End::Skipped(reason)),
        Stopped::Waits(after, reason) => Err(End::Waits { after, reason }),
        Stopped::Undecided(stop, fault) => Err(of_kind(&fault, format!("{} {fault}", stop.place))),
    }
}

fn of_fault(fault: &RowFault) -> End {
    of_kind(&fault.fault, fault.to_string())
}

fn of_kind(fault: &Fault, reason: String) -> End {
    let failed = |kind: &str, reason| End::Failed {
        kind: kind.to_owned(),
        reason,
    };
    match fault.kind {
        FaultKind::Unbound { .. } => failed("unbound", reason),
        FaultKind::Ambiguous | FaultKind::Disagree => End::Review(reason),
        FaultKind::Cycle => failed("cycle", reason),
        FaultKind::Data => End::data(reason),
        FaultKind::Busy => End::Busy(reason),
    }
}

/// One end for all: what fails decides before what a person must decide, and that before what may pass; all reasons are said.
fn gravest(ends: impl Iterator<Item = End>) -> Option<End> {
    let ends: Vec<End> = ends.collect();
    let reasons: Vec<&str> = ends.iter().filter_map(End::reason).collect();
    let all = reasons.join("\n");
    let failed = ends.iter().find(|end| matches!(end, End::Failed { .. }));
    let review = ends.iter().find(|end| matches!(end, End::Review(_)));
    let worst = failed.or(review).or(ends.first())?.clone();
    Some(if let End::Failed { kind, reason: _ } = worst {
        End::Failed { kind, reason: all }
    } else if let End::Review(_) = worst {
        End::Review(all)
    } else {
        worst
    })
}
