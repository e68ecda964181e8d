//! Recordings to a shop on loopback, an import of what facts ask about, and the values that came of it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use tenon_runtime::app::config;
use tenon_runtime::app::context::Context;
use tenon_runtime::app::drive;
use tenon_runtime::app::output::Format;
use tenon_runtime::connector::ExternalType;
use tenon_runtime::model::{Model, ModelKind};
use tenon_runtime::plan::{Plan, Write};
use tenon_runtime::registry::Registry;
use tenon_runtime::store::{Bound, Completed, Find};
use tenon_runtime::sync::start::{self, Selection};
use tenon_runtime::value::{Key, RecordId, Stored};

use super::{Aliases, Fact, Question, Step, SystemAlias, question};
use crate::fake::{self, FakeShop, Recorded, recordings};

/// Name of the instance that speaks to the recordings.
const INSTANCE: &str = "recorded";

/// What we make of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Actual {
    /// This value.
    Value(Value),
    /// Nothing, and why.
    NotCovered(String),
}

/// Something a path leads to.
#[derive(Clone, Debug)]
enum Place {
    Record(&'static Model, RecordId),
    Binding(&'static ExternalType, Bound),
    List(Vec<Place>),
    Leaf(Value),
    Nothing,
}

/// Imports the records that some facts with the same recordings ask about, into a database of their own, and answers them.
pub async fn replay(folder: &Path, facts: &[Fact], aliases: &Aliases, register: impl Fn(&Registry)) -> Vec<Actual> {
    let not_covered = |why: &str| facts.iter().map(|_| Actual::NotCovered(why.to_owned())).collect();
    let Some(first) = facts.first() else { return Vec::new() };
    let Some(system) = aliases.system.get(&first.system) else {
        return not_covered(&format!("no connector speaks to {} yet", first.system));
    };
    if facts.iter().all(|fact| !system.model.contains_key(&fact.model)) {
        return facts
            .iter()
            .map(|fact| Actual::NotCovered(nothing_imports(fact)))
            .collect();
    }
    let shop = FakeShop::start(recordings_of(folder, &first.input, system)).await;
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let context = open(scratch.path(), &shop, system, register).await;
    fill_inside(&context, system).await;
    let mut imported = BTreeSet::new();
    let mut actual = Vec::new();
    for fact in facts {
        let Some(external) = system.model.get(&fact.model) else {
            actual.push(Actual::NotCovered(nothing_imports(fact)));
            continue;
        };
        if imported.insert((external.clone(), fact.record.clone())) {
            import(&context, external, &fact.record).await;
        }
        actual.push(answer(&context, external, fact, aliases).await);
    }
    actual
}

fn nothing_imports(fact: &Fact) -> String {
    format!("no mapping reads what makes a {} yet", fact.model)
}

/// The fallback recordings first: what is given later answers first.
fn recordings_of(folder: &Path, input: &[String], system: &SystemAlias) -> Vec<Vec<Recorded>> {
    let fallback = system.fallback.iter().rev();
    fallback
        .chain(input)
        .map(|path| recordings::read(&folder.join(path)))
        .collect()
}

async fn open(scratch: &Path, shop: &FakeShop, system: &SystemAlias, register: impl Fn(&Registry)) -> Context {
    let registry = Registry::default();
    register(&registry);
    let mut text = format!(
        "[instance.{INSTANCE}]\nconnector = \"{}\"\nversion = \"{}\"\nurl = \"{}\"\nuser = \"{}\"\nkey = {{ env = \"KEY\" }}\n",
        system.connector,
        system.version,
        shop.url(),
        fake::USER,
    );
    for (name, value) in &system.settings {
        text.push_str(&format!("{name} = \"{value}\"\n"));
    }
    let config = config::parse("tenon.toml", &text, scratch, &registry.connectors(), &|_| {
        Some(fake::KEY.to_owned())
    });
    Context::of(config.expect("the settings fit"), registry, Format::Json)
        .await
        .expect("the store opens")
}

async fn fill_inside(context: &Context, system: &SystemAlias) {
    let write = |record: &super::InsideRecord| Write::Create {
        model: record.model.clone(),
        values: record
            .values
            .iter()
            .map(|(field, text)| (field.clone(), Stored::Text(text.clone())))
            .collect(),
    };
    let plan = Plan {
        writes: system.inside.iter().map(write).collect(),
        ..Plan::default()
    };
    let applied = context.sync.store.apply(&plan).await.expect("the store works");
    assert!(matches!(applied, Completed::Applied(_)), "{applied:?}");
}

async fn import(context: &Context, external: &str, record: &str) {
    let selection = if record == "all" {
        Selection::All
    } else {
        Selection::Id(Key(record.to_owned()))
    };
    let run = start::import(&context.sync, INSTANCE, external, selection)
        .await
        .expect("the import starts");
    drive::until_idle(&context.sync, run, external, Format::Json)
        .await
        .expect("the import runs");
}

async fn answer(context: &Context, external: &str, fact: &Fact, aliases: &Aliases) -> Actual {
    let Some(question) = question(&fact.field, aliases) else {
        return Actual::NotCovered(format!("`{}` is no path", fact.field));
    };
    let external = external_type(context, external);
    let found = bindings(context, external, &fact.record).await;
    match question {
        Question::Count => Actual::Value(found.len().into()),
        Question::Length(steps) => match walk(context, external, found, &steps).await {
            Ok(Place::List(list)) => Actual::Value(list.len().into()),
            Ok(other) => Actual::NotCovered(format!("`{}` is no list but {other:?}", fact.field)),
            Err(why) => Actual::NotCovered(why),
        },
        Question::Value(steps) => match walk(context, external, found, &steps).await {
            Ok(Place::Leaf(value)) => Actual::Value(super::in_their_words(value, &fact.input, aliases)),
            Ok(Place::Nothing) => Actual::Value(Value::Null),
            Ok(other) => Actual::NotCovered(format!("`{}` is no value but {other:?}", fact.field)),
            Err(why) => Actual::NotCovered(why),
        },
    }
}

fn external_type(context: &Context, name: &str) -> &'static ExternalType {
    let externals = context.sync.registry.externals();
    externals
        .into_iter()
        .find(|known| known.name == name)
        .expect("the alias table names types that there are")
}

async fn bindings(context: &Context, external: &'static ExternalType, record: &str) -> Vec<Bound> {
    let store = context.sync.store.as_ref();
    if record == "all" {
        return store
            .bound_after(external, INSTANCE, None, 10_000)
            .await
            .expect("the store answers");
    }
    let found = store
        .bound(external, INSTANCE, &[Key(record.to_owned())])
        .await
        .expect("the store answers");
    found.into_iter().flatten().collect()
}

/// Follows a path from the one binding of a fact's record.
async fn walk(
    context: &Context,
    external: &'static ExternalType,
    found: Vec<Bound>,
    steps: &[Step],
) -> Result<Place, String> {
    let [bound] = found.as_slice() else {
        return Err(format!("{} records have this key", found.len()));
    };
    let mut place = Place::Binding(external, bound.clone());
    for step in steps {
        place = match (place, step) {
            (Place::Binding(_, bound), Step::Field(name)) if name == "@key" => Place::Leaf(bound.key.0.into()),
            (Place::Binding(external, bound), Step::Field(name)) => {
                field(context, model_of(context, external)?, bound.id, name).await?
            }
            (Place::Record(model, id), Step::Field(name)) => field(context, model, id, name).await?,
            (Place::List(list), Step::Index(index)) => {
                let length = list.len();
                list.into_iter()
                    .nth(*index)
                    .ok_or_else(|| format!("[{index}] of a list of {length}"))?
            }
            (Place::Nothing, Step::Field(_) | Step::Index(_)) => Place::Nothing,
            (place, step) => return Err(format!("{step:?} of {place:?}")),
        };
    }
    Ok(place)
}

fn model_of(context: &Context, external: &ExternalType) -> Result<&'static Model, String> {
    let binding = external
        .binding
        .as_ref()
        .ok_or_else(|| format!("{} has no binding", external.name))?;
    model_named(context, binding.model)
}

