//! What an operation sends: its templates, filled in with the key, the arguments of a call and the settings of an instance.

use std::fmt;

use serde_json::{Number, Value};

use super::argument::{Argument, NotAnArgument};
use super::secret::{Redactor, Secret};
use crate::connector::{ExternalType, Setting, Template};
use crate::encode::key_text;
use crate::shape::{Field, KeyKind, Kind, Wire};
use crate::value::{Key, Val};

/// What an instance says for one setting.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// May be shown.
    Plain(Argument),
    /// May be sent only.
    Secret(Secret),
}

impl SettingValue {
    /// The value of a setting; what the connector calls sensitive can be sent only.
    pub fn of(setting: &Setting, value: &Val<'_>, wire: Wire) -> Result<Self, NotAnArgument> {
        let plain_value = Argument::of(value, wire)?;
        if !setting.sensitive {
            return Ok(Self::Plain(plain_value));
        }
        match argument(&plain_value, wire).map_err(|_| NotAnArgument)? {
            None | Some(Value::Null) => Ok(Self::Plain(plain_value)),
            Some(value) => plain(value)
                .map(|text| Self::Secret(Secret::new(text)))
                .ok_or(NotAnArgument),
        }
    }
}

/// What templates are filled in with.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// How numbers and keys are written.
    pub wire: Wire,
    /// By position, as the connector declares them.
    pub settings: &'a [SettingValue],
    /// The key of the record and the type that says how it is written.
    pub id: Option<(&'a Key, &'static ExternalType)>,
    /// By position, as the operation declares them.
    pub args: &'a [Argument],
    /// What is sent of the mapped record, as the other side writes it; absent for operations that send none.
    pub record: Option<&'a serde_json::Map<String, Value>>,
    /// All of it.
    pub whole: Option<&'a serde_json::Map<String, Value>>,
}

/// Why a template cannot be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfilled {
    /// The operation sends `id` and was called without.
    #[error("the operation needs the key of a record")]
    NoKey,
    /// The instance has no such setting.
    #[error("setting number {0} has no value")]
    NoSetting(usize),
    /// A list or a record stands inside a text.
    #[error("a list or a record cannot stand inside a text")]
    NotText,
    /// A number that nobody can write.
    #[error("a number without end, or none at all, cannot be sent")]
    NotFinite,
}

/// The parameters of a remote call. A position never vanishes, because that would shift the ones behind it:
/// a record of which nothing is left is sent empty, other absent values as null; only those at the very end are not sent.
pub fn parameters(templates: &'static [Template], filling: &Filling<'_>) -> Result<Vec<Value>, Unfilled> {
    let mut sent = Vec::with_capacity(templates.len());
    let mut wanted = 0;
    for template in templates {
        // What stands by itself is always sent: a position says which field it is.
        let filled = if let Template::Field(name) = template {
            filling.whole.and_then(|record| record.get(*name).cloned())
        } else {
            value(template, filling)?.or_else(|| empty(template))
        };
        let is_there = filled.is_some();
        sent.push(filled.unwrap_or(Value::Null));
        wanted = if is_there { sent.len() } else { wanted };
    }
    sent.truncate(wanted);
    Ok(sent)
}

/// The value of one template; `None`: absent.
pub fn value(template: &Template, filling: &Filling<'_>) -> Result<Option<Value>, Unfilled> {
    Ok(match template {
        Template::Null => Some(Value::Null),
        Template::Text(text) => Some(Value::from(*text)),
        Template::Int(number) => Some(integer(*number, filling.wire)),
        Template::Decimal(number) => Some(digits((*number).to_owned(), filling.wire)),
        Template::Bool(flag) => Some(Value::Bool(*flag)),
        Template::Or([first, second]) => match value(first, filling)? {
            None | Some(Value::Null) => value(second, filling)?,
            there => there,
        },
        Template::Id => Some(key(filling.id.ok_or(Unfilled::NoKey)?, filling.wire)),
        Template::Param(position) => {
            let given = filling.args.get(*position);
            given.map_or(Ok(None), |given| argument(given, filling.wire))?
        }
        Template::Setting(position) => setting(*position, filling)?,
        Template::Concat(parts) => concat(parts, filling)?.map(Value::String),
        Template::List(items) => Some(list(items, filling)?),
        Template::Object(entries) => object(entries, filling)?,
        Template::Field(name) => filling.record.and_then(|record| record.get(*name).cloned()),
        Template::Record => filling.record.map(|record| Value::Object(record.clone())),
    })
}

/// A template that makes a text, for addresses and credentials.
pub fn text(template: &Template, filling: &Filling<'_>) -> Result<String, Unfilled> {
    match value(template, filling)? {
        Some(value) => plain(value).ok_or(Unfilled::NotText),
        None => Ok(String::new()),
    }
}

