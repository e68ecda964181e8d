//! Samples -> what was seen: one pass over the JSON text, nothing is kept but counts.

use super::seen::{Records, Seen};
use super::{InferError, Sample};
use std::collections::HashSet;
use tenon_runtime::json::reader::{Position, Reader, Syntax, Token};
use tenon_runtime::json::text::unescape;
use tenon_runtime::scan::Text;
use tenon_runtime::shape::Wire;

/// Counts the records of one sample: one record, or a list of them.
pub(super) fn count(sample: &Sample, wire: Wire, into: &mut Seen) -> Result<(), InferError> {
    let mut walker = Walker {
        reader: Reader::new(&sample.text),
        wire,
    };
    let read = walker.whole(into).and_then(|()| Ok(walker.reader.end()?));
    read.map_err(|stop| told(stop, sample))
}

/// Why a sample cannot be used.
enum Stop {
    Syntax(Syntax),
    NoRecord { offset: usize, found: &'static str },
}

impl From<Syntax> for Stop {
    fn from(syntax: Syntax) -> Self {
        Self::Syntax(syntax)
    }
}

fn told(stop: Stop, sample: &Sample) -> InferError {
    let (offset, message) = match stop {
        Stop::Syntax(syntax) => (syntax.offset, format!("this is no JSON: {}", syntax.message)),
        Stop::NoRecord { offset, found } => (
            offset,
            format!("this is {found}, a sample is a record or a list of records"),
        ),
    };
    let before = sample.text.get(..offset).unwrap_or(&sample.text);
    InferError::Sample {
        name: sample.name.clone(),
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1,
        message,
    }
}

struct Walker<'t> {
    reader: Reader<'t>,
    wire: Wire,
}

impl Walker<'_> {
    fn whole(&mut self, into: &mut Seen) -> Result<(), Stop> {
        match self.reader.peek() {
            b'[' => {
                self.reader.enter()?;
                let mut position = Position::First;
                while self.reader.another(b']', position)? {
                    position = Position::Later;
                    self.root(into)?;
                }
                Ok(())
            }
            _ => self.root(into),
        }
    }

    fn root(&mut self, into: &mut Seen) -> Result<(), Stop> {
        match self.reader.peek() {
            b'{' => self.fields(into.record()),
            _ => {
                let offset = self.reader.offset();
                let found = noun(self.reader.token()?);
                Err(Stop::NoRecord { offset, found })
            }
        }
    }

    fn fields(&mut self, records: &mut Records) -> Result<(), Stop> {
        self.reader.enter()?;
        let mut names = HashSet::new();
        let mut position = Position::First;
        while self.reader.another(b'}', position)? {
            position = Position::Later;
            let name = self.reader.name()?;
            let name = self.plain(name);
            match names.insert(name.clone()) {
                true => self.value(records.field(&name))?,
                false => {
                    records.field(&name).twice = true;
                    self.reader.skip()?;
                }
            }
        }
        Ok(())
    }

    /// Recursion ends where the reader refuses to go deeper.
    fn value(&mut self, seen: &mut Seen) -> Result<(), Stop> {
        match self.reader.peek() {
            b'{' => self.fields(seen.record()),
            b'[' => {
                let lists = seen.list();
                self.reader.enter()?;
                let mut position = Position::First;
                while self.reader.another(b']', position)? {
                    position = Position::Later;
                    self.value(lists.element())?;
                }
                if position == Position::First {
                    lists.empty += 1;
                }
                Ok(())
            }
            _ => {
                let token = self.reader.token()?;
                let text = match token {
                    Token::Text(text) | Token::Number(text) => self.plain(text),
                    Token::Null | Token::Bool(_) | Token::Array { .. } | Token::Object => String::new(),
                };
                seen.scalar(self.wire, token, self.reader.source(), &text);
                Ok(())
            }
        }
    }

    fn plain(&self, text: Text) -> String {
        let first = text.offset as usize;
        let inside = self
            .reader
            .source()
            .get(first..first + text.length as usize)
            .unwrap_or_default();
        match text.escaped {
            false => inside.to_owned(),
            true => unescape(inside),
        }
    }
}

fn noun(token: Token) -> &'static str {
    match token {
        Token::Null => "null",
        Token::Bool(_) => "true or false",
        Token::Number(_) => "a number",
        Token::Text(_) => "a text",
        Token::Array { .. } => "a list",
        Token::Object => "a record",
    }
}
