//! One mapping of a shop: payloads in, the JSON of a snapshot out.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::answers::{Asked, World};
use super::shown::{self, Made, Names};
use super::{Shop, TestError};
use crate::mapper::drive::{Payloads, Ran, drive};
use crate::mapper::{Changed, Mapper, Mode, Row, RowFault, Run, SentField, Stopped, sent};
use crate::registry::Wanted;
use crate::unit::{ConnectorUnit, Usage};
use crate::value::{RecordId, Stored, StoredRecord};

/// A mapping and the record it is given.
#[derive(Clone, Debug)]
#[must_use = "take a snapshot of it: assert_mapping_snapshot!"]
pub struct Mapping<'s> {
    pub(super) shop: &'s Shop,
    pub(super) direction: Direction,
    model: String,
    pub(super) external: String,
    variant: Option<String>,
    given: String,
    joined: Vec<(String, String)>,
    current: Option<Vec<(String, Stored)>>,
    changed: Vec<String>,
    pub(super) key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Import,
    Export,
}

/// The number of the stored record of an update: it is only named.
const CURRENT: RecordId = RecordId(0);

impl<'s> Mapping<'s> {
    pub(super) fn new(shop: &'s Shop, direction: Direction, (model, external): (&str, &str)) -> Self {
        Self {
            shop,
            direction,
            model: model.to_owned(),
            external: external.to_owned(),
            variant: None,
            given: "{}".to_owned(),
            joined: Vec::new(),
            current: None,
            changed: Vec::new(),
            key: None,
        }
    }

    /// The one with this name: `as NAME`.
    pub fn variant(mut self, name: &str) -> Self {
        self.variant = Some(name.to_owned());
        self
    }

    /// The record as JSON: of an import as the other side sends it, of an export as it is stored.
    pub fn given(mut self, record: impl Into<String>) -> Self {
        self.given = record.into();
        self
    }

    /// The records of a joined source, by its alias: a list, or one.
    pub fn joined(mut self, alias: &str, records: impl Into<String>) -> Self {
        self.joined.push((alias.to_owned(), records.into()));
        self
    }

