//! Functions that accepted cases declare with `extern fn`: the author's own crate, in small.

use std::borrow::Cow;

use crate::cases::extern_types::shop::{Measure, SplitStreet};
use tenon_runtime::value::{RecordId, Stored};
use tenon_runtime::{Decimal, Fail, Tx, jiff::civil::Date};

/// The lines of a street.
pub fn split_street(street: &str) -> SplitStreet<'_> {
    let (first, rest) = street.split_once('\n').unwrap_or((street, ""));
    SplitStreet {
        street: first.into(),
        street2: (!rest.is_empty()).then(|| rest.into()),
    }
}

/// One parameter of each kind, and a result that may fail.
pub fn measure<'r>(
    name: &'r str,
    note: Option<&'r str>,
    amounts: &'r [Decimal],
    words: Option<&'r [&'r str]>,
    day: Option<Date>,
    is_large: bool,
) -> Result<Measure<'r>, Fail> {
    match amounts {
        [] => Err(Fail::new("there is nothing to measure")),
        [first, ..] => Ok(Measure {
            label: note.unwrap_or(name).into(),
            first: *first,
            words: words.unwrap_or_default().iter().map(|word| (*word).into()).collect(),
            day,
            count: is_large.then(|| i64::try_from(amounts.len()).unwrap_or(i64::MAX)),
        }),
    }
}

/// A function of one number.
pub fn twice(number: i64) -> i64 {
    number * 2
}

/// Counts how often an order was stored, and keeps a line for each time. Orders above a million are refused.
pub fn confirm_order(tx: &mut Tx<'_>, order: RecordId) -> Result<(), Fail> {
    let stored = tx.read("sale.order", order, &["name", "total", "confirmed"])?;
    let (Some(Stored::Text(name)), Some(Stored::Int(times))) = (stored.get("name"), stored.get("confirmed")) else {
        return Err(Fail::new("an order without a name"));
    };
    let line = format!("{name} confirmed at {}", tx.now());
    tx.create(
        "sale.log",
        &[("order_id", Stored::Ref(order)), ("line", Stored::Text(line))],
    )?;
    tx.update("sale.order", order, &[("confirmed", Stored::Int(times + 1))])?;
    match stored.get("total") {
        Some(Stored::Decimal(total)) if *total > Decimal::from(1_000_000) => {
            Err(Fail::new(format!("order {name} is too large to be confirmed")))
        }
        Some(_) | None => Ok(()),
    }
}

/// Counts how often a line was stored.
pub fn count_line(tx: &mut Tx<'_>, line: RecordId) -> Result<(), Fail> {
    let stored = tx.read("sale.line", line, &["stored"])?;
    let Some(Stored::Int(times)) = stored.get("stored") else {
        return Err(Fail::new("a line that nobody counts"));
    };
    tx.update("sale.line", line, &[("stored", Stored::Int(times + 1))])?;
    Ok(())
}

/// A street as one text.
pub mod one_text {
    use crate::cases::version_magento::magento_1_7::SplitStreet;

    /// The lines of a street.
    pub fn split_street(street: &str) -> SplitStreet<'_> {
        let (first, rest) = street.split_once('\n').unwrap_or((street, ""));
        SplitStreet {
            street: first.into(),
            street2: (!rest.is_empty()).then(|| rest.into()),
        }
    }
}

/// A street as a list of lines.
pub mod lines {
    use crate::cases::version_magento::magento_2_0::SplitStreet;
    use std::borrow::Cow;

    /// The first line, and the others as one.
    pub fn split_street<'r>(street: &'r [&'r str]) -> SplitStreet<'r> {
        let (first, rest) = street.split_first().unwrap_or((&"", &[]));
        SplitStreet {
            street: Cow::Borrowed(first),
            street2: (!rest.is_empty()).then(|| rest.join(", ").into()),
        }
    }
}

/// Colors in the order of their numbers.
const COLORS: [&str; 4] = ["blue", "orange", "green", "red"];

/// The number of a color.
pub fn trello_color(name: &str) -> Result<i64, Fail> {
    let position = COLORS.iter().position(|color| *color == name);
    let number = position.and_then(|position| i64::try_from(position).ok());
    number.ok_or_else(|| Fail::new(format!("there is no color {name}")))
}

/// The color of a number.
pub fn trello_color_name(number: i64) -> Result<Cow<'static, str>, Fail> {
    let color = usize::try_from(number).ok().and_then(|position| COLORS.get(position));
    let color = color.ok_or_else(|| Fail::new(format!("there is no color {number}")))?;
    Ok((*color).into())
}

/// Functions that make several fields of a text, and those that lead back.
pub mod street {
    use crate::cases::sync_street::shop_1::{SplitStreet, SplitTown};
    use std::borrow::Cow;
    use tenon_runtime::Fail;

