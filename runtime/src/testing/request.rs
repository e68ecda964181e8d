//! The request that the adapter of a shop would send for an export, as text: secrets are masked.

use serde_json::Map;

use super::TestError;
use super::mapping::{Direction, Mapping};
use crate::adapter::{Call, Options, Sent, connect};
use crate::mapper::sent;
use crate::registry::Wanted;
use crate::unit::{ConnectorUnit, Usage};
use crate::value::Key;

impl Mapping<'_> {
    /// The request of the `create` of its type, or of its `write` where [`Mapping::bound_to`] gave a key.
    ///
    /// # Errors
    /// It is an import, the mapping is not there or makes nothing to send, the type has no such operation, or the settings of
    /// the shop make no address.
    pub fn request(&self) -> Result<String, TestError> {
        if self.direction == Direction::Import {
            let message = "an import sends no record: take a snapshot of what it makes, with assert_mapping_snapshot!";
            return Err(TestError::Stopped(message.to_owned()));
        }
        let wanted = Wanted::new(Usage::Adapter).external(&self.external);
        let unit = self.shop.registry.find(self.shop.connector, &wanted)?;
        let ConnectorUnit::Adapter(operations) = unit else {
            return Err(TestError::Stopped(format!("{unit} is no adapter")));
        };
        let name = match self.key {
            Some(_) => "write",
            None => "create",
        };
        let operation = operations.operation(name).ok_or_else(|| TestError::NoSuch {
            what: "the adapter has no operation",
            name: name.to_owned(),
            there_is: operations
                .operations
                .iter()
                .map(|known| known.name.to_owned())
                .collect(),
        })?;
        let record = self.run(|mapper, ran, _, _| {
            let (fields, faults) = sent(mapper, &ran.row);
            let faults: Vec<String> = ran
                .row
                .all_faults()
                .into_iter()
                .chain(&faults)
                .map(|fault| format!("{} {}: {}", fault.place, fault.targets.join(", "), fault.fault))
                .collect();
            if !faults.is_empty() {
                return Err(TestError::Stopped(format!(
                    "nothing would be sent:\n{}",
                    faults.join("\n")
                )));
            }
            let fields = fields.into_iter().map(|field| (field.name.to_owned(), field.value));
            Ok(fields.collect::<Map<_, _>>())
        })?;
        let settings = &self.shop.settings;
        let adapter = connect("test", self.shop.connector, settings, Options::standard())
            .map_err(|error| TestError::Stopped(error.to_string()))?;
        let sent = Sent {
            changed: record.clone(),
            whole: record,
        };
        let call = Call::send(operations.external, self.key.clone().map(Key), sent);
        adapter
            .describe(operation, &call)
            .map_err(|error| TestError::Stopped(error.to_string()))
    }
}
