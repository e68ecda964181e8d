//! How attempts end, and who may end them.

use std::time::Duration;

use support::store::*;

fn failed() -> Outcome {
    Outcome::Failed {
        kind: "data".to_owned(),
        error: "no such country".to_owned(),
    }
}

fn busy() -> Outcome {
    Outcome::Busy {
        error: "the row is locked".to_owned(),
    }
}

fn waits(payload: Option<Vec<u8>>) -> Outcome {
    Outcome::Waits {
        after: Duration::from_secs(90),
        reason: "not paid yet".to_owned(),
        payload,
    }
}

/// Every way to end an attempt.
fn outcomes() -> [Outcome; 7] {
    let snooze = Outcome::Snooze(Duration::from_secs(5));
    [
        Outcome::Done(Some("late".to_owned())),
        retry(),
        busy(),
        snooze,
        waits(None),
        failed(),
        Outcome::Cancelled,
    ]
}

async fn due(bench: &Bench) -> Duration {
    bench.next_due().await.expect("a job is scheduled")
}

pub async fn done_is_final_and_says_when_and_what(bench: Bench) {
    let id = bench.enqueue_one(job("x")).await.id;
    let claimed = bench.claim_one().await;
    let answer = bench.end(&claimed, Outcome::Done(Some("3 lines".to_owned()))).await;
    assert_eq!(answer, Completed::Applied(Vec::new()));
    let row = bench.row(id).await;
    assert_eq!(
        (row.state, row.message, row.error),
        (JobState::Done, Some("3 lines".to_owned()), None)
    );
    assert!(row.finished_at_us.is_some());
    assert_eq!(
        bench.store.attempts(id).await.expect("a list"),
        [],
        "a first-try success leaves no trace"
    );
    assert_eq!(bench.crash().await, Reaped::default());
}

pub async fn errors_wait_by_the_pattern(bench: Bench) {
    bench
        .enqueue(&[NewJob {
            max_attempts: 0,
            ..job("x")
        }])
        .await;
    for seconds in [10, 10, 60, 60, 60, 600, 600, 600, 600, 3600, 3600] {
        let claimed = bench.claim_one().await;
        bench.end(&claimed, retry()).await;
        let due = due(&bench).await;
        // The server's clock goes on while the test runs.
        let (least, most) = (
            Duration::from_secs(seconds * 9 / 10 - 5),
            Duration::from_secs(seconds * 11 / 10),
        );
        assert!((least..=most).contains(&due), "{due:?} instead of {seconds} s");
        bench.clock.advance(due + Duration::from_secs(1)).await;
    }
}

pub async fn an_error_may_name_its_time(bench: Bench) {
    bench.enqueue(&[job("x")]).await;
    let claimed = bench.claim_one().await;
    let after = Some(Duration::from_secs(500));
    bench
        .end(
            &claimed,
            Outcome::Retry {
                after,
                kind: "network".into(),
                error: "429".into(),
            },
        )
        .await;
    let due = due(&bench).await;
    assert!(
        due > Duration::from_secs(490) && due <= Duration::from_secs(500),
        "{due:?}"
    );
    bench.clock.advance(due + Duration::from_secs(1)).await;
    let claimed = bench.claim_one().await;
    let after = Some(Duration::MAX);
    let answer = bench
        .end(
            &claimed,
            Outcome::Retry {
                after,
                kind: "network".into(),
                error: "429".into(),
            },
        )
        .await;
    assert_eq!(
        answer,
        Completed::Applied(Vec::new()),
        "a time beyond all calendars is cut to a century"
    );
}

pub async fn the_last_allowed_error_is_final(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 3,
            ..job("x")
        })
        .await
        .id;
    for state in [JobState::Ready, JobState::Ready, JobState::Failed] {
        let claimed = bench.claim_one().await;
        bench.end(&claimed, retry_now()).await;
        assert_eq!(bench.state(id).await, state);
    }
    let row = bench.row(id).await;
    assert_eq!((row.attempt, row.errors), (3, 3));
    assert_eq!(row.error, Some(("network".to_owned(), "connection reset".to_owned())));
    assert!(row.finished_at_us.is_some());
}

pub async fn without_a_limit_errors_go_on(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 0,
            ..job("x")
        })
        .await
        .id;
    for _ in 0..30 {
        let claimed = bench.claim_one().await;
        bench.end(&claimed, retry_now()).await;
    }
    let row = bench.row(id).await;
    assert_eq!((row.state, row.attempt, row.errors), (JobState::Ready, 30, 30));
}

