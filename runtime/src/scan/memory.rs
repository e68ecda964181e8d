//! The names of records that were read, each with the one that followed it: what the next record of the same shape most likely looks like.
//!
//! Only a guess: a name that is not the guessed one is looked up among all that were seen, one that was never seen is read and looked
//! up as ever. Names that nobody reads are kept, too, so that they cost a comparison. Bounded, whatever is sent.

use std::cell::Cell;
use std::ptr;

use wide::u8x32;

use crate::json::plain::{BLOCK, end_of_plain, hash, same_bytes, second_special};
use crate::shape::{Codec, Field, KeyKind, Kind, Shape, Wire};

/// More names of one shape are not kept.
const MOST_NAMES: usize = 512;
/// Longer names are not kept.
const LONGEST: usize = 256;
/// More shapes than this are not kept.
const MOST_SHAPES: usize = 64;
/// How many places a name may lie from where its hash points.
const FARTHEST: usize = 16;
/// For more cells than this no room is made ahead.
const MOST_CELLS: usize = 1 << 12;
/// No place: nothing was seen yet.
pub(super) const NOWHERE: u16 = u16::MAX;

/// What the records that one reader has seen looked like. Kept from record to record.
#[derive(Debug, Default)]
pub struct Memory {
    layouts: Vec<Layout>,
    /// How many cells the last text was scanned into.
    cells: usize,
}

/// The names of one shape.
#[derive(Debug)]
pub(super) struct Layout {
    shape: &'static Shape,
    names: Vec<Name>,
    /// Each name without quotes.
    texts: Vec<Box<[u8]>>,
    /// The name that an object begins with.
    first: Cell<u16>,
    /// Places of names by their hash, twice as many as names; [`NOWHERE`] where there is none.
    hashed: Vec<u16>,
}

/// One name.
#[derive(Debug)]
pub(super) struct Name {
    /// The name in quotes and with its colon, as far as it fits.
    block: [u8; BLOCK],
    /// One bit for each byte of the block that lies behind it.
    behind: u32,
    /// How long it is with quotes and colon.
    pub(super) length: u16,
    /// The name that followed it last.
    next: Cell<u16>,
    /// The field; absent: nobody reads it.
    pub(super) field: Option<&'static Field>,
    /// How its value is taken.
    pub(super) takes: Takes,
}

/// How a value is taken that stands in the payload as most do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Not at all.
    Nothing,
    /// A text of at most so many bytes, as it stands.
    Text(u32),
    /// A decimal with at most so many digits behind the point, written as a text.
    Decimal(u32),
    /// A whole number, written as digits.
    Int,
    /// A key of digits, written as a number.
    Key,
    /// As wire and codec say.
    Other,
}

impl Memory {
    /// Which layout is that of a shape; a new one where there is room.
    pub(super) fn of(&mut self, shape: &'static Shape) -> Option<usize> {
        let known = self.layouts.iter().position(|layout| ptr::eq(layout.shape, shape));
        if known.is_none() && self.layouts.len() < MOST_SHAPES {
            self.layouts.push(Layout::new(shape));
            return Some(self.layouts.len() - 1);
        }
        known
    }

    /// How many cells the next text most likely needs.
    pub(super) const fn cells(&self) -> usize {
        self.cells
    }

    /// Keeps how many cells a text needed.
    pub(super) fn keep_cells(&mut self, cells: usize) {
        self.cells = cells.min(MOST_CELLS);
    }

    /// The names of a shape.
    pub(super) fn layout(&self, layout: usize) -> Option<&Layout> {
        self.layouts.get(layout)
    }

    /// The same, to learn more.
    pub(super) fn layout_mut(&mut self, layout: usize) -> Option<&mut Layout> {
        self.layouts.get_mut(layout)
    }
}

impl Layout {
    fn new(shape: &'static Shape) -> Self {
        Self {
            shape,
            names: Vec::new(),
            texts: Vec::new(),
            first: Cell::new(NOWHERE),
            hashed: vec![NOWHERE; 32],
        }
    }

