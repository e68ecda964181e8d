//! The functions that random programs call, in Rust, and the same for the interpreter: values in, the same function, values out.

use std::borrow::Cow;
use std::sync::Arc;

use tenon_compiler::interpret::{ExternTable, Externs};
use tenon_runtime::generated::{Out, Val, borrowed, elements, nullable};
use tenon_runtime::jiff::{Timestamp, civil::Date};
use tenon_runtime::{Decimal, Fail};

/// In capital letters, with a mark.
pub fn shout(text: &str) -> Cow<'_, str> {
    match text.is_empty() {
        true => text.into(),
        false => (text.to_uppercase() + "!").into(),
    }
}

/// Half of an even number.
pub fn halve(number: i64) -> Result<i64, Fail> {
    match number % 2 {
        0 => Ok(number / 2),
        _ => Err(Fail::new(format!("{number} is odd"))),
    }
}

/// Half of an amount that may be absent.
pub fn half_of(amount: Option<Decimal>) -> Option<Decimal> {
    amount.map(|amount| amount / Decimal::from(2))
}

/// The word behind another.
pub fn next(word: &str) -> Cow<'_, str> {
    match word {
        "new" => "open".into(),
        "open" => "done".into(),
        _ => "new".into(),
    }
}

/// The text from its end to its beginning.
pub fn turn(text: &str) -> Cow<'_, str> {
    text.chars().rev().collect::<String>().into()
}

/// What [`turn`] was given.
pub fn turn_back(text: &str) -> Cow<'_, str> {
    turn(text)
}

/// Whether an instant is in the second half of its time.
pub fn is_late(at: Timestamp, flag: bool) -> bool {
    (at.as_second() % 2 == 0) != flag
}

/// Both parts of a text.
pub fn cut_at(text: &str, at: i64) -> (&str, Option<&str>) {
    let at = usize::try_from(at).unwrap_or(0);
    match text.char_indices().nth(at) {
        Some((at, _)) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    }
}

/// Number of words, sum of amounts.
pub fn weigh_all(words: &[&str], amounts: &[Decimal]) -> Result<(i64, Decimal), Fail> {
    if amounts.is_empty() {
        return Err(Fail::new("there is nothing to weigh"));
    }
    let sum = amounts.iter().copied().sum::<Decimal>().round_dp(4);
    Ok((i64::try_from(words.len()).unwrap_or(i64::MAX), sum))
}

/// `cut` with the types of a program.
macro_rules! cut {
    ($($types:tt)*) => {
        pub(crate) fn cut<'r>(text: &'r str, at: i64) -> $($types)*::Cut<'r> {
            let (head, tail) = crate::author::cut_at(text, at);
            $($types)*::Cut { head: head.into(), tail: tail.map(Into::into) }
        }
    };
}
pub(crate) use cut;

/// `weigh` with the types of a program.
macro_rules! weigh {
    ($($types:tt)*) => {
        pub(crate) fn weigh<'r>(
            words: &'r [&'r str],
            amounts: &'r [tenon_runtime::Decimal],
            day: Option<tenon_runtime::jiff::civil::Date>,
        ) -> Result<$($types)*::Weigh<'r>, tenon_runtime::Fail> {
            let (count, sum) = crate::author::weigh_all(words, amounts)?;
            Ok($($types)*::Weigh { count, sum, day, words: words.iter().map(|word| (*word).into()).collect() })
        }
    };
}
pub(crate) use weigh;

/// All of them, for the interpreter.
pub fn externs() -> Arc<dyn Externs> {
    Arc::new(ExternTable(&[
        ("shout", |args| Ok(own(shout(&text(args, 0)?)))),
        ("halve", |args| Ok(Val::Int(halve(args[0].clone().into_int()?)?))),
        ("half_of", |args| {
            let amount = nullable(args[0].clone(), Val::into_decimal)?;
            Ok(half_of(amount).map_or(Val::Null, Val::Decimal))
        }),
        ("next", |args| Ok(own(next(&text(args, 0)?)))),
        ("is_late", |args| {
            let (at, flag) = (args[0].clone().into_datetime()?, args[1].clone().into_bool()?);
            Ok(Val::Bool(is_late(at, flag)))
        }),
        ("turn", |args| Ok(own(turn(&text(args, 0)?)))),
        ("turn_back", |args| Ok(own(turn_back(&text(args, 0)?)))),
        ("cut", interpreted_cut),
        ("weigh", interpreted_weigh),
    ]))
}

fn interpreted_cut<'s>(args: &[Val<'s>]) -> Out<'s> {
    let given = text(args, 0)?;
    let (head, tail) = cut_at(&given, args[1].clone().into_int()?);
    let tail = tail.map_or(Val::Null, |tail| own(tail.into()));
    Ok(Val::Record(vec![("head", own(head.into())), ("tail", tail)]))
}

fn interpreted_weigh<'s>(args: &[Val<'s>]) -> Out<'s> {
    let words = elements(args[0].clone(), Val::into_text)?;
    let words = borrowed(&words);
    let amounts = elements(args[1].clone(), Val::into_decimal)?;
    let day: Option<Date> = nullable(args[2].clone(), Val::into_date)?;
    let (count, sum) = weigh_all(&words, &amounts)?;
    Ok(Val::Record(vec![
        ("count", Val::Int(count)),
        ("sum", Val::Decimal(sum)),
        ("day", day.map_or(Val::Null, Val::Date)),
        (
            "words",
            Val::List(words.iter().map(|word| own((*word).into())).collect()),
        ),
    ]))
}

fn text<'s>(args: &[Val<'s>], position: usize) -> Result<Cow<'s, str>, tenon_runtime::fault::Fault> {
    args[position].clone().into_text()
}

fn own<'s>(text: Cow<'_, str>) -> Val<'s> {
    Val::made(text.into_owned())
}
