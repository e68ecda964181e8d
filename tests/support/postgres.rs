//! A throw-away PostgreSQL cluster, one for a test binary, gone with the process however that ends.
//!
//! `TENON_POSTGRES=url` uses a running server instead. Without either, tests say that they skipped PostgreSQL, which
//! `REQUIRE_POSTGRES=1` makes a failure.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot have its database stops"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Waits until its input ends, which happens when the test process does, and then stops the server and its folder.
const GUARD: &str = r#"trap '' INT TERM HUP; read -r _; "$@" -m immediate -w stop >/dev/null 2>&1; rm -rf "$FOLDER""#;

struct Cluster {
    url: String,
    /// Its input is the pipe that the guard waits for.
    _guard: Option<Child>,
}

/// The address of a server for this test binary; `None`: there is no PostgreSQL here, and that is allowed.
pub fn url() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(find_or_start)
        .as_ref()
        .map(|cluster| cluster.url.clone())
}

fn find_or_start() -> Option<Cluster> {
    if let Ok(url) = std::env::var("TENON_POSTGRES") {
        return Some(Cluster { url, _guard: None });
    }
    match programs() {
        Some(programs) => Some(start(&programs)),
        None if std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1") => {
            panic!("REQUIRE_POSTGRES=1, and there is no initdb on PATH or in /usr/lib/postgresql/*/bin")
        }
        None => {
            println!("PostgreSQL: skipped, there is no initdb on PATH or in /usr/lib/postgresql/*/bin");
            None
        }
    }
}

/// The folder that has `initdb` and `pg_ctl`: on PATH, or the newest that Debian's packages made.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    let complete = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    debian
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(complete)
}

fn start(programs: &Path) -> Cluster {
    let template = std::env::temp_dir().join("tenon-postgres-XXXXXX");
    let folder = run(as_owner("mktemp").arg("-d").arg(template));
    let folder = Path::new(folder.trim());
    let data = folder.join("data");
    let initdb = programs.join("initdb");
    run(as_owner(initdb)
        .args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ])
        .arg(&data));
    let mut guard = as_owner_words(&programs.join("pg_ctl"));
    guard.extend(["-D".to_owned(), data.display().to_string()]);
    let guard = Command::new("sh")
        .args(["-c", GUARD, "guard"])
        .args(guard)
        .env("FOLDER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh starts");
    // Losing the data of a test is harmless, so nothing waits for the disk.
    let options = format!(
        "-c listen_addresses= -c unix_socket_directories={} -c fsync=off -c full_page_writes=off \
         -c max_connections=200 -c deadlock_timeout=200ms",
        folder.display()
    );
    run(as_owner(programs.join("pg_ctl"))
        .arg("-D")
        .arg(&data)
        .arg("-l")
        .arg(folder.join("log"))
        .args(["-w", "-o", &options, "start"]));
    Cluster {
        url: format!("host={} user=postgres dbname=postgres", folder.display()),
        _guard: Some(guard),
    }
}

/// PostgreSQL refuses to run as root: then its own user runs it.
fn as_owner(program: impl AsRef<Path>) -> Command {
    let mut words = as_owner_words(program.as_ref()).into_iter();
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words).current_dir("/");
    command
}

fn as_owner_words(program: &Path) -> Vec<String> {
    let program = program.display().to_string();
    let is_root = run(Command::new("id").arg("-u")).trim() == "0";
    match is_root {
        true => ["runuser", "-u", "postgres", "--", &program]
            .map(str::to_owned)
            .to_vec(),
        false => vec![program],
    }
}

fn run(command: &mut Command) -> String {
    // The server keeps inherited pipes open; only what ends at once may be captured.
    let is_start = command.get_args().any(|argument| argument == "start");
    let output = match is_start {
        true => command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map(|status| (status, Vec::new())),
        false => command.output().map(|output| (output.status, output.stdout)),
    };
    let (status, stdout) = output.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(status.success(), "{command:?} failed: {status}");
    String::from_utf8_lossy(&stdout).into_owned()
}

/// A name for a schema that no other test has.
pub fn fresh_schema() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "tenon_test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Statements of a test itself, outside the store, in a schema.
pub async fn execute(url: &str, schema: &str, statements: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test connects");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(&format!("set search_path to {schema}; {statements}"))
        .await
        .expect("the test's statement");
    drop(client);
    connection
        .await
        .expect("the session ends")
        .expect("the session ends well");
}

/// A number that a query of the test itself finds in a schema.
pub async fn number(url: &str, schema: &str, query: &str) -> i64 {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test connects");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(&format!("set search_path to {schema}"))
        .await
        .expect("the schema is there");
    let number = client.query_one(query, &[]).await.expect("the test's query").get(0);
    drop(client);
    connection
        .await
        .expect("the session ends")
        .expect("the session ends well");
    number
}

/// The first columns of what statements of the test itself answer in a schema.
pub async fn texts(url: &str, schema: &str, statements: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test connects");
    tokio::spawn(connection);
    let statements = format!("set search_path to {schema}; {statements}");
    let answers = client.simple_query(&statements).await.expect("the test's statements");
    answers.iter().filter_map(first_column).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the enum of the library may grow")]
fn first_column(message: &SimpleQueryMessage) -> Option<String> {
    match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("null").to_owned()),
        _ => None,
    }
}
