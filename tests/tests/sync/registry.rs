//! Units: which one is handed out along the chain of versions, and what is said where none or several fit.

use std::sync::Arc;

use support::sync::mappers::ImportGroup;
use support::sync::mappers::customer::ImportCustomer;
use support::sync::{register, settings, tables, world};
use tenon_runtime::binder::{Binder, BinderError, NewBinding};
use tenon_runtime::connector::ExternalType;
use tenon_runtime::environment::Environment;
use tenon_runtime::plan::BindingWrite;
use tenon_runtime::registry::{Registry, Wanted};
use tenon_runtime::store::{Bound, RecordStore};
use tenon_runtime::sync::{End, Importer, Planned, Request};
use tenon_runtime::unit::{ConnectorUnit, OtherUnit, Usage};
use tenon_runtime::value::{Key, RecordId, Stored};

fn registry() -> Registry {
    let registry = Registry::new();
    register(&registry, &support::sync::mappers::order::ORDERS_REMOVE);
    registry
}

#[test]
fn a_version_inherits_the_units_of_its_parent() {
    let registry = registry();
    let unit = registry.get(&tables::SHOP_2, "res.partner", None, Usage::Other("importer"));
    assert!(unit.is_err());
    let mapper = registry.import_mapper(&tables::SHOP_2, "Customer", None).unwrap();
    assert_eq!(mapper.info().place, "shop/1/partner.tenon:36");
}

#[test]
fn a_unit_of_the_version_hides_that_of_its_parent() {
    let registry = registry();
    registry.unit(&tables::SHOP_2, ConnectorUnit::ImportMapper(&ImportGroup));
    let wanted = Wanted::new(Usage::ImportMapper).external("Group");
    insta::assert_snapshot!(registry.explain(&tables::SHOP_2, &wanted));
}

#[test]
fn two_units_at_one_version_are_an_error_that_names_both() {
    let registry = registry();
    registry.unit(&tables::SHOP_1, ConnectorUnit::ImportMapper(&ImportCustomer));
    let error = registry.import_mapper(&tables::SHOP_1, "Customer", None).unwrap_err();
    insta::assert_snapshot!(error);
    let error = registry
        .get(&tables::SHOP_1, "res.partner", None, Usage::ImportMapper)
        .unwrap_err();
    insta::assert_snapshot!("by_model", error);
}

#[test]
fn absence_says_what_there_is() {
    let registry = registry();
    let error = registry.import_mapper(&tables::SHOP_2, "Invoice", None).unwrap_err();
    insta::assert_snapshot!(error);
    let error = registry
        .get(&tables::SHOP_1, "res.partner", Some("invoice"), Usage::ExportMapper)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "shop 1 has no export mapper of res.partner as invoice: looked in shop 1 -> shop; there is none"
    );
}

#[test]
fn a_mapping_that_runs_within_another_does_not_run_alone() {
    let registry = registry();
    assert!(registry.import_mapper(&tables::SHOP_1, "Address", None).is_err());
    let names: Vec<&str> = registry
        .imported_types(&tables::SHOP_1)
        .unwrap()
        .iter()
        .map(|external| external.name)
        .collect();
    assert_eq!(
        names,
        ["Website", "View", "Group", "Peer", "Subscriber", "Customer", "Order"]
    );
}

#[test]
fn a_chain_that_leads_nowhere_is_told() {
    let registry = registry();
    let error = registry
        .import_mapper(&tables::SHOP_LOST, "Customer", None)
        .unwrap_err();
    assert_eq!(error.to_string(), "shop lost extends shop 0.9, which is not registered");
    let error = registry.connector_named("shop 3").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no connector is called `shop 3`; there is shop, shop 1, shop 2"
    );
}

#[test]
fn a_unit_is_switched_off_for_one_instance() {
    let registry = registry();
    let own = registry.unit(&tables::SHOP_2, ConnectorUnit::ImportMapper(&ImportGroup));
    let at = |instance: &str| {
        let wanted = Wanted::new(Usage::ImportMapper).external("Group").at(instance);
        let listed = registry.units(&tables::SHOP_2, Some(instance)).unwrap();
        let off = listed.iter().filter(|listed| listed.is_off).count();
        let text = registry.explain(&tables::SHOP_2, &wanted);
        let level = text.lines().find(|line| line.contains("<- chosen")).unwrap_or("none");
        (level.trim().split(':').next().unwrap_or_default().to_owned(), off)
    };
    assert_eq!(at("east"), ("shop 2".to_owned(), 0));
    assert!(registry.disable("east", own));
    assert!(!registry.disable("east", own), "it is off already");
    assert_eq!(at("east"), ("shop 1".to_owned(), 1), "as if it was not registered");
    assert_eq!(at("west"), ("shop 2".to_owned(), 0), "another instance keeps it");
    assert!(registry.enable("east", own));
    assert!(!registry.enable("east", own), "it was on");
    assert_eq!(at("east"), ("shop 2".to_owned(), 0));
    registry.unregister(own);
    assert!(!registry.disable("east", own), "there is no such unit");
}

