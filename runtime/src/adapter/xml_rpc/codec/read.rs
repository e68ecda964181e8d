//! XML-RPC -> JSON, straight from events. Numbers keep their digits, and what is not exactly XML-RPC is refused with its place.

use std::borrow::Cow;
use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde::Deserialize;
use serde_json::Value;

use super::json::{is_integer, is_number, separate, write_string};
use super::{Answer, Fault, Malformed, MethodCall};

/// How deep values may nest; below the limit of JSON readers.
const DEEPEST: usize = 100;

/// How much of a text that is no XML-RPC a message shows.
const EXCERPT: usize = 80;

/// Reads what a server answers.
pub fn read_answer(body: &[u8]) -> Result<Answer, Malformed> {
    let mut parser = Parser::start(body, "methodResponse")?;
    let inner = parser.open_any("<params> or <fault>")?;
    let mut json = Vec::with_capacity(body.len() / 2);
    let answer = match inner.name().as_ref() {
        "params" => {
            parser.open("param")?;
            parser.open("value")?;
            parser.value(&mut json, 1)?;
            parser.close("param")?;
            Answer::Value(json)
        }
        "fault" => {
            parser.open("value")?;
            parser.value(&mut json, 1)?;
            Answer::Fault(fault(&json).ok_or_else(|| parser.wrong("a fault without code and text"))?)
        }
        other => return Err(parser.wrong(format!("`<{other}>` where <params> or <fault> is expected"))),
    };
    parser.close("params")?;
    parser.close("methodResponse")?;
    parser.end()?;
    Ok(answer)
}

/// Reads what a client asks.
pub fn read_call(body: &[u8]) -> Result<MethodCall, Malformed> {
    let mut parser = Parser::start(body, "methodCall")?;
    parser.open("methodName")?;
    parser.text()?;
    let method = std::mem::take(&mut parser.buffer);
    let mut json = vec![b'['];
    if parser.open_or_close("params")? {
        while parser.open_or_close("param")? {
            separate(&mut json, b'[');
            parser.open("value")?;
            parser.value(&mut json, 1)?;
            parser.close("param")?;
        }
        parser.close("methodCall")?;
    }
    parser.end()?;
    json.push(b']');
    let params = serde_json::from_slice(&json).map_err(|error| parser.wrong(error.to_string()))?;
    Ok(MethodCall { method, params })
}

#[derive(Deserialize)]
struct FaultRecord {
    #[serde(rename = "faultCode")]
    code: Value,
    #[serde(rename = "faultString")]
    text: Value,
}