fn model_named(context: &Context, name: &str) -> Result<&'static Model, String> {
    context
        .sync
        .registry
        .model_named(name)
        .ok_or_else(|| format!("there is no model {name}"))
}

async fn field(context: &Context, model: &'static Model, id: RecordId, name: &str) -> Result<Place, String> {
    let store = context.sync.store.as_ref();
    if let Some(external) = name.strip_prefix('@') {
        let external = external_type(context, external);
        let bound = store
            .bindings_of(external, INSTANCE, id)
            .await
            .map_err(|error| error.to_string())?;
        return Ok(Place::List(
            bound.into_iter().map(|bound| Place::Binding(external, bound)).collect(),
        ));
    }
    let field = model
        .field(name)
        .ok_or_else(|| format!("{} has no field {name}", model.name))?;
    if let ModelKind::OneToMany { model, by } = field.kind {
        let model = model_named(context, model)?;
        let find = Find {
            model,
            by: vec![by],
            fold: false,
            filter: None,
            values: vec![vec![Stored::Ref(id)]],
        };
        let found = store.find(&find).await.map_err(|error| error.to_string())?;
        return Ok(Place::List(
            found.into_iter().flatten().map(|id| Place::Record(model, id)).collect(),
        ));
    }
    let rows = store
        .read(model, &[id], &[field.name])
        .await
        .map_err(|error| error.to_string())?;
    let stored = rows
        .into_iter()
        .flatten()
        .next()
        .and_then(|row| row.get(field.name).cloned());
    let far = if let ModelKind::Ref { model, .. } | ModelKind::ManyToMany { model } = field.kind {
        Some(model_named(context, model)?)
    } else {
        None
    };
    place(stored.unwrap_or(Stored::Null), far)
}

fn place(stored: Stored, far: Option<&'static Model>) -> Result<Place, String> {
    Ok(match (stored, far) {
        (Stored::Null, _) => Place::Nothing,
        (Stored::Ref(id), Some(model)) => Place::Record(model, id),
        (Stored::Refs(ids), Some(model)) => Place::List(ids.into_iter().map(|id| Place::Record(model, id)).collect()),
        (Stored::Text(text) | Stored::Json(text), _) => Place::Leaf(text.into()),
        (Stored::Int(number), _) => Place::Leaf(number.into()),
        (Stored::Bool(flag), _) => Place::Leaf(flag.into()),
        (Stored::Decimal(number), _) => {
            let digits = number.normalize().to_string();
            Place::Leaf(serde_json::from_str(&digits).map_err(|error| error.to_string())?)
        }
        (Stored::Date(date), _) => Place::Leaf(date.to_string().into()),
        (Stored::Time(time), _) => Place::Leaf(time.to_string().into()),
        (Stored::DateTime(time), _) => Place::Leaf(time.to_string().into()),
        (Stored::Uuid(uuid), _) => Place::Leaf(uuid.to_string().into()),
        (other @ (Stored::Bytes(_) | Stored::New(_) | Stored::Ref(_) | Stored::Refs(_)), _) => {
            return Err(format!("{other:?} has no place in a fact"));
        }
    })
}
