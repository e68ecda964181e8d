//! What was seen at one place -> its type, as an author writes it, and what is worth a comment.

use super::candidate::{CANDIDATES, Fit, NULL_TEXTS, Sort};
use super::name;
use super::seen::{Records, Scalars, Seen};
use tenon_runtime::shape::Wire;

/// Lists and records within each other, beyond which a type is `json`.
const DEEPEST: usize = 24;

/// What stands at one place.
#[derive(Debug)]
pub(super) struct Decided {
    /// Its kind.
    pub(super) kind: Kind,
    /// May be null.
    pub(super) nullable: bool,
    /// Why it is what it is.
    pub(super) notes: Vec<String>,
}

/// A type, with parts that are decided when it is written.
#[derive(Debug)]
pub(super) enum Kind {
    /// `date as "%d.%m.%Y" null ""`: the type and what stands behind it.
    Scalar { ty: String, behind: String },
    /// A record with these fields.
    Record(Records),
    /// A list of such elements.
    List(Seen),
    /// A map of such values.
    Map(Seen),
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'n> {
    /// The field, also of elements of its lists.
    pub(super) name: &'n str,
    pub(super) wire: Wire,
    pub(super) depth: usize,
    /// Whether it is an element of a list or map: texts that mean null cannot be named there.
    pub(super) within: Within,
}

/// What a value is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Record,
    Collection,
}

/// Decides.
pub(super) fn decide(mut seen: Seen, place: Place<'_>) -> Decided {
    if place.wire == Wire::Xml {
        texts_into_records(&mut seen);
    }
    let parts = Parts::of(&seen, place.wire);
    let nullable = seen.nulls > 0 || parts.nulls_by_wire;
    if place.depth > DEEPEST {
        return json(seen.nulls > 0, "nested deeper than a schema is worth");
    }
    match parts {
        Parts {
            records: true,
            lists: false,
            scalars: false,
            ..
        } => {
            let is_map = is_map(&seen.records);
            if is_map && seen.records.merged().twice {
                return json(seen.nulls > 0, "a key stands twice in it");
            }
            let kind = match is_map {
                true => Kind::Map(seen.records.merged()),
                false => Kind::Record(seen.records),
            };
            Decided {
                kind,
                nullable,
                notes: Vec::new(),
            }
        }
        Parts { lists: true, .. } if place.wire == Wire::Xml => repeated(seen),
        Parts {
            records: false,
            lists: true,
            scalars: false,
            ..
        } => {
            let empty = seen.lists.times == seen.lists.empty;
            let notes = empty.then(|| "always empty".to_owned());
            let kind = Kind::List(seen.lists.element.map(|element| *element).unwrap_or_default());
            Decided {
                kind,
                nullable,
                notes: notes.into_iter().collect(),
            }
        }
        Parts {
            records: false,
            lists: false,
            scalars: true,
            ..
        } => scalar(&seen, nullable, place),
        Parts {
            records: false,
            lists: false,
            scalars: false,
            ..
        } => match seen.times {
            0 => json(false, "never seen"),
            _ => json(true, "always null"),
        },
        Parts { .. } => json(seen.nulls > 0, &mixed(&seen)),
    }
}

/// Which kinds of values there are, those that the wire takes for null left out.
struct Parts {
    records: bool,
    lists: bool,
    scalars: bool,
    nulls_by_wire: bool,
}

impl Parts {
    fn of(seen: &Seen, wire: Wire) -> Self {
        let records = seen.records.times > 0;
        let scalars = &seen.scalars;
        let is_null = match wire {
            Wire::Json => false,
            Wire::Php => scalars.numbers == 0 && scalars.trues == 0 && scalars.texts == scalars.empty_texts,
            Wire::Xml => scalars.numbers == 0 && scalars.bools == 0 && scalars.texts == scalars.empty_texts,
        };
        let only_empty = seen.lists.times == seen.lists.empty;
        let lists_null = wire == Wire::Php && only_empty && (records || (scalars.times > 0 && !is_null));
        let lists = seen.lists.times > 0 && !lists_null;
        let scalars_null = is_null && scalars.times > 0 && (records || lists);
        Self {
            records,
            lists,
            scalars: scalars.times > 0 && !scalars_null,
            nulls_by_wire: (lists_null && seen.lists.times > 0) || scalars_null,
        }
    }
}

