//! Text that grows while JSON is written. Room is made ahead, so that a short piece costs a comparison and a few stores.

use crate::json::plain::BLOCK;

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
        if name.len() + 4 > BLOCK {
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

impl Put for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// What was written so far.
#[derive(Clone, Debug, Default)]
pub struct Out {
    bytes: Vec<u8>,
}

impl Out {
    /// Nothing, with room for so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
        }
    }

    /// What was written.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How much was written.
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Forgets what was written behind this length.
    pub fn truncate(&mut self, length: usize) {
        self.bytes.truncate(length);
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

    /// Appends the begin of a block.
    #[inline(always)]
    pub(crate) fn put_block(&mut self, block: &[u8; BLOCK], length: usize) {
        let end = self.bytes.len() + length;
        self.bytes.extend_from_slice(block);
        self.bytes.truncate(end);
    }

    /// Appends a text in quotes. What follows it in `from` is the text; of that, `length` bytes.
    #[inline(always)]
    pub(crate) fn put_quoted(&mut self, from: &[u8], length: usize) {
        self.bytes.push(b'"');
        match from.first_chunk::<BLOCK>() {
            Some(block) if length <= BLOCK => self.put_block(block, length),
            _ => self.put_bytes(from.get(..length).unwrap_or_default()),
        }
        self.bytes.push(b'"');
    }

    /// Puts another byte in place of one that was written.
    pub(crate) fn replace(&mut self, place: usize, byte: u8) {
        if let Some(written) = self.bytes.get_mut(place) {
            *written = byte;
        }
    }

    /// Appends bytes. Pieces that may overlap hold most, and calls cost more.
    #[inline(always)]
    fn put_bytes(&mut self, bytes: &[u8]) {
        let length = bytes.len();
        if let (Some(first), Some(last), true) = (bytes.first_chunk(), bytes.last_chunk(), length <= 32) {
            self.put_ends::<16>(first, last, length);
        } else if length > 16 {
            self.bytes.extend_from_slice(bytes);
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            self.put_ends::<8>(first, last, length);
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            self.put_ends::<4>(first, last, length);
        } else {
            for byte in bytes {
                self.bytes.push(*byte);
            }
        }
    }

    /// Appends so many bytes, which begin and end like this.
    #[inline(always)]
    fn put_ends<const N: usize>(&mut self, first: &[u8; N], last: &[u8; N], length: usize) {
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(first);
        self.bytes.truncate(begin + length - N);
        self.bytes.extend_from_slice(last);
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
                out.put_quoted((piece.clone() + &"x".repeat(behind)).as_bytes(), length);
            }
            expected.push_str(&format!("{piece},\"{piece}\":\"{piece}\"\"{piece}\""));
        }
        assert_eq!(out.as_bytes(), expected.as_bytes());
        out.truncate(3);
        assert_eq!((out.len(), out.as_bytes()), (3, &expected.as_bytes()[..3]));
    }
}
