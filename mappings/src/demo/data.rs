//! What the demo shop holds: the rows of `shop.json`, its catalog and its orders, and changes to customers. Knows nothing of XML-RPC.

use std::io;

use serde_json::Value;

use super::catalog::Catalog;
use super::order::{self, Order};
use super::php::{Blanks, Row};

/// All rows of the shop.
#[derive(Clone, Debug)]
pub(super) struct Data {
    pub(super) websites: Vec<Row>,
    pub(super) groups: Vec<Row>,
    pub(super) storeviews: Vec<Row>,
    pub(super) customer_groups: Vec<Row>,
    pub(super) customers: Vec<Row>,
    /// Customers that cannot be imported, on purpose, and why.
    pub(super) broken_customers: Row,
    pub(super) addresses: Vec<Row>,
    pub(super) catalog: Catalog,
    pub(super) orders: Vec<Order>,
    pub(super) blanks: Blanks,
    /// Counts changes; each happens a second after the one before, whatever the clock on the wall says.
    changes: u32,
}

impl Data {
    /// The shop as it is delivered.
    pub(super) fn read() -> io::Result<Self> {
        let mut file: Row = serde_json::from_str(include_str!("shop.json"))?;
        let mut rows =
            |name: &str| -> io::Result<Vec<Row>> { Ok(serde_json::from_value(file.remove(name).unwrap_or_default())?) };
        let mut data = Self {
            websites: rows("websites")?,
            groups: rows("groups")?,
            storeviews: rows("storeviews")?,
            customer_groups: rows("customer_groups")?,
            customers: rows("customers")?,
            broken_customers: Row::new(),
            addresses: rows("addresses")?,
            catalog: Catalog::read()?,
            orders: order::read(jiff::Timestamp::now())?,
            blanks: Blanks::read()?,
            changes: 0,
        };
        data.broken_customers = serde_json::from_value(file.remove("broken_customers").unwrap_or_default())?;
        let defaults: Row = serde_json::from_value(file.remove("customer_defaults").unwrap_or_default())?;
        for customer in &mut data.customers {
            for (name, value) in &defaults {
                customer.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(data)
    }

    /// The addresses of a customer, each with what it is used for.
    pub(super) fn address_book(&self, customer: &Row) -> Vec<Row> {
        let own = |address: &&Row| address.get("customer_id") == customer.get("customer_id");
        self.addresses
            .iter()
            .filter(own)
            .map(|address| with_uses(address, customer))
            .collect()
    }

    /// One address with what it is used for.
    pub(super) fn address(&self, id: &str) -> Option<Row> {
        let address = find(&self.addresses, "customer_address_id", id)?;
        let customer = find(&self.customers, "customer_id", text(address, "customer_id"))?;
        Some(with_uses(address, customer))
    }

    /// Who placed an order; `None`: a guest.
    pub(super) fn customer_of(&self, order: &Order) -> Option<&Row> {
        find(&self.customers, "customer_id", order.customer.as_deref()?)
    }

    /// The address of a customer that an order copies: `billing` or `shipping`, or any if there is no such one.
    pub(super) fn order_address(&self, customer: &Row, kind: &str) -> Option<&Row> {
        let chosen = text(customer, &format!("default_{kind}"));
        let own = |address: &&Row| address.get("customer_id") == customer.get("customer_id");
        find(&self.addresses, "customer_address_id", chosen).or_else(|| self.addresses.iter().find(own))
    }

    pub(super) fn change_customer(&mut self, id: &str, fields: &[(&str, Value)]) -> bool {
        let now = self.tick();
        let Some(customer) = find_mut(&mut self.customers, "customer_id", id) else {
            return false;
        };
        set(customer, fields, &now);
        true
    }

    pub(super) fn remove_customer(&mut self, id: &str) -> bool {
        let before = self.customers.len();
        self.customers.retain(|customer| text(customer, "customer_id") != id);
        self.addresses.retain(|address| text(address, "customer_id") != id);
        self.customers.len() < before
    }

    pub(super) fn add_address(&mut self, customer_id: &str, fields: &[(&str, Value)]) -> Option<String> {
        if !self.change_customer(customer_id, &[]) {
            return None;
        }
        let numbers = self
            .addresses
            .iter()
            .filter_map(|row| text(row, "customer_address_id").parse().ok());
        let id = (numbers.max().unwrap_or(0_u64) + 1).to_string();
        let mut address = Row::new();
        address.insert(String::from("customer_address_id"), Value::from(id.as_str()));
        address.insert(String::from("customer_id"), Value::from(customer_id));
        let now = self.tick();
        address.insert(String::from("created_at"), Value::from(now.as_str()));
        set(&mut address, fields, &now);
        self.addresses.push(address);
        Some(id)
    }

    pub(super) fn change_address(&mut self, id: &str, fields: &[(&str, Value)]) -> bool {
        let now = self.tick();
        let Some(address) = find_mut(&mut self.addresses, "customer_address_id", id) else {
            return false;
        };
        set(address, fields, &now);
        let customer = text(address, "customer_id").to_owned();
        self.change_customer(&customer, &[])
    }

    pub(super) fn remove_address(&mut self, id: &str) -> bool {
        let Some(position) = self
            .addresses
            .iter()
            .position(|row| text(row, "customer_address_id") == id)
        else {
            return false;
        };
        let address = self.addresses.remove(position);
        let now = self.tick();
        if let Some(customer) = find_mut(&mut self.customers, "customer_id", text(&address, "customer_id")) {
            for use_ in ["default_billing", "default_shipping"] {
                if text(customer, use_) == id {
                    customer.insert(use_.to_owned(), Value::Null);
                }
            }
            set(customer, &[], &now);
        }
        true
    }

    /// The time of the next change: after all that is in the file.
    pub(super) fn tick(&mut self) -> String {
        self.changes += 1;
        let (minutes, seconds) = (self.changes / 60, self.changes % 60);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let (days, hours) = (hours / 24, hours % 24);
        format!("2026-07-{:02} {hours:02}:{minutes:02}:{seconds:02}", days + 1)
    }
}

/// The text of a field; empty where there is none.
pub(super) fn text<'r>(row: &'r Row, field: &str) -> &'r str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The row with this key.
pub(super) fn find<'r>(rows: &'r [Row], key: &str, id: &str) -> Option<&'r Row> {
    rows.iter().find(|row| text(row, key) == id)
}

fn find_mut<'r>(rows: &'r mut [Row], key: &str, id: &str) -> Option<&'r mut Row> {
    rows.iter_mut().find(|row| text(row, key) == id)
}

fn set(row: &mut Row, fields: &[(&str, Value)], now: &str) {
    row.insert(String::from("updated_at"), Value::from(now));
    for (name, value) in fields {
        row.insert((*name).to_owned(), value.clone());
    }
}

/// The address as the API shows it: it does not say whose it is, but what for.
fn with_uses(address: &Row, customer: &Row) -> Row {
    let id = text(address, "customer_address_id");
    let mut shown = address.clone();
    shown.shift_remove("customer_id");
    for (field, use_) in [
        ("is_default_billing", "default_billing"),
        ("is_default_shipping", "default_shipping"),
    ] {
        shown.insert(field.to_owned(), Value::Bool(text(customer, use_) == id));
    }
    shown
}
