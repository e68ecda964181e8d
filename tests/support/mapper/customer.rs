//! `import res.partner from Customer` of the language page, as the compiler writes it.

use tenon_runtime::builtin;
use tenon_runtime::mapper::*;

use super::address::{ADDRESS, ImportResPartnerFromAddress, call_split_street};
use super::models::*;

/// A customer account, as `customer.info` returns it. Fields that no rule reads have no slot.
pub(super) static CUSTOMER: Shape = Shape {
    name: "Customer",
    wire: Wire::Php,
    slots: 12,
    fields: &[
        Field {
            place: "magento/1.7/partner.tenon:5",
            ..Field::new("customer_id", Kind::Key(KeyKind::Int), 0)
        },
        Field {
            place: "magento/1.7/partner.tenon:6",
            ..Field::new("email", Kind::Text, 1)
        },
        Field {
            place: "magento/1.7/partner.tenon:7",
            ..Field::new("firstname", Kind::Text, 2)
        },
        Field {
            optional: true,
            nullable: true,
            place: "magento/1.7/partner.tenon:8",
            ..Field::new("middlename", Kind::Text, 3)
        },
        Field {
            place: "magento/1.7/partner.tenon:9",
            ..Field::new("lastname", Kind::Text, 4)
        },
        Field {
            optional: true,
            nullable: true,
            codec: Codec::Format("%Y-%m-%d %H:%M:%S"),
            null_texts: &["", "0000-00-00 00:00:00"],
            place: "magento/1.7/partner.tenon:10",
            ..Field::new("dob", Kind::Date, 5)
        },
        Field {
            optional: true,
            nullable: true,
            sensitive: true,
            place: "magento/1.7/partner.tenon:11",
            ..Field::new("taxvat", Kind::Text, 6)
        },
        Field {
            place: "magento/1.7/partner.tenon:12",
            ..Field::new("group_id", Kind::Key(KeyKind::Int), 7)
        },
        Field {
            place: "magento/1.7/partner.tenon:13",
            ..Field::new("website_id", Kind::Key(KeyKind::Int), 8)
        },
        Field {
            place: "magento/1.7/partner.tenon:14",
            ..Field::new("store_id", Kind::Key(KeyKind::Int), 9)
        },
        Field {
            place: "magento/1.7/partner.tenon:15",
            ..Field::new("created_at", Kind::DateTime, 10)
        },
        Field {
            optional: true,
            nullable: true,
            place: "magento/1.7/partner.tenon:16",
            ..Field::new("updated_at", Kind::DateTime, 11)
        },
    ],
};

static SOURCES: [Source; 4] = [
    Source {
        alias: "c",
        external: &CUSTOMER_TYPE,
        shape: &CUSTOMER,
        origin: Origin::Main,
        also_binds: false,
    },
    Source {
        alias: "book",
        external: &ADDRESS_TYPE,
        shape: &ADDRESS,
        origin: Origin::Fetched {
            operation: "list",
            params: &["customer_id"],
            mark: Mark::Many,
        },
        also_binds: false,
    },
    Source {
        alias: "home",
        external: &ADDRESS_TYPE,
        shape: &ADDRESS,
        origin: Origin::Picked { mark: Mark::Optional },
        also_binds: true,
    },
    Source {
        alias: "firm",
        external: &ADDRESS_TYPE,
        shape: &ADDRESS,
        origin: Origin::Picked { mark: Mark::Optional },
        also_binds: false,
    },
];

static WRITES: [Write; 19] = [
    Write::field("name", 0),
    Write::field("email", 1),
    Write::field("is_company", 2),
    Write::field("customer", 3),
    Write::field("birthday", 5),
    Write::field("vat", 6),
    Write::field("lang", 7),
    Write::field("street", 8),
    Write::field("street2", 9),
    Write::field("zip", 10),
    Write::field("city", 11),
    Write::field("country_id", 13),
    Write::field("company_id", 14),
    Write::field("child_ids", 15),
    Write::field("category_id", 16),
    Write::field("created_at", 17),
    Write::field("updated_at", 18),
    Write::binding("email", 0),
    Write::binding("website_id", 1),
];

/// Slots: customer 0-11, book 12-23, home 24-35, firm 36-47.
const HOME_SLOTS: u64 = 24;
const FIRM_SLOTS: u64 = 36;

const fn rule(place: &'static str, reads: &'static str, targets: &'static [usize], bits: &'static [u64]) -> Rule {
    Rule {
        place,
        reads,
        targets,
        when: Runs::Always,
        bits: Bits(bits),
        guards: Bits(&[]),
    }
}

