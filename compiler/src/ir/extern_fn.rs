//! Functions of the author, and what they take and give.

use super::{Ident, ModelId, Place, Scalar};

/// An `extern fn`.
#[derive(Clone, Debug)]
pub struct ExternFn {
    /// Its name.
    pub name: Ident,
    /// Name of the generated result type where the result is a record: `SplitStreet`.
    pub result_type: String,
    /// Parameters.
    pub params: Vec<(Ident, ExternType)>,
    /// The result.
    pub result: ExternResult,
    /// `-> T!`
    pub fallible: bool,
    /// `extern effect fn`: the model of the record that it takes. It takes nothing else and returns nothing.
    pub effect: Option<ModelId>,
    /// `crate::magento`
    pub module: String,
    /// Its declaration.
    pub place: Place,
}

/// A type in the signature of an `extern fn`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternType {
    /// A scalar or a list of scalars.
    pub scalar: Scalar,
    /// `[T]`
    pub list: bool,
    /// `| null`
    pub nullable: bool,
}

/// What an `extern fn` returns.
#[derive(Clone, Debug, PartialEq)]
pub enum ExternResult {
    /// One value.
    One(ExternType),
    /// A record, in order.
    Record(Vec<(Ident, ExternType)>),
}
