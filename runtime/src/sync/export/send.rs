//! Sends what differs: the way from a mapped record to a call and to what is written about it.

use std::collections::BTreeMap;

use serde_json::Map;

use crate::adapter::{Call, Payload, Sent};
use crate::connector::Operation;
use crate::plan::{BindingWrite, EffectCall, Expected, ExportWrite, Plan};
use crate::sync::export::answer::is_agreed;
use crate::sync::export::map::{Mapped, Said};
use crate::sync::export::{Exporting, Subject, unit};
use crate::sync::fetch::{self, Read};
use crate::sync::handler::lacks;
use crate::sync::{End, Planned};
use crate::value::{Key, Stored};

/// Whether something was agreed on of every field that is sent.
fn is_known(subject: &Subject<'_>, mapped: &Mapped) -> bool {
    mapped.fields.keys().all(|name| subject.known.agreed.contains_key(name))
}

/// The operations of the type.
pub(super) struct Operations {
    pub(super) read: Option<&'static Operation>,
    create: Option<&'static Operation>,
    write: Option<&'static Operation>,
}

impl Operations {
    /// Whether a record that was never sent is made, and not written into one that is there.
    pub(super) fn makes(&self, subject: &Subject<'_>) -> bool {
        subject.bound.is_none() && self.create.is_some()
    }
}

