//! A mapping: sources with what is read of them, lets, lookups with their strata, rules, checks.

use super::expr::Printer;
use super::model::{names, show_filter};
use super::{Lines, flag, words};
use crate::ir::mapping::{
    ChildKey, Direction, LookupKind, Mapping, Mark, Names, Only, Origin, Orphans, Read, Rule, RuleKind, Severity,
    Source, StopKind, Target,
};
use crate::ir::{Connector, ExternalId, FieldType, Program};
use crate::types::TypeNames;

pub(super) fn mapping(program: &Program, connector: &Connector, at: usize, out: &mut Lines) {
    let mapping = &connector.mappings[at];
    let printer = Printer {
        program,
        connector,
        mapping,
        whole: None,
    };
    let model = &program.models[mapping.model.0].name.text;
    let external = &connector.externals[mapping.external.0].name.text;
    let line = words([
        Some(match mapping.direction {
            Direction::Import => format!("import {model} from {external}"),
            Direction::Export => format!("export {model} to {external}"),
        }),
        mapping.variant.as_ref().map(|variant| format!("as {variant}")),
        Some(format!("({}, strata {})", mapping.type_name, mapping.strata)),
        mapping.origin.as_ref().map(|origin| format!("inherited from {origin}")),
    ]);
    out.placed(1, line, &mapping.place);
    mapping.sources.iter().for_each(|one| source(&printer, one, out));
    for (name, ty) in &mapping.params {
        let names = TypeNames {
            models: &program.models,
            externals: &connector.externals,
        };
        out.line(2, format!("param {}: {}", name.text, names.show(ty)));
    }
    let targets: Vec<String> = mapping.targets.iter().map(|target| printer.target(target)).collect();
    out.line(2, format!("targets {}", targets.join(", ")));
    adopt_and_batch(&printer, out);
    for item in &mapping.lets {
        let line = format!("let {} = {}", item.name.text, printer.show(&item.value));
        out.placed(2, line, &item.place);
    }
    lookups(&printer, out);
    for (at, one) in mapping.rules.iter().enumerate() {
        rule(&printer, at, one, out);
    }
    ends(&printer, out);
    for after in &mapping.after {
        let function = &connector.externs[after.function.0].name.text;
        out.line(2, format!("after {function}"));
    }
    if let Some(next) = mapping.next {
        out.line(2, format!("then {}", connector.externals[next.0].name.text));
    }
}

/// What a mapping does besides its rules, a line each.
pub(super) fn rest(printer: &Printer<'_>) -> Vec<String> {
    let mut out = Lines::new(super::Places::Left);
    adopt_and_batch(printer, &mut out);
    ends(printer, &mut out);
    for after in &printer.mapping.after {
        let function = &printer.connector.externs[after.function.0];
        out.line(2, format!("after {}::{}", function.module, function.name.text));
    }
    let names = TypeNames {
        models: &printer.program.models,
        externals: &printer.connector.externals,
    };
    for (name, ty) in &printer.mapping.params {
        out.line(2, format!("param {}: {}", name.text, names.show(ty)));
    }
    let is_enclosing = |source: &&Source| matches!(source.origin, Origin::Enclosing);
    for source in printer.mapping.sources.iter().filter(is_enclosing) {
        out.line(
            2,
            format!("within {}", printer.connector.externals[source.external.0].name.text),
        );
    }
    if let Some(next) = printer.mapping.next {
        out.line(2, format!("then {}", printer.connector.externals[next.0].name.text));
    }
    out.text.lines().map(|line| line.trim().to_owned()).collect()
}

