//! What an export joins, what its elements read of the record around them, and what they say of it.

use serde_json::{Value, json};
use support::export::{ExportSelection, Outward, answer, outward};
use support::fake::Recorded;
use tenon_runtime::value::{RecordId, Stored};

use super::{amount, text};

fn line(title: &str, amount: &str, rest: Value) -> Value {
    let mut line = json!({ "title": title, "price": { "amount": amount, "currency": "EUR" }, "parts": [] });
    for (name, value) in rest.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

fn sent(number: &str, rest: Value) -> Recorded {
    let mut record = json!({ "number": number });
    for (name, value) in rest.as_object().unwrap() {
        record[name] = value.clone();
    }
    answer("order.create", json!([number, record]), json!(number))
}

fn place(number: &str, city: &str) -> Recorded {
    let shop = json!({ "number": number, "city": "Shop", "is_shop": true });
    let own = json!({ "number": number, "city": city, "is_shop": false });
    answer("place.list", json!([number]), json!([shop, own]))
}

/// An order of these lines: name, kind, price, stock.
async fn order(world: &Outward, name: &str, lines: &[(&str, &str, &str, i64)]) -> (RecordId, Vec<RecordId>) {
    let order = world
        .has("sale.order", &[("name", text(name)), ("currency", text("EUR"))])
        .await;
    let mut made = Vec::new();
    for (name, kind, price, stock) in lines {
        let values = [
            ("order_id", Stored::Ref(order)),
            ("name", text(name)),
            ("kind", text(kind)),
            ("price", amount(price)),
            ("stock", Stored::Int(*stock)),
        ];
        made.push(world.has("sale.order.line", &values).await);
    }
    (order, made)
}

#[tokio::test]
async fn elements_read_the_record_around_them_and_joins_give_what_lists_and_the_other_side_hold() {
    let ring = line(
        "Ring of S1",
        "10",
        json!({ "parts": [{ "name": "Stone", "of": "Ring" }] }),
    );
    let bag = line(
        "Bag of S1",
        "5",
        json!({ "price": { "amount": "5", "currency": "EUR", "net": "2.5" } }),
    );
    let first = json!({ "shipping": "4", "city": "Bonn", "lines": [ring, bag] });
    let changed = answer("order.update", json!(["S1", { "shipping": "4.5" }]), json!(true));
    let world = outward("export_around", vec![sent("S1", first), place("S1", "Bonn"), changed]).await;
    let lines = [
        ("Ring", "article", "10.00", 3),
        ("Bag", "gift", "5.00", 3),
        ("Card", "gift", "0.00", 0),
        ("Post", "shipping", "4.00", 1),
    ];
    let (order, lines) = order(&world, "S1", &lines).await;
    let part = [("line_id", Stored::Ref(lines[0])), ("name", text("Stone"))];
    world.has("sale.line.part", &part).await;
    assert_eq!(world.export("Order", order).await, "1 created\n", "{:?}", world.asked());
    assert_eq!(
        world.export("Order", order).await,
        "1 unchanged\n",
        "{:?}",
        world.asked()
    );

    world
        .changes("sale.order.line", lines[3], &[("price", amount("4.50"))])
        .await;
    let changed = ExportSelection::Changed(order, vec!["lines".to_owned()]);
    assert_eq!(
        world.export_these("Order", changed).await,
        "1 updated\n",
        "{:?}",
        world.asked()
    );
}

#[tokio::test]
async fn a_check_of_an_element_fails_the_record_and_names_each_one() {
    let world = outward("export_around", vec![place("S2", "Bonn")]).await;
    let lines = [
        ("A", "article", "-1.00", 1),
        ("B", "article", "2.00", 1),
        ("C", "article", "-3.00", 1),
    ];
    let (order, lines) = order(&world, "S2", &lines).await;
    let part = [("line_id", Stored::Ref(lines[1])), ("name", text(""))];
    world.has("sale.line.part", &part).await;
    assert_eq!(
        world.export("Order", order).await,
        "1 failed\n1: around.tenon:76 B has a part without a name\naround.tenon:65 S2: A costs -1.00\nS2: C costs -3.00\n"
    );
}

#[tokio::test]
async fn a_check_that_warns_sends_and_leaves_a_checkpoint() {
    let name = "A name that is far too long for a title";
    let first = json!({ "city": "Bonn", "lines": [line(&format!("{name} of S3"), "1", json!({}))] });
    let world = outward("export_around", vec![place("S3", "Bonn"), sent("S3", first)]).await;
    let (order, _) = order(&world, "S3", &[(name, "article", "1.00", 1)]).await;
    assert_eq!(world.export("Order", order).await, "1 created\n", "{:?}", world.asked());
    let told = world.stored("select reason from checkpoint");
    let expected = "around.tenon:66 S3: the title of A name that is far too long for a title is long";
    assert_eq!(told, [expected]);
}

#[tokio::test]
async fn an_element_that_waits_makes_the_record_wait() {
    let world = outward("export_around", vec![place("S4", "Bonn")]).await;
    let (order, _) = order(
        &world,
        "S4",
        &[
            ("A", "article", "1.00", 1),
            ("B", "gift", "0.00", 0),
            ("C", "article", "1.00", 0),
        ],
    )
    .await;
    let run = world.start("Order", ExportSelection::Id(order)).await;
    world.work().await;
    assert_eq!(world.ends(run).await, "1 pending\n");
    assert_eq!(world.waiting(run).await, ["C is out of stock"]);
    assert_eq!(world.times("order.create"), 0);
}

#[tokio::test]
async fn a_path_leads_as_far_as_it_says() {
    let sent = json!([{ "name": "house", "root": "World", "below": ["county", "Kent", "Essex"] }]);
    let world = outward("export_far_paths", vec![answer("place.create", sent, json!(7))]).await;
    let mut above: Option<RecordId> = None;
    let mut countries = None;
    for name in ["World", "country", "county", "town", "street", "house"] {
        let mut values = vec![("name", text(name))];
        values.extend(above.map(|id| ("parent_id", Stored::Ref(id))));
        above = Some(world.has("res.place", &values).await);
        countries = countries.or((name == "country").then_some(above).flatten());
    }
    for name in ["Kent", "Essex"] {
        let values = [("name", text(name)), ("parent_id", Stored::Ref(countries.unwrap()))];
        world.has("res.place", &values).await;
    }
    let said = world.export("Place", above.unwrap()).await;
    assert_eq!(said, "1 created\n", "{:?}", world.asked());
}
