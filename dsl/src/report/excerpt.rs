//! Several files seen as one text, so that one report can point into all of them. Knows nothing of mistakes.

use crate::source::{FileId, Source, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// Bytes of a line that is shown.
const LONGEST_LINE: usize = 2_000;

/// The files of one rendering, laid one after the other.
#[derive(Clone)]
pub(super) struct Excerpts<'s> {
    files: Vec<Placed<'s>>,
}

#[derive(Clone)]
struct Placed<'s> {
    source: &'s Source,
    /// Offset of its first byte among all files.
    base: usize,
    /// Offsets in this file at which its lines begin.
    lines: std::sync::Arc<[usize]>,
}

impl<'s> Excerpts<'s> {
    pub(super) fn new(sources: &'s [Source]) -> Self {
        let files = sources
            .iter()
            .map(|source| Placed {
                source,
                base: 0,
                lines: line_starts(&source.text),
            })
            .collect();
        Self { files }
    }

    /// The same files in an order that shows `first` before the others.
    pub(super) fn starting_with(&self, first: Option<FileId>) -> Self {
        let mut files = self.files.clone();
        files.sort_by_key(|file| Some(file.source.id) != first);
        let mut base = 0;
        for file in &mut files {
            file.base = base;
            // The gap keeps the end of one file apart from the start of the next.
            base += file.source.text.len() + 2;
        }
        Self { files }
    }

    /// Where `span` begins, as `file:line:column`, where the lines around it are too long to be shown.
    pub(super) fn too_wide(&self, span: Span) -> Option<String> {
        let file = self.files.iter().find(|file| file.source.id == span.file)?;
        let text = &file.source.text;
        let start = floor_boundary(text, span.start as usize);
        let line = file.line_of(start);
        let end = |line: usize| file.lines.get(line + 1).copied().unwrap_or(text.len());
        let around = line.saturating_sub(1)..(line + 2).min(file.lines.len());
        let is_long = around
            .into_iter()
            .any(|line| end(line) - file.lines[line] > LONGEST_LINE);
        let column = || text[file.lines[line]..start].chars().count() + 1;
        is_long.then(|| format!("{}:{}:{}", file.source.name, line + 1, column()))
    }

    /// The first line of `span`, in offsets of the whole; nothing where the file is not among these.
    pub(super) fn place(&self, span: Span) -> Option<SourceSpan> {
        let file = self.files.iter().find(|file| file.source.id == span.file)?;
        let text = &file.source.text;
        let start = floor_boundary(text, span.start as usize);
        let end = floor_boundary(text, (span.end as usize).max(start));
        let first_line = text[start..end].split(['\n', '\r']).next().unwrap_or("").trim_end();
        let (start, length) = match first_line.is_empty() {
            true => visible(text, start),
            false => (start, first_line.len()),
        };
        Some(SourceSpan::new((file.base + start).into(), length))
    }
}

impl SourceCode for Excerpts<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let file = self
            .files
            .iter()
            .find(|file| file.base <= span.offset() && end <= file.base + file.source.text.len())
            .ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(file.excerpt(
            span.offset() - file.base,
            end - file.base,
            lines_before,
            lines_after,
        )))
    }
}

impl Placed<'_> {
    fn excerpt(&self, start: usize, end: usize, lines_before: usize, lines_after: usize) -> MietteSpanContents<'_> {
        let text = &self.source.text;
        let first = self.line_of(start).saturating_sub(lines_before);
        let last = self.line_of(end.max(start + 1) - 1) + lines_after;
        // Without context lines the excerpt begins at the place itself, so that miette learns its column.
        let from = if lines_before == 0 { start } else { self.lines[first] };
        let upto = self.lines.get(last + 1).copied().unwrap_or(text.len());
        let column = text[self.lines[first]..from].chars().count();
        MietteSpanContents::new_named(
            self.source.name.clone(),
            &text.as_bytes()[from..upto],
            SourceSpan::new((self.base + from).into(), upto - from),
            first,
            column,
            last + 1 - first,
        )
    }

    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }
}

fn line_starts(text: &str) -> std::sync::Arc<[usize]> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect()
}

/// An empty place: the character that stands there, or the last visible one before the end of the line.
fn visible(text: &str, start: usize) -> (usize, usize) {
    let width = |(at, c): (usize, char)| (at, c.len_utf8());
    let here = text[start..]
        .char_indices()
        .next()
        .filter(|(_, c)| !c.is_whitespace())
        .map(|(_, c)| (start, c));
    let before = || text[..start].char_indices().rev().find(|(_, c)| !c.is_whitespace());
    here.or_else(before).map_or((start, 0), width)
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
