//! Are all mistakes of a long file said in one run, each once and on its line, and nothing that only follows from them?
//!
//! `TENON_SEED` takes another choice of mistakes; `TENON_PAIRS=all` puts every two of them into one file, to look for more: a bracket too few
//! and one too many far below it close each other, and what stands between is misread.

#[path = "recovery/text.rs"]
mod text;
#[path = "recovery/yaml.rs"]
mod yaml;

use fastrand::Rng;
use std::collections::BTreeMap;
use support::compile::{lines_of_reports, reports_of};

/// A line of a module, and what an author writes in its place.
type Mistake = (&'static str, &'static str);

/// Mistakes of the long file.
const MISTAKES: usize = 50;
/// Lines that it has at least.
const LINES: usize = 10_000;

/// How a module is written, and how it goes wrong.
struct Form {
    ending: &'static str,
    header: &'static str,
    module: &'static str,
    mistakes: &'static [Mistake],
}

const TEXT: Form = Form {
    ending: "tenon",
    header: "connector shop",
    module: text::MODULE,
    mistakes: &text::MISTAKES,
};

const YAML: Form = Form {
    ending: "tenon.yaml",
    header: "connector: shop",
    module: yaml::MODULE,
    mistakes: &yaml::MISTAKES,
};

/// A file, and the lines of it that are wrong.
struct File {
    text: String,
    wrong: Vec<usize>,
}

impl Form {
    /// Module after module; in YAML the modules share the keys of the file. `wrong` says which module has which mistake.
    fn file(&self, modules: usize, wrong: &BTreeMap<usize, Mistake>) -> File {
        let mut file = File {
            text: format!("{}\n", self.header),
            wrong: Vec::new(),
        };
        let mut line = 1;
        for section in self.sections() {
            if self.ending == "tenon.yaml" {
                file.text.push_str(&format!("{}\n", section[0]));
                line += 1;
            }
            for number in 0..modules {
                for right in section.iter().skip(usize::from(self.ending == "tenon.yaml")) {
                    line += 1;
                    let mistake = wrong
                        .get(&number)
                        .filter(|mistake| self.first_of(mistake).is_some_and(|first| std::ptr::eq(first, *right)));
                    let written = match mistake {
                        Some((right_part, wrong_part)) => right.replace(right_part, wrong_part),
                        None => (*right).to_owned(),
                    };
                    if mistake.is_some() {
                        file.wrong.push(line);
                    }
                    // The marks of documentation are no numbers.
                    let (marks, rest) = written.split_at(written.len() - written.trim_start_matches("##").len());
                    file.text
                        .push_str(&format!("{marks}{}\n", rest.replace('#', &number.to_string())));
                }
            }
        }
        file
    }

    /// The lines of a module; of YAML under each key of the file.
    fn sections(&self) -> Vec<Vec<&'static str>> {
        let mut sections: Vec<Vec<&'static str>> = Vec::new();
        for line in self.module.lines() {
            let begins = self.ending == "tenon.yaml" && !line.starts_with(' ');
            if begins || sections.is_empty() {
                sections.push(Vec::new());
            }
            if let Some(section) = sections.last_mut() {
                section.push(line);
            }
        }
        sections
    }

    /// The line of the module that a mistake changes. Invariant: compared by place, because lines may be equal.
    fn first_of(&self, (right, _): &Mistake) -> Option<&'static str> {
        let is_it = |line: &&str| line.trim() == *right || line.trim().strip_prefix("- ") == Some(right);
        self.module.lines().find(is_it)
    }

    fn said(&self, file: &File) -> (Vec<usize>, String) {
        let files = [(format!("long.{}", self.ending), file.text.clone())];
        (lines_of_reports(&files), reports_of(&files).1)
    }
}

fn first_lines(drawn: &str) -> String {
    let heads = drawn
        .lines()
        .filter(|line| line.contains("╭─[") || line.starts_with("  ×") || line.starts_with("  ⚠"));
    heads.collect::<Vec<_>>().join("\n")
}

