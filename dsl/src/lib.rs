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

pub mod allow;
pub mod ast;
pub mod code;
mod cut;
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
use source::Source;

/// A file as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Everything that holds no mistake of its own.
    pub document: Document,
    /// Every mistake, in the order of the file.
    pub errors: Vec<SyntaxError>,
}

/// Reads a mapping file; the name of the source says whether it is text or YAML.
pub fn parse(source: &Source) -> Parsed {
    match source.is_yaml() {
        true => yaml::document(source),
        false => text::document(source),
    }
}

/// The JSON Schema (2020-12) of the YAML form, for editors.
pub fn yaml_schema() -> String {
    yaml::schema()
}
