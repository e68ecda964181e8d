//! Facts about what the peers send: records of a table are exported to a shop that answers from the recordings, and what it was
//! asked is the actual value.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use tenon_runtime::app::context::Context;
use tenon_runtime::app::drive;
use tenon_runtime::app::output::Format;
use tenon_runtime::model::{ModelField, ModelKind};
use tenon_runtime::plan::{BindingWrite, Plan, Write};
use tenon_runtime::registry::Registry;
use tenon_runtime::store::Completed;
use tenon_runtime::sync::export::start::{ExportSelection, export};
use tenon_runtime::value::{Key, RecordId, Stored};

use super::path::holes;
use super::replay::{Actual, INSTANCE, external_type, open, recordings_of};
use super::{Aliases, Fact, SystemAlias};
use crate::fake::{FakeShop, Recorded};

/// The step that leads to the key of what was sent.
const KEY: &str = "@key";

/// The table of exports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exports {
    question: Questions,
    /// The peers' fields: ours.
    field: BTreeMap<String, String>,
    inside: Vec<Record>,
    export: Vec<Export>,
}

/// How the peers ask.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    requests: String,
    call: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    model: String,
    label: Option<String>,
    values: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export {
    /// As facts call it.
    record: String,
    r#type: String,
    of: String,
    changed: Option<Vec<String>>,
    bound: Vec<Bound>,
    #[serde(default)]
    answers: Vec<Answer>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bound {
    r#type: String,
    key: String,
    of: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    method: String,
    args: Value,
    answer: Value,
}

/// The table.
pub fn exports() -> Exports {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/exports.toml");
    toml::from_str(&std::fs::read_to_string(path).expect("the table of exports is readable")).expect("the table fits")
}

impl Exports {
    /// Whether a fact is about something that is sent.
    pub fn has(&self, fact: &Fact) -> bool {
        self.export.iter().any(|export| export.record == fact.record)
    }

    /// What comes of the export that a fact is about.
    pub async fn answer(&self, folder: &Path, fact: &Fact, aliases: &Aliases, register: impl Fn(&Registry)) -> Actual {
        let system = aliases.system.get(&fact.system);
        let wanted = self.export.iter().find(|export| export.record == fact.record);
        let (Some(system), Some(wanted)) = (system, wanted) else {
            return Actual::NotCovered(format!("nothing exports {}", fact.record));
        };
        let shop = FakeShop::start(answers(folder, fact, system, wanted)).await;
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let context = open(scratch.path(), &shop, system, &system.settings, register).await;
        let labels = self.fill(&context, wanted).await;
        let id = *labels.get(&wanted.of).expect("a label of the table");
        let selection = match &wanted.changed {
            Some(fields) => ExportSelection::Changed(id, fields.clone()),
            None => ExportSelection::Id(id),
        };
        let run = export(&context.sync, INSTANCE, &wanted.r#type, selection).await;
        let run = run.expect("the export starts");
        let ran = drive::until_idle(&context.sync, run, &wanted.r#type, Format::Json).await;
        ran.expect("the export runs");
        context.sync.close().await;
        self.asked(&context, &shop, fact, (wanted, id)).await
    }

    /// Makes the records and bindings that are there before.
    async fn fill(&self, context: &Context, wanted: &Export) -> BTreeMap<String, RecordId> {
        let mut labels = BTreeMap::new();
        for record in &self.inside {
            let model = context.sync.registry.model_named(&record.model);
            let model = model.expect("the table names models that there are");
            let values = record.values.iter().map(|(name, text)| {
                let field = model.field(name).expect("the table names fields that there are");
                (name.clone(), stored(field, text, &labels))
            });
            let write = Write::Create {
                model: record.model.clone(),
                values: values.collect(),
            };
            let plan = Plan {
                writes: vec![write],
                ..Plan::default()
            };
            let made = apply(context, plan).await;
            let id = made.first().expect("one record is made").1;
            labels.extend(record.label.clone().map(|label| (label, id)));
        }
        let bindings = wanted.bound.iter().map(|bound| {
            let external = external_type(context, &bound.r#type);
            let binding = external.binding.as_ref().expect("the table binds types with a key");
            let required = binding.fields.iter().filter(|field| field.required_on_create());
            BindingWrite::Bind {
                table: binding.table.to_owned(),
                instance: INSTANCE.to_owned(),
                key: Key(bound.key.clone()),
                to: Stored::Ref(*labels.get(&bound.of).expect("a label of the table")),
                parent: None,
                revision: None,
                fields: required.map(|field| (field.name.to_owned(), nothing(field))).collect(),
            }
        });
        let plan = Plan {
            bindings: bindings.collect(),
            ..Plan::default()
        };
        apply(context, plan).await;
        labels
    }

    /// What the shop was asked, or what is known of the record now.
    async fn asked(
        &self,
        context: &Context,
        shop: &FakeShop,
        fact: &Fact,
        (wanted, id): (&Export, RecordId),
    ) -> Actual {
        let log = shop.log();
        if fact.field == self.question.requests {
            return Actual::Value(log.len().into());
        }
        if let Some(number) = holes(&self.question.call, &fact.field).and_then(|holes| holes.get("n")?.parse().ok()) {
            let mut calls = log.into_iter().filter(|call| call.method.contains('.'));
            let call = calls.nth(usize::saturating_sub(number, 1));
            return call.map_or(Actual::Value(Value::Null), |call| {
                Actual::Value(Value::Array(vec![call.method.into(), call.args]))
            });
        }
        if self.field.get(&fact.field).map(String::as_str) != Some(KEY) {
            return Actual::NotCovered(format!("nothing that is sent or kept says `{}`", fact.field));
        }
        let external = external_type(context, &wanted.r#type);
        let found = context.sync.store.bindings_of(external, INSTANCE, id).await;
        let key = found.expect("the store answers").into_iter().next();
        Actual::Value(key.map_or(Value::Null, |bound| bound.key.0.into()))
    }
}

fn answers(folder: &Path, fact: &Fact, system: &SystemAlias, wanted: &Export) -> Vec<Vec<Recorded>> {
    let mut sets = recordings_of(folder, &fact.input, system);
    let said = wanted.answers.iter();
    let said = said.map(|said| Recorded::new(&said.method, said.args.clone(), said.answer.clone()));
    sets.push(said.collect());
    sets
}

/// A text of the table as the field holds it.
fn stored(field: &ModelField, text: &str, labels: &BTreeMap<String, RecordId>) -> Stored {
    if let Some(label) = text.strip_prefix('@') {
        return Stored::Ref(*labels.get(label).expect("a label stands above where it is used"));
    }
    match field.kind {
        ModelKind::Decimal(scale) => {
            let mut number: rust_decimal::Decimal = text.parse().expect("digits");
            number.rescale(u32::from(scale));
            Stored::Decimal(number)
        }
        ModelKind::DateTime => Stored::DateTime(text.parse().expect("an instant")),
        ModelKind::Int => Stored::Int(text.parse().expect("a number")),
        ModelKind::Bool => Stored::Bool(text.parse().expect("true or false")),
        ModelKind::Text
        | ModelKind::Enum { .. }
        | ModelKind::Date
        | ModelKind::Time
        | ModelKind::Duration
        | ModelKind::Value(_)
        | ModelKind::Uuid
        | ModelKind::Bytes
        | ModelKind::Json
        | ModelKind::Ref { .. }
        | ModelKind::OneToMany { .. }
        | ModelKind::ManyToMany { .. } => Stored::Text(text.to_owned()),
    }
}

/// A value of a field of a binding that no row speaks about.
fn nothing(field: &ModelField) -> Stored {
    match matches!(field.kind, ModelKind::Int) {
        true => Stored::Int(0),
        false => Stored::Text(String::new()),
    }
}

async fn apply(context: &Context, plan: Plan) -> Vec<(u32, RecordId)> {
    match context.sync.store.apply(&plan).await.expect("the store works") {
        Completed::Applied(made) => made,
        other @ (Completed::Lost | Completed::Stale(_) | Completed::Refused(_)) => panic!("{other:?}"),
    }
}
