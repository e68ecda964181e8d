//! Value tables: one value for another, as a mapping file lists them.

use crate::builtin::logic::same;
use crate::fault::Fault;
use crate::model::Literal;
use crate::value::{Out, Val};

/// A value table, one direction of it.
#[derive(Debug)]
pub struct Table {
    /// Its name, for messages.
    pub name: &'static str,
    /// What is looked up and what it gives, in file order.
    pub rows: &'static [(Literal, Literal)],
    /// The row for the rest.
    pub rest: Option<Literal>,
}

impl Table {
    /// What the table gives for a value. Absence passes through; a value without a row fails.
    pub fn look_up<'s>(&self, value: Val<'s>) -> Out<'s> {
        if value.is_absent() {
            return Ok(value);
        }
        for (from, to) in self.rows {
            if same(&constant(*from)?, &value)? {
                return constant(*to);
            }
        }
        match self.rest {
            Some(rest) => constant(rest),
            None => Err(Fault::data(format!("table {} has no row for this value", self.name)).about(&value)),
        }
    }
}

fn constant(literal: Literal) -> Out<'static> {
    Ok(match literal {
        Literal::Null => Val::Null,
        Literal::Text(text) => Val::text(text),
        Literal::Int(number) => Val::Int(number),
        Literal::Decimal(digits) => return Val::decimal(digits),
        Literal::Bool(flag) => Val::Bool(flag),
    })
}