#[tokio::test]
async fn an_environment_goes_without_what_is_switched_off() {
    let world = world().await;
    let env = world.environment();
    let customer = |env: &Environment| env.import_mapper("Customer", None).map(|mapper| mapper.info().place);
    assert!(customer(&env).is_ok());
    let listed = world.registry.units(env.instance.connector, None).unwrap();
    let mut mappers = listed
        .iter()
        .filter(|listed| listed.unit.usage() == Usage::ImportMapper);
    let unit = mappers
        .find(|listed| listed.unit.external() == Some("Customer"))
        .unwrap();
    assert!(world.registry.disable(&env.instance.name, unit.id));
    let refused = customer(&env).unwrap_err().to_string();
    assert!(refused.contains("(switched off)"), "{refused}");
    assert!(world.registry.enable(&env.instance.name, unit.id));
    assert!(customer(&env).is_ok());
}

#[test]
fn units_come_and_go_at_run_time() {
    let registry = registry();
    let other = |name| {
        ConnectorUnit::Other(OtherUnit {
            usage: "price list",
            name,
            model: Some("res.partner"),
            variant: None,
            part: Arc::new(42_u8),
        })
    };
    let wanted = Wanted::new(Usage::Other("price list")).model("res.partner");
    let id = registry.unit(&tables::SHOP, other("plain"));
    assert!(
        registry
            .find(&tables::SHOP_2, &wanted)
            .unwrap()
            .to_string()
            .contains("plain")
    );
    assert!(
        registry
            .replace(id, other("better"))
            .unwrap()
            .to_string()
            .contains("plain")
    );
    assert!(
        registry
            .find(&tables::SHOP_2, &wanted)
            .unwrap()
            .to_string()
            .contains("better")
    );
    assert!(registry.unregister(id).is_some());
    assert!(registry.unregister(id).is_none());
    assert!(registry.find(&tables::SHOP_2, &wanted).is_err());
}

#[test]
fn a_unit_for_the_model_is_nearer_than_one_for_any() {
    let registry = registry();
    let other = |name, model| {
        ConnectorUnit::Other(OtherUnit {
            usage: "labels",
            name,
            model,
            variant: None,
            part: Arc::new(()),
        })
    };
    registry.unit(&tables::SHOP_1, other("for all", None));
    registry.unit(&tables::SHOP_1, other("for partners", Some("res.partner")));
    let find = |model: &str| {
        registry
            .get(&tables::SHOP_1, model, None, Usage::Other("labels"))
            .unwrap()
            .to_string()
    };
    assert_eq!(find("res.partner"), "labels for partners");
    assert_eq!(find("sale.order"), "labels for all");
}

#[tokio::test]
async fn an_environment_hands_out_units_and_moves_to_another_model() {
    let world = world().await;
    let environment = world.environment();
    assert!(
        environment
            .unit(Usage::ImportMapper)
            .unwrap_err()
            .to_string()
            .contains("no model was chosen")
    );
    let category = environment.for_model("res.category").unwrap();
    assert_eq!(category.session, environment.session);
    assert_eq!(
        category.unit(Usage::ImportMapper).unwrap().to_string(),
        "import res.category from Group (shop/1/group.tenon:4)"
    );
    assert!(environment.for_model("res.nobody").is_err());
    let session = serde_json::to_string(&environment.session).unwrap();
    assert_eq!(
        serde_json::from_str::<tenon_runtime::environment::Session>(&session).unwrap(),
        environment.session
    );
}

#[test]
fn settings_print_no_secret() {
    let settings = settings();
    let printed = format!("{settings:?}");
    assert!(
        printed.contains("shop.test") && !printed.contains("very secret"),
        "{printed}"
    );
    assert!(settings.get("key").is_some() && settings.get("nothing").is_none());
}

/// An importer written by hand: leaves everything out.
#[derive(Debug)]
struct NoGroups;

