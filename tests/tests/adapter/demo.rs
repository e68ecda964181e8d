//! The demo shop, asked through the adapter.

use serde_json::{Value, json};
use support::fake::client::{Client, Tuning};
use tenon_mappings::demo::{DemoShop, Running};

async fn shop() -> (Running, Client) {
    let running = DemoShop::start().await.unwrap();
    let client = Client::tuned(&Tuning::at(&running.url, &running.user, &running.key)).unwrap();
    (running, client)
}

async fn ask(client: &Client, method: &'static str, args: Value) -> Value {
    let answer = client.raw(method, &args).await;
    serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{method}: {answer}"))
}

fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["customer_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn it_holds_what_it_says() {
    let (running, client) = shop().await;
    let counts = [
        ("Website", 3),
        ("Store", 3),
        ("StoreView", 4),
        ("CustomerGroup", 4),
        ("Customer", 60),
        ("Category", 15),
        ("Product", 120),
        ("Order", 60),
    ];
    assert_eq!(running.shop.counts(), counts);
    assert_eq!(
        ask(&client, "ol_websites.search", json!([{}])).await,
        json!(["0", "1", "2"])
    );
    assert_eq!(
        ask(&client, "ol_groups.search", json!([])).await,
        json!(["0", "1", "2"])
    );
    assert_eq!(
        ask(&client, "ol_storeviews.search", json!([])).await,
        json!(["0", "1", "2", "3"])
    );
    assert_eq!(
        ask(&client, "ol_customer_groups.list", json!([])).await[0]["customer_group_code"],
        "NOT LOGGED IN"
    );
    assert_eq!(ids(&ask(&client, "customer.list", json!([])).await).len(), 60);
}

#[tokio::test]
async fn every_record_can_be_read_and_refers_to_records_that_exist() {
    let (_running, client) = shop().await;
    let (mut companies, mut persons, mut lonely, mut strays) = (0, 0, 0, Vec::new());
    for id in 1..=60 {
        let customer = ask(&client, "customer.info", json!([id])).await;
        for (method, field) in [
            ("ol_websites.info", "website_id"),
            ("ol_storeviews.info", "store_id"),
            ("ol_customer_groups.info", "group_id"),
        ] {
            if client
                .raw(method, &json!([customer[field]]))
                .await
                .starts_with("not_found")
            {
                strays.push(format!("{id}.{field}"));
            }
        }
        let book = ask(
            &client,
            "customer_address.list",
            json!([{ "customer_id": { "eq": id } }]),
        )
        .await;
        let book = book.as_array().unwrap();
        let billing = book.iter().find(|address| address["is_default_billing"] == true);
        match billing.map(|address| address["company"].as_str().unwrap_or_default()) {
            Some("") => persons += 1,
            Some(_) => companies += 1,
            None => lonely += 1,
        }
        assert!(book.iter().all(|address| address.get("customer_id").is_none()));
    }
    assert_eq!(strays, ["42.group_id"]);
    assert_eq!((companies, persons, lonely), (21, 27, 12));
    assert_eq!(
        ask(&client, "customer.info", json!(["54"])).await["dob"],
        "31. Februar 1980"
    );
}

#[tokio::test]
async fn filters_choose_and_changes_show() {
    let (running, client) = shop().await;
    let since = json!([{ "updated_at": { "from": "2026-07-01 00:00:00" } }]);
    assert_eq!(ask(&client, "customer.list", since.clone()).await, json!([]));
    assert!(running.shop.change_customer("7", &[("lastname", json!("Sato"))]));
    let address = running
        .shop
        .add_address("9", &[("city", json!("Troy")), ("street", json!("1\n2\n3"))])
        .unwrap();
    assert_eq!(ids(&ask(&client, "customer.list", since.clone()).await), ["7", "9"]);
    assert_eq!(ask(&client, "customer.info", json!(["7"])).await["lastname"], "Sato");
    assert!(running.shop.change_address(&address, &[("city", json!("Utica"))]));
    assert_eq!(
        ask(&client, "customer_address.info", json!([address])).await["city"],
        "Utica"
    );
    assert!(running.shop.remove_address(&address));
    assert!(!running.shop.remove_address(&address));
    assert!(running.shop.remove_customer("7"));
    assert!(!running.shop.change_customer("7", &[]));
    assert_eq!(running.shop.counts()[4], ("Customer", 59));
    assert!(
        client
            .raw("customer.info", &json!(["7"]))
            .await
            .contains("there is no such record: Customer not exists.")
    );
    assert!(
        client
            .raw("customer_address.list", &json!([7]))
            .await
            .starts_with("not_found")
    );
    assert_eq!(ids(&ask(&client, "customer.list", since).await), ["9"]);
}

#[tokio::test]
async fn it_refuses_like_the_real_one() {
    let (running, client) = shop().await;
    assert!(
        client
            .raw("customer.list", &json!([{ "email": { "like": "%" } }]))
            .await
            .contains("code 101")
    );
    assert!(
        client
            .raw("customer.create", &json!([{}]))
            .await
            .contains("code 3: Invalid api path.")
    );
    assert!(client.raw("customer.info", &json!([])).await.contains("code 6"));
    let stranger = Client::tuned(&Tuning::at(&running.url, &running.user, "guess")).unwrap();
    assert!(stranger.read("1").await.starts_with("auth"));
}
