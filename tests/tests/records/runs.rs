//! What runs say of records, cursors, checkpoints.

use super::*;

fn skipped(why: &str) -> SyncOutcome {
    SyncOutcome::Skipped(why.to_owned())
}

#[test]
fn counters_add_up_at_every_step() {
    let inside = inside();
    let run = inside.start_run();
    assert_eq!(inside.counts(run), "");
    inside.apply(
        &plan()
            .enumerated(run, "0")
            .enumerated(run, "1")
            .enumerated(run, "2")
            .enumerated(run, "3"),
    );
    assert_eq!(
        inside.counts(run),
        "Customer: read 4 = pending 4; dependencies 0, repeats 0"
    );
    inside.apply(&plan().ended(run, "0", SyncOutcome::Created).ended(
        run,
        "1",
        SyncOutcome::Failed("no name".to_owned()),
    ));
    inside.apply(&plan().ended(run, "2", skipped("a guest")));
    assert_eq!(
        inside.counts(run),
        "Customer: read 4 = created 1 + skipped 1 + failed 1 + pending 1; dependencies 0, repeats 0"
    );
    inside.apply(&plan().ended(run, "3", SyncOutcome::Review("two records".to_owned())));
    assert_eq!(
        inside.problems(run),
        "Customer 1: Failed(\"no name\")\nCustomer 2: Skipped(\"a guest\")\nCustomer 3: Review(\"two records\")"
    );
}

#[test]
fn a_dependency_that_is_enumerated_counts_once() {
    let inside = inside();
    let run = inside.start_run();
    inside.apply(
        &plan()
            .needed(run, "1", Some(SyncOutcome::Created))
            .needed(run, "2", None),
    );
    assert_eq!(inside.counts(run), "Customer: read 0 = ; dependencies 2, repeats 0");
    inside.apply(&plan().enumerated(run, "1"));
    assert_eq!(
        inside.counts(run),
        "Customer: read 1 = created 1; dependencies 1, repeats 0"
    );
    inside.apply(&plan().ended(run, "1", SyncOutcome::Unchanged));
    assert_eq!(
        inside.counts(run),
        "Customer: read 1 = created 1; dependencies 1, repeats 0",
        "it was created here"
    );
}

#[test]
fn an_enumerated_key_stays_enumerated_when_it_is_needed() {
    let inside = inside();
    let run = inside.start_run();
    inside.apply(&plan().enumerated(run, "1").needed(run, "1", None));
    assert_eq!(
        inside.counts(run),
        "Customer: read 1 = pending 1; dependencies 0, repeats 0"
    );
    inside.apply(&plan().needed(run, "1", Some(SyncOutcome::Created)));
    assert_eq!(
        inside.counts(run),
        "Customer: read 1 = created 1; dependencies 0, repeats 0"
    );
}

#[test]
fn what_a_record_underwent_is_not_hidden_by_later_jobs() {
    let inside = inside();
    for (first, then, stays) in [
        (SyncOutcome::Created, SyncOutcome::Unchanged, "created 1"),
        (SyncOutcome::Created, SyncOutcome::Updated, "created 1"),
        (SyncOutcome::Updated, SyncOutcome::Unchanged, "updated 1"),
        (SyncOutcome::Deleted, SyncOutcome::Unchanged, "deleted 1"),
        (skipped("a guest"), SyncOutcome::Unchanged, "skipped 1"),
        (SyncOutcome::Unchanged, SyncOutcome::Updated, "updated 1"),
        (SyncOutcome::Created, SyncOutcome::Deleted, "deleted 1"),
        (SyncOutcome::Failed("x".to_owned()), SyncOutcome::Created, "created 1"),
        (
            SyncOutcome::Failed("x".to_owned()),
            SyncOutcome::Unchanged,
            "unchanged 1",
        ),
        (SyncOutcome::Cancelled, SyncOutcome::Unchanged, "unchanged 1"),
        (SyncOutcome::Joined, SyncOutcome::Updated, "updated 1"),
    ] {
        let run = inside.start_run();
        inside.apply(&plan().enumerated(run, "1").ended(run, "1", first.clone()));
        inside.apply(&plan().ended(run, "1", then.clone()));
        let expected = format!("Customer: read 1 = {stays}; dependencies 0, repeats 0");
        assert_eq!(inside.counts(run), expected, "{first:?} then {then:?}");
    }
}

#[test]
fn a_reason_goes_with_its_state() {
    let inside = inside();
    let run = inside.start_run();
    inside.apply(&plan().ended(run, "1", SyncOutcome::Failed("first".to_owned())));
    inside.apply(&plan().ended(run, "1", SyncOutcome::Failed("second".to_owned())));
    assert_eq!(inside.problems(run), "Customer 1: Failed(\"second\")");
    inside.apply(&plan().ended(run, "1", SyncOutcome::Created));
    assert_eq!(inside.problems(run), "");
    assert_eq!(inside.query("select reason from run_entry"), "null");
}

#[test]
fn repeats_are_counted_apart() {
    let inside = inside();
    let run = inside.start_run();
    inside.apply(&plan().enumerated(run, "1").enumerated(run, "2"));
    inside.apply(
        &plan()
            .enumerated(run, "2")
            .ended(run, "2", SyncOutcome::Updated)
            .enumerated(run, "2"),
    );
    assert_eq!(
        inside.counts(run),
        "Customer: read 2 = updated 1 + pending 1; dependencies 0, repeats 2"
    );
    let other = inside.start_run();
    inside.apply(&plan().enumerated(other, "1"));
    assert_eq!(
        inside.counts(other),
        "Customer: read 1 = pending 1; dependencies 0, repeats 0"
    );
}

#[test]
fn a_run_that_does_not_exist_counts_nothing() {
    let inside = inside();
    assert_eq!(
        inside.apply(&partner("Ada").enumerated(9, "1")),
        "refused: there is no run 9 to count records of"
    );
    assert_eq!(inside.rows(PARTNER), "");
}

#[test]
fn a_cursor_moves_with_the_records_before_it() {
    let inside = inside();
    assert_eq!(inside.cursor("Customer"), None);
    assert_eq!(inside.apply(&plan().cursor("Customer", "2020-01-01")), "applied");
    let refused = partner("Ada")
        .cursor("Customer", "2020-01-02")
        .bind("Customer", "1", int(7));
    assert!(inside.apply(&refused).starts_with("refused"));
    assert_eq!(inside.cursor("Customer").as_deref(), Some("2020-01-01"));
    inside.apply(&plan().cursor("Customer", "2020-01-03").cursor("Order", ""));
    assert_eq!(inside.cursor("Customer").as_deref(), Some("2020-01-03"));
    assert_eq!(inside.cursor("Order").as_deref(), Some(""));
}

#[test]
fn a_record_waits_for_a_person_once() {
    let inside = inside();
    inside.apply(&plan().checkpoint("1", "two match"));
    inside.apply(&plan().checkpoint("1", "three match").checkpoint("2", "two match"));
    assert_eq!(
        inside.query("select key || ' ' || reason || ' ' || repeats from checkpoint"),
        "1 three match 1|2 two match 0"
    );
}
