//! A small shop of our own that speaks like Magento 1.7, for trying connectors without a real one. Listens on this machine only.

mod answer;
mod catalog;
mod change;
mod data;
mod filter;
pub(crate) mod inside;
pub mod ledger;
mod order;
mod php;
mod server;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rust_decimal::Decimal;
use serde_json::Value;

use self::data::Data;

/// Who may log in.
pub const USER: &str = "api-user";

/// The key of [`USER`]; protects nothing.
pub const KEY: &str = "demo-key-4711";

/// The shop: what it holds, which may be changed while it runs. Clones are the same shop.
#[derive(Clone, Debug)]
pub struct DemoShop {
    data: Arc<Mutex<Data>>,
}

/// A shop that answers until this is dropped.
#[derive(Debug)]
pub struct Running {
    /// Its address; the API is at `{url}/api/xmlrpc`.
    pub url: String,
    /// Who may log in.
    pub user: String,
    /// The key of the user.
    pub key: String,
    /// What it holds.
    pub shop: DemoShop,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    /// Waits for as long as the shop answers: for ever, unless its listener breaks.
    pub async fn wait(&mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)
    }
}

impl DemoShop {
    /// Opens the shop at a free port of this machine.
    pub async fn start() -> io::Result<Running> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Opens the shop at a chosen address.
    pub async fn start_at(address: SocketAddr) -> io::Result<Running> {
        let shop = Self {
            data: Arc::new(Mutex::new(Data::read()?)),
        };
        let listener = tokio::net::TcpListener::bind(address).await?;
        let url = format!("http://{}", listener.local_addr()?);
        Ok(Running {
            url,
            user: USER.to_owned(),
            key: KEY.to_owned(),
            task: tokio::spawn(server::serve(listener, shop.clone())),
            shop,
        })
    }

    /// How many records of each type the shop holds, whether or not they can be imported.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let data = self.data();
        let count = |rows: &[php::Row]| rows.len() as u64;
        vec![
            ("Website", count(&data.websites)),
            ("Store", count(&data.groups)),
            ("StoreView", count(&data.storeviews)),
            ("CustomerGroup", count(&data.customer_groups)),
            ("Customer", count(&data.customers)),
            ("Category", data.catalog.categories.len() as u64),
            ("Product", data.catalog.products.len() as u64),
            ("Order", data.orders.len() as u64),
        ]
    }

    /// The books: for every order what a correct import of it leaves.
    pub fn ledger(&self) -> Vec<ledger::Order> {
        ledger::ledger(&self.data())
    }

    /// The records that cannot be imported, on purpose: type, key and why.
    pub fn broken(&self) -> Vec<(&'static str, String, String)> {
        ledger::broken(&self.data())
    }

    /// The names of products that a view has of its own: article number, number of the view, name.
    pub fn translated_names(&self) -> Vec<(String, &'static str, String)> {
        self.data().catalog.translated_names()
    }

    /// Changes fields of a customer; `false`: there is none.
    pub fn change_customer(&self, id: &str, fields: &[(&str, Value)]) -> bool {
        self.data().change_customer(id, fields)
    }

    /// Takes a customer and its addresses away; `false`: there is none.
    pub fn remove_customer(&self, id: &str) -> bool {
        self.data().remove_customer(id)
    }

    /// Gives a customer one more address; its number, or `None`: there is no such customer.
    pub fn add_address(&self, customer_id: &str, fields: &[(&str, Value)]) -> Option<String> {
        self.data().add_address(customer_id, fields)
    }

    /// Changes fields of an address; `false`: there is none.
    pub fn change_address(&self, id: &str, fields: &[(&str, Value)]) -> bool {
        self.data().change_address(id, fields)
    }

    /// Takes an address away; `false`: there is none.
    pub fn remove_address(&self, id: &str) -> bool {
        self.data().remove_address(id)
    }

    /// Adds a position to an order; the number of the item, or `None`: there is no such order or article.
    pub fn add_order_line(&self, number: &str, sku: &str, quantity: Decimal) -> Option<String> {
        self.data().add_item(number, sku, quantity).map(|id| id.to_string())
    }

    /// Takes a position out of an order; `false`: there is no such one.
    pub fn remove_order_line(&self, number: &str, item: &str) -> bool {
        item.parse()
            .is_ok_and(|item| self.data().remove_item(number, item).is_some())
    }

    /// Changes the quantity of a position; `false`: there is no such one.
    pub fn change_order_line(&self, number: &str, item: &str, quantity: Decimal) -> bool {
        let changed = |item| self.data().change_item(number, item, quantity);
        item.parse().is_ok_and(|item| changed(item).is_some())
    }

    /// Cancels an order; `false`: there is no such one.
    pub fn cancel_order(&self, number: &str) -> bool {
        self.data().cancel(number).is_some()
    }

    /// Notes that an order was paid; `false`: there is no such one.
    pub fn pay_order(&self, number: &str) -> bool {
        self.data().pay(number).is_some()
    }

    /// Edits an order: it is canceled, and another one takes its place, whose number this gives; `None`: there is no such one.
    pub fn edit_order(&self, number: &str) -> Option<String> {
        self.data().edit(number)
    }

    fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
