//! An order, its lines, and what becomes of lines that are gone.

use tenon_runtime::mapper::*;

use super::super::tables::*;
use super::{info, main_source, rule};

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