impl Exporting<'_> {
    /// Sends a record as far as it differs.
    pub(super) async fn send(&self, mut subject: Subject<'_>) -> Result<Planned, End> {
        let operations = self.operations()?;
        if let Some(intent) = &subject.known.intent {
            return self.resume(&subject, intent, operations.create).await;
        }
        self.look_outside(&mut subject, &operations).await?;
        let subject = &subject;
        let mapped = match self.map(subject, self.empty_outside(subject, &operations)).await? {
            Said::Record(mapped) => *mapped,
            Said::Omitted(reason) => return Ok(Planned::nothing(End::Skipped(reason))),
        };
        let key = self.key(subject, &mapped)?;
        let is_new = operations.makes(subject) || subject.bound.is_none() && key.is_none();
        let agreed = match (&key, operations.read) {
            // Where nothing was agreed on yet, what is there now decides.
            (Some(key), Some(_)) if !is_new && !is_known(subject, &mapped) => {
                let mut held = match &subject.held {
                    Some(held) => held.clone(),
                    None => self.held(key).await?,
                };
                held.extend(subject.known.agreed.clone());
                held
            }
            _ => subject.known.agreed.clone(),
        };
        let changed: Map<_, _> = mapped
            .fields
            .iter()
            .filter(|(name, _)| is_new || !is_agreed(&agreed, name, mapped.marks.get(*name)))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        match key {
            Some(key) if !is_new && changed.is_empty() => Ok(self.unchanged(subject, mapped, key)),
            Some(key) if !is_new => {
                let Some(write) = operations.write else {
                    let name = self.mapper.info().external.name;
                    return Ok(Planned::nothing(End::Skipped(format!(
                        "{name} {key} is there already, and its adapter has no `write`"
                    ))));
                };
                self.write(subject, mapped, (write, key), changed).await
            }
            key => {
                let create = operations
                    .create
                    .ok_or_else(|| unit("nothing can make this record: no `create`, no key"))?;
                self.create(subject, mapped, (create, key)).await
            }
        }
    }

    fn operations(&self) -> Result<Operations, End> {
        let info = self.env.operations(self.mapper.info().external.name);
        let info = info.map_err(|error| lacks(&error))?;
        Ok(Operations {
            read: info.operation("read"),
            create: info.operation("create"),
            write: info.operation("write"),
        })
    }

    /// The key of the record: of its binding, or as the rules say.
    fn key(&self, subject: &Subject<'_>, mapped: &Mapped) -> Result<Option<Key>, End> {
        match (&subject.bound, &mapped.key) {
            (Some(bound), Some(written)) if bound.key != *written => {
                let name = self.mapper.info().external.name;
                Err(End::Review(format!(
                    "it is bound to {name} {}, and its mapping says {written}",
                    bound.key
                )))
            }
            (Some(bound), _) => Ok(Some(bound.key.clone())),
            (None, written) => Ok(written.clone()),
        }
    }

    /// What the other side holds now.
    pub(super) async fn held(&self, key: &Key) -> Result<BTreeMap<String, String>, End> {
        let external = self.mapper.info().external;
        match fetch::read(self.env, external, key).await? {
            Read::Found(record) => self.marks_of(&record),
            Read::Gone(why) => Err(End::Review(format!(
                "{} {key} is gone on the other side: {why}",
                external.name
            ))),
        }
    }

    fn unchanged(&self, subject: &Subject<'_>, mapped: Mapped, key: Key) -> Planned {
        let mut plan = Plan::default();
        let is_known = mapped
            .marks
            .iter()
            .all(|(name, mark)| is_agreed(&subject.known.agreed, name, Some(mark)));
        if !is_known || subject.held.is_some() {
            let fields = self.agreement(subject, &mapped.marks, (None, None));
            self.agree(subject, fields, &mut plan);
        }
        self.bind(subject, key, mapped.binding, &mut plan);
        plan.checkpoints = mapped.warnings;
        Planned {
            plan,
            end: End::Unchanged(None),
        }
    }

    async fn write(
        &self,
        subject: &Subject<'_>,
        mapped: Mapped,
        (operation, key): (&'static Operation, Key),
        changed: Map<String, serde_json::Value>,
    ) -> Result<Planned, End> {
        let sent = Sent {
            changed,
            whole: mapped.fields.clone(),
        };
        let call = Call::send(self.mapper.info().external, Some(key.clone()), sent);
        let mut plan = Plan::default();
        if let Some(trial) = self.trial {
            trial.requests(self.describe(operation, &call)?);
            self.agree(subject, self.agreement(subject, &mapped.marks, (None, None)), &mut plan);
        } else {
            let answer = self.env.instance.adapter.call(operation, call).await;
            let Payload(answer) = answer.map_err(|error| End::from(&error))?;
            fail::fail_point!("export::written");
            let fields = self.agreement(subject, &mapped.marks, (Some(operation), Some(&answer)));
            self.agree(subject, fields, &mut plan);
            self.import_answer(subject, Some(operation), (&key, Some(&answer)), &mut plan);
        }
        self.bind(subject, key, mapped.binding, &mut plan);
        self.after(subject, &mut plan);
        plan.checkpoints = mapped.warnings;
        Ok(Planned {
            plan,
            end: End::Updated,
        })
    }

    pub(super) fn describe(&self, operation: &'static Operation, call: &Call) -> Result<String, End> {
        let text = self.env.instance.adapter.describe(operation, call);
        text.map_err(|error| End::from(&error))
    }

    pub(super) fn agree(&self, subject: &Subject<'_>, fields: BTreeMap<String, String>, plan: &mut Plan) {
        plan.exports.push(ExportWrite::Agree {
            of: subject.of.clone(),
            fields,
        });
    }

    /// `after f`: where something was sent, in the transaction that writes it down.
    pub(super) fn after(&self, subject: &Subject<'_>, plan: &mut Plan) {
        let calls = self.mapper.info().after.iter().map(|effect| EffectCall {
            function: effect.name.to_owned(),
            record: Stored::Ref(subject.of.id),
            now: subject.request.now,
        });
        plan.effects.extend(calls);
    }

    pub(super) fn bind(&self, subject: &Subject<'_>, key: Key, fields: BTreeMap<String, Stored>, plan: &mut Plan) {
        let Some(binding) = &self.mapper.info().external.binding else {
            return;
        };
        let bound = subject.bound.as_ref();
        let is_known = |name: &str, value: &Stored| {
            bound.is_some_and(|bound| bound.fields.iter().any(|(known, held)| *known == name && held == value))
        };
        let fields: BTreeMap<String, Stored> = fields
            .into_iter()
            .filter(|(name, value)| !is_known(name, value))
            .collect();
        if bound.is_some() && fields.is_empty() {
            return;
        }
        let (table, instance) = (binding.table.to_owned(), subject.of.instance.clone());
        plan.expects.push(Expected::Bound {
            table: table.clone(),
            instance: instance.clone(),
            key: key.clone(),
            to: bound.map(|bound| bound.id),
        });
        plan.bindings.push(BindingWrite::Bind {
            table,
            instance,
            key,
            to: Stored::Ref(subject.of.id),
            parent: bound.and_then(|bound| bound.parent).map(Stored::Ref),
            revision: bound.and_then(|bound| bound.revision.clone()),
            fields,
        });
    }
}