    /// The name that the next one is guessed to be.
    #[inline(always)]
    pub(super) fn guess(&self, last: u16) -> u16 {
        let before = self.names.get(usize::from(last));
        before.map_or(&self.first, |before| &before.next).get()
    }

    /// The name at this place.
    #[inline(always)]
    pub(super) fn name(&self, place: u16) -> Option<&Name> {
        self.names.get(usize::from(place))
    }

    /// The place of a name that was not guessed, or is too long for a block, written without escapes and with its colon. It is the
    /// guess of the next time. `last`: the place of the name before.
    pub(super) fn look_up(&self, block: Option<&[u8; BLOCK]>, here: &[u8], last: u16) -> Option<u16> {
        if let Some(place) = block.and_then(|block| self.place_of_short(block)) {
            self.follow(last, place);
            return Some(place);
        }
        let (b'"', end) = (*here.first()?, end_of_plain(here, 1)) else {
            return None;
        };
        let Some([b'"', b':']) = here.get(end..end + 2) else {
            return None;
        };
        let place = self.place_of(here.get(1..end)?)?;
        self.follow(last, place);
        Some(place)
    }

    /// Where a name is kept that a block begins with, quotes and colon included.
    #[inline(always)]
    fn place_of_short(&self, block: &[u8; BLOCK]) -> Option<u16> {
        let name = block.get(1..second_special(block)?)?;
        let (mut at, most) = (hash(name), self.hashed.len() - 1);
        for _ in 0..FARTHEST {
            let place = *self.hashed.get(at & most)?;
            if self.name(place)?.is_here(block) {
                return Some(place);
            }
            at = at.wrapping_add(1);
        }
        None
    }

    /// Where a name without quotes is kept.
    fn place_of(&self, name: &[u8]) -> Option<u16> {
        for at in self.slots(name) {
            let place = *self.hashed.get(at)?;
            if same_bytes(self.texts.get(usize::from(place))?, name) {
                return Some(place);
            }
        }
        None
    }

    /// The slots where a name may be kept.
    fn slots(&self, name: &[u8]) -> impl Iterator<Item = usize> + use<> {
        let (first, most) = (hash(name), self.hashed.len() - 1);
        (0..FARTHEST).map(move |step| first.wrapping_add(step) & most)
    }

    fn follow(&self, last: u16, place: u16) {
        let before = self.names.get(usize::from(last));
        before.map_or(&self.first, |before| &before.next).set(place);
    }

    /// Keeps a name, which JSON writes as it is, and that it follows another; gives its place.
    pub(super) fn learn(&mut self, name: &str, field: Option<&'static Field>, last: u16) -> u16 {
        let place = self.place_of(name.as_bytes()).or_else(|| self.add(name, field));
        let Some(place) = place else { return last };
        self.follow(last, place);
        place
    }

    fn add(&mut self, name: &str, field: Option<&'static Field>) -> Option<u16> {
        if self.names.len() >= MOST_NAMES || name.len() > LONGEST {
            return None;
        }
        let place = u16::try_from(self.names.len()).ok()?;
        self.names.push(Name::new(name, field, self.shape.wire)?);
        self.texts.push(name.as_bytes().into());
        if self.names.len() * 2 > self.hashed.len() {
            self.hashed = vec![NOWHERE; self.hashed.len() * 2];
            for place in 0..place {
                self.hash_in(place);
            }
        }
        self.hash_in(place);
        Some(place)
    }

    /// Names that find no slot near enough are looked up as ever.
    fn hash_in(&mut self, place: u16) {
        let Some(name) = self.texts.get(usize::from(place)) else {
            return;
        };
        for at in self.slots(name) {
            if let Some(slot @ &mut NOWHERE) = self.hashed.get_mut(at) {
                *slot = place;
                return;
            }
        }
    }
}

