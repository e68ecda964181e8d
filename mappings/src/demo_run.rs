//! `demo`: the demo shop, an instance that speaks to it, and an import of all of it, type by type.

use std::path::PathBuf;

use clap::Args;
use miette::{IntoDiagnostic, WrapErr, miette};
use tenon_runtime::adapter::http::Options;
use tenon_runtime::app::config::{Config, InstanceConfig, StoreConfig};
use tenon_runtime::app::context::Context;
use tenon_runtime::app::drive::{self, Ran};
use tenon_runtime::app::output::{self, Format};
use tenon_runtime::app::{BROKEN, Common, OK, import};
use tenon_runtime::plan::{Plan, SyncOutcome, Write};
use tenon_runtime::registry::Registry;
use tenon_runtime::store::{Completed, Find, RunCounts, Store};
use tenon_runtime::sync::start::{self, Selection};
use tenon_runtime::value::{Stored, Val};

use crate::demo::{DemoShop, Running};

/// Name of the instance that speaks to the demo shop.
const INSTANCE: &str = "demo";
/// The connector version that it speaks.
const CONNECTOR: (&str, &str) = ("magento", "1.7");
/// Customers of the demo shop that are broken on purpose.
const BROKEN_RECORDS: u64 = 2;
/// What the inside holds before the first import: model, fields that tell it apart, and their values.
const INSIDE: [(&str, &[(&str, &str)]); 7] = [
    ("res.company", &[("name", "Tenon Demo Ltd")]),
    ("res.country", &[("code", "DE"), ("name", "Germany")]),
    ("res.country", &[("code", "FR"), ("name", "France")]),
    ("res.country", &[("code", "GB"), ("name", "United Kingdom")]),
    ("res.country", &[("code", "CH"), ("name", "Switzerland")]),
    ("res.partner.title", &[("shortcut", "Mrs"), ("name", "Mrs")]),
    ("res.partner.title", &[("shortcut", "Dr"), ("name", "Doctor")]),
];

/// How to run it.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The SQLite file; made if it is not there.
    #[arg(long, value_name = "FILE", default_value = "tenon-demo.db")]
    store: PathBuf,
}

/// Runs the command: exit code 0 when the counts are those of the shop and only the records broken on purpose failed.
///
/// # Errors
/// The shop does not start, or the store cannot be used.
pub async fn run(common: &Common, arguments: &Arguments) -> miette::Result<u8> {
    let shop = DemoShop::start()
        .await
        .into_diagnostic()
        .wrap_err("the demo shop does not start")?;
    let context = context(&shop, arguments, common.format()).await?;
    prepare_inside(&context).await?;
    let told = common.format() == Format::Text;
    if told {
        output::print(&format!(
            "A Magento 1.7 shop answers at {}; all of it goes into {}.\n",
            shop.url,
            arguments.store.display()
        ));
    }
    let mut runs = Vec::new();
    for (external, _) in shop.shop.counts() {
        let run = start::import(&context.sync, INSTANCE, external, Selection::All)
            .await
            .into_diagnostic()?;
        runs.push(drive::until_idle(&context.sync, run, external, common.format()).await?);
    }
    report(&shop, &runs, arguments, common.format())
}

async fn context(shop: &Running, arguments: &Arguments, format: Format) -> miette::Result<Context> {
    let registry = Registry::default();
    crate::register_all(&registry);
    let connector = registry
        .connectors()
        .into_iter()
        .find(|connector| connector.name == CONNECTOR.0 && connector.version == Some(CONNECTOR.1))
        .ok_or_else(|| miette!("this program has no connector {} {}", CONNECTOR.0, CONNECTOR.1))?;
    let settings = connector
        .settings
        .iter()
        .map(|setting| match setting.name {
            "url" => Val::Text(shop.url.clone().into()),
            "user" => Val::Text(shop.user.clone().into()),
            "key" => Val::Text(shop.key.clone().into()),
            "company" => Val::Text("Tenon Demo Ltd".into()),
            "multi_company" => Val::Bool(false),
            _ => Val::Null,
        })
        .collect();
    let instance = InstanceConfig {
        name: INSTANCE.to_owned(),
        connector,
        settings,
    };
    let store = StoreConfig::Sqlite(arguments.store.clone());
    let config = Config {
        store,
        http: Options::standard(),
        instances: vec![instance],
    };
    Context::of(config, registry, format).await
}

