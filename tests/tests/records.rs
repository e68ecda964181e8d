//! What the inside promises: plans apply whole or not at all, and only on what they were made from.

use support::records::model::{self, *};
use support::records::plan::*;
use support::records::{empty, find, find_folded, inside, open_error, plan};
use tenon_runtime::model::{Filter, Literal, Model, ModelField, ModelKind, NaturalKey, OnDelete};
use tenon_runtime::plan::SyncOutcome;
use tenon_runtime::store::Find;
use tenon_runtime::value::Stored;

const PARTNER: &str = "res.partner";
const CATEGORY: &str = "res.partner.category";

fn partner(name: &str) -> support::records::Building {
    plan().create(PARTNER, &[("name", text(name))])
}

mod writes {
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
            "refused: a new res.partner: parent_id leads to res.partner 99, which does not exist"
        );
        let listed = plan().create(PARTNER, &[("name", text("Ada")), ("category_id", records(&[7]))]);
        assert_eq!(
            inside.apply(&listed),
            "refused: a new res.partner: category_id leads to res.partner.category 7, which does not exist"
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
        inside.sql(
            "create table seen (what text);
             create trigger i after insert on res__partner__category_id begin insert into seen values ('+' || new.b); end;
             create trigger u after update on res__partner__category_id begin insert into seen values ('~' || new.b); end;
             create trigger d after delete on res__partner__category_id begin insert into seen values ('-' || old.b); end;",
        );
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
}

mod deletes {
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
}

mod values {
    use super::*;

    fn refusal(field: &str, value: Stored) -> String {
        let inside = inside();
        let answer = inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), (field, value)]));
        assert_eq!(inside.rows(PARTNER), "");
        answer
            .strip_prefix("refused: a new res.partner: ")
            .unwrap_or(&answer)
            .to_owned()
    }

    fn kept(field: &'static str, value: Stored) -> Stored {
        let inside = inside();
        let mut values = vec![("name", text("Ada"))];
        values.retain(|(name, _)| *name != field);
        values.push((field, value));
        assert_eq!(inside.apply(&plan().create(PARTNER, &values)), "applied 0=1");
        inside.value(&model::PARTNER, 1, field)
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(kept("credit_limit", decimal("1.5")), decimal("1.50"));
        assert_eq!(kept("credit_limit", decimal("-0.01")), decimal("-0.01"));
        assert_eq!(kept("credit_limit", decimal("1.5000")), decimal("1.50"));
        assert_eq!(kept("credit_limit", int(7)), decimal("7.00"));
        assert_eq!(
            kept("credit_limit", decimal("9999999999999999.99")),
            decimal("9999999999999999.99")
        );
        let inside = inside();
        inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("credit_limit", decimal("1.5"))]));
        assert_eq!(inside.query("select credit_limit from res__partner"), "150");
        assert_eq!(
            inside.rows(PARTNER).matches("credit_limit=1.50").count(),
            1,
            "digits as the field has them"
        );
    }

    #[test]
    fn decimals_that_do_not_fit_are_refused() {
        assert_eq!(
            refusal("credit_limit", decimal("10000000000000000")),
            "credit_limit: 10000000000000000 is too large: the field holds 18 digits, 2 of them after the point"
        );
        assert_eq!(
            refusal("credit_limit", decimal("79228162514264337593543950335")),
            "credit_limit: 79228162514264337593543950335 is too large: the field holds 18 digits, 2 of them after the point"
        );
        assert_eq!(
            refusal("credit_limit", decimal("1.005")),
            "credit_limit: 1.005 has 3 digits after the point, the field holds 2: round it in the mapping"
        );
    }

    #[test]
    fn texts_are_counted_in_characters() {
        assert_eq!(kept("name", text("ÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉ")), text("ÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉ"));
        assert_eq!(
            refusal("name", text("12345678901234567")),
            "name: \"12345678901234567\" has 17 characters, the field holds 16"
        );
        assert_eq!(
            refusal("email", text("a\0b")),
            "email: \"a\\0b\" contains the character U+0000, which no database keeps; remove it in the mapping"
        );
        assert_eq!(kept("email", text("")), text(""), "empty is not null");
    }

    #[test]
    fn words_are_checked_unless_open() {
        assert_eq!(
            refusal("type", text("home")),
            "type: \"home\" is none of contact, invoice, delivery"
        );
        assert_eq!(kept("origin", text("fax")), text("fax"));
    }

    #[test]
    fn days_and_instants_come_back_as_they_were() {
        for (field, value) in [
            ("birthday", date("0001-01-01")),
            ("birthday", date("9999-12-31")),
            ("opens", time("08:30:00")),
            ("opens", time("23:59:59.999999")),
            ("seen_at", instant("0001-01-01T00:00:00Z")),
            ("seen_at", instant("1969-12-31T23:59:59.999999Z")),
            ("seen_at", instant("9999-12-30T22:00:00.999999Z")),
            ("uuid", uuid("67e55044-10b1-426f-9247-bb680e5fe0c8")),
            ("photo", Stored::Bytes(vec![0, 255])),
            ("extra", Stored::Json("{\"a\": 1.10}".to_owned())),
        ] {
            assert_eq!(kept(field, value.clone()), value);
        }
    }

    #[test]
    fn days_and_instants_that_do_not_fit_are_refused() {
        assert_eq!(
            refusal("birthday", date("0000-01-01")),
            "birthday: 0000-01-01 is not in the years 1 to 9999"
        );
        assert_eq!(
            refusal("birthday", date("-000044-03-15")),
            "birthday: -000044-03-15 is not in the years 1 to 9999"
        );
        assert_eq!(
            refusal("seen_at", instant("0000-12-31T23:59:59Z")),
            "seen_at: 0000-12-31T23:59:59Z is not in the years 1 to 9999"
        );
        assert_eq!(
            refusal("seen_at", instant("2020-01-01T00:00:00.0000001Z")),
            "seen_at: 2020-01-01T00:00:00.0000001Z is finer than a microsecond"
        );
        assert_eq!(
            refusal("opens", time("00:00:00.000000001")),
            "opens: 00:00:00.000000001 is finer than a microsecond"
        );
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        assert_eq!(refusal("rank", text("1")), "rank: \"1\" is not a whole number");
        assert_eq!(refusal("active", int(1)), "active: 1 is not true or false");
        assert_eq!(
            refusal("credit_limit", text("1.00")),
            "credit_limit: \"1.00\" is not a decimal(2)"
        );
        assert_eq!(
            refusal("parent_id", int(1)),
            "parent_id: 1 is not a record of res.partner"
        );
        assert_eq!(
            refusal("extra", Stored::Json("{".to_owned())),
            "extra: \"{\" is not JSON: EOF while parsing an object at line 1 column 1"
        );
    }
}

