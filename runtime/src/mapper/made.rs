//! A record that a rule makes for a column of JSON, field by field: written where the line grows, or kept as a value.

use crate::json::out::Name;
use crate::mapper::{Rec, Row};
use crate::value::{Ruled, Val};

/// A record on its way: its fields come in the order of its names.
#[derive(Debug)]
pub struct Made<'r, 's> {
    row: &'r mut Row<'s>,
    target: usize,
    names: std::slice::Iter<'static, Name>,
    place: Place<'s>,
}

/// Where the fields go.
#[derive(Debug)]
enum Place<'s> {
    /// To the line, on which the record begins there.
    Line(usize),
    /// Into a value.
    Kept(Vec<(&'static str, Val<'s>)>),
    /// Nowhere: the line was given up.
    Nowhere,
}

impl<'s> Row<'s> {
    /// `= { .. }` for a column of JSON.
    pub fn made(&mut self, target: usize, names: &'static [Name]) -> Made<'_, 's> {
        let place = match (self.line.is_some(), self.begins_made(target)) {
            (false, _) => Place::Kept(Vec::with_capacity(names.len())),
            (true, Some(begin)) => Place::Line(begin),
            (true, None) => Place::Nowhere,
        };
        Made {
            row: self,
            target,
            names: names.iter(),
            place,
        }
    }
}

impl<'s> Made<'_, 's> {
    /// The value of the next field; one that is missing leaves its field out.
    pub fn put(&mut self, value: Val<'s>) {
        let Some(name) = self.names.next() else { return };
        match (&mut self.place, &mut self.row.line) {
            (Place::Line(_), Some(line)) => line.put_made(name, value),
            (Place::Kept(fields), _) if !matches!(value, Val::Missing) => fields.push((name.text(), value)),
            (Place::Line(_) | Place::Kept(_) | Place::Nowhere, _) => {}
        }
    }

    /// The same for what was sent.
    pub fn keep(&mut self, record: Rec<'s>, slot: u16) {
        if let (Place::Line(_), Some(line), Some(name)) =
            (&self.place, &mut self.row.line, self.names.as_slice().first())
            && record.sent(slot).is_some_and(|sent| line.takes_made(name, &sent))
        {
            self.names.next();
            return;
        }
        self.put(record.get(slot));
    }

    /// Behind the last field.
    pub fn done(self) -> Ruled {
        match self.place {
            Place::Line(begin) => {
                if let Some(line) = &mut self.row.line {
                    line.close(begin);
                }
                Ok(())
            }
            Place::Kept(fields) => self.row.set(self.target, Val::Record(fields)),
            Place::Nowhere => Ok(()),
        }
    }
}
