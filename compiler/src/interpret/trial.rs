//! One record through one mapping, without a store: what comes out, which rule made what, what was asked, what went wrong.

use super::constant::{Misfit, of_scalar};
use super::export;
use super::externs::is_not_evaluated;
use super::given::GivenExterns;
use super::shown::{Secrets, Shown, row};
use super::symbol::Symbols;
use super::world::{Answered, World};
use super::{Interpreter, Version};
use crate::ir::mapping::{Direction, ParamId, SourceId};
use crate::ir::test::{Constant, Context, Ending};
use crate::ir::{Literal, Program};
use std::sync::Arc;
use tenon_dsl::source::Span;
use tenon_runtime::app::output::duration;
use tenon_runtime::generated as rt;
use tenon_runtime::generated::{
    Changed, Fault, FaultKind, Mapper, MapperInfo, Mode, Row, RowFault, Run, Stopped, Timestamp, Val, WriteTo,
};
use tenon_runtime::mapper::drive::{Payloads, Ran, drive};
use tenon_runtime::mapper::{SentField, StopInfo, sent};
use tenon_runtime::value::StoredRecord;

/// What is tried.
#[derive(Debug)]
pub struct Tried<'t> {
    /// The mapping.
    pub mapper: &'static Interpreter,
    /// Records by source, as JSON; the first source is the record itself.
    pub given: Vec<(SourceId, Vec<u8>)>,
    /// Stored values by source: the record of an export, and the one around it.
    pub stored: Vec<(SourceId, StoredFields)>,
    /// Values of parameters.
    pub params: &'static [(ParamId, Constant)],
    /// What the world around answers.
    pub context: &'static [Context],
    /// The stored record, which makes it an update; of an export what the other side holds, which is not sent again.
    pub current: Option<&'static Constant>,
    /// Fields that changed, which makes it a partial one.
    pub changed: &'t [String],
    /// The clock.
    pub now: Timestamp,
}

/// The fields of a stored record, as a test gives them.
pub type StoredFields = &'static [(String, Constant)];

/// What became of it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What was written, sensitive values masked.
    pub result: Shown,
    /// The same, to be compared.
    pub(super) open: Shown,
    /// Which rule made each field, children included, in order.
    pub made: Vec<Made>,
    /// Lookups, in the order asked.
    pub lookups: Vec<Answered>,
    /// Rule errors, values that do not fit, checks that fail: the record would not be stored.
    pub errors: Vec<Problem>,
    /// Rules that nothing is known about, because a function was not evaluated.
    pub unknown: Vec<Problem>,
    /// Why its rules did not run; then nothing was written.
    pub stopped: Option<Halt>,
    /// Checks that warn.
    pub warnings: Vec<Problem>,
    /// What a person should know about the trial itself.
    pub notes: Vec<String>,
}

/// Why the rules of a record did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    /// Left out, or looked at again.
    pub ending: Ending,
    /// The reason that its mapping gives.
    pub reason: String,
    /// Both, for people: `skipped: ..`, `waits, 30 min at a time: ..`.
    pub words: String,
}

/// A written field and its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// `name`, `child_ids[0].name`
    pub path: String,
    /// File and line.
    pub place: &'static str,
}

/// Something wrong, or not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The targets it is about; of none: the record.
    pub targets: Vec<String>,
    /// File and line.
    pub place: &'static str,
    /// `unbound`, `data`, ..
    pub kind: &'static str,
    /// What is wrong.
    pub message: String,
}

/// Tries one record. Absent payloads of joins are empty lists; what cannot be read is an error of the trial.
pub fn trial(version: &Version, externs: &GivenExterns, tried: &Tried<'_>) -> Trial {
    let symbols = Symbols::default();
    externs.set(version.program, tried.context, &symbols);
    let mut world = World {
        program: version.program,
        connector: version.connector,
        models: &version.models,
        context: tried.context,
        symbols: &symbols,
        answered: Vec::new(),
        news: Vec::new(),
        misfits: Vec::new(),
    };
    let settings = settings(version, tried.context, &mut world.misfits);
    let mut trial = match payloads(tried, &mut world) {
        Ok(payloads) => {
            let run = circumstances(tried, &settings, &mut world);
            match drive(&payloads, &mut world, &run) {
                Ok(ran) => of_run(tried, &run, &ran, &symbols),
                Err(fault) => Trial::of_problem(problem(&fault, tried.mapper.info().place, Vec::new())),
            }
        }
        Err(errors) => Trial {
            errors,
            ..Trial::empty()
        },
    };
    let (lookups, misfits) = world.told(&trial.open);
    trial.lookups = lookups;
    trial
        .notes
        .extend(misfits.iter().map(|misfit| format!("context: {misfit}")));
    trial
}

