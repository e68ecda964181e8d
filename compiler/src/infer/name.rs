//! Names: of nested records, as words of the language, and what they say about values.

use std::collections::HashSet;

/// Words that are no names where they stand alone.
const RESERVED: [&str; 16] = [
    "true", "false", "null", "missing", "and", "or", "not", "if", "else", "match", "let", "in", "is", "catch", "_", "",
];

/// A field as an author writes it; absent where no spelling can name it.
pub(super) fn field(name: &str) -> Option<String> {
    let word = !RESERVED.contains(&name)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit());
    match word {
        true => Some(name.to_owned()),
        false if name.is_empty() || name.contains(|letter: char| letter == '`' || letter.is_control()) => None,
        // Blanks at the ends and separators of lines do not survive everywhere a name is shown.
        false if name.trim() != name || name.contains(['\u{2028}', '\u{2029}']) => None,
        false => Some(format!("`{name}`")),
    }
}

/// `customer_address` becomes `CustomerAddress`; absent where no letter is left.
pub(super) fn record(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut starts = true;
    for letter in text.chars() {
        match letter.is_ascii_alphanumeric() {
            true if starts => out.push(letter.to_ascii_uppercase()),
            true => out.push(letter),
            false => {}
        }
        starts = !letter.is_ascii_alphanumeric();
    }
    let usable = out.starts_with(|first: char| first.is_ascii_alphabetic());
    usable.then_some(out)
}

/// Words of amounts of money.
const AMOUNTS: [&str; 7] = ["price", "amount", "total", "subtotal", "cost", "tax", "discount"];

/// The word that makes a field an amount: `price` of `price_incl_tax`.
pub(super) fn amount(name: &str) -> Option<&'static str> {
    let name = ["_incl_tax", "_excl_tax", "_tax_incl", "_tax_excl"]
        .iter()
        .find_map(|with| name.strip_suffix(with))
        .unwrap_or(name);
    let word = name.rsplit('_').next().unwrap_or(name);
    AMOUNTS.into_iter().find(|amount| word.eq_ignore_ascii_case(amount))
}

/// One of many: `addresses` becomes `address`, `items` `item`.
pub(super) fn singular(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let cut = |ending: usize, with: &str| format!("{}{with}", &text[..text.len() - ending]);
    match () {
        () if lower.ends_with("ies") && text.len() > 4 => cut(3, "y"),
        () if ["sses", "xes", "ches", "shes"]
            .iter()
            .any(|ending| lower.ends_with(ending)) =>
        {
            cut(2, "")
        }
        () if lower.ends_with("ss") || lower.ends_with("us") || lower.ends_with("is") => text.to_owned(),
        () if lower.ends_with('s') && text.len() > 2 => cut(1, ""),
        () => text.to_owned(),
    }
}

/// A name of a record that is not taken yet.
pub(super) fn free(wanted: &str, taken: &mut HashSet<String>) -> String {
    // A long chain of names says less than its end.
    let mut wanted = match wanted.len() > 60 {
        true => wanted[wanted.len() - 40..].to_owned(),
        false => wanted.to_owned(),
    };
    wanted.retain(|letter| letter.is_ascii_alphanumeric());
    if !wanted.starts_with(|first: char| first.is_ascii_alphabetic()) {
        wanted.insert_str(0, "Record");
    }
    let mut name = wanted.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// Whether a text of digits under this name is a number, where a wire writes numbers as text.
pub(super) fn says_number(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = [
        "id",
        "@id",
        "qty",
        "quantity",
        "position",
        "level",
        "count",
        "sort_order",
        "priority",
    ];
    let text_key = [
        "increment_id",
        "transaction_id",
        "external_id",
        "ext_id",
        "session_id",
        "tax_id",
        "vat_id",
    ];
    let ends = ["_id", "_ids", "_qty", "_count", "_position"];
    let says = known.contains(&name.as_str()) || ends.iter().any(|ending| name.ends_with(ending));
    says && !text_key.iter().any(|other| name.ends_with(other))
}

/// Whether a text of digits and points under this name is no amount.
pub(super) fn says_version(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["version", "ip", "phone", "fax", "code", "number", "sku", "ean"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether "1" and "0" under this name are a flag.
pub(super) fn says_flag(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let starts = ["is_", "has_", "use_", "can_", "allow_", "enable", "show_"];
    let known = [
        "active",
        "enabled",
        "deleted",
        "virtual",
        "default",
        "closed",
        "subscribed",
    ];
    starts.iter().any(|start| name.starts_with(start)) || known.contains(&name.as_str())
}

/// Whether a value under this name must not be printed.
pub(super) fn says_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    [
        "password",
        "passwd",
        "secret",
        "apikey",
        "privatekey",
        "accesstoken",
        "rptoken",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// The record type that the key of another record under this name belongs to: `customer_id`, `idBoard`.
pub(super) fn other_record(name: &str) -> Option<String> {
    let camel = name
        .strip_prefix("id")
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()));
    let snake = name.strip_suffix("_ids").or_else(|| name.strip_suffix("_id"));
    let lower = name.strip_suffix("Ids").or_else(|| name.strip_suffix("Id"));
    let stem = camel
        .map(singular)
        .or(snake.map(str::to_owned))
        .or(lower.map(str::to_owned))?;
    let known = [
        "increment",
        "transaction",
        "entity",
        "external",
        "session",
        "tax",
        "vat",
        "tracking",
        "parent",
        // `idShort` says how the id is written, not whose it is.
        "short",
        "long",
        "full",
        "public",
        "global",
    ];
    record(&stem).filter(|_| !known.contains(&stem.to_ascii_lowercase().as_str()))
}

/// Whether a key looks like data: digits, a hash, a uuid, a day.
pub(super) fn is_data(key: &str) -> bool {
    let hex = key.len() >= 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let digits = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b':'));
    hex || digits
}
