//! One value of an instance: what stands in the file, or what it refers to, to the value that the connector declares.

use std::ops::Range;

use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Reader;
use crate::connector::Setting;
use crate::shape::Kind;
use crate::value::Val;

impl Reader<'_> {
    pub(super) fn setting(
        &mut self,
        at: Range<usize>,
        setting: &'static Setting,
        value: Option<&Spanned<DeValue<'_>>>,
        section: &str,
    ) -> Option<Val<'static>> {
        let Some(value) = value else {
            return match (setting.default, setting.nullable) {
                (Some(literal), _) => Some(literal.value()),
                (None, true) => Some(Val::Null),
                (None, false) => {
                    let message = format!("[{section}] does not say `{}`", setting.name);
                    let help = Some(format!("write {} = {}", setting.name, example(setting)));
                    self.mistake(at, message, "a value is missing here", help);
                    None
                }
            };
        };
        if let Some(table) = value.get_ref().as_table() {
            let text = self.reference(value.span(), table, setting)?;
            return self.referred(value.span(), &text, setting);
        }
        if setting.sensitive {
            let message = format!("`{}` is a secret and does not belong into a file", setting.name);
            let help = Some(format!("write {} = {}", setting.name, example(setting)));
            self.mistake(value.span(), message, "a secret by value", help);
            return None;
        }
        self.plain(value, setting)
    }

    /// `{ env = "SHOP_KEY" }`
    fn reference(&mut self, at: Range<usize>, table: &DeTable<'_>, setting: &Setting) -> Option<String> {
        let variable = table.get("env").and_then(|value| value.get_ref().as_str());
        let (Some(variable), 1) = (variable, table.len()) else {
            let message = format!("`{}` does not say where its value comes from", setting.name);
            self.mistake(
                at,
                message,
                "not a reference",
                Some("write { env = \"NAME_OF_A_VARIABLE\" }".to_owned()),
            );
            return None;
        };
        let found = (self.environment)(variable);
        if found.is_none() {
            let message = format!("the environment has no variable `{variable}`");
            let help = Some(format!("set it before the start: {variable}=.. connectors .."));
            self.mistake(at, message, "read from the environment", help);
        }
        found
    }

    /// The environment knows texts only: numbers and flags are read from them.
    fn referred(&mut self, at: Range<usize>, text: &str, setting: &Setting) -> Option<Val<'static>> {
        let read = if matches!(setting.kind, Kind::Int) {
            text.parse().ok().map(Val::Int)
        } else if matches!(setting.kind, Kind::Bool) {
            text.parse().ok().map(Val::Bool)
        } else {
            return self.text_setting(at, text, setting);
        };
        if read.is_none() {
            self.wrong_type(at, setting);
        }
        read
    }

    fn plain(&mut self, value: &Spanned<DeValue<'_>>, setting: &Setting) -> Option<Val<'static>> {
        let found = match (value.get_ref(), setting.kind) {
            (DeValue::String(text), _) => return self.text_setting(value.span(), text, setting),
            (DeValue::Boolean(flag), Kind::Bool) => Some(Val::Bool(*flag)),
            (DeValue::Integer(number), Kind::Int) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(Val::Int)
            }
            (DeValue::Integer(number), Kind::Decimal(_)) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .map(|number| Val::Decimal(number.into())),
            (DeValue::Float(number), Kind::Decimal(_)) => exact(number.as_str()),
            _ => None,
        };
        if found.is_none() {
            self.wrong_type(value.span(), setting);
        }
        found
    }

    fn text_setting(&mut self, at: Range<usize>, text: &str, setting: &Setting) -> Option<Val<'static>> {
        let owned = || Val::Text(text.to_owned().into());
        let found = match setting.kind {
            Kind::Text => Some(owned()),
            Kind::Enum { words, open } => (open || words.contains(&text)).then(owned),
            Kind::Decimal(_) => exact(text),
            Kind::Int
            | Kind::Float
            | Kind::Bool
            | Kind::Date
            | Kind::Time
            | Kind::Duration
            | Kind::DateTime
            | Kind::Uuid
            | Kind::Bytes
            | Kind::Json
            | Kind::Key(_)
            | Kind::Ref
            | Kind::Record(_)
            | Kind::List(_)
            | Kind::Map(_) => None,
        };
        if found.is_none() {
            self.wrong_type(at, setting);
        }
        found
    }

    fn wrong_type(&mut self, at: Range<usize>, setting: &Setting) {
        let message = format!("`{}` is {}", setting.name, kind_name(setting.kind));
        let label = format!("declared at {}", setting.place);
        self.mistake(
            at,
            message,
            &label,
            Some(format!("write {} = {}", setting.name, example(setting))),
        );
    }
}

/// All digits or none: what does not fit is refused, not rounded.
fn exact(digits: &str) -> Option<Val<'static>> {
    Decimal::from_str_exact(digits).ok().map(Val::Decimal)
}

fn kind_name(kind: Kind) -> String {
    match kind {
        Kind::Text => "a text".to_owned(),
        Kind::Int => "a whole number".to_owned(),
        Kind::Decimal(_) => "an exact decimal".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::Enum { words, .. } => format!("one of {}", words.join(", ")),
        Kind::Float
        | Kind::Date
        | Kind::Time
        | Kind::Duration
        | Kind::DateTime
        | Kind::Uuid
        | Kind::Bytes
        | Kind::Json
        | Kind::Key(_)
        | Kind::Ref
        | Kind::Record(_)
        | Kind::List(_)
        | Kind::Map(_) => "of a type that a file cannot hold".to_owned(),
    }
}

fn example(setting: &Setting) -> String {
    if setting.sensitive {
        return format!("{{ env = \"{}\" }}", setting.name.to_uppercase());
    }
    if let Kind::Enum { words, .. } = setting.kind {
        return format!("\"{}\"", words.first().copied().unwrap_or_default());
    }
    let example = if matches!(setting.kind, Kind::Int) {
        "0"
    } else if matches!(setting.kind, Kind::Bool) {
        "true"
    } else {
        "\"..\""
    };
    example.to_owned()
}