fn json(nullable: bool, note: &str) -> Decided {
    Decided {
        kind: Kind::Scalar {
            ty: "json".to_owned(),
            behind: String::new(),
        },
        nullable,
        notes: vec![note.to_owned()],
    }
}

fn mixed(seen: &Seen) -> String {
    let counts = [
        (seen.records.times, "record"),
        (seen.lists.times, "list"),
        (seen.scalars.texts, "text"),
        (seen.scalars.numbers, "number"),
        (seen.scalars.bools, "bool"),
    ];
    let found = counts.iter().filter(|(times, _)| *times > 0);
    let found: Vec<String> = found.map(|(times, noun)| format!("{noun} {times}")).collect();
    match found.as_slice() {
        [one] => format!("no type reads them: {one}"),
        several => format!("several types: {}", several.join(", ")),
    }
}

/// An element of XML that has attributes now and then: its text is a field of the record, `#text`.
fn texts_into_records(seen: &mut Seen) {
    let has_text = seen.records.fields.contains_key("#text");
    let scalars = &seen.scalars;
    if !has_text || scalars.times == 0 || scalars.texts < scalars.times {
        return;
    }
    let texts = std::mem::take(&mut seen.scalars);
    // An element without text and attributes is an empty record.
    seen.records.times += texts.times;
    let alone = Seen {
        times: texts.times - texts.empty_texts,
        scalars: texts,
        ..Seen::default()
    };
    seen.records.field("#text").and(alone);
}

/// An element that XML repeats: where it stands alone it is an element of the list, too.
fn repeated(mut seen: Seen) -> Decided {
    let mut element = seen.lists.element.take().map(|element| *element).unwrap_or_default();
    seen.lists = super::seen::Lists::default();
    seen.times = seen.scalars.times + seen.records.times;
    seen.nulls = 0;
    element.and(seen);
    Decided {
        kind: Kind::List(element),
        nullable: false,
        notes: Vec::new(),
    }
}

/// Whether names are data: digits and hashes, more than a record has, or names that records hardly share.
fn is_map(records: &Records) -> bool {
    if records.values.is_some() {
        return true;
    }
    let names = records.fields.len();
    if names == 0 || records.fields.keys().all(|key| name::is_data(key)) {
        return true;
    }
    let seen: usize = records.fields.values().map(|field| field.times).sum();
    let rarely = records.times >= 3 && names >= 12 && seen * 10 < records.times * names * 3;
    rarely && alike(records)
}

/// Whether all values are records, lists or values without parts.
fn alike(records: &Records) -> bool {
    let kinds = |field: &Seen| (field.records.times > 0, field.lists.times > 0, field.scalars.times > 0);
    let mut all = records.fields.values().map(kinds);
    let first = all.next();
    all.all(|kinds| Some(kinds) == first)
}

fn scalar(seen: &Seen, nullable: bool, place: Place<'_>) -> Decided {
    let scalars = &seen.scalars;
    let found = CANDIDATES.iter().zip(&scalars.fits).find(|(candidate, fit)| {
        let named = fit.null_texts.contains(&true);
        !fit.failed
            && fit.values > 0
            && (!named || place.within == Within::Record)
            && is_believed(candidate.sort, scalars, place)
    });
    let Some((candidate, fit)) = found else {
        return json(seen.nulls > 0, &mixed(seen));
    };
    let (ty, codec) = candidate.shown.split_once(' ').unwrap_or((candidate.shown, ""));
    let ty = match candidate.sort {
        Sort::Decimal => decimal(scalars),
        Sort::Text => words(scalars).unwrap_or_else(|| "text".to_owned()),
        Sort::Flag | Sort::Whole | Sort::Float | Sort::Moment | Sort::DayAndMonth | Sort::Uuid => ty.to_owned(),
    };
    let mut behind = vec![codec.to_owned()];
    behind.extend(null_texts(fit));
    behind.retain(|part| !part.is_empty());
    let false_is_null = place.wire == Wire::Php && scalars.bools > 0 && candidate.sort != Sort::Flag;
    Decided {
        kind: Kind::Scalar {
            ty,
            behind: behind.join(" "),
        },
        nullable: nullable || fit.nulls > 0 || false_is_null,
        notes: notes(candidate.sort, scalars, place),
    }
}

