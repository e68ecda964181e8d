//! Records by equal fields and by number.

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
    static UNRANKED: Filter = Filter::Equals {
        field: "rank",
        value: Literal::Int(0),
    };
    static SHOP: Filter = Filter::Equals {
        field: "origin",
        value: Literal::Text("shop"),
    };
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
    assert_eq!(found(Filter::And(&BOTH)), "1 3");
    assert_eq!(found(Filter::Or(&EITHER)), "2 3");
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
fn stored_numbers_have_an_order() {
    let inside = inside();
    for credit in ["9.99", "10.50", "100"] {
        let credit = Stored::Decimal(credit.parse().expect("a number"));
        inside.apply(&plan().create(PARTNER, &[("name", text("Ada")), ("credit_limit", credit)]));
    }
    let found = |order, digits| {
        inside.find(&Find {
            filter: Some(Filter::Ordered {
                field: "credit_limit",
                order,
                value: Literal::Decimal(digits),
            }),
            ..find(&model::PARTNER, &["name"], &[&[text("Ada")]])
        })
    };
    assert_eq!(found(Order::Less, "10.50"), "1", "9.99 is less, whatever its text");
    assert_eq!(found(Order::LessOrEqual, "10.50"), "1 2");
    assert_eq!(found(Order::Greater, "10.50"), "3");
    assert_eq!(found(Order::GreaterOrEqual, "10.5"), "2 3");
}

#[test]
fn a_plan_may_rely_on_finding_nothing() {
    let inside = inside();
    let adopting = partner("Ada").expects_none_like(PARTNER, &[("email", text("élan"))]);
    assert_eq!(inside.apply(&adopting), "applied 0=1");
    inside.apply(&plan().create(PARTNER, &[("name", text("Bob")), ("email", text("Elan"))]));
    assert_eq!(
        inside.apply(&adopting),
        "stale: res.partner 2 has email \"élan\" by now; the plan was made when no record had"
    );
}

#[test]
fn an_expectation_may_hold_the_condition_of_a_key() {
    let inside = inside();
    let bob = [
        ("name", text("Bob")),
        ("email", text("Elan")),
        ("type", text("invoice")),
    ];
    inside.apply(&partner("Firm").create(PARTNER, &bob));
    let expects = |parent: Stored, kind: &str| {
        let by = [("email", text("élan")), ("parent_id", parent), ("type", text(kind))];
        inside.apply(&plan().expects_none_like(PARTNER, &by))
    };
    assert_eq!(expects(Stored::Null, "contact"), "applied", "of another type");
    assert_eq!(
        expects(Stored::Null, "INVOICE"),
        "applied",
        "a text without folded key is compared as it stands"
    );
    assert_eq!(expects(record(1), "invoice"), "applied", "of another parent");
    assert_eq!(
        expects(new(0), "invoice"),
        "applied",
        "nobody belongs to a record that is not there yet"
    );
    assert_eq!(
        expects(Stored::Null, "invoice"),
        "stale: res.partner 2 has email \"élan\" and type \"invoice\" by now; the plan was made when no record had"
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
