//! `demo --serve`: the shop goes on answering, and a file of settings lets every other command speak to it.

use miette::{IntoDiagnostic, WrapErr};
use tenon_runtime::app::output::{self, Format};

use super::settings::{FILE, KEY_VARIABLE, export_store};
use super::{Arguments, INSTANCE};
use crate::demo::Running;

/// Answers until somebody presses Ctrl-C.
pub(super) async fn serve(shop: &mut Running, arguments: &Arguments, format: Format) -> miette::Result<()> {
    match format {
        Format::Text => output::print(&invitation(shop, arguments)),
        // Standard output holds one document for machines, and nothing else.
        Format::Json => output::note(&invitation(shop, arguments)),
    }
    tokio::select! {
        ended = shop.wait() => ended.into_diagnostic().wrap_err("the demo shop stopped answering"),
        pressed = tokio::signal::ctrl_c() => pressed.into_diagnostic().wrap_err("cannot wait for Ctrl-C"),
    }
}

fn invitation(shop: &Running, arguments: &Arguments) -> String {
    format!(
        "\nThe shop goes on answering at {}; Ctrl-C ends it. {FILE} names it; in a second terminal:\n  \
         export {KEY_VARIABLE}={}\n  {}connectors --config {FILE} try {INSTANCE} Order --id 100000001\n  \
         connectors --config {FILE} jobs\n  connectors --config {FILE} status",
        shop.url,
        shop.key,
        export_store(arguments)
    )
}
