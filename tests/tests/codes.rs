//! Is every code explained, by examples that are true, and shown by cases in text and in YAML?
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use support::codes::{Judged, examples, table};

/// Said by the application, which alone knows the instances: its cases are goldens under `cases/settings`.
const OF_THE_APPLICATION: &str = "E1205";

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// Every golden below a folder: the name of its case and its text.
fn goldens(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of cases") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(goldens(&path));
        } else if path.extension().is_some_and(|ending| ending == "snap") {
            let text = std::fs::read_to_string(&path).expect("a golden");
            found.push((path.with_extension(""), text));
        }
    }
    found
}

/// The code of each report of a golden, and whether it has a help.
fn reports(golden: &str) -> Vec<(String, bool)> {
    let mut reports: Vec<(String, bool)> = Vec::new();
    for line in golden.lines() {
        let heading = line.strip_prefix("  × ").or_else(|| line.strip_prefix("  ⚠ "));
        match (heading, reports.last_mut()) {
            (Some(heading), _) => reports.push((heading.chars().take(5).collect(), false)),
            (None, Some(last)) if line.trim_start().starts_with("help: ") => last.1 = true,
            (None, _) => {}
        }
    }
    reports
}

/// The mapping files of a case.
fn files_of(case: &Path) -> Vec<PathBuf> {
    let shown = case.display().to_string();
    let file = match shown.strip_suffix(".yaml") {
        Some(stem) => format!("{stem}.tenon.yaml"),
        None => format!("{shown}.tenon"),
    };
    let names: Vec<PathBuf> = match std::fs::read_dir(case) {
        Ok(entries) => entries.map(|entry| entry.expect("an entry").path()).collect(),
        Err(_) => vec![PathBuf::from(file)],
    };
    let is_mapping = |name: &PathBuf| name.to_string_lossy().contains(".tenon") && name.is_file();
    names.into_iter().filter(is_mapping).collect()
}

/// The forms in which a case is written.
fn forms(case: &Path) -> BTreeSet<&'static str> {
    let form = |name: PathBuf| match name.to_string_lossy().ends_with(".yaml") {
        true => "YAML",
        false => "text",
    };
    files_of(case).into_iter().map(form).collect()
}

#[test]
fn every_code_has_a_case_of_its_own_in_each_form_it_can_occur_in() {
    let mut found: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for (case, golden) in goldens(&cases().join("reject")) {
        for (code, _) in reports(&golden) {
            found.entry(code).or_default().extend(forms(&case));
        }
    }
    let settings = goldens(&cases().join("settings"));
    assert!(settings.iter().any(|(_, golden)| golden.contains(OF_THE_APPLICATION)));
    let mut missing = Vec::new();
    for row in table().iter().filter(|row| row.name != OF_THE_APPLICATION) {
        let needed: &[&str] = match row.name.starts_with("E14") {
            true => &["YAML"],
            false => &["text", "YAML"],
        };
        let has = found.remove(row.name).unwrap_or_default();
        let lacks = needed.iter().filter(|form| !has.contains(*form));
        missing.extend(lacks.map(|form| format!("{} has no case in {form}", row.name)));
    }
    assert!(
        missing.is_empty(),
        "add cases under tests/cases/reject:\n{}",
        missing.join("\n")
    );
    assert!(
        found.is_empty(),
        "given, but not in the table of codes: {:?}",
        found.keys()
    );
}

/// How many mistakes the files of a case say that they hold: `# 3 mistakes` on a line of its own; one, where none does.
fn mistakes_said(case: &Path) -> usize {
    let said = files_of(case).into_iter().filter_map(|file| {
        let text = std::fs::read_to_string(file).ok()?;
        let mut numbers = text
            .lines()
            .filter_map(|line| line.strip_prefix("# ")?.strip_suffix(" mistakes"));
        numbers.next()?.parse().ok()
    });
    said.into_iter().next().unwrap_or(1)
}

#[test]
fn a_mistake_costs_one_report_and_a_case_says_how_many_it_holds() {
    let others: Vec<String> = ["check", "resolve"]
        .iter()
        .flat_map(|stage| goldens(&cases().join("reject").join(stage)))
        .filter_map(|(case, golden)| {
            let (given, said) = (reports(&golden).len(), mistakes_said(&case));
            (given != said).then(|| format!("{}: {given} reports, {said} mistakes", case.display()))
        })
        .collect();
    assert!(
        others.is_empty(),
        "mend the cascade, or say `# N mistakes` at the end of the case:\n{}",
        others.join("\n")
    );
}

#[test]
fn every_code_has_a_help_of_its_own_and_every_report_shows_one() {
    let mut helps = BTreeMap::new();
    for row in table() {
        assert!(row.help.len() > 5 && row.title.len() > 5, "{row:?}");
        assert!(
            !row.help.ends_with('.') && !row.title.ends_with('.'),
            "{row:?}: no final stop"
        );
        if let Some(other) = helps.insert(row.help, row.name) {
            assert_eq!(other, row.name, "one help for two codes: {}", row.help);
        }
    }
    let silent: Vec<String> = goldens(&cases().join("reject"))
        .iter()
        .filter(|(_, golden)| reports(golden).iter().any(|(_, has_help)| !has_help))
        .map(|(case, _)| case.display().to_string())
        .collect();
    assert!(
        silent.is_empty(),
        "reports that do not say what to do:\n{}",
        silent.join("\n")
    );
}

#[test]
fn every_explanation_shows_the_mistake_and_its_repair() {
    let judged = examples();
    let mut wrong: BTreeSet<&str> = [OF_THE_APPLICATION].into();
    let mut right = wrong.clone();
    let mut untrue = Vec::new();
    for Judged {
        code,
        is_wrong,
        given,
        drawn,
    } in &judged
    {
        match is_wrong {
            true => wrong.insert(code),
            false => right.insert(code),
        };
        let expected: &[&str] = if *is_wrong { &[*code] } else { &[] };
        if given != expected {
            untrue.push(format!("{code} should give {expected:?}, gives {given:?}\n{drawn}"));
        }
    }
    assert!(untrue.is_empty(), "{}", untrue.join("\n"));
    let all: BTreeSet<&str> = table().iter().map(|row| row.name).collect();
    assert_eq!(wrong, all, "codes with a wrong example, and all codes");
    assert_eq!(right, all, "codes with a right example, and all codes");
}

#[test]
fn the_language_page_lists_the_table() {
    let page = std::fs::read_to_string(cases().join("../../dsl/README.md")).expect("the page");
    let (_, section) = page
        .split_once("\n## Codes\n")
        .expect("the page has a section of codes");
    let (section, _) = section.split_once("\n### ").unwrap_or((section, ""));
    let listed: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| E") || line.starts_with("| W"))
        .collect();
    let cell = |text: &str| text.replace('|', "\\|");
    let expected: Vec<String> = table()
        .iter()
        .map(|row| format!("| {} | {} | {} |", row.name, cell(row.title), cell(row.help)))
        .collect();
    assert_eq!(listed, expected, "it should read:\n{}", expected.join("\n"));
}
