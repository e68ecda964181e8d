//! Questions to the store. They have no runtime function: the generator asks for them in advance.

use super::{Builtin, Class, Kind, Need, Param, ResultRule};

/// `ref`
pub(super) static REF: Builtin = Builtin {
    name: "ref",
    params: &[Param::new("key", Kind::Key), Param::optional("model", Kind::Model)],
    gives: "ref M",
    result: ResultRule::Lookup,
    fails: Some("the record that the key names has no binding yet"),
    class: Class::Exact,
    inverse: Some("ext_of"),
    path: None,
    accepts_absence: false,
    doc: "The record of the inside that the key of an external record leads to.",
    examples: [
        "(group_id | ref?) is present",
        "(gone_id | ref?) is missing",
        "(group_id | ref?(example.group)) is present",
    ],
};

/// `ext_of`
pub(super) static EXT_OF: Builtin = Builtin {
    name: "ext_of",
    params: &[
        Param::new("ref", Kind::Any),
        Param {
            name: "type",
            kind: Kind::Any,
            need: Need::Optional,
        },
    ],
    gives: "ext X",
    result: ResultRule::Lookup,
    fails: Some("the record has no binding"),
    class: Class::Exact,
    inverse: Some("ref"),
    path: None,
    accepts_absence: false,
    doc: "The key of the external record that a record of the inside is bound to.",
    examples: [
        "(group_id | ext_of?) is present",
        "(gone_id | ext_of?) is missing",
        "(group_id | ext_of?(Group)) is present",
    ],
};

/// `refs`
pub(super) static REFS: Builtin = Builtin {
    name: "refs",
    params: &[Param::new("keys", Kind::KeyList)],
    gives: "[ref M]",
    result: ResultRule::Lookup,
    fails: Some("a record that a key names has no binding yet"),
    class: Class::Exact,
    inverse: None,
    path: None,
    accepts_absence: false,
    doc: "The records of the inside that keys lead to.",
    examples: [
        "(group_ids | refs! | length) == 2",
        "(gone_ids | refs?) is missing",
        "length(refs!(group_ids)) == 2",
    ],
};

/// `find`
pub(super) static FIND: Builtin = Builtin {
    name: "find",
    params: &[
        Param::new("model", Kind::Model),
        Param {
            name: "criteria",
            kind: Kind::Any,
            need: Need::Rest,
        },
    ],
    gives: "ref M",
    result: ResultRule::Lookup,
    fails: Some("no record has these values, or several have"),
    class: Class::NoConversion,
    inverse: None,
    path: None,
    accepts_absence: false,
    doc: "The record of the inside with these values of a key.",
    examples: [
        "(\"fr\" | find?(example.group, code = _)) is present",
        "find?(example.group, code = \"xx\") is missing",
        "(\"FR\" | find?(example.group, code = fold(_))) is present",
    ],
};

/// `find_or_new`
pub(super) static FIND_OR_NEW: Builtin = Builtin {
    name: "find_or_new",
    params: &[
        Param::new("model", Kind::Model),
        Param {
            name: "criteria",
            kind: Kind::Any,
            need: Need::Rest,
        },
    ],
    gives: "ref M",
    result: ResultRule::Lookup,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: None,
    accepts_absence: false,
    doc: "The record with these values, created where there is none.",
    examples: [
        "(\"it\" | find_or_new(example.group, code = _)) is present",
        "find_or_new(example.group, code = \"de\", new = { name: \"Germany\" }) is present",
        "(\"fr\" | find_or_new(example.group, code = _, new = { name: _ })) is present",
    ],
};

/// `load`
pub(super) static LOAD: Builtin = Builtin {
    name: "load",
    params: &[Param::new("key", Kind::Key)],
    gives: "the internal record",
    result: ResultRule::Lookup,
    fails: Some("the record that the key names has no binding yet"),
    class: Class::NoConversion,
    inverse: None,
    path: None,
    accepts_absence: false,
    doc: "The record of the inside that a key leads to, with the fields that are used.",
    examples: [
        "(group_id | load!).code == \"fr\"",
        "(gone_id | load?)?.code is missing",
        "load!(group_id).code == \"fr\"",
    ],
};

/// `bound`
pub(super) static BOUND: Builtin = Builtin {
    name: "bound",
    params: &[Param::new("key", Kind::Key)],
    gives: "bool",
    result: ResultRule::Lookup,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: None,
    accepts_absence: false,
    doc: "Whether the record that a key names is bound.",
    examples: ["group_id | bound", "not (gone_id | bound)", "bound(group_id)"],
};
