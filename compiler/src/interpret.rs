//! Checked programs to mappings that run at once, for `tenon try`, `tenon test` and the editor. Shares with generated code everything but
//! the dispatch of rules: slots, scan, steps, lookups, rows and checks are the runtime's, reached through its trait `Mapper`.
//!
//! Each match over the IR is exhaustive, so that a new node breaks the build here until it is interpreted.

pub mod against;
mod connector;
mod constant;
pub mod coverage;
pub mod decode;
mod eval;
mod export;
mod externs;
mod function;
mod given;
mod info;
pub mod laws;
mod leak;
mod lookup;
mod mapper;
mod model;
mod model_value;
mod news;
mod param;
mod random;
mod shape;
mod shown;
mod symbol;
mod table;
pub mod test;
pub mod trial;
mod world;

pub use externs::{ExternTable, Externs, Function, is_not_evaluated, not_evaluated};
pub use function::call;
pub use given::GivenExterns;
pub use mapper::Interpreter;
pub use shown::Shown;
pub use symbol::Symbol;
pub use world::{Answered, By};

use crate::ir::mapping::Direction;
use crate::ir::{Connector, MappingId, Program};
use crate::slots::Slots;
use info::Around;
use leak::leak;
use std::sync::Arc;
use tenon_runtime::generated as rt;
use tenon_runtime::generated::{ConnectorUnit, Registry};

/// Why a program cannot be interpreted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InterpretError {
    /// Tables of the runtime refer to each other; a table that holds itself can only be generated.
    #[error("{place}: `{external}` holds itself, which only the compiled program can read")]
    HoldsItself {
        /// The record type.
        external: String,
        /// Its declaration.
        place: String,
    },
}

/// A program that runs.
#[derive(Debug)]
pub struct Interpreted {
    /// The program.
    pub program: &'static Program,
    /// Models of the inside, in the order of the program.
    pub models: Vec<&'static rt::Model>,
    /// Versions, in the order of the program.
    pub versions: Vec<Version>,
}

/// One version of a connector that runs.
#[derive(Debug)]
pub struct Version {
    /// The program it belongs to.
    pub program: &'static Program,
    /// What was checked.
    pub connector: &'static Connector,
    /// Its table.
    pub table: &'static rt::Connector,
    /// Tables of its record types, in their order.
    pub externals: Vec<&'static rt::ExternalType>,
    /// Operations of its record types.
    pub adapters: Vec<&'static rt::AdapterInfo>,
    /// Its mappings, in their order.
    pub mappers: Vec<&'static Interpreter>,
    /// Exports that others take in, for their tests.
    pub parts: Option<Box<Version>>,
    /// Models of the inside, in the order of the program.
    pub models: Vec<&'static rt::Model>,
}

/// Makes a program run. It, and the tables made for it, are never freed.
pub fn interpret(program: Program, externs: &Arc<dyn Externs>) -> Result<Interpreted, InterpretError> {
    let program: &'static Program = leak(program);
    let models: Vec<_> = program.models.iter().map(|one| model::model(program, one)).collect();
    let connectors = program.connectors.iter();
    let versions = connectors.map(|connector| version(program, connector, &models, externs));
    let versions = versions.collect::<Result<_, _>>()?;
    Ok(Interpreted {
        program,
        models,
        versions,
    })
}

fn version(
    program: &'static Program,
    connector: &'static Connector,
    models: &[&'static rt::Model],
    externs: &Arc<dyn Externs>,
) -> Result<Version, InterpretError> {
    let slots: &'static Slots = leak(Slots::of(connector));
    let externals = connector.externals.iter();
    let externals = externals.map(|external| connector::external_type(program, connector, external));
    let externals: Vec<_> = externals.collect::<Result<_, _>>()?;
    let ids = (0..connector.mappings.len()).map(MappingId);
    let mapper = |id| leak(Interpreter::new(program, connector, slots, id, Arc::clone(externs)));
    let mappers: Vec<&'static Interpreter> = ids.map(mapper).collect();
    for family in &slots.families {
        let around = Around {
            models,
            externals: &externals,
            shapes: leak(shape::shapes(connector, family)?),
            mappers: &mappers,
        };
        for id in &family.mappings {
            let output = shape::output(&mappers[id.0].ctx)?;
            mappers[id.0].complete(|ctx| info::tables(ctx, &around, output));
        }
    }
    let adapters = connector.adapters.iter();
    let parts = connector.parts.as_deref();
    let parts = parts
        .map(|parts| version(program, parts, models, externs))
        .transpose()?;
    Ok(Version {
        program,
        connector,
        parts: parts.map(Box::new),
        table: connector::connector(connector),
        adapters: adapters
            .map(|adapter| connector::adapter(program, adapter, (&externals, models)))
            .collect(),
        externals,
        mappers,
        models: models.to_vec(),
    })
}

impl Interpreted {
    /// Makes all of it known, as the generated `register_all` does.
    pub fn register(&self, registry: &Registry) {
        for model in &self.models {
            registry.model(model);
        }
        for version in &self.versions {
            version.register(registry);
        }
    }
}

impl Version {
    fn register(&self, registry: &Registry) {
        registry.connector(self.table);
        let declared = self.connector.externals.iter().zip(&self.externals);
        for (_, external) in declared.filter(|(declared, _)| !declared.key.is_empty()) {
            registry.external(external);
        }
        for adapter in &self.adapters {
            registry.adapter(self.table, adapter);
        }
        for mapper in &self.mappers {
            let mapper: &'static Interpreter = mapper;
            let unit = match mapper.mapping().direction {
                Direction::Import => ConnectorUnit::ImportMapper(mapper),
                Direction::Export => ConnectorUnit::ExportMapper(mapper),
            };
            registry.unit(self.table, unit);
        }
    }
}
