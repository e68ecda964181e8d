//! Why an expression has no value, and why a payload cannot be read: data for reports, with every value kept apart so that it can be masked.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;

use crate::json::writer::short;
use crate::value::{Key, Val};

/// What a fault leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// An external key leads to no record yet: it is imported first, then this record again.
    Unbound {
        /// Name of the external type.
        external: &'static str,
        /// The key.
        key: Key,
    },
    /// Several records where one was meant: a person decides.
    Ambiguous,
    /// Two sources say different things: a person decides.
    Disagree,
    /// The record needs itself.
    Cycle,
    /// The data cannot be mapped: the record fails.
    Data,
    /// The answer is not known now: again later.
    Busy,
}

/// Why an expression has no value. Small on the way, because it is rare: the details are behind a pointer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fault(Box<Details>);

/// What a fault says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Details {
    /// What it leads to.
    pub kind: FaultKind,
    /// What is wrong. Values stand in double quotes and nowhere else, so that [`Fault::masked`] finds them.
    pub message: String,
    /// Path of the source, where it is known better than by the rule: `book[2].street`.
    pub source: Option<String>,
    /// The offending value, shortened.
    pub value: Option<String>,
}

impl Deref for Fault {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl Fault {
    /// A fault of this kind.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            source: None,
            value: None,
        }))
    }

    /// The data cannot be mapped.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Data, message)
    }

    /// Several records where one was meant.
    pub fn ambiguous(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Ambiguous, message)
    }

    /// Two sources say different things.
    pub fn disagree(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Disagree, message)
    }

    /// The record needs itself.
    pub fn cycle(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Cycle, message)
    }

    /// The answer is not known now.
    pub fn busy(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Busy, message)
    }

    /// An external key leads to no record yet.
    pub fn unbound(external: &'static str, key: Key) -> Self {
        let message = format!("{external} {} is not bound to a record yet", quoted(&key.0));
        let value = short(&key.0);
        Self::new(FaultKind::Unbound { external, key }, message).with_value(value)
    }

    /// A value of another kind than expected.
    pub fn kind_of_value(expected: &str, value: &Val<'_>) -> Self {
        Self::data(format!("{expected} is needed here, this is {}", value.noun())).about(value)
    }

    /// The same with the value it is about.
    #[must_use]
    pub fn about(self, value: &Val<'_>) -> Self {
        if value.is_absent() {
            return self;
        }
        self.with_value(crate::json::writer::shown(value))
    }

    /// The same with the value it is about, as text.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<String>) -> Self {
        self.0.value = Some(value.into());
        self
    }

    /// The same with the path of its source.
    #[must_use]
    pub fn at(mut self, source: impl Into<String>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same without the values: what may be printed where the source is sensitive.
    #[must_use]
    pub fn masked(mut self) -> Self {
        self.0.message = mask_quoted(&self.0.message);
        self.0.value = self.0.value.map(|_| MASK.to_owned());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.value {
            Some(value) if !self.message.contains(value.as_str()) => write!(f, ": {value}")?,
            Some(_) | None => {}
        }
        match &self.source {
            Some(source) => write!(f, " (from {source})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// What an `extern fn` that can fail answers instead of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fail {
    /// Why, in the author's words; values in double quotes.
    pub message: String,
}

impl Fail {
    /// A failure with this reason.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl From<Fail> for Fault {
    fn from(fail: Fail) -> Self {
        Self::data(fail.message)
    }
}

/// A field of a payload that does not hold what its declaration says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecodeError {
    /// Where in the payload: `$.items[3].qty`
    pub path: String,
    /// File and line of the declaration; empty where the payload is no JSON at all.
    pub place: &'static str,
    /// What is wrong; holds no value.
    pub message: String,
    /// The offending value as JSON, shortened, masked if the field is sensitive.
    pub value: Option<String>,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        if let Some(value) = &self.value {
            write!(f, ": {value}")?;
        }
        if !self.place.is_empty() {
            write!(f, " (declared at {})", self.place)?;
        }
        Ok(())
    }
}

impl std::error::Error for DecodeError {}

/// What stands in place of a sensitive value.
pub const MASK: &str = "***";

/// A value in double quotes, shortened: how messages show values. Double quotes inside become single ones, so that [`Fault::masked`] sees where it ends.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", short(text).replace('"', "'"))
}

/// The message with everything between double quotes blanked.
fn mask_quoted(message: &str) -> String {
    let mut masked = String::with_capacity(message.len());
    for (position, part) in message.split('"').enumerate() {
        match position % 2 {
            0 => masked.push_str(part),
            _ => {
                masked.push('"');
                masked.push_str(MASK);
                masked.push('"');
            }
        }
    }
    masked
}
