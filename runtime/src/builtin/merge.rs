//! Merges of what several sources say. All accept absence.

use super::Lambda;
use crate::builtin::logic::{order, same};
use crate::fault::{Fault, quoted};
use crate::json::writer::shown;
use crate::value::{Out, Val};

/// The value both say, or the one that is present. If both are present and differ, it fails with the kind `disagree`.
pub fn agree<'s>(left: Val<'s>, right: Val<'s>) -> Out<'s> {
    match (left.is_present(), right.is_present()) {
        (true, true) => match same(&left, &right)? {
            true => Ok(left),
            false => {
                let (left, right) = (quoted(&shown(&left)), quoted(&shown(&right)));
                Err(Fault::disagree(format!("the sources say {left} and {right}")))
            }
        },
        (true, false) => Ok(left),
        (false, true) => Ok(right),
        (false, false) => Ok(absent_of(left, right)),
    }
}

/// The value with the later time; at the same time, or without times, the first. An absent value never wins over a present one, a value
/// without a time never over one with a time.
pub fn newest<'s>(left: Val<'s>, left_time: Val<'_>, right: Val<'s>, right_time: Val<'_>) -> Out<'s> {
    match (left.is_present(), right.is_present()) {
        (true, false) => return Ok(left),
        (false, true) => return Ok(right),
        (false, false) => return Ok(absent_of(left, right)),
        (true, true) => {}
    }
    let right_wins = match (left_time.is_present(), right_time.is_present()) {
        (true, true) => order(&right_time, &left_time)?.is_gt(),
        (false, right) => right,
        (true, false) => false,
    };
    Ok(if right_wins { right } else { left })
}

/// The elements of both lists, equal ones once.
pub fn union<'s>(left: Val<'s>, right: Val<'s>) -> Out<'s> {
    union_by(left, right, &Ok)
}

/// The elements of both lists, those with an equal key once: the first stays.
pub fn union_by<'s>(left: Val<'s>, right: Val<'s>, key: Lambda<'_, 's>) -> Out<'s> {
    if left.is_absent() && right.is_absent() {
        return Ok(absent_of(left, right));
    }
    let mut united: Vec<(Val<'s>, Val<'s>)> = Vec::new();
    for list in [left, right].into_iter().filter(Val::is_present) {
        for element in list.into_list()? {
            let own = key(element.clone())?;
            let mut known = false;
            for (other, _) in &united {
                known = known || same(other, &own)?;
            }
            if !known {
                united.push((own, element));
            }
        }
    }
    Ok(Val::List(united.into_iter().map(|(_, element)| element).collect()))
}

/// Null where one of two absent values is null: someone said so.
fn absent_of<'s>(left: Val<'s>, right: Val<'s>) -> Val<'s> {
    match (left, right) {
        (Val::Null, _) | (_, Val::Null) => Val::Null,
        _ => Val::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::examples::{holds, v};

    #[test]
    fn agreeing() {
        holds! {
            agree(v("1.50"), v("1.5")) => "1.50",
            agree(v("missing"), v("2")) => "2",
            agree(v("null"), v("missing")) => "null",
            agree(v("1"), v("2")) => "! the sources say '1' and '2'",
        }
    }

    #[test]
    fn the_later_one() {
        let (old, new) = (v("@2017-01-01T00:00:00Z"), v("@2018-01-01T00:00:00Z"));
        holds! {
            newest(v("'a'"), old.clone(), v("'b'"), new.clone()) => "'b'",
            newest(v("'a'"), new.clone(), v("'b'"), new.clone()) => "'a'",
            newest(v("null"), new.clone(), v("'b'"), old.clone()) => "'b'",
            newest(v("'a'"), v("null"), v("'b'"), old.clone()) => "'b'",
            newest(v("'a'"), v("null"), v("'b'"), v("null")) => "'a'",
        }
    }

    #[test]
    fn both_lists() {
        holds! {
            union(v("[1,2]"), v("[2.0,3]")) => "[1,2,3]",
            union(v("null"), v("['a','a']")) => "['a']",
            union(v("missing"), v("missing")) => "missing",
            union_by(v("['a']"), v("['A','b']"), &crate::builtin::text::lower) => "['a','b']",
            union_by(v("[]"), v("[]"), &Ok) => "[]",
            union_by(v("[1]"), v("null"), &Ok) => "[1]",
        }
    }
}