mod bindings {
    use super::*;

    #[test]
    fn zero_and_empty_are_keys() {
        let inside = inside();
        inside.apply(
            &partner("Ada")
                .bind("Customer", "0", new(0))
                .bind("Customer", "", new(0)),
        );
        assert_eq!(
            inside.bound(&CUSTOMER, &["", "0", "1", "0"]),
            "\"\" -> 1 email=null points=0\n\"0\" -> 1 email=null points=0\n-\n\"0\" -> 1 email=null points=0"
        );
    }

    #[test]
    fn composite_keys_are_compared_part_by_part() {
        let inside = inside();
        inside.apply(&partner("Ada").bind("Customer", r#"["a","b,c"]"#, new(0)));
        assert_eq!(inside.bound(&CUSTOMER, &[r#"["a,b","c"]"#]), "-");
        assert_eq!(
            inside.bound(&CUSTOMER, &[r#"["a","b,c"]"#]),
            r#""[\"a\",\"b,c\"]" -> 1 email=null points=0"#
        );
    }

    #[test]
    fn the_same_key_of_another_type_or_instance_is_another_key() {
        let inside = inside();
        inside.apply(&partner("Ada").bind("Customer", "5", new(0)));
        assert_eq!(inside.bound(&ADDRESS, &["5"]), "-");
        inside.sql("update magento__Customer set instance = 'shop_eu'");
        assert_eq!(inside.bound(&CUSTOMER, &["5"]), "-");
        assert_eq!(
            inside.apply(&partner("Bob").bind("Customer", "5", new(0))),
            "applied 0=2"
        );
    }

    #[test]
    fn more_keys_than_a_statement_has_parameters() {
        let inside = inside();
        inside.apply(&partner("Ada").bind("Customer", "39999", new(0)));
        let keys: Vec<String> = (0..40_000).map(|key| key.to_string()).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let found = inside.bound(&CUSTOMER, &keys);
        assert_eq!(found.lines().count(), 40_000);
        assert!(found.ends_with("-\n\"39999\" -> 1 email=null points=0"));
    }

    #[test]
    fn an_embedded_type_has_no_bindings() {
        let inside = inside();
        assert_eq!(
            inside.bound(&REGION, &["1"]),
            "error: the database refused bindings of magento.Region: it is embedded in other records and has no bindings"
        );
    }

    #[test]
    fn refreshing_keeps_what_is_not_named() {
        let inside = inside();
        inside.apply(
            &partner("Ada")
                .bind_with("Customer", "1", new(0), &[("email", text("a"))])
                .at("2020-01-01"),
        );
        let again = plan().bind_with("Customer", "1", record(1), &[("points", int(3))]);
        assert_eq!(inside.apply(&again), "applied");
        assert_eq!(
            inside.bound(&CUSTOMER, &["1"]),
            "\"1\" -> 1 at 2020-01-01 email=\"a\" points=3"
        );
        inside.apply(&plan().bind("Customer", "1", record(1)).at("2020-01-02"));
        assert_eq!(
            inside.bound(&CUSTOMER, &["1"]),
            "\"1\" -> 1 at 2020-01-02 email=\"a\" points=3"
        );
    }

    #[test]
    fn a_key_that_leads_elsewhere_by_now_is_stale() {
        let inside = inside();
        inside.apply(
            &partner("Ada")
                .create(PARTNER, &[("name", text("Bob"))])
                .bind("Customer", "1", new(0)),
        );
        assert_eq!(
            inside.apply(&plan().bind("Customer", "1", record(2))),
            "stale: Customer 1 of shop leads to res.partner 1 by now"
        );
        let knowing = plan()
            .expects("Customer", "1", Some(1))
            .bind("Customer", "1", record(2));
        assert_eq!(
            inside.apply(&knowing),
            "applied",
            "a plan that knew it may move the key"
        );
        assert_eq!(inside.bindings_of(&CUSTOMER, 2), "1 -> 2");
    }

    #[test]
    fn what_a_plan_expects_of_keys_is_checked_first() {
        let inside = inside();
        inside.apply(&partner("Ada").bind("Customer", "1", new(0)));
        assert_eq!(
            inside.apply(&partner("Bob").expects("Customer", "1", None)),
            "stale: Customer 1 of shop leads to res.partner 1 now; the plan was made when it led nowhere"
        );
        assert_eq!(
            inside.apply(&partner("Bob").expects("Customer", "2", Some(1))),
            "stale: Customer 2 of shop leads nowhere now; the plan was made when it led to res.partner 1"
        );
        assert_eq!(
            inside.apply(&partner("Bob").expects("Customer", "1", Some(2))),
            "stale: Customer 1 of shop leads to res.partner 1 now; the plan was made when it led to res.partner 2"
        );
        assert_eq!(
            inside.apply(&partner("Bob").expects_unbound("Customer", 1)),
            "stale: Customer 1 of shop leads to res.partner 1 now; the plan was made when none did"
        );
        let all = partner("Bob")
            .expects("Customer", "1", Some(1))
            .expects("Customer", "2", None);
        assert_eq!(inside.apply(&all.expects_unbound("Address", 1)), "applied 0=2");
    }

    #[test]
    fn of_two_that_bind_a_key_at_once_one_wins() {
        let inside = inside();
        let barrier = std::sync::Arc::new(std::sync::Barrier::new(2));
        let racers: Vec<_> = (0..2)
            .map(|racer| {
                let (other, barrier) = (inside.again(), std::sync::Arc::clone(&barrier));
                std::thread::spawn(move || {
                    (0..20)
                        .map(|key| {
                            let key = key.to_string();
                            let plan = partner(&format!("racer {racer}")).expects("Customer", &key, None);
                            let plan = plan.bind("Customer", &key, new(0));
                            barrier.wait();
                            other.apply(&plan)
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let answers: Vec<String> = racers
            .into_iter()
            .flat_map(|racer| racer.join().expect("a racer"))
            .collect();
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.starts_with("applied"));
        assert_eq!((won.len(), lost.len()), (20, 20));
        assert!(
            lost.iter()
                .all(|answer| answer.contains("the plan was made when it led nowhere")),
            "{lost:?}"
        );
        assert_eq!(
            inside.query("select count(*) from res__partner"),
            "20",
            "the loser's record is not there"
        );
    }

    #[test]
    fn a_buried_key_may_lead_elsewhere_and_its_tombstone_stays() {
        let inside = inside();
        inside.apply(
            &partner("Ada")
                .bind_with("Customer", "1", new(0), &[("email", text("a"))])
                .at("r1"),
        );
        assert_eq!(inside.apply(&plan().bury("Customer", "1")), "applied");
        assert_eq!(inside.bound(&CUSTOMER, &["1"]), "-");
        assert_eq!(inside.bindings_of(&CUSTOMER, 1), "");
        assert_eq!(
            inside.apply(&plan().bury("Customer", "1")),
            "applied",
            "it is as it should be"
        );
        assert_eq!(
            inside.apply(
                &partner("Bob")
                    .expects("Customer", "1", None)
                    .bind("Customer", "1", new(0))
            ),
            "applied 0=2"
        );
        assert_eq!(
            inside.rows("magento.Customer"),
            "shop \"1\" -> 2 email=null points=0\nshop \"1\" buried at \"r1\" email=\"a\" points=0"
        );
    }

    #[test]
    fn one_to_one_is_kept_among_the_living() {
        let inside = inside();
        let order = partner("Ada").create("sale.order", &[("name", text("S1")), ("partner_id", new(0))]);
        inside.apply(&order.bind("Sale", "100", new(1)));
        let second = plan().bind("Sale", "101", record(1));
        assert_eq!(
            inside.apply(&second),
            "refused: Sale 101 of shop cannot lead to sale.order 1: Sale 100 does already, and the binding is one to one"
        );
        inside.apply(&plan().bury("Sale", "100"));
        assert_eq!(inside.apply(&second), "applied");
    }

    #[test]
    fn several_customers_may_be_one_partner() {
        let inside = inside();
        inside.apply(
            &partner("Ada")
                .bind("Customer", "2", new(0))
                .bind("Customer", "10", new(0)),
        );
        assert_eq!(
            inside.bindings_of(&CUSTOMER, 1),
            "10 -> 1, 2 -> 1",
            "in the order of texts"
        );
    }

    #[test]
    fn a_scope_is_part_of_the_key() {
        let inside = inside();
        let on = |website: i64, to: Stored| plan().bind_with("Account", "7", to, &[("website", int(website))]);
        inside.apply(&partner("Ada").create(PARTNER, &[("name", text("Bob"))]));
        assert_eq!(inside.apply(&on(1, record(1))), "applied");
        assert_eq!(inside.bound(&ACCOUNT, &["7"]), "\"7\" -> 1 website=1");
        assert_eq!(
            inside.apply(&plan().bind("Account", "7", record(1)).at("r2")),
            "applied",
            "there is only one"
        );
        assert_eq!(inside.apply(&on(2, record(2))), "applied");
        assert_eq!(
            inside.bound(&ACCOUNT, &["7"]),
            "error: the database refused bindings of magento.Account: \
             the key 7 of shop is bound more than once: say which website is meant"
        );
        assert_eq!(
            inside.apply(&plan().bind("Account", "7", record(1))),
            "refused: Account 7 of shop is bound 2 times: say which website is meant"
        );
        assert_eq!(
            inside.apply(&plan().bind("Account", "8", record(1))),
            "refused: Account 8 of shop: website is required"
        );
        assert_eq!(
            inside.apply(&on(2, record(1))),
            "stale: Account 7 of shop leads to res.partner 2 by now"
        );
    }

    #[test]
    fn children_are_found_below_their_record() {
        let inside = inside();
        let mut family = partner("Firm").bind("Customer", "1", new(0));
        for (write, key) in ["30", "4", "100"].iter().enumerate() {
            family = family.create(PARTNER, &[("name", text(key)), ("parent_id", new(0))]);
            family = family
                .bind("Address", key, new(u32::try_from(write).unwrap() + 1))
                .below(new(0));
        }
        assert_eq!(inside.apply(&family), "applied 0=1 1=2 2=3 3=4");
        assert_eq!(inside.bound_children(&ADDRESS, 1), "100 -> 4, 30 -> 2, 4 -> 3");
        inside.apply(&plan().bury("Address", "4"));
        assert_eq!(inside.bound_children(&ADDRESS, 1), "100 -> 4, 30 -> 2");
        assert_eq!(inside.bound_children(&ADDRESS, 2), "");
    }

    #[test]
    fn a_binding_leads_to_a_record() {
        let inside = inside();
        assert_eq!(
            inside.apply(&plan().bind("Customer", "1", record(9))),
            "refused: Customer 1 of shop leads to res.partner 9, which does not exist"
        );
        assert_eq!(
            inside.apply(&plan().bind("Customer", "1", int(9))),
            "refused: Customer 1 of shop: 9 is no record"
        );
        let nul = inside.apply(&partner("Ada").bind("Customer", "a\0b", new(0)));
        assert!(nul.contains("U+0000"), "{nul}");
    }
}

mod searches {
    use super::*;

    fn with_emails(emails: &[Option<&str>]) -> support::records::Inside {
        let inside = inside();
        for email in emails {
            let email = email.map_or(Stored::Null, text);
            inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("email", email)]));
        }
        inside
    }

    #[test]
    fn one_call_answers_many_rows_in_their_order() {
        let inside = with_emails(&[Some("a"), Some("b"), Some("a"), None, Some("")]);
        let rows: &[&[Stored]] = &[
            &[text("b")],
            &[text("x")],
            &[text("a")],
            &[Stored::Null],
            &[text("")],
            &[text("b")],
        ];
        assert_eq!(
            inside.find(&find(&model::PARTNER, &["email"], rows)),
            "2 | - | 1 3 | - | 5 | 2"
        );
        assert_eq!(inside.find(&find(&model::PARTNER, &["email"], &[])), "");
    }

    #[test]
    fn archived_records_are_found() {
        let inside = inside();
        inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("active", Stored::Bool(false))]));
        assert_eq!(inside.find(&find(&model::PARTNER, &["name"], &[&[text("Ada")]])), "1");
        assert_eq!(
            inside.find(&find(&model::PARTNER, &["active"], &[&[Stored::Bool(false)]])),
            "1"
        );
    }

    #[test]
    fn folded_searches_are_blind_to_case_and_accents() {
        let inside = with_emails(&[Some("Élan"), Some("ELAN"), Some("elan@"), Some("Straße"), Some("ΟΔΟΣ")]);
        let rows: &[&[Stored]] = &[
            &[text("elan")],
            &[text("éLÁN")],
            &[text("STRASSE")],
            &[text("straße")],
            &[text("οδός")],
        ];
        assert_eq!(
            inside.find(&find_folded(&model::PARTNER, &["email"], rows)),
            "1 2 | 1 2 | - | 4 | 5"
        );
        assert_eq!(
            inside.find(&find(&model::PARTNER, &["email"], &[&[text("elan")], &[text("Élan")]])),
            "- | 1"
        );
    }

    #[test]
    fn the_shadow_follows_the_text() {
        let inside = with_emails(&[Some("Old")]);
        inside.apply(&plan().update(PARTNER, 1, 1, &[("email", text("Néw"))]));
        let rows: &[&[Stored]] = &[&[text("old")], &[text("new")]];
        assert_eq!(inside.find(&find_folded(&model::PARTNER, &["email"], rows)), "- | 1");
        inside.apply(&plan().update(PARTNER, 1, 2, &[("email", Stored::Null)]));
        assert_eq!(inside.find(&find_folded(&model::PARTNER, &["email"], rows)), "- | -");
    }

    #[test]
    fn composite_keys_fold_their_texts_only() {
        let inside = inside();
        let country = |code: &str| plan().create("res.country", &[("code", text(code)), ("name", text(code))]);
        let state = |country: i64| {
            plan().create(
                "res.country.state",
                &[("country_id", record(country)), ("name", text("Évora"))],
            )
        };
        inside.apply(&country("PT"));
        inside.apply(&country("BR"));
        inside.apply(&state(1));
        inside.apply(&state(2));
        let rows: &[&[Stored]] = &[
            &[record(2), text("evora")],
            &[record(3), text("evora")],
            &[record(1), Stored::Null],
        ];
        assert_eq!(
            inside.find(&find_folded(&STATE, &["country_id", "name"], rows)),
            "2 | - | -"
        );
    }

    #[test]
    fn a_field_without_folded_key_says_what_to_declare() {
        let inside = inside();
        assert_eq!(
            inside.find(&find_folded(&model::PARTNER, &["name"], &[&[text("ada")]])),
            "error: the database refused res.partner: name cannot be searched without case and accents: \
             declare `key name fold` in res.partner"
        );
    }

    #[test]
    fn a_value_that_fits_no_field_finds_nothing_and_one_of_another_type_is_refused() {
        let inside = inside();
        inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("credit_limit", decimal("1.5"))]));
        let rows: &[&[Stored]] = &[&[decimal("1.501")], &[decimal("1.500")], &[int(2)]];
        assert_eq!(
            inside.find(&find(&model::PARTNER, &["credit_limit"], rows)),
            "- | 1 | -"
        );
        let rows: &[&[Stored]] = &[
            &[text("a name that is too long for the field")],
            &[text("A\0da")],
            &[text("Ada")],
        ];
        assert_eq!(inside.find(&find(&model::PARTNER, &["name"], rows)), "- | - | 1");
        assert_eq!(
            inside.find(&find(&model::PARTNER, &["name"], &[&[int(1)]])),
            "error: the database refused res.partner: name: 1 is not a text"
        );
        assert_eq!(
            inside.find(&find(&model::PARTNER, &["category_id"], &[&[records(&[])]])),
            "error: the database refused res.partner: res.partner.category_id has no column"
        );
    }

    #[test]
    fn conditions_are_two_valued() {
        static OTHER: Filter = Filter::Equals {
            field: "origin",
            value: Literal::Text("o'web"),
        };
        static ALONE: Filter = Filter::IsNull { field: "parent_id" };
        static UNRANKED: Filter = Filter::Equals { field: "rank", value: Literal::Int(0) };
        static SHOP: Filter = Filter::Equals { field: "origin", value: Literal::Text("shop") };
        static BOTH: [Filter; 3] = [ALONE, Filter::Not(&OTHER), UNRANKED];
        static EITHER: [Filter; 2] = [OTHER, SHOP];
        let inside = inside();
        for (origin, active) in [(Stored::Null, true), (text("o'web"), true), (text("shop"), false)] {
            let values = [
                ("name", text("Ada")),
                ("origin", origin),
                ("active", Stored::Bool(active)),
            ];
            inside.apply(&plan().create(PARTNER, &values));
        }
        let found = |filter: Filter| {
            inside.find(&Find {
                filter: Some(filter),
                ..find(&model::PARTNER, &["name"], &[&[text("Ada")]])
            })
        };
        assert_eq!(found(OTHER), "2");
        assert_eq!(found(Filter::Not(&OTHER)), "1 3", "null is not the word either");
        assert_eq!(
            found(Filter::Equals {
                field: "origin",
                value: Literal::Null
            }),
            "1"
        );
        assert_eq!(
            found(Filter::Equals {
                field: "active",
                value: Literal::Bool(true)
            }),
            "1 2"
        );
        assert_eq!(
            found(Filter::And(&BOTH)),
            "1 3"
        );
        assert_eq!(
            found(Filter::Or(&EITHER)),
            "2 3"
        );
        assert_eq!(found(Filter::And(&[])), "1 2 3");
        assert_eq!(found(Filter::Or(&[])), "-");
        assert_eq!(
            found(Filter::Equals {
                field: "credit_limit",
                value: Literal::Decimal("0")
            }),
            "1 2 3"
        );
        assert_eq!(
            found(Filter::IsNull { field: "origi" }),
            "error: the database refused res.partner: res.partner has no field origi"
        );
    }

    #[test]
    fn a_plan_may_rely_on_finding_nothing() {
        let inside = inside();
        let adopting = partner("Ada").expects_none_like(PARTNER, &[("email", text("élan"))]);
        assert_eq!(inside.apply(&adopting), "applied 0=1");
        inside.apply(&plan().create(PARTNER, &[("name", text("Bob")), ("email", text("Elan"))]));
        assert_eq!(
            inside.apply(&adopting),
            "stale: res.partner 2 has email by now; the plan was made when no record had"
        );
    }

    #[test]
    fn many_records_are_read_in_the_order_asked_for() {
        let inside = inside();
        inside.apply(
            &plan()
                .create(CATEGORY, &[("name", text("a"))])
                .create(CATEGORY, &[("name", text("b"))]),
        );
        inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("category_id", records(&[2, 1]))]));
        inside.apply(&partner("Bob"));
        assert_eq!(
            inside.read(&model::PARTNER, &[2, 9, 1, 2], &["category_id", "name"]),
            "2 v1 category_id=[] name=\"Bob\"\n-\n1 v1 category_id=[2, 1] name=\"Ada\"\n2 v1 category_id=[] name=\"Bob\""
        );
        assert_eq!(inside.read(&model::PARTNER, &[], &["name"]), "");
        assert_eq!(
            inside.read(&model::PARTNER, &[1], &["child_ids"]),
            "error: the database refused res.partner: child_ids has no column: search the records that refer to this one"
        );
    }
}

