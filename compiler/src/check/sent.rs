//! Whether operations send what they are given, and what exports write. After all mappings.

use crate::error::{Reports, sending};
use crate::ir::expr::Template;
use crate::ir::mapping::{Direction, Mapping, Only, Origin, RuleKind, Target};
use crate::ir::{AnswerItems, Connector, External, ExternalId, FieldId, Operation, Request};
use crate::resolve::Items;
use crate::suggest::nearest;
use std::collections::BTreeSet;
use tenon_dsl::ast;
use tenon_dsl::source::Span;

/// Says W1207, W1208 and W1209.
pub(crate) fn sent(connector: &Connector, items: &Items<'_>, reports: &mut Reports) {
    for adapter in &connector.adapters {
        let external = &connector.externals[adapter.external.0];
        for operation in &adapter.operations {
            unused_arguments(operation, external, reports);
            spoken(connector, operation, reports);
            called(connector, adapter.external, operation, reports);
            unknown_keys(operation, external, reports);
        }
    }
    for mapping in connector
        .mappings
        .iter()
        .filter(|mapping| mapping.direction == Direction::Export)
    {
        never_sent(connector, mapping, reports);
    }
    procedures(items, reports);
}

/// Operations that the runtime calls by their names.
const KNOWN: [&str; 6] = ["list", "read", "create", "write", "delete", "search"];

/// An operation that nothing calls: a name that the runtime does not know, and no join fetches by.
fn called(connector: &Connector, external: ExternalId, operation: &Operation, reports: &mut Reports) {
    // A record that nothing maps here may be mapped by a version that extends this one.
    if connector.mappings.iter().all(|mapping| mapping.external != external) {
        return;
    }
    let name = operation.name.text.as_str();
    let sources = connector.mappings.iter().flat_map(|mapping| &mapping.sources);
    let is_fetched = sources.into_iter().any(|source| match &source.origin {
        Origin::Fetched { operation, .. } => operation == name,
        Origin::Main | Origin::Enclosing | Origin::Picked { .. } => false,
    });
    if !KNOWN.contains(&name) && !is_fetched {
        let meant = match name {
            "remove" | "destroy" => Some("delete"),
            "update" | "save" => Some("write"),
            "get" | "load" | "info" => Some("read"),
            "add" | "insert" | "new" => Some("create"),
            other => nearest(other, KNOWN),
        };
        let record = &connector.externals[external.0].name.text;
        reports.push(sending::never_called(operation.place.span, name, record, meant));
    }
}

/// A procedure where the protocol has addresses, or the other way round.
fn spoken(connector: &Connector, operation: &Operation, reports: &mut Reports) {
    let protocol = connector.protocol.as_ref().map(|protocol| protocol.name.as_str());
    let name = operation.name.text.as_str();
    match (protocol, &operation.request) {
        (Some(protocol @ ("xml_rpc" | "json_rpc")), Request::Http { verb, path: _ }) => {
            let help = format!("write {name} = call procedure(..); or speak {verb} with adapter rest");
            reports.push(sending::other_protocol(
                operation.place.span,
                protocol,
                "calls procedures",
                help,
            ));
        }
        (Some("rest"), Request::Call { method, args: _ }) => {
            let help = format!("write {name} = GET /path/{{id}}; or call {method} with adapter xml_rpc");
            reports.push(sending::other_protocol(
                operation.place.span,
                "rest",
                "sends requests to addresses",
                help,
            ));
        }
        (_, _) => {}
    }
}

/// What the templates of an operation are made of.
#[derive(Default)]
struct Parts<'o> {
    id: bool,
    record: bool,
    params: BTreeSet<usize>,
    fields: BTreeSet<&'o str>,
}

impl<'o> Parts<'o> {
    fn of(operation: &'o Operation) -> Self {
        let mut parts = Self::default();
        match &operation.request {
            Request::Call { args, method: _ } => args.iter().for_each(|arg| parts.add(arg)),
            Request::Http { path, verb: _ } => parts.add(path),
        }
        parts
    }

