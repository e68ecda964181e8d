//! A small inside on either store: models written by hand, plans in a few words, answers as text.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

pub mod application;
mod line;
pub mod migrate;
pub mod model;
pub mod pairs;
mod past;
pub mod plan;

use std::sync::Arc;
use std::time::Duration;

use tenon_runtime::connector::ExternalType;
use tenon_runtime::model::Model;
use tenon_runtime::plan::{Plan, SyncOutcome};
use tenon_runtime::queue::clock::Clock;
pub use tenon_runtime::queue::seam::Guard;
use tenon_runtime::queue::seam::Seams;
use tenon_runtime::queue::{NewJob, OnConflict, Outcome};
use tenon_runtime::store::postgres::PostgresStore;
use tenon_runtime::store::sqlite::SqliteStore;
use tenon_runtime::store::{Bound, ClaimRequest, Completion, Find, JobFilter, Store, StoreError};
use tenon_runtime::value::{Key, RecordId, Stored};

pub use crate::place::Kind;
use crate::place::Place;

use line::{bound_line, completed, counts_line, keys, record_line};
pub use plan::{Building, plan};

/// Where the clock of every test starts: 2020-09-13T12:26:40Z.
const START_US: i64 = 1_600_000_000_000_000;

/// A database with the models of [`model`], and answers as text.
#[derive(Clone, Debug)]
pub struct Inside {
    store: Arc<dyn Store>,
    runtime: Arc<tokio::runtime::Runtime>,
    clock: Clock,
    place: Arc<Place>,
    numbers: Numbers,
}

/// What becomes of the numbers that a refused plan has drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    /// They are drawn again, as on SQLite, so that tests can name records. Nobody else writes.
    DrawnAgain,
    /// They are lost, as PostgreSQL has it.
    Lost,
}

/// A new database with the tables of all models.
pub fn inside(kind: Kind) -> Inside {
    let inside = empty(kind);
    assert_eq!(inside.prepare(model::MODELS, model::EXTERNALS), "ready");
    inside
}

/// A new database without tables of models.
pub fn empty(kind: Kind) -> Inside {
    Inside::open(Arc::new(Place::new(kind)))
}

/// The database at an address, as another process has it, with or without the locks of plans.
pub fn joined(address: &str, locks: Guard) -> Inside {
    let (schema, url) = address.split_once(' ').expect("a schema and an address");
    let (clock, runtime) = (Clock::manual(START_US), runtime());
    let mut seams = Seams::none(Duration::from_secs(10));
    seams.guards.key_locks = locks;
    let store = runtime
        .block_on(PostgresStore::open_with_seams(url, schema, seams))
        .expect("a schema");
    let place = Place::Schema {
        url: url.to_owned(),
        schema: schema.to_owned(),
    };
    let inside = Inside {
        store: Arc::new(store),
        runtime: Arc::new(runtime),
        clock,
        place: Arc::new(place),
        numbers: Numbers::Lost,
    };
    assert_eq!(inside.prepare(model::MODELS, model::EXTERNALS), "ready");
    inside
}

