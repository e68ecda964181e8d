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
    /// `field < literal`; a field without a value has no order.
    Ordered(ModelFieldId, Order, Literal),
    /// `field is null`, `field is absent`
    IsNull(ModelFieldId),
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Order {
    /// The same with its sides exchanged.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// As it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}
