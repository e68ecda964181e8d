//! What the scanner reads of a payload: static tables that generated code holds. Fields that no rule reads have no entry and no slot.

/// The leaves of one external record that rules read.
#[derive(Debug)]
pub struct Shape {
    /// The external record type.
    pub name: &'static str,
    /// How values are written by the other side.
    pub wire: Wire,
    /// How many slots a row of this shape has, nested records included.
    pub slots: u16,
    /// In the order in which they are expected.
    pub fields: &'static [Field],
}

/// How the other side writes values where a field does not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// JSON with its own types.
    Json,
    /// What PHP sends: numbers and flags as text, `[]` for an empty record, zero dates.
    Php,
    /// Text of elements.
    Xml,
}

/// One field that rules read.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its slot; for a nested record the slot that says whether it is present, its leaves follow from `slot + 1` on.
    pub slot: u16,
    /// May be missing.
    pub optional: bool,
    /// May be null.
    pub nullable: bool,
    /// How it is written, where it differs from the wire.
    pub codec: Codec,
    /// Zone of a local time, an IANA name; absent: UTC.
    pub zone: Option<&'static str>,
    /// Texts that mean null.
    pub null_texts: &'static [&'static str],
    /// Literal for a missing field, as JSON.
    pub default: Option<&'static str>,
    /// Longest text in characters.
    pub max: Option<u32>,
    /// Masked wherever it could be printed.
    pub sensitive: bool,
    /// File and line of its declaration.
    pub place: &'static str,
}

impl Field {
    /// A required field without modifiers.
    pub const fn new(name: &'static str, kind: Kind, slot: u16) -> Self {
        Self {
            name,
            kind,
            slot,
            optional: false,
            nullable: false,
            codec: Codec::Wire,
            zone: None,
            null_texts: &[],
            default: None,
            max: None,
            sensitive: false,
            place: "",
        }
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole number of 64 bits.
    Int,
    /// Exact decimal; at most so many digits after the point.
    Decimal(Option<u8>),
    /// Binary floating point.
    Float,
    /// True or false.
    Bool,
    /// Day.
    Date,
    /// Time of day.
    Time,
    /// Instant.
    DateTime,
    /// UUID.
    Uuid,
    /// Bytes in base64.
    Bytes,
    /// Any JSON, kept as text.
    Json,
    /// One of these words; open: or any other text.
    Enum {
        /// The words.
        words: &'static [&'static str],
        /// Whether other texts pass.
        open: bool,
    },
    /// Key of an external record.
    Key(KeyKind),
    /// Nested record, flattened: leaf `n` of the shape is slot `field.slot + 1 + n` here.
    Record(&'static Shape),
    /// List; a list of scalars has a shape with the one field `""`.
    List(&'static Shape),
    /// Map from text; its values have the shape of a list element.
    Map(&'static Shape),
}

/// What a key is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Digits.
    Int,
    /// Text.
    Text,
}

/// How one field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// As the wire says.
    Wire,
    /// `as "%d.%m.%Y"`
    Format(&'static str),
    /// `as text`
    Text,
    /// `as number`
    Number,
    /// `as epoch`: seconds since 1970
    Epoch,
    /// `as flag`: "1" and "0"
    Flag,
}
