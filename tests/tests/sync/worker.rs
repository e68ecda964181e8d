//! The worker: changes underneath, jobs that are taken away, stops, crashes, several workers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use support::sync::{Selection, World, world};
use tenon_runtime::plan::{Plan, RunEntry, SyncOutcome};
use tenon_runtime::queue::worker::{JobHandler, Stop, Until, Worker, WorkerOptions};
use tenon_runtime::queue::{ClaimedJob, NewJob, OnConflict, Outcome};
use tenon_runtime::store::{ClaimRequest, Completion};
use tenon_runtime::value::Key;

fn job(unit: &str, payload: &str) -> NewJob {
    NewJob {
        unit: unit.to_owned(),
        instance: "shop".to_owned(),
        priority: 10,
        delay: Duration::ZERO,
        max_attempts: 3,
        identity: None,
        on_conflict: OnConflict::Keep,
        payload: payload.as_bytes().to_vec(),
        description: payload.to_owned(),
        run: None,
    }
}

/// What a test handler does with each job.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Panics where the payload says so.
    PanicsAtBad,
    /// Waits for ever.
    Hangs,
    /// Plans what is stale by the time it is written.
    IsAlwaysStale,
    /// Forgets every job.
    Forgets,
    /// Forgets every job, and breaks off when it is asked for the end of the first one.
    PanicsAtFirstEnd,
    /// Counts in a run that is not there.
    CountsInNoRun,
    /// Finds the network down.
    MeetsNoNetwork,
}

#[derive(Debug)]
struct Handler {
    does: Does,
    calls: AtomicU32,
}

impl Handler {
    fn new(does: Does) -> Arc<Self> {
        Arc::new(Self {
            does,
            calls: AtomicU32::new(0),
        })
    }
}

#[async_trait::async_trait]
impl JobHandler for Handler {
    fn units(&self) -> Vec<String> {
        vec!["test".to_owned()]
    }

    async fn run(&self, jobs: &[ClaimedJob]) -> Vec<Completion> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match self.does {
            Does::PanicsAtBad => assert!(jobs.iter().all(|job| job.payload != b"bad"), "a bad job"),
            Does::Hangs => std::future::pending().await,
            Does::Forgets | Does::PanicsAtFirstEnd => return Vec::new(),
            Does::MeetsNoNetwork => {
                let down = Outcome::Retry {
                    after: None,
                    kind: "network".to_owned(),
                    error: "down".to_owned(),
                };
                return jobs.iter().map(|job| self.end(job, down.clone())).collect();
            }
            Does::IsAlwaysStale | Does::CountsInNoRun => {}
        }
        jobs.iter().map(|job| self.end(job, Outcome::Done(None))).collect()
    }

    fn end(&self, job: &ClaimedJob, outcome: Outcome) -> Completion {
        let mut plan = Plan::default();
        let first = self.calls.load(Ordering::SeqCst) == 1;
        assert!(!(first && matches!(self.does, Does::PanicsAtFirstEnd)), "an end");
        if let Does::CountsInNoRun = self.does {
            plan.entries.push(RunEntry {
                run: 4711,
                external: "Customer".to_owned(),
                key: Key("1".to_owned()),
                outcome: Some(SyncOutcome::Created),
                dependency: false,
                job: None,
            });
        }
        if let (Does::IsAlwaysStale, Outcome::Done(_)) = (self.does, &outcome) {
            plan.based_on.push(tenon_runtime::plan::BasedOn {
                model: "res.partner".to_owned(),
                id: tenon_runtime::value::RecordId(4711),
                version: 1,
            });
        }
        Completion {
            job: job.id,
            fence: job.fence,
            outcome,
            plan,
        }
    }
}

fn worker(world: &World, handler: Arc<Handler>) -> Worker {
    let options = WorkerOptions {
        poll: Duration::from_millis(10),
        grace: Duration::from_millis(50),
        lease: Duration::from_millis(600),
        ..WorkerOptions::default()
    };
    Worker::new(Arc::clone(&world.store) as _, vec![handler], options)
}

#[tokio::test]
async fn a_plan_that_is_always_stale_waits_for_a_quieter_time() {
    let world = world().await;
    world.enqueue(&[job("test", "one")]).await;
    let handler = Handler::new(Does::IsAlwaysStale);
    let worked = worker(&world, Arc::clone(&handler))
        .run(Until::Idle, &Stop::new())
        .await
        .unwrap();
    assert_eq!((worked.ended, worked.replanned), (1, 3));
    assert_eq!(handler.calls.load(Ordering::SeqCst), 4);
    let jobs = world.jobs().await;
    assert!(
        jobs.starts_with("Scheduled one") && jobs.contains("changed each of 4 times"),
        "{jobs}"
    );
}

