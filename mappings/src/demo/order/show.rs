//! Orders as `sales_order.info` and the lists show them.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::sum::{Sums, sum};
use super::{Order, item};
use crate::demo::data::{Data, text};
use crate::demo::php::{Row, amount, set, set_amounts, text_or_null};

/// All of an order.
pub(in crate::demo) fn info(data: &Data, order: &Order) -> Row {
    let sums = sum(order, &data.catalog);
    let mut row = summary(data, order);
    let items = order.items.iter().zip(&sums.items);
    let items: Vec<Row> = items
        .flat_map(|(item, sum)| item::rows(data, order, item, sum))
        .collect();
    let shipping = if order.is_virtual(&data.catalog) {
        // PHP has no empty record: it sends an empty list.
        json!([])
    } else {
        Value::Object(address(data, order, "shipping"))
    };
    set(
        &mut row,
        [
            ("billing_address", Value::Object(address(data, order, "billing"))),
            ("shipping_address", shipping),
            ("items", json!(items)),
            ("payment", Value::Object(payment(data, order, &sums))),
            ("status_history", history(order)),
        ],
    );
    row
}

/// What lists tell of an order: nothing that is a record of its own.
pub(in crate::demo) fn summary(data: &Data, order: &Order) -> Row {
    let mut row = data.blanks.order.row();
    let view = order.view();
    let is_virtual = order.is_virtual(&data.catalog);
    set(
        &mut row,
        [
            ("increment_id", json!(order.number)),
            ("order_id", json!(order.id.to_string())),
            ("store_id", json!(view.store)),
            ("website_id", json!(view.website)),
            ("store_name", json!(view.name)),
            ("state", json!(order.state)),
            ("status", json!(status(&order.state))),
            ("created_at", json!(order.at)),
            ("updated_at", json!(order.updated_at)),
            ("imported", json!("0")),
            ("is_virtual", json!(if is_virtual { "1" } else { "0" })),
            ("total_item_count", json!(order.items.len().to_string())),
            ("quote_id", json!((order.id + 40_000).to_string())),
            ("protect_code", json!(format!("{:06x}", order.id * 7919))),
            ("billing_address_id", json!((order.id * 2).to_string())),
            (
                "shipping_address_id",
                if is_virtual {
                    Value::Null
                } else {
                    json!((order.id * 2 + 1).to_string())
                },
            ),
        ],
    );
    buyer(&mut row, data, order);
    currencies(&mut row, order);
    totals(&mut row, order, &sum(order, &data.catalog));
    relations(&mut row, data, order);
    row
}

fn buyer(row: &mut Row, data: &Data, order: &Order) {
    let customer = data.customer_of(order);
    let guest = order.guest.as_ref();
    let of_customer = |field: &str| customer.map(|customer| text(customer, field));
    set(
        row,
        [
            ("customer_id", text_or_null(order.customer.as_deref())),
            ("customer_is_guest", json!(if guest.is_some() { "1" } else { "0" })),
            ("customer_group_id", json!(of_customer("group_id").unwrap_or("0"))),
            (
                "customer_email",
                text_or_null(of_customer("email").or(guest.map(|guest| guest.mail.as_str()))),
            ),
            // Who orders as a guest names himself in his addresses only.
            ("customer_firstname", text_or_null(of_customer("firstname"))),
            ("customer_lastname", text_or_null(of_customer("lastname"))),
            ("customer_dob", json!("0000-00-00 00:00:00")),
            ("customer_note_notify", json!("1")),
        ],
    );
}

fn currencies(row: &mut Row, order: &Order) {
    for field in ["base", "global"] {
        row.insert(format!("{field}_currency_code"), json!(order.base_currency()));
    }
    for field in ["order", "store"] {
        row.insert(format!("{field}_currency_code"), json!(order.currency()));
    }
    for field in ["base_to_global", "store_to_order"] {
        row.insert(format!("{field}_rate"), json!(amount(Decimal::ONE)));
    }
    for field in ["base_to_order", "store_to_base"] {
        row.insert(format!("{field}_rate"), json!(amount(order.rate())));
    }
}

