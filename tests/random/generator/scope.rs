//! What a value can be made of: paths with their types, and what may be asked where it stands.

use super::world::{Field, Ty};

/// Something that can be named.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// `o.items`, `backend.prefix`, `v3`
    pub path: String,
    pub ty: Ty,
    /// Whether it may be null or missing.
    pub absent: bool,
}

/// What can be named, and what may be asked.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub known: Vec<Known>,
    /// Predicates, joins and checks ask the store nothing.
    pub lookups: bool,
    /// Exports read records of the inside.
    pub is_export: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            known: Vec::new(),
            lookups: true,
            is_export: false,
        }
    }
}

impl Scope {
    /// Adds one path.
    pub(super) fn add(&mut self, path: impl Into<String>, ty: Ty, absent: bool) {
        let path = path.into();
        self.known.push(Known { path, ty, absent });
    }

    /// Adds the fields of a record by its alias; `mark` is `.`, or `?.` where the record may be absent.
    pub(super) fn add_fields(&mut self, alias: &str, mark: &str, fields: &[Field]) {
        for field in fields {
            let path = match alias.is_empty() {
                true => field.name.clone(),
                false => format!("{alias}{mark}{}", field.name),
            };
            let absent = field.absent || mark == "?.";
            if let Ty::Inline(inner) = &field.ty {
                let mark = if absent { "?." } else { "." };
                self.add_fields(&path, mark, inner);
                continue;
            }
            self.add(path, field.ty.clone(), absent);
        }
    }
}
