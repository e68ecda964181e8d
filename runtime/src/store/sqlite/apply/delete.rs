//! A record goes: what refers to it is cleared, goes too or forbids it, and external keys that led to it are buried.
//!
//! The database would clear and cascade by itself, but it would count no versions and leave no tombstones.

use rusqlite::types::Value;

use crate::model::{Model, OnDelete};
use crate::store::sql::{fit, link_table, statement};
use crate::value::RecordId;

use super::{Applying, DIALECT, PlanRefused, refused};

impl Applying<'_> {
    pub(super) fn delete(&mut self, model: &'static Model, id: RecordId, planned: i64) -> Result<(), PlanRefused> {
        self.version(model, id, planned)?;
        let going = self.with_owned(model, id)?;
        for (model, id) in &going {
            self.clear_referrers(model, *id)?;
            self.shorten_lists(model, *id)?;
            self.bury_keys(model, *id)?;
        }
        // The owned ones first: the database would take them along, and a later statement would not find them.
        for (model, id) in going.iter().rev() {
            self.execute(
                &statement::delete(DIALECT, &model.table_name()),
                &[Value::Integer(id.0)],
            )?;
        }
        self.deleted.extend(going);
        Ok(())
    }

    /// A record and all that go together with it, owners first.
    fn with_owned(&self, model: &'static Model, id: RecordId) -> Result<Vec<(&'static Model, RecordId)>, PlanRefused> {
        let mut going = vec![(model, id)];
        let mut seen = 0;
        while let Some((model, id)) = going.get(seen).copied() {
            seen += 1;
            for referrer in self.catalog.referrers(model.name) {
                if referrer.on_delete == OnDelete::Cascade {
                    let text = statement::referring(DIALECT, &referrer.model.table_name(), &referrer.field.column());
                    let owned = self.ids(&text, id)?.into_iter().map(|id| (referrer.model, id));
                    let owned: Vec<_> = owned.filter(|other| !going.contains(other)).collect();
                    going.extend(owned);
                }
            }
        }
        Ok(going)
    }

    fn clear_referrers(&mut self, model: &Model, id: RecordId) -> Result<(), PlanRefused> {
        for referrer in self.catalog.referrers(model.name) {
            if referrer.on_delete == OnDelete::Clear {
                let (table, column) = (referrer.model.table_name(), referrer.field.column());
                let changed = self.ids(&statement::referring(DIALECT, &table, &column), id)?;
                self.execute(&statement::clear(DIALECT, &table, &column), &[Value::Integer(id.0)])?;
                self.note_changes(referrer.model, &changed)?;
            }
        }
        Ok(())
    }

    /// A record whose list gets shorter has changed.
    fn shorten_lists(&mut self, model: &Model, id: RecordId) -> Result<(), PlanRefused> {
        for (lister, field) in self.catalog.listers(model.name) {
            let table = lister.table_name();
            let links = link_table(&table, field.name);
            let changed = self.ids(&statement::listing(DIALECT, &links), id)?;
            self.execute(
                &statement::touch_listers(DIALECT, &table, &links),
                &[Value::Integer(id.0)],
            )?;
            self.note_changes(lister, &changed)?;
        }
        Ok(())
    }

    /// These records have got one version more by this plan itself: its later writes of them are not stale.
    fn note_changes(&mut self, model: &'static Model, ids: &[RecordId]) -> Result<(), PlanRefused> {
        for id in ids {
            if let Some(present) = self.present_version(model, *id)? {
                self.written
                    .entry((model.name, *id))
                    .or_insert((present - 1, present))
                    .1 = present;
            }
        }
        Ok(())
    }

    fn bury_keys(&self, model: &Model, id: RecordId) -> Result<(), PlanRefused> {
        for (_, binding) in self
            .catalog
            .bindings()
            .filter(|(_, binding)| binding.model == model.name)
        {
            self.execute(
                &statement::bury_all(DIALECT, &fit(binding.table)),
                &[Value::Integer(id.0)],
            )?;
        }
        Ok(())
    }

    /// Whether nothing refers any more to what has gone; checked after all writes, so that their order is free.
    pub(super) fn check_deleted(&self) -> Result<(), PlanRefused> {
        for (model, id) in &self.deleted {
            for referrer in self.catalog.referrers(model.name) {
                let text = statement::referring(DIALECT, &referrer.model.table_name(), &referrer.field.column());
                if let Some(other) = self.first::<i64>(&text, &[Value::Integer(id.0)])? {
                    return Err(refused(format!(
                        "{} {} cannot be deleted: {} {other} refers to it by {}",
                        model.name, id.0, referrer.model.name, referrer.field.name
                    )));
                }
            }
        }
        Ok(())
    }
}