impl Name {
    fn new(name: &str, field: Option<&'static Field>, wire: Wire) -> Option<Self> {
        let text = [b"\"", name.as_bytes(), b"\":"].concat();
        let mut block = [0; BLOCK];
        for (room, byte) in block.iter_mut().zip(&text) {
            *room = *byte;
        }
        let length = u16::try_from(text.len()).ok()?;
        if text.len() >= BLOCK {
            // No name begins like this one: what is too long for a block is looked up.
            block[0] = 0;
        }
        Some(Self {
            block,
            behind: u32::MAX.checked_shl(u32::from(length)).unwrap_or(0),
            length,
            next: Cell::new(NOWHERE),
            field,
            takes: field.map_or(Takes::Nothing, |field| takes(field, wire)),
        })
    }

    /// The name that followed it last.
    #[inline(always)]
    pub(super) fn guess(&self) -> u16 {
        self.next.get()
    }

    /// Whether a text begins with it; false for one that is too long for a block.
    #[inline(always)]
    pub(super) fn is_here(&self, block: &[u8; BLOCK]) -> bool {
        let same = u8x32::new(*block).simd_eq(u8x32::new(self.block)).to_bitmask();
        same | self.behind == u32::MAX
    }
}

fn takes(field: &'static Field, wire: Wire) -> Takes {
    match (field.kind, field.codec) {
        _ if wire != Wire::Json || !field.null_texts.is_empty() => Takes::Other,
        (Kind::Text, Codec::Wire) => Takes::Text(field.max.unwrap_or(u32::MAX)),
        (Kind::Decimal(scale), Codec::Text) => Takes::Decimal(scale.map_or(u32::MAX, u32::from)),
        (Kind::Int, Codec::Wire | Codec::Number) => Takes::Int,
        (Kind::Key(KeyKind::Int), Codec::Wire | Codec::Number) if field.max.is_none() => Takes::Key,
        (_, _) => Takes::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Memory, NOWHERE};
    use crate::shape::{Shape, Wire};

    static SHAPE: Shape = Shape {
        name: "any",
        wire: Wire::Json,
        slots: 0,
        fields: &[],
    };

    #[test]
    fn names_are_found_in_any_order() {
        let names: Vec<String> = (0..400).map(|at| "n".repeat(at % 60) + &at.to_string()).collect();
        let mut memory = Memory::default();
        let layout = memory.of(&SHAPE).unwrap();
        let layout = memory.layout_mut(layout).unwrap();
        let mut last = NOWHERE;
        for name in &names {
            last = layout.learn(name, None, last);
        }
        for step in [1, 7, 399] {
            let mut last = NOWHERE;
            for at in 0..names.len() {
                let name = &names[at * step % names.len()];
                let here = format!("\"{name}\":1,\"{}", "x".repeat(at % 40));
                let block = here.as_bytes().first_chunk();
                let place = layout.look_up(block, here.as_bytes(), last).unwrap();
                assert_eq!(layout.look_up(None, here.as_bytes(), last), Some(place));
                let found = layout.name(place).unwrap();
                assert_eq!(
                    (&names[usize::from(place)], usize::from(found.length)),
                    (name, name.len() + 3)
                );
                assert_eq!(layout.guess(last), place);
                if let Some(block) = here.as_bytes().first_chunk() {
                    assert_eq!(found.is_here(block), name.len() <= 28);
                    assert!(!layout.name(place ^ 1).unwrap().is_here(block));
                }
                last = place;
            }
            for other in ["\"n\": 1", "\"other\":1", "\"\":1", "\"n", "1", ""] {
                let longer = format!("{other}{}", " ".repeat(BLOCK));
                for other in [other, &longer] {
                    let found = layout.look_up(other.as_bytes().first_chunk(), other.as_bytes(), last);
                    assert!(found.is_none(), "{other}");
                }
            }
        }
    }
}
