//! Functions that the Magento mapping files declare with `extern fn`.

use crate::connectors::magento_1_7::SplitStreet;
use std::borrow::Cow;

/// Splits the lines of a street: the first one, and the others joined by ` - `; blank lines are left out.
pub fn split_street(street: &str) -> SplitStreet<'_> {
    let mut lines = street.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("");
    let rest: Vec<&str> = lines.collect();
    let street2 = match rest.as_slice() {
        [] => None,
        [line] => Some(Cow::Borrowed(*line)),
        lines => Some(Cow::Owned(lines.join(" - "))),
    };
    SplitStreet {
        street: Cow::Borrowed(first),
        street2,
    }
}
