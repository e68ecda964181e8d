//! What the inside promises: plans apply whole or not at all, and only on what they were made from.
#![expect(clippy::duplicate_mod, reason = "the same cases run on each store")]

mod migrations;
mod postgres;
mod races;
mod sqlite;

use support::records::model::{self, *};
use support::records::plan::*;
use support::records::{self, Inside, Kind, find, find_folded, open_error, plan};
use tenon_runtime::connector::{Binding, ExternalType};
use tenon_runtime::model::{Filter, Literal, Model, ModelField, ModelKind, NaturalKey, OnDelete, Order};
use tenon_runtime::plan::SyncOutcome;
use tenon_runtime::store::Find;
use tenon_runtime::value::Stored;

const PARTNER: &str = "res.partner";
const CATEGORY: &str = "res.partner.category";

/// A plan that creates a partner.
fn partner(name: &str) -> support::records::Building {
    plan().create(PARTNER, &[("name", text(name))])
}
