//! An inside, a fake shop over HTTP and a worker in one process: exports in a few words, answers as text.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tenon_runtime::adapter::connect::connect;
use tenon_runtime::adapter::http::Options;
use tenon_runtime::environment::Instance;
use tenon_runtime::plan::{BindingWrite, ExportWrite, Exported, Plan, SyncOutcome, Write};
use tenon_runtime::queue::clock::Clock;
use tenon_runtime::queue::worker::{Stop, Until, Worker, WorkerOptions};
use tenon_runtime::registry::Registry;
use tenon_runtime::settings::Settings;
use tenon_runtime::store::sqlite::SqliteStore;
use tenon_runtime::store::{ClaimRequest, Completed, JobStore, RecordStore};
pub use tenon_runtime::sync::export::start::{ExportSelection, Found};
use tenon_runtime::sync::export::start::{export, settle};
use tenon_runtime::sync::export::{TriedExport, try_export};
use tenon_runtime::sync::handler::Synchronizers;
use tenon_runtime::sync::payload::ExportRecord;
use tenon_runtime::sync::start::{Selection, import};
use tenon_runtime::value::{Key, RecordId, Stored, Val};

use crate::fake::{FakeShop, KEY, Recorded, USER};

/// Where the clock of every test starts: 2020-09-13T12:26:40Z.
const START_US: i64 = 1_600_000_000_000_000;
/// The instance.
const INSTANCE: &str = "shop";

/// An inside, a shop, and all that lies between.
#[derive(Debug)]
pub struct Outward {
    /// The other side.
    pub shop: FakeShop,
    store: Arc<SqliteStore>,
    sync: Synchronizers,
    clock: Clock,
    folder: tempfile::TempDir,
}

/// A new world with the connector of an accepted case: `export_stock`.
pub async fn outward(case: &str, answers: Vec<Recorded>) -> Outward {
    outward_with(case, answers, Options::standard()).await
}

/// The same with these limits of the adapter.
pub async fn outward_with(case: &str, answers: Vec<Recorded>, options: Options) -> Outward {
    let register = crate::cases::ALL.iter().find(|(name, _)| *name == case);
    let (_, register) = register.unwrap_or_else(|| panic!("there is no case {case}"));
    let registry = Registry::new();
    register(&registry);
    let shop = FakeShop::start(vec![answers]).await;
    let connector = registry.connectors()[0];
    let values = [shop.url(), USER, KEY].map(|text| Val::made(text.to_owned()));
    let settings = Settings::new(connector, values.into()).unwrap();
    let adapter = connect(INSTANCE, connector, settings.values(), options).unwrap();
    let instance = Instance {
        name: INSTANCE.to_owned(),
        connector,
        settings,
        adapter,
    };
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(START_US);
    let store = SqliteStore::open_with_clock(folder.path().join("inside.db"), clock.clone()).unwrap();
    store.prepare(&registry.models(), &registry.externals()).await.unwrap();
    let store = Arc::new(store);
    let instances = BTreeMap::from([(INSTANCE.to_owned(), Arc::new(instance))]);
    let sync = Synchronizers::new(Arc::new(registry), instances, Arc::clone(&store) as _);
    Outward {
        shop,
        store,
        sync,
        clock,
        folder,
    }
}

impl Outward {
    /// A record of the inside.
    pub async fn has(&self, model: &str, values: &[(&str, Stored)]) -> RecordId {
        let plan = Plan {
            writes: vec![Write::Create {
                model: model.to_owned(),
                values: owned(values),
            }],
            ..Plan::default()
        };
        match self.apply(plan).await {
            Completed::Applied(created) => created[0].1,
            other @ (Completed::Lost | Completed::Stale(_) | Completed::Refused(_)) => panic!("not applied: {other:?}"),
        }
    }

    /// A record of the inside changes.
    pub async fn changes(&self, model: &str, id: RecordId, values: &[(&str, Stored)]) {
        let model = self.sync.registry.model_named(model).unwrap();
        let rows = self.store.read(model, &[id], &[]).await.unwrap();
        let version = rows[0].as_ref().unwrap().version;
        let plan = Plan {
            writes: vec![Write::Update {
                model: model.name.to_owned(),
                id,
                version,
                values: owned(values),
            }],
            ..Plan::default()
        };
        assert!(matches!(self.apply(plan).await, Completed::Applied(_)));
    }

