//! Samples of records -> an `external` that reads them. Pure: texts in, text out.
//!
//! `sample` counts what stands where, `decide` makes types of the counts, this file writes them. Whether a value fits a type is
//! asked of the decoder, so what is written here reads its samples.

mod candidate;
mod decide;
mod name;
mod sample;
mod seen;

use decide::{Decided, Kind, Place, Within, decide};
use seen::{Records, Seen};
use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;
pub use tenon_runtime::shape::Wire;

/// A text that holds a record in JSON, or a list of them.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What is said about the samples.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The connector that the file is for, as it stands behind `connector`: `magento "1.7"`.
    pub connector: String,
    /// Name of the record.
    pub name: String,
    /// How the other side writes values.
    pub wire: Wire,
    /// The field that is its key.
    pub key: Option<String>,
}

/// Why nothing can be inferred.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InferError {
    /// A sample is none.
    #[error("{name}:{line}:{column}: {message}")]
    Sample {
        /// Its file.
        name: String,
        /// Line of the mistake.
        line: usize,
        /// Column of the mistake, in characters.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// There is no record in them.
    #[error("the samples hold no record")]
    Nothing,
    /// The names of the fields are data.
    #[error("the records have {0} different fields, which is a map and no record: pass its values as samples")]
    Map(usize),
    /// The key is no key.
    #[error("`{key}` is no key: {why}")]
    Key {
        /// The field.
        key: String,
        /// Why.
        why: String,
    },
    /// No name.
    #[error("`{0}` is no name for a record: write one of letters and digits that begins with a letter")]
    Name(String),
}

/// Writes a mapping file that declares the record.
pub fn infer(samples: &[Sample], wanted: &Wanted) -> Result<String, InferError> {
    let mut seen = Seen::default();
    for sample in samples {
        sample::count(sample, wanted.wire, &mut seen)?;
    }
    let records = seen.records;
    if records.times == 0 {
        return Err(InferError::Nothing);
    }
    if let Some(values) = &records.values {
        return Err(InferError::Map(values.times));
    }
    if name::record(&wanted.name).as_deref() != Some(wanted.name.as_str()) {
        return Err(InferError::Name(wanted.name.clone()));
    }
    let mut writer = Writer {
        wire: wanted.wire,
        taken: HashSet::from([wanted.name.clone()]),
        open: VecDeque::new(),
        amounts: HashSet::new(),
    };
    let mut out = head(samples, &records, wanted);
    let key = key(&records, wanted)?;
    let suggested = key.is_none().then(|| suggested_key(&records, wanted)).flatten();
    if let Some(field) = suggested {
        let _ = writeln!(out, "# its key? external {} key {field}", wanted.name);
    }
    writer.record(&mut out, &wanted.name, key, records, 0);
    while let Some(Open { name, records, depth }) = writer.open.pop_front() {
        out.push('\n');
        writer.record(&mut out, &name, None, records, depth);
    }
    Ok(out)
}

/// A name for a record out of any text: `customer_address.list` becomes `CustomerAddressList`; absent where no letter is left.
pub fn record_name(text: &str) -> Option<String> {
    name::record(text)
}

/// The wire that a payload looks like: PHP writes numbers as text, and `[]` or `false` for nothing.
pub fn guess_wire(samples: &[Sample]) -> Wire {
    let mut seen = Seen::default();
    let readable = samples
        .iter()
        .all(|sample| sample::count(sample, Wire::Json, &mut seen).is_ok());
    let mut hints = Hints::default();
    hints.add(&seen);
    match readable && hints.php >= 3 && hints.php > hints.json {
        true => Wire::Php,
        false => Wire::Json,
    }
}

/// How many places speak for a wire.
#[derive(Debug, Default)]
struct Hints {
    php: usize,
    json: usize,
}

impl Hints {
    fn add(&mut self, seen: &Seen) {
        let scalars = &seen.scalars;
        let is_number = scalars.texts > 0 && (scalars.points.is_some() || scalars.digits > 0);
        self.php += usize::from(is_number);
        self.json += usize::from(scalars.numbers > 0) + usize::from(scalars.trues > 0);
        if let Some(element) = &seen.lists.element {
            self.add(element);
        }
        seen.records.fields.values().for_each(|field| self.add(field));
        if let Some(values) = &seen.records.values {
            self.add(values);
        }
    }
}

