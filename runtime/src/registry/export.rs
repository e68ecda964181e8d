//! Exports in the registry: which mapping makes records of a type, and which types there are.

use super::{Registry, RegistryError, Wanted};
use crate::connector::{Connector, ExternalType};
use crate::mapper::Mapper;
use crate::unit::{ConnectorUnit, Usage};

impl Registry {
    /// The mapping that makes records of an external type.
    pub fn export_mapper(
        &self,
        connector: &'static Connector,
        external: &str,
    ) -> Result<&'static dyn Mapper, RegistryError> {
        match self.find(connector, &Wanted::new(Usage::ExportMapper).external(external))? {
            ConnectorUnit::ExportMapper(mapper) => Ok(mapper),
            other @ (ConnectorUnit::ImportMapper(_)
            | ConnectorUnit::Adapter(_)
            | ConnectorUnit::Binder(_)
            | ConnectorUnit::Importer(_)
            | ConnectorUnit::BatchImporter(_)
            | ConnectorUnit::Exporter(_)
            | ConnectorUnit::Other(_)) => unreachable!("usage was compared: {other}"),
        }
    }

    /// External types that a connector version can export, in order of registration.
    pub fn exported_types(&self, connector: &'static Connector) -> Result<Vec<&'static ExternalType>, RegistryError> {
        let state = self.read();
        let chain = state.chain(connector)?;
        let mut types: Vec<&'static ExternalType> = Vec::new();
        for known in state.units.iter().filter(|known| chain.contains(&known.at)) {
            if let ConnectorUnit::ExportMapper(mapper) = &known.unit {
                let external = mapper.info().external;
                if !types.contains(&external) {
                    types.push(external);
                }
            }
        }
        Ok(types)
    }
}
