//! Which of two places that contradict each other is the wrong one: the one that stands against more of the program.
//!
//! A mistake in a declaration shows where it is used. Here its reports become one, at the declaration, where the rest of the program
//! says that it is the odd one out; in doubt the use stays the place.

use super::{MOST_LABELS, Uses, is_about_types};
use crate::error::name;
use crate::place::Places;
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};
use tenon_dsl::ast::{Document, Field, Item, TypeKind};
use tenon_dsl::report::{Label, Report};
use tenon_dsl::source::Span;

/// Moves reports to the declarations that they are about.
pub(crate) fn settle(reports: &mut Vec<Report>, documents: &[Document], uses: &Uses, places: &Places<'_>) {
    if reports.is_empty() {
        return;
    }
    declared_twice(reports, documents);
    of_many_uses(reports, uses);
    of_odd_types(reports, documents, places);
    of_many_records(reports);
}

/// Makes the label of a place the first one, with these words.
fn lead(report: &mut Report, place: Span, text: String) {
    report.labels.retain(|label| label.span != place);
    report.labels.iter_mut().for_each(|label| label.primary = false);
    let primary = true;
    report.labels.insert(
        0,
        Label {
            span: place,
            text,
            primary,
        },
    );
    report.labels.truncate(MOST_LABELS);
}

/// The declarations that a report about types points at beside its own place.
fn declarations(report: &Report) -> impl Iterator<Item = Span> {
    let others = report.labels.iter().filter(|label| !label.primary);
    let declared = others.filter(|label| label.text == "declared here" || label.text.starts_with("declared as "));
    let own = report.span();
    declared.map(|label| label.span).filter(move |span| Some(*span) != own)
}

/// Two declarations of one name: the first is the wrong one where what is said about its type or its fields fits the second.
fn declared_twice(reports: &mut [Report], documents: &[Document]) {
    let contradicted: HashSet<Span> = reports
        .iter()
        .filter(|report| is_about_types(report.code))
        .flat_map(declarations)
        .collect();
    let missing: HashMap<String, Vec<String>> = missing_fields(reports);
    for report in reports.iter_mut().filter(|report| report.code == "E0107") {
        let [second, first] = report.labels.as_slice() else { continue };
        let (first, second) = (first.span, second.span);
        if contradicted.contains(&first) || lacks_what_the_other_has(documents, second, &missing) {
            report.labels.swap(0, 1);
            report.labels[0].primary = true;
            report.labels[1].primary = false;
        }
    }
}

/// Fields that are missing, by the records that they are missing in.
fn missing_fields(reports: &[Report]) -> HashMap<String, Vec<String>> {
    let mut missing: HashMap<String, Vec<String>> = HashMap::new();
    for report in reports.iter().filter(|report| matches!(report.code, "E0101" | "E0102")) {
        if let (Some(owner), Some(field)) = (name::owner_in(&report.message), report.message.split('`').nth(3)) {
            missing.entry(owner.to_owned()).or_default().push(field.to_owned());
        }
    }
    missing
}

/// Whether a field that is missing in a record stands in the declaration at this place.
fn lacks_what_the_other_has(documents: &[Document], second: Span, missing: &HashMap<String, Vec<String>>) -> bool {
    let found = records(documents).find(|(name, ..)| *name == second);
    found.is_some_and(|(_, owner, fields)| {
        let lacked = missing.get(owner).into_iter().flatten();
        lacked
            .into_iter()
            .any(|lacked| fields.iter().any(|field| field.name.value == *lacked))
    })
}

/// Records and models: place of the name, name, fields.
fn records(documents: &[Document]) -> impl Iterator<Item = (Span, &str, &[Field])> {
    let items = documents.iter().flat_map(|document| &document.items);
    items.filter_map(|item| match item {
        Item::External(external) => Some((external.name.span, external.name.value.as_str(), external.fields.as_slice())),
        Item::Internal(internal) => Some((internal.name.span, internal.name.value.as_str(), internal.fields.as_slice())),
        Item::Backend(_)
        | Item::Binding(_)
        | Item::Adapter(_)
        | Item::Table(_)
        | Item::Extern(_)
        | Item::Mapping(_)
        | Item::Test(_)
        | Item::Amend(_)
        | Item::Override(_)
        | Item::Drop(_) => None,
    })
}