mod runs {
    use super::*;

    fn skipped(why: &str) -> SyncOutcome {
        SyncOutcome::Skipped(why.to_owned())
    }

    #[test]
    fn counters_add_up_at_every_step() {
        let inside = inside();
        let run = inside.start_run();
        assert_eq!(inside.counts(run), "");
        inside.apply(
            &plan()
                .enumerated(run, "0")
                .enumerated(run, "1")
                .enumerated(run, "2")
                .enumerated(run, "3"),
        );
        assert_eq!(
            inside.counts(run),
            "Customer: read 4 = pending 4; dependencies 0, repeats 0"
        );
        inside.apply(&plan().ended(run, "0", SyncOutcome::Created).ended(
            run,
            "1",
            SyncOutcome::Failed("no name".to_owned()),
        ));
        inside.apply(&plan().ended(run, "2", skipped("a guest")));
        assert_eq!(
            inside.counts(run),
            "Customer: read 4 = created 1 + skipped 1 + failed 1 + pending 1; dependencies 0, repeats 0"
        );
        inside.apply(&plan().ended(run, "3", SyncOutcome::Review("two records".to_owned())));
        assert_eq!(
            inside.problems(run),
            "Customer 1: Failed(\"no name\")\nCustomer 2: Skipped(\"a guest\")\nCustomer 3: Review(\"two records\")"
        );
    }

