//! Versions: an instance of a version runs what is effective there, one of its parent what the parent says, over one inside.

use support::sync::case::world_of_versions;

const OLD: &str = r#"{"customer_id": "1", "email": "ada@x.org", "firstname": "Ada", "lastname": "King", "dob": "1815-12-10",
    "taxvat": "GB1", "group_id": "7", "gender": "2", "password": "x"}"#;
const NEW: &str = r#"{"id": 1, "email": "bob@x.org", "firstname": "Bob", "lastname": "Ray", "dob": "24.12.1900", "taxvat": "US1",
    "group_id": 7, "gender": "male", "is_subscribed": true, "addresses": [
        {"id": 5, "city": " Paris ", "main": true}, {"id": 6, "city": "Rome", "main": false}]}"#;

const INHERITED: &str = r#"{"id": 1, "email": "Ada@x.org", "first": "Ada", "last": "King", "group": 7, "addresses": [
    {"id": 5, "street": "St James Sq 12", "city": " London "}, {"id": 6, "street": "Royal Crescent 1", "city": "Bath"}]}"#;

#[tokio::test]
async fn each_instance_runs_the_mappings_of_its_version() {
    for case in ["version_amended", "version_amended_yaml"] {
        let (world, shops) = world_of_versions(case, &["1", "2"]).await;
        let [old, new] = &shops[..] else { return };
        old.has("Group", "7", r#"{"group_id": "7", "name": "Old friends"}"#);
        new.has("Group", "7", r#"{"group_id": 7, "name": "New friends"}"#);
        old.has("Customer", "1", OLD);
        old.book(
            "1",
            &[
                r#"{"address_id": "5", "city": "London", "is_main": "1"}"#,
                r#"{"address_id": "6", "city": "Bath", "is_main": "0"}"#,
            ],
        );
        new.has("Customer", "1", NEW);
        let counts = "Customer: read 1 = 1 created\nGroup: read 0, 1 for others\n";
        assert_eq!(world.import_one_of("shop_1", "Customer", "1").await, counts, "{case}");
        assert_eq!(world.import_one_of("shop_2", "Customer", "1").await, counts, "{case}");
        assert_eq!(old.calls(), ["Customer.read 1", "Address.list 1", "Group.read 7"]);
        assert_eq!(new.calls(), ["Customer.read 1", "Group.read 7"]);
        let (partners, bindings) = (world.table("res.partner").await, world.table("shop.Customer").await);
        insta::allow_duplicates! {
            insta::assert_snapshot!("partners_of_two_versions", partners);
            insta::assert_snapshot!("bindings_of_two_versions", bindings);
        }
    }
}

/// Three versions share one mapping of groups and one of addresses; the second says one rule otherwise, the third asks elsewhere.
#[tokio::test]
async fn what_is_inherited_runs_at_each_version() {
    for case in ["version_inherited", "version_inherited_yaml"] {
        let (world, shops) = world_of_versions(case, &["1", "2", "2.1"]).await;
        let counts = "Customer: read 1 = 1 created\nGroup: read 0, 1 for others\n";
        for (shop, version) in shops.iter().zip(["1", "2", "2.1"]) {
            shop.has("Group", "7", r#"{"id": 7, "name": " Friends "}"#);
            shop.has("Customer", "1", INHERITED);
            let instance = format!("shop_{version}");
            assert_eq!(
                world.import_one_of(&instance, "Customer", "1").await,
                counts,
                "{case} {version}"
            );
        }
        let partners = world.table("res.partner").await;
        insta::allow_duplicates! {
            insta::assert_snapshot!("partners_of_versions_that_inherit", partners);
        }
    }
}

/// What a version drops as a whole is not found at its parent either: no instance of it runs it.
#[tokio::test]
async fn a_dropped_mapping_is_not_found_at_the_parent() {
    let (world, _) = world_of_versions("version_exported", &["1", "2"]).await;
    let connectors = world.registry.connectors();
    let found = |version: &str| {
        let connector = connectors.iter().find(|known| known.version == Some(version)).copied();
        let connector = connector.expect("it is registered");
        let registry = &world.registry;
        [
            registry.import_mapper(connector, "Group", None).is_ok(),
            registry.export_mapper(connector, "Note").is_ok(),
            registry.operations(connector, "Group").is_ok(),
            registry.export_mapper(connector, "Customer").is_ok(),
        ]
    };
    assert_eq!(found("1"), [true; 4]);
    assert_eq!(found("2"), [false, false, false, true]);
}

/// The version has no operation that lists addresses any more, so nothing calls the one of its parent.
#[tokio::test]
async fn a_dropped_operation_is_not_found_at_the_parent() {
    let (world, _) = world_of_versions("version_amended", &["1", "2"]).await;
    let connectors = world.registry.connectors();
    let has_list = |version: &str| {
        let connector = connectors.iter().find(|known| known.version == Some(version)).copied();
        let adapter = connector.and_then(|connector| world.registry.operations(connector, "Address").ok());
        adapter.is_some_and(|adapter| adapter.operations.iter().any(|operation| operation.name == "list"))
    };
    assert!(has_list("1"));
    assert!(!has_list("2"));
}
