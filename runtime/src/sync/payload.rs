//! What jobs of synchronizers carry, and what they are called. JSON that a later version can still read.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::connector::ExternalType;
use crate::mapper::{Batch, MapperInfo};
use crate::queue::{NewJob, OnConflict};
use crate::value::{Key, RecordId};

/// One record to import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportRecord {
    /// The external type.
    pub external: String,
    /// The external key.
    pub key: Key,
    /// The record as the other side sent it; absent: it is read when the job runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Box<RawValue>>,
    /// The remote's time of change, in canonical text; absent: the type has none, or the record is read when the job runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The records that led here, outermost first; a record never waits for one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<Link>,
    /// Source fields that changed; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// Whether somebody enumerated it, or another record needs it.
    #[serde(default)]
    pub counts_as: CountsAs,
    /// What `now()` says, microseconds since 1970, where the record has waited; absent: the time when its job was enqueued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now_us: Option<i64>,
}

/// One record to export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRecord {
    /// The external type.
    pub external: String,
    /// The record of the inside.
    pub id: RecordId,
    /// Stored fields that changed; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// What `now()` says, microseconds since 1970, where the record has waited; absent: the time when its job was enqueued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now_us: Option<i64>,
}

impl ExportRecord {
    /// The whole record.
    pub fn whole(external: &str, id: RecordId) -> Self {
        Self {
            external: external.to_owned(),
            id,
            fields: None,
            now_us: None,
        }
    }

    /// What a run calls it.
    pub fn key(&self) -> Key {
        Key(self.id.0.to_string())
    }
}

/// How a run counts a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsAs {
    /// Somebody asked for it.
    #[default]
    Read,
    /// Only other records need it; counted apart.
    Dependency,
}

/// An external record by type and key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// The type.
    pub external: String,
    /// The key.
    pub key: Key,
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.external, self.key)
    }
}

/// Records to be found out and imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportBatch {
    /// The external type.
    pub external: String,
    /// From where on.
    pub since: Since,
}

/// From where on records are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// Where the last batch stopped; from the start where there was none.
    Cursor,
    /// Changed at this time or later, as the other side writes times.
    Time(String),
    /// All there are.
    Start,
}

impl ImportRecord {
    /// A record of which only the key is known.
    pub fn by_key(external: &str, key: Key) -> Self {
        Self {
            external: external.to_owned(),
            key,
            record: None,
            revision: None,
            chain: Vec::new(),
            fields: None,
            counts_as: CountsAs::Read,
            now_us: None,
        }
    }

    /// The key of an element of a list that says no key that can be read: its position.
    pub fn position_key(position: usize) -> Key {
        Key(format!("#{position}"))
    }

    /// Whether its key is only the position in a list.
    pub fn names_position(&self) -> bool {
        self.key.0.starts_with('#')
    }

    /// Itself as a link of a chain.
    pub fn link(&self) -> Link {
        Link {
            external: self.external.clone(),
            key: self.key.clone(),
        }
    }
}

/// The unit of jobs that import one record of a type: `import magento Customer`.
pub fn import_unit(external: &ExternalType) -> String {
    format!("import {} {}", external.connector, external.name)
}

/// The unit of jobs that find out what there is to import of a type: `batch magento Customer`.
pub fn batch_unit(external: &ExternalType) -> String {
    format!("batch {} {}", external.connector, external.name)
}

/// Whether jobs of a unit find out what there is to import.
pub fn is_batch_unit(unit: &str) -> bool {
    unit.starts_with("batch ")
}

/// The unit of jobs that export one record as a type: `export magento StockItem`.
pub fn export_unit(external: &ExternalType) -> String {
    format!("export {} {}", external.connector, external.name)
}

/// A job that exports one record. While it waits, no second one for the same record and the same fields is made.
pub fn export_job(
    external: &ExternalType,
    instance: &str,
    record: &ExportRecord,
    run: Option<i64>,
) -> Result<NewJob, serde_json::Error> {
    Ok(NewJob {
        unit: export_unit(external),
        instance: instance.to_owned(),
        priority: DEFAULT_PRIORITY,
        delay: std::time::Duration::ZERO,
        max_attempts: ATTEMPTS,
        identity: Some(format!(
            "export\n{instance}\n{}\n{}\n{}",
            external.name,
            record.id.0,
            record
                .fields
                .as_ref()
                .map_or_else(String::new, |fields| fields.join(","))
        )),
        on_conflict: OnConflict::Keep,
        payload: serde_json::to_vec(record)?,
        description: format!("export {} as {} to {instance}", record.id.0, external.name),
        run,
    })
}

/// Priority of the jobs of a mapping: what its `batch` line says.
pub fn priority(info: &MapperInfo) -> i16 {
    priority_of(info.batch)
}

/// The same by the line itself.
pub fn priority_of(batch: Option<&Batch>) -> i16 {
    batch.map_or(DEFAULT_PRIORITY, |batch| batch.priority)
}

/// Priority of mappings without a `batch` line.
const DEFAULT_PRIORITY: i16 = 10;
/// Attempts of a job whose failures may pass.
const ATTEMPTS: u32 = 5;

/// A job that imports one record. While it waits, no second one for the same record is made; a newer payload takes its place.
pub fn import_job(
    external: &ExternalType,
    instance: &str,
    record: &ImportRecord,
    priority: i16,
    run: Option<i64>,
) -> Result<NewJob, serde_json::Error> {
    Ok(NewJob {
        unit: import_unit(external),
        instance: instance.to_owned(),
        priority,
        delay: std::time::Duration::ZERO,
        max_attempts: ATTEMPTS,
        identity: Some(format!("import\n{instance}\n{}\n{}", external.name, record.key)),
        on_conflict: OnConflict::Replace,
        payload: serde_json::to_vec(record)?,
        description: format!("import {} {} of {instance}", external.name, record.key),
        run,
    })
}

/// A job that finds out what there is to import.
pub fn batch_job(
    external: &ExternalType,
    instance: &str,
    batch: &ImportBatch,
    priority: i16,
    run: Option<i64>,
) -> Result<NewJob, serde_json::Error> {
    let from = match &batch.since {
        Since::Cursor => "new".to_owned(),
        Since::Time(time) => format!("since {time}"),
        Since::Start => "all".to_owned(),
    };
    Ok(NewJob {
        unit: batch_unit(external),
        instance: instance.to_owned(),
        priority,
        delay: std::time::Duration::ZERO,
        max_attempts: ATTEMPTS,
        // A run waits for its own batch: two of different runs never become one.
        identity: Some(format!(
            "batch\n{instance}\n{}\n{from}\n{}",
            external.name,
            run.unwrap_or_default()
        )),
        on_conflict: OnConflict::Keep,
        payload: serde_json::to_vec(batch)?,
        description: format!("find {from} {} of {instance}", external.name),
        run,
    })
}
