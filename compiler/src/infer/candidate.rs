//! Types that a value without parts may have: each value of a sample is offered to each of them, read by the decoder itself.

use tenon_runtime::decode::{Admitted, admits};
use tenon_runtime::json::reader::Token;
use tenon_runtime::shape::{Codec, Field, Kind, Wire};

/// A type and how it is written.
#[derive(Debug)]
pub(super) struct Candidate {
    /// What an author writes: `date as "%d.%m.%Y"`.
    pub(super) shown: &'static str,
    /// What the decoder reads.
    field: Field,
    /// When it is believed.
    pub(super) sort: Sort,
}

/// What a candidate needs beyond reading every value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// True and false, or a name that says so.
    Flag,
    /// Numbers, or a name that says so.
    Whole,
    /// Numbers, or texts with a point.
    Decimal,
    /// Numbers that no decimal holds.
    Float,
    /// Texts that are nothing else by chance.
    Moment,
    /// The same; which of day and month stands first must be certain.
    DayAndMonth,
    /// Thirty-two digits with dashes.
    Uuid,
    /// Any text.
    Text,
}

/// Texts that often stand for null.
pub(super) const NULL_TEXTS: [&str; 3] = ["", "0000-00-00", "0000-00-00 00:00:00"];

/// Longer texts are only texts.
const LONGEST: usize = 64;

const fn candidate(shown: &'static str, kind: Kind, sort: Sort) -> Candidate {
    let field = Field::new("", kind, 0);
    Candidate { shown, field, sort }
}

const fn coded(shown: &'static str, kind: Kind, codec: Codec, sort: Sort) -> Candidate {
    let field = Field {
        codec,
        ..Field::new("", kind, 0)
    };
    Candidate { shown, field, sort }
}

/// In the order in which they are believed; text is the last.
pub(super) static CANDIDATES: [Candidate; 15] = [
    candidate("bool", Kind::Bool, Sort::Flag),
    coded("bool as flag", Kind::Bool, Codec::Flag, Sort::Flag),
    candidate("int", Kind::Int, Sort::Whole),
    candidate("decimal", Kind::Decimal(None), Sort::Decimal),
    coded("decimal as text", Kind::Decimal(None), Codec::Text, Sort::Decimal),
    candidate("float", Kind::Float, Sort::Float),
    candidate("date", Kind::Date, Sort::Moment),
    candidate("datetime", Kind::DateTime, Sort::Moment),
    candidate("time", Kind::Time, Sort::Moment),
    candidate("duration", Kind::Duration, Sort::Moment),
    coded(
        "date as \"%d.%m.%Y\"",
        Kind::Date,
        Codec::Format("%d.%m.%Y"),
        Sort::Moment,
    ),
    coded(
        "date as \"%d/%m/%Y\"",
        Kind::Date,
        Codec::Format("%d/%m/%Y"),
        Sort::DayAndMonth,
    ),
    coded(
        "date as \"%m/%d/%Y\"",
        Kind::Date,
        Codec::Format("%m/%d/%Y"),
        Sort::DayAndMonth,
    ),
    candidate("uuid", Kind::Uuid, Sort::Uuid),
    candidate("text", Kind::Text, Sort::Text),
];

/// How the values of one place fit one candidate so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fit {
    /// One of them does not fit.
    pub(super) failed: bool,
    /// How many were values.
    pub(super) values: usize,
    /// How many the wire takes for null.
    pub(super) nulls: usize,
    /// Which of [`NULL_TEXTS`] would have to be named.
    pub(super) null_texts: [bool; NULL_TEXTS.len()],
}

impl Fit {
    /// Offers one more value.
    pub(super) fn offer(&mut self, candidate: &Candidate, wire: Wire, token: Token, (source, text): (&str, &str)) {
        if self.failed {
            return;
        }
        if candidate.sort != Sort::Text && text.len() > LONGEST {
            self.failed = true;
            return;
        }
        let named = NULL_TEXTS.iter().position(|known| *known == text);
        match (admits(&candidate.field, wire, token, source), named, candidate.sort) {
            (Admitted::Value, _, _) => self.values += 1,
            (Admitted::Null, _, _) => self.nulls += 1,
            (Admitted::Nothing, Some(at), Sort::Moment | Sort::DayAndMonth | Sort::Uuid | Sort::Decimal)
                if matches!(token, Token::Text(_)) =>
            {
                self.null_texts[at] = true;
            }
            (Admitted::Nothing, _, _) => self.failed = true,
        }
    }

    /// Both together.
    pub(super) fn and(&mut self, other: &Self) {
        self.failed |= other.failed;
        self.values += other.values;
        self.nulls += other.nulls;
        for (mine, theirs) in self.null_texts.iter_mut().zip(other.null_texts) {
            *mine |= theirs;
        }
    }
}
