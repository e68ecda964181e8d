//! An order with lines, parts of lines, an invoice: what the customer example does not have. As the compiler writes it.

use tenon_runtime::builtin;
use tenon_runtime::connector::{Binding, ExternalType};
use tenon_runtime::mapper::*;

static KEY: Shape = Shape {
    name: "key",
    wire: Wire::Json,
    slots: 2,
    fields: &[
        Field::new("shop", Kind::Key(KeyKind::Text), 0),
        Field::new("id", Kind::Key(KeyKind::Int), 1),
    ],
};
const fn ext(name: &'static str, model: &'static str, table: &'static str) -> ExternalType {
    ExternalType {
        connector: "shop",
        name,
        key: &KEY,
        key_parts: 2,
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

static ORDER_TYPE: ExternalType = ext("Order", "sale.order", "shop__Order");
static LINE_TYPE: ExternalType = ext("Line", "sale.order.line", "shop__Line");
static INVOICE_TYPE: ExternalType = ext("Invoice", "account.move", "shop__Invoice");
static VIEW_TYPE: ExternalType = ext("View", "shop.view", "shop__View");

const fn nullable(name: &'static str, kind: ModelKind) -> ModelField {
    let mut field = ModelField::new(name, kind);
    field.nullable = true;
    field
}

const fn to(model: &'static str) -> ModelKind {
    ModelKind::Ref {
        model,
        on_delete: OnDelete::Restrict,
    }
}

const fn model(name: &'static str, fields: &'static [ModelField]) -> Model {
    Model {
        name,
        table: name,
        fields,
        keys: &[],
        unique: &[],
        indexes: &[],
    }
}

const LINES: ModelKind = ModelKind::OneToMany {
    model: "sale.order.line",
    by: "order_id",
};

static SALE_ORDER: Model = model(
    "sale.order",
    &[
        ModelField::new("name", ModelKind::Text),
        nullable("paid", ModelKind::Decimal(2)),
        nullable("currency_id", to("res.currency")),
        ModelField::new("order_line", LINES),
        ModelField::new("tag_ids", ModelKind::ManyToMany { model: "tag" }),
        nullable("known", ModelKind::Bool),
        nullable("extra", ModelKind::Json),
    ],
);
pub(super) static SALE_ORDER_LINE: Model = model(
    "sale.order.line",
    &[
        ModelField::new("name", ModelKind::Text),
        ModelField::new("price", ModelKind::Decimal(2)),
        nullable("product_id", to("product")),
        ModelField::new("part_ids", LINES),
    ],
);
static PRODUCT: Model = model(
    "product",
    &[
        ModelField::new("code", ModelKind::Text),
        ModelField::new("shop_id", to("shop.view")),
    ],
);
static CURRENCY: Model = model("res.currency", &[ModelField::new("name", ModelKind::Text)]);
pub(super) static VIEW: Model = model("shop.view", &[ModelField::new("currency", ModelKind::Text)]);

const fn optional(name: &'static str, kind: Kind, slot: u16) -> Field {
    let mut field = Field::new(name, kind, slot);
    field.optional = true;
    field.nullable = true;
    field
}

/// A line; its parts are lines.
static LINE: Shape = Shape {
    name: "Line",
    wire: Wire::Json,
    slots: 6,
    fields: &[
        Field::new("id", Kind::Key(KeyKind::Int), 0),
        optional("parent", Kind::Key(KeyKind::Int), 1),
        Field::new("sku", Kind::Text, 2),
        Field::new("net", Kind::Decimal(Some(4)), 3),
        optional("gross", Kind::Decimal(Some(4)), 4),
        optional("parts", Kind::List(&LINE), 5),
    ],
};

pub(super) static ORDER: Shape = Shape {
    name: "Order",
    wire: Wire::Json,
    slots: 7,
    fields: &[
        Field::new("shop", Kind::Key(KeyKind::Text), 0),
        Field::new("id", Kind::Key(KeyKind::Int), 1),
        optional("tax_included", Kind::Bool, 2),
        Field::new("lines", Kind::List(&LINE), 3),
        optional("shipping", Kind::Decimal(Some(4)), 4),
        optional("view", Kind::Key(KeyKind::Int), 5),
        optional("extra", Kind::Json, 6),
    ],
};

pub(super) static INVOICE: Shape = Shape {
    name: "Invoice",
    wire: Wire::Json,
    slots: 2,
    fields: &[
        Field::new("paid", Kind::Decimal(None), 0),
        optional("at", Kind::DateTime, 1),
    ],
};

static ORDER_INFO: MapperInfo = MapperInfo {
    model: &SALE_ORDER,
    external: &ORDER_TYPE,
    variant: None,
    sources: &[
        Source {
            alias: "o",
            external: &ORDER_TYPE,
            shape: &ORDER,
            origin: Origin::Main,
            also_binds: false,
        },
        Source {
            alias: "inv",
            external: &INVOICE_TYPE,
            shape: &INVOICE,
            origin: Origin::Fetched {
                operation: "of",
                params: &["shop", "id"],
                mark: Mark::Optional,
            },
            also_binds: false,
        },
    ],
    writes: &[
        Write::field("name", 0),
        Write::field("paid", 1),
        Write::field("currency_id", 2),
        Write::field("order_line", 3),
        Write::field("tag_ids", 4),
        Write::field("known", 5),
        Write::field("extra", 6),
    ],
    rules: &[
        rule("order.tenon:1", "o.id", &[0]),
        rule("order.tenon:2", "inv.paid", &[1]),
        rule("order.tenon:3", "o.view", &[2]),
        rule("order.tenon:4", "o.lines, o.tax_included", &[3]),
        rule("order.tenon:5", "o.shipping", &[3]),
        rule("order.tenon:6", "o.view", &[4]),
        rule("order.tenon:7", "o.shop, o.id", &[5]),
        rule("order.tenon:8", "o.extra", &[6]),
    ],
    lookups: &ORDER_LOOKUPS,
    strata: 2,
    adopt: None,
    batch: None,
    vias: &[&LINES_VIA],
    stops: &[],
    after: &[],
    changes: &[],
    next: None,
    checks: &[CheckInfo {
        place: "order.tenon:9",
        severity: Severity::Fail,
        outs: &[1, 3],
    }],
    params: &[],
    place: "order.tenon:1",
};

const fn rule(place: &'static str, reads: &'static str, targets: &'static [usize]) -> Rule {
    Rule::new(place, reads, targets, Runs::Always, &[u64::MAX])
}

static ORDER_LOOKUPS: [Lookup; 3] = [
    Lookup::Load {
        external: &VIEW_TYPE,
        model: &VIEW,
        fields: &["currency"],
        import: true,
    },
    Lookup::Find {
        model: &CURRENCY,
        criteria: &["name"],
        fold: true,
    },
    Lookup::Bound { external: &ORDER_TYPE },
];

static LINES_VIA: Via = Via {
    target: 3,
    mapper: &ImportLine,
    key: ChildKey::Slot(0),
    orphans: Orphans::Remove,
    whole: true,
    offset: 1,
};

/// `import sale.order from Order`
#[derive(Debug)]
pub(super) struct ImportOrder;

impl Mapper for ImportOrder {
    fn info(&self) -> &'static MapperInfo {
        &ORDER_INFO
    }

    fn arguments<'s>(&self, e: &Eval<'_, 's>, _source: usize) -> Result<Vec<Val<'s>>, Fault> {
        Ok(vec![e.rec(0).get(0), e.rec(0).get(1)])
    }

    fn latest<'s>(&self, _e: &Eval<'_, 's>, _source: usize, it: Rec<'s>) -> Result<Option<Val<'s>>, Fault> {
        Ok(Some(it.get(1)))
    }

    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        match stratum {
            1 => {
                wants.ask(&ORDER_LOOKUPS[0], None, Ok(e.rec(0).get(5)));
                wants.ask(&ORDER_LOOKUPS[2], 6, Ok(own_key(e)));
            }
            2 => wants.ask(&ORDER_LOOKUPS[1], 2, currency(e)),
            _ => {}
        }
        child_needs_with(e, &LINES_VIA, lines(e), tax_included(e), stratum, wants);
    }

    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.rule(e, 0, |e, row| {
            row.set(0, builtin::interpolate(&[e.backend(0), e.rec(0).get(1)])?)
        });
        row.copy(e, 1, (1, 0), 1);
        row.rule(e, 2, |e, row| row.set(2, e.got(&ORDER_LOOKUPS[1], currency(e)?)?));
        row.rule(e, 3, |e, row| {
            row.children_with(e, &LINES_VIA, lines(e)?, tax_included(e)?)
        });
        row.rule(e, 4, |e, row| {
            let shipping = e.rec(0).get(4);
            if shipping.is_absent() {
                return Ok(());
            }
            row.add_child(
                3,
                "shipping",
                Val::Record(vec![("name", Val::text("Shipping")), ("price", shipping)]),
            )
        });
        row.rule(e, 5, |e, row| {
            row.push(4, view(e)?)?;
            row.push(4, Val::Missing)
        });
        row.rule(e, 6, |e, row| row.set(5, e.got(&ORDER_LOOKUPS[2], own_key(e))?));
        row.copy(e, 7, (0, 6), 6);
    }

    fn check<'s>(&self, e: &Eval<'_, 's>, row: &Row<'s>, report: &mut Checks) {
        report.check(e, row, 0, |_, row| {
            let sum = builtin::sum_by(row.out(3), &|line| Ok(field(line, "price")))?;
            match builtin::condition(builtin::equals(sum, row.out(1))?)? {
                true => Ok(Val::Missing),
                false => Ok(Val::text("lines do not add up")),
            }
        });
    }
}

