//! `# allow CODE because ".."` in the other form: what stands on the line that it silences stands on a line there, too.

use super::same::{places, same};
use crate::allow::allows;
use crate::ast::Document;
use crate::source::Source;

/// The converted text with the `allow`s of the file it was made of, and how many those are.
pub(super) fn kept(source: &Source, document: &Document, converted: &Source) -> (String, usize) {
    let (found, _) = allows(source);
    let mut text = converted.text.to_string();
    if found.is_empty() {
        return (text, 0);
    }
    let parsed = crate::parse(converted).document;
    let (here, there) = (places(document), places(&parsed));
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for allow in &found {
        let on_line = |at: usize| line_of(&source.text, at) == allow.line;
        let mut pairs: Vec<(usize, usize)> = here
            .iter()
            .zip(&there)
            .filter(|(one, _)| on_line(one.start))
            .map(|(one, other)| (one.start, other.start))
            .collect();
        pairs.sort_unstable();
        if let Some((_, at)) = pairs.first() {
            let span = allow.comment;
            let comment = source
                .text
                .get(span.start as usize..span.end as usize)
                .unwrap_or_default();
            lines.push((line_of(&text, *at), comment.trim()));
        }
    }
    // From the end on, so that the lines before keep their numbers.
    lines.sort_unstable();
    let mut count = 0;
    for (line, comment) in lines.into_iter().rev() {
        let with = put_above(&text, line, comment);
        let again = Source::new(converted.id, converted.name.clone(), with.clone());
        let read = crate::parse(&again);
        if read.errors.is_empty() && same(&read.document, &parsed) {
            text = with;
            count += 1;
        }
    }
    (text, count)
}

/// The line of a place, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

/// A comment on a line of its own, as far in as the line below it.
fn put_above(text: &str, line: usize, comment: &str) -> String {
    let mut out = String::with_capacity(text.len() + comment.len() + 1);
    for (at, one) in text.split_inclusive('\n').enumerate() {
        if at + 1 == line {
            let indent = one.len() - one.trim_start_matches(' ').len();
            out.extend([&" ".repeat(indent), comment, "\n"]);
        }
        out.push_str(one);
    }
    out
}
