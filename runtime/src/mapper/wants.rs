//! Questions to the store: what the lookups of a record, or of a whole claim, ask. Keys are united, each is asked once.

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
        let Some(ask) = args.ok().and_then(|args| asked(lookup, &args).ok().flatten()) else {
            return;
        };
        let mapping = self.mapping;
        let rule = rule.into();
        self.put(Want {
            lookup,
            ask,
            mapping,
            rule,
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
            let (Ask::Criteria(values), Lookup::Find { model, criteria, fold }) = (&want.ask, want.lookup) else {
                continue;
            };
            let group = groups.entry((model.name, criteria, *fold));
            let group = group.or_insert_with(|| WantedFinds {
                model,
                criteria,
                fold: *fold,
                values: Vec::new(),
            });
            group.values.push(values.clone());
        }
        groups.into_values().collect()
    }

    /// What is asked inside belongs to this mapping.
    pub(crate) fn within(&mut self, mapping: &'static MapperInfo, ask: impl FnOnce(&mut Self)) {
        let outer = self.mapping.replace(mapping);
        ask(self);
        self.mapping = outer;
    }

    /// One question per lookup and argument. Of those that differ only in whether the record is imported first, the one that is imported stays.
    fn put(&mut self, want: Want) {
        let identity = format!("{} {}", want.lookup.identity(), want.ask.identity());
        let entry = self.asked.entry(identity);
        let imports = want.lookup.imports();
        let kept = entry.or_insert_with(|| want.clone());
        if imports && !kept.lookup.imports() {
            *kept = want;
        }
    }
}

impl Ask {
    /// The same for the same question.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Key(key) => key.0.clone(),
            Self::Criteria(values) => criteria_identity(values),
            Self::Record(id) => id.0.to_string(),
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
    if let Lookup::ExtOf { .. } = lookup {
        let record = if let Val::Stored(record) = args {
            Some(record.id)
        } else if let Val::Ref(id) = args {
            Some(*id)
        } else {
            None
        };
        return Ok(record.map(Ask::Record));
    }
    let Lookup::Find { model, criteria, .. } = lookup else {
        return Ok(canonical_key(args).map(Ask::Key));
    };
    let values = if let Val::List(values) = args {
        values
    } else {
        std::slice::from_ref(args)
    };
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
            Self::Find { .. } | Self::ExtOf { .. } => None,
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
            Self::Load { external, fields, .. } => {
                format!("load {} {} {fields:?}", external.connector, external.name)
            }
        }
    }
}
