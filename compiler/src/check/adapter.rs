//! `adapter`: operations and the templates of what they send.

use crate::check::language;
use crate::check::schema::literal::{constant_text, too_large};
use crate::check::schema::setting::milliseconds;
use crate::error::{Reports, adapter, name, unbuilt, version};
use crate::ident::ident;
use crate::ir::expr::Template;
use crate::ir::{Adapter, AnswerItems, External, ExternalId, Field, Once, Operation, Request, Setting, SettingId};
use crate::place::Places;
use crate::resolve::{Changes, Items, Now, Owner};
use std::collections::HashMap;
use tenon_dsl::ast::expr::{Expr, ExprKind, Text, TextPart, UnaryOp};
use tenon_dsl::ast::{self, Duration, ItemsForm, OperationClause};
use tenon_dsl::source::{Name, Span, Spanned};

/// What a template may name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Params<'p> {
    /// Arguments of the operation.
    pub(crate) names: &'p [Name],
    /// Whether `id` is the key.
    pub(crate) takes_id: bool,
    /// Fields of the mapped record, in `create` and `write`.
    pub(crate) record: Option<&'p [Field]>,
    /// Values of the backend.
    pub(crate) settings: &'p [Setting],
    /// `magento 1.7`
    pub(crate) title: &'p str,
    /// What names of older versions mean.
    pub(crate) changes: &'p Changes<'p>,
    /// Whose fields those of the record are.
    pub(crate) owner: Option<&'p Owner>,
    /// The line that would replace what is inherited: `override read = ..`.
    pub(crate) instead: &'p str,
}

/// What a request over HTTP can begin with.
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/// The operations of all types of a connector.
pub(crate) fn adapters(
    items: &Items<'_>,
    (externals, index): (&[External], &HashMap<String, ExternalId>),
    settings: &[Setting],
    title: &str,
    places: &Places<'_>,
    reports: &mut Reports,
) -> Vec<Adapter> {
    let mut made = Vec::new();
    for declared in items.adapters.values() {
        let Some(external) = index.get(&declared.item.external.value) else {
            let known: Vec<&str> = items.externals.keys().copied().collect();
            reports.push(name::unknown_external(&declared.item.external, &known));
            continue;
        };
        let mut operations: Vec<Operation> = Vec::new();
        for written in &declared.item.operations {
            if let Some(first) = operations.iter().find(|known| known.name.text == written.name.value) {
                let first_span = first.place.span;
                reports.push(name::declared_twice(
                    first_span,
                    written.span,
                    "the operation",
                    &written.name.value,
                ));
                continue;
            }
            let record = &externals[external.0];
            operations.extend(operation(
                written,
                (record, externals, index),
                (settings, title, &items.changes),
                places,
                reports,
            ));
        }
        finds_repeats(declared.item, &externals[external.0], &items.changes, reports);
        made.push(Adapter {
            external: *external,
            operations,
        });
    }
    made
}

