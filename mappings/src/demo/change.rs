//! Changes to orders in the running shop, as its people make them: positions, cancellations, edits.

use rust_decimal::Decimal;

use super::data::Data;
use super::order::{self, Item, Order};

impl Data {
    /// Adds a position; its number, or `None`: there is no such order or article.
    pub(super) fn add_item(&mut self, number: &str, sku: &str, quantity: Decimal) -> Option<u64> {
        self.catalog.product(sku)?;
        let id = self.next_item();
        self.change_order(number, |order| {
            order.items.push(order::new_item(id, sku, quantity));
            Some(id)
        })
    }

    /// Takes a position away; `None`: there is no such one.
    pub(super) fn remove_item(&mut self, number: &str, id: u64) -> Option<()> {
        self.change_order(number, |order| {
            let position = order.items.iter().position(|item| item.id == id)?;
            order.items.remove(position);
            Some(())
        })
    }

    /// Changes how much of an article was ordered; `None`: there is no such position.
    pub(super) fn change_item(&mut self, number: &str, id: u64, quantity: Decimal) -> Option<()> {
        self.change_order(number, |order| {
            let item = order.items.iter_mut().find(|item| item.id == id)?;
            item.quantity = quantity;
            Some(())
        })
    }

    /// Cancels an order; `None`: there is no such one.
    pub(super) fn cancel(&mut self, number: &str) -> Option<()> {
        self.change_order(number, |order| {
            order.state = String::from("canceled");
            Some(())
        })
    }

    /// Notes that an order was paid; `None`: there is no such one.
    pub(super) fn pay(&mut self, number: &str) -> Option<()> {
        self.change_order(number, |order| {
            order.paid = true;
            order.state = String::from("processing");
            Some(())
        })
    }

    /// Edits an order as Magento does: it is canceled, and a new one with new positions takes its place. Gives the number
    /// of the new one.
    pub(super) fn edit(&mut self, number: &str) -> Option<String> {
        let next_order = self.orders.iter().map(|order| order.id).max().unwrap_or_default() + 1;
        let mut id = self.next_item();
        let old = self.orders.iter().find(|order| order.number == number)?;
        let mut new = old.clone();
        new.number = edited(number);
        new.id = next_order;
        new.parent = Some(number.to_owned());
        for item in &mut new.items {
            item.id = id;
            id += order::ITEM_STEP;
        }
        self.cancel(number)?;
        new.at = self.tick();
        new.updated_at = new.at.clone();
        let number = new.number.clone();
        self.orders.push(new);
        Some(number)
    }

    fn change_order<T>(&mut self, number: &str, change: impl FnOnce(&mut Order) -> Option<T>) -> Option<T> {
        let now = self.tick();
        let order = self.orders.iter_mut().find(|order| order.number == number)?;
        let changed = change(order)?;
        order.updated_at = now;
        Some(changed)
    }

    fn next_item(&self) -> u64 {
        let all = self.orders.iter().flat_map(|order| &order.items);
        all.map(|item: &Item| item.id).max().unwrap_or_default() + order::ITEM_STEP
    }
}

/// `100000008`, `100000008-1`, `100000008-2`
fn edited(number: &str) -> String {
    match number.split_once('-') {
        Some((original, edit)) => format!("{original}-{}", edit.parse::<u32>().unwrap_or_default() + 1),
        None => format!("{number}-1"),
    }
}
