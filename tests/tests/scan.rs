//! Does the scanner accept what serde_json accepts, read what each wire means, and name what does not fit?

use support::scan::{accepts_record, element_texts, element_texts_of, raw_x, read_order, read_orders, read_value};

#[path = "scan/random.rs"]
mod random;
#[path = "scan/written.rs"]
mod written;

fn golden(name: &str, told: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("scan");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, told));
}

/// A value in each wire, one line each; wires that agree share a line.
fn table(rows: &[(&str, &[&str])]) -> String {
    let mut told = String::new();
    for (declared, values) in rows {
        told.push_str(&format!("{declared}\n"));
        for value in *values {
            let read = ["json", "php", "xml"].map(|wire| read_value(wire, declared, value));
            match &read {
                [json, php, xml] if json == php && php == xml => told.push_str(&format!("  {value}  ->  {json}\n")),
                [json, php, xml] => {
                    told.push_str(&format!("  {value}\n    json {json}\n    php  {php}\n    xml  {xml}\n"));
                }
            }
        }
    }
    told
}

#[test]
fn texts_and_keys() {
    let told = table(&[
        (
            "text",
            &[
                "\"a\\u00e4\\n\"",
                "\"\"",
                "12.50",
                "true",
                "null",
                "\"123456\"",
                "\"a\\u0000\"",
                "-",
            ],
        ),
        ("text?", &["\"\"", "false", "[]", "[1]", "null"]),
        ("text as number", &["12.50", "\"12\""]),
        ("enum", &["\"simple\"", "\"\"", "\"other\""]),
        ("key int? as null 0", &["\"0\"", "0", "1", "\"00\""]),
        (
            "key int",
            &[
                "12",
                "\"12\"",
                "0",
                "\"0\"",
                "\"007\"",
                "-5",
                "-0",
                "1.0",
                "99999999999999999999",
            ],
        ),
        ("key int?", &["\"\"", "false", "0"]),
        ("key text", &["\"a-1\"", "7", "\"\""]),
        (
            "uuid",
            &[
                "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"",
                "\"{67e55044-10b1-426f-9247-bb680e5fe0c8}\"",
            ],
        ),
        ("bytes", &["\"AAEC\\/w==\"", "\"A\""]),
        ("json", &["{\"a\": [1e400]}", "null"]),
        ("json?", &["null", "false", "\"\""]),
    ]);
    golden("texts", &told);
}

#[test]
fn numbers_and_flags() {
    let told = table(&[
        (
            "int",
            &[
                "12",
                "\"12\"",
                "12.0",
                "1e3",
                "9223372036854775808",
                "\"+1\"",
                "\"\"",
                "-0",
            ],
        ),
        ("int?", &["\"\"", "false", "[]"]),
        ("int as text", &["\"12\"", "12"]),
        (
            "decimal",
            &[
                "1.10",
                "\"1.10\"",
                "1e-3",
                "12e2",
                "0.1234567890123456789012345678",
                "1e29",
                "1e-29",
                "0e999",
            ],
        ),
        ("decimal(2)", &["1.5", "1.10", "1.1000", "1.101", "\"1,50\"", "\".5\""]),
        ("float", &["0.1", "1e400", "\"0.5\""]),
        ("bool", &["true", "0", "\"1\"", "\"true\"", "2", "\"\"", "null"]),
        ("bool?", &["false", "\"\"", "[]"]),
        ("bool as flag", &["\"1\"", "0", "true"]),
        ("bool as text", &["\"true\"", "\"0\"", "true"]),
    ]);
    golden("numbers", &told);
}

#[test]
fn days_and_instants() {
    let told = table(&[
        (
            "date",
            &[
                "\"2017-06-27\"",
                "\"2017-02-29\"",
                "\"2017-06-27 00:00:00\"",
                "\"0000-00-00\"",
            ],
        ),
        ("date?", &["\"0000-00-00\"", "\"0000-00-00 00:00:00\"", "\"\""]),
        ("date as %d.%m.%Y", &["\"27.06.2017\"", "\"2017-06-27\""]),
        ("time", &["\"17:13\"", "\"17:13:08.25\"", "\"24:00\""]),
        (
            "datetime",
            &[
                "\"2017-06-27 15:13:08\"",
                "\"2017-06-27T17:13:08+02:00\"",
                "\"2017-06-27T15:13:08.123Z\"",
                "\"2017-06-27T12:13:08-0300\"",
                "\"2017-06-27\"",
                "\"2017-06-27T15:13:08+25:00\"",
                "1498576388",
            ],
        ),
        ("datetime as %d/%m/%Y %H:%M", &["\"27/06/2017 15:13\"", "\"x\""]),
        ("datetime as epoch", &["1498576388", "\"1498576388\"", "0.5", "1e30"]),
    ]);
    golden("moments", &told);
}

