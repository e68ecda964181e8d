//! Tenon mapping files, text or YAML, to one syntax tree.
//!
//! ```
//! use tenon_dsl::ast::Item;
//! use tenon_dsl::report::{Style, render};
//! use tenon_dsl::source::{FileId, Source};
//!
//! let text = "connector magento \"1.7\"
//!
//! import res.partner from Customer as c {
//!   name = [c.firstname, c.lastname] | compact | join(\" \")
//!   city = c.city c.region
//! }
//! ";
//! let source = Source::new(FileId(0), "partner.tenon", text);
//! let parsed = tenon_dsl::parse(&source);
//!
//! // What can be read is there, with every mistake beside it.
//! assert!(matches!(&parsed.document.items[..], [Item::Mapping(mapping)] if mapping.statements.len() == 1));
//! let reports: Vec<_> = parsed.errors.iter().map(|error| error.report()).collect();
//! let drawn = render(&reports, &[source], Style::Plain { width: 100 });
//! assert!(drawn.starts_with("  × E0003 two values stand side by side with no operator between them\n"));
//! ```

// What the grammar is generated with names it: pest is used without `std`.
extern crate alloc;

pub mod allow;
pub mod ast;
pub mod code;
mod cut;
pub mod edit;
pub mod error;
mod layout;
mod parse;
pub mod print;
pub mod report;
pub mod source;
mod text;
mod yaml;

use ast::Document;
use error::SyntaxError;
use source::{Source, Span};

/// A file as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Everything that holds no mistake of its own.
    pub document: Document,
    /// Every mistake, in the order of the file.
    pub errors: Vec<SyntaxError>,
    /// Lines that were passed over, so that the rest could be read. What is wrong with them is among the mistakes.
    pub unread: Vec<Span>,
}

/// Bytes of a mapping file that is read: some twenty thousand lines.
pub const MOST_BYTES: usize = 1 << 20;

/// Mistakes in the writing of one file that are said.
const MOST_ERRORS: usize = 500;

/// Reads a mapping file; the name of the source says whether it is text or YAML.
pub fn parse(source: &Source) -> Parsed {
    if source.text.len() > MOST_BYTES {
        let span = Span::new(source.id, 0, 0);
        return Parsed {
            document: Document {
                language: None,
                header: None,
                items: Vec::new(),
            },
            errors: vec![SyntaxError::TooLarge {
                span,
                mebibytes: MOST_BYTES >> 20,
            }],
            unread: vec![Span::new(source.id, 0, source.text.len())],
        };
    }
    let mut parsed = match source.is_yaml() {
        true => yaml::document(source),
        false => text::document(source),
    };
    if parsed.errors.len() > MOST_ERRORS {
        let more = parsed.errors.len() - MOST_ERRORS;
        parsed.errors.truncate(MOST_ERRORS);
        let span = parsed
            .errors
            .last()
            .map_or(Span::new(source.id, 0, 0), SyntaxError::span);
        parsed.errors.push(SyntaxError::TooMany { span, more });
    }
    let unseen = unseen(source);
    if !unseen.is_empty() {
        parsed.errors.extend(unseen);
        parsed.errors.sort_by_key(|error| error.span().start);
    }
    parsed
}

/// Characters that deceive readers, but for the mark that a file may begin with. One of each line, of the first lines.
fn unseen(source: &Source) -> Vec<SyntaxError> {
    const MOST_LINES: usize = 20;
    let deceives = |at: usize, c: char| layout::is_unseen(c) && !(at == 0 && c == '\u{feff}');
    let mut found: Vec<SyntaxError> = Vec::new();
    let mut start = 0;
    for line in source.text.split_inclusive('\n') {
        if let Some((at, c)) = line.char_indices().find(|(at, c)| deceives(start + at, *c)) {
            found.push(SyntaxError::Unseen {
                span: Span::new(source.id, start + at, start + at + c.len_utf8()),
                character: c,
            });
        }
        start += line.len();
        if found.len() == MOST_LINES {
            break;
        }
    }
    found
}

/// The JSON Schema (2020-12) of the YAML form, for editors.
pub fn yaml_schema() -> String {
    yaml::schema()
}
