//! `tenon.toml` and the registry to what commands work with: the store, opened, and the synchronizers of all instances.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{IntoDiagnostic, WrapErr};

use super::config::{self, InstanceConfig, NamedStore, StoreConfig};
use super::output::{self, Format};
use super::{Common, config::Config};
use crate::adapter::connect::connect;
use crate::adapter::http::Options;
use crate::environment::{Instance, Instances};
use crate::registry::Registry;
use crate::settings::Settings;
use crate::store::Store;
use crate::store::migration::Maintenance;
use crate::sync::handler::Synchronizers;

/// What becomes of a store that is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It is made.
    MakesStore,
    /// It is not made: an empty one in memory stands in for it.
    Looks,
}

/// What commands work with.
#[derive(Debug)]
pub struct Context {
    /// Registry, instances and store.
    pub sync: Synchronizers,
    /// How results are written.
    pub format: Format,
    /// The store that is not there yet; absent: it is there.
    pub missing: Option<PathBuf>,
}

impl Context {
    /// Reads the settings, opens the store, makes or checks its tables, and connects the instances. Sends nothing.
    ///
    /// # Errors
    /// Mistakes in the settings, or a store that cannot be used.
    pub async fn open(
        common: &Common,
        register: fn(&Registry),
        opening: Opening,
        store: &NamedStore,
    ) -> miette::Result<Self> {
        let registry = Registry::default();
        register(&registry);
        let connectors = registry.connectors();
        let config = config::load(&common.config, &connectors, &|name| std::env::var(name).ok())?;
        Self::opened(config, registry, common.format(), opening, &store.store).await
    }

    /// The same from settings that are read already, with the first of their stores.
    ///
    /// # Errors
    /// A store that cannot be used, or values that no adapter can be made of.
    pub async fn of(config: Config, registry: Registry, format: Format) -> miette::Result<Self> {
        let first = config.stores.first().map(|named| named.store.clone());
        let store = first.ok_or_else(|| miette::miette!("the settings name no store"))?;
        Self::opened(config, registry, format, Opening::MakesStore, &store).await
    }

    async fn opened(
        config: Config,
        registry: Registry,
        format: Format,
        opening: Opening,
        place: &StoreConfig,
    ) -> miette::Result<Self> {
        let missing = match (place, opening) {
            (StoreConfig::Sqlite(path), Opening::Looks) if !path.exists() => Some(path.clone()),
            (StoreConfig::Sqlite(_) | StoreConfig::Postgres { .. }, Opening::Looks | Opening::MakesStore) => None,
        };
        let store: miette::Result<Arc<dyn Store>> = match &missing {
            Some(_) => in_memory(),
            None => kept(place).await.map(|kept| kept as Arc<dyn Store>),
        };
        let store = store.wrap_err_with(|| format!("cannot open the store {place}"))?;
        let prepared = store.prepare(&registry.models(), &registry.externals()).await;
        prepared
            .into_diagnostic()
            .wrap_err_with(|| format!("cannot prepare the store {place}"))?;
        let mut instances = Instances::new();
        for instance in config.instances {
            instances.insert(instance.name.clone(), Arc::new(connected(instance, config.http)?));
        }
        Ok(Self {
            sync: Synchronizers::new(Arc::new(registry), instances, store),
            format,
            missing,
        })
    }

    /// What is said of a store that is not there yet.
    pub fn note_missing(&self) {
        if let Some(path) = &self.missing {
            output::note(&format!(
                "the store {} does not exist yet; `import` makes it",
                path.display()
            ));
        }
    }
}

/// A store that a person can look after.
pub(super) trait Kept: Store + Maintenance {}
impl<S: Store + Maintenance> Kept for S {}

/// Opens a store; makes it where it is not there.
pub(super) async fn kept(config: &StoreConfig) -> miette::Result<Arc<dyn Kept>> {
    match config {
        StoreConfig::Sqlite(path) => sqlite(path),
        StoreConfig::Postgres { url, schema } => postgres(url, schema).await,
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(path: &Path) -> miette::Result<Arc<dyn Kept>> {
    let store = crate::store::sqlite::SqliteStore::open(path).into_diagnostic()?;
    Ok(Arc::new(store))
}

#[cfg(feature = "sqlite")]
fn in_memory() -> miette::Result<Arc<dyn Store>> {
    let store = crate::store::sqlite::SqliteStore::open_in_memory().into_diagnostic()?;
    Ok(Arc::new(store))
}

#[cfg(feature = "postgres")]
async fn postgres(url: &str, schema: &str) -> miette::Result<Arc<dyn Kept>> {
    let store = crate::store::postgres::PostgresStore::open(url, schema).await;
    Ok(Arc::new(store.into_diagnostic()?))
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_url: &str, _schema: &str) -> miette::Result<Arc<dyn Kept>> {
    Err(miette::miette!("this program is built without PostgreSQL"))
}

#[cfg(not(feature = "sqlite"))]
fn in_memory() -> miette::Result<Arc<dyn Store>> {
    sqlite(Path::new("")).map(|kept| kept as Arc<dyn Store>)
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_path: &Path) -> miette::Result<Arc<dyn Kept>> {
    Err(miette::miette!("this program is built without SQLite"))
}

fn connected(config: InstanceConfig, http: Options) -> miette::Result<Instance> {
    let adapter = connect(&config.name, config.connector, &config.settings, http).into_diagnostic()?;
    let settings = Settings::new(config.connector, config.settings).into_diagnostic()?;
    Ok(Instance {
        name: config.name,
        connector: config.connector,
        settings,
        adapter,
    })
}
