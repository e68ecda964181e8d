//! What a person does with a database, and what is said before it is done: plans of migrations, findings of checks.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::connector::ExternalType;
use crate::model::Model;
use crate::store::StoreError;

/// What a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The tables become those of this program.
    Migrate,
    /// What this program does not name goes.
    DropOrphans,
}

/// How much it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The tables are those of the program.
    Nothing,
    /// The next start of the program does it.
    Additions,
    /// A person has to agree.
    More,
}

/// What is to be done, in words and in statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationPlan {
    /// How much it is.
    pub size: Size,
    /// By table.
    pub tables: Vec<TablePlan>,
    /// What must be put right before it can be done.
    pub hindrances: Vec<String>,
    /// Values and rows that would be gone.
    pub lost: Vec<String>,
    /// What a person should know beside it.
    pub warnings: Vec<String>,
    /// In order.
    pub statements: Vec<String>,
    /// Says all of this: whoever agrees names it.
    pub hash: String,
}

/// `1 row`, `4 rows`
pub(crate) fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// What is to be done to one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePlan {
    /// The model, list or binding.
    pub of: String,
    /// How many rows it has; absent: it is new.
    pub rows: Option<u64>,
    /// What is different, each with its column.
    pub notes: Vec<String>,
}

/// What became of a plan that a person agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Migrated {
    /// All of it was done.
    Done(MigrationPlan),
    /// It is another plan by now; nothing was done.
    Changed(MigrationPlan),
    /// Something stands in its way; nothing was done.
    Hindered(MigrationPlan),
}

/// What a check of a database says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// What is wrong with it, one line each; empty: nothing.
    pub problems: Vec<String>,
    /// What else is to be said.
    pub note: Option<String>,
}

/// What a person does with a database beside the work of a program.
#[async_trait]
pub trait Maintenance: Send + Sync + std::fmt::Debug {
    /// What is to be done; changes nothing.
    async fn plan(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
        purpose: Purpose,
    ) -> Result<MigrationPlan, StoreError>;
    /// Does exactly what the plan of this hash says, or nothing.
    async fn migrate(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
        purpose: Purpose,
        hash: &str,
    ) -> Result<Migrated, StoreError>;
    /// Looks whether the database is what it says it is.
    async fn check(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
    ) -> Result<Vec<Finding>, StoreError>;
    /// Writes a copy of one moment into a new file.
    async fn backup(&self, file: &Path) -> Result<(), StoreError>;
    /// Where a copy goes that is made before a migration.
    fn place_of_backup(&self, hash: &str) -> PathBuf;
}
