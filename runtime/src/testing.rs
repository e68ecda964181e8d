//! Mappings under test: one record in, what a connector makes of it out, as a snapshot. Needs no store, no network and no clock.
//!
//! ```no_run
//! # fn register_all(_: &tenon_runtime::registry::Registry) {}
//! use tenon_runtime::testing::{Shop, assert_mapping_snapshot};
//!
//! let shop = Shop::new(register_all, "magento 1.7")?;
//! let customer = r#"{ "customer_id": "21", "firstname": "Ada" }"#;
//! assert_mapping_snapshot!(shop.import("res.partner", "Customer").given(customer));
//! # Ok::<(), tenon_runtime::testing::TestError>(())
//! ```
//!
//! The steps are those of an import: the payload is scanned, lookups are asked stratum by stratum, rules run, checks judge. A lookup
//! that nobody answers ([`Shop::bound`], [`Shop::found`], [`Shop::stored`]) leads to a record that has only a name, as in `tenon try`:
//! `res.partner.category(1)`. So numbers of records never reach a snapshot, and the clock stands still at [`Shop::now`].
//! Sensitive values are masked.

mod answers;
mod mapping;
mod request;
mod shown;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::connector::Connector;
use crate::registry::{Registry, RegistryError};
use crate::value::{Key, RecordId, Stored, Val};

pub use insta;
pub use mapping::Mapping;
pub use shown::Made;

pub use crate::{assert_mapping_snapshot, assert_request_snapshot};

/// Why there is nothing to take a snapshot of: a mistake of the test.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TestError {
    /// The connector or the mapping is not there.
    #[error(transparent)]
    Unknown(#[from] RegistryError),
    /// A part of the test names what there is not.
    #[error("{what} `{name}`; there is {}", listed(.there_is))]
    NoSuch {
        /// `no setting`
        what: &'static str,
        /// As named.
        name: String,
        /// What could have been meant.
        there_is: Vec<String>,
    },
    /// A payload that cannot be read.
    #[error("{payload} cannot be read:\n{}", problems.join("\n"))]
    Payload {
        /// `the record`, `book`
        payload: String,
        /// One for each place.
        problems: Vec<String>,
    },
    /// No mapping came out of it.
    #[error("{0}")]
    Stopped(String),
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

/// One instance of a connector, and what the world around it answers.
#[derive(Debug)]
pub struct Shop {
    registry: Registry,
    connector: &'static Connector,
    now: Timestamp,
    settings: Vec<Val<'static>>,
    known: Known,
}

/// What is known beforehand.
#[derive(Debug, Default)]
struct Known {
    /// External type and key: where it leads; absent: nowhere.
    keys: BTreeMap<(String, Key), Option<RecordId>>,
    /// Model and search: what it finds.
    finds: Vec<Find>,
    /// Model and record: its fields.
    records: BTreeMap<(String, RecordId), Vec<(String, Stored)>>,
}

#[derive(Debug)]
struct Find {
    model: String,
    by: Vec<(String, Stored)>,
    found: Vec<RecordId>,
}

impl Shop {
    /// An instance of a connector version: `magento 1.7`. Settings are their defaults, else null where that may be, else their own name.
    ///
    /// # Errors
    /// No connector is called so.
    pub fn new(register: fn(&Registry), connector: &str) -> Result<Self, TestError> {
        let registry = Registry::new();
        register(&registry);
        let connector = registry.connector_named(connector)?;
        let settings = connector.settings.iter().map(|setting| match &setting.default {
            Some(default) => default.value(),
            None if setting.nullable => Val::Null,
            None => Val::made(format!("backend.{}", setting.name)),
        });
        Ok(Self {
            settings: settings.collect(),
            registry,
            connector,
            now: Timestamp::UNIX_EPOCH,
            known: Known::default(),
        })
    }

    /// The clock; else 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn now(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// The value of a setting of `backend`.
    ///
    /// # Errors
    /// The connector has no such setting.
    pub fn setting(mut self, name: &str, value: Val<'static>) -> Result<Self, TestError> {
        let declared = self.connector.settings;
        let position = declared.iter().position(|setting| setting.name == name);
        match position.and_then(|position| self.settings.get_mut(position)) {
            Some(place) => *place = value,
            None => {
                return Err(TestError::NoSuch {
                    what: "the connector has no setting",
                    name: name.to_owned(),
                    there_is: declared.iter().map(|setting| setting.name.to_owned()).collect(),
                });
            }
        }
        Ok(self)
    }

    /// A key that leads to a record, for `ref`, `bound`, `load` and `ext_of`.
    #[must_use]
    pub fn bound(mut self, external: &str, key: &str, to: RecordId) -> Self {
        let key = (external.to_owned(), Key(key.to_owned()));
        self.known.keys.insert(key, Some(to));
        self
    }

    /// A key that leads nowhere.
    #[must_use]
    pub fn unbound(mut self, external: &str, key: &str) -> Self {
        let key = (external.to_owned(), Key(key.to_owned()));
        self.known.keys.insert(key, None);
        self
    }

    /// What a search by these values finds, for `find` and `find_or_new`.
    #[must_use]
    pub fn found(mut self, model: &str, by: &[(&str, Stored)], found: &[RecordId]) -> Self {
        self.known.finds.push(Find {
            model: model.to_owned(),
            by: by
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            found: found.to_vec(),
        });
        self
    }

    /// Fields of a record, for `load`; others of it are null.
    #[must_use]
    pub fn stored(mut self, model: &str, id: RecordId, fields: &[(&str, Stored)]) -> Self {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        self.known.records.insert((model.to_owned(), id), fields);
        self
    }

    /// The mapping `import MODEL from EXTERNAL`.
    pub fn import(&self, model: &str, external: &str) -> Mapping<'_> {
        Mapping::new(self, mapping::Direction::Import, (model, external))
    }

    /// The mapping `export MODEL to EXTERNAL`.
    pub fn export(&self, model: &str, external: &str) -> Mapping<'_> {
        Mapping::new(self, mapping::Direction::Export, (model, external))
    }
}

/// Compares what a mapping makes of a record with a snapshot of `insta`: `assert_mapping_snapshot!(shop.import("res.partner", "Customer").given(json))`.
///
/// A second argument redacts, as in `insta::assert_json_snapshot!`: `{ ".record.token" => "[token]" }`.
///
/// # Panics
/// The snapshot differs, or there is nothing to compare: [`TestError`](crate::testing::TestError).
#[macro_export]
macro_rules! assert_mapping_snapshot {
    ($mapping:expr $(, { $($redactions:tt)* })? $(,)?) => {
        match $mapping.made() {
            ::core::result::Result::Ok(made) => {
                $crate::testing::insta::assert_json_snapshot!(made $(, { $($redactions)* })?);
            }
            ::core::result::Result::Err(error) => ::core::panic!("{error}"),
        }
    };
}

/// Compares the request that an adapter would send with a snapshot of `insta`: `assert_request_snapshot!(shop.export("task", "Card").given(json))`.
///
/// # Panics
/// The snapshot differs, or there is nothing to compare: [`TestError`](crate::testing::TestError).
#[macro_export]
macro_rules! assert_request_snapshot {
    ($mapping:expr $(,)?) => {
        match $mapping.request() {
            ::core::result::Result::Ok(request) => $crate::testing::insta::assert_snapshot!(request),
            ::core::result::Result::Err(error) => ::core::panic!("{error}"),
        }
    };
}
