//! Random payloads out of shapes, random stored values out of models: reproducible by a seed, with absences, nulls and odd texts.

use std::fmt::Write as _;

use tenon_runtime::Decimal;
use tenon_runtime::connector::Setting;
use tenon_runtime::jiff::SignedDuration;
use tenon_runtime::jiff::Timestamp;
use tenon_runtime::jiff::civil::DateTime;
use tenon_runtime::mapper::Origin;
use tenon_runtime::model::{ModelField, ModelKind};
use tenon_runtime::shape::{Codec, Field, KeyKind, Kind, Shape, Wire};
use tenon_runtime::value::{RecordId, Stored, Val};

use super::{Given, Pair};

/// Texts that rules trip over.
const TEXTS: [&str; 14] = [
    "",
    " ",
    "Ada",
    "ada king",
    "  Lovelace ",
    "St James Sq 12\nAttic",
    "é\u{301}Ä ß",
    "12",
    "-3.50",
    "0.00",
    "DE",
    "2013-05-16",
    "a,b;c",
    "x\"y\\z\t",
];
/// Numbers as payloads write them.
const NUMBERS: [&str; 7] = ["0", "1", "7", "12", "-3", "100", "4000000000"];
/// The same with digits after the point.
const DECIMALS: [&str; 7] = ["0", "1.5", "-0.5", "99.99", "0.05", "1234567.25", "12.00"];

/// A source of values.
#[derive(Debug)]
pub struct Random(fastrand::Rng);

