//! Looks whether a record was made by a `create` whose answer was lost: by its key, or by a field that the mapping writes.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::adapter::Argument;
use crate::sync::End;
use crate::sync::export::create::Attempt;
use crate::sync::export::{Exporting, Subject};
use crate::sync::fetch::{self, Read};
use crate::sync::identity::{bare_key, identify};
use crate::value::Key;

impl Exporting<'_> {
    /// The key of the record that the attempt made; absent: there is none. A record that may be somebody else's is for a person to
    /// look at.
    pub(super) async fn look(&self, subject: &Subject<'_>, field: &str, attempt: &Attempt) -> Result<Option<Key>, End> {
        let external = self.mapper.info().external;
        let found = match (&attempt.key, self.is_key(field)) {
            (Some(key), true) => match fetch::read(self.env, external, key).await? {
                Read::Found(record) => vec![record],
                Read::Gone(_) => Vec::new(),
            },
            (Some(_) | None, _) => self.searched(subject, field, attempt).await?,
        };
        let mut candidates = Vec::new();
        for record in found {
            let marks = self.marks_of(&record)?;
            // A search may find what is only like it.
            if marks
                .get(field)
                .is_none_or(|mark| attempt.marks.get(field) == Some(mark))
            {
                candidates.push((record, marks));
            }
        }
        let (record, marks) = match candidates.as_slice() {
            [] => return Ok(None),
            [one] => one,
            several => {
                return Err(End::Review(format!(
                    "{} records of {} have this `{field}`, and its create had no answer; {}",
                    several.len(),
                    external.name,
                    self.what_to_do(subject)
                )));
            }
        };
        let key = match (attempt.key.clone(), record.trim_ascii_start().first()) {
            (Some(key), _) => Some(key),
            (None, Some(b'{')) => identify(external, record).ok().map(|identity| identity.key),
            (None, Some(_) | None) => bare_key(external, record),
        };
        let Some(key) = key else {
            return Err(End::Review(format!(
                "a {} with this `{field}` is there, but what was found says no key; {}",
                external.name,
                self.what_to_do(subject)
            )));
        };
        self.is_ours(subject, &key, (attempt, marks)).await?;
        Ok(Some(key))
    }

    fn is_key(&self, field: &str) -> bool {
        let external = self.mapper.info().external;
        external.key_parts == 1 && external.key.fields.first().is_some_and(|key| key.name == field)
    }

    async fn searched(&self, subject: &Subject<'_>, field: &str, attempt: &Attempt) -> Result<Vec<Vec<u8>>, End> {
        let external = self.mapper.info().external;
        let Some(value) = attempt.fields.get(field).and_then(argument) else {
            return Err(End::Review(format!(
                "its create had no answer, and it was sent without `{field}`, by which it would be found; {}",
                self.what_to_do(subject)
            )));
        };
        let answer = fetch::call(self.env, external, self.search()?, vec![value]).await?;
        let elements: Result<Vec<Box<RawValue>>, _> = serde_json::from_slice(&answer);
        let elements = elements.map_err(|_| {
            let answer: String = String::from_utf8_lossy(&answer).chars().take(200).collect();
            End::data(format!("`search` of {} answers no list: {answer}", external.name))
        })?;
        Ok(elements
            .into_iter()
            .map(|element| element.get().as_bytes().to_vec())
            .collect())
    }

    /// Whether what was found is what was sent, as far as it says, and nobody else's.
    async fn is_ours(
        &self,
        subject: &Subject<'_>,
        key: &Key,
        (attempt, marks): (&Attempt, &std::collections::BTreeMap<String, String>),
    ) -> Result<(), End> {
        let external = self.mapper.info().external;
        let differing: Vec<&str> = marks
            .iter()
            .filter(|(name, mark)| attempt.marks.get(*name).is_some_and(|sent| sent != *mark))
            .map(|(name, _)| name.as_str())
            .collect();
        if !differing.is_empty() {
            return Err(End::Review(format!(
                "{} {key} is there and may be the one whose create had no answer, but it has another {}; {}",
                external.name,
                differing.join(", "),
                self.what_to_do(subject)
            )));
        }
        let keys = std::slice::from_ref(key);
        let bound = self.env.store.bound(external, &subject.of.instance, keys).await;
        let bound = bound.map_err(|error| End::from(&error))?;
        match bound.into_iter().next().flatten() {
            Some(bound) if bound.id != subject.of.id => Err(End::Review(format!(
                "{} {key} is what its create would have made, but it leads to record {} already",
                external.name, bound.id.0
            ))),
            Some(_) | None => Ok(()),
        }
    }
}

/// A value that was sent as one to search by; absent for records and lists.
fn argument(value: &Value) -> Option<Argument> {
    match value {
        Value::String(text) => Some(Argument::Text(text.clone())),
        Value::Bool(flag) => Some(Argument::Bool(*flag)),
        Value::Number(number) => number
            .as_i64()
            .map(Argument::Int)
            .or_else(|| number.to_string().parse().ok().map(Argument::Decimal)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
