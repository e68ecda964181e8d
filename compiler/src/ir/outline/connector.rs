//! A connector: settings, protocol, external records, operations, tables, functions.

use super::mapping::{duration, mapping};
use super::model::model_field;
use super::{Lines, display_name, flag, titled, words};
use crate::ir::expr::{Base, Template, Type};
use crate::ir::literal::show;
use crate::ir::{
    Adapter, AnswerItems, Codec, Connector, External, ExternalId, Field, FieldType, Languages, Literal, Once, Program,
    Request, Wire,
};
use crate::types::{TypeNames, shown_scalar};

pub(super) fn connector(program: &Program, connector: &Connector, out: &mut Lines) {
    let wire = match connector.wire {
        Wire::Json => "json",
        Wire::Php => "php",
        Wire::Xml => "xml",
    };
    let line = words([
        Some(format!("connector {}", display_name(connector))),
        Some(format!("({}, wire {wire})", connector.module)),
        connector
            .parent
            .as_ref()
            .map(|(name, version)| format!("extends {}", titled(name, version.as_deref()))),
        connector.serves.as_ref().map(|serves| format!("serves {serves}")),
    ]);
    out.line(0, line);
    for setting in &connector.settings {
        let line = words([
            Some(format!(
                "setting {}: {}",
                setting.name.text,
                shown_scalar(&setting.scalar)
            )),
            flag(setting.nullable, "| null"),
            setting
                .default
                .as_ref()
                .map(|default| format!("default {}", show(default))),
            flag(setting.sensitive, "sensitive"),
        ]);
        out.placed(1, line, &setting.place);
    }
    protocol(connector, out);
    connector
        .externals
        .iter()
        .filter(|one| one.stored.is_none())
        .for_each(|one| external(program, connector, one, out));
    connector
        .adapters
        .iter()
        .for_each(|one| adapter(program, connector, one, out));
    tables(connector, out);
    functions(program, connector, out);
    for at in 0..connector.mappings.len() {
        mapping(program, connector, at, out);
    }
}

/// What a connector has of one name: a record with its operations, and the mappings of the record or model.
pub(super) fn part_of(program: &Program, connector: &Connector, name: &str, out: &mut Lines) {
    let is_external = |id: ExternalId| connector.externals[id.0].name.text == name;
    let externals = connector.externals.iter().filter(|one| one.name.text == name);
    let adapters = connector.adapters.iter().filter(|one| is_external(one.external));
    let mappings = connector
        .mappings
        .iter()
        .enumerate()
        .filter(|(_, one)| is_external(one.external) || program.models[one.model.0].name.text == name);
    let mappings: Vec<usize> = mappings.map(|(at, _)| at).collect();
    if !mappings.is_empty() || connector.externals.iter().any(|one| one.name.text == name) {
        out.line(0, format!("connector {}", display_name(connector)));
    }
    externals.for_each(|one| external(program, connector, one, out));
    adapters.for_each(|one| adapter(program, connector, one, out));
    for at in mappings {
        mapping(program, connector, at, out);
    }
}

fn protocol(connector: &Connector, out: &mut Lines) {
    let Some(protocol) = &connector.protocol else { return };
    let auth = protocol.auth.as_ref().map(|(scheme, args)| {
        let args: Vec<String> = args.iter().map(|arg| template(connector, &[], arg)).collect();
        format!("auth {scheme}({})", args.join(", "))
    });
    let limits = protocol
        .limits
        .iter()
        .map(|(count, ms)| format!("limit {count} per {}", duration(*ms)));
    let limits: Vec<String> = limits.collect();
    let endpoint = template(connector, &[], &protocol.endpoint);
    let line = words([
        Some(format!("protocol {} {endpoint}", protocol.name)),
        auth,
        Some(limits.join(" ")),
    ]);
    out.line(1, line);
}

