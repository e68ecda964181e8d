//! What is in a unit, by the usage it was asked for: mappings, operations; and the external types that have one.

use super::{Registry, RegistryError, Wanted};
use crate::connector::{AdapterInfo, Connector, ExternalType};
use crate::mapper::Mapper;
use crate::unit::{ConnectorUnit, Usage};

impl Registry {
    /// The mapping that imports records of an external type by itself; the model is needed only where two are imported from it.
    pub fn import_mapper(
        &self,
        connector: &'static Connector,
        external: &str,
        model: Option<&str>,
    ) -> Result<&'static dyn Mapper, RegistryError> {
        let mut wanted = Wanted::new(Usage::ImportMapper).external(external);
        wanted.model = model.map(str::to_owned);
        self.part(connector, &wanted, ConnectorUnit::mapper)
    }

    /// The mapping that makes records of an external type.
    pub fn export_mapper(
        &self,
        connector: &'static Connector,
        external: &str,
    ) -> Result<&'static dyn Mapper, RegistryError> {
        let wanted = Wanted::new(Usage::ExportMapper).external(external);
        self.part(connector, &wanted, ConnectorUnit::mapper)
    }

    /// The operations of an external type.
    pub fn operations(
        &self,
        connector: &'static Connector,
        external: &str,
    ) -> Result<&'static AdapterInfo, RegistryError> {
        let wanted = Wanted::new(Usage::Adapter).external(external);
        self.part(connector, &wanted, ConnectorUnit::adapter)
    }

    /// What is in the one unit that fits; `part` takes it out of units of the wanted usage.
    pub(crate) fn part<T>(
        &self,
        connector: &'static Connector,
        wanted: &Wanted,
        part: fn(&ConnectorUnit) -> Option<T>,
    ) -> Result<T, RegistryError> {
        let unit = self.find(connector, wanted)?;
        Ok(part(&unit).unwrap_or_else(|| unreachable!("usage was compared: {unit}")))
    }

    /// External types that a connector version can import by itself, in order of registration.
    pub fn imported_types(&self, connector: &'static Connector) -> Result<Vec<&'static ExternalType>, RegistryError> {
        self.mapped_types(connector, Usage::ImportMapper)
    }

    /// External types that a connector version can export, in order of registration.
    pub fn exported_types(&self, connector: &'static Connector) -> Result<Vec<&'static ExternalType>, RegistryError> {
        self.mapped_types(connector, Usage::ExportMapper)
    }

    /// External types with a mapping of this usage that runs alone, each once.
    fn mapped_types(
        &self,
        connector: &'static Connector,
        usage: Usage,
    ) -> Result<Vec<&'static ExternalType>, RegistryError> {
        let state = self.read();
        let chain = state.chain(connector)?;
        let mut types: Vec<&'static ExternalType> = Vec::new();
        let units = state
            .seen_in(&chain)
            .map(|known| &known.unit)
            .filter(|unit| unit.usage() == usage && unit.runs_alone());
        for mapper in units.filter_map(ConnectorUnit::mapper) {
            let external = mapper.info().external;
            if !types.contains(&external) {
                types.push(external);
            }
        }
        Ok(types)
    }
}
