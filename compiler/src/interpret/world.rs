//! The world around a trial: who answers its lookups and its functions. What the context does not say is answered by a symbol.

use super::constant::{Misfit, of_field, plain, references};
use super::news::NewRecord;
use super::symbol::Symbols;
use crate::ir::test::{Constant, Context, Question};
use crate::ir::{Connector, Literal, Program};
use std::sync::Arc;
use tenon_runtime::builtin::fold;
use tenon_runtime::generated as rt;
use tenon_runtime::generated::{
    Ask, ExternalType, Key, KeyKind, Kind, Lookup, Model, ModelKind, RecordId, Resolved, Val, Want, store,
};
use tenon_runtime::mapper::drive::Answers;
use tenon_runtime::value::{Stored, StoredRecord};

/// A lookup and its answer, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Which lookups had to be answered before.
    pub stratum: u8,
    /// `ref CustomerGroup 1`
    pub question: String,
    /// `res.partner.category(1)`
    pub answer: String,
    /// Whether the context gave it, or it is a symbol.
    pub by: By,
}

/// Who answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The context of the test.
    Context,
    /// Nobody: the answer is a name.
    Symbol,
}

/// Answers the lookups of one trial.
pub(super) struct World<'w> {
    pub(super) program: &'static Program,
    pub(super) connector: &'static Connector,
    /// The models of the inside.
    pub(super) models: &'w [&'static Model],
    pub(super) context: &'static [Context],
    pub(super) symbols: &'w Symbols,
    pub(super) answered: Vec<Answered>,
    /// Records that `find_or_new` would make.
    pub(super) news: Vec<NewRecord>,
    /// What the context says in vain.
    pub(super) misfits: Vec<Misfit>,
}

impl Answers for World<'_> {
    fn answer(&mut self, stratum: u8, want: &Want, resolved: &mut Resolved) {
        let (question, answer, by) = match (want.lookup, &want.ask) {
            (Lookup::Ref { external, model, .. }, Ask::Key(key)) => {
                let (id, by) = self.reference(external, model, key);
                resolved.answer_ref(external, key.clone(), id);
                (question("ref", external, key), self.shown(id), by)
            }
            (Lookup::Bound { external }, Ask::Key(key)) => {
                let (id, by) = self.bound(external, key);
                resolved.answer_ref(external, key.clone(), id);
                (question("bound", external, key), id.is_some().to_string(), by)
            }
            (
                Lookup::Load {
                    external,
                    model,
                    fields,
                    ..
                },
                Ask::Key(key),
            ) => {
                let (record, by) = self.load(external, model, fields, key);
                let shown = record.as_ref().map_or("null".to_owned(), |record| self.record(record));
                resolved.answer_load(external, key.clone(), record.map(Arc::new));
                (question("load", external, key), shown, by)
            }
            (
                Lookup::Find { model, criteria, fold }
                | Lookup::FindOrNew {
                    model, criteria, fold, ..
                },
                Ask::Criteria(values),
            ) => self.search(want, (*model, *criteria, *fold), values, resolved),
            (Lookup::Read { model, fields }, Ask::Record(id)) => {
                let (record, by) = self.read(model, fields, *id);
                let shown = record.as_ref().map_or("null".to_owned(), |record| self.record(record));
                resolved.answer_read(model, *id, record.map(Arc::new));
                (format!("load {}", self.symbols.symbol(*id)), shown, by)
            }
            (Lookup::ExtOf { external, model }, Ask::Record(id)) => {
                let (key, by) = self.key_of(external, model.name, *id);
                let shown = key.as_ref().map_or("null".to_owned(), |key| written_key(external, key));
                resolved.answer_record(external, *id, key);
                (format!("ext_of {}", self.symbols.symbol(*id)), shown, by)
            }
            (Lookup::ExtOf { .. }, Ask::Key(_) | Ask::Criteria(_))
            | (Lookup::Find { .. } | Lookup::FindOrNew { .. } | Lookup::Read { .. }, Ask::Key(_))
            | (Lookup::Find { .. } | Lookup::FindOrNew { .. }, Ask::Record(_))
            | (Lookup::Read { .. }, Ask::Criteria(_))
            | (Lookup::Ref { .. } | Lookup::Bound { .. } | Lookup::Load { .. }, Ask::Criteria(_) | Ask::Record(_)) => {
                return;
            }
        };
        self.answered.push(Answered {
            stratum,
            question,
            answer,
            by,
        });
    }
}

