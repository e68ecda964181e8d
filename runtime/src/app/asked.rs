//! Names that people type, to what they mean: instances and external types. A name that means nothing is a wrong argument.

use jiff::Timestamp;

use super::WrongArgument;
use super::config::closest;
use super::context::Context;
use crate::environment::Environment;
use crate::registry::RegistryError;
use crate::sync::runs_alone;
use crate::unit::Usage;

/// The environment of an instance at a time.
///
/// # Errors
/// tenon.toml names no such instance.
pub fn environment(context: &Context, instance: &str, now: Timestamp) -> Result<Environment, WrongArgument> {
    let found = context.sync.environment(instance, now);
    found.ok_or_else(|| {
        let known: Vec<&str> = context.sync.instances.keys().map(String::as_str).collect();
        unknown_instance(instance, &known)
    })
}

/// What is said of an instance that there is not.
pub fn unknown_instance(name: &str, known: &[&str]) -> WrongArgument {
    match known {
        [] => WrongArgument(format!(
            "no instance `{name}`: tenon.toml names none; add one as [instance.{name}]"
        )),
        [..] => unknown("instance", "Instances", name, known),
    }
}

/// Whether records of a type are imported from an instance: by a mapping of their own, or with those they are joined to.
///
/// # Errors
/// There is no such type, or it is imported only within another one.
pub fn imported(env: &Environment, external: &str) -> Result<(), WrongArgument> {
    let registry = &env.registry;
    let connector = env.instance.connector;
    let alone = registry.imported_types(connector).map_err(|error| broken(&error))?;
    let joined = registry.followed_types(connector).map_err(|error| broken(&error))?;
    let mut known: Vec<&str> = Vec::new();
    for name in alone.iter().chain(&joined).map(|external| external.name) {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    if known.contains(&external) {
        return Ok(());
    }
    let outer = enclosing(env, external);
    if outer.is_empty() {
        return Err(unknown("type", "Types", external, &known));
    }
    let outer = outer.join(" and ");
    Err(WrongArgument(format!(
        "{external} is imported only within {outer}; import {outer}"
    )))
}

/// Whether records are exported as a type to an instance.
///
/// # Errors
/// There is no such type.
pub fn exported(env: &Environment, external: &str) -> Result<(), WrongArgument> {
    let mappers = env.registry.mappers(env.instance.connector, Usage::ExportMapper);
    let mut known: Vec<&str> = Vec::new();
    for mapper in mappers.map_err(|error| broken(&error))? {
        let name = mapper.info().external.name;
        if runs_alone(mapper) && !known.contains(&name) {
            known.push(name);
        }
    }
    match (known.contains(&external), known.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => Err(WrongArgument(format!(
            "nothing is exported to `{}`: its connector has no export",
            env.instance.name
        ))),
        (false, false) => Err(unknown("type", "Types that are exported", external, &known)),
    }
}

/// The types within whose records those of this type are imported.
fn enclosing(env: &Environment, external: &str) -> Vec<&'static str> {
    let mut outer = Vec::new();
    for mapper in env
        .registry
        .mappers(env.instance.connector, Usage::ImportMapper)
        .unwrap_or_default()
    {
        let info = mapper.info();
        let inner = info.vias.iter().map(|via| via.mapper.info().external.name);
        if info.external.name != external
            && !outer.contains(&info.external.name)
            && inner.into_iter().any(|inner| inner == external)
        {
            outer.push(info.external.name);
        }
    }
    outer
}

pub(super) fn unknown(what: &str, all: &str, name: &str, known: &[&str]) -> WrongArgument {
    let meant = closest(name, known).map(|meant| format!("; did you mean `{meant}`?"));
    WrongArgument(format!(
        "no {what} `{name}`{} {all}: {}",
        meant.as_deref().unwrap_or("."),
        known.join(", ")
    ))
}

fn broken(error: &RegistryError) -> WrongArgument {
    WrongArgument(error.to_string())
}
