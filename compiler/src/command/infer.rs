//! `tenon infer`: a schema that reads these samples.

use super::Ended;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use tenon_compiler::folder::{self, FolderError};
use tenon_compiler::infer::{self, Sample, Wanted, Wire, infer};

/// Arguments of `tenon infer`.
#[derive(Debug, Args)]
pub(crate) struct Infer {
    /// Records as they come over the wire, in JSON: one a file, or a list of them; of XML one element a file `.xml`
    #[arg(required = true, value_name = "SAMPLE")]
    samples: Vec<PathBuf>,
    /// Name of the record; else made of the name of the first file
    #[arg(long)]
    name: Option<String>,
    /// How the other side writes values; else xml for files `.xml`, or guessed between json and php
    #[arg(long, value_enum)]
    wire: Option<WireName>,
    /// The field that is its key
    #[arg(long, value_name = "FIELD")]
    key: Option<String>,
    /// The connector that the schema is for, as the file will say it: `magento "1.7"`
    #[arg(long, default_value = "sample")]
    connector: String,
}

/// `wire` of the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WireName {
    /// JSON with its own types
    Json,
    /// What PHP sends: numbers as text, `[]` and `false` for nothing
    Php,
    /// Elements of XML, as the adapter hands them over
    Xml,
}

/// Reads the samples, prints a mapping file.
pub(crate) fn run(arguments: &Infer) -> Result<Ended, FolderError> {
    let mut samples = Vec::new();
    for path in &arguments.samples {
        let name = path.display().to_string();
        match String::from_utf8(folder::read_record(path)?) {
            Ok(text) => samples.push(Sample { name, text }),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                eprintln!("tenon: {name}: byte {at} is no UTF-8");
                return Ok(Ended::Refused);
            }
        }
    }
    let wire = match arguments.wire {
        Some(WireName::Json) => Wire::Json,
        Some(WireName::Php) => Wire::Php,
        Some(WireName::Xml) => Wire::Xml,
        None if arguments.samples.iter().any(|path| is_xml(path)) => Wire::Xml,
        None => infer::guess_wire(&samples),
    };
    let first = arguments.samples.first().map(PathBuf::as_path);
    let wanted = Wanted {
        connector: arguments.connector.clone(),
        name: arguments.name.clone().unwrap_or_else(|| named(first)),
        wire,
        key: arguments.key.clone(),
    };
    match infer(&samples, &wanted) {
        Ok(text) => {
            print!("{text}");
            Ok(Ended::Clean)
        }
        Err(error) => {
            eprintln!("tenon: {error}");
            Ok(Ended::Refused)
        }
    }
}

fn is_xml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "xml")
}

/// A record is called as its file.
fn named(path: Option<&Path>) -> String {
    let stem = path.and_then(Path::file_stem).and_then(|stem| stem.to_str());
    stem.and_then(infer::record_name).unwrap_or_else(|| "Record".to_owned())
}
