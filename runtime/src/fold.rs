//! Text for comparison without case and accents: `Élan`, `ELAN` and `elan` fold to one text. Pure.
//!
//! Shadow columns of the store and the built-ins that compare blindly all use this one function, so that both databases
//! and the interpreter agree. A change of it makes every stored shadow wrong: it needs a new fingerprint of the tables.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, compatibility forms resolved (NFKD), marks left out. Folding twice is folding once.
///
/// ```
/// use tenon_runtime::fold::fold;
/// assert_eq!(fold("Élan"), "elan");
/// assert_eq!(fold("ΟΔΟΣ"), fold("οδός"));
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(one_sigma)
        .collect()
}

/// The sigma at the end of a word has no capital of its own, so the two small ones are one letter here.
fn one_sigma(letter: char) -> char {
    if letter == 'ς' { 'σ' } else { letter }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_marks_do_not_count() {
        for (one, other) in [
            ("Élan", "elan"),
            ("ÅNGSTRÖM", "angstrom"),
            ("İstanbul", "istanbul"),
            ("ﬁn", "FIN"),
            ("Ａ１", "a1"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
        assert_ne!(fold("straße"), fold("strase"));
        assert_ne!(fold(" a"), fold("a"), "blanks count");
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for letter in '\0'..=char::MAX {
            let once = fold(&letter.to_string());
            assert_eq!(fold(&once), once, "{letter:?}");
        }
    }
}
