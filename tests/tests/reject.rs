//! What does the compiler say about each mistake? Every case is named after one; its golden is the rendered report.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::path::Path;
use support::compile::reports_of_case;

#[test]
fn every_mistake_is_said_as_its_golden_shows() {
    insta::glob!("../cases/reject", "{resolve,check}/*", |path| {
        let is_case = path.is_dir() || !is_golden(path);
        if !is_case {
            return;
        }
        let reports = reports_of_case(path).replace(concat!(env!("CARGO_MANIFEST_DIR"), "/"), "");
        assert!(!reports.is_empty(), "{} has no mistake", path.display());
        golden(path, &reports);
    });
}

fn is_golden(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "snap" || extension == "new")
}

fn golden(path: &Path, reports: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.parent().expect("a folder of cases"));
    settings.remove_snapshot_suffix();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name = path.file_name().expect("a case").to_string_lossy();
    let mistake = name.trim_end_matches(".tenon").replace(".tenon.yaml", ".yaml");
    settings.bind(|| insta::assert_snapshot!(mistake, reports));
}
