//! Does the adapter get exactly what the other system says, and say exactly what went wrong?

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stop where a test would"
)]

#[path = "adapter/codec.rs"]
mod codec;
#[path = "adapter/demo.rs"]
mod demo;
#[path = "adapter/failures.rs"]
mod failures;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::fake::client::{Client, Tuning};
use support::fake::{FakeShop, Misbehavior, Recorded, recordings};
use tenon_runtime::adapter::Argument;
use tenon_runtime::connector::AnswerItems;

/// A shop with the customer 1.
async fn shop() -> FakeShop {
    FakeShop::start(vec![vec![customer("1", "Ada")]]).await
}

fn customer(id: &str, name: &str) -> Recorded {
    Recorded::new(
        "customer.info",
        json!([id]),
        json!({ "customer_id": id, "firstname": name }),
    )
}

const ADA: &str = r#"{"customer_id":"1","firstname":"Ada"}"#;

fn raw(value: &str) -> Misbehavior {
    let xml = format!("<methodResponse><params><param>{value}</param></params></methodResponse>");
    Misbehavior::Raw(xml.into_bytes())
}

#[tokio::test]
async fn many_tasks_share_one_login() {
    let shop = shop().await;
    shop.logins_take(Duration::from_millis(30));
    let client = Client::of(&shop);
    let answers = at_once(&client, 20).await;
    assert!(answers.iter().all(|answer| answer == ADA), "{answers:?}");
    assert_eq!(shop.logins(), 1);
}

#[tokio::test]
async fn an_expired_session_is_renewed_once_for_all() {
    let shop = shop().await;
    let client = Client::of(&shop);
    assert_eq!(client.read("1").await, ADA);
    shop.end_session();
    let answers = at_once(&client, 20).await;
    assert!(answers.iter().all(|answer| answer == ADA), "{answers:?}");
    assert_eq!(shop.logins(), 2);
}

#[tokio::test]
async fn sessions_may_end_again_and_again() {
    let shop = shop().await;
    shop.sessions_last(3);
    let client = Client::of(&shop);
    for _ in 0..10 {
        assert_eq!(client.read("1").await, ADA);
    }
    assert_eq!(shop.logins(), 4);
}

#[tokio::test]
async fn goodbye_ends_the_session_and_the_next_call_opens_one() {
    let shop = shop().await;
    let client = Client::of(&shop);
    client.close().await;
    assert_eq!(client.read("1").await, ADA);
    client.close().await;
    assert_eq!(shop.session(), None);
    assert_eq!(client.read("1").await, ADA);
    let methods: Vec<String> = shop.log().into_iter().map(|logged| logged.method).collect();
    assert_eq!(
        methods,
        ["login", "customer.info", "endSession", "login", "customer.info"]
    );
}

#[tokio::test]
async fn what_is_absent_is_not_sent() {
    let shop = shop().await;
    shop.add(vec![Recorded::new("customer.list", json!([{}]), json!([]))]);
    let client = Client::of(&shop);
    assert_eq!(client.list(None).await, "[]");
    client.list(Some("2026-01-01 00:00:00")).await;
    client.addresses(42).await;
    let sent: Vec<Value> = shop.log().into_iter().skip(1).map(|logged| logged.args).collect();
    assert_eq!(
        sent,
        [
            json!([{}]),
            json!([{ "updated_at": { "from": "2026-01-01 00:00:00" } }]),
            json!([{ "customer_id": { "eq": "42" } }]),
        ]
    );
}

#[tokio::test]
async fn templates_keep_positions_order_and_digits() {
    let shop = shop().await;
    let client = Client::of(&shop);
    client.everything(Vec::new()).await;
    let decimal = Argument::Decimal("12.3400".parse().unwrap());
    client.everything(vec![decimal, Argument::Float(0.5)]).await;
    let sent: Vec<String> = shop
        .log()
        .iter()
        .skip(1)
        .map(|logged| logged.args.to_string())
        .collect();
    assert_eq!(
        sent,
        [
            r#"[null,null,{"z":"-7"},["é <&>",true],"no. 5",["7","left"]]"#,
            r#"[null,"12.3400",{"a":"12.3400","z":"-7","b":"0.5"},["é <&>",true,"12.3400"],"no. 5",["7","left"],"0.5"]"#,
        ]
    );
}

