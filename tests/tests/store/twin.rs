//! A job that would wait again while a newer one with its identity waits: it ends as superseded, and 499 others that
//! are handled with it notice nothing.

use std::time::Duration;

use support::store::*;

/// 500 running jobs, in the middle one whose twin waits.
pub struct Twins {
    pub running: Vec<ClaimedJob>,
    pub older: JobId,
    pub newer: Enqueued,
}

pub async fn twins(bench: &Bench) -> Twins {
    let mut jobs: Vec<_> = (0..499).map(|number| keyed(&format!("innocent {number}"))).collect();
    jobs.insert(250, keyed("twin"));
    let older = bench.enqueue(&jobs).await[250].id;
    let running = bench.claim_all().await;
    assert_eq!(running.len(), 500);
    let newer = bench.enqueue_one(keyed("twin")).await;
    assert!(newer.id != older && !newer.joined);
    Twins { running, older, newer }
}

/// The older one is done for the newer one's sake, all others wait, each with its identity.
async fn only_the_twin_is_superseded(bench: &Bench, twins: &Twins) {
    let row = bench.row(twins.older).await;
    assert_eq!(
        (row.state, row.message),
        (JobState::Done, Some(format!("superseded by {}", twins.newer.uuid)))
    );
    assert!(row.finished_at_us.is_some());
    assert_eq!((bench.waiting().await, bench.count(JobState::Running).await), (500, 0));
    let innocent: Vec<_> = (0..499).map(|number| keyed(&format!("innocent {number}"))).collect();
    assert!(bench.enqueue(&innocent).await.iter().all(|answer| answer.joined));
    assert_eq!(bench.enqueue_one(keyed("twin")).await.id, twins.newer.id);
}

async fn complete(bench: &Bench, running: &[ClaimedJob], outcome: Outcome) {
    for hundred in running.chunks(100) {
        let end = |job: &ClaimedJob| Completion {
            job: job.id,
            fence: job.fence,
            outcome: outcome.clone(),
            plan: Plan::default(),
        };
        let completions: Vec<_> = hundred.iter().map(end).collect();
        let answers = bench.store.complete(&completions).await.expect("a completion");
        assert!(
            answers.iter().all(|answer| *answer == Completed::Applied(Vec::new())),
            "{answers:?}"
        );
    }
}

pub async fn reap(bench: Bench) {
    let twins = twins(&bench).await;
    let reaped = bench.crash().await;
    assert_eq!(
        reaped,
        Reaped {
            freed: 499,
            superseded: 1,
            ..Reaped::default()
        }
    );
    only_the_twin_is_superseded(&bench, &twins).await;
}

pub async fn retry(bench: Bench) {
    let twins = twins(&bench).await;
    complete(&bench, &twins.running, support::store::retry()).await;
    only_the_twin_is_superseded(&bench, &twins).await;
}

pub async fn busy(bench: Bench) {
    let twins = twins(&bench).await;
    complete(
        &bench,
        &twins.running,
        Outcome::Busy {
            error: "locked".to_owned(),
        },
    )
    .await;
    only_the_twin_is_superseded(&bench, &twins).await;
}

pub async fn snooze(bench: Bench) {
    let twins = twins(&bench).await;
    complete(&bench, &twins.running, Outcome::Snooze(Duration::from_secs(60))).await;
    only_the_twin_is_superseded(&bench, &twins).await;
}

pub async fn give_back(bench: Bench) {
    let twins = twins(&bench).await;
    let running: Vec<_> = twins.running.iter().collect();
    assert_eq!(bench.give_back(&running).await, 500);
    only_the_twin_is_superseded(&bench, &twins).await;
}

pub async fn requeue(bench: Bench) {
    let twins = twins(&bench).await;
    complete(
        &bench,
        &twins.running,
        Outcome::Failed {
            kind: "data".to_owned(),
            error: "bad".to_owned(),
        },
    )
    .await;
    for job in &twins.running {
        assert_eq!(
            bench.store.requeue(job.id).await.expect("a wish"),
            job.id != twins.older
        );
    }
    only_the_twin_is_superseded(&bench, &twins).await;
}

pub async fn two_failed_ones_requeued(bench: Bench) {
    let mut failed = Vec::new();
    for _ in 0..2 {
        bench.enqueue(&[keyed("twin")]).await;
        let claimed = bench.claim_one().await;
        bench
            .end(
                &claimed,
                Outcome::Failed {
                    kind: "data".to_owned(),
                    error: "bad".to_owned(),
                },
            )
            .await;
        failed.push(claimed.id);
    }
    assert!(bench.store.requeue(failed[0]).await.expect("a wish"));
    assert!(
        !bench.store.requeue(failed[1]).await.expect("a wish"),
        "the first one waits"
    );
    assert_eq!(
        (bench.state(failed[1]).await, bench.waiting().await),
        (JobState::Done, 1)
    );
}

pub async fn two_running_ones_given_back_together(bench: Bench) {
    let mut running = Vec::new();
    for _ in 0..2 {
        bench.enqueue(&[keyed("twin")]).await;
        running.push(bench.claim_one().await);
    }
    assert_eq!(bench.give_back(&[&running[0], &running[1]]).await, 2);
    assert_eq!(bench.waiting().await, 1);
    let row = bench.row(running[1].id).await;
    assert_eq!(
        (row.state, row.message),
        (JobState::Done, Some(format!("superseded by {}", running[0].uuid)))
    );
}

pub async fn a_final_outcome_needs_no_identity(bench: Bench) {
    let twins = twins(&bench).await;
    complete(&bench, &twins.running, Outcome::Done(None)).await;
    assert_eq!((bench.count(JobState::Done).await, bench.waiting().await), (500, 1));
    assert_eq!(bench.row(twins.older).await.message, None);
}
