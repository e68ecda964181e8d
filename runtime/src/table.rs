//! Value tables: one value for another, as a mapping file lists them.

use std::sync::OnceLock;

use crate::builtin::logic::same;
use crate::fault::Fault;
use crate::json::plain::{hash, same_bytes};
use crate::model::Literal;
use crate::value::{Out, Val};

/// A value table, one direction of it.
#[derive(Debug)]
pub struct Table {
    /// Its name, for messages.
    name: &'static str,
    /// What is looked up and what it gives, in file order.
    rows: &'static [(Literal, Literal)],
    /// The row for the rest.
    rest: Option<Literal>,
    /// Rows of texts by the hash of the text, made at the first use; absent where not all rows are texts.
    hashed: OnceLock<Option<Hashed>>,
}

/// Rows by the hash of their text: each slot has the position of a row and one, or 0. Twice as many slots as rows, or more.
#[derive(Debug)]
struct Hashed(Box<[u16]>);

impl Hashed {
    fn of(rows: &[(Literal, Literal)]) -> Option<Self> {
        let mut slots = vec![0; (rows.len() * 2).next_power_of_two().max(8)];
        for (position, (from, _)) in rows.iter().enumerate() {
            let Literal::Text(text) = from else { return None };
            let most = slots.len() - 1;
            let mut at = hash(text.as_bytes()) & most;
            while *slots.get(at)? != 0 {
                at = (at + 1) & most;
            }
            *slots.get_mut(at)? = u16::try_from(position + 1).ok()?;
        }
        Some(Self(slots.into()))
    }

    fn find<'r>(&self, rows: &'r [(Literal, Literal)], text: &str) -> Option<&'r Literal> {
        let most = self.0.len() - 1;
        let mut at = hash(text.as_bytes()) & most;
        loop {
            let position = usize::from(*self.0.get(at)?).checked_sub(1)?;
            let (Literal::Text(from), to) = rows.get(position)? else {
                return None;
            };
            if same_bytes(from.as_bytes(), text.as_bytes()) {
                return Some(to);
            }
            at = (at + 1) & most;
        }
    }
}

impl Table {
    /// A table with its rows, and what is given for the rest.
    pub const fn new(name: &'static str, rows: &'static [(Literal, Literal)], rest: Option<Literal>) -> Self {
        Self {
            name,
            rows,
            rest,
            hashed: OnceLock::new(),
        }
    }

    /// What the table gives for a value. Absence passes through; a value without a row fails.
    pub fn look_up<'s>(&self, value: Val<'s>) -> Out<'s> {
        if let Some(found) = self.known(&value) {
            value.let_go();
            return constant(*found);
        }
        match self.find(&value)? {
            Some(found) => constant(found),
            None if value.is_absent() => Ok(value),
            None => Err(Fault::data(format!("table {} has no row for this value", self.name)).about(&value)),
        }
    }

    /// The same for `?`: missing where no row fits.
    pub fn look_up_or_missing<'s>(&self, value: Val<'s>) -> Out<'s> {
        if let Some(found) = self.known(&value) {
            value.let_go();
            return constant(*found);
        }
        match self.find(&value) {
            Ok(Some(found)) => constant(found),
            Ok(None) if value.is_absent() => Ok(value),
            Ok(None) => Ok(Val::Missing),
            Err(fault) => crate::builtin::logic::or_missing(Err(fault)),
        }
    }

    /// What stands beside a text, if it was looked for before; absent where the rows have to be looked at.
    #[inline(always)]
    fn known(&self, value: &Val<'_>) -> Option<&'static Literal> {
        let Val::Text(text) = value else { return None };
        self.hashed.get()?.as_ref()?.find(self.rows, text)
    }

    /// What stands beside a value; absent where nothing does, and for an absent value.
    fn find(&self, value: &Val<'_>) -> Result<Option<Literal>, Fault> {
        if value.is_absent() {
            return Ok(None);
        }
        if let Val::Text(text) = value {
            if let Some(hashed) = self.hashed.get_or_init(|| Hashed::of(self.rows)) {
                return Ok(hashed.find(self.rows, text).copied().or(self.rest));
            }
            let is_it = |from: &Literal| matches!(from, Literal::Text(from) if from == text);
            if let Some((_, to)) = self.rows.iter().find(|(from, _)| is_it(from)) {
                return Ok(Some(*to));
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
