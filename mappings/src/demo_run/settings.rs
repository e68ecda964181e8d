//! The settings of the demo, as a file that other commands can be given.

use std::path::Path;

use miette::{IntoDiagnostic, WrapErr, miette};
use tenon_runtime::app::config::StoreConfig;

use super::{Arguments, INSTANCE};
use crate::demo::Running;

/// Where `--serve` writes them.
pub(super) const FILE: &str = "tenon-demo.toml";
/// The variable that holds the key of the shop: secrets do not stand in files.
pub(super) const KEY_VARIABLE: &str = "TENON_DEMO_KEY";
/// The variable that holds the address of a server's database, which may have a password.
pub(super) const STORE_VARIABLE: &str = "TENON_DEMO_STORE";
/// Their first line: a file that does not begin like this is somebody else's.
const FIRST_LINE: &str = "# Written by `connectors demo --serve`; written anew each time.";

/// The store as the settings know it; `None`: it is a file.
fn server(arguments: &Arguments) -> Option<StoreConfig> {
    match StoreConfig::of(&arguments.store, Path::new("")) {
        Some(server @ StoreConfig::Postgres { .. }) => Some(server),
        Some(StoreConfig::Sqlite(_)) | None => None,
    }
}

/// Where the demo keeps its records, for people.
pub(super) fn store(arguments: &Arguments) -> String {
    server(arguments).map_or_else(|| arguments.store.clone(), |server| server.to_string())
}

/// How a person looks into the store without us.
pub(super) fn how_to_look(arguments: &Arguments) -> String {
    match server(arguments) {
        Some(server) => format!("look into {server} with psql"),
        None => format!("open {} with any SQLite tool", arguments.store),
    }
}

/// Their text: TOML.
pub(super) fn text(shop: &Running, arguments: &Arguments) -> String {
    let store = match server(arguments) {
        Some(_) => format!("{{ env = \"{STORE_VARIABLE}\" }}"),
        // In TOML as in Rust: quotes and backslashes of a path are escaped.
        None => format!("{:?}", format!("sqlite:{}", arguments.store)),
    };
    let (url, user) = (&shop.url, &shop.user);
    format!(
        "{FIRST_LINE}\n[store]\nurl = {store}\n\n[instance.{INSTANCE}]\nconnector = \"magento\"\nversion = \"1.7\"\nurl = \"{url}\"\n\
         user = \"{user}\"\nkey = {{ env = \"{KEY_VARIABLE}\" }}\ncompany = \"Tenon Demo Ltd\"\nwarehouse = \"Main warehouse\"\n"
    )
}

/// What a person says before other commands find the store; empty where it is a file.
pub(super) fn export_store(arguments: &Arguments) -> String {
    match server(arguments) {
        Some(_) => format!("export {STORE_VARIABLE}={:?}\n  ", arguments.store),
        None => String::new(),
    }
}

/// Writes them into the current folder; refused where the file is somebody else's.
pub(super) fn write(shop: &Running, arguments: &Arguments) -> miette::Result<()> {
    let file = Path::new(FILE);
    let is_foreign = std::fs::read_to_string(file).is_ok_and(|there| !there.starts_with(FIRST_LINE));
    if is_foreign {
        return Err(miette!(
            help = "move it away, or run this in another folder",
            "{} was written by somebody else",
            file.display()
        ));
    }
    std::fs::write(file, text(shop, arguments))
        .into_diagnostic()
        .wrap_err_with(|| format!("cannot write {}", file.display()))
}