impl Trial {
    fn empty() -> Self {
        Self {
            result: Shown::Record(Vec::new()),
            open: Shown::Record(Vec::new()),
            made: Vec::new(),
            lookups: Vec::new(),
            errors: Vec::new(),
            unknown: Vec::new(),
            stopped: None,
            warnings: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn of_problem(problem: Problem) -> Self {
        Self {
            errors: vec![problem],
            ..Self::empty()
        }
    }
}

/// Whether a mapping sends what it makes.
fn is_export(mapper: &'static Interpreter) -> bool {
    mapper.mapping().direction == Direction::Export
}

fn payloads(tried: &Tried<'_>, world: &mut World<'_>) -> Result<Payloads, Vec<Problem>> {
    let mapper: &'static dyn Mapper = tried.mapper;
    let wrong = |errors: Vec<tenon_runtime::scan::DecodeError>| {
        let problems = errors.into_iter().map(|error| Problem {
            targets: Vec::new(),
            // The message names it.
            place: "",
            kind: "data",
            message: error.to_string(),
        });
        problems.collect::<Vec<_>>()
    };
    let main = tried.given.iter().find(|(source, _)| source.0 == 0);
    let main = match (main, mapper.info().shape()) {
        (Some((_, bytes)), _) => bytes.clone(),
        (None, Some(shape)) if is_export(tried.mapper) => {
            let own = tried.stored.iter().find(|(source, _)| source.0 == 0);
            world.stored_payload(mapper.info().model, shape, own.map_or(&[], |(_, fields)| fields))
        }
        (None, _) => b"{}".to_vec(),
    };
    let mut payloads = Payloads::read(mapper, main).map_err(wrong)?;
    for (source, bytes) in tried.given.iter().filter(|(source, _)| source.0 > 0) {
        payloads.give(source.0, bytes.clone()).map_err(wrong)?;
    }
    for (source, fields) in tried.stored.iter().filter(|(source, _)| source.0 > 0) {
        let external = tried.mapper.mapping().sources[source.0].external;
        let model = world.connector.externals[external.0].stored;
        let shape = mapper.info().sources[source.0].shape;
        if let Some(model) = model.map(|model| world.models[model.0]) {
            let bytes = world.stored_payload(model, shape, fields);
            payloads.give(source.0, bytes).map_err(wrong)?;
        }
    }
    let shapes = tried.mapper.shapes();
    payloads.params(world.params(&tried.mapper.mapping().params, tried.params, shapes));
    Ok(payloads)
}

/// Values of `backend`: those of the context, else their defaults, else the name of the setting.
fn settings(version: &Version, context: &'static [Context], misfits: &mut Vec<Misfit>) -> Vec<Val<'static>> {
    let declared = version.connector.settings.iter().enumerate();
    let value = |(position, setting): (usize, &'static crate::ir::Setting)| {
        let given = context.iter().find_map(|entry| match entry {
            Context::Setting { setting, value } if setting.0 == position => Some(value),
            Context::Setting { .. }
            | Context::Key { .. }
            | Context::Read { .. }
            | Context::Find { .. }
            | Context::Function { .. } => None,
        });
        match (given.map(|given| of_scalar(given, &setting.scalar)), &setting.default) {
            (Some(Ok(value)), _) => return value,
            (Some(Err(misfit)), _) => misfits.push(format!("backend.{}: {misfit}", setting.name.text)),
            (None, Some(default)) => return literal(default),
            (None, None) => {}
        }
        match setting.nullable {
            true => Val::Null,
            false => Val::made(format!("backend.{}", setting.name.text)),
        }
    };
    declared.map(value).collect()
}

/// A literal as the runtime has it.
pub(super) fn literal(literal: &'static Literal) -> Val<'static> {
    match literal {
        Literal::Null => Val::Null,
        Literal::Missing => Val::Missing,
        Literal::Text(text) => Val::text(text),
        Literal::Int(number) => Val::Int(*number),
        Literal::Decimal(digits) => Val::decimal(digits).unwrap_or(Val::Null),
        Literal::Bool(flag) => Val::Bool(*flag),
    }
}

fn circumstances<'r>(tried: &Tried<'_>, settings: &'r [Val<'static>], world: &mut World<'_>) -> Run<'r> {
    let info = tried.mapper.info();
    let names: Vec<&str> = tried.changed.iter().map(String::as_str).collect();
    let mode = match (tried.changed.is_empty(), tried.current) {
        (false, _) => Mode::Partial(Changed::fields(info, 0, &names)),
        (true, Some(_)) => Mode::Update,
        (true, None) => Mode::Create,
    };
    let mut run = Run::new(mode, tried.now).with_settings(settings);
    if is_export(tried.mapper) && run.mode != Mode::Create {
        run.empty_outside = Some(export::empty(tried.mapper, tried.current));
    }
    if let Some(Constant::Record(given)) = tried.current.filter(|_| !is_export(tried.mapper)) {
        let names = info.model.fields.iter().map(|field| field.name);
        run.current = Some(Arc::new(StoredRecord {
            model: info.model,
            id: world.symbols.id(info.model.name, "current"),
            version: 0,
            fields: world.fields(info.model, names, given),
        }));
    }
    run
}

fn of_run(tried: &Tried<'_>, run: &Run<'_>, ran: &Ran<'_>, symbols: &Symbols) -> Trial {
    let mut trial = match is_export(tried.mapper) {
        true => of_sent(tried, ran),
        false => Trial {
            result: row(&ran.row, symbols, Secrets::Masked),
            open: row(&ran.row, symbols, Secrets::Open),
            ..Trial::empty()
        },
    };
    if let Some(stopped) = &ran.stopped {
        trial.ended(stopped);
        return trial;
    }
    made(&ran.row, "", &mut trial.made);
    left_out(&ran.row, "", &mut trial);
    for fault in ran.row.all_faults().into_iter().chain(ran.row.deferred()) {
        trial.fault(fault);
    }
    if let Err(faults) = ran.row.values() {
        faults.iter().for_each(|fault| trial.fault(fault));
    }
    if run.mode == Mode::Create && !is_export(tried.mapper) {
        let unknown: Vec<String> = trial.unknown.iter().flat_map(|one| one.targets.clone()).collect();
        let missing = ran.row.missing_on_create();
        let missing = missing.iter().filter(|fault| {
            let failed = trial.errors.iter().flat_map(|one| &one.targets);
            fault
                .targets
                .iter()
                .all(|target| !unknown.iter().chain(failed.clone()).any(|known| known == target))
        });
        missing
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|fault| trial.fault(fault));
    }
    for result in ran.checks.iter().flat_map(|checks| checks.results()) {
        trial.check(result);
    }
    for source in &ran.not_given {
        let source = &tried.mapper.info().sources[*source];
        let (alias, external) = (source.alias, source.external.name);
        trial.notes.push(format!(
            "no {external} was given for `{alias}`: it is taken as an empty list"
        ));
    }
    trial
}

/// What an export sends of what it made: not what the other side holds already.
fn of_sent(tried: &Tried<'_>, ran: &Ran<'_>) -> Trial {
    let (fields, faults) = sent(tried.mapper, &ran.row);
    let differs = |field: &&SentField| !export::is_held(field.name, &field.value, tried.current);
    let fields: Vec<_> = fields.iter().filter(differs).collect();
    let masked = |field: &&SentField| match ran.row.info().writes_sensitive(field.target) {
        true => Shown::Masked,
        false => export::shown(&field.value),
    };
    let named = |shown: &dyn Fn(&&SentField) -> Shown| {
        let fields = fields.iter().map(|field| (field.name.to_owned(), shown(field)));
        Shown::Record(fields.collect())
    };
    let mut trial = Trial {
        result: named(&masked),
        open: named(&|field| export::shown(&field.value)),
        ..Trial::empty()
    };
    faults.iter().for_each(|fault| trial.fault(fault));
    trial
}

impl Trial {
    /// Why no rule of the record ran.
    fn ended(&mut self, stopped: &Stopped) {
        let halt = |ending, reason: &String, words| Halt {
            ending,
            reason: reason.clone(),
            words,
        };
        match stopped {
            Stopped::Skipped(reason) | Stopped::Omitted(reason) => {
                self.stopped = Some(halt(Ending::Skip, reason, format!("skipped: {reason}")));
            }
            Stopped::Waits(after, reason) => {
                let words = format!("waits, {} at a time: {reason}", duration(*after));
                self.stopped = Some(halt(Ending::Retry, reason, words));
            }
            Stopped::Undecided(stop, fault) => self.undecided(stop, fault),
        }
    }

    /// Why no rule of a child ran.
    fn child_ended(&mut self, what: &str, stopped: &Stopped) {
        match stopped {
            Stopped::Skipped(reason) | Stopped::Omitted(reason) => {
                self.notes.push(format!("{what} is skipped: {reason}"));
            }
            Stopped::Waits(after, reason) => {
                let every = duration(*after);
                self.notes.push(format!("{what} waits, {every} at a time: {reason}"));
            }
            Stopped::Undecided(stop, fault) => self.undecided(stop, fault),
        }
    }

    fn undecided(&mut self, stop: &StopInfo, fault: &Fault) {
        let problem = problem(fault, stop.place, vec![stop.kind.word().to_owned()]);
        match is_not_evaluated(fault) {
            true => self.unknown.push(problem),
            false => self.errors.push(problem),
        }
    }

    fn fault(&mut self, fault: &RowFault) {
        let within = |target: &&'static str| match fault.within.is_empty() {
            true => (*target).to_owned(),
            false => format!("{}.{target}", fault.within),
        };
        let targets = fault.targets.iter().map(within).collect();
        let problem = problem(&fault.fault, fault.place, targets);
        match is_not_evaluated(&fault.fault) {
            true => self.unknown.push(problem),
            false => self.errors.push(problem),
        }
    }

    fn check(&mut self, result: &rt::CheckResult) {
        let problem = match &result.reason {
            Ok(reason) => Problem {
                targets: Vec::new(),
                place: result.place,
                kind: "data",
                message: reason.clone(),
            },
            Err(fault) => problem(fault, result.place, Vec::new()),
        };
        match (&result.reason, result.severity) {
            (Err(fault), _) if is_not_evaluated(fault) => self.unknown.push(problem),
            (_, rt::Severity::Fail) => self.errors.push(problem),
            (_, rt::Severity::Warn) => self.warnings.push(problem),
        }
    }
}

fn problem(fault: &Fault, place: &'static str, targets: Vec<String>) -> Problem {
    Problem {
        targets,
        place,
        kind: match &fault.kind {
            FaultKind::Unbound { .. } => "unbound",
            FaultKind::Ambiguous => "ambiguous",
            FaultKind::Disagree => "disagree",
            FaultKind::Cycle => "cycle",
            FaultKind::Data => "data",
            FaultKind::Busy => "busy",
        },
        message: fault.to_string(),
    }
}

/// The rule of each written field.
fn made(of: &Row<'_>, within: &str, out: &mut Vec<Made>) {
    for (target, write) in of.info().writes.iter().enumerate() {
        let Some(rule) = of.writer(target).and_then(|rule| of.info().rules.get(rule)) else {
            continue;
        };
        let binding = match write.to {
            WriteTo::Field | WriteTo::Out => "",
            WriteTo::Binding => "binding.",
        };
        let path = format!("{within}{binding}{}", write.name);
        out.push(Made {
            path: path.clone(),
            place: rule.place,
        });
        let lists = of.children_of().iter().filter(|list| list.target == target);
        let children = lists.flat_map(|list| &list.children);
        for (position, child) in children.filter(|child| child.stopped.is_none()).enumerate() {
            if let Some(mapped) = &child.row {
                made(mapped, &format!("{path}[{position}]."), out);
            }
        }
    }
}

/// Children that are left out, with their reasons.
fn left_out(of: &Row<'_>, within: &str, trial: &mut Trial) {
    for list in of.children_of() {
        let name = of.info().writes.get(list.target).map_or("", |write| write.name);
        for child in &list.children {
            let path = format!("{within}{name}[{}]", child.position);
            match (&child.stopped, &child.row) {
                // What is undecided is a fault of the row already.
                (Some(Stopped::Undecided(..)), _) | (None, None) => {}
                (Some(stopped), _) => trial.child_ended(&path, stopped),
                (None, Some(mapped)) => left_out(mapped, &format!("{path}."), trial),
            }
        }
    }
}

/// Where exactly the rule of a place stands, be it of any mapping.
pub fn rule_at(program: &'static Program, place: &str) -> Option<Span> {
    let mappings = program.connectors.iter().flat_map(|connector| &connector.mappings);
    let mut rules = mappings.flat_map(|mapping| &mapping.rules);
    rules
        .find(|rule| rule.place.text() == place)
        .map(|rule| rule.place.span)
}

/// `import res.partner from Customer`, `export res.partner to Customer`
pub fn title(info: &MapperInfo) -> String {
    let variant = info.variant.map(|name| format!(" as {name}")).unwrap_or_default();
    if info.writes.iter().any(|write| write.to == WriteTo::Out) {
        return format!("export {}{variant} to {}", info.model.name, info.external.name);
    }
    format!("import {}{variant} from {}", info.model.name, info.external.name)
}
