//! Makes a record on the other side, once. What is sent is written down before; an attempt whose answer is lost is not repeated
//! before it is known how a repeat is found (`once by ..`).

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::adapter::{AdapterError, Call, Payload, Sent};
use crate::connector::{Once, Operation};
use crate::plan::{ExportWrite, Plan};
use crate::queue::{JobId, JobState};
use crate::store::{Completed, Intent, JobFilter};
use crate::sync::export::map::Mapped;
use crate::sync::export::{Exporting, Subject, unit};
use crate::sync::fetch;
use crate::sync::identity::{bare_key, identify};
use crate::sync::{End, Planned};
use crate::value::{Key, Stored};

/// How long a system is trusted to remember the answer to a request by its header. The shortest that is common is a day.
const REMEMBERED: Duration = Duration::from_secs(23 * 3_600);

/// What a `create` sends, and what is agreed on once it was received. Kept with its intent: a repeat sends the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// The fields as they are written there.
    pub(super) fields: Map<String, Value>,
    /// A mark per field.
    pub(super) marks: BTreeMap<String, String>,
    /// Fields of the binding.
    pub(super) binding: BTreeMap<String, Stored>,
    /// Its key, where the rules write it.
    pub(super) key: Option<Key>,
}

/// What came of a `create`.
struct Made {
    /// Of the new record; absent in a trial that cannot know it.
    key: Option<Key>,
    /// What the other side said; absent where that was lost.
    answer: Option<Vec<u8>>,
}

impl Made {
    fn found(key: Key) -> Self {
        Self::tried(Some(key))
    }

    fn tried(key: Option<Key>) -> Self {
        Self { key, answer: None }
    }
}

/// Whether a `create` is sent for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    First,
    Again,
}

