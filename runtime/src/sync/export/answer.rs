//! `returns X`: the answer to a `create` or `write` is a record, and goes through the import of its type.
//!
//! The import is a job that is stored with the end of the export, so that neither is lost without the other. What the answer says of
//! fields that were sent counts as agreed on, besides what was sent: a record that the import makes like the answer is not sent back.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::connector::{ExternalType, Operation};
use crate::mapper::Mapper;
use crate::plan::{NewCheckpoint, Plan};
use crate::sync::export::{Exporting, Subject};
use crate::sync::identity::identify;
use crate::sync::payload::{ImportRecord, import_job, priority};
use crate::value::Key;

/// What stands behind the name of a field whose mark is that of an answer.
const ANSWERED: &str = " answered";

/// Whether both sides hold this value already.
pub(super) fn is_agreed(agreed: &BTreeMap<String, String>, name: &str, mark: Option<&String>) -> bool {
    agreed.get(name) == mark || mark.is_some() && agreed.get(&format!("{name}{ANSWERED}")) == mark
}

/// The mark of what was seen of a field last.
pub(super) fn last_mark<'m>(agreed: &'m BTreeMap<String, String>, name: &str) -> Option<&'m str> {
    let answered = agreed.get(&format!("{name}{ANSWERED}"));
    answered.or_else(|| agreed.get(name)).map(String::as_str)
}

impl Exporting<'_> {
    /// What is agreed on from now on: what was sent, and what the answer says of it.
    pub(super) fn agreement(
        &self,
        subject: &Subject<'_>,
        sent: &BTreeMap<String, String>,
        (operation, answer): (Option<&Operation>, Option<&[u8]>),
    ) -> BTreeMap<String, String> {
        // A partial export says nothing of the fields that it leaves alone.
        let mut fields = subject.known.agreed.clone();
        for (name, mark) in sent {
            fields.insert(name.clone(), mark.clone());
            fields.remove(&format!("{name}{ANSWERED}"));
        }
        let is_same = operation.is_some_and(|operation| operation.returns == Some(self.mapper.info().external));
        let answered = answer.filter(|_| is_same).map(|answer| self.marks_of(answer));
        if let Some(Ok(marks)) = answered {
            let differing = marks
                .into_iter()
                .filter(|(name, mark)| sent.get(name).is_some_and(|sent| sent != mark));
            fields.extend(differing.map(|(name, mark)| (format!("{name}{ANSWERED}"), mark)));
        }
        fields
    }

    /// Plans the import of the answer. Absent: it was lost, and the record is read where that is possible.
    pub(super) fn import_answer(
        &self,
        subject: &Subject<'_>,
        operation: Option<&Operation>,
        (key, answer): (&Key, Option<&[u8]>),
        plan: &mut Plan,
    ) {
        let Some(returned) = operation.and_then(|operation| operation.returns) else {
            return;
        };
        let info = self.mapper.info();
        let model = (returned == info.external).then_some(info.model.name);
        let Ok(mapper) = self.env.import_mapper(returned.name, model) else {
            return;
        };
        if let Err(why) = self.planned(returned, mapper, (key, answer), plan) {
            plan.checkpoints.push(NewCheckpoint {
                instance: subject.of.instance.clone(),
                external: subject.of.external.clone(),
                key: subject.request.record.key(),
                reason: format!(
                    "it was sent, and the {} in the answer cannot be imported: {why}",
                    returned.name
                ),
            });
        }
    }

    fn planned(
        &self,
        returned: &'static ExternalType,
        mapper: &'static dyn Mapper,
        (key, answer): (&Key, Option<&[u8]>),
        plan: &mut Plan,
    ) -> Result<(), String> {
        let record = match answer {
            Some(answer) => answered(returned, answer)?,
            None if returned == self.mapper.info().external && self.reads(returned) => {
                ImportRecord::by_key(returned.name, key.clone())
            }
            None => return Err("the answer was lost".to_owned()),
        };
        let job = import_job(
            returned,
            &self.env.instance.name,
            &record,
            priority(mapper.info()),
            None,
        );
        plan.jobs.push(job.map_err(|error| error.to_string())?);
        Ok(())
    }

    fn reads(&self, external: &ExternalType) -> bool {
        let operations = self.env.operations(external.name);
        operations.is_ok_and(|info| info.operation("read").is_some())
    }
}

fn answered(returned: &'static ExternalType, answer: &[u8]) -> Result<ImportRecord, String> {
    let identity = identify(returned, answer).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.join("; ")
    })?;
    let text = String::from_utf8(answer.to_vec()).map_err(|error| error.to_string())?;
    Ok(ImportRecord {
        record: Some(RawValue::from_string(text).map_err(|error| error.to_string())?),
        revision: identity.revision,
        ..ImportRecord::by_key(returned.name, identity.key)
    })
}
