//! What does the compiler understand? Every accepted case gives a program; its golden is the outline of it.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::path::Path;
use support::compile::compile_case;

#[test]
fn every_accepted_case_means_what_its_golden_shows() {
    insta::glob!("../cases/accept", "**/*.tenon", |path| {
        golden(path, &compile_case(path));
    });
}

#[test]
fn a_case_in_yaml_means_the_same_as_its_text() {
    insta::glob!("../cases/accept", "**/*.tenon.yaml", |path| {
        let text = path.with_extension("");
        assert_eq!(compile_case(path), compile_case(&text), "{}", path.display());
    });
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
