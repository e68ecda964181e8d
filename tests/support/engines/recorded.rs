//! Recorded answers as payloads of mappings: every record that decodes as the type a mapping reads.

use serde_json::Value;
use tenon_runtime::mapper::Origin;
use tenon_runtime::scan::{scan, scan_list};

use super::{Given, Pair};
use crate::fake::recordings;

/// Records, and lists of records, as JSON.
#[derive(Debug, Default)]
pub struct Recorded {
    records: Vec<String>,
    lists: Vec<String>,
}

impl Recorded {
    /// All answers of one system; absent: this machine has none.
    pub fn read(system: &str) -> Option<Self> {
        let folder = crate::recorded::folder()?.join(system);
        let mut recorded = Self::default();
        for name in ["mock17", "cassettes19"] {
            for call in recordings::read(&folder.join(name)) {
                recorded.add(&call.answer);
            }
        }
        recorded.records.sort();
        recorded.records.dedup();
        recorded.lists.sort();
        recorded.lists.dedup();
        Some(recorded)
    }

    fn add(&mut self, answer: &Value) {
        if answer.is_object() {
            self.records.push(answer.to_string());
        } else if let Value::Array(list) = answer {
            self.lists.push(answer.to_string());
            list.iter().for_each(|element| self.add(element));
        }
    }
}

/// Every recorded record that a mapping can read, each with a list for every source that is fetched: the lists that decode take turns.
pub fn given(recorded: &Recorded, pair: &Pair) -> Vec<Given> {
    let info = pair.generated.info();
    let main = info.shape().expect("a mapping has a main source");
    let fits = |record: &&String| scan(main, record.as_bytes()).is_ok();
    let mut given = Vec::new();
    for (seed, record) in (0_u64..).zip(recorded.records.iter().filter(fits)) {
        let mut one = Given {
            main: record.clone(),
            joined: Vec::new(),
            seed,
        };
        for (position, source) in info.sources.iter().enumerate() {
            if let Origin::Fetched { .. } = source.origin {
                let shape = source.shape;
                let decodes = |list: &&String| {
                    scan_list(shape, list.as_bytes()).is_ok_and(|elements| elements.errors().next().is_none())
                };
                let lists: Vec<&String> = recorded.lists.iter().filter(decodes).collect();
                let turn = usize::try_from(seed).unwrap_or(0) % lists.len().max(1);
                one.joined.push((
                    position,
                    lists.get(turn).map_or("[]".to_owned(), |list| (*list).clone()),
                ));
            }
        }
        given.push(one);
    }
    given
}
