//! Places as people read them: file, line and the text of the line. Knows the sources and nothing of their meaning.

use crate::ir::Place;
use std::cell::OnceCell;
use std::collections::HashMap;
use tenon_dsl::source::{FileId, Source, Span};

/// Every source file with the offsets of its lines.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    files: HashMap<FileId, File<'a>>,
}

#[derive(Debug)]
struct File<'a> {
    source: &'a Source,
    starts: Vec<usize>,
    /// A place on each line that something was found on.
    lines: Vec<OnceCell<Place>>,
    rank: usize,
}

impl<'a> Places<'a> {
    /// The places of these files; files are ordered by name.
    pub(crate) fn new(sources: &'a [Source]) -> Self {
        let mut sorted: Vec<&Source> = sources.iter().collect();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        let files = sorted.into_iter().enumerate().map(|(rank, source)| {
            let breaks = source.text.match_indices('\n').map(|(at, _)| at + 1);
            let starts: Vec<usize> = std::iter::once(0).chain(breaks).collect();
            let lines = vec![OnceCell::new(); starts.len()];
            let file = File {
                source,
                starts,
                lines,
                rank,
            };
            (source.id, file)
        });
        Self { files: files.collect() }
    }

    /// The place of a span, for messages of generated code.
    pub(crate) fn place(&self, span: Span) -> Place {
        let made = || Place::new(&self.name(span), self.line_text(span).trim(), span);
        let known = self.files.get(&span.file).and_then(|file| {
            let line = file.lines.get(file.line(span) - 1)?;
            Some(line.get_or_init(made).moved(span))
        });
        known.unwrap_or_else(made)
    }

    /// `magento/1.7/partner.tenon:62`
    pub(crate) fn name(&self, span: Span) -> String {
        match self.files.get(&span.file) {
            Some(file) => format!("{}:{}", file.source.name, file.line(span)),
            None => format!("{:?}", span.file),
        }
    }

    /// The file of a place.
    pub(crate) fn file_name(&self, span: Span) -> &'a str {
        self.files.get(&span.file).map_or("", |file| file.source.name.as_str())
    }

    /// What stands at a place.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        self.files.get(&span.file).map_or("", |file| file.source.slice(span))
    }

    /// How often a word stands in the files.
    pub(crate) fn count(&self, word: &str) -> usize {
        self.files.values().map(|file| count(&file.source.text, word)).sum()
    }

    /// Whether a part of a name is a part of another name too, or stands alone.
    pub(crate) fn knows(&self, part: &str, name: &str) -> bool {
        self.files.values().any(|file| knows(&file.source.text, part, name))
    }

    /// How often a word stands behind a place, up to the next item: a line that begins at the left edge, or the next of a list in YAML.
    pub(crate) fn count_behind(&self, word: &str, span: Span) -> usize {
        let Some(file) = self.files.get(&span.file) else {
            return 0;
        };
        let text = file.source.text.get(span.start as usize..).unwrap_or_default();
        let next = [
            "\nimport ",
            "\nexport ",
            "\nsync ",
            "\ntest ",
            "\n  - import:",
            "\n  - export:",
            "\n  - sync:",
        ];
        let end = next.iter().filter_map(|next| text.find(next)).min();
        count(&text[..end.unwrap_or(text.len())], word)
    }

    /// Where a place stands among all: by file name, then offset.
    pub(crate) fn rank(&self, span: Span) -> (usize, u32) {
        let file = self.files.get(&span.file).map_or(usize::MAX, |file| file.rank);
        (file, span.start)
    }

    /// Whether the file of a place is YAML.
    pub(crate) fn is_yaml(&self, span: Span) -> bool {
        self.files.get(&span.file).is_some_and(|file| file.source.is_yaml())
    }

    fn line_text(&self, span: Span) -> &'a str {
        let Some(file) = self.files.get(&span.file) else {
            return "";
        };
        let line = file.line(span);
        let start = file.starts.get(line - 1).copied().unwrap_or(0);
        let end = file.starts.get(line).copied().unwrap_or(file.source.text.len());
        file.source.text.get(start..end).unwrap_or("")
    }
}

/// Whether another word than `name` has this part.
fn knows(text: &str, part: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(part).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + part.len()..]);
        let first = before.rfind(|c| !is_word(c)).map_or(0, |sign| sign + 1);
        let last = at + part.len() + behind.find(|c| !is_word(c)).unwrap_or(behind.len());
        let is_whole = !before.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric);
        is_whole && text.get(first..last).is_some_and(|word| word != name)
    })
}

/// How often a whole word stands in a text.
fn count(text: &str, word: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: &usize| {
        let before = text[..*at].chars().next_back().is_some_and(is_part);
        let behind = text[at + word.len()..].chars().next().is_some_and(is_part);
        !before && !behind
    };
    text.match_indices(word).map(|(at, _)| at).filter(whole).count()
}

impl File<'_> {
    fn line(&self, span: Span) -> usize {
        self.starts
            .partition_point(|start| *start <= span.start as usize)
            .max(1)
    }
}
