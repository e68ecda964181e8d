//! Text that grows while JSON is written. Room is made ahead, so that a short piece costs a comparison and a few stores.

use crate::json::plain::BLOCK;

/// Where JSON is written to.
pub trait Put {
    /// Appends a text.
    fn put(&mut self, text: &str);
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
    /// All room there is; behind `length` nothing is meant.
    bytes: Vec<u8>,
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
        let room = self.bytes.get_mut(self.length..);
        if let Some(room) = room.and_then(<[u8]>::first_chunk_mut::<BLOCK>) {
            *room = *block;
            self.length += length;
            return;
        }
        self.grow(self.length + BLOCK);
        self.put_bytes(block.get(..length).unwrap_or_default());
    }

    /// Appends a text in quotes. What follows it in `from` is the text; of that, `length` bytes.
    #[inline(always)]
    pub(crate) fn put_quoted(&mut self, from: &[u8], length: usize) {
        let end = self.length + length + 2;
        if end + BLOCK > self.bytes.len() {
            self.grow(end + BLOCK);
        }
        if let Some([quote, inside @ ..]) = self.bytes.get_mut(self.length..) {
            *quote = b'"';
            match (inside.first_chunk_mut::<BLOCK>(), from.first_chunk::<BLOCK>()) {
                (Some(room), Some(block)) if length <= BLOCK => *room = *block,
                (_, _) => copy(inside.get_mut(..length).unwrap_or_default(), from.get(..length).unwrap_or_default()),
            }
            if let Some(quote) = inside.get_mut(length) {
                *quote = b'"';
            }
        }
        self.length = end;
    }

    /// Puts another byte in place of one that was written.
    pub(crate) fn replace(&mut self, place: usize, byte: u8) {
        if let Some(written) = self.bytes.get_mut(place) {
            *written = byte;
        }
    }

    #[inline(always)]
    fn put_bytes(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if end > self.bytes.len() {
            self.grow(end);
        }
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            copy(room, bytes);
        }
        self.length = end;
    }

    #[cold]
    fn grow(&mut self, least: usize) {
        self.bytes.resize((least * 2).max(1024), 0);
    }
}

impl Put for Out {
    #[inline(always)]
    fn put(&mut self, text: &str) {
        self.put_bytes(text.as_bytes());
    }
}

/// Copies bytes to as much room. Two stores that may overlap hold most texts, and calls cost more.
#[inline(always)]
fn copy(room: &mut [u8], bytes: &[u8]) {
    if bytes.len() > 32 {
        if room.len() == bytes.len() {
            room.copy_from_slice(bytes);
        }
        return;
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        if let Some(room) = room.first_chunk_mut() {
            *room = *first;
        }
        if let Some(room) = room.last_chunk_mut() {
            *room = *last;
        }
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        if let Some(room) = room.first_chunk_mut() {
            *room = *first;
        }
        if let Some(room) = room.last_chunk_mut() {
            *room = *last;
        }
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        if let Some(room) = room.first_chunk_mut() {
            *room = *first;
        }
        if let Some(room) = room.last_chunk_mut() {
            *room = *last;
        }
    } else {
        for (room, byte) in room.iter_mut().zip(bytes) {
            *room = *byte;
        }
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
