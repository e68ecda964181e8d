//! Functions on numbers.

use super::{Builtin, Class, Kind, Need, Param, ResultRule};

/// `round`
pub(super) static ROUND: Builtin = Builtin {
    name: "round",
    params: &[
        Param::new("decimal", Kind::Decimal),
        Param::new("n", Kind::Digits),
        Param {
            name: "mode",
            kind: Kind::Word(&["half_up", "half_even", "up", "down"]),
            need: Need::Word("half_up"),
        },
    ],
    gives: "decimal(n)",
    result: ResultRule::DecimalScale(1),
    fails: None,
    class: Class::Canonical,
    inverse: None,
    path: Some("::tenon_runtime::builtin::number::round"),
    accepts_absence: false,
    doc: "With n digits after the point; half away from zero unless said.",
    examples: [
        "(1.005 | round(2)) == 1.01",
        "(2.5 | round(0, mode = \"half_even\")) == 2",
        "(1.001 | round(2, mode = \"up\")) == 1.01",
    ],
};

/// `abs`
pub(super) static ABS: Builtin = Builtin {
    name: "abs",
    params: &[Param::new("x", Kind::Number)],
    gives: "x",
    result: ResultRule::First,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::number::abs"),
    accepts_absence: false,
    doc: "Without sign.",
    examples: ["(-1 | abs) == 1", "(1.5 | abs) == 1.5", "(0 | abs) == 0"],
};

/// `min`
pub(super) static MIN: Builtin = Builtin {
    name: "min",
    params: &[
        Param::new("a", Kind::Number),
        Param {
            name: "b",
            kind: Kind::Number,
            need: Need::Rest,
        },
    ],
    gives: "x",
    result: ResultRule::Common,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::number::min"),
    accepts_absence: false,
    doc: "The smallest.",
    examples: ["min(1, 2) == 1", "min(1.5, 1) == 1", "min(3, 2, 1) == 1"],
};

/// `max`
pub(super) static MAX: Builtin = Builtin {
    name: "max",
    params: &[
        Param::new("a", Kind::Number),
        Param {
            name: "b",
            kind: Kind::Number,
            need: Need::Rest,
        },
    ],
    gives: "x",
    result: ResultRule::Common,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::number::max"),
    accepts_absence: false,
    doc: "The largest.",
    examples: ["max(1, 2) == 2", "max(1.5, 1) == 1.5", "max(3, 2, 1) == 3"],
};

/// `sum`
pub(super) static SUM: Builtin = Builtin {
    name: "sum",
    params: &[
        Param::new("list", Kind::NumberList),
        Param::optional("function", Kind::NumberFunction),
    ],
    gives: "x",
    result: ResultRule::Sum,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::number::sum"),
    accepts_absence: false,
    doc: "All elements together, or what the function gives for them.",
    examples: [
        "([1, 2] | sum) == 3",
        "([1.5, 1] | sum) == 2.5",
        "([1, 2] | sum(i => i * 2)) == 6",
    ],
};

/// `percent`
pub(super) static PERCENT: Builtin = Builtin {
    name: "percent",
    params: &[Param::new("x", Kind::Decimal), Param::new("of", Kind::Decimal)],
    gives: "decimal",
    result: ResultRule::Decimal,
    fails: Some("`of` is zero"),
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::money::percent"),
    accepts_absence: false,
    doc: "How many hundredths of `of` x is.",
    examples: [
        "percent!(5, of = 20) == 25",
        "(percent!(1, of = 3) | round(2)) == 33.33",
        "percent?(1, of = 0) is missing",
    ],
};

/// `net_of`
pub(super) static NET_OF: Builtin = Builtin {
    name: "net_of",
    params: &[Param::new("gross", Kind::Decimal), Param::new("rate", Kind::Decimal)],
    gives: "decimal",
    result: ResultRule::Decimal,
    fails: Some("the rate is -100"),
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::money::net_of"),
    accepts_absence: false,
    doc: "What a gross amount is without a tax of so many percent.",
    examples: [
        "net_of!(119, rate = 19) == 100",
        "net_of!(100, rate = 0) == 100",
        "net_of?(1, rate = -100) is missing",
    ],
};

/// `allocate`
pub(super) static ALLOCATE: Builtin = Builtin {
    name: "allocate",
    params: &[
        Param::new("amount", Kind::Decimal),
        Param::new("weights", Kind::DecimalList),
    ],
    gives: "[decimal]",
    result: ResultRule::ListOfFirst,
    fails: Some("the weights sum up to zero"),
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::money::allocate"),
    accepts_absence: false,
    doc: "An amount in parts by weight; no cent is lost.",
    examples: [
        "allocate!(10.00, [1, 1, 1]) == [3.34, 3.33, 3.33]",
        "allocate!(1.00, [1]) == [1.00]",
        "allocate?(1.00, [0]) is missing",
    ],
};

/// `from_float`
pub(super) static FROM_FLOAT: Builtin = Builtin {
    name: "from_float",
    params: &[Param::new("float", Kind::Float), Param::new("digits", Kind::Digits)],
    gives: "decimal(digits)",
    result: ResultRule::DecimalScale(1),
    fails: Some("the float is not a number of 28 digits"),
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::money::from_float"),
    accepts_absence: false,
    doc: "A float as a decimal of so many digits.",
    examples: [
        "from_float!(ratio, 2) == 0.13",
        "(ratio | from_float!(3)) == 0.125",
        "from_float!(ratio, digits = 0) == 0",
    ],
};
