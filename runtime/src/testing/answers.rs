//! Who answers the lookups of a test: what the test says, else a name.

use std::fmt;
use std::sync::Arc;

use super::Known;
use super::shown::Names;
use crate::connector::ExternalType;
use crate::json::writer::stored_text;
use crate::mapper::drive::Answers;
use crate::mapper::{Ask, Lookup, Resolved, Want};
use crate::model::{Model, ModelKind};
use crate::value::{Key, RecordId, Stored, StoredRecord};

/// The world around a mapping.
pub(super) struct World<'k> {
    known: &'k Known,
    pub(super) names: Names,
    pub(super) asked: Vec<Asked>,
}

/// A lookup and its answer.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    question: String,
    answer: String,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.question, self.answer)
    }
}

impl Answers for World<'_> {
    fn answer(&mut self, _stratum: u8, want: &Want, resolved: &mut Resolved) {
        let asked = match (want.lookup, &want.ask) {
            (Lookup::Ref { external, model, .. }, Ask::Key(key)) => {
                let to = self.leads(external, model.name, key);
                resolved.answer_ref(external, key.clone(), to);
                (format!("ref {} {key}", external.name), self.shown(to))
            }
            (Lookup::Bound { external }, Ask::Key(key)) => {
                let model = external.binding.as_ref().map_or("", |binding| binding.model);
                let to = self.leads(external, model, key);
                resolved.answer_ref(external, key.clone(), to);
                (format!("bound {} {key}", external.name), to.is_some().to_string())
            }
            (
                Lookup::Load {
                    external,
                    model,
                    fields,
                    ..
                },
                Ask::Key(key),
            ) => {
                let to = self.leads(external, model.name, key);
                let record = to.map(|id| self.record(model, fields, id));
                resolved.answer_load(external, key.clone(), record);
                (format!("load {} {key}", external.name), self.shown(to))
            }
            (Lookup::Read { model, fields }, Ask::Record(id)) => {
                resolved.answer_read(model, *id, Some(self.record(model, fields, *id)));
                (format!("load {}", self.shown(Some(*id))), "its fields".to_owned())
            }
            (Lookup::ExtOf { external, .. }, Ask::Record(id)) => {
                let key = self.key_of(external, *id);
                let shown = key.as_ref().map_or("none".to_owned(), Key::to_string);
                resolved.answer_record(external, *id, key);
                (format!("ext_of {} {}", external.name, self.shown(Some(*id))), shown)
            }
            (
                Lookup::Find { model, criteria, fold }
                | Lookup::FindOrNew {
                    model, criteria, fold, ..
                },
                Ask::Criteria(values),
            ) => self.search(want, (*model, *criteria, *fold), values, resolved),
            // A lookup asks in its own way alone.
            (
                Lookup::Ref { .. }
                | Lookup::Bound { .. }
                | Lookup::Load { .. }
                | Lookup::Read { .. }
                | Lookup::ExtOf { .. }
                | Lookup::Find { .. }
                | Lookup::FindOrNew { .. },
                _,
            ) => return,
        };
        self.asked.push(Asked {
            question: asked.0,
            answer: asked.1,
        });
    }
}

impl<'k> World<'k> {
    pub(super) fn new(known: &'k Known) -> Self {
        Self {
            known,
            names: Names::default(),
            asked: Vec::new(),
        }
    }

    fn shown(&self, id: Option<RecordId>) -> String {
        let shown = id.map(|id| self.names.of(id));
        match shown {
            Some(serde_json::Value::String(name)) => name,
            Some(number) => number.to_string(),
            None => "none".to_owned(),
        }
    }

    /// `find` and `find_or_new`: the question, and what is found or made.
    fn search(
        &self,
        want: &Want,
        (model, criteria, fold): (&'static Model, &'static [&'static str], bool),
        values: &[Stored],
        resolved: &mut Resolved,
    ) -> (String, String) {
        let by: Vec<String> = criteria
            .iter()
            .zip(values)
            .map(|(name, value)| format!("{name} {}", stored_text(value)))
            .collect();
        let found = self.found(model, criteria, values);
        let shown: Vec<String> = found.iter().map(|id| self.shown(Some(*id))).collect();
        if let (true, Some(new)) = (found.is_empty(), &want.new) {
            resolved.answer_new(want.lookup, values, new);
        }
        resolved.answer_find(model, criteria, fold, values, found);
        let shown = match (shown.is_empty(), &want.new) {
            (true, Some(_)) => "none: it is made".to_owned(),
            (true, None) => "none".to_owned(),
            (false, _) => shown.join(", "),
        };
        (format!("find {} by {}", model.name, by.join(", ")), shown)
    }

    /// Where a key leads: as the test says, else to a record that is called after it.
    fn leads(&self, external: &ExternalType, model: &str, key: &Key) -> Option<RecordId> {
        match self.known.keys.get(&(external.name.to_owned(), key.clone())) {
            Some(to) => *to,
            None => Some(self.names.id(&format!("{model}({key})"))),
        }
    }

    fn key_of(&self, external: &ExternalType, id: RecordId) -> Option<Key> {
        let mut keys = self.known.keys.iter();
        let given = keys.find(|((of, _), to)| of == external.name && **to == Some(id));
        match given {
            Some(((_, key), _)) => Some(key.clone()),
            None => Some(Key(self.shown(Some(id)))),
        }
    }

    fn found(&self, model: &Model, criteria: &[&str], values: &[Stored]) -> Vec<RecordId> {
        let asks = |name: &str, value: &Stored| {
            let mut pairs = criteria.iter().zip(values);
            pairs.any(|(criterion, asked)| *criterion == name && asked == value)
        };
        let mut finds = self.known.finds.iter();
        let said = finds.find(|find| find.model == model.name && find.by.iter().all(|(name, value)| asks(name, value)));
        match said {
            Some(find) => find.found.clone(),
            None => {
                let values: Vec<String> = values.iter().map(stored_text).collect();
                vec![self.names.id(&format!("{}({})", model.name, values.join(", ")))]
            }
        }
    }

    /// The fields of a record: as the test says, else null, and names where a text or a reference may be.
    fn record(&self, model: &'static Model, fields: &'static [&'static str], id: RecordId) -> Arc<StoredRecord> {
        let given = self.known.records.get(&(model.name.to_owned(), id));
        let own = self.shown(Some(id));
        let value = |name: &'static str| match given {
            Some(given) => {
                let field = given.iter().find(|(known, _)| known == name);
                field.map_or(Stored::Null, |(_, value)| value.clone())
            }
            None => match model.field(name).map(|field| field.kind) {
                Some(ModelKind::Text) => Stored::Text(format!("{own}.{name}")),
                Some(ModelKind::Ref { .. }) => Stored::Ref(self.names.id(&format!("{own}.{name}"))),
                Some(ModelKind::OneToMany { .. }) => Stored::Refs(Vec::new()),
                Some(_) | None => Stored::Null,
            },
        };
        Arc::new(StoredRecord {
            model,
            id,
            version: 0,
            fields: fields.iter().map(|name| (*name, value(name))).collect(),
        })
    }
}
