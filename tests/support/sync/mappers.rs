//! The mappings of the small shop, as the generator would write them, by hand.

pub mod customer;
pub mod order;

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
        guards: Bits(&[]),
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
        stops: &[],
        after: &[],
        changes: &[],
        next: None,
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
            Rule {
                bits: Bits(&[0b010]),
                ..rule("shop/1/group.tenon:5", "g.code", &[0], Runs::Always)
            },
            Rule {
                bits: Bits(&[0b100]),
                ..rule("shop/1/group.tenon:6", "g.parent_id", &[1], Runs::Always)
            },
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
        if stratum == 1 && e.runs(1) {
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
