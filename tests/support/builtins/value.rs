//! Random values for parameters, and what a value is.

use tenon_compiler::builtin::{Builtin, Kind};
use tenon_runtime::Decimal;
use tenon_runtime::jiff::civil::Date;
use tenon_runtime::jiff::{SignedDuration, Timestamp};
use tenon_runtime::value::{Out, Val};

/// Texts that functions trip over, those of numbers, days and instants among them.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "a",
    "Ada",
    "ADA king",
    "  x ",
    "M-7",
    "M-",
    "a,b,,c",
    "a\nb",
    "a\r\nb\n",
    "\n",
    "İstanbul",
    "ΌΣΟΣ",
    "straße",
    "ﬁ",
    "é\u{301}",
    "e\u{301}",
    "7",
    "-3",
    " 12 ",
    "-0",
    "1.50",
    "0.00",
    "1E3",
    "9223372036854775808",
    "2020-12-24",
    "24.12.2020",
    "2020-06-01 12:30:00",
    "x\0y",
];

/// A source of values.
#[derive(Debug)]
pub struct Values(fastrand::Rng);

impl Values {
    /// The same values for the same name and `TENON_SEED`.
    pub fn new(name: &str) -> Self {
        let seed = std::env::var("TENON_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = name.bytes().fold(seed.unwrap_or(11_u64), |seed, byte| {
            seed.wrapping_mul(31) ^ u64::from(byte)
        });
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.0.bool()
    }

    /// True now and then.
    pub fn one_in(&mut self, times: u32) -> bool {
        self.0.u32(..times) == 0
    }

    /// A value that a parameter takes.
    pub fn of(&mut self, kind: Kind, row: &Builtin) -> Val<'static> {
        match kind {
            Kind::Text => self.text_for(row),
            Kind::TextOrList => match self.coin() {
                true => self.text(),
                false => self.list(Self::text),
            },
            Kind::Int => self.int(),
            Kind::Digits => Val::Int(self.0.i64(0..=6)),
            Kind::Number => match self.coin() {
                true => Val::Int(self.0.i64(-99..99)),
                false => self.decimal(),
            },
            Kind::Decimal => self.decimal(),
            Kind::Float => Val::Float(f64::from(self.0.i32(-99_999..99_999)) / 64.0),
            Kind::Bool => Val::Bool(self.coin()),
            Kind::Date => self.date(),
            Kind::DateTime => self.instant(),
            Kind::Duration => Val::Duration(SignedDuration::from_millis(self.0.i64(-99_999_999..99_999_999))),
            Kind::Plain => self.plain(row),
            Kind::Any | Kind::Same | Kind::Part => self.text(),
            Kind::Format => Val::text(format_for(row)),
            Kind::Word(words) => Val::text(words[self.0.usize(..words.len())]),
            Kind::List if row.name == "to_map" => self.entries(),
            Kind::List | Kind::NumberList => self.list(|values| Val::Int(values.0.i64(-9..9))),
            Kind::GappyList => self.list(|values| match values.0.u8(..4) {
                0 => Val::Missing,
                1 => Val::Null,
                _ => values.text(),
            }),
            Kind::TextList => self.list(Self::text),
            Kind::DecimalList => self.list(|values| Val::Decimal(Decimal::new(values.0.i64(0..500), 2))),
            Kind::Map => self.map(),
            Kind::Function
            | Kind::Predicate
            | Kind::Order
            | Kind::NumberFunction
            | Kind::Key
            | Kind::KeyList
            | Kind::Model => {
                unreachable!("no value is given for it")
            }
        }
    }

    /// A text that the function can make something of, more often than not.
    fn text_for(&mut self, row: &Builtin) -> Val<'static> {
        let fitting = match row.name {
            "int" => Some(self.0.i64(-99_999..99_999).to_string()),
            "decimal" => Some(Decimal::new(self.0.i64(-99_999..99_999), self.0.u32(..5)).to_string()),
            "parse_date" => Some(format!(
                "{}-{}-{:02}",
                self.0.i16(1..=9999),
                self.0.u8(1..=12),
                self.0.u8(1..=28)
            )),
            "parse_datetime" | "format_datetime" | "date_of" => None,
            "strip_prefix" => Some(format!("M-{}", self.0.u8(..))),
            _ => None,
        };
        match (fitting, row.name) {
            (Some(text), _) if !self.one_in(4) => Val::made(text),
            (_, "parse_datetime" | "format_datetime" | "date_of") => Val::text("UTC"),
            (_, "add_prefix" | "strip_prefix") if self.coin() => Val::text("M-"),
            (Some(_) | None, _) => self.text(),
        }
    }

    fn text(&mut self) -> Val<'static> {
        match self.one_in(3) {
            true => Val::made((0..self.0.usize(..12)).map(|_| self.0.char(..)).collect()),
            false => Val::text(TEXTS[self.0.usize(..TEXTS.len())]),
        }
    }

    fn int(&mut self) -> Val<'static> {
        Val::Int(match self.one_in(3) {
            true => self.0.i64(..),
            false => self.0.i64(-5_000_000_000..5_000_000_000),
        })
    }

    fn decimal(&mut self) -> Val<'static> {
        let scale = self.0.u32(..9);
        Val::Decimal(Decimal::new(self.0.i64(-9_999_999..9_999_999), scale))
    }

    fn date(&mut self) -> Val<'static> {
        let days = self.0.i16(1..=9999);
        Val::Date(Date::new(days, self.0.i8(1..=12), self.0.i8(1..=28)).expect("a day"))
    }

    fn instant(&mut self) -> Val<'static> {
        let nanos = if self.coin() {
            0
        } else {
            self.0.i32(..1_000_000_000).abs()
        };
        Val::DateTime(Timestamp::new(self.0.i64(-5_000_000_000..9_000_000_000), nanos).unwrap_or_default())
    }

    fn plain(&mut self, row: &Builtin) -> Val<'static> {
        match (row.inverse, self.0.u8(..4)) {
            (Some("decimal"), _) | (None, 0) => self.decimal(),
            (Some(_), _) | (None, 1) => self.int(),
            (None, 2) => Val::Bool(self.coin()),
            (None, _) => self.date(),
        }
    }

    fn list(&mut self, one: impl Fn(&mut Self) -> Val<'static>) -> Val<'static> {
        let count = self.0.usize(..6);
        Val::List((0..count).map(|_| one(self)).collect())
    }

    fn entries(&mut self) -> Val<'static> {
        let count = self.0.usize(..4);
        let entry = |at: usize| Val::Record(vec![("key", Val::made(format!("k{at}"))), ("value", Val::Int(1))]);
        Val::List((0..count).map(entry).collect())
    }

    fn map(&mut self) -> Val<'static> {
        let keys = ["a", "", "b"].into_iter().take(self.0.usize(..4));
        Val::List(
            keys.map(|key| Val::List(vec![Val::text(key), Val::Int(self.0.i64(..9))]))
                .collect(),
        )
    }
}