impl World<'_> {
    fn shown(&self, id: Option<RecordId>) -> String {
        id.map_or("null".to_owned(), |id| self.symbols.symbol(id).to_string())
    }

    fn symbol(&self, external: &ExternalType, model: &str, key: &Key) -> RecordId {
        self.symbols.id(model, &written_key(external, key))
    }

    /// What the context says about a key.
    fn said(&mut self, asked: Question, external: &ExternalType, key: &Key) -> Option<&'static Constant> {
        for entry in self.context {
            let Context::Key {
                question,
                external: of,
                key: given,
                answer,
            } = entry
            else {
                continue;
            };
            let same = *question == asked && self.connector.externals[of.0].name.text == external.name;
            if same
                && self
                    .kept(plain(given))
                    .and_then(|given| rt::canonical_key(&given))
                    .as_ref()
                    == Some(key)
            {
                return Some(answer);
            }
        }
        None
    }

    pub(super) fn kept<T>(&mut self, made: Result<T, Misfit>) -> Option<T> {
        made.map_err(|misfit| {
            if !self.misfits.contains(&misfit) {
                self.misfits.push(misfit);
            }
        })
        .ok()
    }

    fn reference(&mut self, external: &ExternalType, model: &Model, key: &Key) -> (Option<RecordId>, By) {
        match self.said(Question::Ref, external, key) {
            Some(answer) => (self.symbols.of_constant(model.name, answer), By::Context),
            None => (Some(self.symbol(external, model.name, key)), By::Symbol),
        }
    }

    /// Whether a key is bound; a `ref` of the context says it, too.
    fn bound(&mut self, external: &ExternalType, key: &Key) -> (Option<RecordId>, By) {
        let model = external.binding.as_ref().map_or("", |binding| binding.model);
        let symbol = self.symbol(external, model, key);
        let said = self.said(Question::Bound, external, key);
        match said.or_else(|| self.said(Question::Ref, external, key)) {
            Some(Constant::Literal(Literal::Bool(false) | Literal::Null | Literal::Missing)) => (None, By::Context),
            Some(_) => (Some(symbol), By::Context),
            None => (Some(symbol), By::Symbol),
        }
    }

    fn load(
        &mut self,
        external: &ExternalType,
        model: &'static Model,
        fields: &'static [&'static str],
        key: &Key,
    ) -> (Option<StoredRecord>, By) {
        let own = self.symbol(external, model.name, key);
        let record = |id, fields| StoredRecord {
            model,
            id,
            version: 0,
            fields,
        };
        match self.said(Question::Load, external, key) {
            Some(Constant::Record(given)) => {
                let fields = self.fields(model, fields.iter().copied(), given);
                (Some(record(own, fields)), By::Context)
            }
            Some(answer) => {
                let id = self.symbols.of_constant(model.name, answer);
                (id.map(|id| record(id, self.symbolic(id, model, fields))), By::Context)
            }
            None => (Some(record(own, self.symbolic(own, model, fields))), By::Symbol),
        }
    }

    /// `find` and `find_or_new`: the question, the answer, who gave it.
    fn search(
        &mut self,
        want: &Want,
        (model, criteria, fold): (&'static Model, &'static [&'static str], bool),
        values: &[Stored],
        resolved: &mut Resolved,
    ) -> (String, String, By) {
        let (found, by) = self.find(model, criteria, fold, values);
        let (found, word) = match (&want.new, found.as_slice()) {
            (Some(new), []) => (vec![self.would_make(model, values, new)], "created: "),
            (_, _) => (found, ""),
        };
        let shown = match found.as_slice() {
            [one] => format!("{word}{}", self.shown(Some(*one))),
            [] => "null".to_owned(),
            several => format!("{} records", several.len()),
        };
        let asked = match want.lookup {
            Lookup::FindOrNew { .. } => "find_or_new",
            Lookup::Find { .. }
            | Lookup::Ref { .. }
            | Lookup::Bound { .. }
            | Lookup::Load { .. }
            | Lookup::Read { .. }
            | Lookup::ExtOf { .. } => "find",
        };
        resolved.answer_find(model, criteria, fold, values, found);
        let criteria = self.criteria(criteria, values);
        (format!("{asked} {} {criteria}", model.name), shown, by)
    }

    pub(super) fn listed(&self, values: &[Stored]) -> String {
        let of: Vec<String> = values.iter().map(|value| self.stored(value)).collect();
        of.join(", ")
    }

    /// A reference that is loaded.
    fn read(
        &mut self,
        model: &'static Model,
        fields: &'static [&'static str],
        id: RecordId,
    ) -> (Option<StoredRecord>, By) {
        let said = self.context.iter().find_map(|entry| match entry {
            Context::Read {
                model: of,
                record,
                answer,
            } => {
                let same = self.program.models[of.0].name.text == model.name;
                (same && self.symbols.of_constant(model.name, record) == Some(id)).then_some(answer)
            }
            Context::Key { .. } | Context::Find { .. } | Context::Setting { .. } | Context::Function { .. } => None,
        });
        let (fields, by) = match said {
            Some(Constant::Record(given)) => (self.fields(model, fields.iter().copied(), given), By::Context),
            Some(_) => return (None, By::Context),
            None => (self.symbolic(id, model, fields), By::Symbol),
        };
        let record = StoredRecord {
            model,
            id,
            version: 0,
            fields,
        };
        (Some(record), by)
    }

    /// Stored fields: given ones, else what a new record has.
    pub(super) fn fields(
        &mut self,
        model: &'static Model,
        names: impl Iterator<Item = &'static str>,
        given: &'static [(String, Constant)],
    ) -> Vec<(&'static str, Stored)> {
        let mut fields = Vec::new();
        for field in names.filter_map(|name| model.field(name)) {
            let given = given.iter().find(|(name, _)| name == field.name);
            let made = given.map(|(_, value)| {
                let value = of_field(value, field, self.symbols)?;
                if let ModelKind::OneToMany { .. } = field.kind {
                    return references(value).ok_or_else(|| format!("`{}` is a list of references", field.name));
                }
                store(value, field).map_err(|fault| fault.to_string())
            });
            let stored = made.and_then(|made| self.kept(made));
            fields.push((field.name, stored.unwrap_or_else(|| default_of(field))));
        }
        fields
    }

    /// Fields of a record that is only named: texts and references are names, too.
    fn symbolic(
        &self,
        id: RecordId,
        model: &'static Model,
        names: &'static [&'static str],
    ) -> Vec<(&'static str, Stored)> {
        let whole = self.symbols.symbol(id);
        let fields = names.iter().filter_map(|name| model.field(name)).map(|field| {
            let part = format!("{whole}.{}", field.name);
            let value = match field.kind {
                ModelKind::Text | ModelKind::Enum { open: true, .. } => Stored::Text(part),
                ModelKind::Ref { model, .. } => Stored::Ref(self.symbols.id(model, &part)),
                ModelKind::Int
                | ModelKind::Decimal(_)
                | ModelKind::Bool
                | ModelKind::Date
                | ModelKind::Time
                | ModelKind::Duration
                | ModelKind::DateTime
                | ModelKind::Uuid
                | ModelKind::Bytes
                | ModelKind::Json
                | ModelKind::Value(_)
                | ModelKind::Enum { open: false, .. }
                | ModelKind::OneToMany { .. }
                | ModelKind::ManyToMany { .. } => default_of(field),
            };
            (field.name, value)
        });
        fields.collect()
    }

    fn find(
        &mut self,
        model: &'static Model,
        criteria: &'static [&'static str],
        folded: bool,
        values: &[Stored],
    ) -> (Vec<RecordId>, By) {
        for entry in self.context {
            let Context::Find {
                model: of,
                criteria: given,
                answer,
            } = entry
            else {
                continue;
            };
            let declared = &self.program.models[of.0];
            if declared.name.text != model.name {
                continue;
            }
            let name = |field: usize| declared.fields[field].name.text.as_str();
            let asked = given.iter().all(|(field, value)| {
                let position = criteria.iter().position(|criterion| *criterion == name(field.0));
                position
                    .is_some_and(|position| self.is_value(model, criteria[position], value, &values[position], folded))
            });
            if asked {
                let several = match answer {
                    Constant::List(items) => items.as_slice(),
                    Constant::Literal(_) | Constant::Record(_) | Constant::Reference { .. } => {
                        std::slice::from_ref(answer)
                    }
                };
                let ids = several
                    .iter()
                    .filter_map(|one| self.symbols.of_constant(model.name, one));
                return (ids.collect(), By::Context);
            }
        }
        (vec![self.symbols.id(model.name, &self.listed(values))], By::Symbol)
    }

    fn is_value(
        &mut self,
        model: &'static Model,
        field: &str,
        given: &'static Constant,
        asked: &Stored,
        folded: bool,
    ) -> bool {
        let Some(field) = model.field(field) else { return false };
        let made = of_field(given, field, self.symbols)
            .and_then(|value| store(value, field).map_err(|fault| fault.to_string()));
        let Some(given) = self.kept(made) else { return false };
        match (&given, asked) {
            (Stored::Text(given), Stored::Text(asked)) if folded => same_folded(given, asked),
            (given, asked) => given == asked,
        }
    }

    fn criteria(&self, names: &[&str], values: &[Stored]) -> String {
        let pairs = names.iter().zip(values);
        let pairs = pairs.map(|(name, value)| format!("{name}: {}", self.stored(value)));
        format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
    }

    fn stored(&self, value: &Stored) -> String {
        super::shown::shown(&Val::from(value), self.symbols).to_string()
    }

    fn record(&self, record: &StoredRecord) -> String {
        let fields = record.fields.iter();
        let fields = fields.map(|(name, value)| format!("{name}: {}", self.stored(value)));
        let fields: Vec<String> = fields.collect();
        format!("{} {{ {} }}", self.symbols.symbol(record.id), fields.join(", "))
    }
}

