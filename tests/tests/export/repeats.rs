//! Is a record made once, whatever becomes of the answer to its create? The fake does the work and then loses the answer.

use std::time::Duration;

use support::export::{ExportSelection, Outward, outward};
use support::fake::Misbehavior;
use support::fake::books::{Books, Index, Repeats};
use tenon_runtime::value::RecordId;

use super::text;

const HOUR: Duration = Duration::from_secs(3_600);

/// A ticket, and a shop that keeps books with this promise under the type's name.
async fn ticket(external: &str, repeats: Repeats) -> (Outward, RecordId) {
    let world = outward("export_repeats", Vec::new()).await;
    world.shop.keeps(&external.to_lowercase(), Books::that(repeats));
    let values = [("name", text("Printer")), ("ref", text("T-7"))];
    let id = world.has("help.ticket", &values).await;
    (world, id)
}

/// How many there are on the other side.
fn made(world: &Outward, external: &str) -> usize {
    world.shop.books(&external.to_lowercase(), |books| books.records.len())
}

/// The first answer is lost after the work was done; then all goes well for a while.
async fn lost(world: &Outward, external: &str, id: RecordId) -> String {
    world.shop.next(Misbehavior::Broken);
    let run = world.start(external, ExportSelection::Id(id)).await;
    world.work().await;
    world.waits(HOUR);
    world.work().await;
    world.ends(run).await
}

#[tokio::test]
async fn the_answer_to_the_first_request_is_given_again() {
    let (world, id) = ticket("Header", Repeats::Remembers).await;
    assert_eq!(lost(&world, "Header", id).await, "1 created\n");
    assert_eq!((made(&world, "Header"), world.times("header.create")), (1, 2));
    assert_eq!(world.keys("Header", id).await, ["n1"]);
    assert_eq!(world.export("Header", id).await, "1 unchanged\n");
}

#[tokio::test]
async fn a_system_that_does_not_know_the_header_makes_it_twice() {
    let (world, id) = ticket("Header", Repeats::Makes).await;
    assert_eq!(lost(&world, "Header", id).await, "1 created\n");
    assert_eq!(made(&world, "Header"), 2);
}

#[tokio::test]
async fn what_a_system_may_have_forgotten_is_for_a_person() {
    let (world, id) = ticket("Header", Repeats::Remembers).await;
    world.shop.always(Misbehavior::Broken);
    let run = world.start("Header", ExportSelection::Id(id)).await;
    world.work().await;
    world.waits(24 * HOUR);
    world.work().await;
    let said = world.ends(run).await;
    assert!(said.starts_with("1 review\n"), "{said}");
    assert!(said.contains("its answer never came"), "{said}");
    assert_eq!((made(&world, "Header"), world.times("header.create")), (1, 1));
}

#[tokio::test]
async fn what_is_found_by_a_unique_field_is_not_made_again() {
    for external in ["Unique", "Named"] {
        let (world, id) = ticket(external, Repeats::Refuses).await;
        assert_eq!(lost(&world, external, id).await, "1 created\n");
        let create = format!("{}.create", external.to_lowercase());
        assert_eq!((made(&world, external), world.times(&create)), (1, 1));
        assert_eq!(world.keys(external, id).await.len(), 1);
    }
}

#[tokio::test]
async fn a_unique_field_of_somebody_else_is_no_record_of_ours() {
    let (world, id) = ticket("Unique", Repeats::Refuses).await;
    let values = [("name", text("Printer")), ("ref", text("T-7"))];
    let other = world.has("help.ticket", &values).await;
    assert_eq!(world.export("Unique", other).await, "1 created\n");
    let said = world.export("Unique", id).await;
    assert!(said.starts_with("1 failed\n"), "{said}");
    assert!(said.contains("exists already"), "{said}");
    assert!(world.keys("Unique", id).await.is_empty());

    let said = lost(&world, "Unique", id).await;
    assert!(said.starts_with("1 review\n"), "{said}");
    assert!(said.contains("leads to record"), "{said}");
}