impl Random {
    /// The values of a seed.
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A number below another.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0.u32(..end)
    }

    /// True now and then.
    pub fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.0.usize(..all.len())]
    }

    /// A value of `backend`.
    pub fn setting(&mut self, setting: &Setting) -> Val<'static> {
        if setting.nullable && self.one_in(3) {
            return Val::Null;
        }
        match setting.kind {
            Kind::Bool => Val::Bool(self.one_in(2)),
            Kind::Int => Val::Int(i64::from(self.below(9))),
            Kind::Decimal(_) => Val::Decimal(Decimal::new(i64::from(self.below(900)), 2)),
            Kind::Text
            | Kind::Float
            | Kind::Date
            | Kind::Time
            | Kind::Duration
            | Kind::DateTime
            | Kind::Uuid
            | Kind::Bytes
            | Kind::Json
            | Kind::Enum { .. }
            | Kind::Key(_)
            | Kind::Ref
            | Kind::Record(_)
            | Kind::List(_)
            | Kind::Map(_) => Val::made(self.of(&["", "M-", "acme"]).to_owned()),
        }
    }

    /// A value of a stored field.
    pub fn stored(&mut self, field: &ModelField) -> Stored {
        if field.nullable && self.one_in(4) {
            return Stored::Null;
        }
        let id = RecordId(i64::from(self.below(90)) + 10);
        match field.kind {
            ModelKind::Text | ModelKind::Bytes => Stored::Text(self.of(&TEXTS).to_owned()),
            ModelKind::Enum { words, .. } => Stored::Text(words.first().copied().unwrap_or("").to_owned()),
            ModelKind::Json => Stored::Json("{\"a\":1}".to_owned()),
            ModelKind::Int => Stored::Int(i64::from(self.below(5))),
            ModelKind::Decimal(scale) => Stored::Decimal(Decimal::new(i64::from(self.below(900)), u32::from(scale))),
            ModelKind::Bool => Stored::Bool(self.one_in(2)),
            ModelKind::Date => Stored::Date(moment(self.below(9)).date()),
            ModelKind::Time => Stored::Time(moment(self.below(9)).time()),
            ModelKind::Duration => Stored::Duration(SignedDuration::from_mins(i64::from(self.below(900)))),
            ModelKind::DateTime => Stored::DateTime(instant(self.below(9))),
            ModelKind::Uuid => Stored::Uuid(tenon_runtime::Uuid::from_u128(u128::from(self.below(9)))),
            ModelKind::Ref { .. } => Stored::Ref(id),
            ModelKind::Value(of) => Stored::Json(self.value(of, Wire::Json, 0)),
            ModelKind::ManyToMany { .. } | ModelKind::OneToMany { .. } => match self.one_in(2) {
                true => Stored::Refs(Vec::new()),
                false => Stored::Refs(vec![id]),
            },
        }
    }

    fn record(&mut self, shape: &Shape, depth: u8) -> String {
        let mut text = String::from("{");
        let mut first = true;
        let mut fields: Vec<&Field> = shape.fields.iter().collect();
        if self.one_in(3) {
            self.0.shuffle(&mut fields);
        }
        for field in fields {
            let may_miss = field.optional || field.default.is_some() || self.one_in(200);
            if may_miss && self.one_in(4) {
                continue;
            }
            let value = self.value(field, shape.wire, depth);
            let comma = if first { "" } else { "," };
            write!(text, "{comma}{}:{value}", quoted(field.name)).expect("a text grows");
            first = false;
        }
        text + "}"
    }

    fn value(&mut self, field: &Field, wire: Wire, depth: u8) -> String {
        if field.nullable && self.one_in(4) {
            let nulls = field.null_texts;
            return match nulls.is_empty() || self.one_in(2) {
                true => "null".to_owned(),
                false => quoted(self.of(nulls)),
            };
        }
        // PHP writes numbers and flags either way, an element of XML has only text.
        let is_text = match wire {
            Wire::Json => false,
            Wire::Php => self.one_in(2),
            Wire::Xml => true,
        };
        match field.kind {
            Kind::Text => self.text(field.max),
            Kind::Int => as_written(self.of(&NUMBERS), field.codec, is_text),
            Kind::Decimal(scale) => self.decimal(scale, field.codec, is_text),
            Kind::Float => as_written(self.of(&["0.1", "2.5", "12"]), field.codec, is_text),
            Kind::Bool => self.flag(field.codec, wire),
            Kind::Date | Kind::DateTime | Kind::Time => self.moment(field, wire),
            Kind::Duration if field.codec == Codec::Number => {
                as_written(self.of(&["0", "5400", "0.25"]), field.codec, is_text)
            }
            Kind::Duration => quoted(self.of(&["PT0S", "PT1H30M", "P1DT0.25S", "-PT5M", "P1M"])),
            Kind::Uuid => quoted("67e55044-10b1-426f-9247-bb680e5fe0c8"),
            Kind::Bytes => quoted(self.of(&["", "AAEC", "aGVsbG8="])),
            Kind::Json => self.of(&["null", "{\"a\":[1,2]}", "\"x\"", "12"]).to_owned(),
            Kind::Enum { words, open } => match open && self.one_in(4) {
                true => quoted(self.of(&TEXTS)),
                false => quoted(self.of(words)),
            },
            Kind::Key(KeyKind::Int) => as_written(self.of(&["0", "1", "2", "3", "92"]), field.codec, is_text),
            Kind::Key(KeyKind::Text) => quoted(self.of(&["a", "b", "SKU-1", "é"])),
            Kind::Ref => self.of(&["1", "2", "3", "92"]).to_owned(),
            Kind::Record(shape) => self.record(shape, depth + 1),
            Kind::List(shape) => self.list(shape, depth),
            Kind::Map(shape) => self.map(shape, depth),
        }
    }

    fn text(&mut self, max: Option<u32>) -> String {
        let text = self.of(&TEXTS);
        match max {
            Some(max) if !self.one_in(50) => quoted(&text.chars().take(max as usize).collect::<String>()),
            Some(_) | None => quoted(text),
        }
    }

    fn decimal(&mut self, scale: Option<u8>, codec: Codec, is_text: bool) -> String {
        let digits = match scale {
            Some(0) => self.of(&NUMBERS),
            Some(1) => self.of(&["0", "1.5", "-0.5"]),
            Some(_) | None => self.of(&DECIMALS),
        };
        as_written(digits, codec, is_text)
    }

    fn flag(&mut self, codec: Codec, wire: Wire) -> String {
        let all: &[&str] = match (codec, wire) {
            (Codec::Flag, _) => &["\"1\"", "\"0\""],
            (_, Wire::Json) => &["true", "false"],
            (_, Wire::Php) => &["true", "false", "\"1\"", "\"0\""],
            (_, Wire::Xml) => &["\"true\"", "\"false\"", "\"1\"", "\"0\""],
        };
        self.of(all).to_owned()
    }

    fn moment(&mut self, field: &Field, wire: Wire) -> String {
        let days = self.below(9);
        let moment = moment(days);
        match (field.codec, field.kind, wire) {
            (Codec::Format(format), _, _) => quoted(&moment.strftime(format).to_string()),
            (Codec::Epoch, _, _) => instant(days).as_second().to_string(),
            (_, Kind::Date, _) => quoted(&moment.date().to_string()),
            (_, Kind::Time, _) => quoted(&moment.time().to_string()),
            (_, _, Wire::Php) => quoted(&moment.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            (_, _, Wire::Json | Wire::Xml) => quoted(&instant(days).to_string()),
        }
    }

    fn list(&mut self, shape: &Shape, depth: u8) -> String {
        let count = if depth > 4 { 0 } else { self.below(4) };
        let elements: Vec<String> = (0..count).map(|_| self.element(shape, depth)).collect();
        format!("[{}]", elements.join(","))
    }

    fn map(&mut self, shape: &Shape, depth: u8) -> String {
        let keys = ["a", "b", "c"].into_iter().take(self.0.usize(..4));
        let entries: Vec<String> = keys
            .map(|key| format!("{}:{}", quoted(key), self.element(shape, depth)))
            .collect();
        format!("{{{}}}", entries.join(","))
    }

    fn element(&mut self, shape: &Shape, depth: u8) -> String {
        match shape.fields {
            [field] if field.name.is_empty() => self.value(field, shape.wire, depth + 1),
            _ => self.record(shape, depth + 1),
        }
    }
}

/// Payloads of a mapping.
pub fn given(pair: &Pair, seed: u64) -> Given {
    let mut random = Random::new(seed);
    let mut given = Given {
        main: String::new(),
        joined: Vec::new(),
        seed,
    };
    for (position, source) in pair.generated.info().sources.iter().enumerate() {
        match source.origin {
            Origin::Main => given.main = random.record(source.shape, 0),
            Origin::Fetched { .. } => given.joined.push((position, random.list(source.shape, 0))),
            Origin::Picked { .. } | Origin::Enclosing => {}
        }
    }
    given
}

/// Digits, as text where the codec or the wire writes them so.
fn as_written(digits: &str, codec: Codec, is_text: bool) -> String {
    match (codec, is_text) {
        (Codec::Text, _) => quoted(digits),
        (Codec::Number, _) | (_, false) => digits.to_owned(),
        (_, true) => quoted(digits),
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

fn instant(days: u32) -> Timestamp {
    Timestamp::from_second(1_368_685_245 + i64::from(days) * 90_061).expect("an instant")
}

fn moment(days: u32) -> DateTime {
    instant(days)
        .to_zoned(tenon_runtime::jiff::tz::TimeZone::UTC)
        .datetime()
}
