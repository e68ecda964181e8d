//! How the tests of this folder write values: JSON with single quotes, `missing`, dates as `@2017-06-27`.

use crate::value::{Out, Val};

/// A value.
pub(crate) fn v(text: &str) -> Val<'static> {
    match text {
        "missing" => Val::Missing,
        date if date.starts_with('@') => moment(&date[1..]),
        json => json_value(&serde_json::from_str(&json.replace('\'', "\"")).expect(json)),
    }
}

/// A result: JSON with single quotes, `missing`, or `!` and the message of the fault.
pub(crate) fn show(out: Out<'_>) -> String {
    match out {
        Ok(Val::Missing) => String::from("missing"),
        Ok(value) => crate::json::writer::json_text(&value).replace('"', "'"),
        Err(fault) => format!("! {fault}").replace('"', "'"),
    }
}

fn moment(text: &str) -> Val<'static> {
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() == 10 => Val::Date(date),
        _ => Val::DateTime(text.parse().expect(text)),
    }
}

fn json_value(json: &serde_json::Value) -> Val<'static> {
    match json {
        serde_json::Value::Null => Val::Null,
        serde_json::Value::Bool(flag) => Val::Bool(*flag),
        serde_json::Value::Number(number) => match number.to_string().parse() {
            Ok(whole) => Val::Int(whole),
            Err(_) => Val::decimal(&number.to_string()).expect("digits"),
        },
        serde_json::Value::String(text) => Val::made(text.clone()),
        serde_json::Value::Array(list) => Val::List(list.iter().map(json_value).collect()),
        serde_json::Value::Object(fields) => {
            // Names of records are static in generated code; a test may leak a few.
            let fields = fields
                .iter()
                .map(|(name, value)| (&*name.clone().leak(), json_value(value)));
            Val::Record(fields.map(|(name, value)| (name as &'static str, value)).collect())
        }
    }
}

/// `call => result`, one a line.
macro_rules! holds {
    ($($call:expr => $result:literal),+ $(,)?) => {
        $(assert_eq!($crate::builtin::examples::show($call), $result, "{}", stringify!($call));)+
    };
}
pub(crate) use holds;
