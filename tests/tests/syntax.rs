//! Does text or YAML give the tree that was meant, and does a mistake cost exactly one report?

use std::path::Path;
use support::syntax::{Read, merged_items, places, read, read_case};

/// Stores or compares the golden beside a case.
fn golden(path: &Path, stage: &str, text: &str) {
    let stem = path.file_name().unwrap().to_string_lossy().replace(".tenon", "");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.parent().unwrap());
    settings.remove_snapshot_suffix();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{stem}{stage}"), text));
}

fn twin_of(path: &Path) -> Option<Read> {
    let twin = path.with_extension("tenon.yaml");
    twin.exists().then(|| read_case(&twin))
}

#[test]
fn text_gives_the_tree_that_was_meant_and_yaml_the_same() {
    insta::glob!("../cases/syntax", "*.tenon", |path| {
        let text = read_case(path);
        assert!(text.codes.is_empty(), "{}", text.drawn);
        if let Some(yaml) = twin_of(path) {
            assert!(yaml.codes.is_empty(), "{}", yaml.drawn);
            assert_eq!(yaml.outline, text.outline, "the YAML twin of {}", path.display());
        }
        golden(path, ".ast", &text.outline);
    });
}

#[test]
fn one_mistake_costs_one_report() {
    insta::glob!("../cases/reject/syntax", "*.tenon*", |path| {
        if path.extension().is_some_and(|extension| extension == "snap") {
            return;
        }
        let case = read_case(path);
        assert_eq!(case.codes.len(), 1, "{}: {}", path.display(), case.drawn);
        golden(path, "", &case.drawn);
    });
}

#[test]
fn several_mistakes_hide_neither_each_other_nor_the_rest() {
    insta::glob!("../cases/reject/syntax/several", "*.tenon*", |path| {
        if path.extension().is_some_and(|extension| extension == "snap") {
            return;
        }
        let case = read_case(path);
        golden(
            path,
            "",
            &format!("{}\nread all the same:\n{}", case.drawn, case.outline),
        );
    });
}

#[test]
fn a_version_in_one_text_file_equals_the_same_in_two_yaml_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/syntax/order");
    let file = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let text = merged_items(&[("order.tenon", &file("order.tenon"))]);
    let yaml = merged_items(&[
        ("order_schema.tenon.yaml", &file("order_schema.tenon.yaml")),
        ("order.tenon.yaml", &file("order.tenon.yaml")),
    ]);
    assert_eq!(text.len(), 9);
    assert_eq!(yaml, text);
}

#[test]
fn every_example_of_the_language_reference_is_the_same_in_text_and_yaml() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../dsl/README.md")).unwrap();
    let blocks = |mark: &str| -> Vec<String> {
        page.split(mark)
            .skip(1)
            .map(|rest| rest.split("```").next().unwrap().to_owned())
            .collect()
    };
    let (texts, yamls) = (blocks("```tenon\n"), blocks("```yaml\n"));
    assert_eq!(texts.len(), yamls.len());
    assert!(texts.len() >= 14, "{}", texts.len());
    for (text, yaml) in texts.iter().zip(&yamls) {
        let has_connector = text.contains("connector ");
        let (text, yaml) = match has_connector {
            true => (text.clone(), yaml.clone()),
            false => (format!("connector shop\n{text}"), format!("connector: shop\n{yaml}")),
        };
        let (text, yaml) = (read("page.tenon", &text), read("page.tenon.yaml", &yaml));
        assert!(
            text.codes.is_empty() && yaml.codes.is_empty(),
            "{}{}",
            text.drawn,
            yaml.drawn
        );
        assert_eq!(text.outline, yaml.outline);
    }
}

#[test]
fn places_are_those_of_the_words_in_both_forms() {
    let rule = "x, y = f(c.x) | trim when c.y";
    let text = places(
        "a.tenon",
        &format!("connector shop # ü\nimport a.b from C as c {{\n  {rule}\n}}\n"),
    );
    let yaml = places(
        "a.tenon.yaml",
        "connector: shop # ü\nmappings:\n  - import: a.b from C as c\n    rules:\n      x, y: |\n        f(c.x)\n          | trim when c.y\n",
    );
    assert!(text.contains(&"trim".to_owned()), "{text:?}");
    assert!(text.contains(&rule.to_owned()), "{text:?}");
    assert!(yaml.contains(&"when c.y".to_owned()), "{yaml:?}");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    for name in [
        "rules.tenon",
        "rules.tenon.yaml",
        "lines.tenon",
        "external_record.tenon.yaml",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/syntax").join(name);
        let plain = std::fs::read_to_string(&path).unwrap();
        let other = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        let (plain, other) = (read(name, &plain), read(name, &other));
        assert!(other.codes.is_empty(), "{}", other.drawn);
        assert_eq!(other.outline, plain.outline);
    }
}

