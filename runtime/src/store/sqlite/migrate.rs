//! Brings the fixed tables of a database up to date: numbered files, each run once, in order, in one transaction.

use rusqlite::{Connection, Error, TransactionBehavior, params};

/// In order. A file that has been released is never changed; a new one is added below it.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_jobs", include_str!("migrations/0001_jobs.sql")),
    ("0002_records", include_str!("migrations/0002_records.sql")),
    ("0003_exports", include_str!("migrations/0003_exports.sql")),
    ("0004_checkpoints", include_str!("migrations/0004_checkpoints.sql")),
    (
        "0005_failed_identity",
        include_str!("migrations/0005_failed_identity.sql"),
    ),
    (
        "0006_export_repeats",
        include_str!("migrations/0006_export_repeats.sql"),
    ),
    ("0007_programs", include_str!("migrations/0007_programs.sql")),
];

/// Runs the files that this database has not seen. Of several processes one does it, the others wait; where there is
/// nothing to do, nobody waits for a writer.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), Error> {
    if is_up_to_date(connection)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "create table if not exists migration(name text primary key, applied_at integer not null) strict",
    )?;
    for (name, statements) in MIGRATIONS {
        let seen: bool = transaction.query_row(
            "select exists(select 1 from migration where name = ?1)",
            [name],
            |row| row.get(0),
        )?;
        if !seen {
            transaction.execute_batch(statements)?;
            transaction.execute(
                "insert into migration(name, applied_at) values (?1, now_us())",
                params![name],
            )?;
        }
    }
    transaction.commit()
}

fn is_up_to_date(connection: &Connection) -> Result<bool, Error> {
    let table = "select exists(select 1 from sqlite_schema where type = 'table' and name = 'migration')";
    if !connection.query_row(table, [], |row| row.get::<_, bool>(0))? {
        return Ok(false);
    }
    let mut seen = connection.prepare("select exists(select 1 from migration where name = ?1)")?;
    for (name, _) in MIGRATIONS {
        if !seen.query_row([name], |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
    }
    Ok(true)
}
