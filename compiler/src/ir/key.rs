//! Natural keys of models, and conditions on stored fields.

use super::{Literal, ModelFieldId};

/// `key email fold where parent_id is null`
#[derive(Clone, Debug)]
pub struct NaturalKey {
    /// The fields.
    pub fields: Vec<ModelFieldId>,
    /// `fold`
    pub fold: bool,
    /// `where ..`
    pub filter: Option<Filter>,
}

/// A condition on stored fields.
#[derive(Clone, Debug)]
pub enum Filter {
    /// All hold.
    And(Vec<Filter>),
    /// One holds.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// `field == literal`; a bare bool field is `field == true`.
    Equals(ModelFieldId, Literal),
    /// `field is null`, `field is absent`
    IsNull(ModelFieldId),
}
