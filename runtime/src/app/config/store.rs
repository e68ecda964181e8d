//! `[store]` and `[store.NAME]`: where records, bindings and jobs are kept.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, Reader};

/// `[store]`; prints no password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreConfig {
    /// `url = "sqlite:tenon.db"`, relative to the folder of `tenon.toml`
    Sqlite(PathBuf),
    /// `url = "postgres://user@host/database"`, and `schema`, which is `tenon` unless the file says otherwise
    Postgres {
        /// With the password, if it has one.
        url: String,
        /// The part of the database that belongs to this program.
        schema: String,
    },
}

/// Where a program keeps its tables unless the file says otherwise.
const SCHEMA: &str = "tenon";
const HELP: &str =
    "write url = \"sqlite:tenon.db\", url = \"postgres://user@host/database\" or url = { env = \"VARIABLE\" }";

impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreConfig").field(&self.to_string()).finish()
    }
}

impl fmt::Display for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres { url, schema } => write!(f, "{} (schema {schema})", without_password(url)),
        }
    }
}

impl StoreConfig {
    /// A store by its address; `None`: there is no such kind.
    pub fn of(url: &str, folder: &Path) -> Option<Self> {
        if let Some(file) = url.strip_prefix("sqlite:") {
            return (!file.is_empty()).then(|| Self::Sqlite(folder.join(file)));
        }
        is_postgres(url).then(|| Self::Postgres {
            url: url.to_owned(),
            schema: SCHEMA.to_owned(),
        })
    }
}

fn is_postgres(url: &str) -> bool {
    ["postgres:", "postgresql:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

/// The part of an address between the scheme and the host.
fn account(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let (account, host) = rest.rsplit_once('@')?;
    Some((scheme, account, host))
}

/// An address with stars for its password.
fn without_password(url: &str) -> String {
    let shown = account(url).and_then(|(scheme, account, host)| {
        let (user, _) = account.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{host}"))
    });
    shown.unwrap_or_else(|| url.to_owned())
}

/// Whether an address holds a password.
pub(super) fn has_password(url: &str) -> bool {
    is_postgres(url) && (without_password(url) != url || url.contains("password="))
}

/// One of the stores of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedStore {
    /// `[store.NAME]`; absent: `[store]`, the only one.
    pub name: Option<String>,
    /// Where it is.
    pub store: StoreConfig,
}

impl fmt::Display for NamedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({})", self.store),
            None => self.store.fmt(f),
        }
    }
}

const KEYS: [&str; 2] = ["url", "schema"];

impl Reader<'_> {
    /// `[store]`, or every `[store.NAME]` in the order of the file.
    pub(super) fn stores(&mut self, value: &Spanned<DeValue<'_>>, folder: &Path) -> Vec<NamedStore> {
        let Some(table) = self.table(value, "store") else {
            return Vec::new();
        };
        let is_named = |(key, value): &Entry<'_, '_>| {
            let table = value.get_ref().as_table();
            !KEYS.contains(&key.get_ref().as_ref()) && table.is_some_and(|table| table.get("env").is_none())
        };
        let (mut named, own): (Vec<Entry<'_, '_>>, Vec<Entry<'_, '_>>) = table.iter().partition(is_named);
        if named.is_empty() {
            let store = self.store(table, "store", folder);
            return store
                .map(|store| NamedStore { name: None, store })
                .into_iter()
                .collect();
        }
        for (key, _) in own {
            let message = format!("`{}` belongs to one store, and there are several", key.get_ref());
            let help = "move it into [store.NAME], or keep [store] alone".to_owned();
            self.mistake(key.span(), message, "of which one?", Some(help));
        }
        named.sort_by_key(|(key, _)| key.span().start);
        let mut stores: Vec<NamedStore> = Vec::new();
        for (key, value) in named {
            let section = format!("store.{}", key.get_ref());
            let Some(store) = self
                .table(value, &section)
                .and_then(|table| self.named(key, table, &section, folder))
            else {
                continue;
            };
            if let Some(other) = stores.iter().find(|other| other.store == store) {
                let message = format!(
                    "[{section}] is the same database as [store.{}]",
                    other.name.as_deref().unwrap_or_default()
                );
                let help = "give each store a file or a schema of its own".to_owned();
                self.mistake(key.span(), message, "the same", Some(help));
            }
            let name = Some(key.get_ref().to_string());
            stores.push(NamedStore { name, store });
        }
        stores
    }

    fn named(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        table: &DeTable<'_>,
        section: &str,
        folder: &Path,
    ) -> Option<StoreConfig> {
        if table.get("url").is_none() {
            let message = format!("[{section}] does not say where it is");
            self.mistake(key.span(), message, "no `url`", Some(HELP.to_owned()));
        }
        self.store(table, section, folder)
    }

    fn store(&mut self, table: &DeTable<'_>, section: &str, folder: &Path) -> Option<StoreConfig> {
        let (mut store, mut schema) = (None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "url" => store = self.store_url(value, folder),
                "schema" => schema = self.schema(value),
                other => self.unknown_key(key.span(), other, &KEYS, &format!("[{section}]")),
            }
        }
        Some(match (store?, schema) {
            (StoreConfig::Postgres { url, .. }, Some(schema)) => StoreConfig::Postgres { url, schema },
            (store, _) => store,
        })
    }

    fn store_url(&mut self, value: &Spanned<DeValue<'_>>, folder: &Path) -> Option<StoreConfig> {
        let help = || Some(HELP.to_owned());
        let named = value.get_ref().as_table().and_then(|table| table.get("env"));
        let url = match named.and_then(|name| name.get_ref().as_str()) {
            Some(name) => {
                let url = (self.environment)(name);
                if url.is_none() {
                    let message = format!("the environment has no variable {name}");
                    self.mistake(value.span(), message, "not set", help());
                }
                url?
            }
            None => self.plain_url(value)?,
        };
        let store = StoreConfig::of(&url, folder);
        if store.is_none() {
            let message = "this is no database that Tenon knows".to_owned();
            self.mistake(value.span(), message, "unknown", help());
        }
        store
    }

    fn plain_url(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let Some(url) = value.get_ref().as_str() else {
            self.mistake(
                value.span(),
                "`url` is a text".to_owned(),
                "not a text",
                Some(HELP.to_owned()),
            );
            return None;
        };
        if has_password(url) {
            let message = "a password does not stand in this file".to_owned();
            let help = "put the whole address into a variable and write url = { env = \"VARIABLE\" }".to_owned();
            self.mistake(value.span(), message, "a password", Some(help));
            return None;
        }
        Some(url.to_owned())
    }

    fn schema(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let schema = value.get_ref().as_str();
        if schema.is_none() {
            let help = Some("write schema = \"tenon\"".to_owned());
            self.mistake(value.span(), "`schema` is a text".to_owned(), "not a text", help);
        }
        schema.map(str::to_owned)
    }
}