fn fault(json: &[u8]) -> Option<Fault> {
    let record: FaultRecord = serde_json::from_slice(json).ok()?;
    let code = plain(&record.code).trim().parse().ok()?;
    Some(Fault {
        code,
        text: plain(&record.text),
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

struct Parser<'a> {
    reader: Reader<&'a [u8]>,
    /// The last text that was read, so that each does not allocate one.
    buffer: String,
}

impl<'a> Parser<'a> {
    /// Opens the text up to its outermost element.
    fn start(body: &'a [u8], root: &str) -> Result<Self, Malformed> {
        let text = utf8(body)?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut parser = Self {
            reader,
            buffer: String::new(),
        };
        match parser.first(text)? {
            start if start.name().as_ref() == root => Ok(parser),
            start => Err(parser.wrong(format!(
                "`<{}>` where <{root}> is expected; the address leads to something else than XML-RPC",
                cut(start.name().as_ref())
            ))),
        }
    }

    /// The outermost element.
    fn first(&mut self, text: &str) -> Result<BytesStart<'a>, Malformed> {
        loop {
            match self.event()? {
                Event::Start(start) => return Ok(start),
                Event::Text(white) if white.trim_ascii().is_empty() => {}
                Event::Eof => return Err(self.cut_off("there is no XML in it")),
                Event::Text(_)
                | Event::GeneralRef(_)
                | Event::CData(_)
                | Event::End(_)
                | Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => return Err(self.wrong(format!("it is no XML: `{}`", cut(text)))),
            }
        }
    }

    /// The next event that matters: comments and processing instructions do not.
    fn event(&mut self) -> Result<Event<'a>, Malformed> {
        loop {
            match self.reader.read_event() {
                Ok(Event::Comment(_) | Event::PI(_)) => {}
                Ok(Event::Decl(decl)) => match decl.encoding() {
                    None => {}
                    Some(Ok(name)) if is_utf8(&name) => {}
                    Some(_) => return Err(self.wrong("it is not UTF-8; set the charset of the API to UTF-8")),
                },
                Ok(Event::DocType(kind)) if kind.trim_ascii().to_ascii_lowercase().starts_with("html") => {
                    return Err(self.wrong("it is a web page; the address leads to something else than XML-RPC"));
                }
                Ok(Event::DocType(_)) => return Err(self.wrong("a DOCTYPE, which XML-RPC does not have")),
                Ok(event) => return Ok(event),
                Err(quick_xml::Error::Syntax(error)) => return Err(self.cut_off(error.to_string())),
                Err(error) => return Err(self.wrong(error.to_string())),
            }
        }
    }

    /// The next tag; text between tags must be white.
    fn tag(&mut self, expected: &str) -> Result<Option<BytesStart<'a>>, Malformed> {
        loop {
            match self.event()? {
                Event::Start(start) => return Ok(Some(start)),
                Event::End(_) => return Ok(None),
                Event::Text(white) if white.trim_ascii().is_empty() => {}
                Event::Eof => return Err(self.cut_off(format!("it ends where {expected} is expected"))),
                Event::Text(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => return Err(self.wrong(format!("text where {expected} is expected"))),
            }
        }
    }

    fn open_any(&mut self, expected: &str) -> Result<BytesStart<'a>, Malformed> {
        self.tag(expected)?
            .ok_or_else(|| self.wrong(format!("an end where {expected} is expected")))
    }

    fn open(&mut self, name: &str) -> Result<(), Malformed> {
        let expected = format!("<{name}>");
        let start = self.open_any(&expected)?;
        self.must_be(&start, name)
    }

    /// Whether the element opens; otherwise the enclosing one closes.
    fn open_or_close(&mut self, name: &str) -> Result<bool, Malformed> {
        match self.tag(&format!("<{name}>"))? {
            Some(start) => self.must_be(&start, name).map(|()| true),
            None => Ok(false),
        }
    }

    fn must_be(&self, start: &BytesStart<'_>, name: &str) -> Result<(), Malformed> {
        match start.name().as_ref() {
            found if found == name => Ok(()),
            found => Err(self.wrong(format!("`<{}>` where <{name}> is expected", cut(found)))),
        }
    }

    /// The end of an element; that it is the right one, the reader checks.
    fn close(&mut self, name: &str) -> Result<(), Malformed> {
        match self.tag(&format!("</{name}>"))? {
            Some(start) => Err(self.wrong(format!(
                "`<{}>` where </{name}> is expected",
                cut(start.name().as_ref())
            ))),
            None => Ok(()),
        }
    }

    /// Nothing but white space follows.
    fn end(&mut self) -> Result<(), Malformed> {
        loop {
            match self.event()? {
                Event::Eof => return Ok(()),
                Event::Text(white) if white.trim_ascii().is_empty() => {}
                Event::Text(_)
                | Event::Start(_)
                | Event::End(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => return Err(self.wrong("something follows the end of the answer")),
            }
        }
    }

    /// The text up to the end of the element, into the buffer.
    fn text(&mut self) -> Result<(), Malformed> {
        match self.text_or_tag()? {
            None => Ok(()),
            Some(start) => Err(self.wrong(format!("`<{}>` inside a text", cut(start.name().as_ref())))),
        }
    }

    /// The text up to the end of the element, or up to the first element inside.
    fn text_or_tag(&mut self) -> Result<Option<BytesStart<'a>>, Malformed> {
        self.buffer.clear();
        loop {
            match self.event()? {
                Event::Text(text) => self.buffer.push_str(&text.xml10_content()),
                Event::CData(text) => self.buffer.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = self.character(&reference)?;
                    self.buffer.push(character);
                }
                Event::Start(start) => return Ok(Some(start)),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(self.cut_off("it ends inside a value")),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                    return Err(self.wrong("markup inside a value"));
                }
            }
        }
    }

    /// What `&lt;` and `&#228;` stand for. Nothing else is defined without a DOCTYPE, so nothing can expand.
    fn character(&self, reference: &BytesRef<'_>) -> Result<char, Malformed> {
        match reference.resolve_char_ref() {
            Ok(Some(character)) => return Ok(character),
            Ok(None) => {}
            Err(error) => return Err(self.wrong(error.to_string())),
        }
        let name = reference.xml10_content();
        match name.as_ref() {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "apos" => Ok('\''),
            "quot" => Ok('"'),
            other => Err(self.wrong(format!("`&{};`, which nobody defines", cut(other)))),
        }
    }

    /// What stands between `<value>` and `</value>`, the latter included, as JSON.
    fn value(&mut self, json: &mut Vec<u8>, depth: usize) -> Result<(), Malformed> {
        if depth > DEEPEST {
            return Err(self.wrong(format!("more than {DEEPEST} values inside each other")));
        }
        let Some(start) = self.text_or_tag()? else {
            self.string(json);
            return Ok(());
        };
        if !self.buffer.trim_ascii().is_empty() {
            return Err(self.wrong("text beside the type of a value"));
        }
        self.typed(start.name().as_ref(), json, depth)?;
        self.close("value")
    }

    fn typed(&mut self, name: &str, json: &mut Vec<u8>, depth: usize) -> Result<(), Malformed> {
        match name {
            "array" => return self.array(json, depth),
            "struct" => return self.record(json, depth),
            _ => self.text()?,
        }
        match name {
            "string" | "dateTime.iso8601" => self.string(json),
            "int" | "i4" | "i8" | "ex:i8" => self.number(json, name, is_integer)?,
            "double" => self.number(json, name, is_number)?,
            "boolean" => json.extend_from_slice(self.boolean()?),
            "base64" => self.bytes(json)?,
            "nil" | "ex:nil" => json.extend_from_slice(b"null"),
            other => return Err(self.wrong(format!("`<{}>`, which is no type of XML-RPC", cut(other)))),
        }
        Ok(())
    }

    fn array(&mut self, json: &mut Vec<u8>, depth: usize) -> Result<(), Malformed> {
        self.open("data")?;
        json.push(b'[');
        let mut position = 0_usize;
        while self.open_or_close("value")? {
            separate(json, b'[');
            self.value(json, depth + 1)
                .map_err(|wrong| wrong.inside(&format!("[{position}]")))?;
            position += 1;
        }
        json.push(b']');
        self.close("array")
    }

    fn record(&mut self, json: &mut Vec<u8>, depth: usize) -> Result<(), Malformed> {
        json.push(b'{');
        let mut names = HashSet::new();
        while self.open_or_close("member")? {
            separate(json, b'{');
            self.open("name")?;
            self.text()?;
            let name = self.buffer.clone();
            if names.contains(&name) {
                return Err(self.wrong(format!("the member `{}` twice", cut(&name))));
            }
            self.string(json);
            json.push(b':');
            self.open("value")
                .and_then(|()| self.value(json, depth + 1))
                .map_err(|wrong| wrong.inside(&format!(".{name}")))?;
            self.close("member")?;
            names.insert(name);
        }
        json.push(b'}');
        Ok(())
    }

    fn string(&self, json: &mut Vec<u8>) {
        write_string(json, &self.buffer);
    }

    fn number(&self, json: &mut Vec<u8>, name: &str, is_valid: fn(&str) -> bool) -> Result<(), Malformed> {
        if !is_valid(&self.buffer) {
            return Err(self.wrong(format!("`{}`, which is no {name}", cut(&self.buffer))));
        }
        json.extend_from_slice(self.buffer.as_bytes());
        Ok(())
    }

    fn boolean(&self) -> Result<&'static [u8], Malformed> {
        match self.buffer.as_str() {
            "1" => Ok(b"true"),
            "0" => Ok(b"false"),
            other => Err(self.wrong(format!("`{}`, which is no boolean", cut(other)))),
        }
    }

    fn bytes(&mut self, json: &mut Vec<u8>) -> Result<(), Malformed> {
        self.buffer.retain(|character| !character.is_ascii_whitespace());
        let decoded = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, &self.buffer);
        decoded.map_err(|error| self.wrong(format!("base64 that is none: {error}")))?;
        self.string(json);
        Ok(())
    }

    fn wrong(&self, what: impl Into<String>) -> Malformed {
        Malformed {
            what: what.into(),
            at: usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX),
            path: String::new(),
            cut_off: false,
        }
    }

    fn cut_off(&self, what: impl Into<String>) -> Malformed {
        Malformed {
            cut_off: true,
            ..self.wrong(what)
        }
    }
}

impl Malformed {
    /// The same, seen from the value that encloses it.
    fn inside(self, step: &str) -> Self {
        Self {
            path: format!("{step}{}", self.path),
            ..self
        }
    }
}

fn utf8(body: &[u8]) -> Result<&str, Malformed> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    std::str::from_utf8(body).map_err(|error| Malformed {
        what: String::from("it is not UTF-8; set the charset of the API to UTF-8"),
        at: error.valid_up_to(),
        path: String::new(),
        cut_off: error.error_len().is_none(),
    })
}

fn is_utf8(encoding: &str) -> bool {
    encoding.eq_ignore_ascii_case("utf-8")
        || encoding.eq_ignore_ascii_case("utf8")
        || encoding.eq_ignore_ascii_case("us-ascii")
}

/// The beginning of a text that may be long.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => Cow::Owned(format!("{}..", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
