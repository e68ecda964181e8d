//! The mappings of the small shop, as the generator would write them, by hand.

use tenon_runtime::builtin;
use tenon_runtime::mapper::*;

use super::tables::*;

const BITS: Bits = Bits(&[u64::MAX, u64::MAX]);

const fn rule(place: &'static str, reads: &'static str, targets: &'static [usize], when: Runs) -> Rule {
    Rule {
        place,
        reads,
        targets,
        when,
        bits: BITS,
    }
}

const fn main_source(alias: &'static str, external: &'static ExternalType, shape: &'static Shape) -> Source {
    Source {
        alias,
        external,
        shape,
        origin: Origin::Main,
        also_binds: false,
    }
}

const fn info(
    model: &'static Model,
    external: &'static ExternalType,
    sources: &'static [Source],
    writes: &'static [Write],
    rules: &'static [Rule],
    place: &'static str,
) -> MapperInfo {
    MapperInfo {
        model,
        external,
        variant: None,
        sources,
        writes,
        rules,
        lookups: &[],
        strata: 0,
        adopt: None,
        batch: None,
        vias: &[],
        checks: &[],
        params: &[],
        place,
    }
}

// ---------- Website, View, Group, Peer ----------

static WEBSITE_INFO: MapperInfo = info(
    &WEBSITE_MODEL,
    &WEBSITE,
    &[main_source("w", &WEBSITE, &WEBSITE_SHAPE)],
    &[Write::field("name", 0)],
    &[rule("shop/1/shop.tenon:5", "w.name", &[0], Runs::Always)],
    "shop/1/shop.tenon:4",
);

#[derive(Debug)]
pub struct ImportWebsite;
impl Mapper for ImportWebsite {
    fn info(&self) -> &'static MapperInfo {
        &WEBSITE_INFO
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 1), 0);
    }
}

static VIEW_LOOKUPS: [Lookup; 1] = [Lookup::Ref {
    external: &WEBSITE,
    model: &WEBSITE_MODEL,
    import: true,
}];
static VIEW_INFO: MapperInfo = MapperInfo {
    lookups: &VIEW_LOOKUPS,
    strata: 1,
    ..info(
        &VIEW_MODEL,
        &VIEW,
        &[main_source("v", &VIEW, &VIEW_SHAPE)],
        &[
            Write::field("name", 0),
            Write::field("lang", 1),
            Write::field("website_id", 2),
        ],
        &[
            rule("shop/1/shop.tenon:11", "v.name", &[0], Runs::Always),
            rule("shop/1/shop.tenon:12", "v.lang", &[1], Runs::Always),
            rule("shop/1/shop.tenon:13", "v.website_id", &[2], Runs::Always),
        ],
        "shop/1/shop.tenon:10",
    )
};

#[derive(Debug)]
pub struct ImportView;
impl Mapper for ImportView {
    fn info(&self) -> &'static MapperInfo {
        &VIEW_INFO
    }
    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        if stratum == 1 {
            wants.ask(&VIEW_LOOKUPS[0], 2, Ok(e.rec(0).get(3)));
        }
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 1), 0);
        row.copy(e, 1, (0, 2), 1);
        row.rule(e, 2, |e, row| row.set(2, e.got(&VIEW_LOOKUPS[0], e.rec(0).get(3))?));
    }
}

static GROUP_LOOKUPS: [Lookup; 1] = [Lookup::Ref {
    external: &GROUP,
    model: &CATEGORY_MODEL,
    import: true,
}];
static GROUP_INFO: MapperInfo = MapperInfo {
    lookups: &GROUP_LOOKUPS,
    strata: 1,
    ..info(
        &CATEGORY_MODEL,
        &GROUP,
        &[main_source("g", &GROUP, &GROUP_SHAPE)],
        &[Write::field("name", 0), Write::field("parent_id", 1)],
        &[
            rule("shop/1/group.tenon:5", "g.code", &[0], Runs::Always),
            rule("shop/1/group.tenon:6", "g.parent_id", &[1], Runs::Always),
        ],
        "shop/1/group.tenon:4",
    )
};

