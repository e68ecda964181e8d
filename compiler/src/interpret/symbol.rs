//! Records that a trial only names: `res.partner.category(1)`. Each has a number, as the runtime wants, and a name for people.

use crate::ir::Literal;
use crate::ir::literal::show;
use crate::ir::test::Constant;
use std::sync::{Arc, Mutex, PoisonError};
use tenon_runtime::generated::RecordId;

/// A record that is only named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its model.
    pub model: String,
    /// What tells it from others: the key that led to it.
    pub of: String,
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({})", self.model, self.of)
    }
}

/// The symbols of one trial; a copy has the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    known: Arc<Mutex<Vec<Symbol>>>,
}

impl Symbols {
    /// The number of a record; the same for the same name.
    pub(super) fn id(&self, model: &str, of: &str) -> RecordId {
        let symbol = Symbol {
            model: model.to_owned(),
            of: of.to_owned(),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let position = known.iter().position(|other| *other == symbol).unwrap_or_else(|| {
            known.push(symbol);
            known.len() - 1
        });
        RecordId(i64::try_from(position).unwrap_or(i64::MAX).saturating_add(1))
    }

    /// The name of a number.
    pub(super) fn symbol(&self, id: RecordId) -> Symbol {
        let position = usize::try_from(id.0.saturating_sub(1)).ok();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let symbol = position.and_then(|position| known.get(position).cloned());
        symbol.unwrap_or_else(|| Symbol {
            model: String::new(),
            of: id.0.to_string(),
        })
    }

    /// The record that a constant names, in a field that refers to `model`; absent: it names none.
    pub(super) fn of_constant(&self, model: &str, constant: &Constant) -> Option<RecordId> {
        match constant {
            Constant::Reference { model, of } => Some(self.id(model, &parts(of))),
            Constant::Literal(literal @ (Literal::Int(_) | Literal::Text(_))) => Some(self.id(model, &show(literal))),
            Constant::Literal(Literal::Null | Literal::Missing | Literal::Decimal(_) | Literal::Bool(_))
            | Constant::List(_)
            | Constant::Record(_) => None,
        }
    }
}

/// What a constant names is told by.
pub(super) fn parts(of: &[Constant]) -> String {
    of.iter().map(written).collect::<Vec<_>>().join(", ")
}

/// A constant as the author writes it.
pub(super) fn written(constant: &Constant) -> String {
    match constant {
        Constant::Literal(literal) => show(literal),
        Constant::List(items) => format!("[{}]", parts(items)),
        Constant::Record(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", written(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Constant::Reference { model, of } => format!("{model}({})", parts(of)),
    }
}