fn own_key<'s>(e: &Eval<'_, 's>) -> Val<'s> {
    Val::Record(vec![("shop", e.rec(0).get(0)), ("id", e.rec(0).get(1))])
}

fn view<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    e.once(0, |e| e.got(&ORDER_LOOKUPS[0], e.rec(0).get(5)))
}

fn currency<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    Ok(field(view(e)?, "currency"))
}

fn lines<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    builtin::filter(e.rec(0).get(3), &|i| builtin::is_absent(i.rec().get(1)))
}

fn tax_included<'s>(e: &Eval<'_, 's>) -> Result<Vec<Val<'s>>, Fault> {
    Ok(vec![default(e.rec(0).get(2), || Ok(Val::Bool(false)))?])
}

static LINE_INFO: MapperInfo = MapperInfo {
    model: &SALE_ORDER_LINE,
    external: &LINE_TYPE,
    variant: None,
    sources: &[
        Source {
            alias: "i",
            external: &LINE_TYPE,
            shape: &LINE,
            origin: Origin::Main,
            also_binds: false,
        },
        Source {
            alias: "child",
            external: &LINE_TYPE,
            shape: &LINE,
            origin: Origin::Picked { mark: Mark::Optional },
            also_binds: false,
        },
        Source {
            alias: "o",
            external: &ORDER_TYPE,
            shape: &ORDER,
            origin: Origin::Enclosing,
            also_binds: false,
        },
    ],
    writes: &[
        Write::field("name", 0),
        Write::field("price", 1),
        Write::field("product_id", 2),
        Write::field("part_ids", 3),
    ],
    rules: &[
        rule("order.tenon:20", "i.sku", &[0]),
        rule("order.tenon:21", "i.net, i.gross", &[1]),
        rule("order.tenon:22", "child.sku, i.sku, o.view", &[2]),
        rule("order.tenon:23", "i.parts", &[3]),
    ],
    lookups: &LINE_LOOKUPS,
    strata: 1,
    adopt: None,
    batch: None,
    vias: &[&PARTS_VIA],
    stops: &[],
    after: &[],
    changes: &[],
    next: None,
    checks: &[],
    params: &["tax_included"],
    place: "order.tenon:19",
};

