//! Units that are switched off for one instance, and lists of units for people.

use crate::connector::{AdapterInfo, Connector};
use crate::mapper::Mapper;
use crate::unit::{ConnectorUnit, Usage};

use super::{Registered, Registry, RegistryError, State, UnitId, Version};

/// A unit as people see it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// To switch it, replace it or take it out.
    pub id: UnitId,
    /// The version it belongs to.
    pub at: Version,
    /// The unit.
    pub unit: ConnectorUnit,
    /// Whether the instance that was asked for goes without it.
    pub is_off: bool,
}

impl Registry {
    /// Switches a unit off for one instance: it is as if it was not registered there. False: there is no such unit, or
    /// it is off already.
    pub fn disable(&self, instance: &str, id: UnitId) -> bool {
        let mut state = self.write();
        let is_known = state.units.iter().any(|known| known.id == id);
        if !is_known || state.is_off(Some(instance), id) {
            return false;
        }
        state.off.push((instance.to_owned(), id));
        true
    }

    /// Switches a unit on again for one instance. False: it was not off.
    pub fn enable(&self, instance: &str, id: UnitId) -> bool {
        let mut state = self.write();
        let before = state.off.len();
        state.off.retain(|(at, off)| at != instance || *off != id);
        state.off.len() < before
    }

    /// All units that a connector version has, its own and those it inherits, in order of registration.
    ///
    /// # Errors
    /// The connector extends one that is not registered.
    pub fn units(&self, connector: &'static Connector, instance: Option<&str>) -> Result<Vec<Listed>, RegistryError> {
        let state = self.read();
        let chain = state.chain(connector)?;
        let listed = |known: &Registered| Listed {
            id: known.id,
            at: known.at,
            unit: known.unit.clone(),
            is_off: state.is_off(instance, known.id),
        };
        Ok(state.seen_in(&chain).map(listed).collect())
    }

    /// The operations of all types of a connector version, in order of registration.
    ///
    /// # Errors
    /// The connector extends one that is not registered.
    pub fn adapters(
        &self,
        connector: &'static Connector,
        instance: &str,
    ) -> Result<Vec<&'static AdapterInfo>, RegistryError> {
        let units = self.units(connector, Some(instance))?;
        let on = units.into_iter().filter(|listed| !listed.is_off);
        Ok(on.filter_map(|listed| listed.unit.adapter()).collect())
    }

    /// The usage of this name: one of ours, or one that a unit brings along.
    pub fn usage_named(&self, name: &str) -> Result<Usage, Vec<String>> {
        let known = [
            Usage::ImportMapper,
            Usage::ExportMapper,
            Usage::Adapter,
            Usage::Binder,
            Usage::Importer,
            Usage::BatchImporter,
            Usage::Exporter,
        ];
        let state = self.read();
        let all = known
            .into_iter()
            .chain(state.units.iter().map(|known| known.unit.usage()));
        let wanted = name.replace(['-', '_'], " ");
        let mut names = Vec::new();
        for usage in all {
            let name = usage.to_string();
            if name.replace(['-', '_'], " ") == wanted {
                return Ok(usage);
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Err(names)
    }

    /// Whether a mapping is switched off for an instance.
    pub(crate) fn is_mapper_off(&self, instance: &str, mapper: &'static dyn Mapper) -> bool {
        let state = self.read();
        let mut units = state.units.iter();
        units.any(|known| {
            let is_it = known
                .unit
                .mapper()
                .is_some_and(|other| std::ptr::addr_eq(other, mapper));
            is_it && state.is_off(Some(instance), known.id)
        })
    }
}

impl State {
    pub(super) fn is_off(&self, instance: Option<&str>, id: UnitId) -> bool {
        instance.is_some_and(|instance| self.off.iter().any(|(at, off)| at == instance && *off == id))
    }
}
