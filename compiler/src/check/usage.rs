//! Whether every field of a main source is read, or ignored with a reason. After all mappings: a parent may read what its children leave.

use crate::check::mapping::Head;
use crate::error::{Reports, completeness};
use crate::ir::mapping::{Direction, Mapping, Read, RuleKind, Target};
use crate::ir::{Connector, ExternalId, FieldId, FieldType};
use crate::resolve::{Changes, Now, Owner, mapping_title};
use crate::suggest::{meant, nearest};
use crate::walk;
use std::collections::{BTreeSet, HashMap};
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::ast::mapping::{Ignore, Statement};
use tenon_dsl::source::Span;

/// Says W0603 and E0604 of one mapping.
pub(crate) fn usage(
    connector: &Connector,
    (changes, inner): (&Changes<'_>, &InnerReads),
    mapping: &Mapping,
    head: &Head<'_>,
    reports: &mut Reports,
) {
    if changes.is_doubtful(&mapping_title(&head.written.name)) {
        return;
    }
    let used = used_fields(connector, mapping, inner);
    let ignored = ignored((connector, changes), mapping, head, reports);
    let external = &connector.externals[mapping.external.0];
    for (field, span) in &ignored {
        if mapping.sources[0].reads.iter().any(|read| read.field == *field) && used.contains(field) {
            let reads = all_reads(mapping, *field);
            // A line of an amendment that reads an ignored field lifts the ignore.
            if reads.iter().any(|read| changes.depth(*read) > changes.depth(*span)) {
                continue;
            }
            let name = &external.fields[field.0].name.text;
            let first = reads.first().copied().unwrap_or(mapping.place.span);
            // The rule that reads it is wrong; how it will read nobody knows.
            if reads.iter().all(|read| reports.has_error_in(*read)) {
                continue;
            }
            reports.push(completeness::ignored_but_read(*span, name, first));
        }
    }
    let unused = external.fields.iter().enumerate().filter(|(at, _)| {
        let id = FieldId(*at);
        let is_ignored = ignored.iter().any(|(field, _)| *field == id);
        !used.contains(&id) && !external.key.contains(&id) && external.revision != Some(id) && !is_ignored
    });
    let header = head.written.name.external.span;
    // An inherited mapping is not to blame for a field that this version adds to its record.
    let (added, unused): (Vec<_>, Vec<_>) =
        unused.partition(|(_, field)| !changes.is_own(header) && changes.is_own(field.place.span));
    if let [(_, first), ..] = &added[..] {
        let names: Vec<String> = added.iter().map(|(_, field)| field.name.text.clone()).collect();
        let title = mapping_title(&head.written.name);
        reports.push(completeness::never_used_by_inherited(first.place.span, &names, &title));
    }
    let unused: Vec<_> = unused.into_iter().map(|(_, field)| field).collect();
    let declared = unused.iter().map(|field| (field.name.text.as_str(), field.place.span));
    let declared: Vec<_> = declared.collect();
    let unused: Vec<String> = unused.iter().map(|field| field.name.text.clone()).collect();
    if !unused.is_empty() {
        let alias = head
            .written
            .alias
            .as_ref()
            .map_or(String::new(), |alias| format!("{}.", alias.value));
        let example: Vec<String> = unused.iter().map(|field| format!("{alias}{field}")).collect();
        let report = completeness::never_used(header, &unused, &example.join(", "));
        reports.push(completeness::declared_as(
            report,
            declared.into_iter(),
            "is declared here",
        ));
    }
}

/// What the mapping reads of its main source, and what others read of the same records in lists of theirs.
fn used_fields(connector: &Connector, mapping: &Mapping, inner: &InnerReads) -> BTreeSet<FieldId> {
    let main = mapping.sources.first().map_or(&[][..], |source| &source.reads);
    let mut used: BTreeSet<FieldId> = main.iter().map(|read| read.field).collect();
    used.extend(sent_by_the_other_half(connector, mapping));
    used.extend(inner.get(&mapping.external).into_iter().flatten());
    used
}

/// What the export of the same `sync` writes is mapped, although the import does not read it.
fn sent_by_the_other_half(connector: &Connector, mapping: &Mapping) -> Vec<FieldId> {
    let others = connector.mappings.iter();
    let halves = others.filter(|other| other.direction == Direction::Export && other.place.span == mapping.place.span);
    let sent = halves.flat_map(|half| &half.targets).filter_map(|target| match target {
        Target::Out(field) => Some(*field),
        Target::Field(_) | Target::Binding(_) => None,
    });
    sent.collect()
}

/// Fields of each type that mappings read in records of records.
pub(crate) type InnerReads = HashMap<ExternalId, BTreeSet<FieldId>>;

/// Gathers them over all mappings.
pub(crate) fn inner_reads(connector: &Connector) -> InnerReads {
    let mut found = InnerReads::new();
    for source in connector.mappings.iter().flat_map(|mapping| &mapping.sources) {
        nested(connector, source.external, &source.reads, &mut found);
    }
    found
}

fn nested(connector: &Connector, of: ExternalId, reads: &[Read], found: &mut InnerReads) {
    for read in reads {
        let Some(inner) = record_in(&connector.externals[of.0].fields[read.field.0].ty) else {
            continue;
        };
        let below = read.below.iter().map(|read| read.field);
        found.entry(inner).or_default().extend(below);
        nested(connector, inner, &read.below, found);
    }
}

fn record_in(ty: &FieldType) -> Option<ExternalId> {
    match ty {
        FieldType::Record(external) => Some(*external),
        FieldType::List(inner) | FieldType::Map(inner) | FieldType::Nullable(inner) => record_in(inner),
        FieldType::Scalar(_) | FieldType::Key { .. } | FieldType::Ref(_) => None,
    }
}

/// The places that read a field; none where it is read indirectly.
fn all_reads(mapping: &Mapping, wanted: FieldId) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    walk::roots(mapping, &mut |root| {
        walk::deep(root, &mut |part| {
            if let crate::ir::expr::ExprKind::Field { field, external, of: _ } = &part.kind
                && *field == wanted
                && *external == mapping.external
            {
                found.push(part.place.span);
            }
        });
    });
    let copied = mapping.rules.iter().filter_map(|rule| {
        let RuleKind::Copy {
            source,
            field,
            target: _,
        } = &rule.kind
        else {
            return None;
        };
        (source.0 == 0 && *field == wanted).then_some(rule.place.span)
    });
    found.extend(copied);
    found
}