/// `skip`, `retry`, `check`
fn ends(printer: &Printer<'_>, out: &mut Lines) {
    let mapping = printer.mapping;
    for stop in &mapping.stops {
        let kind = match stop.kind {
            StopKind::Skip => "skip".to_owned(),
            StopKind::Omit => "left out".to_owned(),
            StopKind::Retry { every_ms } => format!("retry every {}", duration(every_ms)),
        };
        let (when, because) = (printer.show(&stop.when), printer.show(&stop.because));
        let line = format!("{kind} stratum {} when {when} because {because}", stop.stratum);
        out.line(2, line);
    }
    for check in &mapping.checks {
        let outs: Vec<String> = check
            .outs
            .iter()
            .map(|id| printer.target(&mapping.targets[id.0]))
            .collect();
        let severity = match check.severity {
            Severity::Fail => "fail",
            Severity::Warn => "warn",
        };
        let line = words([
            Some(format!("check {} else {severity}", printer.show(&check.condition))),
            Some(format!("because {}", printer.show(&check.because))),
            (!outs.is_empty()).then(|| format!("[{}]", outs.join(", "))),
        ]);
        out.placed(2, line, &check.place);
    }
}

fn source(printer: &Printer<'_>, source: &Source, out: &mut Lines) {
    out.line(2, source_line(printer, source));
    out.line(
        3,
        format!("reads {}", reads(printer.connector, source.external, &source.reads)),
    );
}

/// Where the records of a source come from.
pub(super) fn source_line(printer: &Printer<'_>, source: &Source) -> String {
    let external = &printer.connector.externals[source.external.0].name.text;
    let mark = |mark: Mark| match mark {
        Mark::One => "",
        Mark::Optional => "?",
        Mark::Many => "*",
    };
    let given = match &source.origin {
        Origin::Main => "main".to_owned(),
        Origin::Enclosing => "enclosing".to_owned(),
        Origin::Fetched {
            operation,
            args,
            mark: how_many,
            filter,
            latest_by,
        } => {
            let args: Vec<String> = args.iter().map(|arg| printer.show(arg)).collect();
            let filter = filter.as_ref().map(|filter| format!("where {}", printer.show(filter)));
            words([
                Some(format!("{} from {operation}({})", mark(*how_many), args.join(", "))),
                filter,
                latest_by
                    .as_ref()
                    .map(|latest| format!("latest by {}", printer.show(latest))),
            ])
        }
        Origin::Picked {
            from,
            mark: how_many,
            filter,
            latest_by,
        } => words([
            Some(format!("{} in {}", mark(*how_many), printer.show(from))),
            filter.as_ref().map(|filter| format!("where {}", printer.show(filter))),
            latest_by
                .as_ref()
                .map(|latest| format!("latest by {}", printer.show(latest))),
        ]),
    };
    words([
        Some(format!("source {}: {external} {}", source.alias.text, given.trim())),
        flag(source.also_binds, "also binds"),
        source.changes.as_ref().map(|changes| {
            let by = &printer.connector.externals[source.external.0].fields[changes.by.0]
                .name
                .text;
            match changes.holds {
                Names::Key => format!("changes find by {by}, the key"),
                Names::Binding(_) => format!("changes find by {by} of the binding"),
            }
        }),
    ])
}

fn reads(connector: &Connector, external: ExternalId, list: &[Read]) -> String {
    let shown = list.iter().map(|read| {
        let field = &connector.externals[external.0].fields[read.field.0];
        match (read.below.is_empty(), record_in(&field.ty)) {
            (false, Some(inner)) => {
                let name = field.name.text.trim_end_matches('.');
                format!("{name} {{ {} }}", reads(connector, inner, &read.below))
            }
            (true, _) | (_, None) => field.name.text.clone(),
        }
    });
    shown.collect::<Vec<String>>().join(", ")
}

fn record_in(ty: &FieldType) -> Option<ExternalId> {
    match ty {
        FieldType::Record(external) => Some(*external),
        FieldType::List(inner) | FieldType::Map(inner) | FieldType::Nullable(inner) => record_in(inner),
        FieldType::Scalar(_) | FieldType::Key { .. } | FieldType::Ref(_) => None,
    }
}

