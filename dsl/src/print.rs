//! Trees to the one canonical text, with the comments of the text they were read from.
//!
//! What is printed is read back to the same tree; [`format()`] looks before it gives anything away.

mod allowed;
mod amend;
mod clause;
mod comment;
mod expr;
mod extent;
mod item;
mod lay;
mod line;
mod operation;
mod row;
mod same;
mod types;
mod word;
mod yaml;

use crate::ast::Document;
use crate::error::SyntaxError;
use crate::source::{Source, Span};
use comment::{Comment, Comments};
use std::ops::Range;
use thiserror::Error;

pub use same::same;
pub use yaml::in_yaml_order;
pub(crate) use yaml::{key as yaml_key, must_be_block};

/// Why a file is left as it is.
#[derive(Clone, Debug, Error)]
pub enum FormatError {
    /// It holds mistakes.
    #[error("the file holds mistakes")]
    Mistakes(Vec<SyntaxError>),
    /// What would be written is not what was read: a fault of the formatter.
    #[error("formatting would change {what}; nothing is written")]
    Changed {
        /// `what the file says`, `its comments`, `itself again`
        what: &'static str,
    },
    /// The other form has no place for something.
    #[error("the file says something that {form} cannot say: {why}")]
    NotSayable {
        /// `YAML`, `text`
        form: &'static str,
        /// What was read in its place.
        why: String,
    },
}

/// A file in the other form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The text.
    pub text: String,
    /// Plain comments of the file that the other form does not have.
    pub dropped_comments: usize,
}

/// The canonical text of a text file: the same tree, the same comments, and a fixed point.
///
/// ```
/// use tenon_dsl::source::{FileId, Source};
///
/// let text = "connector a\nimport b from C as c {\n name=c.x|trim   # as shown\n  id = (c.id)\n}\n";
/// let formatted = tenon_dsl::print::format(&Source::new(FileId(0), "a.tenon", text)).unwrap();
/// assert_eq!(
///     formatted,
///     "connector a\n\nimport b from C as c {\n  name = c.x | trim  # as shown\n  id   = c.id\n}\n"
/// );
/// ```
pub fn format(source: &Source) -> Result<String, FormatError> {
    let document = read(source)?;
    let print = match source.is_yaml() {
        true => yaml::relay,
        false => print,
    };
    let formatted = print(&document, source);
    let again = Source::new(source.id, source.name.clone(), formatted.clone());
    let changed = |what| FormatError::Changed { what };
    let read_again = read(&again).map_err(|_| changed("what the file says"))?;
    if !same(&document, &read_again) {
        return Err(changed("what the file says"));
    }
    if !source.is_yaml() && Comments::of(&source.text).words() != Comments::of(&formatted).words() {
        return Err(changed("its comments"));
    }
    match print(&read_again, &again) == formatted {
        true => Ok(formatted),
        false => Err(changed("itself again")),
    }
}

/// The canonical text of a tree: without plain comments, with its documentation.
pub fn text(document: &Document) -> String {
    let printer = Printer {
        written: None,
        comments: None,
    };
    printer.document(document, &[])
}

/// A text file as YAML: the same tree, with what YAML writes under one key together ([`in_yaml_order`]).
pub fn to_yaml(source: &Source) -> Result<Converted, FormatError> {
    let document = in_yaml_order(&read(source)?);
    let printer = Printer {
        written: Some(&source.text),
        comments: None,
    };
    let text = printer.yaml(&document);
    let name = format!("{}.yaml", source.name);
    let converted = Source::new(source.id, name, text.as_str());
    said("YAML", &document, &converted)?;
    let kept = Comments::of(&printer.document(&document, &[])).words().len();
    let (text, allowed) = allowed::kept(source, &document, &converted);
    let dropped_comments = Comments::of(&source.text).words().len().saturating_sub(kept + allowed);
    Ok(Converted { text, dropped_comments })
}

/// A YAML file as text: the same tree.
pub fn to_text(source: &Source) -> Result<Converted, FormatError> {
    let document = read(source)?;
    let printer = Printer {
        written: Some(&source.text),
        comments: None,
    };
    let text = printer.document(&document, &[]);
    let name = source.name.trim_end_matches(".yaml").trim_end_matches(".yml");
    let converted = Source::new(source.id, name, text.as_str());
    said("text", &document, &converted)?;
    let (text, allowed) = allowed::kept(source, &document, &converted);
    Ok(Converted {
        text,
        dropped_comments: crate::yaml::comments(source).saturating_sub(allowed),
    })
}

/// Whether the other form says the same.
fn said(form: &'static str, document: &Document, written: &Source) -> Result<(), FormatError> {
    let parsed = crate::parse(written);
    let why = match parsed.errors.first() {
        Some(error) => error.to_string(),
        None if same(document, &parsed.document) => return Ok(()),
        None => "it would be read as something else".to_owned(),
    };
    Err(FormatError::NotSayable { form, why })
}

fn read(source: &Source) -> Result<Document, FormatError> {
    let parsed = crate::parse(source);
    match parsed.errors.is_empty() {
        true => Ok(parsed.document),
        false => Err(FormatError::Mistakes(parsed.errors)),
    }
}

fn print(document: &Document, source: &Source) -> String {
    let extents = extent::extents(source);
    let printer = Printer {
        written: Some(&source.text),
        comments: Some(Comments::of(&source.text)),
    };
    loop {
        let printed = printer.document(document, &extents);
        // Each turn lifts a comment at least, so this ends.
        if !printer.lift() {
            return printed;
        }
    }
}

/// Prints one tree.
struct Printer<'s> {
    /// The text it was read from, which says how texts are quoted.
    written: Option<&'s str>,
    /// The comments of that text, where they are kept.
    comments: Option<Comments<'s>>,
}

impl Printer<'_> {
    /// Whether a comment stands in a place.
    fn has_comments(&self, span: Span) -> bool {
        !self.comments_between(span.start as usize, span.end as usize).is_empty()
    }

    /// The comments that begin in a part of the text.
    fn comments_between(&self, start: usize, end: usize) -> Vec<&Comment> {
        let comments = self.comments.iter();
        comments
            .flat_map(|comments| comments.within(start..end.max(start)))
            .collect()
    }

    /// Lifts the comments that found no place, and begins again; whether there were any.
    fn lift(&self) -> bool {
        let Some(comments) = &self.comments else { return false };
        let all = 0..self.end_of_text();
        let any = comments.lift(all.clone());
        comments.restart(all);
        any
    }

    fn end_of_text(&self) -> usize {
        self.written.map_or(0, str::len)
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.written.and_then(|written| written.get(range)).unwrap_or("")
    }

    /// A line as it was written, comments included.
    fn verbatim(&self, place: Range<usize>) -> String {
        for comment in self.comments_between(place.start, place.end) {
            comment.here();
        }
        self.slice(place).trim().to_owned()
    }
}
