//! Accepted cases as running connectors: the code that was generated from them, an inside, and a shop in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tenon_runtime::environment::Instance;
use tenon_runtime::plan::Expected;
use tenon_runtime::queue::ClaimedJob;
use tenon_runtime::registry::Registry;
use tenon_runtime::settings::Settings;
use tenon_runtime::store::sqlite::SqliteStore;
use tenon_runtime::store::{ClaimRequest, Completed, Completion, JobStore, RecordStore};
use tenon_runtime::sync::handler::Synchronizers;
use tenon_runtime::value::Val;
use tokio::sync::Barrier;

use super::shop::FakeShop;
use super::{World, assemble};

/// A world whose instance `shop` speaks the connector `shop` of a case; its only setting is its address.
pub async fn world_of(case: &str) -> World {
    let (_, register) = crate::cases::ALL.iter().find(|(name, _)| *name == case).unwrap();
    let registry = Registry::new();
    register(&registry);
    let connector = registry.connector_named("shop").unwrap();
    let shop = Arc::new(FakeShop::default());
    let instance = Instance {
        name: "shop".to_owned(),
        connector,
        settings: Settings::new(connector, vec![Val::text("http://shop.test")]).unwrap(),
        adapter: Arc::clone(&shop) as _,
    };
    assemble(shop, registry, instance).await
}

/// Whether plans may rely on what was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// As they are made.
    Kept,
    /// Without `Expected::NoneFound`.
    Removed,
}

impl World {
    /// Runs the next job of a type with one worker, and another one with a second worker at the same time: both plan, wait for each
    /// other, and then write. Whoever is told that its plan is stale plans again.
    pub async fn race(&self, external: &str, guard: Guard) {
        let jobs = [self.next_job(external).await, self.next_job(external).await];
        let barrier = Arc::new(Barrier::new(2));
        let racing = jobs.map(|job| {
            let (handlers, store) = (self.sync.handlers().unwrap(), Arc::clone(&self.store));
            let barrier = Arc::clone(&barrier);
            tokio::spawn(async move {
                let mut planned = unguarded(handlers[0].run(std::slice::from_ref(&job)).await, guard);
                barrier.wait().await;
                for _ in 0..3 {
                    match store.complete(&planned).await.unwrap().as_slice() {
                        [Completed::Stale(_)] => {
                            planned = unguarded(handlers[0].run(std::slice::from_ref(&job)).await, guard);
                        }
                        [Completed::Applied(_)] => return,
                        other => panic!("{other:?}"),
                    }
                }
                panic!("stale three times");
            })
        });
        for run in racing {
            run.await.unwrap();
        }
    }

    /// Runs one waiting job of a type to its end, and nothing else.
    pub async fn work_once(&self, external: &str) {
        let job = self.next_job(external).await;
        let planned = self.sync.handlers().unwrap()[0].run(std::slice::from_ref(&job)).await;
        let ended = self.store.complete(&planned).await.unwrap();
        assert!(matches!(ended.as_slice(), [Completed::Applied(_)]), "{ended:?}");
    }

    /// Plans the next job of a type, lets something happen, and ends it; plans again as often as its plan is stale.
    pub async fn interrupted(&self, external: &str, happening: impl Future<Output = ()>) -> Vec<String> {
        let job = self.next_job(external).await;
        let handlers = self.sync.handlers().unwrap();
        let mut planned = handlers[0].run(std::slice::from_ref(&job)).await;
        happening.await;
        let mut said = Vec::new();
        for _ in 0..3 {
            match self.store.complete(&planned).await.unwrap().as_slice() {
                [Completed::Stale(_)] => said.push("stale".to_owned()),
                [Completed::Applied(_)] => {
                    said.push("applied".to_owned());
                    break;
                }
                other => {
                    said.push(format!("{other:?}"));
                    break;
                }
            }
            planned = handlers[0].run(std::slice::from_ref(&job)).await;
        }
        said
    }

    /// The same world after its process has ended and another one has begun.
    pub async fn reopened(self) -> World {
        let World {
            shop,
            store,
            registry,
            sync,
            clock,
            _folder: folder,
        } = self;
        let instances = BTreeMap::clone(&sync.instances);
        drop((store, sync));
        let store = SqliteStore::open_with_clock(folder.path().join("inside.db"), clock.clone()).unwrap();
        store.prepare(&registry.models(), &registry.externals()).await.unwrap();
        let store = Arc::new(store);
        let sync = Synchronizers::new(Arc::clone(&registry), instances, Arc::clone(&store) as _);
        World {
            shop,
            store,
            registry,
            sync,
            clock,
            _folder: folder,
        }
    }

    fn database(&self) -> Connection {
        Connection::open(self._folder.path().join("inside.db")).unwrap()
    }

    /// Makes the database itself keep a list of the rows that are written in these tables.
    pub fn watch(&self, tables: &[&str]) {
        let mut statements = "create table written(what text);".to_owned();
        for (table, operation) in tables
            .iter()
            .flat_map(|table| ["insert", "update", "delete"].map(|operation| (table, operation)))
        {
            statements += &format!(
                "create trigger \"watch_{operation}_{table}\" after {operation} on \"{table}\" \
                 begin insert into written values ('{operation} {table}'); end;"
            );
        }
        self.database().execute_batch(&statements).unwrap();
    }

    /// What was written since the last look, sorted: `insert sale__line`.
    pub fn written(&self) -> Vec<String> {
        let database = self.database();
        let mut written: Vec<String> = texts(&database, "select what from written");
        database.execute("delete from written", []).unwrap();
        written.sort();
        written
    }

    /// Records that a person had to look at, in order, and what became of that.
    pub fn checkpoints(&self) -> Vec<String> {
        let said = "select external || ' ' || key || coalesce(' closed by ' || closed_by, ' open') from checkpoint \
                    where (closed_by is null) = (closed_at is null) order by id";
        texts(&self.database(), said)
    }

    async fn next_job(&self, external: &str) -> ClaimedJob {
        let request = ClaimRequest {
            worker: uuid::Uuid::now_v7(),
            units: vec![format!("import shop {external}")],
            limit: 1,
            lease: Duration::from_secs(60),
        };
        self.store.claim(&request).await.unwrap().pop().unwrap()
    }
}

fn texts(database: &Connection, query: &str) -> Vec<String> {
    let mut statement = database.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn unguarded(mut planned: Vec<Completion>, guard: Guard) -> Vec<Completion> {
    if guard == Guard::Removed {
        for completion in &mut planned {
            completion
                .plan
                .expects
                .retain(|expected| !matches!(expected, Expected::NoneFound { .. }));
        }
    }
    planned
}
