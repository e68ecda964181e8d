//! What the inside holds before the first import: the records that an ERP has anyway, among them how payments are treated;
//! and what people set there on the views of the shop.

use tenon_runtime::value::Stored;

/// Which orders of a payment mode are imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Always,
    Never,
    Paid,
    Authorized,
}

impl Rule {
    fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Paid => "paid",
            Self::Authorized => "authorized",
        }
    }
}

/// How orders are treated that are paid in a way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mode {
    name: &'static str,
    pub(super) rule: Rule,
    /// Older orders are not imported; 0: however old.
    pub(super) days_before_cancel: i64,
}

/// The ways to pay that the inside knows.
const MODES: [Mode; 8] = [
    mode_of("bankpayment", Rule::Paid, 30),
    mode_of("banktransfer", Rule::Paid, 0),
    mode_of("cashondelivery", Rule::Always, 0),
    mode_of("ccsave", Rule::Authorized, 0),
    mode_of("checkmo", Rule::Always, 0),
    mode_of("free", Rule::Always, 0),
    mode_of("paypal_express", Rule::Paid, 0),
    mode_of("purchaseorder", Rule::Never, 0),
];

const fn mode_of(name: &'static str, rule: Rule, days_before_cancel: i64) -> Mode {
    Mode {
        name,
        rule,
        days_before_cancel,
    }
}

/// How orders are treated that are paid in this way.
pub(super) fn mode(payment: &str) -> Mode {
    let found = MODES.iter().find(|mode| mode.name == payment);
    found.copied().unwrap_or(mode_of("", Rule::Always, 0))
}

/// The views whose prices hold the tax, by code.
pub(crate) const VIEWS_WITH_TAX: [&str; 2] = ["de", "fr"];

/// A model, and the values of one of its records; the first one tells it apart from the others.
pub(crate) type Record = (&'static str, Vec<(&'static str, Stored)>);

/// Companies, countries, titles, currencies, warehouses, payment modes.
pub(crate) fn records() -> Vec<Record> {
    let text = |text: &str| Stored::Text(text.to_owned());
    let plain = RECORDS.iter().map(|(model, values)| {
        let values = values.iter().map(|(field, value)| (*field, text(value)));
        (*model, values.collect())
    });
    let modes = MODES.iter().map(|mode| {
        let values = vec![
            ("name", text(mode.name)),
            ("import_rule", text(mode.rule.word())),
            ("days_before_cancel", Stored::Int(mode.days_before_cancel)),
        ];
        ("account.payment.mode", values)
    });
    plain.chain(modes).collect()
}

const RECORDS: [(&str, &[(&str, &str)]); 11] = [
    ("res.company", &[("name", "Tenon Demo Ltd")]),
    ("res.country", &[("code", "DE"), ("name", "Germany")]),
    ("res.country", &[("code", "FR"), ("name", "France")]),
    ("res.country", &[("code", "GB"), ("name", "United Kingdom")]),
    ("res.country", &[("code", "CH"), ("name", "Switzerland")]),
    ("res.partner.title", &[("shortcut", "Mrs"), ("name", "Mrs")]),
    ("res.partner.title", &[("shortcut", "Dr"), ("name", "Doctor")]),
    ("res.currency", &[("name", "EUR")]),
    ("res.currency", &[("name", "CHF")]),
    ("res.currency", &[("name", "GBP")]),
    ("stock.warehouse", &[("name", "Main warehouse")]),
];
