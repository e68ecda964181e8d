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
        match self.find(&value)? {
            Some(found) => constant(found),
            None if value.is_absent() => Ok(value),
            None => Err(Fault::data(format!("table {} has no row for this value", self.name)).about(&value)),
        }
    }

    /// The same for `?`: missing where no row fits.
    pub fn look_up_or_missing<'s>(&self, value: Val<'s>) -> Out<'s> {
        match self.find(&value) {
            Ok(Some(found)) => constant(found),
            Ok(None) if value.is_absent() => Ok(value),
            Ok(None) => Ok(Val::Missing),
            Err(fault) => crate::builtin::logic::or_missing(Err(fault)),
        }
    }

    /// What stands beside a value; absent where nothing does, and for an absent value.
    fn find(&self, value: &Val<'_>) -> Result<Option<Literal>, Fault> {
        if value.is_absent() {
            return Ok(None);
        }
        if let Val::Text(text) = value {
            let row = self
                .rows
                .iter()
                .find(|(from, _)| matches!(from, Literal::Text(from) if from == text));
            let all_texts = || self.rows.iter().all(|(from, _)| matches!(from, Literal::Text(_)));
            if row.is_some() || all_texts() {
                return Ok(row.map(|(_, to)| *to).or(self.rest));
            }
        }
        for (from, to) in self.rows {
            if same(&constant(*from)?, value)? {
                return Ok(Some(*to));
            }
        }
        Ok(self.rest)
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