fn external(program: &Program, connector: &Connector, external: &External, out: &mut Lines) {
    let field = |id: &crate::ir::FieldId| external.fields[id.0].name.text.clone();
    let key: Vec<String> = external.key.iter().map(field).collect();
    let models: Vec<&str> = external
        .models
        .iter()
        .map(|id| program.models[id.0].name.text.as_str())
        .collect();
    let line = words([
        Some(format!("external {}", external.name.text)),
        (!key.is_empty()).then(|| format!("key {}", key.join(", "))),
        external.revision.as_ref().map(|id| format!("revision {}", field(id))),
        (!models.is_empty()).then(|| format!("-> {}", models.join(", "))),
    ]);
    out.placed(1, line, &external.place);
    for field in &external.fields {
        out.line(2, payload_field(connector, field));
    }
    if let Some(one_of) = &external.one_of {
        for record in &one_of.records {
            let by = &external.fields[one_of.by.0].name.text;
            out.line(2, format!("{} where {by} is {}", record.name, record.words.join(", ")));
        }
    }
    let Some(binding) = &external.binding else { return };
    let scope: Vec<&str> = binding
        .scope
        .iter()
        .map(|id| binding.fields[id.0].name.text.as_str())
        .collect();
    if !binding.fields.is_empty() || !scope.is_empty() || binding.one_to_one || binding.columns.is_some() {
        let scope = (!scope.is_empty()).then(|| format!("scope {}", scope.join(", ")));
        out.line(
            2,
            words([
                Some("binding".to_owned()),
                scope,
                flag(binding.one_to_one, "one to one"),
                binding.columns.map(|own| {
                    let model = &program.models[own.model.0];
                    let name = |field: crate::ir::ModelFieldId| model.fields[field.0].name.text.as_str();
                    let synced = own.synced.map(|field| format!(", synced {}", name(field)));
                    let (key, synced) = (name(own.key), synced.unwrap_or_default());
                    format!("in {} (key {key}{synced})", model.name.text)
                }),
            ]),
        );
        binding
            .fields
            .iter()
            .for_each(|field| out.line(3, model_field(program, field)));
    }
}

fn payload_field(connector: &Connector, field: &Field) -> String {
    let codec = match &field.codec {
        Codec::Wire => None,
        Codec::Format(format) => Some(format!("as \"{format}\"")),
        Codec::Text => Some("as text".to_owned()),
        Codec::Number => Some("as number".to_owned()),
        Codec::Epoch => Some("as epoch".to_owned()),
        Codec::Flag => Some("as flag".to_owned()),
        Codec::TextOrNumber => Some("| number".to_owned()),
    };
    let texts: Vec<String> = field
        .null_texts
        .iter()
        .map(|text| show(&Literal::Text(text.clone())))
        .collect();
    let name = match field.optional {
        true => format!("{}?", field.name.text),
        false => field.name.text.clone(),
    };
    words([
        Some(format!("{name}: {}", field_type(connector, &field.ty))),
        flag(field.nullable, "| null"),
        field.max.map(|max| format!("max {max}")),
        codec,
        field.zone.as_ref().map(|zone| format!("zone \"{zone}\"")),
        (!texts.is_empty()).then(|| format!("null {}", texts.join(", "))),
        field
            .default
            .as_ref()
            .map(|default| format!("default {}", show(default))),
        flag(field.sensitive, "sensitive"),
        flag(field.readonly, "readonly"),
        flag(field.per_language, "per language"),
    ])
}

fn field_type(connector: &Connector, ty: &FieldType) -> String {
    match ty {
        FieldType::Scalar(scalar) => shown_scalar(scalar),
        FieldType::Key { external, scalar } => {
            format!(
                "ext {} ({})",
                connector.externals[external.0].name.text,
                shown_scalar(scalar)
            )
        }
        FieldType::Record(external) => connector.externals[external.0].name.text.clone(),
        FieldType::List(element) => format!("[{}]", field_type(connector, element)),
        FieldType::Map(value) => format!("{{text: {}}}", field_type(connector, value)),
        FieldType::Nullable(element) => format!("{} | null", field_type(connector, element)),
        FieldType::Ref(_) => "ref".to_owned(),
    }
}

/// `per language view from StoreView by lang`
fn per_language(program: &Program, connector: &Connector, languages: &Languages) -> String {
    let model = &program.models[languages.model.0];
    format!(
        "per language {} from {} ({}) by {}",
        languages.argument,
        connector.externals[languages.external.0].name.text,
        model.name.text,
        model.fields[languages.field.0].name.text
    )
}