static RULES: [Rule; 15] = [
    rule("magento/1.7/partner.tenon:62", "c.email", &[1], &[1 << 1]),
    rule("magento/1.7/partner.tenon:62", "c.created_at", &[15], &[1 << 10]),
    rule("magento/1.7/partner.tenon:62", "c.updated_at", &[16], &[1 << 11]),
    rule(
        "magento/1.7/partner.tenon:63",
        "firm.company, c.firstname, c.middlename, c.lastname",
        &[0],
        &[0b11100 | (1 << (FIRM_SLOTS + 1))],
    ),
    rule("magento/1.7/partner.tenon:64", "firm", &[2], &[1 << FIRM_SLOTS]),
    Rule {
        when: Runs::OnCreate,
        ..rule("magento/1.7/partner.tenon:65", "", &[3], &[0])
    },
    rule("magento/1.7/partner.tenon:66", "c.dob", &[4], &[1 << 5]),
    rule("magento/1.7/partner.tenon:67", "c.taxvat", &[5], &[1 << 6]),
    rule("magento/1.7/partner.tenon:68", "c.group_id", &[14], &[1 << 7]),
    Rule {
        when: Runs::OnEmpty,
        ..rule("magento/1.7/partner.tenon:69", "c.store_id", &[6], &[1 << 9])
    },
    Rule {
        when: Runs::OnCreate,
        ..rule("magento/1.7/partner.tenon:70", "c.store_id", &[12], &[1 << 9])
    },
    rule("magento/1.7/partner.tenon:71", "c.email", &[17], &[1 << 1]),
    rule("magento/1.7/partner.tenon:72", "c.website_id", &[18], &[1 << 8]),
    rule(
        "magento/1.7/partner.tenon:74",
        "home.street, home.postcode, home.city, home.country_id",
        &[7, 8, 9, 10, 11],
        &[0b1111 << (HOME_SLOTS + 4)],
    ),
    rule("magento/1.7/partner.tenon:79", "book", &[13], &[0xfff << 12]),
];

static LOOKUPS: [Lookup; 4] = [
    Lookup::Ref {
        external: &GROUP_TYPE,
        model: &RES_PARTNER_CATEGORY,
        import: true,
    },
    Lookup::Load {
        external: &STORE_VIEW_TYPE,
        model: &MAGENTO_STOREVIEW,
        fields: &["lang", "company_id"],
        import: false,
    },
    Lookup::Ref {
        external: &WEBSITE_TYPE,
        model: &MAGENTO_WEBSITE,
        import: true,
    },
    Lookup::Find {
        model: &RES_COUNTRY,
        criteria: &["code"],
        fold: false,
    },
];

static CHILD_IDS_VIA: Via = Via {
    target: 13,
    mapper: &ImportResPartnerFromAddress,
    key: ChildKey::Slot(0),
    orphans: Orphans::Archive,
    whole: true,
    offset: 0,
};

static INFO: MapperInfo = MapperInfo {
    model: &RES_PARTNER,
    external: &CUSTOMER_TYPE,
    variant: None,
    sources: &SOURCES,
    writes: &WRITES,
    rules: &RULES,
    lookups: &LOOKUPS,
    strata: 1,
    adopt: Some(&Adopt {
        by: &[1],
        fold: true,
        filter: Some(Filter::Equals {
            field: "customer",
            value: Literal::Bool(true),
        }),
        shared: false,
        place: "magento/1.7/partner.tenon:56",
    }),
    batch: Some(&Batch {
        every_ms: 900_000,
        since: Some("updated_at"),
        overlap_ms: 30_000,
        priority: 10,
    }),
    vias: &[&CHILD_IDS_VIA],
    stops: &[],
    after: &[],
    changes: &[],
    next: None,
    checks: &[CheckInfo {
        place: "magento/1.7/partner.tenon:82",
        severity: Severity::Warn,
        outs: &[13],
    }],
    params: &[],
    place: "magento/1.7/partner.tenon:51",
};

const C: usize = 0; // the customer
const BOOK: usize = 1; // all its addresses
const HOME: usize = 2; // the private default billing address
const FIRM: usize = 3; // the default billing address of a company

/// `import res.partner from Customer`
#[derive(Debug)]
pub(super) struct ImportResPartnerFromCustomer;

