//! How fast, with how much memory and with how many queries many orders are imported; the bounds are those of the project.
//!
//! One process measures itself: nothing else runs in it. The orders come from a shop in the same process that makes them when it
//! is asked (`speed/shop.rs`), the throughput is compared with raw SQL that writes the same rows (`speed/floor.rs`) in the same
//! minute, round by round, and statements are counted where SQLite runs them (`speed/count.rs`).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops; what it finds is printed"
)]

mod count;
mod floor;
mod shop;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tenon_runtime::environment::Instance;
use tenon_runtime::plan::{Plan, Write};
use tenon_runtime::queue::clock::Clock;
use tenon_runtime::queue::seam::{Seams, Side};
use tenon_runtime::queue::worker::{Stop, Until, Worker, WorkerOptions};
use tenon_runtime::registry::Registry;
use tenon_runtime::settings::Settings;
use tenon_runtime::store::sqlite::SqliteStore;
use tenon_runtime::store::{Completed, RecordStore};
use tenon_runtime::sync::handler::Synchronizers;
use tenon_runtime::sync::start::{Selection, import};
use tenon_runtime::value::{Stored, Val};

use count::Counter;
use floor::{Floor, Written};
use shop::{CARRIERS, CURRENCIES, OrderShop, PAYMENTS};

/// Orders of the import whose memory is measured, unless the first argument says another number.
const ORDERS: u64 = 10_000;
/// Orders of each further round.
const ROUND: u64 = 1_000;
/// Further rounds: the middle ratio of all rounds counts.
const ROUNDS: u64 = 4;
/// Orders whose statements are counted.
const COUNTED: u64 = 1_000;
/// The most memory that the process may have had, in MiB.
const MEMORY_MIB: u64 = 150;
/// The least of the floor's throughput that the import must reach.
const RATIO: f64 = 0.08;
/// Models whose records the rules of an order look up, and the tables that the lookups ask.
const LOOKED_UP: [(&str, &str); 6] = [
    ("shop.view", "speed__View__binding"),
    ("res.partner", "speed__Customer__binding"),
    ("product.product", "speed__Product__binding"),
    ("res.currency", "res__currency"),
    ("account.payment.mode", "account__payment__mode"),
    ("delivery.carrier", "delivery__carrier"),
];

/// Measures, prints, and fails where a bound is broken.
pub fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let orders = std::env::args().nth(1).map_or(ORDERS, |orders| orders.parse().unwrap());
    let mut broken = runtime.block_on(throughput(orders));
    broken.extend(runtime.block_on(statements()));
    for bound in &broken {
        println!("BROKEN: {bound}");
    }
    if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Memory of the first import; throughput of all, beside the floor.
async fn throughput(all: u64) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let inside = Inside::new(folder.path(), None).await;
    let mut floor = Floor::copy(&inside.file, &folder.path().join("floor.db"));
    let before = peak_memory_mib();
    let mut ratios = Vec::new();
    let mut first = 1;
    let mut peak = 0;
    for round in 0..=ROUNDS {
        let orders = if round == 0 { all } else { ROUND.min(all) };
        let took = inside.import_orders(first, orders).await;
        if round == 0 {
            peak = peak_memory_mib();
        }
        first += orders;
        let written = floor.follow(&inside.file);
        ratios.push(compared(orders, took, written));
    }
    println!("memory: {peak} MiB at most while {all} orders were imported ({before} MiB before), bound {MEMORY_MIB}");
    ratios.sort_by(f64::total_cmp);
    let middle = ratios[ratios.len() / 2];
    println!(
        "throughput: {middle:.3} of the floor in the middle of {} rounds, bound {RATIO}",
        ratios.len()
    );
    let mut broken = Vec::new();
    if peak >= MEMORY_MIB {
        broken.push(format!("{peak} MiB instead of less than {MEMORY_MIB}"));
    }
    if middle < RATIO {
        broken.push(format!("{middle:.3} of the floor instead of at least {RATIO}"));
    }
    broken
}

/// Prints a round; its ratio.
fn compared(orders: u64, took: Duration, written: Written) -> f64 {
    let per_second = |time: Duration| orders as f64 / time.as_secs_f64();
    let ratio = written.time.as_secs_f64() / took.as_secs_f64();
    println!(
        "{orders} orders: imported {:.0} a second ({:.2} s); the same {} rows by raw SQL {:.0} a second ({:.2} s); {ratio:.3}",
        per_second(took),
        took.as_secs_f64(),
        written.rows,
        per_second(written.time),
        written.time.as_secs_f64(),
    );
    ratio
}

