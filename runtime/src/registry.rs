//! Registry: (connector version, model or external type, variant, usage) -> unit, along the chain of versions up to the family's root.
//!
//! The nearest version that has a candidate wins; two candidates at one version are an error that names both, never a silent pick.

mod follow;
mod part;
mod switch;

use std::fmt;
use std::fmt::Write as _;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::connector::{AdapterInfo, Connector, ExternalType};
use crate::effect::Effect;
use crate::model::Model;
use crate::unit::{ConnectorUnit, Usage};

pub use switch::Listed;

/// All that an application knows of connectors. Shared; changes at run time hold for whoever asks next.
#[derive(Debug, Default)]
pub struct Registry {
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    connectors: Vec<&'static Connector>,
    models: Vec<&'static Model>,
    externals: Vec<&'static ExternalType>,
    units: Vec<Registered>,
    hidden: Vec<(Version, Wanted)>,
    /// Units that an instance goes without.
    off: Vec<(String, UnitId)>,
    effects: Vec<&'static Effect>,
    next: u64,
}

#[derive(Clone, Debug)]
struct Registered {
    id: UnitId,
    at: Version,
    unit: ConnectorUnit,
}

/// A registered unit, to be taken out or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnitId(u64);

/// Family and version of a connector: `magento 1.7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// The family.
    pub name: &'static str,
    /// Absent for the root.
    pub version: Option<&'static str>,
}

impl Version {
    /// The version of a connector.
    pub fn of(connector: &Connector) -> Self {
        Self {
            name: connector.name,
            version: connector.version,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(version) => write!(f, "{} {version}", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// What a unit is asked for by. Absent parts are not compared, apart from the variant: without one, only units without one fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is for.
    pub usage: Usage,
    /// The model.
    pub model: Option<String>,
    /// The external record type.
    pub external: Option<String>,
    /// `as NAME`
    pub variant: Option<String>,
    /// The instance that asks: units that are switched off for it do not count.
    pub instance: Option<String>,
}

impl Wanted {
    /// Any unit of this usage.
    pub fn new(usage: Usage) -> Self {
        Self {
            usage,
            model: None,
            external: None,
            variant: None,
            instance: None,
        }
    }

    /// Asked by this instance.
    pub fn at(mut self, instance: &str) -> Self {
        self.instance = Some(instance.to_owned());
        self
    }

    /// Of this model.
    pub fn model(mut self, model: &str) -> Self {
        self.model = Some(model.to_owned());
        self
    }

    /// Of this external record type.
    pub fn external(mut self, external: &str) -> Self {
        self.external = Some(external.to_owned());
        self
    }

    /// With this name.
    pub fn variant(mut self, variant: Option<&str>) -> Self {
        self.variant = variant.map(str::to_owned);
        self
    }

    fn fits(&self, unit: &ConnectorUnit) -> bool {
        let model = match (&self.model, unit.model()) {
            (Some(wanted), Some(has)) => wanted == has,
            (Some(_), None) | (None, _) => true,
        };
        let external = match (&self.external, unit.external()) {
            (Some(wanted), Some(has)) => wanted == has,
            (Some(_), None) | (None, _) => true,
        };
        unit.usage() == self.usage
            && model
            && external
            && unit.variant() == self.variant.as_deref()
            && unit.runs_alone()
    }

    /// How many of the wanted names a unit says itself: one that says more beats one for any model.
    fn closeness(&self, unit: &ConnectorUnit) -> usize {
        usize::from(self.model.is_some() && unit.model().is_some())
            + usize::from(self.external.is_some() && unit.external().is_some())
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.usage)?;
        if let Some(model) = &self.model {
            write!(f, " of {model}")?;
        }
        if let Some(variant) = &self.variant {
            write!(f, " as {variant}")?;
        }
        if let Some(external) = &self.external {
            write!(f, " for {external}")?;
        }
        Ok(())
    }
}

/// Why no unit could be handed out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// No version of the chain has one.
    #[error("{connector} has no {wanted}: looked in {chain}; there is {}", listed(.there_is))]
    NotFound {
        /// The connector it was asked of.
        connector: String,
        /// What was wanted.
        wanted: String,
        /// The versions that were looked at.
        chain: String,
        /// Units of the same usage in that chain.
        there_is: Vec<String>,
    },
    /// One version has several.
    #[error("{level} has more than one {wanted}: {}; take one out, or ask by external type or variant", listed(.candidates))]
    Ambiguous {
        /// The version.
        level: String,
        /// What was wanted.
        wanted: String,
        /// All that fit.
        candidates: Vec<String>,
    },
    /// No such connector.
    #[error("no connector is called `{name}`; there is {}", listed(.there_is))]
    UnknownConnector {
        /// As asked for.
        name: String,
        /// Those that are registered.
        there_is: Vec<String>,
    },
    /// Two connectors have one name and version.
    #[error("two different connectors are registered as `{name}`")]
    TwoConnectors {
        /// Name and version.
        name: String,
    },
    /// A chain of versions that cannot be walked.
    #[error("{connector} extends {parent}, which {reason}")]
    BrokenChain {
        /// The version.
        connector: String,
        /// What it extends.
        parent: String,
        /// `is not registered`, ..
        reason: &'static str,
    },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

impl Registry {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a connector version; the same one twice is one.
    pub fn connector(&self, connector: &'static Connector) {
        let connectors = &mut self.write().connectors;
        if !connectors.iter().any(|known| std::ptr::eq(*known, connector)) {
            connectors.push(connector);
        }
    }

    /// Adds a model; the same one twice is one.
    pub fn model(&self, model: &'static Model) {
        let models = &mut self.write().models;
        if !models.iter().any(|known| std::ptr::eq(*known, model)) {
            models.push(model);
        }
    }

    /// Adds an external record type; the same one twice is one.
    pub fn external(&self, external: &'static ExternalType) {
        let externals = &mut self.write().externals;
        if !externals.iter().any(|known| std::ptr::eq(*known, external)) {
            externals.push(external);
        }
    }

    /// Adds the operations of an external type.
    pub fn adapter(&self, connector: &'static Connector, adapter: &'static AdapterInfo) -> UnitId {
        self.unit(connector, ConnectorUnit::Adapter(adapter))
    }

    /// Adds a unit to a connector version.
    pub fn unit(&self, connector: &'static Connector, unit: ConnectorUnit) -> UnitId {
        let mut state = self.write();
        state.next += 1;
        let id = UnitId(state.next);
        state.units.push(Registered {
            id,
            at: Version::of(connector),
            unit,
        });
        id
    }

    /// Says that a version does not have a unit that those it extends may have: one that it drops.
    pub fn hide(&self, connector: &'static Connector, unit: Wanted) {
        self.write().hidden.push((Version::of(connector), unit));
    }

    /// Takes a unit out and hands it back; absent: it was not in.
    pub fn unregister(&self, id: UnitId) -> Option<ConnectorUnit> {
        let mut state = self.write();
        let position = state.units.iter().position(|known| known.id == id)?;
        Some(state.units.remove(position).unit)
    }

    /// Puts another unit in the place of one and hands the old one back; absent: it was not in, and nothing was added.
    pub fn replace(&self, id: UnitId, unit: ConnectorUnit) -> Option<ConnectorUnit> {
        let mut state = self.write();
        let known = state.units.iter_mut().find(|known| known.id == id)?;
        Some(std::mem::replace(&mut known.unit, unit))
    }

    /// All models, in order of registration.
    pub fn models(&self) -> Vec<&'static Model> {
        self.read().models.clone()
    }

    /// The model of this name.
    pub fn model_named(&self, name: &str) -> Option<&'static Model> {
        self.read().models.iter().copied().find(|model| model.name == name)
    }

