//! What an export joins: records of the other side that its adapter fetches, elements of lists that were read with the record.

use crate::adapter::Argument;
use crate::mapper::{Rec, Run, Sources, Step};
use crate::scan::{Elements, Slots};
use crate::sync::End;
use crate::sync::export::{Exporting, unit};
use crate::sync::fetch;
use crate::sync::import::joined_records;
use crate::sync::import::verdict::{of_decoding, of_kind};

/// What is joined to a record, by source.
pub(super) type Joined = Vec<(usize, Elements<'static>)>;

impl Exporting<'_> {
    /// Fetches what is joined, one call after the other, because a join may need the one before.
    pub(super) async fn join(&self, slots: &Slots<'static>, run: &Run<'_>) -> Result<Joined, End> {
        let mut joined = Joined::new();
        while let Some((source, call)) = self.next_fetch(slots, &joined, run)? {
            let bytes = fetch::call(self.env, call.external, call.operation, call.arguments).await?;
            let source_of = self.mapper.info().sources.get(source);
            let source_of = source_of.ok_or_else(|| unit("the generated mapping has no such source"))?;
            joined.push((source, joined_records(self.env, source_of, bytes)?));
        }
        Ok(joined)
    }

    fn next_fetch(
        &self,
        slots: &Slots<'static>,
        joined: &Joined,
        run: &Run<'_>,
    ) -> Result<Option<(usize, Fetch)>, End> {
        let (_, step) = self.decide(slots, joined, run)?;
        let Step::Fetch {
            source,
            external,
            operation,
            arguments,
        } = step
        else {
            return Ok(None);
        };
        let wire = self.env.instance.connector.wire;
        let arguments: Result<Vec<Argument>, _> = arguments.iter().map(|value| Argument::of(value, wire)).collect();
        let arguments = arguments.map_err(|error| End::data(format!("{} for {operation}: {error}", external.name)))?;
        let operation = fetch::operation(self.env, external, operation)?;
        let fetch = Fetch {
            external,
            operation,
            arguments,
        };
        Ok(Some((source, fetch)))
    }

    /// The sources as far as they are known, and what is needed next.
    pub(super) fn decide<'s>(
        &self,
        slots: &'s Slots<'static>,
        joined: &'s Joined,
        run: &Run<'s>,
    ) -> Result<(Sources<'s>, Step<'s>), End> {
        let place = self.mapper.info().place;
        let wrong = |fault: crate::fault::Fault| of_kind(&fault.kind, format!("{place} {fault}"));
        let mut sources = Sources::new(self.mapper, slots.record());
        loop {
            let step = sources.advance(run).map_err(wrong)?;
            let Step::Fetch { source, .. } = &step else {
                return Ok((sources, step));
            };
            let Some((source, elements)) = joined.iter().find(|(known, _)| known == source) else {
                return Ok((sources, step));
            };
            let records: Vec<Rec<'s>> = elements.all().map_err(|errors| of_decoding(&errors))?;
            sources.fetched(*source, records, run).map_err(wrong)?;
        }
    }
}

/// A call that a join needs.
struct Fetch {
    external: &'static crate::connector::ExternalType,
    operation: &'static crate::connector::Operation,
    arguments: Vec<Argument>,
}
