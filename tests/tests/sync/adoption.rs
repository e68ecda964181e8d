//! Adoption under a condition of any kind: what was not found when a record was planned is looked for again when it is written.

use serde_json::value::RawValue;
use support::sync::case::{Guard, world_of};
use support::sync::{Selection, World};
use tenon_runtime::value::{Key, Stored};

fn customer(id: u32, mail: &str) -> Selection {
    let json = format!(r#"{{"id": {id}, "name": "Customer {id}", "email": "{mail}"}}"#);
    Selection::Given(Key(id.to_string()), RawValue::from_string(json).unwrap())
}

async fn world() -> World {
    world_of("adopt_either").await
}

/// Two customers with one mail that are imported at the same time; how many partners there are then.
async fn raced(guard: Guard, times: u32) -> Vec<usize> {
    let world = world().await;
    let mut partners = Vec::new();
    for time in 0..times {
        for id in [2 * time, 2 * time + 1] {
            world
                .start("Customer", customer(id, &format!("{time}@example.org")))
                .await;
        }
        world.race("Customer", guard).await;
        partners.push(world.table("res.partner").await.lines().count());
    }
    partners
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_with_one_mail_are_one_partner() {
    assert_eq!(raced(Guard::Kept, 20).await, (1..=20).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_guard_they_would_be_two() {
    assert_eq!(raced(Guard::Removed, 1).await, [2]);
}

#[tokio::test]
async fn who_does_not_meet_the_condition_is_not_adopted_and_does_not_stand_in_the_way() {
    let world = world().await;
    let text = |text: &str| Stored::Text(text.to_owned());
    for (kind, blocked) in [("supplier", false), ("person", true)] {
        let values = [
            ("name", text(kind)),
            ("email", text("ada@example.org")),
            ("kind", text(kind)),
            ("blocked", Stored::Bool(blocked)),
        ];
        world.inside_has("res.partner", &values).await;
    }
    let counts = world.import("Customer", customer(1, "ADA@example.org")).await;
    assert_eq!(counts, "Customer: read 1 = 1 created\n");
    let counts = world.import("Customer", customer(2, "ada@example.org")).await;
    assert_eq!(
        counts, "Customer: read 1 = 1 updated\n",
        "the first customer is adopted"
    );
    assert_eq!(world.table("res.partner").await.lines().count(), 3);
}

#[tokio::test]
async fn a_number_that_is_not_there_is_on_no_side_of_another() {
    let world = world_of("adopt_by_order").await;
    let ada = [
        ("known", None, 5),
        ("rich", Some(1001), 5),
        ("low", Some(7), 1),
        ("fits", Some(7), 2),
    ];
    let mut counts = Vec::new();
    for (id, (name, credit, rank)) in (1..).zip(ada) {
        let mail = format!("{name}@example.org");
        let values = [
            ("name", Stored::Text(name.to_owned())),
            ("email", Stored::Text(mail.clone())),
            ("rank", Stored::Int(rank)),
            (
                "credit",
                credit.map_or(Stored::Null, |credit: i64| Stored::Decimal(credit.into())),
            ),
        ];
        world.inside_has("res.partner", &values).await;
        let json = format!(r#"{{"id": {id}, "name": "Ada", "email": "{mail}", "rank": 3}}"#);
        let given = Selection::Given(Key(id.to_string()), RawValue::from_string(json).unwrap());
        counts.push(world.import("Customer", given).await);
    }
    let (created, updated) = ("Customer: read 1 = 1 created\n", "Customer: read 1 = 1 updated\n");
    assert_eq!(counts, [created, created, created, updated]);
}
