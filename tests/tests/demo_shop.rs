//! Is what the demo shop answers consistent in itself and with its books, before anybody imports it?
#![expect(clippy::expect_used, clippy::panic, reason = "what fails here is a failed test")]

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use support::fake::client::{Client, Tuning};
use tenon_mappings::demo::ledger::{Buyer, Fate, Line, Order};
use tenon_mappings::demo::{DemoShop, Running};

struct Shop {
    running: Running,
    client: Client,
}

async fn shop() -> Shop {
    let running = DemoShop::start().await.expect("the shop starts");
    let tuning = Tuning::at(&running.url, &running.user, &running.key);
    let client = Client::tuned(&tuning).expect("a client");
    Shop { running, client }
}

impl Shop {
    async fn ask(&self, method: &'static str, args: Value) -> Value {
        let answer = self.client.raw(method, &args).await;
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{method}{args}: {answer}"))
    }

    async fn order(&self, number: &str) -> Value {
        self.ask("sales_order.info", json!([number])).await
    }

    fn books(&self, number: &str) -> Order {
        let mut ledger = self.running.shop.ledger().into_iter();
        ledger.find(|order| order.number == number).expect("it is in the books")
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Amounts come as texts of four digits, or as null.
fn amount(row: &Value, field: &str) -> Decimal {
    match row.get(field) {
        None | Some(Value::Null) => Decimal::ZERO,
        Some(Value::String(text)) => {
            let digits = text.split('.').nth(1).map_or(0, str::len);
            assert_eq!(digits, 4, "{field}: {text}");
            text.parse().expect("an amount")
        }
        Some(other) => panic!("{field}: {other} is no text"),
    }
}

fn sum_of(items: &[Value], field: &str) -> Decimal {
    items.iter().map(|item| amount(item, field)).sum()
}

fn cents(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// The German and the French view tell prices with tax.
fn is_with_tax(order: &Value) -> bool {
    order["store_id"] != "1"
}

#[tokio::test]
async fn every_order_adds_up_in_all_its_digits() {
    let shop = shop().await;
    let numbers = shop.ask("sales_order.search", json!([{ "imported": false }])).await;
    assert_eq!(list(&numbers).len(), 60);
    let mut halves_of_a_cent = 0;
    for number in list(&numbers) {
        let order = shop.order(number.as_str().expect("a text")).await;
        let items = list(&order["items"]);
        for (total, of_items) in [
            ("subtotal", "row_total"),
            ("subtotal_incl_tax", "row_total_incl_tax"),
            ("hidden_tax_amount", "hidden_tax_amount"),
        ] {
            assert_eq!(amount(&order, total), sum_of(items, of_items), "{number} {total}");
        }
        assert_eq!(
            amount(&order, "discount_amount"),
            -sum_of(items, "discount_amount"),
            "{number}"
        );
        let tax =
            sum_of(items, "tax_amount") + amount(&order, "shipping_tax_amount") + amount(&order, "cod_tax_amount");
        assert_eq!(amount(&order, "tax_amount"), tax, "{number}");
        let added = [
            "subtotal",
            "shipping_amount",
            "cod_fee",
            "tax_amount",
            "hidden_tax_amount",
            "discount_amount",
        ];
        let sum: Decimal = added.iter().map(|field| amount(&order, field)).sum();
        let grand_total = amount(&order, "grand_total");
        let gift = amount(&order, "gift_cards_amount") + amount(&order, "gift_cert_amount");
        assert_eq!(grand_total, sum - gift, "{number}");
        assert!(grand_total >= Decimal::ZERO, "{number}");
        let shipping = amount(&order, "shipping_amount") + amount(&order, "shipping_tax_amount");
        assert_eq!(amount(&order, "shipping_incl_tax"), shipping, "{number}");
        let rate = amount(&order, "base_to_order_rate");
        let in_books = amount(&order, "base_grand_total") * rate;
        assert!((in_books - grand_total).abs() <= rate * Decimal::new(5, 5), "{number}");
        halves_of_a_cent += u32::from(cents(grand_total) != grand_total);
        for item in items {
            row_adds_up(&order, item);
        }
    }
    assert!(halves_of_a_cent > 20, "rounding matters: {halves_of_a_cent}");
}

fn row_adds_up(order: &Value, item: &Value) {
    let number = &order["increment_id"];
    let quantity = amount(item, "qty_ordered");
    let (row, priced) = if is_with_tax(order) {
        ("row_total_incl_tax", "price_incl_tax")
    } else {
        ("row_total", "price")
    };
    assert_eq!(amount(item, row), quantity * amount(item, priced), "{number}: {item}");
    let left = amount(item, row) - amount(item, "discount_amount");
    let paid = amount(item, "row_total") + amount(item, "tax_amount") + amount(item, "hidden_tax_amount")
        - amount(item, "discount_amount");
    if is_with_tax(order) {
        assert_eq!(paid, left, "{number}: {item}");
    } else {
        let tax = left * amount(item, "tax_percent") / Decimal::ONE_HUNDRED;
        assert!(
            (amount(item, "tax_amount") - tax).abs() <= Decimal::new(5, 5),
            "{number}: {item}"
        );
    }
    assert_eq!(item["order_id"], order["order_id"]);
    if !item["parent_item_id"].is_null() {
        assert_eq!(amount(item, row), Decimal::ZERO);
        let items = list(&order["items"]);
        let parent = items.iter().find(|parent| parent["item_id"] == item["parent_item_id"]);
        let parent = parent.expect("its first half");
        assert_eq!(
            (&parent["product_type"], &parent["sku"]),
            (&json!("configurable"), &item["sku"])
        );
        assert_eq!(parent["qty_ordered"], item["qty_ordered"]);
    }
}

#[tokio::test]
async fn the_books_say_the_same_in_their_own_way() {
    let shop = shop().await;
    let mut fates: BTreeMap<&str, u32> = BTreeMap::new();
    for books in shop.running.shop.ledger() {
        let number = &books.number;
        let order = shop.order(number).await;
        assert_eq!(books.total, cents(amount(&order, "grand_total")), "{number}");
        assert_eq!(books.tax, cents(amount(&order, "tax_amount")), "{number}");
        assert_eq!(order["order_currency_code"], books.currency);
        assert_eq!(order["created_at"], books.at);
        assert_eq!(order["payment"]["method"], books.payment);
        match &books.buyer {
            Buyer::Customer(id) => assert_eq!(order["customer_id"], id.as_str()),
            Buyer::Guest(mail) => assert_eq!(
                (&order["customer_id"], &order["customer_email"]),
                (&Value::Null, &json!(mail))
            ),
        }
        let sold = list(&order["items"])
            .iter()
            .filter(|item| item["parent_item_id"].is_null());
        let articles: Vec<&Line> = books.lines.iter().filter(|line| line.kind == "article").collect();
        assert_eq!(sold.count(), articles.len(), "{number}");
        // What the lines cost after their discounts is what the customer pays; in the English view tax is added to it.
        let lines: Decimal = books.lines.iter().map(net).sum();
        let added = if is_with_tax(&order) {
            Decimal::ZERO
        } else {
            amount(&order, "tax_amount")
        };
        let off = (lines + added - amount(&order, "grand_total")).abs();
        // A discount of two digits after the point moves a line of 10 000 by half a unit at most.
        let allowed: Decimal = articles.iter().map(|line| line.price * line.quantity).sum();
        assert!(
            off <= allowed * Decimal::new(5, 5),
            "{number}: {lines} + {added}, off by {off}"
        );
        *fates.entry(fate(&books.fate)).or_default() += 1;
    }
    let counted: Vec<(&str, u32)> = fates.into_iter().collect();
    assert_eq!(counted, [("broken", 3), ("imported", 46), ("skipped", 8), ("waits", 3)]);
}

fn net(line: &Line) -> Decimal {
    line.price * line.quantity * (Decimal::ONE_HUNDRED - line.discount) / Decimal::ONE_HUNDRED
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::Imported => "imported",
        Fate::Skipped => "skipped",
        Fate::Waits => "waits",
        Fate::Broken(_) => "broken",
    }
}

#[tokio::test]
async fn orders_name_customers_articles_and_orders_that_exist() {
    let shop = shop().await;
    let mut strays = Vec::new();
    for books in shop.running.shop.ledger() {
        let order = shop.order(&books.number).await;
        if let Some(id) = order["customer_id"].as_str() {
            let customer = shop.ask("customer.info", json!([id])).await;
            assert_eq!(customer["email"], order["customer_email"]);
        }
        let mut asked = vec![("ol_storeviews.info", json!([order["store_id"]]))];
        for item in list(&order["items"]) {
            asked.push(("ol_catalog_product.info", json!([item["product_id"], null, null, "id"])));
        }
        if let Some(parent) = order["relation_parent_real_id"].as_str() {
            asked.push(("sales_order.info", json!([parent])));
            let named = shop.ask("sales_order.get_parent", json!([books.number])).await;
            assert_eq!(named, parent);
        }
        for (method, args) in asked {
            let answer = shop.client.raw(method, &args).await;
            if serde_json::from_str::<Value>(&answer).is_err() {
                strays.push(format!("{} {method} {args}", books.number));
            }
        }
        let is_virtual = order["is_virtual"] == "1";
        assert_eq!(order["shipping_address"] == json!([]), is_virtual, "{}", books.number);
        assert!(order["billing_address"]["address_id"].is_string());
        assert!(!list(&order["status_history"]).is_empty());
    }
    assert_eq!(strays, ["200000014 ol_catalog_product.info [null,null,null,\"id\"]"]);
}

#[tokio::test]
async fn the_catalog_is_a_tree_with_products_on_its_shelves() {
    let shop = shop().await;
    let tree = shop.ask("catalog_category.tree", json!([])).await;
    let mut shelves = Vec::new();
    walk(&tree, 0, &mut shelves);
    assert_eq!(shelves.len(), 15);
    assert_eq!(shelves.iter().map(|(_, level)| *level).max(), Some(4));
    for (id, level) in &shelves {
        let category = shop.ask("catalog_category.info", json!([id])).await;
        assert_eq!(category["level"], level.to_string());
        assert_eq!(
            list(&json!(
                category["path"]
                    .as_str()
                    .expect("a path")
                    .split('/')
                    .collect::<Vec<_>>()
            ))
            .len(),
            level + 1
        );
    }
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    let products = shop.ask("catalog_product.list", json!([{}])).await;
    for listed in list(&products) {
        let product = shop
            .ask(
                "ol_catalog_product.info",
                json!([listed["product_id"], null, null, "id"]),
            )
            .await;
        let kind = product["type_id"].as_str().expect("a kind").to_owned();
        assert_eq!((&product["sku"], &product["type"]), (&listed["sku"], &listed["type"]));
        assert_eq!(
            product.get("weight").is_none(),
            matches!(kind.as_str(), "virtual" | "downloadable" | "grouped")
        );
        for category in list(&product["categories"]) {
            assert!(shelves.iter().any(|(id, _)| id == category), "{product}");
        }
        let pictures = shop
            .ask("product_media.list", json!([listed["product_id"], null, "id"]))
            .await;
        let main = list(&pictures)
            .iter()
            .filter(|picture| list(&picture["types"]).contains(&json!("image")));
        assert_eq!(main.count(), usize::from(!list(&pictures).is_empty()));
        *kinds.entry(kind).or_default() += 1;
    }
    let counted: Vec<(&str, u32)> = kinds.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    let expected = [
        ("configurable", 12),
        ("downloadable", 1),
        ("grouped", 1),
        ("simple", 94),
        ("virtual", 12),
    ];
    assert_eq!(counted, expected);
}

fn walk(category: &Value, level: usize, shelves: &mut Vec<(Value, usize)>) {
    assert_eq!(category["level"], level.to_string());
    shelves.push((category["category_id"].clone(), level));
    for child in list(&category["children"]) {
        assert_eq!(child["parent_id"], category["category_id"]);
        walk(child, level + 1, shelves);
    }
}

#[tokio::test]
async fn texts_are_those_of_the_view_that_is_asked_for() {
    let shop = shop().await;
    let named = async |view: Value, id: &str| {
        let product = shop.ask("ol_catalog_product.info", json!([id, view, null, "id"])).await;
        product["name"].as_str().expect("a name").to_owned()
    };
    assert_eq!(named(Value::Null, "1").await, "Table lamp Aalto");
    assert_eq!(named(json!("2"), "1").await, "Tischleuchte Aalto");
    assert_eq!(named(json!("fr"), "1").await, "Table lamp Aalto");
    let notebook = shop
        .ask("ol_catalog_product.search", json!([{ "sku": { "eq": "PA-A5" } }]))
        .await;
    assert_eq!(
        named(json!("3"), notebook[0].as_str().expect("its key")).await,
        "Carnet A5, uni"
    );
    let category = shop.ask("catalog_category.info", json!(["14", "3"])).await;
    assert_eq!(
        (&category["name"], &category["parent_id"]),
        (&json!("Tapis"), &json!(3))
    );
    let unknown = shop.client.raw("catalog_category.info", &json!(["14", "9"])).await;
    assert!(unknown.contains("Requested store view not found."), "{unknown}");
}

#[tokio::test]
async fn changes_to_orders_show_in_answers_and_books() {
    let shop = shop().await;
    let since = json!([{ "updated_at": { "from": "2026-07-01 00:00:00" }, "store_id": { "in": ["1"] } }]);
    let changed = async || {
        shop.ask(
            "sales_order.search",
            json!([{ "filters": since[0], "imported": false }]),
        )
        .await
    };
    assert_eq!(changed().await, json!([]));
    let number = "100000001";
    let before = shop.books(number);
    let first = before.lines.first().expect("a line").key.clone();
    assert!(shop.running.shop.change_order_line(number, &first, Decimal::from(5)));
    let added = shop
        .running
        .shop
        .add_order_line(number, "TL-LUNA-RED", Decimal::ONE)
        .expect("it is added");
    assert!(shop.running.shop.remove_order_line(number, &before.lines[1].key));
    assert!(!shop.running.shop.remove_order_line(number, &before.lines[1].key));
    let after = shop.books(number);
    let keys: Vec<&str> = after.lines.iter().map(|line| line.key.as_str()).collect();
    assert_eq!(keys, [first.as_str(), added.as_str(), "shipping"]);
    let order = shop.order(number).await;
    assert_eq!(list(&order["items"]).len(), 3, "a configured article comes as a pair");
    assert_eq!(cents(amount(&order, "grand_total")), after.total);
    assert_eq!(changed().await, json!([number]));

    let edited = shop.running.shop.edit_order("100000002").expect("it is edited");
    assert_eq!(edited, "100000002-1");
    let new = shop.order(&edited).await;
    assert_eq!(
        (&new["relation_parent_real_id"], &new["edit_increment"]),
        (&json!("100000002"), &json!("1"))
    );
    let old = shop.order("100000002").await;
    assert_eq!(
        (&old["state"], &old["relation_child_real_id"]),
        (&json!("canceled"), &json!(edited))
    );
    assert_eq!(shop.running.shop.edit_order(&edited).as_deref(), Some("100000002-2"));
    assert!(shop.running.shop.pay_order("200000007"));
    assert_eq!(shop.books("200000007").fate, Fate::Imported);
    assert!(!shop.running.shop.cancel_order("999"));
}
