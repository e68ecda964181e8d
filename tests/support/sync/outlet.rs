//! The accepted case `outcome/orders`, compiled, and a shop in memory: orders that are skipped, wait, and are confirmed.

use std::sync::Arc;

use tenon_runtime::environment::Instance;
use tenon_runtime::registry::Registry;
use tenon_runtime::settings::Settings;

use super::shop::FakeShop;
use super::{World, assemble};

/// A new inside and its shop; the instance is called `shop`.
pub async fn outlet() -> World {
    let registry = Registry::new();
    crate::cases::outcome_orders::register_all(&registry);
    let connector = registry.connector_named("outlet 1").unwrap();
    let shop = Arc::new(FakeShop::default());
    let instance = Instance {
        name: "shop".to_owned(),
        connector,
        settings: Settings::new(connector, Vec::new()).unwrap(),
        adapter: Arc::clone(&shop) as _,
    };
    let world = assemble(shop, registry, instance).await;
    world.shop.lists("Invoice", "[]");
    for (key, rule) in [(1, "always"), (2, "paid"), (3, "never")] {
        let json = format!(r#"{{"view_id": {key}, "name": "View {key}", "import_rule": "{rule}"}}"#);
        world.shop.has("View", &key.to_string(), &json);
    }
    world
}

/// An order of a view, as the shop sends it.
pub fn order(number: &str, view: u8, more: &str) -> String {
    format!(
        r#"{{"number": "{number}", "order_id": 1{number}, "view_id": {view}, "total": 10.00, "customer": "Ada"{more}}}"#
    )
}

/// State and time of change of an order.
pub fn state(state: &str, minute: u8) -> String {
    format!(r#", "state": "{state}", "updated_at": "2020-09-13T12:{minute:02}:00Z""#)
}

/// An invoice, as the shop sends it.
pub fn invoice(key: u8, order: &str, day: u8) -> String {
    format!(
        r#"{{"invoice_id": {key}, "order_id": 1{order}, "created_at": "2020-09-{day:02}T00:00:00Z", "transaction_id": "T{key}"}}"#
    )
}
