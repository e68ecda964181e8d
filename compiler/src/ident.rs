//! Names of the outside to identifiers of Rust, escaped once.

use crate::ir::Ident;

const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// A field, function or model: snake case, never a keyword.
pub(crate) fn ident(text: &str) -> Ident {
    Ident {
        text: text.to_owned(),
        rust: escaped(snake(text)),
    }
}

/// The parts of a name as one word of a type: `res.partner` becomes `ResPartner`.
pub(crate) fn pascal(text: &str) -> String {
    snake(text)
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

fn snake(text: &str) -> String {
    let mut out = String::new();
    let mut lower_before = false;
    for letter in text.chars() {
        if letter.is_uppercase() && lower_before {
            out.push('_');
        }
        lower_before = letter.is_lowercase() || letter.is_ascii_digit();
        match letter.is_alphanumeric() {
            true => out.extend(letter.to_lowercase()),
            false if out.is_empty() || out.ends_with('_') => {}
            false => out.push('_'),
        }
    }
    out
}

fn escaped(mut name: String) -> String {
    if name.is_empty() || name.starts_with(|first: char| first.is_numeric()) {
        name.insert(0, '_');
    }
    if KEYWORDS.contains(&name.as_str()) || name == "_" {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        for (text, rust) in [
            ("res.partner", "res_partner"),
            ("idOrganization", "id_organization"),
            ("type", "type_"),
            ("1.7", "_1_7"),
            ("@id", "id"),
            // A lone `_` is no name in Rust.
            ("@", "__"),
            ("Order.payment", "order_payment"),
        ] {
            assert_eq!(ident(text).rust, rust, "{text}");
        }
        assert_eq!(pascal("res.partner"), "ResPartner");
        assert_eq!(pascal("split_street"), "SplitStreet");
        assert_eq!(pascal("CustomerGroup"), "CustomerGroup");
    }
}
