//! Imports step by step: one job, what happens in between, a process that ends; and what was written, row by row.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenon_runtime::store::Completed;
use tenon_runtime::sync::handler::Synchronizers;

use super::World;

/// What becomes of the jobs that a plan enqueues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// They are committed with it.
    Kept,
    /// They would be committed afterwards, and the process ends before.
    Lost,
}

impl World {
    /// Runs one waiting job of a type to its end, and nothing else.
    pub async fn work_once(&self, external: &str, jobs: Jobs) {
        let job = self.next_job(external).await;
        let mut planned = self.sync.handlers().unwrap()[0].run(std::slice::from_ref(&job)).await;
        if jobs == Jobs::Lost {
            planned.iter_mut().for_each(|completion| completion.plan.jobs.clear());
        }
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
        } = self;
        let instances = BTreeMap::clone(&sync.instances);
        drop((store, sync));
        let store = clock.place.open(&clock.clock).await;
        store.prepare(&registry.models(), &registry.externals()).await.unwrap();
        let sync = Synchronizers::new(Arc::clone(&registry), instances, Arc::clone(&store) as _);
        World {
            shop,
            store,
            registry,
            sync,
            clock,
        }
    }

    /// Makes the database itself keep a list of the rows that are written in these tables.
    pub async fn watch(&self, tables: &[&str]) {
        let place = &self.clock.place;
        let mut statements = place
            .its(
                "create table written(what text);",
                "create table written(what text);
                 create function note_written() returns trigger language plpgsql as $$ begin
                   insert into written values (lower(tg_op) || ' ' || tg_table_name);
                   return null;
                 end $$;",
            )
            .to_owned();
        for (table, operation) in tables
            .iter()
            .flat_map(|table| ["insert", "update", "delete"].map(|operation| (table, operation)))
        {
            statements += &format!("create trigger \"watch_{operation}_{table}\" after {operation} on \"{table}\" ");
            statements += &place.its(
                format!("begin insert into written values ('{operation} {table}'); end;"),
                "for each row execute function note_written();".to_owned(),
            );
        }
        place.sql(&statements).await;
    }

    /// What was written since the last look, sorted: `insert sale__line`.
    pub async fn written(&self) -> Vec<String> {
        let place = &self.clock.place;
        let mut written = place.texts("select what from written").await;
        place.sql("delete from written").await;
        written.sort();
        written
    }

    /// Records that a person had to look at, in order, and what became of that.
    pub async fn settled(&self) -> Vec<String> {
        let said = "select external || ' ' || key || coalesce(' closed by ' || closed_by, ' open') from checkpoint \
                    where (closed_by is null) = (closed_at is null) order by id";
        self.clock.place.texts(said).await
    }
}
