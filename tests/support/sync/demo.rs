//! The ready Magento connector, as generated from its mapping files, and the demo shop behind real HTTP.

use std::sync::Arc;

use tenon_mappings::demo::{DemoShop, Running};
use tenon_runtime::adapter::{Options, connect};
use tenon_runtime::environment::Instance;
use tenon_runtime::registry::Registry;
use tenon_runtime::settings::Settings;
use tenon_runtime::value::Val;

use super::shop::FakeShop;
use super::{World, assemble};

/// A demo shop and an inside that imports from it.
#[derive(Debug)]
pub struct Demo {
    /// The shop: lives as long as this.
    pub shop: Running,
    /// The inside; its instance is called `shop`.
    pub world: World,
}

/// A new one.
pub async fn demo() -> Demo {
    let running = DemoShop::start().await.unwrap();
    let registry = Registry::new();
    tenon_mappings::register_all(&registry);
    let connector = registry.connector_named("magento 1.7").unwrap();
    let values = connector.settings.iter().map(|setting| match setting.name {
        "url" => Val::made(running.url.clone()),
        "user" => Val::made(running.user.clone()),
        "key" => Val::made(running.key.clone()),
        "multi_company" => Val::Bool(false),
        _ => Val::Null,
    });
    let settings = Settings::new(connector, values.collect()).unwrap();
    let adapter = connect("shop", connector, settings.values(), Options::standard()).unwrap();
    let instance = Instance {
        name: "shop".to_owned(),
        connector,
        settings,
        adapter,
    };
    let world = assemble(Arc::new(FakeShop::default()), registry, instance).await;
    Demo { shop: running, world }
}
