//! Does the formatter change the layout of a file and nothing else, and is one run enough?
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what fails here is a failed test, and its seed is to be read"
)]

use std::path::Path;
use support::format::{accepted_files, comments, formatted, is_left_alone, print_text, printed, there_and_back};
use support::program::{Program, owners};

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a case is readable")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn ugly_files_become_pretty() {
    insta::glob!("../cases/format", "*.tenon", |path| {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a case has a folder"));
        settings.remove_snapshot_suffix();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let pretty = formatted(&name(path), &text(path));
        settings.bind(|| insta::assert_snapshot!(name(path).replace(".tenon", ""), pretty));
    });
}

#[test]
fn accepted_files_keep_tree_and_comments_and_one_run_is_enough() {
    let files = accepted_files();
    assert!(files.len() > 60, "{} files", files.len());
    for path in files {
        let (name, before) = (name(&path), text(&path));
        let after = formatted(&name, &before);
        assert_eq!(formatted(&name, &after), after, "{} again", path.display());
        assert_eq!(comments(&before), comments(&after), "comments of {}", path.display());
        assert!(
            after.lines().all(|line| line.trim_end() == line),
            "blanks at line ends: {}",
            path.display()
        );
    }
}

/// Where random trees begin: `TENON_SEED`, or always the same ones.
fn seed() -> u64 {
    let seed = std::env::var("TENON_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(0);
    println!("TENON_SEED={seed}");
    seed
}

/// Runs something for so many seeds, on all processors.
fn for_seeds(many: u64, run: impl Fn(u64) + Sync) {
    let first = seed();
    std::thread::scope(|scope| {
        for part in 0..PARTS {
            let run = &run;
            scope.spawn(move || (first + part..first + many).step_by(PARTS as usize).for_each(run));
        }
    });
}

const PARTS: u64 = 2;

#[test]
fn generated_programs_are_printed_read_back_and_fixed() {
    for_seeds(10_000, |seed| {
        let document = Program::new(seed).document();
        printed(&document);
    });
}

#[test]
fn comments_at_random_places_survive_in_their_items() {
    for_seeds(2_000, |seed| {
        let mut program = Program::new(seed);
        let text = print_text(&program.document());
        let commented = program.with_comments(&text);
        let after = formatted("a.tenon", &commented.text);
        assert_eq!(
            owners(&after),
            commented.owners,
            "seed {seed}:\n{}\n{after}",
            commented.text
        );
    });
}

#[test]
fn accepted_files_say_the_same_in_the_other_form() {
    for path in accepted_files() {
        let (there, back) = there_and_back(&name(&path), &text(&path));
        assert!(!there.is_empty() && !back.is_empty(), "{}", path.display());
    }
}

#[test]
fn a_file_with_a_mistake_is_left_alone() {
    assert!(is_left_alone(
        "a.tenon",
        "connector a\nimport b from C {\n  x = (1\n}\n"
    ));
    assert!(is_left_alone("a.tenon.yaml", "connector: a\nmappings:\n  - import b\n"));
}