static LINE_LOOKUPS: [Lookup; 1] = [Lookup::Find {
    model: &PRODUCT,
    criteria: &["code", "shop_id"],
    fold: false,
}];

static PARTS_VIA: Via = Via {
    target: 3,
    mapper: &ImportPart,
    key: ChildKey::Slot(0),
    orphans: Orphans::Keep,
    whole: false,
    offset: 0,
};

/// `import sale.order.line from Line as i within Order as o (tax_included: bool)`
#[derive(Debug)]
pub(super) struct ImportLine;

impl Mapper for ImportLine {
    fn info(&self) -> &'static MapperInfo {
        &LINE_INFO
    }

    fn candidates<'s>(&self, e: &Eval<'_, 's>, _source: usize) -> Out<'s> {
        Ok(e.rec(2).get(3))
    }

    fn accepts<'s>(&self, e: &Eval<'_, 's>, _source: usize, it: Rec<'s>) -> Result<bool, Fault> {
        builtin::condition(builtin::equals(it.get(1), e.rec(0).get(0))?)
    }

    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        if stratum == 1 {
            wants.ask(&LINE_LOOKUPS[0], 2, Ok(product(e)));
        }
    }

    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 2), 0);
        row.rule(e, 1, |e, row| {
            let i = e.rec(0);
            let price = if builtin::condition(e.param(0))? {
                i.get(4)
            } else {
                i.get(3)
            };
            row.set(1, builtin::round(price, Val::Int(2), Val::Missing)?)
        });
        row.rule(e, 2, |e, row| row.set(2, e.got(&LINE_LOOKUPS[0], product(e))?));
        row.rule(e, 3, |e, row| row.children(e, &PARTS_VIA, e.rec(0).get(5)));
    }
}

