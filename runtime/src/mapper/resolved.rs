//! Answers to the lookups of a claim, as the importer hands them in.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::connector::ExternalType;
use crate::fault::{Fault, FaultKind, quoted};
use crate::json::writer::stored_text;
use crate::mapper::Lookup;
use crate::mapper::wants::{Ask, asked, criteria_identity, new_values};
use crate::model::Model;
use crate::value::{Key, Out, RecordId, Stored, StoredRecord, Val};

/// Answers to lookups: of one record or of a whole claim.
#[derive(Debug, Default)]
pub struct Resolved {
    keys: HashMap<(&'static str, &'static str, Key), Lead>,
    of_records: HashMap<(&'static str, &'static str, RecordId), Option<Key>>,
    loads: HashMap<(&'static str, &'static str, Key), Option<Arc<StoredRecord>>>,
    finds: HashMap<Search, Vec<RecordId>>,
    reads: HashMap<(&'static str, RecordId), Option<Arc<StoredRecord>>>,
    news: Vec<NewRecord>,
    new_of: HashMap<Search, RecordId>,
}

/// Model, criteria, fold, values.
type Search = (&'static str, &'static [&'static str], bool, String);

/// A record that an import makes, because nobody has the values it was searched by.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// The model.
    pub model: &'static Model,
    /// What it was searched by: field and value.
    pub by: Vec<(String, Stored)>,
    /// Compared without case and accents.
    pub fold: bool,
    /// What it is given.
    pub values: BTreeMap<String, Stored>,
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
        let known = self.loads.entry((external.connector, external.name, key)).or_default();
        *known = joined(known.take(), record);
    }

    /// The record with all fields of [`crate::mapper::WantedReads::fields`], for `load` of a reference; absent: there is none.
    pub fn answer_read(&mut self, model: &'static Model, id: RecordId, record: Option<Arc<StoredRecord>>) {
        let known = self.reads.entry((model.name, id)).or_default();
        *known = joined(known.take(), record);
    }

    /// Nobody has these values: `find_or_new` makes the record. The first one who asks says what it is given.
    pub fn answer_new(&mut self, lookup: &'static Lookup, values: &[Stored], new: &BTreeMap<String, Stored>) {
        let Lookup::FindOrNew {
            model, criteria, fold, ..
        } = lookup
        else {
            return;
        };
        let search = (model.name, *criteria, *fold, criteria_identity(values));
        let id = RecordId::coming(u32::try_from(self.news.len()).unwrap_or(u32::MAX));
        if let Entry::Vacant(free) = self.new_of.entry(search) {
            free.insert(id);
            let by = criteria.iter().map(|name| (*name).to_owned());
            self.news.push(NewRecord {
                model,
                by: by.zip(values.iter().cloned()).collect(),
                fold: *fold,
                values: new.clone(),
            });
        }
    }

    /// Whether the search of a `find_or_new` was answered with nothing.
    pub fn finds_none(&self, lookup: &'static Lookup, values: &[Stored]) -> bool {
        let Lookup::FindOrNew {
            model, criteria, fold, ..
        } = lookup
        else {
            return false;
        };
        matches!(self.found(model, criteria, *fold, values), Ok(None))
    }

    /// The record that is going to be made under a number.
    pub fn new_record(&self, id: RecordId) -> Option<&NewRecord> {
        self.news.get(usize::try_from(id.is_coming()?).ok()?)
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

    /// The answer to a lookup; absent as the argument is, where nothing was asked.
    pub fn got<'s>(&self, lookup: &'static Lookup, args: &Val<'_>) -> Out<'s> {
        match asked(lookup, args)? {
            Some(ask) => self.answer(lookup, ask, args),
            None if matches!(lookup, Lookup::Find { .. } | Lookup::FindOrNew { .. }) => Ok(absent_as(args)),
            None if args.is_present() => Err(Fault::kind_of_value("an external key", args)),
            None => Ok(absent_as(args)),
        }
    }

    fn answer<'s>(&self, lookup: &'static Lookup, ask: Ask, args: &Val<'_>) -> Out<'s> {
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
                    Some(None) => Err(self.no_record(external, key)),
                    None => Err(not_asked(&format!("load of {} {}", external.name, quoted(&key.0)))),
                }
            }
            (Lookup::Find { model, criteria, fold }, Ask::Criteria(values)) => {
                match self.found(model, criteria, *fold, &values)? {
                    Some(id) => Ok(Val::Ref(id)),
                    None => Err(Fault::data(format!("no {} with {}", model.name, by(criteria, &values)))),
                }
            }
            (Lookup::ExtOf { external, model }, Ask::Record(id)) => self.key_of(external, model, id),
            (
                Lookup::FindOrNew {
                    model, criteria, fold, ..
                },
                Ask::Criteria(values),
            ) => match self.found(model, criteria, *fold, &values)? {
                Some(id) => Ok(Val::Ref(id)),
                None => self.made(lookup, &values, args),
            },
            (Lookup::Read { model, .. }, Ask::Record(id)) => match self.reads.get(&(model.name, id)) {
                Some(Some(record)) => Ok(Val::Stored(Arc::clone(record))),
                Some(None) => Err(Fault::data(self.not_stored(model, id))),
                None => Err(not_asked(&format!("load of {} {}", model.name, id.0))),
            },
            (Lookup::Find { .. } | Lookup::FindOrNew { .. } | Lookup::Read { .. }, Ask::Key(_))
            | (Lookup::Find { .. } | Lookup::FindOrNew { .. }, Ask::Record(_))
            | (Lookup::Ref { .. } | Lookup::Bound { .. } | Lookup::Load { .. }, Ask::Criteria(_) | Ask::Record(_))
            | (Lookup::Read { .. } | Lookup::ExtOf { .. }, Ask::Criteria(_))
            | (Lookup::ExtOf { .. }, Ask::Key(_)) => {
                Err(crate::mapper::Eval::broken("a lookup with the arguments of another"))
            }
        }
    }

    /// Why there is no record to load: nobody imported it, or it is being imported.
    fn no_record(&self, external: &'static ExternalType, key: Key) -> Fault {
        match self.keys.get(&(external.connector, external.name, key.clone())) {
            Some(Lead::Cycle(chain)) => Fault::new(FaultKind::Cycle, chain.clone()),
            Some(Lead::Bound(_) | Lead::Unbound) | None => Fault::unbound(external.name, key),
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

    /// The record that `find_or_new` makes.
    fn made<'s>(&self, lookup: &'static Lookup, values: &[Stored], args: &Val<'_>) -> Out<'s> {
        let Lookup::FindOrNew {
            model, criteria, fold, ..
        } = lookup
        else {
            return Ok(Val::Missing);
        };
        // What is wrong with the new values is said here, with the rule that gives them.
        new_values(lookup, args)?;
        let search = (model.name, *criteria, *fold, criteria_identity(values));
        let made = self.new_of.get(&search).copied().map(Val::Ref);
        made.ok_or_else(|| not_asked(&format!("a new {} with {}", model.name, by(criteria, values))))
    }

    fn not_stored(&self, model: &Model, id: RecordId) -> String {
        match self.new_record(id) {
            Some(_) => format!("the {} is made by this import, and cannot be loaded before", model.name),
            None => format!("{} {} is gone", model.name, id.0),
        }
    }

    fn lead(&self, external: &'static ExternalType, key: &Key) -> Result<&Lead, Fault> {
        let lead = self.keys.get(&(external.connector, external.name, key.clone()));
        lead.ok_or_else(|| not_asked(&format!("{} {}", external.name, quoted(&key.0))))
    }

    /// The record with these values; absent: there is none.
    fn found(
        &self,
        model: &'static Model,
        criteria: &'static [&'static str],
        fold: bool,
        values: &[Stored],
    ) -> Result<Option<RecordId>, Fault> {
        let found = self.finds.get(&(model.name, criteria, fold, criteria_identity(values)));
        match found.map(Vec::as_slice) {
            Some([one]) => Ok(Some(*one)),
            Some([]) => Ok(None),
            Some(several) => {
                let (count, by) = (several.len(), by(criteria, values));
                Err(Fault::ambiguous(format!(
                    "{count} {} with {by}, one was meant",
                    model.name
                )))
            }
            None => Err(not_asked(&format!("{} with {}", model.name, by(criteria, values)))),
        }
    }
}

