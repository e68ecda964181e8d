//! What becomes of a job, case by case.

use super::*;

fn running() -> Standing {
    Standing {
        state: JobState::Running,
        attempt: 1,
        errors: 0,
        max_attempts: 3,
        crashes: 0,
        busy: 0,
        cancel_asked: false,
    }
}

fn after(standing: &Standing, event: Event<'_>) -> Next {
    transition(standing, event, 0.5).expect("legal")
}

fn retry() -> Outcome {
    Outcome::Retry {
        after: None,
        kind: "network".to_owned(),
        error: "reset".to_owned(),
    }
}

#[test]
fn the_last_allowed_error_is_final() {
    let next = after(&Standing { errors: 2, ..running() }, Event::Ended(&retry()));
    assert_eq!(
        (next.state, next.errors, next.recorded),
        (JobState::Failed, 3, Some(AttemptEnd::Failed))
    );
}

#[test]
fn without_a_limit_no_error_is_final() {
    let endless = Standing {
        errors: 4_000,
        max_attempts: 0,
        ..running()
    };
    let next = after(&endless, Event::Ended(&retry()));
    assert_eq!(
        (next.state, next.delay),
        (JobState::Scheduled, Some(Duration::from_secs(3600)))
    );
}

#[test]
fn crashes_do_not_use_up_the_errors() {
    let next = after(
        &Standing {
            attempt: 9,
            max_attempts: 1,
            ..running()
        },
        Event::LeaseRanOut,
    );
    assert_eq!((next.state, next.errors, next.crashes), (JobState::Ready, 0, 1));
}

#[test]
fn the_first_crash_does_not_count_toward_poison() {
    let states: Vec<_> = (0..=CRASHES_ALONE)
        .map(|crashes| after(&Standing { crashes, ..running() }, Event::LeaseRanOut).state)
        .collect();
    assert_eq!(
        states,
        [
            JobState::Ready,
            JobState::Scheduled,
            JobState::Scheduled,
            JobState::Failed
        ]
    );
}

#[test]
fn busy_counts_only_when_it_does_not_end() {
    let outcome = Outcome::Busy {
        error: "locked".to_owned(),
    };
    let next = after(&running(), Event::Ended(&outcome));
    assert_eq!((next.attempt, next.errors, next.busy), (0, 0, 1));
    let next = after(
        &Standing {
            busy: BUSY_UNCOUNTED,
            ..running()
        },
        Event::Ended(&outcome),
    );
    assert_eq!((next.attempt, next.errors, next.busy), (1, 1, 0));
}

#[test]
fn waiting_uses_up_nothing() {
    let waits = Outcome::Waits {
        after: Duration::from_secs(1800),
        reason: "not paid yet".to_owned(),
        payload: Some(b"key".to_vec()),
    };
    let next = after(
        &Standing {
            errors: 2,
            busy: 7,
            ..running()
        },
        Event::Ended(&waits),
    );
    assert_eq!((next.attempt, next.errors, next.busy), (0, 2, 0));
    assert_eq!(
        (next.state, next.delay),
        (JobState::Scheduled, Some(Duration::from_secs(1800)))
    );
    assert_eq!(next.error, LastError::is("waits", "not paid yet"));
    assert_eq!((next.payload, next.recorded), (Some(b"key".to_vec()), None));
}

#[test]
fn who_was_asked_to_stop_does_not_wait_again() {
    let asked = Standing {
        cancel_asked: true,
        ..running()
    };
    for event in [Event::GivenBack, Event::LeaseRanOut, Event::Ended(&retry())] {
        assert_eq!(after(&asked, event).state, JobState::Cancelled);
    }
    assert_eq!(after(&asked, Event::Ended(&Outcome::Done(None))).state, JobState::Done);
}

#[test]
fn a_final_job_only_runs_again_by_a_person() {
    for state in [JobState::Done, JobState::Failed, JobState::Cancelled] {
        let standing = Standing { state, ..running() };
        assert_eq!(
            transition(&standing, Event::Ended(&Outcome::Cancelled), 0.5),
            Err(Illegal { state })
        );
        assert_eq!(transition(&standing, Event::LeaseRanOut, 0.5), Err(Illegal { state }));
        assert_eq!(after(&standing, Event::Requeued).state, JobState::Ready);
    }
}
