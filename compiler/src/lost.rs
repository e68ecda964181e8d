//! What the rest of a program cannot know because a part of it could not be read: names that may be declared there, rules that may stand there.
//!
//! A mistake in the writing costs one report. What is right is checked all the same, and nothing is said that the lost part may answer.

use crate::check::SCALARS;
use std::collections::{BTreeSet, HashMap, HashSet};
use tenon_dsl::Parsed;
use tenon_dsl::ast;
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::{FileId, Source, Span};

/// Parts that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Lost<'s> {
    files: HashMap<FileId, File<'s>>,
    /// The items that they stand in, by their first lines.
    items: HashMap<(FileId, usize), Item<'s>>,
}

/// An item that lost a part.
#[derive(Debug)]
struct Item<'s> {
    /// What its first line names.
    owners: HashSet<&'s str>,
    /// Every word of the lost part.
    words: HashSet<&'s str>,
    what: What,
}

/// What an item gives the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// Names of its own.
    Declares,
    /// A name that cannot be read.
    Nameless,
    /// A mapping or a test.
    Uses,
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
    text: &'s str,
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
    /// The parts of these files. Absent where too little is left: no header, or nothing at all.
    pub(crate) fn new(parsed: &[Parsed], sources: &'s [Source]) -> Option<Self> {
        let mut lost = Self::default();
        for (file, source) in parsed.iter().zip(sources).filter(|(file, _)| !file.errors.is_empty()) {
            let needs_header = |item: &ast::Item| {
                !matches!(
                    item,
                    ast::Item::Internal(_) | ast::Item::Table(_) | ast::Item::Extern(_)
                )
            };
            let is_all = |span: &Span| span.start == 0 && span.end as usize == source.text.len();
            let has_no_header = file.document.header.is_none() && file.document.items.iter().any(needs_header);
            if has_no_header || file.unread.iter().any(is_all) {
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
            for span in &file.unread {
                lost.add(source.id, *span, Extent::Statement);
            }
        }
        Some(lost)
    }

    /// Takes in the statement of a mistake: its lines, and those below that are indented further.
    fn add(&mut self, id: FileId, span: Span, extent: Extent) {
        let Some(file) = self.files.get(&id) else { return };
        let first = file.statement(file.line(span.start));
        let (last, indent) = (file.line(span.end).max(first), file.lines[first].indent);
        // The keys beside the first of an entry are indented further than its `-`.
        let is_entry = file.lines[first].text.trim_start().starts_with("- ");
        let end = (last + 1..file.lines.len()).find(|line| match extent {
            Extent::Siblings if !is_entry => file.lines[*line].indent < indent,
            Extent::Statement | Extent::Siblings => file.lines[*line].indent <= indent,
        });
        let mut head = file.item(first);
        for line in first..end.unwrap_or(file.lines.len()) {
            if file.begins_item(line) {
                head = line;
            }
            let head_text = file.head(head);
            let item = self.items.entry((id, head)).or_insert_with(|| Item {
                owners: owners(head_text).collect(),
                words: HashSet::new(),
                what: What::of(head_text),
            });
            item.words.extend(names(file.lines[line].text));
        }
    }

    /// The reports that no lost part may answer.
    pub(crate) fn unanswered(&self, reports: Vec<Report>) -> Vec<Report> {
        let missing = reports.iter().filter(|report| report.code == "E0103");
        let (answered, unknown): (Vec<&Report>, Vec<&Report>) = missing.partition(|report| self.may_answer(report));
        let unknown: HashSet<&str> = unknown.iter().map(|report| report.message.as_str()).collect();
        let is_named = |item: &&Item<'_>| {
            let names = answered.iter().filter_map(|report| report.message.split('`').nth(1));
            names.into_iter().any(|name| item.words.contains(name))
        };
        let nameless = self.items.values().filter(|item| item.what == What::Nameless);
        // A declaration that lost its name has one, and something may name it, unless what is missing stands in it.
        let all_named = unknown.len() > nameless.filter(|item| !is_named(item)).count();
        let is_kept = |report: &Report| !self.may_answer(report) && (all_named || report.code != "E0103");
        let kept: Vec<bool> = reports.iter().map(is_kept).collect();
        let kept = reports.into_iter().zip(kept).filter(|(_, kept)| *kept);
        kept.map(|(report, _)| report).collect()
    }

    /// Whether a lost part may be what a report misses.
    fn may_answer(&self, report: &Report) -> bool {
        if report.severity == Severity::Warning {
            return true;
        }
        let mut quoted = report.message.split('`').skip(1).step_by(2);
        let holds =
            |item: &&Item<'_>, name: &str| words(name).any(|word| item.words.contains(word) || item.has_grown(word));
        match report.code {
            "E0101" | "E0102" | "E0104" | "E0106" | "E0109" => {
                let name = quoted.last().unwrap_or_default();
                self.near(report).iter().any(|item| holds(item, name))
            }
            "E1401" => {
                let name = quoted.next().unwrap_or_default();
                self.near(report).iter().any(|item| holds(item, name))
            }
            // `import res.partner from Customer`
            "E0103" if quoted.clone().any(|name| name.contains(' ')) => {
                // A head that can be read says which mapping it is.
                let named = |item: &Item<'_>| {
                    let mut names = quoted
                        .clone()
                        .flat_map(str::split_whitespace)
                        .filter(|word| !is_keyword(word));
                    match BETWEEN.iter().any(|word| item.words.contains(word)) {
                        true => names.any(|word| item.owners.contains(word)),
                        // A head whose first word is misspelt is lost with its names.
                        false => {
                            names.clone().all(|word| item.owners.contains(word))
                                || names.all(|word| item.words.contains(word))
                        }
                    }
                };
                self.items.values().any(named)
            }
            "E0103" | "E0105" | "E0108" => {
                let name = quoted.last().unwrap_or_default();
                let mut declaring = self.items.values().filter(|item| item.what != What::Uses);
                declaring.any(|item| item.words.contains(name))
            }
            "E0305" => quoted.any(|name| self.items.values().any(|item| item.owners.contains(name))),
            "E0013" | "E0306" | "E0503" | "E0505" | "E0604" | "E0802" | "E0803" | "E0804" | "E1106" | "E1107"
            | "E1110" | "E1202" | "E1203" | "E1206" | "E0401" | "E0602" | "E0901" | "E1004" | "E1102" | "E1104"
            | "E1105" | "E1111" | "E1201" => {
                let is_missing = report.code == "E1203" && report.message.starts_with("there is no");
                let named = |item: &Item<'_>| {
                    let is_owner = named_in(&report.message).any(|word| item.owners.contains(word));
                    is_owner
                        || (is_missing
                            && item.what == What::Declares
                            && quoted.clone().last().is_some_and(|name| holds(&item, name)))
                };
                self.items.values().any(named) || self.heads(report).any(|head| self.items.contains_key(&head))
            }
            _ => false,
        }
    }

    /// The items that a report points into, by their first lines.
    fn heads(&self, report: &Report) -> impl Iterator<Item = (FileId, usize)> {
        let spans = report.labels.iter().map(|label| label.span);
        spans.filter_map(|span| {
            let file = self.files.get(&span.file)?;
            Some((span.file, file.item(file.line(span.start))))
        })
    }

    /// The items that a report points into or names, and those about the same models and records.
    fn near(&self, report: &Report) -> Vec<&Item<'s>> {
        let mut about: HashSet<&str> = named_in(&report.message).collect();
        if report.code == "E0106" {
            about.insert("backend");
        }
        let heads: BTreeSet<(FileId, usize)> = self.heads(report).collect();
        for (file, line) in &heads {
            let head = self.files.get(file).map_or("", |file| file.head(*line));
            about.extend(owners(head));
        }
        let near = self
            .items
            .iter()
            .filter(|(at, item)| heads.contains(at) || item.owners.iter().any(|owner| about.contains(owner)));
        near.map(|(_, item)| item).collect()
    }
}