    /// All external record types, in order of registration.
    pub fn externals(&self) -> Vec<&'static ExternalType> {
        self.read().externals.clone()
    }

    /// All connector versions, in order of registration.
    pub fn connectors(&self) -> Vec<&'static Connector> {
        self.read().connectors.clone()
    }

    /// The connector version of this name: `magento 1.7`, `trello`.
    pub fn connector_named(&self, name: &str) -> Result<&'static Connector, RegistryError> {
        let state = self.read();
        let mut fit = state
            .connectors
            .iter()
            .filter(|known| Version::of(known).to_string() == name);
        match (fit.next(), fit.next()) {
            (Some(connector), None) => Ok(connector),
            (Some(_), Some(_)) => Err(RegistryError::TwoConnectors { name: name.to_owned() }),
            (None, _) => Err(RegistryError::UnknownConnector {
                name: name.to_owned(),
                there_is: state
                    .connectors
                    .iter()
                    .map(|known| Version::of(known).to_string())
                    .collect(),
            }),
        }
    }

    /// A version and all it extends, nearest first.
    pub fn chain(&self, connector: &'static Connector) -> Result<Vec<Version>, RegistryError> {
        self.read().chain(connector)
    }

    /// The one unit that fits, of the nearest version that has any.
    pub fn get(
        &self,
        connector: &'static Connector,
        model: &str,
        variant: Option<&str>,
        usage: Usage,
    ) -> Result<ConnectorUnit, RegistryError> {
        self.find(connector, &Wanted::new(usage).model(model).variant(variant))
    }

    /// The one unit that fits what is wanted, of the nearest version that has any.
    pub fn find(&self, connector: &'static Connector, wanted: &Wanted) -> Result<ConnectorUnit, RegistryError> {
        let state = self.read();
        let chain = state.chain(connector)?;
        for (at, level) in chain.iter().enumerate() {
            let fit = state.fitting(&chain[..=at], wanted);
            match fit.as_slice() {
                [] => {}
                [one] => return Ok(one.unit.clone()),
                several => {
                    return Err(RegistryError::Ambiguous {
                        level: level.to_string(),
                        wanted: wanted.to_string(),
                        candidates: several.iter().map(|known| known.unit.to_string()).collect(),
                    });
                }
            }
        }
        Err(RegistryError::NotFound {
            connector: Version::of(connector).to_string(),
            wanted: wanted.to_string(),
            chain: chain.iter().map(Version::to_string).collect::<Vec<_>>().join(" -> "),
            there_is: state.of_usage(&chain, wanted),
        })
    }

    /// The chain that is walked for a unit and which one is chosen, as text for people.
    pub fn explain(&self, connector: &'static Connector, wanted: &Wanted) -> String {
        let mut text = format!("{wanted}, asked of {}\n", Version::of(connector));
        let chain = match self.chain(connector) {
            Ok(chain) => chain,
            Err(error) => return format!("{text}  {error}\n"),
        };
        let state = self.read();
        let mut chosen = false;
        for (at, level) in chain.iter().enumerate() {
            let fit = state.fitting(&chain[..=at], wanted);
            let said = match (fit.as_slice(), chosen) {
                ([], _) => "-".to_owned(),
                ([one], false) => format!("{}   <- chosen", one.unit),
                (several, false) => {
                    let names: Vec<String> = several.iter().map(|known| known.unit.to_string()).collect();
                    format!("{}   <- ambiguous", names.join(", "))
                }
                (hidden, true) => {
                    let names: Vec<String> = hidden.iter().map(|known| known.unit.to_string()).collect();
                    format!("{}   hidden by the version above", names.join(", "))
                }
            };
            chosen |= !fit.is_empty();
            let _ = writeln!(text, "  {level}: {said}");
        }
        if !chosen {
            let _ = writeln!(text, "  none; there is {}", listed(&state.of_usage(&chain, wanted)));
        }
        text
    }
}

