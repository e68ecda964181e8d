//! Records for the workloads, made up from a seed: every field in every form that its declaration admits.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// A record that the tests know by heart.
pub fn known(workload: &str) -> String {
    let mut rng = Rng::with_seed(1);
    match workload {
        "order" => {
            let mut order = order(&mut rng);
            order.insert("increment_id".to_owned(), json!("7"));
            Value::Object(order).to_string()
        }
        "delta" => json!({ "record": lovelace(&mut rng), "changed": ["email", "lastname", "nobody"] }).to_string(),
        _ => Value::Object(lovelace(&mut rng)).to_string(),
    }
}

/// A record of a seed.
pub fn record(workload: &str, seed: u64) -> String {
    let rng = &mut Rng::with_seed(seed);
    let record = match workload {
        "order" => order(rng),
        "delta" => {
            let record = customer(rng);
            let names: Vec<&String> = record.keys().collect();
            let changed: Vec<&String> = (0..rng.usize(0..4)).map(|_| names[rng.usize(0..names.len())]).collect();
            let changed = json!(changed);
            Map::from_iter([
                ("changed".to_owned(), changed),
                ("record".to_owned(), Value::Object(record)),
            ])
        }
        _ => customer(rng),
    };
    Value::Object(record).to_string()
}

fn lovelace(rng: &mut Rng) -> Map<String, Value> {
    let mut record = customer(rng);
    for (name, value) in [
        ("firstname", "Ada"),
        ("lastname", "Lovelace"),
        ("email", "ada@x.org"),
        ("city", "Rome"),
        ("credit_limit", "12.5000"),
    ] {
        record.insert(name.to_owned(), json!(value));
    }
    record
}

fn customer(rng: &mut Rng) -> Map<String, Value> {
    let day = format!("{:02}/{:02}/{}", rng.u8(1..29), rng.u8(1..13), rng.u16(1900..2020));
    let record = json!({
        "customer_id": rng.u32(..).to_string(),
        "website_id": rng.u8(..),
        "group_id": rng.u8(0..6).to_string(),
        "prefix": maybe(rng, &["Mr.", "Mrs.", "Ms.", "Dr.", "Sir"]),
        "firstname": text(rng),
        "middlename": null_or(rng, text),
        "lastname": text(rng),
        "email": email(rng),
        "dob": null_or(rng, |_| day),
        "taxvat": null_or(rng, text),
        "is_active": one_of(rng, &["0", "1"]),
        "created_at": instant(rng),
        "created_in": maybe(rng, &["English", "French", "German", "Shop"]),
        "telephone": text(rng),
        "company": null_or(rng, text),
        "street": text(rng),
        "city": text(rng),
        "postcode": rng.u32(1000..99999).to_string(),
        "country_id": one_of(rng, &["BE", "RO", "CH", "XX", ""]),
        "is_subscribed": rng.bool(),
        "credit_limit": amount(rng),
        "note": null_or(rng, text),
        "nested": { "unread": [1, 2.5e300, { "deep": "x\ny" }, null, []] },
    });
    shuffled_now_and_then(rng, record)
}

fn order(rng: &mut Rng) -> Map<String, Value> {
    let items: Vec<Value> = (0..rng.usize(0..8)).map(|number| item(rng, number)).collect();
    let notes: Vec<Value> = (0..rng.usize(0..4))
        .map(|_| json!({ "comment": null_or(rng, text), "by": 1 }))
        .collect();
    let shipping = rng.bool().then(|| address(rng));
    let record = json!({
        "entity_id": rng.i64(0..1 << 53),
        "increment_id": rng.u32(..).to_string(),
        "status": one_of(rng, &["new", "pending", "processing", "complete", "canceled", "holded", "fraud"]),
        "created_at": "2020-06-01 12:30:00",
        "customer_email": email(rng),
        "customer_firstname": text(rng),
        "customer_lastname": text(rng),
        "customer_is_guest": one_of(rng, &["0", "1"]),
        "customer_note": null_or(rng, text),
        "coupon_code": null_or(rng, text),
        "order_currency_code": "EUR",
        "grand_total": amount(rng),
        "shipping_amount": amount(rng),
        "shipping_method": one_of(rng, &["flatrate_flatrate", "tablerate_bestway", "ups_GND", "dhl_express", "x"]),
        "billing_address": address(rng),
        "shipping_address": shipping,
        "payment": { "cc_last4": null_or(rng, text), "method": one_of(rng, &["checkmo", "ccsave", "free"]) },
        "items": items,
        "status_history": notes,
    });
    shuffled_now_and_then(rng, record)
}

