//! One record: created, updated, unchanged, adopted, with all that it refers to.

use support::sync::{Selection, tables, world};
use tenon_runtime::sync::payload::{ImportRecord, import_job};
use tenon_runtime::value::{Key, Stored};

const ADA: &str = r#"{"customer_id": "21", "email": "ada@example.org", "firstname": "Ada", "lastname": "Lovelace",
    "updated_at": "2014-05-03 21:36:47"}"#;

fn text(text: &str) -> Stored {
    Stored::Text(text.to_owned())
}

#[tokio::test]
async fn a_new_record_is_created_and_bound() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 created\n"
    );
    insta::assert_snapshot!(world.dump().await);
}

#[tokio::test]
async fn the_second_run_changes_nothing() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.import_one("Customer", "21").await;
    let before = world.dump().await;
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 unchanged\n"
    );
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a_change_writes_what_differs() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.import_one("Customer", "21").await;
    world.shop.has(
        "Customer",
        "21",
        &ADA.replace("Lovelace", "King").replace("2014-05-03", "2014-05-04"),
    );
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 updated\n"
    );
    let partners = world.table("res.partner").await;
    assert!(partners.contains("name=\"Ada King\""), "{partners}");
    let bindings = world.table("shop.Customer").await;
    assert!(bindings.contains("2014-05-04T21:36:47Z"), "{bindings}");
}

#[tokio::test]
async fn what_is_written_only_on_create_stays() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.import_one("Customer", "21").await;
    let seen = |table: String| {
        table
            .lines()
            .next()
            .and_then(|line| line.split("seen_at=").nth(1).map(str::to_owned))
    };
    let before = seen(world.table("res.partner").await);
    world.clock.advance(std::time::Duration::from_secs(3600)).await;
    world.shop.has(
        "Customer",
        "21",
        &ADA.replace("Lovelace", "King").replace("2014-05-03", "2014-05-04"),
    );
    world.import_one("Customer", "21").await;
    assert!(before.is_some());
    assert_eq!(seen(world.table("res.partner").await), before);
}

