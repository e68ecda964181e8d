//! Models and external types of the customer example, as the compiler writes them.

use tenon_runtime::connector::{Binding, ExternalType};
use tenon_runtime::mapper::*;

const fn ext(name: &'static str, model: &'static str, table: &'static str) -> ExternalType {
    ExternalType {
        connector: "magento",
        name,
        key: &KEY,
        key_parts: 1,
        revision: None,
        sensitive: &[],
        binding: Some(Binding {
            table,
            model,
            scope: &[],
            fields: &[],
            one_to_one: false,
            columns: None,
        }),
    }
}

static KEY: Shape = Shape {
    name: "key",
    wire: Wire::Php,
    slots: 1,
    fields: &[Field::new("id", Kind::Key(KeyKind::Int), 0)],
};

pub(super) static CUSTOMER_TYPE: ExternalType = ExternalType {
    binding: Some(Binding {
        table: "magento__Customer",
        model: "res.partner",
        scope: &[],
        fields: &[
            ModelField::new("email", ModelKind::Text),
            ModelField::new(
                "website_id",
                ModelKind::Ref {
                    model: "magento.website",
                    on_delete: OnDelete::Restrict,
                },
            ),
        ],
        one_to_one: false,
        columns: None,
    }),
    ..ext("Customer", "res.partner", "magento__Customer")
};
pub(super) static ADDRESS_TYPE: ExternalType = ext("Address", "res.partner", "magento__Address");
pub(super) static GROUP_TYPE: ExternalType = ext("CustomerGroup", "res.partner.category", "magento__CustomerGroup");
pub(super) static WEBSITE_TYPE: ExternalType = ext("Website", "magento.website", "magento__Website");
pub(super) static STORE_VIEW_TYPE: ExternalType = ext("StoreView", "magento.storeview", "magento__StoreView");

const fn nullable(name: &'static str, kind: ModelKind) -> ModelField {
    let mut field = ModelField::new(name, kind);
    field.nullable = true;
    field
}

const fn refers(name: &'static str, model: &'static str) -> ModelField {
    nullable(
        name,
        ModelKind::Ref {
            model,
            on_delete: OnDelete::Restrict,
        },
    )
}

const fn flag(name: &'static str, default: bool) -> ModelField {
    let mut field = ModelField::new(name, ModelKind::Bool);
    field.default = Some(Literal::Bool(default));
    field
}

pub(super) static RES_PARTNER: Model = Model {
    name: "res.partner",
    table: "res__partner",
    fields: &[
        ModelField {
            max: Some(128),
            place: "erp/partner.tenon:3",
            ..ModelField::new("name", ModelKind::Text)
        },
        nullable("email", ModelKind::Text),
        flag("is_company", false),
        flag("customer", false),
        ModelField {
            default: Some(Literal::Text("contact")),
            ..ModelField::new(
                "type",
                ModelKind::Enum {
                    words: &["contact", "invoice", "delivery"],
                    open: false,
                },
            )
        },
        nullable("birthday", ModelKind::Date),
        nullable("vat", ModelKind::Text),
        nullable("lang", ModelKind::Text),
        nullable("street", ModelKind::Text),
        nullable("street2", ModelKind::Text),
        nullable("zip", ModelKind::Text),
        nullable("city", ModelKind::Text),
        nullable("phone", ModelKind::Text),
        refers("country_id", "res.country"),
        refers("company_id", "res.company"),
        ModelField::new(
            "child_ids",
            ModelKind::OneToMany {
                model: "res.partner",
                by: "parent_id",
            },
        ),
        ModelField::new(
            "category_id",
            ModelKind::ManyToMany {
                model: "res.partner.category",
            },
        ),
        nullable("created_at", ModelKind::DateTime),
        nullable("updated_at", ModelKind::DateTime),
        refers("parent_id", "res.partner"),
    ],
    keys: &[NaturalKey {
        fields: &["email"],
        fold: true,
        filter: Some(Filter::IsNull { field: "parent_id" }),
    }],
    unique: &[],
    indexes: &[],
};

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

pub(super) static RES_COUNTRY: Model = model(
    "res.country",
    "res__country",
    &[ModelField::new("code", ModelKind::Text)],
);
pub(super) static RES_PARTNER_CATEGORY: Model = model("res.partner.category", "res__partner__category", &[]);
pub(super) static MAGENTO_WEBSITE: Model = model("magento.website", "magento__website", &[]);
pub(super) static MAGENTO_STOREVIEW: Model = model(
    "magento.storeview",
    "magento__storeview",
    &[nullable("lang", ModelKind::Text), refers("company_id", "res.company")],
);
