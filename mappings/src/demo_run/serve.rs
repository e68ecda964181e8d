//! `demo --serve`: the shop goes on answering, and a file of settings lets every other command speak to it.

use std::path::Path;

use miette::{IntoDiagnostic, WrapErr, miette};
use tenon_runtime::app::output::{self, Format};

use super::{Arguments, COMPANY, CONNECTOR, INSTANCE};
use crate::demo::Running;

/// The settings for other commands.
const FILE: &str = "tenon-demo.toml";
/// Its first line: a file that does not begin like this is somebody else's.
const FIRST_LINE: &str = "# Written by `connectors demo --serve`; written anew each time.";
/// The variable that holds the key of the shop: secrets do not stand in files.
const KEY_VARIABLE: &str = "TENON_DEMO_KEY";

/// Writes the settings; refused before anything is imported where the file is somebody else's.
pub(super) fn write_settings(shop: &Running, arguments: &Arguments) -> miette::Result<()> {
    write(Path::new(FILE), &settings(shop, arguments))
}

/// Answers until somebody presses Ctrl-C.
pub(super) async fn serve(shop: &mut Running, format: Format) -> miette::Result<()> {
    match format {
        Format::Text => output::print(&invitation(shop)),
        // Standard output holds one document for machines, and nothing else.
        Format::Json => output::note(&invitation(shop)),
    }
    tokio::select! {
        ended = shop.wait() => ended.into_diagnostic().wrap_err("the demo shop stopped answering"),
        pressed = tokio::signal::ctrl_c() => pressed.into_diagnostic().wrap_err("cannot wait for Ctrl-C"),
    }
}

fn settings(shop: &Running, arguments: &Arguments) -> String {
    // In TOML as in Rust: quotes and backslashes of a path are escaped.
    let store = format!("{:?}", format!("sqlite:{}", arguments.store.display()));
    let (connector, version) = CONNECTOR;
    let (url, user) = (&shop.url, &shop.user);
    format!(
        "{FIRST_LINE}\n[store]\nurl = {store}\n\n[instance.{INSTANCE}]\nconnector = \"{connector}\"\nversion = \"{version}\"\nurl = \"{url}\"\n\
         user = \"{user}\"\nkey = {{ env = \"{KEY_VARIABLE}\" }}\ncompany = \"{COMPANY}\"\n"
    )
}

fn write(file: &Path, text: &str) -> miette::Result<()> {
    let is_foreign = std::fs::read_to_string(file).is_ok_and(|there| !there.starts_with(FIRST_LINE));
    if is_foreign {
        return Err(miette!(
            help = "move it away, or run this in another folder",
            "{} was written by somebody else",
            file.display()
        ));
    }
    std::fs::write(file, text)
        .into_diagnostic()
        .wrap_err_with(|| format!("cannot write {}", file.display()))
}

fn invitation(shop: &Running) -> String {
    format!(
        "\nThe shop goes on answering at {}; Ctrl-C ends it. {FILE} names it; in a second terminal:\n  \
         export {KEY_VARIABLE}={}\n  connectors --config {FILE} try {INSTANCE} Order --id 100000001\n  \
         connectors --config {FILE} jobs\n  connectors --config {FILE} status",
        shop.url, shop.key
    )
}
