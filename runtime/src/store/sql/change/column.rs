//! The columns of one table as they are and as they are wanted.

use crate::store::sql::fit;
use crate::store::sql::table::{Column, Holds, Index, Table};
use crate::value::Stored;

use super::reshape::{Carried, Condition, Conversion, Source};
use super::{Asking, Fill, Hint, Hints, Kind, Note, Step};

/// What is found between two tables.
pub(super) struct Differences<'a> {
    old: &'a Table,
    new: &'a Table,
    hints: &'a Hints,
    asking: Asking,
    /// All columns of the result and where their values come from.
    pub(super) carried: Vec<Carried>,
    pub(super) notes: Vec<Note>,
    pub(super) conditions: Vec<(Condition, String)>,
}

impl<'a> Differences<'a> {
    pub(super) fn new(old: &'a Table, new: &'a Table, hints: &'a Hints, asking: Asking) -> Self {
        Self {
            old,
            new,
            hints,
            asking,
            carried: Vec::new(),
            notes: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// Compares all columns: first those that are there, in their order, then the new ones.
    pub(super) fn columns(&mut self) {
        let (old, new) = (self.old, self.new);
        for column in &old.columns {
            match new.columns.iter().find(|other| self.former(other) == Some(column)) {
                Some(wanted) => self.changed(column, wanted),
                None => self.removed(column),
            }
        }
        for column in &new.columns {
            if self.former(column).is_none() {
                self.added(column);
            }
        }
    }

    /// The column that this one was: of its name, or of the name it had before.
    fn former(&self, wanted: &Column) -> Option<&'a Column> {
        let named = |name: &str| self.old.columns.iter().find(|column| column.name == name);
        let is_wanted = |name: &str| self.new.columns.iter().any(|column| column.name == name);
        named(&wanted.name).or_else(|| {
            let hint = self.hint(wanted);
            let old = hint.renamed_from.filter(|old| !is_wanted(old))?;
            named(&old)
        })
    }

    fn is_renamed(&self, old: &str) -> bool {
        let mut wanted = self.new.columns.iter();
        wanted.any(|column| column.name != old && self.former(column).is_some_and(|former| former.name == old))
    }

    fn hint(&self, column: &Column) -> Hint {
        self.hints.of(&self.new.name, &column.name)
    }

    fn say(&mut self, column: &Column, text: &str, kind: Kind) {
        // A shadow follows its text.
        if column.folds.is_none() {
            self.notes
                .push(super::note(&self.new.of, &format!(".{}", column.name), text, kind));
        }
    }

    /// A condition on the rows that are there; the words go behind a number of rows.
    fn must_hold(&mut self, not: Condition, words: String) {
        self.conditions.push((not, words));
    }

    fn added(&mut self, column: &Column) {
        let fill = self.hint(column).fill;
        let source = match (&fill, column.nullable, column.default == Stored::Null) {
            (Some(fill), false, true) => {
                let text = format!("is new and required, and filled with {}", fill.words());
                self.say(column, &text, Kind::More);
                Source::Fill(fill.clone())
            }
            (None, false, true) => {
                let text = "is new and required: allow null, or give it a default or a `fill`";
                self.say(column, text, Kind::More);
                self.must_hold(
                    Condition::Any,
                    format!(
                        "{} would be missing: allow null, or give it a default or a `fill`",
                        column.name
                    ),
                );
                Source::Nothing
            }
            (_, true, _) | (_, _, false) => {
                self.say(column, "is new", Kind::Addition);
                Source::Default
            }
        };
        self.carried.push(Carried {
            column: column.clone(),
            source,
        });
    }

    fn removed(&mut self, column: &Column) {
        // The shadow of a text that has a new name is made anew, too.
        if column.folds.as_ref().is_some_and(|text| self.is_renamed(text)) {
            return;
        }
        let fills_itself = column.nullable || column.default != Stored::Null;
        if fills_itself {
            self.carried.push(Carried::as_it_is(&Column {
                stale: column.folds.is_some(),
                ..column.clone()
            }));
            return;
        }
        let text = "is missing from the model, and no record can go without it: it is kept, unread, and may be null";
        self.say(column, text, Kind::More);
        let relaxed = Column {
            nullable: true,
            ..column.clone()
        };
        self.carried.push(Carried::as_it_is(&relaxed));
    }

    fn changed(&mut self, old: &Column, new: &Column) {
        if old.name != new.name {
            self.say(new, &format!("is `{}` under a new name", old.name), Kind::More);
        }
        let target = |column: &Column| column.refers.as_ref().map(|refers| refers.table.clone());
        let conversion = match (old.holds == new.holds, target(old) == target(new)) {
            (true, true) => None,
            (false, true) => match Conversion::between(old.holds, new.holds) {
                Some(conversion) => Some(conversion),
                None => return self.set_aside(old, new),
            },
            (_, false) => return self.set_aside(old, new),
        };
        if old.holds != new.holds {
            let words = (old.holds.words(), new.holds.words());
            self.say(
                new,
                &format!("holds {} and is wanted to hold {}", words.0, words.1),
                Kind::More,
            );
        }
        if let Some(conversion) = conversion {
            let words = format!("{} is no {}: change it first", old.name, new.holds.words());
            self.must_hold(Condition::Unfit(old.name.clone(), conversion), words);
        }
        if old.refers != new.refers {
            self.say(new, "goes another way with the record it refers to", Kind::More);
        }
        let nulls = self.required(old, new);
        let (max, words) = (self.narrowed(old, new), self.words(old, new));
        let column = Column {
            max,
            words,
            default: old.default.clone(),
            ..new.clone()
        };
        let default = if conversion.is_some() {
            new.default.clone()
        } else {
            column.default.clone()
        };
        self.carried.push(Carried {
            column: Column { default, ..column },
            source: Source::Column {
                name: old.name.clone(),
                conversion,
                nulls,
            },
        });
    }

    /// What null becomes where it is no longer allowed.
    fn required(&mut self, old: &Column, new: &Column) -> Option<Fill> {
        match (old.nullable, new.nullable) {
            (true, false) => {
                let default = (new.default != Stored::Null).then(|| Fill::Value(new.default.clone()));
                let fill = self.hint(new).fill.or(default);
                let text = match &fill {
                    Some(fill) => format!(
                        "may be null and is wanted to be required: null becomes {}",
                        fill.words()
                    ),
                    None => "may be null and is wanted to be required".to_owned(),
                };
                self.say(new, &text, Kind::More);
                if fill.is_none() {
                    let words = format!("{} is null: give it a `fill`, or write a value first", old.name);
                    self.must_hold(Condition::Null(old.name.clone()), words);
                }
                fill
            }
            (false, true) => {
                self.say(new, "is required and is wanted to allow null", Kind::More);
                None
            }
            (true, true) | (false, false) => None,
        }
    }

    /// The longest text from now on.
    fn narrowed(&mut self, old: &Column, new: &Column) -> Option<u32> {
        let shorter = match (old.max, new.max) {
            (Some(old), Some(new)) if new < old => Some((format!("{old} characters"), new)),
            (None, Some(new)) if old.holds == Holds::Text => Some(("any text".to_owned(), new)),
            (Some(_) | None, Some(_)) | (_, None) => None,
        };
        match (shorter, self.asking) {
            (Some(_), Asking::Known) => old.max,
            (Some((was, now)), Asking::New) => {
                self.say(
                    new,
                    &format!("holds {was} and is wanted to hold {now} characters"),
                    Kind::More,
                );
                let words = format!("{} is longer than {now} characters: shorten it first", old.name);
                self.must_hold(Condition::Longer(old.name.clone(), now), words);
                new.max
            }
            (None, Asking::Known | Asking::New) => {
                if let (Some(was), false) = (old.max, old.max == new.max) {
                    let now = new.max.map_or("any number of".to_owned(), |max| max.to_string());
                    self.say(
                        new,
                        &format!("holds {now} characters, and {was} before"),
                        Kind::Addition,
                    );
                }
                new.max
            }
        }
    }

    /// The words that are allowed from now on.
    fn words(&mut self, old: &Column, new: &Column) -> Option<Vec<String>> {
        let text = match (&old.words, &new.words) {
            (None, Some(_)) => Some("holds any text and is wanted to hold certain words".to_owned()),
            (Some(old), Some(new)) => {
                let gone = old.iter().find(|word| !new.contains(word));
                gone.map(|gone| format!("may hold {gone:?}, which the model no longer knows"))
            }
            (_, None) => None,
        };
        match (text, self.asking) {
            (Some(_), Asking::Known) => old.words.clone(),
            (Some(text), Asking::New) => {
                self.say(new, &text, Kind::More);
                let allowed = new.words.clone().unwrap_or_default();
                let words = format!("{} is none of {}: change it first", old.name, allowed.join(", "));
                self.must_hold(Condition::OtherThan(old.name.clone(), allowed), words);
                new.words.clone()
            }
            (None, Asking::Known | Asking::New) => {
                if old.words != new.words {
                    self.say(new, "may hold other words, too", Kind::Addition);
                }
                new.words.clone()
            }
        }
    }

    /// No value of the old column can be one of the new: it is kept beside it, unread.
    fn set_aside(&mut self, old: &Column, new: &Column) {
        let aside = self.free_name(&format!("{}__{}", old.name, old.holds.words().replace(['(', ')'], "")));
        let text = match old.holds == new.holds {
            true => format!("refers to other records from now on: its values are kept, unread, as `{aside}`"),
            false => format!(
                "holds {} and is wanted to hold {}: its values are kept, unread, as `{aside}`",
                old.holds.words(),
                new.holds.words()
            ),
        };
        self.say(new, &text, Kind::More);
        let kept = Column {
            name: aside,
            nullable: true,
            refers: None,
            folds: None,
            ..old.clone()
        };
        let said = self.notes.len();
        self.carried.push(Carried {
            column: kept,
            source: Source::Column {
                name: old.name.clone(),
                conversion: None,
                nulls: None,
            },
        });
        self.added(new);
        self.notes.truncate(said);
    }

    fn free_name(&self, name: &str) -> String {
        let taken = |name: &String| {
            self.old
                .columns
                .iter()
                .chain(&self.new.columns)
                .any(|column| column.name == *name)
        };
        let numbered = (2..).map(|number| fit(&format!("{name}{number}")));
        let mut names = std::iter::once(fit(name)).chain(numbered);
        names.find(|name| !taken(name)).unwrap_or_else(|| name.to_owned())
    }

    /// The table as it will be, with the indexes of the old one.
    pub(super) fn result(&self) -> Table {
        Table {
            columns: self.carried.iter().map(|carried| carried.column.clone()).collect(),
            ..self.old.clone()
        }
    }

    /// Whether columns change in a way that is more than an addition.
    pub(super) fn reshapes(&self) -> bool {
        self.carried.iter().any(|carried| carried.reshapes(self.old))
            || self
                .conditions
                .iter()
                .any(|(condition, _)| condition.is_of_rows_that_stay())
    }

    /// Columns and shadows that are only added, and shadows that are filled anew.
    pub(super) fn additions(&self) -> Vec<Step> {
        let table = || self.new.name.clone();
        let steps = self.carried.iter().filter_map(|carried| match &carried.source {
            Source::Default => Some(Step::Column(table(), carried.column.clone())),
            Source::Column { name, .. } => self
                .was_stale(name, &carried.column)
                .then(|| Step::Shadow(table(), carried.column.clone())),
            Source::Fill(_) | Source::Nothing => None,
        });
        steps.collect()
    }

    /// Shadows that are filled behind a reshape: new and stale ones, and those of texts that were filled.
    pub(super) fn shadows(&self) -> Vec<Step> {
        let is_filled = |text: &String| {
            let carried = self.carried.iter().find(|carried| carried.column.name == *text);
            carried.is_some_and(Carried::is_filled)
        };
        let is_due = |carried: &&Carried| match &carried.source {
            Source::Default => true,
            Source::Column { name, .. } => self.was_stale(name, &carried.column),
            Source::Fill(_) | Source::Nothing => false,
        };
        let wanted = self
            .carried
            .iter()
            .filter(|carried| self.is_wanted(&carried.column.name));
        let shadows = wanted.filter(|carried| {
            let text = carried.column.folds.as_ref();
            text.is_some_and(|text| is_due(carried) || is_filled(text))
        });
        let step = |carried: &Carried| Step::Shadow(self.new.name.clone(), carried.column.clone());
        shadows.map(step).collect()
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.new.columns.iter().any(|column| column.name == name)
    }

    fn was_stale(&self, name: &str, column: &Column) -> bool {
        let old = self.old.columns.iter().find(|column| column.name == name);
        old.is_some_and(|old| old.stale) && self.is_wanted(&column.name)
    }

    /// Whether an index over this column must be made anew, or goes with it.
    pub(super) fn moves(&self, column: &str) -> bool {
        if !self.old.columns.iter().any(|known| known.name == column) {
            return false;
        }
        let carried = self.carried.iter().find(|carried| carried.comes_from(column));
        carried.is_none_or(|carried| carried.column.name != column)
    }

    /// The columns of an index by their new names.
    pub(super) fn renamed(&self, index: &Index) -> Vec<String> {
        let new = |column: &String| {
            let carried = self.carried.iter().find(|carried| carried.comes_from(column));
            carried.map_or_else(|| column.clone(), |carried| carried.column.name.clone())
        };
        index.columns.iter().map(new).collect()
    }
}
