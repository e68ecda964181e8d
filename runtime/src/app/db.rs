//! `db`: what a person does with databases: see what a migration would do, agree to it, check, copy, drop what is left over.

mod text;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use miette::{IntoDiagnostic, WrapErr, miette};

use super::config::{NamedStore, StoreConfig};
use super::context::{self, Kept};
use super::output::{self, Format};
use super::{OK, PROBLEMS};
use crate::queue::JobState;
use crate::registry::Registry;
use crate::store::migration::{Migrated, MigrationPlan, Purpose, Size, counted};

/// What is done.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

impl Arguments {
    /// Whether it changes or writes something that is of one store only.
    pub(super) fn is_for_one(&self) -> bool {
        match &self.verb {
            Verb::Plan | Verb::Check => false,
            Verb::Migrate(_) | Verb::Backup { .. } => true,
            Verb::DropOrphans(drop) => drop.accept.is_some(),
        }
    }
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// Show what it takes to make the tables those of this program: rows, what stands in the way, statements; changes nothing.
    Plan,
    /// Do exactly what a plan says, after a copy of the database.
    Migrate(Migrate),
    /// Look whether the database is what it says it is: tables, fingerprint, bindings, the file itself.
    Check,
    /// Copy the database, as it is at one moment, into a new file.
    Backup {
        /// The copy; for PostgreSQL an archive for `pg_restore`.
        file: PathBuf,
    },
    /// List columns and tables that are in no model any more; drop them with --accept, after a copy.
    DropOrphans(DropOrphans),
}

#[derive(Args, Clone, Debug)]
struct Migrate {
    /// The plan that was read and is agreed to: the hash that `db plan` ends with.
    #[arg(long, value_name = "PLAN_HASH")]
    accept: String,
    #[command(flatten)]
    before: Before,
}

#[derive(Args, Clone, Debug)]
struct DropOrphans {
    /// The list that was read and is agreed to: the hash that it ends with.
    #[arg(long, value_name = "PLAN_HASH")]
    accept: Option<String>,
    #[command(flatten)]
    before: Before,
}

/// The copy that is made before a change.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
struct Before {
    /// Where the copy goes that is made before; otherwise beside the database.
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// Make no copy: there is one already.
    #[arg(long)]
    no_backup: bool,
}

/// A database and what this program wants of it.
struct Database {
    /// For people.
    name: String,
    store: Arc<dyn Kept>,
    registry: Registry,
}

/// Runs the command.
///
/// # Errors
/// Mistakes in the settings, a database that cannot be used, or a plan that is not the one agreed to.
pub(super) async fn run(
    store: &NamedStore,
    arguments: &Arguments,
    register: fn(&Registry),
    format: Format,
) -> miette::Result<u8> {
    let registry = Registry::default();
    register(&registry);
    let Some(database) = open(store, registry).await? else {
        return Ok(OK);
    };
    match &arguments.verb {
        Verb::Plan => plan(&database, format).await,
        Verb::Migrate(migrate) => accepted(&database, Purpose::Migrate, &migrate.accept, &migrate.before, format).await,
        Verb::Check => check(&database, format).await,
        Verb::Backup { file } => {
            copy(&database, file).await?;
            said(format, &format!("{} is copied to {}", database.name, file.display()));
            Ok(OK)
        }
        Verb::DropOrphans(drop) => match &drop.accept {
            Some(hash) => accepted(&database, Purpose::DropOrphans, hash, &drop.before, format).await,
            None => orphans(&database, format).await,
        },
    }
}

/// `None`: it is not there yet, which is said.
async fn open(named: &NamedStore, registry: Registry) -> miette::Result<Option<Database>> {
    let config = &named.store;
    if let StoreConfig::Sqlite(path) = config
        && !path.exists()
    {
        output::note(&format!(
            "the store {} does not exist yet; `import` makes it",
            path.display()
        ));
        return Ok(None);
    }
    let store = context::kept(config)
        .await
        .wrap_err_with(|| format!("cannot open the store {config}"))?;
    Ok(Some(Database {
        name: config.to_string(),
        store,
        registry,
    }))
}

fn said(format: Format, text: &str) {
    match format {
        Format::Text => output::print(text),
        Format::Json => output::print(&serde_json::json!({ "done": text }).to_string()),
    }
}

impl Database {
    async fn plan(&self, purpose: Purpose) -> miette::Result<MigrationPlan> {
        let (models, externals) = (self.registry.models(), self.registry.externals());
        let plan = self.store.plan(&models, &externals, purpose).await;
        plan.into_diagnostic()
            .wrap_err_with(|| format!("no plan can be made for the store {}", self.name))
    }
}

async fn plan(database: &Database, format: Format) -> miette::Result<u8> {
    let plan = database.plan(Purpose::Migrate).await?;
    output::print(&match format {
        Format::Text => text::plan(&database.name, &plan),
        Format::Json => text::plan_json(&database.name, &plan).to_string(),
    });
    Ok(if plan.hindrances.is_empty() { OK } else { PROBLEMS })
}

