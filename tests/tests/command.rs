//! What does the operator's command say and do: `try`, `import --since` and `--id`, `status`, `jobs`?
#![expect(clippy::expect_used, clippy::panic, reason = "what fails here is a failed test")]

#[cfg(feature = "postgres")]
#[path = "command/databases.rs"]
mod databases;
#[path = "command/stores.rs"]
mod stores;
#[path = "command/units.rs"]
mod units;

use serde_json::Value;
use support::command::{INSTANCE, Place, Said, redacted};
use support::state;
use tenon_mappings::demo::{DemoShop, Running};

const BINARY: &str = env!("CARGO_BIN_EXE_connectors-under-test");
/// A customer with an address of its own and another one.
const WHOLE: &str = "1";
/// A customer in a group that the shop does not have.
const WITHOUT_GROUP: &str = "42";
/// A customer whose birthday is no day.
const BROKEN: &str = "54";

fn golden(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../cases/command", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

/// The demo shop and a folder whose `tenon.toml` names it.
async fn shop() -> (Running, Place) {
    let shop = DemoShop::start().await.expect("the shop starts");
    let place = Place::for_shop(BINARY, &shop.url, &shop.user, &shop.key);
    (shop, place)
}

async fn customer(place: &Place, arguments: &[&str]) -> Said {
    let (command, rest) = arguments.split_first().expect("a command");
    let all = [&[command, INSTANCE, "Customer"], rest].concat();
    place.run_beside(&all).await
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

/// The database as it is, job and run tables included.
fn dump(place: &Place) -> String {
    state::everything(&place.database())
}

/// Runs something that must write nothing.
async fn without_a_trace(place: &Place, arguments: &[&str]) -> Said {
    let before = dump(place);
    let said = customer(place, arguments).await;
    assert_eq!(dump(place), before, "{arguments:?} wrote something");
    said
}

async fn prepared() -> (Running, Place) {
    let (shop, place) = shop().await;
    let said = place.run_beside(&["work", "--until-idle"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(dump(&place).lines().count() > 10, "there is something to compare");
    (shop, place)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_tried_and_nothing_is_written() {
    let (_shop, place) = prepared().await;
    let said = without_a_trace(&place, &["try", "--id", WHOLE]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.out.contains("not-a-hash"), "{said:?}");
    golden("try", &redacted(&said.out));

    let said = without_a_trace(&place, &["try", "--id", WHOLE, "--json"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    let tried = json(&said);
    assert_eq!(tried["outcome"], "created", "{tried}");
    let read: Value = serde_json::from_str(tried["read"]["c"].as_str().expect("what was read")).expect("JSON");
    assert_eq!(read["customer_id"], WHOLE);
    assert!(
        tried["plan"]["writes"]
            .as_array()
            .is_some_and(|writes| !writes.is_empty())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_imported_already_is_tried_as_unchanged() {
    let (shop, place) = shop().await;
    let imported = customer(&place, &["import", "--id", WHOLE]).await;
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let said = without_a_trace(&place, &["try", "--id", WHOLE, "--json"]).await;
    assert_eq!(json(&said)["outcome"], "unchanged", "{said:?}");

    assert!(shop.shop.change_customer(WHOLE, &[("lastname", "Byron".into())]));
    let said = without_a_trace(&place, &["try", "--id", WHOLE, "--json"]).await;
    assert_eq!(json(&said)["outcome"], "updated", "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_is_said() {
    let (_shop, place) = prepared().await;
    let mut said = String::new();
    for (what, id, code, outcome) in [
        ("no such record", "4711", 3, "skipped"),
        ("no such group", WITHOUT_GROUP, 3, "failed"),
        ("a broken record", BROKEN, 3, "failed"),
    ] {
        let tried = without_a_trace(&place, &["try", "--id", id]).await;
        assert_eq!(tried.code, Some(code), "{what}: {tried:?}");
        said.push_str(&format!("# {what}\n{}\n", tried.out));
        let tried = without_a_trace(&place, &["try", "--id", id, "--json"]).await;
        assert_eq!(tried.code, Some(code), "{what}: {tried:?}");
        assert_eq!(json(&tried)["outcome"], outcome, "{what}: {tried:?}");
        assert_ne!(json(&tried)["reason"], "", "{what}: {tried:?}");
    }
    golden("try_failures", &redacted(&said));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_type_or_instance_is_named_by_every_command() {
    let (_shop, place) = prepared().await;
    let mut said = String::new();
    for arguments in [
        ["try", INSTANCE, "Custommer", "--id", "1"],
        ["import", INSTANCE, "Custommer", "--id", "1"],
        ["try", "shopp", "Customer", "--id", "1"],
        ["import", "shopp", "Customer", "--id", "1"],
        ["try", INSTANCE, "Address", "--id", "1"],
        ["import", INSTANCE, "Invoicing", "--id", "1"],
        ["jobs", "--instance", "shopp", "--limit", "1"],
    ] {
        let before = dump(&place);
        let refused = place.run_beside(&arguments).await;
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert_eq!(dump(&place), before, "{arguments:?} wrote something");
        said.push_str(&format!("$ {}\n{}\n", arguments.join(" "), refused.err));
    }
    golden("unknown", &redacted(&said));
}

/// Keys of the customers that are there.
fn bound(place: &Place) -> Vec<String> {
    state::keys(&place.database(), "magento__Customer__binding")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_since_a_time_is_imported() {
    let (_shop, place) = shop().await;
    let said = customer(&place, &["import", "--since", "2026-06-26"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(bound(&place), ["11", "5"]);
    golden("import_since", &redacted(&said.out));

    let said = customer(&place, &["import", "--since", "2026-06-16T09:49:43Z", "--json"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(bound(&place), ["11", "5", "59"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_none_is_refused_before_anything_starts() {
    let (_shop, place) = prepared().await;
    let mut said = String::new();
    for time in ["yesterday", "2026-13-01", "26.06.2026", ""] {
        let refused = without_a_trace(&place, &["import", "--since", time]).await;
        assert_eq!(refused.code, Some(2), "{time}: {refused:?}");
        said.push_str(&format!("$ --since {time:?}\n{}\n", refused.err));
    }
    let before = dump(&place);
    let refused = place
        .run_beside(&["import", INSTANCE, "CustomerGroup", "--since", "2026-06-26"])
        .await;
    assert_eq!(refused.code, Some(2), "a type that is not listed by time: {refused:?}");
    assert_eq!(dump(&place), before, "nothing was written");
    said.push_str(&refused.err);
    golden("import_since_refused", &redacted(&said));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_is_imported_with_what_it_refers_to() {
    let (_shop, place) = shop().await;
    let said = customer(&place, &["import", "--id", WHOLE]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(bound(&place), [WHOLE]);
    golden("import_id", &redacted(&said.out));
    let said = customer(&place, &["import", "--id", "4711"]).await;
    assert_eq!(
        said.code,
        Some(3),
        "who names a record that is not there made a mistake: {said:?}"
    );
    golden("import_id_of_none", &redacted(&said.out));
    assert_eq!(bound(&place), [WHOLE]);
}

/// One job done, two failed, one that nobody has run yet.
async fn worked() -> (Running, Place) {
    let (shop, place) = shop().await;
    for id in [WHOLE, WITHOUT_GROUP, BROKEN] {
        customer(&place, &["import", "--id", id]).await;
    }
    let said = customer(&place, &["import", "--id", "2", "--enqueue-only"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    (shop, place)
}

#[tokio::test(flavor = "multi_thread")]
async fn status_and_jobs_tell_what_waits_for_a_person() {
    let (_shop, place) = worked().await;
    let before = dump(&place);
    let mut said = String::new();
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["jobs"],
        &["jobs", "--state", "failed"],
        &["jobs", "--state", "running"],
        &["jobs", "--state", "done", "--state", "ready", "--limit", "1"],
        &["jobs", "--state", "failed", "--json"],
    ] {
        let told = place.run_beside(arguments).await;
        assert_eq!(told.code, Some(0), "{told:?}");
        said.push_str(&format!("$ connectors {}\n{}\n", arguments.join(" "), told.out));
    }
    assert_eq!(dump(&place), before, "looking changes nothing");
    golden("status_and_jobs", &redacted(&said));

    let failed = place.run_beside(&["jobs", "--state", "failed", "--json"]).await;
    let failed = json(&failed);
    let reasons: Vec<&str> = failed
        .as_array()
        .expect("a list")
        .iter()
        .map(|job| job["error"]["text"].as_str().expect("a reason"))
        .collect();
    assert_eq!(reasons.len(), 2, "{failed}");
    assert!(
        reasons.iter().any(|reason| reason.contains("CustomerGroup 9")),
        "{failed}"
    );
    assert!(
        reasons.iter().any(|reason| reason.contains("31. Februar 1980")),
        "{failed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_there_is_not_is_a_wrong_argument() {
    let (_shop, place) = prepared().await;
    let said = place.run_beside(&["jobs", "--state", "broken"]).await;
    assert_eq!(said.code, Some(2), "{said:?}");
    golden("jobs_of_no_state", &redacted(&said.err));
}

/// A place whose shop does not answer, at a port where nobody listens.
fn unreachable_shop() -> Place {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    Place::for_shop(BINARY, &format!("http://127.0.0.1:{port}/shop"), "anna", "hunter2-key")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_cannot_be_reached_is_no_success() {
    let place = unreachable_shop();
    let mut said = String::new();
    for arguments in [
        &["import", "--all"][..],
        &["import", "--id", "21"],
        &["try", "--id", "21"],
    ] {
        let told = customer(&place, arguments).await;
        assert_eq!(told.code, Some(3), "{arguments:?}: {told:?}");
        said.push_str(&format!("$ connectors {}\n{}\n", arguments.join(" "), told.out));
    }
    for arguments in [&["work", "--until-idle"][..], &["jobs"], &["status"]] {
        let told = place.run_beside(arguments).await;
        assert_eq!(told.code, Some(0), "{told:?}");
        said.push_str(&format!("$ connectors {}\n{}\n", arguments.join(" "), told.out));
    }
    assert!(!said.contains("hunter2") && !said.contains("in detail"), "{said}");
    golden("unreachable", &redacted(&said));

    let told = customer(&place, &["import", "--all", "--json"]).await;
    assert_eq!(told.code, Some(3), "{told:?}");
    let problem = &json(&told)["problems"][0];
    assert_eq!(problem["outcome"], "retry", "{told:?}");
    let reason = problem["reason"].as_str().expect("a reason");
    assert!(reason.contains("cannot list Customer of http://127.0.0.1:"), "{reason}");
    assert!(reason.contains("in detail: error sending request"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_makes_no_store() {
    let (_shop, place) = shop().await;
    let mut said = String::new();
    for arguments in [&["status"][..], &["jobs"], &["try", INSTANCE, "Website", "--id", "1"]] {
        let told = place.run_beside(arguments).await;
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(!place.database().exists(), "{arguments:?} made a store");
        said.push_str(&format!(
            "$ connectors {}\n{}{}\n",
            arguments.join(" "),
            told.err,
            told.out
        ));
    }
    golden("no_store", &redacted(&said));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_end_of_a_record_closes_its_failed_jobs() {
    let (shop, place) = shop().await;
    for _ in 0..3 {
        let said = customer(&place, &["import", "--id", BROKEN]).await;
        assert_eq!(said.code, Some(3), "{said:?}");
    }
    let mut said = String::new();
    let mut tell = async |arguments: &[&str]| {
        let told = place.run_beside(arguments).await;
        assert_eq!(told.code, Some(0), "{told:?}");
        said.push_str(&format!("$ connectors {}\n{}\n", arguments.join(" "), told.out));
    };
    tell(&["jobs"]).await;
    tell(&["jobs", "--state", "failed"]).await;
    tell(&["status"]).await;
    assert!(
        shop.shop
            .change_customer(BROKEN, &[("dob", "1980-02-28 00:00:00".into())])
    );
    let mended = customer(&place, &["import", "--id", BROKEN]).await;
    assert_eq!(mended.code, Some(0), "{mended:?}");
    tell(&["jobs", "--state", "failed"]).await;
    // The instance is taken out of the settings; its jobs stay.
    place.write("tenon.toml", "");
    tell(&["status"]).await;
    tell(&["jobs", "--instance", INSTANCE, "--state", "failed"]).await;
    golden("superseded", &redacted(&said));
}
