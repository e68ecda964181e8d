//! A shop in memory: answers the operations of the small connector, counts calls, fails when told to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use tenon_runtime::adapter::{Adapter, AdapterError, Argument, Call, Cause, Payload};
use tenon_runtime::connector::Operation;

/// The other side.
#[derive(Debug, Default)]
pub struct FakeShop {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Type and key to JSON.
    records: BTreeMap<(String, String), String>,
    /// Addresses by customer.
    books: BTreeMap<String, Vec<String>>,
    /// Whole answers to `list`, instead of the records.
    lists: BTreeMap<String, String>,
    failures: BTreeMap<String, VecDeque<Cause>>,
    /// Operations that break off.
    panics: Vec<String>,
    log: Vec<String>,
}

impl FakeShop {
    /// There is such a record.
    pub fn has(&self, external: &str, key: &str, json: &str) {
        self.state
            .lock()
            .unwrap()
            .records
            .insert((external.to_owned(), key.to_owned()), json.to_owned());
    }

    /// It is gone.
    pub fn forget(&self, external: &str, key: &str) {
        self.state
            .lock()
            .unwrap()
            .records
            .remove(&(external.to_owned(), key.to_owned()));
    }

    /// The address book of a customer.
    pub fn book(&self, customer: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|json| (*json).to_owned()).collect();
        self.state.lock().unwrap().books.insert(customer.to_owned(), addresses);
    }

    /// What `list` of a type answers, whatever records there are.
    pub fn lists(&self, external: &str, json: &str) {
        self.state
            .lock()
            .unwrap()
            .lists
            .insert(external.to_owned(), json.to_owned());
    }

    /// The next calls of an operation fail: `Customer.read`, or only those of a record: `Customer.read 21`.
    pub fn fails(&self, operation: &str, causes: impl IntoIterator<Item = Cause>) {
        self.state
            .lock()
            .unwrap()
            .failures
            .entry(operation.to_owned())
            .or_default()
            .extend(causes);
    }

    /// The adapter breaks off at every call of an operation: `Address.list`.
    pub fn panics(&self, operation: &str) {
        self.state.lock().unwrap().panics.push(operation.to_owned());
    }

    /// All calls so far, and forgets them.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().log)
    }
}

fn text(argument: Option<&Argument>) -> Option<String> {
    match argument {
        Some(Argument::Text(text)) => Some(text.clone()),
        Some(Argument::Int(number)) => Some(number.to_string()),
        _ => None,
    }
}

fn updated_at(json: &str) -> Option<String> {
    let record: serde_json::Value = serde_json::from_str(json).unwrap();
    Some(record.get("updated_at")?.as_str()?.to_owned())
}

#[async_trait]
impl Adapter for FakeShop {
    async fn call(&self, operation: &'static Operation, call: Call) -> Result<Payload, AdapterError> {
        let mut state = self.state.lock().unwrap();
        let external = call.external.name;
        let name = format!("{external}.{}", operation.name);
        let argument = text(call.args.first());
        let key = call.id.as_ref().map(|key| key.0.clone());
        // What is read in a language is kept as `key@view`.
        let key = match (key, &argument) {
            (Some(key), Some(view)) => Some(format!("{key}@{view}")),
            (key, _) => key,
        };
        let said = key
            .clone()
            .or_else(|| argument.clone())
            .map(|text| format!(" {text}"))
            .unwrap_or_default();
        state.log.push(format!("{name}{said}"));
        if state.panics.contains(&name) {
            drop(state);
            panic!("the adapter breaks off");
        }
        let failed = |cause| AdapterError {
            instance: "shop".to_owned(),
            operation: format!("{name}{said}"),
            cause,
        };
        let mut failure = |of: &str| state.failures.get_mut(of).and_then(VecDeque::pop_front);
        if let Some(cause) = failure(&name).or_else(|| failure(&format!("{name}{said}"))) {
            return Err(failed(cause));
        }
        if let Some(key) = key {
            let record = state.records.get(&(external.to_owned(), key));
            let gone = || {
                failed(Cause::NotFound {
                    text: "no such record".to_owned(),
                })
            };
            return record.map(|json| Payload(json.clone().into_bytes())).ok_or_else(gone);
        }
        if external == "Address" {
            let book = argument
                .and_then(|customer| state.books.get(&customer).cloned())
                .unwrap_or_default();
            return Ok(Payload(format!("[{}]", book.join(",")).into_bytes()));
        }
        if let Some(list) = state.lists.get(external) {
            return Ok(Payload(list.clone().into_bytes()));
        }
        let records = state
            .records
            .iter()
            .filter(|((kind, _), _)| kind == external)
            .map(|(_, json)| json);
        let since = argument.unwrap_or_default();
        let new = records.filter(|json| updated_at(json).is_none_or(|time| time >= since));
        let list: Vec<&str> = new.map(String::as_str).collect();
        Ok(Payload(format!("[{}]", list.join(",")).into_bytes()))
    }

    async fn close(&self) {
        self.state.lock().unwrap().log.push("close".to_owned());
    }
}
