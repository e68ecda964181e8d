//! Do the workloads of the measurement come out as they should? By generated code and interpreter, in order, wrong lines by their number.
#![expect(clippy::expect_used, reason = "a helper that cannot go on stops the test")]

use std::fs;
use std::path::{Path, PathBuf};

use support::mapping::{Memory, Out, Workload, made, run};

/// Random records of each workload.
const RECORDS: u64 = 400;

fn file(workload: &str) -> PathBuf {
    let name = if workload == "order" { "order" } else { "partner" };
    Path::new("bench/mapping").join(name).with_extension("tenon")
}

fn text(out: &Out) -> &str {
    std::str::from_utf8(out.as_bytes()).expect("JSON is UTF-8")
}

fn converted(args: &[&str], input: &str) -> Result<String, String> {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let mut out = Vec::new();
    run(&args, input.as_bytes(), &mut out)?;
    Ok(String::from_utf8(out).expect("JSON is UTF-8"))
}

#[test]
fn both_engines_write_the_same() {
    for workload in ["partner", "order", "delta"] {
        let compiled = Workload::compiled(workload).expect("a workload");
        let interpreted = Workload::interpreted(workload, &file(workload)).expect("a mapping file");
        let mut memory = Memory::default();
        for seed in 0..RECORDS {
            let line = made::record(workload, seed);
            let (mut one, mut other) = (Out::default(), Out::default());
            let ends = (
                compiled.convert(&mut memory, line.as_bytes(), &mut one),
                interpreted.convert(&mut Memory::default(), line.as_bytes(), &mut other),
            );
            assert_eq!(ends.0, ends.1, "{line}");
            assert_eq!(text(&one), text(&other), "{line}");
            assert!(ends.0.is_ok(), "{line}\n{ends:?}");
        }
    }
}

#[test]
fn what_is_written_at_once_is_what_rows_write() {
    for workload in ["partner", "order", "delta"] {
        let at_once = Workload::compiled(workload).expect("a workload");
        let by_rows = Workload::compiled(workload).expect("a workload").by_rows();
        let mut memory = Memory::default();
        for seed in 0..RECORDS {
            let line = made::record(workload, seed);
            for (sent, wrong) in [
                ("", ""),
                ("\"sku\":\"", "\"sku\":\"\\u0000"),
                ("\"item_id\":4,", "\"item_id\":1,"),
                ("\"grand_total\":\"", "\"grand_total\":\"123456789012345"),
                ("\"city\":\"", "\"city\":\"\\u0000"),
                ("\"city\":\"", "\"city\":\"\\\"\\u00e9\\/\\t"),
                ("\"street\":\"", "\"street\":\"a\\u0001b\\n\\\\"),
                (
                    "\"company\":",
                    "\"company\":\"a text of more than thirty-two bytes\",\"company_before\":",
                ),
            ] {
                let line = line.replace(sent, wrong);
                let (mut one, mut other) = (Out::default(), Out::default());
                let ends = (
                    at_once.convert(&mut memory, line.as_bytes(), &mut one),
                    by_rows.convert(&mut memory, line.as_bytes(), &mut other),
                );
                assert_eq!(ends.0, ends.1, "{line}");
                assert!(ends.0.is_err() || text(&one) == text(&other), "{line}");
            }
        }
    }
}

#[test]
fn what_did_not_change_need_not_be_decoded() {
    let some = Workload::compiled("delta").expect("a workload");
    let all = Workload::compiled("delta").expect("a workload").decoding_all();
    let (mut memory, mut other_memory) = (Memory::default(), Memory::default());
    for seed in 0..2 * RECORDS {
        let line = made::record("delta", seed);
        let (mut one, mut other) = (Out::default(), Out::default());
        let ends = (
            some.convert(&mut memory, line.as_bytes(), &mut one),
            all.convert(&mut other_memory, line.as_bytes(), &mut other),
        );
        assert_eq!(ends, (Ok(()), Ok(())), "{line}");
        assert_eq!(text(&one), text(&other), "{line}");
    }
    let line = format!(
        "{{\"changed\":[\"email\",\"lastname\"],\"record\":{}}}",
        made::known("partner")
    );
    let mut said = |from: &str, to: &str| {
        assert!(line.contains(from), "{line}");
        let mut out = Out::default();
        let end = some.convert(&mut memory, line.replace(from, to).as_bytes(), &mut out);
        (end, text(&out).to_owned())
    };
    let good = said("\"city\":\"Rome\"", "\"city\":\"Oslo\"");
    assert_eq!(said("\"city\":\"Rome\"", "\"city\":7"), good, "nobody reads it");
    for (from, to, problem) in [
        (
            "\"city\":\"Rome\"",
            "\"city\":\"Rome\",\"city\":\"Rome\"",
            "$.record.city: the field stands here twice",
        ),
        (
            "\"city\":\"Rome\"",
            "\"city\":[1],\"city\":\"Rome\"",
            "$.record.city: the field stands here twice",
        ),
        ("\"city\":\"Rome\"", "\"city\":01", "$: this is no JSON"),
        ("\"city\":\"Rome\"", "\"city\":\"\\x\"", "$: this is no JSON"),
        (",\"city\":\"Rome\"", "", "$.record.city: the field is missing"),
        ("\"ada@x.org\"", "7", "$.record.email: "),
    ] {
        let (end, _) = said(from, to);
        assert!(end.as_ref().is_err_and(|said| said.contains(problem)), "{to} {end:?}");
    }
}

