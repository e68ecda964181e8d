//! YAML files to the same tree as text files: YAML carries blocks and names, every leaf is the text language.

mod amend;
mod as_text;
#[cfg(test)]
mod differential;
mod json_schema;
mod keys;
mod leaf;
mod line;
mod mapping;
mod node;
mod place;
mod repair;
mod schema;
mod test;

use crate::Parsed;
use crate::ast::{Extends, Header, Item};
use crate::error::SyntaxError;
use crate::layout::is_word_part;
use crate::parse;
use crate::source::{Name, Source, Span, Spanned};
use crate::text::File;
pub(crate) use json_schema::schema;
pub(crate) use line::block_indent;
use node::{Entry, Kind, Node, Style};
pub(crate) use place::{Role, Scalar, scalars};
use repair::Repaired;

/// Reads a YAML file.
pub(crate) fn document(source: &Source) -> Parsed {
    let mut repaired = repair::repair(source.id, &source.text);
    let tree = node::tree(source.id, &mut repaired);
    let errors = std::mem::take(&mut repaired.errors);
    let mut reader = Reader {
        source,
        repaired,
        errors,
        truncated: tree.unread_from.is_some(),
    };
    let mut file = File {
        has_connector: reader.repaired.lost.iter().any(|key| key == "connector"),
        ..File::default()
    };
    if let Some(root) = &tree.root {
        reader.file(root, &mut file);
    }
    file.judge(&mut reader.errors);
    let errors = std::mem::take(&mut reader.errors).into_iter();
    reader.errors = errors.map(|error| below_key(source, error)).collect();
    reader.errors.sort_by_key(|error| error.span().start);
    let rest = tree.unread_from.map(|from| from..source.text.len());
    let unread = std::mem::take(&mut reader.repaired.unread).into_iter().chain(rest);
    Parsed {
        document: file.document,
        errors: reader.errors,
        unread: unread
            .map(|range| Span::new(source.id, range.start, range.end))
            .collect(),
    }
}

/// A value that YAML takes for its own may have lost the `|` or dash of its key.
fn below_key(source: &Source, error: SyntaxError) -> SyntaxError {
    if !matches!(error.code(), "E1404" | "E1405" | "E1408") {
        return error;
    }
    let start = error.span().start as usize;
    let above = source.text.get(..start).unwrap_or("").trim_end_matches([' ', '-']);
    let line = above.trim_end();
    if !above.ends_with('\n') || !line.ends_with(':') {
        return error;
    }
    SyntaxError::BelowKey {
        key: Span::new(source.id, line.len() - 1, line.len()),
        error: Box::new(error),
    }
}

/// How many comments YAML sees in a file.
pub(crate) fn comments(source: &Source) -> usize {
    let mut repaired = repair::repair(source.id, &source.text);
    let tree = node::tree(source.id, &mut repaired);
    let mut values = Vec::new();
    tree.root.iter().for_each(|root| root.scalars(&mut values));
    let mut start = 0;
    let mut count = 0;
    for line in source.text.split_inclusive('\n') {
        let begins = |at: usize| at == 0 || line[..at].ends_with([' ', '\t']);
        let inside = |at: usize| values.iter().any(|value| value.contains(&at));
        let comment = line.match_indices('#').any(|(at, _)| begins(at) && !inside(start + at));
        count += usize::from(comment);
        start += line.len();
    }
    count
}

/// Reads one YAML file.
struct Reader<'s> {
    source: &'s Source,
    repaired: Repaired,
    errors: Vec<SyntaxError>,
    /// YAML gave up before the end, so what is missing at the end is no mistake of its own.
    truncated: bool,
}

/// The keys of a file.
const FILE_KEYS: [&str; 15] = keys::names(&keys::FILE);

