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
use crate::adapter::secret::CUT;

/// How much of the text of a fault is kept, in characters.
const LONGEST: usize = 1000;

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
    let text = shortened(text);
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

/// Some servers send a trace of all they did; jobs keep what they say, and people read it.
fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}{CUT}", &text[..end]),
        None => text,
    }
}

/// "Customer not exists.", "Customer does not exist.", "Category not found."
fn says_not_there(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_other_record = text.starts_with("requested store") || text.starts_with("requested website");
    !is_other_record && (text.contains("not exist") || text.contains("not found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters() {
        let fault = |letters: usize| Fault {
            code: 7,
            text: "ü".repeat(letters),
        };
        let text = |letters| cause(fault(letters)).to_string().matches('ü').count();
        assert_eq!((text(1000), text(1001), text(1_000_000)), (1000, 1000, 1000));
        assert!(cause(fault(1001)).to_string().ends_with(CUT));
    }
}
