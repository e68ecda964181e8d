//! Trials of exports: stored values in, what would be sent out, as the other side writes it.

use super::constant::{of_field, plain, wire};
use super::shown::Shown;
use super::world::{By, World};
use crate::ir::test::{Constant, Context, Question};
use serde_json::{Map, Value};
use tenon_runtime::encode::is_empty;
use tenon_runtime::generated as rt;
use tenon_runtime::generated::{ExternalType, Key, Model, ModelKind, RecordId, Val};
use tenon_runtime::json::writer::json_text;
use tenon_runtime::shape::{Kind, Shape};
use tenon_runtime::value::Stored;

/// The field that holds the record itself.
const OWN: &str = "id";
/// What the name of the record behind a reference ends in.
const BEHIND: char = '.';

/// Fields of a record as a test gives them.
type Given = &'static [(String, Constant)];

impl World<'_> {
    /// A stored record as an export reads it: given values, else what a new record has; what must be there is named or zero.
    pub(super) fn stored_payload(&mut self, model: &'static Model, shape: &'static Shape, given: Given) -> Vec<u8> {
        let own = self.symbols.id(model.name, "given");
        Value::Object(self.stored_record(model, shape, given, own))
            .to_string()
            .into_bytes()
    }

    fn stored_record(
        &mut self,
        model: &'static Model,
        shape: &'static Shape,
        given: Given,
        own: RecordId,
    ) -> Map<String, Value> {
        let mut made = Map::new();
        for field in shape.fields {
            let name = field.name.trim_end_matches(BEHIND);
            let value = match (model.field(name), field.kind) {
                (None, _) if name == OWN => Value::from(own.0),
                (None, _) => continue,
                (Some(column), Kind::Record(far)) if name != field.name => self.behind(column, far, given),
                (Some(column), Kind::List(element)) if is_children(column) => {
                    self.children(column, element, given, own)
                }
                (Some(column), _) => self.column(model, column, given),
            };
            made.insert(field.name.to_owned(), value);
        }
        made
    }

    /// The value of a column.
    fn column(&mut self, model: &'static Model, column: &'static rt::ModelField, given: Given) -> Value {
        let fields = self.fields(model, std::iter::once(column.name), given);
        let stored = fields.into_iter().next().map_or(Stored::Null, |(_, stored)| stored);
        let stored = match (&stored, column.nullable) {
            (Stored::Null, false) => self.needed(column),
            _ => stored,
        };
        serde_json::from_str(&json_text(&Val::from(&stored))).unwrap_or(Value::Null)
    }

    /// A value where the model has no default and admits no null.
    fn needed(&self, column: &'static rt::ModelField) -> Stored {
        match column.kind {
            ModelKind::Ref { model, .. } => Stored::Ref(self.symbols.id(model, column.name)),
            ModelKind::Date => Stored::Date(rt::Date::new(1970, 1, 1).unwrap_or_default()),
            ModelKind::Time => Stored::Time(rt::Time::midnight()),
            ModelKind::Duration => Stored::Duration(rt::SignedDuration::ZERO),
            ModelKind::DateTime => Stored::DateTime(rt::Timestamp::UNIX_EPOCH),
            ModelKind::Uuid => Stored::Uuid(rt::Uuid::nil()),
            ModelKind::Bytes => Stored::Bytes(Vec::new()),
            ModelKind::Text
            | ModelKind::Enum { .. }
            | ModelKind::Int
            | ModelKind::Decimal(_)
            | ModelKind::Bool
            | ModelKind::Json
            | ModelKind::Value(_)
            | ModelKind::OneToMany { .. }
            | ModelKind::ManyToMany { .. } => Stored::Null,
        }
    }

    /// The record behind a reference: what `load MODEL id = { .. }` says of it.
    fn behind(&mut self, column: &'static rt::ModelField, shape: &'static Shape, given: Given) -> Value {
        let ModelKind::Ref { model: far, .. } = column.kind else {
            return Value::Null;
        };
        let stored = given.iter().find(|(name, _)| name == column.name);
        let id = match stored.map(|(_, value)| of_field(value, column, self.symbols)) {
            Some(Ok(Val::Ref(id))) => id,
            Some(_) => return Value::Null,
            None if column.nullable => return Value::Null,
            None => self.symbols.id(far, column.name),
        };
        let Some(far) = self.model(far) else {
            return Value::Null;
        };
        let said = self.context.iter().find_map(|entry| match entry {
            Context::Read { model, record, answer } => {
                let same = self.program.models[model.0].name.text == far.name;
                (same && self.symbols.of_constant(far.name, record) == Some(id)).then_some(answer)
            }
            Context::Key { .. } | Context::Find { .. } | Context::Setting { .. } | Context::Function { .. } => None,
        });
        let fields: Given = match said {
            Some(Constant::Record(fields)) => fields,
            Some(_) | None => &[],
        };
        Value::Object(self.stored_record(far, shape, fields, id))
    }

    fn children(
        &mut self,
        column: &'static rt::ModelField,
        shape: &'static Shape,
        given: Given,
        own: RecordId,
    ) -> Value {
        let ModelKind::OneToMany { model: far, .. } = column.kind else {
            return Value::Null;
        };
        let given = given.iter().find(|(name, _)| name == column.name);
        let (Some((_, Constant::List(items))), Some(far)) = (given, self.model(far)) else {
            return Value::Array(Vec::new());
        };
        let around = self.symbols.symbol(own);
        let made = items.iter().enumerate().map(|(position, item)| {
            let id = self
                .symbols
                .id(far.name, &format!("{around}.{}[{position}]", column.name));
            let fields: Given = match item {
                Constant::Record(fields) => fields,
                Constant::Literal(_) | Constant::List(_) | Constant::Reference { .. } => &[],
            };
            Value::Object(self.stored_record(far, shape, fields, id))
        });
        Value::Array(made.collect())
    }

    /// The key that a record is bound to: of a `ref` of the context that leads to it, else what names the record.
    pub(super) fn key_of(&mut self, external: &ExternalType, model: &str, id: RecordId) -> (Option<Key>, By) {
        for entry in self.context {
            let Context::Key {
                question: Question::Ref | Question::Bound,
                external: of,
                key,
                answer,
            } = entry
            else {
                continue;
            };
            let same = self.connector.externals[of.0].name.text == external.name;
            if same && self.symbols.of_constant(model, answer) == Some(id) {
                let key = self.kept(plain(key)).and_then(|key| rt::canonical_key(&key));
                return (key, By::Context);
            }
        }
        let name = self.symbols.symbol(id).of;
        (Some(Key(name.trim_matches('"').to_owned())), By::Symbol)
    }

    fn model(&self, name: &str) -> Option<&'static Model> {
        self.models.iter().copied().find(|model| model.name == name)
    }
}

