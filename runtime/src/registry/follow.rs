//! What the registry knows beside units: which mappings a change of a joined record concerns, and effects by name.

use crate::connector::{Connector, ExternalType};
use crate::effect::{Effect, Effects};
use crate::mapper::Mapper;
use crate::sync::follow::Follower;
use crate::unit::{ConnectorUnit, Usage};

use super::{Registry, RegistryError};

impl Registry {
    /// Adds an effect; the same one twice is one.
    pub fn effect(&self, effect: &'static Effect) {
        let effects = &mut self.write().effects;
        if !effects.iter().any(|known| std::ptr::eq(*known, effect)) {
            effects.push(effect);
        }
    }

    /// External types that are joined to others and import those when they change, in order of registration.
    pub fn followed_types(&self, connector: &'static Connector) -> Result<Vec<&'static ExternalType>, RegistryError> {
        let mut types: Vec<&'static ExternalType> = Vec::new();
        for follower in self.all_followers(connector)? {
            if let Some(source) = follower.source()
                && !types.contains(&source.external)
            {
                types.push(source.external);
            }
        }
        Ok(types)
    }

    /// Every mapping of a usage at a connector version, those of children included, in order of registration.
    ///
    /// # Errors
    /// The connector extends one that is not registered.
    pub fn mappers(
        &self,
        connector: &'static Connector,
        usage: Usage,
    ) -> Result<Vec<&'static dyn Mapper>, RegistryError> {
        let state = self.read();
        let chain = state.chain(connector)?;
        let mappers = state.seen_in(&chain).filter_map(|known| match &known.unit {
            ConnectorUnit::ImportMapper(mapper) | ConnectorUnit::ExportMapper(mapper) => Some((known, *mapper)),
            ConnectorUnit::Adapter(_)
            | ConnectorUnit::Binder(_)
            | ConnectorUnit::Importer(_)
            | ConnectorUnit::BatchImporter(_)
            | ConnectorUnit::Exporter(_)
            | ConnectorUnit::Other(_) => None,
        });
        let mappers = mappers.filter(|(known, _)| known.unit.usage() == usage);
        Ok(mappers.map(|(_, mapper)| mapper).collect())
    }

    /// The mappings that a change of a joined record concerns.
    pub fn followers(&self, connector: &'static Connector, external: &str) -> Result<Vec<Follower>, RegistryError> {
        let mut followers = self.all_followers(connector)?;
        followers.retain(|follower| follower.source().is_some_and(|source| source.external.name == external));
        Ok(followers)
    }

    /// Of each mapping that of the nearest version.
    fn all_followers(&self, connector: &'static Connector) -> Result<Vec<Follower>, RegistryError> {
        let state = self.read();
        let mut mappers: Vec<&'static dyn Mapper> = Vec::new();
        let name = |mapper: &'static dyn Mapper| {
            let info = mapper.info();
            (info.model.name, info.external.name, info.variant)
        };
        let chain = state.chain(connector)?;
        for level in &chain {
            let nearer: Vec<_> = mappers.iter().map(|mapper| name(*mapper)).collect();
            for known in state.seen_in(&chain).filter(|known| known.at == *level) {
                if let ConnectorUnit::ImportMapper(mapper) = &known.unit
                    && !nearer.contains(&name(*mapper))
                {
                    mappers.push(*mapper);
                }
            }
        }
        let followers = mappers.iter().flat_map(|mapper| {
            let changes = mapper.info().changes.iter();
            changes.map(|changes| Follower {
                mapper: *mapper,
                changes: *changes,
            })
        });
        Ok(followers.collect())
    }
}

impl Effects for Registry {
    /// The one registered last, so that another one can take the place of a generated one.
    fn effect(&self, name: &str) -> Option<&'static Effect> {
        let state = self.read();
        state.effects.iter().rev().copied().find(|effect| effect.name == name)
    }
}
