//! All SQL that is made from models: tables, statements, conditions. Names are quoted, values are always bound;
//! the one exception is a default in a table's definition, where databases take no parameters.
//!
//! Nothing else puts names into SQL. Fixed statements stand in `.sql` files beside their store.

pub(crate) mod change;
pub(crate) mod definition;
pub(crate) mod filter;
pub(crate) mod language;
pub(crate) mod lock;
pub(crate) mod orphan;
pub(crate) mod own_columns;
pub(crate) mod page;
pub(crate) mod reshape;
pub(crate) mod searched;
pub(crate) mod statement;
pub(crate) mod table;

/// Which database reads the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite, strict tables.
    Sqlite,
    /// PostgreSQL.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "its store is left out of this build")
    )]
    Postgres,
}

/// Longest name that is used as it is. PostgreSQL cuts names silently at 63 bytes; the rest is room for our endings.
const LONGEST: usize = 55;

/// A name as the database keeps it: points become `__`, what is too long is cut and told apart by a hash.
pub(crate) fn fit(name: &str) -> String {
    let name = name.replace('.', "__");
    if name.len() <= LONGEST {
        return name;
    }
    let hash = blake3::hash(name.as_bytes()).to_hex();
    let mut end = LONGEST - 9;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{}", &name[..end], &hash[..8])
}

/// The table of texts in other languages.
pub(crate) fn language_table(model: &crate::model::Model) -> String {
    fit(&format!("{}__lang", model.table_name()))
}

/// The table of a many-to-many field.
pub(crate) fn link_table(table: &str, field: &str) -> String {
    fit(&format!("{table}__{field}"))
}

/// The column that holds a text folded.
pub(crate) fn shadow(field: &str) -> String {
    fit(&format!("{field}__fold"))
}

/// A name in quotes.
pub(crate) fn quoted(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    text.push('"');
    for letter in name.chars() {
        text.push(letter);
        if letter == '"' {
            text.push('"');
        }
    }
    text.push('"');
    text
}

/// Names in quotes, separated by commas.
fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

impl Dialect {
    /// The parameter with this number, from 1.
    pub(crate) fn parameter(self, number: usize) -> String {
        match self {
            Self::Sqlite => format!("?{number}"),
            Self::Postgres => format!("${number}"),
        }
    }

    /// Equality for which null is a value like any other.
    fn same(self) -> &'static str {
        match self {
            Self::Sqlite => "is",
            Self::Postgres => "is not distinct from",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fit, quoted};

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let one = fit(&"x".repeat(60));
        let other = fit(&"x".repeat(61));
        assert_eq!((one.len(), other.len()), (55, 55));
        assert_ne!(one, other);
        assert_eq!(fit("res.partner"), "res__partner");
        assert!(fit(&"é".repeat(40)).len() <= 55, "cut between letters");
    }

    #[test]
    fn quotes_in_names_are_doubled() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
