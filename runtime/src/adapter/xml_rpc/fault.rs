//! What the fault codes of Magento 1 mean to us.
//!
//! | code | its text | becomes |
//! |---|---|---|
//! | 1 | Internal Error | [`Cause::Server`]: the shop failed, the same call may work later |
//! | 2 | Access denied | [`Cause::Auth`] |
//! | 5 | Session expired | a new login, once |
//! | 100 | `sales_order`: Requested order not exists | [`Cause::NotFound`] |
//! | 101 | `catalog_product`: Product not exists; `customer_address`: Customer not exists | [`Cause::NotFound`] |
//! | 102 | `customer`, `customer_address`, `catalog_category`, `ol_*`: .. not exists | [`Cause::NotFound`] |
//! | 103 | .. not exists | [`Cause::NotFound`] |
//! | 100-103 | anything else: invalid data, invalid filters, not deleted; a store view or website that was asked for beside the record | [`Cause::Refused`] |
//! | others | | [`Cause::Refused`] |
//!
//! Each resource numbers its own faults, so that the code alone does not say that a record is gone: its text must.

use super::codec::Fault;
use crate::adapter::error::Cause;

const INTERNAL: i64 = 1;
const ACCESS_DENIED: i64 = 2;
const SESSION_EXPIRED: i64 = 5;

/// Whether a new login helps.
pub(super) fn is_expired(fault: &Fault) -> bool {
    fault.code == SESSION_EXPIRED
}

/// What a fault means.
pub(super) fn cause(fault: Fault) -> Cause {
    let Fault { code, text } = fault;
    match code {
        INTERNAL | SESSION_EXPIRED => Cause::Server {
            status: 200,
            text: format!("fault {code}: {text}"),
        },
        ACCESS_DENIED => Cause::Auth { text },
        100..=103 if says_not_there(&text) => Cause::NotFound { text },
        _ => Cause::Refused { code, text },
    }
}

/// "Customer not exists.", "Customer does not exist.", "Category not found."
fn says_not_there(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_other_record = text.starts_with("requested store") || text.starts_with("requested website");
    !is_other_record && (text.contains("not exist") || text.contains("not found"))
}
