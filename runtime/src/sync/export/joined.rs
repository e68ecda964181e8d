//! What an export joins: records of the other side that its adapter fetches, elements of lists that were read with the record.

use crate::mapper::{Run, Sources, Step};
use crate::scan::Slots;
use crate::sync::export::{Exporting, unit};
use crate::sync::import::verdict::of_kind;
use crate::sync::join::{self, Fetch, Joined};
use crate::sync::{End, fetch};

impl Exporting<'_> {
    /// Fetches what is joined, one call after the other, because a join may need the one before.
    pub(super) async fn join(&self, slots: &Slots<'static>, run: &Run<'_>) -> Result<Joined, End> {
        let mut joined = Joined::new();
        while let Some(call) = self.next_fetch(slots, &joined, run)? {
            let source = call.source;
            let bytes = fetch::call(self.env, call.external, call.operation, call.arguments).await?;
            let source_of = self.mapper.info().sources.get(source);
            let source_of = source_of.ok_or_else(|| unit("the generated mapping has no such source"))?;
            joined.push((source, join::records(self.env, source_of, bytes)?));
        }
        Ok(joined)
    }

    fn next_fetch(&self, slots: &Slots<'static>, joined: &Joined, run: &Run<'_>) -> Result<Option<Fetch>, End> {
        let (_, step) = self.decide(slots, joined, run)?;
        join::call(self.env, &step)
    }

    /// The sources as far as they are known, and what is needed next.
    pub(super) fn decide<'s>(
        &self,
        slots: &'s Slots<'static>,
        joined: &'s Joined,
        run: &Run<'s>,
    ) -> Result<(Sources<'s>, Step<'s>), End> {
        let place = self.mapper.info().place;
        join::decide(self.mapper, slots, joined, run, |fault| {
            of_kind(&fault.kind, format!("{place} {fault}"))
        })
    }
}
