//! A record goes: what refers to it is cleared, goes too or forbids it, and external keys that led to it are buried.
//!
//! The database would clear and cascade by itself, but it would count no versions and leave no tombstones. Who refers to
//! what is read from the tables that the database has, which may be more than this program knows.

use std::borrow::Cow;

use indexmap::IndexSet;

use crate::model::Model;
use crate::store::database::Database;
use crate::store::schema;
use crate::store::sql::lock::Lock;
use crate::store::sql::statement::{self, Whose};
use crate::store::sql::table::{Column, Deleted, Role, Schema, Table};
use crate::value::RecordId;

use super::{Applying, PlanRefused, refused};

/// A record that goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Gone {
    table: String,
    /// The model.
    of: String,
    id: RecordId,
}

impl<'a, D: Database> Applying<'a, D> {
    pub(super) async fn delete(
        &mut self,
        model: &'static Model,
        id: RecordId,
        planned: i64,
    ) -> Result<(), PlanRefused> {
        let first = Gone {
            table: model.table_name(),
            of: model.name.to_owned(),
            id,
        };
        if self.deleted.contains(&first) {
            return Ok(());
        }
        self.version(model, id, planned, Lock::Deleted).await?;
        let schema = self.tables().await?;
        let going = self.with_owned(&schema, first).await?;
        for gone in &going {
            for (table, column, on_delete) in referrers(&schema, gone) {
                self.let_go(table, column, on_delete, gone).await?;
            }
        }
        // The owned ones first: the database would take them along, and a later statement would not find them.
        for gone in going.iter().rev() {
            self.execute(&statement::delete(D::DIALECT, &gone.table), &[gone.id.into()])
                .await?;
        }
        self.deleted.extend(going);
        Ok(())
    }

    /// Whether this plan itself deletes a record.
    pub(super) fn deletes(&self, model: &Model, id: RecordId) -> bool {
        self.deleted.contains(&Gone {
            table: model.table_name(),
            of: model.name.to_owned(),
            id,
        })
    }

    /// The tables that the database has.
    async fn tables(&self) -> Result<Cow<'a, Schema>, PlanRefused> {
        Ok(schema::tables_beside(self.database, self.catalog).await?)
    }

    /// A record and all that go together with it, owners first.
    async fn with_owned(&self, schema: &Schema, first: Gone) -> Result<IndexSet<Gone>, PlanRefused> {
        let mut going = IndexSet::from([first]);
        let mut seen = 0;
        while let Some(gone) = going.get_index(seen).cloned() {
            seen += 1;
            for (table, column, on_delete) in referrers(schema, &gone) {
                if (table.role, on_delete) == (Role::Records, Deleted::Cascade) {
                    let text = statement::referring(D::DIALECT, &table.name, &column.name);
                    let owned = self.ids(&text, gone.id).await?;
                    going.extend(owned.into_iter().map(|id| Gone {
                        table: table.name.clone(),
                        of: table.of.clone(),
                        id,
                    }));
                }
            }
        }
        Ok(going)
    }

    /// Makes rows let go of a record. Those that may not are found by [`Self::check_deleted`].
    async fn let_go(
        &mut self,
        table: &Table,
        column: &Column,
        on_delete: Deleted,
        gone: &Gone,
    ) -> Result<(), PlanRefused> {
        let (name, record) = (&table.name, [gone.id.into()]);
        match (table.role, on_delete) {
            (Role::Bindings, _) if column.name == "internal_id" => {
                self.execute(&statement::bury_all(D::DIALECT, name), &record).await?;
                Ok(())
            }
            (Role::Records, Deleted::Clear) => {
                let changed = self
                    .ids(&statement::referring(D::DIALECT, name, &column.name), gone.id)
                    .await?;
                self.execute(&statement::clear_counted(D::DIALECT, name, &column.name), &record)
                    .await?;
                self.note_changes(name, &changed).await
            }
            (Role::Records, Deleted::Restrict | Deleted::Cascade)
            | (Role::Bindings, Deleted::Restrict)
            | (Role::Languages, _) => Ok(()),
            (Role::Links, _) if column.name == "a" => Ok(()),
            (Role::Links, _) => self.shorten_lists(table, gone).await,
            (Role::Bindings, Deleted::Clear) => {
                self.execute(&statement::clear(D::DIALECT, name, &column.name), &record)
                    .await?;
                Ok(())
            }
            (Role::Bindings, Deleted::Cascade) => {
                let text = statement::forget(D::DIALECT, name, &column.name, Whose::Anyone);
                self.execute(&text, &record).await?;
                Ok(())
            }
        }
    }

    /// A record whose list gets shorter has changed.
    async fn shorten_lists(&mut self, links: &Table, gone: &Gone) -> Result<(), PlanRefused> {
        let lister = links.columns.iter().find(|column| column.name == "a");
        let Some(lister) = lister.and_then(|column| column.refers.as_ref()) else {
            return Ok(());
        };
        let changed = self.ids(&statement::listing(D::DIALECT, &links.name), gone.id).await?;
        let text = statement::touch_listers(D::DIALECT, &lister.table, &links.name);
        self.execute(&text, &[gone.id.into()]).await?;
        self.note_changes(&lister.table, &changed).await
    }

    /// These records have got one version more by this plan itself: its later writes of them are not stale.
    async fn note_changes(&mut self, table: &str, ids: &[RecordId]) -> Result<(), PlanRefused> {
        for id in ids {
            if let Some(present) = self.present_version(table, *id, Lock::Written).await? {
                let written = self.written.entry((table.to_owned(), *id));
                written.or_insert((present - 1, present)).1 = present;
            }
        }
        Ok(())
    }

    /// Whether nothing refers any more to what has gone; checked after all writes, so that their order is free.
    pub(super) async fn check_deleted(&self) -> Result<(), PlanRefused> {
        if self.deleted.is_empty() {
            return Ok(());
        }
        let schema = self.tables().await?;
        for gone in &self.deleted {
            for (table, column, _) in referrers(&schema, gone) {
                if matches!(table.role, Role::Links | Role::Languages) {
                    continue;
                }
                // A tombstone keeps no record; a living binding does unless it says otherwise.
                if table.role == Role::Bindings {
                    let buried = statement::forget(D::DIALECT, &table.name, &column.name, Whose::Buried);
                    self.execute(&buried, &[gone.id.into()]).await?;
                }
                let text = statement::referring(D::DIALECT, &table.name, &column.name);
                if let Some(other) = self.first(&text, &[gone.id.into()]).await? {
                    return Err(still_needed(gone, table, column, other));
                }
            }
        }
        Ok(())
    }
}

fn still_needed(gone: &Gone, table: &Table, column: &Column, other: i64) -> PlanRefused {
    let who = match table.role {
        Role::Bindings => format!("a binding of {}", table.of),
        Role::Records | Role::Links | Role::Languages => format!("{} {other}", table.of),
    };
    let (of, id) = (&gone.of, gone.id.0);
    refused(format!(
        "{of} {id} cannot be deleted: {who} refers to it by {}",
        column.name
    ))
}

/// Columns that refer to records of the same table, and what becomes of their rows.
fn referrers<'a>(schema: &'a Schema, gone: &'a Gone) -> impl Iterator<Item = (&'a Table, &'a Column, Deleted)> {
    let columns = schema
        .tables
        .values()
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    columns.filter_map(|(table, column)| {
        let refers = column.refers.as_ref().filter(|refers| refers.table == gone.table)?;
        Some((table, column, refers.on_delete))
    })
}
