//! Creates and updates of records.

use super::*;

#[test]
fn a_new_record_gets_its_defaults() {
    let inside = inside();
    assert_eq!(inside.apply(&partner("Ada")), "applied 0=1");
    assert_eq!(
        inside.read(
            &model::PARTNER,
            &[1],
            &["name", "email", "active", "credit_limit", "type", "rank", "category_id"]
        ),
        r#"1 v1 name="Ada" email=null active=true credit_limit=0.00 type="contact" rank=0 category_id=[]"#
    );
}

#[test]
fn a_required_field_must_be_given() {
    let inside = inside();
    assert_eq!(
        inside.apply(&plan().create(PARTNER, &[])),
        "refused: a new res.partner: name is required"
    );
    let null = plan().create(PARTNER, &[("name", Stored::Null)]);
    assert_eq!(
        inside.apply(&null),
        "refused: a new res.partner: name is required and was null"
    );
}

#[test]
fn unknown_names_are_refused_by_name() {
    let inside = inside();
    let field = plan().create(PARTNER, &[("name", text("Ada")), ("nme", text("Ada"))]);
    assert_eq!(
        inside.apply(&field),
        "refused: a new res.partner: res.partner has no field nme"
    );
    assert_eq!(
        inside.apply(&plan().create("res.user", &[])),
        "refused: no model is named res.user here"
    );
    let bind = partner("Ada").bind("Visitor", "1", new(0));
    assert_eq!(
        inside.apply(&bind),
        "refused: no bindings are kept in magento__Visitor here"
    );
    let field = partner("Ada").bind_with("Customer", "1", new(0), &[("mail", text(""))]);
    assert_eq!(
        inside.apply(&field),
        "refused: Customer 1 of shop: the binding has no field mail"
    );
    assert_eq!(inside.rows(PARTNER), "");
}

#[test]
fn an_update_writes_what_it_names_and_counts() {
    let inside = inside();
    inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("email", text("ada@example.org"))]));
    assert_eq!(
        inside.apply(&plan().update(PARTNER, 1, 1, &[("name", text("Ada King"))])),
        "applied"
    );
    assert_eq!(
        inside.read(&model::PARTNER, &[1], &["name", "email"]),
        r#"1 v2 name="Ada King" email="ada@example.org""#
    );
    assert_eq!(
        inside.apply(&plan().update(PARTNER, 1, 2, &[("email", Stored::Null)])),
        "applied"
    );
    assert_eq!(
        inside.read(&model::PARTNER, &[1], &["name", "email"]),
        r#"1 v3 name="Ada King" email=null"#
    );
}

#[test]
fn an_update_of_nothing_changes_no_version() {
    let inside = inside();
    inside.apply(&partner("Ada"));
    assert_eq!(inside.apply(&plan().update(PARTNER, 1, 1, &[])), "applied");
    assert_eq!(inside.read(&model::PARTNER, &[1], &[]), "1 v1");
}

#[test]
fn a_stale_version_writes_nothing() {
    let inside = inside();
    inside.apply(&partner("Ada"));
    inside.apply(&plan().update(PARTNER, 1, 1, &[("name", text("Ada King"))]));
    let late = partner("Bob").update(PARTNER, 1, 1, &[("name", text("A. King"))]);
    assert_eq!(
        inside.apply(&late),
        "stale: res.partner 1 was changed meanwhile: it is at version 2, the plan was made from version 1"
    );
    assert_eq!(inside.query("select name from res__partner"), "Ada King");
}

#[test]
fn a_record_that_is_gone_is_stale() {
    let inside = inside();
    inside.apply(&partner("Ada"));
    inside.apply(&plan().delete(PARTNER, 1, 1));
    assert_eq!(
        inside.apply(&plan().update(PARTNER, 1, 1, &[("name", text("x"))])),
        "stale: res.partner 1 is gone"
    );
    assert_eq!(
        inside.apply(&plan().delete(PARTNER, 1, 1)),
        "stale: res.partner 1 is gone"
    );
}

#[test]
fn records_a_plan_only_read_count_too() {
    let inside = inside();
    inside.apply(&partner("Ada"));
    assert_eq!(inside.apply(&partner("Bob").based_on(PARTNER, 1, 1)), "applied 0=2");
    inside.apply(&plan().update(PARTNER, 1, 1, &[("rank", int(5))]));
    assert_eq!(
        inside.apply(&partner("Cy").based_on(PARTNER, 1, 1)),
        "stale: res.partner 1 was changed meanwhile: it is at version 2, the plan was made from version 1"
    );
    assert_eq!(
        inside.apply(&partner("Cy").based_on(PARTNER, 9, 1)),
        "stale: res.partner 9 is gone"
    );
}

#[test]
fn one_plan_may_write_a_record_twice() {
    let inside = inside();
    inside.apply(&partner("Ada"));
    let twice = plan()
        .update(PARTNER, 1, 1, &[("rank", int(1))])
        .update(PARTNER, 1, 1, &[("email", text("a"))]);
    assert_eq!(inside.apply(&twice), "applied");
    assert_eq!(
        inside.read(&model::PARTNER, &[1], &["rank", "email"]),
        r#"1 v3 rank=1 email="a""#
    );
}

