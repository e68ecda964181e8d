//! Functions on lists and maps.

use super::{Builtin, Class, Kind, Param, ResultRule};

/// `length`
pub(super) static LENGTH: Builtin = Builtin {
    name: "length",
    params: &[Param::new("value", Kind::TextOrList)],
    gives: "int",
    result: ResultRule::Int,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::length"),
    accepts_absence: false,
    doc: "The number of characters or elements.",
    examples: [
        "(\"äb\" | length) == 2",
        "([1, 2] | length) == 2",
        "(\"\" | length) == 0",
    ],
};

/// `contains`
pub(super) static CONTAINS: Builtin = Builtin {
    name: "contains",
    params: &[Param::new("value", Kind::TextOrList), Param::new("part", Kind::Part)],
    gives: "bool",
    result: ResultRule::Bool,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::text::contains"),
    accepts_absence: false,
    doc: "Whether a text or a list has this part.",
    examples: [
        "\"abc\" | contains(\"b\")",
        "[1, 2] | contains(2)",
        "not (\"abc\" | contains(\"d\"))",
    ],
};

/// `compact`
pub(super) static COMPACT: Builtin = Builtin {
    name: "compact",
    params: &[Param::new("list", Kind::GappyList)],
    gives: "[T]",
    result: ResultRule::WithoutGaps,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::compact"),
    accepts_absence: false,
    doc: "The elements that are present.",
    examples: [
        "([\"a\", missing, \"b\"] | compact) == [\"a\", \"b\"]",
        "([null] | compact) == []",
        "([\"a\"] | compact) == [\"a\"]",
    ],
};

/// `map`
pub(super) static MAP: Builtin = Builtin {
    name: "map",
    params: &[Param::new("list", Kind::List), Param::new("function", Kind::Function)],
    gives: "[U]",
    result: ResultRule::ListOfFunction,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::map"),
    accepts_absence: false,
    doc: "What the function gives for each element.",
    examples: [
        "([1, 2] | map(i => i * 2)) == [2, 4]",
        "([] | map(i => i)) == []",
        "([\"a\"] | map(i => i | upper)) == [\"A\"]",
    ],
};

/// `filter`
pub(super) static FILTER: Builtin = Builtin {
    name: "filter",
    params: &[Param::new("list", Kind::List), Param::new("predicate", Kind::Predicate)],
    gives: "[T]",
    result: ResultRule::First,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::filter"),
    accepts_absence: false,
    doc: "The elements for which the predicate holds.",
    examples: [
        "([1, 2, 3] | filter(i => i > 1)) == [2, 3]",
        "([] | filter(i => true)) == []",
        "([1] | filter(i => i > 1)) == []",
    ],
};

/// `reject`
pub(super) static REJECT: Builtin = Builtin {
    name: "reject",
    params: &[Param::new("list", Kind::List), Param::new("predicate", Kind::Predicate)],
    gives: "[T]",
    result: ResultRule::First,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::reject"),
    accepts_absence: false,
    doc: "The elements for which the predicate does not hold.",
    examples: [
        "([1, 2, 3] | reject(i => i > 1)) == [1]",
        "([] | reject(i => true)) == []",
        "([1] | reject(i => i > 1)) == [1]",
    ],
};

/// `first`
pub(super) static FIRST: Builtin = Builtin {
    name: "first",
    params: &[Param::new("list", Kind::List)],
    gives: "T",
    result: ResultRule::Element,
    fails: Some("the list is empty"),
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::first"),
    accepts_absence: false,
    doc: "The first element.",
    examples: [
        "([1, 2] | first!) == 1",
        "([1] | filter(i => i > 1) | first?) is missing",
        "([\"a\"] | first!) == \"a\"",
    ],
};

/// `last`
pub(super) static LAST: Builtin = Builtin {
    name: "last",
    params: &[Param::new("list", Kind::List)],
    gives: "T",
    result: ResultRule::Element,
    fails: Some("the list is empty"),
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::last"),
    accepts_absence: false,
    doc: "The last element.",
    examples: [
        "([1, 2] | last!) == 2",
        "([1] | filter(i => i > 1) | last?) is missing",
        "([\"a\"] | last!) == \"a\"",
    ],
};

/// `find_by`
pub(super) static FIND_BY: Builtin = Builtin {
    name: "find_by",
    params: &[Param::new("list", Kind::List), Param::new("predicate", Kind::Predicate)],
    gives: "T",
    result: ResultRule::Element,
    fails: Some("no element fits"),
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::find_by"),
    accepts_absence: false,
    doc: "The first element for which the predicate holds.",
    examples: [
        "([1, 2, 3] | find_by!(i => i > 1)) == 2",
        "([1] | find_by?(i => i > 1)) is missing",
        "([\"a\", \"b\"] | find_by!(i => i == \"b\")) == \"b\"",
    ],
};

