//! The fake shop over HTTP.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::response::Response;
use axum::routing::post;
use futures_util::stream;
use serde_json::Value;
use tenon_runtime::adapter::xml_rpc::codec::{self, Fault, MethodCall};

use super::{KEY, Logged, Misbehavior, Shared, USER, lock};

/// What to send: an answer, or what a test asked for.
enum Reply {
    Answer(Result<Value, Fault>),
    Misbehavior(Misbehavior, Result<Value, Fault>),
}

pub(super) async fn serve(listener: tokio::net::TcpListener, state: Shared) {
    let router = Router::new().route("/api/xmlrpc", post(handle)).with_state(state);
    axum::serve(listener, router).await.unwrap();
}

async fn handle(State(state): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let call = codec::read_call(&body).unwrap_or_else(|malformed| panic!("the adapter sends no XML-RPC: {malformed}"));
    match call.method.as_str() {
        "login" => {
            let delay = lock(&state).login_delay;
            tokio::time::sleep(delay).await;
            answered(&log_in(&state, call))
        }
        "endSession" => answered(&end(&state, call)),
        "call" => match answer(
            &state,
            call,
            headers.get("Idempotency-Key").and_then(|value| value.to_str().ok()),
        ) {
            Reply::Answer(result) => answered(&result),
            Reply::Misbehavior(misbehavior, result) => misbehave(misbehavior, &result).await,
        },
        other => answered(&Err(fault(620, format!("Method \"{other}\" does not exist")))),
    }
}

fn log_in(state: &Shared, call: MethodCall) -> Result<Value, Fault> {
    let mut state = lock(state);
    state.logins += 1;
    let logins = state.logins;
    let is_right = call.params == [Value::from(USER), Value::from(KEY)];
    state.log.push(Logged {
        method: call.method,
        args: Value::Array(call.params),
    });
    if !is_right {
        return Err(fault(2, "Access denied."));
    }
    let session = format!("session-{logins}-of-the-fake-shop");
    state.session = Some(session.clone());
    state.calls_in_session = 0;
    Ok(Value::from(session))
}

fn end(state: &Shared, call: MethodCall) -> Result<Value, Fault> {
    let mut state = lock(state);
    state.session = None;
    state.log.push(Logged {
        method: call.method,
        args: Value::Array(call.params),
    });
    Ok(Value::Bool(true))
}

fn answer(state: &Shared, call: MethodCall, header: Option<&str>) -> Reply {
    let mut state = lock(state);
    let [session, Value::String(method), args] = call.params.as_slice() else {
        return Reply::Answer(Err(fault(623, "Calling parameters do not match signature")));
    };
    let logged = Logged {
        method: method.clone(),
        args: args.clone(),
    };
    state.log.push(logged.clone());
    state.calls_in_session += 1;
    if state.session_calls.is_some_and(|calls| state.calls_in_session > calls) {
        state.session = None;
    }
    if state.session.as_deref() != session.as_str() {
        return Reply::Answer(Err(fault(5, "Session expired. Try to relogin.")));
    }
    let misbehavior = state.next.pop_front().or_else(|| state.always.clone());
    let kind = method.split('.').next().unwrap_or_default();
    if let Some(books) = state.books.get_mut(kind) {
        let refused = matches!(misbehavior, Some(Misbehavior::Fault(..) | Misbehavior::Status(..)));
        let result = match refused {
            true => Ok(Value::Null),
            false => books.answer(method, args, header),
        };
        return match misbehavior {
            Some(misbehavior) => Reply::Misbehavior(misbehavior, result),
            None => Reply::Answer(result),
        };
    }
    let result = state.answer(method, args).ok_or_else(|| match state.knows(method) {
        true => fault(102, format!("{} not exists.", thing(method))),
        false => fault(3, "Invalid api path."),
    });
    if result.is_err() {
        state.unanswered.push(logged);
    }
    match misbehavior {
        Some(misbehavior) => Reply::Misbehavior(misbehavior, result),
        None => Reply::Answer(result),
    }
}

/// `customer_address.list` -> `Customer address`
fn thing(method: &str) -> String {
    let noun = method.split('.').next().unwrap_or_default().replace('_', " ");
    let (first, rest) = noun.split_at(noun.len().min(1));
    format!("{}{rest}", first.to_uppercase())
}

fn fault(code: i64, text: impl Into<String>) -> Fault {
    Fault {
        code,
        text: text.into(),
    }
}

fn xml(result: &Result<Value, Fault>) -> String {
    match result {
        Ok(value) => codec::write_answer(value).unwrap(),
        Err(Fault { code, text }) => codec::write_fault(*code, text).unwrap(),
    }
}

fn answered(result: &Result<Value, Fault>) -> Response {
    Response::new(Body::from(xml(result)))
}

async fn misbehave(misbehavior: Misbehavior, result: &Result<Value, Fault>) -> Response {
    match misbehavior {
        Misbehavior::Truncated(length) => Response::new(Body::from(xml(result)[..length].to_owned())),
        Misbehavior::Broken => {
            let xml = xml(result);
            let half = Bytes::from(xml.as_bytes()[..xml.len() / 2].to_owned());
            let mut response = Response::new(chunks(vec![Some(half), None]));
            response.headers_mut().insert(CONTENT_LENGTH, xml.len().into());
            response
        }
        Misbehavior::Fault(code, text) => answered(&Err(fault(code, text))),
        Misbehavior::Status(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Misbehavior::Stall(time) => {
            tokio::time::sleep(time).await;
            answered(result)
        }
        Misbehavior::Raw(bytes) => Response::new(Body::from(bytes)),
        Misbehavior::Huge(length) => {
            let chunk = Bytes::from(vec![b' '; 64 * 1024]);
            Response::new(chunks(vec![Some(chunk); length.div_ceil(64 * 1024)]))
        }
        Misbehavior::Compressed => {
            let mut response = answered(result);
            response.headers_mut().insert(CONTENT_ENCODING, "gzip".parse().unwrap());
            response
        }
    }
}

/// A body in pieces, its length not said; a missing piece breaks the connection.
fn chunks(chunks: Vec<Option<Bytes>>) -> Body {
    let broken = || std::io::Error::other("the fake shop breaks the connection");
    Body::from_stream(stream::iter(
        chunks.into_iter().map(move |chunk| chunk.ok_or_else(broken)),
    ))
}