fn totals(row: &mut Row, order: &Order, sums: &Sums) {
    let paid = order.paid.then_some(sums.grand_total);
    let due = sums.grand_total - paid.unwrap_or_default();
    set_amounts(
        row,
        order.rate(),
        [
            ("subtotal", Some(sums.subtotal.without_tax)),
            ("subtotal_incl_tax", Some(sums.subtotal.with_tax)),
            // Magento takes it off the sum: below zero here, above zero in the positions.
            ("discount_amount", Some(-sums.discount)),
            ("tax_amount", Some(sums.tax)),
            ("hidden_tax_amount", Some(sums.hidden_tax)),
            ("shipping_amount", Some(sums.shipping.without_tax)),
            ("shipping_incl_tax", Some(sums.shipping.with_tax)),
            ("shipping_tax_amount", Some(sums.shipping.tax())),
            ("grand_total", Some(sums.grand_total)),
            ("total_paid", paid),
            ("total_due", Some(due)),
        ],
    );
    // Extensions add their fields only where they had a part in the order.
    if order.cod.is_some() {
        set_amounts(
            row,
            order.rate(),
            [
                ("cod_fee", Some(sums.cod.without_tax)),
                ("cod_tax_amount", Some(sums.cod.tax())),
            ],
        );
    }
    if order.gift.is_some() {
        gift(row, order, sums.gift);
    }
    let shipping = order.shipping.as_ref();
    set(
        row,
        [
            ("total_qty_ordered", json!(amount(sums.quantity))),
            ("weight", json!(amount(Decimal::ZERO))),
            (
                "shipping_method",
                text_or_null(shipping.map(|shipping| shipping.method.as_str())),
            ),
            (
                "shipping_description",
                text_or_null(shipping.map(|shipping| carrier(&shipping.method))),
            ),
            (
                "discount_description",
                text_or_null(order.discount.as_ref().map(|_| "Spring sale")),
            ),
        ],
    );
}

/// The German view has a module for gift certificates, the others the gift cards of Magento itself.
fn gift(row: &mut Row, order: &Order, paid: Decimal) {
    if order.view().store == "2" {
        set_amounts(row, order.rate(), [("gift_cert_amount", Some(paid))]);
        row.insert(String::from("gift_cert_code"), json!(format!("GIFT-{}", order.id)));
    } else {
        set_amounts(row, order.rate(), [("gift_cards_amount", Some(paid))]);
    }
}

/// An edited order names the one that it replaces, which names it.
fn relations(row: &mut Row, data: &Data, order: &Order) {
    let by_number = |number: &str| data.orders.iter().find(|found| found.number == number);
    if let Some(parent) = order.parent.as_deref().and_then(by_number) {
        let original = order.number.split('-').next();
        set(
            row,
            [
                ("relation_parent_id", json!(parent.id.to_string())),
                ("relation_parent_real_id", json!(parent.number)),
                ("original_increment_id", text_or_null(original)),
                ("edit_increment", json!(order.number.rsplit('-').next())),
            ],
        );
    }
    let replaces = |found: &&Order| found.parent.as_deref() == Some(&order.number);
    if let Some(child) = data.orders.iter().find(replaces) {
        set(
            row,
            [
                ("relation_child_id", json!(child.id.to_string())),
                ("relation_child_real_id", json!(child.number)),
            ],
        );
    }
}

fn payment(data: &Data, order: &Order, sums: &Sums) -> Row {
    let mut row = data.blanks.payment.row();
    let settled = order.paid.then_some(sums.grand_total);
    set_amounts(
        &mut row,
        order.rate(),
        [
            ("amount_ordered", Some(sums.grand_total)),
            ("amount_paid", settled),
            ("amount_authorized", order.authorized.then_some(sums.grand_total)),
            ("shipping_amount", Some(sums.shipping.without_tax)),
        ],
    );
    let transaction = (order.paid && order.payment.starts_with("paypal")).then(|| format!("TX{:08}", order.id * 7919));
    set(
        &mut row,
        [
            ("payment_id", json!(order.id.to_string())),
            ("parent_id", json!(order.id.to_string())),
            ("method", json!(order.payment)),
            ("last_trans_id", text_or_null(transaction.as_deref())),
            ("cc_exp_month", json!("0")),
            ("cc_exp_year", json!("0")),
            ("cc_ss_start_month", json!("0")),
            ("cc_ss_start_year", json!("0")),
            // Magento has a record here for some methods only; PHP sends an empty one as a list.
            ("additional_information", json!([])),
        ],
    );
    row
}