impl Mapper for ImportResPartnerFromCustomer {
    fn info(&self) -> &'static MapperInfo {
        &INFO
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
        match source {
            HOME => builtin::condition(builtin::and(it.get(10), || builtin::is_absent(it.get(3)))?),
            FIRM => builtin::condition(builtin::and(it.get(10), || builtin::is_present(it.get(3)))?),
            _ => Ok(true),
        }
    }

    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        if stratum == 1 {
            wants.ask(&LOOKUPS[0], 8, Ok(e.rec(C).get(7)));
            wants.ask(&LOOKUPS[1], None, Ok(e.rec(C).get(9)));
            wants.ask(&LOOKUPS[2], 12, Ok(e.rec(C).get(8)));
            wants.ask(&LOOKUPS[3], 13, need_country(e));
        }
        child_needs(e, &CHILD_IDS_VIA, list_children(e), stratum, wants);
    }

    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        // copy email, created_at, updated_at
        row.copy(e, 0, (C, 1), 1);
        row.copy(e, 1, (C, 10), 15);
        row.copy(e, 2, (C, 11), 16);
        // name = firm?.company ?? person
        row.rule(e, 3, rule_name);
        // is_company = firm is present
        row.rule(e, 4, |e, row| row.set(2, builtin::is_present(e.source(FIRM))?));
        // customer = true  only create
        row.rule(e, 5, |_, row| row.set(3, Val::Bool(true)));
        // birthday = c.dob
        row.copy(e, 6, (C, 5), 4);
        // vat = c.taxvat
        row.copy(e, 7, (C, 6), 5);
        // category_id += c.group_id | ref!
        row.rule(e, 8, |e, row| row.push(14, e.got(&LOOKUPS[0], e.rec(C).get(7))?));
        // lang = view?.lang  only empty
        row.rule(e, 9, |e, row| row.set(6, field(let_view(e)?, "lang")));
        // company_id = view?.company_id  only create when not backend.multi_company
        row.rule(e, 10, rule_company);
        // binding.email = c.email
        row.copy(e, 11, (C, 1), 17);
        // binding.website_id = c.website_id | ref!
        row.rule(e, 12, |e, row| row.set(18, e.got(&LOOKUPS[2], e.rec(C).get(8))?));
        row.rule(e, 13, rule_address);
        // child_ids = book | reject(..) via res.partner keyed by customer_address_id orphans archive
        row.rule(e, 14, |e, row| row.children(e, &CHILD_IDS_VIA, list_children(e)?));
    }

    fn check<'s>(&self, e: &Eval<'_, 's>, row: &Row<'s>, report: &mut Checks) {
        report.check(e, row, 0, check_children);
    }
}

// let person = [c.firstname, c.middlename, c.lastname] | compact | join(" ")
fn let_person<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    e.once(0, |e| {
        let c = e.rec(C);
        builtin::join(
            builtin::compact(Val::List(vec![c.get(2), c.get(3), c.get(4)]))?,
            Val::text(" "),
        )
    })
}

// let view = c.store_id | load?
fn let_view<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    e.once(1, |e| or_missing(e.got(&LOOKUPS[1], e.rec(C).get(9))))
}

fn need_country<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    builtin::upper(e.rec(HOME).get(7))
}

fn list_children<'s>(e: &Eval<'_, 's>) -> Out<'s> {
    let home = e.rec(HOME).get(0);
    builtin::reject(e.list(BOOK), &|a| builtin::equals(a.rec().get(0), home.clone()))
}

fn rule_name<'s>(e: &Eval<'_, 's>, row: &mut Row<'s>) -> Ruled {
    row.set(0, default(e.rec(FIRM).get(3), || let_person(e))?)
}

fn rule_company<'s>(e: &Eval<'_, 's>, row: &mut Row<'s>) -> Ruled {
    if !builtin::condition(builtin::not(e.backend(0))?)? {
        return Ok(());
    }
    row.set(12, field(let_view(e)?, "company_id"))
}

// street, street2 = split_street(home.street)  when home is present, and the fields that follow
fn rule_address<'s>(e: &Eval<'_, 's>, row: &mut Row<'s>) -> Ruled {
    let home = e.rec(HOME);
    let made = call_split_street(home.get(4))?;
    row.set(7, field(made.clone(), "street"))?;
    row.set(8, field(made, "street2"))?;
    row.set(9, home.get(5))?;
    row.set(10, home.get(6))?;
    row.set(11, or_missing(e.got(&LOOKUPS[3], need_country(e)?))?)
}

// check all(out.child_ids, a => a.city is present) else warn because ".."
fn check_children<'s>(e: &Eval<'_, 's>, row: &Row<'s>) -> Out<'s> {
    let all = builtin::all(row.out(13), &|a| builtin::is_present(field(a, "city")))?;
    match builtin::condition(all)? {
        true => Ok(Val::Missing),
        false => builtin::interpolate(&[Val::text("an address of "), e.rec(C).get(1), Val::text(" has no city")]),
    }
}
