//! What goes with a record, and what forbids that it goes.

use super::*;

#[test]
fn a_restricted_record_says_who_needs_it() {
    let inside = inside();
    let order = partner("Ada").create("sale.order", &[("name", text("S1")), ("partner_id", new(0))]);
    inside.apply(&order);
    assert_eq!(
        inside.apply(&plan().delete(PARTNER, 1, 1)),
        "refused: res.partner 1 cannot be deleted: sale.order 1 refers to it by partner_id"
    );
    assert_eq!(
        inside.apply(&plan().delete(PARTNER, 1, 1).delete("sale.order", 1, 1)),
        "applied",
        "in any order"
    );
    assert_eq!(inside.rows(PARTNER), "");
}

#[test]
fn cleared_references_are_a_change_of_their_record() {
    let inside = inside();
    inside.apply(&partner("Firm").create(PARTNER, &[("name", text("Ada")), ("parent_id", new(0))]));
    assert_eq!(inside.apply(&plan().delete(PARTNER, 1, 1)), "applied");
    assert_eq!(
        inside.read(&model::PARTNER, &[1, 2], &["parent_id"]),
        "-\n2 v2 parent_id=null"
    );
}

#[test]
fn a_plan_is_not_stale_by_its_own_deletes() {
    let inside = inside();
    inside.apply(&plan().create(CATEGORY, &[("name", text("a"))]));
    inside.apply(&plan().create(PARTNER, &[("name", text("Firm")), ("category_id", records(&[1]))]));
    inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("parent_id", record(1))]));
    let goes = plan().delete(PARTNER, 1, 1).delete(CATEGORY, 1, 1);
    assert_eq!(
        inside.apply(&goes.update(PARTNER, 2, 1, &[("rank", int(1))])),
        "applied"
    );
    assert_eq!(
        inside.read(&model::PARTNER, &[2], &["parent_id", "rank"]),
        "2 v3 parent_id=null rank=1"
    );
}

#[test]
fn what_went_with_its_owner_may_be_named_too() {
    let inside = inside();
    let order = partner("Ada").create("sale.order", &[("name", text("S1")), ("partner_id", new(0))]);
    inside.apply(&order.create("sale.order.line", &[("order_id", new(1)), ("price", int(1))]));
    let both = plan().delete("sale.order", 1, 1).delete("sale.order.line", 1, 1);
    assert_eq!(inside.apply(&both), "applied");
}

#[test]
fn a_shorter_list_is_a_change_of_its_record() {
    let inside = inside();
    inside.apply(
        &plan()
            .create(CATEGORY, &[("name", text("a"))])
            .create(CATEGORY, &[("name", text("b"))]),
    );
    inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("category_id", records(&[1, 2]))]));
    assert_eq!(inside.apply(&plan().delete(CATEGORY, 1, 1)), "applied");
    assert_eq!(
        inside.read(&model::PARTNER, &[1], &["category_id"]),
        "1 v2 category_id=[2]"
    );
}

#[test]
fn what_belongs_to_a_record_goes_with_it_and_its_keys_are_buried() {
    let inside = inside();
    let order = partner("Ada")
        .create("sale.order", &[("name", text("S1")), ("partner_id", new(0))])
        .create("sale.order.line", &[("order_id", new(1)), ("price", decimal("1.5"))])
        .bind("Sale", "100", new(1))
        .bind("Item", "7", new(2))
        .below(new(1));
    assert_eq!(inside.apply(&order), "applied 0=1 1=1 2=1");
    assert_eq!(inside.apply(&plan().delete("sale.order", 1, 1)), "applied");
    assert_eq!(inside.rows("sale.order.line"), "");
    assert_eq!(inside.rows("magento.Sale"), r#"shop "100" buried"#);
    assert_eq!(inside.rows("magento.Item"), r#"shop "7" buried below 1"#);
    assert_eq!(inside.bound(&ITEM, &["7"]), "-");
}

static WEBSITE: ModelField = nullable("website_id", leads_to(CATEGORY, OnDelete::Restrict));
static SHOP: ModelField = nullable("shop_id", leads_to(CATEGORY, OnDelete::Clear));
static PAGE: ModelField = nullable("page_id", leads_to(CATEGORY, OnDelete::Cascade));
static VISITOR: ExternalType = external(
    "Visitor",
    Binding {
        fields: &[WEBSITE, SHOP, PAGE],
        ..binding("magento__Visitor", PARTNER)
    },
);

#[test]
fn bindings_refer_to_records_too() {
    let inside = inside();
    inside.prepare(MODELS, &[&VISITOR]);
    for name in ["website", "shop", "page"] {
        inside.apply(&plan().create(CATEGORY, &[("name", text(name))]));
    }
    let fields = [
        ("website_id", record(1)),
        ("shop_id", record(2)),
        ("page_id", record(3)),
    ];
    let visitor = partner("Ada").bind_with("Visitor", "1", new(0), &fields[..2]);
    inside.apply(&visitor.bind_with("Visitor", "2", new(0), &fields[2..]));
    assert_eq!(
        inside.apply(&plan().delete(CATEGORY, 1, 1)),
        "refused: res.partner.category 1 cannot be deleted: a binding of magento.Visitor refers to it by website_id"
    );
    assert_eq!(inside.apply(&plan().delete(CATEGORY, 2, 1)), "applied", "cleared");
    assert_eq!(inside.apply(&plan().delete(CATEGORY, 3, 1)), "applied", "gone with it");
    assert_eq!(
        inside.rows("magento.Visitor"),
        r#"shop "1" -> 1 website_id=1 shop_id=null page_id=null"#
    );
    let bury = plan().delete(CATEGORY, 1, 1).bury("Visitor", "1");
    assert_eq!(inside.apply(&bury), "applied", "a tombstone keeps nobody");
    assert_eq!(inside.rows("magento.Visitor"), "");
    let broken = inside.its("select count(*) from pragma_foreign_key_check", "select 0");
    assert_eq!(inside.query(broken), "0");
}

static NOTE: Model = plain(
    "note",
    "note",
    &[ModelField::new("about", leads_to(PARTNER, OnDelete::Restrict))],
);

#[test]
fn an_older_program_heeds_tables_it_does_not_know() {
    let older = inside();
    older.apply(&partner("Ada").create(PARTNER, &[("name", text("Bob"))]));
    let newer = older.again();
    let models: Vec<&Model> = MODELS.iter().copied().chain([&NOTE]).collect();
    assert_eq!(newer.prepare(&models, EXTERNALS), "ready");
    newer.apply(&plan().create("note", &[("about", record(1))]));
    assert_eq!(
        older.apply(&plan().delete(PARTNER, 1, 1)),
        "refused: res.partner 1 cannot be deleted: note 1 refers to it by about"
    );
    assert_eq!(older.apply(&plan().delete(PARTNER, 2, 1)), "applied");
}
