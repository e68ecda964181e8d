//! What the rest of a program cannot know because a part of it could not be read: names that may be declared there, rules that may stand there.
//!
//! A mistake in the writing costs one report. What is right is checked all the same, and nothing is said that the lost part may answer.

use std::collections::{HashMap, HashSet};
use tenon_dsl::Parsed;
use tenon_dsl::ast::Item;
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::{FileId, Source, Span};

/// Parts that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Lost<'s> {
    files: HashMap<FileId, File<'s>>,
    /// Every word of them.
    words: HashSet<&'s str>,
    /// Names in the first lines of the items that they stand in.
    owners: HashSet<&'s str>,
    /// First lines of these items.
    items: HashSet<(FileId, usize)>,
}

/// How far a mistake reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Statement,
    /// The statement and those behind it in the same map.
    Siblings,
}

#[derive(Debug)]
struct File<'s> {
    lines: Vec<Line<'s>>,
    /// Columns up to which a line begins an item.
    item_indent: usize,
}

#[derive(Debug)]
struct Line<'s> {
    start: usize,
    indent: usize,
    text: &'s str,
}

impl<'s> Lost<'s> {
    /// The parts of these files. Absent where too little is left: a header or most of a YAML file.
    pub(crate) fn new(parsed: &[Parsed], sources: &'s [Source]) -> Option<Self> {
        let mut lost = Self::default();
        for (file, source) in parsed.iter().zip(sources).filter(|(file, _)| !file.errors.is_empty()) {
            let is_whole = !source.is_yaml() || file.errors.iter().all(|error| error.code() != "E1407");
            let needs_header = |item: &Item| !matches!(item, Item::Internal(_) | Item::Table(_) | Item::Extern(_));
            if !is_whole || (file.document.header.is_none() && file.document.items.iter().any(needs_header)) {
                return None;
            }
            lost.files.insert(source.id, File::new(source));
            for error in &file.errors {
                // Beside a key that is none stand others like it, of which nothing is said.
                let extent = match source.is_yaml() && error.code() == "E0001" {
                    true => Extent::Siblings,
                    false => Extent::Statement,
                };
                lost.add(source.id, error.span(), extent);
            }
        }
        Some(lost)
    }

    /// Takes in the statement of a mistake: its lines, and those below that are indented further.
    fn add(&mut self, id: FileId, span: Span, extent: Extent) {
        let Some(file) = self.files.get(&id) else { return };
        let first = file.statement(file.line(span.start));
        let (last, indent) = (file.line(span.end).max(first), file.lines[first].indent);
        let end = (last + 1..file.lines.len()).find(|line| match extent {
            Extent::Statement => file.lines[*line].indent <= indent,
            Extent::Siblings => file.lines[*line].indent < indent,
        });
        for line in &file.lines[first..end.unwrap_or(file.lines.len())] {
            self.words.extend(words(line.text));
        }
        let item = file.item(first);
        let names =
            words(file.lines[item].text).filter(|word| word.starts_with(char::is_uppercase) || word.contains('.'));
        self.owners.extend(names);
        self.items.insert((id, item));
    }

    /// Whether a lost part may be what a report misses.
    pub(crate) fn may_answer(&self, report: &Report) -> bool {
        if report.severity == Severity::Warning {
            return true;
        }
        let quoted = || report.message.split('`').skip(1).step_by(2);
        let is_lost = |name: &str| words(name).any(|word| self.words.contains(word));
        match report.code {
            "E0101" | "E0102" | "E0103" | "E0104" | "E0105" | "E0106" | "E0108" | "E0109" => {
                quoted().last().is_some_and(is_lost)
            }
            "E0013" | "E0306" | "E0503" | "E0505" | "E0604" | "E0802" | "E0803" | "E0804" | "E1106" | "E1107"
            | "E1110" | "E1202" | "E1203" | "E1206" => quoted().any(is_lost) || self.is_in_item(report),
            "E0401" | "E0602" | "E0901" | "E1004" | "E1102" | "E1104" | "E1105" | "E1111" | "E1201" => {
                self.is_in_item(report)
            }
            _ => false,
        }
    }

    /// Whether it points into an item that lost a part, or names it.
    fn is_in_item(&self, report: &Report) -> bool {
        if words(&report.message).any(|word| self.owners.contains(word)) {
            return true;
        }
        let spans = report.labels.iter().map(|label| label.span);
        spans.into_iter().any(|span| {
            let file = self.files.get(&span.file);
            file.is_some_and(|file| self.items.contains(&(span.file, file.item(file.line(span.start)))))
        })
    }
}

impl<'s> File<'s> {
    fn new(source: &'s Source) -> Self {
        let mut start = 0;
        let lines = source.text.split_inclusive('\n').map(|text| {
            let line = Line {
                start,
                // A blank line belongs to what stands around it.
                indent: match text.trim().is_empty() {
                    true => usize::MAX,
                    false => text.len() - text.trim_start().len(),
                },
                text,
            };
            start += text.len();
            line
        });
        let mut lines: Vec<Line<'s>> = lines.collect();
        if lines.is_empty() {
            lines.push(Line {
                start: 0,
                indent: 0,
                text: "",
            });
        }
        Self {
            lines,
            item_indent: if source.is_yaml() { 2 } else { 0 },
        }
    }

    fn line(&self, offset: u32) -> usize {
        self.lines
            .partition_point(|line| line.start <= offset as usize)
            .saturating_sub(1)
    }

    /// The line that begins the statement of a line: below the item in text, with a key in YAML.
    fn statement(&self, line: usize) -> usize {
        let mut at = line;
        loop {
            let is_key = self.item_indent > 0 && is_key(self.lines[at].text);
            let above = (0..at)
                .rev()
                .find(|above| self.lines[*above].indent < self.lines[at].indent);
            match above {
                Some(above) if !is_key && (self.item_indent > 0 || self.lines[above].indent > 0) => at = above,
                Some(_) | None => return at,
            }
        }
    }

    /// The line that begins the item of a line.
    fn item(&self, line: usize) -> usize {
        let begins = |line: &usize| {
            let line = &self.lines[*line];
            line.indent <= self.item_indent && !line.text.trim_start().starts_with(['}', ')', ']', '#', '{'])
        };
        (0..=line).rev().find(begins).unwrap_or(0)
    }
}

/// Names of a text, with and without their dots.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let dotted = text.split(move |c| !is_part(c)).filter(|word| !word.is_empty());
    dotted.flat_map(|word| std::iter::once(word).chain(word.split('.')))
}

/// Whether a line of YAML begins with a key.
fn is_key(line: &str) -> bool {
    let code = line.trim_start().trim_start_matches("- ");
    let key = code
        .split_once(": ")
        .map(|(key, _)| key)
        .or_else(|| code.trim_end().strip_suffix(':'));
    key.is_some_and(|key| !key.contains(['"', '{', '[', '|', '=', '(']))
}