    #[test]
    fn a_dependency_that_is_enumerated_counts_once() {
        let inside = inside();
        let run = inside.start_run();
        inside.apply(
            &plan()
                .needed(run, "1", Some(SyncOutcome::Created))
                .needed(run, "2", None),
        );
        assert_eq!(inside.counts(run), "Customer: read 0 = ; dependencies 2, repeats 0");
        inside.apply(&plan().enumerated(run, "1"));
        assert_eq!(
            inside.counts(run),
            "Customer: read 1 = created 1; dependencies 1, repeats 0"
        );
        inside.apply(&plan().ended(run, "1", SyncOutcome::Unchanged));
        assert_eq!(
            inside.counts(run),
            "Customer: read 1 = created 1; dependencies 1, repeats 0",
            "it was created here"
        );
    }

    #[test]
    fn an_enumerated_key_stays_enumerated_when_it_is_needed() {
        let inside = inside();
        let run = inside.start_run();
        inside.apply(&plan().enumerated(run, "1").needed(run, "1", None));
        assert_eq!(
            inside.counts(run),
            "Customer: read 1 = pending 1; dependencies 0, repeats 0"
        );
        inside.apply(&plan().needed(run, "1", Some(SyncOutcome::Created)));
        assert_eq!(
            inside.counts(run),
            "Customer: read 1 = created 1; dependencies 0, repeats 0"
        );
    }

