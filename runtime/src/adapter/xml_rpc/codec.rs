//! XML-RPC to canonical JSON and back, digit for digit. For both ends: the adapter writes calls and reads answers, a server the reverse.

mod json;
mod read;
mod write;

pub use self::read::{read_answer, read_call};
pub use self::write::{Unwritable, write_answer, write_call, write_fault};

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Canonical JSON.
    Value(Vec<u8>),
    /// It refuses.
    Fault(Fault),
}

/// Why a server refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its number.
    pub code: i64,
    /// In its words.
    pub text: String,
}

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodCall {
    /// Its dotted name.
    pub method: String,
    /// Its arguments.
    pub params: Vec<serde_json::Value>,
}

/// A text that is not the XML-RPC it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}, {}", self.place())]
pub struct Malformed {
    /// What is wrong.
    pub what: String,
    /// Byte of the text.
    pub at: usize,
    /// Position inside the value: `[3].street`; empty outside of one.
    pub path: String,
    /// Whether the text simply ends too early.
    pub cut_off: bool,
}

impl Malformed {
    /// Where, for people.
    pub fn place(&self) -> String {
        match self.path.as_str() {
            "" => format!("at byte {}", self.at),
            path => format!("at byte {} in `{path}`", self.at),
        }
    }
}