/// Gives the inside the records that an ERP has anyway; those that are there stay.
async fn prepare_inside(context: &Context) -> miette::Result<()> {
    let store = context.sync.store.as_ref();
    let mut plan = Plan::default();
    for (model, values) in INSIDE {
        let values: Vec<(&'static str, Stored)> = values
            .iter()
            .map(|(field, text)| (*field, Stored::Text((*text).to_owned())))
            .collect();
        if !is_there(context, store, model, &values).await? {
            let values = values
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value))
                .collect();
            plan.writes.push(Write::Create {
                model: model.to_owned(),
                values,
            });
        }
    }
    if plan.writes.is_empty() {
        return Ok(());
    }
    match store.apply(&plan).await.into_diagnostic()? {
        Completed::Applied(_) => Ok(()),
        Completed::Lost | Completed::Stale(_) => Err(miette!("somebody else uses the store of the demo")),
        Completed::Refused(reason) => Err(miette!("the records of the inside were refused: {reason}")),
    }
}

async fn is_there(
    context: &Context,
    store: &dyn Store,
    model: &str,
    values: &[(&'static str, Stored)],
) -> miette::Result<bool> {
    let model = context
        .sync
        .registry
        .model_named(model)
        .ok_or_else(|| miette!("there is no model {model}"))?;
    let (by, values) = values.iter().cloned().unzip();
    let find = Find {
        model,
        by,
        fold: false,
        filter: None,
        values: vec![values],
    };
    let found = store.find(&find).await.into_diagnostic()?;
    Ok(found.iter().any(|ids| !ids.is_empty()))
}

fn report(shop: &Running, runs: &[Ran], arguments: &Arguments, format: Format) -> miette::Result<u8> {
    // A type that others only needed has a line of its own run; here each type stands once.
    let counts: Vec<RunCounts> = runs
        .iter()
        .flat_map(|ran| ran.counts.iter().filter(|count| count.read > 0).cloned())
        .collect();
    let problems: Vec<output::Problem> = runs
        .iter()
        .flat_map(|ran| ran.problems.iter().cloned())
        .filter(|(_, _, outcome)| matches!(outcome, SyncOutcome::Failed(_) | SyncOutcome::Review(_)))
        .collect();
    for ran in runs {
        import::code(ran)?;
    }
    let shop_counts = shop.shop.counts();
    match format {
        Format::Text => output::print(&text(&counts, &problems, arguments)),
        Format::Json => {
            let mut json = output::run_json(&counts, &problems);
            let held: serde_json::Map<String, serde_json::Value> = shop_counts
                .iter()
                .map(|(external, count)| ((*external).to_owned(), (*count).into()))
                .collect();
            json["shop"] = held.into();
            output::print(&json.to_string());
        }
    }
    let same = shop_counts.iter().all(|(external, count)| {
        counts
            .iter()
            .any(|found| found.external == *external && found.read == *count && found.pending == 0)
    });
    let failed: u64 = counts.iter().map(|count| count.failed).sum();
    if same && failed == BROKEN_RECORDS {
        return Ok(OK);
    }
    output::note(&format!(
        "the shop holds {shop_counts:?}, and {BROKEN_RECORDS} of its customers are broken on purpose: this is not what was imported"
    ));
    Ok(BROKEN)
}

fn text(counts: &[RunCounts], problems: &[output::Problem], arguments: &Arguments) -> String {
    let store = arguments.store.display();
    format!(
        "{}\n\n{BROKEN_RECORDS} customers are broken on purpose:\n{}\n\nLook further: run this again (nothing changes), change a rule in mappings/connectors/magento/1.7/partner.tenon and run it\n\
         again (only the records it feeds change), or open {store} with any SQLite tool.",
        output::counts_table(counts),
        output::problems_text(problems),
    )
}
