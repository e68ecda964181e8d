//! Are the orders inside exactly those of the demo shop's books, line by line and to the cent, however often they are imported?
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;
use support::command::{INSTANCE, Place, Said};
use tenon_mappings::demo::ledger::{Buyer, Fate, Line, Order};
use tenon_mappings::demo::{DemoShop, Running};
use tenon_mappings::demo_run::{prepare_inside, set_up_views};
use tenon_runtime::registry::Registry;
use tenon_runtime::store::RecordStore;
use tenon_runtime::store::sqlite::SqliteStore;

const BINARY: &str = env!("CARGO_BIN_EXE_connectors-under-test");
/// In the order in which they refer to each other.
const BEFORE: [&str; 7] = [
    "Website",
    "Store",
    "StoreView",
    "CustomerGroup",
    "Customer",
    "Category",
    "Product",
];

/// The demo shop, and an inside that knows all that its orders refer to.
async fn shop() -> (Running, Place) {
    let shop = DemoShop::start().await.expect("the shop starts");
    let place = Place::for_shop(BINARY, &shop.url, &shop.user, &shop.key);
    let registry = Registry::default();
    tenon_mappings::register_all(&registry);
    let store = SqliteStore::open(place.database()).expect("the store opens");
    let prepared = store.prepare(&registry.models(), &registry.externals()).await;
    prepared.expect("its tables are made");
    prepare_inside(&store, &registry).await.expect("the inside is ready");
    for external in BEFORE {
        import(&place, external).await;
        if external == "StoreView" {
            set_up_views(&store, &registry).await.expect("the views are set up");
        }
    }
    (shop, place)
}

/// Imports all records of a type; the counters by name.
async fn import(place: &Place, external: &str) -> BTreeMap<String, u64> {
    let said: Said = place
        .run_beside(&["import", INSTANCE, external, "--all", "--json"])
        .await;
    assert!(matches!(said.code, Some(0 | 3)), "{external}: {said:?}");
    let told: Value = serde_json::from_str(&said.out).expect("JSON");
    let counts = told["counts"].as_array().expect("counts");
    let own = counts
        .iter()
        .find(|count| count["external"] == external)
        .expect("its own counters");
    let own = own.as_object().expect("counters");
    own.iter()
        .filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)))
        .collect()
}

/// An order as it is inside.
#[derive(Debug, PartialEq)]
struct Kept {
    currency: String,
    payment: String,
    total: Decimal,
    tax: Decimal,
    paid: Option<Decimal>,
    lines: Vec<KeptLine>,
}

/// A line of it: what it is, and what it costs.
#[derive(Debug, PartialEq, PartialOrd, Ord, Eq)]
struct KeptLine {
    kind: String,
    sku: Option<String>,
    quantity: Decimal,
    price: Decimal,
    discount: Decimal,
    subtotal: Decimal,
    tax: Decimal,
}

/// Columns of decimals hold whole numbers of their last digit.
fn decimal(row: &rusqlite::Row<'_>, column: usize, digits: u32) -> Option<Decimal> {
    let units: Option<i64> = row.get(column).expect("a whole number or null");
    units.map(|units| Decimal::new(units, digits))
}

