//! Who gets which job, and for how long.

use std::collections::HashSet;
use std::time::Duration;

use support::store::*;

fn prior(what: &str, priority: i16) -> NewJob {
    NewJob { priority, ..job(what) }
}

fn later(what: &str, seconds: u64) -> NewJob {
    NewJob {
        delay: Duration::from_secs(seconds),
        ..job(what)
    }
}

fn of(unit: &str, instance: &str, what: &str) -> NewJob {
    NewJob {
        unit: unit.to_owned(),
        instance: instance.to_owned(),
        ..job(what)
    }
}

pub async fn priority_comes_before_time_and_time_before_number(bench: Bench) {
    bench
        .enqueue(&[
            prior("e", 20),
            later("d", 9),
            later("c", 5),
            prior("a", -3),
            prior("b", 1),
        ])
        .await;
    bench.enqueue(&[prior("f", 20)]).await;
    bench.clock.advance(Duration::from_secs(10)).await;
    assert_eq!(payloads(&bench.claim_all().await), ["a", "b", "c", "d", "e", "f"]);
}

pub async fn a_smaller_claim_takes_the_first(bench: Bench) {
    bench.enqueue(&[prior("c", 3), prior("a", 1), prior("b", 2)]).await;
    assert_eq!(payloads(&bench.claim(2).await), ["a", "b"]);
    assert_eq!(payloads(&bench.claim(2).await), ["c"]);
}

pub async fn nothing_is_claimed_before_its_time(bench: Bench) {
    bench.enqueue(&[later("tomorrow", 60)]).await;
    bench.clock.advance(Duration::from_secs(50)).await;
    assert!(bench.claim(10).await.is_empty());
    bench.clock.advance(Duration::from_secs(11)).await;
    assert_eq!(payloads(&bench.claim(10).await), ["tomorrow"]);
}

pub async fn a_job_that_becomes_due_overtakes_by_priority(bench: Bench) {
    bench
        .enqueue(&[
            NewJob {
                priority: 1,
                ..later("urgent", 30)
            },
            prior("usual", 10),
        ])
        .await;
    bench.clock.advance(Duration::from_secs(31)).await;
    assert_eq!(payloads(&bench.claim(1).await), ["urgent"]);
}

pub async fn a_claim_is_of_one_unit_and_instance(bench: Bench) {
    let mut jobs = vec![NewJob {
        priority: 1,
        ..of(UNITS[1], "shop b", "first")
    }];
    for instance in ["shop a", "shop b"] {
        for unit in UNITS {
            jobs.extend((0..3).map(|number| of(unit, instance, &format!("{unit} {instance} {number}"))));
        }
    }
    bench.enqueue(&jobs).await;
    let first = bench.claim(100).await;
    assert_eq!(
        (first.len(), first[0].payload.as_slice()),
        (4, &b"first"[..]),
        "the pair of the best job"
    );
    let mut claims = 1;
    loop {
        let claimed = bench.claim(100).await;
        let Some(job) = claimed.first() else { break };
        assert!(
            claimed
                .iter()
                .all(|other| (&other.unit, &other.instance) == (&job.unit, &job.instance))
        );
        assert_eq!(claimed.len(), 3);
        claims += 1;
    }
    assert_eq!(claims, 6);
}

pub async fn unknown_units_are_left_alone(bench: Bench) {
    let soon = NewJob {
        unit: "export stock".to_owned(),
        ..later("later", 5)
    };
    bench
        .enqueue(&[of("export stock", "shop", "now"), soon, of(UNITS[1], "shop", "known")])
        .await;
    bench.clock.advance(Duration::from_secs(10)).await;
    assert_eq!(payloads(&bench.claim_all().await), ["known"]);
    assert_eq!((bench.waiting().await, bench.next_due().await), (2, None));
    assert_eq!(
        payloads(&bench.claim_units(&["export stock"], 10).await),
        ["now", "later"]
    );
}

pub async fn the_limit_holds(bench: Bench) {
    bench.enqueue(&vec![job("x"); 130]).await;
    assert_eq!(bench.claim(0).await.len(), 0);
    assert_eq!(bench.claim(7).await.len(), 7);
    assert_eq!(bench.claim(4_000).await.len(), 100);
    assert_eq!(bench.claim(100).await.len(), 23);
    assert_eq!(bench.claim(100).await.len(), 0);
}

pub async fn nothing_waits_nothing_is_claimed(bench: Bench) {
    assert!(bench.claim(10).await.is_empty());
    assert!(bench.claim_units(&[], 10).await.is_empty());
}

