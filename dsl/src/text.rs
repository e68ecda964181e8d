//! Text files to trees: cuts items and statements, hands each leaf to the grammar, gathers every mistake.

mod amend;
mod foreign;
mod item;
mod mapping;
mod schema;
mod test;

use crate::Parsed;
use crate::ast::{Document, Header, Item};
use crate::cut::{self, ItemCut, ItemWord};
use crate::error::SyntaxError;
use crate::layout::{Layout, lay_out};
use crate::parse::{self, Piece, Read};
use crate::source::{Source, Span};
use std::ops::Range;

/// The version of the language that this crate reads.
pub(crate) const LANGUAGE: u32 = 1;

/// Reads a text file.
pub(crate) fn document(source: &Source) -> Parsed {
    let layout = lay_out(source.id, 0, &source.text);
    let mut reader = Reader {
        layout: &layout,
        errors: Vec::new(),
        claimed: vec![false; layout.errors.len()],
    };
    let mut file = File::default();
    for cut in cut::items(&layout) {
        reader.item(&cut, &mut file);
    }
    file.judge(&mut reader.errors);
    let errors = reader.finish();
    Parsed {
        document: file.document,
        errors,
    }
}

/// A document as it grows, and what is known about its first line.
#[derive(Debug)]
pub(crate) struct File {
    /// What has been read.
    pub(crate) document: Document,
    /// Whether a `connector` line stands in the file, readable or not.
    pub(crate) has_connector: bool,
    /// The first item that needs one.
    pub(crate) needs_connector: Option<Span>,
}

impl Default for File {
    fn default() -> Self {
        let document = Document {
            language: None,
            header: None,
            items: Vec::new(),
        };
        Self {
            document,
            has_connector: false,
            needs_connector: None,
        }
    }
}

impl File {
    /// What can only be judged at the end of a file.
    pub(crate) fn judge(&self, errors: &mut Vec<SyntaxError>) {
        if let Some(span) = self.needs_connector
            && !self.has_connector
        {
            errors.push(SyntaxError::NoConnector { span });
        }
        if let Some(language) = self.document.language
            && language.value > LANGUAGE
        {
            let (span, found) = (language.span, language.value.to_string());
            errors.push(SyntaxError::NewerLanguage {
                span,
                found,
                known: LANGUAGE,
            });
        }
    }
}

/// Reads one text file.
struct Reader<'l> {
    layout: &'l Layout,
    errors: Vec<SyntaxError>,
    /// For each mistake of the layout whether a part of the file has taken it for its own.
    claimed: Vec<bool>,
}