/// What must be masked wherever it could be printed.
pub fn hide_settings(settings: &[SettingValue], redactor: &mut Redactor) {
    for setting in settings {
        match setting {
            SettingValue::Secret(secret) => redactor.hide(secret.expose()),
            SettingValue::Plain(_) => {}
        }
    }
}

fn empty(template: &Template) -> Option<Value> {
    matches!(template, Template::Object(_)).then(|| Value::Object(serde_json::Map::new()))
}

fn list(items: &[Template], filling: &Filling<'_>) -> Result<Value, Unfilled> {
    let mut made = Vec::with_capacity(items.len());
    for item in items {
        made.extend(value(item, filling)?);
    }
    Ok(Value::Array(made))
}

/// A record that is written with no entries is sent so; one that loses all it has is left out.
fn object(entries: &[(&'static str, Template)], filling: &Filling<'_>) -> Result<Option<Value>, Unfilled> {
    let mut made = serde_json::Map::new();
    for (name, template) in entries {
        if let Some(value) = value(template, filling)? {
            made.insert((*name).to_owned(), value);
        }
    }
    Ok((entries.is_empty() || !made.is_empty()).then_some(Value::Object(made)))
}

fn concat(parts: &[Template], filling: &Filling<'_>) -> Result<Option<String>, Unfilled> {
    let mut made = String::new();
    for part in parts {
        match value(part, filling)? {
            Some(Value::Null) | None => return Ok(None),
            Some(value) => made.push_str(&plain(value).ok_or(Unfilled::NotText)?),
        }
    }
    Ok(Some(made))
}

fn plain(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn setting(position: usize, filling: &Filling<'_>) -> Result<Option<Value>, Unfilled> {
    match filling.settings.get(position).ok_or(Unfilled::NoSetting(position))? {
        SettingValue::Plain(value) => argument(value, filling.wire),
        SettingValue::Secret(secret) => Ok(Some(Value::from(secret.expose()))),
    }
}

/// The value of an argument; `None`: absent.
fn argument(arg: &Argument, wire: Wire) -> Result<Option<Value>, Unfilled> {
    Ok(Some(match arg {
        Argument::Absent => return Ok(None),
        Argument::Null => Value::Null,
        Argument::Text(text) => Value::from(text.as_str()),
        Argument::Int(number) => integer(*number, wire),
        Argument::Decimal(number) => digits(number.to_string(), wire),
        Argument::Float(number) => {
            let finite = Number::from_f64(*number).ok_or(Unfilled::NotFinite)?;
            digits(finite.to_string(), wire)
        }
        Argument::Bool(flag) => Value::Bool(*flag),
        Argument::List(items) => {
            let items = items.iter().filter_map(|item| argument(item, wire).transpose());
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Argument::Record(fields) => {
            let mut made = serde_json::Map::new();
            for (name, field) in fields {
                if let Some(value) = argument(field, wire)? {
                    made.insert(name.clone(), value);
                }
            }
            Value::Object(made)
        }
    }))
}

fn integer(number: i64, wire: Wire) -> Value {
    digits(number.to_string(), wire)
}

/// Numbers keep their digits; PHP wants them as text.
fn digits(digits: String, wire: Wire) -> Value {
    match wire {
        Wire::Json => digits.parse::<Number>().map_or(Value::String(digits), Value::Number),
        Wire::Php | Wire::Xml => Value::String(digits),
    }
}

/// A key as the type of the record says; a composite one is the list of its parts.
fn key((key, external): (&Key, &'static ExternalType), wire: Wire) -> Value {
    if external.key_parts > 1
        && let Ok(parts) = serde_json::from_str::<Vec<Value>>(&key.0)
    {
        return parts
            .into_iter()
            .zip(external.key.fields)
            .map(|(part, field)| key_part(plain(part).unwrap_or_default(), field, wire))
            .collect();
    }
    match external.key.fields.first() {
        Some(field) => key_part(key.0.clone(), field, wire),
        None => Value::String(key.0.clone()),
    }
}

fn key_part(text: String, field: &Field, wire: Wire) -> Value {
    let kind = match matches!(field.kind, Kind::Int | Kind::Key(KeyKind::Int)) {
        true => KeyKind::Int,
        false => KeyKind::Text,
    };
    key_text(text, kind, field.codec, wire)
}

/// A call in words, for errors and logs: `Customer.read of 42`.
#[derive(Clone, Copy, Debug)]
pub struct InWords<'a> {
    /// The type.
    pub external: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The key.
    pub id: Option<&'a Key>,
}

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.external, self.operation)?;
        match self.id {
            Some(id) => write!(f, " of {id}"),
            None => Ok(()),
        }
    }
}