#[tokio::test]
async fn a_panic_costs_one_job() {
    let world = world().await;
    world
        .enqueue(&[job("test", "good"), job("test", "bad"), job("test", "fine")])
        .await;
    worker(&world, Handler::new(Does::PanicsAtBad))
        .run(Until::Idle, &Stop::new())
        .await
        .unwrap();
    insta::assert_snapshot!(world.jobs().await);
}

#[tokio::test]
async fn a_forgotten_job_fails_instead_of_vanishing() {
    let world = world().await;
    world.enqueue(&[job("test", "one")]).await;
    worker(&world, Handler::new(Does::Forgets))
        .run(Until::Idle, &Stop::new())
        .await
        .unwrap();
    assert!(world.jobs().await.starts_with("Failed one (crashed)"));
}

#[tokio::test]
async fn a_stop_hands_back_what_runs() {
    let world = world().await;
    world.enqueue(&[job("test", "one"), job("test", "two")]).await;
    let handler = Handler::new(Does::Hangs);
    let (stop, worker) = (Stop::new(), worker(&world, Arc::clone(&handler)));
    let telling = stop.clone();
    let told = tokio::spawn(async move {
        while handler.calls.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        telling.stop();
    });
    let worked = worker.run(Until::Stopped, &stop).await.unwrap();
    told.await.unwrap();
    assert_eq!(worked.given_back, 2);
    assert_eq!(world.jobs().await, "Ready one\nReady two\n");
}

