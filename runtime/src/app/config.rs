//! `tenon.toml` to checked settings: every mistake of the file in one run, each at its place.
//!
//! Reads text only; which connectors there are and what their instances must say comes from the registry's tables.

mod hide;
mod setting;
mod store;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::adapter::http::Options;
use crate::connector::Connector;
use crate::fault::MASK;
use crate::value::Val;

pub use store::{NamedStore, StoreConfig};

/// What `tenon.toml` says, checked.
#[derive(Debug)]
pub struct Config {
    /// Where records, bindings and jobs are kept: at least one, in file order.
    pub stores: Vec<NamedStore>,
    /// How long and how large an exchange with another system may be.
    pub http: Options,
    /// By name, in file order.
    pub instances: Vec<InstanceConfig>,
}

/// `[instance.shop_eu]`; prints no secret.
pub struct InstanceConfig {
    /// `shop_eu`
    pub name: String,
    /// The connector version it speaks.
    pub connector: &'static Connector,
    /// In the order of the connector's settings.
    pub settings: Vec<Val<'static>>,
}

impl fmt::Debug for InstanceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("InstanceConfig");
        shown
            .field("name", &self.name)
            .field("connector", &self.connector.name)
            .field("version", &self.connector.version);
        for (setting, value) in self.connector.settings.iter().zip(&self.settings) {
            if setting.sensitive {
                shown.field(setting.name, &MASK);
            } else {
                shown.field(setting.name, value);
            }
        }
        shown.finish()
    }
}

/// All mistakes of one file.
#[derive(Debug, Error, Diagnostic)]
#[error("{} {}", .file, if .mistakes.len() == 1 { "has a mistake".to_owned() } else { format!("has {} mistakes", .mistakes.len()) })]
pub struct ConfigError {
    file: String,
    #[related]
    mistakes: Vec<Mistake>,
}

/// One mistake and its place.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(code(E1205))]
struct Mistake {
    message: String,
    #[source_code]
    source_code: Arc<NamedSource<String>>,
    #[label("{label}")]
    at: SourceSpan,
    label: String,
    #[help]
    help: Option<String>,
}

/// Seconds that an exchange may be given; a job's lease is 30.
const LONGEST_TIMEOUT: std::ops::RangeInclusive<u64> = 1..=25;

/// Where a secret comes from: the environment in the application, a table in tests.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Reads and checks a file.
///
/// # Errors
/// The file cannot be read, is not TOML, or holds mistakes: unknown keys, unknown connectors, missing, misspelt or
/// mistyped values, secrets that stand in the file instead of being referred to.
pub fn load(path: &Path, connectors: &[&'static Connector], environment: Environment<'_>) -> miette::Result<Config> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        miette::miette!(
            code = "E1205",
            help =
                "`connectors demo` needs no file; everything else reads tenon.toml from this folder, or --config FILE",
            "cannot read {}: {error}",
            path.display()
        )
    })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    Ok(parse(
        &path.display().to_string(),
        &text,
        folder,
        connectors,
        environment,
    )?)
}

/// Checks the text of a file.
///
/// # Errors
/// See [`load`].
pub fn parse(
    name: &str,
    text: &str,
    folder: &Path,
    connectors: &[&'static Connector],
    environment: Environment<'_>,
) -> Result<Config, ConfigError> {
    let source = Arc::new(NamedSource::new(name, hide::without_secrets(text, connectors)));
    let mut reader = Reader {
        source,
        connectors,
        environment,
        mistakes: Vec::new(),
    };
    let config = reader.document(text, folder);
    match config {
        Some(config) if reader.mistakes.is_empty() => Ok(config),
        _ => Err(ConfigError {
            file: name.to_owned(),
            mistakes: reader.mistakes,
        }),
    }
}

struct Reader<'e> {
    source: Arc<NamedSource<String>>,
    connectors: &'e [&'static Connector],
    environment: Environment<'e>,
    mistakes: Vec<Mistake>,
}

/// A value and the place where it stands.
type Entry<'t, 'i> = (&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>);