    /// A record that is known to the shop under this key.
    pub async fn bound(&self, external: &str, key: &str, id: RecordId) {
        let known = self.sync.registry.externals();
        let external = known.into_iter().find(|known| known.name == external).unwrap();
        let plan = Plan {
            bindings: vec![BindingWrite::Bind {
                table: external.binding.as_ref().unwrap().table.to_owned(),
                instance: INSTANCE.to_owned(),
                key: Key(key.to_owned()),
                to: Stored::Ref(id),
                parent: None,
                revision: None,
                fields: BTreeMap::new(),
            }],
            ..Plan::default()
        };
        assert!(matches!(self.apply(plan).await, Completed::Applied(_)));
    }

    /// A stored field of a record.
    pub async fn holds(&self, model: &str, id: RecordId, field: &'static str) -> Option<Stored> {
        let model = self.sync.registry.model_named(model).unwrap();
        let rows = self.store.read(model, &[id], &[field]).await.unwrap();
        rows[0].as_ref().and_then(|row| row.get(field).cloned())
    }

    /// The answer of the store to a query, a line for each row.
    pub fn stored(&self, query: &str) -> Vec<String> {
        crate::state::query(&self.folder.path().join("inside.db"), query)
    }

    /// What the records of a run wait for.
    pub async fn waiting(&self, run: i64) -> Vec<String> {
        let waits = self.store.run_waits(run).await.unwrap();
        waits.into_iter().map(|wait| wait.reason).collect()
    }

    /// The keys of a type that lead to a record.
    pub async fn keys(&self, external: &str, id: RecordId) -> Vec<String> {
        let known = self.sync.registry.externals();
        let external = known.into_iter().find(|known| known.name == external).unwrap();
        let bound = self.store.bindings_of(external, INSTANCE, id).await.unwrap();
        bound.into_iter().map(|bound| bound.key.0).collect()
    }

    /// Imports a record and says how it ended; records that it needs are not told of.
    pub async fn import(&self, external: &str, key: &str) -> String {
        let selection = Selection::Id(Key(key.to_owned()));
        let run = import(&self.sync, INSTANCE, external, selection).await.unwrap();
        self.work().await;
        let ends = self.ends(run).await;
        ends.lines().next().unwrap_or_default().to_owned()
    }

    /// Exports a record and says how it ended.
    pub async fn export(&self, external: &str, id: RecordId) -> String {
        self.export_these(external, ExportSelection::Id(id)).await
    }

    /// Exports records and says how they ended.
    pub async fn export_these(&self, external: &str, selection: ExportSelection) -> String {
        let run = self.start(external, selection).await;
        self.work().await;
        self.ends(run).await
    }

    /// Starts an export.
    pub async fn start(&self, external: &str, selection: ExportSelection) -> i64 {
        export(&self.sync, INSTANCE, external, selection).await.unwrap()
    }

    /// Works until nothing is ready.
    pub async fn work(&self) {
        let options = WorkerOptions {
            poll: Duration::from_millis(10),
            ..WorkerOptions::default()
        };
        let worker = Worker::new(Arc::clone(&self.store) as _, self.sync.handlers().unwrap(), options);
        worker.run(Until::Idle, &Stop::new()).await.unwrap();
    }

    /// How the records of a run ended.
    pub async fn ends(&self, run: i64) -> String {
        let mut text = String::new();
        for counts in self.store.run_counts(run).await.unwrap() {
            let numbers = [
                ("created", counts.created),
                ("updated", counts.updated),
                ("unchanged", counts.unchanged),
                ("skipped", counts.skipped),
                ("failed", counts.failed),
                ("review", counts.review),
                ("pending", counts.pending),
            ];
            let sum: u64 = numbers.iter().map(|(_, number)| number).sum();
            assert_eq!(sum, counts.read, "counters add up: {counts:?}");
            let parts = numbers.iter().filter(|(_, number)| *number > 0);
            let parts: Vec<String> = parts.map(|(name, number)| format!("{number} {name}")).collect();
            writeln!(text, "{}", parts.join(" + ")).unwrap();
        }
        for (_, key, outcome) in self.store.run_problems(run).await.unwrap() {
            let said = match outcome {
                SyncOutcome::Failed(reason) | SyncOutcome::Review(reason) | SyncOutcome::Skipped(reason) => reason,
                other @ (SyncOutcome::Created
                | SyncOutcome::Updated
                | SyncOutcome::Unchanged
                | SyncOutcome::Deleted
                | SyncOutcome::Cancelled
                | SyncOutcome::Joined) => format!("{other:?}"),
            };
            writeln!(text, "{key}: {said}").unwrap();
        }
        text
    }