    #[test]
    fn what_a_record_underwent_is_not_hidden_by_later_jobs() {
        let inside = inside();
        for (first, then, stays) in [
            (SyncOutcome::Created, SyncOutcome::Unchanged, "created 1"),
            (SyncOutcome::Created, SyncOutcome::Updated, "created 1"),
            (SyncOutcome::Updated, SyncOutcome::Unchanged, "updated 1"),
            (SyncOutcome::Deleted, SyncOutcome::Unchanged, "deleted 1"),
            (skipped("a guest"), SyncOutcome::Unchanged, "skipped 1"),
            (SyncOutcome::Unchanged, SyncOutcome::Updated, "updated 1"),
            (SyncOutcome::Created, SyncOutcome::Deleted, "deleted 1"),
            (SyncOutcome::Failed("x".to_owned()), SyncOutcome::Created, "created 1"),
            (
                SyncOutcome::Failed("x".to_owned()),
                SyncOutcome::Unchanged,
                "unchanged 1",
            ),
            (SyncOutcome::Cancelled, SyncOutcome::Unchanged, "unchanged 1"),
            (SyncOutcome::Joined, SyncOutcome::Updated, "updated 1"),
        ] {
            let run = inside.start_run();
            inside.apply(&plan().enumerated(run, "1").ended(run, "1", first.clone()));
            inside.apply(&plan().ended(run, "1", then.clone()));
            let expected = format!("Customer: read 1 = {stays}; dependencies 0, repeats 0");
            assert_eq!(inside.counts(run), expected, "{first:?} then {then:?}");
        }
    }

