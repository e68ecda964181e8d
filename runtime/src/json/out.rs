//! Text that grows while JSON is written. Room is made ahead, so that a short piece costs a comparison and a few stores.

/// Where JSON is written to.
pub trait Put {
    /// Appends a text.
    fn put(&mut self, text: &str);
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

    #[cold]
    fn grow(&mut self, least: usize) {
        self.bytes.resize((least * 2).max(1024), 0);
    }
}

impl Put for Out {
    #[inline(always)]
    fn put(&mut self, text: &str) {
        let end = self.length + text.len();
        if end > self.bytes.len() {
            self.grow(end);
        }
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            copy(room, text.as_bytes());
        }
        self.length = end;
    }
}

/// Copies bytes to as much room. Two stores that may overlap hold most texts, and calls cost more.
#[inline(always)]
fn copy(room: &mut [u8], bytes: &[u8]) {
    if bytes.len() > 16 {
        room.copy_from_slice(bytes);
        return;
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
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
    use super::{Out, Put};

    #[test]
    fn pieces_of_every_length() {
        let (mut out, mut expected) = (Out::default(), String::new());
        assert!(out.is_empty());
        for length in 0..40 {
            let piece: String = ('a'..='z').cycle().take(length).collect();
            out.put(&piece);
            expected.push_str(&piece);
        }
        assert_eq!(out.as_bytes(), expected.as_bytes());
        out.truncate(3);
        assert_eq!((out.len(), out.as_bytes()), (3, &expected.as_bytes()[..3]));
    }
}
