//! Bindings are compared and set: a key that leads elsewhere is not moved unless the plan knew where it led.

use std::collections::BTreeMap;

use crate::plan::{BindingWrite, Expected};
use crate::store::catalog::{BindingTable, Catalog};
use crate::store::check::shown;
use crate::store::database::{Database, Value};
use crate::store::sql::statement;
use crate::value::{Key, RecordId, Stored};

use super::record::Columns;
use super::{A_PLAN, Applying, Living, Made, Needed, PlanRefused, refused, stale};

/// One key on its way.
struct Bind<'a> {
    known: &'a BindingTable,
    table: String,
    instance: &'a str,
    key: &'a Key,
    /// For messages: `Customer 7 of shop`.
    who: String,
}

impl<'a, D: Database> Applying<'a, D> {
    pub(super) async fn bind_or_bury(&mut self, write: &BindingWrite, expects: &[Expected]) -> Result<(), PlanRefused> {
        match write {
            BindingWrite::Bind {
                table,
                instance,
                key,
                to,
                parent,
                revision,
                fields,
            } => {
                let bind = self.bind(table, instance, key)?;
                let made = Made::of(to);
                let to = self.target(&bind.who, to)?;
                let model = self.model(bind.known.binding.model)?;
                self.needed.push(Needed {
                    model,
                    id: to,
                    made,
                    by: bind.who.clone(),
                });
                let parent = parent
                    .as_ref()
                    .map(|parent| self.target(&bind.who, parent))
                    .transpose()?;
                let revision = text(&bind.who, revision.as_deref())?;
                let ends = [to.into(), parent.into(), revision.into()];
                match self.present(&bind, fields, expects).await? {
                    None => self.insert_binding(&bind, to, ends, fields).await?,
                    Some((row, present)) => {
                        may_move(&bind, present, to, expects)?;
                        self.refresh_binding(&bind, (row, present), to, ends, fields).await?;
                    }
                }
                self.keep_in_columns(model, bind.known.binding, key, to).await
            }
            BindingWrite::Bury { table, instance, key } => {
                // What was read of its key before is no longer so.
                self.living.clear();
                let bind = self.bind(table, instance, key)?;
                self.bury(&bind).await
            }
        }
    }

    fn bind<'b>(&self, table: &str, instance: &'b str, key: &'b Key) -> Result<Bind<'b>, PlanRefused>
    where
        'a: 'b,
    {
        let catalog: &'a Catalog = self.catalog;
        let known = catalog.binding(table).map_err(refused)?;
        let who = format!("{} {key} of {instance}", known.external.name);
        text(&who, Some(&key.0))?;
        Ok(Bind {
            known,
            table: known.table_name(),
            instance,
            key,
            who,
        })
    }

    fn target(&self, who: &str, to: &Stored) -> Result<RecordId, PlanRefused> {
        let to = self.resolved(to)?;
        if let Stored::Ref(id) = to {
            Ok(id)
        } else {
            Err(refused(format!("{who}: {} is no record", shown(&to))))
        }
    }

    /// The living binding of this key in this scope.
    async fn present(
        &mut self,
        bind: &Bind<'_>,
        fields: &BTreeMap<String, Stored>,
        expects: &[Expected],
    ) -> Result<Option<(i64, Option<RecordId>)>, PlanRefused> {
        if let Some(living) = self.checked_before(bind, expects) {
            return one_of(bind, &living);
        }
        let mut scope = Columns::default();
        for name in bind.known.binding.scope {
            let Some(value) = fields.get(*name) else {
                return self.only_one(bind).await;
            };
            let Some(column) = bind.known.column(name) else {
                return self.only_one(bind).await;
            };
            scope.push(column, self.checked(&bind.who, column.field, value)?);
        }
        let text = statement::living(D::DIALECT, &bind.table, &scope.names);
        let key = [bind.instance.into(), (&bind.key.0).into()];
        let values: Vec<Value<'_>> = key.into_iter().chain(scope.values.iter().map(Value::from)).collect();
        let living = self.living(&text, &values).await?;
        Ok(living.first().copied())
    }

    /// What the check of what the plan expects has read of this key, where nothing of the plan may have changed it since.
    fn checked_before(&mut self, bind: &Bind<'_>, expects: &[Expected]) -> Option<Living> {
        if !bind.known.binding.scope.is_empty() || !self.deleted.is_empty() {
            return None;
        }
        let position = expects.iter().position(|expected| names(expected, bind))?;
        self.living.get_mut(position)?.take()
    }

    /// The living binding of a key whose scope was not said.
    async fn only_one(&self, bind: &Bind<'_>) -> Result<Option<(i64, Option<RecordId>)>, PlanRefused> {
        one_of(bind, &self.living_of(bind.known, bind.instance, bind.key).await?)
    }

