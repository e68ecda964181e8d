//! The text of `tenon.toml` as reports may show it: with stars for what is a secret, or may be one under a misspelt name.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::connector::Connector;

use super::store::has_password;

/// The text with stars in place of secrets, byte for byte, so that places stay where they are.
pub(super) fn without_secrets(text: &str, connectors: &[&'static Connector]) -> String {
    let secrets = match DeTable::parse(text) {
        Ok(table) => in_table(table.get_ref(), connectors),
        Err(_) => in_lines(text, connectors),
    };
    let mut bytes = text.as_bytes().to_vec();
    for range in secrets {
        for byte in bytes.get_mut(range).into_iter().flatten() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    // Whole values are replaced, so that no letter is cut in two.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Whether each connector that knows a setting of this name lets it be shown, and one does.
fn may_be_shown(name: &str, connectors: &[&'static Connector]) -> bool {
    let mut known = connectors
        .iter()
        .flat_map(|connector| connector.settings)
        .filter(|setting| setting.name == name)
        .peekable();
    matches!(name, "connector" | "version") || (known.peek().is_some() && known.all(|setting| !setting.sensitive))
}

fn in_table(table: &DeTable<'_>, connectors: &[&'static Connector]) -> Vec<Range<usize>> {
    let instances = table.get("instance").and_then(|value| value.get_ref().as_table());
    let entries = instances
        .into_iter()
        .flatten()
        .filter_map(|(_, instance)| instance.get_ref().as_table())
        .flatten()
        .filter(|(name, _)| !may_be_shown(name.get_ref(), connectors));
    let mut secrets = Vec::new();
    for (_, value) in entries {
        in_value(value, &mut secrets);
    }
    let store = table.get("store").and_then(|value| value.get_ref().as_table());
    let url = store.and_then(|store| store.get("url"));
    let holds_password = |url: &&Spanned<DeValue<'_>>| url.get_ref().as_str().is_some_and(has_password);
    secrets.extend(url.filter(holds_password).map(Spanned::span));
    secrets
}

fn in_value(value: &Spanned<DeValue<'_>>, secrets: &mut Vec<Range<usize>>) {
    match value.get_ref().as_table() {
        // The name of a variable is no secret.
        Some(table) => table
            .iter()
            .filter(|(name, _)| name.get_ref().as_ref() != "env")
            .for_each(|(_, value)| in_value(value, secrets)),
        None => secrets.push(value.span()),
    }
}

/// A text that is no TOML: what follows the name of a secret in its line.
fn in_lines(text: &str, connectors: &[&'static Connector]) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((name, value)) = line.split_once('=') {
            let is_secret = connectors
                .iter()
                .flat_map(|connector| connector.settings)
                .any(|setting| setting.sensitive && setting.name == name.trim());
            if is_secret && !value.trim_start().starts_with('{') {
                secrets.push(start + name.len() + 1..start + line.len());
            }
        }
        start += line.len();
    }
    secrets
}
