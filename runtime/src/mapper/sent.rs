//! What an export wrote, as the other side writes it.

use serde_json::Value;

use crate::encode::encode;
use crate::mapper::{Cell, Mapper, Row, RowFault, WriteTo};
use crate::value::Val;

/// A field of the record that is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct SentField {
    /// Which target it is.
    pub target: usize,
    /// Its name.
    pub name: &'static str,
    /// As the other side writes it.
    pub value: Value,
}

/// The fields that a row sends, and those whose value the other side cannot hold; none of either for an import.
pub fn sent(mapper: &dyn Mapper, row: &Row<'_>) -> (Vec<SentField>, Vec<RowFault>) {
    let (mut fields, mut faults) = (Vec::new(), Vec::new());
    let Some(output) = mapper.output() else {
        return (fields, faults);
    };
    for (target, write) in row.info().writes.iter().enumerate() {
        let (WriteTo::Out, Some(field)) = (write.to, output.fields.get(write.index)) else {
            continue;
        };
        let made = match row.cell(target) {
            Cell::Unset | Cell::Children => continue,
            Cell::Value(value) => encode(&value, field, output.wire),
            Cell::List { items, whole: _ } => encode(&Val::List(items), field, output.wire),
        };
        match made {
            Ok(value) => fields.push(SentField {
                target,
                name: write.name,
                value,
            }),
            Err(fault) => {
                let mut ruled = row.ruled(row.writer(target), fault);
                ruled.targets = vec![write.name];
                faults.push(ruled);
            }
        }
    }
    (fields, faults)
}