#[tokio::test]
async fn a_job_that_was_taken_over_is_dropped() {
    let world = world().await;
    world.shop.has(
        "Customer",
        "21",
        r#"{"customer_id": 21, "firstname": "A", "lastname": "L"}"#,
    );
    let run = world.start("Customer", Selection::Id(Key("21".to_owned()))).await;
    let request = |lease| ClaimRequest {
        worker: uuid::Uuid::now_v7(),
        units: vec!["import shop Customer".to_owned()],
        limit: 100,
        lease,
    };
    let slow = world.store.claim(&request(Duration::from_secs(1))).await.unwrap();
    let planned = world.sync.handlers().unwrap()[0].run(&slow).await;
    world.clock.advance(Duration::from_secs(60)).await;
    world.store.reap().await.unwrap();
    world.clock.advance(Duration::from_secs(3600)).await;
    world.work().await;
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 created\n");
    let before = world.dump().await;
    let late = world.store.complete(&planned).await.unwrap();
    assert_eq!(late, [tenon_runtime::store::Completed::Lost]);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a_kill_before_the_end_leaves_nothing_and_the_repeat_does_it_once() {
    let world = world().await;
    world.shop.has(
        "Customer",
        "21",
        r#"{"customer_id": 21, "firstname": "A", "lastname": "L", "group_id": 3}"#,
    );
    world.shop.has("Group", "3", r#"{"group_id": 3, "code": "Retail"}"#);
    let run = world.start("Customer", Selection::Id(Key("21".to_owned()))).await;
    let request = ClaimRequest {
        worker: uuid::Uuid::now_v7(),
        units: vec!["import shop Customer".to_owned()],
        limit: 100,
        lease: Duration::from_secs(1),
    };
    let claimed = world.store.claim(&request).await.unwrap();
    // The process dies here: what it planned is gone, the group it imported first is there.
    drop(world.sync.handlers().unwrap()[0].run(&claimed).await);
    assert_eq!(world.table("res.partner").await, "");
    assert_eq!(world.table("res.category").await.lines().count(), 1);
    world.clock.advance(Duration::from_secs(60)).await;
    world.store.reap().await.unwrap();
    world.clock.advance(Duration::from_secs(3600)).await;
    world.work().await;
    assert_eq!(
        world.counts(run).await,
        "Customer: read 1 = 1 created\nGroup: read 0, 1 for others\n"
    );
    assert_eq!(world.table("res.category").await.lines().count(), 1);
}

#[tokio::test]
async fn a_cancelled_job_is_counted() {
    let world = world().await;
    let run = world.start("Customer", Selection::Id(Key("21".to_owned()))).await;
    let filter = tenon_runtime::store::JobFilter {
        limit: 10,
        ..Default::default()
    };
    for job in world.store.jobs(&filter).await.unwrap() {
        assert!(world.store.cancel(job.id).await.unwrap());
    }
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 cancelled\n");
}

#[tokio::test]
async fn an_unknown_instance_is_told() {
    let world = world().await;
    let lost = NewJob {
        instance: "old_shop".to_owned(),
        ..job("import shop Customer", r#"{"external": "Customer", "key": "1"}"#)
    };
    world.enqueue(&[lost, job("import shop Customer", "no json")]).await;
    world.work().await;
    insta::assert_snapshot!(world.jobs().await);
}

#[tokio::test]
async fn two_workers_share_the_work() {
    let world = world().await;
    for key in 1..=300 {
        let json = format!(
            r#"{{"customer_id": {key}, "firstname": "A", "lastname": "{key}", "group_id": {}}}"#,
            key % 5
        );
        world.shop.has("Customer", &key.to_string(), &json);
    }
    for key in 0..5 {
        world.shop.has(
            "Group",
            &key.to_string(),
            &format!(r#"{{"group_id": {key}, "code": "G{key}"}}"#),
        );
    }
    let run = world.start("Customer", Selection::All).await;
    world.work().await;
    let (one, two) = (world.worker(), world.worker());
    let stop = Stop::new();
    let (first, second) = tokio::join!(one.run(Until::Idle, &stop), two.run(Until::Idle, &stop));
    assert_eq!(first.unwrap().lost + second.unwrap().lost, 0);
    assert_eq!(
        world.counts(run).await,
        "Customer: read 300 = 300 created\nGroup: read 0, 5 for others\n"
    );
    assert_eq!(world.table("res.partner").await.lines().count(), 300);
    assert_eq!(world.table("res.category").await.lines().count(), 5);
}

#[tokio::test]
async fn work_on_a_job_that_is_cancelled_or_lost_is_broken_off() {
    let world = world().await;
    world.enqueue(&[job("test", "one")]).await;
    let handler = Handler::new(Does::Hangs);
    let working = worker(&world, Arc::clone(&handler));
    let (stop, store) = (Stop::new(), Arc::clone(&world.store));
    let telling = tokio::spawn(async move {
        while handler.calls.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let filter = tenon_runtime::store::JobFilter {
            limit: 10,
            ..Default::default()
        };
        let job = store.jobs(&filter).await.unwrap()[0].id;
        store.cancel(job).await.unwrap();
    });
    let worked = working.run(Until::Idle, &stop).await.unwrap();
    telling.await.unwrap();
    assert_eq!((worked.ended, worked.given_back), (1, 0));
    assert_eq!(world.jobs().await, "");
}

#[tokio::test]
async fn a_job_whose_end_is_refused_too_ends_all_the_same() {
    let world = world().await;
    world.enqueue(&[job("test", "one")]).await;
    let worked = worker(&world, Handler::new(Does::CountsInNoRun))
        .run(Until::Idle, &Stop::new())
        .await
        .unwrap();
    assert_eq!((worked.ended, worked.lost), (1, 0));
    assert_eq!(
        world.jobs().await,
        "Failed one (data) there is no run 4711 to count records of\n"
    );
}

#[tokio::test]
async fn a_worker_that_breaks_off_does_not_keep_its_jobs_alive() {
    let world = world().await;
    world.enqueue(&[job("test", "one")]).await;
    let handler = Handler::new(Does::PanicsAtFirstEnd);
    let working = worker(&world, Arc::clone(&handler));
    let (stop, clock) = (Stop::new(), world.clock.clone());
    let telling = stop.clone();
    let told = tokio::spawn(async move {
        // Longer than a lease in all, shorter than one between two heartbeats: what is kept alive never runs out.
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(250)).await;
            clock.advance(Duration::from_millis(300)).await;
            if handler.calls.load(Ordering::SeqCst) > 1 {
                break;
            }
        }
        telling.stop();
        handler.calls.load(Ordering::SeqCst)
    });
    working.run(Until::Stopped, &stop).await.unwrap();
    assert_eq!(told.await.unwrap(), 2, "the job came back and ran again");
}

#[tokio::test]
async fn crashes_do_not_use_up_the_attempts_that_may_fail() {
    let world = world().await;
    world.enqueue(&[job("test", "one")]).await;
    for _ in 0..2 {
        let request = ClaimRequest {
            worker: uuid::Uuid::now_v7(),
            units: vec!["test".to_owned()],
            limit: 1,
            lease: Duration::from_secs(1),
        };
        assert_eq!(world.store.claim(&request).await.unwrap().len(), 1);
        world.clock.advance(Duration::from_secs(60)).await;
        world.store.reap().await.unwrap();
        world.clock.advance(Duration::from_secs(3600)).await;
    }
    let mut jobs = Vec::new();
    for _ in 0..3 {
        let handler = Handler::new(Does::MeetsNoNetwork);
        worker(&world, handler).run(Until::Idle, &Stop::new()).await.unwrap();
        jobs.push(world.jobs().await);
        world.clock.advance(Duration::from_secs(3600)).await;
    }
    assert_eq!(
        jobs,
        [
            "Scheduled one (network) down\n",
            "Scheduled one (network) down\n",
            "Failed one (network) given up after 3 attempts: down\n"
        ]
    );
}