/// Every case with a line or some characters taken out: always an answer, every place inside the file, no flood.
#[test]
fn damaged_files_are_answered_inside_the_file() {
    insta::glob!("../cases/syntax", "*.tenon*", |path| {
        if path.extension().is_some_and(|extension| extension == "snap") {
            return;
        }
        let name = path.file_name().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let without_line = (0..lines.len()).map(|line| [&lines[..line], &lines[line + 1..]].concat().concat());
        let without_part = (0..text.len().saturating_sub(7))
            .step_by(29)
            .filter(|at| text.is_ascii() && *at > 0)
            .map(|at| {
                let length = 1 + at % 7;
                format!("{}{}", &text[..at], &text[at + length..])
            });
        for damaged in without_line.chain(without_part) {
            let case = read(&name, &damaged);
            assert!(case.outside.is_empty(), "{damaged}\n{:?}", case.outside);
            assert!(case.codes.len() <= 12, "{damaged}\n{}", case.drawn);
        }
    });
}

/// Inputs that nobody writes by hand; each must end with a report or a tree, soon and without a crash.
#[test]
fn hostile_input_is_answered_and_survived() {
    let started = std::time::Instant::now();
    for (what, name, text) in hostile() {
        let case = read(name, &text);
        let start: String = text.chars().take(60).collect();
        assert!(
            !case.codes.is_empty() || case.items > 0 || text.lines().all(is_silent),
            "{what}: {start}"
        );
        assert!(started.elapsed().as_secs() < 60, "{what} took too long");
    }
}

/// Says nothing, so nothing is said about it.
fn is_silent(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

fn rule(value: &str) -> String {
    format!("connector shop\nimport a from B as b {{\n  x = {value}\n  y = 1\n}}\n")
}

fn hostile() -> Vec<(&'static str, &'static str, String)> {
    let many = 10_000;
    let mut inputs = Vec::new();
    for bracket in ["(", "[", "{", "f(", "[[", "{a:", "{ a: [", "}", ")", "]", "(]", "[}"] {
        inputs.push(("brackets", "a.tenon", bracket.repeat(many)));
        inputs.push(("brackets in a rule", "a.tenon", rule(&bracket.repeat(many))));
        inputs.push(("brackets, one a line", "a.tenon", format!("{bracket}\n").repeat(many)));
        inputs.push(("brackets in YAML", "a.tenon.yaml", bracket.repeat(many)));
        inputs.push((
            "brackets below a key",
            "a.tenon.yaml",
            format!("connector: {}", bracket.repeat(many)),
        ));
    }
    let nested = |open: &str, close: &str| rule(&format!("{}1{}", open.repeat(many), close.repeat(many)));
    inputs.push(("closed parentheses", "a.tenon", nested("(", ")")));
    inputs.push(("closed records", "a.tenon", nested("{ a: ", " }")));
    for chain in [
        "not ",
        "- ",
        "a => ",
        "if ",
        "match ",
        "a.",
        "a | ",
        "a + ",
        "a ?? ",
        "a or ",
        "if a { b } else ",
        "\"{a}\" + ",
    ] {
        inputs.push(("a chain", "a.tenon", rule(&format!("{}a", chain.repeat(many)))));
    }
    inputs.push(("a long text", "a.tenon", rule(&format!("\"{}\"", "x".repeat(1 << 20)))));
    inputs.push((
        "many braces in a text",
        "a.tenon",
        rule(&format!("\"{}\"", "{a}".repeat(many))),
    ));
    inputs.push((
        "deep braces in a text",
        "a.tenon",
        rule(&format!("\"{{a | f{}}}\"", "(f".repeat(many))),
    ));
    inputs.push((
        "a long open text",
        "a.tenon",
        rule(&format!("\"{}", "x".repeat(1 << 20))),
    ));
    inputs.push(("a long name", "a.tenon", rule(&"x".repeat(1 << 20))));
    inputs.push(("a long number", "a.tenon", rule(&"1".repeat(1 << 20))));
    inputs.push((
        "many lines",
        "a.tenon",
        format!("connector shop\nimport a from B as b {{\n{}}}", "x = 1\n".repeat(many)),
    ));
    inputs.push((
        "many mistakes",
        "a.tenon",
        format!("connector shop\nimport a from B as b {{\n{}}}", "x 1\n".repeat(many)),
    ));
    inputs.push((
        "no text",
        "a.tenon",
        "\u{0}\u{1}\u{fffd}\u{202e}é\u{1F600}".repeat(many),
    ));
    inputs.push(("empty lines", "a.tenon", "\n".repeat(1 << 20)));
    inputs.push(("comments", "a.tenon", "## x\n".repeat(many)));
    inputs.push(("dashes", "a.tenon.yaml", "- ".repeat(many)));
    inputs.push((
        "keys in keys",
        "a.tenon.yaml",
        (0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
    ));
    inputs.push((
        "anchors",
        "a.tenon.yaml",
        (0..many).map(|n| format!("a{n}: &a{n} x\n")).collect(),
    ));
    inputs.push(("open quotes", "a.tenon.yaml", "a: \"\n".repeat(1000)));
    inputs.push(("mistakes in YAML", "a.tenon.yaml", "a: b: c\n".repeat(many)));
    inputs
}
