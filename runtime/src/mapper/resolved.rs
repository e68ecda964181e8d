//! Answers to the lookups of a claim, as the importer hands them in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::connector::ExternalType;
use crate::fault::{Fault, FaultKind, quoted};
use crate::json::writer::stored_text;
use crate::mapper::Lookup;
use crate::mapper::wants::{Ask, asked, criteria_identity};
use crate::model::Model;
use crate::value::{Key, Out, RecordId, Stored, StoredRecord, Val};

/// Answers to lookups: of one record or of a whole claim.
#[derive(Debug, Default)]
pub struct Resolved {
    keys: HashMap<(&'static str, &'static str, Key), Lead>,
    of_records: HashMap<(&'static str, &'static str, RecordId), Option<Key>>,
    loads: HashMap<(&'static str, &'static str, Key), Option<Arc<StoredRecord>>>,
    finds: HashMap<(&'static str, &'static [&'static str], bool, String), Vec<RecordId>>,
}

/// What an external key leads to.
#[derive(Clone, Debug)]
enum Lead {
    /// A record.
    Bound(RecordId),
    /// None yet.
    Unbound,
    /// The record that is being imported: why it cannot be referred to.
    Cycle(String),
}

impl Resolved {
    /// What a key leads to, for `ref` and `bound`; absent: it is unbound.
    pub fn answer_ref(&mut self, external: &'static ExternalType, key: Key, to: Option<RecordId>) {
        let lead = to.map_or(Lead::Unbound, Lead::Bound);
        self.keys.insert((external.connector, external.name, key), lead);
    }

    /// The key that a record of the inside is bound to, for `ext_of`; absent: it is unbound.
    pub fn answer_record(&mut self, external: &'static ExternalType, id: RecordId, key: Option<Key>) {
        self.of_records.insert((external.connector, external.name, id), key);
    }

    /// The key is in the chain of imports that leads here, so it has no record yet: a nullable target is left out, a required one fails.
    pub fn answer_cycle(&mut self, external: &'static ExternalType, key: Key, chain: impl Into<String>) {
        let lead = Lead::Cycle(chain.into());
        self.keys.insert((external.connector, external.name, key), lead);
    }

    /// The record a key leads to, for `load`, with all fields of [`crate::mapper::WantedLoads::fields`]; absent: it is unbound.
    pub fn answer_load(&mut self, external: &'static ExternalType, key: Key, record: Option<Arc<StoredRecord>>) {
        self.loads.insert((external.connector, external.name, key), record);
    }

    /// The records with these values, for `find`.
    pub fn answer_find(
        &mut self,
        model: &'static Model,
        criteria: &'static [&'static str],
        fold: bool,
        values: &[Stored],
        found: Vec<RecordId>,
    ) {
        self.finds
            .insert((model.name, criteria, fold, criteria_identity(values)), found);
    }

    /// The answer to a lookup; missing where nothing was asked, because the argument is absent.
    pub fn got<'s>(&self, lookup: &'static Lookup, args: &Val<'_>) -> Out<'s> {
        match asked(lookup, args)? {
            Some(ask) => self.answer(lookup, ask),
            None if args.is_present() && !matches!(lookup, Lookup::Find { .. }) => {
                Err(Fault::kind_of_value("an external key", args))
            }
            None => Ok(Val::Missing),
        }
    }

    fn answer<'s>(&self, lookup: &'static Lookup, ask: Ask) -> Out<'s> {
        match (lookup, ask) {
            (Lookup::Ref { external, .. }, Ask::Key(key)) => match self.lead(external, &key)? {
                Lead::Bound(id) => Ok(Val::Ref(*id)),
                Lead::Unbound => Err(Fault::unbound(external.name, key)),
                Lead::Cycle(chain) => Err(Fault::new(FaultKind::Cycle, chain.clone())),
            },
            (Lookup::Bound { external }, Ask::Key(key)) => match self.lead(external, &key)? {
                Lead::Bound(_) => Ok(Val::Bool(true)),
                Lead::Unbound | Lead::Cycle(_) => Ok(Val::Bool(false)),
            },
            (Lookup::Load { external, .. }, Ask::Key(key)) => {
                match self.loads.get(&(external.connector, external.name, key.clone())) {
                    Some(Some(record)) => Ok(Val::Stored(Arc::clone(record))),
                    Some(None) => Err(Fault::unbound(external.name, key)),
                    None => Err(not_asked(&format!("load of {} {}", external.name, quoted(&key.0)))),
                }
            }
            (Lookup::Find { model, criteria, fold }, Ask::Criteria(values)) => {
                self.found(model, criteria, *fold, &values)
            }
            (Lookup::ExtOf { external, model }, Ask::Record(id)) => self.key_of(external, model, id),
            (Lookup::Find { .. }, Ask::Key(_) | Ask::Record(_))
            | (Lookup::ExtOf { .. }, Ask::Key(_) | Ask::Criteria(_))
            | (Lookup::Ref { .. } | Lookup::Bound { .. } | Lookup::Load { .. }, Ask::Criteria(_) | Ask::Record(_)) => {
                Err(crate::mapper::Eval::broken("a lookup with the arguments of another"))
            }
        }
    }

    fn key_of<'s>(&self, external: &'static ExternalType, model: &'static Model, id: RecordId) -> Out<'s> {
        match self.of_records.get(&(external.connector, external.name, id)) {
            Some(Some(key)) => Ok(Val::Key(Cow::Owned(key.0.clone()))),
            Some(None) => Err(Fault::new(
                FaultKind::Unbound {
                    external: external.name,
                    key: Key(id.0.to_string()),
                },
                format!("{} {} has no {} yet", model.name, id.0, external.name),
            )),
            None => Err(not_asked(&format!("{} {}", model.name, id.0))),
        }
    }

    fn lead(&self, external: &'static ExternalType, key: &Key) -> Result<&Lead, Fault> {
        let lead = self.keys.get(&(external.connector, external.name, key.clone()));
        lead.ok_or_else(|| not_asked(&format!("{} {}", external.name, quoted(&key.0))))
    }

    fn found<'s>(
        &self,
        model: &'static Model,
        criteria: &'static [&'static str],
        fold: bool,
        values: &[Stored],
    ) -> Out<'s> {
        let by = || {
            let pairs = criteria.iter().zip(values);
            let pairs = pairs.map(|(name, value)| format!("{name} {}", quoted(&stored_text(value))));
            pairs.collect::<Vec<_>>().join(" and ")
        };
        match self
            .finds
            .get(&(model.name, criteria, fold, criteria_identity(values)))
            .map(Vec::as_slice)
        {
            Some([one]) => Ok(Val::Ref(*one)),
            Some([]) => Err(Fault::data(format!("no {} with {}", model.name, by()))),
            Some(several) => {
                let count = several.len();
                Err(Fault::ambiguous(format!(
                    "{count} {} with {}, one was meant",
                    model.name,
                    by()
                )))
            }
            None => Err(not_asked(&format!("{} with {}", model.name, by()))),
        }
    }
}

/// The strata of the generated code did not ask what its rules use. `busy`, because `?` and `catch` must not take it for an answer.
fn not_asked(what: &str) -> Fault {
    Fault::busy(format!("nothing was answered about {what}"))
}
