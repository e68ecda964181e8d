//! Maps a customer the way the importer does, with a small inside instead of a store, and tells all of it as text.

mod address;
mod customer;
mod models;
mod order;
mod orders;

pub use orders::{column, import_order, store_value};

use std::fmt::Write;
use std::sync::Arc;

use tenon_runtime::fault::DecodeError;
use tenon_runtime::mapper::*;
use tenon_runtime::scan::{Elements, Slots, scan, scan_list_owned};
use tenon_runtime::value::{Stored, StoredRecord};

use customer::{CUSTOMER, ImportResPartnerFromCustomer};
use models::{MAGENTO_STOREVIEW, RES_PARTNER};

/// What a case starts from.
#[derive(Clone, Debug)]
pub struct Case<'c> {
    /// The customer as sent.
    pub customer: &'c str,
    /// Its addresses as sent.
    pub addresses: &'c str,
    /// What is done with the record.
    pub import: Import<'c>,
    /// What the customer's group leads to.
    pub group: Group,
    /// What is told of it.
    pub tell: Tell,
}

/// What is told of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// Questions, what is written, what is wrong.
    All,
    /// What the columns hold, and what is wrong.
    Columns,
    /// What is wrong.
    Faults,
}

/// What is done with a record.
#[derive(Clone, Debug)]
pub enum Import<'c> {
    /// It is new.
    Create,
    /// It has this language, and all fields are mapped.
    Update(Option<&'c str>),
    /// It has no language, and only these fields changed.
    Partial(&'c [&'c str]),
}

/// What the customer's group leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The category 7.
    Bound,
    /// Nothing yet.
    Unbound,
    /// The customer that is being imported.
    Cycle,
}

impl<'c> Case<'c> {
    /// A new customer with these payloads.
    pub const fn new(customer: &'c str, addresses: &'c str) -> Self {
        Self {
            customer,
            addresses,
            import: Import::Create,
            group: Group::Bound,
            tell: Tell::All,
        }
    }

    /// The same, telling less.
    #[must_use]
    pub const fn telling(mut self, tell: Tell) -> Self {
        self.tell = tell;
        self
    }
}

/// Everything that the mapping of a customer says: questions, what is written, faults, checks.
pub fn import(case: &Case<'_>) -> String {
    let mut told = String::new();
    match scan(&CUSTOMER, case.customer.as_bytes()) {
        Ok(slots) => mapped(case, &slots, &mut told),
        Err(errors) => tell_errors(&errors, &mut told),
    }
    told
}

fn mapped(case: &Case<'_>, customer: &Slots<'_>, told: &mut String) {
    let addresses = match scan_list_owned(&address::ADDRESS, case.addresses.as_bytes().to_vec()) {
        Ok(elements) => elements,
        Err(errors) => return tell_errors(&errors, told),
    };
    let settings = [Val::Bool(false)];
    let run = run_of(case).with_settings(&settings);
    let mut sources = Sources::new(&ImportResPartnerFromCustomer, customer.record());
    if let Err(fault) = join(&mut sources, &addresses, &run, told) {
        line(told, &format!("source fault: {fault}"));
        return;
    }
    let resolved = resolve(case, &sources, &run, told);
    let eval = Eval::new(&sources, &resolved, &run);
    let mut row = eval.map();
    row.map_children(&eval, &mut |_, _| run.for_record(Mode::Create, None));
    tell_row(case.tell, &eval, &row, told);
}

fn run_of<'s>(case: &Case<'_>) -> Run<'s> {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let current = |lang: Option<&str>| {
        Some(Arc::new(StoredRecord {
            model: &RES_PARTNER,
            id: RecordId(21),
            version: 1,
            fields: vec![("lang", lang.map_or(Stored::Null, |lang| Stored::Text(lang.to_owned())))],
        }))
    };
    match case.import {
        Import::Create => Run::new(Mode::Create, now),
        Import::Update(lang) => Run {
            current: current(lang),
            ..Run::new(Mode::Update, now)
        },
        Import::Partial(names) => {
            let info = ImportResPartnerFromCustomer.info();
            Run {
                current: current(None),
                ..Run::new(Mode::Partial(Changed::fields(info, 0, names)), now)
            }
        }
    }
}

