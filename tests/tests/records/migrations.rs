//! From one version of the models to the next, on both stores: every kind of step, agreed to by its plan, and killed in the middle.
//!
//! `TENON_MIGRATION_ROWS=10000 TENON_MIGRATION_KILLS=all` runs each pair with so many rows and kills it behind every statement.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::process::{Command, Stdio};

use support::records::migrate::{Migrated, MigrationPlan, Size, die_at_step, kept};
use support::records::pairs::{OLD, PAIRS, Pair, fill};
use support::records::{Guard, empty};

use super::*;

const STORES: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const ADDRESS: &str = "MIGRATION_ADDRESS";
const PAIR: &str = "MIGRATION_PAIR";
const STEP: &str = "MIGRATION_STEP";
const GUARD: &str = "MIGRATION_GUARD";

/// A database with rows of the models before.
fn before(kind: Kind, rows: i64) -> Inside {
    let inside = empty(kind);
    assert_eq!(inside.prepare(OLD, &[]), "ready");
    fill(&inside, rows);
    inside
}

/// A plan in words, without statements and hash.
fn words(plan: &MigrationPlan) -> String {
    let mut lines = Vec::new();
    for table in &plan.tables {
        let rows = table.rows.map_or("new".to_owned(), |rows| format!("{rows} rows"));
        lines.push(format!("{} ({rows})", table.of));
        lines.extend(table.notes.iter().map(|note| format!("  {note}")));
    }
    let more = |head: &'static str, lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| format!("{head}: {line}")).collect()
    };
    lines.extend(more("in the way", &plan.hindrances));
    lines.extend(more("lost", &plan.lost));
    lines.extend(more("warning", &plan.warnings));
    lines.join("\n")
}

fn golden(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../../cases/migrations", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!(name.replace([' ', ','], "_"), text);
    });
}

#[test]
fn every_kind_of_step_keeps_what_is_there() {
    for pair in PAIRS {
        let said = STORES.map(|kind| {
            let inside = before(kind, 4);
            let kept = inside.kept();
            let plan = kept.plan(pair.new);
            let size = if pair.is_addition { Size::Additions } else { Size::More };
            assert_eq!(plan.size, size, "{}: {plan:?}", pair.name);
            assert_eq!(plan.hindrances, Vec::<String>::new(), "{}", pair.name);
            let refused = inside.prepare(pair.new, &[]);
            assert_eq!(refused == "ready", pair.is_addition, "{}: {refused}", pair.name);
            kept.bring(pair.new);
            assert_eq!(kept.problems(pair.new), Vec::<String>::new(), "{}", pair.name);
            assert_eq!(kept.plan(pair.new).size, Size::Nothing, "{}", pair.name);
            let again = inside.prepare(pair.new, &[]);
            assert_eq!(again, "ready", "{}", pair.name);
            format!("{}\n\n{}", words(&plan), inside.dump())
        });
        assert_eq!(said[0], said[1], "{}: the stores differ", pair.name);
        golden(pair.name, &said[0]);
    }
}

#[test]
fn an_older_program_goes_on_after_additions_only() {
    for pair in PAIRS {
        for kind in STORES {
            let inside = before(kind, 2);
            inside.kept().bring(pair.new);
            let answer = inside.prepare(OLD, &[]);
            let is_older = answer.contains("this program is older than the database");
            assert_eq!(
                (answer == "ready", is_older),
                (pair.is_addition, !pair.is_addition),
                "{answer}"
            );
            assert_eq!(inside.prepare(pair.new, &[]), "ready", "{}", pair.name);
        }
    }
}

#[test]
fn numbers_are_never_given_twice_after_a_migration() {
    for kind in STORES {
        let inside = before(kind, 20);
        inside.kept().bring(PAIRS[6].new);
        assert_eq!(inside.prepare(PAIRS[6].new, &[]), "ready");
        let made = inside.apply(&plan().create("note", &[("caption", text("c")), ("place", int(77))]));
        assert_eq!(made, "applied 0=22", "21 was given before the migration");
        assert_eq!(
            inside.apply(&plan().delete("note", 1, 1)),
            "applied",
            "its remarks go with it"
        );
        assert!(
            !inside.rows("remark").contains("note_id=1 "),
            "{}",
            inside.rows("remark")
        );
    }
}

