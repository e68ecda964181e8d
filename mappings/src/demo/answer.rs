//! What the demo shop answers: the methods of the Magento API that connectors call, with its faults in its words.

use serde_json::{Value, json};
use tenon_runtime::adapter::xml_rpc::codec::Fault;

use super::catalog::{Catalog, Category, Product, pictures};
use super::data::{self, Data};
use super::filter::{self, matching, plain};
use super::order::show;
use super::php::{Row, set};

type Answer = Result<Value, Fault>;

/// The answer to one call.
pub(super) fn answer(data: &Data, method: &str, args: &[Value]) -> Answer {
    match method {
        "ol_websites.search" => search(&data.websites, "website_id", args),
        "ol_websites.info" => info(&data.websites, "website_id", "Website", args),
        "ol_groups.search" => search(&data.groups, "group_id", args),
        "ol_groups.info" => info(&data.groups, "group_id", "Store", args),
        "ol_storeviews.search" => search(&data.storeviews, "store_id", args),
        "ol_storeviews.info" => info(&data.storeviews, "store_id", "Store view", args),
        "ol_customer_groups.list" | "customer_group.list" => Ok(rows(matching(&data.customer_groups, args)?)),
        "ol_customer_groups.info" => info(&data.customer_groups, "customer_group_id", "Customer group", args),
        "customer.list" => Ok(rows(
            matching(&data.customers, args)?
                .into_iter()
                .map(without_nulls)
                .collect(),
        )),
        "customer.info" => info(&data.customers, "customer_id", "Customer", args),
        "customer_address.list" => addresses(data, args),
        "customer_address.info" => data
            .address(&key(args)?)
            .map(Value::Object)
            .ok_or_else(|| not_there("Address")),
        "catalog_category.tree" => tree(data, args),
        "catalog_category.info" => category(data, args),
        "ol_catalog_product.search" => search(&products(data), "product_id", args),
        "catalog_product.list" | "ol_catalog_product.list" => Ok(rows(matching(&products(data), args)?)),
        "catalog_product.info" | "ol_catalog_product.info" => product(data, args),
        "product_media.list" | "catalog_product_attribute_media.list" => named(data, args).map(pictures),
        "sales_order.search" => search(&orders(data), "increment_id", filter::wrapped(args)),
        "sales_order.list" | "order.list" => Ok(rows(matching(&orders(data), args)?)),
        "sales_order.info" | "order.info" => order(data, args).map(|order| Value::Object(show::info(data, order))),
        "sales_order.get_parent" => {
            order(data, args).map(|order| order.parent.as_deref().map_or(json!(false), Value::from))
        }
        _ => Err(fault(3, "Invalid api path.")),
    }
}

/// A fault of the shop.
pub(super) fn fault(code: i64, text: impl Into<String>) -> Fault {
    Fault {
        code,
        text: text.into(),
    }
}

fn not_there(what: &str) -> Fault {
    fault(102, format!("{what} not exists."))
}

fn search(rows: &[Row], key: &str, args: &[Value]) -> Answer {
    Ok(matching(rows, args)?.into_iter().map(|row| row[key].clone()).collect())
}

fn info(rows: &[Row], key_field: &str, what: &str, args: &[Value]) -> Answer {
    data::find(rows, key_field, &key(args)?)
        .map(|row| Value::Object(row.clone()))
        .ok_or_else(|| not_there(what))
}

/// Of one customer: `list({ customer_id: { eq: 42 } })` or `list(42)`.
fn addresses(data: &Data, args: &[Value]) -> Answer {
    let id = match args.first() {
        Some(Value::Object(filter)) => match &filter.get("customer_id").and_then(|condition| condition.get("eq")) {
            Some(id) => plain(id),
            None => None,
        },
        Some(id) => plain(id),
        None => None,
    };
    let id = id.ok_or_else(|| fault(101, "Invalid filters. Say whose addresses: customer_id eq."))?;
    let customer = data::find(&data.customers, "customer_id", &id).ok_or_else(|| not_there("Customer"))?;
    Ok(rows(data.address_book(customer)))
}

