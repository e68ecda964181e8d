//! Which of two places that contradict each other is the wrong one: the one that stands against more of the program.
//!
//! A mistake in a declaration shows where it is used. Here its reports become one, at the declaration, where the rest of the program
//! says that it is the odd one out; in doubt the use stays the place.

use super::{MOST_LABELS, Uses, header, is_about_types};
use crate::error::name;
use crate::place::Places;
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};
use tenon_dsl::ast::{Document, Field, Item, TypeKind};
use tenon_dsl::report::{Label, Report};
use tenon_dsl::source::{FileId, Span};

/// Moves reports to the declarations that they are about.
pub(crate) fn settle(reports: &mut Vec<Report>, documents: &[Document], uses: &Uses, places: &Places<'_>) {
    // Reports are compared with each other; among so many nobody looks for the one cause of several.
    if reports.is_empty() || reports.len() > MOST_COMPARED {
        return;
    }
    called_otherwise(reports);
    declared_twice(reports, documents);
    of_many_uses(reports, uses, places);
    of_odd_types(reports, documents, places);
    of_many_records(reports);
    header::settle(reports, documents);
}

/// Reports that are compared with each other.
const MOST_COMPARED: usize = 1_000;

/// Makes the label of a place the first one, with these words.
pub(super) fn lead(report: &mut Report, place: Span, text: String) {
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

/// An amendment that calls a record otherwise says so in its lines, too: that follows from its head.
fn called_otherwise(reports: &mut Vec<Report>) {
    const HEAD: &str = "the inherited mapping does not call this record ";
    let heads: Vec<(Span, String)> = reports
        .iter()
        .filter_map(|report| Some((report.span()?, report.message.strip_prefix(HEAD)?.to_owned())))
        .collect();
    let follows = |report: &Report| {
        let name = report.message.strip_prefix("nothing here is called ");
        let (Some(name), Some(span)) = (name, report.span()) else {
            return false;
        };
        let mut heads = heads.iter().filter(|(_, head)| head == name);
        heads.any(|(head, _)| head.file == span.file && head.start < span.start)
    };
    reports.retain(|report| report.code != "E0104" || !follows(report));
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
    let about_types = reports.iter().filter(|report| is_about_types(report.code));
    let contradicted: HashSet<(FileId, u32)> = about_types.flat_map(declarations).map(start).collect();
    let missing: HashMap<String, Vec<String>> = missing_fields(reports);
    for report in reports.iter_mut().filter(|report| report.code == "E0107") {
        let [second, first] = report.labels.as_slice() else {
            continue;
        };
        let (first, second) = (first.span, second.span);
        if contradicted.contains(&start(first)) || lacks_what_the_other_has(documents, second, &missing) {
            report.labels.swap(0, 1);
            report.labels[0].primary = true;
            report.labels[1].primary = false;
        }
    }
}

/// Where a place begins: a declaration begins with its name.
fn start(span: Span) -> (FileId, u32) {
    (span.file, span.start)
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
        Item::External(external) => Some((
            external.name.span,
            external.name.value.as_str(),
            external.fields.as_slice(),
        )),
        Item::Internal(internal) => Some((
            internal.name.span,
            internal.name.value.as_str(),
            internal.fields.as_slice(),
        )),
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
fn of_many_uses(reports: &mut Vec<Report>, uses: &Uses, places: &Places<'_>) {
    // A help of its own knows what to do at its place.
    let is_open = |report: &Report| {
        let help = report.help.as_deref();
        let is_general = help.is_none_or(|help| help.starts_with("convert the value"));
        is_about_types(report.code) && report.edits.is_empty() && is_general
    };
    let mut against: IndexMap<Span, Vec<usize>> = IndexMap::new();
    for (at, report) in reports.iter().enumerate().filter(|(_, report)| is_open(report)) {
        for span in declarations(report).filter(|span| is_named(report, *span, places)) {
            let about = against.entry(span).or_default();
            if about.last() != Some(&at) {
                about.push(at);
            }
        }
    }
    for about in against.values_mut() {
        let same = |at: &usize| {
            about
                .iter()
                .any(|known| is_of_same_target(&reports[*known], &reports[*at]))
        };
        let others: Vec<usize> = (0..reports.len())
            .filter(|at| !about.contains(at))
            .filter(same)
            .collect();
        about.extend(others);
    }
    let total = |declaration: &Span| uses.of().values().filter(|of| of.contains(declaration)).count();
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

/// Whether a report says of this declaration what it holds or needs. What a function takes is no question of declarations.
fn is_named(report: &Report, declaration: Span, places: &Places<'_>) -> bool {
    let name = report.message.split('`').nth(1).unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or(name);
    let declared = places.text(declaration);
    let end = declared.find(|c: char| !c.is_alphanumeric() && c != '_');
    report.message.starts_with('`') && !name.is_empty() && declared.get(..end.unwrap_or(declared.len())) == Some(name)
}

/// Whether one report says what a rule gives a target, and the other what a test gives it.
fn is_of_same_target(rule: &Report, test: &Report) -> bool {
    let declared = rule.message.split_once(" holds ").and_then(|(name, rest)| {
        let (ty, _) = rest.split_once(", but this gives ")?;
        Some((name, ty))
    });
    declared.is_some_and(|(name, ty)| {
        let needs = test
            .message
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(" needs "));
        needs
            .and_then(|rest| rest.split_once(", but this is "))
            .is_some_and(|(needed, _)| needed == ty)
    })
}

fn join(reports: &mut [Report], first: usize, others: &[usize], declaration: Span) {
    let places: Vec<Label> = others
        .iter()
        .filter_map(|at| reports[*at].labels.first().cloned())
        .collect();
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

/// A declared field: its name, where it stands, its type without absence.
struct Declared<'a> {
    name: &'a str,
    span: Span,
    ty: &'a str,
}

/// Two declarations do not fit, and one of them alone has a type that its name speaks against: fields that are called alike have another
/// one everywhere else, or it is a key of something that the name does not say.
fn of_odd_types(reports: &mut [Report], documents: &[Document], places: &Places<'_>) {
    if !reports.iter().any(|report| is_about_types(report.code)) {
        return;
    }
    let mut declared = Vec::new();
    for (_, _, fields) in records(documents) {
        note(fields, places, &mut declared);
    }
    // A literal is what the author means.
    let is_literal = |report: &Report| {
        let given = report.message.split_once("but this gives ").map(|(_, given)| given);
        given.is_some_and(|given| given.starts_with(|first: char| first == '"' || first.is_ascii_digit()))
    };
    let is_between =
        |report: &Report| report.message.contains("` holds ") || report.message.ends_with("no type in common");
    let about_types = |report: &&mut Report| is_about_types(report.code) && is_between(report) && !is_literal(report);
    for report in reports.iter_mut().filter(about_types) {
        let known = |span: Span| declared.iter().find(|field| start(field.span) == start(span));
        let about: Vec<(Span, &Declared<'_>)> = declarations(report)
            .filter_map(|span| Some((span, known(span)?)))
            .collect();
        let odd: Vec<_> = about
            .iter()
            .filter_map(|(span, field)| Some((*span, usual(field, &declared)?)))
            .collect();
        let strange: Vec<_> = about
            .iter()
            .filter(|(_, field)| is_strange_key(field, report))
            .collect();
        let found = match (&odd[..], &strange[..]) {
            ([(span, usual)], _) => (
                *span,
                format!("declared here; fields of such a name are `{usual}` elsewhere"),
            ),
            ([], [(span, _)]) => (*span, "declared here, and its name speaks of something else".to_owned()),
            (_, _) => continue,
        };
        lead(report, found.0, found.1);
    }
}

fn note<'a>(fields: &'a [Field], places: &Places<'a>, declared: &mut Vec<Declared<'a>>) {
    for field in fields {
        if let TypeKind::Record(inner) = &field.ty.kind {
            note(inner, places, declared);
        }
        let ty = places.text(field.ty.span).trim_end_matches("| null").trim();
        let (name, span) = (field.name.value.as_str(), field.name.span);
        declared.push(Declared { name, span, ty });
    }
}

/// What nearly all other fields that begin or end with the same word are, where that is something else.
fn usual<'a>(field: &Declared<'_>, declared: &[Declared<'a>]) -> Option<&'a str> {
    let first = |name: &'a str| name.split('_').next();
    let last = |name: &'a str| name.rsplit('_').next();
    let (own_first, own_last) = (field.name.split('_').next(), field.name.rsplit('_').next());
    let others = || declared.iter().filter(|other| other.span != field.span);
    let by_last: Vec<&str> = others()
        .filter(|other| last(other.name) == own_last)
        .map(|other| other.ty)
        .collect();
    let by_first: Vec<&str> = others()
        .filter(|other| first(other.name) == own_first)
        .map(|other| other.ty)
        .collect();
    let agreed = |types: &[&'a str]| {
        let count = |ty: &str| types.iter().filter(|other| **other == ty).count();
        let most = types.iter().copied().max_by_key(|ty| count(ty))?;
        (types.len() > 1 && count(most) * 5 >= types.len() * 4).then_some(most)
    };
    let usual = agreed(&by_last).or_else(|| agreed(&by_first))?;
    (usual != field.ty).then_some(usual)
}

/// Whether a field is the key of something that shares no word with its name, while the other side of the report does.
fn is_strange_key(field: &Declared<'_>, report: &Report) -> bool {
    let Some(own) = key_of(field.ty) else { return false };
    let shares = |ty: &str| {
        let words = ty.split(['.', '_']).filter(|word| word.len() > 2);
        words
            .into_iter()
            .any(|word| field.name.split('_').any(|part| part == word))
    };
    let said = std::iter::once(report.message.as_str()).chain(report.labels.iter().map(|label| label.text.as_str()));
    let others = said.flat_map(|text| {
        text.split([',', ':'])
            .filter_map(|part| key_of(part.rsplit(" a ").next().unwrap_or(part)))
    });
    !shares(own) && others.filter(|other| *other != own).any(shares)
}

/// `res.partner` of `ref res.partner`
fn key_of(ty: &str) -> Option<&str> {
    let ty = ty.trim();
    let rest = ty.find("ref ").map(|at| &ty[at + 4..])?;
    rest.split([' ', '`']).next().filter(|model| !model.is_empty())
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
        let places: Vec<Label> = others
            .iter()
            .filter_map(|at| reports[*at].labels.first().cloned())
            .collect();
        let report = &mut reports[*first];
        report.labels.extend(places);
        let count = others.len() + 1;
        lead(
            report,
            declared,
            format!("declared without `?`: always there; {count} records lack it"),
        );
    }
    let mut at = 0;
    reports.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}
