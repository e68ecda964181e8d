//! An element of XML as the one JSON that adapters hand over: its text, or an object of its attributes, its elements and its text.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};

/// How deep elements may nest; below the limit of JSON readers.
const DEEPEST: usize = 100;

/// Why a text is no element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct NoElement {
    /// What is wrong.
    pub what: String,
    /// Where, from 1.
    pub line: usize,
}

/// The JSON of the outermost element of a text.
///
/// ```
/// use tenon_runtime::json::element::to_json;
///
/// let text = "<?xml version=\"1.0\"?>\n<product id='7'><name>Bag &amp; Co</name><tag>a</tag><tag>b</tag></product>";
/// assert_eq!(to_json(text).unwrap(), r#"{"@id":"7","name":"Bag & Co","tag":["a","b"]}"#);
/// assert_eq!(to_json("<a><b></a>").unwrap_err().line, 1);
/// ```
pub fn to_json(text: &str) -> Result<String, NoElement> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut elements = Elements { text, reader };
    let value = elements.root()?;
    Ok(value.to_string())
}

struct Elements<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
}

impl<'t> Elements<'t> {
    fn root(&mut self) -> Result<Value, NoElement> {
        let mut root = None;
        loop {
            match self.event()? {
                Event::Start(start) if root.is_none() => root = Some(self.element(&start, 1)?),
                Event::Start(_) => return Err(self.wrong("a second outermost element")),
                Event::Eof => return root.ok_or_else(|| self.wrong("there is no element in it")),
                Event::Text(white) if white.trim_ascii().is_empty() => {}
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::DocType(_) => return Err(self.wrong("a DOCTYPE, which nothing reads")),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::End(_) | Event::Empty(_) => {
                    return Err(self.wrong("text outside of the outermost element"));
                }
            }
        }
    }

    fn event(&mut self) -> Result<Event<'t>, NoElement> {
        let event = self.reader.read_event();
        event.map_err(|error| self.wrong(&error.to_string()))
    }

    fn element(&mut self, start: &BytesStart<'_>, depth: usize) -> Result<Value, NoElement> {
        if depth > DEEPEST {
            return Err(self.wrong(&format!("more than {DEEPEST} elements inside each other")));
        }
        let mut fields = self.attributes(start)?;
        let mut own = String::new();
        loop {
            match self.event()? {
                Event::Start(inner) => {
                    let name = inner.name().as_ref().to_owned();
                    let value = self.element(&inner, depth + 1)?;
                    add(&mut fields, name, value);
                }
                Event::End(_) => break,
                Event::Text(text) => own.push_str(&text.xml10_content()),
                Event::CData(text) => own.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => own.push(self.character(&reference)?),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return Err(self.wrong("it ends inside an element")),
                Event::Empty(_) | Event::Decl(_) | Event::DocType(_) => {
                    return Err(self.wrong("a declaration inside an element"));
                }
            }
        }
        if fields.is_empty() {
            return Ok(Value::String(own));
        }
        if !own.trim().is_empty() {
            fields.insert("#text".to_owned(), Value::String(own));
        }
        Ok(Value::Object(fields))
    }

    /// Attributes as `@name`; declarations of name spaces are none.
    fn attributes(&self, start: &BytesStart<'_>) -> Result<Map<String, Value>, NoElement> {
        let mut fields = Map::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.wrong(&error.to_string()))?;
            let name = attribute.key.as_ref();
            if name == "xmlns" || name.starts_with("xmlns:") {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|error| self.wrong(&error.to_string()))?;
            fields.insert(format!("@{name}"), Value::String(value.into_owned()));
        }
        Ok(fields)
    }

    /// What `&lt;` and `&#228;` stand for. Nothing else is defined without a DOCTYPE, so nothing can expand.
    fn character(&self, reference: &quick_xml::events::BytesRef<'_>) -> Result<char, NoElement> {
        match reference.resolve_char_ref() {
            Ok(Some(character)) => return Ok(character),
            Ok(None) => {}
            Err(error) => return Err(self.wrong(&error.to_string())),
        }
        let name = reference.xml10_content();
        match name.as_ref() {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "apos" => Ok('\''),
            "quot" => Ok('"'),
            other => Err(self.wrong(&format!("`&{other};`, which nobody defines"))),
        }
    }

    fn wrong(&self, what: &str) -> NoElement {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let before = self.text.as_bytes().iter().take(at);
        NoElement {
            what: what.to_owned(),
            line: before.filter(|byte| **byte == b'\n').count() + 1,
        }
    }
}

/// Several elements of one name are a list.
fn add(fields: &mut Map<String, Value>, name: String, value: Value) {
    match fields.get_mut(&name) {
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
        None => {
            fields.insert(name, value);
        }
    }
}
