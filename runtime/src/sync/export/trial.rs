//! Trying an export: the same code, nothing sent and nothing written.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::environment::{Environment, EnvironmentError};
use crate::plan::Plan;
use crate::queue::JobId;
use crate::sync::End;
use crate::sync::export::{ExportRequest, Exporting, stored};
use crate::sync::payload::ExportRecord;

/// What an export would do.
#[derive(Clone, Debug)]
pub struct TriedExport {
    /// What is stored, as far as the mapping reads it.
    pub stored: Map<String, Value>,
    /// What would be sent, secrets masked.
    pub requests: Vec<String>,
    /// What would be written about it.
    pub plan: Plan,
    /// How it would end.
    pub end: End,
}

/// What a trial would send.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    requests: Mutex<Vec<String>>,
}

impl Trial {
    /// This would be sent.
    pub(super) fn requests(&self, request: String) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(request);
    }
}

/// Exports a record without sending or writing anything. What is there already is read.
///
/// # Errors
/// There is no mapping of this type.
pub async fn try_export(env: &Environment, record: ExportRecord) -> Result<TriedExport, EnvironmentError> {
    let mapper = env.export_mapper(&record.external)?;
    let trial = Trial::default();
    let exporting = Exporting {
        env,
        mapper,
        trial: Some(&trial),
    };
    let id = record.id;
    let request = ExportRequest {
        record,
        job: JobId(0),
        run: None,
        now: env.session.now,
    };
    let planned = exporting.plan(std::slice::from_ref(&request)).await.pop();
    let info = mapper.info();
    let shape = info.shape();
    let stored = match shape {
        Some(shape) => stored::read(env, info.model, shape, &[id]).await.unwrap_or_default(),
        None => std::collections::BTreeMap::default(),
    };
    let (plan, end) = planned.map_or_else(
        || (Plan::default(), End::data("nothing was planned")),
        |planned| (planned.plan, planned.end),
    );
    let requests = trial.requests.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(TriedExport {
        stored: stored.into_values().next().unwrap_or_default(),
        requests,
        plan,
        end,
    })
}
