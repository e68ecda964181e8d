//! Tables of the models: made, added to, or refused.

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
    let indexes = inside.its(
        "select count(*) from pragma_index_list('note')",
        "select count(*) from pg_indexes where schemaname = current_schema() and tablename = 'note' and indexname not like '%pkey'",
    );
    assert_eq!(inside.query(indexes), "3");
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
fn shadows_that_an_older_program_left_behind_are_filled_anew() {
    static FOLDED: Model = Model {
        keys: &[NaturalKey {
            fields: &["name"],
            fold: true,
            filter: None,
        }],
        ..plain("note", "note", FIRST.fields)
    };
    let inside = empty();
    inside.prepare(&[&FOLDED], &[]);
    inside.apply(&plan().create("note", &[("name", text("Old"))]));
    assert_eq!(inside.prepare(&[&FIRST], &[]), "ready");
    inside.apply(&plan().update("note", 1, 1, &[("name", text("Néw"))]));
    inside.apply(&plan().create("note", &[("name", text("NEW"))]));
    assert_eq!(inside.prepare(&[&FOLDED], &[]), "ready");
    let rows: &[&[Stored]] = &[&[text("old")], &[text("new")]];
    assert_eq!(inside.find(&find_folded(&FOLDED, &["name"], rows)), "- | 1 2");
    inside.apply(&plan().update("note", 1, 2, &[("name", text("Newer"))]));
    assert_eq!(inside.prepare(&[&FOLDED], &[]), "ready");
    assert_eq!(inside.find(&find_folded(&FOLDED, &["name"], rows)), "- | 2");
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
            "note.day is new and required: allow null, or give it a default or a `fill`",
        ),
        (
            &TYPED,
            "note.body holds text and is wanted to hold int: its values are kept, unread, as `body__text`",
        ),
        (&STRICT, "note.body may be null and is wanted to be required"),
        (&LOOSE, "note.name is required and is wanted to allow null"),
        (&SHORT, "note.body holds any text and is wanted to hold 9 characters"),
        (&WORDS, "note.body holds any text and is wanted to hold certain words"),
        (&UNIQUE, "note: name has to be unique from now on"),
        (
            &GONE,
            "note.name is missing from the model, and no record can go without it: it is kept, unread, and may be null",
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
    assert_eq!(inside.prepare(&[&SHORT], &[]), "ready", "an older program goes on");
    assert_eq!(
        inside.apply(&plan().create("note", &[("name", text("123"))])),
        "applied 0=2"
    );
    assert_eq!(inside.prepare(&[&LONG], &[]), "ready");
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
    static AGAIN: Model = plain("bad", "bad", BAD.fields);
    let inside = empty();
    insta::assert_snapshot!(inside.prepare(&[&AGAIN, &BAD], &[&CUSTOMER]).replace("; ", "\n"), @r#"
    error: the database refused the models: the model bad is declared twice
    bad: the column Owner is there already: rename the field
    bad: the column row_version is there already: rename the field
    bad: owner: no model is named nobody here
    bad: self_id: `on delete clear` needs a field that may be null
    bad: price: a stored decimal has at most 18 digits after the point
    bad: the default "yesterday" of day is not a date
    bad: children: bad.price refers to no record
    bad: nme is named in a key or index and has no column
    bad: bad has no field x
    magento.Customer: no model is named res.partner here
    "#);
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
    let longest = inside.its(
        "select max(length(name)) from sqlite_schema where name not like 'sqlite%'",
        "select max(length(relname)) from pg_class
         where relnamespace = current_schema()::regnamespace and relkind in ('r', 'i') and relname not like '%pkey'",
    );
    assert_eq!(inside.query(longest), "55");
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
    let references = inside.its(
        "select count(*) from pragma_foreign_key_list('res__partner')",
        "select count(*) from pg_constraint where contype = 'f' and conrelid = 'res__partner'::regclass",
    );
    assert_eq!(inside.query(references), "2");
    let is_deferred = inside.its(
        "select sql like '%deferrable initially deferred%' from sqlite_schema where name = 'sale__order'",
        "select count(*) from pg_constraint where contype = 'f' and condeferred and conrelid = 'sale__order'::regclass",
    );
    assert_eq!(inside.query(is_deferred), "1");
    let loose = inside.its(
        "select count(*) from pragma_table_list where name like 'res__%' and schema = 'main' and strict = 0",
        "select count(*) from information_schema.columns
         where table_schema = current_schema() and table_name like 'res__%' and data_type = 'text'
           and collation_name is distinct from 'C' and column_name not in ('extra', 'tags', 'size')",
    );
    assert_eq!(
        inside.query(loose),
        "0",
        "types are checked, texts are compared by their bytes"
    );
    let is_whole = inside.its("pragma integrity_check", "select 'ok'");
    assert_eq!(inside.query(is_whole), "ok");
    let broken = inside.its("select count(*) from pragma_foreign_key_check", "select 0");
    assert_eq!(inside.query(broken), "0");
}

static OLD: ExternalType = external(
    "Visitor",
    Binding {
        fields: &[nullable("email", ModelKind::Text)],
        ..binding("magento__Visitor", "note")
    },
);
static NEW: ExternalType = external(
    "Visitor",
    Binding {
        fields: &[default("points", ModelKind::Int, Literal::Int(0))],
        ..binding("magento__Visitor", "note")
    },
);
static STRICT: ExternalType = external(
    "Visitor",
    Binding {
        fields: &[
            ModelField::new("email", ModelKind::Text),
            ModelField::new("phone", ModelKind::Text),
        ],
        one_to_one: true,
        ..binding("magento__Visitor", "note")
    },
);
static OTHER: ExternalType = external("Guest", binding("magento__Visitor", "note"));

#[test]
fn versions_of_a_connector_share_their_bindings() {
    let inside = empty();
    assert_eq!(inside.prepare(&[&FIRST, &FIRST], &[&OLD, &NEW, &OLD]), "ready");
    let note = plan().create("note", &[("name", text("n"))]);
    let both = note.bind_with("Visitor", "1", new(0), &[("email", text("a")), ("points", int(3))]);
    assert_eq!(
        inside.apply(&both.bind_with("Visitor", "2", new(0), &[])),
        "applied 0=1"
    );
    assert_eq!(
        inside.bound(&OLD, &["1", "2"]),
        "\"1\" -> 1 email=\"a\"\n\"2\" -> 1 email=null"
    );
    assert_eq!(
        inside.bound(&NEW, &["1", "2"]),
        "\"1\" -> 1 points=3\n\"2\" -> 1 points=0"
    );
}

#[test]
fn versions_of_a_connector_must_agree() {
    let said = empty().prepare(&[&FIRST], &[&OLD, &STRICT, &OTHER]).replace("; ", "\n");
    assert_eq!(
        said,
        "error: the database refused the models: \
         magento.Visitor: its versions do not agree on model, scope or `one to one`\n\
         magento.Visitor: phone is required and not every version has it\n\
         magento.Visitor: its versions do not agree on email\n\
         magento.Visitor and magento.Guest share the table magento__Visitor"
    );
}
