//! Connector units: the exchangeable parts of a connector, each for one job of work. Holds them, picks none.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::binder::Binder;
use crate::connector::AdapterInfo;
use crate::mapper::Mapper;
use crate::sync::export::Exporter;
use crate::sync::{BatchImporter, Importer};

/// What a unit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Usage {
    /// Makes a record of the inside from a payload.
    ImportMapper,
    /// Makes a payload from a record of the inside.
    ExportMapper,
    /// The operations of one external type.
    Adapter,
    /// External key to internal record and back.
    Binder,
    /// Imports records of one external type.
    Importer,
    /// Finds out which records there are to import.
    BatchImporter,
    /// Exports records as one external type.
    Exporter,
    /// Anything else that a connector brings along, by its own name.
    Other(&'static str),
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ImportMapper => "import mapper",
            Self::ExportMapper => "export mapper",
            Self::Adapter => "adapter",
            Self::Binder => "binder",
            Self::Importer => "importer",
            Self::BatchImporter => "batch importer",
            Self::Exporter => "exporter",
            Self::Other(name) => name,
        })
    }
}

/// A part of a connector, generated or written by hand.
#[derive(Clone, Debug)]
pub enum ConnectorUnit {
    /// Makes a record of the inside from a payload.
    ImportMapper(&'static dyn Mapper),
    /// Makes a payload from a record of the inside.
    ExportMapper(&'static dyn Mapper),
    /// The operations of one external type.
    Adapter(&'static AdapterInfo),
    /// External key to internal record and back.
    Binder(Arc<dyn Binder>),
    /// Imports records of one external type.
    Importer(Arc<dyn Importer>),
    /// Finds out which records there are to import.
    BatchImporter(Arc<dyn BatchImporter>),
    /// Exports records as one external type.
    Exporter(Arc<dyn Exporter>),
    /// A part that Tenon does not call by itself.
    Other(OtherUnit),
}

/// A part written by hand for a use of its own; whoever asks for it knows its type.
#[derive(Clone)]
pub struct OtherUnit {
    /// What it is for: `price calculator`.
    pub usage: &'static str,
    /// What messages call it.
    pub name: &'static str,
    /// The model it is for; absent: any.
    pub model: Option<&'static str>,
    /// Told apart by this where model and usage are the same.
    pub variant: Option<&'static str>,
    /// The part.
    pub part: Arc<dyn Any + Send + Sync>,
}

impl fmt::Debug for OtherUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherUnit")
            .field("usage", &self.usage)
            .field("name", &self.name)
            .field("model", &self.model)
            .field("variant", &self.variant)
            .finish_non_exhaustive()
    }
}

impl ConnectorUnit {
    /// What it is for.
    pub fn usage(&self) -> Usage {
        match self {
            Self::ImportMapper(_) => Usage::ImportMapper,
            Self::ExportMapper(_) => Usage::ExportMapper,
            Self::Adapter(_) => Usage::Adapter,
            Self::Binder(_) => Usage::Binder,
            Self::Importer(_) => Usage::Importer,
            Self::BatchImporter(_) => Usage::BatchImporter,
            Self::Exporter(_) => Usage::Exporter,
            Self::Other(other) => Usage::Other(other.usage),
        }
    }

    /// The mapper of either direction; absent: it is another part.
    pub fn mapper(&self) -> Option<&'static dyn Mapper> {
        match self {
            Self::ImportMapper(mapper) | Self::ExportMapper(mapper) => Some(*mapper),
            Self::Adapter(_)
            | Self::Binder(_)
            | Self::Importer(_)
            | Self::BatchImporter(_)
            | Self::Exporter(_)
            | Self::Other(_) => None,
        }
    }