#[derive(Debug)]
pub struct ImportGroup;
impl Mapper for ImportGroup {
    fn info(&self) -> &'static MapperInfo {
        &GROUP_INFO
    }
    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        if stratum == 1 {
            wants.ask(&GROUP_LOOKUPS[0], 1, Ok(e.rec(0).get(2)));
        }
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 1), 0);
        row.rule(e, 1, |e, row| row.set(1, e.got(&GROUP_LOOKUPS[0], e.rec(0).get(2))?));
    }
}

static PEER_LOOKUPS: [Lookup; 1] = [Lookup::Ref {
    external: &PEER,
    model: &PEER_MODEL,
    import: true,
}];
static PEER_INFO: MapperInfo = MapperInfo {
    lookups: &PEER_LOOKUPS,
    strata: 1,
    ..info(
        &PEER_MODEL,
        &PEER,
        &[main_source("p", &PEER, &PEER_SHAPE)],
        &[Write::field("name", 0), Write::field("peer_id", 1)],
        &[
            rule("shop/1/peer.tenon:5", "p.name", &[0], Runs::Always),
            rule("shop/1/peer.tenon:6", "p.peer_id", &[1], Runs::Always),
        ],
        "shop/1/peer.tenon:4",
    )
};

#[derive(Debug)]
pub struct ImportPeer;
impl Mapper for ImportPeer {
    fn info(&self) -> &'static MapperInfo {
        &PEER_INFO
    }
    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        if stratum == 1 {
            wants.ask(&PEER_LOOKUPS[0], 1, Ok(e.rec(0).get(2)));
        }
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 1), 0);
        row.rule(e, 1, |e, row| row.set(1, e.got(&PEER_LOOKUPS[0], e.rec(0).get(2))?));
    }
}

// ---------- Subscriber: adopt shared ----------

static SUBSCRIBER_ADOPT: Adopt = Adopt {
    by: &[1],
    fold: true,
    filter: None,
    shared: true,
    place: "shop/1/subscriber.tenon:5",
};
static SUBSCRIBER_INFO: MapperInfo = MapperInfo {
    adopt: Some(&SUBSCRIBER_ADOPT),
    ..info(
        &PARTNER,
        &SUBSCRIBER,
        &[main_source("s", &SUBSCRIBER, &SUBSCRIBER_SHAPE)],
        &[Write::field("name", 0), Write::field("email", 1)],
        &[
            rule("shop/1/subscriber.tenon:6", "s.name", &[0], Runs::OnCreate),
            rule("shop/1/subscriber.tenon:7", "s.email", &[1], Runs::Always),
        ],
        "shop/1/subscriber.tenon:4",
    )
};

#[derive(Debug)]
pub struct ImportSubscriber;
impl Mapper for ImportSubscriber {
    fn info(&self) -> &'static MapperInfo {
        &SUBSCRIBER_INFO
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 2), 0);
        row.copy(e, 1, (0, 1), 1);
    }
}

// ---------- Order and its lines ----------

static LINE_INFO: MapperInfo = info(
    &LINE_MODEL,
    &ITEM,
    &[
        main_source("i", &ITEM, &ITEM_SHAPE),
        Source {
            alias: "o",
            external: &ORDER,
            shape: &ORDER_SHAPE,
            origin: Origin::Enclosing,
            also_binds: false,
        },
    ],
    &[Write::field("name", 0), Write::field("quantity", 1)],
    &[
        rule("shop/1/order.tenon:15", "i.name", &[0], Runs::Always),
        rule("shop/1/order.tenon:16", "i.qty", &[1], Runs::Always),
    ],
    "shop/1/order.tenon:14",
);

#[derive(Debug)]
pub struct ImportLine;
impl Mapper for ImportLine {
    fn info(&self) -> &'static MapperInfo {
        &LINE_INFO
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 1), 0);
        row.copy(e, 1, (0, 2), 1);
    }
}

const fn lines(orphans: Orphans) -> Via {
    Via {
        target: 1,
        mapper: &ImportLine,
        key: ChildKey::Slot(0),
        orphans,
        whole: true,
        offset: 0,
    }
}

static LINES_REMOVE: Via = lines(Orphans::Remove);
static LINES_KEEP: Via = lines(Orphans::Keep);
static LINES_FAIL: Via = lines(Orphans::Fail);

