//! Mappings of the Magento connector as snapshots: a record in, what becomes of it out. An example for connectors of your own.
#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot go on")]

use tenon_mappings::register_all;
use tenon_runtime::testing::{Shop, assert_mapping_snapshot, assert_request_snapshot};
use tenon_runtime::value::{RecordId, Stored, Val};

const ADA: &str = r#"{
  "customer_id": "21", "email": "ada@example.org", "firstname": "Ada", "middlename": "King", "lastname": "Lovelace",
  "dob": "1815-12-10 00:00:00", "taxvat": null, "group_id": "1", "website_id": "1", "store_id": "2",
  "created_at": "2014-05-03 21:36:47", "updated_at": "2014-05-04 08:00:00", "password_hash": "1f:x"
}"#;

const HOME: &str = r#"[{
  "customer_address_id": "7", "firstname": "Ada", "lastname": "Byron", "prefix": null, "company": null,
  "street": "12 St James's Square\n2nd floor", "postcode": "SW1Y", "city": "London", "region": null, "country_id": "gb",
  "telephone": "5550100", "is_default_billing": "1", "is_default_shipping": "1"
}]"#;

fn shop() -> Shop {
    Shop::new(register_all, "magento 1.7").unwrap()
}

#[test]
fn a_customer_takes_the_name_of_the_billing_address() {
    assert_mapping_snapshot!(shop().import("res.partner", "Customer").given(ADA).joined("book", HOME));
}

#[test]
fn a_group_that_is_not_bound_yet_is_named() {
    let shop = shop()
        .unbound("CustomerGroup", "1")
        .bound("Website", "1", RecordId(4))
        .found("res.country", &[("code", Stored::Text("GB".into()))], &[]);
    assert_mapping_snapshot!(
        shop.import("res.partner", "Customer").given(ADA).joined("book", HOME),
        { ".record.created_at" => "[time]", ".record.updated_at" => "[time]" }
    );
}

#[test]
fn only_what_changed_is_made_again() {
    let partner = shop();
    let update = partner
        .import("res.partner", "Customer")
        .given(ADA)
        .current(&[("lang", Stored::Text("fr_FR".into()))])
        .changed(&["dob", "taxvat"]);
    assert_mapping_snapshot!(update);
}

#[test]
fn the_request_of_an_invoice_names_the_keys_of_the_shop() {
    let shop = shop()
        .setting("url", Val::text("https://shop.example.org"))
        .unwrap()
        .setting("key", Val::text("4711-secret"))
        .unwrap()
        .bound("Order", "100000001", RecordId(8))
        .bound("OrderItem", "31", RecordId(50));
    let invoice = r#"{ "order_id": 8, "notify": true, "invoice_line": [{ "order_line_id": 50, "quantity": 2 }] }"#;
    assert_request_snapshot!(shop.export("account.invoice", "OrderInvoice").given(invoice));
}
