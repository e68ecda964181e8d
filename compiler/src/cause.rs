//! The declarations behind reports: what a value that does not fit is declared as, and which declaration an unknown name probably means.
//!
//! A mistake in a declaration shows where it is used, maybe often and in other files. Reports about it point at the declaration too, and
//! first, where several places agree on the name that it should have.

mod blame;
mod header;

use crate::error::name;
use crate::place::Places;
use crate::suggest::is_near;
use indexmap::IndexMap;
use std::cell::OnceCell;
use std::collections::HashSet;
use tenon_dsl::ast::mapping::{Mapping, Statement};
use tenon_dsl::ast::{Document, Field, Item, TypeKind};
use tenon_dsl::report::{Label, Report, Severity};
use tenon_dsl::source::{Name, Span};

/// Which declaration the words of expressions mean, by the places of both. Noted for every word and asked for where something is to be
/// reported, so it is put in order when it is asked first.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Place and declaration, as they were met.
    pairs: Vec<(Span, Span)>,
    of: OnceCell<IndexMap<Span, Vec<Span>>>,
}

impl Uses {
    /// What stands at `place` is declared at `declaration`.
    pub(crate) fn add(&mut self, place: Span, declaration: Span) {
        self.of.take();
        self.pairs.push((place, declaration));
    }

    /// Takes over what another run found.
    pub(crate) fn extend(&mut self, other: Self) {
        self.of.take();
        if self.pairs.is_empty() {
            self.pairs = other.pairs;
        } else {
            self.pairs.extend(other.pairs);
        }
    }

    /// The declarations of each place, each once.
    fn of(&self) -> &IndexMap<Span, Vec<Span>> {
        self.of.get_or_init(|| {
            let mut of: IndexMap<Span, Vec<Span>> = IndexMap::new();
            for (place, declaration) in &self.pairs {
                let declarations = of.entry(*place).or_default();
                if !declarations.contains(declaration) {
                    declarations.push(*declaration);
                }
            }
            of
        })
    }

    /// Points at the declarations of what does not fit.
    pub(crate) fn show(&self, report: &mut Report, places: &Places<'_>) {
        if !is_about_types(report.code) {
            return;
        }
        let of = report.labels.iter().filter_map(|label| self.of().get(&label.span));
        let declarations: Vec<Span> = of.flatten().copied().collect();
        for span in declarations {
            let is_shown = |label: &Label| places.name(label.span) == places.name(span);
            if report.labels.len() < MOST_LABELS && !report.labels.iter().any(is_shown) {
                report.labels.push(pointer(span, "declared here".to_owned()));
            }
        }
    }
}

pub(crate) use blame::settle;

/// Places that one report points at.
const MOST_LABELS: usize = 5;

/// Codes of values that do not fit, be it by type, absence or failure.
fn is_about_types(code: &str) -> bool {
    matches!(&code[1..3], "03" | "04" | "05" | "07") || code == "E1102"
}

fn pointer(span: Span, text: String) -> Label {
    Label {
        span,
        text,
        primary: false,
    }
}

