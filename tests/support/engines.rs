//! Interpreter and generated code side by side: the same mapping, the same payload, the same answers, everything that comes out as text.

pub mod externs;
pub mod random;
pub mod recorded;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use tenon_compiler::interpret::{Externs, Interpreted, interpret};
use tenon_compiler::ir::mapping::Direction;
use tenon_runtime::connector::Connector;
use tenon_runtime::jiff::Timestamp;
use tenon_runtime::json::out::Out;
use tenon_runtime::mapper::drive::{Answers, Payloads, drive};
use tenon_runtime::mapper::{Ask, Changed, Lookup, Mapper, Mode, Resolved, Run, Want};
use tenon_runtime::model::Model;
use tenon_runtime::registry::{Registry, Wanted};
use tenon_runtime::scan::DecodeError;
use tenon_runtime::unit::{ConnectorUnit, Usage};
use tenon_runtime::value::{Key, RecordId, StoredRecord, Val};

use random::Random;

/// One mapping, twice.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// By its Rust.
    pub generated: &'static dyn Mapper,
    /// By its IR.
    pub interpreted: &'static dyn Mapper,
    /// The version it belongs to.
    pub connector: &'static Connector,
}

/// Reads mapping files and interprets them.
///
/// # Panics
/// They have mistakes.
pub fn interpreted(path: &Path, externs: Arc<dyn Externs>) -> Interpreted {
    interpreted_of(&crate::compile::files(path), externs)
}

/// The same for files in memory: name and text.
///
/// # Panics
/// They have mistakes.
pub fn interpreted_of(files: &[(String, String)], externs: Arc<dyn Externs>) -> Interpreted {
    let program = crate::compile::program_of(files);
    interpret(program, &externs).expect("the program is interpreted")
}

/// Every mapping that runs alone, and every one that such a mapping hands elements to.
///
/// # Panics
/// One engine knows a mapping that the other does not.
pub fn pairs(register: fn(&Registry), interpreted: &Interpreted) -> Vec<Pair> {
    let registry = Registry::default();
    register(&registry);
    let mut pairs = Vec::new();
    for version in &interpreted.versions {
        let connectors = registry.connectors();
        let same =
            |known: &&&'static Connector| (known.name, known.version) == (version.table.name, version.table.version);
        let connector = connectors.iter().find(same).expect("both engines know the version");
        assert_eq!(
            format!("{connector:?}"),
            format!("{:?}", version.table),
            "tables of the version"
        );
        for mapper in &version.mappers {
            let mapper: &'static dyn Mapper = *mapper;
            let direction = version.mappers.iter().find(|known| std::ptr::addr_eq(**known, mapper));
            let direction = direction.map(|known| known.mapping().direction);
            let usage = match direction {
                Some(Direction::Export) => Usage::ExportMapper,
                Some(Direction::Import) | None => Usage::ImportMapper,
            };
            let info = mapper.info();
            let wanted = Wanted::new(usage)
                .model(info.model.name)
                .external(info.external.name)
                .variant(info.variant);
            if let Ok(ConnectorUnit::ImportMapper(generated) | ConnectorUnit::ExportMapper(generated)) =
                registry.find(connector, &wanted)
                && generated.info().place == info.place
            {
                pairs.push(Pair {
                    generated,
                    interpreted: mapper,
                    connector,
                });
            }
        }
    }
    pairs
}

/// Compares the tables of a mapping and of the mappings of its children.
///
/// # Panics
/// They differ.
pub fn same_tables(pair: &Pair) {
    let (one, other) = (pair.generated.info(), pair.interpreted.info());
    assert_eq!(format!("{one:#?}"), format!("{other:#?}"), "tables of {}", one.place);
    for (one, other) in one.vias.iter().zip(other.vias) {
        let below = Pair {
            generated: one.mapper,
            interpreted: other.mapper,
            connector: pair.connector,
        };
        // A mapping may be its own child.
        if !std::ptr::addr_eq(one.mapper, pair.generated) {
            same_tables(&below);
        }
    }
}

/// What one record is made from: the main payload, and one per source that is fetched.
#[derive(Clone, Debug)]
pub struct Given {
    /// The record.
    pub main: String,
    /// Source and list of records.
    pub joined: Vec<(usize, String)>,
    /// Decides answers, settings and changed fields.
    pub seed: u64,
}

/// What an engine made of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Whether the payloads could be read and the sources decided.
    pub mapped: bool,
    /// Lookups, the row as JSON, faults, stored values, checks.
    pub text: String,
}

