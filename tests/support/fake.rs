//! A shop for tests: speaks Magento's XML-RPC over real HTTP, answers from recordings, remembers every call, and misbehaves when told to.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot prepare its shop must stop"
)]

pub mod books;
pub mod client;
pub mod recordings;
mod server;

use std::collections::{HashMap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

/// Who may log in at a fake shop.
pub const USER: &str = "fake-api-user";

/// The key of [`USER`].
pub const KEY: &str = "fake<key>&4711";

/// One recorded call and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// `customer.info`
    pub method: String,
    /// A list.
    pub args: Value,
    /// What the shop answers.
    pub answer: Value,
}

impl Recorded {
    /// From a method and two values.
    pub fn new(method: &str, args: Value, answer: Value) -> Self {
        Self {
            method: method.to_owned(),
            args,
            answer,
        }
    }
}

/// What a test makes the shop do instead of answering.
#[derive(Clone, Debug)]
pub enum Misbehavior {
    /// Sends only so many bytes of its answer, with a length that fits them.
    Truncated(usize),
    /// Announces its whole answer and breaks the connection in the middle.
    Broken,
    /// Refuses.
    Fault(i64, String),
    /// A status, headers, and a body that is no XML-RPC.
    Status(u16, Vec<(&'static str, String)>, String),
    /// Sends nothing for this long.
    Stall(Duration),
    /// Sends these bytes as they are.
    Raw(Vec<u8>),
    /// Sends so many bytes, without saying how many before.
    Huge(usize),
    /// Says that its answer is compressed.
    Compressed,
}

/// One call that the shop got, after the login.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// `customer.info`, or `login`, `endSession`.
    pub method: String,
    /// As sent.
    pub args: Value,
}

/// A fake shop; answers until it is dropped.
#[derive(Debug)]
pub struct FakeShop {
    url: String,
    state: Shared,
    task: tokio::task::JoinHandle<()>,
}

type Shared = Arc<Mutex<ShopState>>;

#[derive(Debug, Default)]
struct ShopState {
    /// Later sets override earlier ones.
    sets: Vec<Vec<Recorded>>,
    /// How often each recording of a set was used: a call that was recorded twice has two answers, in order.
    used: HashMap<(usize, String), usize>,
    /// By the word before the dot of a method.
    books: HashMap<String, books::Books>,
    next: VecDeque<Misbehavior>,
    always: Option<Misbehavior>,
    log: Vec<Logged>,
    unanswered: Vec<Logged>,
    session: Option<String>,
    logins: usize,
    session_calls: Option<usize>,
    login_delay: Duration,
    calls_in_session: usize,
}

impl Drop for FakeShop {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeShop {
    /// Opens a shop at a free port of this machine; later sets override earlier ones.
    pub async fn start(sets: Vec<Vec<Recorded>>) -> Self {
        let state = Shared::default();
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shop = Self {
            url,
            task: tokio::spawn(server::serve(listener, state.clone())),
            state,
        };
        shop.state().sets = sets;
        shop
    }

    /// Its address without `/api/xmlrpc`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers that override all others.
    pub fn add(&self, set: Vec<Recorded>) {
        self.state().sets.push(set);
    }

    /// Keeps books of one kind: methods that begin with this word are answered from them.
    pub fn keeps(&self, kind: &str, books: books::Books) {
        self.state().books.insert(kind.to_owned(), books);
    }

    /// Looks into the books of a kind, or changes them.
    pub fn books<T>(&self, kind: &str, look: impl FnOnce(&mut books::Books) -> T) -> T {
        look(self.state().books.get_mut(kind).unwrap())
    }

    /// Misbehaves at the next call after those already planned; logins are not counted.
    pub fn next(&self, misbehavior: Misbehavior) {
        self.state().next.push_back(misbehavior);
    }

    /// Misbehaves at every call from now on.
    pub fn always(&self, misbehavior: Misbehavior) {
        self.state().always = Some(misbehavior);
    }

    /// Answers again.
    pub fn behave(&self) {
        let mut state = self.state();
        state.next.clear();
        state.always = None;
    }

    /// Sessions end after so many calls.
    pub fn sessions_last(&self, calls: usize) {
        self.state().session_calls = Some(calls);
    }

    /// Takes its time for each login.
    pub fn logins_take(&self, time: Duration) {
        self.state().login_delay = time;
    }

    /// The open session ends now.
    pub fn end_session(&self) {
        self.state().session = None;
    }

    /// The token of the open session.
    pub fn session(&self) -> Option<String> {
        self.state().session.clone()
    }

    /// How often someone tried to log in.
    pub fn logins(&self) -> usize {
        self.state().logins
    }

    /// Every call so far.
    pub fn log(&self) -> Vec<Logged> {
        self.state().log.clone()
    }

    /// Calls for which there is no recording.
    pub fn unanswered(&self) -> Vec<Logged> {
        self.state().unanswered.clone()
    }

    fn state(&self) -> MutexGuard<'_, ShopState> {
        lock(&self.state)
    }
}

fn lock(state: &Shared) -> MutexGuard<'_, ShopState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ShopState {
    /// The recorded answer; later sets first. A call that a set has several times gets its answers in order, the last one for ever.
    fn answer(&mut self, method: &str, args: &Value) -> Option<Value> {
        let wanted = comparable(args);
        for (number, set) in self.sets.iter().enumerate().rev() {
            let matching: Vec<&Recorded> = set
                .iter()
                .filter(|recorded| recorded.method == method && comparable(&recorded.args) == wanted)
                .collect();
            if let Some(last) = matching.last() {
                let used = self.used.entry((number, format!("{method} {wanted}"))).or_default();
                let answer = matching.get(*used).unwrap_or(last).answer.clone();
                *used += 1;
                return Some(answer);
            }
        }
        None
    }

    fn knows(&self, method: &str) -> bool {
        self.sets.iter().flatten().any(|recorded| recorded.method == method)
    }
}

/// Arguments as PHP sees them: numbers and texts are the same digit for digit, an empty list is an empty record.
fn comparable(args: &Value) -> Value {
    match args {
        Value::Number(number) => Value::String(plain(&number.to_string())),
        Value::Array(items) => items.iter().map(comparable).collect(),
        Value::Object(fields) if fields.is_empty() => Value::Array(Vec::new()),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), comparable(value)))
            .collect(),
        // A decimal that is written as text is the same number, whatever its zeros.
        Value::String(text) if text.contains('.') => Value::String(plain(text)),
        Value::Null | Value::Bool(_) | Value::String(_) => args.clone(),
    }
}

/// Digits without needless zeros: 1.0 and 1.0000 are one number.
fn plain(digits: &str) -> String {
    match rust_decimal::Decimal::from_str_exact(digits) {
        Ok(number) => number.normalize().to_string(),
        Err(_) => digits.to_owned(),
    }
}