async fn orphans(database: &Database, format: Format) -> miette::Result<u8> {
    let plan = database.plan(Purpose::DropOrphans).await?;
    output::print(&match format {
        Format::Text => text::orphans(&database.name, &plan),
        Format::Json => text::plan_json(&database.name, &plan).to_string(),
    });
    Ok(if plan.hindrances.is_empty() { OK } else { PROBLEMS })
}

async fn check(database: &Database, format: Format) -> miette::Result<u8> {
    let (models, externals) = (database.registry.models(), database.registry.externals());
    let findings = database.store.check(&models, &externals).await;
    let findings = findings
        .into_diagnostic()
        .wrap_err_with(|| format!("the store {} cannot be checked", database.name))?;
    output::print(&match format {
        Format::Text => text::findings(&database.name, &findings),
        Format::Json => text::findings_json(&database.name, &findings).to_string(),
    });
    let is_whole = findings.iter().all(|finding| finding.problems.is_empty());
    Ok(if is_whole { OK } else { PROBLEMS })
}

/// Does what was agreed to, if it is still that, nobody is at work and a copy was made.
async fn accepted(
    database: &Database,
    purpose: Purpose,
    hash: &str,
    before: &Before,
    format: Format,
) -> miette::Result<u8> {
    let plan = database.plan(purpose).await?;
    refuse_unless_agreed(&plan, hash, purpose)?;
    if plan.size == Size::Nothing {
        said(format, &format!("{}: there is nothing to do", database.name));
        return Ok(OK);
    }
    refuse_at_work(database).await?;
    if !before.no_backup {
        let file = match &before.backup {
            Some(file) => file.clone(),
            None => free(&database.store.place_of_backup(&plan.hash)),
        };
        copy(database, &file).await.wrap_err(
            "nothing was changed, because no copy could be made before; --backup FILE names another place, --no-backup does without",
        )?;
        output::note(&format!("{} is copied to {}", database.name, file.display()));
    }
    let (models, externals) = (database.registry.models(), database.registry.externals());
    let done = database.store.migrate(&models, &externals, purpose, hash).await;
    let done = done
        .into_diagnostic()
        .wrap_err_with(|| format!("nothing was changed in the store {}", database.name))?;
    match done {
        Migrated::Done(plan) => {
            let statements = counted(plan.statements.len() as u64, "statement was run", "statements were run");
            said(format, &format!("{}: {statements}", database.name));
            Ok(OK)
        }
        Migrated::Changed(plan) | Migrated::Hindered(plan) => {
            refuse_unless_agreed(&plan, hash, purpose)?;
            Err(miette!("the plan is another one by now; nothing was changed"))
        }
    }
}

fn refuse_unless_agreed(plan: &MigrationPlan, hash: &str, purpose: Purpose) -> miette::Result<()> {
    let shows = match purpose {
        Purpose::Migrate => "db plan",
        Purpose::DropOrphans => "db drop-orphans",
    };
    if plan.hash != hash {
        let help = format!("read what `{shows}` shows now, then accept {}", plan.hash);
        return Err(miette!(
            help = help,
            "{hash} is not the plan: the database or this program has changed, or it was mistyped; nothing was changed"
        ));
    }
    match plan.hindrances.as_slice() {
        [] => Ok(()),
        hindrances => Err(miette!(
            help = format!("put it right, then read what `{shows}` shows"),
            "it cannot be done: {}; nothing was changed",
            hindrances.join("; ")
        )),
    }
}

/// A worker with the models of before would write what is no longer right.
async fn refuse_at_work(database: &Database) -> miette::Result<()> {
    database.store.reap().await.into_diagnostic()?;
    let counts = database.store.job_counts().await.into_diagnostic()?;
    match counts
        .iter()
        .find(|(state, count)| *state == JobState::Running && *count > 0)
    {
        None => Ok(()),
        Some((_, count)) => Err(miette!(
            help = "stop `work` everywhere; the jobs of one that was killed are given up after 30 s",
            "{} on the store {}; nothing was changed",
            counted(*count, "job is running", "jobs are running"),
            database.name
        )),
    }
}

async fn copy(database: &Database, file: &Path) -> miette::Result<()> {
    let copied = database.store.backup(file).await;
    copied
        .into_diagnostic()
        .wrap_err_with(|| format!("the store {} cannot be copied", database.name))
}

/// The file, or the first of those numbered after it that is not there.
fn free(file: &Path) -> PathBuf {
    let numbered = (2..).map(|number| PathBuf::from(format!("{}-{number}", file.display())));
    let mut files = std::iter::once(file.to_owned()).chain(numbered);
    files.find(|file| !file.exists()).unwrap_or_else(|| file.to_owned())
}
