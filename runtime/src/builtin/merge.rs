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
