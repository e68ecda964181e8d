//! The one table of built-in functions: name, signature, class, inverse, runtime path, documentation, examples.
//!
//! Checker, generator, interpreter, documentation and completion read it; nothing else knows a function by name.

mod date;
mod list;
mod logic;
mod lookup;
mod number;
mod text;

use crate::ir::Literal;

/// A function.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// The piped one first.
    pub params: &'static [Param],
    /// What it gives, in words: `text max n`.
    pub gives: &'static str,
    /// What it gives, as a rule.
    pub result: ResultRule,
    /// When it fails; absent: never.
    pub fails: Option<&'static str>,
    /// What it does to the value.
    pub class: Class,
    /// The function that leads back.
    pub inverse: Option<&'static str>,
    /// `::tenon_runtime::builtin::text::upper`; absent for questions to the store, which are lookups.
    pub path: Option<&'static str>,
    /// Whether it is called with absent values; the others are skipped by a pipe.
    pub accepts_absence: bool,
    /// One sentence.
    pub doc: &'static str,
    /// Expressions and what they give: `"AB" | lower == "ab"`.
    pub examples: [&'static str; 3],
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name, for named arguments.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be given.
    pub need: Need,
}

/// Whether an argument must be given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    /// Always.
    Required,
    /// It may be left out at the end.
    Optional,
    /// If it is left out, this text takes its place.
    Word(&'static str),
    /// Any number of them, at least one.
    Rest,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text or enum.
    Text,
    /// A text or a list.
    TextOrList,
    /// An int.
    Int,
    /// A whole number written in the rule: its value decides the type of the result.
    Digits,
    /// An int or decimal.
    Number,
    /// A decimal; an int converts.
    Decimal,
    /// A float.
    Float,
    /// A bool.
    Bool,
    /// A date.
    Date,
    /// A datetime.
    DateTime,
    /// A duration.
    Duration,
    /// Anything that has one text: int, decimal, bool, date, duration, uuid, key.
    Plain,
    /// Anything.
    Any,
    /// The type of the first argument.
    Same,
    /// A text written in the rule: a format or pattern.
    Format,
    /// One of these words, written in the rule.
    Word(&'static [&'static str]),
    /// A list of anything.
    List,
    /// A list whose elements may be missing.
    GappyList,
    /// A list of texts.
    TextList,
    /// A list of numbers, or any list where the next argument makes numbers of it.
    NumberList,
    /// A list of decimals.
    DecimalList,
    /// Part of a text, or an element of a list: as the first argument.
    Part,
    /// A map from text.
    Map,
    /// `x => ..` that gives anything.
    Function,
    /// `x => ..` that gives a bool: a predicate.
    Predicate,
    /// `x => ..` that gives something with an order.
    Order,
    /// `x => ..` that gives a number.
    NumberFunction,
    /// Key of an external record.
    Key,
    /// A list of keys of external records.
    KeyList,
    /// The name of a model.
    Model,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultRule {
    /// Text of any length.
    Text,
    /// Text as long as the first argument at most.
    TextAsFirst,
    /// The same, never absent.
    TextNotNull,
    /// Text of at most so many characters as this argument says.
    TextMax(usize),
    /// An int.
    Int,
    /// A bool.
    Bool,
    /// A decimal without a scale.
    Decimal,
    /// A decimal with as many digits as this argument says.
    DecimalScale(usize),
    /// A date.
    Date,
    /// A datetime.
    DateTime,
    /// A duration.
    Duration,
    /// The type of the first argument.
    First,
    /// The same, never absent.
    FirstPresent,
    /// The same, or null.
    FirstOrNull,
    /// The type that all arguments have in common.
    Common,
    /// The same, absent where both may be.
    CommonOfPair,
    /// The type that the first and third argument have in common.
    CommonOfDated,
    /// A list of texts.
    TextList,
    /// The first argument without missing elements.
    WithoutGaps,
    /// A list of what the function gives.
    ListOfFunction,
    /// A list of the type of the first argument.
    ListOfFirst,
    /// An element of the first argument.
    Element,
    /// What the function gives, or an element: a sum.
    Sum,
    /// A value of the map, may be missing.
    MapValue,
    /// A map of a list of records of `key` and `value`.
    MapOfEntries,
    /// A question to the store: the check of lookups decides.
    Lookup,
}

/// What a function does to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// One-to-one.
    Exact,
    /// Round-trips after normalising.
    Canonical,
    /// Loses something.
    Lossy,
    /// Not a conversion.
    NoConversion,
}

