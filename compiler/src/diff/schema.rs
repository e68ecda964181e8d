//! What differs in the declarations of two versions: backend, records, operations, tables, functions.

use super::{Change, Class, How, Side, record};

use crate::ir::{ExternalId, Field, FieldType, Languages, Operation, Place, Wire};
use std::collections::BTreeSet;

/// What a field holds: its type, `max` and default.
pub(super) fn value_of(side: Side<'_>, field: &Field) -> String {
    let holds = holds(side, &field.ty);
    format!("{holds} {:?} {:?} {}", field.max, field.default, field.per_language)
}

/// A type by what it holds, by the names of records: their numbers differ by version.
fn holds(side: Side<'_>, ty: &FieldType) -> String {
    match ty {
        FieldType::Scalar(scalar) => format!("{scalar:?}"),
        FieldType::Key { scalar, external } => format!("ext {} {scalar:?}", side.external(*external).name.text),
        // One that is declared in place has the name of its field, which may have another name by now.
        FieldType::Record(record) => match side.external(*record).name.text.contains('.') {
            true => "record".to_owned(),
            false => format!("record {}", side.external(*record).name.text),
        },
        FieldType::List(element) => format!("[{}]", holds(side, element)),
        FieldType::Map(element) => format!("{{{}}}", holds(side, element)),
        FieldType::Nullable(element) => format!("{} | null", holds(side, element)),
        FieldType::Ref(model) => format!("ref {}", side.program.models[model.0].name.text),
    }
}

/// Whether a field is sent the same: its name, codec, zone, and how absence is written.
pub(super) fn same_wire(a: &Field, b: &Field) -> bool {
    let form = |field: &Field| {
        (
            field.name.text.clone(),
            field.codec.clone(),
            field.zone.clone(),
            field.null_texts.clone(),
            (field.optional, field.nullable),
            (field.sensitive, field.readonly),
        )
    };
    form(a) == form(b)
}

/// `json`
pub(super) fn wire(wire: Wire) -> &'static str {
    match wire {
        Wire::Json => "json",
        Wire::Php => "php",
        Wire::Xml => "xml",
    }
}

/// A part that one version has, or both.
pub(super) struct Part {
    pub(super) name: String,
    /// What it says, for comparing.
    pub(super) said: String,
    pub(super) own_name: String,
    pub(super) place: Option<Place>,
    /// Whether something must be given for it.
    pub(super) required: bool,
}