fn kept(place: &Place) -> BTreeMap<String, Kept> {
    let file = rusqlite::Connection::open(place.database()).expect("the database");
    let mut orders = file
        .prepare(
            "select o.name, c.name, m.name, o.amount_total, o.amount_tax, o.amount_paid from sale__order o
             left join res__currency c on c.id = o.currency_id left join account__payment__mode m on m.id = o.payment_mode_id",
        )
        .expect("the columns of orders");
    let rows = orders.query_map([], |row| {
        let order = Kept {
            currency: row.get(1)?,
            payment: row.get(2)?,
            total: decimal(row, 3, 2).expect("a total"),
            tax: decimal(row, 4, 2).expect("a tax"),
            paid: decimal(row, 5, 2),
            lines: Vec::new(),
        };
        Ok((row.get::<_, String>(0)?, order))
    });
    let rows = rows.expect("orders").collect::<Result<Vec<_>, _>>().expect("orders");
    let count = rows.len();
    let mut kept: BTreeMap<String, Kept> = rows.into_iter().collect();
    assert_eq!(kept.len(), count, "an order is there twice");
    let mut lines = file
        .prepare(
            "select o.name, l.kind, p.default_code, l.product_uom_qty, l.price_unit, l.discount, l.price_subtotal, l.tax_amount
             from sale__order__line l join sale__order o on o.id = l.order_id left join product__product p on p.id = l.product_id",
        )
        .expect("the columns of lines");
    let rows = lines.query_map([], |row| {
        let line = KeptLine {
            kind: row.get(1)?,
            sku: row.get(2)?,
            quantity: decimal(row, 3, 4).expect("a quantity"),
            price: decimal(row, 4, 4).expect("a price"),
            discount: decimal(row, 5, 2).expect("a discount"),
            subtotal: decimal(row, 6, 2).expect("a subtotal"),
            tax: decimal(row, 7, 4).expect("a tax"),
        };
        Ok((row.get::<_, String>(0)?, line))
    });
    for row in rows.expect("lines") {
        let (order, line) = row.expect("a line");
        kept.get_mut(&order).expect("its order").lines.push(line);
    }
    kept.values_mut().for_each(|order| order.lines.sort());
    kept
}

