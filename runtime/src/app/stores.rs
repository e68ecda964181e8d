//! One command on one store, or on each of several: nothing of one reaches another.

use tokio::task::JoinSet;

use super::config::{self, NamedStore, closest};
use super::context::Context;
use super::output::{self, Format};
use super::{BROKEN, Command, Common, OK, PROBLEMS, WRONG, WrongArgument, db, dispatch, said};
use crate::registry::Registry;

/// Runs a command on the stores that are named, or on all.
///
/// # Errors
/// Mistakes in the settings, or a store that is not among them.
pub(super) async fn run(common: &Common, command: &Command, register: fn(&Registry)) -> miette::Result<u8> {
    let stores = chosen(common, register)?;
    if let [store] = stores.as_slice() {
        return one(common, command, register, store).await;
    }
    // What is registered is the same whatever the store.
    if matches!(
        command,
        Command::Backends | Command::Units(_) | Command::Explain(_) | Command::Check(_)
    ) && let Some(first) = stores.first()
    {
        return one(common, command, register, first).await;
    }
    if let Command::Db(arguments) = command
        && arguments.is_for_one()
    {
        let text = format!("there are several stores; choose one with --store: {}", names(&stores));
        return Err(WrongArgument(text).into());
    }
    match command {
        Command::Work(_) => at_once(common, command, register, stores).await,
        Command::Import(_)
        | Command::Export(_)
        | Command::Jobs(_)
        | Command::Status
        | Command::Try(_)
        | Command::Backends
        | Command::Units(_)
        | Command::Explain(_)
        | Command::Check(_)
        | Command::Db(_) => {
            let mut ends = Vec::new();
            for store in &stores {
                head(common, store);
                ends.push(said(one(common, command, register, store).await));
            }
            Ok(worst(&ends))
        }
    }
}

/// The stores of the settings that are asked for, in the order of the file.
fn chosen(common: &Common, register: fn(&Registry)) -> miette::Result<Vec<NamedStore>> {
    let registry = Registry::default();
    register(&registry);
    let connectors = registry.connectors();
    let stores = config::load(&common.config, &connectors, &|name| std::env::var(name).ok())?.stores;
    let known: Vec<&str> = stores.iter().filter_map(|store| store.name.as_deref()).collect();
    for name in &common.store {
        if !known.contains(&name.as_str()) {
            return Err(WrongArgument(no_such(name, &known)).into());
        }
    }
    let is_asked_for = |store: &NamedStore| {
        let asked = |name: &String| store.name.as_ref() == Some(name);
        common.store.is_empty() || common.store.iter().any(asked)
    };
    Ok(stores.into_iter().filter(is_asked_for).collect())
}

fn no_such(name: &str, known: &[&str]) -> String {
    match (closest(name, known), known) {
        (_, []) => format!("the settings have one store, which has no name; leave out --store {name}"),
        (Some(near), _) => format!("no store is called `{name}`: did you mean `{near}`?"),
        (None, known) => format!("no store is called `{name}`: there are {}", known.join(", ")),
    }
}

fn names(stores: &[NamedStore]) -> String {
    let names: Vec<&str> = stores.iter().filter_map(|store| store.name.as_deref()).collect();
    names.join(", ")
}

async fn one(common: &Common, command: &Command, register: fn(&Registry), store: &NamedStore) -> miette::Result<u8> {
    if let Command::Db(arguments) = command {
        return db::run(store, arguments, register, common.format()).await;
    }
    let context = Context::open(common, register, command.opening(), store).await?;
    let done = dispatch(&context, command).await;
    context.sync.close().await;
    done
}

/// Workers run side by side; each stops by itself, or all when the process is asked to.
async fn at_once(
    common: &Common,
    command: &Command,
    register: fn(&Registry),
    stores: Vec<NamedStore>,
) -> miette::Result<u8> {
    let mut workers = JoinSet::new();
    for store in stores {
        let (common, command) = (common.clone(), command.clone());
        workers.spawn(async move {
            let end = one(&common, &command, register, &store).await;
            head(&common, &store);
            said(end)
        });
    }
    let ends = workers.join_all().await;
    Ok(worst(&ends))
}

/// Says which store the next lines are about; documents for machines come in the order of the file.
fn head(common: &Common, store: &NamedStore) {
    if common.format() == Format::Text {
        output::print(&format!("== {store}"));
    }
}

fn worst(ends: &[u8]) -> u8 {
    let by_weight = [BROKEN, WRONG, PROBLEMS];
    by_weight.into_iter().find(|code| ends.contains(code)).unwrap_or(OK)
}
