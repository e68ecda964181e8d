//! An inside, a shop and a worker in one process: imports in a few words, answers as text.

#![expect(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on stops; tables and mappings are named like what they are"
)]

pub mod case;
pub mod counted;
pub mod demo;
pub mod mappers;
pub mod outlet;
pub mod shop;
pub mod step;
pub mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tenon_runtime::environment::{Environment, Instance};
use tenon_runtime::mapper::Mapper;
use tenon_runtime::plan::{Plan, SyncOutcome, Write};
use tenon_runtime::queue::clock::Clock;
use tenon_runtime::queue::worker::{Stop, Until, Worked, Worker, WorkerOptions};
use tenon_runtime::queue::{JobState, NewJob};
use tenon_runtime::registry::Registry;
use tenon_runtime::settings::Settings;
use tenon_runtime::store::{Completed, JobFilter, RunCounts, Store};
use tenon_runtime::sync::handler::Synchronizers;
use tenon_runtime::sync::import::{Tried, try_import};
use tenon_runtime::sync::payload::ImportRecord;
pub use tenon_runtime::sync::start::Selection;
use tenon_runtime::sync::start::import;
use tenon_runtime::unit::ConnectorUnit;
use tenon_runtime::value::{Key, Stored, Val};

use crate::place::{Kind, Place, Time};

use mappers::customer::{ImportAddress, ImportCustomer};
use mappers::order::{ImportLine, ORDERS_REMOVE};
use mappers::{ImportGroup, ImportPeer, ImportSubscriber, ImportView, ImportWebsite};
use shop::FakeShop;

/// Where the clock of every test starts: 2020-09-13T12:26:40Z.
pub const START_US: i64 = 1_600_000_000_000_000;

/// An inside, a shop, and all that lies between.
#[derive(Debug)]
pub struct World {
    /// The other side.
    pub shop: Arc<FakeShop>,
    /// Records, bindings, jobs.
    pub store: Arc<dyn Store>,
    /// Units.
    pub registry: Arc<Registry>,
    /// What imports.
    pub sync: Synchronizers,
    /// The time of the store.
    pub clock: Time,
}

/// Registers all units of the small shop, with this mapping of orders.
pub fn register(registry: &Registry, orders: &'static dyn Mapper) {
    for connector in [&tables::SHOP, &tables::SHOP_1, &tables::SHOP_2] {
        registry.connector(connector);
    }
    tables::MODELS.iter().for_each(|model| registry.model(model));
    tables::EXTERNALS
        .iter()
        .for_each(|external| registry.external(external));
    let operations = [
        &tables::CUSTOMER_OPERATIONS,
        &tables::ADDRESS_OPERATIONS,
        &tables::GROUP_OPERATIONS,
        &tables::WEBSITE_OPERATIONS,
        &tables::VIEW_OPERATIONS,
        &tables::PEER_OPERATIONS,
        &tables::SUBSCRIBER_OPERATIONS,
        &tables::ORDER_OPERATIONS,
    ];
    for operations in operations {
        registry.adapter(&tables::SHOP_1, operations);
    }
    let mappers: [&'static dyn Mapper; 9] = [
        &ImportWebsite,
        &ImportView,
        &ImportGroup,
        &ImportPeer,
        &ImportSubscriber,
        &ImportCustomer,
        &ImportAddress,
        &ImportLine,
        orders,
    ];
    for mapper in mappers {
        registry.unit(&tables::SHOP_1, ConnectorUnit::ImportMapper(mapper));
    }
}

/// Values of the instance `shop`.
pub fn settings() -> Settings {
    let values = vec![Val::text("http://shop.test"), Val::text("very secret")];
    Settings::new(&tables::SHOP_1, values).unwrap()
}

/// A new world.
pub async fn world() -> World {
    world_with(&ORDERS_REMOVE).await
}

/// A new world with this mapping of orders.
pub async fn world_with(orders: &'static dyn Mapper) -> World {
    let registry = Registry::new();
    register(&registry, orders);
    let shop = Arc::new(FakeShop::default());
    let instance = Instance {
        name: "shop".to_owned(),
        connector: &tables::SHOP_1,
        settings: settings(),
        adapter: Arc::clone(&shop) as _,
    };
    assemble(shop, registry, instance).await
}

