//! JSON text -> tokens, validating: accepts exactly the documents that serde_json accepts as a `Value`. No recursion: depth is a counter.

use crate::json::plain::{end_of_plain, same_bytes};
use crate::scan::Text;

/// How deep arrays and objects may be nested: as in serde_json.
const DEEPEST: u32 = 127;

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// Offset of the first byte that does not fit.
    pub offset: usize,
    /// What was expected.
    pub message: &'static str,
}

/// A value as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Digits.
    Number(Text),
    /// The inside of a string.
    Text(Text),
    /// An array that was skipped.
    Array {
        /// Whether it has no element.
        empty: bool,
    },
    /// An object that was skipped.
    Object,
}

/// Reads JSON piece by piece.
#[derive(Clone, Debug)]
pub struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    depth: u32,
}

impl<'t> Reader<'t> {
    /// A reader at the begin of a text.
    pub const fn new(text: &'t str) -> Self {
        Self {
            bytes: text.as_bytes(),
            text,
            at: 0,
            depth: 0,
        }
    }

    /// The text it reads.
    pub const fn source(&self) -> &'t str {
        self.text
    }

    /// Where it stands.
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space; 0 at the end.
    pub fn peek(&mut self) -> u8 {
        let byte = self.byte();
        if byte > b' ' {
            return byte;
        }
        self.peek_far()
    }

    /// The same where white space, or the end, is near.
    #[cold]
    fn peek_far(&mut self) -> u8 {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.byte()
    }

    /// Goes past this byte, after white space.
    pub fn expect(&mut self, byte: u8, message: &'static str) -> Result<(), Syntax> {
        match self.peek() == byte {
            true => {
                self.at += 1;
                Ok(())
            }
            false => Err(self.error(message)),
        }
    }

    /// Goes past `{` or `[`.
    pub fn enter(&mut self) -> Result<(), Syntax> {
        if self.depth >= DEEPEST {
            return Err(self.error("arrays and objects are nested too deep"));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Goes past `}` or `]`.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.at += 1;
    }

    /// Goes to a place behind what was read by other means.
    pub(crate) fn go(&mut self, place: usize) {
        self.at = place;
    }

    /// Whether another element follows inside an array or object; goes past the comma, or past the closing bracket. `first`: none was read yet.
    #[inline(always)]
    pub fn another(&mut self, close: u8, first: Position) -> Result<bool, Syntax> {
        if first == Position::Later && self.byte() == b',' {
            let next = self.bytes.get(self.at + 1).copied().unwrap_or(0);
            if next > b' ' && next != close {
                self.at += 1;
                return Ok(true);
            }
        }
        self.another_far(close, first)
    }

    /// The same at the begin, at the end, and where white space stands between.
    fn another_far(&mut self, close: u8, first: Position) -> Result<bool, Syntax> {
        let next = self.peek();
        if next == close {
            self.leave();
            return Ok(false);
        }
        match first {
            Position::First => Ok(true),
            Position::Later if next == b',' => {
                self.at += 1;
                match self.peek() == close {
                    true => Err(self.error("a comma stands before the closing bracket")),
                    false => Ok(true),
                }
            }
            Position::Later => Err(self.error("a comma or a closing bracket is expected")),
        }
    }

    /// A name and its colon.
    pub fn name(&mut self) -> Result<Text, Syntax> {
        if self.peek() != b'"' {
            return Err(self.error("a name in double quotes is expected"));
        }
        let name = self.string()?;
        self.expect(b':', "a colon is expected")?;
        Ok(name)
    }

    /// Goes past a name and its colon if it is this one, written without escapes and without white space before the colon.
    /// The name itself must need no escapes.
    #[inline(always)]
    pub fn takes_name(&mut self, name: &str) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some([b'"', inside @ .., b'"', b':']) = rest.get(..name.len() + 3) else {
            return false;
        };
        let is_name = same_bytes(inside, name.as_bytes());
        if is_name {
            self.at += name.len() + 3;
        }
        is_name
    }

    /// Any value; arrays and objects are skipped.
    pub fn token(&mut self) -> Result<Token, Syntax> {
        match self.peek() {
            b'"' => self.string().map(Token::Text),
            b'-' | b'0'..=b'9' => self.number().map(Token::Number),
            b'n' => self.word("null", Token::Null),
            b't' => self.word("true", Token::Bool(true)),
            b'f' => self.word("false", Token::Bool(false)),
            b'[' => {
                let mut inside = Reader {
                    at: self.at + 1,
                    ..*self
                };
                let empty = inside.peek() == b']';
                self.skip().map(|()| Token::Array { empty })
            }
            b'{' => self.skip().map(|()| Token::Object),
            _ => Err(self.error("a value is expected")),
        }
    }

    /// Goes past a value of any depth.
    pub fn skip(&mut self) -> Result<(), Syntax> {
        let outside = self.depth;
        // One bit per open bracket: set for an object.
        let mut kinds = [0u64; 2];
        loop {
            // Invariant: a value is expected here.
            let mut position = match self.peek() {
                open @ (b'{' | b'[') => {
                    self.enter()?;
                    mark(&mut kinds, self.depth, open == b'{');
                    Position::First
                }
                _ => {
                    self.token()?;
                    Position::Later
                }
            };
            while self.depth > outside {
                let object = marked(&kinds, self.depth);
                if self.another(if object { b'}' } else { b']' }, position)? {
                    if object {
                        self.name()?;
                    }
                    break;
                }
                position = Position::Later;
            }
            if self.depth == outside {
                return Ok(());
            }
        }
    }

    /// Nothing but white space follows.
    pub fn end(&mut self) -> Result<(), Syntax> {
        self.peek();
        match self.at == self.bytes.len() {
            true => Ok(()),
            false => Err(self.error("text follows the value")),
        }
    }

    /// A mistake here.
    pub const fn error(&self, message: &'static str) -> Syntax {
        Syntax {
            offset: self.at,
            message,
        }
    }

    /// The range from there to here.
    pub fn since(&self, start: usize) -> Text {
        range(start, self.at)
    }

    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn word(&mut self, word: &str, token: Token) -> Result<Token, Syntax> {
        match self
            .bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word.as_bytes()))
        {
            true => {
                self.at += word.len();
                Ok(token)
            }
            false => Err(self.error("null, true or false is expected")),
        }
    }

    /// A string; the reader stands at its first quote.
    fn string(&mut self) -> Result<Text, Syntax> {
        self.at += 1;
        let start = self.at;
        let mut escapes = Escapes::No;
        loop {
            self.at = end_of_plain(self.bytes, self.at);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let escaped = escapes == Escapes::Some;
                    let text = Text {
                        escaped,
                        ..range(start, self.at)
                    };
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    escapes = Escapes::Some;
                    self.escape()?;
                }
                Some(_) => return Err(self.error("a control character stands in a text")),
                None => return Err(self.error("a text is never closed")),
            }
        }
    }

    /// An escape; the reader stands at its backslash.
    fn escape(&mut self) -> Result<(), Syntax> {
        self.at += 1;
        match self.byte() {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {
                self.at += 1;
                Ok(())
            }
            b'u' => {
                self.at += 1;
                match self.hex()? {
                    0xdc00..=0xdfff => Err(self.error("the second half of a surrogate pair stands alone")),
                    0xd800..=0xdbff => self.low_surrogate(),
                    _ => Ok(()),
                }
            }
            _ => Err(self.error("this is no escape of JSON")),
        }
    }

    fn low_surrogate(&mut self) -> Result<(), Syntax> {
        let follows = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u"));
        if !follows {
            return Err(self.error("the first half of a surrogate pair stands alone"));
        }
        self.at += 2;
        match self.hex()? {
            0xdc00..=0xdfff => Ok(()),
            _ => Err(self.error("the first half of a surrogate pair stands alone")),
        }
    }

    fn hex(&mut self) -> Result<u32, Syntax> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.byte()).to_digit(16) else {
                return Err(self.error("four hexadecimal digits are expected"));
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    /// A number; the reader stands at its sign or first digit.
    fn number(&mut self) -> Result<Text, Syntax> {
        let start = self.at;
        if self.byte() == b'-' {
            self.at += 1;
        }
        match self.byte() {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte().is_ascii_digit() {
            return Err(self.error("a number begins with 0"));
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if let b'e' | b'E' = self.byte() {
            self.at += 1;
            if let b'+' | b'-' = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.since(start))
    }

    fn digits(&mut self) -> Result<(), Syntax> {
        if !self.byte().is_ascii_digit() {
            return Err(self.error("a digit is expected"));
        }
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }
}

/// Whether an element is the first of its array or object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Nothing was read before.
    First,
    /// A comma divides it from the one before.
    Later,
}

/// Whether a string holds escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    No,
    Some,
}

/// Whether a text is one JSON number and nothing else.
pub fn is_number(text: &str) -> bool {
    let mut reader = Reader::new(text);
    match reader.byte() {
        b'-' | b'0'..=b'9' => reader.number().is_ok() && reader.at == text.len(),
        _ => false,
    }
}

/// What stands between two places, without escapes. Texts are at most 4 GB long, which the scan checks before it begins; ranges fit.
pub(crate) const fn range(start: usize, end: usize) -> Text {
    Text {
        offset: start as u32,
        length: (end - start) as u32,
        escaped: false,
    }
}

fn mark(kinds: &mut [u64; 2], depth: u32, object: bool) {
    if let Some(word) = kinds.get_mut(depth as usize / 64) {
        *word &= !(1 << (depth % 64));
        *word |= u64::from(object) << (depth % 64);
    }
}

fn marked(kinds: &[u64; 2], depth: u32) -> bool {
    kinds
        .get(depth as usize / 64)
        .is_some_and(|word| word >> (depth % 64) & 1 == 1)
}