fn address(rng: &mut Rng) -> Value {
    json!({
        "firstname": text(rng),
        "lastname": text(rng),
        "company": null_or(rng, text),
        "street": format!("{}{}", text(rng), one_of(rng, &["", "\nBox 7", "\n\n2\n"])),
        "city": text(rng),
        "region": maybe(rng, &["Ohio", "Quebec", "Brabant"]),
        "postcode": "1000",
        "country_id": one_of(rng, &["US", "CA", "BE"]),
        "telephone": null_or(rng, text),
        "email": null_or(rng, email),
    })
}

fn item(rng: &mut Rng, number: usize) -> Value {
    let item = json!({
        "item_id": number * 3 + 1,
        "product_id": rng.u32(..),
        "product_type": one_of(rng, &["simple", "configurable", "virtual"]),
        "sku": text(rng),
        "name": text(rng),
        "qty_ordered": one_of(rng, &["1.0000", "2.5", "0", "12"]),
        "price": amount(rng),
        "tax_percent": one_of(rng, &["21.0000", "12", "6.0", "0.0000", "19.5"]),
        "discount_amount": one_of(rng, &["0.0000", "0.0050", "1.2345", "7"]),
    });
    Value::Object(shuffled_now_and_then(rng, item))
}

fn shuffled_now_and_then(rng: &mut Rng, record: Value) -> Map<String, Value> {
    let Value::Object(record) = record else {
        return Map::new();
    };
    let mut fields: Vec<(String, Value)> = record.into_iter().collect();
    if rng.u8(0..3) == 0 {
        rng.shuffle(&mut fields);
    }
    fields.into_iter().collect()
}

fn amount(rng: &mut Rng) -> String {
    let digits = rng.usize(0..5);
    let fraction: String = (0..digits).map(|_| char::from(rng.u8(b'0'..=b'9'))).collect();
    let whole = rng.u32(0..100_000);
    let sign = if rng.u8(0..9) == 0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

fn instant(rng: &mut Rng) -> String {
    let (year, month, day) = (rng.u16(1970..2100), rng.u8(1..13), rng.u8(1..29));
    let (hour, minute, second) = (rng.u8(0..24), rng.u8(0..60), rng.u8(0..60));
    let zone = one_of(rng, &["", "Z", "+02:00", "-05:30"]);
    let fraction = one_of(rng, &["", "", ".5", ".123456789"]);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}")
}

fn email(rng: &mut Rng) -> String {
    format!(
        "{}@{}",
        one_of(rng, &["ada", "Ada.L", "ÀDA"]),
        one_of(rng, &["x.org", "Example.COM"])
    )
}

/// A text with what JSON must escape, and what UTF-8 spells in several bytes.
fn text(rng: &mut Rng) -> String {
    const PARTS: &[&str] = &[
        "a",
        "Rue",
        "7",
        " ",
        "\"",
        "\\",
        "é",
        "字",
        "😀",
        "\n",
        "\t",
        "\u{1}",
        "/",
        "&",
        "longer than eight",
    ];
    (0..rng.usize(0..6)).map(|_| one_of(rng, PARTS)).collect()
}

fn null_or(rng: &mut Rng, make: impl FnOnce(&mut Rng) -> String) -> Value {
    if rng.u8(0..3) == 0 {
        Value::Null
    } else {
        Value::String(make(rng))
    }
}

fn maybe(rng: &mut Rng, words: &[&'static str]) -> Value {
    if rng.u8(0..3) == 0 {
        Value::Null
    } else {
        json!(one_of(rng, words))
    }
}

fn one_of(rng: &mut Rng, words: &[&'static str]) -> &'static str {
    words.get(rng.usize(0..words.len())).copied().unwrap_or_default()
}
