//! From the tables a database has to those the models need: steps, what they mean for people, and what must hold of the
//! rows that are there. Looks at no row.

mod column;
mod reshape;

use crate::value::Stored;

use super::table::{Column, Index, Schema, Table};
use column::Differences;

pub(crate) use reshape::{Carried, Condition, Conversion, Reshape, Source};

/// What mapping files say of the way from older tables: by table and column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hints(pub(crate) std::collections::BTreeMap<(String, String), Hint>);

/// What is said of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hint {
    /// The column that it was before.
    pub(crate) renamed_from: Option<String>,
    /// What rows get that have no value.
    pub(crate) fill: Option<Fill>,
}

/// What rows get that have no value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fill {
    /// The same for all.
    Value(Stored),
    /// The value of another column of the row.
    Column(String),
}

impl Hints {
    fn of(&self, table: &str, column: &str) -> Hint {
        let hint = self.0.get(&(table.to_owned(), column.to_owned()));
        hint.cloned().unwrap_or_default()
    }
}

/// Whether the program that asks has run on this database before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// It has, and nothing but additions came since: what is wider now is nothing to it.
    Known,
    /// It has not.
    New,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A table with its indexes.
    Table(Table),
    /// A column of the table named first.
    Column(String, Column),
    /// A shadow of the table named first is filled anew.
    Shadow(String, Column),
    /// An index of the table named first.
    Index(String, Index),
    /// More than an addition to one table.
    Reshape(Reshape),
    /// Tables that no program needs any more.
    DropTables(Vec<String>),
}

/// What a difference asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A start of the program does it.
    Addition,
    /// A person has to agree.
    More,
}

/// One difference, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// The model, list or binding: `res.partner`.
    pub(crate) of: String,
    /// `.email`, or blank where all of it is meant.
    pub(crate) column: String,
    /// `is new`
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{} {}", self.of, self.column, self.text)
    }
}

/// What is to be done, and what the database has afterwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) steps: Vec<Step>,
    pub(crate) notes: Vec<Note>,
    /// Differences that no step can do anything about.
    pub(crate) impossible: Vec<String>,
    pub(crate) result: Schema,
}

impl Change {
    fn none(present: &Schema) -> Self {
        Self {
            steps: Vec::new(),
            notes: Vec::new(),
            impossible: Vec::new(),
            result: present.clone(),
        }
    }

    /// Why a start of the program does not do it; empty: it does.
    pub(crate) fn more_than_additions(&self) -> Vec<String> {
        let more = self.notes.iter().filter(|note| note.kind == Kind::More);
        let words = more.map(ToString::to_string);
        self.impossible.iter().cloned().chain(words).collect()
    }
}

/// Compares. Tables and optional columns that the models do not name are left alone: an older program runs on a newer
/// database, and a field that was removed keeps its values.
pub(crate) fn compare(present: &Schema, wanted: &Schema, hints: &Hints, asking: Asking) -> Change {
    let mut change = Change::none(present);
    // New tables come first: columns of others may refer to them.
    for table in wanted
        .tables
        .values()
        .filter(|table| !present.tables.contains_key(&table.name))
    {
        change.notes.push(addition(&table.of, "", "is new"));
        change.steps.push(Step::Table(table.clone()));
        change.result.tables.insert(table.name.clone(), table.clone());
    }
    for (name, table) in &wanted.tables {
        match present.tables.get(name) {
            None => {}
            Some(old) if old.role != table.role || old.of != table.of => change.impossible.push(format!(
                "the table {name} holds {} and is wanted for {}",
                old.of, table.of
            )),
            Some(old) => table_change(old, table, hints, asking, &mut change),
        }
    }
    change
}

fn table_change(old: &Table, new: &Table, hints: &Hints, asking: Asking, change: &mut Change) {
    let mut found = Differences::new(old, new, hints, asking);
    found.columns();
    let mut result = found.result();
    let mut indexes = Indexes::between(old, new, &found);
    change.notes.append(&mut found.notes);
    change.notes.append(&mut indexes.notes);
    result.indexes = indexes.kept.iter().chain(&indexes.made).cloned().collect();
    if found.reshapes() || !indexes.dropped.is_empty() || indexes.made.iter().any(|index| index.unique) {
        let shadows = found.shadows();
        found.conditions.append(&mut indexes.conditions);
        change.steps.push(Step::Reshape(Reshape {
            old: old.clone(),
            new: result.clone(),
            columns: found.carried,
            dropped_indexes: indexes.dropped,
            made_indexes: indexes.made,
            conditions: found.conditions,
        }));
        change.steps.extend(shadows);
    } else {
        change.steps.extend(found.additions());
        let index = |index: Index| Step::Index(new.name.clone(), index);
        change.steps.extend(indexes.made.into_iter().map(index));
    }
    change.result.tables.insert(new.name.clone(), result);
}

