//! The functions of the language: pure, from values to a value. One file per family; every function is also reachable as `builtin::name`.
//!
//! The first argument is the piped one: if it is absent it is passed through, unless the function says that it accepts absence.
//! Other arguments are present; the compiler sees to it, and an absent one is a fault of kind `data`. A lambda is `&dyn Fn(Val) -> Out`.
//! Optional trailing arguments that the author leaves out are given as [`Val::Missing`]; a left-out lambda is another function (`sum`, `sum_by`).

pub mod date;
pub mod exact;
#[cfg(test)]
mod examples;
pub mod list;
pub mod logic;
pub mod merge;
pub mod money;
pub mod number;
pub mod text;

pub use date::*;
pub use list::*;
pub use logic::*;
pub use merge::*;
pub use money::*;
pub use number::*;
pub use text::*;

use crate::value::{Out, Val};

/// A function of the author, inside an expression: `i => i.sku`.
pub type Lambda<'l, 's> = &'l dyn Fn(Val<'s>) -> Out<'s>;

/// Passes an absent value through, else goes on with it.
macro_rules! present {
    ($value:expr) => {
        match $value {
            absent if absent.is_absent() => return Ok(absent),
            value => value,
        }
    };
}
pub(crate) use present;
