//! Questions to the store: what the lookups of a record, or of a whole claim, ask. Keys are united, each is asked once.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};

use crate::connector::ExternalType;
use crate::mapper::stored::store;
use crate::mapper::{Lookup, MapperInfo};
use crate::model::Model;
use crate::value::{Key, Out, RecordId, Stored, Val};

/// Questions of a record; those of a claim after [`Wants::unite`].
#[derive(Debug, Default)]
pub struct Wants {
    asked: IndexMap<String, Want>,
    mapping: Option<&'static MapperInfo>,
}

/// One question.
#[derive(Clone, Debug)]
pub struct Want {
    /// What is asked.
    pub lookup: &'static Lookup,
    /// About what.
    pub ask: Ask,
    /// The mapping that asks first.
    pub mapping: Option<&'static MapperInfo>,
    /// Its rule; absent for lookups of lets and checks.
    pub rule: Option<usize>,
    /// What a new record is given where none is found, for `find_or_new`; absent where a value is wrong, which the rule says.
    pub new: Option<BTreeMap<String, Stored>>,
}

/// About what a question is.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// An external key.
    Key(Key),
    /// Values of the criteria, in order.
    Criteria(Vec<Stored>),
    /// A record of the inside.
    Record(RecordId),
}

/// Keys of one external type: one query for all `ref`, `bound` and `load`.
#[derive(Debug)]
pub struct WantedKeys {
    /// The type.
    pub external: &'static ExternalType,
    /// The keys, in the order asked.
    pub keys: IndexSet<Key>,
    /// Those whose record is imported first where they are unbound.
    pub import: IndexSet<Key>,
}

/// Records whose fields are read, by external key.
#[derive(Debug)]
pub struct WantedLoads {
    /// The type of the keys.
    pub external: &'static ExternalType,
    /// The model.
    pub model: &'static Model,
    /// All fields that some lookup uses.
    pub fields: Vec<&'static str>,
    /// The keys, in the order asked.
    pub keys: IndexSet<Key>,
}

/// Records of the inside whose keys of one external type are asked for.
#[derive(Debug)]
pub struct WantedRecords {
    /// The type.
    pub external: &'static ExternalType,
    /// The records, in the order asked.
    pub ids: IndexSet<RecordId>,
}

/// Records whose fields are read, by their numbers.
#[derive(Debug)]
pub struct WantedReads {
    /// The model.
    pub model: &'static Model,
    /// All fields that some lookup uses.
    pub fields: Vec<&'static str>,
    /// The records, in the order asked.
    pub ids: IndexSet<RecordId>,
}

/// Searches by the same fields of a model.
#[derive(Debug)]
pub struct WantedFinds {
    /// The model.
    pub model: &'static Model,
    /// The fields that are compared.
    pub criteria: &'static [&'static str],
    /// Compared without case and accents.
    pub fold: bool,
    /// One row of values per search, in the order asked.
    pub values: Vec<Vec<Stored>>,
}

