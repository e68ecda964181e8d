//! Whether two trees say the same, wherever their parts were written.

use std::fmt::Debug;
use std::ops::Range;

/// Whether two trees are equal apart from places.
pub fn same<T: Debug>(one: &T, other: &T) -> bool {
    without_places(&format!("{one:?}")) == without_places(&format!("{other:?}"))
}

/// Where the parts of a tree were written, in the order of the tree: of two trees that say the same they stand for each other.
pub(super) fn places<T: Debug>(tree: &T) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    read(&format!("{tree:?}"), &mut |place| found.push(place));
    found
}

/// A tree as `Debug` shows it, each place as `..`; what stands in quotes is no place.
fn without_places(shown: &str) -> String {
    read(shown, &mut |_| {})
}

fn read(shown: &str, see: &mut dyn FnMut(Range<usize>)) -> String {
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown;
    while let Some(at) = rest.find(['"', '.']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        if found.starts_with('"') {
            let length = quoted_length(found);
            out.push_str(&found[..length]);
            rest = &found[length..];
        } else if let Some(behind) = found.strip_prefix("..") {
            let start = out.split_off(out.trim_end_matches(|c: char| c.is_ascii_digit()).len());
            out.push_str("..");
            rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
            let end = &behind[..behind.len() - rest.len()];
            if let (Ok(start), Ok(end)) = (start.parse(), end.parse()) {
                see(start..end);
            }
        } else {
            out.push('.');
            rest = &found[1..];
        }
    }
    out + rest
}

fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::without_places;

    #[test]
    fn places_are_left_out_and_texts_are_not() {
        let shown = "Rule { op: Set, fold: Some(12..15), text: \"1..2 \\\" 3..4\", span: 7..9 }";
        let expected = "Rule { op: Set, fold: Some(..), text: \"1..2 \\\" 3..4\", span: .. }";
        assert_eq!(without_places(shown), expected);
    }
}
