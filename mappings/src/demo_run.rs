//! `demo`: the demo shop, an instance that speaks to it, and an import of all of it, type by type.

mod report;
mod serve;
mod settings;

use std::path::Path;

use clap::Args;
use miette::{IntoDiagnostic, WrapErr, miette};
use tenon_runtime::app::config;
use tenon_runtime::app::context::Context;
use tenon_runtime::app::output::{self, Format};
use tenon_runtime::app::{Common, drive};
use tenon_runtime::plan::{Plan, Write};
use tenon_runtime::registry::Registry;
use tenon_runtime::store::{Completed, Find, Store};
use tenon_runtime::sync::start::{self, Selection};
use tenon_runtime::value::{RecordId, Stored};

use crate::demo::{DemoShop, Running, inside};

/// Name of the instance that speaks to the demo shop.
const INSTANCE: &str = "shop";

/// Where the records go unless `--store` says otherwise.
const STORE: &str = "tenon-demo.db";

/// How to run it. `--store` names a SQLite file, made if it is not there, or is postgres://user@host/database.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Where the records go: what `--store` says, which is no name here.
    #[arg(skip)]
    store: String,
    /// Keep the shop answering after the import, and write tenon-demo.toml for other commands; Ctrl-C ends it.
    #[arg(long)]
    serve: bool,
}

/// Runs the command: exit code 0 when the counts are those of the shop and only the records broken on purpose failed.
///
/// # Errors
/// The shop does not start, the store cannot be used, or the settings for other commands cannot be written.
pub async fn run(common: &Common, arguments: &Arguments) -> miette::Result<u8> {
    let arguments = &arguments.with_store(&common.store)?;
    let mut shop = DemoShop::start()
        .await
        .into_diagnostic()
        .wrap_err("the demo shop does not start")?;
    if arguments.serve {
        settings::write(&shop, arguments)?;
    }
    let context = context(&shop, arguments, common.format()).await?;
    prepare_inside(context.sync.store.as_ref(), &context.sync.registry).await?;
    if common.format() == Format::Text {
        output::print(&format!(
            "A Magento 1.7 shop answers at {}; all of it goes into {}.\n",
            shop.url,
            settings::store(arguments)
        ));
    }
    let mut runs = Vec::new();
    for (external, _) in shop.shop.counts() {
        let run = start::import(&context.sync, INSTANCE, external, Selection::All)
            .await
            .into_diagnostic()?;
        runs.push(drive::until_idle(&context.sync, run, external, common.format()).await?);
        if external == "StoreView" {
            set_up_views(context.sync.store.as_ref(), &context.sync.registry).await?;
        }
    }
    let code = report::report(&shop, &runs, arguments, common.format())?;
    if arguments.serve {
        serve::serve(&mut shop, arguments, common.format()).await?;
    }
    Ok(code)
}

impl Arguments {
    fn with_store(&self, stores: &[String]) -> miette::Result<Self> {
        let store = match stores {
            [] => STORE,
            [store] => store,
            [..] => return Err(miette!("the demo goes into one store")),
        };
        Ok(Self {
            store: store.to_owned(),
            ..self.clone()
        })
    }
}

/// What the command works with: the same settings that `--serve` writes for others.
async fn context(shop: &Running, arguments: &Arguments, format: Format) -> miette::Result<Context> {
    let registry = Registry::default();
    crate::register_all(&registry);
    let text = settings::text(shop, arguments);
    let secret = |variable: &str| match variable {
        settings::KEY_VARIABLE => Some(shop.key.clone()),
        settings::STORE_VARIABLE => Some(arguments.store.clone()),
        _ => None,
    };
    let config = config::parse(settings::FILE, &text, Path::new(""), &registry.connectors(), &secret)?;
    Context::of(config, registry, format).await
}

/// Gives the inside the records that an ERP has anyway, so that orders of the demo shop find their currencies and payment
/// modes; those that are there stay.
///
/// # Errors
/// The store fails or is used by somebody else.
pub async fn prepare_inside(store: &dyn Store, registry: &Registry) -> miette::Result<()> {
    let mut plan = Plan::default();
    for (model, values) in inside::records() {
        let (field, value) = values
            .first()
            .cloned()
            .ok_or_else(|| miette!("{model}: a record of nothing"))?;
        if with_value(registry, store, model, (field, value)).await?.is_empty() {
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
    apply(store, plan).await
}

/// Says of the views of the shop, once they are known inside, whether their prices hold the tax: the API does not tell.
///
/// # Errors
/// The store fails or is used by somebody else.
pub async fn set_up_views(store: &dyn Store, registry: &Registry) -> miette::Result<()> {
    let mut plan = Plan::default();
    for code in inside::VIEWS_WITH_TAX {
        let by_code = ("code", Stored::Text(code.to_owned()));
        for id in with_value(registry, store, VIEW, by_code).await? {
            let model = registry
                .model_named(VIEW)
                .ok_or_else(|| miette!("there is no model {VIEW}"))?;
            let rows = store.read(model, &[id], &[TAX_INCLUDED]).await.into_diagnostic()?;
            let Some(row) = rows.into_iter().flatten().next() else {
                continue;
            };
            if row.get(TAX_INCLUDED) != Some(&Stored::Bool(true)) {
                plan.writes.push(Write::Update {
                    model: VIEW.to_owned(),
                    id,
                    version: row.version,
                    values: [(TAX_INCLUDED.to_owned(), Stored::Bool(true))].into(),
                });
            }
        }
    }
    apply(store, plan).await
}

const VIEW: &str = "magento.storeview";
const TAX_INCLUDED: &str = "tax_included";

async fn apply(store: &dyn Store, plan: Plan) -> miette::Result<()> {
    if plan.writes.is_empty() {
        return Ok(());
    }
    match store.apply(&plan).await.into_diagnostic()? {
        Completed::Applied(_) => Ok(()),
        Completed::Lost | Completed::Stale(_) => Err(miette!("somebody else uses the store of the demo")),
        Completed::Refused(reason) => Err(miette!("the records of the inside were refused: {reason}")),
    }
}

/// The records of a model with this value in a field.
async fn with_value(
    registry: &Registry,
    store: &dyn Store,
    model: &str,
    (field, value): (&'static str, Stored),
) -> miette::Result<Vec<RecordId>> {
    let model = registry
        .model_named(model)
        .ok_or_else(|| miette!("there is no model {model}"))?;
    let find = Find {
        model,
        by: vec![field],
        fold: false,
        filter: None,
        values: vec![vec![value]],
    };
    let found = store.find(&find).await.into_diagnostic()?;
    Ok(found.into_iter().flatten().collect())
}
