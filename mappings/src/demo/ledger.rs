//! The books of the demo shop: for every order what a correct import of it leaves, to the cent.
//!
//! Written from what was ordered, never from what the API answers: a configured article is one line here from the start.

use rust_decimal::Decimal;

use super::data::Data;
use super::inside::{self, Rule};
use super::order::show::carrier;
use super::order::sum::{Amount, cents, four, sum};
use super::order::{Item, Order as Placed, Prices};

/// What is to become of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is kept inside.
    Imported,
    /// It is left out: canceled, too old, or paid in a way that is never imported.
    Skipped,
    /// It is not paid yet, and is asked for again later.
    Waits,
    /// It cannot be imported, on purpose; why.
    Broken(String),
}

/// Who ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Buyer {
    /// The customer with this number.
    Customer(String),
    /// Somebody without an account, by mail.
    Guest(String),
}

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// `100000008-1`
    pub number: String,
    /// What is to become of it.
    pub fate: Fate,
    /// Who ordered.
    pub buyer: Buyer,
    /// `2026-03-02 09:14:33`, UTC
    pub at: String,
    /// By its code.
    pub currency: String,
    /// The way it is paid.
    pub payment: String,
    /// The order that it replaces.
    pub replaces: Option<String>,
    /// To be paid, to the cent.
    pub total: Decimal,
    /// The tax in it, to the cent.
    pub tax: Decimal,
    /// Paid by now, to the cent; absent: nothing.
    pub paid: Option<Decimal>,
    /// In the order in which they were placed; extra lines come last.
    pub lines: Vec<Line>,
}

/// A position of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the item, or what the extra line is for.
    pub key: String,
    /// `article`, or the kind of the extra line.
    pub kind: &'static str,
    /// The article that is sold.
    pub sku: Option<String>,
    /// What the customer reads.
    pub name: String,
    /// Four digits.
    pub quantity: Decimal,
    /// Of one, before the discount, four digits; with tax where the view tells prices with tax.
    pub price: Decimal,
    /// Percent, two digits.
    pub discount: Decimal,
    /// Of all pieces after the discount, to the cent; in the same terms as the price.
    pub subtotal: Decimal,
    /// Of all pieces after the discount, four digits.
    pub tax: Decimal,
}

/// The books.
pub(super) fn ledger(data: &Data) -> Vec<Order> {
    data.orders.iter().map(|order| entry(data, order)).collect()
}

fn entry(data: &Data, order: &Placed) -> Order {
    let sums = sum(order, &data.catalog);
    let buyer = match (&order.customer, &order.guest) {
        (Some(id), _) => Buyer::Customer(id.clone()),
        (None, guest) => Buyer::Guest(guest.as_ref().map(|guest| guest.mail.clone()).unwrap_or_default()),
    };
    let positions = order.items.iter().zip(&sums.items);
    let articles = positions.map(|(item, sum)| Line {
        key: item.id.to_string(),
        kind: "article",
        sku: item.sold(&data.catalog).map(|sold| sold.sku.clone()),
        name: name(data, order, item),
        quantity: four_digits(item.quantity),
        price: four_digits(sum.price),
        discount: percent(sum.discount, sum.row.as_told(order.view().prices)),
        subtotal: cents(sum.row.as_told(order.view().prices) - sum.discount),
        tax: four_digits(sum.tax),
    });
    let shipping = order
        .shipping
        .as_ref()
        .map(|shipping| (carrier(&shipping.method), sums.shipping));
    let shipping = shipping.filter(|(_, amount)| !amount.with_tax.is_zero());
    let extra = [
        shipping.map(|(name, amount)| extra("shipping", "shipping", name, amount, order.view().prices)),
        order
            .cod
            .map(|_| extra("cod", "fee", "Cash on delivery", sums.cod, order.view().prices)),
        order
            .gift
            .map(|_| extra("gift", "discount", "Gift card", gift(sums.gift), Prices::WithTax)),
    ];
    Order {
        number: order.number.clone(),
        fate: fate(order, sums.grand_total),
        buyer,
        at: order.at.clone(),
        currency: order.currency().to_owned(),
        payment: order.payment.clone(),
        replaces: order.parent.clone(),
        total: cents(sums.grand_total),
        tax: cents(sums.tax),
        paid: order.paid.then(|| cents(sums.grand_total)),
        lines: articles.chain(extra.into_iter().flatten()).collect(),
    }
}

/// The name in the language of the customer: of the article that is sold, not of the one it was configured from.
fn name(data: &Data, order: &Placed, item: &Item) -> String {
    let sold = item.sold(&data.catalog);
    sold.map(|sold| sold.name(Some(order.view().store)))
        .unwrap_or_default()
        .to_owned()
}

fn extra(key: &str, kind: &'static str, name: &str, amount: Amount, prices: Prices) -> Line {
    Line {
        key: key.to_owned(),
        kind,
        sku: None,
        name: name.to_owned(),
        quantity: four_digits(Decimal::ONE),
        price: four_digits(amount.as_told(prices)),
        discount: cents(Decimal::ZERO),
        subtotal: cents(amount.as_told(prices)),
        tax: four_digits(amount.tax()),
    }
}

/// What was paid with a gift card was taxed when the card was sold.
fn gift(amount: Decimal) -> Amount {
    Amount {
        without_tax: -amount,
        with_tax: -amount,
    }
}

fn percent(part: Decimal, whole: Decimal) -> Decimal {
    let percent = (part * Decimal::ONE_HUNDRED).checked_div(whole);
    cents(percent.unwrap_or_default())
}

fn four_digits(number: Decimal) -> Decimal {
    let mut number = four(number);
    number.rescale(4);
    number
}

fn fate(order: &Placed, total: Decimal) -> Fate {
    if let Some(why) = &order.broken {
        return Fate::Broken(why.clone());
    }
    if order.state == "canceled" {
        return Fate::Skipped;
    }
    let mode = inside::mode(&order.payment);
    let is_old = mode.days_before_cancel > 0 && order.at_days_ago.is_none_or(|days| days > mode.days_before_cancel);
    let settled = match mode.rule {
        Rule::Always => true,
        Rule::Paid => order.paid || total.is_zero(),
        Rule::Authorized => order.paid || order.authorized || total.is_zero(),
        Rule::Never => false,
    };
    if is_old || mode.rule == Rule::Never {
        Fate::Skipped
    } else if settled {
        Fate::Imported
    } else {
        Fate::Waits
    }
}

/// What the shop knows to be broken: type, key and why.
pub(super) fn broken(data: &Data) -> Vec<(&'static str, String, String)> {
    let customers = data.broken_customers.iter();
    let customers = customers.map(|(id, why)| ("Customer", id.clone(), why.as_str().unwrap_or_default().to_owned()));
    let groups = data.catalog.products.iter().filter(|product| product.kind == "grouped");
    let groups = groups.map(|product| ("Product", product.id.clone(), String::from("it is a group of products")));
    let orders = data.orders.iter().filter_map(|order| {
        let why = order.broken.clone()?;
        Some(("Order", order.number.clone(), why))
    });
    customers.chain(groups).chain(orders).collect()
}
