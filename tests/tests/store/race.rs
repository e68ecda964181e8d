//! Races, held at barriers and not by sleeping. Each is run without its guard first, where it must go wrong: otherwise it
//! would prove nothing.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use support::store::*;

/// The stores that several processes may open at once.
const SHARED: [Kind; 2] = [Kind::SqliteFile, Kind::Postgres];

/// Holds the first one who reaches a point until the test lets it go.
pub struct Gate {
    point: Point,
    reached: Mutex<Option<mpsc::Sender<()>>>,
    open: Mutex<mpsc::Receiver<()>>,
}

/// The test's side of a gate.
pub struct Gatekeeper {
    reached: mpsc::Receiver<()>,
    open: mpsc::Sender<()>,
}

impl Gate {
    pub fn at(point: Point) -> (Arc<Self>, Gatekeeper) {
        let (reached, wait_reached) = mpsc::channel();
        let (open, wait_open) = mpsc::channel();
        let gate = Self {
            point,
            reached: Mutex::new(Some(reached)),
            open: Mutex::new(wait_open),
        };
        (
            Arc::new(gate),
            Gatekeeper {
                reached: wait_reached,
                open,
            },
        )
    }
}

impl Probe for Gate {
    fn reached(&self, point: Point) {
        if point != self.point {
            return;
        }
        let first = self.reached.lock().expect("no panic before").take();
        if let Some(first) = first {
            first.send(()).expect("the test waits");
            let open = self.open.lock().expect("no panic before");
            // The thread may have other tasks of the runtime, which another one is to take over.
            tokio::task::block_in_place(|| open.recv().expect("the test opens"));
        }
    }
}

impl Gatekeeper {
    /// Returns when someone stands at the gate.
    pub async fn someone_is_held(self) -> mpsc::Sender<()> {
        let reached = tokio::task::spawn_blocking(move || self.reached.recv().expect("someone comes"));
        reached.await.expect("no panic");
        self.open
    }
}

/// What the worker has to see: the record, and which of its versions were exported.
#[derive(Default)]
struct Record {
    version: AtomicU32,
    exported: AtomicU32,
}