pub async fn attempts_are_counted_and_fences_grow_at_the_claim(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 0,
            ..job("x")
        })
        .await
        .id;
    let mut last = Fence(0);
    for attempt in 1..=4 {
        let claimed = bench.claim_one().await;
        assert_eq!((claimed.id, claimed.attempt), (id, attempt));
        assert!(claimed.fence > last, "{:?} after {last:?}", claimed.fence);
        last = claimed.fence;
        bench.end(&claimed, retry_now()).await;
    }
}

pub async fn claimers_never_share_a_job(bench: Bench) {
    bench
        .enqueue(&(0..1_000).map(|number| keyed(&format!("{number}"))).collect::<Vec<_>>())
        .await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let bench = bench.other_worker();
        tasks.spawn(async move {
            let mut mine = Vec::new();
            while bench.count(JobState::Ready).await > 0 {
                mine.extend(bench.claim(20).await.iter().map(|job| (job.id, job.fence)));
            }
            mine
        });
    }
    let claimed = tasks.join_all().await.concat();
    let distinct: HashSet<_> = claimed.iter().map(|(job, _)| *job).collect();
    assert_eq!((claimed.len(), distinct.len()), (1_000, 1_000));
    assert!(claimed.iter().all(|(_, fence)| *fence == Fence(1)));
}

pub async fn a_heartbeat_renews_the_lease(bench: Bench) {
    bench.enqueue(&[job("x")]).await;
    let claimed = bench.claim_one().await;
    for _ in 0..3 {
        bench.clock.advance(Duration::from_secs(20)).await;
        assert_eq!(bench.heartbeat(&[&claimed]).await, [Held::Ours]);
        assert_eq!(bench.reap().await, Reaped::default());
    }
    assert_eq!(
        bench.crash().await,
        Reaped {
            freed: 1,
            ..Reaped::default()
        }
    );
}

pub async fn a_lease_that_ran_out_can_be_renewed_until_it_is_reaped(bench: Bench) {
    bench.enqueue(&[job("x")]).await;
    let claimed = bench.claim_one().await;
    bench.clock.advance(LEASE * 3).await;
    assert_eq!(bench.heartbeat(&[&claimed]).await, [Held::Ours]);
    assert_eq!(bench.reap().await, Reaped::default());
    bench.done(&claimed).await;
}

pub async fn a_heartbeat_says_what_was_lost(bench: Bench) {
    bench.enqueue(&[job("a"), job("b"), job("c"), job("d")]).await;
    let claimed = bench.claim(4).await;
    bench.store.cancel(claimed[1].id).await.expect("a wish");
    bench.done(&claimed[2]).await;
    let stranger = ClaimedJob {
        id: JobId(999_999),
        ..claimed[0].clone()
    };
    let older = ClaimedJob {
        fence: Fence(claimed[3].fence.0 - 1),
        ..claimed[3].clone()
    };
    let held = bench
        .heartbeat(&[&stranger, &claimed[0], &claimed[1], &claimed[2], &older, &claimed[3]])
        .await;
    assert_eq!(
        held,
        [
            Held::Lost,
            Held::Ours,
            Held::CancelAsked,
            Held::Lost,
            Held::Lost,
            Held::Ours
        ]
    );
    assert_eq!(bench.heartbeat(&[]).await, []);
}

pub async fn what_is_given_back_keeps_its_place_and_is_not_counted(bench: Bench) {
    bench.enqueue(&[job("a"), job("b"), job("c")]).await;
    let claimed = bench.claim(2).await;
    assert_eq!(bench.give_back(&[&claimed[0], &claimed[1]]).await, 2);
    assert_eq!(
        bench.give_back(&[&claimed[0], &claimed[1]]).await,
        0,
        "it is not ours any more"
    );
    let again = bench.claim(3).await;
    assert_eq!(payloads(&again), ["a", "b", "c"]);
    assert!(again.iter().all(|job| job.attempt == 1 && job.crashes == 0));
    assert!(again[0].fence > claimed[0].fence);
    assert_eq!(bench.store.attempts(again[0].id).await.expect("a list"), []);
}

pub async fn the_next_time_is_told(bench: Bench) {
    assert_eq!(bench.next_due().await, None);
    bench
        .enqueue(&[
            later("x", 100),
            NewJob {
                unit: UNITS[1].to_owned(),
                ..later("y", 40)
            },
        ])
        .await;
    let due = bench.next_due().await.expect("a job is scheduled");
    assert!(
        due > Duration::from_secs(35) && due <= Duration::from_secs(40),
        "{due:?}"
    );
    bench.clock.advance(Duration::from_secs(41)).await;
    assert_eq!(
        bench.next_due().await,
        Some(Duration::ZERO),
        "it is due, though nobody has promoted it"
    );
    assert_eq!(payloads(&bench.claim(10).await), ["y"]);
    bench.enqueue(&[job("z")]).await;
    assert_eq!(bench.next_due().await, Some(Duration::ZERO));
    bench.claim(10).await;
    let due = bench.next_due().await.expect("a job is scheduled");
    assert!(due > Duration::from_secs(50), "{due:?}: running jobs are nobody's next");
}