/// Runs a record in every mode; all that comes out.
pub fn outcome(pair: &Pair, mapper: &'static dyn Mapper, given: &Given) -> Made {
    let payloads = match read(mapper, given) {
        Ok(payloads) => payloads,
        Err(errors) => {
            return Made {
                mapped: false,
                text: format!("cannot be read: {errors:?}"),
            };
        }
    };
    let mut random = Random::new(given.seed);
    let settings: Vec<Val<'static>> = pair.connector.settings.iter().map(|one| random.setting(one)).collect();
    let mut made = Made {
        mapped: true,
        text: String::new(),
    };
    for mode in modes(mapper, &mut random) {
        let now: Timestamp = "2014-05-03T21:36:47Z".parse().expect("an instant");
        let mut run = Run::new(mode, now).with_settings(&settings);
        if run.mode != Mode::Create {
            run.current = Some(Arc::new(stored(mapper, &mut random)));
        }
        let text = one_run(&payloads, &run, given.seed);
        made.mapped &= text.is_ok();
        let text = text.unwrap_or_else(|fault| fault);
        let mode = &run.mode;
        writeln!(made.text, "== {mode:?}\n{text}").expect("a text grows");
    }
    made
}

fn read(mapper: &'static dyn Mapper, given: &Given) -> Result<Payloads, Vec<DecodeError>> {
    let mut payloads = Payloads::read(mapper, given.main.clone().into_bytes())?;
    for (source, list) in &given.joined {
        payloads.give(*source, list.clone().into_bytes())?;
    }
    Ok(payloads)
}

fn modes(mapper: &'static dyn Mapper, random: &mut Random) -> [Mode; 4] {
    let mut changed = Changed::default();
    for source in 0..mapper.info().sources.len() {
        let first = mapper.info().first_bit(source);
        let slots = mapper.info().sources[source].shape.slots;
        for slot in 0..usize::from(slots) {
            if random.one_in(3) {
                changed.add(first + slot);
            }
        }
    }
    [Mode::Create, Mode::Update, Mode::Partial(changed), Mode::Gather]
}

fn one_run(payloads: &Payloads, run: &Run<'_>, seed: u64) -> Result<String, String> {
    let mut answers = Hashed(seed);
    let ran = drive(payloads, &mut answers, run).map_err(|fault| format!("no sources: {fault:?}"))?;
    let mut text = String::new();
    for (stratum, want) in &ran.asked {
        let mapping = want.mapping.map(|mapping| mapping.place);
        writeln!(text, "asked {stratum} {} {mapping:?} {:?}", shown(want), want.rule).expect("a text grows");
    }
    if let Some(stopped) = &ran.stopped {
        writeln!(text, "stopped {stopped:?}").expect("a text grows");
    }
    text.push_str("row ");
    ran.row.write_json(&mut text);
    for fault in ran.row.all_faults() {
        write!(text, "\nfault {fault} {fault:?}").expect("a text grows");
    }
    let (deferred, values) = (ran.row.deferred(), ran.row.values());
    let missing = ran.row.missing_on_create();
    if let Some(line) = &ran.line {
        let mut expected = Out::default();
        let written = ran.row.write_values(&mut expected);
        assert_eq!((line.as_bytes(), written), (expected.as_bytes(), Ok(())), "{text}");
        assert!(missing.is_empty() || run.mode != Mode::Create, "{missing:?}");
    }
    write!(
        text,
        "\ndeferred {deferred:?}\nvalues {values:?}\nmissing {missing:?}\nchecks {:?}\nnot given {:?}",
        ran.checks, ran.not_given
    )
    .expect("a text grows");
    Ok(text)
}

/// What a change of some fields does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Fields whose rules ran, in the order of the mapping.
    pub written: Vec<&'static str>,
    /// Lookups.
    pub asked: Vec<String>,
}

/// Maps a stored record of which these fields changed; none are named: all.
///
/// # Panics
/// The record cannot be read, or its sources not be decided.
pub fn of_changed(mapper: &'static dyn Mapper, record: &str, names: &[&str]) -> Changes {
    let payloads = Payloads::read(mapper, record.as_bytes().to_vec()).expect("the record is read");
    let info = mapper.info();
    let mode = match names.is_empty() {
        true => Mode::Update,
        false => Mode::Partial(Changed::fields(info, 0, names)),
    };
    let run = Run::new(mode, Timestamp::UNIX_EPOCH);
    let ran = drive(&payloads, &mut Hashed(1), &run).expect("sources are decided");
    let faults = ran.row.all_faults().into_iter().chain(ran.row.deferred());
    let failed: Vec<&str> = faults.flat_map(|fault| fault.targets.clone()).collect();
    let ran_for = |(target, write): &(usize, &tenon_runtime::mapper::Write)| {
        ran.row.writer(*target).is_some() || failed.contains(&write.name)
    };
    let names = info.writes.iter().enumerate().filter(ran_for);
    Changes {
        written: names.map(|(_, write)| write.name).collect(),
        asked: ran.asked.iter().map(|(_, want)| shown(want)).collect(),
    }
}