fn head(samples: &[Sample], records: &Records, wanted: &Wanted) -> String {
    let names: Vec<&str> = samples.iter().map(|sample| sample.name.as_str()).take(3).collect();
    let more = match samples.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let plural = if records.times == 1 { "" } else { "s" };
    let wire = match wanted.wire {
        Wire::Json => "json",
        Wire::Php => "php",
        Wire::Xml => "xml",
    };
    let names: String = names
        .join(", ")
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    format!(
        "# Inferred from {} record{plural} in {names}{more}: what they do not show, it does not know.\nconnector {}\n\nbackend {{\n  wire {wire}\n}}\n\n",
        records.times, wanted.connector,
    )
}

/// The key as it is declared.
fn key(records: &Records, wanted: &Wanted) -> Result<Option<String>, InferError> {
    let Some(key) = &wanted.key else { return Ok(None) };
    let wrong = |why: String| InferError::Key { key: key.clone(), why };
    let Some(field) = records.fields.get(key) else {
        let names: Vec<&str> = records.fields.keys().take(12).map(String::as_str).collect();
        return Err(wrong(format!("the records have {}", names.join(", "))));
    };
    if field.twice {
        return Err(wrong("it stands twice in one record".to_owned()));
    }
    if field.times < records.times || field.nulls > 0 {
        let there = field.times - field.nulls;
        return Err(wrong(format!("{there} of {} records have it", records.times)));
    }
    match key_type(field, key, wanted.wire) {
        Some(_) => Ok(name::field(key)),
        None => Err(wrong("a key is an int or a text".to_owned())),
    }
}

/// What a key is: an int or a text, whatever else its values could be.
fn key_type(field: &Seen, name: &str, wire: Wire) -> Option<&'static str> {
    let decided = decide(field.clone(), place(name, wire, 0));
    let Kind::Scalar { ty, .. } = &decided.kind else {
        return None;
    };
    let is_text = field.scalars.texts == field.scalars.times && field.scalars.empty_texts == 0;
    match ty.as_str() {
        _ if decided.nullable => None,
        "int" => Some("int"),
        _ if is_text => Some("text"),
        _ => None,
    }
}

fn suggested_key(records: &Records, wanted: &Wanted) -> Option<String> {
    let own = format!("{}_id", wanted.name.to_ascii_lowercase());
    let known = [
        "id",
        own.as_str(),
        "entity_id",
        "increment_id",
        "sku",
        "code",
        "key",
        "uuid",
    ];
    let mut fits = known.iter().filter_map(|name| records.fields.get_key_value(*name));
    let found = fits.find(|(name, field)| {
        field.times == records.times && field.nulls == 0 && !field.twice && key_type(field, name, wanted.wire).is_some()
    });
    found.and_then(|(name, _)| name::field(name))
}

fn place(name: &str, wire: Wire, depth: usize) -> Place<'_> {
    Place {
        name,
        wire,
        depth,
        within: Within::Record,
    }
}

/// A record whose fields are still to be written.
struct Open {
    name: String,
    records: Records,
    depth: usize,
}

struct Writer {
    wire: Wire,
    taken: HashSet<String>,
    open: VecDeque<Open>,
    /// Words of the amounts with digits after the point that the record has.
    amounts: HashSet<&'static str>,
}

impl Writer {
    fn record(&mut self, out: &mut String, record: &str, key: Option<String>, records: Records, depth: usize) {
        let times = records.times;
        let with_points = records.fields.iter().filter(|(_, seen)| seen.scalars.points.is_some());
        self.amounts = with_points.filter_map(|(field, _)| name::amount(field)).collect();
        let behind = key.as_ref().map(|key| format!(" key {key}")).unwrap_or_default();
        let _ = writeln!(out, "external {record}{behind} {{");
        for (field, seen) in records.fields {
            let Some(shown) = name::field(&field) else {
                let _ = writeln!(out, "  # left out: a field that no name can spell, {field:?}");
                continue;
            };
            if seen.twice {
                let _ = writeln!(out, "  # left out: a field that stands twice in one record, {shown}");
                continue;
            }
            let is_key = key.as_deref() == Some(shown.as_str());
            let line = self.field((record, &field), &shown, seen, (times, depth), is_key.then_some(()));
            let _ = writeln!(out, "  {line}");
        }
        let _ = writeln!(out, "}}");
    }

