//! Which values a column holds, and what is said of those it cannot.

use super::golden;
use support::mapper::{column, store_value};

#[test]
fn columns() {
    let mut told = String::new();
    for (name, values) in [
        (
            "text",
            &["'a'", "key 007", "'12345678901'", "'a\\u0000b'", "7", "null"][..],
        ),
        ("text null", &["null", "''"]),
        ("enum", &["'new'", "'old'"]),
        ("open enum", &["'old'", "1"]),
        ("int", &["7", "key 7", "key a", "'7'", "7.0"]),
        (
            "decimal(2)",
            &[
                "1",
                "1.5",
                "1.500",
                "1.505",
                "-0.00",
                "99999999999999999999999999.99",
                "'1'",
            ],
        ),
        ("bool", &["true", "1"]),
        ("date", &["@2017-06-27", "@-000001-01-01", "@2017-06-27T00:00:00Z"]),
        (
            "datetime",
            &["@2017-06-27T15:13:08.1234567Z", "@-000001-06-27T15:13:08Z"],
        ),
        ("json", &["{'a':[1.50,null,true]}", "@2017-06-27", "[]"]),
        ("ref", &["ref 7", "7", "null"]),
        ("refs", &["[]", "refs 1 2 1", "[1]", "ref 1", "null"]),
        ("children", &["[]", "null"]),
    ] {
        told.push_str(&format!("{name}\n"));
        for value in values {
            told.push_str(&format!("  {value}  ->  {}\n", store_value(column(name), value)));
        }
    }
    golden("store", &told);
}