fn shown(want: &Want) -> String {
    let what = match want.lookup {
        Lookup::Ref { external, import, .. } => format!("ref {} {import}", external.name),
        Lookup::Bound { external } => format!("bound {}", external.name),
        Lookup::ExtOf { external, model } => format!("ext_of {} {}", model.name, external.name),
        Lookup::Find { model, criteria, fold } => format!("find {} {criteria:?} {fold}", model.name),
        Lookup::Load {
            external,
            fields,
            import,
            ..
        } => format!("load {} {fields:?} {import}", external.name),
        Lookup::FindOrNew {
            model, criteria, fold, ..
        } => format!("find or new {} {criteria:?} {fold}", model.name),
        Lookup::Read { model, fields } => format!("read {} {fields:?}", model.name),
    };
    format!("{what} {:?} {:?}", want.ask, want.new)
}

/// The stored record that `only empty` looks at.
fn stored(mapper: &'static dyn Mapper, random: &mut Random) -> StoredRecord {
    let info = mapper.info();
    let fields = info.reads_current().into_iter();
    StoredRecord {
        model: info.model,
        id: RecordId(1),
        version: 1,
        fields: fields
            .filter_map(|name| Some((name, random.stored(info.model.field(name)?))))
            .collect(),
    }
}

/// Answers that follow from the question: the same for both engines.
struct Hashed(u64);

impl Answers for Hashed {
    fn answer(&mut self, _stratum: u8, want: &Want, resolved: &mut Resolved) {
        let seed = shown(want).bytes().fold(self.0, |seed, byte| {
            (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut random = Random::new(seed);
        let id = RecordId(i64::from(random.below(90)) + 10);
        match (want.lookup, &want.ask) {
            (Lookup::Ref { external, .. } | Lookup::Bound { external }, Ask::Key(key)) => match random.below(6) {
                0 => resolved.answer_ref(external, key.clone(), None),
                1 => resolved.answer_cycle(external, key.clone(), "in a circle"),
                _ => resolved.answer_ref(external, key.clone(), Some(id)),
            },
            (
                Lookup::Load {
                    external,
                    model,
                    fields,
                    ..
                },
                Ask::Key(key),
            ) => {
                let record = (!random.one_in(5)).then(|| record(model, id, fields, &mut random));
                resolved.answer_load(external, key.clone(), record);
            }
            (Lookup::Read { model, fields }, Ask::Record(of)) => {
                let record = (!random.one_in(5)).then(|| record(model, *of, fields, &mut random));
                resolved.answer_read(model, *of, record);
            }
            (
                Lookup::Find { model, criteria, fold }
                | Lookup::FindOrNew {
                    model, criteria, fold, ..
                },
                Ask::Criteria(values),
            ) => {
                let found = match random.below(5) {
                    0 => Vec::new(),
                    1 => vec![id, RecordId(id.0 + 1)],
                    _ => vec![id],
                };
                resolved.answer_find(model, criteria, *fold, values, found);
                if let (true, Some(new)) = (resolved.finds_none(want.lookup, values), &want.new) {
                    resolved.answer_new(want.lookup, values, new);
                }
            }
            (Lookup::ExtOf { external, .. }, Ask::Record(record)) => {
                let key = (!random.one_in(4)).then(|| Key(random.below(90).to_string()));
                resolved.answer_record(external, *record, key);
            }
            (Lookup::ExtOf { .. }, Ask::Key(_) | Ask::Criteria(_))
            | (Lookup::Find { .. } | Lookup::FindOrNew { .. } | Lookup::Read { .. }, Ask::Key(_))
            | (Lookup::Find { .. } | Lookup::FindOrNew { .. }, Ask::Record(_))
            | (Lookup::Read { .. }, Ask::Criteria(_))
            | (Lookup::Ref { .. } | Lookup::Bound { .. } | Lookup::Load { .. }, Ask::Criteria(_) | Ask::Record(_)) => {
                panic!("a lookup with the argument of another: {want:?}");
            }
        }
    }
}

fn record(model: &'static Model, id: RecordId, fields: &[&'static str], random: &mut Random) -> Arc<StoredRecord> {
    let fields = fields.iter();
    Arc::new(StoredRecord {
        model,
        id,
        version: 1,
        fields: fields
            .filter_map(|name| Some((*name, random.stored(model.field(name)?))))
            .collect(),
    })
}
