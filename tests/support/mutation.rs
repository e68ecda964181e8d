//! The shipped connectors, spoiled: how many mistakes does the checker find, and does it point at them?

mod name;
mod operator;
mod same;
mod token;

pub use operator::{Mutant, Operator};

use fastrand::Rng;
use serde_json::Value;
use std::path::Path;
use tenon_compiler::Checked;
use tenon_compiler::ir::{Connector, Program};
use tenon_dsl::ast::Document;
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::{FileId, Source};

/// What the checker made of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The line and column of a report lie on the line that was touched.
    Reported,
    /// A report points at the line that was touched, though not first.
    Shown,
    /// Means the same as before.
    Equivalent,
    /// Reported, on other lines only: code, file, line.
    Elsewhere(Vec<String>),
    /// Means something else, and nothing is said.
    Silent,
}

/// A program that is right, and what it takes to check a change of one of its files.
#[derive(Debug)]
pub struct Shipped {
    sources: Vec<Source>,
    documents: Vec<Document>,
    meaning: String,
    program: Program,
}

/// Everything that a version says but for where it says it, its tests and its documentation: what makes it behave as it does.
pub fn behavior(connector: &Connector) -> String {
    let mut connector = connector.clone();
    connector.tests.clear();
    connector.history = tenon_compiler::ir::History::default();
    connector.two_way.clear();
    connector.externals.iter_mut().for_each(|external| external.doc = None);
    connector.mappings.iter_mut().for_each(|mapping| mapping.doc = None);
    same::meaning_of(&connector)
}

/// Where something is reported: file, line, whether it is the report's own line.
pub type Places = Vec<(String, usize, bool)>;

impl Shipped {
    /// Reads every file of a folder.
    ///
    /// # Panics
    /// A file has a mistake.
    pub fn read(folder: &Path) -> Self {
        let files = crate::compile::files(folder);
        let numbered = files.into_iter().zip(0..);
        let sources: Vec<Source> = numbered
            .map(|((name, text), number)| Source::new(FileId(number), name, text))
            .collect();
        let parsed: Vec<_> = sources.iter().map(tenon_dsl::parse).collect();
        assert!(
            parsed.iter().all(|file| file.errors.is_empty()),
            "a shipped file has a mistake"
        );
        let documents: Vec<Document> = parsed.into_iter().map(|file| file.document).collect();
        let Checked { program, reports } = tenon_compiler::check(&documents, &sources);
        assert!(reports.is_empty(), "a shipped file has a mistake: {reports:?}");
        let program = program.expect("no mistake is reported");
        let meaning = same::meaning(&program);
        Self {
            program,
            sources,
            documents,
            meaning,
        }
    }