impl Exporting<'_> {
    /// Makes the record.
    pub(super) async fn create(
        &self,
        subject: &Subject<'_>,
        mapped: Mapped,
        (operation, key): (&'static Operation, Option<Key>),
    ) -> Result<Planned, End> {
        let attempt = Attempt {
            fields: mapped.fields,
            marks: mapped.marks,
            binding: mapped.binding,
            key,
        };
        let token = uuid::Uuid::now_v7().to_string();
        let call = self.creating(&attempt, &token);
        let request = self.describe(operation, &call)?;
        let made = match self.trial {
            Some(trial) => {
                trial.requests(request);
                Made::tried(attempt.key.clone())
            }
            None => {
                self.announce(subject, request, &token, &attempt).await?;
                fail::fail_point!("export::intended");
                self.ask(subject, (operation, call), &attempt, Turn::First).await?
            }
        };
        let mut planned = self.created(subject, attempt, (Some(operation), made));
        planned.plan.checkpoints.extend(mapped.warnings);
        Ok(planned)
    }

    fn creating(&self, attempt: &Attempt, token: &str) -> Call {
        let sent = Sent {
            changed: attempt.fields.clone(),
            whole: attempt.fields.clone(),
        };
        Call {
            once: Some(token.to_owned()),
            ..Call::send(self.mapper.info().external, None, sent)
        }
    }

    fn created(
        &self,
        subject: &Subject<'_>,
        attempt: Attempt,
        (operation, made): (Option<&Operation>, Made),
    ) -> Planned {
        let mut plan = Plan::default();
        plan.exports.push(ExportWrite::Settle { of: subject.of.clone() });
        let answer = made.answer.as_deref();
        let fields = self.agreement(subject, &attempt.marks, (operation, answer));
        self.agree(subject, fields, &mut plan);
        if let Some(key) = made.key {
            self.bind(subject, key.clone(), attempt.binding, &mut plan);
            if self.trial.is_none() {
                self.import_answer(subject, operation, (&key, answer), &mut plan);
            }
        }
        self.after(subject, &mut plan);
        Planned {
            plan,
            end: End::Created,
        }
    }

    /// Writes down what is going to be sent.
    async fn announce(
        &self,
        subject: &Subject<'_>,
        request: String,
        token: &str,
        attempt: &Attempt,
    ) -> Result<(), End> {
        if !announces() {
            return Ok(());
        }
        let sent = serde_json::to_string(attempt).map_err(|error| unit(&error.to_string()))?;
        self.noted(ExportWrite::Intend {
            of: subject.of.clone(),
            request,
            job: subject.request.job.0,
            token: token.to_owned(),
            sent,
        })
        .await
    }

    /// Sends a `create` whose intent is written down, and hands back the key of the new record.
    async fn ask(
        &self,
        subject: &Subject<'_>,
        (operation, call): (&'static Operation, Call),
        attempt: &Attempt,
        turn: Turn,
    ) -> Result<Made, End> {
        let answer = self.env.instance.adapter.call(operation, call).await;
        fail::fail_point!("export::answered");
        let (key, answer) = match answer {
            Ok(payload) => match attempt.key.clone().map_or_else(|| self.key_in(&payload), Ok) {
                Ok(key) => (key, Some(payload.0)),
                Err(end) => return Err(self.without_key(operation, end)),
            },
            Err(error) => (self.refused(subject, operation, &error, (attempt, turn)).await?, None),
        };
        self.keep(subject, &key).await?;
        Ok(Made { key: Some(key), answer })
    }

    /// If the end of the job cannot be written, the next attempt knows the key.
    async fn keep(&self, subject: &Subject<'_>, key: &Key) -> Result<(), End> {
        let (of, key) = (subject.of.clone(), key.clone());
        self.note(ExportWrite::Answer { of, key }).await?;
        fail::fail_point!("export::kept");
        Ok(())
    }

    /// A record was made, and its answer does not say which: it is searched, where that is possible.
    fn without_key(&self, operation: &Operation, end: End) -> End {
        let reason = end.reason().unwrap_or_default().to_owned();
        match operation.once {
            Some(Once::Unique(_)) => unknown(None, reason),
            Some(Once::Search { field: _, after_ms }) => waits(after_ms, reason),
            Some(Once::Header(_) | Once::Review) | None => end,
        }
    }

    /// What follows from a `create` that failed: one that was surely not received may be sent again. The key, where it turns out
    /// that the record is there.
    async fn refused(
        &self,
        subject: &Subject<'_>,
        operation: &'static Operation,
        error: &AdapterError,
        (attempt, turn): (&Attempt, Turn),
    ) -> Result<Key, End> {
        if error.cause.may_have_happened() {
            let reason = format!("{error}\nthe next attempt finds out whether the record was made");
            return Err(match operation.once {
                Some(Once::Header(_) | Once::Unique(_)) => unknown(error.retry_after(), reason),
                Some(Once::Search { field: _, after_ms }) => waits(after_ms, reason),
                Some(Once::Review) | None => End::Review(format!(
                    "{error}\nnobody knows whether the record was made; {}",
                    self.what_to_do(subject)
                )),
            });
        }
        match (turn, operation.once) {
            // The first request may have come late, and this refusal may be about the record that it made.
            (Turn::Again, Some(Once::Unique(field))) => {
                if let Some(key) = self.look(subject, field, attempt).await? {
                    return Ok(key);
                }
            }
            // Refused for any reason: what became of the first request stays unknown.
            (Turn::Again, Some(Once::Header(_))) if error.retryable() => return Err(End::from(error)),
            (Turn::Again, Some(Once::Header(_))) => {
                return Err(End::Review(format!(
                    "{error}\nan earlier request of the same create had no answer; {}",
                    self.what_to_do(subject)
                )));
            }
            (Turn::First | Turn::Again, _) => {}
        }
        self.note(ExportWrite::Settle { of: subject.of.clone() }).await?;
        Err(End::from(error))
    }

    /// A `create` was announced by an earlier attempt.
    pub(super) async fn resume(
        &self,
        subject: &Subject<'_>,
        intent: &Intent,
        create: Option<&'static Operation>,
    ) -> Result<Planned, End> {
        let attempt: Option<Attempt> = serde_json::from_str(&intent.sent).ok();
        if let Some(key) = intent.key.clone() {
            let attempt = attempt.unwrap_or_else(|| Attempt::unknown(subject));
            return Ok(self.created(subject, attempt, (create, Made::found(key))));
        }
        if intent.job != subject.request.job && self.is_running(intent.job).await? {
            return Err(End::Busy(format!("job {} is making it just now", intent.job.0)));
        }
        let (Some(operation), Some(attempt)) = (create, attempt) else {
            return Err(self.left_open(subject, intent));
        };
        match operation.once {
            Some(Once::Header(_)) if intent.age < REMEMBERED => {}
            Some(Once::Unique(field)) => {
                if let Some(key) = self.look(subject, field, &attempt).await? {
                    return Ok(self.created(subject, attempt, (create, Made::found(key))));
                }
            }
            Some(Once::Search { field, after_ms }) => {
                let rest = Duration::from_millis(after_ms).saturating_sub(intent.idle);
                if !rest.is_zero() {
                    return Err(End::Waits {
                        after: rest,
                        reason: "the other system is given time to show what it made".to_owned(),
                    });
                }
                if let Some(key) = self.look(subject, field, &attempt).await? {
                    return Ok(self.created(subject, attempt, (create, Made::found(key))));
                }
            }
            Some(Once::Header(_) | Once::Review) | None => return Err(self.left_open(subject, intent)),
        }
        self.again(subject, intent, operation, attempt).await
    }

    /// Sends what was sent before.
    async fn again(
        &self,
        subject: &Subject<'_>,
        intent: &Intent,
        operation: &'static Operation,
        attempt: Attempt,
    ) -> Result<Planned, End> {
        let call = self.creating(&attempt, &intent.token);
        if let Some(trial) = self.trial {
            trial.requests(self.describe(operation, &call)?);
            return Ok(self.created(subject, attempt, (None, Made::tried(None))));
        }
        self.noted(ExportWrite::Again {
            of: subject.of.clone(),
            job: subject.request.job.0,
            before: intent.job.0,
        })
        .await?;
        let made = self.ask(subject, (operation, call), &attempt, Turn::Again).await?;
        Ok(self.created(subject, attempt, (Some(operation), made)))
    }

    fn left_open(&self, subject: &Subject<'_>, intent: &Intent) -> End {
        End::Review(format!(
            "`{}` was sent, and its answer never came; {}",
            intent.request,
            self.what_to_do(subject)
        ))
    }

    pub(super) fn what_to_do(&self, subject: &Subject<'_>) -> String {
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

    /// Written at once, and only if nobody else did meanwhile.
    async fn noted(&self, write: ExportWrite) -> Result<(), End> {
        match self.note(write).await? {
            Completed::Applied(_) => Ok(()),
            Completed::Stale(reason) => Err(End::Busy(reason)),
            Completed::Refused(reason) => Err(End::data(reason)),
            Completed::Lost => Err(End::Busy("the job is no longer ours".to_owned())),
        }
    }

    /// Written at once, in a transaction of its own.
    async fn note(&self, write: ExportWrite) -> Result<Completed, End> {
        let plan = Plan {
            exports: vec![write],
            ..Plan::default()
        };
        self.env.store.apply(&plan).await.map_err(|error| End::from(&error))
    }

    /// The operation that finds a record by a field.
    pub(super) fn search(&self) -> Result<&'static Operation, End> {
        fetch::operation(self.env, self.mapper.info().external, "search")
    }
}

impl Attempt {
    /// One that was written down before it said what it sent.
    fn unknown(subject: &Subject<'_>) -> Self {
        Self {
            fields: Map::new(),
            marks: subject.known.agreed.clone(),
            binding: BTreeMap::new(),
            key: None,
        }
    }
}

fn unknown(after: Option<Duration>, reason: String) -> End {
    End::Retry {
        kind: "unknown".to_owned(),
        after,
        reason,
    }
}

fn waits(after_ms: u64, reason: String) -> End {
    End::Waits {
        after: Duration::from_millis(after_ms),
        reason,
    }
}

/// Whether a `create` is announced before it is sent. Only tests say no, to show what would happen.
fn announces() -> bool {
    fail::fail_point!("export::unannounced", |_| false);
    true
}
