//! `backends`, `units`, `explain`, `check`: what is registered, what would be chosen and why, and whether an instance answers.

use std::time::Instant;

use clap::Args;
use jiff::Timestamp;
use miette::{IntoDiagnostic, miette};
use serde_json::{Value, json};

use super::context::Context;
use super::output::{self, Format};
use super::status::connector_name;
use super::{OK, WRONG, WrongArgument, asked};
use crate::adapter::{Argument, Call};
use crate::connector::{AdapterInfo, Operation, Request};
use crate::environment::Environment;
use crate::registry::{Listed, Version, Wanted};

/// Whose units.
#[derive(Args, Clone, Debug)]
pub struct Units {
    /// The instance; all of them without it.
    instance: Option<String>,
}

/// Which unit.
#[derive(Args, Clone, Debug)]
pub struct Explain {
    /// The instance that would ask.
    instance: String,
    /// The model, or the external record type: res.partner, Customer.
    model: String,
    /// What it is for: import-mapper, export-mapper, adapter, binder, importer, batch-importer, exporter, or a name of your own.
    usage: String,
    /// The variant: what the mapping is called behind `as`.
    #[arg(long = "as", value_name = "NAME")]
    variant: Option<String>,
}

/// Which instance.
#[derive(Args, Clone, Debug)]
pub struct Check {
    /// The instance to ask.
    instance: String,
}

/// `backends`: the instances of the settings and what they speak to.
pub(super) fn backends(context: &Context) -> u8 {
    let instances = context.sync.instances.values();
    output::print(&match context.format {
        Format::Json => {
            let backends = instances.map(|instance| {
                json!({
                    "instance": instance.name,
                    "connector": Version::of(instance.connector).to_string(),
                    "serves": instance.connector.serves,
                    "protocol": instance.connector.protocol.as_ref().map(|protocol| protocol.name),
                })
            });
            Value::from(backends.collect::<Vec<_>>()).to_string()
        }
        Format::Text => {
            let mut table = output::table(["instance", "connector", "serves", "protocol"]);
            for instance in instances {
                table.add_row([
                    instance.name.clone(),
                    connector_name(instance.connector),
                    instance.connector.serves.unwrap_or("-").to_owned(),
                    instance
                        .connector
                        .protocol
                        .as_ref()
                        .map_or("-", |protocol| protocol.name)
                        .to_owned(),
                ]);
            }
            output::trimmed(&table)
        }
    });
    OK
}

/// `units`: all that an instance has, its own and inherited.
///
/// # Errors
/// There is no such instance, or its connector extends one that is not registered.
pub(super) fn units(context: &Context, arguments: &Units) -> miette::Result<u8> {
    if let Some(name) = &arguments.instance {
        asked::environment(context, name, Timestamp::now())?;
    }
    let is_asked_for = |name: &str| arguments.instance.as_ref().is_none_or(|wanted| wanted == name);
    let (mut table, mut rows) = (
        output::table(["instance", "usage", "unit", "from", "state"]),
        Vec::new(),
    );
    for instance in context
        .sync
        .instances
        .values()
        .filter(|instance| is_asked_for(&instance.name))
    {
        let units = context.sync.registry.units(instance.connector, Some(&instance.name));
        for listed in units.into_diagnostic()? {
            let words = words(&instance.name, &listed);
            rows.push(json!({
                "instance": words[0], "usage": words[1], "unit": words[2], "from": words[3], "enabled": !listed.is_off,
            }));
            table.add_row(words);
        }
    }
    output::print(&match context.format {
        Format::Text => output::trimmed(&table),
        Format::Json => Value::from(rows).to_string(),
    });
    Ok(OK)
}

fn words(instance: &str, listed: &Listed) -> [String; 5] {
    let state = match (listed.is_off, listed.unit.runs_alone()) {
        (true, _) => "off",
        (false, true) => "on",
        (false, false) => "part of others",
    };
    [
        instance.to_owned(),
        listed.unit.usage().to_string(),
        listed.unit.to_string(),
        listed.at.to_string(),
        state.to_owned(),
    ]
}