fn question(word: &str, external: &ExternalType, key: &Key) -> String {
    format!("{word} {} {}", external.name, written_key(external, key))
}

/// A key as a test writes it: digits, or a text in quotes.
fn written_key(external: &ExternalType, key: &Key) -> String {
    let is_digits = |field: &rt::Field| matches!(field.kind, Kind::Key(KeyKind::Int) | Kind::Int);
    let is_composite = external.key_parts > 1;
    match is_composite || external.key.fields.first().is_some_and(is_digits) {
        true => key.0.clone(),
        false => format!("\"{}\"", key.0),
    }
}

fn same_folded(one: &str, other: &str) -> bool {
    let folded = |text: &str| fold(Val::made(text.to_owned())).and_then(Val::into_text).ok();
    folded(one).is_some() && folded(one) == folded(other)
}

/// What a new record has in a field that nothing wrote.
fn default_of(field: &rt::ModelField) -> Stored {
    let empty = || match field.kind {
        _ if field.nullable => Stored::Null,
        ModelKind::Text | ModelKind::Enum { .. } => Stored::Text(String::new()),
        ModelKind::Int => Stored::Int(0),
        ModelKind::Decimal(scale) => Stored::Decimal(tenon_runtime::Decimal::new(0, u32::from(scale))),
        ModelKind::Bool => Stored::Bool(false),
        ModelKind::OneToMany { .. } | ModelKind::ManyToMany { .. } => Stored::Refs(Vec::new()),
        ModelKind::Value(of) if matches!(of.kind, Kind::List(_)) => Stored::Json("[]".to_owned()),
        ModelKind::Value(of) if matches!(of.kind, Kind::Map(_)) => Stored::Json("{}".to_owned()),
        ModelKind::Value(_) => Stored::Null,
        ModelKind::Date
        | ModelKind::Time
        | ModelKind::Duration
        | ModelKind::DateTime
        | ModelKind::Uuid
        | ModelKind::Bytes
        | ModelKind::Json
        | ModelKind::Ref { .. } => Stored::Null,
    };
    match field.default {
        Some(rt::Literal::Text(text)) => Stored::Text(text.to_owned()),
        Some(rt::Literal::Int(number)) => Stored::Int(number),
        Some(rt::Literal::Bool(flag)) => Stored::Bool(flag),
        Some(rt::Literal::Decimal(digits)) => digits.parse().map_or_else(|_| empty(), Stored::Decimal),
        Some(rt::Literal::Null) | None => empty(),
    }
}
