//! The inside of JSON strings -> text. Works on strings that [`crate::json::reader`] has checked.

use crate::json::plain::end_of_plain;

/// The text of the inside of a JSON string. What is no escape of JSON stands for itself, so that this cannot fail.
pub fn unescape(inside: &str) -> String {
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    loop {
        // Between escapes stands plain text, if the text was checked; what else ends plain text stands for itself.
        let end = end_of_plain(rest.as_bytes(), 0);
        let Some((plain, special)) = rest.split_at_checked(end) else {
            break;
        };
        text.push_str(plain);
        let mut characters = special.chars();
        rest = match characters.next() {
            Some('\\') => push_escape(&mut text, characters.as_str()),
            Some(itself) => {
                text.push(itself);
                characters.as_str()
            }
            None => return text,
        };
    }
    text.push_str(rest);
    text
}

/// Appends one character; gives what follows its escape.
fn push_escape<'t>(text: &mut String, escape: &'t str) -> &'t str {
    let mut characters = escape.chars();
    let Some(letter) = characters.next() else { return escape };
    let rest = characters.as_str();
    match letter {
        'n' => text.push('\n'),
        't' => text.push('\t'),
        'r' => text.push('\r'),
        'b' => text.push('\u{8}'),
        'f' => text.push('\u{c}'),
        'u' => return push_unit(text, rest),
        itself => text.push(itself),
    }
    rest
}

/// Appends the character of `\uXXXX`, or of two of them; gives what follows.
fn push_unit<'t>(text: &mut String, digits: &'t str) -> &'t str {
    let Some((unit, rest)) = unit(digits) else {
        return digits;
    };
    if let Some(character) = char::from_u32(unit) {
        text.push(character);
        return rest;
    }
    let low = rest.strip_prefix("\\u").and_then(self::unit);
    let Some((low, rest)) = low else { return rest };
    let combined = 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
    text.extend(char::from_u32(combined));
    rest
}

fn unit(digits: &str) -> Option<(u32, &str)> {
    let unit = u32::from_str_radix(digits.get(..4)?, 16).ok()?;
    Some((unit, digits.get(4..)?))
}
