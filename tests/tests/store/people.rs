//! What people do and see.

use std::time::Duration;

use support::store::*;

fn failed() -> Outcome {
    Outcome::Failed {
        kind: "data".to_owned(),
        error: "no such country".to_owned(),
    }
}

async fn cancel(bench: &Bench, job: JobId) -> bool {
    bench.store.cancel(job).await.expect("a wish")
}

async fn requeue(bench: &Bench, job: JobId) -> bool {
    bench.store.requeue(job).await.expect("a wish")
}

pub async fn what_waits_can_be_cancelled(bench: Bench) {
    let later = NewJob {
        delay: Duration::from_secs(60),
        ..keyed("b")
    };
    for answer in bench.enqueue(&[keyed("a"), later]).await {
        assert!(cancel(&bench, answer.id).await);
        assert!(!cancel(&bench, answer.id).await, "it is final");
        let row = bench.row(answer.id).await;
        assert!(row.state == JobState::Cancelled && row.finished_at_us.is_some());
    }
    assert!(!cancel(&bench, JobId(999_999)).await);
    assert_eq!((bench.claim(10).await.len(), bench.next_due().await), (0, None));
    let again = bench.enqueue(&[keyed("a"), keyed("b")]).await;
    assert!(
        again.iter().all(|answer| !answer.joined),
        "a cancelled job lets its identity go"
    );
}

pub async fn what_runs_is_asked_to_stop(bench: Bench) {
    bench.enqueue(&vec![job("x"); 5]).await;
    let claimed = bench.claim(5).await;
    for job in &claimed {
        assert!(cancel(&bench, job.id).await);
        assert_eq!(bench.heartbeat(&[job]).await, [Held::CancelAsked]);
        assert_eq!(bench.state(job.id).await, JobState::Running);
    }
    bench.end(&claimed[0], retry()).await;
    bench.give_back(&[&claimed[1]]).await;
    bench.done(&claimed[2]).await;
    bench.end(&claimed[3], Outcome::Snooze(Duration::ZERO)).await;
    assert_eq!(
        bench.crash().await,
        Reaped {
            cancelled: 1,
            ..Reaped::default()
        }
    );
    let mut states = Vec::new();
    for job in &claimed {
        states.push(bench.state(job.id).await);
    }
    let (done, cancelled) = (JobState::Done, JobState::Cancelled);
    assert_eq!(
        states,
        [cancelled, cancelled, done, cancelled, cancelled],
        "what was done before it heard is done"
    );
}

pub async fn what_is_final_can_be_requeued(bench: Bench) {
    bench
        .enqueue(&vec![
            NewJob {
                max_attempts: 1,
                ..job("x")
            };
            3
        ])
        .await;
    let claimed = bench.claim(3).await;
    bench.end(&claimed[0], retry()).await;
    bench.end(&claimed[1], Outcome::Cancelled).await;
    bench.done(&claimed[2]).await;
    for before in &claimed {
        assert!(requeue(&bench, before.id).await);
        assert!(!requeue(&bench, before.id).await, "it waits");
        let row = bench.row(before.id).await;
        assert_eq!(
            (row.state, row.attempt, row.errors, row.error),
            (JobState::Ready, 0, 0, None)
        );
        assert_eq!((row.finished_at_us, row.message), (None, None));
    }
    for (again, before) in bench.claim(10).await.iter().zip(&claimed) {
        assert_eq!((again.id, again.attempt), (before.id, 1));
        assert!(again.fence.0 > before.fence.0 + 1);
        assert!(!requeue(&bench, again.id).await, "it runs");
    }
    assert!(!requeue(&bench, JobId(999_999)).await);
}

pub async fn a_poisoned_job_can_be_requeued(bench: Bench) {
    let id = bench.enqueue_one(job("x")).await.id;
    while bench.state(id).await != JobState::Failed {
        bench.clock.advance(Duration::from_secs(120)).await;
        bench.other_worker().claim_one().await;
        bench.crash().await;
    }
    assert!(requeue(&bench, id).await);
    let claimed = bench.claim_one().await;
    assert_eq!((claimed.attempt, claimed.crashes), (1, 0));
}