#[async_trait::async_trait]
impl Importer for NoGroups {
    fn external(&self) -> &'static ExternalType {
        &tables::GROUP
    }

    async fn plan(&self, _env: &Environment, records: &[Request]) -> Vec<Planned> {
        let skipped = || Planned::nothing(End::Skipped("groups are kept by hand".to_owned()));
        records.iter().map(|_| skipped()).collect()
    }
}

#[tokio::test]
async fn an_importer_written_by_hand_takes_the_place_of_the_mapping() {
    let world = world().await;
    world.shop.has("Group", "3", r#"{"group_id": 3, "code": "Retail"}"#);
    let id = world
        .registry
        .unit(&tables::SHOP_1, ConnectorUnit::Importer(Arc::new(NoGroups)));
    assert_eq!(
        world.import_telling("Group", support::sync::Selection::All).await,
        "Group: read 1 = 1 skipped\nGroup 3 skipped: groups are kept by hand\n"
    );
    world.registry.unregister(id);
    assert_eq!(
        world.import("Group", support::sync::Selection::All).await,
        "Group: read 1 = 1 created\n"
    );
}

/// A binder written by hand: keys of websites are their numbers.
#[derive(Debug)]
struct ByNumber;

#[async_trait::async_trait]
impl Binder for ByNumber {
    fn external(&self) -> &'static ExternalType {
        &tables::WEBSITE
    }

    async fn to_internal(
        &self,
        store: &dyn RecordStore,
        _instance: &str,
        keys: &[Key],
    ) -> Result<Vec<Option<Bound>>, BinderError> {
        let ids: Vec<RecordId> = keys.iter().map(|key| RecordId(key.0.parse().unwrap_or(0))).collect();
        let records = store.read(&tables::WEBSITE_MODEL, &ids, &["name"]).await?;
        let bound = |(key, record): (&Key, Option<tenon_runtime::value::StoredRecord>)| {
            let (key, id) = (key.clone(), record?.id);
            Some(Bound {
                key,
                id,
                parent: None,
                revision: None,
                fields: Vec::new(),
            })
        };
        Ok(keys.iter().zip(records).map(bound).collect())
    }

    async fn bindings_of(
        &self,
        _store: &dyn RecordStore,
        _instance: &str,
        _id: RecordId,
    ) -> Result<Vec<Bound>, BinderError> {
        Ok(Vec::new())
    }

    fn bind(&self, _instance: &str, _binding: NewBinding) -> Result<BindingWrite, BinderError> {
        Err(BinderError::Unbindable { external: "Website" })
    }

    fn bury(&self, _instance: &str, _key: Key) -> Result<BindingWrite, BinderError> {
        Err(BinderError::Unbindable { external: "Website" })
    }
}

#[tokio::test]
async fn a_binder_written_by_hand_decides_what_keys_lead_to() {
    let world = world().await;
    world
        .registry
        .unit(&tables::SHOP_1, ConnectorUnit::Binder(Arc::new(ByNumber)));
    let id = world
        .inside_has("web.website", &[("name", Stored::Text("By hand".to_owned()))])
        .await;
    let view = format!(r#"{{"store_id": 2, "name": "German", "website_id": {id}}}"#);
    world.shop.has("View", "2", &view);
    assert_eq!(world.import_one("View", "2").await, "View: read 1 = 1 created\n");
    assert!(world.table("web.view").await.contains(&format!("website_id={id}")));
}

#[tokio::test]
async fn binder_answers_both_ways() {
    let world = world().await;
    for key in ["1", "2"] {
        let json = format!(r#"{{"subscriber_id": {key}, "email": "ada@example.org", "name": "Ada"}}"#);
        world.shop.has("Subscriber", key, &json);
        world.import_one("Subscriber", key).await;
        let binder = world.environment().binder(&tables::SUBSCRIBER).unwrap();
        let keys = [Key(key.to_owned()), Key("9".to_owned())];
        let bound = binder.to_internal(&*world.store, "shop", &keys).await.unwrap();
        assert_eq!(bound[0].as_ref().map(|bound| bound.id), Some(RecordId(1)));
        assert_eq!(bound[1], None);
    }
    let binder = world.environment().binder(&tables::SUBSCRIBER).unwrap();
    let several = binder
        .to_external(&*world.store, "shop", RecordId(1))
        .await
        .unwrap_err();
    assert_eq!(
        several.to_string(),
        "Subscriber 1, 2 all lead to record 1; name the one that is meant"
    );
    assert_eq!(
        binder.to_external(&*world.store, "shop", RecordId(9)).await.unwrap(),
        None
    );
}
