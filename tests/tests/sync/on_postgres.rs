//! The same tests on PostgreSQL, in a process of their own: a selection that touches all that the store does, or all of them
//! with `SYNC_ON_POSTGRES=all`.

use std::process::Command;

/// What reaches every part of the store: records, bindings, children, lists, languages, runs, cursors, checkpoints, races.
const SELECTION: [&str; 9] = [
    "sync::added::",
    "sync::adoption::",
    "sync::batch::",
    "sync::children::",
    "sync::diffs::",
    "sync::find_or_new::",
    "sync::languages::",
    "sync::outcomes::",
    "sync::records::",
];

#[test]
fn imports_do_the_same_on_postgresql() {
    let Some(url) = support::postgres::url() else { return };
    let is_all = std::env::var("SYNC_ON_POSTGRES").is_ok_and(|value| value == "all");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env("TENON_TEST_STORE", "postgres")
        .env("TENON_POSTGRES", url)
        .env("INSTA_UPDATE", "no");
    match is_all {
        true => command.args(["--skip", "on_postgres"]),
        false => command.args(SELECTION),
    };
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let counts = said
        .lines()
        .find(|line| line.starts_with("test result:"))
        .unwrap_or("it did not end");
    println!("on PostgreSQL: {counts}");
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
