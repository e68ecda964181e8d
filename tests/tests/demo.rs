//! Does the demo import what the shop holds, and does a second run leave everything as it is?
#![expect(clippy::expect_used, clippy::panic, reason = "what fails here is a failed test")]

use std::process::Stdio;

use serde_json::Value;
use support::command::{Place, Said};
use tenon_runtime::store::RecordStore;
use tenon_runtime::store::sqlite::SqliteStore;
use tokio::io::{AsyncBufReadExt, BufReader};

const BINARY: &str = env!("CARGO_BIN_EXE_connectors-under-test");

async fn demo(place: &Place) -> Value {
    let said: Said = place.run_beside(&["demo", "--store", "demo.db", "--json"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

async fn dump(place: &Place) -> String {
    let store = SqliteStore::open(place.folder().join("demo.db")).expect("the store opens");
    store.dump().await.expect("the store answers")
}

/// The counts of one kind, by type.
fn counted(result: &Value, what: &str) -> Vec<(String, u64)> {
    let counts = result["counts"].as_array().expect("counts");
    counts
        .iter()
        .map(|count| {
            let external = count["external"].as_str().expect("a type").to_owned();
            (external, count[what].as_u64().expect("a number"))
        })
        .collect()
}

/// The types of which there are some, by name.
fn told<'r>(result: &'r Value, what: &str) -> Vec<(&'r str, u64)> {
    let counts = result["counts"].as_array().expect("counts").iter();
    let mut told: Vec<(&str, u64)> = counts
        .map(|count| {
            (
                count["external"].as_str().expect("a type"),
                count[what].as_u64().expect("a number"),
            )
        })
        .filter(|(_, number)| *number > 0)
        .collect();
    told.sort_unstable();
    told
}

fn total(result: &Value, what: &str) -> u64 {
    counted(result, what).iter().map(|(_, count)| count).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_imports_what_the_shop_holds_and_again_changes_nothing() {
    let place = Place::empty(BINARY);
    let first = demo(&place).await;
    let mut held: Vec<(String, u64)> = first["shop"]
        .as_object()
        .expect("what the shop holds")
        .iter()
        .map(|(external, count)| (external.clone(), count.as_u64().expect("a number")))
        .collect();
    let mut read = counted(&first, "read");
    held.sort();
    read.sort();
    assert_eq!(read, held);
    // Two customers, a group of products, and three orders are broken on purpose; twelve products are sold as their variants.
    assert_eq!(
        told(&first, "failed"),
        [("Customer", 2), ("Order", 3), ("Product", 1)],
        "{first}"
    );
    assert_eq!(told(&first, "skipped"), [("Order", 8), ("Product", 12)], "{first}");
    assert_eq!(told(&first, "pending"), [("Order", 3)], "{first}");
    assert_eq!(told(&first, "review"), [], "{first}");
    let ended = ["created", "failed", "skipped", "pending"].map(|what| total(&first, what));
    assert_eq!(ended.iter().sum::<u64>(), total(&first, "read"), "{first}");
    let waits = first["waits"].as_array().expect("what waits");
    assert_eq!(waits.len(), 3);
    let reasons = waits.iter().map(|wait| wait["reason"].as_str().expect("a reason"));
    assert!(
        reasons.into_iter().all(|reason| reason.contains("not paid yet")),
        "{first}"
    );
    let before = dump(&place).await;
    assert!(before.lines().count() > 500, "there is something to compare");

    let second = demo(&place).await;
    assert_eq!(
        (total(&second, "created"), total(&second, "updated")),
        (0, 0),
        "{second}"
    );
    assert_eq!(told(&second, "failed"), told(&first, "failed"), "{second}");
    let after = dump(&place).await;
    assert!(before == after, "a second run changed the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_goes_on_answering_can_be_asked_by_other_commands() {
    let place = Place::empty(BINARY);
    let mut command = tokio::process::Command::from(place.command(&["demo", "--serve"]));
    let mut serving = command
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the application starts");
    let mut lines = BufReader::new(serving.stdout.take().expect("its output")).lines();
    let mut key = None;
    while let Some(line) = lines.next_line().await.expect("a line") {
        if let Some(variable) = line.trim().strip_prefix("export TENON_DEMO_KEY=") {
            key = Some(variable.to_owned());
        }
        if line.ends_with(" status") {
            break;
        }
    }
    let key = key.expect("it says which key the shop takes");
    let other = async |arguments: &[&str]| -> Said {
        let with_config = [&["--config", "tenon-demo.toml"], arguments].concat();
        let mut command = tokio::process::Command::from(place.command(&with_config));
        let output = command.env("TENON_DEMO_KEY", &key).output().await;
        output.expect("the application starts").into()
    };
    let tried = other(&["try", "shop", "Order", "--id", "100000001"]).await;
    assert_eq!(tried.code, Some(0), "{tried:?}");
    assert!(
        tried.out.contains("Tischleuchte") || tried.out.contains("Table lamp Aalto"),
        "{tried:?}"
    );
    assert!(tried.out.contains("unchanged"), "{tried:?}");
    let status = other(&["status"]).await;
    assert_eq!(status.code, Some(0), "{status:?}");

    let settings = std::fs::read_to_string(place.folder().join("tenon-demo.toml")).expect("the settings");
    assert!(!settings.contains(&key), "secrets do not stand in files: {settings}");
    serving.kill().await.expect("it can be stopped");
    place.write("tenon-demo.toml", "# mine\n");
    let refused = place.run_beside(&["demo", "--serve"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("was written by somebody else"), "{refused:?}");
}