/// What each kind of change of a kind of part means.
struct Meaning {
    renamed: Option<(Class, &'static str)>,
    overridden: Option<(Class, &'static str)>,
    dropped: Option<(Class, &'static str)>,
    new: Option<(Class, &'static str)>,
    /// Of a new one that must be given.
    required: Option<(Class, &'static str)>,
}

/// How the system is spoken to.
fn spoken(before: Side<'_>, after: Side<'_>, changes: &mut Vec<Change>) {
    let (old, new) = (before.connector.wire, after.connector.wire);
    if old != new {
        changes.push(Change {
            of: "backend".to_owned(),
            name: "wire".to_owned(),
            how: How::Overridden,
            class: Some(Class::WireOnly),
            why: format!("wire {} instead of {}", wire(new), wire(old)),
            before: None,
            after: None,
        });
    }
    let protocol = |side: Side<'_>| side.with_settings(format!("{:?}", side.connector.protocol));
    if protocol(before) != protocol(after) {
        changes.push(Change {
            of: "backend".to_owned(),
            name: "adapter".to_owned(),
            how: How::Overridden,
            class: Some(Class::WireOnly),
            why: "the system is spoken to otherwise".to_owned(),
            before: None,
            after: None,
        });
    }
}

/// All of it.
pub(super) fn changes(before: Side<'_>, after: Side<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    spoken(before, after, &mut changes);
    let gone = "an instance or unit that uses it finds it no more";
    let configured = Meaning {
        renamed: Some((Class::Breaking, "instances give it under its old name")),
        overridden: Some((Class::Breaking, "what instances give may not fit")),
        dropped: Some((Class::Breaking, "instances give a value that nobody knows")),
        new: None,
        required: Some((Class::Breaking, "every instance must give it")),
    };
    compare(
        "backend",
        (settings(before), settings(after)),
        &configured,
        &mut changes,
    );
    serves(before, after, &mut changes);
    record::records(before, after, &mut changes);
    let operations = Meaning {
        renamed: Some((Class::WireOnly, "it is fetched or sent otherwise")),
        overridden: Some((Class::WireOnly, "it is fetched or sent otherwise")),
        dropped: Some((Class::Breaking, gone)),
        new: None,
        required: None,
    };
    compare(
        "adapter",
        (adapters(before), adapters(after)),
        &operations,
        &mut changes,
    );
    let values = Meaning {
        renamed: None,
        overridden: Some((Class::ValueChanging, "the same value may become another one")),
        dropped: Some((Class::Breaking, gone)),
        new: None,
        required: None,
    };
    let kept = Meaning {
        renamed: None,
        overridden: Some((Class::Breaking, "what is kept beside the key differs")),
        dropped: Some((Class::Breaking, gone)),
        new: None,
        required: Some((Class::Breaking, "what is bound already has no value for it")),
    };
    compare(
        "binding",
        (record::bindings(before), record::bindings(after)),
        &kept,
        &mut changes,
    );
    compare("table", (tables(before), tables(after)), &values, &mut changes);
    compare("extern fn", (externs(before), externs(after)), &values, &mut changes);
    changes
}

/// The releases that the versions speak to.
fn serves(before: Side<'_>, after: Side<'_>, changes: &mut Vec<Change>) {
    let said = |side: Side<'_>| side.connector.serves.clone();
    let (old, new) = (said(before), said(after));
    let how = match (&old, &new) {
        (old, new) if old == new => return,
        (Some(_), None) => How::Dropped,
        (None, _) => How::New,
        (Some(_), Some(_)) => How::Overridden,
    };
    changes.push(Change {
        of: "connector".to_owned(),
        name: "serves".to_owned(),
        how,
        class: None,
        why: format!(
            "{} instead of {}",
            new.unwrap_or("-".to_owned()),
            old.unwrap_or("-".to_owned())
        ),
        before: None,
        after: None,
    });
}

fn compare(of: &str, (old, new): (Vec<Part>, Vec<Part>), meaning: &Meaning, changes: &mut Vec<Change>) {
    let names: BTreeSet<&String> = old.iter().chain(&new).map(|part| &part.name).collect();
    for name in names {
        let (first, second) = (
            old.iter().find(|part| part.name == *name),
            new.iter().find(|part| part.name == *name),
        );
        let (how, said) = match (first, second) {
            (Some(_), None) => (How::Dropped, meaning.dropped),
            (None, Some(part)) if part.required => (How::New, meaning.required),
            (None, Some(_)) => (How::New, meaning.new),
            (Some(old), Some(new)) if old.said != new.said => (How::Overridden, meaning.overridden),
            (Some(old), Some(new)) if old.own_name != new.own_name => (How::Renamed, meaning.renamed),
            (Some(_), Some(_)) | (None, None) => continue,
        };
        let shown = match (first, second) {
            (Some(old), Some(new)) if old.own_name != new.own_name => format!("{} -> {}", old.own_name, new.own_name),
            (_, _) => name.clone(),
        };
        changes.push(Change {
            of: of.to_owned(),
            name: shown,
            how,
            class: said.map(|(class, _)| class),
            why: said.map_or("", |(_, why)| why).to_owned(),
            before: first.and_then(|part| part.place.clone()),
            after: second.and_then(|part| part.place.clone()),
        });
    }
}

fn settings(side: Side<'_>) -> Vec<Part> {
    let part = |setting: &crate::ir::Setting| Part {
        name: side.called(None, &setting.name.text),
        said: format!(
            "{:?}{}{:?}{}",
            setting.scalar, setting.nullable, setting.default, setting.sensitive
        ),
        own_name: setting.name.text.clone(),
        place: Some(setting.place.clone()),
        required: !setting.nullable && setting.default.is_none(),
    };
    side.connector.settings.iter().map(part).collect()
}

fn adapters(side: Side<'_>) -> Vec<Part> {
    let adapters = side.connector.adapters.iter();
    let parts = adapters.flat_map(|adapter| {
        let record = side.external(adapter.external).name.text.clone();
        adapter.operations.iter().map(move |operation| {
            let name = format!("{record}.{}", operation.name.text);
            Part {
                said: side.with_settings(operation_of(side, operation)),
                own_name: name.clone(),
                name,
                place: Some(operation.place.clone()),
                required: false,
            }
        })
    });
    parts.collect()
}

/// All that an operation says, records by their names.
fn operation_of(side: Side<'_>, operation: &Operation) -> String {
    let record = |id: ExternalId| side.external(id).name.text.as_str();
    let languages = operation.languages.as_ref().map(|languages| {
        let Languages {
            argument,
            external,
            model,
            field,
        } = languages;
        let model = &side.program.models[model.0];
        let field = &model.fields[field.0].name.text;
        format!(
            "{argument} from {} by {field} of {}",
            record(*external),
            model.name.text
        )
    });
    let Operation {
        name: _,
        params,
        request,
        items,
        once,
        returns,
        languages: _,
        place: _,
    } = operation;
    let params: Vec<&str> = params.iter().map(|param| param.text.as_str()).collect();
    format!(
        "{params:?}{request:?}{items:?}{once:?}{:?}{languages:?}",
        returns.map(record)
    )
}

fn tables(side: Side<'_>) -> Vec<Part> {
    let part = |table: &crate::ir::Table| Part {
        name: table.name.text.clone(),
        said: format!(
            "{:?}{:?}{:?}{:?}",
            table.to_inside, table.to_outside, table.rest_inside, table.rest_outside
        ),
        own_name: table.name.text.clone(),
        place: Some(table.place.clone()),
        required: false,
    };
    side.connector.tables.iter().map(part).collect()
}

fn externs(side: Side<'_>) -> Vec<Part> {
    let part = |function: &crate::ir::ExternFn| Part {
        name: function.name.text.clone(),
        said: format!(
            "{:?}{:?}{}{}{:?}",
            function.params, function.result, function.fallible, function.module, function.effect
        ),
        own_name: function.name.text.clone(),
        place: Some(function.place.clone()),
        required: false,
    };
    side.connector.externs.iter().map(part).collect()
}
