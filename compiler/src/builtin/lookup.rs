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
        "c.group_id | ref!",
        "c.store_id | ref?",
        "c.group_id | ref!(res.partner.category)",
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
    examples: ["partner_id | ext_of!", "partner_id | ext_of?", "id | ext_of!(Product)"],
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
    examples: ["c.group_ids | refs!", "c.group_ids | refs?", "refs!(c.group_ids)"],
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
        "code | find?(res.country, code = _)",
        "find!(res.currency, name = c.currency)",
        "name | find?(res.country.state, country_id = country, name = fold(_))",
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
        "p | find_or_new(res.partner.title, shortcut = _, new = { name: _ })",
        "m | find_or_new(delivery.carrier, code = _, new = { name: _ })",
        "find_or_new(res.tag, name = t, new = { name: t })",
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
        "c.store_id | load!",
        "(c.store_id | load?)?.lang",
        "load!(c.store_id).lang",
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
    examples: ["c.group_id | bound", "not (c.group_id | bound)", "bound(c.group_id)"],
};
