//! The search for what ends plain text in a JSON string: 32 bytes at a time.

use wide::{u8x16, u8x32};

/// Bytes that are compared at once.
pub(crate) const BLOCK: usize = 32;

/// Offset of the first byte from `at` on that plain text does not hold: a quote, a backslash, a control character. The length where
/// there is none.
#[inline(always)]
pub(crate) fn end_of_plain(bytes: &[u8], at: usize) -> usize {
    at + plain_length(bytes.get(at..).unwrap_or_default())
}

/// How many bytes plain text may hold stand here.
#[inline(always)]
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    if let Some(block) = bytes.first_chunk::<BLOCK>() {
        let found = specials(*block);
        if found != 0 {
            return found.trailing_zeros() as usize;
        }
    }
    long_plain(bytes)
}

/// The same where the first block holds nothing else, or there is none.
fn long_plain(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    for (number, block) in blocks.iter().enumerate().skip(1) {
        let found = specials(*block);
        if found != 0 {
            return number * BLOCK + found.trailing_zeros() as usize;
        }
    }
    end_of_short(bytes, blocks.len() * BLOCK)
}

/// Where the first byte stands that plain text does not hold; absent where the block has none.
#[inline(always)]
pub(crate) fn first_special(block: &[u8; BLOCK]) -> Option<usize> {
    let found = specials(*block);
    (found != 0).then_some(found.trailing_zeros() as usize)
}

/// The same behind the first byte.
#[inline(always)]
pub(crate) fn second_special(block: &[u8; BLOCK]) -> Option<usize> {
    let found = specials(*block) & !1;
    (found != 0).then_some(found.trailing_zeros() as usize)
}

/// How many digits a word begins with, of its eight bytes in their order.
#[inline(always)]
pub(crate) const fn leading_digits(word: u64) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let values = word ^ (ONES * b'0' as u64);
    // What carries over stands above the first byte that is no digit, where nobody looks.
    let others = (values.wrapping_add(ONES * 0x76) | values) & (ONES << 7);
    others.trailing_zeros() as usize / 8
}

/// The bytes of a block that plain text does not hold: one bit for each.
#[inline(always)]
fn specials(block: [u8; BLOCK]) -> u32 {
    let block = u8x32::new(block);
    let quote = block.simd_eq(u8x32::splat(b'"'));
    let backslash = block.simd_eq(u8x32::splat(b'\\'));
    let control = block.min(u8x32::splat(0x1f)).simd_eq(block);
    (quote | backslash | control).to_bitmask()
}

/// The same where less than a block is left.
fn end_of_short(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let special = rest.iter().position(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\'));
    at + special.unwrap_or(rest.len())
}

/// Whether a text stands in JSON as it is. Most are short: words that may overlap hold them.
#[inline(always)]
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let word = |bytes: &[u8; 8]| special(u64::from_le_bytes(*bytes));
    if let (Some((first, last)), ..=7) = (ends::<4>(bytes), bytes.len()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return special(u64::from(first) | u64::from(last) << 32) == 0;
    }
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) if bytes.len() <= 16 => word(first) | word(last) == 0,
        (Some(_), Some(_)) if bytes.len() <= 32 => match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => is_plain_block(*first) && is_plain_block(*last),
            (_, _) => false,
        },
        (_, _) => plain_length(bytes) == bytes.len(),
    }
}

/// Puts a text that needs no escapes in quotes, if it is shorter than a block; gives how long that is.
#[inline(always)]
pub(crate) fn put_short(room: &mut [u8; BLOCK + 2], text: &[u8]) -> Option<usize> {
    let length = text.len();
    room[0] = b'"';
    // Pieces that may overlap hold it: that all fits is known when this is compiled.
    if length >= BLOCK {
        return None;
    } else if let Some((first, last)) = ends::<16>(text) {
        room[1..17].copy_from_slice(first);
        room[1 + (length & 15)..][..16].copy_from_slice(last);
    } else if let Some((first, last)) = ends::<8>(text) {
        room[1..9].copy_from_slice(first);
        room[1 + (length & 7)..][..8].copy_from_slice(last);
    } else if let Some((first, last)) = ends::<4>(text) {
        room[1..5].copy_from_slice(first);
        room[1 + (length & 3)..][..4].copy_from_slice(last);
    } else if let (Some(first), Some(last)) = (text.first(), text.last()) {
        room[1] = *first;
        room[1 + ((length / 2) & 1)] = *text.get(length / 2)?;
        room[1 + ((length - 1) & 3)] = *last;
    }
    let end = length & (BLOCK - 1);
    let found = room[1..].first_chunk().map_or(u32::MAX, |block| specials(*block));
    room[1 + end] = b'"';
    // What stands behind the text says nothing.
    (found & ((1 << end) - 1) == 0).then_some(end + 2)
}

