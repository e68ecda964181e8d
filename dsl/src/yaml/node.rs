//! YAML events to a tree of maps, lists and scalars with byte places. Only this file names the YAML crate; nothing is typed here.

use super::repair::{Repaired, blank_entry};
use crate::error::SyntaxError;
use crate::source::{FileId, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};
use std::collections::HashMap;
use std::ops::Range;

/// Maps inside lists inside maps.
const DEEPEST: usize = 64;
/// Entries that YAML itself cannot read are repaired one by one, and the file is read again: so many bytes in all.
const MOST_READ: usize = 8 << 20;
/// Of the largest file too some entries are repaired.
const LEAST_REPAIRS: usize = 20;
/// The same for small files.
const MOST_REPAIRS: usize = 500;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// What it is.
    pub(super) kind: Kind,
    /// Where; of a block scalar the lines below the `|`.
    pub(super) range: Range<usize>,
}

impl Node {
    /// Adds the places of all scalars.
    pub(super) fn scalars(&self, places: &mut Vec<Range<usize>>) {
        match &self.kind {
            Kind::Scalar { .. } => places.push(self.range.clone()),
            Kind::Map { entries, .. } => entries.iter().for_each(|entry| {
                places.push(entry.key_range.clone());
                entry.value.scalars(places);
            }),
            Kind::List { items, .. } => items.iter().for_each(|item| item.scalars(places)),
        }
    }
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Text as YAML reads it.
    Scalar {
        /// Quotes and indentation resolved.
        value: String,
        /// How it is written.
        style: Style,
    },
    /// Keys and values.
    Map {
        /// In file order.
        entries: Vec<Entry>,
        /// In braces.
        flow: bool,
    },
    /// Values.
    List {
        /// In file order.
        items: Vec<Node>,
        /// In square brackets.
        flow: bool,
    },
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// Under `|`
    Literal,
    /// Under `>`
    Folded,
}

/// A line of a map.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The key, quotes resolved.
    pub(super) key: String,
    /// Where it stands, with its quotes.
    pub(super) key_range: Range<usize>,
    /// Whether it is written in quotes.
    pub(super) quoted: bool,
    /// What stands behind it.
    pub(super) value: Node,
}

/// The tree of a file as far as YAML could read it.
#[derive(Debug)]
pub(super) struct Tree {
    /// Absent where the file is empty.
    pub(super) root: Option<Node>,
    /// Where YAML gave up, if it did so before the end.
    pub(super) unread_from: Option<usize>,
}

/// Reads a repaired file; entries that stop YAML are reported, blanked and tried again.
pub(super) fn tree(file: FileId, repaired: &mut Repaired) -> Tree {
    let mut behind = 0;
    let repairs = MOST_READ / repaired.text.len().max(1);
    for _ in 0..repairs.clamp(LEAST_REPAIRS, MOST_REPAIRS) {
        let mut errors = Vec::new();
        let attempt = read(file, &repaired.text, &mut errors);
        let Some(problem) = attempt.problem else {
            repaired.errors.append(&mut errors);
            return Tree {
                root: attempt.root,
                unread_from: None,
            };
        };
        // Where the blanked entry was not the cause, YAML stops there again, and the rest would only be guessed.
        // A key or dash that is missing is no fault of a value.
        let hopeless = problem.at < behind || problem.info.starts_with("while parsing a block");
        let blanked = match hopeless {
            true => None,
            false => blank_entry(file, repaired, problem.at, &problem.info),
        };
        let Some(end) = blanked else {
            repaired.errors.append(&mut errors);
            let problem_at = problem.at;
            if problem.at >= behind {
                let span = Span::new(file, problem.at, problem.at);
                repaired.errors.push(SyntaxError::YamlBroken {
                    span,
                    problem: problem.info,
                });
            }
            return Tree {
                root: attempt.root,
                unread_from: Some(problem_at),
            };
        };
        behind = end;
    }
    Tree {
        root: None,
        unread_from: Some(0),
    }
}

struct Attempt {
    root: Option<Node>,
    problem: Option<Problem>,
}

struct Problem {
    at: usize,
    info: String,
}

fn read(file: FileId, text: &str, errors: &mut Vec<SyntaxError>) -> Attempt {
    let offsets = Offsets::new(text);
    let mut builder = Builder {
        file,
        text,
        errors,
        open: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        documents: 0,
    };
    let mut problem = None;
    for event in Parser::new_from_str(text) {
        let step = match event {
            Ok((event, span)) => {
                let range = offsets.byte(span.start.index())..offsets.byte(span.end.index());
                builder.event(event, range)
            }
            Err(error) => Err(yaml_problem(&error, &offsets)),
        };
        match step {
            Ok(()) => {}
            Err(Stop::Problem(found)) => {
                problem = Some(found);
                break;
            }
            Err(Stop::Reported) => break,
        }
    }
    let root = builder.finish();
    Attempt { root, problem }
}

fn yaml_problem(error: &ScanError, offsets: &Offsets) -> Stop {
    Stop::Problem(Problem {
        at: offsets.byte(error.marker().index()),
        info: error.info().to_owned(),
    })
}

/// Why the walk over the events ends early.
enum Stop {
    Problem(Problem),
    Reported,
}

/// Bytes of characters: the YAML crate counts characters.
struct Offsets {
    /// Nothing where both are the same.
    bytes: Option<Vec<usize>>,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect());
        Self {
            bytes,
            length: text.len(),
        }
    }

    fn byte(&self, character: usize) -> usize {
        match &self.bytes {
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.length),
            None => character.min(self.length),
        }
    }
}

