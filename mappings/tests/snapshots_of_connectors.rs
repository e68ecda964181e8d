//! The connectors themselves as snapshots: what holds for a version, and the Rust that a mapping becomes. An example for your own.
#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot go on")]

use std::sync::Arc;

use tenon_compiler::interpret::{ExternTable, Externs};
use tenon_compiler::testing::{Connectors, TestError, assert_effective_snapshot, assert_generated_snapshot};

fn connectors() -> Connectors {
    Connectors::read("connectors").unwrap()
}

#[test]
fn what_holds_for_groups_in_1_7() {
    let block = "import res.partner.category from CustomerGroup";
    assert_effective_snapshot!(connectors(), "magento 1.7", block);
}

#[test]
fn the_rust_of_groups_in_1_7() {
    assert_generated_snapshot!(connectors(), "magento_1_7", "ImportResPartnerCategoryFromCustomerGroup");
}

#[test]
fn what_is_not_there_is_said_with_what_there_is() {
    let error = connectors().effective("magento 1.6", None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no version is called `magento 1.6`; there is magento, magento 1.7"
    );
    let error = connectors().generated("shop", None).unwrap_err();
    assert!(
        error.to_string().starts_with("no module is called `shop`; there is"),
        "{error}"
    );
}

/// Every rule of both ways is tried; one that calls a function of its author is tried with that function.
#[test]
fn rules_of_both_ways_lead_back() {
    let externs: Arc<dyn Externs> = Arc::new(ExternTable(&[]));
    match connectors().laws(&externs, 200, 1) {
        Ok(held) => assert!(held >= 1, "a category and its parent go both ways"),
        Err(TestError::Laws(broken)) => panic!("{}", broken.join("\n")),
        Err(error) => panic!("{error}"),
    }
}
