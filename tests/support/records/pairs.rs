//! Pairs of versions of the same models: one for each kind of step that a migration knows. The rows of the first version
//! are made by [`fill`].

use tenon_runtime::model::{Fill, Literal, Model, ModelField, ModelKind, NaturalKey, OnDelete};

use super::model::{default, leads_to, nullable, plain};
use super::plan::{decimal, new, record, text};
use super::{Inside, plan};
use tenon_runtime::value::Stored;

/// Two versions of the same models.
#[derive(Debug)]
pub struct Pair {
    /// What is between them.
    pub name: &'static str,
    /// Before; [`OLD`] for all.
    pub old: &'static [&'static Model],
    /// After.
    pub new: &'static [&'static Model],
    /// Whether a start of the program does it.
    pub is_addition: bool,
}

const NAME: ModelField = ModelField::new("name", ModelKind::Text);
const BODY: ModelField = nullable("body", ModelKind::Text);
const RANK: ModelField = ModelField::new("rank", ModelKind::Int);
const PRICE: ModelField = default("price", ModelKind::Decimal(2), Literal::Decimal("0.00"));
const ABOUT: ModelField = nullable("about", leads_to("note", OnDelete::Clear));
const MOOD: ModelField = nullable("mood", words(&["good"]));
const TITLE: ModelField = ModelField {
    max: Some(24),
    ..nullable("title", ModelKind::Text)
};

const fn words(words: &'static [&'static str]) -> ModelKind {
    ModelKind::Enum { words, open: false }
}

const fn folded(fields: &'static [&'static str]) -> NaturalKey {
    NaturalKey {
        fields,
        fold: true,
        filter: None,
    }
}

const BY_NAME: &[NaturalKey] = &[folded(&["name"])];

const fn note(fields: &'static [ModelField]) -> Model {
    Model {
        keys: BY_NAME,
        unique: &[&["rank"]],
        ..plain("note", "note", fields)
    }
}

static OLD_NOTE: Model = note(&[NAME, BODY, RANK, PRICE, ABOUT, MOOD, TITLE]);
/// Goes with its note: a table that is written anew must not take it along.
static REMARK: Model = plain(
    "remark",
    "remark",
    &[
        ModelField::new("note_id", leads_to("note", OnDelete::Cascade)),
        ModelField::new("text", ModelKind::Text),
    ],
);
/// The models before.
pub static OLD: &[&Model] = &[&OLD_NOTE, &REMARK];

static TAG: Model = plain("tag", "tag", &[ModelField::new("name", ModelKind::Text)]);
static WITH_WRITTEN: Model = note(&[
    NAME,
    BODY,
    RANK,
    PRICE,
    ABOUT,
    MOOD,
    TITLE,
    nullable("written", ModelKind::Date),
    nullable("before", leads_to("note", OnDelete::Clear)),
]);
static WITH_DEFAULT: Model = note(&[
    NAME,
    BODY,
    RANK,
    PRICE,
    ABOUT,
    MOOD,
    TITLE,
    default("state", ModelKind::Text, Literal::Text("it's new")),
]);
static WITH_KEYS: Model = Model {
    keys: &[folded(&["name"]), folded(&["body"])],
    indexes: &[&["price"]],
    ..note(&[NAME, BODY, RANK, PRICE, ABOUT, MOOD, TITLE])
};
static WIDER: Model = note(&[
    NAME,
    BODY,
    RANK,
    PRICE,
    ABOUT,
    nullable("mood", words(&["good", "bad"])),
    ModelField { max: Some(48), ..TITLE },
]);
static WITH_LISTS: Model = note(&[
    NAME,
    ModelField {
        per_language: true,
        ..BODY
    },
    RANK,
    PRICE,
    ABOUT,
    MOOD,
    TITLE,
    ModelField::new("tags", ModelKind::ManyToMany { model: "tag" }),
]);
static RENAMED: Model = Model {
    keys: &[folded(&["caption"])],
    unique: &[&["place"]],
    ..plain(
        "note",
        "note",
        &[
            ModelField {
                renamed_from: Some("name"),
                ..ModelField::new("caption", ModelKind::Text)
            },
            BODY,
            ModelField {
                renamed_from: Some("rank"),
                ..ModelField::new("place", ModelKind::Int)
            },
            PRICE,
            ABOUT,
            MOOD,
            TITLE,
        ],
    )
};
static FILLED: Model = note(&[
    NAME,
    BODY,
    RANK,
    PRICE,
    ABOUT,
    MOOD,
    TITLE,
    ModelField {
        fill: Some(Fill::Literal(Literal::Text("it's 'old'"))),
        ..ModelField::new("origin", ModelKind::Text)
    },
    ModelField {
        fill: Some(Fill::Field("rank")),
        ..ModelField::new("position", ModelKind::Int)
    },
]);
static WITHOUT: Model = plain("note", "note", &[BODY, PRICE, MOOD, TITLE]);
static STRICTER: Model = Model {
    keys: &[folded(&["name"]), folded(&["body"])],
    ..note(&[
        nullable("name", ModelKind::Text),
        ModelField {
            fill: Some(Fill::Field("name")),
            ..ModelField::new("body", ModelKind::Text)
        },
        RANK,
        PRICE,
        ABOUT,
        default("mood", words(&["good"]), Literal::Text("good")),
        TITLE,
    ])
};
static RETYPED: Model = note(&[
    NAME,
    BODY,
    ModelField::new("rank", ModelKind::Decimal(3)),
    default("price", ModelKind::Decimal(4), Literal::Decimal("0.00")),
    ABOUT,
    MOOD,
    nullable("title", ModelKind::Int),
]);
static RULED: Model = Model {
    unique: &[&["rank"], &["name"]],
    ..note(&[
        NAME,
        ModelField { max: Some(10), ..BODY },
        RANK,
        PRICE,
        nullable("about", leads_to("note", OnDelete::Restrict)),
        MOOD,
        TITLE,
    ])
};
static LOOSE: Model = plain("note", "note", &[NAME, BODY, RANK, PRICE, ABOUT, MOOD, TITLE]);

