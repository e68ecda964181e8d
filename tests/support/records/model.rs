//! Models and bindings as generated code would write them.

use tenon_runtime::connector::{Binding, ExternalType, OwnColumns};
use tenon_runtime::model::{Filter, Literal, Model, ModelField, ModelKind, NaturalKey, OnDelete};
use tenon_runtime::shape::{Field, Kind, Shape, Wire};

/// A field that may be null.
pub const fn nullable(name: &'static str, kind: ModelKind) -> ModelField {
    ModelField {
        nullable: true,
        ..ModelField::new(name, kind)
    }
}

/// A field with a default.
pub const fn default(name: &'static str, kind: ModelKind, default: Literal) -> ModelField {
    ModelField {
        default: Some(default),
        ..ModelField::new(name, kind)
    }
}

/// A reference.
pub const fn leads_to(model: &'static str, on_delete: OnDelete) -> ModelKind {
    ModelKind::Ref { model, on_delete }
}

/// A model of fields alone.
pub const fn plain(name: &'static str, table: &'static str, fields: &'static [ModelField]) -> Model {
    Model {
        name,
        table,
        fields,
        keys: &[],
        unique: &[],
        indexes: &[],
    }
}

const ADDRESS_KIND: ModelKind = ModelKind::Enum {
    words: &["contact", "invoice", "delivery"],
    open: false,
};
const ORIGIN: ModelKind = ModelKind::Enum {
    words: &["web", "shop"],
    open: true,
};

/// Countries, found by code.
pub static COUNTRY: Model = Model {
    keys: &[NaturalKey {
        fields: &["code"],
        fold: false,
        filter: None,
    }],
    ..plain(
        "res.country",
        "res__country",
        &[
            ModelField {
                max: Some(2),
                ..ModelField::new("code", ModelKind::Text)
            },
            ModelField::new("name", ModelKind::Text),
        ],
    )
};

/// States, found by country and folded name.
pub static STATE: Model = Model {
    keys: &[NaturalKey {
        fields: &["country_id", "name"],
        fold: true,
        filter: None,
    }],
    ..plain(
        "res.country.state",
        "res__country__state",
        &[
            ModelField::new("country_id", leads_to("res.country", OnDelete::Restrict)),
            ModelField::new("name", ModelKind::Text),
        ],
    )
};

/// Categories.
pub static CATEGORY: Model = plain(
    "res.partner.category",
    "res__partner__category",
    &[ModelField::new("name", ModelKind::Text)],
);

/// Partners: one field of every kind that matters.
pub static PARTNER: Model = Model {
    name: "res.partner",
    table: "res__partner",
    fields: &[
        ModelField {
            max: Some(16),
            ..ModelField::new("name", ModelKind::Text)
        },
        nullable("ref", ModelKind::Text),
        nullable("parent_id", leads_to("res.partner", OnDelete::Clear)),
        ModelField::new(
            "child_ids",
            ModelKind::OneToMany {
                model: "res.partner",
                by: "parent_id",
            },
        ),
        nullable("email", ModelKind::Text),
        default("active", ModelKind::Bool, Literal::Bool(true)),
        default("credit_limit", ModelKind::Decimal(2), Literal::Decimal("0.00")),
        ModelField::new(
            "category_id",
            ModelKind::ManyToMany {
                model: "res.partner.category",
            },
        ),
        default("type", ADDRESS_KIND, Literal::Text("contact")),
        nullable("origin", ORIGIN),
        nullable("birthday", ModelKind::Date),
        nullable("opens", ModelKind::Time),
        nullable("lasts", ModelKind::Duration),
        ModelField::new("tags", ModelKind::Value(&TAGS)),
        nullable("size", ModelKind::Value(&SIZE)),
        nullable("seen_at", ModelKind::DateTime),
        nullable("uuid", ModelKind::Uuid),
        nullable("photo", ModelKind::Bytes),
        nullable("extra", ModelKind::Json),
        nullable("country_id", leads_to("res.country", OnDelete::Restrict)),
        ModelField {
            per_language: true,
            ..nullable("comment", ModelKind::Text)
        },
        default("rank", ModelKind::Int, Literal::Int(0)),
    ],
    keys: &[NaturalKey {
        fields: &["email"],
        fold: true,
        filter: Some(Filter::IsNull { field: "parent_id" }),
    }],
    unique: &[&["ref", "country_id"]],
    indexes: &[&["parent_id"]],
};

