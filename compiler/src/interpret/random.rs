//! Random records out of shapes and models, reproducible by a seed: with absences, nulls and odd texts.

use serde_json::{Map, Value};
use tenon_runtime::blank::blank;
use tenon_runtime::generated::{Model, ModelField, ModelKind};
use tenon_runtime::shape::{Codec, Field, KeyKind, Kind, Shape, Wire};

/// Texts that rules trip over.
const TEXTS: [&str; 12] = [
    "",
    " ",
    "Ada",
    "ada king",
    "  Lovelace ",
    "St James Sq 12\nAttic",
    "É\u{301}ä ß",
    "12",
    "007",
    "-3.50",
    "x\"y\\z\t",
    "2013-05-16",
];
const NUMBERS: [&str; 7] = ["0", "1", "2", "3", "12", "-3", "4000000000"];
const DECIMALS: [&str; 8] = ["0", "1", "1.5", "-0.5", "0.05", "99.99", "0.0005", "1234567.2549"];
const DAYS: [&str; 4] = ["1970-01-01", "2013-05-16", "2020-02-29", "1999-12-31"];
const HOURS: [&str; 4] = ["00:00:00", "02:30:00", "12:15:07", "23:59:59"];
const LENGTHS: [&str; 4] = ["PT0S", "PT1H30M", "PT26H0.25S", "-PT5M"];
/// Lists of lists end somewhere.
const DEPTH: u8 = 4;

/// A source of values.
pub(super) struct Random {
    state: u64,
    words: Vec<&'static str>,
}