    /// A worker takes the job of a record and dies while the shop works on its request: nothing of what it planned is written.
    /// Its lease runs out, and the job may be taken again.
    pub async fn dies_waiting_for_the_shop(&self, external: &str, id: RecordId) -> i64 {
        self.dies(external, id, Some(Duration::from_millis(1_500))).await
    }

    /// The same, but the answer came before it died.
    pub async fn dies_with_the_answer(&self, external: &str, id: RecordId) -> i64 {
        self.dies(external, id, None).await
    }

    async fn dies(&self, external: &str, id: RecordId, after: Option<Duration>) -> i64 {
        let run = self.start(external, ExportSelection::Id(id)).await;
        let handlers = self.sync.handlers().unwrap();
        let unit = format!("export shop {external}");
        let handler = handlers.iter().find(|handler| handler.units().contains(&unit)).unwrap();
        let request = ClaimRequest {
            worker: uuid::Uuid::now_v7(),
            units: vec![unit],
            limit: 1,
            lease: Duration::from_secs(1),
        };
        let claimed = self.store.claim(&request).await.unwrap();
        assert_eq!(claimed.len(), 1);
        match after {
            Some(after) => {
                let cut_short = tokio::time::timeout(after, handler.run(&claimed)).await;
                assert!(cut_short.is_err(), "it did not wait for the shop");
            }
            None => drop(handler.run(&claimed).await),
        }
        self.clock.advance(Duration::from_secs(60));
        self.store.reap().await.unwrap();
        self.clock.advance(Duration::from_secs(3_600));
        run
    }

    /// The row that announces a create is taken away: what would happen if there were none.
    pub async fn forgets_its_intent(&self, external: &str, id: RecordId) {
        let of = Exported {
            instance: INSTANCE.to_owned(),
            external: external.to_owned(),
            id,
        };
        let plan = Plan {
            exports: vec![ExportWrite::Settle { of }],
            ..Plan::default()
        };
        assert!(matches!(self.apply(plan).await, Completed::Applied(_)));
    }

    /// A person says what became of a create.
    pub async fn found(&self, external: &str, id: RecordId, found: Found) {
        settle(&self.sync, INSTANCE, external, id, &found).await.unwrap();
    }

    /// Some time goes by.
    pub fn waits(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// What an export would do.
    pub async fn tries(&self, external: &str, id: RecordId) -> TriedExport {
        let now = jiff::Timestamp::from_microsecond(START_US).unwrap();
        let env = self.sync.environment(INSTANCE, now).unwrap();
        try_export(&env, ExportRecord::whole(external, id)).await.unwrap()
    }

    /// What the shop was asked since it opened, logins left out: `method [args]`.
    pub fn asked(&self) -> Vec<String> {
        let calls = self.shop.log().into_iter();
        let calls = calls.filter(|call| call.method != "login" && call.method != "endSession");
        calls.map(|call| format!("{} {}", call.method, call.args)).collect()
    }

    /// How often a method was called.
    pub fn times(&self, method: &str) -> usize {
        self.shop.log().iter().filter(|call| call.method == method).count()
    }

    async fn apply(&self, plan: Plan) -> Completed {
        self.store.apply(&plan).await.unwrap()
    }
}

/// An answer of the shop.
pub fn answer(method: &str, args: Value, answer: Value) -> Recorded {
    Recorded::new(method, args, answer)
}

fn owned(values: &[(&str, Stored)]) -> BTreeMap<String, Stored> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}