/// The same from the books.
fn in_books(order: &Order) -> Kept {
    let line = |line: &Line| KeptLine {
        kind: line.kind.to_owned(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        price: line.price,
        discount: line.discount,
        subtotal: line.subtotal,
        tax: line.tax,
    };
    let mut lines: Vec<KeptLine> = order.lines.iter().map(line).collect();
    lines.sort();
    Kept {
        currency: order.currency.clone(),
        payment: order.payment.clone(),
        total: order.total,
        tax: order.tax,
        paid: order.paid,
        lines,
    }
}

fn books(shop: &Running) -> BTreeMap<String, Kept> {
    let ledger = shop.shop.ledger();
    let imported = ledger.iter().filter(|order| order.fate == Fate::Imported);
    imported.map(|order| (order.number.clone(), in_books(order))).collect()
}

/// Order by order, so that a difference is readable.
fn assert_same(kept: &BTreeMap<String, Kept>, books: &BTreeMap<String, Kept>) {
    for (number, expected) in books {
        assert_eq!(kept.get(number), Some(expected), "order {number}");
    }
    let more: Vec<&String> = kept.keys().filter(|number| !books.contains_key(*number)).collect();
    assert_eq!(
        more,
        Vec::<&String>::new(),
        "orders that the books do not know as imported"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_the_orders_twice_and_again_after_changes_leaves_exactly_the_lines_of_the_shop() {
    let (shop, place) = shop().await;
    let first = import(&place, "Order").await;
    let imported = books(&shop);
    assert_eq!(
        (first["read"], first["created"]),
        (60, imported.len() as u64),
        "{first:?}"
    );
    assert_eq!(
        (first["skipped"], first["failed"], first["pending"]),
        (8, 3, 3),
        "{first:?}"
    );
    assert_same(&kept(&place), &imported);

    let second = import(&place, "Order").await;
    assert_eq!((second["created"], second["updated"]), (0, 0), "{second:?}");
    assert_same(&kept(&place), &imported);

    let changed = change(&shop);
    make_due(&place);
    let third = import(&place, "Order").await;
    // The edited order is new; the one that was paid belongs to the job that waited for its payment.
    assert_eq!((third["created"], third["updated"]), (1, changed), "{third:?}");
    // What is known inside follows the shop, whatever becomes of it there.
    let ledger = shop.shop.ledger();
    let now: BTreeMap<String, Kept> = ledger
        .iter()
        .filter(|order| order.fate == Fate::Imported || imported.contains_key(&order.number))
        .map(|order| (order.number.clone(), in_books(order)))
        .collect();
    assert_eq!(now.len(), imported.len() + 2);
    assert_same(&kept(&place), &now);
    states(&place);

    let fourth = import(&place, "Order").await;
    assert_eq!((fourth["created"], fourth["updated"]), (0, 0), "{fourth:?}");
    assert_same(&kept(&place), &now);
}

/// Lines are removed, added and changed, an order is canceled, one is edited, one is paid; how many known orders that changes.
fn change(shop: &Running) -> u64 {
    let shop = &shop.shop;
    let line = |number: &str, position: usize| {
        let ledger = shop.ledger();
        let order = ledger
            .iter()
            .find(|order| order.number == number)
            .expect("it is in the books");
        order.lines[position].key.clone()
    };
    // Half of a pair goes, another pair comes, a quantity changes.
    assert!(shop.remove_order_line("100000006", &line("100000006", 0)));
    assert!(shop.add_order_line("100000006", "FL-ARCO-RED", Decimal::ONE).is_some());
    assert!(shop.change_order_line("100000006", &line("100000006", 1), Decimal::from(3)));
    // A discount is spread over what is left.
    assert!(shop.remove_order_line("300000007", &line("300000007", 1)));
    // A fraction of a metre, in a view whose prices hold the tax.
    assert!(shop.change_order_line("300000001", &line("300000001", 0), Decimal::new(7500, 4)));
    assert!(shop.add_order_line("200000001", "DC-ROLF-ASH", Decimal::TWO).is_some());
    assert!(shop.cancel_order("100000003"));
    assert_eq!(shop.edit_order("200000002").as_deref(), Some("200000002-1"));
    assert!(shop.pay_order("200000007"));
    6
}

/// As if the half hours had passed for which orders wait for their payment.
fn make_due(place: &Place) {
    let file = rusqlite::Connection::open(place.database()).expect("the database");
    let made = file.execute("update job set eta = 0 where state = 1", []);
    assert_eq!(made.expect("the column of jobs"), 3);
}

/// Canceled and replaced orders stay, and say so.
fn states(place: &Place) {
    let file = rusqlite::Connection::open(place.database()).expect("the database");
    let told = |number: &str| -> (String, bool, Option<String>) {
        let found = file.query_row(
            "select o.state, o.canceled_in_backend, p.name from sale__order o left join sale__order p on p.id = o.parent_id
             where o.name = ?1",
            [number],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        );
        found.expect("an order")
    };
    assert_eq!(told("100000003"), ("cancel".to_owned(), true, None));
    assert_eq!(told("200000002"), ("cancel".to_owned(), true, None));
    assert_eq!(
        told("200000002-1"),
        ("sale".to_owned(), false, Some("200000002".to_owned()))
    );
    // Its parent was canceled before anybody imported it.
    assert_eq!(told("100000008-1"), ("sale".to_owned(), false, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_belong_to_those_who_placed_them() {
    let (shop, place) = shop().await;
    import(&place, "Order").await;
    let file = rusqlite::Connection::open(place.database()).expect("the database");
    let partner = |number: &str| -> (i64, String) {
        let found = file.query_row(
            "select p.id, coalesce(p.email, '') from sale__order o join res__partner p on p.id = o.partner_id where o.name = ?1",
            [number],
            |row| Ok((row.get(0)?, row.get(1)?)),
        );
        found.expect("an order with a partner")
    };
    for order in shop.shop.ledger() {
        if order.fate != Fate::Imported {
            continue;
        }
        if let Buyer::Guest(mail) = &order.buyer {
            assert_eq!(
                partner(&order.number).1.to_lowercase(),
                mail.to_lowercase(),
                "{}",
                order.number
            );
        }
    }
    assert_eq!(
        partner("100000010"),
        partner("100000001"),
        "a guest with the mail of a customer is that customer"
    );
    assert_eq!(
        partner("100000019"),
        partner("100000020"),
        "two guests with one mail are one partner"
    );
    let mails: i64 = file
        .query_row(
            "select count(*) - count(distinct lower(email)) from res__partner where email is not null and parent_id is null",
            [],
            |row| row.get(0),
        )
        .expect("a count");
    assert_eq!(mails, 0, "partners with one mail");
}