    fn field(
        &mut self,
        (record, field): (&str, &str),
        shown: &str,
        seen: Seen,
        (times, depth): (usize, usize),
        key: Option<()>,
    ) -> String {
        let at = Place {
            depth: depth + 1,
            ..place(field, self.wire, 0)
        };
        let (here, nulls) = (seen.times, seen.nulls);
        let always = here == times;
        if let (Some(()), Some(ty)) = (key, key_type(&seen, field, self.wire)) {
            return format!("{shown}: {ty}");
        }
        let mut decided = decide(seen, at);
        self.as_amount(field, &mut decided);
        let is_list = matches!(decided.kind, Kind::List(_));
        let absent_is_null = self.wire == Wire::Xml;
        let mark = if always || absent_is_null { "" } else { "?" };
        let nullable = decided.nullable || (absent_is_null && !always && !is_list);
        let mut notes = Vec::new();
        if !always {
            notes.push(format!("in {here} of {times}"));
        }
        if nulls > 0 && nulls < here {
            notes.push(format!("null in {nulls}"));
        }
        let (ty, behind, more) = self.written((record, field), decided, at);
        notes.extend(more);
        let null = if nullable { " | null" } else { "" };
        let behind = match name::says_secret(field) {
            true => format!("{behind} sensitive"),
            false => behind,
        };
        let comment = match notes.is_empty() {
            true => String::new(),
            false => format!("  # {}", notes.join("; ")),
        };
        format!("{shown}{mark}: {ty}{null}{behind}{comment}")
    }

    /// A whole number is an amount where others of its kind have digits after the point.
    fn as_amount(&self, field: &str, decided: &mut Decided) {
        let is_one = name::amount(field).is_some_and(|word| self.amounts.contains(word));
        if let (Kind::Scalar { ty, .. }, true) = (&mut decided.kind, is_one)
            && ty == "int"
        {
            *ty = "decimal".to_owned();
            decided.notes.push("whole in these samples".to_owned());
        }
    }

    /// The type without its own null, what stands behind it, and notes.
    fn written(
        &mut self,
        (record, field): (&str, &str),
        decided: Decided,
        at: Place<'_>,
    ) -> (String, String, Vec<String>) {
        let Decided {
            kind,
            nullable: _,
            mut notes,
        } = decided;
        match kind {
            Kind::Scalar { ty, behind } if behind.is_empty() => (ty, String::new(), notes),
            Kind::Scalar { ty, behind } => (ty, format!(" {behind}"), notes),
            Kind::Record(records) => {
                let wanted = format!("{record}{}", name::record(field).unwrap_or_else(|| "Part".to_owned()));
                let name = name::free(&wanted, &mut self.taken);
                self.open.push_back(Open {
                    name: name.clone(),
                    records,
                    depth: at.depth,
                });
                (name, String::new(), notes)
            }
            Kind::List(element) => {
                let (ty, behind, more) = self.element((record, field), element, at);
                notes.extend(more);
                (format!("[{ty}]"), behind, notes)
            }
            Kind::Map(value) => {
                let (ty, behind, more) = self.element((record, field), value, at);
                notes.extend(more);
                (format!("{{text: {ty}}}"), behind, notes)
            }
        }
    }

    fn element(
        &mut self,
        (record, field): (&str, &str),
        element: Seen,
        at: Place<'_>,
    ) -> (String, String, Vec<String>) {
        if element.times == 0 {
            return ("json".to_owned(), String::new(), Vec::new());
        }
        let below = Place {
            depth: at.depth + 1,
            within: Within::Collection,
            ..at
        };
        let decided = decide(element, below);
        let nullable = decided.nullable;
        if nullable && !matches!(decided.kind, Kind::Scalar { .. }) {
            return (
                "json | null".to_owned(),
                String::new(),
                vec!["null among its elements".to_owned()],
            );
        }
        let (ty, behind, notes) = self.written((record, &name::singular(field)), decided, below);
        let null = if nullable { " | null" } else { "" };
        (format!("{ty}{null}"), behind, notes)
    }
}
