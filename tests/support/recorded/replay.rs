//! Recordings to a shop on loopback, an import of what facts ask about, and the values that came of it.
#![expect(
    clippy::print_stdout,
    reason = "what went wrong on the way is for people who run the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use tenon_runtime::app::config;
use tenon_runtime::app::context::Context;
use tenon_runtime::app::drive;
use tenon_runtime::app::output::Format;
use tenon_runtime::connector::ExternalType;
use tenon_runtime::queue::JobState;
use tenon_runtime::registry::Registry;
use tenon_runtime::store::{Bound, JobFilter};
use tenon_runtime::sync::payload::ImportRecord;
use tenon_runtime::sync::start::{self, Selection};
use tenon_runtime::value::Key;

use super::inside::{self, Labels};
use super::path::{Step, filled};
use super::walk::{Place, Walk};
use super::{Aliases, Asked, Fact, Given, Question, SystemAlias, asked, given};
use crate::fake::{self, FakeShop, Recorded, recordings};

/// Name of the instance that speaks to the recordings.
pub(super) const INSTANCE: &str = "recorded";

/// The step that leads to the kind of failure of a record.
const FAILURE: &str = "@failure";

/// What we make of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Actual {
    /// This value.
    Value(Value),
    /// Nothing, and why.
    NotCovered(String),
}

/// Imports the records that some facts with the same recordings and conditions ask about, into a database of their own, and
/// answers them.
pub async fn replay(folder: &Path, facts: &[Fact], aliases: &Aliases, register: impl Fn(&Registry)) -> Vec<Actual> {
    let not_covered = |why: &dyn Fn(&Fact) -> String| facts.iter().map(|fact| Actual::NotCovered(why(fact))).collect();
    let Some(first) = facts.first() else { return Vec::new() };
    let Some(system) = aliases.system.get(&first.system) else {
        return not_covered(&|fact| format!("no connector speaks to {} yet", fact.system));
    };
    let all_asked: Vec<Option<Asked>> = facts.iter().map(|fact| asked(fact, aliases)).collect();
    if all_asked.iter().all(Option::is_none) {
        return not_covered(&nothing_imports);
    }
    let condition = given(first, aliases);
    let shop = FakeShop::start(recordings_of(folder, &first.input, system)).await;
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let settings = settings(system, condition.as_ref());
    let context = open(scratch.path(), &shop, system, &settings, register).await;
    let labels = inside::fill(&context, system).await;
    if let Some((given, _)) = condition {
        prepare(&context, given, &labels).await;
    }
    let mut imported = BTreeSet::new();
    let mut actual = Vec::new();
    for (fact, asked) in facts.iter().zip(all_asked) {
        let Some(asked) = asked else {
            actual.push(Actual::NotCovered(nothing_imports(fact)));
            continue;
        };
        if imported.insert((asked.external.clone(), asked.record.clone())) {
            for (external, record) in system.before.get(&asked.record).into_iter().flatten() {
                import(&context, external, record).await;
            }
            import(&context, &asked.external, &asked.record).await;
        }
        actual.push(answer(&context, fact, &asked, aliases).await);
    }
    actual
}

fn nothing_imports(fact: &Fact) -> String {
    format!("no mapping reads what makes a {} yet", fact.model)
}

/// The fallback recordings first: what is given later answers first.
pub(super) fn recordings_of(folder: &Path, input: &[String], system: &SystemAlias) -> Vec<Vec<Recorded>> {
    let fallback = system.fallback.iter().rev();
    fallback
        .chain(input)
        .map(|path| recordings::read(&folder.join(path)))
        .collect()
}

/// Values of the instance, with those of the condition.
fn settings(system: &SystemAlias, condition: Option<&(&Given, BTreeMap<String, String>)>) -> BTreeMap<String, String> {
    let mut settings = system.settings.clone();
    if let Some((given, holes)) = condition {
        let named = |(name, value): (&String, &String)| (filled(name, holes), filled(value, holes));
        settings.extend(given.settings.iter().map(named));
    }
    settings
}