fn adapter(program: &Program, connector: &Connector, adapter: &Adapter, out: &mut Lines) {
    out.line(
        1,
        format!("adapter {}", connector.externals[adapter.external.0].name.text),
    );
    for operation in &adapter.operations {
        let languages = operation.languages.as_ref();
        let params: Vec<&str> = operation.params.iter().map(|param| param.text.as_str()).collect();
        let declared = params.join(", ");
        let params: Vec<&str> = params
            .into_iter()
            .chain(languages.map(|of| of.argument.as_str()))
            .collect();
        let request = match &operation.request {
            Request::Call { method, args } => {
                let args: Vec<String> = args.iter().map(|arg| template(connector, &params, arg)).collect();
                format!("call {method}({})", args.join(", "))
            }
            Request::Http { verb, path } => format!("{verb} {}", template(connector, &params, path)),
        };
        let line = words([
            Some(format!("{}({declared}) = {request}", operation.name.text)),
            operation.items.as_ref().map(items),
            operation.once.as_ref().map(once),
            operation
                .returns
                .map(|external| format!("returns {}", connector.externals[external.0].name.text)),
            languages.map(|of| per_language(program, connector, of)),
        ]);
        out.line(2, line);
    }
}

fn once(once: &Once) -> String {
    match once {
        Once::Header(name) => format!("once by header {name}"),
        Once::Unique(field) => format!("once by unique {field}"),
        Once::Search { field, after_ms } => format!("once by search {field} after {after_ms} ms"),
        Once::Review => "once by review".to_owned(),
    }
}

fn items(items: &AnswerItems) -> String {
    match items {
        AnswerItems::Field(field) => format!("items {field}"),
        AnswerItems::Nested(field) => format!("items nested {field}"),
        AnswerItems::Keys(field) => format!("items keys {field}"),
    }
}

fn template(connector: &Connector, params: &[&str], template_: &Template) -> String {
    let all = |parts: &[Template], between: &str| {
        let parts: Vec<String> = parts.iter().map(|part| template(connector, params, part)).collect();
        parts.join(between)
    };
    match template_ {
        Template::Null => "null".to_owned(),
        Template::Text(text) => format!("\"{text}\""),
        Template::Int(number) => number.to_string(),
        Template::Bool(value) => value.to_string(),
        Template::Decimal(digits) => digits.clone(),
        Template::Or(both) => format!("({})", all(&both[..], " ?? ")),
        Template::Id => "id".to_owned(),
        Template::Field(name) => format!(".{name}"),
        Template::Record => "record".to_owned(),
        Template::Param(at) => params.get(*at).map_or_else(String::new, |param| (*param).to_owned()),
        Template::Setting(id) => format!("backend.{}", connector.settings[id.0].name.text),
        Template::Concat(parts) => all(parts, " ~ "),
        Template::List(parts) => format!("[{}]", all(parts, ", ")),
        Template::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", template(connector, params, value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

fn tables(connector: &Connector, out: &mut Lines) {
    for table in &connector.tables {
        out.line(1, format!("table {}", table.name.text));
        for (outside, inside) in &table.to_inside {
            out.line(2, format!("{} <- {}", show(inside), show(outside)));
        }
        table
            .rest_inside
            .iter()
            .for_each(|rest| out.line(2, format!("{} <- _", show(rest))));
        for (inside, outside) in &table.to_outside {
            out.line(2, format!("{} -> {}", show(inside), show(outside)));
        }
        table
            .rest_outside
            .iter()
            .for_each(|rest| out.line(2, format!("_ -> {}", show(rest))));
    }
}

fn functions(program: &Program, connector: &Connector, out: &mut Lines) {
    let names = TypeNames {
        models: &program.models,
        externals: &connector.externals,
    };
    let shown = |ty: &Type| words([Some(names.show(ty)), flag(ty.nullable, "| null")]);
    for function in &connector.externs {
        if let Some(model) = function.effect {
            let (name, model) = (&function.name.text, &program.models[model.0].name.text);
            out.line(
                1,
                format!("extern effect fn {name}(ref {model}) in {}", function.module),
            );
            continue;
        }
        let params = function.params.iter();
        let params: Vec<String> = params
            .map(|(name, ty)| format!("{}: {}", name.text, shown(ty)))
            .collect();
        let result = match matches!(function.result.base, Base::Record(_)) {
            true => format!("{} {}", function.result_type, shown(&function.result)),
            false => shown(&function.result),
        };
        let line = words([
            Some(format!(
                "extern fn {}({}) -> {result}",
                function.name.text,
                params.join(", ")
            )),
            flag(function.fallible, "!"),
            Some(format!("in {}", function.module)),
        ]);
        out.line(1, line);
    }
}