static ORDER_SOURCES: [Source; 1] = [main_source("o", &ORDER, &ORDER_SHAPE)];
static ORDER_WRITES: [Write; 2] = [Write::field("name", 0), Write::field("line_ids", 1)];
static ORDER_RULES: [Rule; 3] = [
    rule("shop/1/order.tenon:5", "o.increment_id", &[0], Runs::Always),
    rule("shop/1/order.tenon:6", "o.items", &[1], Runs::Always),
    rule("shop/1/order.tenon:8", "o.shipping", &[1], Runs::Always),
];

const fn order_info(vias: &'static [&'static Via]) -> MapperInfo {
    MapperInfo {
        vias,
        ..info(
            &ORDER_MODEL,
            &ORDER,
            &ORDER_SOURCES,
            &ORDER_WRITES,
            &ORDER_RULES,
            "shop/1/order.tenon:4",
        )
    }
}

static ORDER_REMOVE: MapperInfo = order_info(&[&LINES_REMOVE]);
static ORDER_KEEP: MapperInfo = order_info(&[&LINES_KEEP]);
static ORDER_FAIL: MapperInfo = order_info(&[&LINES_FAIL]);

/// An order whose lines that are gone are removed, kept, or fail it.
#[derive(Debug)]
pub struct ImportOrder(pub Orphans);
impl ImportOrder {
    fn via(&self) -> &'static Via {
        match self.0 {
            Orphans::Keep => &LINES_KEEP,
            Orphans::Fail => &LINES_FAIL,
            Orphans::Remove | Orphans::Archive => &LINES_REMOVE,
        }
    }
}
impl Mapper for ImportOrder {
    fn info(&self) -> &'static MapperInfo {
        match self.0 {
            Orphans::Keep => &ORDER_KEEP,
            Orphans::Fail => &ORDER_FAIL,
            Orphans::Remove | Orphans::Archive => &ORDER_REMOVE,
        }
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.rule(e, 0, |e, row| {
            row.set(0, Val::made(e.rec(0).get(0).into_text()?.into_owned()))
        });
        let via = self.via();
        match via.orphans {
            Orphans::Keep => row.rule(e, 1, |e, row| row.children(e, &LINES_KEEP, e.rec(0).get(1))),
            Orphans::Fail => row.rule(e, 1, |e, row| row.children(e, &LINES_FAIL, e.rec(0).get(1))),
            Orphans::Remove | Orphans::Archive => {
                row.rule(e, 1, |e, row| row.children(e, &LINES_REMOVE, e.rec(0).get(1)));
            }
        }
        row.rule(e, 2, |e, row| {
            let shipping = e.rec(0).get(2);
            if shipping.is_absent() {
                return Ok(());
            }
            row.add_child(
                1,
                "shipping",
                Val::Record(vec![("name", shipping), ("quantity", Val::Int(1))]),
            )
        });
    }
}

pub static ORDERS_REMOVE: ImportOrder = ImportOrder(Orphans::Remove);
pub static ORDERS_KEEP: ImportOrder = ImportOrder(Orphans::Keep);
pub static ORDERS_FAIL: ImportOrder = ImportOrder(Orphans::Fail);

// ---------- Customer with its address book ----------

static CUSTOMER_ADOPT: Adopt = Adopt {
    by: &[1],
    fold: true,
    filter: Some(Filter::Equals {
        field: "customer",
        value: Literal::Bool(true),
    }),
    shared: false,
    place: "shop/1/partner.tenon:40",
};
static CUSTOMER_BATCH: Batch = Batch {
    every_ms: 900_000,
    since: Some("updated_at"),
    overlap_ms: 30_000,
    priority: 10,
};
static CUSTOMER_SOURCES: [Source; 4] = [
    main_source("c", &CUSTOMER, &CUSTOMER_SHAPE),
    Source {
        alias: "book",
        external: &ADDRESS,
        shape: &ADDRESS_SHAPE,
        origin: Origin::Fetched {
            operation: "list",
            params: &["customer_id"],
            mark: Mark::Many,
        },
        also_binds: false,
    },
    Source {
        alias: "home",
        external: &ADDRESS,
        shape: &ADDRESS_SHAPE,
        origin: Origin::Picked { mark: Mark::Optional },
        also_binds: true,
    },
    Source {
        alias: "firm",
        external: &ADDRESS,
        shape: &ADDRESS_SHAPE,
        origin: Origin::Picked { mark: Mark::Optional },
        also_binds: false,
    },
];
const C: usize = 0;
const BOOK: usize = 1;
const HOME: usize = 2;
const FIRM: usize = 3;

