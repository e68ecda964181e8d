//! Books of a fake shop: records that are really made, so that a test can count them. They keep what the test says that the system
//! promises, and nothing more.

use std::collections::HashMap;

use serde_json::{Map, Value};
use tenon_runtime::adapter::xml_rpc::codec::Fault;

/// What a system does about a repeated `create`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeats {
    /// Another record.
    #[default]
    Makes,
    /// The answer of the first request with the same `Idempotency-Key`.
    Remembers,
    /// A refusal where a record has the same `ref`.
    Refuses,
}

/// Whether a search finds what was made just now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Index {
    /// All of it.
    #[default]
    UpToDate,
    /// Nothing that was made since.
    Behind,
}

/// Records of one kind.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// About repeats.
    pub repeats: Repeats,
    /// About searches.
    pub index: Index,
    /// As sent, with their `id`.
    pub records: Vec<Map<String, Value>>,
    answers: HashMap<String, Value>,
    indexed: usize,
}

impl Books {
    /// Books with this promise.
    pub fn that(repeats: Repeats) -> Self {
        Self {
            repeats,
            ..Self::default()
        }
    }

    /// From now on a search finds what there is, or nothing new.
    pub fn index(&mut self, index: Index) {
        self.index = index;
        self.indexed = self.records.len();
    }

    /// Does what is asked: `kind.create`, `kind.find`, `kind.info`.
    pub fn answer(&mut self, method: &str, args: &Value, header: Option<&str>) -> Result<Value, Fault> {
        let (_, verb) = method.split_once('.').unwrap_or(("", method));
        match (verb, &args[0]) {
            ("create", Value::Object(record)) => self.create(record, header),
            ("find", Value::Object(by)) => Ok(Value::Array(self.find(by))),
            ("info", key) => self.info(key),
            _ => Err(fault(3, "Invalid api path.")),
        }
    }

    fn create(&mut self, record: &Map<String, Value>, header: Option<&str>) -> Result<Value, Fault> {
        let known = header.and_then(|header| self.answers.get(header)).cloned();
        if let Some(answer) = known.filter(|_| self.repeats == Repeats::Remembers) {
            return Ok(answer);
        }
        let same = |other: &Map<String, Value>| other.get("ref") == record.get("ref");
        if self.repeats == Repeats::Refuses && self.records.iter().any(same) {
            return Err(fault(101, "A record with this ref exists already."));
        }
        let id = Value::from(format!("n{}", self.records.len() + 1));
        let mut made = record.clone();
        made.insert("id".to_owned(), id.clone());
        self.records.push(made);
        if let Some(header) = header {
            self.answers.insert(header.to_owned(), id.clone());
        }
        Ok(id)
    }

    /// A search that finds what begins alike, as many do.
    fn find(&self, by: &Map<String, Value>) -> Vec<Value> {
        let seen = match self.index {
            Index::UpToDate => self.records.len(),
            Index::Behind => self.indexed,
        };
        let text = |record: &Map<String, Value>| record.get("ref").and_then(Value::as_str).unwrap_or("").to_owned();
        let like = text(by);
        let found = self.records[..seen]
            .iter()
            .filter(|record| text(record).starts_with(&like));
        found.cloned().map(Value::Object).collect()
    }

    fn info(&self, key: &Value) -> Result<Value, Fault> {
        let is_it = |record: &&Map<String, Value>| record.get("id") == Some(key) || record.get("ref") == Some(key);
        let found = self.records.iter().find(is_it).cloned();
        found.map(Value::Object).ok_or_else(|| fault(102, "Record not exists."))
    }
}

fn fault(code: i64, text: &str) -> Fault {
    Fault {
        code,
        text: text.to_owned(),
    }
}