/// `explain`: the chain that is walked for a unit, and the choice. Ends with [`WRONG`] where there is none, or several.
///
/// # Errors
/// There is no such instance or usage.
pub(super) fn explain(context: &Context, arguments: &Explain) -> miette::Result<u8> {
    let env = asked::environment(context, &arguments.instance, Timestamp::now())?;
    let usage = env.registry.usage_named(&arguments.usage);
    let usage = usage.map_err(|known| {
        WrongArgument(format!(
            "there is no usage {}: there are {}",
            arguments.usage,
            known.join(", ")
        ))
    })?;
    let wanted = Wanted::new(usage)
        .variant(arguments.variant.as_deref())
        .at(&arguments.instance);
    let wanted = match env.registry.model_named(&arguments.model) {
        Some(model) => wanted.model(model.name),
        None => wanted.external(known_type(&env, &arguments.model)?),
    };
    let found = env.find(&wanted);
    let text = env.registry.explain(env.instance.connector, &wanted);
    output::print(&match context.format {
        Format::Text => text,
        Format::Json => json!({
            "wanted": wanted.to_string(),
            "chosen": found.as_ref().ok().map(ToString::to_string),
            "error": found.as_ref().err().map(ToString::to_string),
            "chain": text.lines().skip(1).map(str::trim).collect::<Vec<_>>(),
        })
        .to_string(),
    });
    Ok(if found.is_ok() { OK } else { WRONG })
}

fn known_type<'n>(env: &Environment, name: &'n str) -> Result<&'n str, WrongArgument> {
    let externals = env.registry.externals();
    let family = externals
        .iter()
        .filter(|external| external.connector == env.instance.connector.name);
    let known: Vec<&str> = family.map(|external| external.name).collect();
    if known.contains(&name) {
        return Ok(name);
    }
    let models = env.registry.models().into_iter().map(|model| model.name);
    let all: Vec<&str> = models.chain(known).collect();
    Err(asked::unknown("model or type", "Models and types", name, &all))
}

/// `check`: one safe read, and how long the answer took. Writes nothing, here or there.
///
/// # Errors
/// There is no such instance, it declares nothing that can be read, or it does not answer.
pub(super) async fn check(context: &Context, arguments: &Check) -> miette::Result<u8> {
    let env = asked::environment(context, &arguments.instance, Timestamp::now())?;
    let adapters = env.registry.adapters(env.instance.connector, &arguments.instance);
    let adapters = adapters.into_diagnostic()?;
    let Some((info, operation)) = safe_read(&adapters) else {
        return Err(miette!(
            help = "declare an operation `check` or `list` in an adapter of the connector",
            "{} declares nothing that can be read without a key",
            arguments.instance
        ));
    };
    let args = operation.params.iter().map(|_| Argument::Absent).collect();
    let begun = Instant::now();
    let answer = env
        .instance
        .adapter
        .call(operation, Call::list(info.external, args))
        .await;
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let asked = format!("{} {}", operation.name, info.external.name);
    let bytes = answer.into_diagnostic()?.0.len();
    output::print(&match context.format {
        Format::Text => format!(
            "{}: {asked} was answered in {took_ms} ms with {bytes} bytes",
            arguments.instance
        ),
        Format::Json => json!({
            "instance": arguments.instance, "asked": asked, "took_ms": took_ms, "bytes": bytes,
        })
        .to_string(),
    });
    Ok(OK)
}

/// What an adapter declares as its `check`, else the first list that is only read.
fn safe_read(adapters: &[&'static AdapterInfo]) -> Option<(&'static AdapterInfo, &'static Operation)> {
    let named = |name: &str| {
        let mut operations = adapters.iter().filter_map(|info| Some((*info, info.operation(name)?)));
        operations.find(|(_, operation)| only_reads(operation))
    };
    named("check").or_else(|| named("list"))
}

fn only_reads(operation: &Operation) -> bool {
    match &operation.request {
        Request::Call { .. } => true,
        Request::Http { verb, .. } => ["GET", "HEAD"].contains(verb),
    }
}