static CUSTOMER_LOOKUPS: [Lookup; 3] = [
    Lookup::Ref {
        external: &GROUP,
        model: &CATEGORY_MODEL,
        import: true,
    },
    Lookup::Load {
        external: &VIEW,
        model: &VIEW_MODEL,
        fields: &["lang"],
        import: true,
    },
    Lookup::Ref {
        external: &WEBSITE,
        model: &WEBSITE_MODEL,
        import: true,
    },
];
static CHILD_IDS: Via = Via {
    target: 7,
    mapper: &ImportAddress,
    key: ChildKey::Slot(0),
    orphans: Orphans::Archive,
    whole: true,
    offset: 0,
};

static CUSTOMER_INFO: MapperInfo = MapperInfo {
    lookups: &CUSTOMER_LOOKUPS,
    strata: 1,
    adopt: Some(&CUSTOMER_ADOPT),
    batch: Some(&CUSTOMER_BATCH),
    vias: &[&CHILD_IDS],
    checks: &[CheckInfo {
        place: "shop/1/partner.tenon:60",
        severity: Severity::Fail,
        outs: &[9],
    }],
    ..info(
        &PARTNER,
        &CUSTOMER,
        &CUSTOMER_SOURCES,
        &[
            Write::field("name", 0),
            Write::field("email", 1),
            Write::field("customer", 2),
            Write::field("is_company", 3),
            Write::field("street", 5),
            Write::field("city", 6),
            Write::field("phone", 7),
            Write::field("child_ids", 9),
            Write::field("category_id", 10),
            Write::field("rank", 12),
            Write::field("lang", 11),
            Write::field("seen_at", 13),
            Write::binding("website_id", 0),
        ],
        &[
            rule("shop/1/partner.tenon:44", "c.email", &[1], Runs::Always),
            rule(
                "shop/1/partner.tenon:45",
                "c.firstname, c.lastname, firm.company",
                &[0],
                Runs::Always,
            ),
            rule("shop/1/partner.tenon:46", "firm", &[3], Runs::Always),
            rule("shop/1/partner.tenon:47", "", &[2], Runs::OnCreate),
            rule("shop/1/partner.tenon:48", "c.group_id", &[8], Runs::Always),
            rule("shop/1/partner.tenon:49", "c.store_id", &[10], Runs::OnEmpty),
            rule("shop/1/partner.tenon:50", "c.website_id", &[12], Runs::Always),
            rule("shop/1/partner.tenon:51", "home.street", &[4], Runs::Always),
            rule("shop/1/partner.tenon:52", "home.city", &[5], Runs::Always),
            rule("shop/1/partner.tenon:53", "book, home.address_id", &[7], Runs::Always),
            rule("shop/1/partner.tenon:54", "c.rank", &[9], Runs::Always),
            rule("shop/1/partner.tenon:55", "", &[11], Runs::OnCreate),
        ],
        "shop/1/partner.tenon:36",
    )
};

