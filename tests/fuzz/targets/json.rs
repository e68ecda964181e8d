//! Arbitrary bytes read as a payload and as serde_json reads them: the same are accepted, but for a read key that occurs twice; what the
//! writer makes of a text is what serde_json reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tenon_runtime::json::writer::json_text;
use tenon_runtime::scan::scan;
use tenon_runtime::shape::{Field, Kind, Shape, Wire};
use tenon_runtime::value::Val;

static NOTHING: Shape = Shape {
    name: "Nothing",
    wire: Wire::Json,
    slots: 0,
    fields: &[],
};

/// Which may be null or missing, so that only its syntax decides.
static ANYTHING: Shape = Shape {
    name: "Anything",
    wire: Wire::Json,
    slots: 1,
    fields: &[Field {
        optional: true,
        nullable: true,
        ..Field::new("x", Kind::Json, 0)
    }],
};

/// Keys that serde_json takes for its own when it holds numbers as text.
const PRIVATE: &str = "$serde_json::private::";

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let made = json_text(&Val::made(text.to_owned()));
        assert_eq!(serde_json::from_str::<String>(&made).ok().as_deref(), Some(text));
        if text.contains(PRIVATE) || text.contains("\\u") && text.contains("private") {
            return;
        }
    }
    let peer = serde_json::from_slice::<Value>(bytes);
    let is_record = peer.as_ref().is_ok_and(Value::is_object);
    assert_eq!(scan(&NOTHING, bytes).is_ok(), is_record, "unread: {peer:?}");
    match scan(&ANYTHING, bytes) {
        Ok(_) => assert!(is_record, "read: {peer:?}"),
        Err(errors) if is_record => {
            let told = format!("{errors:?}");
            assert!(told.contains("twice"), "refused: {told}");
        }
        Err(_) => {}
    }
});