/// Not a test of its own: what a process does that is to be killed. Without an address it has nothing to do.
#[test]
fn victim() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let number = |name: &str| -> usize {
        let text = std::env::var(name).expect("a number");
        text.parse().expect("a number")
    };
    let guard = match std::env::var(GUARD).is_ok_and(|value| value == "off") {
        true => Guard::Off,
        false => Guard::On,
    };
    die_at_step(number(STEP));
    kept(&address, guard).bring(PAIRS[number(PAIR)].new);
}

/// Whether the process was killed; otherwise it came to its end.
fn killed(inside: &Inside, pair: usize, step: usize, guard: &str) -> bool {
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "migrations::victim"])
        .env(ADDRESS, inside.whereabouts())
        .env(PAIR, pair.to_string())
        .env(STEP, step.to_string())
        .env(GUARD, guard)
        .stdout(Stdio::null())
        .status()
        .expect("a victim starts");
    !status.success()
}

fn rows() -> i64 {
    let rows = std::env::var("TENON_MIGRATION_ROWS").ok();
    rows.and_then(|rows| rows.parse().ok()).unwrap_or(60)
}

/// Statements behind which the process is killed.
fn steps(plan: &MigrationPlan) -> Vec<usize> {
    // What the tables are from now on is written down by one more.
    let all = 1 + plan.statements.iter().filter(|text| !text.starts_with("--")).count();
    match std::env::var("TENON_MIGRATION_KILLS").is_ok_and(|value| value == "all") {
        true => (1..=all).collect(),
        false => {
            let mut some = vec![1, all.div_ceil(2), all];
            some.dedup();
            some
        }
    }
}

fn survive(pair: usize, kind: Kind) -> usize {
    let Pair { name, new, .. } = PAIRS[pair];
    let inside = before(kind, rows());
    let old = inside.kept().state();
    let steps = steps(&inside.kept().plan(new));
    for step in &steps {
        assert!(
            killed(&inside, pair, *step, "on"),
            "{name}: nobody was killed at step {step}"
        );
        let state = inside.kept().state();
        assert!(
            state == old,
            "{name}: killed at step {step}, it is not what it was:\n{state}"
        );
    }
    assert!(!killed(&inside, pair, usize::MAX, "on"), "{name} does not end");
    let calm = before(kind, rows());
    calm.kept().bring(new);
    assert!(
        inside.kept().state() == calm.kept().state(),
        "{name}: it ends otherwise"
    );
    assert_ne!(inside.kept().state(), old, "{name} changes nothing");
    steps.len()
}

#[test]
fn a_migration_that_is_killed_leaves_what_was_there() {
    let kills: usize = (0..PAIRS.len())
        .flat_map(|pair| STORES.map(|kind| survive(pair, kind)))
        .sum();
    println!("{} pairs, 2 stores, {} rows: killed {kills} times", PAIRS.len(), rows());
}

#[test]
fn without_its_transaction_it_leaves_something_between() {
    for kind in STORES {
        let pair = PAIRS
            .iter()
            .position(|pair| pair.name == "new names")
            .expect("the pair");
        let between = (1..=8).filter(|step| {
            let inside = before(kind, 5);
            let old = inside.kept().state();
            assert!(killed(&inside, pair, *step, "off"));
            inside.kept().state() != old
        });
        assert_ne!(between.count(), 0, "the transaction decides nothing");
    }
}

#[test]
fn of_several_processes_that_start_at_once_one_adds() {
    for kind in STORES {
        let inside = before(kind, 100);
        let address = inside.whereabouts();
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let address = address.clone();
                std::thread::spawn(move || kept(&address, Guard::On).bring(PAIRS[3].new))
            })
            .collect();
        for start in starts {
            start.join().expect("it is ready");
        }
        assert_eq!(inside.kept().problems(PAIRS[3].new), Vec::<String>::new());
    }
}

