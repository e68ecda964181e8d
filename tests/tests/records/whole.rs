//! A plan and a database as a whole: all or nothing, the same again, readable errors.

use super::*;

#[test]
fn a_failure_in_the_middle_leaves_nothing() {
    let inside = inside();
    let run = inside.start_run();
    inside.apply(&partner("Ada").bind("Customer", "1", new(0)));
    let before = inside.dump();
    inside.sql(inside.its(
        "create trigger injected before insert on cursor_position
         begin select raise(abort, 'the disk caught fire'); end",
        "create function burn() returns trigger language plpgsql
         as $$ begin raise exception 'the disk caught fire'; end $$;
         create trigger injected before insert on cursor_position for each row execute function burn()",
    ));
    let plan = partner("Bob")
        .update(PARTNER, 1, 1, &[("rank", int(9))])
        .bind("Customer", "2", new(0))
        .bury("Customer", "1")
        .enumerated(run, "1")
        .checkpoint("1", "why")
        .job("export")
        .cursor("Customer", "2020");
    assert_eq!(
        inside.apply(&plan),
        inside.its(
            "refused: a cursor: the disk caught fire",
            "refused: a cursor: db error: ERROR: the disk caught fire"
        )
    );
    assert_eq!(
        (inside.dump(), inside.counts(run), inside.jobs()),
        (before, String::new(), String::new())
    );
    assert_eq!(inside.query("select count(*) from checkpoint"), "0");
    inside.sql(inside.its("drop trigger injected", "drop trigger injected on cursor_position"));
    assert_eq!(inside.apply(&plan), "applied 0=2", "and the same plan is still good");
    assert_eq!(inside.jobs(), "export");
}

#[test]
fn a_plan_is_applied_with_the_end_of_its_job_or_not_at_all() {
    let inside = inside();
    assert_eq!(
        inside.work(&partner("Ada").bind("Customer", "1", new(0)).job("export")),
        "applied 0=1, the job is done"
    );
    assert_eq!(
        inside.work(&partner("Bob").bind("Customer", "1", new(0)).job("export")),
        "stale: customer 1 of shop leads to res.partner 1 by now, the job is done"
    );
    assert_eq!(inside.jobs(), "import, export, import");
    assert_eq!(inside.query("select name from res__partner"), "Ada");
}

#[test]
fn a_dump_is_the_same_after_opening_again_and_at_any_time() {
    let inside = inside();
    let fill = |inside: &support::records::Inside| {
        inside.apply(&plan().create(CATEGORY, &[("name", text("a\nb"))]));
        inside.apply(&partner("Ada").bind("Customer", "1", new(0)).at("r1"));
        inside.apply(&plan().update(PARTNER, 1, 1, &[("category_id", records(&[1]))]));
    };
    fill(&inside);
    assert_eq!(inside.again().dump(), inside.dump());
    let later = super::inside();
    later.wait(3600);
    fill(&later);
    assert_eq!(later.dump(), inside.dump(), "stamps are left out");
    insta::assert_snapshot!(inside.dump(), @r#"
    == magento.Account
    == magento.Address
    == magento.Customer
    shop "1" -> 1 at "r1" email=null points=0
    == magento.Item
    == magento.Sale
    == res.country
    == res.country.state
    == res.partner
    1 name="Ada" ref=null parent_id=null email=null active=true credit_limit=0.00 type="contact" origin=null birthday=null opens=null lasts=null tags="[]" size=null seen_at=null uuid=null photo=null extra=null country_id=null comment=null rank=0
    == res.partner.category
    1 name="a\nb"
    == res.partner.category_id
    1 -> 1
    == res.partner per language
    == sale.order
    == sale.order.line
    "#);
}

#[test]
fn a_file_that_cannot_be_written_is_said_plainly() {
    let inside = inside();
    let said = inside.read_only(&partner("Ada"));
    assert!(said.starts_with("error: the database "), "{said}");
    assert!(said.contains(inside.its("inside.db", "postgres.tenon_test")), "{said}");
    assert!(
        said.contains(inside.its(
            "the file or its folder is read-only; give write permission on both",
            "in a read-only transaction"
        )),
        "{said}"
    );
    let folder = tempfile::tempdir().unwrap();
    let said = open_error(folder.path());
    assert!(
        said.contains("cannot be opened; check that its folder exists"),
        "{said}"
    );
    let text = folder.path().join("letter.txt");
    std::fs::write(
        &text,
        "Dear Ada, this is a letter and no database, whatever its name may say about it.",
    )
    .unwrap();
    let said = open_error(&text);
    assert!(said.contains("the file is not a SQLite database"), "{said}");
}

#[test]
fn plans_need_prepared_models() {
    let inside = empty();
    assert_eq!(
        inside.apply(&partner("Ada")),
        inside.its(
            "error: sqlite does not support record writes before its models are prepared",
            "error: postgres does not support record writes before its models are prepared"
        )
    );
    assert_eq!(inside.apply(&plan().job("export")), "applied", "jobs alone need none");
}
