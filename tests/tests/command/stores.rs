//! Several databases: one is chosen, or all are, and nothing of one reaches another.

use support::state;
use tenon_mappings::demo::DemoShop;

use super::{BINARY, INSTANCE, Place, golden, redacted};

const TWO: &str = "[store.east]\nurl = \"sqlite:east.db\"\n[store.west]\nurl = \"sqlite:west.db\"";

#[tokio::test(flavor = "multi_thread")]
async fn one_store_is_chosen_or_all_are() {
    let shop = DemoShop::start().await.expect("the shop starts");
    let place = Place::for_shop(BINARY, &shop.url, &shop.user, &shop.key);
    place.write("tenon.toml", &Place::settings(&shop.url, &shop.user, TWO));
    let mut said = String::new();
    for (arguments, code) in [
        (&["work", "--until-idle", "--store", "east", "--store", "west"][..], 0),
        (&["import", INSTANCE, "Website", "--id", "1", "--store", "east"], 0),
        (&["status"], 0),
        (&["status", "--store", "west"], 0),
        (&["status", "--store", "wets"], 2),
        (&["db", "check"], 0),
        (&["db", "backup", "copy.db"], 2),
        (&["db", "backup", "copy.db", "--store", "east"], 0),
        (&["import", INSTANCE, "Website", "--id", "1"], 0),
    ] {
        let all = || ["east.db", "west.db"].map(|file| state::everything(&place.folder().join(file)));
        let is_for_east = arguments.contains(&"Website") && arguments.contains(&"east");
        let before = is_for_east.then(&all);
        let told = place.run_beside(arguments).await;
        // Workers of several stores end in any order.
        if arguments[0] != "work" {
            let shown = arguments.join(" ");
            let end = told.code.unwrap_or_default();
            said.push_str(&format!("$ connectors {shown}\n{}{}exit {end}\n\n", told.out, told.err));
        }
        assert_eq!(told.code, Some(code), "{arguments:?}: {told:?}");
        if let Some([east, west]) = before {
            let [east_now, west_now] = all();
            assert_ne!(east_now, east, "it was imported");
            assert_eq!(west_now, west, "nothing crosses");
        }
    }
    golden("stores", &redacted(&said));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_has_no_name_is_not_chosen_by_one() {
    let place = Place::empty(BINARY);
    place.write("tenon.toml", "");
    let told = place.run_beside(&["status", "--store", "main"]).await;
    assert_eq!(told.code, Some(2), "{told:?}");
    assert!(told.err.contains("has no name"), "{told:?}");
}