#[tokio::test]
async fn a_float_that_is_no_number_is_not_sent() {
    let shop = shop().await;
    let client = Client::of(&shop);
    for float in [f64::NAN, f64::INFINITY] {
        let nested = Argument::List(vec![Argument::Record(vec![("x".to_owned(), Argument::Float(float))])]);
        for argument in [Argument::Float(float), nested] {
            let told = client.everything(vec![argument]).await;
            assert!(told.starts_with("unsendable (not again)"), "{told}");
        }
    }
    assert!(shop.log().is_empty(), "nothing was sent, and no login was needed");
}

#[tokio::test]
async fn digits_arrive_as_they_were_sent() {
    let shop = shop().await;
    let client = Client::of(&shop);
    for (sent, expected) in [
        ("<value><double>12.3400</double></value>", "12.3400"),
        ("<value><double>-0.10</double></value>", "-0.10"),
        ("<value><double>1E+2</double></value>", "1E+2"),
        (
            "<value><double>123456789012345678901234567890.5</double></value>",
            "123456789012345678901234567890.5",
        ),
        ("<value><i8>9223372036854775808</i8></value>", "9223372036854775808"),
        ("<value><int>-5</int></value>", "-5"),
        ("<value><i4>0</i4></value>", "0"),
        ("<value><string>007</string></value>", r#""007""#),
        ("<value>12.3400</value>", r#""12.3400""#),
        ("<value><boolean>1</boolean></value>", "true"),
        ("<value><nil/></value>", "null"),
        ("<value><ex:nil/></value>", "null"),
        ("<value/>", r#""""#),
        ("<value><string/></value>", r#""""#),
        ("<value> <string> a </string> </value>", r#"" a ""#),
        ("<value><array><data/></array></value>", "[]"),
        ("<value><struct/></value>", "{}"),
        (
            "<value><dateTime.iso8601>20260101T10:00:00</dateTime.iso8601></value>",
            r#""20260101T10:00:00""#,
        ),
        ("<value><base64>aGk=\n</base64></value>", r#""aGk=""#),
        (
            "<value>&lt;&#228;&#x1F600;<![CDATA[<&amp;>]]><!-- no --></value>",
            r#""<ä😀<&amp;>""#,
        ),
        ("<value>a\r\nb&#13;\tc\"\\\u{1}</value>", r#""a\nb\r\tc\"\\\u0001""#),
    ] {
        shop.next(raw(sent));
        assert_eq!(client.read("1").await, expected, "{sent}");
    }
}

#[tokio::test]
async fn zero_is_a_key_like_any_other() {
    let shop = FakeShop::start(vec![vec![customer("0", "Admin")]]).await;
    assert_eq!(
        Client::of(&shop).read("0").await,
        r#"{"customer_id":"0","firstname":"Admin"}"#
    );
}

#[tokio::test]
async fn texts_of_every_script_come_through_both_ways() {
    let shop = shop().await;
    let text = "Zoë \"O'Brien\" <山田> & Ψ 😀\n\r\tend";
    shop.add(vec![Recorded::new(
        "customer.info",
        json!([text]),
        json!({ "name": text }),
    )]);
    let answer = Client::of(&shop).read(text).await;
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), json!({ "name": text }));
}

#[tokio::test]
async fn the_list_is_taken_out_of_the_answer_that_wraps_it() {
    let shop = shop().await;
    let client = Client::of(&shop);
    let page = |answer| vec![Recorded::new("shop.page", json!([{}]), answer)];
    shop.add(page(json!({ "total": 2, "rows": [{ "id": 1.50 }, { "id": 2 }] })));
    assert_eq!(client.page().await, r#"[{"id":1.5},{"id":2}]"#);
    shop.add(page(json!({ "total": 2 })));
    assert!(client.page().await.contains("it has no field `rows`"));
    shop.add(page(json!([1, 2])));
    assert!(
        client
            .page()
            .await
            .contains("it is no record, but the operation says `items rows`")
    );
}

#[tokio::test]
async fn a_tree_becomes_a_list_and_a_brief_list_its_keys() {
    let shop = shop().await;
    let client = Client::of(&shop);
    let page = |answer| vec![Recorded::new("shop.page", json!([{}]), answer)];
    let leaf = |id: &str| json!({ "id": id, "below": [] });
    shop.add(page(
        json!({ "id": 1, "below": [{ "name": "B", "id": "2", "below": [leaf("4")] }, leaf("3"), { "id": "5" }] }),
    ));
    let tree = client.page_with(AnswerItems::Nested("below")).await;
    assert_eq!(
        tree,
        r#"[{"id":1},{"id":"2","name":"B"},{"id":"4"},{"id":"3"},{"id":"5"}]"#
    );
    shop.add(page(json!([{ "id": "7", "name": "C" }, { "name": "D" }, 8])));
    let keys = client.page_with(AnswerItems::Keys("id")).await;
    assert_eq!(keys, r#"["7",{"name":"D"},8]"#);
    shop.add(page(json!([])));
    assert_eq!(client.page_with(AnswerItems::Nested("below")).await, "[]");
    assert_eq!(client.page_with(AnswerItems::Keys("id")).await, "[]");
    shop.add(page(json!({ "id": 1, "below": ["x"] })));
    let wrong = client.page_with(AnswerItems::Nested("below")).await;
    assert!(wrong.contains("what it holds in `below` is no record"), "{wrong}");
    let wrong = client.page_with(AnswerItems::Keys("id")).await;
    assert!(
        wrong.contains("it is no list, but the operation says `items keys id`"),
        "{wrong}"
    );
}

#[tokio::test]
async fn calls_keep_to_the_limit() {
    let shop = shop().await;
    let limits: &'static [(u32, u64)] = &[(6, 150)];
    let client = Client::tuned(&Tuning {
        limits,
        ..Tuning::of(&shop)
    })
    .unwrap();
    let started = Instant::now();
    // With the login 13 requests: 6, 6 and 1.
    let answers = at_once(&client, 12).await;
    assert!(answers.iter().all(|answer| answer == ADA), "{answers:?}");
    assert!(
        started.elapsed() >= Duration::from_millis(300),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn every_recorded_call_is_answered_as_recorded() {
    let Some(root) = recordings::root() else {
        println!("skipped: no recordings; TENON_RECORDINGS says where they are");
        return;
    };
    let mut count = 0;
    for folder in ["magento1/mock17/base", "magento1/cassettes19"] {
        let recorded = recordings::read(&root.join(folder));
        let shop = FakeShop::start(vec![recorded.clone()]).await;
        let tuning = Tuning {
            body_limit: 32 * 1024 * 1024,
            ..Tuning::of(&shop)
        };
        let client = Client::tuned(&tuning).unwrap();
        for Recorded { method, args, answer } in recorded {
            let got = client.raw(Box::leak(method.clone().into_boxed_str()), &args).await;
            let got: Value = serde_json::from_str(&got).unwrap_or_else(|_| panic!("{method} {args}: {got}"));
            assert_eq!(got, answer, "{method} {args}");
            count += 1;
        }
        assert_eq!(shop.unanswered(), []);
    }
    assert!(count > 300, "{count}");
}

#[tokio::test]
async fn later_recordings_override_earlier_ones_and_numbers_equal_their_text() {
    let shop = FakeShop::start(vec![vec![customer("139", "Base")]]).await;
    let client = Client::of(&shop);
    assert!(client.read("139").await.contains("Base"));
    let numbered = |name| Recorded::new("customer.info", json!([139]), json!({ "firstname": name }));
    shop.add(vec![numbered("First"), numbered("Second")]);
    assert!(client.read("139").await.contains("First"));
    assert!(client.read("139").await.contains("Second"));
    assert!(client.read("139").await.contains("Second"));
    assert!(client.read("140").await.starts_with("not_found"));
    assert_eq!(shop.unanswered().len(), 1);
}

/// The same question from many tasks at once.
async fn at_once(client: &Client, tasks: usize) -> Vec<String> {
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..tasks {
        let client = client.clone();
        set.spawn(async move { client.read("1").await });
    }
    set.join_all().await
}
