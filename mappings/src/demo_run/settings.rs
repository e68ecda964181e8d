//! The settings of the demo, as a file that other commands can be given.

use std::path::Path;

use miette::{IntoDiagnostic, WrapErr, miette};

use super::{Arguments, INSTANCE};
use crate::demo::Running;

/// Where `--serve` writes them.
pub(super) const FILE: &str = "tenon-demo.toml";
/// The variable that holds the key of the shop: secrets do not stand in files.
pub(super) const KEY_VARIABLE: &str = "TENON_DEMO_KEY";
/// Their first line: a file that does not begin like this is somebody else's.
const FIRST_LINE: &str = "# Written by `connectors demo --serve`; written anew each time.";

/// Their text: TOML.
pub(super) fn text(shop: &Running, arguments: &Arguments) -> String {
    // In TOML as in Rust: quotes and backslashes of a path are escaped.
    let store = format!("{:?}", format!("sqlite:{}", arguments.store.display()));
    let (url, user) = (&shop.url, &shop.user);
    format!(
        "{FIRST_LINE}\n[store]\nurl = {store}\n\n[instance.{INSTANCE}]\nconnector = \"magento\"\nversion = \"1.7\"\nurl = \"{url}\"\n\
         user = \"{user}\"\nkey = {{ env = \"{KEY_VARIABLE}\" }}\ncompany = \"Tenon Demo Ltd\"\nwarehouse = \"Main warehouse\"\n"
    )
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
