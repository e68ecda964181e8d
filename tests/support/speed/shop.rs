//! A shop that makes its records when it is asked for them. It keeps nothing but two numbers, so that the memory that is
//! measured is that of the import; the answer to a list is handed over, as that of a real adapter is.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Mutex;

use async_trait::async_trait;
use fastrand::Rng;
use tenon_runtime::adapter::{Adapter, AdapterError, Call, Cause, Payload};
use tenon_runtime::connector::Operation;

/// How many records of the types that orders refer to.
const VIEWS: u64 = 4;
const CUSTOMERS: u64 = 2_000;
const PRODUCTS: u64 = 500;
/// What orders are paid and sent with; the inside has them.
pub(super) const CURRENCIES: [&str; 3] = ["EUR", "CHF", "GBP"];
/// Compared without case.
pub(super) const PAYMENTS: [&str; 5] = ["Checkmo", "PayPal", "BankTransfer", "CreditCard", "Invoice"];
/// The inside has all of them.
pub(super) const CARRIERS: [&str; 4] = ["flatrate_flatrate", "dhl_express", "ups_ground", "pickup_store"];
const STATES: [&str; 6] = ["new", "pending_payment", "processing", "complete", "closed", "holded"];
const WORDS: [&str; 8] = [
    "Shirt",
    "Hose",
    "Größe M",
    "Tasse \"Ada\"",
    "Mug",
    "Lampe",
    "Stuhl",
    "Poster",
];

/// The shop.
#[derive(Debug, Default)]
pub(super) struct OrderShop {
    orders: Mutex<Range<u64>>,
}

impl OrderShop {
    /// The orders that its list holds from now on.
    pub(super) fn offers(&self, orders: Range<u64>) {
        *self.orders.lock().unwrap() = orders;
    }
}

#[async_trait]
impl Adapter for OrderShop {
    async fn call(&self, operation: &'static Operation, call: Call) -> Result<Payload, AdapterError> {
        let one = record_of(call.external.name);
        if let Some(key) = call.id {
            let number = key.0.trim_start_matches('A').parse();
            return number
                .map(|number| Payload(record(one, number).into_bytes()))
                .map_err(|_| AdapterError {
                    instance: "shop".to_owned(),
                    operation: operation.name.to_owned(),
                    cause: Cause::NotFound { text: key.0 },
                });
        }
        let numbers = match one {
            Record::View => 1..VIEWS + 1,
            Record::Customer => 1..CUSTOMERS + 1,
            Record::Product => 1..PRODUCTS + 1,
            Record::Order => self.orders.lock().unwrap().clone(),
        };
        let mut list = String::from("[");
        for number in numbers {
            if list.len() > 1 {
                list.push(',');
            }
            list.push_str(&record(one, number));
        }
        list.push(']');
        Ok(Payload(list.into_bytes()))
    }
}

#[derive(Clone, Copy)]
enum Record {
    View,
    Customer,
    Product,
    Order,
}

fn record_of(external: &str) -> Record {
    match external {
        "View" => Record::View,
        "Customer" => Record::Customer,
        "Product" => Record::Product,
        _ => Record::Order,
    }
}

fn record(of: Record, number: u64) -> String {
    match of {
        Record::View => format!(
            r#"{{"view_id":{number},"name":"View {number}","tax_included":{}}}"#,
            number.is_multiple_of(2)
        ),
        Record::Customer => format!(
            r#"{{"customer_id":{number},"firstname":"Ada {number}","lastname":"Lovelace","email":"ada{number}@example.org"}}"#
        ),
        Record::Product => format!(
            r#"{{"product_id":{number},"sku":"P-{number:05}","name":"Product {number}","price":"{}.9900"}}"#,
            number % 90
        ),
        Record::Order => order(number),
    }
}

/// An amount of four digits after the point, as shops write it.
fn amount(cents: u64) -> String {
    format!("{}.{:02}00", cents / 100, cents % 100)
}