fn each_mistake_is_one_report(form: &Form) {
    let right = form.file(3, &BTreeMap::new());
    assert_eq!(form.said(&right).0, Vec::<usize>::new(), "{}", form.said(&right).1);
    let mut broken = Vec::new();
    for mistake in form.mistakes {
        let file = form.file(3, &BTreeMap::from([(1, *mistake)]));
        assert_eq!(file.wrong.len(), 1, "no line of the module is {}", mistake.0);
        let (said, drawn) = form.said(&file);
        if said != file.wrong {
            let (right, wrong) = mistake;
            broken.push(format!(
                "{right}  =>  {wrong}, line {}:\n{}",
                file.wrong[0],
                first_lines(&drawn)
            ));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}

fn a_long_file_has_a_report_for_each_mistake(form: &Form) {
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let modules = LINES / form.module.lines().count() + 10;
    let mut numbers: Vec<usize> = (0..modules).collect();
    rng.shuffle(&mut numbers);
    let mut mistakes = form.mistakes.to_vec();
    rng.shuffle(&mut mistakes);
    let wrong: BTreeMap<usize, Mistake> = numbers.into_iter().zip(mistakes).take(MISTAKES).collect();
    let file = form.file(modules, &wrong);
    assert!(file.text.lines().count() >= LINES && file.wrong.len() == MISTAKES);
    let (mut said, drawn) = form.said(&file);
    said.sort_unstable();
    let lines: Vec<&str> = file.text.lines().collect();
    let named = |line: &&usize| format!("{line}: {}", lines[**line - 1]);
    let lacking: Vec<String> = file
        .wrong
        .iter()
        .filter(|line| !said.contains(line))
        .map(|line| named(&line))
        .collect();
    let twice = |line: &&usize| said.iter().filter(|other| other == line).count() > 1;
    let extra = said.iter().filter(|line| !file.wrong.contains(line) || twice(line));
    let extra: Vec<String> = extra.map(|line| named(&line)).collect();
    assert!(
        lacking.is_empty() && extra.is_empty(),
        "seed {seed}\nwithout a report:\n{}\nreported without a mistake, or more than once:\n{}\n{}",
        lacking.join("\n"),
        extra.join("\n"),
        first_lines(&drawn)
    );
}

fn seed() -> u64 {
    let seed = std::env::var("TENON_SEED").ok();
    seed.and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// Pairs that are taken where not all are asked for.
const PAIRS: usize = 400;

/// No mistake hides another one, or is said again for it.
fn two_mistakes_are_two_reports(form: &Form) {
    let all = form.mistakes;
    let mut pairs: Vec<(Mistake, Mistake)> = all
        .iter()
        .flat_map(|first| all.iter().map(|second| (*first, *second)))
        // The same twice may be one report with two places.
        .filter(|(first, second)| first != second)
        .collect();
    if std::env::var("TENON_PAIRS").as_deref() != Ok("all") {
        Rng::with_seed(seed()).shuffle(&mut pairs);
        pairs.truncate(PAIRS);
    }
    let mut broken = BTreeMap::new();
    for (first, second) in pairs {
        let file = form.file(5, &BTreeMap::from([(1, first), (3, second)]));
        let (mut said, _) = form.said(&file);
        said.sort_unstable();
        let mut wrong = file.wrong.clone();
        wrong.sort_unstable();
        if said != wrong {
            let lines: Vec<&str> = file.text.lines().collect();
            let lacking: Vec<&str> = wrong
                .iter()
                .filter(|line| !said.contains(line))
                .map(|line| lines[*line - 1].trim())
                .collect();
            let count: &mut Vec<String> = broken.entry(format!("{lacking:?}")).or_default();
            count.push(format!("{}  +  {}: {said:?} for {wrong:?}", first.1, second.1));
        }
    }
    let total: usize = broken.values().map(Vec::len).sum();
    let shown: Vec<String> = broken
        .iter()
        .map(|(lacking, pairs)| {
            format!(
                "{} lack {lacking}: {}",
                pairs.len(),
                pairs[..pairs.len().min(6)].join("\n    ")
            )
        })
        .collect();
    assert!(
        broken.is_empty(),
        "{total} pairs, seed {}\n{}",
        seed(),
        shown.join("\n")
    );
}

#[test]
fn two_mistakes_in_text_are_two_reports() {
    two_mistakes_are_two_reports(&TEXT);
}

#[test]
fn two_mistakes_in_yaml_are_two_reports() {
    two_mistakes_are_two_reports(&YAML);
}

#[test]
fn a_mistake_in_text_is_one_report() {
    each_mistake_is_one_report(&TEXT);
}

#[test]
fn a_mistake_in_yaml_is_one_report() {
    each_mistake_is_one_report(&YAML);
}

#[test]
fn fifty_mistakes_in_ten_thousand_lines_are_fifty_reports() {
    a_long_file_has_a_report_for_each_mistake(&TEXT);
}

#[test]
fn fifty_mistakes_in_ten_thousand_lines_of_yaml_are_fifty_reports() {
    a_long_file_has_a_report_for_each_mistake(&YAML);
}
