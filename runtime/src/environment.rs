//! Session and environment: who acts, and in which backend instance. Hands out units; is no transaction.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::adapter::Adapter;
use crate::binder::{Binder, TableBinder};
use crate::connector::{AdapterInfo, Connector, ExternalType};
use crate::mapper::Mapper;
use crate::model::Model;
use crate::registry::{Registry, RegistryError, Wanted};
use crate::settings::Settings;
use crate::store::Store;
use crate::sync::follow::Follower;
use crate::unit::{ConnectorUnit, Usage};
use crate::value::RecordId;

/// Who acts, for whom, and when. Travels with jobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Name of a person or program.
    pub actor: String,
    /// The role it acts in; absent: its usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The company it acts for; absent: none in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<RecordId>,
    /// `de_DE`; absent: the base language of the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// IANA name; absent: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// What set it off.
    pub origin: Origin,
    /// What `now()` says: the clock of the job, so that a repeated attempt sees the same time.
    pub now: Timestamp,
}

/// What set a change off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Somebody at the command or on a page.
    Person,
    /// A job without a backend behind it.
    Job,
    /// A record that this instance sent: not sent back to it.
    Import {
        /// The instance.
        instance: String,
    },
}

impl Session {
    /// A program that acts on its own, at this time.
    pub fn program(actor: &str, now: Timestamp) -> Self {
        Self {
            actor: actor.to_owned(),
            role: None,
            company: None,
            language: None,
            time_zone: None,
            origin: Origin::Job,
            now,
        }
    }

    /// The same, set off by something else.
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// The same at another time.
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }
}

/// One system that a connector version speaks to: `shop_eu`.
#[derive(Clone, Debug)]
pub struct Instance {
    /// `shop_eu`
    pub name: String,
    /// The connector version it speaks.
    pub connector: &'static Connector,
    /// Its values of `backend { .. }`.
    pub settings: Settings,
    /// Speaks to it.
    pub adapter: Arc<dyn Adapter>,
}

/// Instances by name.
pub type Instances = BTreeMap<String, Arc<Instance>>;

/// Who acts, in which instance, on which model: what units are asked of.
#[derive(Clone)]
pub struct Environment {
    /// Who acts.
    pub session: Session,
    /// Where.
    pub instance: Arc<Instance>,
    /// All units.
    pub registry: Arc<Registry>,
    /// Records, bindings, jobs.
    pub store: Arc<dyn Store>,
    /// The model that is worked on; absent: none in particular.
    pub model: Option<&'static Model>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("session", &self.session)
            .field("instance", &self.instance.name)
            .field("connector", &self.instance.connector.name)
            .field("model", &self.model.map(|model| model.name))
            .finish_non_exhaustive()
    }
}

/// An environment without a model was asked for a unit of its model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// It works on no model.
    #[error("`{instance}`: no model was chosen; use `for_model` first, or `unit_for`")]
    NoModel {
        /// The instance.
        instance: String,
    },
    /// No such model.
    #[error("no model is called `{name}`")]
    UnknownModel {
        /// As asked for.
        name: String,
    },
    /// The registry has none.
    #[error("`{instance}`: {error}")]
    Unit {
        /// The instance.
        instance: String,
        /// What the registry says.
        error: RegistryError,
    },
}

impl Environment {
    /// Somebody in an instance, on no model in particular.
    pub fn new(session: Session, instance: Arc<Instance>, registry: Arc<Registry>, store: Arc<dyn Store>) -> Self {
        Self {
            session,
            instance,
            registry,
            store,
            model: None,
        }
    }

    /// The same on another model; everything else is carried along.
    ///
    /// # Errors
    /// There is no such model.
    pub fn for_model(&self, model: &str) -> Result<Self, EnvironmentError> {
        let found = self.registry.model_named(model);
        let model = found.ok_or_else(|| EnvironmentError::UnknownModel { name: model.to_owned() })?;
        Ok(Self {
            model: Some(model),
            ..self.clone()
        })
    }

    /// The unit of this usage for the model of this environment.
    ///
    /// # Errors
    /// No model was chosen, or the registry has no such unit, or several.
    pub fn unit(&self, usage: Usage) -> Result<ConnectorUnit, EnvironmentError> {
        let model = self.model.ok_or_else(|| EnvironmentError::NoModel {
            instance: self.instance.name.clone(),
        })?;
        self.find(&Wanted::new(usage).model(model.name))
    }

