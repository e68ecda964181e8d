//! Connectors under test: what holds for a version, the Rust it becomes, and the laws of its two-way rules, for the tests of a
//! connector crate. `tenon_runtime::testing` tests what a mapping makes of a record.
//!
//! ```no_run
//! use tenon_compiler::testing::{Connectors, assert_effective_snapshot, assert_generated_snapshot};
//!
//! let connectors = Connectors::read("connectors")?;
//! assert_effective_snapshot!(connectors, "magento 1.7", "import res.partner from Customer");
//! assert_generated_snapshot!(connectors, "magento_1_7", "ImportResPartnerFromCustomer");
//! # Ok::<(), tenon_compiler::testing::TestError>(())
//! ```
//!
//! Snapshots hold nothing that changes by itself: no line numbers, no version of the compiler, no folder of this machine.

use crate::effective::effective;
use crate::emit::Form;
use crate::folder::{self, FolderError, Found};
use crate::interpret::laws::{RuleTried, try_laws};
use crate::interpret::{Externs, interpret};
use crate::ir::Program;
use crate::ir::outline::display_name;
use std::path::Path;
use std::sync::Arc;
use tenon_dsl::report::{Style, render};

pub use crate::{assert_effective_snapshot, assert_generated_snapshot};
pub use insta;

/// Why there is nothing to take a snapshot of, or what breaks a law.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// The mapping files cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// They have mistakes: the reports.
    #[error("{0}")]
    Mistakes(String),
    /// Nothing is called so.
    #[error("no {what} is called `{name}`; there is {}", .there_is.join(", "))]
    NoSuch {
        /// `version`
        what: &'static str,
        /// As asked for.
        name: String,
        /// What there is.
        there_is: Vec<String>,
    },
    /// The program cannot be interpreted.
    #[error("{0}")]
    NotInterpreted(String),
    /// Rules that do not lead back, or that nothing is known about.
    #[error("{}", .0.join("\n"))]
    Laws(Vec<String>),
}

/// The connectors of a folder of mapping files.
#[derive(Clone, Debug)]
pub struct Connectors {
    found: Found,
    program: Program,
}

impl Connectors {
    /// Reads and checks a folder of mapping files, or one file.
    ///
    /// # Errors
    /// It cannot be read, or has mistakes.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, TestError> {
        let found = folder::read(folder.as_ref())?;
        let checked = found.analyze();
        match checked.program {
            Some(program) => Ok(Self { found, program }),
            None => Err(TestError::Mistakes(render(
                &checked.reports,
                &found.shown(),
                Style::Plain { width: 110 },
            ))),
        }
    }

    /// The lines that hold for a version, with the version each comes from; of one block alone, if its title is given. Places have no
    /// line numbers.
    ///
    /// # Errors
    /// There is no such version or block.
    pub fn effective(&self, version: &str, block: Option<&str>) -> Result<String, TestError> {
        let mut connectors = self.program.connectors.iter();
        let Some(connector) = connectors.find(|connector| display_name(connector) == version) else {
            let names = self.program.connectors.iter().map(display_name).collect();
            return Err(no_such("version", version, names));
        };
        let text = without_lines(&effective(connector, &self.found.sources));
        let Some(block) = block else { return Ok(text) };
        let blocks: Vec<&str> = text.split("\n\n").skip(1).collect();
        let title = |block: &str| block.lines().next().unwrap_or_default().to_owned();
        match blocks.iter().find(|text| title(text) == block) {
            Some(text) => Ok((*text).to_owned()),
            None => Err(no_such(
                "block",
                block,
                blocks.iter().map(|block| title(block)).collect(),
            )),
        }
    }

    /// The Rust of a module, as it is generated; of one type alone, if it is named: the type with what belongs to it. Without its first
    /// line, which names the version of the compiler, and without line numbers.
    ///
    /// # Errors
    /// There is no such module or type.
    pub fn generated(&self, module: &str, of: Option<&str>) -> Result<String, TestError> {
        let files = self.found.compile(Form::Folder).files.unwrap_or_default();
        let name = format!("{module}.rs");
        let Some(file) = files.iter().find(|file| file.name == name) else {
            let names = files.iter().map(|file| file.name.trim_end_matches(".rs").to_owned());
            return Err(no_such("module", module, names.collect()));
        };
        let text = without_lines(file.text.split_once('\n').map_or("", |(_, rest)| rest));
        let Some(of) = of else { return Ok(text) };
        // A mapping stands in a module of its own, from its `mod` line to the brace below it.
        let parts: Vec<&str> = text.split_inclusive("\n}\n").collect();
        let wanted = format!("pub struct {of};");
        match parts.iter().find(|part| part.contains(&wanted)) {
            Some(part) => Ok(part.trim_start_matches('\n').to_owned()),
            None => Err(no_such("type", of, structs(&text))),
        }
    }

    /// Tries every two-way rule on random records, with the author's functions: what goes out must come in again as it was. Says how
    /// many rules hold; a list of records is made by mappings of its own and is not counted.
    ///
    /// # Errors
    /// A rule does not lead back, or nothing is known about it: each with the shortest values that show it.
    pub fn laws(&self, externs: &Arc<dyn Externs>, records: u32, seed: u64) -> Result<usize, TestError> {
        let interpreted =
            interpret(self.program.clone(), externs).map_err(|error| TestError::NotInterpreted(error.to_string()))?;
        let tried = try_laws(&interpreted, records, seed);
        let rules = || tried.iter().flat_map(|sync| &sync.rules);
        let broken: Vec<String> = rules().filter_map(said).collect();
        match broken.is_empty() {
            true => Ok(rules().filter(|rule| rule.holds()).count()),
            false => Err(TestError::Laws(broken)),
        }
    }
}

