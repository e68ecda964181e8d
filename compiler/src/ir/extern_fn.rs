//! Functions of the author, and what they take and give.

use super::expr::{Base, Type};
use super::{Ident, ModelId, Place};

/// An `extern fn`.
#[derive(Clone, Debug)]
pub struct ExternFn {
    /// Its name.
    pub name: Ident,
    /// What the names of its generated types begin with, and that of a record it returns: `SplitStreet`.
    pub result_type: String,
    /// Parameters: values, keys, references, and lists, maps and records of them.
    pub params: Vec<(Ident, Type)>,
    /// The result, of the same.
    pub result: Type,
    /// `-> T!`
    pub fallible: bool,
    /// `extern effect fn`: the model of the record that it takes. It takes nothing else and returns nothing.
    pub effect: Option<ModelId>,
    /// `crate::magento`
    pub module: String,
    /// Its declaration.
    pub place: Place,
}

impl ExternFn {
    /// Whether two declarations are one function of Rust. Keys are texts there, whichever record they belong to.
    pub fn is_like(&self, other: &Self) -> bool {
        let params = self.params.iter().zip(&other.params);
        self.params.len() == other.params.len()
            && params.into_iter().all(|((_, one), (_, other))| alike(one, other))
            && alike(&self.result, &other.result)
            && self.param_records() == other.param_records()
            && (self.fallible, self.effect) == (other.fallible, other.effect)
    }

    /// Names of parameters that name a generated type.
    fn param_records(&self) -> Vec<&str> {
        let records = self.params.iter().filter(|(_, ty)| holds_record(&ty.base));
        records.map(|(name, _)| name.text.as_str()).collect()
    }
}

fn alike(one: &Type, other: &Type) -> bool {
    let same = match (&one.base, &other.base) {
        (Base::Ext(_), Base::Ext(_)) => true,
        (Base::List(one), Base::List(other)) | (Base::Map(one), Base::Map(other)) => alike(one, other),
        (Base::Record(one), Base::Record(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|((a, one), (b, other))| a == b && alike(one, other))
        }
        (one, other) => one == other,
    };
    same && (one.nullable, one.optional) == (other.nullable, other.optional)
}

/// Whether a record is in it.
fn holds_record(base: &Base) -> bool {
    match base {
        Base::Record(_) => true,
        Base::List(of) | Base::Map(of) => holds_record(&of.base),
        Base::Scalar(..)
        | Base::Ext(_)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Nothing
        | Base::Wrong => false,
    }
}