    #[test]
    fn a_reason_goes_with_its_state() {
        let inside = inside();
        let run = inside.start_run();
        inside.apply(&plan().ended(run, "1", SyncOutcome::Failed("first".to_owned())));
        inside.apply(&plan().ended(run, "1", SyncOutcome::Failed("second".to_owned())));
        assert_eq!(inside.problems(run), "Customer 1: Failed(\"second\")");
        inside.apply(&plan().ended(run, "1", SyncOutcome::Created));
        assert_eq!(inside.problems(run), "");
        assert_eq!(inside.query("select reason from run_entry"), "null");
    }

    #[test]
    fn repeats_are_counted_apart() {
        let inside = inside();
        let run = inside.start_run();
        inside.apply(&plan().enumerated(run, "1").enumerated(run, "2"));
        inside.apply(
            &plan()
                .enumerated(run, "2")
                .ended(run, "2", SyncOutcome::Updated)
                .enumerated(run, "2"),
        );
        assert_eq!(
            inside.counts(run),
            "Customer: read 2 = updated 1 + pending 1; dependencies 0, repeats 2"
        );
        let other = inside.start_run();
        inside.apply(&plan().enumerated(other, "1"));
        assert_eq!(
            inside.counts(other),
            "Customer: read 1 = pending 1; dependencies 0, repeats 0"
        );
    }

    #[test]
    fn a_run_that_does_not_exist_counts_nothing() {
        let inside = inside();
        assert_eq!(
            inside.apply(&partner("Ada").enumerated(9, "1")),
            "refused: there is no run 9 to count records of"
        );
        assert_eq!(inside.rows(PARTNER), "");
    }

    #[test]
    fn a_cursor_moves_with_the_records_before_it() {
        let inside = inside();
        assert_eq!(inside.cursor("Customer"), None);
        assert_eq!(inside.apply(&plan().cursor("Customer", "2020-01-01")), "applied");
        let refused = partner("Ada")
            .cursor("Customer", "2020-01-02")
            .bind("Customer", "1", record(7));
        assert!(inside.apply(&refused).starts_with("refused"));
        assert_eq!(inside.cursor("Customer").as_deref(), Some("2020-01-01"));
        inside.apply(&plan().cursor("Customer", "2020-01-03").cursor("Order", ""));
        assert_eq!(inside.cursor("Customer").as_deref(), Some("2020-01-03"));
        assert_eq!(inside.cursor("Order").as_deref(), Some(""));
    }

    #[test]
    fn a_record_waits_for_a_person_once() {
        let inside = inside();
        inside.apply(&plan().checkpoint("1", "two match"));
        inside.apply(&plan().checkpoint("1", "three match").checkpoint("2", "two match"));
        assert_eq!(
            inside.query("select key || ' ' || reason || ' ' || repeats from checkpoint"),
            "1 three match 1|2 two match 0"
        );
    }
}

mod whole {
    use super::*;

    #[test]
    fn a_failure_in_the_middle_leaves_nothing() {
        let inside = inside();
        let run = inside.start_run();
        inside.apply(&partner("Ada").bind("Customer", "1", new(0)));
        let before = inside.dump();
        inside.sql(
            "create trigger injected before insert on cursor_position
             begin select raise(abort, 'the disk caught fire'); end",
        );
        let plan = partner("Bob")
            .update(PARTNER, 1, 1, &[("rank", int(9))])
            .bind("Customer", "2", new(0))
            .bury("Customer", "1")
            .enumerated(run, "1")
            .checkpoint("1", "why")
            .job("export")
            .cursor("Customer", "2020");
        assert_eq!(inside.apply(&plan), "refused: a plan: the disk caught fire");
        assert_eq!(
            (inside.dump(), inside.counts(run), inside.jobs()),
            (before, String::new(), String::new())
        );
        assert_eq!(inside.query("select count(*) from checkpoint"), "0");
        inside.sql("drop trigger injected");
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
        let later = support::records::inside();
        later.wait(3600);
        fill(&later);
        assert_eq!(later.dump(), inside.dump(), "stamps are left out");
        insta::assert_snapshot!(inside.dump(), @"");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_said_plainly() {
        let inside = inside();
        let said = inside.read_only_error();
        assert!(
            said.contains("inside.db") && said.contains("the file or its folder is read-only"),
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
            "error: sqlite does not support record writes before its models are prepared"
        );
        assert_eq!(inside.apply(&plan().job("export")), "applied", "jobs alone need none");
    }
}

mod tables {
    use super::*;