    async fn insert_binding(
        &mut self,
        bind: &Bind<'_>,
        to: RecordId,
        ends: [Value<'_>; 3],
        fields: &BTreeMap<String, Stored>,
    ) -> Result<(), PlanRefused> {
        known(bind, fields)?;
        let columns = self.new_row(&bind.who, &bind.known.columns, fields)?;
        let key = [bind.instance.into(), (&bind.key.0).into()];
        let fields = columns.values.iter().map(Value::from);
        let values: Vec<Value<'_>> = key.into_iter().chain(ends).chain(fields).collect();
        match self.database.insert(A_PLAN, &bind.known.insert, &values).await? {
            Some(_) => Ok(()),
            None => Err(self.bound_already(bind, to).await?),
        }
    }

    async fn refresh_binding(
        &mut self,
        bind: &Bind<'_>,
        (row, present): (i64, Option<RecordId>),
        to: RecordId,
        ends: [Value<'_>; 3],
        fields: &BTreeMap<String, Stored>,
    ) -> Result<(), PlanRefused> {
        known(bind, fields)?;
        let columns = self.given(&bind.who, |name| bind.known.column(name), fields)?;
        let statement = statement::rebind(D::DIALECT, &bind.table, &columns.names);
        let fields = columns.values.iter().map(Value::from);
        let values: Vec<Value<'_>> = fields.chain(ends).chain([row.into()]).collect();
        if present == Some(to) || !bind.known.binding.one_to_one {
            self.execute(&statement, &values).await?;
            return Ok(());
        }
        match self.database.update_unique(A_PLAN, &statement, &values).await? {
            Some(_) => Ok(()),
            None => Err(self.bound_already(bind, to).await?),
        }
    }

    /// Says which other key leads to a record.
    async fn bound_already(&self, bind: &Bind<'_>, to: RecordId) -> Result<PlanRefused, PlanRefused> {
        let other = self.key_of(&bind.table, bind.instance, to).await?.unwrap_or_default();
        Ok(refused(format!(
            "{} cannot lead to {} {}: {} {other} does already, and the binding is one to one",
            bind.who, bind.known.binding.model, to.0, bind.known.external.name
        )))
    }

    /// A key that leads nowhere already is as it should be.
    async fn bury(&self, bind: &Bind<'_>) -> Result<(), PlanRefused> {
        if let Some((row, to)) = self.only_one(bind).await? {
            self.execute(&statement::bury(D::DIALECT, &bind.table), &[row.into()])
                .await?;
            if let Some(to) = to {
                let model = self.model(bind.known.binding.model)?;
                self.clear_columns(model, bind.known.binding, bind.key, to).await?;
            }
        }
        Ok(())
    }
}

/// The one living binding; several can only be told apart by a scope.
fn one_of(bind: &Bind<'_>, living: &[(i64, Option<RecordId>)]) -> Result<Option<(i64, Option<RecordId>)>, PlanRefused> {
    match living {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        [_, _, ..] => Err(refused(format!(
            "{} is bound {} times: say which {} is meant",
            bind.who,
            living.len(),
            bind.known.binding.scope.join(", ")
        ))),
    }
}

/// Whether an expectation is about where this key leads.
fn names(expected: &Expected, bind: &Bind<'_>) -> bool {
    match expected {
        Expected::Bound {
            table, instance, key, ..
        } => key == bind.key && table == bind.known.binding.table && instance == bind.instance,
        Expected::NoneFound { .. } | Expected::Unbound { .. } | Expected::Revision { .. } | Expected::Held { .. } => {
            false
        }
    }
}

/// Whether the binding has fields of these names.
fn known(bind: &Bind<'_>, fields: &BTreeMap<String, Stored>) -> Result<(), PlanRefused> {
    match fields.keys().find(|name| bind.known.column(name).is_none()) {
        Some(name) => Err(refused(format!("{}: the binding has no field {name}", bind.who))),
        None => Ok(()),
    }
}

/// A binding that leads to another record may be moved only by a plan that expects exactly that.
fn may_move(bind: &Bind<'_>, present: Option<RecordId>, to: RecordId, expects: &[Expected]) -> Result<(), PlanRefused> {
    if present == Some(to) {
        return Ok(());
    }
    let known = expects.iter().any(|expected| match expected {
        Expected::Bound {
            table,
            instance,
            key,
            to,
        } => {
            (table.as_str(), instance.as_str(), key, *to)
                == (bind.known.binding.table, bind.instance, bind.key, present)
        }
        Expected::NoneFound { .. } | Expected::Unbound { .. } | Expected::Revision { .. } | Expected::Held { .. } => {
            false
        }
    });
    if known {
        return Ok(());
    }
    let leads = present.map_or_else(
        || "nowhere".to_owned(),
        |id| format!("to {} {}", bind.known.binding.model, id.0),
    );
    Err(stale(format!("{} leads {leads} by now", bind.who)))
}

fn text<'t>(who: &str, text: Option<&'t str>) -> Result<Option<&'t str>, PlanRefused> {
    match text {
        Some(text) if text.contains('\0') => Err(refused(format!(
            "{who}: a key or revision contains the character U+0000, which no database keeps"
        ))),
        Some(_) | None => Ok(text),
    }
}