impl Record {
    /// What an export job does: it reads the record as it is now.
    fn export(&self) {
        self.exported
            .fetch_max(self.version.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

/// A writer changes the record and enqueues its export in one transaction; the export that waits already is joined. A
/// worker looks for work between the enqueue and the commit. Returns the versions written and exported in the end.
async fn change_beside_a_claim(kind: Kind, guard: Guard) -> Option<(u32, u32)> {
    let bench = Bench::new(kind).await?;
    let record = Record::default();
    record.version.store(1, Ordering::SeqCst);
    bench.enqueue(&[keyed("export record 7")]).await;
    // Without its guard, SQLite looks before it writes: the write itself keeps all others out.
    let point = if guard == Guard::Off && kind == Kind::SqliteFile {
        Point::LookedUp
    } else {
        Point::Enqueued
    };
    let (gate, gatekeeper) = Gate::at(point);
    let writer = bench
        .another(|seams| {
            seams.probe = Some(gate);
            seams.guards.share_lock = guard;
        })
        .await;
    let change = tokio::spawn(async move { writer.enqueue_one(keyed("export record 7")).await });
    let open = gatekeeper.someone_is_held().await;
    // SQLite's guard keeps the claim out altogether: it is to say so and not to wait.
    let worker = bench.another(|seams| seams.lock_timeout = Duration::ZERO).await;
    let units = UNITS.map(str::to_owned).to_vec();
    let request = ClaimRequest {
        worker: worker.worker,
        units,
        limit: 10,
        lease: LEASE,
    };
    for job in worker.store.claim(&request).await.unwrap_or_default() {
        record.export();
        bench.done(&job).await;
    }
    open.send(()).expect("the writer waits");
    change.await.expect("the writer commits");
    // The commit has made the change visible.
    record.version.store(2, Ordering::SeqCst);
    for job in bench.claim_all().await {
        record.export();
        bench.done(&job).await;
    }
    bench.clean().await;
    Some((record.version.into_inner(), record.exported.into_inner()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_beside_a_claim_is_not_lost() {
    for kind in SHARED {
        if let Some(naive) = change_beside_a_claim(kind, Guard::Off).await {
            assert_eq!(
                naive,
                (2, 1),
                "{kind:?}: without its guard the second version must be lost"
            );
            assert_eq!(change_beside_a_claim(kind, Guard::On).await, Some((2, 2)), "{kind:?}");
        }
    }
}

/// 500 jobs whose lease ran out, one of them with a twin whose enqueue is not committed when the reaper comes. Returns
/// what was reaped and how many wait in the end.
async fn reap_beside_an_open_enqueue(kind: Kind, guard: Guard) -> Option<(Reaped, u64)> {
    let bench = Bench::new(kind).await?;
    let mut jobs = vec![job("innocent"); 499];
    jobs.insert(250, keyed("twin"));
    bench.enqueue(&jobs).await;
    assert_eq!(bench.claim_all().await.len(), 500);
    bench.clock.advance(LEASE * 2).await;
    let (gate, gatekeeper) = Gate::at(Point::Enqueued);
    let writer = bench.another(|seams| seams.probe = Some(gate)).await;
    let change = tokio::spawn(async move { writer.enqueue_one(keyed("twin")).await });
    let open = gatekeeper.someone_is_held().await;
    let reaper = bench.another(|seams| seams.guards.twin_check = guard).await;
    let reap = tokio::spawn(async move { reaper.reap().await });
    if kind == Kind::Postgres {
        // The innocent do not wait with the one that has to.
        while bench.count(JobState::Ready).await < 499 {
            tokio::task::yield_now().await;
        }
    }
    open.send(()).expect("the writer waits");
    assert!(!change.await.expect("the writer commits").joined);
    let reaped = reap.await.expect("the reaper ends");
    let waiting = bench.waiting().await;
    bench.clean().await;
    Some((reaped, waiting))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reaped_job_and_its_twin_do_not_both_wait() {
    for kind in SHARED {
        if let Some(naive) = reap_beside_an_open_enqueue(kind, Guard::Off).await {
            assert_eq!(
                naive,
                (
                    Reaped {
                        freed: 500,
                        ..Reaped::default()
                    },
                    501
                ),
                "{kind:?}: without its guard"
            );
            let real = reap_beside_an_open_enqueue(kind, Guard::On).await;
            assert_eq!(
                real,
                Some((
                    Reaped {
                        freed: 499,
                        superseded: 1,
                        ..Reaped::default()
                    },
                    500
                )),
                "{kind:?}"
            );
        }
    }
}

/// Takes a job with a waiting twin out of running, without the guard: both wait.
async fn twins_without_guard(kind: Kind, way: &str) -> Option<u64> {
    let bench = Bench::new(kind).await?;
    let naive = bench.another(|seams| seams.guards.twin_check = Guard::Off).await;
    bench.enqueue(&[keyed("twin")]).await;
    let older = bench.claim_one().await;
    bench.enqueue(&[keyed("twin")]).await;
    match way {
        "retry" => drop(naive.end(&older, retry()).await),
        "snooze" => drop(naive.end(&older, Outcome::Snooze(Duration::from_secs(9))).await),
        "give back" => drop(naive.give_back(&[&older]).await),
        _ => {
            naive.end(&older, Outcome::Cancelled).await;
            naive.store.requeue(older.id).await.expect("a wish");
        }
    }
    let waiting = bench.waiting().await;
    bench.clean().await;
    Some(waiting)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_the_guard_twins_both_wait() {
    for kind in SHARED {
        for way in ["retry", "snooze", "give back", "requeue"] {
            if let Some(waiting) = twins_without_guard(kind, way).await {
                assert_eq!(waiting, 2, "{kind:?}, {way}: what the twin cases show would go wrong");
            }
        }
    }
}

/// A completion that is not committed when the reaper comes: the reaper passes it over, and the completion stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reaper_does_not_undo_a_completion() {
    for kind in SHARED {
        let Some(bench) = Bench::new(kind).await else { continue };
        bench.enqueue(&[job("free"), keyed("with identity")]).await;
        let claimed = bench.claim(2).await;
        bench.clock.advance(LEASE * 2).await;
        let (gate, gatekeeper) = Gate::at(Point::Completed);
        let worker = bench.another(|seams| seams.probe = Some(gate)).await;
        let end = |job: &ClaimedJob| Completion {
            job: job.id,
            fence: job.fence,
            outcome: Outcome::Done(None),
            plan: Plan::default(),
        };
        let completions: Vec<_> = claimed.iter().map(end).collect();
        let complete = tokio::spawn(async move { worker.store.complete(&completions).await.expect("a completion") });
        let open = gatekeeper.someone_is_held().await;
        let reaper = bench.other_worker();
        let reap = tokio::spawn(async move { reaper.reap().await });
        if kind == Kind::Postgres {
            assert_eq!(
                reap.await.expect("the reaper ends"),
                Reaped::default(),
                "it waits for nobody"
            );
            open.send(()).expect("the worker waits");
        } else {
            open.send(()).expect("the worker waits");
            assert_eq!(reap.await.expect("the reaper ends"), Reaped::default());
        }
        let answers = complete.await.expect("the worker ends");
        assert_eq!(
            answers,
            [Completed::Applied(Vec::new()), Completed::Applied(Vec::new())],
            "{kind:?}"
        );
        assert_eq!(bench.count(JobState::Done).await, 2);
        bench.clean().await;
    }
}

/// A heartbeat beside an open completion says that the job is ours and does not wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_locked_job_is_not_a_lost_one() {
    let Some(bench) = Bench::new(Kind::Postgres).await else {
        return;
    };
    bench.enqueue(&[job("x"), job("y")]).await;
    let claimed = bench.claim(2).await;
    let (gate, gatekeeper) = Gate::at(Point::Completed);
    let worker = bench.another(|seams| seams.probe = Some(gate)).await;
    let first = claimed[0].clone();
    let complete = tokio::spawn(async move { worker.end(&first, Outcome::Done(None)).await });
    let open = gatekeeper.someone_is_held().await;
    assert_eq!(
        bench.heartbeat(&[&claimed[0], &claimed[1]]).await,
        [Held::Ours, Held::Ours]
    );
    open.send(()).expect("the worker waits");
    complete.await.expect("the worker ends");
    assert_eq!(
        bench.heartbeat(&[&claimed[0], &claimed[1]]).await,
        [Held::Lost, Held::Ours]
    );
    bench.clean().await;
}

/// Many workers complete, fail, give back, lose and reap jobs with shared identities while others enqueue them: in the end
/// every job is final or waits, no identity waits twice, and nobody deadlocked for good.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_at_once_keeps_identities_single() {
    for kind in SHARED {
        let Some(bench) = Bench::new(kind).await else { continue };
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..6_u32 {
            let bench = bench.other_worker();
            tasks.spawn(async move {
                for round in 0..12_u32 {
                    let mut keys: Vec<_> = (0..40).map(|number| keyed(&format!("{}", number % 30))).collect();
                    keys.rotate_left(((task * 7 + round) % 40) as usize);
                    bench.enqueue(&keys).await;
                    stir(&bench, task + round, &keys).await;
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(bench.identities_out_of_place().await, 0, "{kind:?}");
        bench.crash().await;
        assert_eq!(bench.count(JobState::Running).await, 0, "{kind:?}");
        let filter = JobFilter {
            states: vec![JobState::Scheduled, JobState::Ready],
            ..JobFilter::default()
        };
        let mut waiting: Vec<_> = bench
            .store
            .jobs(&filter)
            .await
            .expect("a list")
            .into_iter()
            .map(|row| row.description)
            .collect();
        let all = waiting.len();
        waiting.sort();
        waiting.dedup();
        assert_eq!(waiting.len(), all, "{kind:?}: an identity waits twice");
        assert_eq!(bench.identities_out_of_place().await, 0, "{kind:?}");
        bench.clean().await;
    }
}

/// Takes some jobs and ends them in all ways, their plans naming the same identities again.
async fn stir(bench: &Bench, seed: u32, keys: &[NewJob]) {
    let claimed = bench.claim(15).await;
    let mut completions = Vec::new();
    for (job, way) in claimed.iter().zip(seed..) {
        let outcome = match way % 5 {
            0 => Outcome::Done(None),
            1 => retry_now(),
            2 => Outcome::Snooze(Duration::ZERO),
            3 => {
                bench.give_back(&[job]).await;
                continue;
            }
            _ => continue,
        };
        let plan = enqueues(keys.iter().rev().step_by(4).cloned().collect());
        completions.push(Completion {
            job: job.id,
            fence: job.fence,
            outcome,
            plan,
        });
    }
    let answers = bench.store.complete(&completions).await.expect("a completion");
    assert!(
        answers.iter().all(|answer| matches!(answer, Completed::Applied(_))),
        "{answers:?}"
    );
}