/// A map or list that is not yet closed.
enum Open {
    Map {
        entries: Vec<Entry>,
        key: Option<Node>,
        start: usize,
        flow: bool,
        anchor: usize,
    },
    List {
        items: Vec<Node>,
        start: usize,
        flow: bool,
        anchor: usize,
    },
}

struct Builder<'t> {
    file: FileId,
    text: &'t str,
    errors: &'t mut Vec<SyntaxError>,
    open: Vec<Open>,
    root: Option<Node>,
    /// Scalars that an alias may stand for; nothing where the anchor names a map or list.
    anchors: HashMap<usize, Option<Node>>,
    documents: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), Stop> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let written = range.start;
                let node = self.scalar(value.into_owned(), style, range);
                self.refuse_tag(tag.is_some(), &(written..node.range.start));
                if anchor > 0 {
                    self.anchors.insert(anchor, Some(node.clone()));
                }
                self.add(node);
            }
            Event::Alias(anchor) => {
                let node = self.alias(anchor, range);
                self.add(node);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.is_some(), &range);
                let flow = self.text[range.start..].starts_with('[');
                self.open(
                    Open::List {
                        items: Vec::new(),
                        start: range.start,
                        flow,
                        anchor,
                    },
                    &range,
                )?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.is_some(), &range);
                let flow = self.text[range.start..].starts_with('{');
                self.open(
                    Open::Map {
                        entries: Vec::new(),
                        key: None,
                        start: range.start,
                        flow,
                        anchor,
                    },
                    &range,
                )?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents == 2 {
                    self.errors.push(SyntaxError::YamlShape {
                        span: self.span(&range),
                        expected: "one document",
                        found: "a second document",
                        help: Some("put it into a file of its own".to_owned()),
                    });
                    return Err(Stop::Reported);
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn scalar(&self, value: String, style: ScalarStyle, range: Range<usize>) -> Node {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        if value.is_empty() && matches!(style, Style::Literal | Style::Folded) {
            // Of an empty block the place is behind its sign.
            let end = self.text[..range.end].trim_end().len();
            return Node {
                kind: Kind::Scalar { value, style },
                range: end..end,
            };
        }
        let written = &self.text[range.clone()];
        // Anchor and tag are part of the place that the YAML crate gives.
        let start = range.start + property_length(written);
        let end = range.start + written.trim_end().len();
        Node {
            kind: Kind::Scalar { value, style },
            range: start..end.max(start),
        }
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Node {
        match self.anchors.get(&anchor) {
            Some(Some(node)) => node.clone(),
            Some(None) | None => {
                self.errors.push(SyntaxError::YamlAlias {
                    span: self.span(&range),
                });
                Node {
                    kind: Kind::Map {
                        entries: Vec::new(),
                        flow: false,
                    },
                    range,
                }
            }
        }
    }

    fn refuse_tag(&mut self, tagged: bool, range: &Range<usize>) {
        if tagged {
            let end = range.start + self.text[range.clone()].trim_end().len();
            self.errors.push(SyntaxError::YamlTag {
                span: self.span(&(range.start..end)),
            });
        }
    }

    fn open(&mut self, open: Open, range: &Range<usize>) -> Result<(), Stop> {
        if self.open.len() >= DEEPEST {
            self.errors.push(SyntaxError::TooDeep { span: self.span(range) });
            return Err(Stop::Reported);
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let (kind, start, anchor) = match open {
            Open::Map {
                entries,
                start,
                flow,
                anchor,
                ..
            } => (Kind::Map { entries, flow }, start, anchor),
            Open::List {
                items,
                start,
                flow,
                anchor,
            } => (Kind::List { items, flow }, start, anchor),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        // The reader says where the next token begins; a comment before it belongs to nobody.
        let written = self.text[start..end.max(start)].trim_end();
        let is_flow = matches!(kind, Kind::Map { flow: true, .. } | Kind::List { flow: true, .. });
        let end = start
            + if is_flow {
                without_comments(written).len()
            } else {
                written.len()
            };
        self.add(Node {
            kind,
            range: start..end,
        });
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(key) => {
                    let Kind::Scalar { value: name, style } = key.kind else {
                        let span = Span::new(self.file, key.range.start, key.range.end);
                        self.errors.push(SyntaxError::YamlShape {
                            span,
                            expected: "a word",
                            found: "a map or a list as a key",
                            help: None,
                        });
                        return;
                    };
                    let quoted = style == Style::Quoted;
                    entries.push(Entry {
                        key: name,
                        key_range: key.range,
                        quoted,
                        value: node,
                    });
                }
            },
        }
    }

    /// Closes what the end of the events left open.
    fn finish(mut self) -> Option<Node> {
        while !self.open.is_empty() {
            self.close(self.text.len());
        }
        self.root
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }
}

/// The length of `&anchor ` and `!tag ` before a scalar.
fn property_length(written: &str) -> usize {
    let mut rest = written;
    while rest.starts_with(['&', '!']) {
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest[word..].trim_start();
    }
    written.len() - rest.len()
}

/// A map or list in brackets without the comments behind it.
fn without_comments(written: &str) -> &str {
    let mut rest = written;
    loop {
        let start = rest.rfind('\n').map_or(0, |newline| newline + 1);
        let line = &rest[start..];
        let is_end = |at: &usize| line[..*at].trim_end().ends_with(['}', ']']);
        if line.trim_start().starts_with('#') {
            rest = rest[..start].trim_end();
        } else {
            let comment = line.match_indices(" #").map(|(at, _)| at).find(is_end);
            return comment.map_or(rest, |at| rest[..start + at].trim_end());
        }
    }
}
