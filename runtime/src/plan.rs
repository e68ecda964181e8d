//! What a synchronization of one record wants to change, as data: made without a transaction, applied in one.
//!
//! A plan crosses processes, so it holds names and numbers only. It is applied together with the end of its job or not at all.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::Order;
use crate::queue::{Fence, JobId, NewJob};
use crate::value::{Key, RecordId, Stored};

/// All that one record's synchronization changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Versions of the records it was computed from; a mismatch refuses the whole plan.
    pub based_on: Vec<BasedOn>,
    /// Bindings it found, or found missing; a mismatch refuses the whole plan.
    pub expects: Vec<Expected>,
    /// In order; a later write may refer to a record that an earlier one creates.
    pub writes: Vec<Write>,
    /// In order, after the writes.
    pub bindings: Vec<BindingWrite>,
    /// Functions of the author (`after f`), in order, after the bindings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<EffectCall>,
    /// Enqueued with it.
    pub jobs: Vec<NewJob>,
    /// Records that a person must look at.
    pub checkpoints: Vec<NewCheckpoint>,
    /// Records that are in order now: their open checkpoints are closed.
    #[serde(default)]
    pub settled: Vec<Settled>,
    /// What a run says of records: enumerated, or ended. Written with the rest, so that counters add up.
    pub entries: Vec<RunEntry>,
    /// Cursors that move because the records before them are durable now.
    pub cursors: Vec<CursorWrite>,
    /// What is known of records on the other side.
    #[serde(default)]
    pub exports: Vec<ExportWrite>,
}

impl Plan {
    /// The first part that a store without records cannot apply, in words; `None`: it holds jobs only.
    pub fn unsupported_without_records(&self) -> Option<&'static str> {
        let Self {
            based_on,
            expects,
            writes,
            bindings,
            effects,
            jobs: _,
            checkpoints,
            settled,
            entries,
            cursors,
            exports,
        } = self;
        [
            (writes.is_empty(), "record writes"),
            (bindings.is_empty(), "binding writes"),
            (effects.is_empty(), "effects"),
            (based_on.is_empty(), "checks of record versions"),
            (expects.is_empty(), "checks of bindings"),
            (checkpoints.is_empty(), "checkpoints"),
            (settled.is_empty(), "the end of checkpoints"),
            (entries.is_empty(), "entries of runs"),
            (cursors.is_empty(), "cursors"),
            (exports.is_empty(), "exports"),
        ]
        .into_iter()
        .find_map(|(absent, what)| (!absent).then_some(what))
    }
}

/// What a run says of one record: one row per (run, type, key).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEntry {
    /// The run.
    pub run: i64,
    /// The external type.
    pub external: String,
    /// The external key.
    pub key: Key,
    /// `None`: pending, a job has it.
    pub outcome: Option<SyncOutcome>,
    /// Whether it was imported only because another record refers to it; counted apart.
    pub dependency: bool,
    /// For pending ones: the position in [`Plan::jobs`] of the job that has it. If that job joins one of another run that waits already,
    /// the entry is stored as [`SyncOutcome::Joined`]; if the job ends without an entry of its own (poisoned, cancelled by a person),
    /// the entry counts as failed or cancelled.
    #[serde(default)]
    pub job: Option<u32>,
}

/// A cursor that moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CursorWrite {
    /// The instance.
    pub instance: String,
    /// The external type.
    pub external: String,
    /// `""` where the type has one cursor.
    pub partition: String,
    /// The highest time of change that was read, in canonical text: an instant as RFC 3339 in UTC.
    pub value: String,
}

/// What is known of a record on the other side. Kept per instance, external type and record of the inside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportWrite {
    /// A `create` is about to be sent. Refused as stale where one is under way already: nobody sends it twice.
    Intend {
        /// Which record.
        of: Exported,
        /// What is sent, for the person who may have to decide.
        request: String,
        /// The job that sends it.
        job: i64,
        /// What tells the other system that a repeat is one (`once by header`).
        #[serde(default)]
        token: String,
        /// What is sent, and what is agreed on once it was received: JSON, for a repeat.
        #[serde(default)]
        sent: String,
    },
    /// A `create` whose answer was lost is sent again. Refused as stale where another job did so meanwhile.
    Again {
        /// Which record.
        of: Exported,
        /// The job that sends it.
        job: i64,
        /// The job that sent it before.
        before: i64,
    },
    /// The answer came: the record has this key.
    Answer {
        /// Which record.
        of: Exported,
        /// The key.
        key: Key,
    },
    /// What became of the `create` is known and written down.
    Settle {
        /// Which record.
        of: Exported,
    },
    /// What both sides hold now: a mark per field; replaces what was known.
    Agree {
        /// Which record.
        of: Exported,
        /// Field and mark.
        fields: BTreeMap<String, String>,
    },
    /// An import took these fields over, so both sides hold them now; what is known of other fields stays.
    Took {
        /// The instance.
        instance: String,
        /// The external type.
        external: String,
        /// The record, which the plan may make.
        record: Stored,
        /// Field and mark.
        fields: BTreeMap<String, String>,
    },
}