/// What becomes of the indexes of a table.
struct Indexes {
    kept: Vec<Index>,
    made: Vec<Index>,
    dropped: Vec<Index>,
    notes: Vec<Note>,
    conditions: Vec<(Condition, String)>,
}

impl Indexes {
    fn between(old: &Table, new: &Table, found: &Differences<'_>) -> Self {
        let mut all = Self {
            kept: Vec::new(),
            made: Vec::new(),
            dropped: Vec::new(),
            notes: Vec::new(),
            conditions: Vec::new(),
        };
        for index in &old.indexes {
            let moved = index.columns.iter().any(|column| found.moves(column));
            if index.unique && !new.indexes.contains(index) && !moved {
                let has = if index.columns.len() == 1 { "has" } else { "have" };
                let text = format!("no longer {has} to be unique");
                all.notes
                    .push(more(&new.of, &format!(": {}", shown(old, index)), &text));
            }
            match moved || (index.unique && !new.indexes.contains(index)) {
                true => all.dropped.push(index.clone()),
                false => all.kept.push(index.clone()),
            }
        }
        for index in new
            .indexes
            .iter()
            .filter(|index| !all.kept.contains(index))
            .cloned()
            .collect::<Vec<_>>()
        {
            let columns = format!(": {}", shown(new, &index));
            let single = index.columns.len() == 1;
            let was = old
                .indexes
                .iter()
                .any(|old| old.unique == index.unique && found.renamed(old) == index.columns);
            match index.unique {
                _ if was => {}
                true => {
                    let text = if single {
                        "has to be unique from now on"
                    } else {
                        "have to be unique from now on"
                    };
                    all.notes.push(more(&new.of, &columns, text));
                    let word = if single { "is" } else { "are" };
                    let words = format!("{} {word} not unique: change it first", shown(new, &index));
                    let twins = Condition::Twins(index.columns.clone(), index.rows);
                    all.conditions.push((twins, words));
                }
                false => {
                    let text = if single { "is indexed" } else { "are indexed" };
                    all.notes.push(addition(&new.of, &columns, text));
                }
            }
            all.made.push(index);
        }
        all
    }
}

/// Takes out what the models do not name: columns and whole tables that older programs left.
pub(crate) fn without_orphans(present: &Schema, wanted: &Schema) -> Change {
    let mut change = Change::none(present);
    let mut tables = Vec::new();
    for (name, old) in &present.tables {
        let Some(new) = wanted.tables.get(name) else {
            tables.push(name.clone());
            change.notes.push(more(&old.of, "", "is in no model"));
            change.result.tables.remove(name);
            continue;
        };
        let known = |column: &Column| new.columns.iter().any(|other| other.name == column.name);
        let (kept, gone): (Vec<Column>, Vec<Column>) = old.columns.iter().cloned().partition(known);
        if gone.is_empty() {
            continue;
        }
        let all_there = |index: &Index| !gone.iter().any(|column| index.columns.contains(&column.name));
        let (indexes, dropped): (Vec<Index>, Vec<Index>) = old.indexes.iter().cloned().partition(all_there);
        for column in gone.iter().filter(|column| column.folds.is_none()) {
            change
                .notes
                .push(more(&old.of, &format!(".{}", column.name), "is in no model"));
        }
        let table = Table {
            columns: kept,
            indexes,
            ..old.clone()
        };
        change.steps.push(Step::Reshape(Reshape {
            old: old.clone(),
            columns: table.columns.iter().map(Carried::as_it_is).collect(),
            dropped_indexes: dropped,
            made_indexes: Vec::new(),
            conditions: Vec::new(),
            new: table.clone(),
        }));
        change.result.tables.insert(name.clone(), table);
    }
    if !tables.is_empty() {
        change.steps.push(Step::DropTables(tables));
    }
    change
}

/// The columns of an index as people know them: a shadow by its text.
fn shown(table: &Table, index: &Index) -> String {
    let known = |name: &String| {
        let column = table.columns.iter().find(|column| column.name == *name);
        let text = column.and_then(|column| column.folds.as_ref());
        text.map_or_else(|| name.clone(), |text| format!("{text} (folded)"))
    };
    index.columns.iter().map(known).collect::<Vec<_>>().join(", ")
}

fn addition(of: &str, column: &str, text: &str) -> Note {
    note(of, column, text, Kind::Addition)
}

fn more(of: &str, column: &str, text: &str) -> Note {
    note(of, column, text, Kind::More)
}

fn note(of: &str, column: &str, text: &str, kind: Kind) -> Note {
    Note {
        of: of.to_owned(),
        column: column.to_owned(),
        text: text.to_owned(),
        kind,
    }
}