static RANKED: Model = plain(
    "note",
    "note",
    &[
        ModelField {
            max: Some(6),
            ..ModelField::new("name", ModelKind::Text)
        },
        ModelField::new("body", ModelKind::Text),
        ModelField::new("rank", ModelKind::Decimal(17)),
        ModelField::new("price", ModelKind::Decimal(1)),
        nullable("about", leads_to("note", OnDelete::Clear)),
        nullable(
            "mood",
            ModelKind::Enum {
                words: &["bad"],
                open: false,
            },
        ),
        nullable("title", ModelKind::Text),
        ModelField::new("day", ModelKind::Date),
    ],
);
static ALIKE: Model = Model {
    unique: &[&["mood", "about"]],
    ..RANKED_AS_BEFORE
};
const RANKED_AS_BEFORE: Model = plain(
    "note",
    "note",
    &[
        ModelField::new("name", ModelKind::Text),
        nullable("body", ModelKind::Text),
        ModelField::new("rank", ModelKind::Int),
        default("price", ModelKind::Decimal(2), Literal::Decimal("0.00")),
        nullable("about", leads_to("note", OnDelete::Clear)),
        nullable(
            "mood",
            ModelKind::Enum {
                words: &["good"],
                open: false,
            },
        ),
        ModelField {
            max: Some(24),
            ..nullable("title", ModelKind::Text)
        },
    ],
);

#[test]
fn rows_that_stand_in_the_way_are_counted_and_nothing_is_done() {
    let said = STORES.map(|kind| {
        let inside = before(kind, 30);
        let (kept, old) = (inside.kept(), inside.dump());
        let plans = [&RANKED, &ALIKE].map(|model| {
            let plan = kept.plan(&[model]);
            let done = kept.migrate(&[model], &plan.hash).expect("an answer");
            assert!(matches!(done, Migrated::Hindered(_)), "{done:?}");
            words(&plan)
        });
        assert_eq!(inside.dump(), old);
        plans.join("\n\n")
    });
    assert_eq!(said[0], said[1]);
    golden("rows in the way", &said[0]);
}

#[test]
fn a_plan_that_has_changed_is_not_run() {
    for kind in STORES {
        let inside = before(kind, 3);
        let kept = inside.kept();
        let hash = kept.plan(PAIRS[6].new).hash;
        let other = kept.migrate(PAIRS[7].new, &hash).expect("an answer");
        assert!(matches!(other, Migrated::Changed(_)), "{other:?}");
        kept.bring(PAIRS[1].new);
        let late = kept.migrate(PAIRS[6].new, &hash).expect("an answer");
        assert!(matches!(late, Migrated::Changed(_)), "{late:?}");
    }
}

#[test]
fn what_no_model_names_is_kept_until_it_is_dropped() {
    let said = STORES.map(|kind| {
        let inside = before(kind, 4);
        let kept = inside.kept();
        kept.bring(PAIRS[8].new);
        let left = kept.orphans(PAIRS[8].new);
        let early = kept.orphans(PAIRS[0].new);
        assert!(
            !early.hindrances.is_empty(),
            "an older program drops nothing: {early:?}"
        );
        assert_eq!(inside.prepare(PAIRS[8].new, &[]), "ready");
        inside.apply(&plan().create("note", &[("body", text("without a name"))]));
        let done = kept.drop_orphans(PAIRS[8].new, &left.hash).expect("an answer");
        assert!(matches!(done, Migrated::Done(_)), "{done:?}");
        assert_eq!(kept.problems(PAIRS[8].new), Vec::<String>::new());
        assert_eq!(kept.orphans(PAIRS[8].new).tables, Vec::new());
        format!("{}\n\n{}", words(&left), inside.dump())
    });
    assert_eq!(said[0], said[1]);
    golden("left over", &said[0]);
}

#[test]
fn damage_is_found() {
    for kind in STORES {
        let inside = before(kind, 3);
        let kept = inside.kept();
        assert_eq!(kept.problems(OLD), Vec::<String>::new());
        inside.sql("alter table note add column extra text; alter table remark drop column \"text\"");
        assert_eq!(
            kept.problems(OLD),
            [
                "tables: note has a column extra that no program made",
                "tables: remark.text is missing from the table remark"
            ]
        );
        inside.sql("update model_schema set fingerprint = 'x'");
        let found = kept.problems(OLD).join("\n");
        assert!(found.contains("fingerprint: the fingerprint is not that"), "{found}");
    }
}

#[test]
fn a_copy_is_whole_and_overwrites_nothing() {
    let inside = before(Kind::Sqlite, 50);
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    inside.kept().backup(&copy).expect("a copy");
    let copied = kept(&format!("sqlite {}", copy.display()), Guard::On);
    assert_eq!(copied.state(), inside.kept().state());
    let again = inside.kept().backup(&copy).expect_err("a refusal");
    assert!(again.to_string().contains("a file is there already"), "{again}");
}
