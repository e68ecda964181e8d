//! Trees to YAML: blocks and names are YAML, every leaf is the text language.

mod item;
mod mapping;
mod order;
mod relay;
mod test;

use super::Printer;
use super::lay::{Inside, LINE, Laying, Place};
use super::word::width;
use crate::ast::Document;
use crate::source::{Name, Span};

pub use order::in_yaml_order;
pub(super) use relay::relay;

/// A leaf, and where the part of the tree stands that it shows.
type Leaf = (Span, String);

/// What is written, line by line.
pub(super) struct Yaml<'p> {
    printer: &'p Printer<'p>,
    out: String,
    /// The file whose leaves are laid out anew, instead of a new one.
    relay: Option<relay::Relay<'p>>,
}

/// Characters that a leaf cannot begin with outside `|`.
const SPECIAL: [char; 19] = [
    '[', ']', '{', '}', '"', '\'', '`', '&', '*', '!', '|', '>', '%', '@', '?', '#', ',', ':', '-',
];

impl<'p> Printer<'p> {
    /// A whole file; its items and statements are in the order of YAML.
    pub(super) fn yaml(&'p self, document: &Document) -> String {
        let mut yaml = Yaml {
            printer: self,
            out: String::new(),
            relay: None,
        };
        yaml.file(document);
        yaml.out
    }
}

impl Yaml<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        self.out.extend([&" ".repeat(indent), text, "\n"]);
    }

    /// The same as [`Self::leaf`] for a part of the tree, which may stand in a file already.
    fn leaf_of(&mut self, place: Span, indent: usize, key: &str, leaf: &str) {
        if !self.put(place, leaf) {
            self.leaf(indent, key, leaf);
        }
    }

    /// `key: leaf`, under `|` where YAML would take it for its own.
    fn leaf(&mut self, indent: usize, key: &str, leaf: &str) {
        let written = block_or_plain(indent, leaf);
        self.line(indent, format!("{}: {written}", self::key(key)).trim_end());
    }

    /// `- leaf`
    fn item(&mut self, indent: usize, leaf: &str) {
        let written = block_or_plain(indent, leaf);
        self.line(indent, &format!("- {written}"));
    }

    /// One leaf, or a list of them.
    fn leaves(&mut self, indent: usize, key: &str, leaves: &[Leaf]) {
        match leaves {
            [] => {}
            [(place, leaf)] => self.leaf_of(*place, indent, key, leaf),
            _ => self.list(indent, key, leaves),
        }
    }

    /// `key:` and a list of leaves; nothing where there are none.
    fn list(&mut self, indent: usize, key: &str, leaves: &[Leaf]) {
        if !leaves.is_empty() {
            self.line(indent, &format!("{key}:"));
            for (place, leaf) in leaves {
                if !self.put(*place, leaf) {
                    self.item(indent + 2, leaf);
                }
            }
        }
    }

    /// Names with commas between them; where they stand in a list of YAML, they stay there.
    fn names(&mut self, indent: usize, key: &str, list: &[Name]) {
        if let (Some(first), Some(last)) = (list.first(), list.last()) {
            self.leaf_of(first.span.to(last.span), indent, key, &super::word::names(list));
        }
    }

    fn doc(&mut self, indent: usize, doc: Option<&str>) {
        if let Some(doc) = doc {
            self.prose(indent, "doc", doc);
        }
    }

    /// A text that YAML itself reads: names of tests, documentation.
    fn prose(&mut self, indent: usize, key: &str, text: &str) {
        let lines: Vec<&str> = text.split('\n').collect();
        let block = lines.len() > 1
            && lines.iter().all(|line| !line.starts_with([' ', '\t']))
            && !lines[0].is_empty()
            && !lines[lines.len() - 1].is_empty();
        if block {
            self.line(indent, &format!("{key}: |"));
            for line in lines {
                self.line(if line.is_empty() { 0 } else { indent + 2 }, line);
            }
        } else if !text.is_empty() && !must_be_block(text) && text.trim() == text {
            self.line(indent, &format!("{key}: {text}"));
        } else {
            self.line(indent, &format!("{key}: {}", quoted(text)));
        }
    }

    /// What a value becomes: on one line where it fits there or under `|`, else over several.
    fn laid(&self, indent: usize, key: &str, flat: Option<String>, lay: impl FnOnce(&mut Laying<'_>, Place)) -> String {
        let block = flat.as_ref().is_some_and(|flat| must_be_block(flat));
        let column = if block { indent + 2 } else { indent + width(key) + 2 };
        match flat.filter(|flat| column + width(flat) <= LINE || indent + 2 + width(flat) <= LINE) {
            Some(flat) if column + width(&flat) <= LINE || block => flat,
            flat => {
                let mut laying = Laying::at(self.printer, indent + 2);
                let place = Place {
                    indent: indent + 2,
                    after: 0,
                    inside: Inside::Lines,
                };
                lay(&mut laying, place);
                match flat.filter(|_| !laying.out.contains('\n')) {
                    Some(flat) => flat,
                    None => laying.out,
                }
            }
        }
    }
}

/// A leaf as it stands behind its key or dash; lines after the first bring their own blanks.
fn block_or_plain(indent: usize, leaf: &str) -> String {
    match must_be_block(leaf) {
        true => format!("|\n{}{leaf}", " ".repeat(indent + 2)),
        false => leaf.to_owned(),
    }
}

/// Whether YAML would take a leaf for its own.
pub(crate) fn must_be_block(leaf: &str) -> bool {
    // A sign that words follow is the language's.
    let arrow = leaf.starts_with("->") || (leaf.starts_with('-') && !leaf.starts_with("- ") && leaf.len() > 1);
    (leaf.starts_with(SPECIAL) && !arrow)
        || leaf.starts_with("---")
        || leaf.starts_with("...")
        || [": ", " #", "\n", "\t"].iter().any(|part| leaf.contains(part))
        || leaf.ends_with(':')
}

/// A key; in quotes where YAML or its other readers would stumble.
pub(crate) fn key(key: &str) -> String {
    let special = key.starts_with(SPECIAL) && !key.starts_with("->");
    let stumbles = key.contains(['"', '\'', '|', '=', '{', '[', '#', ':', '`', '\\', ',', '\n', '\t']);
    match special || (stumbles && !is_names(key)) || !key.is_ascii() || key.is_empty() {
        true if key.contains(['"', '\\']) => format!("'{key}'"),
        true => format!("\"{key}\""),
        false => key.to_owned(),
    }
}

/// `street, street2`
fn is_names(key: &str) -> bool {
    key.bytes()
        .all(|c| c.is_ascii_alphanumeric() || b"_., +<>-".contains(&c))
}

/// A text in double quotes of YAML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out + "\""
}

/// A word that YAML reads as itself, in braces too.
fn is_plain_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && word.bytes().all(|c| c.is_ascii_alphanumeric() || b"_.-".contains(&c))
}