/// A format that keeps all of a value.
fn format_for(row: &Builtin) -> &'static str {
    match row.name {
        "parse_date" | "format_date" => "%Y-%m-%d",
        "parse_datetime" | "format_datetime" => "%d.%m.%Y %H:%M:%S",
        _ => "*a?",
    }
}

/// A value of the type of another, now and then the same; a part of a list or text.
pub fn beside(first: &Val<'static>, values: &mut Values) -> Val<'static> {
    if let Val::List(list) = first {
        return list.first().cloned().unwrap_or(Val::text("a"));
    }
    if let Val::Int(_) = first {
        return values.int();
    }
    match values.coin() {
        true => first.clone(),
        false => values.text(),
    }
}

/// A lambda: a predicate for those that take one, else the value itself.
pub fn lambda(row: &Builtin, value: Val<'static>) -> Out<'static> {
    let is_predicate = row.params.iter().any(|param| param.kind == Kind::Predicate);
    match is_predicate {
        true => Ok(Val::Bool(matches!(value, Val::Int(number) if number > 0))),
        false => Ok(value),
    }
}

/// Holds, or why not.
pub fn is(holds: bool, why: &str) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(why.to_owned()),
    }
}

/// An absent value is passed through.
pub fn same_absence(first: &Val<'_>, made: &Val<'_>) -> Result<(), String> {
    is(
        matches!((first, made), (Val::Null, Val::Null) | (Val::Missing, Val::Missing)),
        "absence is not passed through",
    )
}

