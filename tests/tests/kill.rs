//! Does `kill -9` at any moment lose a record or do anything twice?
//!
//! The application imports the demo shop in a process of its own and is killed ten times: while jobs run, and inside commits.
//! A last run then ends the import. What is stored must equal, row for row, what a run without kills stores.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]
#![cfg(unix)]

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use support::command::{INSTANCE, Place};
use support::state;
use tenon_mappings::demo::{DemoShop, Running};
use tenon_runtime::registry::Registry;

const BINARY: &str = env!("CARGO_BIN_EXE_connectors-under-test");
/// State of a job that a worker has, as its table numbers it.
const RUNNING: i64 = 3;
/// The types of the demo shop, in the order of their priorities.
const TYPES: [&str; 5] = ["Website", "Store", "StoreView", "CustomerGroup", "Customer"];

fn place(shop: &Running) -> Place {
    Place::for_shop(BINARY, &shop.url, &shop.user, &shop.key)
}

async fn enqueue(place: &Place) {
    for external in TYPES {
        let said = place
            .run_beside(&["import", INSTANCE, external, "--all", "--enqueue-only"])
            .await;
        assert_eq!(said.code, Some(0), "{said:?}");
    }
}

fn work(place: &Place, failpoints: &str) -> Child {
    let mut command = place.command(&["work", "--lease", "1"]);
    command
        .env("FAILPOINTS", failpoints)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the application starts")
}

/// Waits until something holds; a minute is long enough for anything here.
async fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn kill(mut child: Child) {
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
}

async fn finish(place: &Place) {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let said = place.run_beside(&["work", "--lease", "1", "--until-idle"]).await;
        assert_eq!(said.code, Some(0), "{said:?}");
        let open: i64 = (0..=RUNNING)
            .map(|state| state::jobs_in_state(&place.database(), state))
            .sum();
        if open == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{open} jobs never ended");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_ten_times_ends_like_one_that_is_not() {
    let shop = DemoShop::start().await.expect("the demo shop starts");
    let registry = Registry::default();
    tenon_mappings::register_all(&registry);

    let calm = place(&shop);
    enqueue(&calm).await;
    finish(&calm).await;

    let killed = place(&shop);
    enqueue(&killed).await;
    let database = killed.database();
    let (mut in_jobs, mut in_commits) = (0, 0);
    for round in 0..10 {
        if round % 4 == 3 {
            // The process stops for good in the middle of a commit; whether it is there shows at the lock of the database.
            let child = work(&killed, &format!("store::commit={}*off->sleep(600000)", 4 + round));
            wait_until("a commit", || {
                state::is_being_written(&database) && stays_written(&database)
            })
            .await;
            kill(child);
            in_commits += 1;
            println!("kill {round}: inside a commit");
        } else {
            // Attempts are slowed down, so that the kill meets a job and not the time between two.
            let child = work(&killed, "sync::plan=sleep(300)");
            wait_until("a running job", || state::jobs_in_state(&database, RUNNING) > 0).await;
            tokio::time::sleep(Duration::from_millis(40 * round)).await;
            let running = state::jobs_in_state(&database, RUNNING);
            kill(child);
            let still = state::jobs_in_state(&database, RUNNING);
            println!("kill {round}: {running} jobs ran before, {still} were left running");
            in_jobs += usize::from(still > 0);
        }
        tokio::time::sleep(Duration::from_millis(1100)).await;
    }
    println!("killed {in_jobs} times while jobs ran, {in_commits} times inside a commit");
    finish(&killed).await;

    assert!(in_jobs >= 7, "only {in_jobs} kills met a running job");
    assert!(in_commits >= 2, "only {in_commits} kills met a commit");
    let (expected, actual) = (
        state::canonical(&calm.database(), &registry),
        state::canonical(&database, &registry),
    );
    assert!(
        expected.lines().count() > 200,
        "there is something to compare:\n{expected}"
    );
    similar_asserts(&expected, &actual);
}

fn stays_written(database: &std::path::Path) -> bool {
    std::thread::sleep(Duration::from_millis(100));
    state::is_being_written(database)
}

fn similar_asserts(expected: &str, actual: &str) {
    let missing: Vec<&str> = expected
        .lines()
        .filter(|line| !actual.lines().any(|other| other == *line))
        .collect();
    let more: Vec<&str> = actual
        .lines()
        .filter(|line| !expected.lines().any(|other| other == *line))
        .collect();
    assert!(
        expected == actual,
        "lost:\n{}\n\nnot in a run without kills:\n{}",
        missing.join("\n"),
        more.join("\n")
    );
}