/// A new inside for all models of a registry, and one instance.
async fn assemble(shop: Arc<FakeShop>, registry: Registry, instance: Instance) -> World {
    assemble_all(shop, registry, vec![instance]).await
}

/// The same for several instances, the first of which speaks to this shop.
async fn assemble_all(shop: Arc<FakeShop>, registry: Registry, instances: Vec<Instance>) -> World {
    let clock = Time {
        clock: Clock::manual(START_US),
        place: Arc::new(Place::new(Kind::of_process())),
    };
    let store = clock.place.open(&clock.clock).await;
    store.prepare(&registry.models(), &registry.externals()).await.unwrap();
    let registry = Arc::new(registry);
    let named = instances
        .into_iter()
        .map(|instance| (instance.name.clone(), Arc::new(instance)));
    let instances: BTreeMap<_, _> = named.collect();
    let sync = Synchronizers::new(Arc::clone(&registry), instances, Arc::clone(&store) as _);
    World {
        shop,
        store,
        registry,
        sync,
        clock,
    }
}

impl World {
    /// Starts an import and works until nothing is ready; the counters of its run, one line a type.
    pub async fn import(&self, external: &str, selection: Selection) -> String {
        let run = self.start(external, selection).await;
        self.work().await;
        self.counts(run).await
    }

    /// The same for one record that an instance of another name reads.
    pub async fn import_one_of(&self, instance: &str, external: &str, key: &str) -> String {
        let selection = Selection::Id(Key(key.to_owned()));
        let run = import(&self.sync, instance, external, selection).await.unwrap();
        self.work().await;
        format!("{}{}", self.counts(run).await, self.problems(run).await)
    }

    /// The same for one record that is read from the shop.
    pub async fn import_one(&self, external: &str, key: &str) -> String {
        self.import(external, Selection::Id(Key(key.to_owned()))).await
    }

    /// The same, with what went wrong below the counters.
    pub async fn import_telling(&self, external: &str, selection: Selection) -> String {
        let run = self.start(external, selection).await;
        self.work().await;
        format!("{}{}", self.counts(run).await, self.problems(run).await)
    }

    /// Starts an import.
    pub async fn start(&self, external: &str, selection: Selection) -> i64 {
        import(&self.sync, "shop", external, selection).await.unwrap()
    }

    /// A worker of this world.
    pub fn worker(&self) -> Worker {
        let options = WorkerOptions {
            poll: Duration::from_millis(10),
            ..WorkerOptions::default()
        };
        Worker::new(Arc::clone(&self.store) as _, self.sync.handlers().unwrap(), options)
    }

    /// Works until nothing is ready.
    pub async fn work(&self) -> Worked {
        self.worker().run(Until::Idle, &Stop::new()).await.unwrap()
    }

    /// Counters of a run that are not zero, one line a type.
    pub async fn counts(&self, run: i64) -> String {
        let mut text = String::new();
        for counts in self.store.run_counts(run).await.unwrap() {
            let line = line(&counts);
            writeln!(text, "{}: {line}", counts.external).unwrap();
        }
        text
    }

    /// Records of a run that a person should look at.
    pub async fn problems(&self, run: i64) -> String {
        let mut text = String::new();
        for (external, key, outcome) in self.store.run_problems(run).await.unwrap() {
            let said = match outcome {
                SyncOutcome::Failed(reason) => format!("failed: {reason}"),
                SyncOutcome::Review(reason) => format!("review: {reason}"),
                SyncOutcome::Skipped(reason) => format!("skipped: {reason}"),
                other => format!("{other:?}"),
            };
            writeln!(text, "{external} {key} {said}").unwrap();
        }
        text
    }

    /// Records of a run that wait because their mapping says so, one a line.
    pub async fn waits(&self, run: i64) -> String {
        let now = self.clock.now_us();
        let mut text = String::new();
        for wait in self.store.run_waits(run).await.unwrap() {
            let left = (wait.eta_us - now + 500_000) / 1_000_000;
            writeln!(text, "{} {} in {left} s: {}", wait.external, wait.key, wait.reason).unwrap();
        }
        text
    }

