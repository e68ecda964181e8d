//! What one target of a row holds, as it was written: a value of a payload stays where it is until somebody wants it.

use crate::mapper::rec::Sent;
use crate::value::Val;

/// What a target holds.
#[derive(Clone, Debug, Default)]
pub enum Cell<'s> {
    /// Nothing was written: the stored value stays, a new record gets the default.
    #[default]
    Unset,
    /// A value; null clears.
    Value(Val<'s>),
    /// Elements of a list target.
    List {
        /// In file order of the rules.
        items: Vec<Val<'s>>,
        /// Whether this is the whole list (`=`) or adds to what is stored (only `+=`).
        whole: bool,
    },
    /// Children: see [`crate::mapper::Row::children_of`].
    Children,
}

/// A target and who wrote it last.
#[derive(Clone, Debug)]
pub(super) struct Target<'s> {
    pub(super) kept: Kept<'s>,
    /// The rule; [`NO_RULE`] where there is none.
    pub(super) writer: u32,
}

/// No rule: nothing ran yet.
pub(super) const NO_RULE: u32 = u32::MAX;

/// What a row keeps of what was written.
#[derive(Clone, Debug)]
pub(super) enum Kept<'s> {
    Unset,
    /// A value that was sent, as it stands.
    Sent(Sent<'s>),
    Value(Val<'s>),
    List {
        items: Vec<Val<'s>>,
        whole: bool,
    },
    Children,
}

impl Target<'_> {
    pub(super) const UNSET: Self = Self {
        kept: Kept::Unset,
        writer: NO_RULE,
    };
}

impl<'s> Kept<'s> {
    pub(super) const fn is_unset(&self) -> bool {
        matches!(self, Self::Unset)
    }

    /// What others see of it.
    pub(super) fn cell(&self) -> Cell<'s> {
        match self {
            Self::Unset => Cell::Unset,
            Self::Sent(sent) => Cell::Value(sent.value()),
            Self::Value(value) => Cell::Value(value.clone()),
            Self::List { items, whole } => Cell::List {
                items: items.clone(),
                whole: *whole,
            },
            Self::Children => Cell::Children,
        }
    }
}