fn rows(rows: Vec<Row>) -> Value {
    rows.into_iter().map(Value::Object).collect()
}

/// Lists leave out what is null, as the real shop does.
fn without_nulls(row: Row) -> Row {
    row.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// The key that a call names, written as text or as a number.
fn key(args: &[Value]) -> Result<String, Fault> {
    args.first()
        .and_then(plain)
        .ok_or_else(|| fault(6, "Required parameter is missing."))
}

fn categories_from(data: &Data, root: Option<String>) -> Result<&Category, Fault> {
    let mut categories = data.catalog.categories.iter();
    let found = match root {
        Some(id) => categories.find(|category| category.id == id),
        None => categories.next(),
    };
    found.ok_or_else(|| fault(102, "Category not exists."))
}

/// `tree(root, view)`; both may be left out.
fn tree(data: &Data, args: &[Value]) -> Answer {
    let root = categories_from(data, args.first().and_then(plain))?;
    Ok(data.catalog.tree(root, view(data, args.get(1))?.as_deref()))
}

/// `info(id, view)`
fn category(data: &Data, args: &[Value]) -> Answer {
    let category = categories_from(data, Some(key(args)?))?;
    let view = view(data, args.get(1))?;
    Ok(data
        .catalog
        .category_row(category, view.as_deref(), &data.blanks)
        .into())
}

/// What lists tell of products.
fn products(data: &Data) -> Vec<Row> {
    let Catalog { products, .. } = &data.catalog;
    products
        .iter()
        .map(|product| {
            let full = data.catalog.product_row(product, None, &data.blanks);
            let mut row = Row::new();
            for (shown, field) in LISTED {
                set(&mut row, [(shown, full.get(field).cloned().unwrap_or_default())]);
            }
            row
        })
        .collect()
}

/// Names in lists, and in the record. The times are columns of the list: filters may name them.
const LISTED: [(&str, &str); 9] = [
    ("product_id", "product_id"),
    ("sku", "sku"),
    ("name", "name"),
    ("set", "set"),
    ("type", "type"),
    ("category_ids", "categories"),
    ("website_ids", "websites"),
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
];

/// `info(id, view, attributes, "id")`; attributes are all sent.
fn product(data: &Data, args: &[Value]) -> Answer {
    let product = named(data, args)?;
    let view = view(data, args.get(1))?;
    Ok(data.catalog.product_row(product, view.as_deref(), &data.blanks).into())
}

/// By its number; an article number will do as well, as the real shop has it.
fn named<'d>(data: &'d Data, args: &[Value]) -> Result<&'d Product, Fault> {
    let key = key(args)?;
    let by_id = data.catalog.products.iter().find(|product| product.id == key);
    by_id
        .or_else(|| data.catalog.product(&key))
        .ok_or_else(|| fault(101, "Product not exists."))
}

fn orders(data: &Data) -> Vec<Row> {
    data.orders.iter().map(|order| show::summary(data, order)).collect()
}

fn order<'d>(data: &'d Data, args: &[Value]) -> Result<&'d super::order::Order, Fault> {
    let number = key(args)?;
    let mut orders = data.orders.iter();
    orders
        .find(|order| order.number == number)
        .ok_or_else(|| fault(100, "Requested order not exists."))
}

/// A store view by its number or its code.
fn view(data: &Data, arg: Option<&Value>) -> Result<Option<String>, Fault> {
    let Some(name) = arg.and_then(plain) else {
        return Ok(None);
    };
    let by = |field| data::find(&data.storeviews, field, &name);
    match by("store_id").or_else(|| by("code")) {
        Some(view) => Ok(Some(data::text(view, "store_id").to_owned())),
        None => Err(fault(101, "Requested store view not found.")),
    }
}
