//! New jobs and their identities.

use std::time::Duration;

use support::store::*;

fn conflict(what: &str, on_conflict: OnConflict, payload: &str) -> NewJob {
    NewJob {
        on_conflict,
        payload: payload.as_bytes().to_vec(),
        ..keyed(what)
    }
}

pub async fn answers_come_in_the_order_given(bench: Bench) {
    let jobs: Vec<_> = ["z", "a", "m"].map(keyed).into_iter().chain([job("free")]).collect();
    let answers = bench.enqueue(&jobs).await;
    let ids: Vec<_> = answers.iter().map(|answer| answer.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for (answer, job) in answers.iter().zip(&jobs) {
        assert!(!answer.joined);
        let row = bench.row(answer.id).await;
        assert_eq!((row.uuid, row.description), (answer.uuid, job.description.clone()));
    }
}

pub async fn a_job_keeps_what_it_was_given(bench: Bench) {
    let given = NewJob {
        unit: UNITS[2].to_owned(),
        instance: "Läden ✓".to_owned(),
        priority: -7,
        max_attempts: 3,
        run: Some(42),
        ..job("Überweisung „7“")
    };
    let id = bench.enqueue_one(given.clone()).await.id;
    let row = bench.row(id).await;
    assert_eq!(
        (row.unit, row.instance, row.priority),
        (given.unit.clone(), given.instance.clone(), -7)
    );
    assert_eq!(
        (row.attempt, row.errors, row.max_attempts, row.state),
        (0, 0, 3, JobState::Ready)
    );
    assert_eq!(
        (row.description, row.error, row.finished_at_us),
        (given.description, None, None)
    );
    assert_eq!(row.eta_us, row.created_at_us);
    let claimed = bench.claim_one().await;
    assert_eq!(
        (claimed.unit, claimed.instance, claimed.run),
        (given.unit, given.instance, Some(42))
    );
    assert_eq!((claimed.max_attempts, claimed.created_at_us), (3, row.created_at_us));
}

pub async fn payload_bytes_survive(bench: Bench) {
    let payloads: [&[u8]; 4] = [
        b"",
        b"a\0b\0",
        b"\xff\xfe\x80 not UTF-8 \xc3",
        br#"{"a":1,"a":2,"n":1.10}"#,
    ];
    let jobs = payloads.map(|payload| NewJob {
        payload: payload.to_vec(),
        ..job("bytes")
    });
    let ids: Vec<_> = bench.enqueue(&jobs).await.iter().map(|answer| answer.id).collect();
    for (claimed, payload) in bench.claim(10).await.iter().zip(payloads) {
        assert_eq!(claimed.payload, payload);
    }
    for (id, payload) in ids.iter().zip(payloads) {
        assert_eq!(bench.row(*id).await.payload, payload);
    }
}

pub async fn a_payload_of_a_mebibyte_survives(bench: Bench) {
    let payload: Vec<u8> = (0..1 << 20).map(|at: u32| (at % 251) as u8).collect();
    let jobs = vec![
        NewJob {
            payload: payload.clone(),
            ..job("large")
        };
        12
    ];
    bench.enqueue(&jobs).await;
    let claimed = bench.claim(100).await;
    assert_eq!(claimed.len(), 12);
    assert!(claimed.iter().all(|job| job.payload == payload));
}

pub async fn a_text_for_people_may_hold_the_character_0(bench: Bench) {
    let id = bench.enqueue_one(job("before\0after")).await.id;
    assert_eq!(bench.row(id).await.description, "before\u{2400}after");
    let claimed = bench.claim_one().await;
    let failed = Outcome::Failed {
        kind: "da\0ta".to_owned(),
        error: "bad\0value".to_owned(),
    };
    bench.end(&claimed, failed).await;
    let error = bench.row(id).await.error;
    assert_eq!(error, Some(("da\u{2400}ta".to_owned(), "bad\u{2400}value".to_owned())));
}

pub async fn a_malformed_job_is_refused_with_all_beside_it(bench: Bench) {
    let malformed = [
        (
            NewJob {
                unit: "im\0port".to_owned(),
                ..job("x")
            },
            "U+0000",
        ),
        (
            NewJob {
                instance: "sh\0op".to_owned(),
                ..job("x")
            },
            "U+0000",
        ),
        (
            NewJob {
                delay: Duration::MAX,
                ..job("x")
            },
            "century",
        ),
        (
            NewJob {
                max_attempts: u32::MAX,
                ..job("x")
            },
            "max_attempts",
        ),
    ];
    for (malformed, reason) in malformed {
        let error = bench
            .store
            .enqueue(&[job("good"), malformed])
            .await
            .expect_err("a refusal");
        assert!(
            matches!(&error, StoreError::Refused { .. }) && error.to_string().contains(reason),
            "{error}"
        );
    }
    assert_eq!(bench.waiting().await, 0);
}

pub async fn no_jobs_are_no_work(bench: Bench) {
    assert_eq!(bench.enqueue(&[]).await, []);
    assert_eq!(bench.store.job_counts().await.expect("counts"), []);
}

pub async fn keep_leaves_the_waiting_job_alone(bench: Bench) {
    let first = bench.enqueue_one(conflict("order 7", OnConflict::Keep, "old")).await;
    let second = bench.enqueue_one(conflict("order 7", OnConflict::Keep, "new")).await;
    assert_eq!((second.id, second.uuid, second.joined), (first.id, first.uuid, true));
    assert_eq!(payloads(&bench.claim_all().await), ["old"]);
}

pub async fn replace_gives_the_waiting_job_the_new_payload(bench: Bench) {
    let first = bench.enqueue_one(conflict("order 7", OnConflict::Keep, "old")).await;
    let other = bench.enqueue_one(keyed("order 8")).await;
    let second = bench.enqueue_one(conflict("order 7", OnConflict::Replace, "new")).await;
    assert_eq!((second.id, second.joined), (first.id, true));
    assert_eq!(payloads(&bench.claim_all().await), ["new", "order 8"]);
    assert_eq!(bench.row(other.id).await.payload, b"order 8");
}

pub async fn earliest_moves_only_forward(bench: Bench) {
    let at = |seconds| NewJob {
        delay: Duration::from_secs(seconds),
        ..conflict("order 7", OnConflict::Earliest, "as first given")
    };
    let first = bench.enqueue_one(at(60)).await;
    let eta = bench.row(first.id).await.eta_us;
    assert!(bench.enqueue_one(at(90)).await.joined);
    assert_eq!(bench.row(first.id).await.eta_us, eta);
    assert!(bench.enqueue_one(at(20)).await.joined);
    let due = bench.next_due().await.expect("a job is scheduled");
    assert!(
        due <= Duration::from_secs(20) && due > Duration::from_secs(10),
        "{due:?}"
    );
    assert!(bench.enqueue_one(at(0)).await.joined);
    assert_eq!(bench.state(first.id).await, JobState::Ready);
    assert_eq!(payloads(&bench.claim_all().await), ["as first given"]);
}

pub async fn one_call_may_name_an_identity_twice(bench: Bench) {
    let jobs = [
        conflict("a", OnConflict::Keep, "a1"),
        conflict("b", OnConflict::Keep, "b1"),
        conflict("a", OnConflict::Replace, "a2"),
        conflict("b", OnConflict::Keep, "b2"),
        conflict("a", OnConflict::Replace, "a3"),
    ];
    let answers = bench.enqueue(&jobs).await;
    let joined: Vec<_> = answers.iter().map(|answer| answer.joined).collect();
    assert_eq!(joined, [false, false, true, true, true]);
    assert_eq!(
        (answers[2].id, answers[4].id, answers[3].id),
        (answers[0].id, answers[0].id, answers[1].id)
    );
    assert_eq!(payloads(&bench.claim_all().await), ["a3", "b1"]);
}

pub async fn a_running_job_does_not_block_a_new_one(bench: Bench) {
    let first = bench.enqueue_one(keyed("order 7")).await;
    let running = bench.claim_one().await;
    let second = bench.enqueue_one(keyed("order 7")).await;
    assert!(
        second.id != first.id && !second.joined,
        "a change during the run is not lost"
    );
    bench.done(&running).await;
    assert_eq!(bench.claim_one().await.id, second.id);
}

pub async fn a_final_job_does_not_block_a_new_one(bench: Bench) {
    for outcome in [
        Outcome::Done(None),
        Outcome::Cancelled,
        Outcome::Failed {
            kind: "x".into(),
            error: "y".into(),
        },
    ] {
        let joined = bench.enqueue_one(keyed("order 7")).await.joined;
        let claimed = bench.claim_one().await;
        bench.end(&claimed, outcome).await;
        assert!(!joined);
    }
    assert!(!bench.enqueue_one(keyed("order 7")).await.joined);
}

pub async fn a_delayed_job_holds_its_identity(bench: Bench) {
    let later = NewJob {
        delay: Duration::from_secs(60),
        ..keyed("order 7")
    };
    let first = bench.enqueue_one(later).await;
    assert_eq!(bench.state(first.id).await, JobState::Scheduled);
    assert_eq!(bench.enqueue_one(keyed("order 7")).await.id, first.id);
    assert!(bench.claim(10).await.is_empty(), "keep does not make it earlier");
}

pub async fn two_thousand_jobs_are_claimed_in_the_order_given(bench: Bench) {
    let jobs: Vec<_> = (0..2_000)
        .map(|number| keyed(&format!("{}", number * 7_919 % 2_000)))
        .collect();
    assert!(bench.enqueue(&jobs).await.iter().all(|answer| !answer.joined));
    let given: Vec<_> = jobs.iter().map(|job| job.description.clone()).collect();
    assert_eq!(payloads(&bench.claim_all().await), given);
}

pub async fn two_thousand_keys_given_twice_make_two_thousand_jobs(bench: Bench) {
    let jobs: Vec<_> = (0..2_000).map(|number| keyed(&format!("{number}"))).collect();
    let first = bench.enqueue(&jobs).await;
    let second = bench.enqueue(&jobs).await;
    assert!(second.iter().all(|answer| answer.joined));
    assert!(first.iter().zip(&second).all(|(first, second)| first.id == second.id));
    assert_eq!(bench.waiting().await, 2_000);
}

pub async fn opposite_orders_do_not_deadlock(bench: Bench) {
    for round in 0..3 {
        let jobs: Vec<_> = (0..1_000).map(|number| keyed(&format!("{round} {number}"))).collect();
        let backward: Vec<_> = jobs.iter().rev().cloned().collect();
        let changing: Vec<_> = backward
            .iter()
            .map(|job| NewJob {
                on_conflict: OnConflict::Replace,
                ..job.clone()
            })
            .collect();
        let (one, two, three) = tokio::join!(bench.enqueue(&jobs), bench.enqueue(&backward), bench.enqueue(&changing));
        let new = [one, two, three]
            .iter()
            .flatten()
            .filter(|answer| !answer.joined)
            .count();
        assert_eq!(new, 1_000);
    }
    assert_eq!(bench.waiting().await, 3_000);
}

pub async fn writers_of_one_key_make_one_job(bench: Bench) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let bench = bench.clone();
        tasks.spawn(async move {
            let mut new = 0;
            for number in 0..40 {
                new += u64::from(!bench.enqueue_one(keyed(&format!("order {number}"))).await.joined);
            }
            new
        });
    }
    let new: u64 = tasks.join_all().await.into_iter().sum();
    assert_eq!((new, bench.waiting().await), (40, 40));
}
