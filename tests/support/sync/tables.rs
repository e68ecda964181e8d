//! A small shop connector as generated code would hold it: models, external types, operations. Written by hand.

use tenon_runtime::connector::{
    AdapterInfo, Binding, Connector, ExternalType, Operation, Protocol, Request, Setting, Template,
};
use tenon_runtime::model::{Filter, Literal, Model, ModelField, ModelKind, NaturalKey, OnDelete};
use tenon_runtime::shape::{Field, KeyKind, Kind, Shape, Wire};

const INT_KEY: Kind = Kind::Key(KeyKind::Int);
const TEXT_KEY: Kind = Kind::Key(KeyKind::Text);

const fn text(name: &'static str) -> ModelField {
    ModelField::new(name, ModelKind::Text)
}

const fn nullable(field: ModelField) -> ModelField {
    ModelField {
        nullable: true,
        ..field
    }
}

const fn flag(name: &'static str, default: bool) -> ModelField {
    ModelField {
        default: Some(Literal::Bool(default)),
        ..ModelField::new(name, ModelKind::Bool)
    }
}

const fn to(name: &'static str, model: &'static str, on_delete: OnDelete) -> ModelField {
    ModelField::new(name, ModelKind::Ref { model, on_delete })
}

const fn model(name: &'static str, table: &'static str, fields: &'static [ModelField]) -> Model {
    Model {
        name,
        table,
        fields,
        keys: &[],
        unique: &[],
        indexes: &[],
    }
}

pub static WEBSITE_MODEL: Model = model("web.website", "web__website", &[text("name")]);

pub static VIEW_MODEL: Model = model(
    "web.view",
    "web__view",
    &[
        text("name"),
        nullable(text("lang")),
        to("website_id", "web.website", OnDelete::Cascade),
    ],
);

pub static CATEGORY_MODEL: Model = model(
    "res.category",
    "res__category",
    &[text("name"), nullable(to("parent_id", "res.category", OnDelete::Clear))],
);

pub static PEER_MODEL: Model = model(
    "res.peer",
    "res__peer",
    &[text("name"), to("peer_id", "res.peer", OnDelete::Restrict)],
);

pub static PARTNER: Model = Model {
    name: "res.partner",
    table: "res__partner",
    fields: &[
        ModelField {
            max: Some(20),
            ..text("name")
        },
        nullable(text("email")),
        flag("customer", false),
        flag("is_company", false),
        flag("active", true),
        nullable(text("street")),
        nullable(text("city")),
        nullable(text("phone")),
        nullable(to("parent_id", "res.partner", OnDelete::Clear)),
        ModelField::new(
            "child_ids",
            ModelKind::OneToMany {
                model: "res.partner",
                by: "parent_id",
            },
        ),
        ModelField::new("category_id", ModelKind::ManyToMany { model: "res.category" }),
        nullable(text("lang")),
        nullable(ModelField::new("rank", ModelKind::Int)),
        nullable(ModelField::new("seen_at", ModelKind::DateTime)),
    ],
    keys: &[NaturalKey {
        fields: &["email"],
        fold: true,
        filter: Some(Filter::IsNull { field: "parent_id" }),
    }],
    unique: &[],
    indexes: &[],
};

pub static ORDER_MODEL: Model = model(
    "sale.order",
    "sale__order",
    &[
        text("name"),
        ModelField::new(
            "line_ids",
            ModelKind::OneToMany {
                model: "sale.order.line",
                by: "order_id",
            },
        ),
    ],
);

pub static LINE_MODEL: Model = model(
    "sale.order.line",
    "sale__order__line",
    &[
        text("name"),
        ModelField {
            default: Some(Literal::Int(1)),
            ..ModelField::new("quantity", ModelKind::Int)
        },
        to("order_id", "sale.order", OnDelete::Cascade),
    ],
);

pub static MODELS: &[&Model] = &[
    &WEBSITE_MODEL,
    &VIEW_MODEL,
    &CATEGORY_MODEL,
    &PEER_MODEL,
    &PARTNER,
    &ORDER_MODEL,
    &LINE_MODEL,
];

const fn key_shape(name: &'static str, slots: u16, fields: &'static [Field]) -> Shape {
    Shape {
        name,
        wire: Wire::Php,
        slots,
        fields,
    }
}

const fn at(place: &'static str, field: Field) -> Field {
    Field { place, ..field }
}

const fn maybe(field: Field) -> Field {
    Field {
        optional: true,
        nullable: true,
        ..field
    }
}