/// Several places do not fit one declaration, and more do not than do: one report, at the declaration.
fn of_many_uses(reports: &mut Vec<Report>, uses: &Uses) {
    let mut against: IndexMap<Span, Vec<usize>> = IndexMap::new();
    for (at, report) in reports.iter().enumerate().filter(|(_, report)| is_about_types(report.code)) {
        let known: HashSet<Span> = declarations(report).collect();
        let mut known: Vec<Span> = known.into_iter().collect();
        known.sort();
        for span in known {
            against.entry(span).or_default().push(at);
        }
    }
    let total = |declaration: &Span| uses.of.values().filter(|of| of.contains(declaration)).count();
    against.retain(|declaration, reports| reports.len() > 1 && reports.len() * 2 > total(declaration));
    against.sort_by(|_, one, _, other| other.len().cmp(&one.len()));
    let mut gone: HashSet<usize> = HashSet::new();
    for (declaration, mut about) in against {
        about.retain(|at| !gone.contains(at));
        let Some((first, others)) = about.split_first().filter(|(_, others)| !others.is_empty()) else {
            continue;
        };
        gone.extend(others);
        join(reports, *first, others, declaration);
    }
    let mut at = 0;
    reports.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

fn join(reports: &mut [Report], first: usize, others: &[usize], declaration: Span) {
    let places: Vec<Label> = others.iter().filter_map(|at| reports[*at].labels.first().cloned()).collect();
    let report = &mut reports[first];
    report.labels.truncate(1);
    report.labels.extend(places);
    let count = others.len() + 1;
    lead(
        report,
        declaration,
        format!("declared here; {count} places do not fit it"),
    );
    report.help = Some("declare it as these places need it, or mend each of them".to_owned());
    report.edits.clear();
}

/// Fields by their names: where each is declared, and as what.
type Declared<'a> = HashMap<&'a str, Vec<(Span, &'a str)>>;

/// Two declarations do not fit, and one of them alone has a type that fields of its name have nowhere else.
fn of_odd_types(reports: &mut [Report], documents: &[Document], places: &Places<'_>) {
    if !reports.iter().any(|report| is_about_types(report.code)) {
        return;
    }
    let mut declared: Declared<'_> = HashMap::new();
    for (_, _, fields) in records(documents) {
        note(fields, places, &mut declared);
    }
    let odd = |span: &Span| declared.values().find_map(|same| elsewhere(same, *span));
    for report in reports.iter_mut().filter(|report| is_about_types(report.code)) {
        let found: Vec<(Span, &str)> = declarations(report)
            .filter_map(|span| Some((span, odd(&span)?)))
            .collect();
        let [(span, usual)] = found[..] else { continue };
        let text = format!("declared here; elsewhere it is `{usual}`");
        lead(report, span, text);
    }
}

fn note<'a>(fields: &'a [Field], places: &Places<'a>, declared: &mut Declared<'a>) {
    for field in fields {
        if let TypeKind::Record(inner) = &field.ty.kind {
            note(inner, places, declared);
        }
        let ty = places.text(field.ty.span).trim_end_matches("| null").trim();
        declared.entry(&field.name.value).or_default().push((field.name.span, ty));
    }
}

/// What all other fields of this name are, where there are some and they agree on another type.
fn elsewhere<'a>(same: &[(Span, &'a str)], span: Span) -> Option<&'a str> {
    let (_, own) = same.iter().find(|(place, _)| *place == span)?;
    let mut others = same.iter().filter(|(place, _)| *place != span).map(|(_, ty)| *ty);
    let first = others.next().filter(|first| first != own)?;
    let mut count = 1;
    others
        .all(|other| {
            count += 1;
            other == first
        })
        .then_some(first)
        .filter(|_| count > 1)
}

/// Several records of tests lack one field that is declared as always there: then the declaration is wrong.
fn of_many_records(reports: &mut Vec<Report>) {
    let mut lacking: IndexMap<Span, Vec<usize>> = IndexMap::new();
    for (at, report) in reports.iter().enumerate().filter(|(_, report)| report.code == "W1502") {
        if let Some(declared) = report.labels.get(1) {
            lacking.entry(declared.span).or_default().push(at);
        }
    }
    let mut gone: HashSet<usize> = HashSet::new();
    for (declared, about) in lacking {
        let Some((first, others)) = about.split_first().filter(|(_, others)| !others.is_empty()) else {
            continue;
        };
        gone.extend(others);
        let places: Vec<Label> = others.iter().filter_map(|at| reports[*at].labels.first().cloned()).collect();
        let report = &mut reports[*first];
        report.labels.extend(places);
        let count = others.len() + 1;
        lead(report, declared, format!("declared without `?`: always there; {count} records lack it"));
    }
    let mut at = 0;
    reports.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}