    /// The unit of this usage for a model.
    ///
    /// # Errors
    /// The registry has no such unit, or several.
    pub fn unit_for(&self, model: &str, usage: Usage) -> Result<ConnectorUnit, EnvironmentError> {
        self.find(&Wanted::new(usage).model(model))
    }

    /// The unit that fits.
    ///
    /// # Errors
    /// The registry has no such unit, or several.
    pub fn find(&self, wanted: &Wanted) -> Result<ConnectorUnit, EnvironmentError> {
        let wanted = wanted.clone().at(&self.instance.name);
        let found = self.registry.find(self.instance.connector, &wanted);
        found.map_err(|error| self.lacks(error))
    }

    /// The mapping that imports an external type by itself.
    ///
    /// # Errors
    /// There is none, or several and no model was named.
    pub fn import_mapper(&self, external: &str, model: Option<&str>) -> Result<&'static dyn Mapper, EnvironmentError> {
        let mut wanted = self.wanted(Usage::ImportMapper, external);
        wanted.model = model.map(str::to_owned);
        self.part(&wanted, ConnectorUnit::mapper)
    }

    /// The mapping that makes records of an external type.
    ///
    /// # Errors
    /// There is none, or several.
    pub fn export_mapper(&self, external: &str) -> Result<&'static dyn Mapper, EnvironmentError> {
        self.part(&self.wanted(Usage::ExportMapper, external), ConnectorUnit::mapper)
    }

    /// The mappings that a change of a joined record of this type concerns.
    ///
    /// # Errors
    /// The connector extends one that is not registered.
    pub fn followers(&self, external: &str) -> Result<Vec<Follower>, EnvironmentError> {
        let found = self.registry.followers(self.instance.connector, external);
        let mut followers = found.map_err(|error| self.lacks(error))?;
        followers.retain(|follower| !self.registry.is_mapper_off(&self.instance.name, follower.mapper));
        Ok(followers)
    }

    /// The operations of an external type.
    ///
    /// # Errors
    /// The connector declares none.
    pub fn operations(&self, external: &str) -> Result<&'static AdapterInfo, EnvironmentError> {
        self.part(&self.wanted(Usage::Adapter, external), ConnectorUnit::adapter)
    }

    /// What keeps the bindings of an external type: a registered unit, else its binding table.
    ///
    /// # Errors
    /// Several binders are registered at one version.
    pub fn binder(&self, external: &'static ExternalType) -> Result<Arc<dyn Binder>, EnvironmentError> {
        let wanted = self.wanted(Usage::Binder, external.name);
        match self.registry.find(self.instance.connector, &wanted) {
            Ok(ConnectorUnit::Binder(binder)) => Ok(binder),
            Ok(
                ConnectorUnit::ImportMapper(_)
                | ConnectorUnit::ExportMapper(_)
                | ConnectorUnit::Adapter(_)
                | ConnectorUnit::Importer(_)
                | ConnectorUnit::BatchImporter(_)
                | ConnectorUnit::Exporter(_)
                | ConnectorUnit::Other(_),
            )
            | Err(RegistryError::NotFound { .. }) => Ok(Arc::new(TableBinder::new(external))),
            Err(
                error @ (RegistryError::Ambiguous { .. }
                | RegistryError::UnknownConnector { .. }
                | RegistryError::TwoConnectors { .. }
                | RegistryError::BrokenChain { .. }),
            ) => Err(self.lacks(error)),
        }
    }

    fn wanted(&self, usage: Usage, external: &str) -> Wanted {
        Wanted::new(usage).external(external).at(&self.instance.name)
    }

    fn part<T>(&self, wanted: &Wanted, part: fn(&ConnectorUnit) -> Option<T>) -> Result<T, EnvironmentError> {
        let found = self.registry.part(self.instance.connector, wanted, part);
        found.map_err(|error| self.lacks(error))
    }

    fn lacks(&self, error: RegistryError) -> EnvironmentError {
        EnvironmentError::Unit {
            instance: self.instance.name.clone(),
            error,
        }
    }
}
