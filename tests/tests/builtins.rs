//! Is the table of built-in functions true? Its examples hold in both engines, results are of the declared type, inverses invert.

use std::path::Path;

use support::builtins::{self, Row, RowClass};

#[test]
fn every_example_holds() {
    assert_eq!(builtins::examples_that_fail(), Vec::<String>::new());
}

#[test]
fn every_example_holds_in_compiled_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/examples.tenon");
    // What does not compile must not be written: it would stop the next build.
    assert_eq!(builtins::examples_that_fail(), Vec::<String>::new());
    let wanted = builtins::program();
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") && known != wanted {
        std::fs::write(&path, &wanted).expect("the examples are written");
    }
    assert_eq!(known, wanted, "refresh with INSTA_UPDATE=always, then build again");
    assert_eq!(builtins::compiled_examples_that_fail(), Vec::<String>::new());
}

#[test]
fn results_are_of_the_declared_type() {
    for row in builtins::table() {
        let wrong = builtins::outside_the_type(&row);
        assert!(
            wrong.is_empty(),
            "{} of them:\n{}",
            wrong.len(),
            wrong[..wrong.len().min(5)].join("\n")
        );
    }
}

#[test]
fn every_inverse_leads_back() {
    assert_eq!(builtins::wrong_inverses(&builtins::table()), Vec::<String>::new());
}

/// The table with one row changed.
fn with(name: &str, change: impl Fn(Row) -> Row) -> Vec<Row> {
    let table = builtins::table();
    assert!(table.iter().any(|row| row.name == name), "{name}");
    table
        .into_iter()
        .map(|row| if row.name == name { change(row) } else { row })
        .collect()
}

#[test]
fn a_wrong_inverse_or_class_in_the_table_is_noticed() {
    type Change = fn(Row) -> Row;
    let wrong: [(&str, Change); 7] = [
        ("add_prefix", |row| Row {
            inverse: Some("add_prefix"),
            ..row
        }),
        ("lines", |row| Row {
            inverse: Some("trim"),
            ..row
        }),
        ("lines", |row| Row {
            class: RowClass::Exact,
            ..row
        }),
        ("upper", |row| Row {
            inverse: Some("lower"),
            class: RowClass::Exact,
            ..row
        }),
        ("epoch", |row| Row {
            class: RowClass::Exact,
            ..row
        }),
        ("round", |row| Row {
            inverse: Some("abs"),
            ..row
        }),
        ("not", |row| Row {
            inverse: Some("nothing"),
            ..row
        }),
    ];
    for (name, change) in wrong {
        let found = builtins::wrong_inverses(&with(name, change));
        assert!(found.iter().any(|fault| fault.starts_with(name)), "{name}: {found:?}");
    }
}