fn operation(
    written: &ast::Operation,
    (external, externals, index): (&External, &[External], &HashMap<String, ExternalId>),
    (settings, title, changes): (&[Setting], &str, &Changes<'_>),
    places: &Places<'_>,
    reports: &mut Reports,
) -> Option<Operation> {
    let names = with_language(written, reports);
    let owner = Owner::Record(external.name.text.clone());
    let params = Params {
        names: &names,
        takes_id: !matches!(written.name.value.as_str(), "list" | "create"),
        record: matches!(written.name.value.as_str(), "create" | "write").then_some(&external.fields),
        settings,
        title,
        changes,
        owner: Some(&owner),
        instead: &format!("override {} = ..", written.name.value),
    };
    let clauses = clauses(&written.clauses, (external, externals, index), changes, reports);
    if written.name.value == "create" && !clauses.says_once {
        reports.push(adapter::create_says_no_repeat(written.name.span, &external.name.text));
    }
    let request = match &written.request {
        ast::Request::Call { method, args } => {
            let args: Vec<Option<Template>> = args.iter().map(|arg| template(arg, &params, reports)).collect();
            Request::Call {
                method: method.value.clone(),
                args: args.into_iter().collect::<Option<_>>()?,
            }
        }
        ast::Request::Http { verb, path: _ } if !METHODS.contains(&verb.value.as_str()) => {
            reports.push(adapter::unknown_word(verb.span, "method", &verb.value, &METHODS));
            return None;
        }
        ast::Request::Http { verb, path } => Request::Http {
            verb: verb.value.clone(),
            path: text_template(&path.value, &params, reports)?,
        },
    };
    Some(Operation {
        name: ident(&written.name.value),
        params: written.params.iter().map(|param| ident(&param.value)).collect(),
        request,
        items: clauses.items,
        once: clauses.once,
        returns: clauses.returns,
        // Which languages there are is known once all mappings are: see `language`.
        languages: None,
        place: places.place(written.span),
    })
}

/// The arguments that callers pass, and behind them the one that stands for the language.
fn with_language(written: &ast::Operation, reports: &mut Reports) -> Vec<Name> {
    let mut names = written.params.clone();
    for argument in language::sources(written).map(|source| &source.argument) {
        match names.iter().find(|param| param.value == argument.value) {
            Some(first) => reports.push(name::declared_twice(
                first.span,
                argument.span,
                "the argument",
                &argument.value,
            )),
            None => names.push(argument.clone()),
        }
    }
    names
}

/// What stands behind a request.
#[derive(Debug, Default)]
struct Clauses {
    items: Option<AnswerItems>,
    once: Option<Once>,
    says_once: bool,
    returns: Option<ExternalId>,
}

fn clauses(
    clauses: &[OperationClause],
    (external, externals, index): (&External, &[External], &HashMap<String, ExternalId>),
    changes: &Changes<'_>,
    reports: &mut Reports,
) -> Clauses {
    let mut made = Clauses::default();
    let mut items: Option<(&Name, AnswerItems)> = None;
    for clause in clauses {
        match clause {
            OperationClause::Items { form, field } => {
                if let Some((first, _)) = items {
                    reports.push(name::stands_twice(first.span, field.span, "items"));
                }
                let value = field.value.clone();
                let at = match form {
                    ItemsForm::Field => AnswerItems::Field(value),
                    ItemsForm::Nested => AnswerItems::Nested(value),
                    ItemsForm::Keys => AnswerItems::Keys(value),
                };
                items = Some((field, at));
            }
            OperationClause::Pages { strategy, args: _ } => {
                reports.push(unbuilt::not_built(strategy.span, "`pages`"));
            }
            // See `language`.
            OperationClause::PerLanguage { .. } => {}
            OperationClause::Returns(name) => made.returns = returned(name, (externals, index), reports),
            OperationClause::OnceBy { kind, field, after } => {
                made.says_once = true;
                made.once = once((kind, field.as_ref(), after.as_ref()), external, changes, reports);
            }
        }
    }
    made.items = items.map(|(_, items)| items);
    made
}

/// The type of the record in an answer.
fn returned(
    name: &Name,
    (externals, index): (&[External], &HashMap<String, ExternalId>),
    reports: &mut Reports,
) -> Option<ExternalId> {
    let found = index.get(&name.value).copied();
    match found {
        None => {
            let known: Vec<&str> = index.keys().map(String::as_str).collect();
            reports.push(name::unknown_external(name, &known));
        }
        Some(external) if externals[external.0].key.is_empty() => {
            reports.push(adapter::returns_keyless(name.span, &name.value));
        }
        Some(_) => {}
    }
    found
}

/// How long a search waits where nothing is said.
const SEARCH_AFTER_MS: u64 = 30_000;

/// `once by header NAME`, `unique FIELD`, `search FIELD after 30s`, `review`
fn once(
    (kind, field, after): (&Name, Option<&Name>, Option<&Spanned<Duration>>),
    external: &External,
    changes: &Changes<'_>,
    reports: &mut Reports,
) -> Option<Once> {
    let Some(name) = field else { return Some(Once::Review) };
    if kind.value == "header" {
        return Some(Once::Header(name.value.clone()));
    }
    let known: Vec<&str> = external.fields.iter().map(|field| field.name.text.as_str()).collect();
    let field = field_now(name, external, changes);
    if !known.contains(&field.as_str()) {
        reports.push(name::unknown_field(name, "record", &external.name.text, &known));
        return None;
    }
    Some(match kind.value.as_str() {
        "unique" => Once::Unique(field),
        _ => Once::Search {
            field,
            after_ms: after.map_or(SEARCH_AFTER_MS, |after| milliseconds(after.value)),
        },
    })
}

/// What a field is called in the last version.
fn field_now(name: &Name, external: &External, changes: &Changes<'_>) -> String {
    let owner = Owner::Record(external.name.text.clone());
    changes.name(&owner, &name.value, name.span)
}

/// Says operations that finding a repeat needs and the adapter lacks.
fn finds_repeats(written: &ast::Adapter, external: &External, changes: &Changes<'_>, reports: &mut Reports) {
    let now = |name: &Name| field_now(name, external, changes);
    let has = |wanted: &str, param: Option<&str>| {
        written.operations.iter().any(|operation| {
            let params: Vec<String> = operation.params.iter().map(now).collect();
            operation.name.value == wanted && param.is_none_or(|param| params == [param])
        })
    };
    let clauses = written.operations.iter().flat_map(|operation| &operation.clauses);
    for clause in clauses {
        let OperationClause::OnceBy {
            kind,
            field: Some(field),
            after: _,
        } = clause
        else {
            continue;
        };
        let name = now(field);
        let is_key = matches!(external.key[..], [key] if external.fields[key.0].name.text == name);
        let (missing, line) = match kind.value.as_str() {
            "header" => continue,
            "unique" if is_key => (!has("read", None), "read = ..".to_owned()),
            _ => (!has("search", Some(&name)), format!("search({name}) = ..")),
        };
        if missing {
            let what = format!("a repeat is found by `{}`", field.value);
            reports.push(adapter::operation_missing(
                field.span,
                &external.name.text,
                &what,
                &line,
            ));
        }
    }
}

/// A text with arguments and settings in braces.
pub(crate) fn text_template(text: &Text, params: &Params<'_>, reports: &mut Reports) -> Option<Template> {
    if let Some(constant) = constant_text(text) {
        return Some(Template::Text(constant));
    }
    let parts: Vec<Option<Template>> = text
        .parts
        .iter()
        .map(|part| match part {
            TextPart::Literal(literal) => Some(Template::Text(literal.clone())),
            TextPart::Value(value) => template(value, params, reports),
        })
        .collect();
    parts.into_iter().collect::<Option<_>>().map(Template::Concat)
}

/// A value to send.
pub(crate) fn template(written: &Expr, params: &Params<'_>, reports: &mut Reports) -> Option<Template> {
    match &written.kind {
        ExprKind::Null => Some(Template::Null),
        ExprKind::Bool(value) => Some(Template::Bool(*value)),
        ExprKind::Text(text) => text_template(text, params, reports),
        ExprKind::RawText(text) => Some(Template::Text(text.clone())),
        ExprKind::Int(digits) => digits
            .parse()
            .ok()
            .map(Template::Int)
            .or_else(|| not_sent(written, reports)),
        ExprKind::Unary { op, operand } => match (op.value, template(operand, params, reports)?) {
            (UnaryOp::Negate, Template::Int(number)) => Some(Template::Int(-number)),
            (UnaryOp::Negate, Template::Decimal(digits)) => Some(Template::Decimal(format!("-{digits}"))),
            (UnaryOp::Negate | UnaryOp::Not, _) => not_sent(written, reports),
        },
        ExprKind::Name(word) => argument(word, written.span, params, reports),
        ExprKind::Field { of, name, safe: _ } if matches!(&of.kind, ExprKind::Name(word) if word == "backend") => {
            setting(name, params, reports).map(Template::Setting)
        }
        ExprKind::List(items) => {
            let items: Vec<Option<Template>> = items.iter().map(|item| template(item, params, reports)).collect();
            items.into_iter().collect::<Option<_>>().map(Template::List)
        }
        ExprKind::Record(fields) => {
            for (at, field) in fields.iter().enumerate() {
                if let Some(first) = fields[..at].iter().find(|other| other.name.value == field.name.value) {
                    let word = &field.name.value;
                    reports.push(name::stands_twice(first.name.span, field.name.span, word));
                }
            }
            let made: Vec<Option<(String, Template)>> = fields
                .iter()
                .map(|field| Some((field.name.value.clone(), template(&field.value, params, reports)?)))
                .collect();
            made.into_iter().collect::<Option<_>>().map(Template::Object)
        }
        ExprKind::Decimal(digits) => Some(Template::Decimal(digits.clone())),
        ExprKind::Default { value, default } => {
            let both = (template(value, params, reports), template(default, params, reports));
            Some(Template::Or(Box::new([both.0?, both.1?])))
        }
        ExprKind::QuotedName(_)
        | ExprKind::Hole
        | ExprKind::Field { .. }
        | ExprKind::Index { .. }
        | ExprKind::Missing
        | ExprKind::Call(_)
        | ExprKind::Pipe { .. }
        | ExprKind::Catch { .. }
        | ExprKind::Lambda { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Is { .. }
        | ExprKind::In { .. }
        | ExprKind::If { .. }
        | ExprKind::Match { .. } => not_sent(written, reports),
    }
}

fn argument(word: &str, span: Span, params: &Params<'_>, reports: &mut Reports) -> Option<Template> {
    if let Some(at) = params.names.iter().position(|param| param.value == word) {
        return Some(Template::Param(at));
    }
    if word == "id" && params.takes_id {
        return Some(Template::Id);
    }
    if let Some(record) = params.record {
        let name = match params.owner.map(|owner| params.changes.now(owner, word, span)) {
            Some(Now::Gone(gone)) => {
                reports.push(version::still_read(gone, span, &[], Some(params.instead)));
                return None;
            }
            Some(Now::Called(name)) => name,
            None => word.to_owned(),
        };
        if record.iter().any(|field| field.name.text == name) {
            return Some(Template::Field(name));
        }
        if word == "record" {
            return Some(Template::Record);
        }
    }
    let mut known: Vec<&str> = params.names.iter().map(|param| param.value.as_str()).collect();
    known.extend(params.takes_id.then_some("id"));
    if let Some(record) = params.record {
        known.extend(record.iter().map(|field| field.name.text.as_str()));
        known.push("record");
    }
    let help = match known.is_empty() {
        true => "a value of the backend is written backend.x".to_owned(),
        false => format!(
            "there are: {}, and the values of the backend: backend.x",
            known.join(", ")
        ),
    };
    let why = "neither an argument of the operation nor a value of the backend";
    reports.push(name::not_here(span, word, why, Some(help)));
    None
}

fn setting(name: &Name, params: &Params<'_>, reports: &mut Reports) -> Option<SettingId> {
    let known = match params.changes.now(&Owner::Backend, &name.value, name.span) {
        Now::Called(known) => known,
        Now::Gone(gone) => {
            reports.push(version::still_read(gone, name.span, &[], Some(params.instead)));
            return None;
        }
    };
    let found = params.settings.iter().position(|setting| setting.name.text == known);
    if found.is_none() {
        let known: Vec<&str> = params
            .settings
            .iter()
            .map(|setting| setting.name.text.as_str())
            .collect();
        reports.push(name::unknown_setting(name, params.title, &known));
    }
    found.map(SettingId)
}

fn not_sent(written: &Expr, reports: &mut Reports) -> Option<Template> {
    let report = too_large(written).unwrap_or_else(|| adapter::computed_request(written.span));
    reports.push(report);
    None
}
