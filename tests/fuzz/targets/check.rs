//! Arbitrary text checked as a whole connector, and turned into code where nothing is wrong with it, never a crash.
//!
//! The form follows from the first character: `#` begins a text file, as a comment; anything else is YAML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenon_compiler::emit::Form;
use tenon_dsl::report::{Style, render};
use tenon_dsl::source::{FileId, Source};

fuzz_target!(|text: &str| {
    let name = match text.starts_with('#') {
        true => "fuzzed.tenon",
        false => "fuzzed.tenon.yaml",
    };
    let sources = [Source::new(FileId(0), name, text)];
    let compiled = tenon_compiler::compile(&sources, Form::Included);
    render(&compiled.reports, &sources, Style::Plain { width: 110 });
});
