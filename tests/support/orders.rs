//! A shop with orders of a test's own making, imported by the mappings of Magento 1.7, and what is stored of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tenon_runtime::app::config;
use tenon_runtime::app::context::Context;
use tenon_runtime::app::drive;
use tenon_runtime::app::output::Format;
use tenon_runtime::plan::{Plan, SyncOutcome, Write};
use tenon_runtime::registry::Registry;
use tenon_runtime::store::Completed;
use tenon_runtime::sync::start::{self, Selection};
use tenon_runtime::value::{Key, Stored};

use crate::fake::{self, FakeShop, Recorded};
use crate::state;

/// Name of the instance.
const INSTANCE: &str = "shop";

/// The shop and the store that its orders go into.
pub struct Orders {
    shop: FakeShop,
    context: Context,
    scratch: tempfile::TempDir,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Orders")
            .field("shop", &self.shop)
            .finish_non_exhaustive()
    }
}

impl Orders {
    /// A shop with one view, one product and no orders; payment modes by name, import rule and days before they are too old.
    pub async fn with_modes(register: fn(&Registry), modes: &[(&str, &str, i64)]) -> Self {
        let shop = FakeShop::start(vec![around()]).await;
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let registry = Registry::default();
        register(&registry);
        let text = format!(
            "[instance.{INSTANCE}]\nconnector = \"magento\"\nversion = \"1.7\"\nurl = \"{}\"\nuser = \"{}\"\nkey = {{ env = \"KEY\" }}\n",
            shop.url(),
            fake::USER,
        );
        let config = config::parse("tenon.toml", &text, scratch.path(), &registry.connectors(), &|_| {
            Some(fake::KEY.to_owned())
        });
        let context = Context::of(config.expect("the settings fit"), registry, Format::Json);
        let orders = Self {
            shop,
            context: context.await.expect("the store opens"),
            scratch,
        };
        orders.create("res.currency", &[("name", text_of("EUR"))]).await;
        for (name, rule, days) in modes {
            let values = [
                ("name", text_of(name)),
                ("import_rule", text_of(rule)),
                ("days_before_cancel", Stored::Int(*days)),
            ];
            orders.create("account.payment.mode", &values).await;
        }
        orders
    }

    async fn create(&self, model: &str, values: &[(&str, Stored)]) {
        let values: BTreeMap<String, Stored> = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let model = model.to_owned();
        let plan = Plan {
            writes: vec![Write::Create { model, values }],
            ..Plan::default()
        };
        let made = self.context.sync.store.apply(&plan).await.expect("the store works");
        assert!(matches!(made, Completed::Applied(_)), "{made:?}");
    }

    /// The shop has this order from now on: one piece for 10.00 and what `fields` say otherwise.
    pub fn has(&self, number: &str, fields: Value) {
        let mut order = json!({
            "increment_id": number, "order_id": "1", "store_id": "1", "customer_email": "jo@example.org",
            "customer_firstname": "Jo", "state": "new", "created_at": "2026-01-01 00:00:00", "updated_at": "2026-01-01 00:00:00",
            "order_currency_code": "EUR", "grand_total": "10.0000", "tax_amount": "0.0000", "payment": { "method": "check" },
            "items": [item(&format!("10{}", number.replace('-', "0")), "10.0000")]
        });
        let (Value::Object(order_fields), Value::Object(fields)) = (&mut order, fields) else {
            panic!("fields of an order are an object")
        };
        order_fields.extend(fields);
        self.shop
            .add(vec![Recorded::new("sales_order.info", json!([number]), order)]);
    }

    /// Imports one order and says how that ended.
    pub async fn import(&self, number: &str) -> String {
        let selection = Selection::Id(Key(number.to_owned()));
        let run = start::import(&self.context.sync, INSTANCE, "Order", selection).await;
        let ran = drive::until_idle(
            &self.context.sync,
            run.expect("the import starts"),
            "Order",
            Format::Json,
        )
        .await;
        let ran = ran.expect("the import runs");
        if let Some(wait) = ran.waits.first() {
            return format!("waits: {}", wait.reason);
        }
        let of_order = ran.problems.iter().find(|(external, _, _)| external == "Order");
        match of_order.map(|(_, _, outcome)| outcome) {
            Some(SyncOutcome::Skipped(why)) => format!("skipped: {why}"),
            Some(SyncOutcome::Failed(why)) => format!("failed: {why}"),
            Some(other) => format!("{other:?}"),
            None => "stored".to_owned(),
        }
    }

    /// The answer of the store to a query, a line for each row.
    pub fn stored(&self, query: &str) -> Vec<String> {
        state::query(&self.scratch.path().join("tenon.db"), query)
    }
}

/// One position of an order.
pub fn item(id: &str, row_total: &str) -> Value {
    json!({
        "item_id": id, "product_id": "5", "product_type": "simple", "name": "Lamp", "qty_ordered": "1.0000", "row_total": row_total
    })
}

fn text_of(text: &str) -> Stored {
    Stored::Text(text.to_owned())
}

/// What the shop has around its orders.
fn around() -> Vec<Recorded> {
    let one = |method: &str, id: &str, answer: Value| Recorded::new(method, json!([id]), answer);
    let product = json!({ "product_id": "5", "sku": "L", "type_id": "simple", "name": "Lamp", "created_at": "2026-01-01 00:00:00" });
    vec![
        one(
            "ol_websites.info",
            "1",
            json!({ "website_id": "1", "code": "base", "name": "Base", "sort_order": "0", "is_default": "1" }),
        ),
        one(
            "ol_groups.info",
            "1",
            json!({ "group_id": "1", "name": "Store", "website_id": "1" }),
        ),
        one(
            "ol_storeviews.info",
            "1",
            json!({ "store_id": "1", "code": "en", "name": "English", "group_id": "1", "is_active": "1", "sort_order": "0" }),
        ),
        Recorded::new("ol_catalog_product.info", json!(["5", null, null, "id"]), product),
        Recorded::new("product_media.list", json!(["5", null, "id"]), json!([])),
    ]
}