fn adopt_and_batch(printer: &Printer<'_>, out: &mut Lines) {
    let mapping = printer.mapping;
    let model = &printer.program.models[mapping.model.0];
    if let Some(adopt) = &mapping.adopt {
        let by: Vec<String> = adopt
            .by
            .iter()
            .map(|id| printer.target(&mapping.targets[id.0]))
            .collect();
        let line = words([
            Some("adopt".to_owned()),
            flag(adopt.shared, "shared"),
            Some(format!("by {}", by.join(", "))),
            flag(adopt.fold, "fold"),
            adopt
                .filter
                .as_ref()
                .map(|filter| format!("where {}", show_filter(model, filter))),
        ]);
        out.placed(2, line, &adopt.place);
    }
    if let Some(batch) = &mapping.batch {
        let external = &printer.connector.externals[mapping.external.0];
        let since = batch
            .since
            .map(|field| format!("since {}", external.fields[field.0].name.text));
        let line = words([
            Some(format!("batch every {}", duration(batch.every_ms))),
            since,
            Some(format!(
                "overlap {} priority {}",
                duration(batch.overlap_ms),
                batch.priority
            )),
        ]);
        out.line(2, line);
    }
}

/// A duration as authors write it: in the largest unit that it is a whole number of.
pub(super) fn duration(milliseconds: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
    let fits = |(_, unit): &&(&str, u64)| milliseconds >= *unit && milliseconds.is_multiple_of(*unit);
    match units.iter().find(fits) {
        Some((name, unit)) => format!("{}{name}", milliseconds / unit),
        None if milliseconds == 0 => "0s".to_owned(),
        None => format!("{milliseconds}ms"),
    }
}

fn lookups(printer: &Printer<'_>, out: &mut Lines) {
    for (at, lookup) in printer.mapping.lookups.iter().enumerate() {
        let kind = question(printer, &lookup.kind);
        let each: Vec<String> = lookup.each.iter().map(|list| printer.show(list)).collect();
        let args: Vec<String> = lookup.args.iter().map(|arg| printer.show(arg)).collect();
        let line = words([
            Some(format!("lookup {at} stratum {}", lookup.stratum)),
            lookup.rule.map(|rule| format!("rule {rule}")),
            Some(format!("{kind} asks {}", args.join(", "))),
            (!each.is_empty()).then(|| format!("for each of {}", each.join(", of "))),
            lookup
                .guard
                .as_ref()
                .map(|guard| format!("when {}", printer.show(guard))),
        ]);
        out.line(2, line);
    }
}

/// What a lookup asks.
pub(super) fn question(printer: &Printer<'_>, kind: &LookupKind) -> String {
    let model = |at: usize| &printer.program.models[at];
    let external = |at: usize| printer.connector.externals[at].name.text.as_str();
    let import = |import: bool| match import {
        true => " (imports)",
        false => "",
    };
    match kind {
        LookupKind::Ref {
            external: of,
            model: to,
            import: imports,
        } => format!(
            "ref {} -> {}{}",
            external(of.0),
            model(to.0).name.text,
            import(*imports)
        ),
        LookupKind::ExtOf {
            external: of,
            model: from,
        } => format!("ext_of {} -> {}", model(from.0).name.text, external(of.0)),
        LookupKind::Bound { external: of } => format!("bound {}", external(of.0)),
        LookupKind::Load {
            external: of,
            model: to,
            fields,
            import: imports,
        } => {
            let fields = names(model(to.0), fields);
            let to = &model(to.0).name.text;
            format!("load {} -> {to} {{ {fields} }}{}", external(of.0), import(*imports))
        }
        LookupKind::Find { model: to, by, fold } => {
            let by = names(model(to.0), by);
            words([
                Some(format!("find {} by {by}", model(to.0).name.text)),
                flag(*fold, "fold"),
            ])
        }
        LookupKind::FindOrNew {
            model: to,
            by,
            fold,
            new,
        } => {
            let (by, new) = (names(model(to.0), by), names(model(to.0), new));
            words([
                Some(format!("find {} by {by}", model(to.0).name.text)),
                flag(*fold, "fold"),
                Some(format!("or new {{ {new} }}")),
            ])
        }
        LookupKind::Read { model: to, fields } => {
            let fields = names(model(to.0), fields);
            format!("read {} {{ {fields} }}", model(to.0).name.text)
        }
    }
}

