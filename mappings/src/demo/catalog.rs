//! The catalog: categories and products with their texts per view, and how the API shows them. Read from `catalog.json`.

use std::io;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::php::{self, Blanks, Row};

/// The view that speaks German, and the one that speaks French.
const GERMAN: &str = "2";
const FRENCH: &str = "3";
/// Where pictures are said to be; the demo shop shows none.
const MEDIA: &str = "https://lamps.example.org/media/catalog/product";

/// What the shop sells, and where it stands.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Catalog {
    pub(super) categories: Vec<Category>,
    texts: Vec<Description>,
    pub(super) products: Vec<Product>,
}

/// A shelf.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Category {
    pub(super) id: String,
    pub(super) parent: String,
    #[serde(flatten)]
    names: Names,
    position: String,
    active: String,
}

/// What the products of a category say of themselves.
#[derive(Clone, Debug, Deserialize)]
struct Description {
    category: String,
    #[serde(flatten)]
    texts: Names,
}

/// A text, and what it is in the views that have their own.
#[derive(Clone, Debug, Deserialize)]
struct Names {
    name: Option<String>,
    de: Option<String>,
    fr: Option<String>,
}

/// Something that is sold.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Product {
    pub(super) id: String,
    pub(super) sku: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(flatten)]
    names: Names,
    pub(super) categories: Vec<String>,
    websites: Vec<String>,
    pub(super) price: Option<Decimal>,
    cost: Option<Decimal>,
    pub(super) weight: Option<Decimal>,
    pub(super) tax: String,
    pictures: u32,
    #[serde(default = "on_sale")]
    status: String,
    /// The SKU of the configurable product that this is a variant of.
    pub(super) of: Option<String>,
    /// Whether half a piece can be bought.
    #[serde(default)]
    pub(super) decimal_quantity: bool,
}

fn on_sale() -> String {
    String::from("1")
}

impl Names {
    fn in_view(&self, view: Option<&str>) -> Option<&str> {
        let own = match view {
            Some(GERMAN) => self.de.as_deref(),
            Some(FRENCH) => self.fr.as_deref(),
            Some(_) | None => None,
        };
        own.or(self.name.as_deref())
    }
}

impl Product {
    /// Its name in a view; `None`: what it is called where a view has no name of its own.
    pub(super) fn name(&self, view: Option<&str>) -> &str {
        self.names.in_view(view).unwrap_or_default()
    }

    /// Whether nothing is sent.
    pub(super) fn is_virtual(&self) -> bool {
        matches!(self.kind.as_str(), "virtual" | "downloadable")
    }
}

impl Catalog {
    /// The names that a view has of its own: article number, view, name.
    pub(super) fn translated_names(&self) -> Vec<(String, &'static str, String)> {
        let own = |product: &Product, view| {
            let name = product.name(Some(view));
            (name != product.name(None)).then(|| (product.sku.clone(), view, name.to_owned()))
        };
        let views = |product| [GERMAN, FRENCH].map(|view| own(product, view));
        self.products.iter().flat_map(views).flatten().collect()
    }

    pub(super) fn read() -> io::Result<Self> {
        Ok(serde_json::from_str(include_str!("catalog.json"))?)
    }

