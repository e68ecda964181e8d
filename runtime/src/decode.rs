//! Tokens of a payload -> slots: what each wire and codec admits for each kind of field.

mod duration;
pub mod moment;
mod number;
pub(crate) mod pattern;
mod scalar;
mod simple;

pub use duration::{duration, of_seconds, seconds_of};
pub use number::{decimal, int};
pub use scalar::{Admitted, admits};
pub(crate) use scalar::{constant, is_null, scalar};
pub(crate) use simple::{decimal as simple_decimal, few_digits, int as simple_int, put_decimal, simple, simple_text};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The bytes of a text in base64 that the scan has checked.
pub fn bytes(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}

/// Whether a text is base64.
pub fn is_base64(text: &str) -> bool {
    STANDARD.decode(text).is_ok()
}
