//! What an order costs: rows, taxes, discounts and totals, exact to four digits, so that all of them add up.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Discount, Item, Order, Prices, View};
use crate::demo::catalog::Catalog;

/// An amount, with and without its tax.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::demo) struct Amount {
    pub(in crate::demo) without_tax: Decimal,
    pub(in crate::demo) with_tax: Decimal,
}

/// What a position costs.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) struct ItemSum {
    /// Of one piece, in the terms of the view.
    pub(in crate::demo) price: Decimal,
    /// Of all pieces, before the discount.
    pub(in crate::demo) row: Amount,
    pub(in crate::demo) discount: Decimal,
    /// After the discount.
    pub(in crate::demo) tax: Decimal,
    /// The tax that would have been in the discount, where prices are told with tax.
    pub(in crate::demo) hidden_tax: Decimal,
    /// In percent.
    pub(in crate::demo) tax_rate: Decimal,
}

/// What an order costs.
#[derive(Clone, Debug)]
pub(in crate::demo) struct Sums {
    pub(in crate::demo) items: Vec<ItemSum>,
    pub(in crate::demo) shipping: Amount,
    pub(in crate::demo) cod: Amount,
    pub(in crate::demo) subtotal: Amount,
    pub(in crate::demo) discount: Decimal,
    pub(in crate::demo) tax: Decimal,
    pub(in crate::demo) hidden_tax: Decimal,
    pub(in crate::demo) gift: Decimal,
    pub(in crate::demo) grand_total: Decimal,
    pub(in crate::demo) quantity: Decimal,
}

impl Amount {
    /// What is told in the terms of a view, and the other one.
    fn told(amount: Decimal, rate: Decimal, prices: Prices) -> Self {
        let factor = Decimal::ONE + rate / Decimal::ONE_HUNDRED;
        match prices {
            Prices::WithTax => Self {
                without_tax: four(amount / factor),
                with_tax: amount,
            },
            Prices::WithoutTax => Self {
                without_tax: amount,
                with_tax: four(amount * factor),
            },
        }
    }

    pub(in crate::demo) fn tax(self) -> Decimal {
        self.with_tax - self.without_tax
    }

    /// In the terms of a view.
    pub(in crate::demo) fn as_told(self, prices: Prices) -> Decimal {
        match prices {
            Prices::WithTax => self.with_tax,
            Prices::WithoutTax => self.without_tax,
        }
    }
}

/// Sums of an order.
pub(in crate::demo) fn sum(order: &Order, catalog: &Catalog) -> Sums {
    let view = order.view();
    let rows: Vec<(Decimal, Amount)> = order.items.iter().map(|item| row(item, view, catalog)).collect();
    let told: Vec<Decimal> = rows.iter().map(|(_, row)| row.as_told(view.prices)).collect();
    let discounts = discounts(order.discount.as_ref(), &told);
    let items: Vec<ItemSum> = order
        .items
        .iter()
        .zip(rows)
        .zip(discounts)
        .map(|((item, (price, row)), discount)| {
            let tax_rate = rate(item, view, catalog);
            let left = Amount::told(row.as_told(view.prices) - discount, tax_rate, view.prices);
            let hidden_tax = match view.prices {
                Prices::WithTax => row.tax() - left.tax(),
                Prices::WithoutTax => Decimal::ZERO,
            };
            ItemSum {
                price,
                row,
                discount,
                tax: left.tax(),
                hidden_tax,
                tax_rate,
            }
        })
        .collect();
    let extra = |amount: Option<Decimal>| Amount::told(amount.unwrap_or_default(), view.tax(""), view.prices);
    let shipping = extra(order.shipping.as_ref().map(|shipping| shipping.amount));
    totals(order, items, shipping, extra(order.cod))
}

fn totals(order: &Order, items: Vec<ItemSum>, shipping: Amount, cod: Amount) -> Sums {
    let over = |part: fn(&ItemSum) -> Decimal| items.iter().map(part).sum::<Decimal>();
    let subtotal = Amount {
        without_tax: over(|item| item.row.without_tax),
        with_tax: over(|item| item.row.with_tax),
    };
    let discount = over(|item| item.discount);
    let tax = over(|item| item.tax) + shipping.tax() + cod.tax();
    let hidden_tax = over(|item| item.hidden_tax);
    let before_gift = subtotal.without_tax + shipping.without_tax + cod.without_tax + tax + hidden_tax - discount;
    let gift = order.gift.unwrap_or_default().min(before_gift);
    Sums {
        items,
        shipping,
        cod,
        subtotal,
        discount,
        tax,
        hidden_tax,
        gift,
        grand_total: before_gift - gift,
        quantity: order.items.iter().map(|item| item.quantity).sum(),
    }
}

/// The price of one, and what all of them cost.
fn row(item: &Item, view: &View, catalog: &Catalog) -> (Decimal, Amount) {
    let in_catalog = item.sold(catalog).and_then(|product| product.price);
    let price = item.price.or(in_catalog).unwrap_or_default();
    let told = four(price * item.quantity);
    (price, Amount::told(told, rate(item, view, catalog), view.prices))
}

fn rate(item: &Item, view: &View, catalog: &Catalog) -> Decimal {
    view.tax(item.sold(catalog).map_or("", |product| &product.tax))
}

/// What is taken off each row. A fixed sum is spread over the rows by what they cost; the last one takes the rest.
fn discounts(discount: Option<&Discount>, rows: &[Decimal]) -> Vec<Decimal> {
    match discount {
        None => rows.iter().map(|_| Decimal::ZERO).collect(),
        Some(Discount::Percent(percent)) => rows
            .iter()
            .map(|row| four(row * percent / Decimal::ONE_HUNDRED))
            .collect(),
        Some(Discount::Fixed(sum)) => spread(*sum, rows),
    }
}

fn spread(sum: Decimal, rows: &[Decimal]) -> Vec<Decimal> {
    let all: Decimal = rows.iter().sum();
    let sum = sum.min(all);
    let mut left = sum;
    let last = rows.len().saturating_sub(1);
    rows.iter()
        .enumerate()
        .map(|(position, row)| {
            let share = if position == last || all.is_zero() {
                left
            } else {
                four(sum * row / all)
            };
            left -= share;
            share
        })
        .collect()
}

/// To four digits, halves away from zero.
pub(in crate::demo) fn four(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
}

/// To cents, halves away from zero.
pub(in crate::demo) fn cents(number: Decimal) -> Decimal {
    let mut cents = number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    cents.rescale(2);
    cents
}