fn rule(printer: &Printer<'_>, at: usize, rule: &Rule, out: &mut Lines) {
    let line = format!("rule {at}: {}", rule_line(printer, rule));
    out.placed(2, line, &rule.place);
    if !rule.reads.is_empty() {
        out.line(3, format!("reads {}", rule.reads.join(", ")));
    }
}

/// What a rule writes, and when.
pub(super) fn rule_line(printer: &Printer<'_>, rule: &Rule) -> String {
    let mapping = printer.mapping;
    let target = |id: crate::ir::mapping::TargetId| printer.target(&mapping.targets[id.0]);
    let what = match &rule.kind {
        RuleKind::Copy {
            source,
            field,
            target: to,
        } => {
            let source = &mapping.sources[source.0];
            let field = printer.field(source.external, *field);
            let copy = if printer.whole.is_some() { "" } else { "copy " };
            format!("{copy}{} = {}.{field}", target(*to), source.alias.text)
        }
        RuleKind::Set { target: to, value } => format!("{} = {}", target(*to), printer.show(value)),
        RuleKind::SetMany { targets, value } => {
            let targets: Vec<String> = targets
                .iter()
                .map(|(field, to)| format!("{} = .{field}", target(*to)))
                .collect();
            format!("{} of {}", targets.join(", "), printer.show(value))
        }
        RuleKind::Add { target: to, value } => format!("{} += {}", target(*to), printer.show(value)),
        RuleKind::Children { .. } => children(printer, &rule.kind),
    };
    let only = match rule.only {
        Only::Always => None,
        Only::Create => Some("only create"),
        Only::Update => Some("only update"),
        Only::Empty => Some("only empty"),
    };
    words([
        Some(what),
        only.map(str::to_owned),
        rule.when.as_ref().map(|when| format!("when {}", printer.show(when))),
    ])
}

fn children(printer: &Printer<'_>, kind: &RuleKind) -> String {
    let RuleKind::Children {
        target,
        value,
        mapping: child,
        args,
        key,
        orphans,
        whole,
        offset,
    } = kind
    else {
        return String::new();
    };
    let child = &printer.connector.mappings[child.0];
    let sign = match whole {
        true => "=",
        false => "+=",
    };
    let args: Vec<String> = args.iter().map(|arg| printer.show(arg)).collect();
    let key = key.as_ref().map(|key| match key {
        ChildKey::Field(field) => format!("keyed by {}", printer.field(child.external, *field)),
        ChildKey::Text(text) => format!("keyed by \"{text}\""),
    });
    let orphans = match orphans {
        Orphans::Remove => "remove",
        Orphans::Keep => "keep",
        Orphans::Archive => "archive",
        Orphans::Fail => "fail",
    };
    words([
        Some(format!(
            "{} {sign} {}",
            printer.target(&printer.mapping.targets[target.0]),
            printer.show(value)
        )),
        Some(format!("via {}({})", child.type_name, args.join(", "))),
        key,
        Some(format!("orphans {orphans} offset {offset}")),
    ])
}

impl Printer<'_> {
    /// `name`, `binding.email`
    pub(super) fn target(&self, target: &Target) -> String {
        match target {
            Target::Out(field) => self.field(self.mapping.external, *field),
            Target::Field(field) => self.program.models[self.mapping.model.0].fields[field.0]
                .name
                .text
                .clone(),
            Target::Binding(field) => {
                let binding = self.connector.externals[self.mapping.external.0].binding.as_ref();
                let field = binding.and_then(|binding| binding.fields.get(field.0));
                format!("binding.{}", field.map_or("", |field| field.name.text.as_str()))
            }
        }
    }

    /// The mapping that is printed.
    pub(super) fn of(&self) -> &Mapping {
        self.mapping
    }
}
