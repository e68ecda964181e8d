//! Built-in functions by the path that generated code calls them by. The functions themselves are the runtime's.

use tenon_runtime::builtin::{self, Lambda, date, list, logic, merge, money, number, text};
use tenon_runtime::generated::{Out, Val};

/// Calls a built-in function of the table: values by position, the lambda apart. Absent: no function has this path, or it takes no lambda.
pub fn call<'s>(path: &str, values: Vec<Val<'s>>, lambda: Option<Lambda<'_, 's>>) -> Option<Out<'s>> {
    match (function(path)?, lambda) {
        (Function::Values(call) | Function::All(call), None) => Some(call(values)),
        (Function::Each(call), Some(lambda)) => values.into_iter().next().map(|list| call(list, lambda)),
        (Function::OfPair { plain, by }, lambda) => {
            let [a, b]: [Val<'s>; 2] = values.try_into().ok()?;
            Some(match lambda {
                Some(lambda) => by(a, b, lambda),
                None => plain(a, b),
            })
        }
        (Function::Values(_) | Function::All(_), Some(_)) | (Function::Each(_), None) => None,
    }
}

/// How a function is called.
#[derive(Clone, Copy)]
pub(super) enum Function {
    /// With its values by position, those that the author leaves out included.
    Values(for<'s> fn(Vec<Val<'s>>) -> Out<'s>),
    /// With any number of values.
    All(for<'s> fn(Vec<Val<'s>>) -> Out<'s>),
    /// With a list and a lambda.
    Each(for<'l, 's> fn(Val<'s>, Lambda<'l, 's>) -> Out<'s>),
    /// With two values, or with a lambda behind them.
    OfPair {
        /// Without the lambda.
        plain: Pair,
        /// With it.
        by: PairBy,
    },
}

/// Two values.
pub(super) type Pair = for<'s> fn(Val<'s>, Val<'s>) -> Out<'s>;
/// Two values and a lambda.
pub(super) type PairBy = for<'l, 's> fn(Val<'s>, Val<'s>, Lambda<'l, 's>) -> Out<'s>;

/// A function that takes its values one by one.
macro_rules! values {
    ($function:path, 1) => {
        Function::Values(|values| {
            let [a] = exactly(values)?;
            $function(a)
        })
    };
    ($function:path, 2) => {
        Function::Values(|values| {
            let [a, b] = exactly(values)?;
            $function(a, b)
        })
    };
    ($function:path, 3) => {
        Function::Values(|values| {
            let [a, b, c] = exactly(values)?;
            $function(a, b, c)
        })
    };
    ($function:path, 4) => {
        Function::Values(|values| {
            let [a, b, c, d] = exactly(values)?;
            $function(a, b, c, d)
        })
    };
}

fn exactly<const N: usize>(values: Vec<Val<'_>>) -> Result<[Val<'_>; N], tenon_runtime::fault::Fault> {
    let given = values.len();
    values.try_into().map_err(|_| {
        tenon_runtime::fault::Fault::data(format!("a built-in function takes {N} values and was given {given}"))
    })
}

/// The function that generated code calls by this path: `::tenon_runtime::builtin::text::upper`.
pub(super) fn function(path: &str) -> Option<Function> {
    let name = path.strip_prefix("::tenon_runtime::builtin::")?;
    of_texts(name)
        .or_else(|| of_lists(name))
        .or_else(|| of_numbers(name))
        .or_else(|| of_dates_and_facts(name))
}

fn of_texts(name: &str) -> Option<Function> {
    Some(match name {
        "text::trim" => values!(text::trim, 1),
        "text::lower" => values!(text::lower, 1),
        "text::upper" => values!(text::upper, 1),
        "text::title_case" => values!(text::title_case, 1),
        "text::fold" => values!(text::fold, 1),
        "text::truncate" => values!(text::truncate, 2),
        "text::replace" => values!(text::replace, 3),
        "text::add_prefix" => values!(text::add_prefix, 2),
        "text::strip_prefix" => values!(text::strip_prefix, 2),
        "text::lines" => values!(text::lines, 1),
        "text::join_lines" => values!(text::join_lines, 1),
        "text::split" => values!(text::split, 2),
        "text::join" => values!(text::join, 2),
        "text::matches" => values!(text::matches, 2),
        "text::text" => values!(text::text, 1),
        "text::int" => values!(text::int, 1),
        "text::decimal" => values!(text::decimal, 1),
        "text::length" => values!(text::length, 1),
        "text::contains" => values!(text::contains, 2),
        "text::null_if" => values!(text::null_if, 2),
        "text::null_if_blank" => values!(text::null_if_blank, 1),
        "text::blank_if_null" => values!(text::blank_if_null, 1),
        _ => return None,
    })
}

fn of_lists(name: &str) -> Option<Function> {
    Some(match name {
        "list::compact" => values!(list::compact, 1),
        "list::map" => Function::Each(list::map),
        "list::filter" => Function::Each(list::filter),
        "list::reject" => Function::Each(list::reject),
        "list::first" => values!(list::first, 1),
        "list::last" => values!(list::last, 1),
        "list::find_by" => Function::Each(list::find_by),
        "list::any" => Function::Each(list::any),
        "list::all" => Function::Each(list::all),
        "list::count" => Function::Each(list::count),
        "list::sort_by" => Function::Each(list::sort_by),
        "list::drop_first" => values!(list::drop_first, 2),
        "list::to_map" => values!(list::to_map, 1),
        "list::get" => values!(list::get, 2),
        "merge::union" => Function::OfPair {
            plain: |a, b| merge::union(a, b),
            by: |a, b, each| merge::union_by(a, b, each),
        },
        _ => return None,
    })
}

fn of_numbers(name: &str) -> Option<Function> {
    Some(match name {
        "number::round" => values!(number::round, 3),
        "number::abs" => values!(number::abs, 1),
        "number::min" => Function::All(number::min),
        "number::max" => Function::All(number::max),
        "number::sum" => Function::Values(|values| {
            // The lambda that is left out has no value.
            match values.into_iter().next() {
                Some(list) => builtin::sum(list),
                None => Ok(Val::Missing),
            }
        }),
        "money::percent" => values!(money::percent, 2),
        "money::net_of" => values!(money::net_of, 2),
        "money::allocate" => values!(money::allocate, 2),
        "money::from_float" => values!(money::from_float, 2),
        _ => return None,
    })
}

fn of_dates_and_facts(name: &str) -> Option<Function> {
    Some(match name {
        "date::parse_date" => values!(date::parse_date, 2),
        "date::format_date" => values!(date::format_date, 2),
        "date::parse_datetime" => values!(date::parse_datetime, 3),
        "date::format_datetime" => values!(date::format_datetime, 3),
        "date::date_of" => values!(date::date_of, 2),
        "date::epoch" => values!(date::epoch, 1),
        "date::from_epoch" => values!(date::from_epoch, 1),
        "date::seconds" => values!(date::seconds, 1),
        "date::from_seconds" => values!(date::from_seconds, 1),
        "logic::not" => values!(logic::not, 1),
        "logic::need" => values!(logic::need, 2),
        "merge::agree" => values!(merge::agree, 2),
        "merge::newest" => values!(merge::newest, 4),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Function, function};
    use crate::builtin::{BUILTINS, Kind, Need};
    use tenon_runtime::generated::Val;

    #[test]
    fn every_built_in_is_interpreted_as_the_table_says() {
        for row in BUILTINS {
            let Some(path) = row.path.filter(|_| !row.is_of_record()) else {
                continue;
            };
            let known = function(path).unwrap_or_else(|| panic!("{path} is not interpreted"));
            let is_function = |kind| {
                matches!(
                    kind,
                    Kind::Function | Kind::Predicate | Kind::Order | Kind::NumberFunction
                )
            };
            let lambda = row.params.iter().position(|param| is_function(param.kind));
            match known {
                Function::Each(_) => assert_eq!(lambda, Some(1), "{path}"),
                Function::OfPair { .. } => assert_eq!(lambda, Some(2), "{path}"),
                Function::All(_) => assert!(row.params.iter().any(|param| param.need == Need::Rest), "{path}"),
                Function::Values(call) => {
                    let made = call(row.params.iter().map(|_| Val::Missing).collect());
                    let complains = made.is_err_and(|fault| fault.message.contains("takes"));
                    assert!(!complains, "{path}");
                }
            }
        }
    }
}
