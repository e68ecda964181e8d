//! Many-to-many fields: only the rows that differ are written, positions follow the order of the list.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::{Model, ModelField, ModelKind};
use crate::store::StoreError;
use crate::store::check::fitting;
use crate::store::database::{Database, Row, Value};
use crate::store::sql::{link_table, statement};
use crate::value::{RecordId, Stored};

use super::record::is_list;
use super::{A_PLAN, Applying, Made, Needed, PlanRefused, refused};

impl<D: Database> Applying<'_, D> {
    pub(super) async fn link_all(
        &mut self,
        who: &str,
        model: &'static Model,
        id: RecordId,
        values: &BTreeMap<String, Stored>,
    ) -> Result<(), PlanRefused> {
        for (name, value) in values {
            let Some(field) = model.field(name).filter(|field| is_list(field)) else {
                continue;
            };
            match fitting(field, &self.resolved(value)?) {
                Ok(Stored::Refs(wanted)) => self.link(who, model, field, id, &wanted).await?,
                Ok(_) => {
                    return Err(refused(format!(
                        "{who}: {name} is a list of records, empty where there is none"
                    )));
                }
                Err(words) => return Err(refused(format!("{who}: {words}"))),
            }
        }
        Ok(())
    }

    async fn link(
        &mut self,
        who: &str,
        model: &Model,
        field: &ModelField,
        id: RecordId,
        wanted: &[RecordId],
    ) -> Result<(), PlanRefused> {
        let ModelKind::ManyToMany { model: listed } = field.kind else {
            return Ok(());
        };
        let listed = self.model(listed)?;
        let table = link_table(&model.table_name(), field.name);
        let rows = self
            .database
            .rows(A_PLAN, &statement::links(D::DIALECT, &table), &[id.into()])
            .await?;
        let present = rows
            .into_iter()
            .map(|mut row| Ok::<_, StoreError>((row.int(0)?, row.int(1)?)));
        let present: HashMap<i64, i64> = present.collect::<Result<_, _>>()?;
        let wanted = distinct(wanted);
        let keep: HashSet<i64> = wanted.iter().map(|id| id.0).collect();
        let mut gone: Vec<i64> = present.keys().copied().filter(|other| !keep.contains(other)).collect();
        gone.sort_unstable();
        for other in gone {
            self.execute(&statement::unlink(D::DIALECT, &table), &[id.into(), other.into()])
                .await?;
        }
        for (position, other) in (0_i64..).zip(&wanted) {
            let before = present.get(&other.0);
            if before.is_none() {
                let by = format!("{who}: {}", field.name);
                self.needed.push(Needed {
                    made: Made::Before,
                    model: listed,
                    id: *other,
                    by,
                });
            }
            if before != Some(&position) {
                let row = [id.0, other.0, position].map(Value::Int);
                self.execute(&statement::link(D::DIALECT, &table), &row).await?;
            }
        }
        Ok(())
    }
}

/// Each record once, where it stands first.
fn distinct(ids: &[RecordId]) -> Vec<RecordId> {
    let mut seen = HashSet::new();
    ids.iter().copied().filter(|id| seen.insert(*id)).collect()
}