    fn add(&mut self, template: &'o Template) {
        match template {
            Template::Null
            | Template::Text(_)
            | Template::Int(_)
            | Template::Decimal(_)
            | Template::Bool(_)
            | Template::Setting(_) => {}
            Template::Or(both) => both.iter().for_each(|part| self.add(part)),
            Template::Id => self.id = true,
            Template::Record => self.record = true,
            Template::Param(at) => {
                self.params.insert(*at);
            }
            Template::Field(name) => {
                self.fields.insert(name);
            }
            Template::Concat(parts) | Template::List(parts) => parts.iter().for_each(|part| self.add(part)),
            Template::Object(entries) => entries.iter().for_each(|(_, part)| self.add(part)),
        }
    }
}

fn unused_arguments(operation: &Operation, external: &External, reports: &mut Reports) {
    let parts = Parts::of(operation);
    let name = operation.name.text.as_str();
    let span = operation.place.span;
    // A body may hold the record that a path does not name.
    let keys = external.key.iter().map(|key| external.fields[key.0].name.text.as_str());
    let by_key = parts.record || keys.clone().any(|key| parts.fields.contains(key));
    let is_by_id = match &operation.request {
        Request::Call { .. } => matches!(name, "read" | "write" | "delete"),
        // What is written goes along as the body, and may hold the key.
        Request::Http { .. } => matches!(name, "read" | "delete"),
    };
    if is_by_id && !parts.id && !by_key {
        let help = match &operation.request {
            Request::Call { .. } => "pass the key: `id`",
            Request::Http { .. } => "put the key into the address: {id}",
        };
        reports.push(sending::names_no_record(span, name, &external.name.text, help));
    }
    for (at, param) in operation.params.iter().enumerate() {
        if !parts.params.contains(&at) {
            reports.push(sending::unused_argument(span, &param.text));
        }
    }
}

/// `items keys FIELD`: the key of the record, be it spelt otherwise in a list; a slip of a field's name is none.
fn unknown_keys(operation: &Operation, external: &External, reports: &mut Reports) {
    let Some(AnswerItems::Keys(field)) = &operation.items else {
        return;
    };
    let names = external.fields.iter().map(|field| field.name.text.as_str());
    let is_known = names.clone().any(|name| name == field);
    let keys: Vec<&str> = external
        .key
        .iter()
        .map(|key| external.fields[key.0].name.text.as_str())
        .collect();
    let near = nearest(field, names);
    match (is_known, near) {
        (true, _) if !keys.contains(&field.as_str()) => {
            reports.push(sending::no_key(operation.place.span, field, &keys.join(", ")));
        }
        (false, Some(near)) => reports.push(sending::no_key(operation.place.span, field, near)),
        (_, _) => {}
    }
}

/// Fields that rules write and no operation sends.
fn never_sent(connector: &Connector, mapping: &Mapping, reports: &mut Reports) {
    let adapters = connector
        .adapters
        .iter()
        .filter(|adapter| adapter.external == mapping.external);
    let operations: Vec<&Operation> = adapters
        .flat_map(|adapter| &adapter.operations)
        .filter(|operation| matches!(operation.name.text.as_str(), "create" | "write"))
        .collect();
    let parts: Vec<Parts<'_>> = operations.iter().map(|operation| Parts::of(operation)).collect();
    let (Some(operation), false) = (
        operations.first(),
        parts.iter().any(|parts| parts.record || parts.fields.is_empty()),
    ) else {
        return;
    };
    let external = &connector.externals[mapping.external.0];
    // What is written on create alone may be sent by hand, where no operation creates.
    for rule in mapping.rules.iter().filter(|rule| rule.only != Only::Create) {
        for field in written(mapping, &rule.kind) {
            let name = external.fields[field.0].name.text.as_str();
            let is_sent = external.key.contains(&field) || parts.iter().any(|parts| parts.fields.contains(name));
            if !is_sent {
                reports.push(sending::never_sent(rule.place.span, name, operation.place.span));
            }
        }
    }
}

