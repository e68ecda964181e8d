//! More than additions to one table, as data: where the values of each column come from, and what must not be true of any row.

use crate::store::sql::table::{Column, Holds, Index, Rows, Table};
use crate::value::Stored;

use super::Fill;

/// A table that becomes another one with the same rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reshape {
    pub(crate) old: Table,
    pub(crate) new: Table,
    /// All columns of `new`; those of `old` that none comes from are lost.
    pub(crate) columns: Vec<Carried>,
    pub(crate) dropped_indexes: Vec<Index>,
    pub(crate) made_indexes: Vec<Index>,
    /// What must hold of no row, and what is said of the number of rows for which it does.
    pub(crate) conditions: Vec<(Condition, String)>,
}

/// A column as it will be and where its values come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Carried {
    pub(crate) column: Column,
    pub(crate) source: Source,
}

/// Where values come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// A column of the old table.
    Column {
        /// Its name there.
        name: String,
        /// Absent: its values stay as they are.
        conversion: Option<Conversion>,
        /// What null becomes.
        nulls: Option<Fill>,
    },
    /// The column is new: null or its default.
    Default,
    /// The column is new and required.
    Fill(Fill),
    /// The column is new and required, and there is no row.
    Nothing,
}

/// From one type to another in which every value is the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// `int` to `text`
    IntText,
    /// Digits behind the point: before and after; those of an `int` are none.
    Scale {
        /// Before.
        from: u8,
        /// After.
        to: u8,
        /// What it holds afterwards.
        into: Holds,
    },
}

/// What must hold of no row. Columns are those of the old table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    /// There is one.
    Any,
    /// The column is null.
    Null(String),
    /// The text has more characters.
    Longer(String, u32),
    /// The text is none of these.
    OtherThan(String, Vec<String>),
    /// The value is none of the new type.
    Unfit(String, Conversion),
    /// Another one has the same values in these columns of the new table.
    Twins(Vec<String>, Rows),
}

impl Conversion {
    pub(super) fn between(old: Holds, new: Holds) -> Option<Self> {
        let scale = |holds: Holds| match holds {
            Holds::Int => Some(0),
            Holds::Decimal(scale) => Some(scale),
            Holds::Text
            | Holds::Bool
            | Holds::Date
            | Holds::Time
            | Holds::Duration
            | Holds::DateTime
            | Holds::Uuid
            | Holds::Bytes
            | Holds::Json
            | Holds::Ref => None,
        };
        if (old, new) == (Holds::Int, Holds::Text) {
            return Some(Self::IntText);
        }
        let (from, to) = (scale(old)?, scale(new)?);
        Some(Self::Scale { from, to, into: new })
    }
}

impl Condition {
    /// Whether it is about values that no statement touches.
    pub(super) fn is_of_rows_that_stay(&self) -> bool {
        match self {
            Self::Longer(..) | Self::OtherThan(..) => true,
            Self::Any | Self::Null(_) | Self::Unfit(..) | Self::Twins(..) => false,
        }
    }
}

impl Fill {
    /// For people.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Column(name) => format!("`{name}`"),
            Self::Value(value) => crate::store::records::dump::whole(value),
        }
    }
}

impl Carried {
    /// A column that is left alone.
    pub(super) fn as_it_is(column: &Column) -> Self {
        Self {
            column: column.clone(),
            source: Source::Column {
                name: column.name.clone(),
                conversion: None,
                nulls: None,
            },
        }
    }

    pub(super) fn comes_from(&self, old: &str) -> bool {
        matches!(&self.source, Source::Column { name, .. } if name == old)
    }

    /// Whether rows that are there get other values.
    pub(super) fn is_filled(&self) -> bool {
        match &self.source {
            Source::Column { conversion, nulls, .. } => conversion.is_some() || nulls.is_some(),
            Source::Fill(_) => true,
            Source::Default | Source::Nothing => false,
        }
    }

    /// Whether the table cannot get the column by being added to.
    pub(super) fn reshapes(&self, old: &Table) -> bool {
        match &self.source {
            Source::Default => false,
            Source::Fill(_) | Source::Nothing => true,
            Source::Column { name, .. } => {
                let old = old.columns.iter().find(|column| column.name == *name);
                old.is_none_or(|old| {
                    let definition = |column: &Column| {
                        let Column {
                            name,
                            holds,
                            nullable,
                            refers,
                            ..
                        } = column.clone();
                        (name, holds, nullable, refers)
                    };
                    definition(old) != definition(&self.column)
                })
            }
        }
    }
}

impl Reshape {
    /// The old columns that no new one comes from.
    pub(crate) fn lost(&self) -> Vec<&Column> {
        let is_kept = |column: &Column| self.columns.iter().any(|carried| carried.comes_from(&column.name));
        self.old.columns.iter().filter(|column| !is_kept(column)).collect()
    }

    /// Whether columns change, and not only indexes and rules.
    pub(crate) fn changes_columns(&self) -> bool {
        !self.lost().is_empty() || self.columns.iter().any(|carried| carried.reshapes(&self.old))
    }

    /// The column as it was, for one that was there.
    pub(crate) fn was(&self, carried: &Carried) -> Option<&Column> {
        self.old.columns.iter().find(|column| carried.comes_from(&column.name))
    }

    /// What a new one has in a column, if it has it.
    pub(crate) fn carried(&self, name: &str) -> Option<&Carried> {
        self.columns.iter().find(|carried| carried.column.name == name)
    }

    /// A value that a new row gets where nobody says another.
    pub(crate) fn default_of(carried: &Carried) -> Option<&Stored> {
        (carried.column.default != Stored::Null).then_some(&carried.column.default)
    }
}
