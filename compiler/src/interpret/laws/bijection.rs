//! Answers to the lookups of two-way mappings: every key leads to a record, and every record back to its key.

use tenon_runtime::generated::{Ask, Key, Lookup, RecordId, Resolved, Want};
use tenon_runtime::mapper::drive::Answers;

/// Numbers below are keys by themselves, others stand for keys that are no such number.
const PLAIN: i64 = 1_000;

/// Answers that lead back: each key to one record, each record to one key.
pub(super) struct Bijection;

impl Bijection {
    fn id(key: &Key) -> RecordId {
        match key.0.parse::<i64>() {
            Ok(number) if (1..PLAIN).contains(&number) && key.0 == number.to_string() => RecordId(number),
            Ok(_) | Err(_) => {
                let spelt = key.0.bytes().fold(1_i64, |made, byte| (made << 8) | i64::from(byte));
                RecordId(spelt.saturating_add(PLAIN))
            }
        }
    }

    fn key(id: RecordId) -> Option<Key> {
        if id.0 < PLAIN {
            return Some(Key(id.0.to_string()));
        }
        let spelt = (id.0 - PLAIN).to_be_bytes();
        let letters = spelt.iter().copied().skip_while(|byte| *byte == 0).skip(1);
        String::from_utf8(letters.collect()).ok().map(Key)
    }
}

impl Answers for Bijection {
    fn answer(&mut self, _: u8, want: &Want, resolved: &mut Resolved) {
        match (want.lookup, &want.ask) {
            // A longer key than a number can spell leads nowhere.
            (Lookup::Ref { external, .. } | Lookup::Bound { external }, Ask::Key(key)) => {
                resolved.answer_ref(external, key.clone(), (key.0.len() < 7).then(|| Self::id(key)));
            }
            (Lookup::ExtOf { external, .. }, Ask::Record(id)) => {
                resolved.answer_record(external, *id, Self::key(*id));
            }
            (
                Lookup::Find { model, criteria, fold }
                | Lookup::FindOrNew {
                    model, criteria, fold, ..
                },
                Ask::Criteria(values),
            ) => {
                resolved.answer_find(model, criteria, *fold, values, vec![RecordId(1)]);
            }
            (Lookup::Load { external, .. }, Ask::Key(key)) => resolved.answer_load(external, key.clone(), None),
            (Lookup::Read { model, .. }, Ask::Record(id)) => resolved.answer_read(model, *id, None),
            (Lookup::Ref { .. } | Lookup::Bound { .. } | Lookup::Load { .. }, Ask::Criteria(_) | Ask::Record(_))
            | (Lookup::ExtOf { .. } | Lookup::Read { .. }, Ask::Key(_) | Ask::Criteria(_))
            | (Lookup::Find { .. } | Lookup::FindOrNew { .. }, Ask::Key(_) | Ask::Record(_)) => {}
        }
    }
}
