//! From the tables a database has to those the models need: steps that only add, or the reasons why that is not enough.

use crate::value::Stored;

use super::table::{Column, Index, Schema, Table};

/// One addition.
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
}

/// What is to be done, and what the database has afterwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) steps: Vec<Step>,
    pub(crate) result: Schema,
}

/// Compares. Tables and optional columns that the models do not name are left alone: an older program runs on a newer
/// database, and a field that was removed keeps its values.
pub(crate) fn additions(present: &Schema, wanted: &Schema) -> Result<Change, Vec<String>> {
    let mut change = Change {
        steps: Vec::new(),
        result: present.clone(),
    };
    let mut refused = Vec::new();
    for (name, table) in &wanted.tables {
        match change.result.tables.get_mut(name) {
            None => {
                change.steps.push(Step::Table(table.clone()));
                change.result.tables.insert(name.clone(), table.clone());
            }
            Some(old) if old.role != table.role || old.of != table.of => {
                refused.push(format!(
                    "the table {name} holds {} and is wanted for {}",
                    old.of, table.of
                ));
            }
            Some(old) => table_additions(old, table, &mut change.steps, &mut refused),
        }
    }
    if refused.is_empty() { Ok(change) } else { Err(refused) }
}

fn table_additions(old: &mut Table, new: &Table, steps: &mut Vec<Step>, refused: &mut Vec<String>) {
    for column in &mut old.columns {
        if !new.columns.iter().any(|other| other.name == column.name) {
            refused.extend(removed(&new.of, column));
            column.stale = column.folds.is_some();
        }
    }
    for column in &new.columns {
        match old.columns.iter_mut().find(|other| other.name == column.name) {
            None => match added(&new.of, column) {
                Some(reason) => refused.push(reason),
                None => {
                    steps.push(Step::Column(new.name.clone(), column.clone()));
                    old.columns.push(column.clone());
                }
            },
            Some(old) => {
                if old.stale {
                    steps.push(Step::Shadow(new.name.clone(), column.clone()));
                    old.stale = false;
                }
                refused.extend(changed(&new.of, old, column));
            }
        }
    }
    for index in &old.indexes {
        if index.unique && !new.indexes.contains(index) {
            refused.push(format!(
                "{}: {} no longer have to be unique",
                new.of,
                index.columns.join(", ")
            ));
        }
    }
    for index in new
        .indexes
        .iter()
        .filter(|index| !old.indexes.contains(index))
        .collect::<Vec<_>>()
    {
        if index.unique {
            refused.push(format!(
                "{}: {} have to be unique from now on",
                new.of,
                index.columns.join(", ")
            ));
        } else {
            steps.push(Step::Index(new.name.clone(), index.clone()));
            old.indexes.push(index.clone());
        }
    }
}

fn added(of: &str, column: &Column) -> Option<String> {
    let fills_itself = column.nullable || column.default != Stored::Null;
    (!fills_itself).then(|| {
        format!(
            "{of}.{} is new and required: allow null or give it a default",
            column.name
        )
    })
}

fn removed(of: &str, column: &Column) -> Option<String> {
    let fills_itself = column.nullable || column.default != Stored::Null;
    (!fills_itself).then(|| {
        format!(
            "{of}.{} is missing from the model, and no record can go without it",
            column.name
        )
    })
}

/// Takes over what needs no statement: a wider text, more words, another default.
fn changed(of: &str, old: &mut Column, new: &Column) -> Vec<String> {
    let mut refused = Vec::new();
    let mut say = |text: String| refused.push(format!("{of}.{} {text}", new.name));
    if old.holds != new.holds {
        say(format!(
            "holds {} and is wanted to hold {}",
            old.holds.words(),
            new.holds.words()
        ));
    }
    if old.refers != new.refers {
        say("refers to another table, or deletes otherwise".to_owned());
    }
    if old.folds != new.folds {
        say("is a shadow of another column".to_owned());
    }
    match (old.nullable, new.nullable) {
        (true, false) => say("may be null and is wanted to be required".to_owned()),
        (false, true) => say("is required and is wanted to allow null".to_owned()),
        (true, true) | (false, false) => {}
    }
    match (old.max, new.max) {
        (Some(old), Some(new)) if new < old => say(format!("holds {old} characters and is wanted to hold {new}")),
        (None, Some(new)) => say(format!("holds any text and is wanted to hold {new} characters")),
        (_, wider) => old.max = wider,
    }
    match (&old.words, &new.words) {
        (None, Some(_)) => say("holds any text and is wanted to hold certain words".to_owned()),
        (Some(old), Some(new)) => {
            if let Some(gone) = old.iter().find(|word| !new.contains(word)) {
                say(format!("may hold {gone:?}, which the model no longer knows"));
            }
        }
        (_, None) => {}
    }
    old.words.clone_from(&new.words);
    refused
}
