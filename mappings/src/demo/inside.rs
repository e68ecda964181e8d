//! What the inside holds before the first import: the records that an ERP has anyway, among them how payments are treated.

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

/// The ways to pay that the inside knows.
const PAYMENTS: [(&str, Rule); 7] = [
    ("banktransfer", Rule::Paid),
    ("cashondelivery", Rule::Always),
    ("ccsave", Rule::Authorized),
    ("checkmo", Rule::Always),
    ("free", Rule::Always),
    ("paypal_express", Rule::Paid),
    ("purchaseorder", Rule::Never),
];

/// What is done with orders that are paid in a way.
pub(super) fn rule(payment: &str) -> Rule {
    let found = PAYMENTS.iter().find(|(name, _)| *name == payment);
    found.map_or(Rule::Always, |(_, rule)| *rule)
}

/// Model, the field that tells its records apart, and the records: names and texts.
pub(crate) type Record = (&'static str, Vec<(&'static str, &'static str)>);

/// Companies, countries, titles, currencies, warehouses, payment modes.
pub(crate) fn records() -> Vec<Record> {
    let plain = RECORDS.iter().map(|(model, values)| (*model, values.to_vec()));
    let payments = PAYMENTS.iter().map(|(name, rule)| {
        (
            "account.payment.mode",
            vec![("name", *name), ("import_rule", rule.word())],
        )
    });
    plain.chain(payments).collect()
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
