//! Arbitrary text read as a mapping file: a tree or reports that can be drawn, never a crash.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenon_dsl::report::{Style, render};
use tenon_dsl::source::{FileId, Source};

fuzz_target!(|text: &str| {
    let source = Source::new(FileId(0), "fuzzed.tenon", text);
    let parsed = tenon_dsl::parse(&source);
    let reports: Vec<_> = parsed.errors.iter().map(|error| error.report()).collect();
    render(&reports, &[source], Style::Plain { width: 110 });
});
