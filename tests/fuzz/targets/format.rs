//! Arbitrary text that can be read as a mapping file, formatted: the tree stays, the comments stay, and a second run changes nothing.
//!
//! The form follows from the first character: `#` begins a text file, as a comment; anything else is YAML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenon_dsl::print::{FormatError, format, same};
use tenon_dsl::source::{FileId, Source};

fuzz_target!(|text: &str| {
    let name = match text.starts_with('#') {
        true => "fuzzed.tenon",
        false => "fuzzed.tenon.yaml",
    };
    let source = |text: &str| Source::new(FileId(0), name, text);
    let before = tenon_dsl::parse(&source(text));
    let formatted = match format(&source(text)) {
        Ok(formatted) => formatted,
        Err(FormatError::Mistakes(mistakes)) => return assert!(!mistakes.is_empty()),
        Err(error) => panic!("{error}:\n{text}"),
    };
    let after = tenon_dsl::parse(&source(&formatted));
    assert!(after.errors.is_empty(), "what is written cannot be read:\n{formatted}");
    assert!(same(&before.document, &after.document), "another tree:\n{formatted}");
    match format(&source(&formatted)) {
        Ok(again) => assert_eq!(again, formatted, "a second run changes something"),
        Err(error) => panic!("{error}:\n{formatted}"),
    }
});
