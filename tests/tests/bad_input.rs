//! Does bad input end in a clear message and a non-zero exit, or in a job in its right state, with nothing half written?

use std::time::Duration;

use serde_json::json;
use support::command::{INSTANCE, Place, Said, settings_as_debug};
use support::fake::{FakeShop, KEY, Misbehavior, Recorded, USER};
use support::state;

const BINARY: &str = env!("CARGO_BIN_EXE_connectors-under-test");
/// States of jobs, as their table numbers them.
const SCHEDULED: i64 = 1;
const FAILED: i64 = 5;

fn golden(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../cases/settings", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

async fn shop() -> FakeShop {
    let group = json!({"customer_group_id": "2", "customer_group_code": "Wholesale", "tax_class_id": "3"});
    FakeShop::start(vec![vec![Recorded::new("ol_customer_groups.info", json!([2]), group)]]).await
}

fn place(shop: &FakeShop) -> Place {
    Place::for_shop(BINARY, shop.url(), USER, KEY)
}

async fn import_group(place: &Place) -> Said {
    place
        .run_beside(&["import", INSTANCE, "CustomerGroup", "--id", "2"])
        .await
}

/// No record and no binding was written.
fn nothing_is_written(place: &Place) {
    let registry = tenon_runtime::registry::Registry::default();
    tenon_mappings::register_all(&registry);
    assert_eq!(state::canonical(&place.database(), &registry), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_these_tests_is_imported_when_nothing_is_wrong() {
    let shop = shop().await;
    let place = place(&shop);
    let said = import_group(&place).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("CustomerGroup"), "{said:?}");
}

/// What passes may be tried again: the job waits for its next attempt, and says why.
#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_may_pass_leaves_the_job_scheduled() {
    let cases = [
        ("truncated XML", Misbehavior::Truncated(120)),
        ("HTTP 500", Misbehavior::Status(500, Vec::new(), "oops".to_owned())),
        ("a stall", Misbehavior::Stall(Duration::from_secs(30))),
    ];
    for (what, misbehavior) in cases {
        let shop = shop().await;
        let place = place(&shop);
        place.write(
            "tenon.toml",
            &Place::settings(shop.url(), USER, "[http]\ntimeout_seconds = 1\n"),
        );
        shop.always(misbehavior);
        let said = import_group(&place).await;
        assert_eq!(said.code, Some(3), "{what}: {said:?}");
        assert_eq!(
            state::jobs_in_state(&place.database(), SCHEDULED),
            1,
            "{what}: {said:?}"
        );
        nothing_is_written(&place);
        let listed = place.run_beside(&["jobs"]).await;
        assert!(
            listed.out.contains(INSTANCE) && listed.out.contains("scheduled"),
            "{what}: {listed:?}"
        );
        assert!(
            !format!("{said:?}{listed:?}").contains(KEY),
            "{what}: the key is not shown"
        );
    }
}

/// What does not pass by itself is a dead letter: a person must look.
#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_stays_leaves_the_job_failed() {
    let cases = [
        (
            "a fault",
            Misbehavior::Fault(3, "Invalid api path.".to_owned()),
            "Invalid api path.",
        ),
        (
            "a record without its required name",
            Misbehavior::Raw(nameless()),
            "customer_group_code",
        ),
    ];
    for (what, misbehavior, reason) in cases {
        let shop = shop().await;
        let place = place(&shop);
        shop.always(misbehavior);
        let said = import_group(&place).await;
        assert_eq!(said.code, Some(3), "{what}: {said:?}");
        assert!(said.out.contains(reason), "{what}: {said:?}");
        assert_eq!(state::jobs_in_state(&place.database(), FAILED), 1, "{what}: {said:?}");
        nothing_is_written(&place);
    }
}