/// An order of one to seven articles, four in the mean, and shipping: five lines in the mean. Much of what a shop sends is read
/// by no rule; a third of the articles come twice, as what was configured and as what is sold.
fn order(number: u64) -> String {
    let rng = &mut Rng::with_seed(number);
    let mut items = String::new();
    let mut total = 0;
    for position in 0..rng.u64(1..=7) {
        if position > 0 {
            items.push(',');
        }
        total += article(rng, number * 20 + position * 2, &mut items);
    }
    let shipping = rng.u64(300..1900);
    let (tax, paid) = ((total + shipping) * 19 / 100, total + shipping);
    let mut json = String::with_capacity(6 * 1024);
    let seconds = number % 60;
    let (minutes, hours) = (number / 60 % 60, number / 3600 % 24);
    let day = 1 + number / 86_400 % 28;
    let time = format!("2026-02-{day:02} {hours:02}:{minutes:02}:{seconds:02}");
    write!(
        json,
        r#"{{"order_id":{number},"increment_id":"A{number:09}","view_id":{},"customer_id":{},"state":"{}","created_at":"{time}","updated_at":"{time}","order_currency_code":"{}","grand_total":"{}","tax_amount":"{}","shipping_amount":"{}","shipping_incl_tax":"{}","shipping_method":"{}","#,
        rng.u64(1..=VIEWS),
        rng.u64(1..=CUSTOMERS),
        STATES[rng.usize(0..STATES.len())],
        CURRENCIES[rng.usize(0..CURRENCIES.len())],
        amount(paid + tax),
        amount(tax),
        amount(shipping),
        amount(shipping * 119 / 100),
        CARRIERS[rng.usize(0..CARRIERS.len())],
    )
    .unwrap();
    write!(
        json,
        r#""payment":{{"method":"{}","last_trans_id":"T{number}","amount_paid":"{}","cc_last4":null,"cc_owner":"","additional":{{"a":"1","b":[1,2,3]}}}},"payments":[{{"transaction_id":"X{number}","created_at":"{time}","amount":"{}"}}],"#,
        PAYMENTS[rng.usize(0..PAYMENTS.len())].to_lowercase(),
        amount(paid),
        amount(paid),
    )
    .unwrap();
    for side in ["billing_address", "shipping_address"] {
        write!(
            json,
            r#""{side}":{{"address_id":{},"firstname":"Ada","lastname":"Lovelace","company":null,"street":"St James Sq 12\nAttic","postcode":"SW1Y 4LB","city":"London","region":"","country_id":"GB","telephone":"+44 20 7946 0{}","fax":null,"vat_id":""}},"#,
            rng.u32(1..99_999),
            rng.u32(100..999),
        )
        .unwrap();
    }
    write!(
        json,
        r#""customer_note":"Bitte klingeln, \"zweimal\".","remote_ip":"192.0.2.{}","weight":"{}","base_to_order_rate":"1.0000","store_name":"Main\nStore\nView","status":"processing","status_history":[{{"created_at":"{time}","comment":"Authorized.","status":"processing","is_customer_notified":0}},{{"created_at":"{time}","comment":null,"status":"pending","is_customer_notified":1}}],"items":[{items}]}}"#,
        rng.u32(1..250),
        amount(rng.u64(10..9999)),
    )
    .unwrap();
    json
}

/// One article, and what is sold with it; its price in cents.
fn article(rng: &mut Rng, id: u64, items: &mut String) -> u64 {
    let (quantity, price) = (rng.u64(1..=4), rng.u64(199..19_999));
    let total = quantity * price;
    let configured = rng.u64(0..3) == 0;
    let kind = if configured { "configurable" } else { "simple" };
    let discount = if rng.bool() { total / 10 } else { 0 };
    position(rng, items, (id, None, kind), quantity, total, discount);
    if configured {
        items.push(',');
        position(rng, items, (id + 1, Some(id), "simple"), quantity, 0, 0);
    }
    total - discount
}

fn position(
    rng: &mut Rng,
    items: &mut String,
    (id, parent, kind): (u64, Option<u64>, &str),
    quantity: u64,
    total: u64,
    discount: u64,
) {
    let product = rng.u64(1..=PRODUCTS);
    let parent = parent.map_or("null".to_owned(), |parent| parent.to_string());
    let name = WORDS[rng.usize(0..WORDS.len())].replace('"', "\\\"");
    write!(
        items,
        r#"{{"item_id":{id},"parent_item_id":{parent},"product_id":{product},"product_type":"{kind}","sku":"P-{product:05}","name":"{name} {product}","qty_ordered":"{quantity}.0000","qty_shipped":"0.0000","qty_refunded":"0.0000","is_virtual":0,"weight":"0.5000","base_row_total":"{}","base_row_total_incl_tax":"{}","tax_percent":"19.0000","tax_amount":"{}","discount_amount":"{}","product_options":"a:1:{{s:15:\"info_buyRequest\";a:1:{{s:3:\"qty\";i:1;}}}}","gift_message_id":null}}"#,
        amount(total),
        amount(total * 119 / 100),
        amount(total * 19 / 100),
        amount(discount),
    )
    .unwrap();
}