/// Lookups of one import, counted by model.
async fn statements() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let counter = Arc::new(Counter::default());
    let inside = Inside::new(folder.path(), Some(Arc::clone(&counter))).await;
    counter.forget();
    inside.import_orders(1, COUNTED).await;
    let (claims, strata) = (inside.claims_of_orders(), inside.strata());
    println!("{COUNTED} orders: {claims} claims, lookups in {strata} strata");
    let mut broken = Vec::new();
    for (model, table) in LOOKED_UP {
        let queries = counter.naming(Side::Reader, table);
        println!("lookups of {model}: {queries} queries, bound {}", claims * strata);
        if queries > claims * strata || queries == 0 {
            broken.push(format!(
                "{queries} lookup queries of {model}, {claims} claims, {strata} strata"
            ));
        }
    }
    for side in [Side::Reader, Side::Writer] {
        let each = counter.all(side) as f64 / COUNTED as f64;
        println!("{side:?}: {each:.2} statements an order; most often:");
        for (count, statement) in counter.most(side, 12) {
            let short: String = statement.chars().take(110).collect();
            println!("  {count:>7} {short}");
        }
    }
    broken
}

/// An inside that knows all that orders refer to.
struct Inside {
    file: PathBuf,
    shop: Arc<OrderShop>,
    sync: Synchronizers,
}

impl Inside {
    async fn new(folder: &Path, counter: Option<Arc<Counter>>) -> Self {
        let registry = Registry::new();
        crate::connectors::orders::register_all(&registry);
        let file = folder.join("inside.db");
        let seams = Seams {
            listener: counter.map(|counter| counter as _),
            ..Seams::none(Duration::from_secs(10))
        };
        let store = SqliteStore::open_with_seams(&file, Clock::System, seams).unwrap();
        store.prepare(&registry.models(), &registry.externals()).await.unwrap();
        let connector = registry.connector_named("speed").unwrap();
        let shop = Arc::new(OrderShop::default());
        let instance = Instance {
            name: "shop".to_owned(),
            connector,
            settings: Settings::new(connector, vec![Val::text("S")]).unwrap(),
            adapter: Arc::clone(&shop) as _,
        };
        let instances = BTreeMap::from([(instance.name.clone(), Arc::new(instance))]);
        let sync = Synchronizers::new(Arc::new(registry), instances, Arc::new(store));
        let inside = Self { file, shop, sync };
        inside.prepare().await;
        inside
    }

    /// What orders are paid and sent with, who orders, and what.
    async fn prepare(&self) {
        let named = |model: &str, name: &&str| Write::Create {
            model: model.to_owned(),
            values: BTreeMap::from([("name".to_owned(), Stored::Text((*name).to_owned()))]),
        };
        let writes = CURRENCIES.iter().map(|name| named("res.currency", name));
        let writes = writes.chain(PAYMENTS.iter().map(|name| named("account.payment.mode", name)));
        let writes = writes.chain(CARRIERS.iter().map(|name| named("delivery.carrier", name)));
        let plan = Plan {
            writes: writes.collect(),
            ..Plan::default()
        };
        let applied = self.sync.store.apply(&plan).await.unwrap();
        assert!(matches!(applied, Completed::Applied(_)), "{applied:?}");
        for external in ["View", "Customer", "Product"] {
            self.import(external).await;
        }
    }

    async fn import_orders(&self, first: u64, orders: u64) -> Duration {
        self.shop.offers(first..first + orders);
        let began = Instant::now();
        let created = self.import("Order").await;
        let took = began.elapsed();
        assert_eq!(created, orders, "all orders are new");
        took
    }

    /// Imports all records of a type; how many were created.
    async fn import(&self, external: &str) -> u64 {
        let run = import(&self.sync, "shop", external, Selection::All).await.unwrap();
        let store = Arc::clone(&self.sync.store);
        let worker = Worker::new(store, self.sync.handlers().unwrap(), WorkerOptions::default());
        worker.run(Until::Idle, &Stop::new()).await.unwrap();
        let counts = self.sync.store.run_counts(run).await.unwrap();
        let [count] = counts.as_slice() else {
            panic!("one type is counted: {counts:?}")
        };
        if count.created != count.read {
            let problems = self.sync.store.run_problems(run).await.unwrap();
            panic!("{count:?} {:?}", problems.first());
        }
        count.created
    }

    /// All jobs of a claim begin at the same moment of the store's clock.
    fn claims_of_orders(&self) -> u64 {
        let connection = rusqlite::Connection::open(&self.file).unwrap();
        let query = "select count(distinct started_at) from job where unit = 'import speed Order'";
        let claims: i64 = connection.query_row(query, [], |row| row.get(0)).unwrap();
        claims.unsigned_abs()
    }

    fn strata(&self) -> u64 {
        let connector = self.sync.registry.connector_named("speed").unwrap();
        let mapper = self.sync.registry.import_mapper(connector, "Order", None).unwrap();
        mapper.info().strata.into()
    }
}

/// The most memory that this process has had so far.
fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}