fn is_children(column: &rt::ModelField) -> bool {
    matches!(column.kind, ModelKind::OneToMany { .. })
}

/// JSON as a trial shows and compares it.
pub(super) fn shown(value: &Value) -> Shown {
    match value {
        Value::Null => Shown::Null,
        Value::Bool(flag) => Shown::Bool(*flag),
        Value::String(text) => Shown::Text(text.clone()),
        Value::Number(number) => match number.to_string().parse() {
            Ok(number) => Shown::Number(number),
            Err(_) => Shown::Json(number.to_string()),
        },
        Value::Array(items) => Shown::List(items.iter().map(shown).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), shown(value)));
            Shown::Record(fields.collect())
        }
    }
}

/// Whether the other side holds a value already, as `current` says.
pub(super) fn is_held(name: &str, value: &Value, current: Option<&'static Constant>) -> bool {
    let Some(Constant::Record(held)) = current else {
        return false;
    };
    let held = held.iter().find(|(known, _)| known == name);
    held.is_some_and(|(_, held)| serde_json::from_str(&wire(held)).is_ok_and(|held: Value| same(&held, value)))
}

/// Fields that are empty in what the other side holds, as `current` says it; where nothing is said of the record nothing is known.
pub(super) fn empty(mapper: &'static dyn rt::Mapper, current: Option<&'static Constant>) -> Vec<&'static str> {
    let mut names = mapper.info().reads_outside();
    names.retain(|name| {
        let field = mapper
            .output()
            .and_then(|output| output.fields.iter().find(|field| field.name == *name));
        let (Some(Constant::Record(held)), Some(field)) = (current, field) else {
            return false;
        };
        let held = held.iter().find(|(known, _)| known == name);
        let value = held.map_or(Ok(Value::Null), |(_, held)| serde_json::from_str(&wire(held)));
        value.is_ok_and(|value| is_empty(&value, field))
    });
    names
}

/// Equal, numbers by their value.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    shown(one) == shown(other)
}
