//! Records through a mapping, as `tenon-bench-mapping` runs them: one JSON record a line in, one a line out, in order.
//!
//! All that is done to a field stands in `bench/mapping/*.tenon`. Here lines are cut, records scanned, mapped and written.

#![expect(clippy::print_stderr, reason = "the binary says on standard error what is wrong")]

mod lines;
pub mod made;

use std::borrow::Cow;
use std::io::{Read, Write, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tenon_compiler::interpret::{ExternTable, Interpreted};
use tenon_runtime::jiff::Timestamp;
use tenon_runtime::mapper::{
    Changed, Direct, Eval, Field, Kind, Mapper, Mode, Rec, Resolved, RuleReads, Run, Shape, Sources, Val,
};
use tenon_runtime::registry::Registry;
use tenon_runtime::scan::{Part, Slots, scan_next, scan_part};

pub use lines::Stopped;
pub use tenon_runtime::json::out::Out;
pub use tenon_runtime::scan::Memory;

/// What a process is asked for.
const USAGE: &str = "usage: tenon-bench-mapping partner|order|delta [THREADS] [FILE] <in.ndjson >out.ndjson
  with FILE, a mapping file, the interpreter maps the records";

/// Where the fields of an update are: the record, and beside it the names of the fields that changed.
const CHANGED: u16 = 0;
const RECORD: u16 = 1;

/// A mapping with what is read of a line.
#[derive(Debug)]
pub struct Workload {
    mapper: &'static dyn Mapper,
    /// How its records are written at once; absent: they need rows.
    direct: Option<Direct>,
    /// What stands around a record that is updated; absent: a line is a record.
    update: Option<&'static Shape>,
    /// What is decoded of an updated record; absent: all.
    reads: Option<RuleReads>,
    /// No mapping of these asks for anything.
    resolved: Resolved,
}

impl Workload {
    /// The compiled mapping of a workload; absent: there is none of this name.
    pub fn compiled(name: &str) -> Option<Self> {
        let registry = Registry::new();
        match name {
            "partner" | "delta" => crate::workloads::partner::register_all(&registry),
            "order" => crate::workloads::order::register_all(&registry),
            _ => return None,
        }
        let connector = *registry.connectors().first()?;
        let mapper = registry.import_mapper(connector, external(name)?, None).ok()?;
        Some(Self::of(name, mapper))
    }

    /// The same by the interpreter, as a mapping file says it.
    pub fn interpreted(name: &str, file: &Path) -> Result<Self, String> {
        let wanted = external(name).ok_or(USAGE)?;
        let read: Interpreted = crate::engines::interpreted(file, Arc::new(ExternTable(&[])));
        let mappers = read.versions.iter().flat_map(|version| &version.mappers);
        let found = mappers.copied().find(|mapper| mapper.info().external.name == wanted);
        found
            .map(|mapper| Self::of(name, mapper))
            .ok_or_else(|| format!("{} imports no {wanted}", file.display()))
    }

    /// The same by way of rows, even where a record can be written at once.
    #[must_use]
    pub fn by_rows(mut self) -> Self {
        self.direct = None;
        self
    }

    /// The same, decoding all of an updated record.
    #[must_use]
    pub fn decoding_all(mut self) -> Self {
        self.reads = None;
        self
    }

    fn of(name: &str, mapper: &'static dyn Mapper) -> Self {
        let update = mapper.info().shape().filter(|_| name == "delta").map(update);
        Self {
            mapper,
            direct: Direct::of(mapper),
            update,
            reads: update.map(|_| RuleReads::of(mapper.info())),
            resolved: Resolved::default(),
        }
    }

    /// Maps the record of a line and appends what comes out. The memory is of the lines before.
    pub fn convert(&self, memory: &mut Memory, line: &[u8], out: &mut Out) -> Result<(), String> {
        let mut changed = None;
        let slots = self.scanned(memory, line, &mut changed)?;
        let (record, mode) = match (self.update, changed) {
            (None, _) => (slots.record(), Mode::Create),
            (Some(_), Some(changed)) => (slots.record().get(RECORD).rec(), Mode::Partial(changed)),
            (Some(_), None) => self.changed(&slots),
        };
        let run = Run::new(mode, Timestamp::UNIX_EPOCH);
        let sources = Sources::new(self.mapper, record);
        if let Some(direct) = &self.direct
            && direct.write(&sources, &self.resolved, &run, out)
        {
            return Ok(());
        }
        let eval = Eval::new(&sources, &self.resolved, &run);
        let mut row = eval.map();
        let missing = match run.creates() {
            true => row.missing_on_create(),
            false => Vec::new(),
        };
        if !missing.is_empty() {
            return Err(listed(&missing));
        }
        row.map_children(&eval, &mut |_, _| run.for_record(Mode::Create, None));
        row.write_values(out).map_err(|faults| listed(&faults))
    }

    /// The slots of a line. Of an update only what its rules read, if it says first what changed.
    fn scanned<'l>(
        &self,
        memory: &mut Memory,
        line: &'l [u8],
        changed: &mut Option<Changed>,
    ) -> Result<Slots<'l>, String> {
        let shape = self.update.or(self.mapper.info().shape()).ok_or("no source")?;
        let Some(reads) = &self.reads else {
            return scan_next(shape, line, memory).map_err(|errors| listed(&errors));
        };
        let info = self.mapper.info();
        let mut slots = |names: &[Cow<'_, str>]| {
            let key = info.external.key.fields.iter().map(|field| field.name);
            let mut all = Vec::with_capacity(8);
            all.extend(names.iter().map(AsRef::as_ref).chain(key));
            reads.where_changed(changed.insert(Changed::fields(info, 0, &all)))
        };
        let part = Part {
            names: CHANGED,
            record: RECORD,
            slots: &mut slots,
        };
        scan_part(shape, line, memory, part).map_err(|errors| listed(&errors))
    }

    /// The record of an update and which of its fields changed. Its key counts as one: it says what is updated.
    fn changed<'s>(&self, slots: &'s Slots<'s>) -> (Rec<'s>, Mode) {
        let (info, update) = (self.mapper.info(), slots.record());
        let listed = update.list(CHANGED);
        let listed = listed.iter().filter_map(|name| {
            if let Val::Text(name) = name {
                Some(&**name)
            } else {
                None
            }
        });
        let key = info.external.key.fields.iter().map(|field| field.name);
        let mut names = Vec::with_capacity(8);
        names.extend(listed.chain(key));
        let changed = Changed::fields(info, 0, &names);
        (update.get(RECORD).rec(), Mode::Partial(changed))
    }
}

