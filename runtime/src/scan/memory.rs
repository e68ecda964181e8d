//! The names of records that were read, in their order: what the next record of the same shape most likely looks like.
//!
//! Only a guess: a name that is not the guessed one is read and looked up as ever. Names that nobody reads are guessed, too, so that
//! they cost a comparison. Bounded, whatever is sent.

use std::ptr;

use crate::shape::Shape;

/// Records with more fields, or longer names in all, are not guessed.
const MOST_KEYS: usize = 512;
const LONGEST: usize = 16 * 1024;
/// More shapes than this are not kept.
const MOST_SHAPES: usize = 64;

/// What the records that one reader has seen looked like. Kept from record to record.
#[derive(Debug, Default)]
pub struct Memory {
    layouts: Vec<Layout>,
}

/// The names of one shape.
#[derive(Debug)]
pub(super) struct Layout {
    shape: &'static Shape,
    /// All names in a row, each in quotes and with its colon.
    bytes: Vec<u8>,
    keys: Vec<Key>,
    /// For each field the place behind its name.
    behind: Vec<u16>,
}

/// One name.
#[derive(Clone, Copy, Debug)]
struct Key {
    start: u16,
    end: u16,
    /// Its position in the shape; absent: nobody reads it.
    field: Option<u16>,
}

impl Memory {
    /// Which layout is that of a shape.
    pub(super) fn of(&self, shape: &'static Shape) -> Option<usize> {
        self.layouts.iter().position(|layout| ptr::eq(layout.shape, shape))
    }

    /// The name in this place, in quotes and with its colon, and the position of its field.
    #[inline(always)]
    pub(super) fn key(&self, layout: usize, place: usize) -> Option<(&[u8], Option<usize>)> {
        let layout = self.layouts.get(layout)?;
        let key = layout.keys.get(place)?;
        let name = layout.bytes.get(usize::from(key.start)..usize::from(key.end))?;
        Some((name, key.field.map(usize::from)))
    }

    /// The place behind the name of a field.
    pub(super) fn behind(&self, layout: usize, field: usize) -> Option<usize> {
        let place = self.layouts.get(layout)?.behind.get(field)?;
        Some(usize::from(*place))
    }

    /// Keeps what was learned, unless another record of the shape was quicker.
    pub(super) fn keep(&mut self, learned: Layout) {
        if self.of(learned.shape).is_none() && self.layouts.len() < MOST_SHAPES {
            self.layouts.push(learned);
        }
    }
}

impl Layout {
    pub(super) fn new(shape: &'static Shape) -> Self {
        Self {
            shape,
            bytes: Vec::new(),
            keys: Vec::new(),
            behind: vec![0; shape.fields.len()],
        }
    }

    /// Adds the next name, which JSON must write as it is; false: there are too many.
    pub(super) fn add(&mut self, name: &str, field: Option<usize>) -> bool {
        let (start, end) = (self.bytes.len(), self.bytes.len() + name.len() + 3);
        let place = u16::try_from(self.keys.len() + 1);
        let (Ok(start), Ok(end), Ok(place)) = (u16::try_from(start), u16::try_from(end), place) else {
            return false;
        };
        if usize::from(end) > LONGEST || usize::from(place) > MOST_KEYS {
            return false;
        }
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
        let behind = field.and_then(|field| self.behind.get_mut(field));
        if let Some(behind) = behind {
            *behind = place;
        }
        let field = field.and_then(|field| u16::try_from(field).ok());
        self.keys.push(Key { start, end, field });
        true
    }
}
