//! The values that one backend instance gives to the settings of its connector. Never prints a secret.

use std::fmt;
use std::sync::Arc;

use crate::connector::{Connector, Setting};
use crate::value::Val;

/// What stands in the place of a secret.
const MASK: &str = "(secret)";

/// Values in the order of [`Connector::settings`].
#[derive(Clone)]
pub struct Settings {
    connector: &'static Connector,
    values: Arc<[Val<'static>]>,
}

/// Values and settings do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a connector with {wanted} settings was given {given} values")]
pub struct WrongNumber {
    /// How many the connector declares.
    pub wanted: usize,
    /// How many were given.
    pub given: usize,
}

impl Settings {
    /// Values in the order of the connector's settings, one for each.
    ///
    /// # Errors
    /// There are more or fewer values than settings.
    pub fn new(connector: &'static Connector, values: Vec<Val<'static>>) -> Result<Self, WrongNumber> {
        if values.len() == connector.settings.len() {
            Ok(Self {
                connector,
                values: values.into(),
            })
        } else {
            Err(WrongNumber {
                wanted: connector.settings.len(),
                given: values.len(),
            })
        }
    }

    /// All values, in the order of the settings.
    pub fn values(&self) -> &[Val<'static>] {
        &self.values
    }

    /// The value of a setting; absent: the connector has none of this name.
    pub fn get(&self, name: &str) -> Option<&Val<'static>> {
        let position = self
            .connector
            .settings
            .iter()
            .position(|setting| setting.name == name)?;
        self.values.get(position)
    }

    fn entries(&self) -> impl Iterator<Item = (&'static Setting, &Val<'static>)> {
        self.connector.settings.iter().zip(self.values.iter())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (setting, value) in self.entries() {
            if setting.sensitive {
                map.entry(&setting.name, &MASK);
            } else {
                map.entry(&setting.name, value);
            }
        }
        map.finish()
    }
}
