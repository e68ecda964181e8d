//! Source text to what a reader of a golden wants to see: the tree as an outline, the mistakes as they are drawn.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its case has failed")]

use std::path::Path;
use tenon_dsl::report::{Report, Style, render};
use tenon_dsl::source::{FileId, Source, Span};
use tenon_dsl::{Parsed, parse};

/// Columns of a golden.
const WIDTH: usize = 110;

/// A file as the language reads it.
#[derive(Debug)]
pub struct Read {
    /// The tree without places, absent values and empty lists.
    pub outline: String,
    /// The mistakes as a terminal without colors shows them.
    pub drawn: String,
    /// Their codes, in order.
    pub codes: Vec<&'static str>,
    /// Places of reports that do not lie in the file, and letters cut in two.
    pub outside: Vec<Span>,
    /// How many items the tree has.
    pub items: usize,
}

/// Reads a text under a file name; the name says whether it is YAML.
pub fn read(name: &str, text: &str) -> Read {
    let source = Source::new(FileId(0), name, text);
    let Parsed {
        document,
        errors,
        unread: _,
    } = parse(&source);
    let reports: Vec<Report> = errors.iter().map(|error| error.report()).collect();
    let places = reports.iter().flat_map(|report| &report.labels).map(|label| label.span);
    let outside = places
        .filter(|span| text.get(span.start as usize..span.end as usize).is_none())
        .collect();
    Read {
        outline: outline(&format!("{document:?}")),
        codes: reports.iter().map(|report| report.code).collect(),
        drawn: render(&reports, &[source], Style::Plain { width: WIDTH }),
        outside,
        items: document.items.len(),
    }
}

/// Reads a case; reports show its file name without folders.
///
/// # Panics
/// Where the file cannot be read.
pub fn read_case(path: &Path) -> Read {
    let name = path.file_name().unwrap().to_string_lossy();
    read(&name, &std::fs::read_to_string(path).unwrap())
}

/// The items of several files, one outline after the other: what their version holds.
pub fn merged_items(files: &[(&str, &str)]) -> Vec<String> {
    let mut items = Vec::new();
    for (name, text) in files {
        let parsed = parse(&Source::new(FileId(0), *name, *text));
        assert!(parsed.errors.is_empty(), "{name}: {:?}", parsed.errors);
        items.extend(parsed.document.items.iter().map(|item| outline(&format!("{item:?}"))));
    }
    items
}

/// Every place that the tree of a file holds, as the text that stands there.
pub fn places(name: &str, text: &str) -> Vec<String> {
    let source = Source::new(FileId(0), name, text);
    let debug = format!("{:?}", parse(&source).document);
    let mut places = Vec::new();
    for part in debug.split("span: ").skip(1) {
        let numbers: Vec<usize> = part
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .take(2)
            .map(number)
            .collect();
        places.push(text[numbers[0]..numbers[1]].to_owned());
    }
    places
}

fn number(digits: &str) -> usize {
    digits.parse().unwrap()
}

/// A `Debug` text as an outline: one line for what fits, places and absent values left out.
fn outline(debug: &str) -> String {
    let (node, _) = Node::parse(debug);
    let mut out = String::new();
    node.write(0, &mut out);
    out.push('\n');
    out
}

/// A name, and what stands in its brackets.
#[derive(Debug)]
struct Node {
    head: String,
    brackets: Option<(char, char)>,
    parts: Vec<Node>,
}

