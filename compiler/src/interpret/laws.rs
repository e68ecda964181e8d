//! The laws of two-way mappings, tried on random records: what comes in and goes out comes in again as it was; where every step is
//! exact, it also goes out as it came, and comes in as it was stored.
//!
//! Each law is tried rule by rule, so that a rule that refuses a record hides no other.

mod bijection;

use self::bijection::Bijection;
use super::export::same;
use super::externs::is_not_evaluated;
use super::random::Random;
use super::trial::literal;
use super::{Interpreted, Interpreter, Version};
use crate::ir::mapping::RuleKind;
use crate::ir::{Literal, TwoWay};
use serde_json::{Map, Value};
use tenon_runtime::blank::blank;
use tenon_runtime::encode::encode;
use tenon_runtime::generated as rt;
use tenon_runtime::generated::{Mapper, Mode, Origin, Run, Val};
use tenon_runtime::json::writer::json_text;
use tenon_runtime::mapper::Cell;
use tenon_runtime::mapper::drive::{Payloads, Ran, drive};
use tenon_runtime::scan::scan;

/// What the laws say of one two-way mapping.
#[derive(Clone, Debug)]
pub struct Tried {
    /// `trello`
    pub version: String,
    /// `sync project.project <-> Board`
    pub sync: String,
    /// File and line.
    pub place: &'static str,
    /// One for each rule that goes both ways.
    pub rules: Vec<RuleTried>,
}

/// What they say of one rule.
#[derive(Clone, Debug)]
pub struct RuleTried {
    /// File and line.
    pub place: &'static str,
    /// As it was written.
    pub line: &'static str,
    /// Whether every step is exact.
    pub exact: bool,
    /// For how many records of the outside they held.
    pub outside: u32,
    /// For how many records of the inside they held.
    pub inside: u32,
    /// The shortest values that break a law.
    pub counterexample: Option<String>,
    /// Why nothing can be said: a function that only the compiled program can call.
    pub unknown: Option<String>,
}

impl RuleTried {
    /// Whether no record broke a law, and at least one kept it.
    pub fn holds(&self) -> bool {
        self.counterexample.is_none() && self.unknown.is_none() && (self.outside + self.inside > 0)
    }
}

/// Tries the laws of all two-way mappings with so many records each; the same seed gives the same records.
pub fn try_laws(interpreted: &Interpreted, records: u32, seed: u64) -> Vec<Tried> {
    let mut all = Vec::new();
    for version in &interpreted.versions {
        let mut rules: Vec<&'static TwoWay> = version.connector.two_way.iter().collect();
        while let Some(first) = rules.first().copied() {
            let same = |rule: &&TwoWay| (rule.import, rule.export) == (first.import, first.export);
            let (own, others) = rules.into_iter().partition(same);
            rules = others;
            all.push(tried(version, own, records, seed));
        }
    }
    all
}

fn tried(version: &Version, rules: Vec<&'static TwoWay>, records: u32, seed: u64) -> Tried {
    let (import, export) = rules.first().map_or((0, 0), |rule| (rule.import.0, rule.export.0));
    let pair = Pair::new(version.mappers[import], version.mappers[export]);
    let info = pair.export.info();
    let mut made: Vec<RuleTried> = rules.iter().map(|rule| pair.untried(rule)).collect();
    let words = words(version);
    for number in 0..records {
        let seed = seed.wrapping_mul(1_000_003).wrapping_add(u64::from(number));
        let mut random = Random::new(seed).knowing(words.clone());
        pair.one_record(&rules, &mut random, &mut made);
    }
    Tried {
        version: crate::ir::outline::display_name(version.connector),
        sync: format!("sync {} <-> {}", info.model.name, info.external.name),
        place: pair.import.mapping().place.text(),
        rules: made,
    }
}

/// The texts of its tables: no other text goes through them.
fn words(version: &Version) -> Vec<&'static str> {
    let rows = version.connector.tables.iter();
    let rows = rows.flat_map(|table| table.to_inside.iter().chain(&table.to_outside));
    let texts = rows.flat_map(|(from, to)| [from, to]).filter_map(|literal| {
        let Literal::Text(text) = literal else { return None };
        Some(text.as_str())
    });
    texts.collect()
}

/// The halves of a two-way mapping.
struct Pair {
    import: &'static Interpreter,
    export: &'static Interpreter,
    /// What the import reads the record of the export as: the main record, or one that is joined.
    source: usize,
}

