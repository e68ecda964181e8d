//! Texts: blanks, case, prefixes, lines, conversion to and from numbers.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

use super::present;
use crate::builtin::logic::as_text;
use crate::fault::{Fault, quoted};
use crate::value::{Out, Val};

/// Without white space at both ends.
pub fn trim(value: Val<'_>) -> Out<'_> {
    Ok(Val::Text(match present!(value).into_text()? {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }))
}

/// In lower case.
///
/// The one letter that would become two, `İ`, becomes `i`: a text of at most n characters stays one.
pub fn lower(value: Val<'_>) -> Out<'_> {
    present!(value).into_text().map(lower_of).map(Val::Text)
}

/// The same for a text.
pub(crate) fn lower_of(text: Cow<'_, str>) -> Cow<'_, str> {
    match letters(text.as_bytes()) {
        Letters::Small => text,
        Letters::Ascii => Cow::Owned(text.to_ascii_lowercase()),
        Letters::Any => Cow::Owned(text.replace('İ', "i").to_lowercase()),
    }
}

/// What a text is made of.
enum Letters {
    /// Of letters of ASCII, none of them a capital.
    Small,
    /// Of letters of ASCII.
    Ascii,
    /// Of others, too.
    Any,
}

/// Looks at eight bytes at a time.
fn letters(text: &[u8]) -> Letters {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let (words, rest) = text.as_chunks::<8>();
    let mut last = [0; 8];
    for (room, byte) in last.iter_mut().zip(rest) {
        *room = *byte;
    }
    let (mut others, mut capitals) = (0, 0);
    for word in words.iter().chain([&last]) {
        let word = u64::from_le_bytes(*word);
        let low = word & (ONES * 0x7f);
        others |= word;
        // The highest bit of a byte from `A` on, less that of one behind `Z`.
        capitals |= (low + ONES * (0x80 - b'A' as u64)) & !(low + ONES * (0x7f - b'Z' as u64));
    }
    match (others & (ONES << 7), capitals & (ONES << 7)) {
        (0, 0) => Letters::Small,
        (0, _) => Letters::Ascii,
        (_, _) => Letters::Any,
    }
}

/// In upper case.
pub fn upper(value: Val<'_>) -> Out<'_> {
    Ok(Val::made(present!(value).into_text()?.to_uppercase()))
}

/// The first letter of each word in upper case, the others in lower case. Words are divided by what is no letter, digit or apostrophe.
pub fn title_case(value: Val<'_>) -> Out<'_> {
    let text = present!(value).into_text()?;
    let mut title = String::with_capacity(text.len());
    let mut inside = false;
    for letter in text.chars() {
        match inside {
            true => title.extend(letter.to_lowercase()),
            false => title.extend(letter.to_uppercase()),
        }
        inside = letter.is_alphanumeric() || letter == '\'' || letter == '’' || is_combining_mark(letter);
    }
    Ok(Val::made(title))
}

/// Without case and accents, to compare: [`crate::fold::fold`], as the shadow columns of stores.
pub fn fold(value: Val<'_>) -> Out<'_> {
    Ok(Val::made(crate::fold::fold(&present!(value).into_text()?)))
}

/// At most so many characters.
pub fn truncate<'s>(value: Val<'s>, characters: Val<'_>) -> Out<'s> {
    let text = present!(value).into_text()?;
    let most = amount(characters)?;
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    Ok(Val::Text(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or(text)),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }))
}

/// Each occurrence of a text replaced by another. An empty text occurs nowhere.
pub fn replace<'s>(value: Val<'s>, from: Val<'_>, to: Val<'_>) -> Out<'s> {
    let text = present!(value).into_text()?;
    let (from, to) = (from.into_text()?, to.into_text()?);
    Ok(match from.is_empty() {
        true => Val::Text(text),
        false => Val::made(text.replace(from.as_ref(), &to)),
    })
}

/// With a text before it.
pub fn add_prefix<'s>(value: Val<'s>, prefix: Val<'_>) -> Out<'s> {
    let text = present!(value).into_text()?;
    Ok(Val::made(format!("{}{text}", prefix.into_text()?)))
}

/// Without the text before it; one that does not begin with it fails.
pub fn strip_prefix<'s>(value: Val<'s>, prefix: Val<'_>) -> Out<'s> {
    let text = present!(value).into_text()?;
    let prefix = prefix.into_text()?;
    match text.strip_prefix(prefix.as_ref()) {
        Some(rest) => Ok(Val::made(rest.to_owned())),
        None => Err(Fault::data(format!("{} does not begin with `{prefix}`", quoted(&text)))),
    }
}

/// The lines of a text: `\n` and `\r\n` divide, empty lines at the end are none; the empty text has no line.
///
/// With them a text and its lines would not lead to each other: what is kept both ways would change back and forth.
pub fn lines(value: Val<'_>) -> Out<'_> {
    let text = present!(value).into_text()?;
    Ok(Val::List(
        lines_of(&text).map(|line| Val::made(line.to_owned())).collect(),
    ))
}

/// The texts, one a line, as [`lines`] divides them again: empty ones at the end are left out.
pub fn join_lines(value: Val<'_>) -> Out<'_> {
    let text = present!(join(value, Val::text("\n"))?).into_text()?;
    Ok(Val::made(lines_of(&text).collect::<Vec<_>>().join("\n")))
}

fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.trim_end_matches(['\n', '\r']).lines();
    lines.map(|line| line.trim_end_matches('\r'))
}

/// The parts between separators; the empty text has one empty part. An empty separator fails.
pub fn split<'s>(value: Val<'s>, separator: Val<'_>) -> Out<'s> {
    let text = present!(value).into_text()?;
    let separator = separator.into_text()?;
    if separator.is_empty() {
        return Err(Fault::data("the separator is empty"));
    }
    Ok(Val::List(match &text {
        Cow::Borrowed(text) => parts(text, &separator, Val::text),
        Cow::Owned(text) => parts(text, &separator, |part| Val::made(part.to_owned())),
    }))
}

/// What stands between separators. Most are one byte, which is found without a search for texts.
fn parts<'t, 's>(text: &'t str, separator: &str, made: impl Fn(&'t str) -> Val<'s>) -> Vec<Val<'s>> {
    let [only] = separator.as_bytes() else {
        return text.split(separator).map(made).collect();
    };
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((part, behind)) = divided(rest, *only) {
        parts.push(made(part));
        rest = behind;
    }
    parts.push(made(rest));
    parts
}

/// What stands before and behind the first such byte, which is a letter of ASCII.
fn divided(text: &str, separator: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|byte| byte == separator)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// The texts with a separator between them. An absent element is a fault: use `compact` before.
pub fn join<'s>(value: Val<'s>, separator: Val<'_>) -> Out<'s> {
    let separator = separator.into_text()?;
    let mut joined = String::new();
    for (position, part) in present!(value).into_list()?.into_iter().enumerate() {
        if position > 0 {
            joined.push_str(&separator);
        }
        if part.is_absent() {
            return Err(Fault::data(format!(
                "the element at position {position} is {}",
                part.noun()
            )));
        }
        joined.push_str(&part.into_text()?);
    }
    Ok(Val::made(joined))
}

/// Characters of a text, or elements of a list.
pub fn length(value: Val<'_>) -> Out<'_> {
    let value = present!(value);
    let length = if let Val::List(list) = value {
        list.len()
    } else {
        value.into_text()?.chars().count()
    };
    Ok(Val::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// Whether a text occurs in a text, or an equal element in a list.
pub fn contains<'s>(value: Val<'s>, part: Val<'_>) -> Out<'s> {
    let value = present!(value);
    if let Val::List(_) = value {
        return super::logic::in_list(part, value);
    }
    let (text, part) = (value.into_text()?, part.into_text()?);
    Ok(Val::Bool(match part.as_bytes() {
        [only] => text.bytes().any(|byte| byte == *only),
        _ => text.contains(part.as_ref()),
    }))
}

/// Whether a whole text is like a pattern: `*` stands for any text, `?` for one character, everything else for itself.
pub fn matches<'s>(value: Val<'s>, pattern: Val<'_>) -> Out<'s> {
    let text: Vec<char> = present!(value).into_text()?.chars().collect();
    let pattern: Vec<char> = pattern.into_text()?.chars().collect();
    Ok(Val::Bool(is_like(&text, &pattern)))
}

/// Goes back to the last `*` where a character does not fit, so that the time is at most the product of both lengths.
fn is_like(text: &[char], pattern: &[char]) -> bool {
    let (mut at, mut like) = (0, 0);
    let mut star = None;
    while at < text.len() {
        match pattern.get(like) {
            Some('*') => {
                star = Some((like, at));
                like += 1;
            }
            Some(expected) if *expected == '?' || Some(expected) == text.get(at) => {
                at += 1;
                like += 1;
            }
            Some(_) | None => {
                let Some((after, begun)) = star else { return false };
                star = Some((after, begun + 1));
                at = begun + 1;
                like = after + 1;
            }
        }
    }
    pattern.iter().skip(like).all(|rest| *rest == '*')
}

/// A number, bool, date or uuid as text; decimals digit for digit.
pub fn text(value: Val<'_>) -> Out<'_> {
    let value = present!(value);
    if let Val::Text(text) | Val::Key(text) = value {
        return Ok(Val::Text(text));
    }
    as_text(&value).map(Val::made)
}

/// A text of digits as a whole number; white space around it is left out.
pub fn int(value: Val<'_>) -> Out<'_> {
    let text = present!(value).into_text()?;
    match crate::decode::simple_int(text.as_bytes()) {
        Some(number) => Ok(Val::Int(number)),
        None => crate::decode::int(text.trim()).map(Val::Int),
    }
}

/// A text of digits as an exact decimal; white space around it is left out.
pub fn decimal(value: Val<'_>) -> Out<'_> {
    let text = present!(value).into_text()?;
    crate::decode::decimal(text.trim()).map(Val::Decimal)
}

/// Null where the text is blank.
pub fn null_if_blank(value: Val<'_>) -> Out<'_> {
    let text = present!(value).into_text()?;
    Ok(match text.trim().is_empty() {
        true => Val::Null,
        false => Val::Text(text),
    })
}

/// The empty text where the value is absent, or a text of white space.
pub fn blank_if_null(value: Val<'_>) -> Out<'_> {
    let value = null_if_blank(value)?;
    Ok(match value.is_absent() {
        true => Val::text(""),
        false => value,
    })
}

/// Null where the value equals another one.
pub fn null_if<'s>(value: Val<'s>, unwanted: Val<'_>) -> Out<'s> {
    let value = present!(value);
    Ok(match super::logic::same(&value, &unwanted)? {
        true => Val::Null,
        false => value,
    })
}

/// A number of characters or elements.
pub(crate) fn amount(value: Val<'_>) -> Result<usize, Fault> {
    let number = value.into_int()?;
    usize::try_from(number).map_err(|_| Fault::data(format!("{number} is less than zero")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::examples::{holds, v};

    #[test]
    fn absent_values_pass_through() {
        holds! {
            trim(v("missing")) => "missing",
            lower(v("null")) => "null",
            split(v("null"), v("','")) => "null",
            join(v("missing"), v("' '")) => "missing",
            length(v("null")) => "null",
            int(v("missing")) => "missing",
        }
    }

    #[test]
    fn blanks_and_case() {
        holds! {
            trim(v("'  Ada '")) => "'Ada'",
            trim(v("'\\u00a0x\\n'")) => "'x'",
            trim(v("''")) => "''",
            lower(v("'ÄPFEL'")) => "'äpfel'",
            lower(v("'Ada'")) => "'ada'",
            lower(v("'1'")) => "'1'",
            upper(v("'de'")) => "'DE'",
            upper(v("'straße'")) => "'STRASSE'",
            upper(v("''")) => "''",
            title_case(v("'saint-james SQUARE'")) => "'Saint-James Square'",
            title_case(v("'élodie'")) => "'Élodie'",
            title_case(v("'3rd floor'")) => "'3rd Floor'",
            fold(v("'Élan'")) => "'elan'",
            fold(v("'ÅNGSTRÖM'")) => "'angstrom'",
            fold(v("null")) => "null",
        }
    }

    #[test]
    fn parts() {
        holds! {
            truncate(v("'Grüße'"), v("3")) => "'Grü'",
            truncate(v("'ab'"), v("3")) => "'ab'",
            truncate(v("'ab'"), v("-1")) => "! -1 is less than zero",
            replace(v("'a-b-c'"), v("'-'"), v("''")) => "'abc'",
            replace(v("'aaa'"), v("'aa'"), v("'b'")) => "'ba'",
            replace(v("'a'"), v("''"), v("'x'")) => "'a'",
            add_prefix(v("'21'"), v("'M-'")) => "'M-21'",
            add_prefix(v("''"), v("'M-'")) => "'M-'",
            add_prefix(v("null"), v("'M-'")) => "null",
            strip_prefix(v("'M-21'"), v("'M-'")) => "'21'",
            strip_prefix(v("'M-'"), v("'M-'")) => "''",
            strip_prefix(v("'21'"), v("'M-'")) => "! '21' does not begin with `M-`",
            lines(v("'a\\r\\nb\\n'")) => "['a','b']",
            lines(v("'a\\n\\nb'")) => "['a','','b']",
            lines(v("''")) => "[]",
            join_lines(v("['a','b']")) => "'a\\nb'",
            join_lines(v("[]")) => "''",
            join_lines(v("['a']")) => "'a'",
            join_lines(v("['a','','b','','']")) => "'a\\n\\nb'",
            join_lines(v("['a\\r\\n','b\\n']")) => "'a\\n\\nb'",
            split(v("'a,b,'"), v("','")) => "['a','b','']",
            split(v("''"), v("','")) => "['']",
            split(v("'ab'"), v("''")) => "! the separator is empty",
            join(v("['Ada','King']"), v("' '")) => "'Ada King'",
            join(v("[]"), v("' '")) => "''",
            join(v("['a',null]"), v("' '")) => "! the element at position 1 is null",
            length(v("'Grüße'")) => "5",
            length(v("[1,2]")) => "2",
            length(v("1")) => "! a text is needed here, this is a whole number: 1",
            contains(v("'shop'"), v("'ho'")) => "true",
            contains(v("[1,2.0]"), v("2")) => "true",
            contains(v("['a']"), v("'b'")) => "false",
            matches(v("'M-7'"), v("'M-*'")) => "true",
            matches(v("'XM-7'"), v("'M-*'")) => "false",
            matches(v("'ab'"), v("'a?'")) => "true",
            matches(v("'aXbXc'"), v("'*X?'")) => "true",
        }
    }

    #[test]
    fn conversion() {
        holds! {
            text(v("12.50")) => "'12.50'",
            text(v("true")) => "'true'",
            text(v("@2017-06-27")) => "'2017-06-27'",
            int(v("' 12 '")) => "12",
            int(v("'-0'")) => "0",
            int(v("'1.0'")) => "! '1.0' is not a whole number",
            int(v("'9223372036854775808'")) => "! '9223372036854775808' does not fit into 64 bits",
            decimal(v("'12.50'")) => "12.50",
            decimal(v("'1.5e3'")) => "1500",
            decimal(v("'1,5'")) => "! '1,5' is not a number",
            null_if_blank(v("' '")) => "null",
            null_if_blank(v("'a '")) => "'a '",
            null_if_blank(v("missing")) => "missing",
            blank_if_null(v("null")) => "''",
            blank_if_null(v("missing")) => "''",
            blank_if_null(v("'a'")) => "'a'",
            null_if(v("'-'"), v("'-'")) => "null",
            null_if(v("0.00"), v("0")) => "null",
            null_if(v("'a'"), v("'-'")) => "'a'",
        }
    }
}
