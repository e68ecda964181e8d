//! Did you mean ..? The nearest of the names that could stand somewhere, and what other languages call them.

/// What other languages call a type, and what it is here.
const TYPES: [(&str, &[&str]); 9] = [
    (
        "text",
        &["string", "str", "varchar", "char", "chararray", "uri", "url", "email"],
    ),
    (
        "int",
        &["integer", "long", "short", "bigint", "smallint", "number", "serial"],
    ),
    ("decimal(2)", &["money", "currency", "monetary", "amount", "price"]),
    ("decimal", &["numeric", "double", "real", "bigdecimal"]),
    ("bool", &["boolean", "bit", "flag", "checkbox"]),
    ("datetime", &["timestamp", "timestamptz", "instant"]),
    ("bytes", &["blob", "binary", "bytea"]),
    ("uuid", &["guid"]),
    ("json", &["object", "any", "dict", "jsonb", "mixed", "hash"]),
];

/// What other languages call a constant, and what it is here.
const CONSTANTS: [(&str, &[&str]); 3] = [
    ("null", &["None", "nil", "NULL", "Null", "undefined", "none"]),
    ("true", &["True", "TRUE", "yes", "YES"]),
    ("false", &["False", "FALSE", "no", "NO"]),
];

/// What other languages call a function, and what it is here.
const FUNCTIONS: [(&str, &[&str]); 14] = [
    ("trim", &["strip", "chomp"]),
    ("lower", &["lowercase", "toLowerCase", "to_lower", "lcase", "downcase"]),
    ("upper", &["uppercase", "toUpperCase", "to_upper", "ucase", "upcase"]),
    ("length", &["len", "size", "strlen", "count_of"]),
    ("text", &["str", "string", "to_string", "toString"]),
    ("int", &["integer", "to_int", "parseInt", "parse_int"]),
    ("decimal", &["number", "to_decimal", "parseFloat", "to_number"]),
    ("join", &["concat", "implode"]),
    ("split", &["explode"]),
    ("null_if", &["nullif"]),
    ("truncate", &["substr", "substring", "left"]),
    ("find_by", &["detect", "first_where"]),
    ("map", &["collect", "select"]),
    ("compact", &["flatten"]),
];

/// The type that another language calls so.
pub(crate) fn foreign_type(word: &str) -> Option<&'static str> {
    in_our_words(&TYPES, &word.to_lowercase())
}

/// The constant that another language calls so.
pub(crate) fn foreign_constant(word: &str) -> Option<&'static str> {
    in_our_words(&CONSTANTS, word)
}

/// The function that another language calls so.
pub(crate) fn foreign_function(word: &str) -> Option<&'static str> {
    in_our_words(&FUNCTIONS, word)
}

fn in_our_words(table: &[(&'static str, &[&str])], word: &str) -> Option<&'static str> {
    let row = table.iter().find(|(_, theirs)| theirs.contains(&word));
    row.map(|(ours, _)| *ours)
}

use tenon_dsl::edit::Edit;
use tenon_dsl::source::Span;

/// The candidate nearest to `name`, if it takes fewer changes than a third of the letters.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, candidate)| distance * 3 < name.chars().count().max(candidate.chars().count()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The change of a name into the one that was meant, where only one of the names that could stand there is near and needs no quotes.
pub(crate) fn meant<'c>(span: Span, name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<Edit> {
    let mut near: Vec<&str> = candidates
        .into_iter()
        .filter(|candidate| is_near(name, candidate))
        .collect();
    near.sort_unstable();
    near.dedup();
    match near.as_slice() {
        [one] if is_plain(one) => Some(Edit::new(span, name, *one)),
        _ => None,
    }
}

/// Whether a name stands anywhere as it is: `res.partner`.
fn is_plain(name: &str) -> bool {
    let is_word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
            && !RESERVED.contains(&part)
    };
    name.split('.').all(is_word)
}

/// Words that are no names everywhere.
const RESERVED: [&str; 16] = [
    "true", "false", "null", "missing", "and", "or", "not", "if", "else", "match", "let", "in", "is", "catch", "with",
    "_",
];

/// Whether a name may be a slip of the other: fewer changes than a third of the letters.
pub(crate) fn is_near(name: &str, other: &str) -> bool {
    name != other && strsim::osa_distance(name, other) * 3 < name.chars().count().max(other.chars().count())
}

/// `a, b and c`; quotes nothing.
pub(crate) fn listed(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., end] => format!("{} {last} {end}", init.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_stays_below_a_third() {
        assert_eq!(nearest("emial", ["name", "email"]), Some("email"));
        assert_eq!(nearest("titlecase", ["title_case", "text"]), Some("title_case"));
        assert_eq!(nearest("emailid", ["email", "name"]), Some("email"));
        assert_eq!(nearest("zip", ["vat", "zap"]), None);
        assert_eq!(nearest("postcode", ["zip", "city"]), None);
    }
}