impl Pair {
    fn new(import: &'static Interpreter, export: &'static Interpreter) -> Self {
        let external = export.info().external.name;
        let mut sources = import.info().sources.iter();
        let same =
            |source: &rt::Source| source.external.name == external && !matches!(source.origin, Origin::Enclosing);
        Self {
            import,
            export,
            source: sources.position(same).unwrap_or(0),
        }
    }

    fn untried(&self, rule: &'static TwoWay) -> RuleTried {
        let mut rules = self.import.mapping().rules.iter();
        let own = rules.find(|one| one.place.span == rule.place.span);
        let is_list = own.is_some_and(|own| matches!(own.kind, RuleKind::Children { .. }));
        RuleTried {
            place: rule.place.text(),
            line: rule.place.line(),
            exact: rule.exact,
            outside: 0,
            inside: 0,
            counterexample: None,
            unknown: is_list.then(|| CHILDREN.to_owned()),
        }
    }
}

/// Why nothing is said of a list of records.
const CHILDREN: &str = "its records are made by mappings of their own: write a test of the import and one of the export, with `given` and `expect`";

/// What a mapping made of a record.
struct Made {
    /// Written fields, as JSON.
    fields: Map<String, Value>,
    /// Fields that a rule could not write, and why.
    faults: Vec<(String, String)>,
    /// Fields of rules whose function nobody can call here.
    unknown: Vec<(String, String)>,
}

