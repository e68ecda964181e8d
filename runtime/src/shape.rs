//! What the scanner reads of a payload: static tables that generated code holds. Fields that no rule reads have no entry and no slot.

/// The leaves of one external record that rules read.
#[derive(Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Has a value per language.
    pub per_language: bool,
    /// File and line of its declaration.
    pub place: &'static str,
    /// Of one of several records: when it must be there all the same.
    pub needed: Option<Needed>,
    /// What tells names apart without comparing them: see [`Mark`].
    pub mark: Mark,
}

/// When an optional field of one of several records must be there: where another field holds one of these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The slot of that field in the same record.
    pub by: u16,
    /// The words.
    pub words: &'static [&'static str],
}

/// Length and three bytes of a name, and whether JSON writes it as it is: names with different marks differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    bytes: u32,
    plain: bool,
}

impl Mark {
    /// The mark of a name.
    pub const fn of(name: &[u8]) -> Self {
        let mut plain = true;
        let mut at = 0;
        while at < name.len() {
            plain &= name[at] >= b' ' && name[at] != b'"' && name[at] != b'\\';
            at += 1;
        }
        let Self { bytes, plain: _ } = Self::sent(name);
        Self { bytes, plain }
    }

    /// The mark of a name that was sent, without looking for what JSON escapes.
    pub(crate) const fn sent(name: &[u8]) -> Self {
        let [first, ..] = name else {
            return Self { bytes: 0, plain: true };
        };
        let (middle, last) = (name[name.len() / 2], name[name.len() - 1]);
        Self {
            bytes: u32::from_le_bytes([name.len() as u8, *first, middle, last]),
            plain: true,
        }
    }

    /// Whether two names may be the same.
    pub(crate) const fn may_be(self, other: Self) -> bool {
        self.bytes == other.bytes
    }

    /// One of 64 bits: names with different bits differ.
    pub(crate) const fn bit(self) -> u64 {
        1 << (self.bytes.wrapping_mul(0x9e37_79b1) >> 26)
    }

    /// Whether JSON writes the name as it is.
    pub(crate) const fn is_plain(self) -> bool {
        self.plain
    }
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
            per_language: false,
            place: "",
            needed: None,
            mark: Mark::of(name.as_bytes()),
        }
    }

    /// Whether a text in JSON is its value as it stands, if it is not too long.
    pub(crate) const fn takes_plain_text(&self) -> bool {
        matches!((self.kind, self.codec), (Kind::Text, Codec::Wire)) && self.null_texts.is_empty()
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// A length of time.
    Duration,
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
    /// A record of the inside, by number: in what is stored only.
    Ref,
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
    /// `text | int`: a text, or the digits of a number
    TextOrNumber,
}

impl Shape {
    /// The field whose slot this is, nested records included.
    pub fn leaf(&self, slot: u16) -> Option<&'static Field> {
        self.fields.iter().find_map(|field| {
            if field.slot == slot {
                return Some(field);
            }
            let inner = slot.checked_sub(field.slot + 1)?;
            let shape = field.kind.nested().filter(|shape| inner < shape.slots)?;
            shape.leaf(inner)
        })
    }

    /// The slot of a field that has only one, by name.
    pub(crate) fn slot_alone(&self, name: &str) -> Option<u16> {
        let (mark, mut fields) = (Mark::sent(name.as_bytes()), self.fields.iter());
        let field = fields.find(|field| field.mark.may_be(mark) && field.name == name)?;
        field.kind.nested().is_none().then_some(field.slot)
    }

    /// The slots of a field by name, with those of its leaves if it is a record; of one leaf by path: `payment.method`.
    pub fn slots_of(&self, path: &str) -> Vec<u16> {
        // A search for a text costs more than most names are long.
        let point = path.bytes().position(|byte| byte == b'.').unwrap_or(path.len());
        let (name, rest) = (path.get(..point).unwrap_or(path), path.get(point + 1..));
        let Some(field) = self.fields.iter().find(|field| field.name == name) else {
            return Vec::new();
        };
        match (field.kind, rest) {
            (Kind::Record(shape), Some(rest)) => {
                let inner = shape.slots_of(rest).into_iter().map(|slot| field.slot + 1 + slot);
                std::iter::once(field.slot).chain(inner).collect()
            }
            (Kind::Record(shape), None) => (field.slot..=field.slot + shape.slots).collect(),
            _ => vec![field.slot],
        }
    }

    /// Whether it holds a field, at any depth, that must not be printed. Shapes of trees hold themselves.
    pub fn has_sensitive(&'static self) -> bool {
        let mut seen: Vec<&'static Self> = vec![self];
        let mut next = 0;
        while let Some(shape) = seen.get(next).copied() {
            next += 1;
            if shape.fields.iter().any(|field| field.sensitive) {
                return true;
            }
            for below in shape.fields.iter().filter_map(|field| field.kind.below()) {
                if !seen.iter().any(|known| std::ptr::eq(*known, below)) {
                    seen.push(below);
                }
            }
        }
        false
    }
}

impl Kind {
    /// What is read of a nested record.
    pub const fn nested(&self) -> Option<&'static Shape> {
        if let Self::Record(shape) = self {
            Some(shape)
        } else {
            None
        }
    }

    /// What is read below it: of a nested record, of elements, of values.
    pub const fn below(&self) -> Option<&'static Shape> {
        if let Self::Record(shape) | Self::List(shape) | Self::Map(shape) = self {
            Some(shape)
        } else {
            None
        }
    }

    /// What it is, for messages: `a text`.
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Int => "a whole number",
            Self::Decimal(_) => "a decimal",
            Self::Float => "a number",
            Self::Bool => "true or false",
            Self::Date => "a date",
            Self::Time => "a time",
            Self::Duration => "a duration",
            Self::DateTime => "a datetime",
            Self::Uuid => "a uuid",
            Self::Bytes => "bytes in base64",
            Self::Json => "json",
            Self::Enum { .. } => "one of a list of words",
            Self::Key(KeyKind::Int) => "a key of digits",
            Self::Key(KeyKind::Text) => "a key",
            Self::Ref => "a reference",
            Self::Record(_) => "a record",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}