#[derive(Debug)]
pub struct ImportCustomer;
impl Mapper for ImportCustomer {
    fn info(&self) -> &'static MapperInfo {
        &CUSTOMER_INFO
    }
    fn arguments<'s>(&self, e: &Eval<'_, 's>, source: usize) -> Result<Vec<Val<'s>>, Fault> {
        match source {
            BOOK => Ok(vec![e.rec(C).get(0)]),
            _ => Ok(Vec::new()),
        }
    }
    fn candidates<'s>(&self, e: &Eval<'_, 's>, source: usize) -> Out<'s> {
        match source {
            HOME | FIRM => Ok(e.list(BOOK)),
            _ => Ok(Val::Missing),
        }
    }
    fn accepts<'s>(&self, _e: &Eval<'_, 's>, source: usize, it: Rec<'s>) -> Result<bool, Fault> {
        let default = builtin::logic::condition(it.get(6))?;
        match source {
            HOME => Ok(default && it.get(2).is_absent()),
            FIRM => Ok(default && it.get(2).is_present()),
            _ => Ok(true),
        }
    }
    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        if stratum == 1 {
            wants.ask(&CUSTOMER_LOOKUPS[0], 4, Ok(e.rec(C).get(4)));
            wants.ask(&CUSTOMER_LOOKUPS[1], 5, Ok(e.rec(C).get(6)));
            wants.ask(&CUSTOMER_LOOKUPS[2], 6, Ok(e.rec(C).get(5)));
        }
        child_needs(e, &CHILD_IDS, others(e), stratum, wants);
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (C, 1), 1);
        row.rule(e, 1, |e, row| {
            let person = Val::List(vec![e.rec(C).get(2), e.rec(C).get(3)]);
            row.set(
                0,
                default(e.rec(FIRM).get(2), || builtin::text::join(person, Val::text(" ")))?,
            )
        });
        row.rule(e, 2, |e, row| row.set(3, Val::Bool(e.rec(FIRM).is_present())));
        row.rule(e, 3, |_, row| row.set(2, Val::Bool(true)));
        row.rule(e, 4, |e, row| {
            row.push(8, e.got(&CUSTOMER_LOOKUPS[0], e.rec(C).get(4))?)
        });
        row.rule(e, 5, |e, row| {
            row.set(10, field(e.got(&CUSTOMER_LOOKUPS[1], e.rec(C).get(6))?, "lang"))
        });
        row.rule(e, 6, |e, row| {
            row.set(12, e.got(&CUSTOMER_LOOKUPS[2], e.rec(C).get(5))?)
        });
        row.copy(e, 7, (HOME, 3), 4);
        row.copy(e, 8, (HOME, 4), 5);
        row.rule(e, 9, |e, row| row.children(e, &CHILD_IDS, others(e)?));
        row.copy(e, 10, (C, 7), 9);
        row.rule(e, 11, |e, row| row.set(11, e.now()));
    }
    fn check<'s>(&self, e: &Eval<'_, 's>, row: &Row<'s>, report: &mut Checks) {
        report.check(e, row, 0, |_, row| match row.out(9) {
            Val::Int(rank) if rank >= 100 => Ok(Val::made(format!("rank {rank} is out of range"))),
            _ => Ok(Val::Missing),
        });
    }
}

/// book | reject(a => a.address_id == home?.address_id)
fn others<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    let home = e.rec(HOME).get(0);
    builtin::list::reject(e.list(BOOK), &|a| builtin::logic::equals(a.rec().get(0), home.clone()))
}

static ADDRESS_INFO: MapperInfo = MapperInfo {
    checks: &[CheckInfo {
        place: "shop/1/partner.tenon:80",
        severity: Severity::Warn,
        outs: &[],
    }],
    ..info(
        &PARTNER,
        &ADDRESS,
        &[
            main_source("a", &ADDRESS, &ADDRESS_SHAPE),
            Source {
                alias: "c",
                external: &CUSTOMER,
                shape: &CUSTOMER_SHAPE,
                origin: Origin::Enclosing,
                also_binds: false,
            },
        ],
        &[
            Write::field("name", 0),
            Write::field("active", 4),
            Write::field("street", 5),
            Write::field("city", 6),
            Write::field("phone", 7),
        ],
        &[
            rule("shop/1/partner.tenon:71", "a.name", &[0], Runs::Always),
            rule("shop/1/partner.tenon:72", "", &[1], Runs::Always),
            rule("shop/1/partner.tenon:73", "a.street", &[2], Runs::Always),
            rule("shop/1/partner.tenon:74", "a.city", &[3], Runs::Always),
            rule("shop/1/partner.tenon:75", "a.phone", &[4], Runs::Always),
        ],
        "shop/1/partner.tenon:70",
    )
};

#[derive(Debug)]
pub struct ImportAddress;
impl Mapper for ImportAddress {
    fn info(&self) -> &'static MapperInfo {
        &ADDRESS_INFO
    }
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (0, 1), 0);
        row.rule(e, 1, |_, row| row.set(1, Val::Bool(true)));
        row.copy(e, 2, (0, 3), 2);
        row.copy(e, 3, (0, 4), 3);
        row.copy(e, 4, (0, 5), 4);
    }
    fn check<'s>(&self, e: &Eval<'_, 's>, row: &Row<'s>, report: &mut Checks) {
        report.check(e, row, 0, |e, _| match e.rec(0).get(5).is_present() {
            true => Ok(Val::Missing),
            false => Ok(Val::made(format!(
                "address {} has no phone",
                e.rec(0).get(0).into_text()?
            ))),
        });
    }
}
