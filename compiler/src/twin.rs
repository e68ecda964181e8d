//! One connector in both forms, as a conversion that kept its file leaves it: said once, not for each thing that stands twice.

use tenon_dsl::ast::mapping::MappingName;
use tenon_dsl::ast::{Document, Header, Item};
use tenon_dsl::print::same;
use tenon_dsl::report::Report;
use tenon_dsl::source::Source;

/// Takes YAML files out of a program that say again what a text file of the same name says, with a report for each.
pub(crate) fn without_twins(documents: &mut [Document], sources: &[Source]) -> Vec<Report> {
    let mut reports = Vec::new();
    for at in 0..documents.len() {
        let Some(text_name) = text_name(&sources[at].name) else {
            continue;
        };
        let Some(other) = sources.iter().position(|source| source.name == text_name) else {
            continue;
        };
        if let Some(report) = said_again(&documents[at], &documents[other], (&sources[at].name, text_name)) {
            documents[at].items.clear();
            reports.push(report);
        }
    }
    reports
}

fn text_name(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
    name.ends_with(".tenon").then_some(name)
}

fn said_again(yaml: &Document, text: &Document, (name, text_name): (&str, &str)) -> Option<Report> {
    let (one, other) = (yaml.header.as_ref()?, text.header.as_ref()?);
    let named = |header: &Header| {
        let version = header.version.as_ref().map(|version| version.value.clone());
        (header.connector.value.clone(), version)
    };
    let is_same = named(one) == named(other);
    let declared: Vec<(&str, &str)> = text.items.iter().filter_map(declares).collect();
    let mut again = yaml.items.iter().filter_map(declares);
    let maps_again = || mappings(yaml).any(|one| mappings(text).any(|other| same(one, other)));
    if !is_same || !(again.any(|name| declared.contains(&name)) || maps_again()) {
        return None;
    }
    let short = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let (name, text_name) = (short(name), short(text_name));
    let report = Report::error("E0107", format!("`{name}` says again what `{text_name}` says"))
        .label(one.connector.span, "the same connector in the other form")
        .label(other.connector.span, "the text");
    Some(report.help("one form of a file is enough: remove one of the two"))
}

/// The names of the mappings of a file.
fn mappings(document: &Document) -> impl Iterator<Item = &MappingName> {
    document.items.iter().filter_map(|item| {
        let Item::Mapping(mapping) = item else { return None };
        Some(&mapping.name)
    })
}

/// What an item declares, where that may stand once.
fn declares(item: &Item) -> Option<(&str, &str)> {
    match item {
        Item::External(external) => Some(("external", &external.name.value)),
        Item::Internal(internal) => Some(("internal", &internal.name.value)),
        Item::Adapter(adapter) => Some(("adapter", &adapter.external.value)),
        Item::Table(table) => Some(("table", &table.name.value)),
        Item::Backend(_) => Some(("backend", "")),
        Item::Binding(_)
        | Item::Mapping(_)
        | Item::Extern(_)
        | Item::Amend(_)
        | Item::Override(_)
        | Item::Drop(_)
        | Item::Test(_) => None,
    }
}
