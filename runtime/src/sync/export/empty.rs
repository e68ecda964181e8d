//! `only empty` in an export: which fields of the record of the other side are known to be empty.
//!
//! What counts is what was seen there last: sent, answered, imported, or read. Where nothing is known of a field the record is read,
//! if its adapter can; a field that nobody can tell anything of is left alone, because it may hold what somebody wrote there.

use crate::encode::{NOT_THERE, is_mark_of_empty};
use crate::mapper::{Changed, Mode, Rule, Runs, WriteTo};
use crate::sync::End;
use crate::sync::export::answer::last_mark;
use crate::sync::export::map::Said;
use crate::sync::export::send::Operations;
use crate::sync::export::{Exporting, Subject};

impl Exporting<'_> {
    /// Fields that are known to be empty there; absent: there is no such record yet.
    pub(super) fn empty_outside(&self, subject: &Subject<'_>, operations: &Operations) -> Option<Vec<&'static str>> {
        if operations.makes(subject) {
            return None;
        }
        let mut names = self.mapper.info().reads_outside();
        names.retain(|name| last_mark(&subject.known.agreed, name).is_some_and(is_mark_of_empty));
        Some(names)
    }

    /// Reads the record where an `only empty` needs to know what is there.
    pub(super) async fn look_outside(&self, subject: &mut Subject<'_>, operations: &Operations) -> Result<(), End> {
        let unknown = self.unknown_outside(subject);
        if unknown.is_empty() || operations.makes(subject) || operations.read.is_none() {
            return Ok(());
        }
        let key = match &subject.bound {
            Some(bound) => Some(bound.key.clone()),
            // The rules write its key: none of them is `only empty`, or there would be no record to look at.
            None => match self.map(subject, Some(Vec::new())).await? {
                Said::Record(mapped) => mapped.key,
                Said::Omitted(_) => None,
            },
        };
        let Some(key) = key else { return Ok(()) };
        let held = self.held(&key).await?;
        for name in unknown {
            let mark = held.get(name).cloned().unwrap_or_else(|| NOT_THERE.to_owned());
            subject.known.agreed.insert(name.to_owned(), mark);
        }
        subject.held = Some(held);
        Ok(())
    }

    /// Fields of which nothing is known, and that a rule would look at.
    fn unknown_outside(&self, subject: &Subject<'_>) -> Vec<&'static str> {
        let info = self.mapper.info();
        let mut names = info.reads_outside();
        names.retain(|name| last_mark(&subject.known.agreed, name).is_none());
        if names.is_empty() {
            return names;
        }
        let mode = self.mode(subject);
        let may_run = |rule: &&Rule| {
            rule.when == Runs::OnEmpty
                && match &mode {
                    Some(Mode::Partial(changed)) => Changed::meets(changed, &rule.bits),
                    Some(Mode::Gather | Mode::GatherChanged(_) | Mode::Create | Mode::Update) | None => true,
                }
        };
        names.retain(|name| {
            let is_it = |target: &usize| {
                let write = info.writes.get(*target);
                write.is_some_and(|write| write.to == WriteTo::Out && write.name == *name)
            };
            info.rules
                .iter()
                .filter(may_run)
                .any(|rule| rule.targets.iter().any(is_it))
        });
        names
    }
}
