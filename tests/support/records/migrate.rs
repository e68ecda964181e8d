//! Databases as a person looks after them: plans, migrations, checks; and processes that are killed in the middle of one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tenon_runtime::model::Model;
use tenon_runtime::queue::clock::Clock;
use tenon_runtime::queue::seam::{Guard, Seams};
use tenon_runtime::store::migration::{Finding, Maintenance};
pub use tenon_runtime::store::migration::{Migrated, MigrationPlan, Purpose, Size};
use tenon_runtime::store::postgres::PostgresStore;
use tenon_runtime::store::sqlite::SqliteStore;
use tenon_runtime::store::{Store, StoreError};

use super::{Inside, START_US, runtime};
use crate::place::Place;

/// A database that another process keeps, by its address.
#[derive(Debug)]
pub struct Kept {
    maintenance: Arc<dyn Maintenance>,
    store: Arc<dyn Store>,
    runtime: tokio::runtime::Runtime,
}

impl Inside {
    /// Where the data is: `sqlite PATH` or `postgres SCHEMA URL`.
    pub fn whereabouts(&self) -> String {
        match &*self.place {
            Place::File { path, .. } => format!("sqlite {}", path.display()),
            Place::Schema { url, schema } => format!("postgres {schema} {url}"),
        }
    }

    /// The same database, looked after.
    pub fn kept(&self) -> Kept {
        kept(&self.whereabouts(), Guard::On)
    }
}

/// The database at an address, with or without the transaction around migrations.
pub fn kept(whereabouts: &str, guard: Guard) -> Kept {
    let runtime = runtime();
    let mut seams = Seams::none(Duration::from_secs(10));
    seams.guards.migration = guard;
    let (kind, rest) = whereabouts.split_once(' ').expect("a kind and an address");
    let clock = Clock::manual(START_US);
    if kind == "sqlite" {
        let store = Arc::new(SqliteStore::open_with_seams(rest, clock, seams).expect("a file"));
        return Kept {
            maintenance: store.clone(),
            store,
            runtime,
        };
    }
    let (schema, url) = rest.split_once(' ').expect("a schema and an address");
    let store = runtime.block_on(PostgresStore::open_with_seams(url, schema, seams));
    let store = Arc::new(store.expect("a schema"));
    Kept {
        maintenance: store.clone(),
        store,
        runtime,
    }
}

impl Kept {
    /// What a migration to these models would do.
    pub fn plan(&self, models: &[&'static Model]) -> MigrationPlan {
        self.planned(models, Purpose::Migrate)
    }

    /// What is in none of these models.
    pub fn orphans(&self, models: &[&'static Model]) -> MigrationPlan {
        self.planned(models, Purpose::DropOrphans)
    }

    fn planned(&self, models: &[&'static Model], purpose: Purpose) -> MigrationPlan {
        let plan = self.maintenance.plan(models, &[], purpose);
        self.runtime.block_on(plan).expect("a plan")
    }

    /// Does what a plan says.
    pub fn migrate(&self, models: &[&'static Model], hash: &str) -> Result<Migrated, StoreError> {
        let done = self.maintenance.migrate(models, &[], Purpose::Migrate, hash);
        self.runtime.block_on(done)
    }

    /// Drops what is in none of these models.
    pub fn drop_orphans(&self, models: &[&'static Model], hash: &str) -> Result<Migrated, StoreError> {
        let done = self.maintenance.migrate(models, &[], Purpose::DropOrphans, hash);
        self.runtime.block_on(done)
    }

    /// Brings the tables to these models as a person and a start do it: by the plan if that is needed.
    pub fn bring(&self, models: &[&'static Model]) {
        let plan = self.plan(models);
        match plan.size {
            Size::More => {
                let done = self.migrate(models, &plan.hash).expect("a migration");
                assert!(matches!(done, Migrated::Done(_)), "{done:?}");
            }
            Size::Nothing | Size::Additions => {
                self.runtime.block_on(self.store.prepare(models, &[])).expect("tables");
            }
        }
    }

    /// What is wrong with the database, one line each.
    pub fn problems(&self, models: &[&'static Model]) -> Vec<String> {
        let line = |finding: Finding| {
            let what = finding.what;
            finding
                .problems
                .into_iter()
                .map(move |problem| format!("{what}: {problem}"))
        };
        self.findings(models).into_iter().flat_map(line).collect()
    }

    fn findings(&self, models: &[&'static Model]) -> Vec<Finding> {
        let findings = self.runtime.block_on(self.maintenance.check(models, &[]));
        findings.expect("a check")
    }

    /// Copies the database.
    pub fn backup(&self, file: &Path) -> Result<(), StoreError> {
        self.runtime.block_on(self.maintenance.backup(file))
    }

    /// Everything, and what is wrong with the tables, whatever the program.
    pub fn state(&self) -> String {
        let dump = self.runtime.block_on(self.store.dump());
        let dump = dump.unwrap_or_else(|error| format!("no dump: {error}"));
        format!("{dump}\n{:?}", self.findings(&[]))
    }
}

/// Kills this process as `kill -9` does when a migration has run so many statements.
pub fn die_at_step(step: usize) {
    let ran = std::sync::atomic::AtomicUsize::new(0);
    fail::cfg_callback("migration::step", move || {
        if ran.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1 == step {
            let own = std::process::id().to_string();
            let _ = std::process::Command::new("kill").args(["-9", &own]).status();
            loop {
                std::thread::park();
            }
        }
    })
    .expect("the point is known");
}
