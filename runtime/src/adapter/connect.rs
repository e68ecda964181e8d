//! From a connector and the settings of an instance to the adapter that speaks to it.

use std::sync::Arc;

use reqwest::Url;

use super::Adapter;
use super::http::Options;
use super::template::{self, Filling, SettingValue};
use super::xml_rpc::XmlRpc;
use crate::connector::{Connector, Template};
use crate::value::Val;

/// Why there is no adapter for an instance: a mistake of its settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("instance `{instance}`: {reason}")]
pub struct ConnectError {
    /// The instance: `shop`.
    pub instance: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl ConnectError {
    pub(super) fn settings(instance: &str, reason: String) -> Self {
        Self {
            instance: instance.to_owned(),
            reason,
        }
    }

    pub(super) fn client(instance: &str, error: reqwest::Error) -> Self {
        Self::settings(
            instance,
            format!("no HTTP client on this machine: {}", error.without_url()),
        )
    }
}

/// The adapter for an instance; `settings` in the order in which the connector declares them. Sends nothing yet.
pub fn connect(
    instance: &str,
    connector: &'static Connector,
    settings: &[Val<'_>],
    options: Options,
) -> Result<Arc<dyn Adapter>, ConnectError> {
    let Some(protocol) = &connector.protocol else {
        return Err(ConnectError::settings(
            instance,
            format!(
                "connector `{}` does not say how it is spoken to; give its backend an `adapter`",
                connector.name
            ),
        ));
    };
    if settings.len() != connector.settings.len() {
        return Err(ConnectError::settings(
            instance,
            format!(
                "{} settings for the {} that connector `{}` has",
                settings.len(),
                connector.settings.len(),
                connector.name
            ),
        ));
    }
    let values = connector.settings.iter().zip(settings).map(|(setting, value)| {
        SettingValue::of(setting, value, connector.wire).map_err(|_| {
            ConnectError::settings(
                instance,
                format!("`{}` is a record, where a value is wanted", setting.name),
            )
        })
    });
    let values = values.collect::<Result<Vec<_>, _>>()?;
    match protocol.name {
        "xml_rpc" => Ok(Arc::new(XmlRpc::new(instance, connector, protocol, values, options)?)),
        other => Err(ConnectError::settings(
            instance,
            format!(
                "the protocol `{other}` of connector `{}` is not spoken yet; `xml_rpc` is",
                connector.name
            ),
        )),
    }
}

/// The address that a template makes: `http` or `https`, slashes in a row taken for one, because settings end with one or not.
pub(super) fn address(instance: &str, endpoint: &Template, filling: &Filling<'_>) -> Result<Url, ConnectError> {
    let text =
        template::text(endpoint, filling).map_err(|error| ConnectError::settings(instance, error.to_string()))?;
    // The text is not shown: it may hold a key.
    let mut url: Url = text.trim().parse().map_err(|error| {
        ConnectError::settings(
            instance,
            format!("its address is none ({error}); write it as https://shop.example"),
        )
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        let reason = format!(
            "its address begins with `{}:`; write it as https://shop.example",
            url.scheme()
        );
        return Err(ConnectError::settings(instance, reason));
    }
    let path: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let path = path.join("/");
    url.set_path(&path);
    Ok(url)
}
