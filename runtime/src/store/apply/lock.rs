//! What a plan must have to itself while it is applied, so that two processes do not both find that something is missing
//! and make it: keys that are bound, values that were searched and not found, records that nobody had bound.
//!
//! A search is locked as a whole: two plans meet where they searched the same fields for the same values, with or without
//! case and accents. Plans that searched other fields do not wait for each other, even if one record would answer both.

use std::collections::BTreeSet;

use crate::fold::fold;
use crate::plan::{BindingWrite, Expected, Plan};
use crate::store::check::shown;
use crate::value::Stored;

/// Numbers of the locks of a plan, sorted; who takes several takes them in this order. `space` keeps those of several
/// schemas of a database apart.
pub(crate) fn locks(space: &str, plan: &Plan) -> BTreeSet<i64> {
    let expected = plan.expects.iter().filter_map(|expected| of_expected(space, expected));
    let bound = plan.bindings.iter().map(|write| of_binding(space, write));
    expected.chain(bound).collect()
}

fn of_expected(space: &str, expected: &Expected) -> Option<i64> {
    match expected {
        Expected::Bound {
            table, instance, key, ..
        }
        | Expected::Revision {
            table, instance, key, ..
        } => Some(number(&[space, "key", table, instance, &key.0])),
        Expected::Unbound { table, instance, id } => {
            Some(number(&[space, "record", table, instance, &id.0.to_string()]))
        }
        Expected::NoneFound { model, by, .. } => searched(space, model, by),
        Expected::Held { .. } => None,
    }
}

fn of_binding(space: &str, write: &BindingWrite) -> i64 {
    match write {
        BindingWrite::Bind {
            table, instance, key, ..
        }
        | BindingWrite::Bury { table, instance, key } => number(&[space, "key", table, instance, &key.0]),
    }
}

/// A search by the record that the plan itself makes finds nothing, so nobody can be in its way.
fn searched(space: &str, model: &str, by: &[(String, Stored)]) -> Option<i64> {
    if by.iter().any(|(_, value)| matches!(value, Stored::New(_))) {
        return None;
    }
    let mut pairs: Vec<(&str, String)> = by.iter().map(|(name, value)| (name.as_str(), words(value))).collect();
    pairs.sort_unstable();
    let mut parts = vec![space, "value", model];
    parts.extend(pairs.iter().flat_map(|(name, value)| [*name, value.as_str()]));
    Some(number(&parts))
}

/// Equal for values that a search might take for equal.
fn words(value: &Stored) -> String {
    match value {
        Stored::Text(text) => fold(text),
        Stored::Decimal(number) => number.normalize().to_string(),
        Stored::Json(text) => text.clone(),
        Stored::Bytes(bytes) => blake3::hash(bytes).to_hex().to_string(),
        Stored::Null
        | Stored::Int(_)
        | Stored::Bool(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::Ref(_)
        | Stored::New(_)
        | Stored::Refs(_) => shown(value),
    }
}

/// The number of a lock. Two that meet by chance make one plan wait for another and nothing worse.
fn number(parts: &[&str]) -> i64 {
    let mut hash = blake3::Hasher::new();
    for part in parts {
        hash.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 8];
    hash.finalize_xof().fill(&mut bytes);
    i64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::{locks, number};
    use crate::plan::{Expected, Plan};
    use crate::value::Stored;

    fn none_found(by: &[(&str, &str)]) -> Plan {
        let by = by
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Stored::Text((*text).to_owned())));
        let expects = vec![Expected::NoneFound {
            model: "res.partner".to_owned(),
            by: by.collect(),
            fold: true,
            filter: None,
        }];
        Plan {
            expects,
            ..Plan::default()
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(number(&["ab", "c"]), number(&["a", "bc"]));
    }

    #[test]
    fn searches_for_the_same_values_meet_whatever_their_case_and_order() {
        let one = locks("public", &none_found(&[("email", "Åsa@shop.example"), ("name", "Åsa")]));
        let other = locks("public", &none_found(&[("name", "asa"), ("email", "asa@shop.example")]));
        assert_eq!(one, other);
        assert_ne!(
            one,
            locks("other", &none_found(&[("name", "asa"), ("email", "asa@shop.example")]))
        );
    }
}
