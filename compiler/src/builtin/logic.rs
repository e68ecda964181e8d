//! Functions on truth and absence.

use super::{Builtin, Class, Kind, Param, ResultRule};

/// `not`
pub(super) static NOT: Builtin = Builtin {
    name: "not",
    params: &[Param::new("value", Kind::Bool)],
    gives: "bool",
    result: ResultRule::Bool,
    fails: None,
    class: Class::Exact,
    inverse: Some("not"),
    path: Some("::tenon_runtime::builtin::logic::not"),
    accepts_absence: false,
    doc: "The opposite.",
    examples: ["(true | not) == false", "false | not", "not(false)"],
};

/// `need`
pub(super) static NEED: Builtin = Builtin {
    name: "need",
    params: &[Param::new("value", Kind::Any), Param::new("message", Kind::Text)],
    gives: "T",
    result: ResultRule::FirstPresent,
    fails: Some("the value is absent"),
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::logic::need"),
    accepts_absence: true,
    doc: "The value, which must be there.",
    examples: [
        "(\"a\" | need!(\"no a\")) == \"a\"",
        "(missing | need?(\"no a\")) is missing",
        "(1 | need!(\"none\")) == 1",
    ],
};

/// `null_if`
pub(super) static NULL_IF: Builtin = Builtin {
    name: "null_if",
    params: &[Param::new("value", Kind::Any), Param::new("unwanted", Kind::Same)],
    gives: "T or null",
    result: ResultRule::FirstOrNull,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::null_if"),
    accepts_absence: false,
    doc: "Null in place of one value.",
    examples: [
        "(0 | null_if(0)) is null",
        "(1 | null_if(0)) == 1",
        "(\"-\" | null_if(\"-\")) is null",
    ],
};

/// `null_if_blank`
pub(super) static NULL_IF_BLANK: Builtin = Builtin {
    name: "null_if_blank",
    params: &[Param::new("text", Kind::Text)],
    gives: "text or null",
    result: ResultRule::FirstOrNull,
    fails: None,
    class: Class::Canonical,
    inverse: Some("blank_if_null"),
    path: Some("::tenon_runtime::builtin::text::null_if_blank"),
    accepts_absence: false,
    doc: "Null in place of a text of white space.",
    examples: [
        "(\"  \" | null_if_blank) is null",
        "(\"a\" | null_if_blank) == \"a\"",
        "(\"\" | null_if_blank) is null",
    ],
};

/// `blank_if_null`
pub(super) static BLANK_IF_NULL: Builtin = Builtin {
    name: "blank_if_null",
    params: &[Param::new("text", Kind::Text)],
    gives: "text",
    result: ResultRule::TextNotNull,
    fails: None,
    class: Class::Canonical,
    // An empty text stays one on the way back: made null there, a text of white space would not come back.
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::blank_if_null"),
    accepts_absence: true,
    doc: "An empty text in place of an absent one, and of white space.",
    examples: [
        "(null | blank_if_null) == \"\"",
        "(\"a\" | blank_if_null) == \"a\"",
        "(\"  \" | blank_if_null) == \"\"",
    ],
};

/// `agree`
pub(super) static AGREE: Builtin = Builtin {
    name: "agree",
    params: &[Param::new("a", Kind::Any), Param::new("b", Kind::Same)],
    gives: "T",
    result: ResultRule::CommonOfPair,
    fails: Some("both are there and differ"),
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::merge::agree"),
    accepts_absence: true,
    doc: "The one value that two sources give.",
    examples: [
        "agree!(1, 1) == 1",
        "agree!(1, missing) == 1",
        "agree?(1, 2) is missing",
    ],
};

/// `newest`
pub(super) static NEWEST: Builtin = Builtin {
    name: "newest",
    params: &[
        Param::new("a", Kind::Any),
        Param::new("changed_a", Kind::DateTime),
        Param::new("b", Kind::Same),
        Param::new("changed_b", Kind::DateTime),
    ],
    gives: "T",
    result: ResultRule::CommonOfDated,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::merge::newest"),
    accepts_absence: true,
    doc: "The value that was changed later.",
    examples: [
        "newest(\"x\", at, \"y\", later) == \"y\"",
        "newest(\"x\", at, missing, later) == \"x\"",
        "newest(\"x\", at, \"y\", at) == \"x\"",
    ],
};
