//! Circles: a nullable target is left out and written by a follow-up job, a required one fails with the chain.

use std::sync::Arc;

use support::sync::case::world_of;
use support::sync::step::Jobs;
use support::sync::{Selection, World};
use tenon_runtime::plan::{Plan, Write};
use tenon_runtime::store::{Completed, JobFilter};
use tenon_runtime::sync::Request;
use tenon_runtime::sync::handler::importer;
use tenon_runtime::sync::payload::ImportRecord;
use tenon_runtime::value::{Key, RecordId};

async fn world() -> World {
    let world = world_of("cycle_links").await;
    // Village 1 and its mayor know each other; the mayor lives in a house of the village, and is nobody's but their own boss.
    world.shop.has("City", "1", r#"{"id": 1, "name": "Ry", "mayor": 1}"#);
    world.shop.has(
        "Person",
        "1",
        r#"{"id": 1, "name": "Ada", "home": 1, "city": 1, "boss": 1}"#,
    );
    world.shop.has("House", "1", r#"{"id": 1, "name": "Mill", "city": 1}"#);
    world
}

/// How often each job was made, in order of their numbers.
async fn made(world: &World) -> Vec<String> {
    let filter = JobFilter {
        limit: 100,
        ..JobFilter::default()
    };
    let jobs = world.store.jobs(&filter).await.unwrap();
    jobs.into_iter().map(|job| job.description).collect()
}

const WHOLE: [(&str, &str); 3] = [
    ("city", "1 name=\"Ry\" mayor_id=1 mayor=\"Ada\"\n"),
    ("person", "1 name=\"Ada\" home_id=1 city_id=1 city=\"Ry\" boss_id=1\n"),
    ("house", "1 name=\"Mill\" city_id=1\n"),
];

async fn is_whole(world: &World) {
    for (model, rows) in WHOLE {
        assert_eq!(world.table(model).await, rows, "{model}");
    }
}

#[tokio::test]
async fn all_three_of_a_circle_end_with_their_references() {
    for (first, others) in [
        ("City", "House: read 0, 1 for others\nPerson: read 0, 1 for others\n"),
        ("Person", "City: read 0, 1 for others\nHouse: read 0, 1 for others\n"),
        ("House", "City: read 0, 1 for others\nPerson: read 0, 1 for others\n"),
    ] {
        let world = world().await;
        let counts = world.import_one(first, "1").await;
        let mut lines: Vec<String> = counts.lines().map(str::to_owned).collect();
        lines.sort();
        let mut expected: Vec<String> = format!("{first}: read 1 = 1 created\n{others}")
            .lines()
            .map(str::to_owned)
            .collect();
        expected.sort();
        assert_eq!(lines, expected);
        is_whole(&world).await;
        assert_eq!(world.jobs().await, "", "nothing waits");
        let again = world.import_one(first, "1").await;
        assert_eq!(again, format!("{first}: read 1 = 1 unchanged\n"));
    }
}

#[tokio::test]
async fn there_is_one_follow_up_for_each_record_that_left_something_out() {
    let world = world().await;
    world.import_one("City", "1").await;
    let mut jobs = made(&world).await;
    jobs.sort();
    assert_eq!(
        jobs,
        [
            "import City 1 of shop",
            "import House 1 of shop",
            "import Person 1 of shop",
        ],
        "the city needed nothing twice: the mayor was there when it was written"
    );
}

#[tokio::test]
async fn records_of_one_claim_that_need_each_other_are_linked() {
    let world = world().await;
    world.shop.has("Person", "1", r#"{"id": 1, "name": "Ada", "boss": 2}"#);
    world.shop.has("Person", "2", r#"{"id": 2, "name": "Bo", "boss": 1}"#);
    for key in ["1", "2"] {
        world.start("Person", Selection::Id(Key(key.to_owned()))).await;
    }
    world.work().await;
    let mut bosses: Vec<String> = world
        .table("person")
        .await
        .lines()
        .map(|line| {
            line.split(' ')
                .filter(|word| word.contains("name") || word.contains("boss"))
                .collect()
        })
        .collect();
    bosses.sort();
    assert_eq!(bosses.len(), 2);
    assert!(bosses.iter().all(|row| !row.contains("null")), "{bosses:?}");
}

#[tokio::test]
async fn a_record_that_is_deleted_between_plan_and_commit_is_looked_up_again() {
    let world = world().await;
    world.import_one("City", "1").await;
    world.shop.has("House", "2", r#"{"id": 2, "name": "Barn", "city": 1}"#);
    world.start("House", Selection::Id(Key("2".to_owned()))).await;
    let demolition = async {
        let (model, id) = ("city".to_owned(), RecordId(1));
        let city = world.registry.model_named("city").expect("the model");
        let version = world.store.read(city, &[id], &[]).await.expect("a read")[0]
            .as_ref()
            .expect("the city")
            .version;
        let plan = Plan {
            writes: vec![Write::Delete { model, id, version }],
            ..Plan::default()
        };
        let done = world.store.apply(&plan).await.unwrap();
        assert!(matches!(done, Completed::Applied(_)), "{done:?}");
    };
    assert_eq!(world.interrupted("House", demolition).await, ["stale", "applied"]);
    assert!(
        world.table("house").await.contains("name=\"Barn\" city_id=2"),
        "a new city 1"
    );
}

#[tokio::test]
async fn imports_of_a_whole_circle_that_wait_at_the_same_time_end_with_all_references() {
    let world = world().await;
    for external in ["City", "Person", "House"] {
        world.start(external, Selection::Id(Key("1".to_owned()))).await;
    }
    world.work().await;
    is_whole(&world).await;
}

/// The import of a city and all that it needs is committed, then the process ends before anything else runs.
#[tokio::test]
async fn a_crash_before_the_follow_ups_loses_nothing() {
    let world = world().await;
    let run = world.start("City", Selection::Id(Key("1".to_owned()))).await;
    world.work_once("City", Jobs::Kept).await;
    assert_eq!(world.table("city").await, WHOLE[0].1);
    assert_ne!(world.table("person").await, WHOLE[1].1, "something was left out");
    let world = world.reopened().await;
    world.work().await;
    is_whole(&world).await;
    assert_eq!(
        world.counts(run).await,
        "City: read 1 = 1 created\nHouse: read 0, 1 for others\nPerson: read 0, 1 for others\n"
    );
}

/// A person who is their own boss, after a crash that came right behind the first import.
async fn own_boss(jobs: Jobs) -> String {
    let world = world().await;
    world.shop.has("Person", "2", r#"{"id": 2, "name": "Eve", "boss": 2}"#);
    world.start("Person", Selection::Id(Key("2".to_owned()))).await;
    world.work_once("Person", jobs).await;
    let world = world.reopened().await;
    world.work().await;
    world.table("person").await
}

#[tokio::test]
async fn a_follow_up_that_is_committed_with_its_record_survives_a_crash_and_any_other_does_not() {
    let kept = own_boss(Jobs::Kept).await;
    assert!(kept.contains("boss_id=1"), "{kept}");
    let lost = own_boss(Jobs::Lost).await;
    assert!(lost.contains("boss_id=null"), "seen to fail: {lost}");
}

#[tokio::test]
async fn a_dependency_that_is_refused_and_cannot_be_counted_says_both() {
    let world = world().await;
    let env = world.environment();
    let request = Request {
        record: ImportRecord::by_key("House", Key("1".to_owned())),
        run: Some(4711),
        now: env.session.now,
        claim: Arc::new([]),
    };
    let importer = importer(&env, "House").expect("houses are imported");
    let planned = importer.plan(&env, &[request]).await.remove(0);
    let told = planned.end.reason().expect("a reason").to_owned();
    assert!(
        told.contains("this could not be counted: there is no run 4711"),
        "{told}"
    );
}

#[tokio::test]
async fn a_follow_up_that_fails_is_told() {
    let world = world().await;
    let run = world.start("Person", Selection::Id(Key("1".to_owned()))).await;
    world.work_once("Person", Jobs::Kept).await;
    world
        .shop
        .has("Person", "1", r#"{"id": 1, "home": 1, "city": 1, "boss": 1}"#);
    world.work().await;
    assert_eq!(
        world.counts(run).await,
        "City: read 0, 1 for others\nHouse: read 0, 1 for others\nPerson: read 1 = 1 failed\n"
    );
    insta::assert_snapshot!("failed", world.problems(run).await);
}

#[tokio::test]
async fn what_is_required_fails_with_the_chain() {
    let world = world_of("cycle_links").await;
    world
        .shop
        .has("Deed", "1", r#"{"id": 1, "name": "First", "before": 2}"#);
    world
        .shop
        .has("Deed", "2", r#"{"id": 2, "name": "Second", "before": 3}"#);
    world
        .shop
        .has("Deed", "3", r#"{"id": 3, "name": "Third", "before": 1}"#);
    let told = world.import_telling("Deed", Selection::Id(Key("1".to_owned()))).await;
    insta::assert_snapshot!("required", told);
    assert_eq!(world.table("deed").await, "");
}
