//! `serves ">=1.7, <1.9.3"`: the releases of the other system that a version speaks to. Releases have as many numbers as their makers
//! like (1.9.3.10), so they are compared number by number and not as semantic versions.

use std::cmp::Ordering;
use tenon_dsl::source::Name;

/// Releases between two ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Range {
    from: Option<End>,
    to: Option<End>,
}

#[derive(Clone, Debug)]
struct End {
    release: Release,
    is_within: bool,
}

/// `1.9.3`; numbers that are not said are 0.
#[derive(Clone, Debug)]
struct Release(Vec<u64>);

/// Why there is no such range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// This part is no comparison with a release.
    Part(String),
    /// No release is in it.
    Empty,
}

impl Range {
    /// Comparisons with commas between them; all hold.
    pub(super) fn read(text: &Name) -> Result<Self, Wrong> {
        let mut range = Self::default();
        for part in text.value.split(',').map(str::trim) {
            let (sign, release) = part.split_at(part.find(|c: char| !"<>=".contains(c)).unwrap_or(part.len()));
            let release = Release::read(release.trim()).ok_or_else(|| Wrong::Part(part.to_owned()))?;
            let end = |is_within| End {
                release: release.clone(),
                is_within,
            };
            match sign {
                ">=" => range.begin(end(true)),
                ">" => range.begin(end(false)),
                "<=" => range.stop(end(true)),
                "<" => range.stop(end(false)),
                "" | "=" => {
                    range.begin(end(true));
                    range.stop(end(true));
                }
                _ => return Err(Wrong::Part(part.to_owned())),
            }
        }
        match range.is_empty() {
            true => Err(Wrong::Empty),
            false => Ok(range),
        }
    }

    /// Whether a release is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let mut both = self.clone();
        other.from.clone().into_iter().for_each(|end| both.begin(end));
        other.to.clone().into_iter().for_each(|end| both.stop(end));
        !both.is_empty()
    }

    fn begin(&mut self, end: End) {
        let is_narrower = |now: &End| match end.release.compare(&now.release) {
            Ordering::Greater => true,
            Ordering::Equal => !end.is_within,
            Ordering::Less => false,
        };
        if self.from.as_ref().is_none_or(is_narrower) {
            self.from = Some(end);
        }
    }

    fn stop(&mut self, end: End) {
        let is_narrower = |now: &End| match end.release.compare(&now.release) {
            Ordering::Less => true,
            Ordering::Equal => !end.is_within,
            Ordering::Greater => false,
        };
        if self.to.as_ref().is_none_or(is_narrower) {
            self.to = Some(end);
        }
    }

    fn is_empty(&self) -> bool {
        let (Some(from), Some(to)) = (&self.from, &self.to) else {
            return false;
        };
        match from.release.compare(&to.release) {
            Ordering::Less => false,
            Ordering::Equal => !(from.is_within && to.is_within),
            Ordering::Greater => true,
        }
    }
}

impl Release {
    fn read(text: &str) -> Option<Self> {
        let number = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => part.parse().ok(),
            false => None,
        };
        text.split('.').map(number).collect::<Option<_>>().map(Self)
    }

    fn compare(&self, other: &Self) -> Ordering {
        let length = self.0.len().max(other.0.len());
        let number = |of: &Self, at: usize| of.0.get(at).copied().unwrap_or(0);
        (0..length)
            .map(|at| number(self, at).cmp(&number(other, at)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

#[cfg(test)]
mod tests {
    use super::{Range, Wrong};
    use tenon_dsl::source::{FileId, Name, Span, Spanned};

    fn read(text: &str) -> Result<Range, Wrong> {
        let span = Span {
            file: FileId(0),
            start: 0,
            end: 0,
        };
        let name: Name = Spanned::new(text.to_owned(), span);
        Range::read(&name)
    }

    fn meet(one: &str, other: &str) -> Result<bool, Wrong> {
        Ok(read(one)?.meets(&read(other)?))
    }

    #[test]
    fn releases_are_compared_number_by_number() -> Result<(), Wrong> {
        for (one, other, do_meet) in [
            (">=1.7, <1.9.3", ">=1.9.3", false),
            (">=1.7, <=1.9.3", ">=1.9.3", true),
            (">=1.7, <1.10", ">=1.9, <2", true),
            (">1.7", "<=1.7.0.0", false),
            ("1.9.3.10", ">=1.9.3.9, <1.9.3.11", true),
            ("=2", "2.0", true),
            ("<1", ">=1", false),
        ] {
            assert_eq!(meet(one, other)?, do_meet, "{one} and {other}");
            assert_eq!(meet(other, one)?, do_meet, "{other} and {one}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_range_is_said() {
        for (text, wrong) in [
            ("banana", Wrong::Part("banana".to_owned())),
            (">=1.7, ", Wrong::Part(String::new())),
            ("=>1.7", Wrong::Part("=>1.7".to_owned())),
            (">=1.x", Wrong::Part(">=1.x".to_owned())),
            (
                ">=99999999999999999999",
                Wrong::Part(">=99999999999999999999".to_owned()),
            ),
            (">=2.0, <1.9", Wrong::Empty),
            (">2, <=2.0", Wrong::Empty),
        ] {
            assert_eq!(read(text).err(), Some(wrong), "{text}");
        }
    }
}