impl Random {
    /// The values of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            words: Vec::new(),
        }
    }

    /// With texts that mean something to the rules: words of their tables.
    pub(super) fn knowing(self, words: Vec<&'static str>) -> Self {
        Self { words, ..self }
    }

    fn below(&mut self, end: usize) -> usize {
        // xorshift64*: good enough to vary records, and the same everywhere.
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let high = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or(0) % end.max(1)
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all.get(self.below(all.len())).copied().unwrap_or("")
    }

    fn text(&mut self) -> &'static str {
        if self.words.is_empty() || self.one_in(2) {
            return self.of(&TEXTS);
        }
        let at = self.below(self.words.len());
        self.words[at]
    }

    /// A record of the outside.
    pub(super) fn record(&mut self, shape: &Shape) -> Value {
        self.nested(shape, 0)
    }

    fn nested(&mut self, shape: &Shape, depth: u8) -> Value {
        let mut made = Map::new();
        for field in shape.fields {
            let may_miss = field.optional || field.default.is_some();
            if may_miss && self.one_in(5) {
                continue;
            }
            made.insert(field.name.to_owned(), self.value(field, shape.wire, depth));
        }
        Value::Object(made)
    }

    fn value(&mut self, field: &Field, wire: Wire, depth: u8) -> Value {
        if field.nullable && self.one_in(6) {
            return Value::Null;
        }
        let plain = wire == Wire::Json;
        match field.kind {
            Kind::Text => cut(self.text(), field.max),
            Kind::Int => digits(self.of(&NUMBERS), field.codec, plain),
            Kind::Decimal(scale) => digits(&scaled(self.of(&DECIMALS), scale), field.codec, plain),
            Kind::Float => number(self.of(&DECIMALS)),
            Kind::Bool => match field.codec {
                Codec::Flag => Value::from(self.of(&["1", "0"])),
                Codec::Wire | Codec::Format(_) | Codec::Text | Codec::Number | Codec::Epoch | Codec::TextOrNumber => {
                    Value::Bool(self.one_in(2))
                }
            },
            Kind::Date | Kind::Time | Kind::DateTime => self.moment(field, wire),
            Kind::Duration if field.codec == Codec::Number => digits(self.of(&DECIMALS), field.codec, plain),
            Kind::Duration => Value::from(self.of(&LENGTHS)),
            Kind::Uuid => Value::from("67e55044-10b1-426f-9247-bb680e5fe0c8"),
            Kind::Bytes => Value::from(self.of(&["", "AAEC", "aGVsbG8="])),
            Kind::Json => Value::from(self.of(&TEXTS)),
            Kind::Enum { words, open } => match open && self.one_in(5) {
                true => Value::from(self.of(&TEXTS)),
                false => Value::from(self.of(words)),
            },
            Kind::Key(KeyKind::Int) => digits(self.of(&["1", "2", "3", "92"]), field.codec, plain),
            Kind::Key(KeyKind::Text) => Value::from(self.of(&["a", "b", "SKU-1", "7"])),
            Kind::Ref => number(self.of(&["1", "2", "3", "92"])),
            Kind::Record(shape) => self.nested(shape, depth + 1),
            Kind::List(shape) => {
                let count = if depth > DEPTH { 0 } else { self.below(4) };
                Value::Array((0..count).map(|_| self.element(shape, depth)).collect())
            }
            Kind::Map(shape) => {
                let keys = ["a", "b", "c"].into_iter().take(self.below(4));
                let entries = keys.map(|key| (key.to_owned(), self.element(shape, depth)));
                Value::Object(entries.collect())
            }
        }
    }

    fn element(&mut self, shape: &Shape, depth: u8) -> Value {
        match shape.fields {
            [field] if field.name.is_empty() => self.value(field, shape.wire, depth + 1),
            _ => self.nested(shape, depth + 1),
        }
    }

    fn moment(&mut self, field: &Field, wire: Wire) -> Value {
        let (day, hour) = (self.of(&DAYS), self.of(&HOURS));
        let local: Option<jiff::civil::DateTime> = format!("{day}T{hour}").parse().ok();
        let zoned = local.and_then(|local| local.to_zoned(jiff::tz::TimeZone::UTC).ok());
        match (field.codec, field.kind, zoned) {
            (Codec::Format(format), Kind::Date | Kind::Time | Kind::DateTime, Some(zoned)) => {
                Value::from(zoned.strftime(format).to_string())
            }
            (Codec::Epoch, _, Some(zoned)) => Value::from(zoned.timestamp().as_second()),
            (_, Kind::Date, _) => Value::from(day),
            (_, Kind::Time, _) => Value::from(hour),
            (_, _, _) if wire == Wire::Php => Value::from(format!("{day} {hour}")),
            (_, _, _) => Value::from(format!("{day}T{hour}Z")),
        }
    }

    /// A record of the inside, as an export reads it.
    pub(super) fn stored(&mut self, model: &Model, shape: &Shape) -> Value {
        let mut made = blank(shape);
        let Value::Object(fields) = &mut made else { return made };
        for column in model.fields {
            if fields.contains_key(column.name) && !matches!(column.kind, ModelKind::OneToMany { .. }) {
                fields.insert(column.name.to_owned(), self.column(column));
            }
        }
        made
    }

    fn column(&mut self, column: &ModelField) -> Value {
        if column.nullable && self.one_in(5) {
            return Value::Null;
        }
        match column.kind {
            ModelKind::Text | ModelKind::Json => cut(self.text(), column.max),
            ModelKind::Enum { words, .. } => Value::from(self.of(words)),
            ModelKind::Int => number(self.of(&NUMBERS)),
            ModelKind::Decimal(scale) => number(&scaled(self.of(&DECIMALS), Some(scale))),
            ModelKind::Bool => Value::Bool(self.one_in(2)),
            ModelKind::Date => Value::from(self.of(&DAYS)),
            ModelKind::Time => Value::from(self.of(&HOURS)),
            ModelKind::Duration => Value::from(self.of(&LENGTHS)),
            ModelKind::DateTime => Value::from(format!("{}T{}Z", self.of(&DAYS), self.of(&HOURS))),
            ModelKind::Uuid => Value::from("67e55044-10b1-426f-9247-bb680e5fe0c8"),
            ModelKind::Bytes => Value::from(self.of(&["", "AAEC", "aGVsbG8="])),
            ModelKind::Ref { .. } => number(self.of(&["1", "2", "3", "92"])),
            ModelKind::Value(of) => self.value(of, Wire::Json, 0),
            ModelKind::ManyToMany { .. } | ModelKind::OneToMany { .. } => Value::Array(Vec::new()),
        }
    }
}

fn cut(text: &str, max: Option<u32>) -> Value {
    let most = max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
    Value::from(text.chars().take(most).collect::<String>())
}

/// Digits, as text where the codec or the wire writes them so.
fn digits(written: &str, codec: Codec, plain: bool) -> Value {
    match (codec, plain) {
        (Codec::Text, _)
        | (Codec::Wire | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber, false) => {
            Value::from(written)
        }
        (Codec::Number, _) | (_, true) => number(written),
    }
}

fn number(written: &str) -> Value {
    serde_json::from_str(written).unwrap_or(Value::Null)
}

/// As many digits after the point as a field holds.
fn scaled(written: &str, scale: Option<u8>) -> String {
    let Some(scale) = scale else { return written.to_owned() };
    match written.split_once('.') {
        Some((whole, _)) if scale == 0 => whole.to_owned(),
        Some((whole, digits)) => format!(
            "{whole}.{}",
            digits.get(..usize::from(scale).min(digits.len())).unwrap_or("0")
        ),
        None => written.to_owned(),
    }
}
