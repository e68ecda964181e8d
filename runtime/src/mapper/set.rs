//! What a rule writes that has a type of its own in generated code: no value is made where it goes to a line at once.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::mapper::Row;
use crate::value::{Ruled, Val};

impl<'s> Row<'s> {
    /// `=` for a decimal.
    pub fn set_decimal(&mut self, target: usize, number: Decimal) -> Ruled {
        let info = self.info;
        let is_taken = self
            .line
            .as_mut()
            .is_some_and(|line| line.takes_decimal(info, target, number));
        match is_taken {
            true => Ok(()),
            false => self.set(target, Val::Decimal(number)),
        }
    }

    /// The same for a whole number.
    pub fn set_int(&mut self, target: usize, number: i64) -> Ruled {
        let info = self.info;
        let is_taken = self
            .line
            .as_mut()
            .is_some_and(|line| line.takes_int(info, target, number));
        match is_taken {
            true => Ok(()),
            false => self.set(target, Val::Int(number)),
        }
    }

    /// The same for a text.
    pub fn set_text(&mut self, target: usize, text: Cow<'s, str>) -> Ruled {
        let info = self.info;
        let is_taken = self
            .line
            .as_mut()
            .is_some_and(|line| line.takes_text(info, target, &text));
        match is_taken {
            true => Ok(()),
            false => self.set(target, Val::Text(text)),
        }
    }
}