/// What is wrong with a rule.
fn said(rule: &RuleTried) -> Option<String> {
    let why = match (&rule.counterexample, &rule.unknown) {
        (Some(how), _) => how.clone(),
        (None, Some(why)) if rule.line.contains(" via ") || why.contains("mappings of their own") => return None,
        (None, Some(why)) => why.clone(),
        (None, None) if rule.holds() => return None,
        (None, None) => "no random record went through it".to_owned(),
    };
    Some(format!("{} ({})\n  {why}", rule.line, rule.place))
}

fn no_such(what: &'static str, name: &str, there_is: Vec<String>) -> TestError {
    TestError::NoSuch {
        what,
        name: name.to_owned(),
        there_is,
    }
}

fn structs(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("pub struct "));
    lines
        .filter_map(|line| line.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

/// `partner.tenon:62` as `partner.tenon`: a comment above a line changes no snapshot.
fn without_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(".tenon") {
        let (before, behind) = rest.split_at(at + ".tenon".len());
        out.push_str(before);
        let name = behind.strip_prefix(".yaml");
        out.push_str(if name.is_some() { ".yaml" } else { "" });
        let behind = name.unwrap_or(behind);
        rest = match behind.strip_prefix(':') {
            Some(line) if line.starts_with(|c: char| c.is_ascii_digit()) => {
                line.trim_start_matches(|c: char| c.is_ascii_digit())
            }
            Some(_) | None => behind,
        };
    }
    out.push_str(rest);
    out
}

/// Compares what holds for a version with a snapshot of `insta`: `assert_effective_snapshot!(connectors, "magento 1.7")`, or one block of it:
/// `assert_effective_snapshot!(connectors, "magento 1.7", "import res.partner from Customer")`.
///
/// # Panics
/// The snapshot differs, or there is nothing to compare: [`TestError`](crate::testing::TestError).
#[macro_export]
macro_rules! assert_effective_snapshot {
    ($connectors:expr, $version:expr $(,)?) => {
        $crate::assert_effective_snapshot!(@ $connectors.effective($version, ::core::option::Option::None))
    };
    ($connectors:expr, $version:expr, $block:expr $(,)?) => {
        $crate::assert_effective_snapshot!(@ $connectors.effective($version, ::core::option::Option::Some($block)))
    };
    (@ $made:expr) => {
        match $made {
            ::core::result::Result::Ok(text) => $crate::testing::insta::assert_snapshot!(text),
            ::core::result::Result::Err(error) => ::core::panic!("{error}"),
        }
    };
}

/// Compares generated Rust with a snapshot of `insta`: `assert_generated_snapshot!(connectors, "magento_1_7")`, or one mapping of it:
/// `assert_generated_snapshot!(connectors, "magento_1_7", "ImportResPartnerFromCustomer")`.
///
/// # Panics
/// The snapshot differs, or there is nothing to compare: [`TestError`](crate::testing::TestError).
#[macro_export]
macro_rules! assert_generated_snapshot {
    ($connectors:expr, $module:expr $(,)?) => {
        $crate::assert_effective_snapshot!(@ $connectors.generated($module, ::core::option::Option::None))
    };
    ($connectors:expr, $module:expr, $of:expr $(,)?) => {
        $crate::assert_effective_snapshot!(@ $connectors.generated($module, ::core::option::Option::Some($of)))
    };
}
