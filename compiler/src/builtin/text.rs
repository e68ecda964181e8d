//! Functions on texts.

use super::{Builtin, Class, Kind, Param, ResultRule};

/// `trim`
pub(super) static TRIM: Builtin = Builtin {
    name: "trim",
    params: &[Param::new("text", Kind::Text)],
    gives: "text",
    result: ResultRule::TextAsFirst,
    fails: None,
    class: Class::Canonical,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::trim"),
    accepts_absence: false,
    doc: "Without white space at both ends.",
    examples: [
        "(\"  a b \" | trim) == \"a b\"",
        "(\"a\" | trim) == \"a\"",
        "(\"\" | trim) == \"\"",
    ],
};

/// `lower`
pub(super) static LOWER: Builtin = Builtin {
    name: "lower",
    params: &[Param::new("text", Kind::Text)],
    gives: "text",
    result: ResultRule::TextAsFirst,
    fails: None,
    class: Class::Canonical,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::lower"),
    accepts_absence: false,
    doc: "In small letters.",
    examples: [
        "(\"AbC\" | lower) == \"abc\"",
        "(\"ÄÖ\" | lower) == \"äö\"",
        "(\"1\" | lower) == \"1\"",
    ],
};

/// `upper`
pub(super) static UPPER: Builtin = Builtin {
    name: "upper",
    params: &[Param::new("text", Kind::Text)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::upper"),
    accepts_absence: false,
    doc: "In capital letters.",
    examples: [
        "(\"us\" | upper) == \"US\"",
        "(\"straße\" | upper) == \"STRASSE\"",
        "(\"1a\" | upper) == \"1A\"",
    ],
};

/// `title_case`
pub(super) static TITLE_CASE: Builtin = Builtin {
    name: "title_case",
    params: &[Param::new("text", Kind::Text)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::title_case"),
    accepts_absence: false,
    doc: "Each word with a capital first letter, the rest small.",
    examples: [
        "(\"NEW YORK\" | title_case) == \"New York\"",
        "(\"ada\" | title_case) == \"Ada\"",
        "(\"\" | title_case) == \"\"",
    ],
};

/// `fold`
pub(super) static FOLD: Builtin = Builtin {
    name: "fold",
    params: &[Param::new("text", Kind::Text)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::fold"),
    accepts_absence: false,
    doc: "Without case and accents, to compare.",
    examples: [
        "(\"Élise\" | fold) == \"elise\"",
        "(\"MÜNCHEN\" | fold) == \"munchen\"",
        "(\"Mr.\" | fold) == \"mr.\"",
    ],
};

/// `truncate`
pub(super) static TRUNCATE: Builtin = Builtin {
    name: "truncate",
    params: &[Param::new("text", Kind::Text), Param::new("n", Kind::Digits)],
    gives: "text max n",
    result: ResultRule::TextMax(1),
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::truncate"),
    accepts_absence: false,
    doc: "The first n characters.",
    examples: [
        "(\"abcdef\" | truncate(3)) == \"abc\"",
        "(\"ab\" | truncate(3)) == \"ab\"",
        "(\"äöü\" | truncate(2)) == \"äö\"",
    ],
};

/// `replace`
pub(super) static REPLACE: Builtin = Builtin {
    name: "replace",
    params: &[
        Param::new("text", Kind::Text),
        Param::new("from", Kind::Text),
        Param::new("to", Kind::Text),
    ],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::replace"),
    accepts_absence: false,
    doc: "Every occurrence of one text replaced by another.",
    examples: [
        "(\"a-b-c\" | replace(\"-\", \"\")) == \"abc\"",
        "(\"aa\" | replace(\"a\", \"b\")) == \"bb\"",
        "(\"x\" | replace(\"y\", \"z\")) == \"x\"",
    ],
};

/// `add_prefix`
pub(super) static ADD_PREFIX: Builtin = Builtin {
    name: "add_prefix",
    params: &[Param::new("text", Kind::Text), Param::new("prefix", Kind::Text)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Exact,
    inverse: Some("strip_prefix"),
    path: Some("::tenon_runtime::builtin::text::add_prefix"),
    accepts_absence: false,
    doc: "With a text in front.",
    examples: [
        "(\"7\" | add_prefix(\"M-\")) == \"M-7\"",
        "(\"\" | add_prefix(\"M-\")) == \"M-\"",
        "(\"a\" | add_prefix(\"\")) == \"a\"",
    ],
};

/// `strip_prefix`
pub(super) static STRIP_PREFIX: Builtin = Builtin {
    name: "strip_prefix",
    params: &[Param::new("text", Kind::Text), Param::new("prefix", Kind::Text)],
    gives: "text",
    result: ResultRule::TextAsFirst,
    fails: Some("the text does not begin with the prefix"),
    class: Class::Exact,
    inverse: Some("add_prefix"),
    path: Some("::tenon_runtime::builtin::text::strip_prefix"),
    accepts_absence: false,
    doc: "Without the text in front.",
    examples: [
        "(\"M-7\" | strip_prefix!(\"M-\")) == \"7\"",
        "(\"7\" | strip_prefix?(\"M-\")) is missing",
        "(\"a\" | strip_prefix!(\"\")) == \"a\"",
    ],
};

/// `lines`
pub(super) static LINES: Builtin = Builtin {
    name: "lines",
    params: &[Param::new("text", Kind::Text)],
    gives: "[text]",
    result: ResultRule::TextList,
    fails: None,
    class: Class::Canonical,
    inverse: Some("join_lines"),
    path: Some("::tenon_runtime::builtin::text::lines"),
    accepts_absence: false,
    doc: "The lines of a text; empty lines at its end are none.",
    examples: [
        "(\"a\\nb\" | lines) == [\"a\", \"b\"]",
        "(\"a\" | lines) == [\"a\"]",
        "(\"a\\n\\nb\" | lines) == [\"a\", \"\", \"b\"]",
    ],
};

/// `join_lines`
pub(super) static JOIN_LINES: Builtin = Builtin {
    name: "join_lines",
    params: &[Param::new("texts", Kind::TextList)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Canonical,
    inverse: Some("lines"),
    path: Some("::tenon_runtime::builtin::text::join_lines"),
    accepts_absence: false,
    doc: "Texts as the lines of one; empty ones at the end are left out.",
    examples: [
        "([\"a\", \"b\"] | join_lines) == \"a\\nb\"",
        "([\"a\"] | join_lines) == \"a\"",
        "([] | join_lines) == \"\"",
    ],
};

/// `split`
pub(super) static SPLIT: Builtin = Builtin {
    name: "split",
    params: &[Param::new("text", Kind::Text), Param::new("separator", Kind::Text)],
    gives: "[text]",
    result: ResultRule::TextList,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::split"),
    accepts_absence: false,
    doc: "The parts between separators.",
    examples: [
        "(\"a,b\" | split(\",\")) == [\"a\", \"b\"]",
        "(\"a\" | split(\",\")) == [\"a\"]",
        "(\"\" | split(\",\")) == [\"\"]",
    ],
};

/// `join`
pub(super) static JOIN: Builtin = Builtin {
    name: "join",
    params: &[Param::new("texts", Kind::TextList), Param::new("separator", Kind::Text)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::join"),
    accepts_absence: false,
    doc: "Texts in a row with a separator between them.",
    examples: [
        "([\"Ada\", \"Lovelace\"] | join(\" \")) == \"Ada Lovelace\"",
        "([\"a\"] | join(\" \")) == \"a\"",
        "([] | join(\" \")) == \"\"",
    ],
};

/// `matches`
pub(super) static MATCHES: Builtin = Builtin {
    name: "matches",
    params: &[Param::new("text", Kind::Text), Param::new("pattern", Kind::Format)],
    gives: "bool",
    result: ResultRule::Bool,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::matches"),
    accepts_absence: false,
    doc: "Whether the whole text is like a pattern: `*` is any text, `?` one character, all else itself; no regular expression.",
    examples: [
        "\"M-7\" | matches('M-*')",
        "not (\"7\" | matches('M-*'))",
        "\"ab\" | matches('a?')",
    ],
};

/// `text`
pub(super) static TEXT: Builtin = Builtin {
    name: "text",
    params: &[Param::new("value", Kind::Plain)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Exact,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::text"),
    accepts_absence: false,
    doc: "A number, bool, date or key as text.",
    examples: [
        "(7 | text) == \"7\"",
        "(1.50 | text) == \"1.50\"",
        "(true | text) == \"true\"",
    ],
};

/// `int`
pub(super) static INT: Builtin = Builtin {
    name: "int",
    params: &[Param::new("text", Kind::Text)],
    gives: "int",
    result: ResultRule::Int,
    fails: Some("the text is not a whole number of 64 bits"),
    class: Class::Canonical,
    inverse: Some("text"),
    path: Some("::tenon_runtime::builtin::text::int"),
    accepts_absence: false,
    doc: "A text of digits as an int.",
    examples: [
        "(\"7\" | int!) == 7",
        "(\"x\" | int?) is missing",
        "(\"-3\" | int!) == -3",
    ],
};

/// `decimal`
pub(super) static DECIMAL: Builtin = Builtin {
    name: "decimal",
    params: &[Param::new("text", Kind::Text)],
    gives: "decimal",
    result: ResultRule::Decimal,
    fails: Some("the text is not a decimal of 28 digits"),
    class: Class::Canonical,
    inverse: Some("text"),
    path: Some("::tenon_runtime::builtin::text::decimal"),
    accepts_absence: false,
    doc: "A text of digits as a decimal.",
    examples: [
        "(\"1.50\" | decimal!) == 1.5",
        "(\"x\" | decimal?) is missing",
        "(\"2\" | decimal!) == 2",
    ],
};
