//! `import res.partner from Address within Customer`, as the compiler writes it, and the author's function it calls.

use std::borrow::Cow;

use tenon_runtime::builtin;
use tenon_runtime::mapper::*;

use super::customer::CUSTOMER;
use super::models::*;

/// An address, as `customer_address.list` returns it.
pub(super) static ADDRESS: Shape = Shape {
    name: "Address",
    wire: Wire::Php,
    slots: 12,
    fields: &[
        Field {
            place: "magento/1.7/partner.tenon:24",
            ..Field::new("customer_address_id", Kind::Key(KeyKind::Int), 0)
        },
        Field {
            place: "magento/1.7/partner.tenon:25",
            ..Field::new("firstname", Kind::Text, 1)
        },
        Field {
            place: "magento/1.7/partner.tenon:26",
            ..Field::new("lastname", Kind::Text, 2)
        },
        Field {
            optional: true,
            nullable: true,
            place: "magento/1.7/partner.tenon:28",
            ..Field::new("company", Kind::Text, 3)
        },
        Field {
            place: "magento/1.7/partner.tenon:29",
            ..Field::new("street", Kind::Text, 4)
        },
        Field {
            optional: true,
            nullable: true,
            place: "magento/1.7/partner.tenon:30",
            ..Field::new("postcode", Kind::Text, 5)
        },
        Field {
            optional: true,
            nullable: true,
            place: "magento/1.7/partner.tenon:31",
            ..Field::new("city", Kind::Text, 6)
        },
        Field {
            optional: true,
            nullable: true,
            max: Some(2),
            place: "magento/1.7/partner.tenon:33",
            ..Field::new("country_id", Kind::Text, 7)
        },
        Field {
            optional: true,
            nullable: true,
            place: "magento/1.7/partner.tenon:34",
            ..Field::new("telephone", Kind::Text, 9)
        },
        Field {
            place: "magento/1.7/partner.tenon:35",
            ..Field::new("is_default_billing", Kind::Bool, 10)
        },
        Field {
            place: "magento/1.7/partner.tenon:36",
            ..Field::new("is_default_shipping", Kind::Bool, 11)
        },
    ],
};

static SOURCES: [Source; 2] = [
    Source {
        alias: "a",
        external: &ADDRESS_TYPE,
        shape: &ADDRESS,
        origin: Origin::Main,
        also_binds: false,
    },
    Source {
        alias: "c",
        external: &CUSTOMER_TYPE,
        shape: &CUSTOMER,
        origin: Origin::Enclosing,
        also_binds: false,
    },
];

static WRITES: [Write; 8] = [
    Write::field("name", 0),
    Write::field("type", 4),
    Write::field("street", 8),
    Write::field("street2", 9),
    Write::field("zip", 10),
    Write::field("city", 11),
    Write::field("phone", 12),
    Write::field("country_id", 13),
];

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

static RULES: [Rule; 6] = [
    rule("magento/1.7/partner.tenon:88", "a.city", &[5], &[1 << 6]),
    rule(
        "magento/1.7/partner.tenon:89",
        "a.firstname, a.lastname",
        &[0],
        &[0b110],
    ),
    rule("magento/1.7/partner.tenon:90", "a.street", &[2, 3], &[1 << 4]),
    rule(
        "magento/1.7/partner.tenon:91",
        "a.postcode, a.telephone",
        &[4, 6],
        &[1 << 5 | 1 << 9],
    ),
    rule("magento/1.7/partner.tenon:93", "a.country_id", &[7], &[1 << 7]),
    rule(
        "magento/1.7/partner.tenon:96",
        "a.is_default_billing, a.is_default_shipping",
        &[1],
        &[0b11 << 10],
    ),
];

static LOOKUPS: [Lookup; 1] = [Lookup::Find {
    model: &RES_COUNTRY,
    criteria: &["code"],
    fold: false,
}];

static INFO: MapperInfo = MapperInfo {
    model: &RES_PARTNER,
    external: &ADDRESS_TYPE,
    variant: None,
    sources: &SOURCES,
    writes: &WRITES,
    rules: &RULES,
    lookups: &LOOKUPS,
    strata: 1,
    adopt: None,
    batch: None,
    vias: &[],
    stops: &[],
    after: &[],
    changes: &[],
    next: None,
    checks: &[],
    params: &[],
    place: "magento/1.7/partner.tenon:85",
};

const A: usize = 0; // the address

/// `import res.partner from Address within Customer`
#[derive(Debug)]
pub(super) struct ImportResPartnerFromAddress;

impl Mapper for ImportResPartnerFromAddress {
    fn info(&self) -> &'static MapperInfo {
        &INFO
    }

    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        if stratum == 1 {
            wants.ask(&LOOKUPS[0], 4, builtin::upper(e.rec(A).get(7)));
        }
    }

    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        row.copy(e, 0, (A, 6), 5);
        // name = [a.firstname, a.lastname] | join(" ")
        row.rule(e, 1, |e, row| {
            let a = e.rec(A);
            row.set(0, builtin::join(Val::List(vec![a.get(1), a.get(2)]), Val::text(" "))?)
        });
        // street, street2 = split_street(a.street)
        row.rule(e, 2, |e, row| {
            let made = call_split_street(e.rec(A).get(4))?;
            row.set(2, field(made.clone(), "street"))?;
            row.set(3, field(made, "street2"))
        });
        row.rule(e, 3, |e, row| {
            row.set(4, e.rec(A).get(5))?;
            row.set(6, e.rec(A).get(9))
        });
        // country_id = a.country_id | upper | find!(res.country, code = _)
        row.rule(e, 4, |e, row| {
            row.set(7, e.got(&LOOKUPS[0], builtin::upper(e.rec(A).get(7))?)?)
        });
        row.rule(e, 5, rule_type);
    }
}

// type = if a.is_default_billing { "invoice" } else if a.is_default_shipping { "delivery" } else { "contact" }
fn rule_type<'s>(e: &Eval<'_, 's>, row: &mut Row<'s>) -> Ruled {
    let a = e.rec(A);
    let kind = if builtin::condition(a.get(10))? {
        Val::text("invoice")
    } else if builtin::condition(a.get(11))? {
        Val::text("delivery")
    } else {
        Val::text("contact")
    };
    row.set(1, kind)
}

/// What `extern fn split_street` returns.
#[derive(Debug)]
pub(super) struct SplitStreet<'r> {
    pub(super) street: Cow<'r, str>,
    pub(super) street2: Option<Cow<'r, str>>,
}

const SPLIT_STREET: for<'r> fn(&'r str) -> SplitStreet<'r> = split_street;

pub(super) fn call_split_street<'s>(street: Val<'s>) -> Out<'s> {
    if street.is_absent() {
        return Ok(Val::Missing);
    }
    let street = street.into_text()?;
    let made = SPLIT_STREET(&street);
    Ok(Val::Record(vec![
        ("street", Val::made(made.street.into_owned())),
        (
            "street2",
            made.street2.map_or(Val::Null, |text| Val::made(text.into_owned())),
        ),
    ]))
}

/// The author's function.
fn split_street(street: &str) -> SplitStreet<'_> {
    let (first, rest) = street
        .split_once('\n')
        .map_or((street, None), |(first, rest)| (first, Some(rest)));
    SplitStreet {
        street: Cow::Borrowed(first),
        street2: rest.map(|rest| Cow::Owned(rest.replace('\n', ", "))),
    }
}