impl Wants {
    /// Asks. The argument is as for [`crate::mapper::Eval::got`]; a fault, an absent one, or one that the model cannot hold asks nothing.
    pub fn ask(&mut self, lookup: &'static Lookup, rule: impl Into<Option<usize>>, args: Out<'_>) {
        let Ok(args) = args else { return };
        let Ok(Some(ask)) = asked(lookup, &args) else {
            return;
        };
        let new = new_values(lookup, &args).ok().flatten();
        let mapping = self.mapping;
        let rule = rule.into();
        self.put(Want {
            lookup,
            ask,
            mapping,
            rule,
            new,
        });
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// All questions, in the order asked.
    pub fn iter(&self) -> impl Iterator<Item = &Want> {
        self.asked.values()
    }

    /// Adds the questions of another record.
    pub fn unite(&mut self, other: &Self) {
        for want in other.iter() {
            self.put(want.clone());
        }
    }

    /// The keys that are asked for, one group per external type.
    pub fn keys(&self) -> Vec<WantedKeys> {
        let mut groups: IndexMap<(&str, &str), WantedKeys> = IndexMap::new();
        for want in self.iter() {
            let (Ask::Key(key), Some((external, import))) = (&want.ask, want.lookup.external()) else {
                continue;
            };
            let group = groups.entry((external.connector, external.name));
            let group = group.or_insert_with(|| WantedKeys {
                external,
                keys: IndexSet::new(),
                import: IndexSet::new(),
            });
            group.keys.insert(key.clone());
            if import {
                group.import.insert(key.clone());
            }
        }
        groups.into_values().collect()
    }

    /// The records whose fields are asked for, one group per external type.
    pub fn loads(&self) -> Vec<WantedLoads> {
        let mut groups: IndexMap<(&str, &str), WantedLoads> = IndexMap::new();
        for want in self.iter() {
            let (
                Ask::Key(key),
                Lookup::Load {
                    external,
                    model,
                    fields,
                    ..
                },
            ) = (&want.ask, want.lookup)
            else {
                continue;
            };
            let group = groups.entry((external.connector, external.name));
            let group = group.or_insert_with(|| WantedLoads {
                external,
                model,
                fields: Vec::new(),
                keys: IndexSet::new(),
            });
            for field in *fields {
                if !group.fields.contains(field) {
                    group.fields.push(field);
                }
            }
            group.keys.insert(key.clone());
        }
        groups.into_values().collect()
    }

    /// The records of the inside whose keys are asked for, one group per external type.
    pub fn records(&self) -> Vec<WantedRecords> {
        let mut groups: IndexMap<(&str, &str), WantedRecords> = IndexMap::new();
        for want in self.iter() {
            let (Ask::Record(id), Lookup::ExtOf { external, .. }) = (&want.ask, want.lookup) else {
                continue;
            };
            let group = groups.entry((external.connector, external.name));
            let group = group.or_insert_with(|| WantedRecords {
                external,
                ids: IndexSet::new(),
            });
            group.ids.insert(*id);
        }
        groups.into_values().collect()
    }

    /// The searches, one group per model and criteria.
    pub fn finds(&self) -> Vec<WantedFinds> {
        let mut groups: IndexMap<(&str, &[&str], bool), WantedFinds> = IndexMap::new();
        for want in self.iter() {
            let (
                Ask::Criteria(values),
                Lookup::Find { model, criteria, fold }
                | Lookup::FindOrNew {
                    model, criteria, fold, ..
                },
            ) = (&want.ask, want.lookup)
            else {
                continue;
            };
            let group = groups.entry((model.name, criteria, *fold));
            let group = group.or_insert_with(|| WantedFinds {
                model,
                criteria,
                fold: *fold,
                values: Vec::new(),
            });
            // A search and a `find_or_new` may ask the same.
            if !group.values.contains(values) {
                group.values.push(values.clone());
            }
        }
        groups.into_values().collect()
    }

    /// The records whose fields are asked for by number, one group per model.
    pub fn reads(&self) -> Vec<WantedReads> {
        let mut groups: IndexMap<&str, WantedReads> = IndexMap::new();
        for want in self.iter() {
            let (Ask::Record(id), Lookup::Read { model, fields }) = (&want.ask, want.lookup) else {
                continue;
            };
            let group = groups.entry(model.name).or_insert_with(|| WantedReads {
                model,
                fields: Vec::new(),
                ids: IndexSet::new(),
            });
            for field in *fields {
                if !group.fields.contains(field) {
                    group.fields.push(field);
                }
            }
            group.ids.insert(*id);
        }
        groups.into_values().collect()
    }

    /// What is asked inside belongs to this mapping.
    pub(crate) fn within(&mut self, mapping: &'static MapperInfo, ask: impl FnOnce(&mut Self)) {
        let outer = self.mapping.replace(mapping);
        ask(self);
        self.mapping = outer;
    }

    /// One question per lookup and argument. Of those that differ only in whether the record is imported first, the one that is imported
    /// stays; of those that may make a record, the first one that can.
    fn put(&mut self, want: Want) {
        let identity = format!("{} {}", want.lookup.identity(), want.ask.identity());
        let entry = self.asked.entry(identity);
        let imports = want.lookup.imports();
        let kept = entry.or_insert_with(|| want.clone());
        let makes = kept.new.is_none() && want.new.is_some();
        if makes || (imports && !kept.lookup.imports()) {
            *kept = want;
        }
    }
}

impl Ask {
    /// The same for the same question.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Key(key) => key.0.clone(),
            Self::Record(id) => id.0.to_string(),
            Self::Criteria(values) => criteria_identity(values),
        }
    }
}

/// The same for equal values.
pub(crate) fn criteria_identity(values: &[Stored]) -> String {
    // Stored values are plain data; only a float or a map with odd keys could fail to serialize, and there is neither.
    serde_json::to_string(values).unwrap_or_default()
}

/// What a lookup asks with this argument; absent: nothing.
pub(crate) fn asked(lookup: &'static Lookup, args: &Val<'_>) -> Result<Option<Ask>, crate::fault::Fault> {
    if args.is_absent() {
        return Ok(None);
    }
    let (Lookup::Find { model, criteria, .. } | Lookup::FindOrNew { model, criteria, .. }) = lookup else {
        return Ok(key_or_record(lookup, args));
    };
    let values = listed(args);
    let mut stored = Vec::with_capacity(criteria.len());
    for (name, value) in criteria.iter().zip(values) {
        if value.is_absent() {
            return Ok(None);
        }
        let Some(field) = model.field(name) else {
            return Err(crate::mapper::Eval::broken("a criterion that the model does not have"));
        };
        stored.push(store(value.clone(), field)?);
    }
    Ok((stored.len() == criteria.len()).then_some(Ask::Criteria(stored)))
}