/// What a store says that cannot be opened.
pub fn open_error(path: &std::path::Path) -> String {
    SqliteStore::open(path)
        .map(|_| "opened".to_owned())
        .unwrap_or_else(|error| error.to_string())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

impl Inside {
    fn open(place: Arc<Place>) -> Self {
        let (clock, runtime) = (Clock::manual(START_US), runtime());
        let store = runtime.block_on(place.open(&clock));
        Self {
            store,
            runtime: Arc::new(runtime),
            clock,
            place,
            numbers: Numbers::DrawnAgain,
        }
    }

    /// Closes nothing, opens the same database once more, as another process would.
    pub fn again(&self) -> Self {
        let again = Self {
            numbers: Numbers::Lost,
            ..Self::open(Arc::clone(&self.place))
        };
        assert_eq!(again.prepare(model::MODELS, model::EXTERNALS), "ready");
        again
    }

    /// Where other processes find it; `None`: it is a file.
    pub fn address(&self) -> Option<String> {
        match &*self.place {
            Place::File { .. } => None,
            Place::Schema { url, schema } => Some(format!("{schema} {url}")),
        }
    }

    /// What is said, or expected, by the kind of the store.
    pub fn its<T>(&self, sqlite: T, postgres: T) -> T {
        self.place.its(sqlite, postgres)
    }

    /// What a plan meets when the database may only be read.
    pub fn read_only(&self, plan: &Building) -> String {
        let store: Arc<dyn Store> = match &*self.place {
            Place::File { path, .. } => {
                let path = format!("file:{}?mode=ro", path.display());
                Arc::new(SqliteStore::open(path).unwrap())
            }
            Place::Schema { url, schema } => {
                let url = format!("{url} options='-c default_transaction_read_only=on'");
                Arc::new(
                    self.runtime
                        .block_on(PostgresStore::open(&url, schema))
                        .expect("a schema"),
                )
            }
        };
        let reading = Self { store, ..self.clone() };
        assert_eq!(
            reading.prepare(model::MODELS, model::EXTERNALS),
            "ready",
            "the tables are there"
        );
        said(
            self.runtime
                .block_on(reading.store.apply(&plan.0))
                .map(|done| completed(&done)),
        )
    }

    /// Time passes.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Makes tables: `ready`, or why not.
    pub fn prepare(&self, models: &[&'static Model], externals: &[&'static ExternalType]) -> String {
        said(
            self.runtime
                .block_on(self.store.prepare(models, externals))
                .map(|()| "ready".to_owned()),
        )
    }

    /// Applies a plan: `applied 0=1`, `stale: ..`, `refused: ..`.
    pub fn apply(&self, plan: &Building) -> String {
        self.drawing_again(|| {
            said(
                self.runtime
                    .block_on(self.store.apply(&plan.0))
                    .map(|done| completed(&done)),
            )
        })
    }

    /// Enqueues a job, claims it and ends it with a plan, as a worker does.
    pub fn work(&self, plan: &Building) -> String {
        self.drawing_again(|| said(self.end_of_work(plan)))
    }

    fn end_of_work(&self, plan: &Building) -> Result<String, StoreError> {
        let job = new_job("import");
        self.runtime.block_on(async {
            let enqueued = self.store.enqueue(std::slice::from_ref(&job)).await?;
            let request = ClaimRequest {
                worker: uuid::Uuid::from_u128(1),
                units: vec!["import".to_owned()],
                limit: 1,
                lease: Duration::from_secs(30),
            };
            let claimed = self.store.claim(&request).await?;
            let claimed = claimed.first().expect("the job that was just enqueued");
            assert_eq!(claimed.id, enqueued[0].id);
            let outcome = Outcome::Done(None);
            let end = Completion {
                job: claimed.id,
                fence: claimed.fence,
                outcome,
                plan: plan.0.clone(),
            };
            let done = self.store.complete(&[end]).await?;
            let state = self
                .store
                .jobs(&JobFilter {
                    limit: 10,
                    ..JobFilter::default()
                })
                .await?;
            Ok(format!("{}, the job is {:?}", completed(&done[0]), state[0].state).to_lowercase())
        })
    }

    /// Units of all jobs.
    pub fn jobs(&self) -> String {
        let jobs = self
            .runtime
            .block_on(self.store.jobs(&JobFilter {
                limit: 100,
                ..JobFilter::default()
            }))
            .unwrap();
        jobs.iter().map(|job| job.unit.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Records as text, one a line; `-` where there is none.
    pub fn read(&self, model: &'static Model, ids: &[i64], fields: &[&'static str]) -> String {
        let ids: Vec<RecordId> = ids.iter().copied().map(RecordId).collect();
        let records = self.runtime.block_on(self.store.read(model, &ids, fields));
        said(records.map(|records| {
            records
                .iter()
                .map(|record| record_line(record.as_ref()))
                .collect::<Vec<_>>()
                .join("\n")
        }))
    }

    /// One field of one record, as it comes back.
    pub fn value(&self, model: &'static Model, id: i64, field: &'static str) -> Stored {
        let records = self
            .runtime
            .block_on(self.store.read(model, &[RecordId(id)], &[field]))
            .unwrap();
        records[0]
            .as_ref()
            .expect("the record")
            .get(field)
            .expect("the field")
            .clone()
    }

    /// Numbers per row of values: `1 2 | - | 3`.
    pub fn find(&self, find: &Find) -> String {
        said(self.runtime.block_on(self.store.find(find)).map(|rows| {
            let row = |ids: &Vec<RecordId>| match ids.as_slice() {
                [] => "-".to_owned(),
                ids => ids.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(" "),
            };
            rows.iter().map(row).collect::<Vec<_>>().join(" | ")
        }))
    }

    /// Where keys of the instance `shop` lead, one a line; `-` where nowhere.
    pub fn bound(&self, external: &'static ExternalType, keys: &[&str]) -> String {
        let keys: Vec<Key> = keys.iter().map(|key| Key((*key).to_owned())).collect();
        said(
            self.runtime
                .block_on(self.store.bound(external, "shop", &keys))
                .map(|found| {
                    let line = |bound: &Option<Bound>| bound.as_ref().map_or_else(|| "-".to_owned(), bound_line);
                    found.iter().map(line).collect::<Vec<_>>().join("\n")
                }),
        )
    }

    /// Keys of the instance `shop` that lead to a record.
    pub fn bindings_of(&self, external: &'static ExternalType, id: i64) -> String {
        said(
            self.runtime
                .block_on(self.store.bindings_of(external, "shop", RecordId(id)))
                .map(|found| keys(&found)),
        )
    }

    /// Keys of the instance `shop` below a record.
    pub fn bound_children(&self, external: &'static ExternalType, parent: i64) -> String {
        let found = self
            .runtime
            .block_on(self.store.bound_children(external, "shop", RecordId(parent)));
        said(found.map(|found| keys(&found)))
    }

    /// The same below several records.
    pub fn bound_under(&self, external: &'static ExternalType, parents: &[i64]) -> String {
        let parents: Vec<RecordId> = parents.iter().map(|id| RecordId(*id)).collect();
        let found = self
            .runtime
            .block_on(self.store.bound_under(external, "shop", &parents));
        said(found.map(|found| keys(&found)))
    }

    /// A new run of the instance `shop`.
    pub fn start_run(&self) -> i64 {
        self.runtime
            .block_on(self.store.start_run("shop", "import everything"))
            .unwrap()
    }

    /// Where a run stands: `Customer: read 2 = created 1 + pending 1; dependencies 0, repeats 0`, one type a line.
    /// Fails if the parts do not add up.
    pub fn counts(&self, run: i64) -> String {
        let counts = self.runtime.block_on(self.store.run_counts(run)).unwrap();
        counts.iter().map(counts_line).collect::<Vec<_>>().join("\n")
    }

    /// Problems of a run, one a line.
    pub fn problems(&self, run: i64) -> String {
        let problems = self.runtime.block_on(self.store.run_problems(run)).unwrap();
        let line = |(external, key, outcome): &(String, Key, SyncOutcome)| format!("{external} {key}: {outcome:?}");
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Where the cursor of a type stands.
    pub fn cursor(&self, external: &str) -> Option<String> {
        self.runtime.block_on(self.store.cursor("shop", external, "")).unwrap()
    }

    /// Everything.
    pub fn dump(&self) -> String {
        self.runtime.block_on(self.store.dump()).unwrap()
    }

    /// The part of the dump under this heading.
    pub fn rows(&self, of: &str) -> String {
        let dump = self.dump();
        let part = dump.split("== ").find_map(|part| part.strip_prefix(&format!("{of}\n")));
        part.unwrap_or_else(|| panic!("no {of} in\n{dump}"))
            .trim_end()
            .to_owned()
    }
}

/// A search by equality.
pub fn find(model: &'static Model, by: &[&'static str], values: &[&[Stored]]) -> Find {
    let values = values.iter().map(|row| row.to_vec()).collect();
    Find {
        model,
        by: by.to_vec(),
        fold: false,
        filter: None,
        values,
    }
}

/// The same without case and accents.
pub fn find_folded(model: &'static Model, by: &[&'static str], values: &[&[Stored]]) -> Find {
    Find {
        fold: true,
        ..find(model, by, values)
    }
}

/// A job of a unit, ready at once.
pub(crate) fn new_job(unit: &str) -> NewJob {
    NewJob {
        unit: unit.to_owned(),
        instance: "shop".to_owned(),
        priority: 10,
        delay: Duration::ZERO,
        max_attempts: 3,
        identity: None,
        on_conflict: OnConflict::Keep,
        payload: b"{}".to_vec(),
        description: unit.to_owned(),
        run: None,
    }
}

fn said(answer: Result<String, StoreError>) -> String {
    answer.unwrap_or_else(|error| format!("error: {error}"))
}

/// So that tests can compare plans with what they meant.
impl From<Building> for Plan {
    fn from(building: Building) -> Self {
        building.0
    }
}
