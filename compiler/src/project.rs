//! What lies beside mapping files and has a say: levels of warnings, the author's Rust, fixtures of tests. Values only; `folder` reads them.

use crate::lint::Lints;
use tenon_dsl::source::Source;

/// The project around mapping files.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// How much it wants warnings to weigh.
    pub lints: Lints,
    /// Modules of the author's crate that an `extern fn` names, as far as they were found.
    pub modules: Vec<RustModule>,
    /// Records that tests name with `given file`, as far as they were found.
    pub fixtures: Vec<Fixture>,
    /// Files that tests name and that are not there.
    pub absent: Vec<AbsentFile>,
}

/// A module of the author's crate.
#[derive(Clone, Debug)]
pub struct RustModule {
    /// `crate::magento`
    pub path: String,
    /// Modules inside the file that lead to it: `b` for `crate::a::b`, where `a.rs` holds `mod b { .. }`.
    pub inner: Vec<String>,
    /// The file.
    pub source: Source,
}

/// A record in a file.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The mapping file beside which it lies.
    pub beside: String,
    /// As the test names it.
    pub name: String,
    /// Its text; of XML the JSON of its element.
    pub text: String,
    /// Why it holds no record.
    pub problem: Option<String>,
}

impl Fixture {
    /// A file beside a mapping file, by its text.
    pub fn new(beside: String, name: String, text: &str) -> Self {
        let (text, problem) = match record(&name, text) {
            Ok(text) => (text, None),
            Err(problem) => (String::new(), Some(problem)),
        };
        Self {
            beside,
            name,
            text,
            problem,
        }
    }
}

/// The JSON of a fixture, or why it has none.
fn record(name: &str, text: &str) -> Result<String, String> {
    if name.ends_with(".xml") {
        return element(text);
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            let said = error.to_string();
            let why = said.split(" at line ").next().unwrap_or_default();
            Err(format!(
                "no JSON: line {}, column {}: {why}",
                error.line(),
                error.column()
            ))
        }
    }
}

#[cfg(feature = "interpret")]
fn element(text: &str) -> Result<String, String> {
    let json = tenon_runtime::json::element::to_json(text);
    json.map_err(|error| format!("no XML: {error}"))
}

/// Without the interpreter nothing here reads XML; what is said of it is said by the command.
#[cfg(not(feature = "interpret"))]
fn element(_text: &str) -> Result<String, String> {
    Ok("null".to_owned())
}

/// A file that a test names and that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentFile {
    /// The mapping file beside which it was looked for.
    pub beside: String,
    /// As the test names it.
    pub name: String,
}

/// The names behind `file` in a mapping file; what stands in a comment is one too many and does no harm.
pub fn files_named(text: &str) -> Vec<&str> {
    let named = text.split("file \"").skip(1);
    let mut names: Vec<&str> = named.filter_map(|rest| rest.split(['"', '\n']).next()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Project {
    /// The files that reports may point into besides mapping files.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.modules.iter().map(|module| &module.source)
    }
}
