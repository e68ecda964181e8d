//! Text that grows while JSON is written. Room is made ahead, so that a short piece costs a comparison and a few stores.

use crate::json::plain::BLOCK;
use crate::json::writer::push_quoted;

/// Where JSON is written to.
pub trait Put {
    /// Appends a text.
    fn put(&mut self, text: &str);

    /// Appends a text in quotes that needs no escapes.
    fn put_plain(&mut self, text: &str) {
        self.put("\"");
        self.put(text);
        self.put("\"");
    }
}

/// `,"name":` in one piece, made when the program is compiled. Names of fields need no escapes.
#[derive(Clone, Copy, Debug)]
pub struct NameMark {
    block: [u8; BLOCK],
    /// How much of the block is meant; 0: the name is too long for it.
    length: usize,
}

impl NameMark {
    /// The mark of a name.
    pub const fn of(name: &str) -> Self {
        let (name, mut block) = (name.as_bytes(), [0; BLOCK]);
        if name.len() + 4 >= BLOCK {
            return Self { block, length: 0 };
        }
        block[0] = b',';
        block[1] = b'"';
        let mut at = 0;
        while at < name.len() {
            block[at + 2] = name[at];
            at += 1;
        }
        block[name.len() + 2] = b'"';
        block[name.len() + 3] = b':';
        Self {
            block,
            length: name.len() + 4,
        }
    }
}

/// The name of a field of a record that a rule makes: any text.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    text: &'static str,
    mark: NameMark,
}

impl Name {
    /// A name.
    pub const fn of(text: &'static str) -> Self {
        let mut mark = NameMark::of(text);
        let (bytes, mut at) = (text.as_bytes(), 0);
        while at < bytes.len() {
            if bytes[at] < 0x20 || bytes[at] == b'"' || bytes[at] == b'\\' {
                // One that needs escapes is written as any text.
                mark.length = 0;
            }
            at += 1;
        }
        Self { text, mark }
    }

    /// The name.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The name as it stands in JSON behind another field.
    pub(crate) const fn mark(&self) -> &NameMark {
        &self.mark
    }
}

impl Put for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// Where a short value is put: a block in quotes.
pub(crate) type Room = [u8; BLOCK + 2];

/// What was written so far.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// What was written, and room behind it.
    bytes: Vec<u8>,
    /// How much was written.
    length: usize,
}