    /// The product with this article number.
    pub(super) fn product(&self, sku: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.sku == sku)
    }

    /// The product as `ol_catalog_product.info` shows it in a view.
    pub(super) fn product_row(&self, product: &Product, view: Option<&str>, blanks: &Blanks) -> Row {
        let mut row = blanks.product.row();
        let name = product.name(view);
        let about = self.about(product, view).unwrap_or_default();
        let (id, slug) = (&product.id, slug(product));
        let is_variant = product.of.is_some();
        let has_variants = product.kind == "configurable";
        php::set(
            &mut row,
            [
                ("product_id", json!(id)),
                ("sku", json!(product.sku)),
                ("set", json!("4")),
                ("type", json!(product.kind)),
                ("type_id", json!(product.kind)),
                ("categories", json!(product.categories)),
                ("websites", json!(product.websites)),
                (
                    "created_at",
                    json!(format!(
                        "2025-{:02}-12 08:{:02}:00",
                        number(id) % 12 + 1,
                        number(id) % 60
                    )),
                ),
                (
                    "updated_at",
                    json!(format!(
                        "2026-01-{:02} 10:{:02}:30",
                        number(id) % 28 + 1,
                        number(id) % 60
                    )),
                ),
                ("name", json!(name)),
                (
                    "description",
                    json!(if about.is_empty() {
                        String::new()
                    } else {
                        format!("{name}. {about}")
                    }),
                ),
                ("short_description", json!(about)),
                ("meta_title", json!(name)),
                ("meta_keyword", json!(name.replace(", ", " "))),
                ("meta_description", json!(about)),
                ("status", json!(product.status)),
                ("visibility", json!(if is_variant { "1" } else { "4" })),
                ("has_options", json!(if has_variants { "1" } else { "0" })),
                ("required_options", json!(if has_variants { "1" } else { "0" })),
                ("options_container", json!("container2")),
                ("news_from_date", json!("0000-00-00 00:00:00")),
                ("url_key", json!(slug)),
                ("url_path", json!(format!("{slug}.html"))),
            ],
        );
        priced(&mut row, product);
        row
    }

    fn about(&self, product: &Product, view: Option<&str>) -> Option<&str> {
        let first = product.categories.first()?;
        let found = self.texts.iter().find(|text| text.category == *first)?;
        found.texts.in_view(view)
    }

    /// The category as `catalog_category.info` shows it in a view.
    pub(super) fn category_row(&self, category: &Category, view: Option<&str>, blanks: &Blanks) -> Row {
        let mut row = blanks.category.row();
        let ids = |found: Vec<&Category>| {
            found
                .iter()
                .map(|found| found.id.as_str())
                .collect::<Vec<_>>()
                .join(",")
        };
        let path = self.path(category);
        php::set(
            &mut row,
            [
                ("category_id", json!(category.id)),
                // The only number that this call does not send as a text.
                ("parent_id", json!(number(&category.parent))),
                ("name", php::text_or_null(category.names.in_view(view))),
                ("is_active", json!(category.active)),
                ("position", json!(category.position)),
                ("level", json!((path.len() - 1).to_string())),
                ("path", json!(path.join("/"))),
                (
                    "path_in_store",
                    json!(
                        path.get(2..)
                            .unwrap_or_default()
                            .iter()
                            .rev()
                            .copied()
                            .collect::<Vec<_>>()
                            .join(",")
                    ),
                ),
                ("children", json!(ids(self.children(&category.id)))),
                ("all_children", json!(ids(self.below(category)))),
                ("created_at", json!("2019-01-01 08:00:00")),
                (
                    "updated_at",
                    json!(format!("2026-01-01 09:{:02}:00", number(&category.id))),
                ),
                ("include_in_menu", json!("1")),
                ("is_anchor", json!("0")),
                ("custom_use_parent_settings", json!("1")),
                ("display_mode", json!("PRODUCTS")),
                ("url_key", json!(format!("category-{}", category.id))),
                ("url_path", json!(format!("category-{}.html", category.id))),
            ],
        );
        row
    }

    /// What `catalog_category.tree` answers: the root with all that is below it.
    pub(super) fn tree(&self, root: &Category, view: Option<&str>) -> Value {
        let children = self.children(&root.id);
        json!({
            "category_id": root.id,
            "parent_id": root.parent,
            "name": root.names.in_view(view),
            "is_active": root.active,
            "position": root.position,
            "level": (self.path(root).len() - 1).to_string(),
            "children": children.iter().map(|child| self.tree(child, view)).collect::<Vec<_>>(),
        })
    }

    fn children(&self, id: &str) -> Vec<&Category> {
        self.categories
            .iter()
            .filter(|category| category.parent == id)
            .collect()
    }

    /// The category and all below it.
    fn below<'c>(&'c self, category: &'c Category) -> Vec<&'c Category> {
        let children = self.children(&category.id);
        let further = children.into_iter().flat_map(|child| self.below(child));
        std::iter::once(category).chain(further).collect()
    }

    /// The keys from the root to the category.
    fn path<'c>(&'c self, category: &'c Category) -> Vec<&'c str> {
        let parent = self.categories.iter().find(|found| found.id == category.parent);
        let mut path = parent.map(|parent| self.path(parent)).unwrap_or_default();
        path.push(&category.id);
        path
    }
}

/// What `product_media.list` answers. The main picture is not always the first.
pub(super) fn pictures(product: &Product) -> Value {
    let slug = slug(product);
    let letters: Vec<String> = slug
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .take(2)
        .map(String::from)
        .collect();
    let main = if number(&product.id).is_multiple_of(3) {
        product.pictures
    } else {
        1
    };
    (1..=product.pictures)
        .map(|position| {
            let file = format!("/{}/{slug}_{position}.jpg", letters.join("/"));
            let types: &[&str] = if position == main {
                &["image", "small_image", "thumbnail"]
            } else {
                &[]
            };
            json!({
                "file": file,
                "url": format!("{MEDIA}{file}"),
                "label": "",
                "position": position.to_string(),
                "exclude": "0",
                "types": types,
            })
        })
        .collect()
}

/// Prices, costs and weights; a group of products has none, a service has no weight.
fn priced(row: &mut Row, product: &Product) {
    if product.kind == "grouped" {
        return;
    }
    let amount = |number: Option<Decimal>| number.map_or(Value::Null, |number| json!(php::amount(number)));
    php::set(
        row,
        [
            ("price", amount(product.price)),
            ("minimal_price", amount(product.price)),
            ("cost", amount(product.cost)),
            ("tax_class_id", json!(product.tax)),
            ("tier_price", json!([])),
            ("group_price", json!([])),
        ],
    );
    if !product.is_virtual() {
        php::set(row, [("weight", amount(product.weight))]);
    }
}

fn slug(product: &Product) -> String {
    product.sku.to_lowercase()
}

/// The number that a key is; all keys of the catalog are numbers.
fn number(id: &str) -> u64 {
    id.parse().unwrap_or_default()
}