/// A list of texts.
static TAGS: Field = Field::new(
    "",
    Kind::List(&Shape {
        name: "",
        wire: Wire::Json,
        slots: 1,
        fields: &[Field::new("", Kind::Text, 0)],
    }),
    0,
);

/// A record.
static SIZE: Field = Field::new(
    "",
    Kind::Record(&Shape {
        name: "",
        wire: Wire::Json,
        slots: 2,
        fields: &[
            Field::new("width", Kind::Decimal(Some(2)), 0),
            Field {
                optional: true,
                ..Field::new("unit", Kind::Text, 0)
            },
        ],
    }),
    0,
);

/// Orders; partners with orders cannot be deleted.
pub static ORDER: Model = plain(
    "sale.order",
    "sale__order",
    &[
        ModelField::new("name", ModelKind::Text),
        ModelField::new("partner_id", leads_to("res.partner", OnDelete::Restrict)),
        ModelField::new(
            "order_line",
            ModelKind::OneToMany {
                model: "sale.order.line",
                by: "order_id",
            },
        ),
    ],
);

/// Lines, deleted with their order.
pub static LINE: Model = plain(
    "sale.order.line",
    "sale__order__line",
    &[
        ModelField::new("order_id", leads_to("sale.order", OnDelete::Cascade)),
        ModelField::new("price", ModelKind::Decimal(4)),
        nullable("item", ModelKind::Int),
        nullable("exchanged_at", ModelKind::DateTime),
    ],
);

/// All of them.
pub static MODELS: &[&Model] = &[&COUNTRY, &STATE, &CATEGORY, &PARTNER, &ORDER, &LINE];

static KEY: Shape = Shape {
    name: "",
    wire: Wire::Php,
    slots: 1,
    fields: &[],
};

/// An external type.
pub const fn external(name: &'static str, binding: Binding) -> ExternalType {
    ExternalType {
        connector: "magento",
        name,
        key: &KEY,
        key_parts: 1,
        revision: Some("updated_at"),
        sensitive: &[],
        binding: Some(binding),
    }
}

/// A binding without extra fields.
pub const fn binding(table: &'static str, model: &'static str) -> Binding {
    Binding {
        table,
        model,
        scope: &[],
        fields: &[],
        one_to_one: false,
        columns: None,
    }
}

/// Customers lead to partners, with fields of their own.
pub static CUSTOMER: ExternalType = external(
    "Customer",
    Binding {
        fields: &[
            nullable("email", ModelKind::Text),
            default("points", ModelKind::Int, Literal::Int(0)),
        ],
        ..binding("magento__Customer", "res.partner")
    },
);

/// Addresses lead to partners too.
pub static ADDRESS: ExternalType = external("Address", binding("magento__Address", "res.partner"));

/// Orders, exactly one per internal order.
pub static SALE: ExternalType = external(
    "Sale",
    Binding {
        one_to_one: true,
        ..binding("magento__Sale", "sale.order")
    },
);

/// Lines, which hold their key.
pub static ITEM: ExternalType = external(
    "Item",
    Binding {
        columns: Some(OwnColumns {
            key: "item",
            synced: Some("exchanged_at"),
        }),
        ..binding("magento__Item", "sale.order.line")
    },
);

/// Accounts are known per website.
pub static ACCOUNT: ExternalType = external(
    "Account",
    Binding {
        scope: &["website"],
        fields: &[ModelField::new("website", ModelKind::Int)],
        ..binding("magento__Account", "res.partner")
    },
);

/// Embedded in other records.
pub static REGION: ExternalType = ExternalType {
    connector: "magento",
    name: "Region",
    key: &KEY,
    key_parts: 0,
    revision: None,
    sensitive: &[],
    binding: None,
};

/// All of them.
pub static EXTERNALS: &[&ExternalType] = &[&CUSTOMER, &ADDRESS, &SALE, &ITEM, &ACCOUNT, &REGION];

/// Its table has a longer name than databases take.
pub static LONG: ExternalType = external(
    "CustomerAddressOfTheSecondWebsiteWithAVeryLongNameIndeed",
    binding(
        "magento__CustomerAddressOfTheSecondWebsiteWithAVeryLongNameIndeed",
        "res.partner",
    ),
);
