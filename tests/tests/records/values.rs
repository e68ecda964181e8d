//! What fields hold, and what they refuse.

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
    assert_eq!(
        inside.query("select credit_limit from res__partner"),
        inside.its("150", "1.50")
    );
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
        ("lasts", lasting("PT26H0.25S")),
        ("lasts", lasting("-PT0.000001S")),
        ("lasts", lasting("PT2562047788H54.775807S")),
        ("tags", Stored::Json("[\"a\",\"b\"]".to_owned())),
        ("size", Stored::Json("{\"unit\":\"cm\",\"width\":1.50}".to_owned())),
        ("seen_at", instant("0001-01-01T00:00:00Z")),
        ("seen_at", instant("1969-12-31T23:59:59.999999Z")),
        ("seen_at", instant("9999-12-30T22:00:00Z")),
        ("uuid", uuid("67e55044-10b1-426f-9247-bb680e5fe0c8")),
        ("photo", Stored::Bytes(vec![0, 255])),
        ("extra", Stored::Json("{\"a\": 1.10}".to_owned())),
    ] {
        assert_eq!(kept(field, value.clone()), value);
    }
}

#[test]
fn lists_and_records_of_values_have_one_form() {
    let kept = |field, text: &str| kept(field, Stored::Json(text.to_owned()));
    assert_eq!(kept("tags", " [ \"a\" ] "), Stored::Json("[\"a\"]".to_owned()));
    assert_eq!(
        kept("size", "{\"width\": 1.5}"),
        Stored::Json("{\"width\":1.50}".to_owned())
    );
    let refusal = |field, text: &str| refusal(field, Stored::Json(text.to_owned()));
    assert_eq!(refusal("tags", "[1]"), "tags: \"[1]\" a text is expected");
    assert_eq!(refusal("size", "{}"), "size: \"{}\" `width` is missing");
    assert_eq!(
        refusal("size", "{\"width\":1.505}"),
        "size: \"{\\\"width\\\":1.505}\" more than 2 digits after the point"
    );
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
        refusal("seen_at", instant("9999-12-30T22:00:00.5Z")),
        "seen_at: 9999-12-30T22:00:00.5Z is after the last instant that can be kept"
    );
    assert_eq!(
        refusal("seen_at", instant("2020-01-01T00:00:00.0000001Z")),
        "seen_at: 2020-01-01T00:00:00.0000001Z is finer than a microsecond"
    );
    assert_eq!(
        refusal("opens", time("00:00:00.000000001")),
        "opens: 00:00:00.000000001 is finer than a microsecond"
    );
    assert_eq!(
        refusal("lasts", lasting("PT0.000000001S")),
        "lasts: PT0.000000001S is finer than a microsecond"
    );
    assert_eq!(
        refusal("lasts", lasting("PT2562047788015H")),
        "lasts: PT2562047788015H is longer than the longest duration that can be kept"
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