const ORDER: &str = r#"{"ignored":{"a":[]},"id":7,"payment":{"method":"card","paid":12.50},"items":[
  {"sku":"A","qty":1,"rows":[["a","b"],[],["c"]],"names":{"fr":"un","d\u0065":"eins"}},
  {"qty":2.5000,"sku":"B","type":"bundle","payment":{"method":"cash"}}],
  "note":null,"at":"2017-06-27T15:13:08Z","extra":{"k":[1,2]},"paid":true}"#;

#[test]
fn nested_records_lists_and_maps() {
    let told = [
        read_order("json", ORDER.as_bytes()),
        read_order("php", br#"{"id":"7","payment":{"method":"card"},"items":[{"sku":1,"qty":"2","names":[],"payment":[],"rows":false}]}"#),
        read_order("xml", br#"{"id":"7","payment":{"method":"card"},"items":{"sku":"A","qty":"2","rows":"x","names":""},"at":""}"#),
        read_orders("json", format!("[{ORDER},{{}},3]").as_bytes()).join("\n"),
    ];
    golden("nested", &told.join("\n\n"));
}

#[test]
fn mistakes_have_path_place_and_value() {
    let told = [
        read_order("json", br#"{"id":"7","payment":{"method":[],"paid":1.001},"items":[{"sku":null,"qty":1},{"sku":"B","qty":"x","rows":[["a",1],2],"names":{"a b":"toolong"}}]}"#),
        read_order("json", br#"{"id":7,"id":8,"payment":{"method":"a","method":"b"},"items":[{"sku":"A","qty":1,"names":{"x":"1","x":"2"}}]}"#),
        read_order("json", br#"{"id":7,"payment":null,"items":{}}"#),
        read_order("json", b"[]"),
        read_order("php", b"[]"),
        read_order("json", b"{\"id\":7,\n \"payment\":{,}}"),
        read_order("json", b"{\"id\":7} {}"),
        read_order("json", b"{\"id\":\"\xff\"}"),
        read_order("json", b""),
    ];
    golden("mistakes", &told.join("\n\n"));
}

#[test]
fn many_mistakes_end_the_scan() {
    let items = vec!["{}"; 1_000].join(",");
    let order = format!(r#"{{"id":1,"payment":{{"method":"a"}},"items":[{items}]}}"#);
    assert_eq!(read_order("json", order.as_bytes()).lines().count(), 100);
    let list = read_orders("json", format!("[{order},{ORDER}]").as_bytes());
    assert_eq!(list.len(), 2);
    assert!(list.iter().any(|told| told.starts_with("{\"id\":\"7\"")));
}

#[test]
fn ranges_of_elements() {
    let list = br#" [ {"a":1} , [2,[3]], "x,]" ,null] "#;
    assert_eq!(
        element_texts(list),
        Ok(["{\"a\":1}", "[2,[3]]", "\"x,]\"", "null"].map(String::from).to_vec())
    );
    assert_eq!(element_texts(b"[]"), Ok(Vec::new()));
    assert!(element_texts(b"[1,]").is_err());
    assert!(element_texts(b"[1] 2").is_err());
    let page = br#"{"total":2,"it\u0065ms":[1,2],"x":[3]}"#;
    assert_eq!(
        element_texts_of(page, "items"),
        Ok(vec![String::from("1"), String::from("2")])
    );
    assert_eq!(element_texts_of(page, "missing"), Ok(Vec::new()));
    assert!(element_texts_of(page, "total").is_err());
}

#[test]
fn depth_is_that_of_serde_json() {
    for depth in 120..132 {
        let text = format!("{{\"x\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
        let peer = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        assert_eq!(accepts_record(text.as_bytes()), peer, "{depth}");
        assert_eq!(raw_x(text.as_bytes()).is_ok(), peer, "{depth}");
    }
    let open = "[".repeat(1_000_000);
    assert!(raw_x(format!("{{\"x\":{open}").as_bytes()).is_err());
}
