//! Models of the inside: static tables that generated code holds. They say what a database table looks like and never touch one.

use crate::shape::{Field, Kind};
use crate::value::Val;

/// A model and its table.
#[derive(Debug)]
pub struct Model {
    /// `res.partner`
    pub name: &'static str,
    /// `res__partner`
    pub table: &'static str,
    /// In order of declaration.
    pub fields: &'static [ModelField],
    /// Natural keys.
    pub keys: &'static [NaturalKey],
    /// Fields that are unique together.
    pub unique: &'static [&'static [&'static str]],
    /// Fields that are indexed together.
    pub indexes: &'static [&'static [&'static str]],
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Model {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static ModelField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field of a model, or of a binding.
#[derive(Clone, Copy, Debug)]
pub struct ModelField {
    /// Its name, which is also its column.
    pub name: &'static str,
    /// What it holds.
    pub kind: ModelKind,
    /// Whether it may be null.
    pub nullable: bool,
    /// What a new record gets where nothing is written.
    pub default: Option<Literal>,
    /// Longest text in characters.
    pub max: Option<u32>,
    /// A value per language.
    pub per_language: bool,
    /// What it was called before.
    pub renamed_from: Option<&'static str>,
    /// What records get that have no value when the field becomes required.
    pub fill: Option<Fill>,
    /// File and line of its declaration.
    pub place: &'static str,
}

impl ModelField {
    /// A required field without modifiers.
    pub const fn new(name: &'static str, kind: ModelKind) -> Self {
        Self {
            name,
            kind,
            nullable: false,
            default: None,
            max: None,
            per_language: false,
            renamed_from: None,
            fill: None,
            place: "",
        }
    }

    /// Whether the field has a column in the model's own table.
    pub fn has_column(&self) -> bool {
        !matches!(self.kind, ModelKind::OneToMany { .. } | ModelKind::ManyToMany { .. })
    }

    /// The text of a stored list or map that nobody wrote.
    pub(crate) fn empty(&self) -> Option<&'static str> {
        if let ModelKind::Value(of) = self.kind
            && !self.nullable
        {
            return crate::compound::empty(of);
        }
        None
    }

    /// Whether a new record must be given a value.
    pub fn required_on_create(&self) -> bool {
        self.has_column() && !self.nullable && self.default.is_none() && self.empty().is_none()
    }
}

/// What a field of a model holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// Text.
    Text,
    /// Whole number of 64 bits.
    Int,
    /// Exact decimal with this many digits after the point.
    Decimal(u8),
    /// True or false.
    Bool,
    /// Day.
    Date,
    /// Time of day.
    Time,
    /// A length of time.
    Duration,
    /// Instant.
    DateTime,
    /// UUID.
    Uuid,
    /// Bytes.
    Bytes,
    /// JSON text.
    Json,
    /// One of these words; open: or any other text.
    Enum {
        /// The words.
        words: &'static [&'static str],
        /// Whether other texts pass.
        open: bool,
    },
    /// A record of this model.
    Ref {
        /// The model's name.
        model: &'static str,
        /// What becomes of this record when that one goes.
        on_delete: OnDelete,
    },
    /// The records of `model` whose field `by` is this record; no column.
    OneToMany {
        /// The model's name.
        model: &'static str,
        /// Its field.
        by: &'static str,
    },
    /// A list, map or record of values; one column of JSON text.
    Value(&'static Field),
    /// Records of a model, in order; a table of its own.
    ManyToMany {
        /// The model's name.
        model: &'static str,
    },
}

impl ModelKind {
    /// Whether `+=` adds to it: a list of references or of values.
    pub(crate) const fn is_added_to(&self) -> bool {
        if let Self::Value(of) = self {
            return matches!(of.kind, Kind::List(_));
        }
        matches!(self, Self::ManyToMany { .. })
    }
}

/// What becomes of a record when the one it refers to is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDelete {
    /// The other one cannot be deleted.
    Restrict,
    /// The field becomes null.
    Clear,
    /// It is deleted too.
    Cascade,
}

/// A value written in a mapping file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `"contact"`
    Text(&'static str),
    /// `42`
    Int(i64),
    /// `0.00`, digits as written
    Decimal(&'static str),
    /// `true`
    Bool(bool),
}

impl Literal {
    /// The value. The compiler wrote the digits of a decimal; what is none is null.
    pub fn value<'s>(self) -> Val<'s> {
        match self {
            Self::Null => Val::Null,
            Self::Text(text) => Val::text(text),
            Self::Int(number) => Val::Int(number),
            Self::Decimal(digits) => Val::decimal(digits).unwrap_or(Val::Null),
            Self::Bool(flag) => Val::Bool(flag),
        }
    }
}

/// What records get that were there before a field was required.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// `fill = 0`: the same for all.
    Literal(Literal),
    /// `fill = name`: what they have in another field.
    Field(&'static str),
}

/// Fields that find a record; indexed, not unique by themselves.
#[derive(Clone, Copy, Debug)]
pub struct NaturalKey {
    /// The fields.
    pub fields: &'static [&'static str],
    /// Compared without case and accents.
    pub fold: bool,
    /// Only records for which this holds.
    pub filter: Option<Filter>,
}

/// How a stored number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A condition on stored fields: what `where` of a key and of `adopt` may say.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// All hold.
    And(&'static [Filter]),
    /// One holds.
    Or(&'static [Filter]),
    /// It does not hold.
    Not(&'static Filter),
    /// `field == literal`
    Equals {
        /// The field.
        field: &'static str,
        /// The value.
        value: Literal,
    },
    /// `field < literal`; a field without a value has no order.
    Ordered {
        /// The field: a number.
        field: &'static str,
        /// How.
        order: Order,
        /// The value.
        value: Literal,
    },
    /// `field is null`
    IsNull {
        /// The field.
        field: &'static str,
    },
}
