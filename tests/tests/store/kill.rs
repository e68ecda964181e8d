//! A process that is killed at any moment: what it was told is committed is there, and a job that is done has its effects,
//! once, while one that is not done has none.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use support::store::*;
use uuid::Uuid;

const ADDRESS: &str = "STORE_CHILD_ADDRESS";
const ROUNDS: usize = 12;
/// Not claimed by the child: the effects of its jobs.
const EFFECTS: &str = "export stock";

/// Not a test of its own: what the killed process does. Without an address it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let store = open_address(&address).await;
    let worker = Uuid::now_v7();
    for number in 0..100_000_u32 {
        let new = store
            .enqueue(&[job("first"), keyed(&format!("order {}", number % 5))])
            .await
            .expect("jobs are enqueued");
        println!("ACK enqueued {}", new[0].id.0);
        let request = ClaimRequest {
            worker,
            units: UNITS.map(str::to_owned).to_vec(),
            limit: 3,
            lease: LEASE,
        };
        let claimed = store.claim(&request).await.expect("a claim");
        let end = |claimed: &ClaimedJob| Completion {
            job: claimed.id,
            fence: claimed.fence,
            outcome: Outcome::Done(None),
            plan: enqueues(vec![NewJob {
                unit: EFFECTS.to_owned(),
                ..job(&format!("effect of {}", claimed.id.0))
            }]),
        };
        let completions: Vec<_> = claimed.iter().map(end).collect();
        store.complete(&completions).await.expect("a completion");
        for claimed in &claimed {
            println!("ACK done {}", claimed.id.0);
        }
    }
}

/// Starts the child, kills it after so many acknowledgements, and returns them.
fn run_and_kill(address: &str, acknowledgements: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "kill::child", "--nocapture"])
        .env(ADDRESS, address)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child starts");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut seen = Vec::new();
    for line in lines {
        let line = line.expect("a line");
        // The test harness writes the test's name without ending the line.
        if let Some(at) = line.find("ACK ") {
            seen.push(line[at + 4..].to_owned());
        }
        if seen.len() == acknowledgements {
            child.kill().expect("it runs");
        }
    }
    child.wait().expect("it ends");
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_process_loses_nothing_and_does_nothing_twice() {
    for kind in [Kind::SqliteFile, Kind::Postgres] {
        let Some(bench) = Bench::new(kind).await else { continue };
        let address = bench.address().expect("it is not in memory");
        let mut acknowledged = Vec::new();
        for round in 0..ROUNDS {
            let address = address.clone();
            let run = tokio::task::spawn_blocking(move || run_and_kill(&address, 3 + round * 7));
            acknowledged.extend(run.await.expect("no panic"));
        }
        assert!(
            acknowledged.len() > 300,
            "{kind:?}: {} acknowledgements",
            acknowledged.len()
        );
        let (jobs, effects) = jobs_and_effects(&bench).await;
        for line in &acknowledged {
            let (what, id) = line.split_once(' ').expect("two words");
            let state = jobs.get(&id.parse::<i64>().expect("a number"));
            assert!(state.is_some(), "{kind:?}: job {id} was acknowledged and is gone");
            assert!(
                what != "done" || state == Some(&JobState::Done),
                "{kind:?}: job {id} was done and is {state:?}"
            );
        }
        for (id, state) in &jobs {
            let expected = u32::from(*state == JobState::Done);
            assert_eq!(
                effects.get(id).copied().unwrap_or(0),
                expected,
                "{kind:?}: effects of job {id}, {state:?}"
            );
        }
        bench.clean().await;
    }
}

/// The child's jobs with their states, and how many effects each has.
async fn jobs_and_effects(bench: &Bench) -> (BTreeMap<i64, JobState>, BTreeMap<i64, u32>) {
    let filter = JobFilter {
        limit: 1_000_000,
        ..JobFilter::default()
    };
    let (mut jobs, mut effects) = (BTreeMap::new(), BTreeMap::new());
    for row in bench.store.jobs(&filter).await.expect("a list") {
        match row.description.strip_prefix("effect of ") {
            Some(id) => *effects.entry(id.parse().expect("a number")).or_insert(0) += 1,
            None => drop(jobs.insert(row.id.0, row.state)),
        }
    }
    (jobs, effects)
}
