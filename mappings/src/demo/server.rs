//! The demo shop over HTTP: logins, sessions, and XML-RPC around what it answers.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use tenon_runtime::adapter::xml_rpc::codec::{self, Fault, MethodCall};

use super::answer::{answer, fault};
use super::{DemoShop, KEY, USER};

#[derive(Clone)]
struct Server {
    shop: DemoShop,
    sessions: Arc<Mutex<HashSet<String>>>,
}

/// Answers until the listener breaks.
pub(super) async fn serve(listener: tokio::net::TcpListener, shop: DemoShop) {
    let server = Server {
        shop,
        sessions: Arc::default(),
    };
    let router = Router::new()
        .route("/api/xmlrpc", post(handle))
        .route("/index.php/api/xmlrpc", post(handle))
        .with_state(server);
    // It ends with the process or with its task; nobody waits for its result.
    let _ = axum::serve(listener, router).await;
}

async fn handle(State(server): State<Server>, body: Bytes) -> Response {
    let result = match codec::read_call(&body) {
        Ok(call) => server.call(call),
        Err(malformed) => Err(fault(630, format!("Unable to read request: {malformed}"))),
    };
    let xml = match result {
        Ok(value) => codec::write_answer(&value),
        Err(Fault { code, text }) => codec::write_fault(code, &text),
    };
    let xml = xml.or_else(|unwritable| codec::write_fault(1, &format!("Internal Error. {unwritable}")));
    ([(CONTENT_TYPE, "text/xml; charset=UTF-8")], xml.unwrap_or_default()).into_response()
}

impl Server {
    fn call(&self, call: MethodCall) -> Result<Value, Fault> {
        match (call.method.as_str(), call.params.as_slice()) {
            ("login", [Value::String(user), Value::String(key)]) => self.log_in(user, key),
            ("call", [Value::String(session), Value::String(method), args @ ..]) => {
                self.must_be_open(session)?;
                let args = match args.first() {
                    Some(Value::Array(args)) => args.clone(),
                    Some(single) => vec![single.clone()],
                    None => Vec::new(),
                };
                answer(&self.shop.data(), method, &args)
            }
            ("endSession", [Value::String(session)]) => Ok(Value::Bool(self.sessions().remove(session))),
            ("login" | "call" | "endSession", _) => Err(fault(623, "Calling parameters do not match signature")),
            (other, _) => Err(fault(620, format!("Method \"{other}\" does not exist"))),
        }
    }

    fn log_in(&self, user: &str, key: &str) -> Result<Value, Fault> {
        if user != USER || key != KEY {
            return Err(fault(2, "Access denied."));
        }
        let session = format!("{:016x}{:016x}", random(), random());
        self.sessions().insert(session.clone());
        Ok(Value::from(session))
    }

    fn must_be_open(&self, session: &str) -> Result<(), Fault> {
        if self.sessions().contains(session) {
            return Ok(());
        }
        Err(fault(5, "Session expired. Try to relogin."))
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Good enough to tell sessions apart; the shop has nothing to protect.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}
