//! XML-RPC over HTTP with a login, as Magento 1 speaks it: `login(user, key)` gives a session, `call(session, method, args)` uses it.

pub mod codec;
mod fault;
mod session;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use reqwest::Url;
use serde_json::Value;

use self::codec::{Answer, Fault};
use self::session::{Session, Ticket};
use super::connect::ConnectError;
use super::error::{AdapterError, Cause};
use super::http::{Http, Options, Reply, shown};
use super::limit::Limiter;
use super::secret::{Redactor, Secret};
use super::template::{self, Filling, InWords, SettingValue};
use super::{Adapter, Call, Payload, items};
use crate::connector::{Connector, Once, Operation, Protocol, Request};
use crate::shape::Wire;

const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// A header of one request, where there is one.
type Header<'h> = Option<(&'static str, &'h str)>;

/// One instance of a backend that speaks XML-RPC.
pub struct XmlRpc {
    instance: String,
    address: Url,
    http: Http,
    limiter: Limiter,
    wire: Wire,
    settings: Vec<SettingValue>,
    login: Option<Login>,
    session: Session,
    redactor: Mutex<Redactor>,
}

#[derive(Debug)]
struct Login {
    user: Secret,
    key: Secret,
}

/// What came of one exchange.
enum Exchange {
    Json(Vec<u8>),
    Fault(Fault),
}

impl fmt::Debug for XmlRpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XmlRpc")
            .field("instance", &self.instance)
            .field("address", &shown(&self.address))
            .finish_non_exhaustive()
    }
}

impl XmlRpc {
    /// Makes ready to speak to an instance; sends nothing yet.
    pub fn new(
        instance: &str,
        connector: &'static Connector,
        protocol: &'static Protocol,
        settings: Vec<SettingValue>,
        options: Options,
    ) -> Result<Self, ConnectError> {
        let filling = Filling {
            wire: connector.wire,
            settings: &settings,
            id: None,
            args: &[],
            record: None,
            whole: None,
        };
        let mut redactor = Redactor::default();
        template::hide_settings(&settings, &mut redactor);
        let login = login(instance, protocol, &filling, &mut redactor)?;
        let address = super::connect::address(instance, &protocol.endpoint, &filling)?;
        redactor.hide(address.password().unwrap_or_default());
        let http = Http::new(&address, options).map_err(|error| ConnectError::client(instance, error))?;
        Ok(Self {
            instance: instance.to_owned(),
            address,
            http,
            limiter: Limiter::new(protocol.limits),
            wire: connector.wire,
            login,
            session: Session::default(),
            redactor: Mutex::new(redactor),
            settings,
        })
    }

    async fn answer(&self, operation: &'static Operation, call: &Call) -> Result<Payload, Cause> {
        let (method, params) = self.request(operation, call)?;
        let header = match (operation.once, &call.once) {
            (Some(Once::Header(name)), Some(value)) => Some((name, value.as_str())),
            (_, _) => None,
        };
        let json = match &self.login {
            Some(login) => self.within_session(login, (method, params), header).await?,
            None => self.exchange(method, &params, header).await?.json()?,
        };
        match operation.items {
            Some(items) => items::take(&json, items),
            None => Ok(Payload(json)),
        }
    }

    fn request(&self, operation: &'static Operation, call: &Call) -> Result<(&'static str, Vec<Value>), Cause> {
        let Request::Call { method, args } = operation.request else {
            return Err(unsendable(
                "an HTTP request was declared for a backend that speaks XML-RPC",
            ));
        };
        let filling = Filling {
            wire: self.wire,
            settings: &self.settings,
            id: call.id.as_ref().map(|id| (id, call.external)),
            args: &call.args,
            record: call.sent.as_ref().map(|sent| &sent.changed),
            whole: call.sent.as_ref().map(|sent| &sent.whole),
        };
        let params = template::parameters(args, &filling).map_err(|unfilled| unsendable(&unfilled.to_string()))?;
        Ok((method, params))
    }

    /// The call, and once more with a new session if the first one had ended.
    async fn within_session(
        &self,
        login: &Login,
        (method, params): (&str, Vec<Value>),
        header: Header<'_>,
    ) -> Result<Vec<u8>, Cause> {
        let ticket = self.session.ticket(self.log_in(login)).await?;
        let mut args = vec![
            Value::from(ticket.session.expose()),
            Value::from(method),
            Value::Array(params),
        ];
        let exchange = self.exchange("call", &args, header).await?;
        if !exchange.is_expired() {
            return exchange.json();
        }
        self.session.expire(&ticket).await;
        let ticket = self.session.ticket(self.log_in(login)).await?;
        args[0] = Value::from(ticket.session.expose());
        let exchange = self.exchange("call", &args, header).await?;
        if exchange.is_expired() {
            self.session.expire(&ticket).await;
        }
        exchange.json()
    }

