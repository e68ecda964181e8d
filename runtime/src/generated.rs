//! Every name that generated code uses, and nothing else: it begins with `use ::tenon_runtime::generated::*`.

pub use crate::builtin;
pub use crate::builtin::exact::{self, Records};
pub use crate::connector::{
    AdapterInfo, AnswerItems, Binding, Connector, ExternalType, Languages, Once, Operation, OwnColumns, Protocol,
    Request, Setting, Template,
};
pub use crate::json::out::Name;
pub use crate::mapper::*;
pub use crate::registry::{Registry, Wanted};
pub use crate::table::Table;
pub use crate::unit::{ConnectorUnit, Usage};
pub use jiff::civil::{Date, Time};
pub use jiff::{SignedDuration, Timestamp};
pub use rust_decimal::Decimal;
pub use std::borrow::Cow;
pub use std::collections::BTreeMap;
pub use uuid::Uuid;

/// Keeps a fault inside: the left side of `catch`, whose steps would leave the rule otherwise.
pub fn attempt<T>(value: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    value()
}

/// Calls for each element of a list: how `needs` asks about elements. A list that is absent or a fault has none.
pub fn for_each<'s>(list: Out<'s>, call: &mut dyn FnMut(Val<'s>)) {
    if let Ok(Val::List(elements)) = list {
        elements.into_iter().for_each(call);
    }
}

/// `{ a: 1 }`: a missing field is left out.
pub fn record<'s>(mut fields: Vec<(&'static str, Val<'s>)>) -> Val<'s> {
    fields.retain(|(_, value)| !matches!(value, Val::Missing));
    Val::Record(fields)
}

/// The elements of a list, each as a Rust value: an argument of an `extern fn`.
pub fn elements<'s, T>(list: Val<'s>, into: impl Fn(Val<'s>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    list.into_list()?.into_iter().map(into).collect()
}

/// The entries of a map, each value as a Rust value. No key comes twice.
pub fn entries<'s, T>(
    map: Val<'s>,
    into: impl Fn(Val<'s>) -> Result<T, Fault>,
) -> Result<BTreeMap<Cow<'s, str>, T>, Fault> {
    let entry = |entry: Val<'s>| {
        let mut parts = entry.into_list()?.into_iter();
        let (Some(key), Some(value)) = (parts.next(), parts.next()) else {
            return Err(Fault::data("a map of keys and values is expected"));
        };
        Ok((key.into_text()?, into(value)?))
    };
    map.into_list()?.into_iter().map(entry).collect()
}

/// The fields of a record: an argument of an `extern fn`.
#[derive(Debug)]
pub struct RecordParts<'s>(Vec<(&'static str, Val<'s>)>);

impl<'s> RecordParts<'s> {
    /// Those of this record.
    pub fn of(record: Val<'s>) -> Result<Self, Fault> {
        let Val::Record(fields) = record else {
            return Err(Fault::kind_of_value("a record", &record));
        };
        Ok(Self(fields))
    }

    /// A field as a Rust value; it is taken out.
    pub fn part<T>(&mut self, name: &str, into: impl FnOnce(Val<'s>) -> Result<T, Fault>) -> Result<T, Fault> {
        let found = self.0.iter_mut().find(|(known, _)| *known == name);
        into(found.map_or(Val::Missing, |(_, value)| std::mem::replace(value, Val::Missing)))
    }
}

/// JSON: as it came, or of a list or record of values.
pub fn json_of(value: Val<'_>) -> Result<Cow<'_, str>, Fault> {
    if let Val::Json(json) = value {
        return Ok(json);
    }
    Ok(Cow::Owned(crate::json::writer::json_text(&value)))
}

/// An argument of an `extern fn` that takes null.
pub fn nullable<'s, T>(value: Val<'s>, into: impl FnOnce(Val<'s>) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
    match value.is_absent() {
        true => Ok(None),
        false => into(value).map(Some),
    }
}

/// Texts or bytes as an `extern fn` takes them.
pub fn borrowed<'v, T: ToOwned + ?Sized>(list: &'v [Cow<'_, T>]) -> Vec<&'v T> {
    list.iter().map(AsRef::as_ref).collect()
}

/// A text that an `extern fn` returned.
pub fn own_text<'s>(text: Cow<'_, str>) -> Val<'s> {
    Val::made(text.into_owned())
}

/// JSON that an `extern fn` returned.
pub fn own_json<'s>(json: Cow<'_, str>) -> Val<'s> {
    Val::Json(Cow::Owned(json.into_owned()))
}

/// Bytes that an `extern fn` returned.
pub fn own_bytes<'s>(bytes: Cow<'_, [u8]>) -> Val<'s> {
    Val::Bytes(Cow::Owned(bytes.into_owned()))
}

/// A key that an `extern fn` returned.
pub fn own_key<'s>(key: Cow<'_, str>) -> Val<'s> {
    Val::Key(Cow::Owned(key.into_owned()))
}

/// A map that an `extern fn` returned.
pub fn map_of<'s, T>(map: BTreeMap<Cow<'_, str>, T>, make: impl Fn(T) -> Val<'s>) -> Val<'s> {
    let entry = |(key, value)| Val::List(vec![own_text(key), make(value)]);
    Val::List(map.into_iter().map(entry).collect())
}

/// A list that an `extern fn` returned.
pub fn list_of<'s, T>(list: Vec<T>, make: impl Fn(T) -> Val<'s>) -> Val<'s> {
    Val::List(list.into_iter().map(make).collect())
}
