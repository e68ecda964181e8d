//! Connector versions, their record types, bindings and operations: IR -> tables of the runtime.

use super::InterpretError;
use super::leak::{leak, leak_all, leak_text};
use super::model::{literal, model_field};
use super::shape::{key_shape, scalar_kind, wire};
use crate::generate::external::collect_sensitive;
use crate::ir::expr::Template;
use crate::ir::{
    Adapter, AnswerItems, Binding, Connector, External, Ident, Languages, ModelFieldId, Once, Operation, Program,
    Protocol, Request, Setting,
};
use std::collections::BTreeSet;
use tenon_runtime::generated as rt;

/// The table of one version.
pub(super) fn connector(connector: &'static Connector) -> &'static rt::Connector {
    let parent = connector.parent.as_ref();
    leak(rt::Connector {
        name: &connector.name.text,
        version: connector.version.as_deref(),
        parent: parent.map(|(family, version)| (family.as_str(), version.as_deref())),
        serves: connector.serves.as_deref(),
        wire: wire(connector.wire),
        settings: leak_all(connector.settings.iter().map(setting)),
        protocol: connector.protocol.as_ref().map(protocol),
    })
}

fn setting(setting: &'static Setting) -> rt::Setting {
    rt::Setting {
        name: &setting.name.text,
        kind: scalar_kind(&setting.scalar),
        nullable: setting.nullable,
        default: setting.default.as_ref().map(literal),
        sensitive: setting.sensitive,
        place: &setting.place.text,
    }
}

fn protocol(protocol: &'static Protocol) -> rt::Protocol {
    let auth = protocol.auth.as_ref();
    rt::Protocol {
        name: &protocol.name,
        endpoint: template(&protocol.endpoint),
        auth: auth.map(|(scheme, values)| (scheme.as_str(), leak_all(values.iter().map(template)))),
        limits: &protocol.limits,
    }
}

/// The table of one external record type.
pub(super) fn external_type(
    program: &'static Program,
    connector: &'static Connector,
    external: &'static External,
) -> Result<&'static rt::ExternalType, InterpretError> {
    let mut sensitive = BTreeSet::new();
    collect_sensitive(connector, external, &mut Vec::new(), &mut sensitive);
    Ok(leak(rt::ExternalType {
        connector: &connector.name.text,
        name: &external.name.text,
        key: key_shape(connector, external)?,
        key_parts: u16::try_from(external.key.len()).unwrap_or(u16::MAX),
        revision: external
            .revision
            .map(|field| external.fields[field.0].name.text.as_str()),
        sensitive: leak_all(sensitive),
        binding: binding(program, connector, external),
    }))
}

/// Absent for embedded records and for types that lead to no model.
fn binding(
    program: &'static Program,
    connector: &'static Connector,
    external: &'static External,
) -> Option<rt::Binding> {
    static NONE: Binding = Binding {
        scope: Vec::new(),
        fields: Vec::new(),
        one_to_one: false,
        columns: None,
    };
    let model = external.models.first().filter(|_| !external.key.is_empty())?;
    let (family, name) = (&connector.name.text, external.name.text.replace('.', "_"));
    let binding = external.binding.as_ref().unwrap_or(&NONE);
    let scope = binding.scope.iter();
    Some(rt::Binding {
        table: leak_text(format!("{family}__{name}__binding")),
        model: &program.models[model.0].name.text,
        scope: leak_all(scope.map(|field| binding.fields[field.0].name.text.as_str())),
        fields: leak_all(binding.fields.iter().map(|field| model_field(program, field))),
        one_to_one: binding.one_to_one,
        columns: binding.columns.map(|own| {
            let name = |field: ModelFieldId| program.models[own.model.0].fields[field.0].name.text.as_str();
            rt::OwnColumns {
                key: name(own.key),
                synced: own.synced.map(name),
            }
        }),
    })
}

/// The table of the operations of one type.
pub(super) fn adapter(
    program: &'static Program,
    adapter: &'static Adapter,
    (externals, models): (&[&'static rt::ExternalType], &[&'static rt::Model]),
) -> &'static rt::AdapterInfo {
    let languages = |of: &'static Languages| rt::Languages {
        external: externals[of.external.0],
        model: models[of.model.0],
        field: &program.models[of.model.0].fields[of.field.0].name.text,
    };
    let operations = adapter.operations.iter();
    let returns = |of: crate::ir::ExternalId| externals[of.0];
    let operations = operations.map(|one| {
        let languages = one.languages.as_ref().map(languages);
        operation(one, languages, one.returns.map(returns))
    });
    leak(rt::AdapterInfo {
        external: externals[adapter.external.0],
        operations: leak_all(operations),
    })
}

fn operation(
    operation: &'static Operation,
    languages: Option<rt::Languages>,
    returns: Option<&'static rt::ExternalType>,
) -> rt::Operation {
    rt::Operation {
        name: &operation.name.text,
        params: idents(&operation.params),
        request: match &operation.request {
            Request::Call { method, args } => rt::Request::Call {
                method,
                args: leak_all(args.iter().map(template)),
            },
            Request::Http { verb, path } => rt::Request::Http {
                verb,
                path: template(path),
            },
        },
        once: operation.once.as_ref().map(|once| match once {
            Once::Header(name) => rt::Once::Header(name),
            Once::Unique(field) => rt::Once::Unique(field),
            Once::Search { field, after_ms } => rt::Once::Search {
                field,
                after_ms: *after_ms,
            },
            Once::Review => rt::Once::Review,
        }),
        items: operation.items.as_ref().map(|items| match items {
            AnswerItems::Field(field) => rt::AnswerItems::Field(field),
            AnswerItems::Nested(field) => rt::AnswerItems::Nested(field),
            AnswerItems::Keys(field) => rt::AnswerItems::Keys(field),
        }),
        returns,
        languages,
        place: &operation.place.text,
    }
}

/// Names as the author spells them.
pub(super) fn idents(names: impl IntoIterator<Item = &'static Ident>) -> &'static [&'static str] {
    leak_all(names.into_iter().map(|name| name.text.as_str()))
}

fn template(value: &'static Template) -> rt::Template {
    match value {
        Template::Null => rt::Template::Null,
        Template::Text(text) => rt::Template::Text(text),
        Template::Int(number) => rt::Template::Int(*number),
        Template::Bool(flag) => rt::Template::Bool(*flag),
        Template::Decimal(digits) => rt::Template::Decimal(digits),
        Template::Or(both) => {
            let [first, second] = &**both;
            rt::Template::Or(leak([template(first), template(second)]))
        }
        Template::Id => rt::Template::Id,
        Template::Param(position) => rt::Template::Param(*position),
        Template::Setting(setting) => rt::Template::Setting(setting.0),
        Template::Concat(parts) => rt::Template::Concat(leak_all(parts.iter().map(template))),
        Template::List(items) => rt::Template::List(leak_all(items.iter().map(template))),
        Template::Field(name) => rt::Template::Field(name),
        Template::Record => rt::Template::Record,
        Template::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.as_str(), template(value)));
            rt::Template::Object(leak_all(fields))
        }
    }
}
