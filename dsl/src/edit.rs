//! Changes of a file that a report offers, and what the file becomes by them. Knows spans and quotes, and nothing of mistakes.

use crate::source::{Source, Span};
use crate::yaml::{self, Scalar};
use std::ops::Range;

/// A part of a file and what to write in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty where something is inserted.
    pub span: Span,
    /// What stands there. Where something else does, the edit is not made.
    pub old: String,
    /// What stands there afterwards; empty where something is removed.
    pub new: String,
}

impl Edit {
    /// Writes `new` in the place of `old`.
    pub fn new(span: Span, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self {
            span,
            old: old.into(),
            new: new.into(),
        }
    }

    /// Writes `new` before a place.
    pub fn insertion(before: Span, new: impl Into<String>) -> Self {
        let span = Span {
            end: before.start,
            ..before
        };
        Self::new(span, "", new)
    }

    /// Whether both change one part of a file, and not in the same way.
    pub fn collides_with(&self, other: &Edit) -> bool {
        let touch = self.span.start < other.span.end && other.span.start < self.span.end;
        let here = |insertion: &Edit, edit: &Edit| {
            let at = insertion.span.start;
            insertion.span.end == at && edit.span.start <= at && at <= edit.span.end
        };
        self != other && self.span.file == other.span.file && (touch || here(self, other) || here(other, self))
    }

    /// The part that is replaced: quotes and backticks of a name stay.
    fn range(&self, text: &str) -> Option<Range<usize>> {
        let whole = self.span.start as usize..self.span.end as usize;
        let written = text.get(whole.clone())?;
        let inside = || {
            let mut inner = written.chars();
            let quotes = (inner.next(), inner.next_back());
            let is_quoted = matches!(
                quotes,
                (Some('`'), Some('`')) | (Some('"'), Some('"')) | (Some('\''), Some('\''))
            );
            is_quoted && inner.as_str() == self.old
        };
        match written == self.old {
            true => Some(whole),
            false => inside().then(|| whole.start + 1..whole.end - 1),
        }
    }
}

/// A file with some edits made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The text.
    pub text: String,
    /// Where something was written, in the new text, rising; empty where something was removed.
    pub places: Vec<Range<usize>>,
}

/// Makes the edits of a file; nothing where one of them does not fit, or two of them change one place.
///
/// ```
/// use tenon_dsl::edit::{Edit, edited};
/// use tenon_dsl::source::{FileId, Source, Span};
///
/// let source = Source::new(FileId(0), "a.tenon.yaml", "mappings:\n  - import: b from C\n    rules:\n      x: if\n");
/// let edit = Edit::new(Span::new(FileId(0), 51, 53), "if", "`if`");
/// // YAML has a use of its own for a leading backtick, so the value goes under `|`.
/// let text = edited(&source, &[edit]).unwrap().text;
/// assert!(text.ends_with("      x: |\n        `if`\n"));
/// ```
pub fn edited(source: &Source, edits: &[Edit]) -> Option<Edited> {
    let mut parts: Vec<(Range<usize>, &str)> = Vec::new();
    for edit in edits.iter().filter(|edit| edit.span.file == source.id) {
        parts.push((edit.range(&source.text)?, &edit.new));
    }
    parts.sort_by_key(|(range, _)| (range.start, range.end));
    parts.dedup();
    let collide = parts
        .windows(2)
        .any(|pair| pair[1].0.start < pair[0].0.end || pair[0].0 == pair[1].0);
    if collide {
        return None;
    }
    let scalars = match source.is_yaml() {
        true => yaml::scalars(source),
        false => Vec::new(),
    };
    let mut made = Edited {
        text: String::with_capacity(source.text.len()),
        places: Vec::new(),
    };
    let (mut at, mut next) = (0, 0);
    while let Some((range, _)) = parts.get(next) {
        let holder = scalars.iter().find(|scalar| scalar.holds(range));
        let group = match holder {
            Some(scalar) => parts[next..]
                .iter()
                .take_while(|(range, _)| scalar.holds(range))
                .count(),
            None => 1,
        };
        let group = &parts[next..next + group];
        let replaced = holder.and_then(|scalar| Some((scalar.range.clone(), scalar.rewritten(&source.text, group)?)));
        match replaced {
            Some((range, text)) => made.replace(&source.text, &mut at, &range, &text),
            None => group
                .iter()
                .for_each(|(range, new)| made.replace(&source.text, &mut at, range, new)),
        }
        next += group.len();
    }
    made.text.push_str(source.text.get(at..)?);
    Some(made)
}

impl Edited {
    /// Goes on with the text up to a range, and with what stands in its place.
    fn replace(&mut self, text: &str, at: &mut usize, range: &Range<usize>, new: &str) {
        self.text.push_str(text.get(*at..range.start).unwrap_or(""));
        let start = self.text.len();
        self.text.push_str(new);
        self.places.push(start..self.text.len());
        *at = range.end;
    }
}

impl Scalar {
    fn holds(&self, range: &Range<usize>) -> bool {
        self.range.start <= range.start && range.end <= self.range.end
    }

    /// The scalar with its parts replaced, where YAML needs it in quotes or under `|`; nothing where the parts alone do.
    fn rewritten(&self, text: &str, parts: &[(Range<usize>, &str)]) -> Option<String> {
        let mut whole = String::new();
        let mut at = self.range.start;
        for (range, new) in parts {
            // What is laid out as YAML already stays as it is.
            if new.contains('\n') {
                return None;
            }
            whole.extend([text.get(at..range.start)?, new]);
            at = range.end;
        }
        whole.push_str(text.get(at..self.range.end)?);
        let needed = self.written(&whole);
        (needed != whole).then_some(needed)
    }
}
