//! Does `tenon fix` write what was meant, and never anything that makes a file worse?
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::path::Path;
use support::fix::{mended, mended_file};

fn bind(path: &Path, check: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path);
    settings.remove_snapshot_suffix();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(check);
}

#[test]
fn what_was_meant_is_written() {
    insta::glob!("../cases/fix", "*.{tenon,yaml}", |path| {
        let name = path.file_name().expect("a case").to_string_lossy();
        let made = mended_file(path);
        let [before, after] = made.mistakes;
        assert!(
            made.changes.is_empty() || after <= before,
            "{name} gets worse: {before:?} {after:?}"
        );
        assert!(
            mended(&name, &made.text).changes.is_empty(),
            "{name} is not fixed by one run"
        );
        let (changes, text) = (made.changes.join("\n"), made.text);
        let case = name.trim_end_matches(".tenon").replace(".tenon.yaml", ".yaml");
        bind(path.parent().expect("a folder of cases"), || {
            insta::assert_snapshot!(case, format!("{changes}\n\n{text}"))
        });
    });
}

#[test]
fn no_case_becomes_worse_and_the_offers_of_all_are_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut listed = Vec::new();
    for name in ["reject/syntax", "reject/resolve", "reject/check"] {
        for path in files(&folder.join(name)) {
            let made = mended_file(&path);
            let [before, after] = made.mistakes;
            assert!(
                made.changes.is_empty() || after <= before,
                "{} gets worse: {before:?} {after:?}",
                path.display()
            );
            let case = path
                .strip_prefix(&folder)
                .expect("below the folder")
                .display()
                .to_string();
            listed.extend(made.changes.iter().map(|change| format!("{case} {change}")));
        }
    }
    bind(&folder.join("mistakes"), || {
        insta::assert_snapshot!("offers_of_rejected_cases", listed.join("\n"))
    });
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of cases");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    let is_case = |path: &std::path::PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".tenon") || name.ends_with(".tenon.yaml")
    };
    files.retain(|path| path.is_file() && is_case(path));
    files.sort();
    files
}