    /// The operations of one external type; absent: it is another part.
    pub fn adapter(&self) -> Option<&'static AdapterInfo> {
        let Self::Adapter(info) = self else { return None };
        Some(info)
    }

    /// Absent: it is no importer.
    pub fn importer(&self) -> Option<Arc<dyn Importer>> {
        let Self::Importer(importer) = self else { return None };
        Some(Arc::clone(importer))
    }

    /// Absent: it is no batch importer.
    pub fn batch_importer(&self) -> Option<Arc<dyn BatchImporter>> {
        let Self::BatchImporter(batch) = self else { return None };
        Some(Arc::clone(batch))
    }

    /// Absent: it is no exporter.
    pub fn exporter(&self) -> Option<Arc<dyn Exporter>> {
        let Self::Exporter(exporter) = self else { return None };
        Some(Arc::clone(exporter))
    }

    /// The model it is for; absent: any.
    pub fn model(&self) -> Option<&'static str> {
        match self {
            Self::ImportMapper(mapper) | Self::ExportMapper(mapper) => Some(mapper.info().model.name),
            Self::Adapter(info) => info.external.binding.as_ref().map(|binding| binding.model),
            Self::Binder(binder) => binder.external().binding.as_ref().map(|binding| binding.model),
            Self::Importer(importer) => importer.external().binding.as_ref().map(|binding| binding.model),
            Self::BatchImporter(batch) => batch.external().binding.as_ref().map(|binding| binding.model),
            Self::Exporter(exporter) => exporter.external().binding.as_ref().map(|binding| binding.model),
            Self::Other(other) => other.model,
        }
    }

    /// The external record type it is for; absent: any.
    pub fn external(&self) -> Option<&'static str> {
        match self {
            Self::ImportMapper(mapper) | Self::ExportMapper(mapper) => Some(mapper.info().external.name),
            Self::Adapter(info) => Some(info.external.name),
            Self::Binder(binder) => Some(binder.external().name),
            Self::Importer(importer) => Some(importer.external().name),
            Self::BatchImporter(batch) => Some(batch.external().name),
            Self::Exporter(exporter) => Some(exporter.external().name),
            Self::Other(_) => None,
        }
    }

    /// What tells it from another one of the same model and usage (`as NAME`).
    pub fn variant(&self) -> Option<&'static str> {
        match self {
            Self::ImportMapper(mapper) | Self::ExportMapper(mapper) => mapper.info().variant,
            Self::Other(other) => other.variant,
            Self::Adapter(_) | Self::Binder(_) | Self::Importer(_) | Self::BatchImporter(_) | Self::Exporter(_) => None,
        }
    }

    /// File and line it was generated from; absent for those written by hand.
    pub fn place(&self) -> Option<&'static str> {
        match self {
            Self::ImportMapper(mapper) | Self::ExportMapper(mapper) => Some(mapper.info().place),
            Self::Adapter(info) => info.operations.first().map(|operation| operation.place),
            Self::Binder(_) | Self::Importer(_) | Self::BatchImporter(_) | Self::Exporter(_) | Self::Other(_) => None,
        }
    }

    /// Whether it runs by itself, or only where another mapping calls it with `via`.
    pub fn runs_alone(&self) -> bool {
        self.mapper().is_none_or(crate::sync::runs_alone)
    }
}

impl fmt::Display for ConnectorUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImportMapper(mapper) => {
                let info = mapper.info();
                write!(f, "import {}", info.model.name)?;
                if let Some(variant) = info.variant {
                    write!(f, " as {variant}")?;
                }
                write!(f, " from {}", info.external.name)?;
            }
            Self::ExportMapper(mapper) => {
                let info = mapper.info();
                write!(f, "export {}", info.model.name)?;
                if let Some(variant) = info.variant {
                    write!(f, " as {variant}")?;
                }
                write!(f, " to {}", info.external.name)?;
            }
            Self::Adapter(info) => write!(f, "adapter {}", info.external.name)?,
            Self::Binder(binder) => write!(f, "binder {} ({binder:?})", binder.external().name)?,
            Self::Importer(importer) => write!(f, "importer {} ({importer:?})", importer.external().name)?,
            Self::BatchImporter(batch) => write!(f, "batch importer {} ({batch:?})", batch.external().name)?,
            Self::Exporter(exporter) => write!(f, "exporter {} ({exporter:?})", exporter.external().name)?,
            Self::Other(other) => write!(f, "{} {}", other.usage, other.name)?,
        }
        match self.place() {
            Some(place) if !place.is_empty() => write!(f, " ({place})"),
            Some(_) | None => Ok(()),
        }
    }
}
