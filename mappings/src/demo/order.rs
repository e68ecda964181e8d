//! Orders as the shop keeps them: who bought what, under which conditions. Read from `orders.json`.

mod item;
pub(super) mod show;
pub(super) mod sum;

use std::io;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::catalog::{Catalog, Product};

/// An order.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Order {
    pub(super) number: String,
    /// The row of the order in the database of the shop.
    #[serde(skip)]
    pub(super) id: u64,
    /// Who ordered; absent: a guest.
    pub(super) customer: Option<String>,
    pub(super) guest: Option<Guest>,
    pub(super) at: String,
    /// Placed that many days before today instead of at `at`.
    pub(super) at_days_ago: Option<i64>,
    #[serde(skip)]
    pub(super) updated_at: String,
    pub(super) state: String,
    pub(super) payment: String,
    #[serde(default)]
    pub(super) paid: bool,
    #[serde(default)]
    pub(super) authorized: bool,
    pub(super) items: Vec<Item>,
    pub(super) shipping: Option<Shipping>,
    pub(super) discount: Option<Discount>,
    /// The fee of cash on delivery.
    pub(super) cod: Option<Decimal>,
    /// What a gift card pays.
    pub(super) gift: Option<Decimal>,
    /// The order that this one replaces.
    pub(super) parent: Option<String>,
    /// Instead of the one of its view.
    currency: Option<String>,
    /// What one of the currency of the view is in that of the order; absent: it is the same.
    rate: Option<Decimal>,
    /// Why it cannot be imported.
    pub(super) broken: Option<String>,
}

/// Who orders without an account.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Guest {
    pub(super) mail: String,
    pub(super) firstname: String,
    pub(super) lastname: String,
    pub(super) company: Option<String>,
    pub(super) street: String,
    pub(super) postcode: String,
    pub(super) city: String,
    pub(super) country: String,
}

/// One position.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Item {
    #[serde(skip)]
    pub(super) id: u64,
    pub(super) sku: String,
    pub(super) quantity: Decimal,
    /// Instead of the one in the catalog; in the terms of the view.
    pub(super) price: Option<Decimal>,
    /// A variant that is bought as such, not by configuring its product.
    #[serde(default)]
    alone: bool,
}

/// How it is sent, and what that costs in the terms of the view.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Shipping {
    pub(super) method: String,
    pub(super) amount: Decimal,
}

/// What is taken off the articles.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Discount {
    /// Of each position.
    Percent(Decimal),
    /// Of the whole order.
    Fixed(Decimal),
}

/// How prices are told: with or without tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prices {
    WithTax,
    WithoutTax,
}

/// The conditions of a store view.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) store: &'static str,
    pub(super) website: &'static str,
    pub(super) name: &'static str,
    pub(super) prices: Prices,
    currency: &'static str,
    /// Percent, in general and for paper.
    taxes: [Decimal; 2],
}

/// By the first digit of their orders.
const VIEWS: [View; 3] = [
    View {
        store: "1",
        website: "1",
        name: "Lamps and Chairs\nLamps and Chairs\nEnglish",
        prices: Prices::WithoutTax,
        currency: "EUR",
        taxes: [
            Decimal::from_parts(19, 0, 0, false, 0),
            Decimal::from_parts(7, 0, 0, false, 0),
        ],
    },
    View {
        store: "2",
        website: "1",
        name: "Lamps and Chairs\nLamps and Chairs\nDeutsch",
        prices: Prices::WithTax,
        currency: "EUR",
        taxes: [
            Decimal::from_parts(19, 0, 0, false, 0),
            Decimal::from_parts(7, 0, 0, false, 0),
        ],
    },
    View {
        store: "3",
        website: "2",
        name: "L'Atelier\nL'Atelier\nFrançais",
        prices: Prices::WithTax,
        currency: "CHF",
        taxes: [
            Decimal::from_parts(81, 0, 0, false, 1),
            Decimal::from_parts(26, 0, 0, false, 1),
        ],
    },
];

impl View {
    /// The tax of a tax class, in percent. Class 4 is paper.
    fn tax(&self, class: &str) -> Decimal {
        let [general, paper] = self.taxes;
        if class == "4" { paper } else { general }
    }
}

impl Order {
    /// The conditions under which it was placed.
    pub(super) fn view(&self) -> &'static View {
        let of_view = |view: &&View| self.number.starts_with(view.store);
        VIEWS.iter().find(of_view).unwrap_or(&VIEWS[0])
    }

    pub(super) fn currency(&self) -> &str {
        self.currency.as_deref().unwrap_or(self.view().currency)
    }

    /// The currency that the shop keeps its books in.
    pub(super) fn base_currency(&self) -> &str {
        match self.rate {
            Some(_) => self.view().currency,
            None => self.currency(),
        }
    }

    /// What one of the currency of the books is in that of the order.
    pub(super) fn rate(&self) -> Decimal {
        self.rate.unwrap_or(Decimal::ONE)
    }

    /// Whether nothing of it is sent.
    pub(super) fn is_virtual(&self, catalog: &Catalog) -> bool {
        let is_virtual = |item: &Item| item.sold(catalog).is_some_and(Product::is_virtual);
        self.items.iter().all(is_virtual)
    }
}

impl Item {
    /// The article that leaves the house; absent: it was taken out of the catalog.
    pub(super) fn sold<'c>(&self, catalog: &'c Catalog) -> Option<&'c Product> {
        catalog.product(&self.sku)
    }

    /// The configurable product that the customer chose it from.
    pub(super) fn configured<'c>(&self, catalog: &'c Catalog) -> Option<&'c Product> {
        let of = self.sold(catalog)?.of.as_deref().filter(|_| !self.alone)?;
        catalog.product(of)
    }

    /// The number of its second half, which names the article that was configured.
    pub(super) fn child_id(&self) -> u64 {
        self.id + 1
    }
}

/// The orders as they are delivered.
pub(super) fn read(now: jiff::Timestamp) -> io::Result<Vec<Order>> {
    #[derive(Deserialize)]
    struct File {
        orders: Vec<Order>,
    }
    let file: File = serde_json::from_str(include_str!("orders.json"))?;
    let mut orders = file.orders;
    let mut item = FIRST_ITEM;
    for (order, id) in orders.iter_mut().zip(FIRST_ORDER..) {
        order.id = id;
        // Its last change stays before those in the running shop, whose times have nothing to do with today.
        order.updated_at = order.at.clone();
        if let Some(days) = order.at_days_ago {
            order.at = days_ago(now, days)?;
        }
        for position in &mut order.items {
            position.id = item;
            item += ITEM_STEP;
        }
    }
    Ok(orders)
}

/// Numbers of rows: an item takes two, for it may be a pair.
const FIRST_ORDER: u64 = 501;
const FIRST_ITEM: u64 = 9001;
pub(super) const ITEM_STEP: u64 = 2;

/// A new item.
pub(super) fn new_item(id: u64, sku: &str, quantity: Decimal) -> Item {
    Item {
        id,
        sku: sku.to_owned(),
        quantity,
        price: None,
        alone: false,
    }
}

fn days_ago(now: jiff::Timestamp, days: i64) -> io::Result<String> {
    let at = now
        .checked_sub(jiff::SignedDuration::from_hours(24 * days))
        .map_err(io::Error::other)?;
    Ok(at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}