impl Made {
    fn nothing() -> Self {
        Self {
            fields: Map::new(),
            faults: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Why a rule could not write its fields.
    fn fault(&self, rule: &TwoWay) -> Option<&str> {
        let mut faults = self.faults.iter();
        let fault = faults.find(|(field, _)| inner(rule).any(|name| name == field));
        fault.map(|(_, why)| why.as_str())
    }
}

/// The fields of the inside that a rule writes.
fn inner(rule: &TwoWay) -> impl Iterator<Item = &str> {
    rule.inside.split(',').map(str::trim)
}

/// What a rule keeps inside: the value of its field, or of several as one record; absent where none of them is there.
fn held(fields: &Map<String, Value>, rule: &TwoWay) -> Option<Value> {
    let mut found: Map<String, Value> = inner(rule)
        .filter_map(|name| Some((name.to_owned(), fields.get(name)?.clone())))
        .collect();
    let all_null = found.values().all(Value::is_null);
    match (inner(rule).count(), found.is_empty(), all_null) {
        (_, true, _) => None,
        (1, false, _) => found.remove(rule.inside.trim()),
        (_, false, true) => Some(Value::Null),
        (_, false, false) => Some(Value::Object(found)),
    }
}

/// What became of one law for one record.
enum Verdict {
    Holds,
    Broken(String),
    /// The record is none that the rule takes.
    Refused,
}

impl Pair {
    fn one_record(&self, rules: &[&'static TwoWay], random: &mut Random, made: &mut [RuleTried]) {
        let outer = self.import.info().sources.get(self.source);
        let (Some(outer), Some(inner)) = (outer, self.export.info().shape()) else {
            return;
        };
        let outside = random.record(outer.shape);
        // Where it is joined: what it is joined to.
        let main = self.import.info().shape().filter(|_| self.source > 0);
        let around = main.map_or(Value::Null, |shape| random.record(shape));
        let around = &around;
        let inside = random.stored(self.export.info().model, inner);
        let sent = self.put(&inside);
        let came = self.get(&outside, around);
        // What one direction made of one record is a good record for the other.
        let outsides = [overlaid(&outside, &sent.fields), outside];
        let insides = [overlaid(&inside, &came.fields), inside];
        let [first, second] = &outsides;
        let outward = [self.outside_trip(first, around), self.outside_trip(second, around)];
        let inward = insides.map(|inside| self.inside_trip(inside, (second, around)));
        for (rule, tried) in rules.iter().zip(made) {
            for trip in &outward {
                tried.unknown = trip.unknown(rule).or(tried.unknown.take());
                take(trip.law(rule), &mut tried.counterexample, &mut tried.outside);
            }
            for trip in &inward {
                take(trip.law(rule), &mut tried.counterexample, &mut tried.inside);
            }
        }
    }

    fn outside_trip(&self, outside: &Value, around: &Value) -> OutsideTrip {
        let came = self.get(outside, around);
        let sent = self.put(&overlaid(&self.blank(), &came.fields));
        OutsideTrip {
            was: normal(self.export, outside).unwrap_or_default(),
            again: self.get(&overlaid(outside, &sent.fields), around),
            came,
            sent,
        }
    }

    fn inside_trip(&self, inside: Value, (outside, around): (&Value, &Value)) -> InsideTrip {
        let sent = self.put(&inside);
        InsideTrip {
            came: self.get(&overlaid(outside, &sent.fields), around),
            inside,
            sent,
        }
    }

    /// What comes in of a record of the outside.
    fn get(&self, outside: &Value, around: &Value) -> Made {
        let mut made = Made::nothing();
        let (main, joined) = match self.source {
            0 => (outside, None),
            at => (around, Some((at, outside))),
        };
        run(self.import, main, joined, &mut |ran| {
            let info = ran.row.info();
            for (target, write) in info.writes.iter().enumerate() {
                let Some(field) = info.field(target).filter(|_| ran.row.is_written(target)) else {
                    continue;
                };
                match (ran.row.cell(target), rt::store(ran.row.out(target), field)) {
                    (Cell::Children, _) => {}
                    (_, Ok(stored)) => {
                        made.fields.insert(write.name.to_owned(), json(&Val::from(&stored)));
                    }
                    (_, Err(fault)) => made.faults.push((write.name.to_owned(), fault.to_string())),
                }
            }
            made.refused(ran);
        });
        made
    }

    /// What goes out of a record of the inside.
    fn put(&self, inside: &Value) -> Made {
        let mut made = Made::nothing();
        run(self.export, inside, None, &mut |ran| {
            let (fields, faults) = tenon_runtime::mapper::sent(self.export, &ran.row);
            for field in fields {
                made.fields.insert(field.name.to_owned(), field.value);
            }
            for fault in faults {
                let why = fault.fault.to_string();
                made.faults
                    .extend(fault.targets.iter().map(|field| ((*field).to_owned(), why.clone())));
            }
            made.refused(ran);
        });
        made
    }

    /// A record of the inside with nothing in it but defaults.
    fn blank(&self) -> Value {
        let shape = self.export.info().shape();
        shape.map_or(Value::Null, blank)
    }
}

/// Runs a mapping on a record, and one that is joined to it.
fn run(mapper: &'static Interpreter, record: &Value, joined: Option<(usize, &Value)>, read: &mut dyn FnMut(&Ran<'_>)) {
    let Ok(mut payloads) = Payloads::read(mapper, record.to_string().into_bytes()) else {
        return;
    };
    let given = joined.map(|(at, record)| payloads.give(at, record.to_string().into_bytes()));
    if given.is_some_and(|given| given.is_err()) {
        return;
    }
    let settings = mapper.connector().settings.iter();
    let settings: Vec<Val<'static>> = settings
        .map(|setting| setting.default.as_ref().map_or_else(|| Val::text("setting"), literal))
        .collect();
    let run = Run::new(Mode::Create, rt::Timestamp::UNIX_EPOCH).with_settings(&settings);
    if let Ok(ran) = drive(&payloads, &mut Bijection, &run) {
        read(&ran);
    }
}

/// A record of the outside that comes in, goes out and comes in again.
struct OutsideTrip {
    /// Its fields, as they would be sent.
    was: Map<String, Value>,
    came: Made,
    sent: Made,
    again: Made,
}

impl OutsideTrip {
    /// Why nothing can be said of a rule.
    fn unknown(&self, rule: &TwoWay) -> Option<String> {
        let top = rule.outside.first().map_or("", String::as_str);
        let inward = self
            .came
            .unknown
            .iter()
            .filter(|(field, _)| inner(rule).any(|name| name == field));
        let mut all = inward.chain(self.sent.unknown.iter().filter(|(field, _)| field == top));
        all.next().map(|(_, why)| why.clone())
    }

    /// get(put(get(t), t)) = get(t), and put(get(t), t) = t where every step is exact.
    fn law(&self, rule: &TwoWay) -> Verdict {
        let (Some(stored), Some(out)) = (held(&self.came.fields, rule), at(&self.sent.fields, &rule.outside)) else {
            return Verdict::Refused;
        };
        if stored.is_null() && out.is_null() {
            return Verdict::Refused;
        }
        let path = rule.outside.join(".");
        let was = at(&self.was, &rule.outside).unwrap_or(&Value::Null);
        match (held(&self.again.fields, rule), self.again.fault(rule)) {
            (Some(second), _) if same(&stored, &second) => {}
            (Some(second), _) => {
                return Verdict::Broken(format!(
                    "{path} = {was} comes in as {stored}, goes out as {out}, and comes in again as {second}"
                ));
            }
            (None, Some(why)) => {
                return Verdict::Broken(format!(
                    "{path} = {was} comes in as {stored} and goes out as {out}, which is refused: {why}"
                ));
            }
            (None, None) => return Verdict::Refused,
        }
        match rule.exact && !was.is_null() && !same(was, out) {
            true => Verdict::Broken(format!("{path} = {was} comes in as {stored} and goes out as {out}")),
            false => Verdict::Holds,
        }
    }
}

/// A record of the inside that goes out and comes in again.
struct InsideTrip {
    inside: Value,
    sent: Made,
    came: Made,
}

impl InsideTrip {
    /// get(put(s, t)) = s where every step is exact; else it is not refused, and the law of the outside looks at its normal form.
    fn law(&self, rule: &TwoWay) -> Verdict {
        let field = &rule.inside;
        let stored = self.inside.as_object().and_then(|fields| held(fields, rule));
        let (Some(stored), Some(out)) = (stored, at(&self.sent.fields, &rule.outside)) else {
            return Verdict::Refused;
        };
        if stored.is_null() && out.is_null() {
            return Verdict::Refused;
        }
        match (held(&self.came.fields, rule), self.came.fault(rule)) {
            (Some(second), _) if !rule.exact || same(&stored, &second) => Verdict::Holds,
            (Some(second), _) => {
                Verdict::Broken(format!("{field} = {stored} goes out as {out} and comes in as {second}"))
            }
            (None, Some(why)) => {
                Verdict::Broken(format!("{field} = {stored} goes out as {out}, which is refused: {why}"))
            }
            (None, None) => Verdict::Refused,
        }
    }
}

impl Made {
    /// Keeps what rules could not write.
    fn refused(&mut self, ran: &Ran<'_>) {
        for fault in ran.row.all_faults() {
            let why = fault.fault.to_string();
            let list = match is_not_evaluated(&fault.fault) {
                true => &mut self.unknown,
                false => &mut self.faults,
            };
            list.extend(fault.targets.iter().map(|field| ((*field).to_owned(), why.clone())));
        }
    }
}

fn take(verdict: Verdict, counterexample: &mut Option<String>, held: &mut u32) {
    match verdict {
        Verdict::Holds => *held += 1,
        Verdict::Refused => {}
        Verdict::Broken(how) => {
            if counterexample.as_ref().is_none_or(|known| how.len() < known.len()) {
                *counterexample = Some(how);
            }
        }
    }
}

/// The fields of a record of the outside as they would be sent: codecs alone.
fn normal(export: &'static Interpreter, outside: &Value) -> Option<Map<String, Value>> {
    let output = export.output()?;
    let text = outside.to_string();
    let slots = scan(output, text.as_bytes()).ok()?;
    let record = slots.record();
    let mut fields = Map::new();
    for field in output.fields {
        let value = record.get(field.slot);
        if let (false, Ok(made)) = (matches!(value, Val::Missing), encode(&value, field, output.wire)) {
            fields.insert(field.name.to_owned(), made);
        }
    }
    Some(fields)
}

fn json(value: &Val<'_>) -> Value {
    serde_json::from_str(&json_text(value)).unwrap_or(Value::Null)
}

/// The value at a path.
fn at<'v>(fields: &'v Map<String, Value>, path: &[String]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(fields.get(first)?, |value, name| value.get(name))
}

/// A record with other values in some fields; in records of it, too.
fn overlaid(record: &Value, over: &Map<String, Value>) -> Value {
    let Value::Object(fields) = record else {
        return Value::Object(over.clone());
    };
    let mut fields = fields.clone();
    for (name, value) in over {
        let made = match (fields.get(name), value) {
            (Some(known @ Value::Object(_)), Value::Object(inner)) => overlaid(known, inner),
            _ => value.clone(),
        };
        fields.insert(name.clone(), made);
    }
    Value::Object(fields)
}