    /// The record exists, with these fields; others of it are null. Of an export: it was sent before.
    pub fn current(mut self, fields: &[(&str, Stored)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        self.current = Some(fields.collect());
        self
    }

    /// Only these fields of the record changed: rules that read none of them do not run.
    pub fn changed(mut self, fields: &[&str]) -> Self {
        self.changed = fields.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// The key of the record on the other side, which makes an export a change of it.
    pub fn bound_to(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// What the mapping makes of the record: the fields, lookups with their answers, and all that is wrong.
    ///
    /// # Errors
    /// The mapping is not there, or a payload cannot be read.
    pub fn made(&self) -> Result<Made, TestError> {
        self.run(|mapper, ran, asked, names| {
            let mut made = Map::new();
            let head = match self.direction {
                Direction::Import => format!("import {} from {}", self.model, self.external),
                Direction::Export => format!("export {} to {}", self.model, self.external),
            };
            made.insert("mapping".to_owned(), Value::from(head));
            made.insert("lookups".to_owned(), asked.iter().map(Asked::to_string).collect());
            if let Some(stopped) = &ran.stopped {
                made.insert("stopped".to_owned(), Value::from(said(stopped)));
                return Ok(Made(Value::Object(made)));
            }
            let (fields, faults) = sent(mapper, &ran.row);
            let record = match self.direction {
                Direction::Import => shown::row(&ran.row, names),
                Direction::Export => of_sent(&ran.row, fields),
            };
            made.insert("record".to_owned(), record);
            let wrong = self.wrong(ran, &faults);
            if !wrong.is_empty() {
                made.insert("wrong".to_owned(), wrong.into());
            }
            let warnings: Vec<Value> = ran
                .checks
                .iter()
                .flat_map(|checks| checks.warnings())
                .map(check)
                .collect();
            if !warnings.is_empty() {
                made.insert("warnings".to_owned(), warnings.into());
            }
            Ok(Made(Value::Object(made)))
        })
    }

    /// Runs the mapping; what is made of it is for the caller.
    pub(super) fn run<T>(
        &self,
        of: impl FnOnce(&'static dyn Mapper, &Ran<'_>, &[Asked], &Names) -> Result<T, TestError>,
    ) -> Result<T, TestError> {
        let mapper = self.mapper()?;
        let payloads = self.payloads(mapper)?;
        let mut world = World::new(&self.shop.known);
        let run = self.circumstances(mapper);
        let ran = drive(&payloads, &mut world, &run)
            .map_err(|fault| TestError::Stopped(format!("{}: {fault}", mapper.info().place)))?;
        of(mapper, &ran, &world.asked, &world.names)
    }

    fn mapper(&self) -> Result<&'static dyn Mapper, TestError> {
        let usage = match self.direction {
            Direction::Import => Usage::ImportMapper,
            Direction::Export => Usage::ExportMapper,
        };
        let wanted = Wanted::new(usage)
            .model(&self.model)
            .external(&self.external)
            .variant(self.variant.as_deref());
        match self.shop.registry.find(self.shop.connector, &wanted)? {
            ConnectorUnit::ImportMapper(mapper) | ConnectorUnit::ExportMapper(mapper) => Ok(mapper),
            other @ (ConnectorUnit::Adapter(_)
            | ConnectorUnit::Binder(_)
            | ConnectorUnit::Importer(_)
            | ConnectorUnit::BatchImporter(_)
            | ConnectorUnit::Exporter(_)
            | ConnectorUnit::Other(_)) => Err(TestError::Stopped(format!("{other} is no mapping"))),
        }
    }

    fn payloads(&self, mapper: &'static dyn Mapper) -> Result<Payloads, TestError> {
        let unread = |payload: &str, errors: Vec<crate::scan::DecodeError>| TestError::Payload {
            payload: payload.to_owned(),
            problems: errors.iter().map(ToString::to_string).collect(),
        };
        let given = self.given.clone().into_bytes();
        let mut payloads = Payloads::read(mapper, given).map_err(|errors| unread("the record", errors))?;
        for (alias, records) in &self.joined {
            let sources = mapper.info().sources;
            let source = sources.iter().position(|source| source.alias == alias);
            let source = source.filter(|source| *source > 0).ok_or_else(|| TestError::NoSuch {
                what: "the mapping joins nothing as",
                name: alias.clone(),
                there_is: sources.iter().skip(1).map(|source| source.alias.to_owned()).collect(),
            })?;
            payloads
                .give(source, records.clone().into_bytes())
                .map_err(|errors| unread(alias, errors))?;
        }
        Ok(payloads)
    }

    fn circumstances(&self, mapper: &'static dyn Mapper) -> Run<'s> {
        let info = mapper.info();
        let exists = self.current.is_some() || self.key.is_some();
        let names: Vec<&str> = self.changed.iter().map(String::as_str).collect();
        let mode = match (self.changed.is_empty(), exists) {
            (false, _) => Mode::Partial(Changed::fields(info, 0, &names)),
            (true, true) => Mode::Update,
            (true, false) => Mode::Create,
        };
        let mut run = Run::new(mode, self.shop.now).with_settings(&self.shop.settings);
        if let Some(given) = self.current.as_ref().filter(|_| self.direction == Direction::Import) {
            let of = |name: &str| given.iter().find(|(known, _)| known == name);
            let value = |name| of(name).map_or(Stored::Null, |(_, value)| value.clone());
            let fields = info.model.fields.iter().map(|field| (field.name, value(field.name)));
            run.current = Some(Arc::new(StoredRecord {
                model: info.model,
                id: CURRENT,
                version: 0,
                fields: fields.collect(),
            }));
        }
        run
    }

    /// All for which the record would not be stored, or not be sent.
    fn wrong(&self, ran: &Ran<'_>, unsent: &[RowFault]) -> Vec<Value> {
        let row = &ran.row;
        let mut wrong: Vec<Value> = row.all_faults().into_iter().chain(row.deferred()).map(fault).collect();
        wrong.extend(unsent.iter().map(fault));
        if self.direction == Direction::Import {
            if let Err(faults) = row.values() {
                wrong.extend(faults.iter().map(fault));
            }
            if self.current.is_none() && self.changed.is_empty() {
                wrong.extend(row.missing_on_create().iter().map(fault));
            }
        }
        wrong.extend(ran.checks.iter().flat_map(|checks| checks.failures()).map(check));
        let mut once: Vec<Value> = Vec::new();
        for one in wrong {
            if !once.contains(&one) {
                once.push(one);
            }
        }
        once
    }
}

fn of_sent(row: &Row<'_>, fields: Vec<SentField>) -> Value {
    let fields = fields.into_iter().map(|field| {
        let value = match row.info().writes_sensitive(field.target) {
            true => Value::from(crate::fault::MASK),
            false => field.value,
        };
        (field.name.to_owned(), value)
    });
    Value::Object(fields.collect())
}

fn said(stopped: &Stopped) -> String {
    match stopped {
        Stopped::Skipped(reason) | Stopped::Omitted(reason) => format!("skipped: {reason}"),
        Stopped::Waits(after, reason) => format!("waits {} s: {reason}", after.as_secs()),
        Stopped::Undecided(stop, fault) => format!("{}: {fault}", stop.place),
    }
}

fn fault(fault: &RowFault) -> Value {
    let within = |target: &&str| match fault.within.is_empty() {
        true => (*target).to_owned(),
        false => format!("{}.{target}", fault.within),
    };
    let targets: Vec<String> = fault.targets.iter().map(within).collect();
    json!({ "at": targets.join(", "), "rule": fault.place, "message": fault.fault.to_string() })
}

fn check(check: &crate::mapper::CheckResult) -> Value {
    let message = match &check.reason {
        Ok(reason) => reason.clone(),
        Err(fault) => fault.to_string(),
    };
    json!({ "check": check.place, "message": message })
}
