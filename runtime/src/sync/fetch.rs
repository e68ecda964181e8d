//! Calls the operations of external types, and says in words of the author what is missing or went wrong.

use crate::adapter::{Argument, Call, Cause, Payload};
use crate::connector::{ExternalType, Operation};
use crate::environment::Environment;
use crate::registry::Version;
use crate::sync::End;
use crate::sync::handler::lacks;
use crate::value::Key;

/// What came of reading one record.
#[derive(Debug)]
pub(crate) enum Read {
    /// The record.
    Found(Vec<u8>),
    /// The other side says that there is none, in its words.
    Gone(String),
}

/// The operation of this name.
pub(crate) fn operation(
    env: &Environment,
    external: &'static ExternalType,
    name: &str,
) -> Result<&'static Operation, End> {
    let info = env.operations(external.name).map_err(|error| lacks(&error))?;
    info.operation(name).ok_or_else(|| {
        let there_is: Vec<&str> = info.operations.iter().map(|operation| operation.name).collect();
        let version = Version::of(env.instance.connector);
        let there_is = if there_is.is_empty() {
            "none".to_owned()
        } else {
            there_is.join(", ")
        };
        End::Failed {
            kind: "unit".to_owned(),
            reason: format!(
                "{version}: the adapter of {} has no operation `{name}`; there is {there_is}",
                external.name
            ),
        }
    })
}

/// Reads one record.
pub(crate) async fn read(env: &Environment, external: &'static ExternalType, key: &Key) -> Result<Read, End> {
    read_with(env, external, key, None).await
}

/// Reads one record in a language: `view` stands for it.
pub(crate) async fn read_in(
    env: &Environment,
    external: &'static ExternalType,
    key: &Key,
    view: Argument,
) -> Result<Read, End> {
    read_with(env, external, key, Some(view)).await
}

async fn read_with(
    env: &Environment,
    external: &'static ExternalType,
    key: &Key,
    view: Option<Argument>,
) -> Result<Read, End> {
    let operation = operation(env, external, "read")?;
    let mut call = Call::read(external, key.clone());
    if let Some(view) = view {
        // Behind the arguments that callers pass.
        call.args = operation.params.iter().map(|_| Argument::Absent).collect();
        call.args.push(view);
    }
    let answer = env.instance.adapter.call(operation, call).await;
    match answer {
        Ok(Payload(bytes)) if is_nothing(&bytes) => Ok(Read::Gone(format!(
            "it answered {}",
            String::from_utf8_lossy(&bytes).trim()
        ))),
        Ok(Payload(bytes)) => Ok(Read::Found(bytes)),
        Err(error) => match &error.cause {
            Cause::NotFound { text } => Ok(Read::Gone(text.clone())),
            Cause::Network { .. }
            | Cause::Timeout { .. }
            | Cause::Auth { .. }
            | Cause::Refused { .. }
            | Cause::Server { .. }
            | Cause::Malformed { .. }
            | Cause::RateLimited { .. }
            | Cause::TooLarge { .. }
            | Cause::Unsendable { .. } => Err(End::from(&error)),
        },
    }
}

/// Calls an operation that gives records.
pub(crate) async fn call(
    env: &Environment,
    external: &'static ExternalType,
    operation: &'static Operation,
    args: Vec<Argument>,
) -> Result<Vec<u8>, End> {
    let answer = env.instance.adapter.call(operation, Call::list(external, args)).await;
    answer.map(|Payload(bytes)| bytes).map_err(|error| End::from(&error))
}

/// What systems answer instead of saying that there is no such record.
fn is_nothing(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii(), b"" | b"null" | b"false")
}