#[tokio::test]
async fn what_it_refers_to_is_imported_first() {
    let world = world().await;
    world.shop.has(
        "Customer",
        "21",
        &ADA.replace(
            "\"email\"",
            "\"group_id\": 3, \"website_id\": \"1\", \"store_id\": \"2\", \"email\"",
        ),
    );
    world.shop.has("Group", "3", r#"{"group_id": "3", "code": "Retail"}"#);
    world.shop.has("Website", "1", r#"{"website_id": "1", "name": "Main"}"#);
    world.shop.has(
        "View",
        "2",
        r#"{"store_id": "2", "name": "German", "lang": "de_DE", "website_id": "1"}"#,
    );
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 created\nGroup: read 0, 1 for others\nView: read 0, 1 for others\nWebsite: read 0, 1 for others\n"
    );
    insta::assert_snapshot!(world.dump().await);
}

#[tokio::test]
async fn key_zero_is_a_key() {
    let world = world().await;
    world.shop.has(
        "Customer",
        "0",
        &ADA.replace("\"21\"", "0")
            .replace("\"email\"", "\"website_id\": 0, \"email\""),
    );
    world
        .shop
        .has("Website", "0", r#"{"website_id": "0", "name": "Admin"}"#);
    assert_eq!(
        world.import_one("Customer", "0").await,
        "Customer: read 1 = 1 created\nWebsite: read 0, 1 for others\n"
    );
    assert_eq!(
        world.import_one("Customer", "0").await,
        "Customer: read 1 = 1 unchanged\n"
    );
}

#[tokio::test]
async fn a_stored_value_is_kept_where_only_empty_ones_are_filled() {
    let world = world().await;
    let customer = ADA.replace("\"email\"", "\"store_id\": \"2\", \"email\"");
    world.shop.has("Customer", "21", &customer);
    world.shop.has("Website", "1", r#"{"website_id": "1", "name": "Main"}"#);
    world.shop.has(
        "View",
        "2",
        r#"{"store_id": "2", "name": "German", "lang": "de_DE", "website_id": "1"}"#,
    );
    world.import_one("Customer", "21").await;
    world.shop.has(
        "View",
        "2",
        r#"{"store_id": "2", "name": "French", "lang": "fr_FR", "website_id": "1"}"#,
    );
    world.import_one("View", "2").await;
    world
        .shop
        .has("Customer", "21", &customer.replace("2014-05-03", "2014-05-04"));
    world.import_one("Customer", "21").await;
    assert!(world.table("res.partner").await.contains("lang=\"de_DE\""));
}

#[tokio::test]
async fn an_older_record_does_not_overwrite_a_newer_one() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.import_one("Customer", "21").await;
    let before = world.dump().await;
    world.shop.has(
        "Customer",
        "21",
        &ADA.replace("Lovelace", "Byron").replace("2014-05-03", "2014-05-02"),
    );
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 unchanged\n"
    );
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn records_that_need_each_other_are_linked_by_a_second_job() {
    let world = world().await;
    world
        .shop
        .has("Group", "1", r#"{"group_id": 1, "code": "A", "parent_id": 2}"#);
    world
        .shop
        .has("Group", "2", r#"{"group_id": 2, "code": "B", "parent_id": 1}"#);
    assert_eq!(
        world.import_one("Group", "1").await,
        "Group: read 1 = 1 created, 1 for others\n"
    );
    assert_eq!(
        world.table("res.category").await,
        "1 name=\"B\" parent_id=2\n2 name=\"A\" parent_id=1\n"
    );
}

#[tokio::test]
async fn a_record_that_refers_to_itself_is_linked_by_a_second_job() {
    let world = world().await;
    world
        .shop
        .has("Group", "1", r#"{"group_id": 1, "code": "A", "parent_id": 1}"#);
    assert_eq!(world.import_one("Group", "1").await, "Group: read 1 = 1 created\n");
    assert_eq!(world.table("res.category").await, "1 name=\"A\" parent_id=1\n");
}

#[tokio::test]
async fn a_required_circle_fails_with_the_chain() {
    let world = world().await;
    world.shop.has("Peer", "1", r#"{"id": 1, "name": "A", "peer_id": 2}"#);
    world.shop.has("Peer", "2", r#"{"id": 2, "name": "B", "peer_id": 1}"#);
    insta::assert_snapshot!(world.import_telling("Peer", Selection::Id(Key("1".to_owned()))).await);
    assert_eq!(world.table("res.peer").await, "");
}

#[tokio::test]
async fn a_record_that_is_here_is_adopted() {
    let world = world().await;
    let id = world
        .inside_has(
            "res.partner",
            &[
                ("name", text("Countess")),
                ("email", text("ADA@example.org")),
                ("customer", Stored::Bool(true)),
            ],
        )
        .await;
    world.shop.has("Customer", "21", ADA);
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 updated\n"
    );
    let partners = world.table("res.partner").await;
    assert_eq!(partners.lines().count(), 1, "{partners}");
    assert!(
        partners.starts_with(&format!("{id} ")) && partners.contains("name=\"Ada Lovelace\""),
        "{partners}"
    );
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 unchanged\n"
    );
}

#[tokio::test]
async fn a_record_beside_the_condition_is_not_adopted() {
    let world = world().await;
    world
        .inside_has(
            "res.partner",
            &[("name", text("A supplier")), ("email", text("ada@example.org"))],
        )
        .await;
    world.shop.has("Customer", "21", ADA);
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 created\n"
    );
    assert_eq!(world.table("res.partner").await.lines().count(), 2);
}

#[tokio::test]
async fn several_records_to_adopt_are_put_up_for_review() {
    let world = world().await;
    for name in ["One", "Two"] {
        let values = [
            ("name", text(name)),
            ("email", text("ada@example.org")),
            ("customer", Stored::Bool(true)),
        ];
        world.inside_has("res.partner", &values).await;
    }
    world.shop.has("Customer", "21", ADA);
    insta::assert_snapshot!(
        world
            .import_telling("Customer", Selection::Id(Key("21".to_owned())))
            .await
    );
    assert_eq!(world.table("res.partner").await.lines().count(), 2);
}

#[tokio::test]
async fn a_record_of_another_key_is_not_adopted() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.import_one("Customer", "21").await;
    world.shop.has("Customer", "22", &ADA.replace("\"21\"", "\"22\""));
    insta::assert_snapshot!(
        world
            .import_telling("Customer", Selection::Id(Key("22".to_owned())))
            .await
    );
    assert_eq!(world.table("res.partner").await.lines().count(), 1);
}

#[tokio::test]
async fn two_of_one_claim_with_the_same_values_do_not_become_two_records() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.shop.has("Customer", "22", &ADA.replace("\"21\"", "\"22\""));
    assert_eq!(
        world.import("Customer", Selection::All).await,
        "Customer: read 2 = 1 created + 1 review\n"
    );
    assert_eq!(world.table("res.partner").await.lines().count(), 1);
}

#[tokio::test]
async fn a_shared_record_is_adopted_by_several_keys() {
    let world = world().await;
    for key in ["1", "2"] {
        let json = format!(r#"{{"subscriber_id": {key}, "email": "ada@example.org", "name": "Ada"}}"#);
        world.shop.has("Subscriber", key, &json);
    }
    assert_eq!(
        world.import_one("Subscriber", "1").await,
        "Subscriber: read 1 = 1 created\n"
    );
    assert_eq!(
        world.import_one("Subscriber", "2").await,
        "Subscriber: read 1 = 1 updated\n"
    );
    assert_eq!(world.table("res.partner").await.lines().count(), 1);
    assert_eq!(world.table("shop.Subscriber").await.lines().count(), 2);
}

#[tokio::test]
async fn trying_writes_nothing_and_says_the_same() {
    let world = world().await;
    world.shop.has(
        "Customer",
        "21",
        &ADA.replace("\"email\"", "\"store_id\": \"2\", \"email\""),
    );
    world.shop.has("Website", "1", r#"{"website_id": "1", "name": "Main"}"#);
    world.shop.has(
        "View",
        "2",
        r#"{"store_id": "2", "name": "German", "lang": "de_DE", "website_id": "1"}"#,
    );
    let before = world.dump().await;
    let tried = world.try_import("Customer", "21").await;
    assert_eq!(world.dump().await, before);
    insta::assert_snapshot!(tried.mapped.unwrap());
    let first: Vec<String> = tried
        .first
        .iter()
        .map(|(link, end)| format!("{link} {end:?}"))
        .collect();
    assert_eq!(first, ["Website 1 Created", "View 2 Created"]);
    assert_eq!(tried.end, tenon_runtime::sync::End::Created);
    assert_eq!(tried.payloads.len(), 2);
}

#[tokio::test]
async fn a_change_of_some_fields_runs_only_their_rules() {
    let world = world().await;
    world.shop.has("Group", "1", r#"{"group_id": 1, "code": "A"}"#);
    world.shop.has("Group", "2", r#"{"group_id": 2, "code": "B"}"#);
    world.import_one("Group", "1").await;
    world
        .shop
        .has("Group", "1", r#"{"group_id": 1, "code": "A2", "parent_id": 2}"#);
    let record = ImportRecord {
        fields: Some(vec!["code".to_owned()]),
        ..ImportRecord::by_key("Group", Key("1".to_owned()))
    };
    world
        .enqueue(&[import_job(&tables::GROUP, "shop", &record, 10, None).unwrap()])
        .await;
    world.shop.calls();
    world.work().await;
    let categories = world.table("res.category").await;
    assert!(categories.contains("name=\"A2\" parent_id=null"), "{categories}");
    assert_eq!(world.shop.calls(), ["Group.read 1"], "the parent is of no interest");
}
