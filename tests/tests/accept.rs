//! What does the compiler understand? Every accepted case gives a program; its golden is the outline of it.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::path::Path;
use support::compile::compile_case;

#[test]
fn every_accepted_case_means_what_its_golden_shows() {
    insta::glob!("../cases/accept", "*/*", |path| {
        if is_case(path) {
            golden(path, &compile_case(path));
        }
    });
}

#[test]
fn a_case_in_yaml_means_the_same_as_its_text() {
    insta::glob!("../cases/accept", "*/*.tenon.yaml", |path| {
        let text = path.with_extension("");
        assert_eq!(compile_case(path), compile_case(&text), "{}", path.display());
    });
}

#[test]
fn versions_in_yaml_mean_the_same_as_their_text() {
    insta::glob!("../cases/accept", "*/*_yaml", |path| {
        let name = path.file_name().expect("a case").to_string_lossy();
        let text = path.with_file_name(name.trim_end_matches("_yaml"));
        let (yaml, text) = (compile_case(path), compile_case(&text));
        assert_eq!(without_places(&yaml), without_places(&text), "{}", path.display());
    });
}

/// A text file, or a folder of files that are one program; a folder in YAML is compared with its twin in text.
fn is_case(path: &Path) -> bool {
    match path.is_dir() {
        true => !path.to_string_lossy().ends_with("_yaml"),
        false => path.extension().is_some_and(|end| end == "tenon"),
    }
}

/// An outline whose lines do not say where they were written.
fn without_places(outline: &str) -> String {
    let line = |line: &str| match line.rsplit_once("  (") {
        Some((before, place)) if place.contains(".tenon") => before.to_owned(),
        _ => line.to_owned(),
    };
    outline.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_mappings_of_magento_are_accepted_without_a_word() {
    let connectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mappings/connectors");
    let outline = compile_case(&connectors);
    assert!(outline.contains("import res.partner from Customer (ImportResPartnerFromCustomer, strata 2)"));
    assert!(!outline.contains('⚠'), "{outline}");
}

fn golden(path: &Path, outline: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.parent().expect("a folder of cases"));
    settings.remove_snapshot_suffix();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let case = path.file_stem().expect("a case").to_string_lossy().into_owned();
    settings.bind(|| insta::assert_snapshot!(format!("{case}.ir"), outline));
}