#[tokio::test]
async fn a_request_that_never_arrived_is_sent_again() {
    for external in ["Unique", "Named", "Search"] {
        let (world, id) = ticket(external, Repeats::Refuses).await;
        let run = world.start(external, ExportSelection::Id(id)).await;
        world
            .shop
            .next(Misbehavior::Status(502, Vec::new(), "bad gateway".to_owned()));
        world.work().await;
        assert_eq!(made(&world, external), 0);
        world.waits(HOUR);
        world.work().await;
        assert_eq!(world.ends(run).await, "1 created\n", "{external}");
        assert_eq!(made(&world, external), 1);
    }
}

#[tokio::test]
async fn a_search_gives_the_other_system_time() {
    let (world, id) = ticket("Search", Repeats::Makes).await;
    world.shop.books("search", |books| books.index(Index::Behind));
    world.shop.next(Misbehavior::Broken);
    let run = world.start("Search", ExportSelection::Id(id)).await;
    world.work().await;
    assert_eq!(world.ends(run).await, "1 pending\n");
    world.waits(Duration::from_secs(29));
    world.work().await;
    assert_eq!(world.times("search.find"), 0);

    world.shop.books("search", |books| books.index(Index::UpToDate));
    world.waits(Duration::from_secs(2));
    world.work().await;
    assert_eq!(world.ends(run).await, "1 created\n");
    assert_eq!((made(&world, "Search"), world.times("search.create")), (1, 1));
    assert_eq!(world.keys("Search", id).await, ["n1"]);
}

#[tokio::test]
async fn a_process_that_dies_finds_what_it_made() {
    for (external, repeats) in [
        ("Header", Repeats::Remembers),
        ("Unique", Repeats::Refuses),
        ("Named", Repeats::Refuses),
        ("Search", Repeats::Makes),
    ] {
        let (world, id) = ticket(external, repeats).await;
        world.shop.next(Misbehavior::Stall(Duration::from_secs(60)));
        let run = world.dies_waiting_for_the_shop(external, id).await;
        world.work().await;
        assert_eq!(world.ends(run).await, "1 created\n", "{external}");
        assert_eq!(made(&world, external), 1, "{external}");
    }
}

#[tokio::test]
async fn without_its_intent_each_repeat_makes_another_record() {
    for external in ["Header", "Search"] {
        let (world, id) = ticket(external, Repeats::Makes).await;
        world.shop.next(Misbehavior::Stall(Duration::from_secs(60)));
        world.dies_waiting_for_the_shop(external, id).await;
        world.forgets_its_intent(external, id).await;
        world.work().await;
        assert_eq!(made(&world, external), 2, "{external}");
    }
}

#[tokio::test]
async fn what_is_found_but_differs_is_for_a_person() {
    let (world, id) = ticket("Search", Repeats::Makes).await;
    world.shop.next(Misbehavior::Broken);
    let run = world.start("Search", ExportSelection::Id(id)).await;
    world.work().await;
    world.shop.books("search", |books| {
        books.records[0].insert("name".to_owned(), "Scanner".into());
    });
    world.waits(HOUR);
    world.work().await;
    let said = world.ends(run).await;
    assert!(said.starts_with("1 review\n"), "{said}");
    assert!(said.contains("has another name"), "{said}");
    assert_eq!(made(&world, "Search"), 1);
}

#[tokio::test]
async fn a_trial_of_an_open_create_sends_nothing() {
    let (world, id) = ticket("Header", Repeats::Remembers).await;
    world.shop.next(Misbehavior::Broken);
    world.start("Header", ExportSelection::Id(id)).await;
    world.work().await;
    let tried = world.tries("Header", id).await;
    assert_eq!(tried.requests.len(), 1);
    assert_eq!(world.times("header.create"), 1);
}
