//! Samples to schemas, and schemas against the samples.

use tenon_compiler::analyze;
use tenon_compiler::infer::{Sample, Wanted, Wire, guess_wire, infer};
use tenon_compiler::interpret::decode::Decoder;
use tenon_dsl::report::{Style, render};
use tenon_dsl::source::{FileId, Source};

/// The schema of samples, or why there is none. Without a wire it is guessed.
pub fn inferred(samples: &[&str], name: &str, wire: Option<&str>, key: Option<&str>) -> Result<String, String> {
    let samples: Vec<Sample> = samples
        .iter()
        .map(|text| Sample {
            name: "sample.json".to_owned(),
            text: (*text).to_owned(),
        })
        .collect();
    let wire = match wire {
        Some("json") => Wire::Json,
        Some("php") => Wire::Php,
        Some("xml") => Wire::Xml,
        Some(other) => panic!("no wire is called {other}"),
        None => guess_wire(&samples),
    };
    let wanted = Wanted {
        connector: "sample".to_owned(),
        name: name.to_owned(),
        wire,
        key: key.map(str::to_owned),
    };
    infer(&samples, &wanted).map_err(|error| error.to_string())
}

/// A schema that reads every field of records.
#[derive(Debug)]
pub struct Schema(Decoder);

impl Schema {
    /// A checked schema; an error or a warning is what the author would see.
    ///
    /// # Panics
    /// Where the record is not declared.
    pub fn new(text: &str, record: &str) -> Result<Self, String> {
        let source = Source::new(FileId(0), "inferred.tenon", text);
        let checked = analyze(std::slice::from_ref(&source));
        if !checked.reports.is_empty() {
            return Err(render(&checked.reports, &[source], Style::Plain { width: 110 }));
        }
        let program = checked.program.expect("a program without reports");
        let decoder = Decoder::new(program, "sample", record).map_err(|error| error.to_string())?;
        Ok(Self(decoder.expect("the record that was asked for")))
    }

    /// What of a record does not fit, as the author reads it.
    pub fn mistakes(&self, record: &str) -> Vec<String> {
        let mistakes = self.0.mistakes(record.as_bytes());
        mistakes.iter().map(ToString::to_string).collect()
    }
}