#[inline(always)]
fn is_plain_block(block: [u8; 16]) -> bool {
    let block = u8x16::new(block);
    let quote = block.simd_eq(u8x16::splat(b'"'));
    let backslash = block.simd_eq(u8x16::splat(b'\\'));
    let control = block.min(u8x16::splat(0x1f)).simd_eq(block);
    (quote | backslash | control).to_bitmask() == 0
}

/// Whether two short texts are the same. Two words that may overlap hold most.
#[inline(always)]
pub(crate) fn same_bytes(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match (ends::<8>(one), ends::<8>(other)) {
        (Some(one), Some(other)) if one == other => {}
        (Some(_), Some(_)) => return false,
        (_, _) => return small_word(one) == small_word(other),
    }
    one.len() <= 16 || one == other
}

#[inline(always)]
fn ends<const N: usize>(text: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((text.first_chunk()?, text.last_chunk()?))
}

/// At most seven bytes as one number. Of texts of one length, only the same ones have the same.
#[inline(always)]
fn small_word(text: &[u8]) -> u64 {
    match (ends::<4>(text), text) {
        (Some((first, last)), _) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        (None, [first, .., last]) => {
            let middle = text.get(text.len() / 2).copied().unwrap_or(0);
            u64::from(*first) << 16 | u64::from(middle) << 8 | u64::from(*last)
        }
        (None, [only]) => u64::from(*only),
        (None, []) => 0,
    }
}

/// A number that differs for most short texts: their length, first and last bytes are in it.
#[inline(always)]
pub(crate) fn hash(text: &[u8]) -> usize {
    let (first, last) = match ends::<8>(text) {
        Some((first, last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        None => (small_word(text), 0),
    };
    let mixed = (first ^ last.rotate_left(29) ^ (text.len() as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 40) as usize
}

/// A word whose lowest set bit is the highest bit of the first special byte; 0 where there is none.
///
/// Subtracting carries into bytes above, so bits above the first one may be wrong, and nobody looks at them.
const fn special(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (quote | backslash | control) & HIGH
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, end_of_plain, is_plain, put_short};

    #[test]
    fn every_byte_in_every_place() {
        for byte in 0..=255u8 {
            let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
            for length in 0..72 {
                for place in 0..length {
                    let mut bytes = vec![b'a'; length];
                    bytes[place] = byte;
                    if place + 2 < length {
                        // What follows must not change what was found first.
                        bytes[place + 1] = b'!';
                        bytes[place + 2] = b'"';
                    }
                    let expected = bytes
                        .iter()
                        .position(|found| *found == b'"' || *found == b'\\' || *found < 0x20);
                    assert_eq!(end_of_plain(&bytes, 0), expected.unwrap_or(length), "{byte} {bytes:?}");
                    assert_eq!(ends && expected == Some(place), ends, "{byte}");
                }
            }
        }
    }

    #[test]
    fn plain_texts() {
        assert!(is_plain(""));
        assert!(is_plain("Zoë Müller, 字, 😀 and \u{7f}"));
        assert!(!is_plain("a\u{1}"));
        assert!(!is_plain("0123456789 \""));
        for length in 0..70 {
            let plain = "é".repeat(length / 2) + &"x".repeat(length % 2);
            assert!(is_plain(&plain));
            for place in (0..length).filter(|place| plain.is_char_boundary(*place)) {
                let (before, after) = plain.split_at(place);
                assert!(!is_plain(&format!("{before}\n{after}")), "{length} {place}");
            }
        }
    }

    #[test]
    fn short_texts_are_put_where_they_need_no_escapes() {
        let room = || [b'?'; BLOCK + 2];
        for length in 0..40 {
            let plain: String = ('a'..='z').cycle().take(length).collect();
            let mut put = room();
            let quoted = put_short(&mut put, plain.as_bytes()).map(|end| &put[..end]);
            let expected = format!("\"{plain}\"");
            assert_eq!(quoted, (length < BLOCK).then_some(expected.as_bytes()), "{length}");
            for place in 0..length {
                for special in [b'"', b'\\', 0, 0x1f] {
                    let mut bytes = plain.clone().into_bytes();
                    bytes[place] = special;
                    assert_eq!(put_short(&mut room(), &bytes), None, "{length} {place}");
                }
            }
        }
    }
}