#[test]
fn a_number_is_never_given_twice() {
    let inside = inside();
    inside.apply(&partner("Ada"));
    inside.apply(&plan().delete(PARTNER, 1, 1));
    assert_eq!(inside.apply(&partner("Bob")), "applied 0=2");
}

#[test]
fn a_plan_refers_to_records_it_creates() {
    let inside = inside();
    let family = partner("Firm").create(PARTNER, &[("name", text("Ada")), ("parent_id", new(0))]);
    assert_eq!(inside.apply(&family), "applied 0=1 1=2");
    assert_eq!(inside.read(&model::PARTNER, &[2], &["parent_id"]), "2 v1 parent_id=1");
    let early = plan().create(PARTNER, &[("name", text("Ada")), ("parent_id", new(1))]);
    assert_eq!(
        inside.apply(&early),
        "refused: the plan refers to the record of write 1 before any such record was created"
    );
}

#[test]
fn a_reference_must_lead_to_a_record() {
    let inside = inside();
    let lost = plan().create(PARTNER, &[("name", text("Ada")), ("parent_id", record(99))]);
    assert_eq!(
        inside.apply(&lost),
        "stale: a new res.partner: parent_id leads to res.partner 99, which does not exist"
    );
    let listed = plan().create(PARTNER, &[("name", text("Ada")), ("category_id", records(&[7]))]);
    assert_eq!(
        inside.apply(&listed),
        "stale: a new res.partner: category_id leads to res.partner.category 7, which does not exist"
    );
    assert_eq!(inside.rows(PARTNER), "");
}

#[test]
fn unique_fields_name_the_other_record() {
    let inside = inside();
    inside.apply(&plan().create("res.country", &[("code", text("FR")), ("name", text("France"))]));
    let with_ref = |reference: Stored, country: Stored| {
        plan().create(
            PARTNER,
            &[("name", text("Ada")), ("ref", reference), ("country_id", country)],
        )
    };
    assert_eq!(inside.apply(&with_ref(text("A1"), record(1))), "applied 0=1");
    let refused = "res.partner 1 has ref \"A1\" and country_id 1 already, and that must be unique";
    assert_eq!(
        inside.apply(&with_ref(text("A1"), record(1))),
        format!("refused: a new res.partner: {refused}")
    );
    assert_eq!(
        inside.apply(&with_ref(text("A1"), Stored::Null)),
        "applied 0=2",
        "null equals nothing"
    );
    assert_eq!(
        inside.apply(&plan().update(PARTNER, 2, 1, &[("country_id", record(1))])),
        format!("refused: res.partner 2: {refused}")
    );
}

#[test]
fn lists_keep_their_order_and_only_differences_are_written() {
    let inside = inside();
    for name in ["a", "b", "c", "d"] {
        inside.apply(&plan().create(CATEGORY, &[("name", text(name))]));
    }
    inside.apply(&plan().create(
        PARTNER,
        &[("name", text("Ada")), ("category_id", records(&[3, 1, 3, 2]))],
    ));
    assert_eq!(
        inside.read(&model::PARTNER, &[1], &["category_id"]),
        "1 v1 category_id=[3, 1, 2]"
    );
    inside.sql(inside.its(
        "create table seen (what text);
         create trigger i after insert on res__partner__category_id begin insert into seen values ('+' || new.b); end;
         create trigger u after update on res__partner__category_id begin insert into seen values ('~' || new.b); end;
         create trigger d after delete on res__partner__category_id begin insert into seen values ('-' || old.b); end;",
        "create table seen (what text);
         create function see() returns trigger language plpgsql as $$ begin
           insert into seen values (case tg_op when 'INSERT' then '+' || new.b when 'UPDATE' then '~' || new.b else '-' || old.b end);
           return null;
         end $$;
         create trigger seen after insert or update or delete on res__partner__category_id
         for each row execute function see()",
    ));
    inside.apply(&plan().update(PARTNER, 1, 1, &[("category_id", records(&[3, 4, 2]))]));
    assert_eq!(
        inside.read(&model::PARTNER, &[1], &["category_id"]),
        "1 v2 category_id=[3, 4, 2]"
    );
    assert_eq!(inside.query("select what from seen"), "-1|+4");
    inside.apply(&plan().update(PARTNER, 1, 2, &[("category_id", records(&[]))]));
    assert_eq!(
        inside.read(&model::PARTNER, &[1], &["name", "category_id"]),
        r#"1 v3 name="Ada" category_id=[]"#
    );
}

#[test]
fn a_list_is_not_null_and_children_are_not_written_from_above() {
    let inside = inside();
    let null = plan().create(PARTNER, &[("name", text("Ada")), ("category_id", Stored::Null)]);
    assert_eq!(
        inside.apply(&null),
        "refused: a new res.partner: category_id is required and was null"
    );
    let above = plan().create(PARTNER, &[("name", text("Ada")), ("child_ids", records(&[]))]);
    assert_eq!(
        inside.apply(&above),
        "refused: a new res.partner: child_ids has no column: write parent_id of the records of res.partner"
    );
}