    static NAME: ModelField = ModelField::new("name", ModelKind::Text);
    static FIRST: Model = plain("note", "note", &[NAME, nullable("body", ModelKind::Text)]);

    /// A database with notes by the first model, then the answer to the second.
    fn then(second: &'static Model) -> (support::records::Inside, String) {
        let inside = empty();
        assert_eq!(inside.prepare(&[&FIRST], &[]), "ready");
        inside.apply(&plan().create("note", &[("name", text("Élan")), ("body", text("b"))]));
        let answer = inside.prepare(&[second], &[]);
        (inside, answer)
    }

    fn refusal(second: &'static Model) -> String {
        let (inside, answer) = then(second);
        assert_eq!(inside.rows("note"), r#"1 name="Élan" body="b""#, "nothing was changed");
        let (_, reason) = answer.split_once("more than an addition: ").unwrap_or(("", &answer));
        reason
            .split_once(". Nothing was changed")
            .unwrap_or((reason, ""))
            .0
            .to_owned()
    }

    #[test]
    fn the_same_models_are_ready_at_once() {
        let inside = inside();
        let before = inside.query("select fingerprint from model_schema");
        assert_eq!(inside.prepare(MODELS, EXTERNALS), "ready");
        assert_eq!(inside.query("select fingerprint from model_schema"), before);
    }

    #[test]
    fn fields_that_fill_themselves_are_added() {
        static SECOND: Model = Model {
            indexes: &[&["rank"]],
            keys: &[NaturalKey {
                fields: &["name"],
                fold: true,
                filter: None,
            }],
            ..plain(
                "note",
                "note",
                &[
                    NAME,
                    nullable("body", ModelKind::Text),
                    nullable("written", ModelKind::Date),
                    default("rank", ModelKind::Int, Literal::Int(7)),
                    default("mood", ModelKind::Text, Literal::Text("it's fine")),
                    default("price", ModelKind::Decimal(2), Literal::Decimal("1.5")),
                    default("day", ModelKind::Date, Literal::Text("2020-02-29")),
                    nullable("about", leads_to("note", OnDelete::Clear)),
                    ModelField::new("tags", ModelKind::ManyToMany { model: "note" }),
                ],
            )
        };
        let (inside, answer) = then(&SECOND);
        assert_eq!(answer, "ready");
        assert_eq!(
            inside.rows("note"),
            r#"1 name="Élan" body="b" written=null rank=7 mood="it's fine" price=1.50 day=2020-02-29 about=null"#
        );
        assert_eq!(
            inside.find(&find_folded(&SECOND, &["name"], &[&[text("elan")]])),
            "1",
            "texts of before are folded"
        );
        assert_eq!(inside.query("select count(*) from pragma_index_list('note')"), "3");
        let wider = plan().create(
            "note",
            &[("name", text("n")), ("about", record(1)), ("tags", records(&[1]))],
        );
        assert_eq!(inside.apply(&wider), "applied 0=2");
        assert_eq!(inside.prepare(&[&FIRST], &[]), "ready", "an older program goes on");
        assert_eq!(
            inside.apply(&plan().create("note", &[("name", text("old"))])),
            "applied 0=3"
        );
        assert_eq!(inside.prepare(&[&SECOND], &[]), "ready");
        assert_eq!(
            inside.read(&SECOND, &[3], &["rank", "mood"]),
            "3 v1 rank=7 mood=\"it's fine\""
        );
    }

    #[test]
    fn another_model_is_added() {
        let (inside, _) = then(&FIRST);
        assert_eq!(inside.prepare(&[&FIRST, &COUNTRY], &[]), "ready");
        assert_eq!(
            inside.apply(&plan().create("res.country", &[("code", text("FR")), ("name", text("France"))])),
            "applied 0=1"
        );
    }

    #[test]
    fn what_is_more_than_an_addition_is_refused() {
        static REQUIRED: Model = plain(
            "note",
            "note",
            &[
                NAME,
                nullable("body", ModelKind::Text),
                ModelField::new("day", ModelKind::Date),
            ],
        );
        static TYPED: Model = plain("note", "note", &[NAME, nullable("body", ModelKind::Int)]);
        static SCALED: Model = plain("note", "note", &[NAME, nullable("body", ModelKind::Decimal(2))]);
        static STRICT: Model = plain("note", "note", &[NAME, ModelField::new("body", ModelKind::Text)]);
        static LOOSE: Model = plain(
            "note",
            "note",
            &[nullable("name", ModelKind::Text), nullable("body", ModelKind::Text)],
        );
        static SHORT: Model = plain(
            "note",
            "note",
            &[
                NAME,
                ModelField {
                    max: Some(9),
                    ..nullable("body", ModelKind::Text)
                },
            ],
        );
        static WORDS: Model = plain(
            "note",
            "note",
            &[
                NAME,
                nullable(
                    "body",
                    ModelKind::Enum {
                        words: &["b"],
                        open: false,
                    },
                ),
            ],
        );
        static UNIQUE: Model = Model {
            unique: &[&["name"]],
            ..plain("note", "note", &[NAME, nullable("body", ModelKind::Text)])
        };
        static GONE: Model = plain("note", "note", &[nullable("body", ModelKind::Text)]);
        static OTHER: Model = plain("memo", "note", &[NAME, nullable("body", ModelKind::Text)]);
        for (model, reason) in [
            (
                &REQUIRED,
                "note.day is new and required: allow null or give it a default",
            ),
            (&TYPED, "note.body holds text and is wanted to hold int"),
            (&SCALED, "note.body holds text and is wanted to hold decimal(2)"),
            (&STRICT, "note.body may be null and is wanted to be required"),
            (&LOOSE, "note.name is required and is wanted to allow null"),
            (&SHORT, "note.body holds any text and is wanted to hold 9 characters"),
            (&WORDS, "note.body holds any text and is wanted to hold certain words"),
            (&UNIQUE, "note: name have to be unique from now on"),
            (
                &GONE,
                "note.name is missing from the model, and no record can go without it",
            ),
            (&OTHER, "the table note holds note and is wanted for memo"),
        ] {
            assert_eq!(refusal(model), reason);
        }
    }

    #[test]
    fn texts_grow_and_words_are_added() {
        static SHORT: Model = plain(
            "note",
            "note",
            &[
                ModelField {
                    max: Some(3),
                    ..ModelField::new("name", ModelKind::Text)
                },
                nullable(
                    "mood",
                    ModelKind::Enum {
                        words: &["good"],
                        open: false,
                    },
                ),
            ],
        );
        static LONG: Model = plain(
            "note",
            "note",
            &[
                ModelField {
                    max: Some(5),
                    ..ModelField::new("name", ModelKind::Text)
                },
                nullable(
                    "mood",
                    ModelKind::Enum {
                        words: &["good", "bad"],
                        open: false,
                    },
                ),
            ],
        );
        let inside = empty();
        inside.prepare(&[&SHORT], &[]);
        assert_eq!(inside.prepare(&[&LONG], &[]), "ready");
        assert_eq!(
            inside.apply(&plan().create("note", &[("name", text("12345")), ("mood", text("bad"))])),
            "applied 0=1"
        );
        let back = inside.prepare(&[&SHORT], &[]);
        assert!(
            back.contains("note.name holds 5 characters and is wanted to hold 3"),
            "{back}"
        );
        assert!(
            back.contains("note.mood may hold \"bad\", which the model no longer knows"),
            "{back}"
        );
    }

    #[test]
    fn models_that_do_not_fit_together_are_refused_all_at_once() {
        static BAD: Model = Model {
            keys: &[NaturalKey {
                fields: &["nme"],
                fold: false,
                filter: Some(Filter::IsNull { field: "x" }),
            }],
            ..plain(
                "bad",
                "bad",
                &[
                    nullable("owner", leads_to("nobody", OnDelete::Restrict)),
                    ModelField::new("self_id", leads_to("bad", OnDelete::Clear)),
                    nullable("Owner", ModelKind::Text),
                    nullable("row_version", ModelKind::Int),
                    ModelField::new("price", ModelKind::Decimal(19)),
                    default("day", ModelKind::Date, Literal::Text("yesterday")),
                    ModelField::new(
                        "children",
                        ModelKind::OneToMany {
                            model: "bad",
                            by: "price",
                        },
                    ),
                ],
            )
        };
        let inside = empty();
        insta::assert_snapshot!(inside.prepare(&[&BAD, &BAD], &[&CUSTOMER]).replace("; ", "\n"), @"");
    }

    #[test]
    fn long_names_are_cut_and_work() {
        const LONG: &str = "account_move_line_reconciliation_proposal_of_the_fiscal_year";
        static MODEL: Model = Model {
            keys: &[NaturalKey {
                fields: &[LONG],
                fold: true,
                filter: None,
            }],
            ..plain(
                LONG,
                LONG,
                &[
                    nullable(LONG, ModelKind::Text),
                    ModelField::new("others", ModelKind::ManyToMany { model: LONG }),
                ],
            )
        };
        let inside = empty();
        assert_eq!(inside.prepare(&[&MODEL], &[]), "ready");
        assert_eq!(
            inside.apply(&plan().create(LONG, &[(LONG, text("Élan"))])),
            "applied 0=1"
        );
        inside.apply(&plan().create(LONG, &[("others", records(&[1]))]));
        assert_eq!(inside.find(&find_folded(&MODEL, &[LONG], &[&[text("elan")]])), "1");
        assert_eq!(inside.read(&MODEL, &[1, 2], &[LONG, "others"]).lines().count(), 2);
        let longest = inside.query("select max(length(name)) from sqlite_schema where name not like 'sqlite%'");
        assert_eq!(longest, "55");
    }

    #[test]
    fn names_are_quoted() {
        static MODEL: Model = plain(
            "order",
            "order",
            &[nullable("select", ModelKind::Text), nullable("a\"b", ModelKind::Text)],
        );
        let inside = empty();
        assert_eq!(inside.prepare(&[&MODEL], &[]), "ready");
        assert_eq!(
            inside.apply(&plan().create("order", &[("select", text("x'y")), ("a\"b", text("\"; drop"))])),
            "applied 0=1"
        );
        assert_eq!(inside.find(&find(&MODEL, &["a\"b"], &[&[text("\"; drop")]])), "1");
    }

    #[test]
    fn texts_per_language_have_their_own_table() {
        let inside = inside();
        inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("comment", text("hello"))]));
        inside.sql("insert into res__partner__lang (record_id, lang, comment) values (1, 'fr', 'bonjour')");
        assert_eq!(
            inside.read(&model::PARTNER, &[1], &["comment"]),
            "1 v1 comment=\"hello\""
        );
        assert_eq!(inside.rows("res.partner per language"), "1 fr comment=\"bonjour\"");
        assert_eq!(inside.apply(&plan().delete(PARTNER, 1, 1)), "applied");
        assert_eq!(inside.rows("res.partner per language"), "");
    }

    #[test]
    fn the_database_itself_knows_the_rules() {
        let inside = inside();
        inside.apply(&partner("Ada").bind("Customer", "1", new(0)));
        assert_eq!(
            inside.query("select count(*) from pragma_foreign_key_list('res__partner')"),
            "2"
        );
        assert_eq!(
            inside.query(
                "select sql like '%deferrable initially deferred%' from sqlite_schema where name = 'sale__order'"
            ),
            "1"
        );
        assert_eq!(
            inside.query(
                "select count(*) from pragma_table_list where name like 'res__%' and schema = 'main' and strict = 0"
            ),
            "0"
        );
        assert_eq!(inside.query("pragma integrity_check"), "ok");
        assert_eq!(inside.query("select count(*) from pragma_foreign_key_check"), "0");
    }
}