impl Item<'_> {
    /// Whether a field of this name has lost its colon: `nametext` for `name: text`.
    fn has_grown(&self, name: &str) -> bool {
        let is_type = |behind: &str| behind == "ref" || SCALARS.contains(&behind);
        self.words
            .iter()
            .any(|word| word.strip_prefix(name).is_some_and(is_type))
    }
}

impl What {
    /// What begins with this line.
    fn of(head: &str) -> Self {
        let mut words = head.trim_start_matches([' ', '-']).split([' ', ':']);
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        match first {
            "import" | "export" | "sync" | "test" => Self::Uses,
            "external" | "internal" if matches!(second.trim(), "" | "key" | "{") && !head.trim_end().ends_with(':') => {
                Self::Nameless
            }
            _ => Self::Declares,
        }
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
            text: &source.text,
            lines,
            item_indent: if source.is_yaml() { 2 } else { 0 },
        }
    }

    /// What the first line of an item says; the mapping of a test in YAML stands below its name.
    fn head(&self, line: usize) -> &'s str {
        let first = &self.lines[line];
        let last = match first.text.trim_start().starts_with("- test") {
            true => line + 1,
            false => line,
        };
        let end = self
            .lines
            .get(last)
            .map_or(self.text.len(), |last| last.start + last.text.len());
        self.text.get(first.start..end).unwrap_or_default()
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
            let text = self.lines[at].text;
            let begins = is_key(text) || text.trim_start().starts_with("- ") || self.begins_item(at);
            let is_key = self.item_indent > 0 && begins;
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
        (0..=line).rev().find(|line| self.begins_item(*line)).unwrap_or(0)
    }

    fn begins_item(&self, line: usize) -> bool {
        let line = &self.lines[line];
        line.indent <= self.item_indent && !line.text.trim_start().starts_with(['}', ')', ']', '#', '{'])
    }
}