impl Node {
    fn parse(text: &str) -> (Self, &str) {
        let mut node = Self {
            head: String::new(),
            brackets: None,
            parts: Vec::new(),
        };
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match c {
                '"' => {
                    let end = string_length(rest);
                    node.head.push_str(&rest[..end]);
                    rest = &rest[end..];
                    continue;
                }
                '{' | '(' | '[' => {
                    node.brackets = Some((c, closing(c)));
                    rest = node.parse_parts(rest[1..].trim_start(), closing(c));
                    continue;
                }
                ',' | '}' | ')' | ']' => break,
                c => node.head.push(c),
            }
            rest = &rest[c.len_utf8()..];
        }
        node.head = node.head.trim().to_owned();
        (node, rest)
    }

    fn parse_parts<'t>(&mut self, text: &'t str, close: char) -> &'t str {
        let mut rest = text;
        while !rest.starts_with(close) {
            let (part, after) = Self::parse(rest);
            if !part.is_noise() {
                self.parts.push(part.shortened());
            }
            rest = after.trim_start_matches(',').trim_start();
        }
        &rest[close.len_utf8()..]
    }

    /// Places, absent values and empty lists.
    fn is_noise(&self) -> bool {
        let named = self.head.contains(": ") || self.head.ends_with(':');
        let place = is_place(&self.head) || self.head.starts_with("span: ");
        let empty = self.parts.is_empty() && self.brackets == Some(('[', ']'));
        place || (named && (self.head.ends_with(": None") || empty)) || self.head.ends_with(": false")
    }

    /// `Some(x)` is `x`; a place that says only that a word is there is `here`; `Rule(Rule { .. })` is `Rule { .. }`.
    fn shortened(mut self) -> Self {
        if self.parts.is_empty() && self.brackets == Some(('(', ')')) {
            self.brackets = None;
        }
        if let Some(name) = self.head.strip_suffix("Some").map(str::to_owned) {
            return match self.parts.pop() {
                Some(inner) => Self {
                    head: format!("{name}{}", inner.head),
                    ..inner
                },
                None => Self {
                    head: format!("{name}here"),
                    ..self
                },
            };
        }
        if self.parts.len() == 1 && self.brackets == Some(('(', ')')) && self.kind() == self.parts[0].head {
            let inner = self.parts.remove(0);
            return Self {
                head: self.head,
                ..inner
            };
        }
        self.as_path().unwrap_or(self)
    }

    /// What stands behind `name: `.
    fn kind(&self) -> &str {
        self.head.rsplit(": ").next().unwrap_or("")
    }

    fn part(&self, name: &str) -> Option<&str> {
        self.parts
            .iter()
            .find_map(|part| part.head.strip_prefix(name))
            .and_then(|value| value.strip_prefix(": "))
    }

    /// A name, or a field of a path, as it is written.
    fn as_path(&self) -> Option<Self> {
        let label = self.head.strip_suffix(self.kind())?;
        let leaf = |text: String| {
            Some(Self {
                head: format!("{label}{text}"),
                brackets: None,
                parts: Vec::new(),
            })
        };
        match (self.kind(), &self.parts[..]) {
            ("Name", [name]) => leaf(format!("<{}>", name.head.trim_matches('"'))),
            ("Field", [_, _] | [_, _, _]) => {
                let of = self.part("of")?.strip_prefix('<')?.strip_suffix('>')?;
                let dot = if self.part("safe").is_some() { "?." } else { "." };
                leaf(format!("<{of}{dot}{}>", self.part("name")?.trim_matches('"')))
            }
            ("Target", [path]) => {
                let names: Vec<&str> = path.parts.iter().map(|name| name.head.trim_matches('"')).collect();
                leaf(format!("<{}>", names.join(".")))
            }
            _ => None,
        }
    }

    fn flat(&self) -> String {
        let Some((open, close)) = self.brackets else {
            return self.head.clone();
        };
        let parts: Vec<String> = self.parts.iter().map(Self::flat).collect();
        let space = if open == '{' { " " } else { "" };
        format!("{}{open}{space}{}{space}{close}", self.lead(open), parts.join(", "))
    }

    /// The name as it stands before its bracket.
    fn lead(&self, open: char) -> String {
        match self.head.is_empty() || (open != '{' && !self.head.ends_with(':')) {
            true => self.head.clone(),
            false => format!("{} ", self.head),
        }
    }

    fn write(&self, indent: usize, out: &mut String) {
        let flat = self.flat();
        out.push_str(&" ".repeat(indent));
        match self.brackets {
            Some((open, close)) if indent + flat.len() > WIDTH => {
                out.push_str(&format!("{}{open}\n", self.lead(open)));
                for part in &self.parts {
                    part.write(indent + 2, out);
                    out.push('\n');
                }
                out.push_str(&format!("{}{close}", " ".repeat(indent)));
            }
            Some(_) | None => out.push_str(&flat),
        }
    }
}

fn is_place(head: &str) -> bool {
    head.contains("..")
        && head
            .split("..")
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn closing(open: char) -> char {
    match open {
        '{' => '}',
        '(' => ')',
        _ => ']',
    }
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// Whether a file is read without a mistake; the name says whether it is YAML.
pub fn is_read(name: &str, text: &str) -> bool {
    let name = if name.ends_with(".yaml") {
        name.to_owned()
    } else {
        format!("{name}.tenon.yaml")
    };
    parse(&Source::new(FileId(0), name, text)).errors.is_empty()
}

/// The JSON Schema of the YAML form.
pub fn yaml_schema() -> String {
    tenon_dsl::yaml_schema()
}