    /// The first line, and the others.
    pub fn split_street(street: &str) -> SplitStreet<'_> {
        let (first, rest) = street.split_once('\n').unwrap_or((street, ""));
        SplitStreet {
            street: first.into(),
            street2: (!rest.is_empty()).then(|| rest.into()),
        }
    }

    /// The lines of a street as one text.
    pub fn join_street<'r>(street: &'r str, street2: Option<&'r str>) -> Cow<'r, str> {
        match street2 {
            Some(rest) => format!("{street}\n{rest}").into(),
            None => street.into(),
        }
    }

    /// The code before the name of a town.
    pub fn split_town<'r>(town: &'r str, separator: &'r str) -> Result<SplitTown<'r>, Fail> {
        if town.is_empty() {
            return Err(Fail::new("a town needs a name"));
        }
        let (code, place) = match town.split_once(separator) {
            Some((code, place)) => (Some(code.into()), place),
            None => (None, town),
        };
        Ok(SplitTown {
            place: Some(place.into()),
            code,
        })
    }

    /// A town with its code.
    pub fn join_town<'r>(
        place: Option<&'r str>,
        code: Option<&'r str>,
        separator: &'r str,
    ) -> Result<Cow<'r, str>, Fail> {
        match (place, code) {
            (Some(place), Some(code)) => Ok(format!("{code}{separator}{place}").into()),
            (Some(place), None) => Ok(place.into()),
            (None, _) => Err(Fail::new("a town needs a name")),
        }
    }
}

/// Functions of records, lists and maps.
pub mod records {
    use crate::cases::extern_records::shop::{
        Describe, DescribeLines, DescribeResultLines, DescribeResultSize, DescribeSize, FirstWords, Heaviest, KeptAt,
    };
    use std::borrow::Cow;
    use std::collections::BTreeMap;
    use tenon_runtime::value::RecordId;
    use tenon_runtime::{Decimal, Fail};

    /// Records in records, in lists, and what may be absent.
    pub fn describe<'r>(
        size: &'r DescribeSize<'r>,
        lines: &'r [DescribeLines<'r>],
        note: Option<&'r str>,
    ) -> Result<Describe<'r>, Fail> {
        let total: Decimal = lines.iter().map(|line| line.price).sum();
        let notes: Vec<&str> = lines.iter().filter_map(|line| line.note.as_deref()).collect();
        let [first, ..] = lines else {
            return Err(Fail::new("nothing to describe"));
        };
        let unit = size.unit.as_deref().unwrap_or("m");
        Ok(Describe {
            label: format!("{} {} {}", size.of.name, note.unwrap_or("-"), notes.join("+")).into(),
            total,
            size: size.width.map(|width| DescribeResultSize {
                text: format!("{width} {unit} {}", first.sku).into(),
                exact: width.scale() == 0,
            }),
            lines: lines
                .iter()
                .map(|line| DescribeResultLines {
                    sku: line.sku.clone(),
                    share: (!total.is_zero()).then(|| line.price.checked_div(total)).flatten(),
                })
                .collect(),
        })
    }

    /// The colors the other way round.
    pub fn colors<'r>(colors: &'r [Option<Cow<'r, str>>]) -> Vec<Option<Cow<'r, str>>> {
        colors.iter().rev().cloned().collect()
    }

    /// The heaviest, the first of several.
    pub fn heaviest<'r>(weights: Option<&'r BTreeMap<Cow<'r, str>, Decimal>>) -> Option<Heaviest<'r>> {
        let mut heaviest: Option<Heaviest<'r>> = None;
        for (name, weight) in weights? {
            if heaviest.as_ref().is_none_or(|known| known.weight < *weight) {
                heaviest = Some(Heaviest {
                    name: name.clone(),
                    weight: *weight,
                });
            }
        }
        heaviest
    }

    /// Each weight twice, as far as it has room.
    pub fn doubled<'r>(weights: &'r BTreeMap<Cow<'r, str>, Decimal>) -> BTreeMap<Cow<'r, str>, Decimal> {
        let twice = weights.iter().map(|(name, weight)| {
            let twice = weight.checked_add(*weight).unwrap_or(*weight);
            (name.clone(), twice)
        });
        twice.collect()
    }

    /// The first word of each line.
    pub fn first_words<'r>(
        words: Option<&'r [Vec<Cow<'r, str>>]>,
        tag: Option<RecordId>,
        key: Option<&'r str>,
    ) -> FirstWords<'r> {
        FirstWords {
            words: words
                .unwrap_or_default()
                .iter()
                .filter_map(|line| line.first().cloned())
                .collect(),
            tag,
            key: key.map(Cow::Borrowed),
        }
    }

    /// The JSON, where it belongs to a record.
    pub fn kept<'r>(more: &'r str, at: Option<&'r KeptAt>) -> Option<Cow<'r, str>> {
        at.filter(|at| at.id != 0).map(|_| more.into())
    }
}