impl Reader<'_> {
    fn file(&mut self, root: &Node, file: &mut File) {
        let entries = self.block(
            root,
            "a file",
            &FILE_KEYS,
            "a file begins with a line such as `connector: magento 1.7`",
        );
        for entry in entries.iter().copied() {
            let span = self.span(&entry.key_range);
            match entry.key.as_str() {
                "connector" => self.connector(entry, &entries, file),
                "extends" | "serves" => self.needs_header(entry, &entries),
                "language" => file.document.language = self.leaf(&entry.value, &entry.key, parse::language),
                "internal" | "table" | "extern" => {
                    let items = self.items(entry);
                    file.document.items.extend(items);
                }
                "amend" => self.amendments(entry, file),
                "backend" | "external" | "binding" | "adapter" | "mappings" | "tests" | "drop" => {
                    file.needs_connector = file.needs_connector.or(Some(span));
                    let items = self.items(entry);
                    file.document.items.extend(items);
                }
                _ => {}
            }
        }
    }

    fn items(&mut self, entry: &Entry) -> Vec<Item> {
        let items: fn(&mut Self, &Entry) -> Option<Item> = match entry.key.as_str() {
            "external" => |reader, entry| reader.external(entry).map(Item::External),
            "internal" => |reader, entry| reader.internal(entry).map(Item::Internal),
            "binding" => |reader, entry| reader.binding(entry).map(Item::Binding),
            "adapter" => |reader, entry| reader.adapter(entry).map(Item::Adapter),
            "table" => Self::table_item,
            "drop" => return self.drop_items(&entry.value),
            "backend" => return self.backend(entry).map(Item::Backend).into_iter().collect(),
            "extern" => return self.extern_fns(&entry.value),
            "mappings" => return self.mappings(&entry.value),
            _ => return self.tests(&entry.value),
        };
        let entries = self.map(&entry.value, "one name with its keys below it");
        entries.into_iter().filter_map(|entry| items(self, entry)).collect()
    }

    /// `connector: magento 1.7`, with the `extends` and `serves` beside it.
    fn connector(&mut self, entry: &Entry, all: &[&Entry], file: &mut File) {
        file.has_connector = true;
        let Some((Some(connector), version)) = self.name_and_version(&entry.value) else {
            return;
        };
        let find = |key: &str| all.iter().find(|entry| entry.key == key);
        let extends = find("extends").and_then(|parent| {
            let (connector, version) = self.name_and_version(&parent.value)?;
            Some(Extends {
                connector,
                version,
                span: self.entry_span(parent),
            })
        });
        let serves = find("serves").and_then(|range| self.range_of_versions(&range.value));
        let span = self.entry_span(entry);
        file.document.header = Some(Header {
            connector,
            version,
            extends,
            serves,
            span,
        });
    }

    fn needs_header(&mut self, entry: &Entry, all: &[&Entry]) {
        if !all.iter().any(|entry| entry.key == "connector") {
            let help = Some(format!("`{}` stands below `connector:`", entry.key));
            let (span, found) = (self.span(&entry.key_range), entry.key.clone());
            self.errors.push(SyntaxError::Unexpected {
                span,
                found,
                expected: Vec::new(),
                help,
            });
        }
    }

    /// `magento 1.7`, `magento`, `1.7`, read as text; with quotes or backticks inside it is written as in a text file.
    fn name_and_version(&mut self, node: &Node) -> Option<(Option<Name>, Option<Name>)> {
        if let Kind::Scalar {
            style: Style::Plain | Style::Literal,
            ..
        } = &node.kind
            && self.source.text[node.range.clone()].contains(['"', '\'', '`'])
        {
            return self.leaf(node, "connector", parse::reference);
        }
        self.prose(node)?;
        let written = self.source.text[node.range.clone()].trim_matches(['"', '\'']);
        let offset = self.source.text[node.range.clone()].find(written).unwrap_or(0);
        let mut at = node.range.start + offset;
        let mut words = Vec::new();
        for word in written.split(' ') {
            if !word.is_empty() {
                let value = word.trim_matches('"').to_owned();
                words.push(Spanned::new(value, self.span(&(at..at + word.len()))));
            }
            at += word.len() + 1;
        }
        let is_name = |word: &Name| {
            word.value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && word.value.bytes().all(|c| is_word_part(c.into()))
        };
        let is_version = |word: &Name| word.value.starts_with(|c: char| c.is_ascii_digit());
        let mut words = words.into_iter().peekable();
        let name = words.next_if(is_name);
        let version = words.next_if(is_version);
        match (words.next(), name.is_some() || version.is_some()) {
            (None, true) => Some((name, version)),
            (extra, _) => {
                let (span, found) =
                    extra.map_or((self.span(&node.range), String::new()), |word| (word.span, word.value));
                let help = Some("a connector and its version: magento 1.7".to_owned());
                self.errors.push(SyntaxError::Unexpected {
                    span,
                    found,
                    expected: Vec::new(),
                    help,
                });
                None
            }
        }
    }

    /// `">=1.7, <1.9.3"`, quoted for YAML or written as in a text file.
    fn range_of_versions(&mut self, node: &Node) -> Option<Name> {
        match &node.kind {
            Kind::Scalar {
                style: Style::Literal | Style::Folded,
                ..
            } => self.leaf(node, "serves", parse::plain_text),
            Kind::Scalar { .. } | Kind::Map { .. } | Kind::List { .. } => self.prose(node),
        }
    }

    /// The entries of a block of the language; a key that it does not have is reported.
    fn block<'n>(&mut self, node: &'n Node, of: &'static str, keys: &[&'static str], help: &str) -> Vec<&'n Entry> {
        let entries = self.map(node, help);
        let (known, unknown): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| keys.contains(&entry.key.as_str()));
        // More than two are one mistake: a key above them is missing.
        let reported = if unknown.len() > 2 { 1 } else { unknown.len() };
        for entry in &unknown[..reported] {
            self.unknown_key(entry, of, keys);
        }
        known
    }

    fn unknown_key(&mut self, entry: &Entry, of: &'static str, keys: &[&'static str]) {
        let (span, key) = (self.span(&entry.key_range), entry.key.clone());
        let lower = key.to_ascii_lowercase();
        self.errors.push(match lower.as_str() {
            "on" | "yes" | "y" | "true" => SyntaxError::YamlBoolKey { span, key, value: true },
            "off" | "no" | "n" | "false" => SyntaxError::YamlBoolKey {
                span,
                key,
                value: false,
            },
            "events" | "and" | "channel" | "service" | "hook" | "push" | "access" => {
                SyntaxError::KeptWord { span, found: key }
            }
            _ => SyntaxError::YamlUnknownKey {
                span,
                key,
                of,
                keys: keys.to_vec(),
            },
        });
    }

    /// Whether a key of a block is wrong or was taken out, and so may be the one that it lacks.
    fn has_wrong_key(&self, node: &Node) -> bool {
        let range = &node.range;
        let is_inside = |span: Span| range.start <= span.start as usize && (span.end as usize) <= range.end;
        let mut keys = self
            .errors
            .iter()
            .filter(|error| matches!(error.code(), "E0001" | "E1402" | "E1407"));
        let above = |taken: &std::ops::Range<usize>| {
            let between = self.source.text.get(taken.end..range.start);
            between.is_some_and(|between| between.trim().is_empty())
        };
        keys.any(|error| is_inside(error.span())) || self.repaired.unread.iter().any(above)
    }

    /// A key without which a block means nothing.
    fn missing_key(&mut self, node: &Node, keys: &'static str) {
        if !self.truncated && !self.repaired.is_broken(&node.range) && !self.has_wrong_key(node) {
            let found = self.source.text[node.range.clone()]
                .split([':', '\n'])
                .next()
                .unwrap_or("")
                .to_owned();
            let span = self.span(&(node.range.start..node.range.start + found.len()));
            let expected = vec![keys.to_owned()];
            self.errors.push(SyntaxError::Unexpected {
                span,
                found,
                expected,
                help: None,
            });
        }
    }
}