    /// The whole inside as text.
    pub async fn dump(&self) -> String {
        let dump = self.store.dump().await.unwrap();
        self.clock.place.its(dump.clone(), told_at_start(&dump))
    }

    /// The lines of one table of the dump.
    pub async fn table(&self, name: &str) -> String {
        let dump = self.dump().await;
        let lines = dump.lines().skip_while(|line| *line != format!("== {name}")).skip(1);
        lines
            .take_while(|line| !line.starts_with("== "))
            .fold(String::new(), |text, line| text + line + "\n")
    }

    /// Jobs that are neither done nor cancelled, with their last errors.
    pub async fn jobs(&self) -> String {
        let states = vec![
            JobState::WaitingDeps,
            JobState::Scheduled,
            JobState::Ready,
            JobState::Running,
            JobState::Failed,
        ];
        let filter = JobFilter {
            states,
            limit: 100,
            ..JobFilter::default()
        };
        let mut text = String::new();
        for job in self.store.jobs(&filter).await.unwrap() {
            let error = job
                .error
                .map(|(kind, error)| format!(" ({kind}) {error}"))
                .unwrap_or_default();
            writeln!(text, "{:?} {}{error}", job.state, job.description).unwrap();
        }
        text
    }

    /// Writes a record as a person at the inside would; tells its number.
    pub async fn inside_has(&self, model: &str, values: &[(&str, Stored)]) -> i64 {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let plan = Plan {
            writes: vec![Write::Create {
                model: model.to_owned(),
                values,
            }],
            ..Plan::default()
        };
        match self.store.apply(&plan).await.unwrap() {
            Completed::Applied(created) => created[0].1.0,
            other => panic!("not applied: {other:?}"),
        }
    }

    /// Stores jobs.
    pub async fn enqueue(&self, jobs: &[NewJob]) {
        self.store.enqueue(jobs).await.unwrap();
    }

    /// Acts in the shop instance.
    pub fn environment(&self) -> Environment {
        self.sync
            .environment("shop", jiff::Timestamp::from_microsecond(START_US).unwrap())
            .unwrap()
    }

    /// Tries an import of a record that is read.
    pub async fn try_import(&self, external: &str, key: &str) -> Tried {
        let record = ImportRecord::by_key(external, Key(key.to_owned()));
        try_import(&self.environment(), record).await.unwrap()
    }
}

/// A dump in which the times of this test are those of tests whose clock stands still.
fn told_at_start(dump: &str) -> String {
    let now = jiff::Timestamp::now().as_second();
    let is_now = |text: &str| {
        text.parse::<jiff::Timestamp>()
            .is_ok_and(|time| (now - time.as_second()).abs() < 600)
    };
    let start = jiff::Timestamp::from_microsecond(START_US).unwrap();
    let of_time = |letter: char| letter.is_ascii_digit() || "-:.TZ".contains(letter);
    let mut text = String::new();
    let mut rest = dump;
    while let Some(begin) = rest.find(of_time) {
        let end = rest[begin..]
            .find(|letter| !of_time(letter))
            .map_or(rest.len(), |length| begin + length);
        let found = &rest[begin..end];
        text += &rest[..begin];
        match is_now(found) {
            true => text += &start.to_string(),
            false => text += found,
        }
        rest = &rest[end..];
    }
    text + rest
}

fn line(counts: &RunCounts) -> String {
    let numbers = [
        ("created", counts.created),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("deleted", counts.deleted),
        ("skipped", counts.skipped),
        ("failed", counts.failed),
        ("review", counts.review),
        ("cancelled", counts.cancelled),
        ("joined", counts.joined),
        ("pending", counts.pending),
    ];
    let sum: u64 = numbers.iter().map(|(_, number)| number).sum();
    assert_eq!(sum, counts.read, "counters add up: {counts:?}");
    let parts: Vec<String> = numbers
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(name, number)| format!("{number} {name}"))
        .collect();
    let mut text = format!("read {}", counts.read);
    if !parts.is_empty() {
        text.push_str(" = ");
        text.push_str(&parts.join(" + "));
    }
    if counts.dependencies > 0 {
        write!(text, ", {} for others", counts.dependencies).unwrap();
    }
    if counts.repeats > 0 {
        write!(text, ", {} again", counts.repeats).unwrap();
    }
    text
}