/// Fetches what the mapping asks for: always the addresses of the case.
fn join<'s>(
    sources: &mut Sources<'s>,
    addresses: &'s Elements<'_>,
    run: &Run<'s>,
    told: &mut String,
) -> Result<(), Fault> {
    loop {
        match sources.advance(run)? {
            Step::Complete => return Ok(()),
            Step::Fetch {
                source,
                external,
                operation,
                arguments,
            } => {
                line(told, &format!("fetch {}.{operation}{arguments:?}", external.name));
                for error in addresses.errors() {
                    line(told, &format!("decode: {error}"));
                }
                let records = addresses.records().filter_map(Result::ok).collect();
                sources.fetched(source, records, run)?;
            }
        }
    }
}

/// Answers all strata from a small inside: websites are 1, France is 75, the store view speaks French.
fn resolve<'s>(case: &Case<'_>, sources: &Sources<'s>, run: &Run<'s>, told: &mut String) -> Resolved {
    let mut resolved = Resolved::default();
    for stratum in 1..=ImportResPartnerFromCustomer.info().strata {
        let mut wants = Wants::default();
        Eval::new(sources, &resolved, run).needs(stratum, &mut wants);
        for keys in wants.keys() {
            line(
                told,
                &format!(
                    "{stratum}: {} {:?}, import {:?}",
                    keys.external.name, keys.keys, keys.import
                ),
            );
            for key in keys.keys {
                match (keys.external.name, case.group) {
                    ("CustomerGroup", Group::Cycle) => {
                        resolved.answer_cycle(keys.external, key, "Customer 21 needs itself")
                    }
                    ("CustomerGroup", Group::Unbound) => resolved.answer_ref(keys.external, key, None),
                    ("CustomerGroup", Group::Bound) => resolved.answer_ref(keys.external, key, Some(RecordId(7))),
                    _ => resolved.answer_ref(keys.external, key, Some(RecordId(1))),
                }
            }
        }
        for loads in wants.loads() {
            line(
                told,
                &format!(
                    "{stratum}: load {} {:?} {:?}",
                    loads.model.name, loads.fields, loads.keys
                ),
            );
            for key in loads.keys {
                let view = (key.0 == "1").then(|| Arc::new(store_view()));
                resolved.answer_load(loads.external, key, view);
            }
        }
        for finds in wants.finds() {
            line(
                told,
                &format!(
                    "{stratum}: find {} by {:?} {:?}",
                    finds.model.name, finds.criteria, finds.values
                ),
            );
            for values in finds.values {
                let found = match values.as_slice() {
                    [Stored::Text(code)] if code == "FR" => vec![RecordId(75)],
                    [Stored::Text(code)] if code == "XX" => Vec::new(),
                    _ => vec![RecordId(1), RecordId(2)],
                };
                resolved.answer_find(finds.model, finds.criteria, finds.fold, &values, found);
            }
        }
    }
    resolved
}

fn store_view() -> StoredRecord {
    StoredRecord {
        model: &MAGENTO_STOREVIEW,
        id: RecordId(1),
        version: 1,
        fields: vec![
            ("lang", Stored::Text(String::from("fr"))),
            ("company_id", Stored::Ref(RecordId(3))),
        ],
    }
}

fn tell_row<'s>(tell: Tell, eval: &Eval<'_, 's>, row: &Row<'s>, told: &mut String) {
    if tell != Tell::All {
        told.clear();
    }
    if tell == Tell::All {
        line(told, &row.render());
    }
    for fault in row.all_faults() {
        line(told, &format!("fault {:?}: {fault}", fault.fault.kind));
    }
    for deferred in row.deferred() {
        line(told, &format!("deferred: {deferred}"));
    }
    match row.values() {
        Ok(values) if tell == Tell::Columns => {
            for Assigned { field, value, how } in values.fields.iter().chain(&values.binding) {
                line(told, &format!("{field} {how:?} {value:?}"));
            }
        }
        Ok(_) => {}
        Err(faults) => faults.iter().for_each(|fault| line(told, &format!("value: {fault}"))),
    }
    for missing in row.missing_on_create() {
        line(told, &format!("required: {missing}"));
    }
    for result in eval.check(row).results() {
        line(
            told,
            &format!("check {:?} {}: {:?}", result.severity, result.place, result.reason),
        );
    }
}

fn tell_errors(errors: &[DecodeError], told: &mut String) {
    for error in errors {
        line(told, &format!("decode: {error}"));
    }
}

fn line(told: &mut String, text: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(told, "{text}");
}
