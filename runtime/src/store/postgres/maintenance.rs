//! What a person does with a schema of PostgreSQL: plans, migrations, checks, copies.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use async_trait::async_trait;
use tokio_postgres::config::Host;

use crate::connector::ExternalType;
use crate::model::Model;
use crate::queue::seam::Guard;
use crate::store::StoreError;
use crate::store::catalog::Catalog;
use crate::store::migration::{Finding, Maintenance, Migrated, MigrationPlan, Purpose};
use crate::store::new_file::NewFile;
use crate::store::sql::Dialect;
use crate::store::{agreed, integrity};

use super::database::Work;
use super::error::Failure;
use super::{PostgresStore, migrate};

#[async_trait]
impl Maintenance for PostgresStore {
    async fn plan(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
        purpose: Purpose,
    ) -> Result<MigrationPlan, StoreError> {
        let wanted = Catalog::of(Dialect::Postgres, models, externals)?;
        self.sessions().retried(|| self.planned(&wanted, purpose)).await
    }

    async fn migrate(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
        purpose: Purpose,
        hash: &str,
    ) -> Result<Migrated, StoreError> {
        let wanted = Catalog::of(Dialect::Postgres, models, externals)?;
        self.sessions().retried(|| self.migrated(&wanted, purpose, hash)).await
    }

    async fn check(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
    ) -> Result<Vec<Finding>, StoreError> {
        let wanted = Catalog::of(Dialect::Postgres, models, externals)?;
        self.sessions().retried(|| self.checked(&wanted)).await
    }

    async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let new = NewFile::at(file)?;
        let program = pg_dump().ok_or_else(|| StoreError::Unsupported {
            store: "postgres",
            what: "backups without pg_dump, and there is none on PATH: install the client programs of PostgreSQL, \
                   or use the backups of your server"
                .to_owned(),
        })?;
        let mut command = tokio::process::Command::new(&program);
        command
            .arg("--no-password")
            .arg("--format=custom")
            .arg("--schema")
            .arg(format!("\"{}\"", self.schema().replace('"', "\"\"")))
            .arg("--file")
            .arg(new.part())
            .stdin(Stdio::null());
        self.address_of(&mut command);
        let said = command.output().await.map_err(|error| new.refused(error.to_string()))?;
        if !said.status.success() {
            let words = String::from_utf8_lossy(&said.stderr);
            return Err(new.refused(format!("{} says: {}", program.display(), words.trim())));
        }
        new.keep()
    }

    fn place_of_backup(&self, hash: &str) -> PathBuf {
        PathBuf::from(format!(
            "{}.before-{hash}.dump",
            self.schema().replace(['/', '\\'], "_")
        ))
    }
}

impl PostgresStore {
    async fn planned(&self, wanted: &Catalog, purpose: Purpose) -> Result<MigrationPlan, Failure> {
        let mut session = self.sessions().session().await?;
        session.begin_reading().await?;
        let work = Work::new(&session);
        let plan = agreed::plan(&work, wanted, purpose).await;
        let plan = work.said(plan)?;
        drop(work);
        session.looked().await?;
        Ok(plan)
    }

    async fn migrated(&self, wanted: &Catalog, purpose: Purpose, hash: &str) -> Result<Migrated, Failure> {
        let mut session = self.sessions().session().await?;
        let guard = self.seams().guards.migration;
        if guard == Guard::On {
            migrate::begin_alone(&mut session, self.schema()).await?;
            // A table with checks that are due at the commit cannot be altered.
            session.batch("set constraints all immediate").await?;
        }
        let work = Work::new(&session);
        let done = agreed::carry_out(&work, wanted, purpose, hash).await;
        let done = work.said(done)?;
        drop(work);
        if guard == Guard::On {
            session.commit().await?;
        }
        Ok(done)
    }

    async fn checked(&self, wanted: &Catalog) -> Result<Vec<Finding>, Failure> {
        let mut session = self.sessions().session().await?;
        session.begin_reading().await?;
        let checksums = session.query("select current_setting('data_checksums')", &[]).await?;
        let checksums: String = checksums.first().map(|row| row.get(0)).unwrap_or_default();
        let work = Work::new(&session);
        let findings = integrity::findings(&work, wanted).await;
        let mut findings = work.said(findings)?;
        drop(work);
        session.looked().await?;
        findings.push(Finding {
            what: "file".to_owned(),
            problems: Vec::new(),
            note: Some(format!(
                "the server looks after its own files (data_checksums = {checksums}); its references are always checked"
            )),
        });
        Ok(findings)
    }

    /// Tells a program of PostgreSQL where the database is: by its environment, which others cannot read.
    fn address_of(&self, command: &mut tokio::process::Command) {
        let config = &self.inner.config;
        match config.get_hosts().first() {
            Some(Host::Tcp(name)) => command.env("PGHOST", name),
            #[cfg(unix)]
            Some(Host::Unix(folder)) => command.env("PGHOST", folder),
            None => command.env("PGHOST", "localhost"),
        };
        if let Some(port) = config.get_ports().first() {
            command.env("PGPORT", port.to_string());
        }
        if let Some(user) = config.get_user() {
            command.env("PGUSER", user);
        }
        if let Some(password) = config.get_password() {
            command.env("PGPASSWORD", String::from_utf8_lossy(password).into_owned());
        }
        if let Some(name) = config.get_dbname() {
            command.env("PGDATABASE", name);
        }
    }
}

/// The program that copies databases: on PATH, or the newest where Debian keeps them.
fn pg_dump() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    let programs = std::env::split_paths(&path).chain(debian.into_iter().rev());
    programs
        .map(|folder| folder.join("pg_dump"))
        .find(|program| program.is_file())
}
