//! `backend`: the values of an instance, the wire, the protocol.

use super::internal::default_literal;
use super::modifier::{Place, modifiers};
use super::written::{SCALARS, WrittenBase, written};
use crate::check::adapter::{Params, template, text_template};
use crate::error::{Reports, adapter, name, stored_type, typing, unbuilt, version};
use crate::ident::ident;
use crate::ir::{Protocol, Scalar, Setting, SettingId, Wire};
use crate::place::Places;
use crate::resolve::Items;
use crate::types::{self, TypeNames};
use std::collections::HashSet;
use tenon_dsl::ast::{Backend, Duration, DurationUnit, Field};

const PROTOCOLS: [&str; 6] = ["rest", "xml_rpc", "json_rpc", "xml", "solr", "cmis"];
const SCHEMES: [&str; 7] = ["basic", "bearer", "query", "header", "login", "oauth1", "oauth2"];

/// The settings of a connector, the root's first.
pub(crate) fn settings(items: &Items<'_>, places: &Places<'_>, reports: &mut Reports) -> Settings {
    let mut made: Vec<Setting> = Vec::new();
    let mut wrong = HashSet::new();
    for declared in &items.backends {
        for field in &declared.item.fields {
            match made.iter().find(|known| known.name.text == field.name.value) {
                Some(first) => {
                    let first_span = first.place.span;
                    reports.push(name::declared_twice(
                        first_span,
                        field.name.span,
                        "the value",
                        &field.name.value,
                    ));
                }
                None => match setting(field, places, reports) {
                    (setting, true) => made.push(setting),
                    (setting, false) => {
                        wrong.insert(SettingId(made.len()));
                        made.push(setting);
                    }
                },
            }
        }
    }
    Settings { list: made, wrong }
}

/// The settings of a connector.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) list: Vec<Setting>,
    /// Those whose type is a mistake.
    pub(crate) wrong: HashSet<SettingId>,
}

/// The setting, and whether its type is right.
fn setting(field: &Field, places: &Places<'_>, reports: &mut Reports) -> (Setting, bool) {
    let modifiers = modifiers(field, Place::Backend, reports);
    let ty = written(&field.ty, reports);
    let scalar = match &ty.base {
        WrittenBase::Scalar(scalar) => Some(scalar.clone()),
        WrittenBase::Wrong => None,
        WrittenBase::Named(unknown) => {
            let help = "a value of a backend is a scalar";
            reports.push(name::unknown_type(unknown, "type", &SCALARS, help));
            None
        }
        WrittenBase::Ref(_)
        | WrittenBase::Ext(_)
        | WrittenBase::List(_)
        | WrittenBase::Map(_)
        | WrittenBase::OneOf(_)
        | WrittenBase::TextOrNumber
        | WrittenBase::Record(_) => {
            reports.push(stored_type::setting_with_parts(ty.span, &field.name.value));
            None
        }
    };
    let holds = scalar.clone().map_or_else(types::wrong, types::scalar);
    let names = TypeNames {
        models: &[],
        externals: &[],
    };
    let default = modifiers
        .default
        .and_then(|written| default_literal(written, &holds, &field.name.value, names, reports));
    let is_right = scalar.is_some();
    let setting = Setting {
        name: ident(&field.name.value),
        scalar: scalar.unwrap_or(Scalar::Json),
        nullable: ty.nullable || field.optional,
        default,
        sensitive: modifiers.sensitive.is_some(),
        place: places.place(field.span),
    };
    (setting, is_right)
}

/// The wire, JSON unless said.
pub(crate) fn wire(items: &Items<'_>, reports: &mut Reports) -> Wire {
    let mut made: Option<Wire> = None;
    let mut first = None;
    for word in items.backends.iter().filter_map(|declared| declared.item.wire.as_ref()) {
        if let Some(first) = first {
            reports.push(version::declared_by_parent(
                word.span,
                "the",
                "wire",
                (first, "another `backend`"),
                "`amend backend { wire .. }`",
            ));
        }
        first = Some(word.span);
        made = match word.value.as_str() {
            "json" => Some(Wire::Json),
            "php" => Some(Wire::Php),
            "xml" => Some(Wire::Xml),
            other => {
                reports.push(adapter::unknown_word(word.span, "wire", other, &["json", "php", "xml"]));
                None
            }
        };
    }
    made.unwrap_or(Wire::Json)
}

/// How the connector is spoken to.
pub(crate) fn protocol(
    items: &Items<'_>,
    settings: &[Setting],
    title: &str,
    reports: &mut Reports,
) -> Option<Protocol> {
    let mut found: Option<&Backend> = None;
    for declared in items.backends.iter().filter(|declared| declared.item.adapter.is_some()) {
        if let (Some(first), Some(again)) = (found.and_then(|first| first.adapter.as_ref()), &declared.item.adapter) {
            let parent = (first.span, "another `backend`");
            let instead = "`amend backend { override adapter .. }`";
            reports.push(version::declared_by_parent(
                again.span, "the", "adapter", parent, instead,
            ));
        }
        found = Some(declared.item);
    }
    let written = found?.adapter.as_ref()?;
    let params = Params {
        record: None,
        names: &[],
        takes_id: false,
        settings,
        title,
        changes: &items.changes,
        owner: None,
        instead: "override adapter ..",
    };
    known_word(&written.name, "protocol", &PROTOCOLS, reports);
    let endpoint = text_template(&written.endpoint.value, &params, reports)?;
    let auth = match &written.auth {
        None => None,
        Some(auth) => {
            known_word(&auth.scheme, "kind of `auth`", &SCHEMES, reports);
            for named in auth.args.iter().filter_map(|arg| arg.name.as_ref()) {
                reports.push(unbuilt::not_built(named.span, "`auth` with named values"));
            }
            let args = auth
                .args
                .iter()
                .filter_map(|arg| template(&arg.value, &params, reports));
            Some((auth.scheme.value.clone(), args.collect()))
        }
    };
    for limit in &written.limits {
        let zero = [
            (limit.count.value, limit.count.span),
            (limit.per.value.amount, limit.per.span),
        ];
        for (_, span) in zero.into_iter().filter(|(number, _)| *number == 0) {
            reports.push(typing::out_of_range(span, "`limit`", "not 0"));
        }
    }
    let limits = written
        .limits
        .iter()
        .map(|limit| (limit.count.value, milliseconds(limit.per.value)));
    Some(Protocol {
        name: written.name.value.clone(),
        endpoint,
        auth,
        limits: limits.collect(),
    })
}

fn known_word(word: &tenon_dsl::source::Name, what: &str, known: &[&str], reports: &mut Reports) {
    if !known.contains(&word.value.as_str()) {
        reports.push(adapter::unknown_word(word.span, what, &word.value, known));
    }
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    let unit = match duration.unit {
        DurationUnit::Millisecond => 1,
        DurationUnit::Second => 1_000,
        DurationUnit::Minute => 60_000,
        DurationUnit::Hour => 3_600_000,
        DurationUnit::Day => 86_400_000,
    };
    u64::from(duration.amount) * unit
}
