//! Are all mistakes of a long file said in one run, each once and on its line?
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use support::compile::{lines_of_reports, reports_of};

/// A line with a mistake, and the right one that stands in its place elsewhere.
type Mistake = (&'static str, &'static str);

/// Rules with mistakes of all kinds in text; `#` is the number of the mapping.
const RULES: [Mistake; 20] = [
    ("  f0 = r.f0 r.f1", "a bracket, a sign, a word"),
    ("  f0 = [r.f0, r.f1 | join(\" \")", "never closed"),
    ("  f0 = r.f0)", "closes nothing"),
    ("  f0 = \"open", "a text"),
    ("  f0 = r.f0 +", "ends too early"),
    ("  f0 = only create", "no value"),
    ("  f0 = if", "a reserved word"),
    ("  f0 = \"a {b c}\"", "no path"),
    ("  f0 = \"a \\q\"", "no escape"),
    ("  f0 r.f0", "no sign"),
    ("  f0 = r.nothing#", "an unknown field"),
    ("  g# = r.f0", "an unknown target"),
    ("  f0 = unknown#", "an unknown name"),
    ("  f0 = r.f0 | unknown#", "an unknown function"),
    ("  f0 = r.amount", "another type"),
    ("  f0 = r.f0 when r.amount", "no condition"),
    ("  f0 = if r.amount == \"x\" { r.f0 } else { r.f1 }", "never equal"),
    ("  f0 = r.f0 | first", "no list"),
    ("  f0 = \"{r.opt}\"", "may be absent"),
    ("  f0 = r.f0 | int", "a failure that nothing handles"),
];

/// The same as leaves of YAML.
const LEAVES: [&str; 20] = [
    "f0: r.f0 r.f1",
    "f0: f(r.f0",
    "f0: r.f0)",
    "f0: 'open",
    "f0: r.f0 +",
    "f0: only create",
    "f0 r.f0",
    "f0: [r.f0, r.f1] | join(\" \")",
    "f0: {value: r.f0}",
    "f0: !tag r.f0",
    "f0: r.nothing#",
    "g#: r.f0",
    "f0: unknown# | trim",
    "f0: r.f0 | unknown#",
    "f0: r.amount",
    "f0: r.f0 when r.amount",
    "f0: r.amount | trim",
    "f0: r.f0 | first",
    "f0: r.opt + 1",
    "f0: r.f0 | int",
];

/// Declarations with a mistake; five rules read each of these fields, and are silent.
const FIELDS: [&str; 5] = ["txt", "text |", "ext Nothing#", "decimal(99)", "text text"];

/// Mappings of a file.
const MAPPINGS: usize = 250;
/// Mistakes of a file.
const MISTAKES: usize = 50;

/// A file as it grows, and the lines with a mistake.
#[derive(Default)]
struct File {
    text: String,
    lines: usize,
    wrong: Vec<usize>,
}

impl File {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }

    fn wrong(&mut self, line: &str) {
        self.line(line);
        self.wrong.push(self.lines);
    }
}

/// Which mapping has which mistake: every fifth one.
fn mistake(number: usize) -> Option<usize> {
    (number % 5 == 0).then_some(number / 5)
}

fn text() -> File {
    let mut file = File::default();
    file.line("connector shop");
    for number in 0..MAPPINGS {
        let kind = mistake(number).map(|kind| kind % (RULES.len() + FIELDS.len()));
        file.line("");
        file.line(&format!("internal m{number} {{"));
        (0..12).for_each(|field| file.line(&format!("  f{field}: text | null")));
        file.line("}");
        file.line(&format!("external R{number} key id {{"));
        file.line("  id: int");
        file.line("  amount: decimal(2)");
        file.line("  opt?: text | null");
        for field in 0..6 {
            match kind.and_then(|kind| kind.checked_sub(RULES.len())) {
                Some(wrong) if field == 5 => {
                    file.wrong(&format!("  f5: {}", FIELDS[wrong].replace('#', &number.to_string())))
                }
                Some(_) | None => file.line(&format!("  f{field}: text")),
            }
        }
        file.line("}");
        file.line(&format!("import m{number} from R{number} as r {{"));
        match kind.and_then(|kind| RULES.get(kind)) {
            Some((rule, _)) => file.wrong(&rule.replace('#', &number.to_string())),
            None => file.line("  f0 = r.f0"),
        }
        (1..5).for_each(|field| file.line(&format!("  f{field} = r.f{field} | trim")));
        (5..10).for_each(|field| file.line(&format!("  f{field} = r.f5 | trim | null_if_blank")));
        file.line("  ignore r.amount, r.opt because \"not kept\"");
        file.line("}");
    }
    file
}

fn yaml() -> File {
    let mut file = File::default();
    file.line("connector: shop");
    file.line("internal:");
    for number in 0..MAPPINGS {
        file.line(&format!("  m{number}:"));
        file.line("    fields:");
        (0..12).for_each(|field| file.line(&format!("      f{field}: text | null")));
    }
    file.line("external:");
    let fields = LEAVES.len();
    let kind = |number| mistake(number).map(|kind| kind % (fields + FIELDS.len()));
    for number in 0..MAPPINGS {
        file.line(&format!("  R{number}:"));
        file.line("    key: id");
        file.line("    fields:");
        file.line("      id: int");
        file.line("      amount: decimal(2)");
        file.line("      opt?: text | null");
        for field in 0..6 {
            match kind(number).and_then(|kind| kind.checked_sub(fields)) {
                Some(wrong) if field == 5 => file.wrong(&format!(
                    "      f5: {}",
                    FIELDS[wrong].replace('#', &number.to_string())
                )),
                Some(_) | None => file.line(&format!("      f{field}: text")),
            }
        }
    }
    file.line("mappings:");
    for number in 0..MAPPINGS {
        file.line(&format!("  - import: m{number} from R{number} as r"));
        file.line("    rules:");
        match kind(number).and_then(|kind| LEAVES.get(kind)) {
            Some(leaf) => file.wrong(&format!("      {}", leaf.replace('#', &number.to_string()))),
            None => file.line("      f0: r.f0"),
        }
        (1..5).for_each(|field| file.line(&format!("      f{field}: r.f{field} | trim")));
        (5..10).for_each(|field| file.line(&format!("      f{field}: r.f5 | trim | null_if_blank")));
        file.line("    ignore:");
        file.line("      r.amount, r.opt: because \"not kept\"");
    }
    file
}

fn each_is_said_once(name: &str, file: &File) {
    assert!(
        file.lines >= 9_000 && file.wrong.len() == MISTAKES,
        "{} lines, {} mistakes",
        file.lines,
        file.wrong.len()
    );
    let files = [(name.to_owned(), file.text.clone())];
    let said = lines_of_reports(&files);
    let (_, drawn) = reports_of(&files);
    let shown: Vec<&str> = drawn
        .lines()
        .filter(|line| line.contains("╭─[") || line.starts_with("  ×") || line.starts_with("  ⚠"))
        .collect();
    assert_eq!(said, file.wrong, "{}", shown.join("\n"));
}

#[test]
fn fifty_mistakes_in_ten_thousand_lines_are_fifty_reports() {
    each_is_said_once("long.tenon", &text());
}

#[test]
fn fifty_mistakes_in_ten_thousand_lines_of_yaml_are_fifty_reports() {
    each_is_said_once("long.tenon.yaml", &yaml());
}
