//! Does the formatter change the layout of a file and nothing else, and is one run enough?
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what fails here is a failed test, and its seed is to be read"
)]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use support::compile::files;
use support::format::{
    accepted_files, comments, formatted, has_same_tree, is_left_alone, print_text, printed, printed_in_both_forms,
    program_in_yaml_order, program_there_and_back, rust_without_places, shipped_files, there_and_back, with_odd_blanks,
};
use support::program::{Program, owners};

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a case is readable")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn ugly_files_become_pretty() {
    insta::glob!("../cases/format", "*.{tenon,yaml}", |path| {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a case has a folder"));
        settings.remove_snapshot_suffix();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let pretty = formatted(&name(path), &text(path));
        let case = name(path).replace(".tenon.yaml", ".yaml").replace(".tenon", "");
        settings.bind(|| insta::assert_snapshot!(case, pretty));
    });
}

#[test]
fn what_is_shipped_and_accepted_is_formatted() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let accepted = |path: &&std::path::PathBuf| path.starts_with(here.join("cases/accept"));
    let mut all = shipped_files();
    all.extend(accepted_files().iter().filter(accepted).cloned());
    let odd = all
        .iter()
        .filter(|path| formatted(&name(path), &text(path)) != text(path));
    let odd: Vec<String> = odd.map(|path| path.display().to_string()).collect();
    assert!(odd.is_empty(), "tenon fmt would change\n{}", odd.join("\n"));
}

/// Programs of the accepted cases, a file or a folder each, and the shipped connectors.
fn accepted_programs() -> Vec<Vec<(String, String)>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut programs = vec![files(&here.join("../mappings/connectors"))];
    for noun in std::fs::read_dir(here.join("cases/accept")).expect("a folder of cases") {
        for case in std::fs::read_dir(noun.expect("a folder").path()).expect("a folder of cases") {
            let path = case.expect("a case").path();
            let is_mapping = name(&path).ends_with(".tenon") || name(&path).ends_with(".tenon.yaml");
            if path.is_dir() {
                programs.push(files(&path));
            } else if is_mapping {
                programs.push(vec![(name(&path), text(&path))]);
            }
        }
    }
    programs.retain(|program| !program.is_empty());
    programs
}

/// Where a text file mixes kinds of statements, YAML changes their order, and with it the numbers of slots and lookups.
#[test]
fn accepted_programs_become_the_same_rust_in_the_other_form_and_back() {
    let programs = accepted_programs();
    assert!(programs.len() > 60, "{} programs", programs.len());
    let mut kept_their_order = 0;
    for program in &programs {
        let before = rust_without_places(&program_in_yaml_order(program));
        kept_their_order += usize::from(before == rust_without_places(program));
        for other in program_there_and_back(program) {
            let after = rust_without_places(&other);
            let lines = before
                .iter()
                .zip(&after)
                .flat_map(|(one, other)| one.lines().zip(other.lines()));
            for (one, other) in lines {
                assert_eq!(one, other, "{}", program[0].0);
            }
            assert_eq!(before, after, "{}", program[0].0);
        }
    }
    assert!(
        kept_their_order * 2 > programs.len(),
        "{kept_their_order} of {}",
        programs.len()
    );
}

#[test]
fn examples_of_the_language_reference_say_the_same_in_the_other_form() {
    let page = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../dsl/README.md"));
    let mut many = 0;
    for (mark, example, header) in [
        ("```tenon\n", "page.tenon", "connector shop\n"),
        ("```yaml\n", "page.tenon.yaml", "connector: shop\n"),
    ] {
        for block in page.split(mark).skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            let has_header = block.contains("connector ") || block.contains("connector:");
            let block = if has_header {
                block.to_owned()
            } else {
                format!("{header}{block}")
            };
            let (there, back) = there_and_back(example, &block);
            assert!(!there.is_empty() && !back.is_empty(), "{block}");
            many += 1;
        }
    }
    assert!(many >= 28, "{many} examples");
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

/// How many programs are tried: `TENON_PROGRAMS`, or so many.
fn programs(usual: u64) -> u64 {
    let asked = std::env::var("TENON_PROGRAMS").ok();
    asked.and_then(|many| many.parse().ok()).unwrap_or(usual)
}

#[test]
fn generated_programs_are_printed_read_back_and_fixed() {
    for_seeds(programs(10_000), |seed| {
        let document = Program::new(seed).document();
        printed(&document);
    });
}

/// `TENON_PROGRAMS=10000 cargo test -p tenon-tests --test format generated` takes minutes, so fewer are tried every day.
#[test]
fn generated_programs_say_the_same_in_both_forms_which_are_fixed() {
    let (many, uglier) = (programs(1_000), AtomicU64::new(0));
    for_seeds(many, |seed| {
        let (_, yaml) = printed_in_both_forms(&Program::new(seed).document_said_once());
        let odd = with_odd_blanks(&yaml);
        if odd != yaml && has_same_tree("a.tenon.yaml", &odd, &yaml) {
            let pretty = formatted("a.tenon.yaml", &odd);
            assert_eq!(
                formatted("a.tenon.yaml", &pretty),
                pretty,
                "seed {seed}: one run is not enough"
            );
            uglier.fetch_add(1, Ordering::Relaxed);
        }
    });
    let uglier = uglier.into_inner();
    assert!(uglier * 20 > many, "{uglier} of {many} have a leaf with odd blanks");
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
