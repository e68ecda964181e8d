//! Operations `per language`: which languages there are, and what is sent for each.

use crate::check::world::{Inside, Outside};
use crate::error::{Reports, adapter, failure, name, typing};
use crate::ir::expr::Template;
use crate::ir::{
    ExternalId, Field, FieldType, Languages, ModelField, ModelFieldId, ModelId, ModelKind, Operation, Request, Scalar,
};
use crate::resolve::Items;
use crate::types::TypeNames;
use tenon_dsl::ast::{self, LanguageSource, OperationClause};
use tenon_dsl::source::Span;

/// What an operation says about its languages.
pub(crate) fn sources(written: &ast::Operation) -> impl Iterator<Item = &LanguageSource> {
    clauses(written).filter_map(|(_, source)| source)
}

fn clauses(written: &ast::Operation) -> impl Iterator<Item = (Span, Option<&LanguageSource>)> {
    written.clauses.iter().filter_map(|clause| match clause {
        OperationClause::PerLanguage { span, source } => Some((*span, source.as_ref())),
        OperationClause::Items { .. }
        | OperationClause::Pages { .. }
        | OperationClause::Returns(_)
        | OperationClause::OnceBy { .. } => None,
    })
}

/// Fills in the languages of all operations. Comes after the headers of the mappings: they say what records of a type are inside.
pub(crate) fn languages(outside: &mut Outside<'_>, items: &Items<'_>, inside: &Inside, reports: &mut Reports) {
    for declared in items.adapters.values() {
        let Some(external) = outside.find(&declared.item.external.value) else {
            continue;
        };
        for written in &declared.item.operations {
            for (span, source) in clauses(written) {
                let made = of_clause(outside, inside, (external, written), (span, source), reports);
                let operation = operation(outside, external, &written.name.value);
                if let (Some(made), Some(operation)) = (made, operation) {
                    operation.languages = Some(made);
                }
            }
        }
    }
}

fn operation<'o>(outside: &'o mut Outside<'_>, external: ExternalId, name: &str) -> Option<&'o mut Operation> {
    let adapter = outside
        .ir
        .adapters
        .iter_mut()
        .find(|adapter| adapter.external == external)?;
    adapter
        .operations
        .iter_mut()
        .find(|operation| operation.name.text == name)
}

fn of_clause(
    outside: &mut Outside<'_>,
    inside: &Inside,
    (external, written): (ExternalId, &ast::Operation),
    (span, source): (Span, Option<&LanguageSource>),
    reports: &mut Reports,
) -> Option<Languages> {
    let Some(source) = source else {
        reports.push(adapter::languages_from_nowhere(span));
        return None;
    };
    if written.name.value != "read" {
        let title = &outside.ir.externals[external.0].name.text;
        reports.push(adapter::not_per_language(span, &written.name.value, title));
        return None;
    }
    let title = outside.ir.externals[external.0].name.text.clone();
    let fields = outside.ir.externals[external.0].fields.iter();
    if !fields.clone().any(|field| differs(outside, field, 0)) {
        reports.push(adapter::no_field_per_language(span, &title));
    }
    let sent = operation(outside, external, &written.name.value)
        .map(|operation| sends(&operation.request, operation.params.len()));
    if sent == Some(false) {
        reports.push(adapter::language_never_sent(
            source.argument.span,
            &source.argument.value,
        ));
    }
    let (views, model) = views(outside, inside, source, reports)?;
    let field = named_by(outside, inside, (model, source), reports)?;
    Some(Languages {
        argument: source.argument.value.clone(),
        external: views,
        model,
        field,
    })
}

/// Whether a field, or one of the record in it, has a value per language. Elements of lists are not told apart.
fn differs(outside: &Outside<'_>, field: &Field, depth: usize) -> bool {
    let FieldType::Record(inner) = &field.ty else {
        return field.per_language;
    };
    // Records that hold themselves end somewhere.
    let inner = outside.ir.externals[inner.0].fields.iter();
    field.per_language || (depth < 8 && inner.clone().any(|field| differs(outside, field, depth + 1)))
}

/// The type whose records stand for the languages, and what they are inside.
fn views(
    outside: &Outside<'_>,
    inside: &Inside,
    source: &LanguageSource,
    reports: &mut Reports,
) -> Option<(ExternalId, ModelId)> {
    let LanguageSource { external, .. } = source;
    let Some(views) = outside.find(&external.value) else {
        reports.push(name::unknown_external(external, &outside.names()));
        return None;
    };
    match outside.ir.externals[views.0].models.as_slice() {
        [model] => Some((views, *model)),
        // A header that is a mistake may be the one that is missing here.
        [] if outside.loses_mapping() => None,
        [] => {
            let why = format!("no `import .. from {}`", external.value);
            reports.push(failure::never_bound(external.span, &external.value, &why, None));
            None
        }
        several => {
            let models: Vec<String> = several
                .iter()
                .map(|model| inside.model(*model).name.text.clone())
                .collect();
            reports.push(adapter::languages_of_several_models(
                external.span,
                &external.value,
                &models,
            ));
            None
        }
    }
}

/// The field that names the language.
fn named_by(
    outside: &Outside<'_>,
    inside: &Inside,
    (model, source): (ModelId, &LanguageSource),
    reports: &mut Reports,
) -> Option<ModelFieldId> {
    let declared = inside.model(model);
    let Some(field) = inside.field(model, &source.field.value) else {
        let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
        reports.push(name::unknown_target(&source.field, &declared.name.text, &known, None));
        return None;
    };
    let ModelField { kind, .. } = &declared.fields[field.0];
    let is_text = matches!(kind, ModelKind::Scalar(Scalar::Text | Scalar::Enum { .. }));
    if !is_text && !inside.wrong.contains(&(model, field)) {
        let names = TypeNames {
            models: &inside.models,
            externals: &outside.ir.externals,
        };
        let found = names.show(&inside.type_of(model, field));
        let help = Some("a language is named by a text: de_DE".to_owned());
        reports.push(typing::wrong_operand(source.field.span, "text", &found, "`by`", help));
        return None;
    }
    Some(field)
}

fn sends(request: &Request, param: usize) -> bool {
    match request {
        Request::Call { method: _, args } => args.iter().any(|arg| holds(arg, param)),
        Request::Http { verb: _, path } => holds(path, param),
    }
}

fn holds(template: &Template, param: usize) -> bool {
    match template {
        Template::Param(at) => *at == param,
        Template::Concat(parts) | Template::List(parts) => parts.iter().any(|part| holds(part, param)),
        Template::Object(fields) => fields.iter().any(|(_, value)| holds(value, param)),
        Template::Or(both) => both.iter().any(|part| holds(part, param)),
        Template::Null
        | Template::Text(_)
        | Template::Decimal(_)
        | Template::Int(_)
        | Template::Bool(_)
        | Template::Id
        | Template::Field(_)
        | Template::Record
        | Template::Setting(_) => false,
    }
}
