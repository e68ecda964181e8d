//! Accepted cases as running connectors: the code that was generated from them, an inside, and a shop in memory.

use std::sync::Arc;
use std::time::Duration;

use tenon_runtime::environment::Instance;
use tenon_runtime::plan::{Expected, Plan, Write};
use tenon_runtime::queue::ClaimedJob;
use tenon_runtime::registry::Registry;
use tenon_runtime::settings::Settings;
use tenon_runtime::store::{ClaimRequest, Completed, Completion};
use tenon_runtime::value::{RecordId, Stored, Val};
use tokio::sync::Barrier;

use super::shop::FakeShop;
use super::{World, assemble, assemble_all};

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

/// A world with an instance for each version of the connector `shop` of a case, named `shop_1` after its version, each with a shop of
/// its own; settings are texts named after themselves.
pub async fn world_of_versions(case: &str, versions: &[&str]) -> (World, Vec<Arc<FakeShop>>) {
    let (_, register) = crate::cases::ALL.iter().find(|(name, _)| *name == case).unwrap();
    let registry = Registry::new();
    register(&registry);
    let (mut shops, mut instances) = (Vec::new(), Vec::new());
    for version in versions {
        let all = registry.connectors();
        let connector = all
            .iter()
            .copied()
            .find(|known| known.version == Some(version))
            .unwrap();
        let values = connector.settings.iter().map(|setting| Val::text(setting.name));
        let shop = Arc::new(FakeShop::default());
        instances.push(Instance {
            name: format!("shop_{version}"),
            connector,
            settings: Settings::new(connector, values.collect()).unwrap(),
            adapter: Arc::clone(&shop) as _,
        });
        shops.push(shop);
    }
    let first = Arc::clone(&shops[0]);
    (assemble_all(first, registry, instances).await, shops)
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

    /// Records that a person must look at, one line each.
    pub async fn checkpoints(&self) -> String {
        let said = "select external || ' ' || key || ': ' || reason from checkpoint order by id";
        let lines = self.clock.place.texts(said).await;
        lines.into_iter().map(|line| line + "\n").collect()
    }

    /// Changes the first record of a model as a person at the inside would.
    pub async fn change_first(&self, model: &str, values: &[(&str, Stored)]) {
        let known = self.registry.model_named(model).unwrap();
        let record = self
            .store
            .read(known, &[RecordId(1)], &[])
            .await
            .unwrap()
            .remove(0)
            .unwrap();
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let plan = Plan {
            writes: vec![Write::Update {
                model: model.to_owned(),
                id: record.id,
                version: record.version,
                values: values.collect(),
            }],
            ..Plan::default()
        };
        assert!(matches!(self.store.apply(&plan).await.unwrap(), Completed::Applied(_)));
    }

    pub(super) async fn next_job(&self, external: &str) -> ClaimedJob {
        let request = ClaimRequest {
            worker: uuid::Uuid::now_v7(),
            units: vec![format!("import shop {external}")],
            limit: 1,
            lease: Duration::from_secs(60),
        };
        self.store.claim(&request).await.unwrap().pop().unwrap()
    }
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