pub async fn a_vanished_worker_loses_its_jobs(bench: Bench) {
    let id = bench.enqueue_one(job("x")).await.id;
    let lost = bench.claim_one().await;
    bench.clock.advance(LEASE - Duration::from_secs(5)).await;
    assert_eq!(bench.reap().await, Reaped::default());
    assert_eq!(
        bench.crash().await,
        Reaped {
            freed: 1,
            ..Reaped::default()
        }
    );
    let row = bench.row(id).await;
    assert_eq!(
        (row.state, row.attempt, row.errors, row.crashes),
        (JobState::Ready, 1, 0, 1)
    );
    let again = bench.other_worker().claim_one().await;
    assert_eq!((again.id, again.attempt, again.crashes), (id, 2, 1));
    assert!(
        again.fence.0 > lost.fence.0 + 1,
        "the reaper's fence lies between the owners'"
    );
}

pub async fn three_crashes_alone_are_poison(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 1,
            ..job("poison")
        })
        .await
        .id;
    for crashes in 0..4 {
        bench.clock.advance(Duration::from_secs(120)).await;
        let claimed = bench.other_worker().claim_one().await;
        assert_eq!((claimed.attempt, claimed.crashes), (crashes + 1, crashes));
        let reaped = bench.crash().await;
        let last = u64::from(crashes == 3);
        assert_eq!(
            (reaped.poisoned, reaped.freed),
            (last, 1 - last),
            "after {} crashes",
            crashes + 1
        );
    }
    let row = bench.row(id).await;
    assert_eq!(
        (row.state, row.error.map(|(kind, _)| kind)),
        (JobState::Failed, Some("crashed".to_owned()))
    );
    let attempts = bench.store.attempts(id).await.expect("a list");
    assert_eq!(attempts.iter().map(|row| row.attempt).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(attempts.iter().all(|row| row.end == AttemptEnd::Crashed));
}

pub async fn crashes_do_not_use_up_the_errors(bench: Bench) {
    let id = bench
        .enqueue_one(NewJob {
            max_attempts: 2,
            ..job("x")
        })
        .await
        .id;
    bench.claim_one().await;
    bench.crash().await;
    bench.clock.advance(Duration::from_secs(120)).await;
    let claimed = bench.other_worker().claim_one().await;
    bench.end(&claimed, retry_now()).await;
    assert_eq!(bench.state(id).await, JobState::Ready, "one error of two");
    let claimed = bench.claim_one().await;
    assert_eq!(
        (claimed.attempt, claimed.crashes),
        (3, 0),
        "an attempt that ends makes the crashes forgotten"
    );
    bench.end(&claimed, retry_now()).await;
    assert_eq!(bench.state(id).await, JobState::Failed);
}

pub async fn what_crashed_runs_alone(bench: Bench) {
    bench
        .enqueue(&[prior("crashes", 1), prior("a", 5), prior("b", 5)])
        .await;
    bench.claim(1).await;
    bench.crash().await;
    let (one, two) = (bench.other_worker(), bench.other_worker());
    bench.enqueue(&[prior("first", 0)]).await;
    let first = one.claim(1).await;
    assert_eq!(payloads(&first), ["first"]);
    assert!(
        one.claim(10).await.is_empty(),
        "it holds something, and what is next must run alone"
    );
    let alone = two.claim(10).await;
    assert_eq!(payloads(&alone), ["crashes"]);
    assert!(two.claim(10).await.is_empty(), "it has a job that must run alone");
    assert_eq!(payloads(&one.claim(10).await), ["a", "b"], "others go on");
    two.done(&alone[0]).await;
    bench.enqueue(&[job("c")]).await;
    assert_eq!(payloads(&two.claim(10).await), ["c"]);
}

pub async fn many_vanished_jobs_are_freed_by_one_reap(bench: Bench) {
    let mut jobs = vec![job("free"); 600];
    jobs.extend((0..60).map(|number| keyed(&format!("{number}"))));
    bench.enqueue(&jobs).await;
    assert_eq!(bench.claim_all().await.len(), 660);
    assert_eq!(
        bench.crash().await,
        Reaped {
            freed: 660,
            ..Reaped::default()
        }
    );
    assert_eq!((bench.waiting().await, bench.count(JobState::Running).await), (660, 0));
    assert!(
        bench.enqueue_one(keyed("7")).await.joined,
        "they hold their identities again"
    );
}