fn key_or_record(lookup: &Lookup, args: &Val<'_>) -> Option<Ask> {
    match (lookup, args) {
        (Lookup::Read { .. } | Lookup::ExtOf { .. }, Val::Ref(id)) => Some(Ask::Record(*id)),
        (Lookup::Read { .. } | Lookup::ExtOf { .. }, Val::Stored(record)) => Some(Ask::Record(record.id)),
        (Lookup::Read { .. } | Lookup::ExtOf { .. }, _) => None,
        (_, key) => canonical_key(key).map(Ask::Key),
    }
}

fn listed<'v, 's>(args: &'v Val<'s>) -> &'v [Val<'s>] {
    if let Val::List(values) = args {
        values
    } else {
        std::slice::from_ref(args)
    }
}

/// What a new record is given: the criteria, and what stands behind them; that wins where both name a field. Missing ones get their
/// default. Absent for lookups that make nothing.
pub(crate) fn new_values(
    lookup: &'static Lookup,
    args: &Val<'_>,
) -> Result<Option<BTreeMap<String, Stored>>, crate::fault::Fault> {
    let Lookup::FindOrNew {
        model, criteria, new, ..
    } = lookup
    else {
        return Ok(None);
    };
    let mut values = BTreeMap::new();
    for (name, value) in criteria.iter().chain(*new).zip(listed(args)) {
        if matches!(value, Val::Missing) {
            continue;
        }
        let Some(field) = model.field(name) else {
            return Err(crate::mapper::Eval::broken("a field that the model does not have"));
        };
        let stored = store(value.clone(), field).map_err(|fault| cannot_make(model, &fault))?;
        values.insert((*name).to_owned(), stored);
    }
    Ok(Some(values))
}

fn cannot_make(model: &Model, fault: &crate::fault::Fault) -> crate::fault::Fault {
    let words = format!("a new {} cannot be made: {}", model.name, fault.message);
    let told = crate::fault::Fault::new(fault.kind.clone(), words);
    match &fault.value {
        Some(value) => told.with_value(value.clone()),
        None => told,
    }
}

/// A value as a key: digits of an int, a text as it stands, a composite key as a JSON array of its parts. Absent for what is no key.
pub fn canonical_key(value: &Val<'_>) -> Option<Key> {
    match value {
        Val::Key(text) | Val::Text(text) => Some(Key(text.clone().into_owned())),
        Val::Int(number) => Some(Key(number.to_string())),
        Val::Uuid(uuid) => Some(Key(uuid.to_string())),
        Val::List(parts) => composite(parts.iter()),
        Val::Record(parts) => composite(parts.iter().map(|(_, part)| part)),
        Val::Missing
        | Val::Null
        | Val::Decimal(_)
        | Val::Float(_)
        | Val::Bool(_)
        | Val::Date(_)
        | Val::Time(_)
        | Val::Duration(_)
        | Val::DateTime(_)
        | Val::Bytes(_)
        | Val::Json(_)
        | Val::Ref(_)
        | Val::Rec(_)
        | Val::Stored(_) => None,
    }
}

/// A JSON array of the parts. Internal ids, which a scope may hold, are parts too.
fn composite<'v, 's: 'v>(parts: impl Iterator<Item = &'v Val<'s>>) -> Option<Key> {
    let texts = parts.map(|part| {
        let id = if let Val::Ref(id) = part {
            Some(id.0.to_string())
        } else {
            None
        };
        id.or_else(|| canonical_key(part).map(|key| key.0))
    });
    let texts: Vec<String> = texts.collect::<Option<_>>()?;
    serde_json::to_string(&texts).ok().map(Key)
}

impl Lookup {
    /// The type of its key, and whether an unbound one is imported first; absent for searches.
    pub fn external(&self) -> Option<(&'static ExternalType, bool)> {
        match self {
            Self::Ref { external, import, .. } | Self::Load { external, import, .. } => Some((external, *import)),
            Self::Bound { external } => Some((external, false)),
            Self::Find { .. } | Self::ExtOf { .. } | Self::FindOrNew { .. } | Self::Read { .. } => None,
        }
    }

    /// Whether an unbound record is imported first.
    pub fn imports(&self) -> bool {
        self.external().is_some_and(|(_, import)| import)
    }

    /// The same for lookups that have the same answers.
    fn identity(&self) -> String {
        match self {
            Self::Ref { external, .. } => format!("ref {} {}", external.connector, external.name),
            Self::Bound { external } => format!("bound {} {}", external.connector, external.name),
            Self::ExtOf { external, .. } => format!("ext_of {} {}", external.connector, external.name),
            Self::Find { model, criteria, fold } => format!("find {} {criteria:?} {fold}", model.name),
            Self::FindOrNew {
                model, criteria, fold, ..
            } => format!("new {} {criteria:?} {fold}", model.name),
            Self::Read { model, fields } => format!("read {} {fields:?}", model.name),
            Self::Load { external, fields, .. } => {
                format!("load {} {} {fields:?}", external.connector, external.name)
            }
        }
    }
}