/// `any`
pub(super) static ANY: Builtin = Builtin {
    name: "any",
    params: &[Param::new("list", Kind::List), Param::new("predicate", Kind::Predicate)],
    gives: "bool",
    result: ResultRule::Bool,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::any"),
    accepts_absence: false,
    doc: "Whether the predicate holds for an element.",
    examples: [
        "[1, 2] | any(i => i > 1)",
        "not ([] | any(i => true))",
        "not ([1] | any(i => i > 1))",
    ],
};

/// `all`
pub(super) static ALL: Builtin = Builtin {
    name: "all",
    params: &[Param::new("list", Kind::List), Param::new("predicate", Kind::Predicate)],
    gives: "bool",
    result: ResultRule::Bool,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::all"),
    accepts_absence: false,
    doc: "Whether the predicate holds for every element.",
    examples: [
        "[1, 2] | all(i => i > 0)",
        "[] | all(i => false)",
        "not ([1, 2] | all(i => i > 1))",
    ],
};

/// `count`
pub(super) static COUNT: Builtin = Builtin {
    name: "count",
    params: &[Param::new("list", Kind::List), Param::new("predicate", Kind::Predicate)],
    gives: "int",
    result: ResultRule::Int,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::count"),
    accepts_absence: false,
    doc: "For how many elements the predicate holds.",
    examples: [
        "([1, 2, 3] | count(i => i > 1)) == 2",
        "([] | count(i => true)) == 0",
        "([1] | count(i => i > 1)) == 0",
    ],
};

/// `sort_by`
pub(super) static SORT_BY: Builtin = Builtin {
    name: "sort_by",
    params: &[Param::new("list", Kind::List), Param::new("function", Kind::Order)],
    gives: "[T]",
    result: ResultRule::First,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::sort_by"),
    accepts_absence: false,
    doc: "The elements by what the function gives; those that are equal keep their order.",
    examples: [
        "([3, 1, 2] | sort_by(i => i)) == [1, 2, 3]",
        "([1, 2] | sort_by(i => -i)) == [2, 1]",
        "([\"b\", \"a\"] | sort_by(i => i)) == [\"a\", \"b\"]",
    ],
};

/// `drop_first`
pub(super) static DROP_FIRST: Builtin = Builtin {
    name: "drop_first",
    params: &[Param::new("list", Kind::List), Param::new("n", Kind::Int)],
    gives: "[T]",
    result: ResultRule::First,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::drop_first"),
    accepts_absence: false,
    doc: "The elements behind the first n.",
    examples: [
        "([1, 2, 3] | drop_first(1)) == [2, 3]",
        "([1] | drop_first(2)) == []",
        "([1] | drop_first(0)) == [1]",
    ],
};

/// `position`
pub(super) static POSITION: Builtin = Builtin {
    name: "position",
    params: &[],
    gives: "int",
    result: ResultRule::Int,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::mapper::Eval::position"),
    accepts_absence: false,
    doc: "Where this element stands in the list that `via` maps, from 1; 1 for a record of its own.",
    examples: [
        "position() == 1",
        "(position() * 10) == 10",
        "([1, 2] | map(i => position())) == [1, 1]",
    ],
};

/// `to_map`
pub(super) static TO_MAP: Builtin = Builtin {
    name: "to_map",
    params: &[Param::new("entries", Kind::List)],
    gives: "{text: T}",
    result: ResultRule::MapOfEntries,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::to_map"),
    accepts_absence: false,
    doc: "A map of these records of `key` and `value`; the keys are texts, ints or keys of external records, each once.",
    examples: [
        "([{ key: \"a\", value: 1 }] | to_map | get(\"a\")) == 1",
        "([1, 2] | map(i => { key: i, value: i * 2 }) | to_map | get(\"2\")) == 4",
        "([{ key: \"a\", value: 1 }] | to_map | get(\"b\")) is missing",
    ],
};

/// `get`
pub(super) static GET: Builtin = Builtin {
    name: "get",
    params: &[Param::new("map", Kind::Map), Param::new("key", Kind::Text)],
    gives: "T, may be missing",
    result: ResultRule::MapValue,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::list::get"),
    accepts_absence: false,
    doc: "The value of a key.",
    examples: [
        "get(stock, \"a\") == 1",
        "get(stock, \"b\") is missing",
        "(stock | get(\"b\") ?? 0) == 0",
    ],
};

/// `union`
pub(super) static UNION: Builtin = Builtin {
    name: "union",
    params: &[
        Param::new("a", Kind::List),
        Param::new("b", Kind::List),
        Param::optional("key", Kind::Order),
    ],
    gives: "[T]",
    result: ResultRule::CommonOfPair,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::merge::union"),
    accepts_absence: true,
    doc: "The elements of both lists, each once; `key` says what makes two of them the same, without it a record is the same only as itself.",
    examples: [
        "union([1, 2], [2, 3]) == [1, 2, 3]",
        "union([1], none) == [1]",
        "union([], []) == []",
    ],
};