pub async fn busy_is_not_counted_unless_it_does_not_end(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 1,
            ..job("x")
        })
        .await
        .id;
    for _ in 0..20 {
        let claimed = bench.claim_one().await;
        assert_eq!(claimed.attempt, 1);
        bench.end(&claimed, busy()).await;
        assert_eq!(bench.state(id).await, JobState::Scheduled);
        bench.clock.advance(Duration::from_secs(6)).await;
    }
    let claimed = bench.claim_one().await;
    bench.end(&claimed, busy()).await;
    let row = bench.row(id).await;
    assert_eq!(
        (row.state, row.error.map(|(kind, _)| kind)),
        (JobState::Failed, Some("busy".to_owned()))
    );
}

pub async fn snooze_is_not_counted(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 1,
            ..job("x")
        })
        .await
        .id;
    for _ in 0..5 {
        let claimed = bench.claim_one().await;
        assert_eq!(claimed.attempt, 1);
        bench.end(&claimed, Outcome::Snooze(Duration::from_secs(90))).await;
        assert_eq!(bench.row(id).await.attempt, 0);
        assert!(bench.claim(1).await.is_empty());
        bench.clock.advance(Duration::from_secs(91)).await;
    }
}

pub async fn waiting_is_not_counted_and_says_for_what(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 1,
            ..job("x")
        })
        .await
        .id;
    let first = bench.row(id).await.payload;
    for round in 0..3_u8 {
        let claimed = bench.claim_one().await;
        let given = match round {
            0 | 1 => first.clone(),
            _ => vec![1],
        };
        assert_eq!((claimed.attempt, claimed.payload.clone()), (1, given));
        bench.end(&claimed, waits((round > 0).then(|| vec![round]))).await;
        let row = bench.row(id).await;
        assert_eq!((row.state, row.attempt, row.errors), (JobState::Scheduled, 0, 0));
        assert_eq!(row.error, Some(("waits".to_owned(), "not paid yet".to_owned())));
        assert!(bench.claim(1).await.is_empty());
        bench.clock.advance(Duration::from_secs(91)).await;
    }
    let claimed = bench.claim_one().await;
    assert_eq!(claimed.payload, [2]);
    bench.end(&claimed, Outcome::Done(None)).await;
    assert_eq!(bench.row(id).await.error, None);
}

pub async fn failed_and_cancelled_are_final(bench: Bench) {
    let ids: Vec<_> = bench
        .enqueue(&[job("a"), job("b")])
        .await
        .iter()
        .map(|answer| answer.id)
        .collect();
    let claimed = bench.claim(2).await;
    bench.end(&claimed[0], failed()).await;
    bench.end(&claimed[1], Outcome::Cancelled).await;
    let row = bench.row(ids[0]).await;
    assert_eq!(row.state, JobState::Failed);
    assert_eq!(row.error, Some(("data".to_owned(), "no such country".to_owned())));
    assert_eq!(bench.state(ids[1]).await, JobState::Cancelled);
    assert_eq!((bench.next_due().await, bench.claim(10).await.len()), (None, 0));
}

pub async fn attempts_that_count_are_listed(bench: Bench) {
    let id = bench.enqueue_one(job("x")).await.id;
    for outcome in [
        retry_now(),
        Outcome::Snooze(Duration::ZERO),
        retry_now(),
        Outcome::Done(None),
    ] {
        let claimed = bench.claim_one().await;
        bench.end(&claimed, outcome).await;
    }
    let rows = bench.store.attempts(id).await.expect("a list");
    let ends: Vec<_> = rows.iter().map(|row| (row.attempt, row.end)).collect();
    assert_eq!(
        ends,
        [(1, AttemptEnd::Retry), (2, AttemptEnd::Retry), (3, AttemptEnd::Done)]
    );
    assert!(
        rows.iter()
            .all(|row| row.worker == bench.worker && row.started_at_us <= row.ended_at_us)
    );
    assert_eq!(
        rows[0].error,
        Some(("network".to_owned(), "connection reset".to_owned()))
    );
    assert_eq!(rows[2].error, None);
}