/// The child's article if there is a child, else the line's own, in the first shop.
fn product<'s>(e: &Eval<'_, 's>) -> Val<'s> {
    let sold = if e.rec(1).is_present() { e.rec(1) } else { e.rec(0) };
    Val::List(vec![sold.get(2), Val::Ref(RecordId(1))])
}

static PART_INFO: MapperInfo = MapperInfo {
    model: &SALE_ORDER_LINE,
    external: &LINE_TYPE,
    variant: Some("part"),
    sources: &[Source {
        alias: "p",
        external: &LINE_TYPE,
        shape: &LINE,
        origin: Origin::Main,
        also_binds: false,
    }],
    writes: &[
        Write::field("name", 0),
        Write::field("price", 1),
        Write::field("part_ids", 3),
    ],
    rules: &[
        rule("order.tenon:30", "p.sku", &[0]),
        rule("order.tenon:31", "p.net", &[1]),
        rule("order.tenon:32", "p.parts", &[2]),
    ],
    lookups: &[],
    strata: 0,
    adopt: None,
    batch: None,
    vias: &[&PART_PARTS_VIA],
    stops: &[],
    after: &[],
    changes: &[],
    next: None,
    checks: &[],
    params: &[],
    place: "order.tenon:29",
};

static PART_PARTS_VIA: Via = Via {
    target: 2,
    mapper: &ImportPart,
    key: ChildKey::Slot(0),
    orphans: Orphans::Keep,
    whole: true,
    offset: 0,
};

/// `import sale.order.line as part from Line as p`: a tree, it names itself.
#[derive(Debug)]
struct ImportPart;
impl Mapper for ImportPart {
    fn info(&self) -> &'static MapperInfo {
        &PART_INFO
    }

    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 2), 0);
        row.copy(e, 1, (0, 3), 1);
        row.rule(e, 2, |e, row| row.children(e, &PART_PARTS_VIA, e.rec(0).get(5)));
    }
}