/// The record that a workload reads.
fn external(workload: &str) -> Option<&'static str> {
    match workload {
        "partner" | "delta" => Some("Customer"),
        "order" => Some("Order"),
        _ => None,
    }
}

/// The shape of an update: `{ "changed": [..], "record": {..} }`. One for the life of the process.
fn update(record: &'static Shape) -> &'static Shape {
    let texts: &'static Shape = Box::leak(Box::new(Shape {
        name: "changed",
        wire: record.wire,
        slots: 1,
        fields: Box::leak(Box::new([Field::new("", Kind::Text, 0)])),
    }));
    let fields = [
        Field::new("changed", Kind::List(texts), CHANGED),
        Field::new("record", Kind::Record(record), RECORD),
    ];
    Box::leak(Box::new(Shape {
        name: "update",
        wire: record.wire,
        slots: RECORD + 1 + record.slots,
        fields: Box::leak(Box::new(fields)),
    }))
}

fn listed(problems: &[impl ToString]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

/// What the binary does.
pub fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args, stdin(), stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// One line in, one line out.
type Convert<'w> = dyn FnMut(&[u8], &mut Out) -> Result<(), String> + 'w;

/// Converts a stream as the arguments say.
pub fn run(args: &[String], input: impl Read + Send, output: impl Write + Send) -> Result<(), String> {
    let name = args.first().ok_or(USAGE)?;
    let threads = args.get(1).map_or(Ok(1), |threads| threads.parse());
    let threads: usize = threads.map_err(|_| USAGE)?;
    let workload = match args.get(2) {
        Some(file) => Workload::interpreted(name, Path::new(file))?,
        None => Workload::compiled(name).ok_or(USAGE)?,
    };
    let make = || -> Box<Convert<'_>> {
        let mut memory = Memory::default();
        let workload = &workload;
        Box::new(move |line, out| workload.convert(&mut memory, line, out))
    };
    lines::convert_lines(input, output, threads, &make).map_err(|stopped| match stopped {
        Stopped::Line(number, problem) => format!("line {number}: {problem}"),
        Stopped::Broken(error) => error.to_string(),
    })
}
