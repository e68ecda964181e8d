//! Does a session say what checking everything says? One place of one file is changed; both are asked, before and after.
#![expect(
    clippy::expect_used,
    reason = "a temporary folder that cannot be made fails the test"
)]

use std::fmt::Write;
use std::fs;

use support::mutation::Shipped;
use tempfile::TempDir;
use tenon_compiler::analyze;
use tenon_compiler::project::Project;
use tenon_compiler::session::Session;
use tenon_dsl::source::{FileId, Source};

/// Pairs of a record and its import; each third one leads to the one before it.
const RECORDS: usize = 9;
const SEED: u64 = 11;
/// Mutants that are tried of each project; nearly all of them are mistakes.
const SAMPLE: usize = 150;

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("a temporary folder takes files");
}

/// One connector in many files: models, a backend and a table of all, and records that partly know each other.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut models = String::new();
    for number in 0..3 {
        let _ = writeln!(
            models,
            "internal model{number} {{\n  name: text\n  state: text | null\n  amount: decimal(2) | null\n  \
             next_id: ref model{number} | null\n  key name\n}}\n"
        );
    }
    write(&folder, "models.tenon", &models);
    let backend = "connector shop\n\nbackend {\n  url: text\n  token: text  sensitive\n  adapter xml_rpc \"{backend.url}/api\" auth login(backend.token)\n}\n";
    write(&folder, "backend.tenon", backend);
    let table = "connector shop\n\ntable State {\n  \"draft\" <-> \"new\"\n  \"done\" <-> \"old\"\n}\n";
    write(&folder, "states.tenon", table);
    for number in 0..RECORDS {
        let before = number.checked_sub(1).filter(|_| number % 3 == 2);
        write(&folder, &format!("record{number}.tenon"), &record(number, before));
        write(&folder, &format!("import{number}.tenon"), &import(number, before));
    }
    folder
}

fn record(number: usize, before: Option<usize>) -> String {
    let next = before.map_or(String::new(), |before| format!("  next?: ext Record{before} | null\n"));
    format!(
        "connector shop\n\nexternal Record{number} key id {{\n  id: int\n  title: text\n  state?: \"new\" | \"old\" | text | null\n  \
         amount: decimal(2)\n{next}}}\n\nadapter Record{number} {{\n  read = call record{number}.info(id)\n}}\n"
    )
}

fn import(number: usize, before: Option<usize>) -> String {
    let model = before.unwrap_or(number) % 3;
    let next = before.map_or(String::new(), |_| "  next_id = r.next | ref!\n".to_owned());
    // Every model has one import for a record; names of models stand in several files.
    format!(
        "connector shop\n\nimport model{model} from Record{number} as r {{\n  name = r.title | trim\n  \
         state = r.state | State?\n  amount = r.amount\n{next}}}\n"
    )
}

#[derive(Debug, Default)]
struct Seen {
    tried: usize,
    around: usize,
    warned: usize,
}

/// The number of a file and its new text: mutants, each line left out, each line twice.
fn changes(shipped: &Shipped, original: &[Source]) -> Vec<(usize, String)> {
    let mutants = shipped.mutants(SEED);
    let every = mutants.len().div_ceil(SAMPLE).max(1);
    let mutants = mutants.into_iter().step_by(every);
    let mut changes: Vec<_> = mutants.map(|(at, mutant)| (at, shipped.changed(at, &mutant))).collect();
    for (at, file) in original.iter().enumerate() {
        let lines: Vec<&str> = file.text.lines().collect();
        for line in 0..lines.len() {
            let (before, behind) = lines.split_at(line);
            changes.push((at, [before, &behind[1..]].concat().join("\n")));
            changes.push((at, [before, &behind[..1], behind].concat().join("\n")));
        }
    }
    changes
}

/// Tries changes of a project whose files have no mistake.
fn compare(shipped: &Shipped) -> Seen {
    let numbered = shipped.files().into_iter().zip(0..);
    let original: Vec<Source> = numbered
        .map(|((name, text), number)| Source::new(FileId(number), name, text))
        .collect();
    let project = Project::default();
    let mut session = Session::new();
    let mut seen = Seen::default();
    for (at, text) in changes(shipped, &original) {
        assert_eq!(session.check(&original, &project), analyze(&original).reports);
        let mut changed = original.clone();
        changed[at].text = text;
        let whole = analyze(&changed).reports;
        let said = session.check(&changed, &project);
        assert_eq!(said, whole, "{}:\n{}", changed[at].name, changed[at].text);
        seen.tried += 1;
        if session.checked() < original.len() {
            seen.around += 1;
            seen.warned += usize::from(!whole.is_empty());
        }
    }
    seen
}

#[test]
fn a_session_says_what_checking_everything_says() {
    let folder = shop();
    let seen = compare(&Shipped::read(folder.path()));
    assert!(seen.around > 40 && seen.warned > 20, "{seen:?}");
}

#[test]
fn versions_are_checked_whole() {
    let seen = compare(&Shipped::read("cases/accept/version/amended".as_ref()));
    assert!(seen.tried > 50 && seen.around == 0, "{seen:?}");
}

#[test]
fn files_that_come_and_go_are_checked_with_all() {
    let file = |number: u32, text: &str| Source::new(FileId(number), format!("{number}.tenon"), text);
    let model = file(0, "internal a {\n  name: text | null\n}\n");
    let other = file(1, "internal b {\n  a_id: ref a | null\n}\n");
    let project = Project::default();
    let mut session = Session::new();
    assert!(session.check(&[model.clone(), other.clone()], &project).is_empty());
    assert_eq!(session.checked(), 2);
    assert!(session.check(&[model.clone(), other.clone()], &project).is_empty());
    assert_eq!(session.checked(), 0, "nothing has changed");
    let alone = [other];
    let said = session.check(&alone, &project).to_vec();
    assert_eq!(said, analyze(&alone).reports);
    assert_eq!(said.len(), 1, "`a` is gone");
}