/// The zombie's writes, each on a job of its own that was taken away; none may change anything.
async fn zombie_writes(bench: &Bench, lost: &[ClaimedJob]) {
    for (mine, outcome) in lost.iter().zip(outcomes()) {
        let plan = enqueues(vec![job("from a zombie")]);
        let before = bench.row(mine.id).await;
        assert_eq!(
            bench.end_with(mine, outcome.clone(), plan).await,
            Completed::Lost,
            "{outcome:?}"
        );
        let after = bench.row(mine.id).await;
        assert_eq!(format!("{before:?}"), format!("{after:?}"), "{outcome:?}");
    }
    let all: Vec<_> = lost.iter().collect();
    assert!(bench.heartbeat(&all).await.iter().all(|held| *held == Held::Lost));
    assert_eq!(bench.give_back(&all).await, 0);
}

pub async fn a_zombie_changes_nothing_while_its_job_waits(bench: Bench) {
    bench.enqueue(&vec![job("x"); 6]).await;
    let lost = bench.claim(6).await;
    assert_eq!(bench.crash().await.freed, 6);
    zombie_writes(&bench, &lost).await;
    assert_eq!(bench.waiting().await, 6);
}

pub async fn a_zombie_changes_nothing_while_its_job_runs_again(bench: Bench) {
    bench.enqueue(&vec![job("x"); 6]).await;
    let lost = bench.claim(6).await;
    bench.crash().await;
    let owners: Vec<_> = (0..6).map(|_| bench.other_worker()).collect();
    let mut owned = Vec::new();
    for owner in &owners {
        owned.push(owner.claim_one().await);
    }
    zombie_writes(&bench, &lost).await;
    for (owner, job) in owners.iter().zip(&owned) {
        assert_eq!(owner.heartbeat(&[job]).await, [Held::Ours]);
        owner.done(job).await;
    }
    assert_eq!(bench.count(JobState::Done).await, 6);
}

pub async fn a_zombie_changes_nothing_after_its_job_is_final(bench: Bench) {
    bench.enqueue(&vec![job("x"); 6]).await;
    let lost = bench.claim(6).await;
    bench.crash().await;
    for _ in 0..6 {
        let owner = bench.other_worker();
        let claimed = owner.claim_one().await;
        owner.done(&claimed).await;
    }
    zombie_writes(&bench, &lost).await;
}

pub async fn a_zombie_cannot_end_what_a_person_requeued(bench: Bench) {
    bench.enqueue(&vec![job("x"); 6]).await;
    let lost = bench.claim(6).await;
    for job in &lost {
        bench.end(job, failed()).await;
        assert!(bench.store.requeue(job.id).await.expect("a wish"));
    }
    zombie_writes(&bench, &lost).await;
    assert_eq!(bench.claim(10).await.len(), 6);
    zombie_writes(&bench, &lost).await;
}

pub async fn one_lost_fence_of_a_hundred_costs_one(bench: Bench) {
    bench.enqueue(&vec![job("x"); 100]).await;
    let claimed = bench.claim(100).await;
    bench.give_back(&[&claimed[41]]).await;
    let completions: Vec<_> = claimed
        .iter()
        .map(|claimed| Completion {
            job: claimed.id,
            fence: claimed.fence,
            outcome: Outcome::Done(None),
            plan: enqueues(vec![NewJob {
                unit: UNITS[1].to_owned(),
                ..job(&format!("after {}", claimed.id.0))
            }]),
        })
        .collect();
    let answers = bench.store.complete(&completions).await.expect("a completion");
    for (position, answer) in answers.iter().enumerate() {
        let expected = if position == 41 {
            Completed::Lost
        } else {
            Completed::Applied(Vec::new())
        };
        assert_eq!(*answer, expected, "at {position}");
    }
    assert_eq!(bench.count(JobState::Done).await, 99);
    let enqueued = payloads(&bench.claim_units(&[UNITS[1]], 100).await);
    assert_eq!(enqueued.len(), 99);
    assert!(!enqueued.contains(&format!("after {}", claimed[41].id.0)));
}

pub async fn a_job_named_twice_ends_once(bench: Bench) {
    let id = bench.enqueue_one(job("x")).await.id;
    let claimed = bench.claim_one().await;
    let end = |outcome| Completion {
        job: id,
        fence: claimed.fence,
        outcome,
        plan: enqueues(vec![job("next")]),
    };
    let answers = bench
        .store
        .complete(&[end(retry()), end(Outcome::Done(None))])
        .await
        .expect("a completion");
    assert_eq!(answers, [Completed::Applied(Vec::new()), Completed::Lost]);
    assert_eq!((bench.state(id).await, bench.waiting().await), (JobState::Scheduled, 2));
}