impl Reader<'_> {
    fn mistake(&mut self, at: Range<usize>, message: String, label: &str, help: Option<String>) {
        let mistake = Mistake {
            message,
            source_code: Arc::clone(&self.source),
            at: at.into(),
            label: label.to_owned(),
            help,
        };
        self.mistakes.push(mistake);
    }

    fn document(&mut self, text: &str, folder: &Path) -> Option<Config> {
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let at = error.span().unwrap_or(0..0);
                self.mistake(
                    at,
                    "this is not TOML".to_owned(),
                    &error.message().replace('\n', " "),
                    None,
                );
                return None;
            }
        };
        let mut stores = Vec::new();
        let mut http = Options::standard();
        let mut instances = Vec::new();
        for (key, value) in &table {
            match key.get_ref().as_ref() {
                "http" => self.http(value, &mut http),
                "store" => stores = self.stores(value, folder),
                "instance" => instances = self.instances(value),
                // What the compiler makes of warnings: the command `tenon` reads it.
                "lints" => {}
                other => self.unknown_key(key.span(), other, &["store", "http", "instance", "lints"], "tenon.toml"),
            }
        }
        if stores.is_empty() {
            let store = StoreConfig::Sqlite(folder.join("tenon.db"));
            stores.push(NamedStore { name: None, store });
        }
        Some(Config {
            stores,
            http,
            instances,
        })
    }

    /// `[http]`
    fn http(&mut self, value: &Spanned<DeValue<'_>>, options: &mut Options) {
        let Some(table) = self.table(value, "http") else { return };
        for (key, value) in table {
            let field = match key.get_ref().as_ref() {
                "connect_timeout_seconds" => &mut options.connect_timeout,
                "timeout_seconds" => &mut options.timeout,
                other => {
                    self.unknown_key(
                        key.span(),
                        other,
                        &["connect_timeout_seconds", "timeout_seconds"],
                        "[http]",
                    );
                    continue;
                }
            };
            let number = value.get_ref().as_integer();
            let seconds = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
            match seconds.filter(|seconds| LONGEST_TIMEOUT.contains(seconds)) {
                Some(seconds) => *field = Duration::from_secs(seconds),
                None => {
                    let message = format!("`{}` is a number of seconds", key.get_ref());
                    let help = format!(
                        "write a whole number from {} to {}: less than the lease of a job",
                        LONGEST_TIMEOUT.start(),
                        LONGEST_TIMEOUT.end()
                    );
                    self.mistake(value.span(), message, "no such time", Some(help));
                }
            }
        }
    }

    fn unknown_key(&mut self, at: Range<usize>, key: &str, known: &[&str], place: &str) {
        let help = match closest(key, known) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("there are: {}", known.join(", ")),
        };
        self.mistake(at, format!("{place} has no key `{key}`"), "unknown key", Some(help));
    }

    fn table<'t, 'i>(&mut self, value: &'t Spanned<DeValue<'i>>, what: &str) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.mistake(
                value.span(),
                format!("`{what}` is a table"),
                "not a table",
                Some(format!("write [{what}]")),
            );
        }
        table
    }

    fn instances(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<InstanceConfig> {
        let Some(table) = self.table(value, "instance") else {
            return Vec::new();
        };
        let mut entries: Vec<Entry<'_, '_>> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .filter_map(|(key, value)| self.instance(key, value))
            .collect()
    }

    fn instance(
        &mut self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<InstanceConfig> {
        let section = format!("instance.{}", name.get_ref());
        let table = self.table(value, &section)?;
        let connector = self.connector(name.span(), table, &section)?;
        let known: Vec<&str> = ["connector", "version"]
            .into_iter()
            .chain(connector.settings.iter().map(|setting| setting.name))
            .collect();
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                self.unknown_key(key.span(), key.get_ref(), &known, &format!("[{section}]"));
            }
        }
        let values: BTreeMap<&str, &Spanned<DeValue<'_>>> = table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), value))
            .collect();
        let settings = connector
            .settings
            .iter()
            .map(|setting| self.setting(name.span(), setting, values.get(setting.name).copied(), &section))
            .collect::<Vec<_>>();
        let settings = settings.into_iter().collect::<Option<Vec<_>>>()?;
        Some(InstanceConfig {
            name: name.get_ref().to_string(),
            connector,
            settings,
        })
    }

    fn connector(&mut self, at: Range<usize>, table: &DeTable<'_>, section: &str) -> Option<&'static Connector> {
        let text = |key: &str| {
            table
                .get(key)
                .and_then(|value| value.get_ref().as_str().map(|text| (text, value.span())))
        };
        let Some((name, name_at)) = text("connector") else {
            let help = Some("write connector = \"magento\" and version = \"1.7\"".to_owned());
            self.mistake(
                at,
                format!("[{section}] does not say which connector it is"),
                "no `connector`",
                help,
            );
            return None;
        };
        let family: Vec<&'static Connector> = self
            .connectors
            .iter()
            .copied()
            .filter(|connector| connector.name == name)
            .collect();
        if family.is_empty() {
            let mut known: Vec<&str> = self.connectors.iter().map(|connector| connector.name).collect();
            known.dedup();
            let help = closest(name, &known).map_or_else(
                || format!("there are: {}", known.join(", ")),
                |known| format!("did you mean `{known}`?"),
            );
            self.mistake(
                name_at,
                format!("there is no connector `{name}`"),
                "unknown connector",
                Some(help),
            );
            return None;
        }
        let version = text("version");
        let wanted = version.as_ref().map(|(version, _)| *version);
        let found = family
            .iter()
            .copied()
            .find(|connector| connector.version == wanted && connector.protocol.is_some());
        if found.is_none() {
            let versions: Vec<String> = family
                .iter()
                .filter(|connector| connector.protocol.is_some())
                .filter_map(|connector| connector.version.map(|version| format!("version = \"{version}\"")))
                .collect();
            let (message, place) = match version {
                Some((version, span)) => (format!("connector `{name}` has no version {version}"), span),
                None => (
                    format!("[{section}] does not say which version of `{name}` it speaks to"),
                    name_at,
                ),
            };
            self.mistake(
                place,
                message,
                "unknown version",
                Some(format!("write {}", versions.join(" or "))),
            );
        }
        found
    }
}

/// The name that was probably meant: nearer than a third of its letters.
pub(crate) fn closest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance * 3 <= candidate.chars().count().max(name.chars().count()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