/// A text of at most so many characters.
pub fn is_text(made: &Val<'_>, most: usize) -> Result<(), String> {
    is(
        matches!(made, Val::Text(text) if text.chars().count() <= most),
        "no text, or too long a one",
    )
}

/// How long a text is.
pub fn characters(value: &Val<'_>) -> usize {
    if let Val::Text(text) = value {
        text.chars().count()
    } else {
        usize::MAX
    }
}

/// An int, or a decimal with at most so many digits after its point.
pub fn is_decimal(made: &Val<'_>, scale: usize) -> Result<(), String> {
    let fits = if let Val::Decimal(number) = made {
        number.normalize().scale() as usize <= scale
    } else {
        matches!(made, Val::Int(_))
    };
    is(fits, "no decimal, or too many digits")
}

/// Whether it is an int or a decimal.
pub fn is_number(made: &Val<'_>) -> bool {
    matches!(made, Val::Int(_) | Val::Decimal(_))
}

/// Of the type of another one.
pub fn is_like(made: &Val<'_>, first: &Val<'_>) -> Result<(), String> {
    let same = std::mem::discriminant(made) == std::mem::discriminant(first);
    is(same || first.is_absent(), "of another type than the first argument")
}

/// The same, or null.
pub fn is_like_or_null(made: &Val<'_>, first: &Val<'_>) -> Result<(), String> {
    if let Val::Null = made {
        return Ok(());
    }
    is_like(made, first)
}

/// The elements of a list.
pub fn elements<'v>(list: &'v Val<'static>) -> &'v [Val<'static>] {
    if let Val::List(list) = list { list } else { &[] }
}

/// How many elements there are.
pub fn length(list: &Val<'static>) -> usize {
    elements(list).len()
}

/// A list all of whose elements are something.
pub fn all(made: &Val<'_>, one: impl Fn(&Val<'_>) -> Result<(), String>) -> Result<(), String> {
    if let Val::List(list) = made {
        return list.iter().try_for_each(one);
    }
    Err("no list".to_owned())
}

/// A list of so many elements.
pub fn is_list(made: &Val<'_>, count: usize) -> Result<(), String> {
    is(
        matches!(made, Val::List(list) if list.len() == count),
        "no list of so many",
    )
}

/// Elements of the list, or parts of the amount that sum up to it.
pub fn list_of_first(row: &Builtin, given: &[Val<'static>], made: &Val<'_>) -> Result<(), String> {
    let Val::Decimal(amount) = &given[0] else {
        let other = given.get(1).map(elements).unwrap_or_default();
        let known = |one: &Val<'_>| {
            elements(&given[0])
                .iter()
                .chain(other)
                .any(|known| format!("{known:?}") == format!("{one:?}"))
        };
        return all(made, |one| is(known(one), "an element that was not there"));
    };
    let Val::List(parts) = made else {
        return Err("no list".to_owned());
    };
    let parts: Vec<Decimal> = parts
        .iter()
        .filter_map(|part| part.clone().into_decimal().ok())
        .collect();
    is(
        parts.iter().sum::<Decimal>() == *amount,
        &format!("{}: the parts do not sum up", row.name),
    )?;
    is(
        parts.iter().all(|part| part.normalize().scale() <= amount.scale()),
        "a part of a cent",
    )
}

/// Whether one of some values is this one.
pub fn has(some: &[Val<'_>], one: &Val<'_>) -> bool {
    some.iter().any(|known| same(known, one))
}

/// Whether two values are the same, decimals by their digits.
pub fn same(one: &Val<'_>, other: &Val<'_>) -> bool {
    match (one, other) {
        (Val::Decimal(one), Val::Decimal(other)) => one == other && one.scale() == other.scale(),
        (one, other) => format!("{one:?}") == format!("{other:?}"),
    }
}