pub async fn no_completions_are_no_work(bench: Bench) {
    assert_eq!(bench.store.complete(&[]).await.expect("a completion"), []);
    assert_eq!(bench.store.give_back(&[]).await.expect("a hand-back"), 0);
}

pub async fn jobs_of_a_plan_come_with_the_completion(bench: Bench) {
    bench.enqueue(&[job("page 1")]).await;
    let waiting = bench
        .enqueue_one(NewJob {
            priority: 50,
            ..keyed("order 2")
        })
        .await;
    let claimed = bench.claim_one().await;
    let replaced = NewJob {
        on_conflict: OnConflict::Replace,
        payload: b"newer".to_vec(),
        ..keyed("order 2")
    };
    let plan = enqueues(vec![keyed("order 3"), replaced, keyed("order 1"), keyed("order 3")]);
    assert_eq!(
        bench.end_with(&claimed, Outcome::Done(None), plan).await,
        Completed::Applied(Vec::new())
    );
    assert_eq!(payloads(&bench.claim_all().await), ["order 3", "order 1", "newer"]);
    assert_eq!(bench.row(waiting.id).await.payload, b"newer");
}

pub async fn a_job_that_waits_again_is_joined_by_the_jobs_of_its_plan(bench: Bench) {
    let id = bench.enqueue_one(keyed("order 7")).await.id;
    let claimed = bench.claim_one().await;
    let newer = NewJob {
        on_conflict: OnConflict::Replace,
        payload: b"newer".to_vec(),
        ..keyed("order 7")
    };
    let sooner = NewJob {
        on_conflict: OnConflict::Earliest,
        ..keyed("order 7")
    };
    bench.end_with(&claimed, retry(), enqueues(vec![newer, sooner])).await;
    let row = bench.row(id).await;
    assert_eq!((row.state, row.payload), (JobState::Ready, b"newer".to_vec()));
    assert_eq!(bench.waiting().await, 1);
}

pub async fn a_malformed_job_of_a_plan_refuses_its_completion_alone(bench: Bench) {
    bench.enqueue(&[job("a"), job("b")]).await;
    let claimed = bench.claim(2).await;
    let malformed = NewJob {
        unit: "im\0port".to_owned(),
        ..job("x")
    };
    let end = |job: &ClaimedJob, jobs| Completion {
        job: job.id,
        fence: job.fence,
        outcome: Outcome::Done(None),
        plan: enqueues(jobs),
    };
    let completions = [
        end(&claimed[0], vec![job("good"), malformed]),
        end(&claimed[1], vec![job("next")]),
    ];
    let answers = bench.store.complete(&completions).await.expect("a completion");
    assert!(
        matches!(&answers[0], Completed::Refused(why) if why.contains("U+0000")),
        "{answers:?}"
    );
    assert_eq!(answers[1], Completed::Applied(Vec::new()));
    assert_eq!(
        bench.state(claimed[0].id).await,
        JobState::Running,
        "its worker says how it ends"
    );
    assert_eq!(payloads(&bench.claim_all().await), ["next"]);
}

pub async fn what_a_store_cannot_apply_it_refuses_by_name(bench: Bench) {
    let id = bench.enqueue_one(job("x")).await.id;
    let claimed = bench.claim_one().await;
    let key = Key("7".to_owned());
    let checkpoint = NewCheckpoint {
        instance: "shop".to_owned(),
        external: "Order".to_owned(),
        key,
        reason: "look".to_owned(),
    };
    let plan = Plan {
        checkpoints: vec![checkpoint],
        ..enqueues(vec![job("next")])
    };
    let completion = Completion {
        job: id,
        fence: claimed.fence,
        outcome: Outcome::Done(None),
        plan,
    };
    let error = bench
        .store
        .complete(&[completion])
        .await
        .expect_err("no records were prepared");
    assert!(
        matches!(&error, StoreError::Unsupported { what, .. } if what.contains("checkpoints")),
        "{error}"
    );
    assert_eq!((bench.state(id).await, bench.waiting().await), (JobState::Running, 0));
    bench.done(&claimed).await;
}