    /// Every mutant of every file, with the number of its file.
    pub fn mutants(&self, seed: u64) -> Vec<(usize, Mutant)> {
        let mut rng = Rng::with_seed(seed);
        let mut all = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            let names = name::Names::new(&self.documents, &self.documents[at]);
            let tokens = token::tokens(&source.text, source.is_yaml());
            let made = operator::mutants(&source.text, &tokens, &names, &mut rng);
            all.extend(made.into_iter().map(|mutant| (at, mutant)));
        }
        all
    }

    /// The name of a file, and whether it is YAML.
    pub fn file(&self, at: usize) -> (&str, bool) {
        (&self.sources[at].name, self.sources[at].is_yaml())
    }

    /// The program as it is.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The program that a change makes, where nothing is said of it.
    pub fn program_of(&mut self, at: usize, mutant: &Mutant) -> Option<Program> {
        let (name, id) = (self.sources[at].name.clone(), self.sources[at].id);
        let changed = Source::new(id, name, self.changed(at, mutant));
        let parsed = tenon_dsl::parse(&changed);
        if !parsed.errors.is_empty() {
            return None;
        }
        let original = std::mem::replace(&mut self.sources[at], changed);
        let document = std::mem::replace(&mut self.documents[at], parsed.document);
        let checked = tenon_compiler::check(&self.documents, &self.sources);
        self.documents[at] = document;
        self.sources[at] = original;
        checked.program.filter(|_| checked.reports.is_empty())
    }

    /// The text of a file with a change.
    pub fn changed(&self, at: usize, mutant: &Mutant) -> String {
        let mut text = self.sources[at].text.clone();
        text.replace_range(mutant.range.clone(), &mutant.by);
        text
    }

    /// All files: name and text.
    pub fn files(&self) -> Vec<(String, String)> {
        let files = self.sources.iter();
        files.map(|source| (source.name.clone(), source.text.clone())).collect()
    }

    /// All files, one of them with a change.
    pub fn all_changed(&self, at: usize, mutant: &Mutant) -> Vec<(String, String)> {
        let mut files = self.files();
        files[at].1 = self.changed(at, mutant);
        files
    }

    /// Where something is said of a change, by all that is checked: what is wrong with the writing of one file hides nothing of the others.
    pub fn said(&self, at: usize, mutant: &Mutant) -> Places {
        let mut sources = self.sources.clone();
        sources[at].text = self.changed(at, mutant);
        places(&tenon_compiler::analyze(&sources).reports, &sources)
    }

    /// Checks a change: what is said, and what it means where nothing is wrong.
    pub fn check(&mut self, at: usize, mutant: &Mutant) -> (Verdict, Places) {
        let text = self.changed(at, mutant);
        let name = self.sources[at].name.clone();
        let changed = Source::new(self.sources[at].id, name, text);
        let original = std::mem::replace(&mut self.sources[at], changed);
        let parsed = tenon_dsl::parse(&self.sources[at]);
        let mut reports: Vec<Report> = parsed.errors.iter().map(|error| error.report()).collect();
        let mut program = None;
        if reports.iter().all(|report| report.severity != Severity::Error) {
            let document = std::mem::replace(&mut self.documents[at], parsed.document);
            let checked = tenon_compiler::check(&self.documents, &self.sources);
            self.documents[at] = document;
            reports.extend(checked.reports);
            program = checked.program;
        }
        let places = places(&reports, &self.sources);
        self.sources[at] = original;
        let own = self.sources[at].name.as_str();
        let touched = |place: &&(String, usize, bool)| place.0 == own && place.1 == mutant.line;
        let verdict = match places.iter().filter(touched).map(|place| place.2).max() {
            Some(true) => Verdict::Reported,
            Some(false) => Verdict::Shown,
            None if !reports.is_empty() => Verdict::Elsewhere(listed(&reports, &places)),
            None => match program.is_some_and(|program| same::meaning(&program) == self.meaning) {
                true => Verdict::Equivalent,
                false => Verdict::Silent,
            },
        };
        (verdict, places)
    }
}

fn listed(reports: &[Report], places: &Places) -> Vec<String> {
    let places = places.iter().filter(|place| place.2);
    let codes = reports.iter().map(|report| report.code);
    codes
        .zip(places)
        .map(|(code, place)| format!("{code} {}:{}", place.0, place.1))
        .collect()
}

/// The first line of every label.
fn places(reports: &[Report], sources: &[Source]) -> Places {
    let mut places = Places::new();
    for label in reports.iter().flat_map(|report| &report.labels) {
        let Some(source) = sources.iter().find(|source| source.id == label.span.file) else {
            continue;
        };
        let before = source.text.get(..label.span.start as usize).unwrap_or(&source.text);
        places.push((source.name.clone(), before.matches('\n').count() + 1, label.primary));
    }
    places
}

/// What `tenon check --format json` reports of these files.
///
/// # Panics
/// The command does not start, or prints something else.
pub fn said_by_command(command: &Path, files: &[(String, String)]) -> Places {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder around the file")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let command = command.canonicalize().expect("the command is there");
    let mut check = std::process::Command::new(command);
    check
        .current_dir(folder.path())
        .args(["check", ".", "--format", "json"]);
    let output = check.output().expect("the command starts");
    let text = String::from_utf8(output.stdout).expect("text");
    let reports = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    let labels = reports.flat_map(|report| report["labels"].as_array().cloned().unwrap_or_default());
    let places = labels.map(|label| {
        let name = label["file"]
            .as_str()
            .expect("a name")
            .trim_start_matches("./")
            .to_owned();
        let line = label["line"]
            .as_u64()
            .and_then(|line| usize::try_from(line).ok())
            .expect("a line");
        (name, line, label["primary"] == Value::Bool(true))
    });
    places.collect()
}