/// A record of the inside as one external record type of one instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Exported {
    /// The instance.
    pub instance: String,
    /// The external type.
    pub external: String,
    /// The record.
    pub id: RecordId,
}

/// A record and the version a plan was computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasedOn {
    /// The model.
    pub model: String,
    /// The record.
    pub id: RecordId,
    /// Its version then.
    pub version: i64,
}

/// What a plan believes about a key; checked when it is applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// This external key leads to this record, or to none.
    Bound {
        /// Binding table.
        table: String,
        /// The instance.
        instance: String,
        /// The external key.
        key: Key,
        /// The record; `None`: unbound.
        to: Option<RecordId>,
    },
    /// The binding of this key is as up to date as it was: nobody imported a later record meanwhile.
    Revision {
        /// Binding table.
        table: String,
        /// The instance.
        instance: String,
        /// The external key.
        key: Key,
        /// The remote's time of change that it had; `None`: none.
        revision: Option<String>,
    },
    /// No external key of this type leads to this record (what `adopt` found must not be taken meanwhile).
    Unbound {
        /// Binding table.
        table: String,
        /// The instance.
        instance: String,
        /// The record.
        id: RecordId,
    },
    /// No record of the model has these values (what `adopt` searched by).
    NoneFound {
        /// The model.
        model: String,
        /// Field and value; null: the field is null.
        by: Vec<(String, Stored)>,
        /// Texts that a key folds are compared without case and accents.
        fold: bool,
        /// A further condition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<Condition>,
    },
    /// The worker that made the plan still has this job (a page of a batch is stored while its job goes on).
    Held {
        /// The job.
        job: JobId,
        /// Its fence as claimed.
        fence: Fence,
    },
}

/// A condition on stored fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// All hold.
    And(Vec<Condition>),
    /// One holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The field has this value; null: it has none.
    Equals {
        /// The field.
        field: String,
        /// The value.
        value: Stored,
    },
    /// The field has a value, on this side of the other.
    Ordered {
        /// The field: a number.
        field: String,
        /// How.
        order: Order,
        /// The other value.
        value: Stored,
    },
}

/// One change of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// A new record; its number in the plan is its position in `writes`.
    Create {
        /// The model.
        model: String,
        /// Columns, many-to-many fields and [texts of languages](in_language); what is not named gets its default.
        values: BTreeMap<String, Stored>,
    },
    /// A change of an existing record: only what differs.
    Update {
        /// The model.
        model: String,
        /// The record.
        id: RecordId,
        /// The version it had.
        version: i64,
        /// Columns, many-to-many fields and [texts of languages](in_language).
        values: BTreeMap<String, Stored>,
    },
    /// A record goes.
    Delete {
        /// The model.
        model: String,
        /// The record.
        id: RecordId,
        /// The version it had.
        version: i64,
    },
}

/// How a write names the text of a field in a language: `name@de_DE`. Null: there is none, reads fall back to the base.
pub fn in_language(field: &str, language: &str) -> String {
    format!("{field}@{language}")
}

/// Field and language of such a name.
pub fn field_and_language(name: &str) -> Option<(&str, &str)> {
    name.split_once('@').filter(|(_, language)| !language.is_empty())
}

/// One change of a binding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindingWrite {
    /// The key leads to this record from now on; its extra fields are set. The same record: refreshed.
    Bind {
        /// Binding table.
        table: String,
        /// The instance.
        instance: String,
        /// The external key.
        key: Key,
        /// The record: [`Stored::Ref`] or [`Stored::New`].
        to: Stored,
        /// The record that encloses it, for keyed children: [`Stored::Ref`] or [`Stored::New`].
        parent: Option<Stored>,
        /// The remote's time of change, in canonical text: an instant as RFC 3339 in UTC.
        revision: Option<String>,
        /// Extra fields that differ.
        fields: BTreeMap<String, Stored>,
    },
    /// The key leads nowhere from now on; its row stays as a tombstone.
    Bury {
        /// Binding table.
        table: String,
        /// The instance.
        instance: String,
        /// The external key.
        key: Key,
    },
}

/// A function of the author that reads and writes records in the transaction of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectCall {
    /// `crate::orders::confirm_order`
    pub function: String,
    /// The record it takes: [`Stored::Ref`] or [`Stored::New`].
    pub record: Stored,
    /// The clock of the job.
    pub now: Timestamp,
}

/// A record that a person must look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewCheckpoint {
    /// The instance.
    pub instance: String,
    /// The external type.
    pub external: String,
    /// The external key.
    pub key: Key,
    /// Why, in the author's words.
    pub reason: String,
}

/// A record that no person has to look at any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The instance.
    pub instance: String,
    /// The external type.
    pub external: String,
    /// The external key.
    pub key: Key,
    /// How it ended.
    pub outcome: SyncOutcome,
}

/// How the synchronization of one record ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncOutcome {
    /// A new record.
    Created,
    /// An existing record was changed.
    Updated,
    /// Nothing differed.
    Unchanged,
    /// The record went.
    Deleted,
    /// Left out, and why.
    Skipped(String),
    /// Failed, and why.
    Failed(String),
    /// A person must decide, and why.
    Review(String),
    /// A person stopped it.
    Cancelled,
    /// Another run's job has this record.
    Joined,
}