/// `code "FR" and active "true"`
fn by(criteria: &[&str], values: &[Stored]) -> String {
    let pairs = criteria.iter().zip(values);
    let pairs = pairs.map(|(name, value)| format!("{name} {}", quoted(&stored_text(value))));
    pairs.collect::<Vec<_>>().join(" and ")
}

/// What a question without an argument gives: an absent value stays as absent as it is.
fn absent_as<'s>(args: &Val<'_>) -> Val<'s> {
    let is_missing = |value: &Val<'_>| value.is_absent() && !matches!(value, Val::Null);
    let is_null = if let Val::List(values) = args {
        !values.iter().any(is_missing)
    } else {
        matches!(args, Val::Null)
    };
    match is_null {
        true => Val::Null,
        false => Val::Missing,
    }
}

/// Fields of one record that were read at two times. A record that changed in between is refused when the plan is applied.
fn joined(known: Option<Arc<StoredRecord>>, record: Option<Arc<StoredRecord>>) -> Option<Arc<StoredRecord>> {
    let (Some(known), Some(new)) = (&known, &record) else {
        return record;
    };
    let older = known.fields.iter().filter(|(name, _)| new.get(name).is_none());
    let fields: Vec<_> = new.fields.iter().chain(older).cloned().collect();
    Some(Arc::new(StoredRecord {
        fields,
        ..(**new).clone()
    }))
}

/// The strata of the generated code did not ask what its rules use. `busy`, because `?` and `catch` must not take it for an answer.
fn not_asked(what: &str) -> Fault {
    Fault::busy(format!("nothing was answered about {what}"))
}