/// An answer that lacks a field.
fn nameless() -> Vec<u8> {
    "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct><member><name>customer_group_id</name>\
     <value><string>2</string></value></member></struct></value></param></params></methodResponse>"
        .as_bytes()
        .to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_named_and_not_shown() {
    let shop = shop().await;
    let place = Place::for_shop(BINARY, shop.url(), USER, "not the key");
    let said = import_group(&place).await;
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(
        said.out.contains("access") || said.out.contains("log in") || said.out.contains("denied"),
        "{said:?}"
    );
    assert!(!format!("{said:?}").contains("not the key"), "{said:?}");
    nothing_is_written(&place);
}

#[test]
fn a_missing_file_is_named() {
    let said = Place::empty(BINARY).run(&["status"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("cannot read tenon.toml"), "{said:?}");
    golden("missing_file", &said.err);
}

#[test]
fn every_mistake_of_the_settings_is_reported_at_its_place() {
    let place = Place::empty(BINARY);
    place.write(
        "tenon.toml",
        "[stor]\nurl = \"sqlite:a.db\"\n\n[instance.one]\nconnector = \"magneto\"\n\n[instance.two]\nconnector = \"magento\"\n\
         version = \"1.7\"\nurll = \"http://127.0.0.1:1\"\nuser = 5\nkey = \"by value\"\n",
    );
    let said = place.run(&["status"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(!place.database().exists(), "no database is made");
    golden("mistakes_in_settings", &said.err);
}

/// Excerpts show lines around a mistake, so that a secret may stand in any of them.
#[test]
fn every_mistake_of_several_stores_is_reported_at_its_place() {
    let place = Place::empty(BINARY);
    let mut said = String::new();
    for (what, text) in [
        ("a misspelt key", "[store]\nulr = \"sqlite:a.db\"\n"),
        (
            "a misspelt key of one",
            "[store.one]\nurl = \"sqlite:a.db\"\nshema = \"a\"\n",
        ),
        ("a store without a place", "[store.one]\nschema = \"a\"\n"),
        (
            "one place for two",
            "[store.one]\nurl = \"sqlite:a.db\"\n[store.two]\nurl = \"sqlite:a.db\"\n",
        ),
        (
            "one beside several",
            "[store]\nurl = \"sqlite:a.db\"\n[store.two]\nurl = \"sqlite:b.db\"\n",
        ),
    ] {
        place.write("tenon.toml", text);
        let refused = place.run(&["status"]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        said.push_str(&format!("# {what}\n{}\n", refused.err));
    }
    golden("mistakes_in_stores", &said);
}

#[test]
fn a_secret_that_stands_in_the_settings_is_not_shown() {
    let instance = "[instance.shop]\nconnector = \"magento\"\nversion = \"1.7\"\nurl = \"http://127.0.0.1:1\"\n";
    for (what, rest) in [
        ("by value", "user = 5\nkey = \"hünter2\"\n"),
        ("under a misspelt name", "user = \"u\"\nkeyy = \"hünter2\"\n"),
        ("in a table", "user = \"u\"\nkey = { value = \"hünter2\" }\n"),
        ("over several lines", "user = 5\nkey = \"\"\"\nhünter2\n\"\"\"\n"),
        ("beside what is no TOML", "user = \nkey = \"hünter2\"\n"),
    ] {
        let place = Place::empty(BINARY);
        place.write("tenon.toml", &format!("{instance}{rest}"));
        let said = place.run(&["status"]);
        assert_eq!(said.code, Some(1), "{what}: {said:?}");
        assert!(said.err.contains("E1205"), "{what}: {said:?}");
        assert!(!said.err.contains("nter2"), "{what}: {said:?}");
    }
    let shown = settings_as_debug(
        &format!("{instance}user = \"u\"\nkey = {{ env = \"KEY\" }}\n"),
        "hünter2",
    );
    assert!(
        shown.contains("127.0.0.1") && shown.contains("***") && !shown.contains("nter2"),
        "{shown}"
    );
}

#[test]
fn settings_that_are_no_toml_are_reported_at_their_place() {
    let place = Place::empty(BINARY);
    place.write("tenon.toml", "[instance.shop\nconnector = \"magento\"\n");
    let said = place.run(&["status"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    golden("no_toml", &said.err);
}

#[test]
fn a_database_that_is_none_is_named() {
    let place = Place::for_shop(BINARY, "http://127.0.0.1:1", USER, KEY);
    place.write(
        "tenon.db",
        &"this is no database, but longer than the header of one. ".repeat(20),
    );
    let said = place.run(&["status"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("tenon.db"), "{said:?}");
}

/// File modes do not bind root, so the application runs as nobody there.
#[cfg(unix)]
#[test]
fn a_read_only_database_is_named() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65534;
    let place = Place::for_shop(BINARY, "http://127.0.0.1:1", USER, KEY);
    assert_eq!(
        place.run(&["work", "--until-idle"]).code,
        Some(0),
        "the database is made"
    );
    let before = std::fs::read(place.database()).expect("the database is readable");
    let mode = |path: &std::path::Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("the mode is set");
    };
    mode(&place.database(), 0o444);
    mode(place.folder(), 0o555);
    let mut command = place.command(&["import", INSTANCE, "CustomerGroup", "--id", "2"]);
    if std::fs::metadata(place.folder()).expect("metadata").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    let said: Said = command.output().expect("the application starts").into();
    mode(place.folder(), 0o755);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("tenon.db"), "{said:?}");
    assert_eq!(
        std::fs::read(place.database()).expect("readable"),
        before,
        "nothing was written"
    );
}
