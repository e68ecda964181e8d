//! Recording files -> recorded calls. Knows two shapes of files and no type of record.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::Recorded;

/// Where recordings of real shops lie: `TENON_RECORDINGS`, or beside the workspace; `None`: this machine has none.
pub fn root() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let root = std::env::var_os("TENON_RECORDINGS").map_or(beside, PathBuf::from);
    root.is_dir().then_some(root)
}

/// A file per call: `{ method, args, response }`.
#[derive(Deserialize)]
struct Single {
    method: String,
    args: Value,
    response: Value,
}

/// A file per session: the calls in the order sent.
#[derive(Deserialize)]
struct Cassette {
    interactions: Vec<Interaction>,
}

#[derive(Deserialize)]
struct Interaction {
    /// Absent for logins and goodbyes, which the fake shop answers itself.
    api_method: Option<String>,
    #[serde(default)]
    args: Value,
    result: Value,
}

/// All calls in the files of a folder, or in one file; folders inside too, in the order of their names.
pub fn read(path: &Path) -> Vec<Recorded> {
    let mut files = Vec::new();
    collect(path, &mut files);
    files.iter().flat_map(|file| read_file(file)).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.extend((path.extension() == Some("json".as_ref())).then(|| path.to_owned()));
        return;
    }
    let entries = std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.iter().for_each(|entry| collect(entry, files));
}

fn read_file(path: &Path) -> Vec<Recorded> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if let Ok(single) = serde_json::from_str::<Single>(&text) {
        return vec![Recorded {
            method: single.method,
            args: single.args,
            answer: single.response,
        }];
    }
    let cassette: Cassette = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let calls = cassette.interactions.into_iter().filter_map(|interaction| {
        Some(Recorded {
            method: interaction.api_method?,
            args: interaction.args,
            answer: interaction.result,
        })
    });
    calls.collect()
}