pub(super) async fn open(
    scratch: &Path,
    shop: &FakeShop,
    system: &SystemAlias,
    settings: &BTreeMap<String, String>,
    register: impl Fn(&Registry),
) -> Context {
    let registry = Registry::default();
    register(&registry);
    let mut text = format!(
        "[instance.{INSTANCE}]\nconnector = \"{}\"\nversion = \"{}\"\nurl = \"{}\"\nuser = \"{}\"\nkey = {{ env = \"KEY\" }}\n",
        system.connector,
        system.version,
        shop.url(),
        fake::USER,
    );
    for (name, value) in settings {
        text.push_str(&format!("{name} = \"{value}\"\n"));
    }
    let config = config::parse("tenon.toml", &text, scratch, &registry.connectors(), &|_| {
        Some(fake::KEY.to_owned())
    });
    Context::of(config.expect("the settings fit"), registry, Format::Json)
        .await
        .expect("the store opens")
}

/// Makes the condition of a fact true.
async fn prepare(context: &Context, given: &Given, labels: &Labels) {
    let Some(external) = &given.import else { return };
    import(context, external, "all").await;
    let external = external_type(context, external);
    let bound = bindings(context, external, "all").await;
    let ids: Vec<_> = bound.into_iter().map(|bound| bound.id).collect();
    inside::set(context, external, &ids, &given.values, labels).await;
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
    let ran = drive::until_idle(&context.sync, run, external, Format::Json).await;
    // What went wrong explains facts that differ; shown where the test is run with --nocapture.
    for (external, key, outcome) in ran.expect("the import runs").problems {
        println!("{external} {key}: {outcome:?}");
    }
}

async fn answer(context: &Context, fact: &Fact, asked: &Asked, aliases: &Aliases) -> Actual {
    let in_their_words = |value| Actual::Value(super::in_their_words(value, &fact.input, aliases));
    let external = external_type(context, &asked.external);
    match &asked.question {
        None => Actual::NotCovered(format!("`{}` is no path", fact.field)),
        Some(Question::Count) => Actual::Value(bindings(context, external, &asked.record).await.len().into()),
        Some(Question::CountAll) => Actual::Value(bindings(context, external, "all").await.len().into()),
        Some(Question::Length(steps)) => match walk(context, external, &asked.record, steps).await {
            Ok(Place::List(list)) => Actual::Value(list.len().into()),
            Ok(other) => Actual::NotCovered(format!("`{}` is no list but {other:?}", fact.field)),
            Err(why) => Actual::NotCovered(why),
        },
        Some(Question::Value(steps)) if *steps == [Step::Field(FAILURE.to_owned())] => {
            let kind = failure(context, external, &asked.record).await;
            in_their_words(kind.map_or(Value::Null, Value::from))
        }
        Some(Question::Value(steps)) => match walk(context, external, &asked.record, steps).await {
            Ok(Place::Leaf(value)) => in_their_words(value),
            Ok(Place::Nothing) => Actual::Value(Value::Null),
            Ok(Place::Binding(_, bound)) => {
                let key = BTreeMap::from([("key".to_owned(), bound.key.0)]);
                Actual::Value(filled(&aliases.binding, &key).into())
            }
            Ok(other) => Actual::NotCovered(format!("`{}` is no value but {other:?}", fact.field)),
            Err(why) => Actual::NotCovered(why),
        },
    }
}

pub(super) fn external_type(context: &Context, name: &str) -> &'static ExternalType {
    let walk = Walk {
        context,
        instance: INSTANCE,
    };
    walk.external(name).expect("the alias table names types that there are")
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

/// The kind of error that the import of a record ended with.
async fn failure(context: &Context, external: &ExternalType, record: &str) -> Option<String> {
    let failed = JobFilter {
        states: vec![JobState::Failed],
        ..JobFilter::default()
    };
    let jobs = context.sync.store.jobs(&failed).await.expect("the store answers");
    let job = jobs.into_iter().find(|job| {
        let payload = serde_json::from_slice::<ImportRecord>(&job.payload);
        payload.is_ok_and(|payload| payload.external == external.name && payload.key.0 == record)
    });
    job?.error.map(|(kind, _)| kind)
}

/// Follows a path from the one binding of a fact's record.
async fn walk(
    context: &Context,
    external: &'static ExternalType,
    record: &str,
    steps: &[Step],
) -> Result<Place, String> {
    let found = bindings(context, external, record).await;
    let [bound] = found.as_slice() else {
        return Err(format!("{} records have this key", found.len()));
    };
    let walk = Walk {
        context,
        instance: INSTANCE,
    };
    walk.follow(Place::Binding(external, bound.clone()), steps).await
}
