//! Lists and maps: choosing, counting, sorting.

use std::cmp::Ordering;

use super::{Lambda, present};
use crate::builtin::logic::{condition, field, order_absent_first, same};
use crate::builtin::text::amount;
use crate::fault::Fault;
use crate::value::{Out, Val};

/// The elements that are present; accepts a list of values that may be absent.
pub fn compact(value: Val<'_>) -> Out<'_> {
    let mut list = present!(value).into_list()?;
    list.retain(Val::is_present);
    Ok(Val::List(list))
}

/// What a function gives for each element; missing ones are left out.
pub fn map<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    let mut mapped = Vec::new();
    for element in present!(value).into_list()? {
        let made = f(element)?;
        if !matches!(made, Val::Missing) {
            mapped.push(made);
        }
    }
    Ok(Val::List(mapped))
}

/// The elements for which a condition holds.
pub fn filter<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    let mut kept = Vec::new();
    for element in present!(value).into_list()? {
        if condition(f(element.clone())?)? {
            kept.push(element);
        }
    }
    Ok(Val::List(kept))
}

/// The elements for which a condition does not hold.
pub fn reject<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    filter(value, &|element| super::logic::not(f(element)?))
}

/// The first element; an empty list fails.
pub fn first(value: Val<'_>) -> Out<'_> {
    let first = present!(value).into_list()?.into_iter().next();
    first.ok_or_else(|| Fault::data("the list is empty"))
}

/// The last element; an empty list fails.
pub fn last(value: Val<'_>) -> Out<'_> {
    present!(value)
        .into_list()?
        .pop()
        .ok_or_else(|| Fault::data("the list is empty"))
}

/// The first element for which a condition holds; none fails.
pub fn find_by<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    for element in present!(value).into_list()? {
        if condition(f(element.clone())?)? {
            return Ok(element);
        }
    }
    Err(Fault::data("no element of the list fits"))
}

/// Whether a condition holds for one element or more.
pub fn any<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    for element in present!(value).into_list()? {
        if condition(f(element)?)? {
            return Ok(Val::Bool(true));
        }
    }
    Ok(Val::Bool(false))
}

/// Whether a condition holds for every element; it does in an empty list.
pub fn all<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    for element in present!(value).into_list()? {
        if !condition(f(element)?)? {
            return Ok(Val::Bool(false));
        }
    }
    Ok(Val::Bool(true))
}

/// For how many elements a condition holds.
pub fn count<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    super::text::length(filter(value, f)?)
}

/// Sorted by what a function gives for each element, absent first; elements that give the same keep their order.
pub fn sort_by<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    let mut keyed = Vec::new();
    for element in present!(value).into_list()? {
        keyed.push((f(element.clone())?, element));
    }
    // All keys are compared once before, so that the order below is total and no fault is lost.
    for pair in keyed.windows(2) {
        if let [left, right] = pair {
            order_absent_first(&left.0, &right.0)?;
        }
    }
    keyed.sort_by(|left, right| order_absent_first(&left.0, &right.0).unwrap_or(Ordering::Equal));
    Ok(Val::List(keyed.into_iter().map(|(_, element)| element).collect()))
}

/// Without the first so many elements.
pub fn drop_first<'s>(value: Val<'s>, elements: Val<'_>) -> Out<'s> {
    let list = present!(value).into_list()?;
    Ok(Val::List(list.into_iter().skip(amount(elements)?).collect()))
}

/// A map of records of `key` and `value`: a list of pairs. A missing value leaves its entry out; a key that comes twice is a fault.
pub fn to_map<'s>(value: Val<'s>) -> Out<'s> {
    let mut entries: Vec<Val<'s>> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for element in present!(value).into_list()? {
        let key = field(element.clone(), "key");
        let Some(text) = crate::mapper::canonical_key(&key) else {
            return Err(Fault::kind_of_value("a key of a map", &key));
        };
        if !known.insert(text.clone()) {
            let twice = format!("the key {} comes twice", crate::fault::quoted(&text.0));
            return Err(Fault::data(twice));
        }
        let value = field(element, "value");
        if !matches!(value, Val::Missing) {
            entries.push(Val::List(vec![Val::made(text.0), value]));
        }
    }
    Ok(Val::List(entries))
}

/// The value of a map under a key; missing where there is none. A map is a list of pairs of key and value.
pub fn get<'s>(value: Val<'s>, key: Val<'_>) -> Out<'s> {
    for entry in present!(value).into_list()? {
        let [name, found]: [Val<'s>; 2] = match entry.into_list()?.try_into() {
            Ok(pair) => pair,
            Err(_) => return Err(Fault::data("a map is needed here, this is a list")),
        };
        if same(&name, &key)? {
            return Ok(found);
        }
    }
    Ok(Val::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::examples::{holds, v};

    fn positive(x: Val<'static>) -> Out<'static> {
        super::super::logic::greater(x, Val::Int(0))
    }

    #[test]
    fn choosing() {
        holds! {
            compact(v("['a',null,'b']")) => "['a','b']",
            compact(v("[]")) => "[]",
            compact(v("null")) => "null",
            map(v("[1,2]"), &|x| super::super::logic::add(x, Val::Int(1))) => "[2,3]",
            map(v("[1,2]"), &|x| Ok(if matches!(x, Val::Int(1)) { Val::Missing } else { x })) => "[2]",
            map(v("missing"), &Ok) => "missing",
            filter(v("[1,-1,0]"), &positive) => "[1]",
            filter(v("[]"), &positive) => "[]",
            filter(v("['a']"), &Ok) => "! a bool is needed here, this is a text: 'a'",
            reject(v("[1,-1,0]"), &positive) => "[-1,0]",
            reject(v("[]"), &positive) => "[]",
            reject(v("null"), &positive) => "null",
            first(v("[1,2]")) => "1",
            first(v("[]")) => "! the list is empty",
            first(v("missing")) => "missing",
            last(v("[1,2]")) => "2",
            last(v("[1]")) => "1",
            last(v("[]")) => "! the list is empty",
            find_by(v("[-1,3,2]"), &positive) => "3",
            find_by(v("[-1]"), &positive) => "! no element of the list fits",
            find_by(v("null"), &positive) => "null",
            drop_first(v("[1,2,3]"), v("1")) => "[2,3]",
            drop_first(v("[1]"), v("5")) => "[]",
            drop_first(v("[1]"), v("0")) => "[1]",
            get(v("[['fr','Bonjour'],['de','Hallo']]"), v("'de'")) => "'Hallo'",
            get(v("[['fr',null]]"), v("'fr'")) => "null",
            get(v("[['fr',null]]"), v("'en'")) => "missing",
        }
    }

    #[test]
    fn counting_and_sorting() {
        holds! {
            any(v("[-1,1]"), &positive) => "true",
            any(v("[]"), &positive) => "false",
            any(v("missing"), &positive) => "missing",
            all(v("[-1,1]"), &positive) => "false",
            all(v("[]"), &positive) => "true",
            all(v("[1]"), &positive) => "true",
            count(v("[-1,1,2]"), &positive) => "2",
            count(v("[]"), &positive) => "0",
            count(v("null"), &positive) => "null",
            sort_by(v("[3,1,2]"), &Ok) => "[1,2,3]",
            sort_by(v("['b',null,'a']"), &Ok) => "[null,'a','b']",
            sort_by(v("[1,'a']"), &Ok) => "! a whole number cannot be compared with a text",
        }
    }
}
