//! Files whose first line names another connector than their neighbors: then records are unknown that are declared.

use super::blame::lead;
use indexmap::IndexMap;
use std::collections::HashSet;
use tenon_dsl::ast::{Document, Header, Item};
use tenon_dsl::report::{Label, Report};
use tenon_dsl::source::Span;

/// Moves reports about unknown records to the first line of a file that does not belong where the records are declared or used.
pub(crate) fn settle(reports: &mut Vec<Report>, documents: &[Document]) {
    let mut about: IndexMap<Span, (String, Vec<usize>)> = IndexMap::new();
    for (at, report) in reports.iter().enumerate().filter(|(_, report)| report.code == "E0103") {
        if let Some((span, text)) = wrong_header(report, documents) {
            about.entry(span).or_insert_with(|| (text, Vec::new())).1.push(at);
        }
    }
    let mut gone: HashSet<usize> = HashSet::new();
    for (span, (text, found)) in about {
        let Some((first, others)) = found.split_first() else {
            continue;
        };
        gone.extend(others);
        let places: Vec<Label> = others
            .iter()
            .filter_map(|at| reports[*at].labels.first().cloned())
            .collect();
        let report = &mut reports[*first];
        report.labels.extend(places);
        report.edits.clear();
        lead(report, span, text);
    }
    let mut at = 0;
    reports.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// The line that is wrong, and what is wrong with it.
fn wrong_header(report: &Report, documents: &[Document]) -> Option<(Span, String)> {
    let name = report
        .message
        .strip_prefix("there is no external record `")?
        .strip_suffix('`')?;
    let declared = documents
        .iter()
        .find(|document| declares(document, name))?
        .header
        .as_ref()?;
    let file = report.span()?.file;
    let headers = || documents.iter().filter_map(|document| document.header.as_ref());
    let used = headers().find(|header| header.span.file == file)?;
    let family = |header: &Header| header.connector.value.clone();
    let count = |wanted: &Header| headers().filter(|header| family(header) == family(wanted)).count();
    if family(used) != family(declared) {
        let is_near = strsim::osa_distance(&family(used), &family(declared)) == 1;
        let odd = match (count(used), count(declared)) {
            (1, 2..) if is_near => used,
            (2.., 1) if is_near => declared,
            (_, _) => return None,
        };
        let other = if std::ptr::eq(odd, used) { declared } else { used };
        let text = format!(
            "only this file belongs to `{}`; others belong to `{}`",
            family(odd),
            family(other)
        );
        return Some((odd.connector.span, text));
    }
    match (&used.version, &declared.version) {
        (None, Some(version)) => {
            let text = format!(
                "all versions of {} have this file; `{name}` is declared for {} alone",
                family(used),
                version.value
            );
            Some((used.connector.span, text))
        }
        (_, _) => None,
    }
}

fn declares(document: &Document, name: &str) -> bool {
    document.items.iter().any(|item| match item {
        Item::External(external) => external.name.value == name,
        Item::Internal(_)
        | Item::Backend(_)
        | Item::Binding(_)
        | Item::Adapter(_)
        | Item::Table(_)
        | Item::Extern(_)
        | Item::Mapping(_)
        | Item::Test(_)
        | Item::Amend(_)
        | Item::Override(_)
        | Item::Drop(_) => false,
    })
}
