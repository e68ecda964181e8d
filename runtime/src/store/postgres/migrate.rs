//! Brings the fixed tables of a schema up to date: numbered files, each run once, in order, in one transaction.

use crate::store::StoreError;

use super::error::Failure;
use super::pool::{Leased, Pool, quoted};

/// In order. A file that has been released is never changed; a new one is added below it.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_jobs", include_str!("migrations/0001_jobs.sql")),
    (
        "0002_failed_identity",
        include_str!("migrations/0002_failed_identity.sql"),
    ),
    ("0003_records", include_str!("migrations/0003_records.sql")),
    ("0004_programs", include_str!("migrations/0004_programs.sql")),
];

/// Runs the files that this schema has not seen. Of several processes one does it, the others wait; where there is nothing
/// to do, nothing is written, so that an account may be one that only reads.
pub(super) async fn bring_up_to_date(pool: &Pool, schema: &str) -> Result<(), StoreError> {
    match pool.retried(|| is_up_to_date(pool)).await? {
        true => Ok(()),
        false => pool.retried(|| migrate(pool, schema)).await,
    }
}

async fn is_up_to_date(pool: &Pool) -> Result<bool, Failure> {
    let session = pool.session().await?;
    let table = "select 1 where to_regclass(quote_ident(current_schema()) || '.migration') is not null";
    if session.query(table, &[]).await?.is_empty() {
        return Ok(false);
    }
    let names: Vec<&str> = MIGRATIONS.iter().map(|(name, _)| *name).collect();
    let seen = session
        .query("select 1 from migration where name = any($1)", &[&names])
        .await?;
    Ok(seen.len() == MIGRATIONS.len())
}

async fn migrate(pool: &Pool, schema: &str) -> Result<(), Failure> {
    let mut session = pool.session().await?;
    begin_alone(&mut session, schema).await?;
    // An account that may not make schemas can use one that is there.
    let there = session
        .query("select 1 from pg_namespace where nspname = $1", &[&schema])
        .await?;
    if there.is_empty() {
        session.batch(&format!("create schema {}", quoted(schema))).await?;
    }
    session
        .batch(
            "create table if not exists migration(name text primary key, applied_at timestamptz not null default now())",
        )
        .await?;
    for (name, statements) in MIGRATIONS {
        if session
            .query("select 1 from migration where name = $1", &[name])
            .await?
            .is_empty()
        {
            session.batch(statements).await?;
            session
                .execute("insert into migration(name) values ($1)", &[name])
                .await?;
        }
    }
    session.commit().await
}

/// Begins a transaction that changes tables: one at a time in a schema.
pub(super) async fn begin_alone(session: &mut Leased, schema: &str) -> Result<(), Failure> {
    session.begin().await?;
    // Others may take long: wait for them, not for two seconds.
    session
        .batch("set local lock_timeout = 0; set local statement_timeout = 0")
        .await?;
    session
        .execute(
            "select pg_advisory_xact_lock(hashtextextended('tenon ' || $1, 0))",
            &[&schema],
        )
        .await?;
    Ok(())
}