const fn binding(table: &'static str, model: &'static str, fields: &'static [ModelField]) -> Option<Binding> {
    Some(Binding {
        table,
        model,
        scope: &[],
        fields,
        one_to_one: false,
        columns: None,
    })
}

macro_rules! external {
    ($type:ident, $shape:ident, $name:literal, $key:literal, $kind:expr, $table:literal, $model:literal) => {
        static $shape: Shape = key_shape(
            $name,
            1,
            &[at(
                concat!("shop/1/", $name, ".tenon:2"),
                Field::new($key, $kind, 0),
            )],
        );
        pub static $type: ExternalType = ExternalType {
            connector: "shop",
            name: $name,
            key: &$shape,
            key_parts: 1,
            revision: None,
            sensitive: &[],
            binding: binding($table, $model, &[]),
        };
    };
}

external!(
    WEBSITE,
    WEBSITE_KEY,
    "Website",
    "website_id",
    INT_KEY,
    "shop__Website",
    "web.website"
);
external!(VIEW, VIEW_KEY, "View", "store_id", INT_KEY, "shop__View", "web.view");
external!(
    GROUP,
    GROUP_KEY,
    "Group",
    "group_id",
    INT_KEY,
    "shop__Group",
    "res.category"
);
external!(PEER, PEER_KEY, "Peer", "id", INT_KEY, "shop__Peer", "res.peer");
external!(
    ADDRESS,
    ADDRESS_KEY,
    "Address",
    "address_id",
    INT_KEY,
    "shop__Address",
    "res.partner"
);
external!(
    SUBSCRIBER,
    SUBSCRIBER_KEY,
    "Subscriber",
    "subscriber_id",
    INT_KEY,
    "shop__Subscriber",
    "res.partner"
);
external!(
    ORDER,
    ORDER_KEY,
    "Order",
    "increment_id",
    TEXT_KEY,
    "shop__Order",
    "sale.order"
);
external!(
    ITEM,
    ITEM_KEY,
    "Item",
    "item_id",
    INT_KEY,
    "shop__Item",
    "sale.order.line"
);

static CUSTOMER_KEY: Shape = key_shape(
    "Customer",
    2,
    &[
        at("shop/1/partner.tenon:4", Field::new("customer_id", INT_KEY, 0)),
        at(
            "shop/1/partner.tenon:12",
            maybe(Field::new("updated_at", Kind::DateTime, 1)),
        ),
    ],
);

pub static CUSTOMER: ExternalType = ExternalType {
    connector: "shop",
    name: "Customer",
    key: &CUSTOMER_KEY,
    key_parts: 1,
    revision: Some("updated_at"),
    sensitive: &[],
    binding: binding(
        "shop__Customer",
        "res.partner",
        &[nullable(to("website_id", "web.website", OnDelete::Clear))],
    ),
};

pub static EXTERNALS: &[&ExternalType] = &[
    &WEBSITE,
    &VIEW,
    &GROUP,
    &PEER,
    &ADDRESS,
    &SUBSCRIBER,
    &ORDER,
    &ITEM,
    &CUSTOMER,
];

pub static CUSTOMER_SHAPE: Shape = key_shape(
    "Customer",
    8,
    &[
        at("shop/1/partner.tenon:4", Field::new("customer_id", INT_KEY, 0)),
        at("shop/1/partner.tenon:5", maybe(Field::new("email", Kind::Text, 1))),
        at("shop/1/partner.tenon:6", Field::new("firstname", Kind::Text, 2)),
        at("shop/1/partner.tenon:7", Field::new("lastname", Kind::Text, 3)),
        at("shop/1/partner.tenon:8", maybe(Field::new("group_id", INT_KEY, 4))),
        at("shop/1/partner.tenon:9", maybe(Field::new("website_id", INT_KEY, 5))),
        at("shop/1/partner.tenon:10", maybe(Field::new("store_id", INT_KEY, 6))),
        at("shop/1/partner.tenon:11", maybe(Field::new("rank", Kind::Int, 7))),
    ],
);

pub static ADDRESS_SHAPE: Shape = key_shape(
    "Address",
    7,
    &[
        at("shop/1/partner.tenon:16", Field::new("address_id", INT_KEY, 0)),
        at("shop/1/partner.tenon:17", Field::new("name", Kind::Text, 1)),
        at("shop/1/partner.tenon:18", maybe(Field::new("company", Kind::Text, 2))),
        at("shop/1/partner.tenon:19", Field::new("street", Kind::Text, 3)),
        at("shop/1/partner.tenon:20", maybe(Field::new("city", Kind::Text, 4))),
        at("shop/1/partner.tenon:21", maybe(Field::new("phone", Kind::Text, 5))),
        at("shop/1/partner.tenon:22", Field::new("is_default", Kind::Bool, 6)),
    ],
);

