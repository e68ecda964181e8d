//! Texts per language: read once for each language of the instance, diffed and stored by language.

use support::sync::case::world_of;
use support::sync::{Selection, World};
use tenon_runtime::adapter::Cause;
use tenon_runtime::sync::payload::{ImportRecord, import_job};
use tenon_runtime::value::{Key, RecordId, Stored};

/// Three views: two speak German, one no language.
async fn world() -> World {
    let world = world_of("language_texts").await;
    for (key, lang) in [
        ("10", "\"de_DE\""),
        ("2", "\"de_DE\""),
        ("3", "null"),
        ("4", "\"fr_FR\""),
    ] {
        let json = format!(r#"{{"store_id": "{key}", "name": "View {key}", "lang": {lang}}}"#);
        world.shop.has("StoreView", key, &json);
    }
    world.import("StoreView", Selection::All).await;
    world.shop.calls();
    world
}

fn tea(name: &str, rest: &str) -> String {
    format!(r#"{{"product_id": "5", "sku": "T1", "name": "{name}"{rest}}}"#)
}

/// Tea with a German name, and what French customers see of it.
fn shop_has(world: &World, german: &str, french: &str) {
    world.shop.has(
        "Product",
        "5",
        &tea("Tea", r#", "description": "hot", "seo": {"title": "t"}"#),
    );
    world.shop.has("Product", "5@2", german);
    world.shop.has("Product", "5@4", french);
}

async fn texts(world: &World) -> String {
    world.table("product per language").await
}

#[tokio::test]
async fn the_record_is_read_once_more_for_each_language() {
    let world = world().await;
    shop_has(
        &world,
        &tea(
            "Tee",
            r#", "description": "hot", "sku": "never", "seo": {"title": "Tee!", "robots": null}"#,
        ),
        &tea("Tea", r#", "description": "chaud""#),
    );
    assert_eq!(world.import_one("Product", "5").await, "Product: read 1 = 1 created\n");
    assert_eq!(
        world.shop.calls(),
        ["Product.read 5", "Product.read 5@2", "Product.read 5@4"],
        "view 2 stands for German, because 2 comes before 10"
    );
    insta::assert_snapshot!(
        "first",
        format!("{}--\n{}", world.table("product").await, texts(&world).await)
    );
    let before = world.dump().await;
    assert_eq!(
        world.import_one("Product", "5").await,
        "Product: read 1 = 1 unchanged\n"
    );
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn one_changed_text_is_an_update_of_that_text() {
    let world = world().await;
    shop_has(&world, &tea("Tee", r#", "description": "heiss""#), &tea("Thé", ""));
    world.import_one("Product", "5").await;
    shop_has(
        &world,
        &tea("Schwarztee", r#", "description": "heiss""#),
        &tea("Thé", ""),
    );
    assert_eq!(world.import_one("Product", "5").await, "Product: read 1 = 1 updated\n");
    assert_eq!(
        texts(&world).await,
        "1 de_DE name=\"Schwarztee\" description=\"heiss\" note=null\n1 fr_FR name=\"Thé\" description=null note=null\n"
    );
}

#[tokio::test]
async fn a_text_like_that_of_the_base_is_left_out() {
    let world = world().await;
    shop_has(&world, &tea("Tee", r#", "description": "hot""#), &tea("Thé", ""));
    world.import_one("Product", "5").await;
    shop_has(&world, &tea("Tea", r#", "description": "hot""#), &tea("Thé", ""));
    assert_eq!(world.import_one("Product", "5").await, "Product: read 1 = 1 updated\n");
    assert_eq!(texts(&world).await, "1 fr_FR name=\"Thé\" description=null note=null\n");
}

#[tokio::test]
async fn a_view_without_the_record_has_no_texts() {
    let world = world().await;
    shop_has(&world, &tea("Tee", ""), &tea("Thé", ""));
    world.import_one("Product", "5").await;
    world.shop.forget("Product", "5@4");
    assert_eq!(world.import_one("Product", "5").await, "Product: read 1 = 1 updated\n");
    assert_eq!(texts(&world).await, "1 de_DE name=\"Tee\" description=null note=null\n");
}

#[tokio::test]
async fn a_language_that_no_view_has_any_more_keeps_its_texts() {
    let world = world().await;
    shop_has(&world, &tea("Tee", ""), &tea("Thé", ""));
    world.import_one("Product", "5").await;
    world
        .shop
        .has("StoreView", "4", r#"{"store_id": "4", "name": "View 4", "lang": null}"#);
    world.import_one("StoreView", "4").await;
    world.shop.calls();
    assert_eq!(
        world.import_one("Product", "5").await,
        "Product: read 1 = 1 unchanged\n"
    );
    assert_eq!(world.shop.calls(), ["Product.read 5", "Product.read 5@2"]);
    assert!(texts(&world).await.contains("fr_FR name=\"Thé\""));
}

#[tokio::test]
async fn what_fails_in_one_language_fails_the_record_and_names_it() {
    let world = world().await;
    shop_has(
        &world,
        &tea("A name that is longer than its field", ""),
        &tea("Thé", ""),
    );
    let told = world
        .import_telling("Product", Selection::Id(Key("5".to_owned())))
        .await;
    insta::assert_snapshot!("too_long", told);
    shop_has(&world, &tea("Tee", ""), r#"{"product_id": "6", "name": "Another"}"#);
    let told = world
        .import_telling("Product", Selection::Id(Key("5".to_owned())))
        .await;
    insta::assert_snapshot!("another_record", told);
    let refused = Cause::Refused {
        code: 103,
        text: "no access".to_owned(),
    };
    shop_has(&world, &tea("Tee", ""), &tea("Thé", ""));
    world.shop.fails("Product.read 5@4", [refused]);
    let told = world
        .import_telling("Product", Selection::Id(Key("5".to_owned())))
        .await;
    insta::assert_snapshot!("refused", told);
    assert_eq!(world.table("product").await, "");
}

#[tokio::test]
async fn a_change_of_other_fields_asks_for_no_language() {
    let world = world().await;
    shop_has(&world, &tea("Tee", ""), &tea("Thé", ""));
    world.import_one("Product", "5").await;
    world.shop.calls();
    world.shop.has("Product", "5", &tea("Tea", "").replace("T1", "T2"));
    let product = world
        .registry
        .externals()
        .into_iter()
        .find(|external| external.name == "Product");
    for (field, calls) in [("sku", 1), ("name", 3), ("seo.title", 3)] {
        let record = ImportRecord {
            fields: Some(vec![field.to_owned()]),
            ..ImportRecord::by_key("Product", Key("5".to_owned()))
        };
        let job = product.and_then(|product| import_job(product, "shop", &record, 10, None).ok());
        world.enqueue(&job.into_iter().collect::<Vec<_>>()).await;
        world.work().await;
        assert_eq!(world.shop.calls().len(), calls, "{field}");
    }
    assert!(texts(&world).await.contains("Tee") && world.table("product").await.contains("T2"));
}

#[tokio::test]
async fn reads_fall_back_to_the_base_and_say_so() {
    let world = world().await;
    shop_has(&world, &tea("Tee", ""), &tea("Thé", ""));
    world.import_one("Product", "5").await;
    let model = world.registry.model_named("product").expect("the model");
    let fields = &["name", "description", "sku"];
    let mut said = Vec::new();
    for language in ["de_DE", "it_IT"] {
        let read = world
            .store
            .read_in(model, &[RecordId(1)], fields, language)
            .await
            .expect("a read");
        let (record, base) = read[0].clone().expect("the record");
        said.push((record.get("name").cloned(), base));
    }
    let text = |text: &str| Some(Stored::Text(text.to_owned()));
    assert_eq!(
        said,
        [
            (text("Tee"), vec!["description"]),
            (text("Tea"), vec!["name", "description"])
        ]
    );
}

#[tokio::test]
async fn trying_shows_the_texts_and_writes_none() {
    let world = world().await;
    shop_has(&world, &tea("Tee", ""), &tea("Tea", ""));
    let before = world.dump().await;
    let tried = world.try_import("Product", "5").await;
    assert_eq!(world.dump().await, before);
    insta::assert_snapshot!("tried", tried.mapped.expect("it was mapped"));
    insta::assert_snapshot!("planned", format!("{:#?}", tried.plan.writes));
}
