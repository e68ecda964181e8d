//! What do mapping files become? Goldens of short cases; the same bytes on every run; nothing is written twice.

use std::fs;
use std::path::Path;

use insta::{assert_snapshot, glob};
use support::generated::{Emitted, all_files_of, emitted, row_of, rust_of, stamps, without_tables, write_to};

/// The longest golden that is read by people.
const LINES: usize = 140;

#[test]
fn cases_become_readable_rust() {
    glob!("../cases/accept", "*/*", |case| {
        if !is_case(case) {
            return;
        }
        let rust = rust_of(case).unwrap_or_else(|reports| panic!("{}:\n{reports}", case.display()));
        let rust = match rust.lines().count() <= LINES {
            true => rust,
            false => without_tables(&rust),
        };
        if rust.lines().count() > LINES {
            return;
        }
        let (parent, stem) = (case.parent().unwrap(), case.file_stem().unwrap().to_str().unwrap());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(parent);
        settings.remove_snapshot_suffix();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| assert_snapshot!(format!("{stem}.rs"), rust));
    });
}

/// A text file, or a folder of files that are one program.
fn is_case(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|end| end == "tenon")
}

#[test]
fn every_case_that_compiles_here_is_compiled_by_rustc() {
    let known: Vec<&str> = support::cases::ALL.iter().map(|(name, _)| *name).collect();
    glob!("../cases/accept", "*/*", |case| {
        if !is_case(case) {
            return;
        }
        let noun = case.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let name = format!("{noun}_{}", case.file_stem().unwrap().to_str().unwrap());
        assert!(known.contains(&name.as_str()), "{name} is not in the compiled cases");
    });
}

/// A version holds what it says otherwise; all else stands where it was said first, and is named from there.
#[test]
fn what_a_version_inherits_is_emitted_once() {
    for case in ["inherited", "inherited_yaml"] {
        let case = Path::new("cases/accept/version").join(case);
        let [first, second, third] = ["shop_1", "shop_2", "shop_2_1"].map(|module| emitted(&case, module).unwrap());
        let count = |of: &Emitted| (of.mappings, of.functions, of.tables);
        // Three mappings; one rule of one mapping is another; an operation is another.
        assert_eq!(count(&first), (3, 14, 23), "{first:?}");
        assert_eq!(count(&second), (1, 4, 3), "{second:?}");
        assert_eq!(count(&third), (0, 1, 2), "{third:?}");
        assert!(second.lines * 3 < first.lines, "{second:?} beside {first:?}");
        assert!(third.lines * 5 < first.lines, "{third:?} beside {first:?}");
    }
}

/// A mapping of which one rule is overridden names the functions of all others where they stand.
#[test]
fn rules_that_a_version_inherits_are_named_where_they_stand() {
    let rust = all_files_of(Path::new("cases/accept/version/inherited")).unwrap();
    for line in [
        "pub(crate) fn let_person<'s>(e: &Eval<'_, 's>) -> Out<'s> {",
        "pub use super::shop_2::import_res_partner_from_customer;",
    ] {
        assert_eq!(rust.matches(line).count(), 1, "{line} in\n{rust}");
    }
    let used = "use super::super::shop_1::import_res_partner_from_customer::{";
    assert_eq!(rust.matches(used).count(), 2, "{rust}");
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let connectors = Path::new("../mappings/connectors");
    let first = all_files_of(connectors).unwrap();
    assert!(first.contains("pub static RES_PARTNER: Model"), "{first}");
    assert_eq!(first, all_files_of(connectors).unwrap());
}

#[test]
fn what_is_unchanged_is_not_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (folder.path().join("shop.tenon"), folder.path().join("out"));
    fs::write(&source, "connector shop\n\ninternal a {\n  name: text\n}\n").unwrap();
    assert_eq!(write_to(&source, &out), Ok((3, 0)));
    let before = stamps(&out).unwrap();
    assert_eq!(write_to(&source, &out), Ok((0, 0)));
    assert_eq!(before, stamps(&out).unwrap());
}

#[test]
fn only_our_own_files_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (folder.path().join("shop.tenon"), folder.path().join("out"));
    fs::write(&source, "connector shop\n").unwrap();
    write_to(&source, &out).unwrap();
    fs::write(out.join("by_hand.rs"), "// mine\n").unwrap();
    fs::write(&source, "connector store\n").unwrap();
    let (_, removed) = write_to(&source, &out).unwrap();
    assert_eq!(removed, 1);
    assert!(!out.join("shop.rs").exists() && out.join("store.rs").exists() && out.join("by_hand.rs").exists());
}

#[test]
fn a_union_says_by_its_function_what_is_the_same() {
    let record = r#"{"id": 1, "tags": ["a", "b"], "more": ["b", "c", "c"],
        "links": [{"sku": "S1", "kind": "up"}, {"sku": "S2", "kind": "up"}],
        "old_links": [{"sku": "S2", "kind": "cross"}, {"sku": "S3", "kind": "cross"}]}"#;
    let row = row_of("expression_union", "Product", record).unwrap();
    for expected in [
        r#""tags": "a, b, c""#,
        r#""skus": "S1 up, S2 up, S3 cross""#,
        r#""links": "up, up, cross, cross""#,
    ] {
        assert!(row.contains(expected), "{expected} is not in\n{row}");
    }
}