pub static SUBSCRIBER_SHAPE: Shape = key_shape(
    "Subscriber",
    3,
    &[
        Field::new("subscriber_id", INT_KEY, 0),
        Field::new("email", Kind::Text, 1),
        Field::new("name", Kind::Text, 2),
    ],
);

pub static GROUP_SHAPE: Shape = key_shape(
    "Group",
    3,
    &[
        Field::new("group_id", INT_KEY, 0),
        Field::new("code", Kind::Text, 1),
        maybe(Field::new("parent_id", INT_KEY, 2)),
    ],
);

pub static PEER_SHAPE: Shape = key_shape(
    "Peer",
    3,
    &[
        Field::new("id", INT_KEY, 0),
        Field::new("name", Kind::Text, 1),
        Field::new("peer_id", INT_KEY, 2),
    ],
);

pub static WEBSITE_SHAPE: Shape = key_shape(
    "Website",
    2,
    &[Field::new("website_id", INT_KEY, 0), Field::new("name", Kind::Text, 1)],
);

pub static VIEW_SHAPE: Shape = key_shape(
    "View",
    4,
    &[
        Field::new("store_id", INT_KEY, 0),
        Field::new("name", Kind::Text, 1),
        maybe(Field::new("lang", Kind::Text, 2)),
        Field::new("website_id", INT_KEY, 3),
    ],
);

pub static ITEM_SHAPE: Shape = key_shape(
    "Item",
    3,
    &[
        Field::new("item_id", INT_KEY, 0),
        Field::new("name", Kind::Text, 1),
        Field::new("qty", Kind::Int, 2),
    ],
);

pub static ORDER_SHAPE: Shape = key_shape(
    "Order",
    3,
    &[
        Field::new("increment_id", TEXT_KEY, 0),
        Field {
            optional: true,
            ..Field::new("items", Kind::List(&ITEM_SHAPE), 1)
        },
        maybe(Field::new("shipping", Kind::Text, 2)),
    ],
);

const fn call(name: &'static str, params: &'static [&'static str]) -> Operation {
    let request = Request::Call {
        method: "shop.call",
        args: &[Template::Id, Template::Param(0)],
    };
    Operation {
        name,
        params,
        request,
        items: None,
        once: None,
        returns: None,
        languages: None,
        place: "shop/1/adapter.tenon:1",
    }
}

const LIST: Operation = call("list", &[]);
const READ: Operation = call("read", &[]);

pub static CUSTOMER_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &CUSTOMER,
    operations: &[call("list", &["since"]), READ],
};
pub static ADDRESS_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &ADDRESS,
    operations: &[call("list", &["customer_id"])],
};
pub static GROUP_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &GROUP,
    operations: &[LIST, READ],
};
pub static WEBSITE_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &WEBSITE,
    operations: &[LIST, READ],
};
pub static VIEW_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &VIEW,
    operations: &[READ],
};
pub static PEER_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &PEER,
    operations: &[READ],
};
pub static SUBSCRIBER_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &SUBSCRIBER,
    operations: &[READ],
};
pub static ORDER_OPERATIONS: AdapterInfo = AdapterInfo {
    external: &ORDER,
    operations: &[LIST, READ],
};

const fn connector(version: Option<&'static str>, parent: Option<(&'static str, Option<&'static str>)>) -> Connector {
    Connector {
        name: "shop",
        version,
        parent,
        serves: None,
        wire: Wire::Php,
        settings: &[
            Setting {
                name: "url",
                kind: Kind::Text,
                nullable: false,
                default: None,
                sensitive: false,
                place: "shop/1/connector.tenon:3",
            },
            Setting {
                name: "key",
                kind: Kind::Text,
                nullable: false,
                default: None,
                sensitive: true,
                place: "shop/1/connector.tenon:4",
            },
        ],
        protocol: Some(Protocol {
            name: "rest",
            endpoint: Template::Setting(0),
            auth: None,
            limits: &[],
        }),
    }
}

/// The family's root: has no units.
pub static SHOP: Connector = connector(None, None);
/// Has all units.
pub static SHOP_1: Connector = connector(Some("1"), Some(("shop", None)));
/// Has what a test gives it; inherits the rest.
pub static SHOP_2: Connector = connector(Some("2"), Some(("shop", Some("1"))));
/// Extends what nobody knows.
pub static SHOP_LOST: Connector = connector(Some("lost"), Some(("shop", Some("0.9"))));
