//! The table of codes: what it says, and what the compiler says about its examples.

use crate::compile::reports_with_codes;
use tenon_dsl::code::{Verdict, codes};

/// What a code says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `E0601`
    pub name: &'static str,
    /// What is wrong.
    pub title: &'static str,
    /// What helps in general.
    pub help: &'static str,
}

/// The table.
pub fn table() -> Vec<Row> {
    let rows = codes().iter().map(|code| Row {
        name: code.name,
        title: code.title,
        help: code.help,
    });
    rows.collect()
}

/// What the compiler says about an example of a code.
#[derive(Clone, Debug)]
pub struct Judged {
    /// `E0601`
    pub code: &'static str,
    /// Whether the example should give the code, and nothing else.
    pub is_wrong: bool,
    /// The codes that were given.
    pub given: Vec<String>,
    /// The reports, drawn; the files, where there are none.
    pub drawn: String,
}

/// Every example of every explanation that is a mapping file.
pub fn examples() -> Vec<Judged> {
    let all = codes()
        .iter()
        .flat_map(|code| code.examples().into_iter().map(move |example| (code, example)));
    let mappings = all.filter(|(_, example)| example.files.iter().any(|(name, _)| name.contains(".tenon")));
    let judged = mappings.map(|(code, example)| {
        let (given, drawn) = reports_with_codes(&example.files);
        Judged {
            code: code.name,
            is_wrong: example.verdict == Verdict::Wrong,
            given,
            drawn: match drawn.is_empty() {
                true => example.files.into_iter().map(|(_, text)| text).collect(),
                false => drawn,
            },
        }
    });
    judged.collect()
}
