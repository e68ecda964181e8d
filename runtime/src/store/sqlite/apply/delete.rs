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
        let mut waiting = vec![(model, id)];
        while let Some((model, id)) = waiting.pop() {
            if self.deleted.contains(&(model, id)) {
                continue;
            }
            self.deleted.push((model, id));
            self.clear_referrers(model, id)?;
            waiting.extend(self.owned(model, id)?);
            self.touch_listers(model, id)?;
            self.bury_keys(model, id)?;
            self.execute(
                &statement::delete(DIALECT, &model.table_name()),
                &[Value::Integer(id.0)],
            )?;
        }
        Ok(())
    }

    fn clear_referrers(&self, model: &Model, id: RecordId) -> Result<(), PlanRefused> {
        for referrer in self
            .catalog
            .referrers(model.name)
            .filter(|referrer| referrer.on_delete == OnDelete::Clear)
        {
            let text = statement::clear(DIALECT, &referrer.model.table_name(), &referrer.field.column());
            self.execute(&text, &[Value::Integer(id.0)])?;
        }
        Ok(())
    }

    /// Records that go together with this one.
    fn owned(&self, model: &Model, id: RecordId) -> Result<Vec<(&'static Model, RecordId)>, PlanRefused> {
        let mut owned = Vec::new();
        for referrer in self
            .catalog
            .referrers(model.name)
            .filter(|referrer| referrer.on_delete == OnDelete::Cascade)
        {
            let text = statement::referring(DIALECT, &referrer.model.table_name(), &referrer.field.column());
            owned.extend(self.ids(&text, id)?.into_iter().map(|id| (referrer.model, id)));
        }
        Ok(owned)
    }

    /// A record whose list gets shorter has changed.
    fn touch_listers(&self, model: &Model, id: RecordId) -> Result<(), PlanRefused> {
        for (lister, field) in self.catalog.listers(model.name) {
            let table = lister.table_name();
            let text = statement::touch_listers(DIALECT, &table, &link_table(&table, field.name));
            self.execute(&text, &[Value::Integer(id.0)])?;
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