const fn pair(name: &'static str, new: &'static [&'static Model], is_addition: bool) -> Pair {
    Pair {
        name,
        old: OLD,
        new,
        is_addition,
    }
}

/// All kinds of steps.
pub static PAIRS: &[Pair] = &[
    pair("a table", &[&OLD_NOTE, &REMARK, &TAG], true),
    pair("optional fields", &[&WITH_WRITTEN, &REMARK], true),
    pair("a field with a default", &[&WITH_DEFAULT, &REMARK], true),
    pair("an index and a folded key", &[&WITH_KEYS, &REMARK], true),
    pair("a longer text and another word", &[&WIDER, &REMARK], true),
    pair("a list and texts per language", &[&WITH_LISTS, &REMARK, &TAG], true),
    pair("new names", &[&RENAMED, &REMARK], false),
    pair("required fields with a fill", &[&FILLED, &REMARK], false),
    pair("fields that are gone", &[&WITHOUT, &REMARK], false),
    pair("null refused and allowed", &[&STRICTER, &REMARK], false),
    pair("other types", &[&RETYPED, &REMARK], false),
    pair("unique, shorter, otherwise deleted", &[&RULED, &REMARK], false),
    pair("no longer unique nor indexed", &[&LOOSE, &REMARK], false),
];

/// Makes so many rows of the models before, each with a value of its own in each field.
pub fn fill(inside: &Inside, rows: i64) {
    const AT_ONCE: i64 = 500;
    let mut made = 0;
    while made < rows {
        let mut some = plan();
        for row in made..rows.min(made + AT_ONCE) {
            some = some.create("note", &values(row));
        }
        let count = rows.min(made + AT_ONCE) - made;
        for row in 0..count / 10 {
            let note = new(u32::try_from(row * 10).expect("a small number"));
            some = some.create("remark", &[("note_id", note), ("text", text(&format!("to {made}")))]);
        }
        let answer = inside.apply(&some);
        assert!(answer.starts_with("applied"), "{answer}");
        made += count;
    }
    // A number that is gone is not given again.
    inside.apply(&plan().create("note", &values(rows)));
    inside.apply(&plan().delete("note", rows + 1, 1));
}

fn values(row: i64) -> Vec<(&'static str, Stored)> {
    let mut values = vec![
        ("name", text(&format!("Nöte {row}"))),
        ("rank", Stored::Int(row)),
        ("price", decimal(&format!("{row}.25"))),
    ];
    if row % 3 != 0 {
        values.push(("body", text(&format!("body {row}"))));
        values.push(("title", text(&format!("title {row}"))));
    }
    if row % 7 == 1 {
        values.push(("mood", text("good")));
        values.push(("about", record(1)));
    }
    values
}