fn is_believed(sort: Sort, scalars: &Scalars, place: Place<'_>) -> bool {
    let texts_are_values = place.wire != Wire::Json;
    match sort {
        Sort::Flag => {
            let xml_word = place.wire == Wire::Xml && scalars.digits == 0;
            // PHP sends `false` for nothing, too.
            let bools = scalars.trues > 0 || scalars.texts == 0 || scalars.texts > scalars.empty_texts;
            // A number of JSON is one, whatever its name: as a flag it would be sent back as a text.
            let named = name::says_flag(place.name) && !(place.wire == Wire::Json && scalars.numbers > 0);
            (scalars.bools > 0 && bools) || xml_word || named
        }
        Sort::Whole => scalars.numbers > 0 || (texts_are_values && name::says_number(place.name)),
        Sort::Decimal => scalars.numbers > 0 || (scalars.points.is_some() && !name::says_version(place.name)),
        Sort::Float => scalars.numbers > 0,
        Sort::Moment | Sort::Text => true,
        Sort::DayAndMonth => !is_ambiguous(scalars),
        Sort::Uuid => scalars.texts == scalars.long_as_uuid + scalars.empty_texts,
    }
}

/// Whether both orders of day and month read every text.
fn is_ambiguous(scalars: &Scalars) -> bool {
    let orders = CANDIDATES.iter().zip(&scalars.fits);
    let orders = orders.filter(|(candidate, fit)| candidate.sort == Sort::DayAndMonth && !fit.failed && fit.values > 0);
    orders.count() > 1
}

/// Texts that all have the same number of digits behind the point declare it; numbers of JSON lose their zeros.
fn decimal(scalars: &Scalars) -> String {
    match scalars.points {
        Some((fewest, most)) if fewest == most && scalars.numbers == 0 && most <= 28 => format!("decimal({most})"),
        Some(_) | None => "decimal".to_owned(),
    }
}

fn null_texts(fit: &Fit) -> Option<String> {
    let named = NULL_TEXTS.iter().zip(fit.null_texts).filter(|(_, named)| *named);
    let texts: Vec<String> = named.map(|(text, _)| format!("\"{text}\"")).collect();
    (!texts.is_empty()).then(|| format!("null {}", texts.join(", ")))
}

/// An open enum of few texts that repeat.
fn words(scalars: &Scalars) -> Option<String> {
    let words = scalars.words.as_ref().filter(|_| scalars.times == scalars.texts)?;
    let is_word = |word: &String| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || " _-".contains(letter))
    };
    let few = (2..=8).contains(&words.len()) && scalars.texts >= words.len() * 3;
    let repeat = words.values().filter(|times| **times > 1).count() * 2 > words.len();
    let shown: Vec<String> = words.keys().map(|word| format!("\"{word}\"")).collect();
    (few && repeat && words.keys().all(is_word)).then(|| format!("{} | text", shown.join(" | ")))
}

fn notes(sort: Sort, scalars: &Scalars, place: Place<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let other = name::other_record(place.name).filter(|_| matches!(sort, Sort::Whole | Sort::Text | Sort::Uuid));
    if let Some(other) = other {
        notes.push(format!("ext {other}?"));
    } else if sort == Sort::Text && scalars.digits > 0 && scalars.digits + scalars.empty_texts == scalars.texts {
        notes.push("only digits".to_owned());
    }
    if sort == Sort::Text && scalars.points.is_none() && is_ambiguous(scalars) {
        notes.push("a date? which is the day, which the month".to_owned());
    }
    if sort == Sort::Float {
        notes.push("more digits than a decimal holds".to_owned());
    }
    notes
}
