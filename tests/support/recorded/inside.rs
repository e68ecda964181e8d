//! What the peers' databases hold before an import: records of the alias table, and what a condition of a fact adds to them.

use std::collections::BTreeMap;

use tenon_runtime::app::context::Context;
use tenon_runtime::connector::ExternalType;
use tenon_runtime::plan::{Plan, Write};
use tenon_runtime::store::Completed;
use tenon_runtime::value::{RecordId, Stored};

use super::{InsideRecord, InsideValue, SystemAlias};

/// Records of the inside by their labels.
pub(super) type Labels = BTreeMap<String, RecordId>;

/// Creates the records of the table, each after those it names.
pub(super) async fn fill(context: &Context, system: &SystemAlias) -> Labels {
    let mut labels = Labels::new();
    for record in &system.inside {
        let id = create(context, record, &labels).await;
        labels.extend(record.label.clone().map(|label| (label, id)));
    }
    labels
}

async fn create(context: &Context, record: &InsideRecord, labels: &Labels) -> RecordId {
    let write = Write::Create {
        model: record.model.clone(),
        values: stored(&record.values, labels),
    };
    let made = apply(context, vec![write]).await;
    made.first().expect("one record is made").1
}

/// Writes values into the records that some bindings lead to, as people do.
pub(super) async fn set(
    context: &Context,
    external: &ExternalType,
    ids: &[RecordId],
    values: &BTreeMap<String, InsideValue>,
    labels: &Labels,
) {
    let binding = external
        .binding
        .as_ref()
        .expect("a type that is imported has a binding");
    let model = context
        .sync
        .registry
        .model_named(binding.model)
        .expect("its model is known");
    let rows = context
        .sync
        .store
        .read(model, ids, &[])
        .await
        .expect("the store answers");
    let writes = ids.iter().zip(rows).map(|(id, row)| Write::Update {
        model: model.name.to_owned(),
        id: *id,
        version: row.expect("a bound record is there").version,
        values: stored(values, labels),
    });
    apply(context, writes.collect()).await;
}

fn stored(values: &BTreeMap<String, InsideValue>, labels: &Labels) -> BTreeMap<String, Stored> {
    let one = |value: &InsideValue| match value {
        InsideValue::Number(number) => Stored::Int(*number),
        InsideValue::Flag(flag) => Stored::Bool(*flag),
        InsideValue::Text(text) => match text.strip_prefix('@') {
            Some(label) => Stored::Ref(*labels.get(label).expect("a label stands above where it is used")),
            None => Stored::Text(text.clone()),
        },
    };
    values
        .iter()
        .map(|(field, value)| (field.clone(), one(value)))
        .collect()
}

async fn apply(context: &Context, writes: Vec<Write>) -> Vec<(u32, RecordId)> {
    let plan = Plan {
        writes,
        ..Plan::default()
    };
    match context.sync.store.apply(&plan).await.expect("the store works") {
        Completed::Applied(made) => made,
        other @ (Completed::Lost | Completed::Stale(_) | Completed::Refused(_)) => panic!("{other:?}"),
    }
}