    async fn log_in(&self, login: &Login) -> Result<Secret, Cause> {
        let credentials = [Value::from(login.user.expose()), Value::from(login.key.expose())];
        let json = self.exchange("login", &credentials, None).await?.json()?;
        match serde_json::from_slice::<String>(&json) {
            Ok(session) if !session.is_empty() => {
                let session = Secret::new(session);
                self.redactor().hide_session(&session);
                Ok(session)
            }
            Ok(_) | Err(_) => Err(Cause::Malformed {
                what: String::from("the login gives no session"),
                place: String::from("in the answer to `login`"),
                cut_off: false,
            }),
        }
    }

    /// One request and its answer, within the limits.
    async fn exchange(&self, method: &str, params: &[Value], header: Header<'_>) -> Result<Exchange, Cause> {
        let body = codec::write_call(method, params).map_err(|error| unsendable(&error.to_string()))?;
        let wait = |rest| Cause::RateLimited { after: Some(rest) };
        self.limiter.turn().await.map_err(wait)?;
        let started = Instant::now();
        let reply = self.http.post(&self.address, (CONTENT_TYPE, header), body).await?;
        tracing::debug!(
            instance = self.instance,
            method,
            status = reply.status.as_u16(),
            bytes = reply.body.len(),
            milliseconds = started.elapsed().as_millis(),
            "answered"
        );
        self.understand(&reply)
    }

    fn understand(&self, reply: &Reply) -> Result<Exchange, Cause> {
        let Some(cause) = reply.cause() else {
            return match codec::read_answer(&reply.body) {
                Ok(Answer::Value(json)) => Ok(Exchange::Json(json)),
                Ok(Answer::Fault(fault)) => Ok(Exchange::Fault(fault)),
                Err(malformed) => Err(Cause::Malformed {
                    place: malformed.place(),
                    what: malformed.what,
                    cut_off: malformed.cut_off,
                }),
            };
        };
        if let Cause::RateLimited { after: Some(after) } = cause {
            self.limiter.quiet(after);
        }
        // Some servers send their faults with a status of an error; the fault says more.
        match codec::read_answer(&reply.body) {
            Ok(Answer::Fault(fault)) => Ok(Exchange::Fault(fault)),
            Ok(Answer::Value(_)) | Err(_) => Err(cause),
        }
    }

    fn error(&self, operation: &'static Operation, call: &Call, cause: Cause) -> AdapterError {
        let words = InWords {
            external: call.external.name,
            operation: operation.name,
            id: call.id.as_ref(),
        };
        let redactor = self.redactor();
        AdapterError {
            instance: self.instance.clone(),
            operation: words.to_string(),
            cause: cause.map_texts(|text| redactor.redact(&text)),
        }
    }

    fn redactor(&self) -> std::sync::MutexGuard<'_, Redactor> {
        self.redactor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Adapter for XmlRpc {
    async fn call(&self, operation: &'static Operation, call: Call) -> Result<Payload, AdapterError> {
        let answer = self.answer(operation, &call).await;
        answer.map_err(|cause| self.error(operation, &call, cause))
    }

    fn describe(&self, operation: &'static Operation, call: &Call) -> Result<String, AdapterError> {
        let (method, params) = self
            .request(operation, call)
            .map_err(|cause| self.error(operation, call, cause))?;
        let text = format!("{method} {}", Value::Array(params));
        Ok(self.redactor().redact(&text))
    }

    async fn close(&self) {
        let Some(Ticket { session, .. }) = self.session.take().await else {
            return;
        };
        // A session that is not ended ends by itself later; there is nobody to tell.
        let _ = self
            .exchange("endSession", &[Value::from(session.expose())], None)
            .await;
    }
}

impl Exchange {
    fn is_expired(&self) -> bool {
        match self {
            Self::Fault(fault) => fault::is_expired(fault),
            Self::Json(_) => false,
        }
    }

    fn json(self) -> Result<Vec<u8>, Cause> {
        match self {
            Self::Json(json) => Ok(json),
            Self::Fault(fault) => Err(fault::cause(fault)),
        }
    }
}

fn login(
    instance: &str,
    protocol: &'static Protocol,
    filling: &Filling<'_>,
    redactor: &mut Redactor,
) -> Result<Option<Login>, ConnectError> {
    let unfilled = |error: template::Unfilled| ConnectError::settings(instance, error.to_string());
    match protocol.auth {
        None => Ok(None),
        Some(("login", [user, key])) => {
            let user = template::text(user, filling).map_err(unfilled)?;
            let key = template::text(key, filling).map_err(unfilled)?;
            redactor.hide_user(&user);
            redactor.hide(&key);
            Ok(Some(Login {
                user: Secret::new(user),
                key: Secret::new(key),
            }))
        }
        Some((scheme, values)) => Err(ConnectError::settings(
            instance,
            format!(
                "`auth {scheme}` with {} values does not go with XML-RPC; use `auth login(user, key)`",
                values.len()
            ),
        )),
    }
}

fn unsendable(reason: &str) -> Cause {
    Cause::Unsendable {
        reason: reason.to_owned(),
    }
}