#[test]
fn records_come_out_as_the_mapping_says() {
    let records = |workload: &str| {
        let lines: Vec<String> = (0..2).map(|seed| made::record(workload, seed)).collect();
        lines.join("\n")
    };
    let mut shown = String::new();
    for workload in ["partner", "delta", "order"] {
        let given = records(workload);
        let made = converted(&[workload], &given).expect("good records");
        for (given, made) in given.lines().zip(made.lines()) {
            shown.push_str(&format!("{workload}\n  {given}\n  {made}\n"));
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn editing_one_rule_changes_what_it_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    for (workload, rule, edited, was, is) in [
        (
            "partner",
            "\"{c.firstname} {c.lastname}\"",
            "\"{c.lastname}, {c.firstname}\"",
            "\"name\":\"Ada Lovelace\"",
            "\"name\":\"Lovelace, Ada\"",
        ),
        (
            "delta",
            "c.email | lower",
            "c.email | upper",
            "\"email\":\"ada@x.org\"",
            "\"email\":\"ADA@X.ORG\"",
        ),
        (
            "order",
            "\"MAG-{o.increment_id}\"",
            "\"SHOP-{o.increment_id}\"",
            "\"name\":\"MAG-7\"",
            "\"name\":\"SHOP-7\"",
        ),
    ] {
        let text = fs::read_to_string(file(workload)).expect("a mapping file");
        assert_eq!(text.matches(rule).count(), 1, "{rule}");
        let path = folder.path().join(format!("{workload}.tenon"));
        fs::write(&path, text.replace(rule, edited)).expect("a file is written");
        let line = made::known(workload);
        let before = converted(&[workload], &line).expect("a good record");
        let path = path.to_string_lossy().into_owned();
        let after = converted(&[workload, "1", &path], &line).expect("a good record");
        assert!(before.contains(was), "{before}");
        assert_eq!(before.replace(was, is), after);
    }
}

#[test]
fn a_wrong_line_is_named_and_ends_the_stream() {
    let good = made::known("partner");
    let cases = [
        (good.replace("\"ada@x.org\"", "7"), "line 3: $.email"),
        (
            good.replace("\"credit_limit\":\"12.5000\"", "\"credit_limit\":\"x\""),
            "line 3: $.credit_limit",
        ),
        (good.replace(",\"city\":\"Rome\"", ""), "line 3: $.city"),
        (
            good.replace("\"city\":\"Rome\"", "\"city\":\"Rome\",\"city\":\"Rome\""),
            "line 3: $.city",
        ),
        (good.replace('}', ""), "line 3: $"),
        (format!("{good} {good}"), "line 3: $"),
    ];
    for (wrong, said) in cases {
        for threads in ["1", "3"] {
            let args = ["partner".to_owned(), threads.to_owned()];
            let mut out = Vec::new();
            let problem = run(&args, format!("{good}\n\n{wrong}\n{good}\n").as_bytes(), &mut out).expect_err(&wrong);
            assert!(problem.starts_with(said), "{problem} of {wrong}");
            assert_eq!(
                out.iter().filter(|byte| **byte == b'\n').count(),
                1,
                "what came before is written"
            );
        }
    }
    assert!(converted(&["nobody"], "").is_err());
}

#[test]
fn threads_keep_the_order() {
    let lines: Vec<String> = (0..3_000).map(|seed| made::record("partner", seed)).collect();
    let lines = lines.join("\n");
    let one = converted(&["partner", "1"], &lines).expect("good records");
    let several = converted(&["partner", "4"], &lines).expect("good records");
    assert_eq!(one.lines().count(), 3_000);
    assert!(one == several);
}

#[test]
fn what_was_seen_before_changes_nothing() {
    let mut rng = fastrand::Rng::with_seed(7);
    for workload in ["partner", "order", "delta"] {
        let compiled = Workload::compiled(workload).expect("a workload");
        let mut memory = Memory::default();
        let mut good = 0;
        for seed in 0..4 * RECORDS {
            let mut line = made::record(workload, seed).into_bytes();
            for _ in 0..rng.usize(0..3) {
                let (place, bytes) = (rng.usize(0..line.len()), b"\"\\{}[],:0e.n \x1f\xc3");
                line[place] = bytes[rng.usize(0..bytes.len())];
            }
            let (mut one, mut other) = (Out::default(), Out::default());
            let warm = compiled.convert(&mut memory, &line, &mut one);
            let cold = compiled.convert(&mut Memory::default(), &line, &mut other);
            assert_eq!(warm, cold, "{}", String::from_utf8_lossy(&line));
            if warm.is_ok() {
                good += 1;
                assert_eq!(text(&one), text(&other));
                assert!(serde_json::from_slice::<serde_json::Value>(&line).is_ok());
            }
        }
        assert!(good > RECORDS, "{good} of {workload}");
    }
}
