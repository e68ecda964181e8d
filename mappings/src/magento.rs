//! Functions that the Magento mapping files declare with `extern fn`.

use crate::connectors::magento_1_7::SplitStreet;
use std::borrow::Cow;

use tenon_runtime::effect::Tx;
use tenon_runtime::fault::Fail;
use tenon_runtime::value::{RecordId, Stored};

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

/// Marks the order that an imported one replaces as canceled in the shop.
///
/// Somebody edited it there: the shop canceled it and made this one from it, but says so of the new one only.
///
/// # Errors
/// The store refuses to read or to write.
pub fn cancel_replaced(tx: &mut Tx<'_>, order: RecordId) -> Result<(), Fail> {
    let order = tx.read("sale.order", order, &["parent_id"])?;
    let Some(Stored::Ref(parent)) = order.get("parent_id") else {
        return Ok(());
    };
    let known = tx.read("sale.order", *parent, &["canceled_in_backend"])?;
    if known.get("canceled_in_backend") != Some(&Stored::Bool(true)) {
        tx.update("sale.order", *parent, &[("canceled_in_backend", Stored::Bool(true))])?;
    }
    Ok(())
}
