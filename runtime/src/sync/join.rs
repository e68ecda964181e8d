//! What is joined to a record, for imports and exports alike: which call comes next, and the sources as far as they are known.

use crate::adapter::Argument;
use crate::connector::{ExternalType, Operation};
use crate::environment::Environment;
use crate::fault::Fault;
use crate::mapper::{Mapper, Rec, Run, Source, Sources, Step};
use crate::scan::{Elements, Slots, scan_list_owned};
use crate::sync::batch::is_empty_list;
use crate::sync::import::verdict::of_decoding;
use crate::sync::{End, fetch};

/// What is joined to one record, by source.
pub(crate) type Joined = Vec<(usize, Elements<'static>)>;

/// A call that a join needs.
pub(crate) struct Fetch {
    pub(crate) source: usize,
    pub(crate) external: &'static ExternalType,
    pub(crate) operation: &'static Operation,
    pub(crate) arguments: Vec<Argument>,
}

/// The sources as far as they are known, and what is needed next; `wrong` says what a fault of a join ends with.
pub(crate) fn decide<'s>(
    mapper: &'static dyn Mapper,
    slots: &'s Slots<'static>,
    joined: &'s Joined,
    run: &Run<'s>,
    wrong: impl Fn(&Fault) -> End,
) -> Result<(Sources<'s>, Step<'s>), End> {
    let mut sources = Sources::new(mapper, slots.record());
    loop {
        let step = sources.advance(run).map_err(|fault| wrong(&fault))?;
        let Step::Fetch { source, .. } = &step else {
            return Ok((sources, step));
        };
        let Some((source, elements)) = joined.iter().find(|(known, _)| known == source) else {
            return Ok((sources, step));
        };
        let records: Vec<Rec<'s>> = elements.all().map_err(|errors| of_decoding(&errors))?;
        sources.fetched(*source, records, run).map_err(|fault| wrong(&fault))?;
    }
}

/// The call of a step; absent: nothing is to be fetched any more.
pub(crate) fn call(env: &Environment, step: &Step<'_>) -> Result<Option<Fetch>, End> {
    let Step::Fetch {
        source,
        external,
        operation,
        arguments,
    } = step
    else {
        return Ok(None);
    };
    let wire = env.instance.connector.wire;
    let arguments: Result<Vec<Argument>, _> = arguments.iter().map(|value| Argument::of(value, wire)).collect();
    let arguments = arguments.map_err(|error| End::data(format!("{} for {operation}: {error}", external.name)))?;
    Ok(Some(Fetch {
        source: *source,
        external,
        operation: fetch::operation(env, external, operation)?,
        arguments,
    }))
}

/// The records that an operation gave for a source.
pub(crate) fn records(env: &Environment, source: &'static Source, bytes: Vec<u8>) -> Result<Elements<'static>, End> {
    let bytes = match bytes.trim_ascii().first() {
        _ if is_empty_list(env.instance.connector.wire, &bytes) => b"[]".to_vec(),
        // An operation that gives one record is a list of one.
        Some(b'{') => [b"[".as_slice(), &bytes, b"]"].concat(),
        Some(_) | None => bytes,
    };
    scan_list_owned(source.shape, bytes).map_err(|errors| {
        let end = of_decoding(&errors);
        End::data(format!(
            "{} `{}`: {}",
            source.external.name,
            source.alias,
            end.reason().unwrap_or_default()
        ))
    })
}
