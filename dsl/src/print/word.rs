//! Names and texts as they must be written to be read back: backticks and escapes where they are needed, nowhere else.

use crate::ast::Duration;
use crate::ast::DurationUnit;
use crate::source::Name;

/// Words that are no names unless a sign says so; `with` begins a join wherever it stands in a header.
const RESERVED: [&str; 15] = [
    "true", "false", "null", "missing", "and", "or", "not", "if", "else", "match", "let", "in", "is", "catch", "with",
];

/// A name where reserved words mean something.
pub(super) fn name(name: &str) -> String {
    match is_word(name) && !RESERVED.contains(&name) {
        true => name.to_owned(),
        false => format!("`{name}`"),
    }
}

/// A name that a sign or a dot tells from a word of the language.
pub(super) fn any_name(name: &str) -> String {
    match is_word(name) {
        true => name.to_owned(),
        false => format!("`{name}`"),
    }
}

/// The name of a field of a schema or record.
pub(super) fn field_name(name: &str) -> String {
    match name.is_empty() {
        true => "\"\"".to_owned(),
        false => any_name(name),
    }
}

/// A name with dots: `res.partner`.
pub(super) fn dotted(written: &str) -> String {
    by_parts(written, |part| match part {
        "with" | "and" => name(part),
        _ => any_name(part),
    })
}

/// The name of a function, dots included: `product.category` in a test.
pub(super) fn function(written: &str) -> String {
    by_parts(written, name)
}

fn by_parts(written: &str, rest: fn(&str) -> String) -> String {
    if written.split('.').any(str::is_empty) {
        return format!("`{written}`");
    }
    let mut parts = written.split('.');
    let first = parts.next().map(name).unwrap_or_default();
    parts.fold(first, |path, part| format!("{path}.{}", rest(part)))
}

/// Names with commas between them.
pub(super) fn names(list: &[Name]) -> String {
    joined(list, |one| name(&one.value))
}

/// Parts with commas between them.
pub(super) fn joined<T>(list: &[T], part: impl Fn(&T) -> String) -> String {
    list.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// A text in double quotes, nothing put into it.
pub(super) fn quoted(value: &str) -> String {
    format!("\"{}\"", escaped(value))
}

/// What stands between double quotes.
pub(super) fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' | '{' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A text in single quotes.
pub(super) fn raw(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// `15m`
pub(super) fn duration(duration: Duration) -> String {
    let unit = match duration.unit {
        DurationUnit::Millisecond => "ms",
        DurationUnit::Second => "s",
        DurationUnit::Minute => "m",
        DurationUnit::Hour => "h",
        DurationUnit::Day => "d",
    };
    format!("{}{unit}", duration.amount)
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

fn is_word(name: &str) -> bool {
    name != "_"
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
}

/// A part of a header that ends with an expression, whose last name may be written in backticks behind a dot only.
pub(super) fn guarded_path(part: String) -> String {
    let ends_with_field = [".override", ".drop"].iter().any(|end| part.ends_with(end));
    if ends_with_field {
        super::clause::guarded(part)
    } else {
        part
    }
}
