//! Plans in a few words.

use std::collections::BTreeMap;
use std::str::FromStr;

use tenon_runtime::plan::{
    BasedOn, BindingWrite, CursorWrite, Expected, NewCheckpoint, Plan, RunEntry, SyncOutcome, Write,
};
use tenon_runtime::value::{Key, RecordId, Stored};

/// A plan that grows.
#[derive(Clone, Debug, Default)]
pub struct Building(pub(super) Plan);

/// An empty plan.
pub fn plan() -> Building {
    Building::default()
}

/// Field and value.
pub type Values<'a> = &'a [(&'a str, Stored)];

fn named(values: Values<'_>) -> BTreeMap<String, Stored> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

/// The binding table of an external type: `Customer`.
fn table(external: &str) -> String {
    format!("magento__{external}")
}

impl Building {
    /// A new record.
    pub fn create(mut self, model: &str, values: Values<'_>) -> Self {
        self.0.writes.push(Write::Create {
            model: model.to_owned(),
            values: named(values),
        });
        self
    }

    /// A change of a record at a version.
    pub fn update(mut self, model: &str, id: i64, version: i64, values: Values<'_>) -> Self {
        let (model, id) = (model.to_owned(), RecordId(id));
        self.0.writes.push(Write::Update {
            model,
            id,
            version,
            values: named(values),
        });
        self
    }

    /// A record goes.
    pub fn delete(mut self, model: &str, id: i64, version: i64) -> Self {
        self.0.writes.push(Write::Delete {
            model: model.to_owned(),
            id: RecordId(id),
            version,
        });
        self
    }

    /// The plan was computed from this record.
    pub fn based_on(mut self, model: &str, id: i64, version: i64) -> Self {
        self.0.based_on.push(BasedOn {
            model: model.to_owned(),
            id: RecordId(id),
            version,
        });
        self
    }

    /// The plan believes that a key of the shop leads there.
    pub fn expects(mut self, external: &str, key: &str, to: Option<i64>) -> Self {
        let (instance, key) = ("shop".to_owned(), Key(key.to_owned()));
        self.0.expects.push(Expected::Bound {
            table: table(external),
            instance,
            key,
            to: to.map(RecordId),
        });
        self
    }

    /// The plan believes that no key of the shop leads to a record.
    pub fn expects_unbound(mut self, external: &str, id: i64) -> Self {
        let instance = "shop".to_owned();
        self.0.expects.push(Expected::Unbound {
            table: table(external),
            instance,
            id: RecordId(id),
        });
        self
    }

    /// The plan believes that no record is like this, case and accents left out.
    pub fn expects_none_like(mut self, model: &str, values: Values<'_>) -> Self {
        let by = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        self.0.expects.push(Expected::NoneFound {
            model: model.to_owned(),
            by,
            fold: true,
            filter: None,
        });
        self
    }

    /// A key of the shop leads to a record.
    pub fn bind(self, external: &str, key: &str, to: Stored) -> Self {
        self.bind_with(external, key, to, &[])
    }

    /// The same with extra fields.
    pub fn bind_with(mut self, external: &str, key: &str, to: Stored, fields: Values<'_>) -> Self {
        self.0.bindings.push(BindingWrite::Bind {
            table: table(external),
            instance: "shop".to_owned(),
            key: Key(key.to_owned()),
            to,
            parent: None,
            revision: None,
            fields: named(fields),
        });
        self
    }

    /// The last binding is below this record.
    pub fn below(mut self, record: Stored) -> Self {
        if let Some(BindingWrite::Bind { parent, .. }) = self.0.bindings.last_mut() {
            *parent = Some(record);
        }
        self
    }

    /// The last binding has this revision.
    pub fn at(mut self, at: &str) -> Self {
        if let Some(BindingWrite::Bind { revision, .. }) = self.0.bindings.last_mut() {
            *revision = Some(at.to_owned());
        }
        self
    }

    /// A key of the shop leads nowhere from now on.
    pub fn bury(mut self, external: &str, key: &str) -> Self {
        let (instance, key) = ("shop".to_owned(), Key(key.to_owned()));
        self.0.bindings.push(BindingWrite::Bury {
            table: table(external),
            instance,
            key,
        });
        self
    }

    /// A run has met this customer.
    pub fn enumerated(self, run: i64, key: &str) -> Self {
        self.entry(run, key, None, false)
    }

    /// The synchronization of a customer has ended.
    pub fn ended(self, run: i64, key: &str, outcome: SyncOutcome) -> Self {
        self.entry(run, key, Some(outcome), false)
    }

    /// A customer was imported because another record refers to it.
    pub fn needed(self, run: i64, key: &str, outcome: Option<SyncOutcome>) -> Self {
        self.entry(run, key, outcome, true)
    }

    fn entry(mut self, run: i64, key: &str, outcome: Option<SyncOutcome>, dependency: bool) -> Self {
        let (external, key) = ("Customer".to_owned(), Key(key.to_owned()));
        self.0.entries.push(RunEntry {
            run,
            external,
            key,
            outcome,
            dependency,
            job: None,
        });
        self
    }

    /// The cursor of a type moves.
    pub fn cursor(mut self, external: &str, value: &str) -> Self {
        self.0.cursors.push(CursorWrite {
            instance: "shop".to_owned(),
            external: external.to_owned(),
            partition: String::new(),
            value: value.to_owned(),
        });
        self
    }

    /// A person must look at a customer.
    pub fn checkpoint(mut self, key: &str, reason: &str) -> Self {
        self.0.checkpoints.push(NewCheckpoint {
            instance: "shop".to_owned(),
            external: "Customer".to_owned(),
            key: Key(key.to_owned()),
            reason: reason.to_owned(),
        });
        self
    }

    /// A job is enqueued with the plan.
    pub fn job(mut self, unit: &str) -> Self {
        self.0.jobs.push(super::new_job(unit));
        self
    }
}

/// A text.
pub fn text(text: &str) -> Stored {
    Stored::Text(text.to_owned())
}

/// A whole number.
pub fn int(number: i64) -> Stored {
    Stored::Int(number)
}

/// A decimal, digits as written.
pub fn decimal(digits: &str) -> Stored {
    Stored::Decimal(parsed(digits))
}

/// A day.
pub fn date(text: &str) -> Stored {
    Stored::Date(parsed(text))
}

/// An instant.
pub fn instant(text: &str) -> Stored {
    Stored::DateTime(parsed(text))
}

/// A time of day.
pub fn time(text: &str) -> Stored {
    Stored::Time(parsed(text))
}

/// A length of time.
pub fn lasting(text: &str) -> Stored {
    Stored::Duration(parsed(text))
}

/// A UUID.
pub fn uuid(text: &str) -> Stored {
    Stored::Uuid(parsed(text))
}

/// A record.
pub fn record(id: i64) -> Stored {
    Stored::Ref(RecordId(id))
}

/// The record of an earlier write.
pub fn new(write: u32) -> Stored {
    Stored::New(write)
}

/// A list of records.
pub fn records(ids: &[i64]) -> Stored {
    Stored::Refs(ids.iter().copied().map(RecordId).collect())
}

fn parsed<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text} in a test"))
}