/// As it was typed into the order: a copy of an address of the customer, or what a guest wrote.
fn address(data: &Data, order: &Order, kind: &str) -> Row {
    let mut row = data.blanks.address.row();
    if let Some(guest) = &order.guest {
        set(
            &mut row,
            [
                ("firstname", json!(guest.firstname)),
                ("lastname", json!(guest.lastname)),
                ("company", text_or_null(guest.company.as_deref())),
                ("street", json!(guest.street)),
                ("postcode", json!(guest.postcode)),
                ("city", json!(guest.city)),
                ("country_id", json!(guest.country)),
                ("email", json!(guest.mail)),
            ],
        );
    }
    if let Some(customer) = data.customer_of(order) {
        let own = data.order_address(customer, kind);
        set(
            &mut row,
            [
                ("firstname", json!(text(customer, "firstname"))),
                ("lastname", json!(text(customer, "lastname"))),
                ("email", json!(text(customer, "email"))),
                ("customer_id", text_or_null(order.customer.as_deref())),
                (
                    "customer_address_id",
                    text_or_null(own.map(|own| text(own, "customer_address_id"))),
                ),
            ],
        );
        if own.is_none() {
            // A customer without an address book types one into the order.
            set(
                &mut row,
                [
                    ("street", json!("General Delivery")),
                    ("postcode", json!("10117")),
                    ("city", json!("Berlin")),
                    ("country_id", json!("DE")),
                ],
            );
        }
        let copied = [
            "firstname",
            "lastname",
            "prefix",
            "company",
            "street",
            "postcode",
            "city",
            "region",
            "country_id",
            "telephone",
        ];
        for field in copied {
            if let Some(value) = own.and_then(|own| own.get(field)) {
                row.insert(field.to_owned(), value.clone());
            }
        }
    }
    let id = if kind == "billing" {
        order.id * 2
    } else {
        order.id * 2 + 1
    };
    set(
        &mut row,
        [
            ("address_id", json!(id.to_string())),
            ("parent_id", json!(order.id.to_string())),
            ("address_type", json!(kind)),
        ],
    );
    row
}

/// The newest entry first.
fn history(order: &Order) -> Value {
    let entry = |at: &str, status: &str, comment: Option<&str>| {
        json!({
            "parent_id": order.id.to_string(),
            "entity_name": "order",
            "store_id": order.view().store,
            "created_at": at,
            "status": status,
            "comment": comment,
            "is_customer_notified": "0",
            "is_visible_on_front": "0",
        })
    };
    let first = entry(&order.at, "pending", None);
    match order.state.as_str() {
        "new" | "pending_payment" => json!([first]),
        "canceled" => json!([entry(&order.updated_at, "canceled", Some("Canceled.")), first]),
        state => json!([
            entry(
                &order.updated_at,
                status(state),
                Some("Thank you — it is on its way & <insured>.")
            ),
            first
        ]),
    }
}

/// What people read for a state.
fn status(state: &str) -> &str {
    match state {
        "new" => "pending",
        other => other,
    }
}

/// What people read for a way of shipping.
pub(in crate::demo) fn carrier(method: &str) -> &str {
    match method {
        "flatrate_flatrate" => "Flat Rate - Fixed",
        "tablerate_bestway" => "Best Way - Table Rate",
        "freeshipping_freeshipping" => "Free Shipping - Free",
        "ups_03" => "United Parcel Service - Ground",
        "laposte_colis" => "La Poste - Colis",
        other => other,
    }
}
