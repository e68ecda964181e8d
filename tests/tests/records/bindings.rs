//! External keys and the records they lead to.

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
    inside.sql("update \"magento__Customer\" set instance = 'shop_eu'");
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
    inside.apply(&plan().bind("Address", "9", record(1)).below(record(2)));
    inside.apply(&plan().bind("Address", "9", record(1)));
    assert_eq!(
        inside.bound(&ADDRESS, &["9"]),
        "\"9\" -> 1 below 2",
        "the same record stays where it is"
    );
    inside.apply(&plan().expects("Address", "9", Some(1)).bind("Address", "9", record(2)));
    assert_eq!(
        inside.bound(&ADDRESS, &["9"]),
        "\"9\" -> 2",
        "what moves is below nobody unless it is said"
    );
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
    inside.apply(&plan().bind("Address", "5", record(4)).below(record(2)));
    assert_eq!(
        inside.bound_under(&ADDRESS, &[1, 2, 3, 1, 4711]),
        "100 -> 4, 30 -> 2, 5 -> 4"
    );
    assert_eq!(inside.bound_under(&ADDRESS, &[]), "");
}

#[test]
fn a_binding_leads_to_a_record() {
    let inside = inside();
    assert_eq!(
        inside.apply(&plan().bind("Customer", "1", record(9))),
        "stale: Customer 1 of shop leads to res.partner 9, which does not exist"
    );
    assert_eq!(
        inside.apply(&plan().bind("Customer", "1", int(9))),
        "refused: Customer 1 of shop: 9 is no record"
    );
    let nul = inside.apply(&partner("Ada").bind("Customer", "a\0b", new(0)));
    assert!(nul.contains("U+0000"), "{nul}");
}

#[test]
fn a_key_whose_table_has_a_long_name_moves_like_others() {
    let inside = empty();
    assert_eq!(inside.prepare(MODELS, &[&LONG]), "ready");
    inside.apply(
        &partner("Ada")
            .create(PARTNER, &[("name", text("Bob"))])
            .bind(LONG.name, "1", new(0)),
    );
    let knowing = plan().expects(LONG.name, "1", Some(1)).bind(LONG.name, "1", record(2));
    assert_eq!(inside.apply(&knowing), "applied");
    assert_eq!(inside.bindings_of(&LONG, 2), "1 -> 2");
}

#[test]
fn a_key_stands_in_columns_of_its_record_too() {
    let inside = inside();
    let order = partner("Ada").create("sale.order", &[("name", text("S1")), ("partner_id", new(0))]);
    let line = order.create("sale.order.line", &[("order_id", new(1)), ("price", int(1))]);
    inside.apply(&line.bind("Item", "7", new(2)));
    assert_eq!(inside.value(&model::LINE, 1, "item"), int(7));
    assert_ne!(inside.value(&model::LINE, 1, "exchanged_at"), Stored::Null);
    assert_eq!(inside.apply(&plan().bury("Item", "7")), "applied");
    assert_eq!(inside.value(&model::LINE, 1, "item"), Stored::Null);
    assert_eq!(inside.value(&model::LINE, 1, "exchanged_at"), Stored::Null);
    assert!(
        inside
            .apply(&plan().bind("Item", "x", record(1)))
            .contains("the key x is no whole number, which sale.order.line.item holds"),
    );
    assert_eq!(inside.bound(&model::ITEM, &["x"]), "-", "all of it or nothing");
}
