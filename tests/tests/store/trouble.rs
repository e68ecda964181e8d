//! Databases that cannot be used, and sessions that are lost.

use std::time::Duration;

use support::store::*;

use crate::race::Gate;

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear reader, this is no database at all. ".repeat(50)).expect("a file");
    let error = open_sqlite(&path).expect_err("no database");
    assert!(matches!(error, StoreError::Unavailable { .. }));
    let words = error.to_string();
    assert!(
        words.contains("letter.txt") && words.contains("not a SQLite database"),
        "{words}"
    );
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = open_sqlite(&folder.path().join("absent/tenon.db"))
        .expect_err("no folder")
        .to_string();
    assert!(
        words.contains("absent/tenon.db") && words.contains("check that its folder exists"),
        "{words}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let error = open_postgres("postgres://tenon:secret@127.0.0.1:1/shop", "jobs")
        .await
        .expect_err("no server");
    assert!(matches!(error, StoreError::Unavailable { .. }));
    let words = error.to_string();
    assert!(
        words.contains("127.0.0.1:1/shop.jobs") && !words.contains("secret"),
        "{words}"
    );
    let words = open_postgres("not an address", "jobs")
        .await
        .expect_err("no address")
        .to_string();
    assert!(words.contains("write postgres://"), "{words}");
    let words = open_postgres("host=127.0.0.1", &"s".repeat(64))
        .await
        .expect_err("a long name")
        .to_string();
    assert!(words.contains("1 to 63 bytes"), "{words}");
}

#[tokio::test]
async fn a_file_in_use_can_be_opened_and_read() {
    let bench = Bench::new(Kind::SqliteFile).await.expect("SQLite is always there");
    bench.enqueue(&[job("x")]).await;
    let other = bench.another(|_| {}).await;
    assert_eq!(other.waiting().await, 1);
    assert_eq!(payloads(&other.claim(1).await), ["x"]);
    assert_eq!(bench.count(JobState::Running).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lost_sessions_are_replaced() {
    let Some(bench) = Bench::new(Kind::Postgres).await else {
        return;
    };
    bench.enqueue(&[job("x"), job("y")]).await;
    let claimed = bench.claim(1).await;
    bench.heartbeat(&[&claimed[0]]).await;
    bench.end_sessions().await;
    assert_eq!(bench.heartbeat(&[&claimed[0]]).await, [Held::Ours]);
    bench.done(&claimed[0]).await;
    assert_eq!(payloads(&bench.claim(1).await), ["y"]);
    bench.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_lost_before_its_commit_changes_nothing() {
    let Some(bench) = Bench::new(Kind::Postgres).await else {
        return;
    };
    let (gate, gatekeeper) = Gate::at(Point::Enqueued);
    let writer = bench.another(|seams| seams.probe = Some(gate)).await;
    let enqueue = {
        let writer = writer.clone();
        tokio::spawn(async move { writer.store.enqueue(&[keyed("order 7")]).await })
    };
    let open = gatekeeper.someone_is_held().await;
    bench.end_sessions().await;
    open.send(()).expect("the writer waits");
    let error = enqueue
        .await
        .expect("the writer ends")
        .expect_err("its session is gone");
    assert!(
        matches!(error, StoreError::Unavailable { .. } | StoreError::Unknown(_)),
        "{error}"
    );
    let again = writer.enqueue_one(keyed("order 7")).await;
    assert!(!again.joined, "nothing of the lost transaction is left");
    bench.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lock_that_is_not_given_up_is_busy() {
    for kind in [Kind::SqliteFile, Kind::Postgres] {
        let Some(bench) = Bench::new(kind).await else { continue };
        let (gate, gatekeeper) = Gate::at(Point::Enqueued);
        let writer = bench.another(|seams| seams.probe = Some(gate)).await;
        let enqueue = tokio::spawn(async move { writer.enqueue_one(keyed("order 7")).await });
        let impatient = bench
            .another(|seams| seams.lock_timeout = Duration::from_millis(50))
            .await;
        let open = gatekeeper.someone_is_held().await;
        let error = impatient.store.enqueue(&[keyed("order 7")]).await.expect_err("a lock");
        assert!(matches!(error, StoreError::Busy(_)), "{kind:?}: {error}");
        open.send(()).expect("the writer waits");
        enqueue.await.expect("the writer commits");
        assert!(impatient.enqueue_one(keyed("order 7")).await.joined);
        bench.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_caller_that_gives_up_leaves_no_transaction_open() {
    let Some(bench) = Bench::new(Kind::Postgres).await else {
        return;
    };
    let (gate, gatekeeper) = Gate::at(Point::Enqueued);
    let writer = bench.another(|seams| seams.probe = Some(gate)).await;
    let held = tokio::spawn(async move { writer.enqueue_one(keyed("order 7")).await });
    let open = gatekeeper.someone_is_held().await;
    // This one waits for the identity, and its caller goes away.
    let impatient = bench.another(|_| {}).await;
    let store = impatient.store.clone();
    let waits = tokio::spawn(async move { store.enqueue(&[keyed("before 7"), keyed("order 7")]).await });
    bench.someone_waits_for_a_lock().await;
    waits.abort();
    open.send(()).expect("the writer waits");
    held.await.expect("the writer commits");
    assert!(
        !impatient.enqueue_one(keyed("before 7")).await.joined,
        "what it had written is rolled back"
    );
    bench.clean().await;
}
