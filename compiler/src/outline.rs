//! A checked program as an outline for people: what holds for each connector version, all it inherits included.

use crate::ir::mapping::{Direction, Mapping, Mark, Only, Origin, Rule, RuleKind, Source, Target, TargetId};
use crate::ir::{Connector, External, ModelField, Program, Setting, Wire};
use std::fmt::Write as _;

/// The outline of all connectors, or of the one with this name: `magento 1.7`.
pub fn outline(program: &Program, connector: Option<&str>) -> String {
    let shown = program
        .connectors
        .iter()
        .filter(|known| connector.is_none_or(|name| name == display_name(known)));
    shown
        .map(|known| connector_outline(program, known))
        .collect::<Vec<_>>()
        .join("\n")
}

/// `magento 1.7`
pub fn display_name(connector: &Connector) -> String {
    named(&connector.name.text, connector.version.as_deref())
}

fn named(family: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{family} {version}"),
        None => family.to_owned(),
    }
}

fn connector_outline(program: &Program, connector: &Connector) -> String {
    let mut out = format!("connector {}\n", display_name(connector));
    if let Some((family, version)) = &connector.parent {
        push(&mut out, 1, &format!("extends {}", named(family, version.as_deref())));
    }
    if let Some(serves) = &connector.serves {
        push(&mut out, 1, &format!("serves {serves}"));
    }
    push(&mut out, 1, &format!("wire {}", wire(connector.wire)));
    for setting in &connector.settings {
        push(&mut out, 1, &setting_line(setting));
    }
    for external in connector.externals.iter().filter(|external| !external.key.is_empty()) {
        push(&mut out, 1, &external_line(program, external));
    }
    for adapter in &connector.adapters {
        let external = &connector.externals[adapter.external.0].name.text;
        let operations = adapter.operations.iter().map(|operation| &operation.name.text);
        push(&mut out, 1, &format!("adapter {external}: {}", listed(operations)));
    }
    for mapping in &connector.mappings {
        out.push_str(&mapping_outline(program, connector, mapping));
    }
    out
}

const fn wire(wire: Wire) -> &'static str {
    match wire {
        Wire::Json => "json",
        Wire::Php => "php",
        Wire::Xml => "xml",
    }
}

fn setting_line(setting: &Setting) -> String {
    let sensitive = if setting.sensitive { " sensitive" } else { "" };
    format!("backend.{}{sensitive}  ({})", setting.name.text, setting.place.text)
}

fn external_line(program: &Program, external: &External) -> String {
    let key = listed(external.key.iter().map(|field| &external.fields[field.0].name.text));
    let models = listed(external.models.iter().map(|model| &program.models[model.0].name.text));
    let bound = if models.is_empty() {
        String::new()
    } else {
        format!(" -> {models}")
    };
    format!(
        "external {} key {key}{bound}  ({})",
        external.name.text, external.place.text
    )
}

fn mapping_outline(program: &Program, connector: &Connector, mapping: &Mapping) -> String {
    let model = &program.models[mapping.model.0].name.text;
    let external = &connector.externals[mapping.external.0].name.text;
    let variant = mapping
        .variant
        .as_ref()
        .map(|name| format!(" as {name}"))
        .unwrap_or_default();
    let header = match mapping.direction {
        Direction::Import => format!("import {model}{variant} from {external}"),
        Direction::Export => format!("export {model}{variant} to {external}"),
    };
    let inherited = mapping
        .origin
        .as_ref()
        .map(|version| format!(", from {version}"))
        .unwrap_or_default();
    let mut out = String::from("\n");
    push(&mut out, 1, &format!("{header}  ({}{inherited})", mapping.place.text));
    for source in mapping.sources.iter().skip(1) {
        push(&mut out, 2, &source_line(connector, source));
    }
    if let Some(adopt) = &mapping.adopt {
        push(&mut out, 2, &adopt.place.line);
    }
    if let Some(batch) = &mapping.batch {
        push(&mut out, 2, &format!("batch every {} ms", batch.every_ms));
    }
    for item in &mapping.lets {
        push(&mut out, 2, &item.place.line);
    }
    for rule in &mapping.rules {
        push(&mut out, 2, &rule_line(program, connector, mapping, rule));
    }
    for check in &mapping.checks {
        push(&mut out, 2, &check.place.line);
    }
    out
}

fn source_line(connector: &Connector, source: &Source) -> String {
    let (alias, external) = (&source.alias.text, &connector.externals[source.external.0].name.text);
    let binds = if source.also_binds { " also binds" } else { "" };
    match &source.origin {
        Origin::Main => format!("from {external} as {alias}"),
        Origin::Enclosing => format!("within {external} as {alias}"),
        Origin::Fetched { operation, mark, .. } => {
            format!("with {external} as {alias}{} from {operation}{binds}", shown(*mark))
        }
        Origin::Picked { mark, .. } => format!("with {external} as {alias}{} from a list{binds}", shown(*mark)),
    }
}

const fn shown(mark: Mark) -> &'static str {
    match mark {
        Mark::One => "",
        Mark::Optional => "?",
        Mark::Many => "*",
    }
}

/// `name <- c.firstname, c.lastname  only create  (partner.tenon:62)`
fn rule_line(program: &Program, connector: &Connector, mapping: &Mapping, rule: &Rule) -> String {
    let target = |id: &TargetId| match mapping.targets[id.0] {
        Target::Field(field) => program.models[mapping.model.0].fields[field.0].name.text.clone(),
        Target::Binding(field) => format!("binding.{}", binding_field(connector, mapping, field.0)),
        Target::Out(field) => connector.externals[mapping.external.0].fields[field.0]
            .name
            .text
            .clone(),
    };
    let targets = match &rule.kind {
        RuleKind::Copy { target: one, .. }
        | RuleKind::Set { target: one, .. }
        | RuleKind::Add { target: one, .. }
        | RuleKind::Children { target: one, .. } => target(one),
        RuleKind::SetMany { targets, value: _ } => listed(targets.iter().map(|(_, one)| target(one))),
    };
    let reads = match rule.reads.as_slice() {
        [] => "a constant".to_owned(),
        reads => reads.join(", "),
    };
    let only = match rule.only {
        Only::Always => "",
        Only::Create => "  only create",
        Only::Update => "  only update",
        Only::Empty => "  only empty",
    };
    format!("{targets} <- {reads}{only}  ({})", rule.place.text)
}

fn binding_field(connector: &Connector, mapping: &Mapping, field: usize) -> String {
    let binding = &connector.externals[mapping.external.0].binding;
    let fields: &[ModelField] = binding
        .as_ref()
        .map(|binding| binding.fields.as_slice())
        .unwrap_or_default();
    fields
        .get(field)
        .map(|field| field.name.text.clone())
        .unwrap_or_default()
}

fn listed(names: impl Iterator<Item = impl AsRef<str>>) -> String {
    names
        .map(|name| name.as_ref().to_owned())
        .collect::<Vec<_>>()
        .join(", ")
}

fn push(out: &mut String, depth: usize, line: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(out, "{}{line}", "  ".repeat(depth));
}
