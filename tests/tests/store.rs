//! Does every store do the same with jobs? One suite, run for each store; and races, with and without the guards.
#![cfg(feature = "postgres")]
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a case that cannot go on stops; cases are listed from here"
)]

#[path = "store/claim.rs"]
mod claim;
#[path = "store/end.rs"]
mod end;
#[path = "store/enqueue.rs"]
mod enqueue;
#[path = "store/kill.rs"]
mod kill;
#[path = "store/people.rs"]
mod people;
#[path = "store/race.rs"]
mod race;
#[path = "store/trouble.rs"]
mod trouble;
#[path = "store/twin.rs"]
mod twin;

use std::future::Future;
use std::pin::Pin;

use support::store::{Bench, Kind};

type Case = fn(Bench) -> Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! cases {
    ($($module:ident: $($name:ident),+;)+) => {
        [$($((concat!(stringify!($module), "::", stringify!($name)), |bench| Box::pin($module::$name(bench)))),+),+]
    };
}

const CASES: &[(&str, Case)] = &cases! {
    enqueue: answers_come_in_the_order_given, a_job_keeps_what_it_was_given, payload_bytes_survive,
        a_payload_of_a_mebibyte_survives, a_text_for_people_may_hold_the_character_0,
        a_malformed_job_is_refused_with_all_beside_it, no_jobs_are_no_work, keep_leaves_the_waiting_job_alone,
        replace_gives_the_waiting_job_the_new_payload, earliest_moves_only_forward, one_call_may_name_an_identity_twice,
        a_running_job_does_not_block_a_new_one, a_final_job_does_not_block_a_new_one, a_delayed_job_holds_its_identity,
        two_thousand_jobs_are_claimed_in_the_order_given, two_thousand_keys_given_twice_make_two_thousand_jobs,
        opposite_orders_do_not_deadlock, writers_of_one_key_make_one_job;
    claim: priority_comes_before_time_and_time_before_number, a_smaller_claim_takes_the_first,
        nothing_is_claimed_before_its_time, a_job_that_becomes_due_overtakes_by_priority,
        a_claim_is_of_one_unit_and_instance, unknown_units_are_left_alone, the_limit_holds,
        nothing_waits_nothing_is_claimed, attempts_are_counted_and_fences_grow_at_the_claim, claimers_never_share_a_job,
        a_heartbeat_renews_the_lease, a_lease_that_ran_out_can_be_renewed_until_it_is_reaped,
        a_heartbeat_says_what_was_lost, what_is_given_back_keeps_its_place_and_is_not_counted, the_next_time_is_told,
        a_vanished_worker_loses_its_jobs, three_crashes_alone_are_poison, crashes_do_not_use_up_the_errors,
        what_crashed_runs_alone, many_vanished_jobs_are_freed_by_one_reap;
    end: done_is_final_and_says_when_and_what, errors_wait_by_the_pattern, an_error_may_name_its_time,
        the_last_allowed_error_is_final, without_a_limit_errors_go_on, busy_is_not_counted_unless_it_does_not_end,
        snooze_is_not_counted, waiting_is_not_counted_and_says_for_what,
        failed_and_cancelled_are_final, attempts_that_count_are_listed,
        a_zombie_changes_nothing_while_its_job_waits, a_zombie_changes_nothing_while_its_job_runs_again,
        a_zombie_changes_nothing_after_its_job_is_final, a_zombie_cannot_end_what_a_person_requeued,
        one_lost_fence_of_a_hundred_costs_one, a_job_named_twice_ends_once, no_completions_are_no_work,
        jobs_of_a_plan_come_with_the_completion, a_job_that_waits_again_is_joined_by_the_jobs_of_its_plan,
        a_malformed_job_of_a_plan_refuses_its_completion_alone, what_a_store_cannot_apply_it_refuses_by_name;
    people: what_waits_can_be_cancelled, what_runs_is_asked_to_stop, what_is_final_can_be_requeued,
        a_poisoned_job_can_be_requeued, lists_are_paged_and_filtered, counts_add_up,
        stores_do_what_the_state_machine_says;
    twin: reap, retry, busy, snooze, give_back, requeue, two_failed_ones_requeued, two_running_ones_given_back_together,
        a_final_outcome_needs_no_identity;
};

/// Runs the suite, or the cases whose name contains `STORE_CASE`, and says how it went in one line.
async fn run_suite(kind: Kind) {
    let wanted = std::env::var("STORE_CASE").unwrap_or_default();
    let (mut passed, mut failed) = (0, Vec::new());
    for (name, case) in CASES.iter().filter(|(name, _)| name.contains(&wanted)) {
        let Some(bench) = Bench::new(kind).await else { return };
        match tokio::spawn(case(bench.clone())).await {
            // Whatever a case did: an identity belongs to a job that waits.
            Ok(()) if bench.identities_out_of_place().await == 0 => passed += 1,
            Ok(()) | Err(_) => failed.push(*name),
        }
        bench.clean().await;
    }
    println!("{kind:?}: {passed} of {} cases passed", passed + failed.len());
    assert!(failed.is_empty(), "{kind:?} fails: {failed:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn jobs_in_a_sqlite_file() {
    run_suite(Kind::SqliteFile).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn jobs_in_sqlite_memory() {
    run_suite(Kind::SqliteMemory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn jobs_in_postgres() {
    run_suite(Kind::Postgres).await;
}

#[test]
fn the_suite_is_not_thinned_out() {
    assert!(CASES.len() >= 40, "{} cases", CASES.len());
}
