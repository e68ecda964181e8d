//! Records that tests read from files, beside their types: what was sent that nobody declared.

use crate::error::data;
use crate::ir::mapping::Direction;
use crate::ir::test::GivenValue;
use crate::ir::{Connector, External, FieldType, Model, ModelKind, Program};
use crate::place::Places;
use crate::project::{AbsentFile, Fixture};
use serde_json::Value;
use std::collections::BTreeSet;
use tenon_dsl::ast::{self, Document};
use tenon_dsl::report::Report;
use tenon_dsl::source::{Name, Span};

/// Says of each fixture which of its fields no `external` declares.
pub(crate) fn unknown_fields(
    program: &Program,
    documents: &[Document],
    fixtures: &[Fixture],
    places: &Places<'_>,
) -> Vec<Report> {
    let mut reports = Vec::new();
    if fixtures.is_empty() {
        return reports;
    }
    let parts = program
        .connectors
        .iter()
        .filter_map(|connector| connector.parts.as_deref());
    for connector in program.connectors.iter().chain(parts) {
        for test in &connector.tests {
            let mapping = &connector.mappings[test.mapping.0];
            for given in &test.given {
                let GivenValue::File(file) = &given.value else { continue };
                let written = files(documents).find(|name| name.value == *file && is_in(name.span, test.place.span));
                let beside = places.file_name(test.place.span);
                let fixture = fixtures.iter().find(|one| one.name == *file && one.beside == beside);
                let (Some(written), Some(fixture)) = (written, fixture) else {
                    continue;
                };
                let Ok(record) = serde_json::from_str(&fixture.text) else {
                    continue;
                };
                let mut paths = BTreeSet::new();
                let title = match mapping.direction {
                    Direction::Import => {
                        let external = &connector.externals[mapping.sources[given.source.0].external.0];
                        gather(connector, external, &record, "", &mut paths);
                        &external.name.text
                    }
                    // What an export is given is stored inside.
                    Direction::Export => {
                        let model = &program.models[mapping.model.0];
                        gather_stored(&program.models, model, &record, "", &mut paths);
                        &model.name.text
                    }
                };
                if !paths.is_empty() {
                    let paths: Vec<String> = paths.into_iter().collect();
                    reports.push(data::unknown_fields(written.span, file, title, &paths));
                }
            }
        }
    }
    reports
}

/// Says the files that a test names and that are not there.
pub(crate) fn absent(documents: &[Document], absent: &[AbsentFile], places: &Places<'_>) -> Vec<Report> {
    let is_absent = |name: &&Name| {
        let beside = places.file_name(name.span);
        absent.iter().any(|one| one.name == name.value && one.beside == beside)
    };
    let lost = files(documents).filter(is_absent);
    lost.map(|name| data::no_such_file(name.span, &name.value)).collect()
}

/// Says the files that a test names and that hold no record.
pub(crate) fn unreadable(documents: &[Document], fixtures: &[Fixture], places: &Places<'_>) -> Vec<Report> {
    let mut reports = Vec::new();
    for name in files(documents) {
        let beside = places.file_name(name.span);
        let fixture = fixtures
            .iter()
            .find(|one| one.name == name.value && one.beside == beside);
        if let Some(problem) = fixture.and_then(|fixture| fixture.problem.as_ref()) {
            reports.push(data::no_record(name.span, &name.value, problem));
        }
    }
    reports
}

/// Whether a place lies within another one.
fn is_in(inner: Span, outer: Span) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

/// Every `given file ".."`.
fn files(documents: &[Document]) -> impl Iterator<Item = &Name> {
    let tests = documents
        .iter()
        .flat_map(|document| &document.items)
        .filter_map(|item| match item {
            ast::Item::Test(test) => Some(test),
            ast::Item::Backend(_)
            | ast::Item::External(_)
            | ast::Item::Internal(_)
            | ast::Item::Binding(_)
            | ast::Item::Adapter(_)
            | ast::Item::Table(_)
            | ast::Item::Extern(_)
            | ast::Item::Amend(_)
            | ast::Item::Override(_)
            | ast::Item::Drop(_)
            | ast::Item::Mapping(_) => None,
        });
    tests
        .flat_map(|test| &test.given)
        .filter_map(|given| match &given.value {
            ast::GivenValue::File(name) => Some(name),
            ast::GivenValue::Inline(_) => None,
        })
}

/// Adds the paths of a stored record, and of those in its lists, that its model does not have.
fn gather_stored(models: &[Model], model: &Model, value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    let Value::Object(entries) = value else { return };
    for (key, value) in entries {
        let field = model.fields.iter().find(|field| field.name.text == *key);
        match (field.map(|field| &field.kind), value) {
            (None, _) => {
                paths.insert(format!("{path}{key}"));
            }
            (Some(ModelKind::OneToMany { model, by: _ }), Value::Array(items)) => {
                let path = format!("{path}{key}[].");
                items
                    .iter()
                    .for_each(|item| gather_stored(models, &models[model.0], item, &path, paths));
            }
            (Some(_), _) => {}
        }
    }
}

/// Adds the paths of a record, or of each record of a list, that its type does not have.
fn gather(connector: &Connector, external: &External, value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Array(elements) => {
            elements
                .iter()
                .for_each(|element| gather(connector, external, element, path, paths));
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = match path.is_empty() {
                    true => key.clone(),
                    false => format!("{path}.{key}"),
                };
                match external.fields.iter().find(|field| field.name.text == *key) {
                    Some(field) => below(connector, &field.ty, value, &path, paths),
                    None => {
                        paths.insert(path);
                    }
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn below(connector: &Connector, ty: &FieldType, value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match (ty, value) {
        (FieldType::Record(record), _) => gather(connector, &connector.externals[record.0], value, path, paths),
        (FieldType::Nullable(inner), _) => below(connector, inner, value, path, paths),
        (FieldType::List(element), Value::Array(elements)) => {
            let path = format!("{path}[]");
            elements
                .iter()
                .for_each(|value| below(connector, element, value, &path, paths));
        }
        (FieldType::Map(element), Value::Object(entries)) => {
            let path = format!("{path}{{}}");
            entries
                .values()
                .for_each(|value| below(connector, element, value, &path, paths));
        }
        (
            FieldType::List(_) | FieldType::Map(_) | FieldType::Scalar(_) | FieldType::Key { .. } | FieldType::Ref(_),
            _,
        ) => {}
    }
}