/// Names of a text, with and without their dots.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let dotted = text.split(move |c| !is_part(c)).filter(|word| !word.is_empty());
    dotted.flat_map(|word| std::iter::once(word).chain(word.split('.')))
}

/// The names in a message: what it quotes, and what can only be a name.
fn named_in(message: &str) -> impl Iterator<Item = &str> {
    let parts = message.split('`').enumerate();
    parts.flat_map(|(at, part)| {
        let is_name = move |word: &&str| at % 2 == 1 || word.starts_with(char::is_uppercase) || word.contains('.');
        words(part).filter(is_name)
    })
}

/// The same of a line of a file; what stands in its texts declares nothing.
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').step_by(2).flat_map(words)
}

/// What the first line of an item names: models, records, a function or table; in YAML the key itself.
fn owners(head: &str) -> impl Iterator<Item = &str> {
    let key = head.trim().strip_suffix(':');
    let backend = head.starts_with("backend").then_some("backend");
    let before = std::iter::once("").chain(head.split_whitespace());
    let named = before.zip(head.split_whitespace()).filter(|(before, word)| {
        let is_named = |word: &str| NAMING.contains(&word.trim_start_matches("- "));
        word.starts_with(char::is_uppercase) || word.contains('.') || is_named(before)
    });
    key.into_iter()
        .chain(backend)
        .chain(named.map(|(_, word)| word))
        .flat_map(words)
}

/// Words that a name of the program follows.
const NAMING: [&str; 15] = [
    "internal", "external", "binding", "adapter", "table", "fn", "import", "export", "sync", "from", "to", "<->",
    "within", "import:", "export:",
];

/// Words of the head of a mapping that name nothing.
const BETWEEN: [&str; 3] = ["import", "export", "sync"];

fn is_keyword(word: &str) -> bool {
    BETWEEN.contains(&word) || matches!(word, "from" | "to" | "<->" | "as")
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