impl State {
    fn chain(&self, connector: &'static Connector) -> Result<Vec<Version>, RegistryError> {
        let mut chain = vec![Version::of(connector)];
        let mut parent = connector.parent;
        while let Some((name, version)) = parent {
            let next = Version { name, version };
            let broken = |reason| RegistryError::BrokenChain {
                connector: Version::of(connector).to_string(),
                parent: next.to_string(),
                reason,
            };
            if chain.contains(&next) {
                return Err(broken("extends it in turn"));
            }
            let known = self.connectors.iter().find(|known| Version::of(known) == next);
            parent = known.ok_or_else(|| broken("is not registered"))?.parent;
            chain.push(next);
        }
        Ok(chain)
    }

    /// Those of the last of some versions that fit best, as far as none before it hides them.
    fn fitting(&self, levels: &[Version], wanted: &Wanted) -> Vec<&Registered> {
        let mut fit: Vec<&Registered> = self
            .units
            .iter()
            .filter(|known| wanted.fits(&known.unit) && self.is_seen(levels, known))
            .filter(|known| !self.is_off(wanted.instance.as_deref(), known.id))
            .collect();
        let closest = fit.iter().map(|known| wanted.closeness(&known.unit)).max();
        fit.retain(|known| Some(wanted.closeness(&known.unit)) == closest);
        fit
    }

    /// Whether a unit stands at the last of some versions and none before it hides it.
    fn is_seen(&self, levels: &[Version], known: &Registered) -> bool {
        let Some((level, below)) = levels.split_last() else {
            return false;
        };
        let mut hidden = self.hidden.iter().filter(|(at, _)| below.contains(at));
        known.at == *level && !hidden.any(|(_, unit)| unit.fits(&known.unit))
    }

    /// All units of some versions that none of those before theirs hides, in order of registration.
    fn seen_in<'s>(&'s self, chain: &'s [Version]) -> impl Iterator<Item = &'s Registered> {
        self.units.iter().filter(|known| {
            let at = chain.iter().position(|level| *level == known.at);
            at.is_some_and(|at| self.is_seen(&chain[..=at], known))
        })
    }

    fn of_usage(&self, chain: &[Version], wanted: &Wanted) -> Vec<String> {
        let units = self.seen_in(chain).filter(|known| known.unit.usage() == wanted.usage);
        let shown = |known: &Registered| match self.is_off(wanted.instance.as_deref(), known.id) {
            true => format!("{} in {} (switched off)", known.unit, known.at),
            false => format!("{} in {}", known.unit, known.at),
        };
        units.map(shown).collect()
    }
}
