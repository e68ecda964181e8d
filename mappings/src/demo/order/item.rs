//! The positions of an order as `sales_order.info` shows them: one row, or two where the article was configured.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::sum::{Amount, ItemSum, four};
use super::{Item, Order};
use crate::demo::data::Data;
use crate::demo::php::{Row, amount, set, set_amounts, text_or_null};

/// A position, or the pair of what was configured and what is sold.
pub(super) fn rows(data: &Data, order: &Order, item: &Item, sum: &ItemSum) -> Vec<Row> {
    let sold = item.sold(&data.catalog);
    let Some(configured) = item.configured(&data.catalog) else {
        return vec![item_row(data, order, item, Some(sum), ItemFace::Single)];
    };
    let mut parent = item_row(data, order, item, Some(sum), ItemFace::Single);
    set(
        &mut parent,
        [
            ("product_id", json!(configured.id)),
            ("product_type", json!(configured.kind)),
            ("name", json!(configured.name(Some(order.view().store)))),
            (
                "product_options",
                json!(options(item, sold.map(|sold| sold.name(None)).unwrap_or_default())),
            ),
        ],
    );
    vec![parent, item_row(data, order, item, None, ItemFace::Child)]
}

/// Which half of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ItemFace {
    Single,
    Child,
}

fn item_row(data: &Data, order: &Order, item: &Item, sum: Option<&ItemSum>, face: ItemFace) -> Row {
    let mut row = data.blanks.item.row();
    let sold = item.sold(&data.catalog);
    let is_child = face == ItemFace::Child;
    let id = if is_child { item.child_id() } else { item.id };
    let is_virtual = sold.is_some_and(|sold| sold.is_virtual());
    let is_decimal = sold.is_some_and(|sold| sold.decimal_quantity);
    set(
        &mut row,
        [
            ("item_id", json!(id.to_string())),
            ("order_id", json!(order.id.to_string())),
            ("quote_item_id", json!((id + 40_000).to_string())),
            ("store_id", json!(order.view().store)),
            ("created_at", json!(order.at)),
            ("updated_at", json!(order.updated_at)),
            (
                "parent_item_id",
                if is_child {
                    json!(item.id.to_string())
                } else {
                    Value::Null
                },
            ),
            ("product_id", text_or_null(sold.map(|sold| sold.id.as_str()))),
            ("product_type", json!(sold.map_or("simple", |sold| &sold.kind))),
            ("sku", json!(item.sku)),
            (
                "name",
                json!(sold.map_or("Shelf, no longer sold", |sold| sold.name(Some(order.view().store)))),
            ),
            ("product_options", json!(options(item, ""))),
            ("is_virtual", json!(if is_virtual { "1" } else { "0" })),
            ("is_qty_decimal", json!(if is_decimal { "1" } else { "0" })),
            ("is_nominal", json!("0")),
            ("no_discount", json!("0")),
            ("free_shipping", json!("0")),
            ("qty_ordered", json!(amount(item.quantity))),
            (
                "weight",
                sold.and_then(|sold| sold.weight)
                    .map_or(Value::Null, |weight| json!(amount(weight))),
            ),
            ("weee_tax_applied", json!("a:0:{}")),
        ],
    );
    item_amounts(&mut row, order, item, sum);
    row
}

/// The second half of a pair costs nothing: its first half has the price.
fn item_amounts(row: &mut Row, order: &Order, item: &Item, sum: Option<&ItemSum>) {
    let each = |row: Amount| {
        let one = |all: Decimal| four(all.checked_div(item.quantity).unwrap_or_default());
        (one(row.without_tax), one(row.with_tax))
    };
    let zero = Decimal::ZERO;
    let (price, price_incl_tax) = sum.map_or((zero, zero), |sum| each(sum.row));
    let of = |part: fn(&ItemSum) -> Decimal| Some(sum.map_or(zero, part));
    set_amounts(
        row,
        order.rate(),
        [
            ("price", Some(price)),
            ("price_incl_tax", Some(price_incl_tax)),
            ("original_price", of(|sum| sum.price)),
            ("row_total", of(|sum| sum.row.without_tax)),
            ("row_total_incl_tax", of(|sum| sum.row.with_tax)),
            ("discount_amount", of(|sum| sum.discount)),
            ("tax_amount", of(|sum| sum.tax)),
            ("hidden_tax_amount", of(|sum| sum.hidden_tax)),
        ],
    );
    let percent = sum.and_then(|sum| {
        let part = sum.discount * Decimal::ONE_HUNDRED;
        part.checked_div(sum.row.without_tax)
    });
    set(
        row,
        [
            ("tax_percent", json!(amount(sum.map_or(zero, |sum| sum.tax_rate)))),
            ("discount_percent", json!(amount(four(percent.unwrap_or_default())))),
        ],
    );
}

/// PHP's own notation, as the column of the shop holds it; lengths count bytes.
fn options(item: &Item, variant: &str) -> String {
    let quantity = amount(item.quantity);
    let request = format!(
        "s:15:\"info_buyRequest\";a:1:{{s:3:\"qty\";s:{}:\"{quantity}\";}}",
        quantity.len()
    );
    if variant.is_empty() {
        return format!("a:1:{{{request}}}");
    }
    format!(
        "a:3:{{{request}s:11:\"simple_name\";s:{}:\"{variant}\";s:10:\"simple_sku\";s:{}:\"{}\";}}",
        variant.len(),
        item.sku.len(),
        item.sku
    )
}
