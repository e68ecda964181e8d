//! The fixed statements that all stores share: one file each, by the same name for every database.

use super::sql::Dialect;

/// Declares the statements: a name for the code and one for the files.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $file:literal,)+) => {
        /// A statement that stands in a file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fixed {
            $($(#[$doc])* $name,)+
        }

        impl Fixed {
            /// Its text for this database.
            pub(crate) const fn text(self, dialect: Dialect) -> &'static str {
                match (dialect, self) {
                    $((Dialect::Sqlite, Self::$name) => include_str!(concat!("sqlite/", $file, ".sql")),
                    (Dialect::Postgres, Self::$name) => include_str!(concat!("postgres/", $file, ".sql")),)+
                }
            }
        }
    };
}

statements! {
    /// A record waits for a person no longer.
    CheckpointClose = "checkpoint_close",
    /// A record waits for a person.
    CheckpointOpen = "checkpoint_open",
    /// Which columns the database really has.
    ColumnsPresent = "columns_present",
    /// Where a cursor stands.
    CursorAt = "cursor_at",
    /// A cursor moves.
    CursorMove = "cursor_move",
    /// A create is sent again.
    ExportAgain = "export_again",
    /// What both sides hold.
    ExportAgree = "export_agree",
    /// What both sides are known to hold.
    ExportAgreed = "export_agreed",
    /// The key in the answer to a create.
    ExportAnswer = "export_answer",
    /// A create is about to be sent.
    ExportIntend = "export_intend",
    /// A create whose outcome is open.
    ExportIntent = "export_intent",
    /// The outcome of a create is written down.
    ExportSettle = "export_settle",
    /// Which indexes the database really has.
    IndexesPresent = "indexes_present",
    /// Whether a job is still its worker's.
    JobHeld = "job_held",
    /// Where a run stands.
    RunCounts = "run_counts",
    /// A record of a run has ended.
    RunEntryEnded = "run_entry_ended",
    /// A record of a run was enumerated.
    RunEntryEnumerated = "run_entry_enumerated",
    /// Which job has a record of a run.
    RunEntryJob = "run_entry_job",
    /// A record of a run is needed by another.
    RunEntryNeeded = "run_entry_needed",
    /// Whether there is a run.
    RunExists = "run_exists",
    /// Records of a run that a person should look at.
    RunProblems = "run_problems",
    /// A new run.
    RunStart = "run_start",
    /// Records of a run that wait because their mapping says so.
    RunWaits = "run_waits",
    /// Which tables the database has, as a hash.
    SchemaFingerprint = "schema_fingerprint",
    /// Forgets which tables the database has.
    SchemaForget = "schema_forget",
    /// Writes down which tables the database has.
    SchemaKeep = "schema_keep",
    /// Which tables the database has.
    SchemaPresent = "schema_present",
    /// A program is the newest that the tables are for.
    SchemaProgram = "schema_program",
    /// The programs that the tables were ever for.
    SchemaPrograms = "schema_programs",
    /// No program of before may write into the tables any more.
    SchemaRetire = "schema_retire",
}
