//! Where the lines of an effective connector come from: its versions, what they renamed, what was written.

use std::collections::BTreeMap;
use tenon_dsl::source::{FileId, Span};

/// Where the lines of an effective connector come from.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Versions from the root down, and their files; lines of other files belong to no version.
    pub versions: Vec<(String, Vec<FileId>)>,
    /// What they renamed, in this order.
    pub renames: Vec<Rename>,
    /// What was written, inherited lines included.
    pub blocks: Vec<Block>,
}

/// Renames of one amendment; they apply at once.
#[derive(Clone, Debug)]
pub struct Rename {
    /// Number of the version in [`History::versions`], from 1 on.
    pub depth: usize,
    /// The record; absent: values of the backend.
    pub record: Option<String>,
    /// Old names to new ones.
    pub names: BTreeMap<String, String>,
}

/// A declaration, and the lines that hold in it.
#[derive(Clone, Debug)]
pub struct Block {
    /// `external Customer key id`
    pub title: String,
    /// In the order in which they hold.
    pub lines: Vec<Line>,
}

/// A line that holds.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The word that it begins with; what stands in YAML, or in a line of several, may not have it. Empty where there is none.
    pub word: &'static str,
    /// Where it was written.
    pub span: Span,
}

impl History {
    /// The version whose file holds a place; absent: shared by all.
    pub fn version(&self, span: Span) -> Option<&str> {
        let holds = |(_, files): &&(String, Vec<FileId>)| files.contains(&span.file);
        self.versions.iter().find(holds).map(|(title, _)| title.as_str())
    }
}