/// A name that a file declares.
struct Declaration<'a> {
    kind: Kind<'a>,
    name: &'a Name,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind<'a> {
    /// A field of this record, model or binding.
    Field(&'a str),
    /// An external record or a model.
    Record,
    /// A table or function.
    Function,
    /// A value of `backend`.
    Setting,
    /// An alias, `let` or parameter of the mapping that begins here.
    Local(Span),
}

/// Points at the declarations that unknown names probably mean.
pub(crate) fn show_declarations(reports: &mut [Report], documents: &[Document], uses: &Uses, places: &Places<'_>) {
    if !reports.iter().any(is_unknown) {
        return;
    }
    let declarations = declarations(documents);
    let used: HashSet<Span> = uses.of().values().flatten().copied().collect();
    let unknown: Vec<Span> = reports
        .iter()
        .filter(|report| is_unknown(report))
        .filter_map(Report::span)
        .collect();
    for report in reports.iter_mut().filter(|report| is_unknown(report)) {
        let Some(found) = meant(report, &declarations, places, &used) else {
            continue;
        };
        let span = found.name.span;
        if report.labels.iter().any(|label| label.span == span) || unknown.contains(&span) {
            continue;
        }
        let written = &found.name.value;
        let is_unused = matches!(found.kind, Kind::Field(_)) || places.count(written) == 1;
        let agree = report
            .labels
            .iter()
            .filter(|label| places.text(label.span) == places.text(report.labels[0].span))
            .count();
        if is_unused && agree > 1 || is_slip(written, places.text(report.labels[0].span), places) {
            let word = places.text(report.labels[0].span).to_owned();
            for label in &mut report.labels {
                label.primary = false;
            }
            let text = format!("declared as `{written}`, which nothing names");
            report.labels.insert(0, pointer(span, text));
            report.labels[0].primary = true;
            report.help = Some(format!("declare it as `{word}`, or write `{written}` where it is used"));
        } else {
            let text = format!("`{written}` is declared here, and nothing uses it");
            report.labels.push(pointer(span, text));
        }
    }
}

/// Whether a declared name is misspelt and not the one that is used: the used one, or all words in it, stand elsewhere too.
fn is_slip(declared: &str, used: &str, places: &Places<'_>) -> bool {
    let known = |name: &str| {
        let parts = name.split(['_', '.']).filter(|part| !part.is_empty());
        usize::from(places.count(name) > 1) + usize::from(parts.into_iter().all(|part| places.knows(part, name)))
    };
    let distance = strsim::osa_distance(declared, used);
    distance <= 1 && known(used) > known(declared)
}

fn is_unknown(report: &Report) -> bool {
    // What has no meaning at a place is no misspelt name.
    report.severity == Severity::Error
        && !report.message.ends_with("means nothing here")
        && matches!(
            report.code,
            "E0101" | "E0102" | "E0103" | "E0104" | "E0105" | "E0106" | "E0604"
        )
}

/// The declaration that an unknown name probably means: the nearest by its letters, else the only one that nothing names.
fn meant<'d, 'a>(
    report: &Report,
    declarations: &'d [Declaration<'a>],
    places: &Places<'_>,
    used: &HashSet<Span>,
) -> Option<&'d Declaration<'a>> {
    let span = report.span()?;
    let word = places.text(span).trim_matches('`');
    let word = word
        .rsplit('.')
        .next()
        .filter(|_| report.code != "E0103")
        .unwrap_or(word);
    let owner = name::owner_in(&report.message);
    let mapping = declarations.iter().filter_map(|declared| match declared.kind {
        Kind::Local(start) => Some(start),
        Kind::Field(_) | Kind::Record | Kind::Function | Kind::Setting => None,
    });
    let mapping = mapping
        .filter(|start| start.file == span.file && start.start <= span.start)
        .max();
    let fits = |declared: &&Declaration<'_>| match declared.kind {
        Kind::Field(of) => owner == Some(of),
        Kind::Record => report.code == "E0103",
        Kind::Function => report.code == "E0105",
        Kind::Setting => report.code == "E0106",
        Kind::Local(start) => report.code == "E0104" && Some(start) == mapping,
    };
    let candidates: Vec<&Declaration<'_>> = declarations.iter().filter(fits).collect();
    let distance = |declared: &Declaration<'_>| strsim::osa_distance(word, &declared.name.value);
    let is_unused = |declared: &&&Declaration<'_>| match declared.kind {
        Kind::Local(start) => places.count_behind(&declared.name.value, start) == 1,
        Kind::Field(_) => {
            !used.contains(&declared.name.span) && !used.iter().any(|span| begins(*span, declared.name.span))
        }
        Kind::Record | Kind::Function | Kind::Setting => places.count(&declared.name.value) == 1,
    };
    // A declaration that other places name is no slip: then the place that does not fit is.
    let unused: Vec<_> = candidates.iter().filter(is_unused).collect();
    let near = unused
        .iter()
        .filter(|declared| is_near(word, &declared.name.value) || distance(declared) == 1);
    if let Some(nearest) = near.min_by_key(|declared| distance(declared)) {
        return Some(nearest);
    }
    // Nothing is alike: only where several places agree on a name may the one declaration that nothing names be meant.
    let same = report
        .labels
        .iter()
        .filter(|label| places.text(label.span) == places.text(span));
    let mut unused = unused
        .into_iter()
        .filter(|declared| matches!(declared.kind, Kind::Field(_)) || places.count(&declared.name.value) == 1);
    let only = unused.next().filter(|_| same.count() > 1)?;
    unused.next().is_none().then_some(only)
}

fn begins(span: Span, name: Span) -> bool {
    span.file == name.file && span.start == name.start
}

fn declarations(documents: &[Document]) -> Vec<Declaration<'_>> {
    let mut found = Vec::new();
    for item in documents.iter().flat_map(|document| &document.items) {
        match item {
            Item::Backend(backend) => {
                found.extend(
                    backend
                        .fields
                        .iter()
                        .map(|field| declaration(Kind::Setting, &field.name)),
                );
            }
            Item::External(external) => {
                found.push(declaration(Kind::Record, &external.name));
                fields(&external.name.value, &external.fields, &mut found);
            }
            Item::Internal(internal) => {
                found.push(declaration(Kind::Record, &internal.name));
                fields(&internal.name.value, &internal.fields, &mut found);
            }
            Item::Binding(binding) => fields(&binding.external.value, &binding.fields, &mut found),
            Item::Table(table) => found.push(declaration(Kind::Function, &table.name)),
            Item::Extern(function) => found.push(declaration(Kind::Function, &function.name)),
            Item::Mapping(mapping) => locals(mapping, &mut found),
            Item::Adapter(_) | Item::Test(_) | Item::Amend(_) | Item::Override(_) | Item::Drop(_) => {}
        }
    }
    found
}

fn declaration<'a>(kind: Kind<'a>, name: &'a Name) -> Declaration<'a> {
    Declaration { kind, name }
}

fn fields<'a>(owner: &'a str, declared: &'a [Field], found: &mut Vec<Declaration<'a>>) {
    for field in declared {
        found.push(declaration(Kind::Field(owner), &field.name));
        if let TypeKind::Record(inner) = &field.ty.kind {
            fields(owner, inner, found);
        }
    }
}

fn locals<'a>(mapping: &'a Mapping, found: &mut Vec<Declaration<'a>>) {
    let kind = Kind::Local(mapping.span);
    let within = mapping.within.as_ref().map(|within| &within.alias);
    let joined = mapping.joins.iter().map(|join| &join.alias);
    let names = mapping.alias.iter().chain(within).chain(joined);
    let names = names.chain(mapping.params.iter().map(|param| &param.name));
    let lets = mapping.statements.iter().filter_map(|statement| match statement {
        Statement::Let(made) => Some(&made.name),
        Statement::Adopt(_)
        | Statement::Batch(_)
        | Statement::Skip(_)
        | Statement::Retry(_)
        | Statement::After(_)
        | Statement::Copy(_)
        | Statement::Rule(_)
        | Statement::Ignore(_)
        | Statement::Check(_) => None,
    });
    found.extend(names.chain(lets).map(|name| declaration(kind, name)));
}
