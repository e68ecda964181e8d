//! A customer with an address book: one address is merged into it, the others are its children.

use tenon_runtime::builtin;
use tenon_runtime::mapper::*;

use super::super::tables::*;
use super::{info, main_source, rule};

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
