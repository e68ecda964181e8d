//! Sends what differs: the way from a mapped record to a call and to what is written about it.

use std::collections::BTreeMap;

use serde_json::Map;

use crate::adapter::{AdapterError, Call, Payload, Sent};
use crate::connector::{Once, Operation};
use crate::plan::{BindingWrite, EffectCall, Expected, ExportWrite, Plan};
use crate::queue::JobId;
use crate::queue::JobState;
use crate::store::{Completed, Intent, JobFilter};
use crate::sync::export::map::{Mapped, Said};
use crate::sync::export::{Exporting, Subject, unit};
use crate::sync::fetch::{self, Read};
use crate::sync::handler::lacks;
use crate::sync::identity::{bare_key, identify};
use crate::sync::{End, Planned};
use crate::value::{Key, Stored};

/// The operations of the type.
struct Operations {
    read: Option<&'static Operation>,
    create: Option<&'static Operation>,
    write: Option<&'static Operation>,
}

impl Exporting<'_> {
    /// Sends a record as far as it differs.
    pub(super) async fn send(&self, subject: &Subject<'_>) -> Result<Planned, End> {
        if let Some(intent) = &subject.known.intent {
            return self.resume(subject, intent).await;
        }
        let operations = self.operations()?;
        let mapped = match self.map(subject).await? {
            Said::Record(mapped) => *mapped,
            Said::Omitted(reason) => return Ok(Planned::nothing(End::Skipped(reason))),
        };
        let key = self.key(subject, &mapped)?;
        let is_new = subject.bound.is_none() && (key.is_none() || operations.create.is_some());
        let agreed = match (&key, operations.read) {
            // Nothing was agreed on yet: what is there now decides.
            (Some(key), Some(_)) if !is_new && subject.known.agreed.is_empty() => self.held(key).await?,
            _ => subject.known.agreed.clone(),
        };
        let changed: Map<_, _> = mapped
            .fields
            .iter()
            .filter(|(name, _)| is_new || agreed.get(*name) != mapped.marks.get(*name))
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
                self.create(subject, mapped, (create, key), changed).await
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
    async fn held(&self, key: &Key) -> Result<BTreeMap<String, String>, End> {
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
            .all(|(name, mark)| subject.known.agreed.get(name) == Some(mark));
        if !is_known {
            self.agree(subject, &mapped, &mut plan);
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
        if let Some(trial) = self.trial {
            trial.requests(self.describe(operation, &call)?);
        } else {
            let answer = self.env.instance.adapter.call(operation, call).await;
            answer.map_err(|error| End::from(&error))?;
            fail::fail_point!("export::written");
        }
        let mut plan = Plan::default();
        self.agree(subject, &mapped, &mut plan);
        self.bind(subject, key, mapped.binding, &mut plan);
        self.after(subject, &mut plan);
        plan.checkpoints = mapped.warnings;
        Ok(Planned {
            plan,
            end: End::Updated,
        })
    }

    async fn create(
        &self,
        subject: &Subject<'_>,
        mapped: Mapped,
        (operation, key): (&'static Operation, Option<Key>),
        changed: Map<String, serde_json::Value>,
    ) -> Result<Planned, End> {
        let sent = Sent {
            changed,
            whole: mapped.fields.clone(),
        };
        let call = Call::send(self.mapper.info().external, None, sent);
        let request = self.describe(operation, &call)?;
        let key = match self.trial {
            Some(trial) => {
                trial.requests(request);
                key
            }
            None => Some(self.made(subject, operation, (call, request), key).await?),
        };
        let mut plan = Plan::default();
        plan.exports.push(ExportWrite::Settle { of: subject.of.clone() });
        self.agree(subject, &mapped, &mut plan);
        if let Some(key) = key {
            self.bind(subject, key, mapped.binding, &mut plan);
        }
        self.after(subject, &mut plan);
        plan.checkpoints = mapped.warnings;
        Ok(Planned {
            plan,
            end: End::Created,
        })
    }

    /// Sends a `create` under its intent, and hands back the key of the new record.
    async fn made(
        &self,
        subject: &Subject<'_>,
        operation: &'static Operation,
        (call, request): (Call, String),
        key: Option<Key>,
    ) -> Result<Key, End> {
        if announces() {
            let (of, job) = (subject.of.clone(), subject.request.job.0);
            let intend = ExportWrite::Intend { of, request, job };
            match self.note(intend).await? {
                Completed::Applied(_) => {}
                Completed::Stale(reason) => return Err(End::Busy(reason)),
                Completed::Refused(reason) => return Err(End::data(reason)),
                Completed::Lost => return Err(End::Busy("the job is no longer ours".to_owned())),
            }
        }
        fail::fail_point!("export::intended");
        let answer = self.env.instance.adapter.call(operation, call).await;
        fail::fail_point!("export::answered");
        let payload = match answer {
            Ok(payload) => payload,
            Err(error) => return Err(self.refused(subject, operation, &error).await?),
        };
        let key = match key {
            Some(key) => key,
            None => self.key_in(&payload)?,
        };
        // If the end of the job cannot be written, the next attempt knows the key.
        let (of, answered) = (subject.of.clone(), key.clone());
        self.note(ExportWrite::Answer { of, key: answered }).await?;
        fail::fail_point!("export::kept");
        Ok(key)
    }

    /// What follows from a `create` that failed: one that was surely not received may be sent again.
    async fn refused(
        &self,
        subject: &Subject<'_>,
        operation: &'static Operation,
        error: &AdapterError,
    ) -> Result<End, End> {
        if !error.cause.may_have_happened() {
            self.note(ExportWrite::Settle { of: subject.of.clone() }).await?;
            return Ok(End::from(error));
        }
        Ok(match operation.once {
            Some(Once::Review) | None => End::Review(format!(
                "{error}\nnobody knows whether the record was made; {}",
                self.what_to_do(subject)
            )),
        })
    }

    /// A `create` was announced by an earlier attempt.
    async fn resume(&self, subject: &Subject<'_>, intent: &Intent) -> Result<Planned, End> {
        if let Some(key) = &intent.key {
            let mut plan = Plan::default();
            plan.exports.push(ExportWrite::Settle { of: subject.of.clone() });
            self.bind(subject, key.clone(), BTreeMap::new(), &mut plan);
            self.after(subject, &mut plan);
            return Ok(Planned {
                plan,
                end: End::Created,
            });
        }
        if intent.job != subject.request.job && self.is_running(intent.job).await? {
            return Err(End::Busy(format!("job {} is making it just now", intent.job.0)));
        }
        Err(End::Review(format!(
            "`{}` was sent, and its answer never came; {}",
            intent.request,
            self.what_to_do(subject)
        )))
    }

    fn what_to_do(&self, subject: &Subject<'_>) -> String {
        let of = &subject.of;
        format!(
            "look for it there, then: export {} {} --id {} --made KEY, or --not-made to send it again",
            of.instance, of.external, of.id.0
        )
    }

    async fn is_running(&self, job: JobId) -> Result<bool, End> {
        let filter = JobFilter {
            states: vec![JobState::Running],
            after: Some(JobId(job.0 - 1)),
            limit: 1,
            ..JobFilter::default()
        };
        let rows = self.env.store.jobs(&filter).await.map_err(|error| End::from(&error))?;
        Ok(rows.first().is_some_and(|row| row.id == job))
    }

    /// The key in the answer to a `create`: alone, or in the record.
    fn key_in(&self, Payload(answer): &Payload) -> Result<Key, End> {
        let external = self.mapper.info().external;
        let key = match answer.trim_ascii_start().first() {
            Some(b'{') => identify(external, answer).ok().map(|identity| identity.key),
            Some(_) | None => bare_key(external, answer),
        };
        key.ok_or_else(|| {
            let answer: String = String::from_utf8_lossy(answer).chars().take(200).collect();
            End::Review(format!(
                "a {} was made, but the answer holds no key of one: {answer}; look for it there, then export it with --made KEY",
                external.name
            ))
        })
    }

    /// Written at once, in a transaction of its own.
    async fn note(&self, write: ExportWrite) -> Result<Completed, End> {
        let plan = Plan {
            exports: vec![write],
            ..Plan::default()
        };
        self.env.store.apply(&plan).await.map_err(|error| End::from(&error))
    }

    fn describe(&self, operation: &'static Operation, call: &Call) -> Result<String, End> {
        let text = self.env.instance.adapter.describe(operation, call);
        text.map_err(|error| End::from(&error))
    }

    fn agree(&self, subject: &Subject<'_>, mapped: &Mapped, plan: &mut Plan) {
        // A partial export says nothing of the fields that it leaves alone.
        let mut fields = subject.known.agreed.clone();
        fields.extend(mapped.marks.clone());
        plan.exports.push(ExportWrite::Agree {
            of: subject.of.clone(),
            fields,
        });
    }

    /// `after f`: where something was sent, in the transaction that writes it down.
    fn after(&self, subject: &Subject<'_>, plan: &mut Plan) {
        let calls = self.mapper.info().after.iter().map(|effect| EffectCall {
            function: effect.name.to_owned(),
            record: Stored::Ref(subject.of.id),
            now: subject.request.now,
        });
        plan.effects.extend(calls);
    }

    fn bind(&self, subject: &Subject<'_>, key: Key, fields: BTreeMap<String, Stored>, plan: &mut Plan) {
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

/// Whether a `create` is announced before it is sent. Only tests say no, to show what would happen.
fn announces() -> bool {
    fail::fail_point!("export::unannounced", |_| false);
    true
}