/// All functions, by family.
pub static BUILTINS: &[&Builtin] = &[
    &text::TRIM,
    &text::LOWER,
    &text::UPPER,
    &text::TITLE_CASE,
    &text::FOLD,
    &text::TRUNCATE,
    &text::REPLACE,
    &text::ADD_PREFIX,
    &text::STRIP_PREFIX,
    &text::LINES,
    &text::JOIN_LINES,
    &text::SPLIT,
    &text::JOIN,
    &text::MATCHES,
    &text::TEXT,
    &text::INT,
    &text::DECIMAL,
    &list::LENGTH,
    &list::CONTAINS,
    &list::COMPACT,
    &list::MAP,
    &list::FILTER,
    &list::REJECT,
    &list::FIRST,
    &list::LAST,
    &list::FIND_BY,
    &list::ANY,
    &list::ALL,
    &list::COUNT,
    &list::SORT_BY,
    &list::DROP_FIRST,
    &list::POSITION,
    &list::TO_MAP,
    &list::GET,
    &list::UNION,
    &logic::NOT,
    &logic::NEED,
    &logic::NULL_IF,
    &logic::NULL_IF_BLANK,
    &logic::BLANK_IF_NULL,
    &logic::AGREE,
    &logic::NEWEST,
    &number::ROUND,
    &number::ABS,
    &number::MIN,
    &number::MAX,
    &number::SUM,
    &number::PERCENT,
    &number::NET_OF,
    &number::ALLOCATE,
    &number::FROM_FLOAT,
    &date::PARSE_DATE,
    &date::FORMAT_DATE,
    &date::PARSE_DATETIME,
    &date::FORMAT_DATETIME,
    &date::DATE_OF,
    &date::EPOCH,
    &date::FROM_EPOCH,
    &date::SECONDS,
    &date::FROM_SECONDS,
    &date::NOW,
    &lookup::REF,
    &lookup::EXT_OF,
    &lookup::REFS,
    &lookup::FIND,
    &lookup::FIND_OR_NEW,
    &lookup::LOAD,
    &lookup::BOUND,
];

/// The function of this name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().copied().find(|function| function.name == name)
}

impl Builtin {
    /// `truncate(text, n) -> text max n`
    pub fn signature(&self) -> String {
        let params: Vec<String> = self.params.iter().map(Param::shown).collect();
        let fails = match self.fails {
            Some(_) => " !",
            None => "",
        };
        format!("{}({}) -> {}{fails}", self.name, params.join(", "), self.gives)
    }

    /// Why nothing leads back from it, for a reader who knows what it does.
    pub fn loss(&self) -> String {
        let lost = match self.name {
            "upper" | "title_case" => "the original case",
            "fold" => "case and accents",
            "truncate" => "what stands behind the limit",
            "replace" => "which texts were replaced",
            "split" | "join" => "where one part ends and the next begins",
            "null_if" => "whether it was null before",
            "abs" => "the sign",
            "round" => "digits",
            "date_of" => "the time of day",
            "first" | "last" | "find_by" | "drop_first" => "the other elements",
            "sort_by" => "the order",
            "percent" | "net_of" => "the amount that it was made of",
            "from_float" => "the digits of the float",
            _ => return format!("`{}` has no inverse", self.name),
        };
        format!("loses {lost}, so it has no inverse")
    }

    /// The functions that it leads back from: of `text` these are `int` and `decimal`.
    pub fn leads_back_from(&self) -> impl Iterator<Item = &'static str> + use<> {
        let name = self.name;
        let others = BUILTINS.iter().filter(move |other| other.inverse == Some(name));
        others.map(|other| other.name)
    }

    /// Whether it asks the store.
    pub fn is_lookup(&self) -> bool {
        self.result == ResultRule::Lookup
    }
}

impl Builtin {
    /// Whether the pass over a record knows the answer, and no function does: its clock, its place in its list.
    pub fn is_of_record(&self) -> bool {
        matches!(self.name, "now" | "position")
    }
}

impl Param {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            need: Need::Required,
        }
    }

    const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            need: Need::Optional,
        }
    }

    fn shown(&self) -> String {
        match self.need {
            Need::Required => self.name.to_owned(),
            Need::Optional => format!("{}?", self.name),
            Need::Word(word) => format!("{} = \"{word}\"", self.name),
            Need::Rest => format!("{}, ..", self.name),
        }
    }

    /// What takes its place where it is left out.
    pub fn default(&self) -> Option<Literal> {
        match self.need {
            Need::Word(word) => Some(Literal::Text(word.to_owned())),
            Need::Required | Need::Optional | Need::Rest => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_inverses_lead_back() {
        for function in BUILTINS {
            assert_eq!(BUILTINS.iter().filter(|other| other.name == function.name).count(), 1);
            assert!(find(function.name).is_some());
            if let Some(inverse) = function.inverse {
                assert!(find(inverse).is_some(), "{inverse}");
            }
            assert_eq!(function.is_lookup(), function.path.is_none(), "{}", function.name);
        }
    }

    #[test]
    fn signatures_read_as_in_the_language_page() {
        let shown = |name| find(name).map(Builtin::signature).unwrap_or_default();
        assert_eq!(shown("title_case"), "title_case(text) -> text");
        assert_eq!(shown("truncate"), "truncate(text, n) -> text max n");
        assert_eq!(shown("round"), "round(decimal, n, mode = \"half_up\") -> decimal(n)");
        assert_eq!(shown("parse_date"), "parse_date(text, format) -> date !");
        assert_eq!(shown("min"), "min(a, b, ..) -> x");
    }
}
