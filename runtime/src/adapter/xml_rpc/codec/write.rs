//! JSON -> XML-RPC, digit for digit.

use serde_json::Value;

/// A text that XML cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a text holds the control character U+{:04X}, which XML cannot carry; take it out", u32::from(*.0))]
pub struct Unwritable(pub char);

/// A call, as a client sends it.
pub fn write_call(method: &str, params: &[Value]) -> Result<String, Unwritable> {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodCall><methodName>");
    write_text(&mut xml, method)?;
    xml.push_str("</methodName><params>");
    for param in params {
        xml.push_str("<param>");
        write_value(&mut xml, param)?;
        xml.push_str("</param>");
    }
    xml.push_str("</params></methodCall>\n");
    Ok(xml)
}

/// An answer, as a server sends it.
pub fn write_answer(value: &Value) -> Result<String, Unwritable> {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><params><param>");
    write_value(&mut xml, value)?;
    xml.push_str("</param></params></methodResponse>\n");
    Ok(xml)
}

/// A refusal, as a server sends it.
pub fn write_fault(code: i64, text: &str) -> Result<String, Unwritable> {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><fault>");
    write_value(&mut xml, &serde_json::json!({ "faultCode": code, "faultString": text }))?;
    xml.push_str("</fault></methodResponse>\n");
    Ok(xml)
}

fn write_value(xml: &mut String, value: &Value) -> Result<(), Unwritable> {
    xml.push_str("<value>");
    match value {
        Value::Null => xml.push_str("<nil/>"),
        Value::Bool(true) => xml.push_str("<boolean>1</boolean>"),
        Value::Bool(false) => xml.push_str("<boolean>0</boolean>"),
        Value::Number(number) => write_number(xml, &number.to_string()),
        Value::String(text) => {
            xml.push_str("<string>");
            write_text(xml, text)?;
            xml.push_str("</string>");
        }
        Value::Array(items) => {
            xml.push_str("<array><data>");
            items.iter().try_for_each(|item| write_value(xml, item))?;
            xml.push_str("</data></array>");
        }
        Value::Object(members) => write_struct(xml, members)?,
    }
    xml.push_str("</value>");
    Ok(())
}

fn write_struct(xml: &mut String, members: &serde_json::Map<String, Value>) -> Result<(), Unwritable> {
    xml.push_str("<struct>");
    for (name, value) in members {
        xml.push_str("<member><name>");
        write_text(xml, name)?;
        xml.push_str("</name>");
        write_value(xml, value)?;
        xml.push_str("</member>");
    }
    xml.push_str("</struct>");
    Ok(())
}

fn write_number(xml: &mut String, digits: &str) {
    let name = match digits.parse::<i64>() {
        Ok(number) if i32::try_from(number).is_ok() => "int",
        Ok(_) => "i8",
        Err(_) => "double",
    };
    xml.push_str(&format!("<{name}>{digits}</{name}>"));
}

fn write_text(xml: &mut String, text: &str) -> Result<(), Unwritable> {
    for character in text.chars() {
        match character {
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '&' => xml.push_str("&amp;"),
            // A reader turns a carriage return that stands as it is into a line feed.
            '\r' => xml.push_str("&#13;"),
            '\t' | '\n' => xml.push(character),
            '\0'..' ' | '\u{FFFE}' | '\u{FFFF}' => return Err(Unwritable(character)),
            _ => xml.push(character),
        }
    }
    Ok(())
}
