//! One payload against the declaration of its record, all fields of it and of the records inside: what `try --strict` and fixtures ask.

use super::InterpretError;
use super::leak::leak;
use super::shape::shapes;
use crate::ir::{Connector, FieldId, Program};
use crate::slots::{self, Family};
use tenon_runtime::scan::{DecodeError, scan};
use tenon_runtime::shape::Shape;

/// Reads records of one type, every field of them.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    shape: &'static Shape,
}

impl Decoder {
    /// For a record type of a version. The program is never freed.
    pub fn new(program: Program, connector: &str, external: &str) -> Result<Option<Self>, InterpretError> {
        let program: &'static Program = leak(program);
        let mut connectors = program.connectors.iter();
        let Some(connector) = connectors.find(|one| one.name.text == connector) else {
            return Ok(None);
        };
        whole(connector, external)
    }

    /// What does not fit.
    pub fn mistakes(&self, record: &[u8]) -> Vec<DecodeError> {
        scan(self.shape, record).err().unwrap_or_default()
    }
}

fn whole(connector: &'static Connector, name: &str) -> Result<Option<Decoder>, InterpretError> {
    let Some(id) = connector
        .externals
        .iter()
        .position(|external| external.name.text == name)
    else {
        return Ok(None);
    };
    let id = crate::ir::ExternalId(id);
    let fields = (0..connector.externals[id.0].fields.len()).map(FieldId).collect();
    let family = Family {
        mappings: Vec::new(),
        layouts: slots::written(connector, id, fields),
    };
    let shape = shapes(connector, &family)?.remove(&id);
    Ok(shape.map(|shape| Decoder { shape }))
}
