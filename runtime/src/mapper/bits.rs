//! Small numbers as bits of static words: which slots of its sources a rule reads.

/// A set of small numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits(pub &'static [u64]);

impl Bits {
    /// Whether the number is in it.
    pub fn holds(&self, bit: usize) -> bool {
        let word = self.0.get(bit / 64).copied().unwrap_or(0);
        word >> (bit % 64) & 1 == 1
    }

    /// Whether one of the first 64 is in the word. All are in a full one, and where there is none it counts as met.
    #[inline(always)]
    pub(crate) fn first_meets(&self, word: u64) -> bool {
        word == u64::MAX || self.0.first().is_some_and(|first| first & word != 0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Whether they share a number.
    pub fn meets(&self, other: &[u64]) -> bool {
        self.0.iter().zip(other).any(|(left, right)| left & right != 0)
    }
}