/// Fields of the main source that the mapping ignores, and where. Says what is no field.
fn ignored(
    known: (&Connector, &Changes<'_>),
    mapping: &Mapping,
    head: &Head<'_>,
    reports: &mut Reports,
) -> Vec<(FieldId, Span)> {
    let paths = head
        .written
        .statements
        .iter()
        .filter_map(ignores)
        .flat_map(|ignore| &ignore.paths);
    paths
        .filter_map(|path| ignored_field(known, mapping, head, path, reports))
        .collect()
}

fn ignores(statement: &Statement) -> Option<&Ignore> {
    let Statement::Ignore(ignore) = statement else {
        return None;
    };
    Some(ignore)
}

fn ignored_field(
    (connector, changes): (&Connector, &Changes<'_>),
    mapping: &Mapping,
    head: &Head<'_>,
    path: &Expr,
    reports: &mut Reports,
) -> Option<(FieldId, Span)> {
    let (alias, word) = if let ExprKind::Name(word) | ExprKind::QuotedName(word) = &path.kind {
        (None, word)
    } else if let ExprKind::Field { of, name, safe: _ } = &path.kind
        && let ExprKind::Name(alias) = &of.kind
    {
        (Some(alias), &name.value)
    } else {
        return None;
    };
    let source = match (alias, &head.written.alias) {
        (None, None) => mapping.sources.first(),
        (Some(alias), _) => mapping.sources.iter().find(|source| source.alias.text == *alias),
        (None, Some(_)) => None,
    };
    let Some(source) = source else {
        let shown = alias.map_or_else(|| word.clone(), |alias| format!("{alias}.{word}"));
        reports.push(completeness::ignored_unknown(
            path.span,
            &shown,
            "a source of this mapping",
            None,
        ));
        return None;
    };
    let external = &connector.externals[source.external.0];
    let owner = Owner::Record(external.name.text.clone());
    let name = match changes.now(&owner, word, path.span) {
        Now::Called(name) => name,
        // What is no longer there need not be ignored.
        Now::Gone(_) => return None,
    };
    let Some(at) = external.fields.iter().position(|field| field.name.text == name) else {
        let known = external.fields.iter().map(|field| field.name.text.as_str());
        let near = nearest(word, known.clone());
        let span = if let ExprKind::Field { name, .. } = &path.kind {
            name.span
        } else {
            path.span
        };
        let shown = alias.map_or_else(|| word.clone(), |alias| format!("{alias}.{word}"));
        reports.push(
            completeness::ignored_unknown(path.span, &shown, &external.name.text, near).edit(meant(span, word, known)),
        );
        return None;
    };
    let is_main = mapping.sources.first().is_some_and(|main| main.alias == source.alias);
    is_main.then_some((FieldId(at), path.span))
}