impl<'l> Reader<'l> {
    /// Reads a part of the file; where the layout already found it wrong, that is the one report.
    fn read<T>(&mut self, tokens: Range<usize>, read: impl FnOnce(&Piece<'_>) -> Read<T>) -> Option<T> {
        let piece = Piece::of(self.layout, tokens.clone());
        self.read_piece(tokens, &piece, read)
    }

    /// The same for a part whose lines are one.
    fn read_one_line<T>(&mut self, tokens: Range<usize>, read: impl FnOnce(&Piece<'_>) -> Read<T>) -> Option<T> {
        let piece = Piece::of_one_line(self.layout, tokens.clone());
        self.read_piece(tokens, &piece, read)
    }

    fn read_piece<T>(
        &mut self,
        tokens: Range<usize>,
        piece: &Piece<'_>,
        read: impl FnOnce(&Piece<'_>) -> Read<T>,
    ) -> Option<T> {
        if self.is_broken(tokens) {
            return None;
        }
        read(piece).map_err(|error| self.errors.push(error)).ok()
    }

    /// Whether the layout found a mistake among these tokens; the first of them is the one report.
    fn is_broken(&mut self, tokens: Range<usize>) -> bool {
        let range = self.layout.range(tokens);
        let errors = &self.layout.errors;
        let index =
            |offset: usize| errors.partition_point(|error| (error.span().start as usize) < self.layout.base + offset);
        let inside = index(range.start)..index(range.end);
        if inside.is_empty() {
            return false;
        }
        if self.claimed[inside.clone()].iter().all(|claimed| !claimed) {
            self.errors.push(errors[inside.start].clone());
        }
        self.claimed[inside].fill(true);
        true
    }

    /// All mistakes in the order of the file.
    fn finish(mut self) -> Vec<SyntaxError> {
        let unclaimed = self
            .layout
            .errors
            .iter()
            .zip(&self.claimed)
            .filter(|(_, claimed)| !**claimed);
        self.errors.extend(unclaimed.map(|(error, _)| error.clone()));
        self.errors.sort_by_key(|error| error.span().start);
        self.errors
    }

    fn report(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    fn span(&self, tokens: Range<usize>) -> Span {
        self.layout.span(self.layout.range(tokens))
    }

    /// The `##` lines above a token, and above the word that makes what it begins an amendment.
    fn doc(&self, token: usize) -> Option<String> {
        let before = token.checked_sub(1);
        let word = before.filter(|before| matches!(self.layout.word(*before), "amend" | "override"));
        self.layout
            .tokens
            .get(word.unwrap_or(token))
            .and_then(|token| self.layout.doc_above(token.start))
    }

    fn item(&mut self, cut: &ItemCut, file: &mut File) {
        let first = self.layout.token_span(cut.tokens.start);
        let rest = cut.header.start + 1..cut.header.end;
        match cut.word {
            ItemWord::Language => {
                file.document.language = self.read(rest, parse::language).or(file.document.language);
            }
            ItemWord::Connector => self.connector(cut, file),
            ItemWord::Serves => self.serves(cut, file),
            ItemWord::Unknown | ItemWord::Kept => self.no_item(cut),
            ItemWord::Internal | ItemWord::Table | ItemWord::Extern => {
                file.document.items.extend(self.declaration(cut))
            }
            // The inside has no versions of its own, but a version may add to a model.
            ItemWord::Amend if self.layout.word(cut.tokens.start + 1) == "internal" => {
                file.document.items.extend(self.declaration(cut));
            }
            ItemWord::Backend
            | ItemWord::External
            | ItemWord::Binding
            | ItemWord::Adapter
            | ItemWord::Mapping
            | ItemWord::Test
            | ItemWord::Amend
            | ItemWord::Override
            | ItemWord::Drop => {
                file.needs_connector = file.needs_connector.or(Some(first));
                file.document.items.extend(self.declaration(cut));
            }
        }
    }

    fn declaration(&mut self, cut: &ItemCut) -> Option<Item> {
        match cut.word {
            ItemWord::Backend => self.backend(cut).map(Item::Backend),
            ItemWord::External => self.external(cut).map(Item::External),
            ItemWord::Internal => self.internal(cut).map(Item::Internal),
            ItemWord::Binding => self.binding(cut).map(Item::Binding),
            ItemWord::Adapter => self.adapter(cut).map(Item::Adapter),
            ItemWord::Table => self.table(cut).map(Item::Table),
            ItemWord::Extern => self.extern_fn(cut).map(Item::Extern),
            ItemWord::Mapping => self.mapping(cut).map(Item::Mapping),
            ItemWord::Test => self.test(cut).map(Item::Test),
            ItemWord::Amend => self.amend(cut).map(Item::Amend),
            ItemWord::Override => self.override_item(cut).map(Item::Override),
            ItemWord::Drop => self.drop_item(cut).map(Item::Drop),
            ItemWord::Language | ItemWord::Connector | ItemWord::Serves | ItemWord::Kept | ItemWord::Unknown => None,
        }
    }

    fn connector(&mut self, cut: &ItemCut, file: &mut File) {
        let span = self.span(cut.tokens.clone());
        let again = std::mem::replace(&mut file.has_connector, true);
        if again || file.needs_connector.is_some() {
            let help = Some("one connector line stands at the top of a file".to_owned());
            let found = "connector".to_owned();
            let span = self.layout.token_span(cut.tokens.start);
            return self.report(SyntaxError::Unexpected {
                span,
                found,
                expected: Vec::new(),
                help,
            });
        }
        let line = self.read(cut.header.start + 1..cut.header.end, parse::connector);
        file.document.header = line.map(|line| Header {
            connector: line.connector,
            version: line.version,
            extends: line.extends,
            serves: None,
            span,
        });
    }

    fn serves(&mut self, cut: &ItemCut, file: &mut File) {
        let range = self.read(cut.header.start + 1..cut.header.end, parse::plain_text);
        match &mut file.document.header {
            Some(header) => header.serves = range,
            None if file.has_connector => {}
            None => {
                let help = Some("`serves` stands below the connector line".to_owned());
                let (span, found) = (self.layout.token_span(cut.tokens.start), "serves".to_owned());
                self.report(SyntaxError::Unexpected {
                    span,
                    found,
                    expected: Vec::new(),
                    help,
                });
            }
        }
    }

    fn no_item(&mut self, cut: &ItemCut) {
        if self.is_broken(cut.tokens.clone()) {
            return;
        }
        if let Some(error) = self.foreign_start(&cut.tokens) {
            return self.report(error);
        }
        let span = self.layout.token_span(cut.tokens.start);
        let found = self.layout.word(cut.tokens.start).to_owned();
        let error = if cut.word == ItemWord::Kept {
            SyntaxError::KeptWord { span, found }
        } else {
            SyntaxError::UnknownStart {
                span,
                found,
                what: "item",
                words: ITEM_WORDS.to_vec(),
            }
        };
        self.report(error);
    }
}

/// The words that begin an item.
const ITEM_WORDS: [&str; 17] = [
    "connector",
    "serves",
    "backend",
    "external",
    "internal",
    "binding",
    "adapter",
    "table",
    "extern",
    "import",
    "export",
    "sync",
    "test",
    "amend",
    "override",
    "drop",
    "language",
];