fn written(mapping: &Mapping, kind: &RuleKind) -> Vec<FieldId> {
    let targets = match kind {
        RuleKind::Copy { target, .. }
        | RuleKind::Set { target, .. }
        | RuleKind::Add { target, .. }
        | RuleKind::Children { target, .. } => vec![*target],
        RuleKind::SetMany { targets, .. } => targets.iter().map(|(_, target)| *target).collect(),
    };
    let fields = targets.iter().filter_map(|target| match mapping.targets[target.0] {
        Target::Out(field) => Some(field),
        Target::Field(_) | Target::Binding(_) => None,
    });
    fields.collect()
}

/// A part of a procedure's name and where it is called.
type Part<'c> = (&'c str, Span);

/// Names of procedures that are one letter or a dot away from others: nobody knows them but the other system.
fn procedures(items: &Items<'_>, reports: &mut Reports) {
    let operations = items.adapters.values().flat_map(|adapter| &adapter.item.operations);
    let methods: Vec<Part<'_>> = operations
        .filter_map(|operation| match &operation.request {
            ast::Request::Call { method, args: _ } => Some((method.value.as_str(), method.span)),
            ast::Request::Http { .. } => None,
        })
        .collect();
    let dotted = methods
        .iter()
        .filter_map(|(method, span)| Some((method.rsplit_once('.')?, *span)));
    let (objects, verbs): (Vec<Part<'_>>, Vec<Part<'_>>) = dotted
        .map(|((object, verb), span)| ((object, span), (verb, span)))
        .unzip();
    for (method, span) in methods.iter().filter(|(method, _)| !method.contains('.')) {
        let verb = verbs
            .iter()
            .find(|(verb, _)| method.len() > verb.len() && method.ends_with(verb));
        if let Some((verb, other)) = verb {
            let object = &method[..method.len() - verb.len()];
            reports.push(sending::slip(*span, method, &format!("{object}.{verb}"), *other));
        }
    }
    slips(&objects, reports);
    slips(&verbs, reports);
}

fn slips(parts: &[Part<'_>], reports: &mut Reports) {
    // Every pair is compared: among so many names one letter is no sign of a slip.
    if parts.len() > MOST_NAMES {
        return;
    }
    let count = |wanted: &str| parts.iter().filter(|(part, _)| *part == wanted).count();
    let once = parts.iter().filter(|(part, _)| count(part) == 1);
    for (part, span) in once {
        let usual = parts.iter().find(|(other, _)| is_slip(part, other) && count(other) > 1);
        if let Some((usual, other)) = usual {
            reports.push(sending::slip(*span, part, usual, *other));
        }
    }
    let rare: Vec<&Part<'_>> = parts
        .iter()
        .filter(|(part, _)| count(part) == 1 && part.len() >= LONG)
        .collect();
    for (at, (part, span)) in rare.iter().enumerate() {
        if let Some((other, first)) = rare[..at].iter().find(|(other, _)| is_slip(part, other)) {
            reports.push(sending::slip(*span, part, other, *first));
        }
    }
}

/// Operations of a connector whose names are compared.
const MOST_NAMES: usize = 300;

/// Two names of so many letters that differ in one are probably meant to be the same.
const LONG: usize = 6;

/// Whether one letter makes the difference, and it is not that of a plural.
fn is_slip(part: &str, other: &str) -> bool {
    let is_plural = part.strip_suffix('s') == Some(other) || other.strip_suffix('s') == Some(part);
    // Numbers tell things apart.
    let letters = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    is_one_apart(part, other) && !is_plural && letters(part) != letters(other)
}

/// Whether one letter was left out, added, changed or exchanged with the next. Nearly all pairs differ in their ends already.
fn is_one_apart(part: &str, other: &str) -> bool {
    let common = part.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let (part, other) = (&part.as_bytes()[common..], &other.as_bytes()[common..]);
    let behind = part
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    match (&part[..part.len() - behind], &other[..other.len() - behind]) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([a, b], [c, d]) => (a, b) == (d, c),
        (_, _) => false,
    }
}