impl Out {
    /// Nothing, with room for so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        Self {
            bytes: vec![0; bytes],
            length: 0,
        }
    }

    /// What was written.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// How much was written.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing was written.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Forgets what was written behind this length.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Room for so many bytes behind what was written.
    #[inline(always)]
    fn room<const N: usize>(&mut self) -> &mut [u8; N] {
        loop {
            // Nothing is as long as half of all addresses: that no sum overflows is known when this is compiled.
            let begin = self.length & (usize::MAX >> 1);
            if begin + N <= self.bytes.len() {
                let room = self.bytes.get_mut(begin..).and_then(<[u8]>::first_chunk_mut);
                return match room {
                    Some(room) => room,
                    None => unreachable!("there is room for {N} bytes"),
                };
            }
            self.grow(begin + N);
        }
    }

    #[cold]
    fn grow(&mut self, least: usize) {
        self.bytes.resize(least.max(self.bytes.len() * 2).max(256), 0);
    }

    /// Appends the name of a field, a comma before it and a colon behind it.
    #[inline(always)]
    pub(crate) fn put_name(&mut self, mark: &NameMark, name: &str) {
        if mark.length == 0 {
            return self.put_long_name(name);
        }
        self.put_block(&mark.block, mark.length);
    }

    #[cold]
    fn put_long_name(&mut self, name: &str) {
        self.put(",\"");
        self.put(name);
        self.put("\":");
    }

    /// The same for a name of any letters.
    pub(crate) fn put_text_name(&mut self, name: &Name) {
        if name.mark.length > 0 {
            return self.put_block(&name.mark.block, name.mark.length);
        }
        self.put(",");
        push_quoted(self, name.text);
        self.put(":");
    }

    /// Appends the begin of a block.
    #[inline(always)]
    pub(crate) fn put_block(&mut self, block: &[u8; BLOCK], length: usize) {
        *self.room() = *block;
        self.length += length;
    }

    /// Appends the name of a field, and a text in quotes that stands in a longer one. What follows it in `from` is the text; of that,
    /// `length` bytes.
    #[inline(always)]
    pub(crate) fn put_field(&mut self, mark: &NameMark, name: &str, (from, length): (&[u8], usize)) {
        if !self.takes_field(mark, from, length) {
            self.put_name(mark, name);
            self.put_quoted(from, length);
        }
    }

    /// The same in one step, if name and text are short and more text follows; false: nothing is appended.
    #[inline(always)]
    pub(crate) fn takes_field(&mut self, mark: &NameMark, from: &[u8], length: usize) -> bool {
        let block = match from.first_chunk::<BLOCK>() {
            Some(block) if length < BLOCK => block,
            _ => return false,
        };
        self.takes(mark, |room| {
            // Less than a block long: that it fits is known when this is compiled.
            let end = length & (BLOCK - 1);
            room[0] = b'"';
            room[1..=BLOCK].copy_from_slice(block);
            room[1 + end] = b'"';
            Some(end + 2)
        })
    }

    /// Appends the name of a field, and the value that is put behind it, if both are short: `value` says how long it is, or that it is
    /// not there. False: nothing is appended.
    #[inline(always)]
    pub(crate) fn takes(&mut self, mark: &NameMark, value: impl FnOnce(&mut Room) -> Option<usize>) -> bool {
        let begin = mark.length & (BLOCK - 1);
        let room = self.room::<{ 2 * BLOCK + 2 }>();
        room[..BLOCK].copy_from_slice(&mark.block);
        let length = match room[begin..].first_chunk_mut() {
            Some(room) if begin > 0 => value(room),
            Some(_) | None => None,
        };
        self.length += length.map_or(0, |length| begin + length);
        length.is_some()
    }

    /// Appends a text in quotes. What follows it in `from` is the text; of that, `length` bytes.
    #[inline(always)]
    pub(crate) fn put_quoted(&mut self, from: &[u8], length: usize) {
        match from.first_chunk::<BLOCK>() {
            Some(block) if length < BLOCK => {
                let end = length & (BLOCK - 1);
                let room = self.room::<{ BLOCK + 2 }>();
                room[0] = b'"';
                room[1..=BLOCK].copy_from_slice(block);
                room[1 + end] = b'"';
                self.length += end + 2;
            }
            _ => {
                self.put_byte(b'"');
                self.put_bytes(from.get(..length).unwrap_or_default());
                self.put_byte(b'"');
            }
        }
    }

    /// Puts another byte in place of one that was written.
    pub(crate) fn replace(&mut self, place: usize, byte: u8) {
        if let Some(written) = self.bytes.get_mut(place) {
            *written = byte;
        }
    }

    #[inline(always)]
    fn put_byte(&mut self, byte: u8) {
        *self.room() = [byte];
        self.length += 1;
    }

    /// Appends bytes. Pieces that may overlap hold most, and calls cost more.
    #[inline(always)]
    fn put_bytes(&mut self, bytes: &[u8]) {
        let length = bytes.len();
        if let (Some(first), Some(last), true) = (bytes.first_chunk(), bytes.last_chunk(), length <= 32) {
            self.put_ends::<16>(first, last, length);
        } else if length > 16 {
            self.put_long(bytes);
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            self.put_ends::<8>(first, last, length);
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            self.put_ends::<4>(first, last, length);
        } else {
            for byte in bytes {
                self.put_byte(*byte);
            }
        }
    }

    #[inline(never)]
    fn put_long(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if end > self.bytes.len() {
            self.grow(end);
        }
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
        }
        self.length = end;
    }

    /// Appends so many bytes, which begin and end like this: at least N, at most twice as many.
    #[inline(always)]
    fn put_ends<const N: usize>(&mut self, first: &[u8; N], last: &[u8; N], length: usize) {
        let second = (length - N) & 31;
        let room = self.room::<48>();
        room[..N].copy_from_slice(first);
        room[second..][..N].copy_from_slice(last);
        self.length += length;
    }
}

impl Put for Out {
    #[inline(always)]
    fn put(&mut self, text: &str) {
        self.put_bytes(text.as_bytes());
    }

    #[inline(always)]
    fn put_plain(&mut self, text: &str) {
        self.put_quoted(text.as_bytes(), text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::{NameMark, Out, Put};

    #[test]
    fn pieces_of_every_length() {
        let (mut out, mut expected) = (Out::default(), String::new());
        assert!(out.is_empty());
        for length in 0..70 {
            let piece: String = ('a'..='z').cycle().take(length).collect();
            out.put(&piece);
            out.put_name(&NameMark::of(&piece), &piece);
            for behind in [0, 40] {
                let longer = piece.clone() + &"x".repeat(behind);
                out.put_quoted(longer.as_bytes(), length);
                out.put_field(&NameMark::of(&piece), &piece, (longer.as_bytes(), length));
            }
            let field = format!(",\"{piece}\":\"{piece}\"");
            expected.push_str(&format!("{piece},\"{piece}\":\"{piece}\"{field}\"{piece}\"{field}"));
        }
        assert_eq!(out.as_bytes(), expected.as_bytes());
        out.truncate(3);
        assert_eq!((out.len(), out.as_bytes()), (3, &expected.as_bytes()[..3]));
    }
}