pub async fn lists_are_paged_and_filtered(bench: Bench) {
    let other = NewJob {
        instance: "shop b".to_owned(),
        unit: UNITS[1].to_owned(),
        ..job("other")
    };
    let mut jobs = vec![job("x"); 5];
    jobs.push(other);
    let ids: Vec<_> = bench.enqueue(&jobs).await.iter().map(|answer| answer.id).collect();
    for claimed in bench.claim(2).await {
        bench.done(&claimed).await;
    }
    let list = async |filter: JobFilter| {
        let rows = bench.store.jobs(&filter).await.expect("a list");
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(list(JobFilter::default()).await, ids);
    assert_eq!(
        list(JobFilter {
            limit: 2,
            ..JobFilter::default()
        })
        .await,
        ids[..2]
    );
    assert_eq!(
        list(JobFilter {
            limit: 2,
            after: Some(ids[1]),
            ..JobFilter::default()
        })
        .await,
        ids[2..4]
    );
    assert_eq!(
        list(JobFilter {
            states: vec![JobState::Done],
            ..JobFilter::default()
        })
        .await,
        ids[..2]
    );
    let states = vec![JobState::Done, JobState::Ready];
    assert_eq!(
        list(JobFilter {
            states,
            ..JobFilter::default()
        })
        .await,
        ids
    );
    assert_eq!(
        list(JobFilter {
            instance: Some("shop b".to_owned()),
            ..JobFilter::default()
        })
        .await,
        ids[5..]
    );
}

pub async fn counts_add_up(bench: Bench) {
    let mut jobs = vec![job("x"); 12];
    jobs.extend(vec![
        NewJob {
            delay: Duration::from_secs(60),
            ..job("later")
        };
        3
    ]);
    bench.enqueue(&jobs).await;
    let claimed = bench.claim(8).await;
    bench.done(&claimed[0]).await;
    bench.done(&claimed[1]).await;
    bench.end(&claimed[2], failed()).await;
    bench.end(&claimed[3], Outcome::Cancelled).await;
    bench.end(&claimed[4], retry()).await;
    let counts = bench.store.job_counts().await.expect("counts");
    let expected = [
        (JobState::Scheduled, 4),
        (JobState::Ready, 4),
        (JobState::Running, 3),
        (JobState::Done, 2),
        (JobState::Failed, 1),
        (JobState::Cancelled, 1),
    ];
    assert_eq!(counts, expected);
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<u64>(), 15);
}

/// A fresh job in a state, and the claim it comes from where there was one.
async fn job_that_is(bench: &Bench, state: JobState) -> ClaimedJob {
    let delay = if state == JobState::Scheduled {
        Duration::from_secs(3_600)
    } else {
        Duration::ZERO
    };
    let id = bench.enqueue_one(NewJob { delay, ..job("x") }).await.id;
    let unclaimed = ClaimedJob {
        id,
        uuid: bench.worker,
        fence: Fence(0),
        attempt: 0,
        max_attempts: 5,
        errors: 0,
        crashes: 0,
        unit: String::new(),
        instance: String::new(),
        payload: Vec::new(),
        run: None,
        created_at_us: 0,
    };
    if matches!(state, JobState::Scheduled | JobState::Ready) {
        return unclaimed;
    }
    let claimed = bench.claim_one().await;
    match state {
        JobState::Done => bench.done(&claimed).await,
        JobState::Failed => drop(bench.end(&claimed, failed()).await),
        JobState::Cancelled => drop(bench.end(&claimed, Outcome::Cancelled).await),
        JobState::WaitingDeps | JobState::Scheduled | JobState::Ready | JobState::Running => {}
    }
    claimed
}

/// Each event on a job in each state does what the state machine says, or nothing where it says that it cannot happen.
pub async fn stores_do_what_the_state_machine_says(bench: Bench) {
    let states = JobState::ALL
        .into_iter()
        .filter(|state| *state != JobState::WaitingDeps);
    for state in states {
        for event in ["claim", "done", "give back", "reap", "cancel", "requeue"] {
            let job = job_that_is(&bench, state).await;
            let done = Outcome::Done(None);
            let told = match event {
                "claim" => drop_value(bench.claim(1).await, Event::Claimed),
                "done" => drop_value(bench.end(&job, done.clone()).await, Event::Ended(&done)),
                "give back" => drop_value(bench.give_back(&[&job]).await, Event::GivenBack),
                "reap" => drop_value(bench.crash().await, Event::LeaseRanOut),
                "cancel" => drop_value(bench.store.cancel(job.id).await, Event::Cancelled),
                _ => drop_value(bench.store.requeue(job.id).await, Event::Requeued),
            };
            let (attempt, cancel_asked) = (job.attempt, false);
            let standing = Standing {
                state,
                attempt,
                errors: 0,
                max_attempts: 5,
                crashes: 0,
                busy: 0,
                cancel_asked,
            };
            let expected = transition(&standing, told, 0.5).map_or(state, |next| next.state);
            assert_eq!(
                bench.state(job.id).await,
                expected,
                "{event} of a job that is {state:?}"
            );
            // The next round finds nothing to claim or to reap.
            bench.store.cancel(job.id).await.expect("a wish");
            bench.crash().await;
        }
    }
}

fn drop_value<T>(_done: T, told: Event<'_>) -> Event<'_> {
    told
}
