//! What goes wrong on the way, and what people and jobs are told.

use std::time::Duration;

use support::fake::client::{Client, Tuning};
use support::fake::{FakeShop, KEY, Misbehavior, USER};

use crate::{ADA, at_once, raw, shop};

/// What one misbehavior is shown as.
async fn told(misbehavior: Misbehavior) -> String {
    let shop = shop().await;
    shop.next(misbehavior);
    Client::of(&shop).read("1").await
}

fn status(code: u16, headers: &[(&'static str, &str)], body: &str) -> Misbehavior {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
    Misbehavior::Status(code, headers.collect(), body.to_owned())
}

#[tokio::test]
async fn faults_are_told_apart() {
    let fault = |code, text: &str| Misbehavior::Fault(code, text.to_owned());
    for (misbehavior, expected) in [
        (
            fault(102, "Customer not exists."),
            "not_found (not again): `shop`, Customer.read of 1: there is no such record: Customer not exists.",
        ),
        (
            fault(100, "Requested order not exists."),
            "not_found (not again): `shop`, Customer.read of 1: there is no such record: Requested order not exists.",
        ),
        (
            fault(101, "Customer does not exist"),
            "not_found (not again): `shop`, Customer.read of 1: there is no such record: Customer does not exist",
        ),
        (
            fault(101, "Invalid filters given."),
            "refused (not again): `shop`, Customer.read of 1: the system refused with code 101: Invalid filters given.",
        ),
        (
            fault(100, "Requested store view not found."),
            "refused (not again): `shop`, Customer.read of 1: the system refused with code 100: Requested store view not found.",
        ),
        (
            fault(3, "Invalid api path."),
            "refused (not again): `shop`, Customer.read of 1: the system refused with code 3: Invalid api path.",
        ),
        (
            fault(2, "Access denied."),
            "auth (not again): `shop`, Customer.read of 1: the system does not let us in: Access denied.; check user, key and rights of this instance",
        ),
        (
            fault(1, "Internal Error. Please see log for details."),
            "server (again later): `shop`, Customer.read of 1: the system failed: fault 1: Internal Error. Please see log for details.",
        ),
    ] {
        assert_eq!(told(misbehavior).await, expected);
    }
}

#[tokio::test]
async fn a_session_that_ends_at_once_is_a_failure_of_the_shop() {
    let shop = shop().await;
    shop.sessions_last(0);
    let told = Client::of(&shop).read("1").await;
    assert!(told.starts_with("server (again later)"), "{told}");
    assert_eq!(shop.logins(), 2);
}

#[tokio::test]
async fn a_wrong_key_is_tried_once_for_all_who_wait() {
    let shop = shop().await;
    shop.logins_take(Duration::from_millis(50));
    let client = Client::tuned(&Tuning {
        key: String::from("wrong<key>"),
        ..Tuning::of(&shop)
    })
    .unwrap();
    let answers = at_once(&client, 10).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.starts_with("auth (not again): `shop`, Customer.read of 1")),
        "{answers:?}"
    );
    assert_eq!(shop.logins(), 1);
    // Later it is tried again: someone may have changed the key over there.
    client.read("1").await;
    assert_eq!(shop.logins(), 2);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_anywhere_is_never_taken_for_a_whole_one() {
    let shop = shop().await;
    let client = Client::of(&shop);
    for length in 0..220 {
        shop.next(Misbehavior::Truncated(length));
        let told = client.read("1").await;
        assert!(told.starts_with("malformed (again later)"), "{length}: {told}");
    }
    shop.next(Misbehavior::Truncated(200));
    let told = client.read("1").await;
    assert_eq!(
        told,
        "malformed (again later): `shop`, Customer.read of 1: the answer cannot be read: tag not closed: `>` not found before end of input, at byte 200 in `.firstname`"
    );
}

#[tokio::test]
async fn a_broken_connection_is_a_failure_of_the_network() {
    let told = told(Misbehavior::Broken).await;
    assert!(
        told.starts_with("network (again later): cannot read Customer 1 from http://127.0.0.1:"),
        "{told}"
    );
}

#[tokio::test]
async fn nobody_listens() {
    let shop = shop().await;
    let tuning = Tuning::of(&shop);
    drop(shop);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let told = Client::tuned(&Tuning { url, ..tuning }).unwrap().read("1").await;
    assert!(told.starts_with("network (again later)"), "{told}");
    assert!(told.contains("refused"), "{told}");
}

#[tokio::test]
async fn a_shop_that_stalls_is_given_up() {
    let shop = shop().await;
    shop.next(Misbehavior::Stall(Duration::from_secs(600)));
    let timeout = Duration::from_millis(200);
    let client = Client::tuned(&Tuning {
        timeout,
        ..Tuning::of(&shop)
    })
    .unwrap();
    assert_eq!(
        client.read("1").await,
        "timeout (again later): `shop`, Customer.read of 1: no answer within 0.2 s; the system may be overloaded"
    );
}

#[tokio::test]
async fn statuses_are_told_apart() {
    for (misbehavior, expected) in [
        (
            status(500, &[], "<h1>Oops</h1>"),
            "server (again later): `shop`, Customer.read of 1: the system failed with HTTP status 500: <h1>Oops</h1>",
        ),
        (
            status(502, &[], ""),
            "server (again later): `shop`, Customer.read of 1: the system failed with HTTP status 502: no text",
        ),
        (
            status(503, &[], "Maintenance"),
            "server (again later): `shop`, Customer.read of 1: the system failed with HTTP status 503: Maintenance",
        ),
        (
            status(504, &[], "slow\n  gateway"),
            "server (again later): `shop`, Customer.read of 1: the system failed with HTTP status 504: slow gateway",
        ),
        (
            status(503, &[("Retry-After", "120")], ""),
            "rate_limited (again later): `shop`, Customer.read of 1: the system asks us to wait 120 s",
        ),
        (
            status(429, &[("Retry-After", "7")], ""),
            "rate_limited (again later): `shop`, Customer.read of 1: the system asks us to wait 7 s",
        ),
        (
            status(429, &[], ""),
            "rate_limited (again later): `shop`, Customer.read of 1: the system asks us to wait",
        ),
        (
            status(401, &[], ""),
            "auth (not again): `shop`, Customer.read of 1: the system does not let us in: HTTP status 401 Unauthorized; check user, key and rights of this instance",
        ),
        (
            status(404, &[], "<html>"),
            "refused (not again): `shop`, Customer.read of 1: the system refused with code 404: HTTP status 404 Not Found; the address of this instance may be wrong",
        ),
        (
            status(301, &[("Location", "https://user:pw@other.example/api/xmlrpc?k=1")], ""),
            "refused (not again): `shop`, Customer.read of 1: the system refused with code 301: the address has moved to https://other.example/api/xmlrpc; set the new one for this instance",
        ),
    ] {
        assert_eq!(told(misbehavior).await, expected);
    }
}

#[tokio::test]
async fn a_fault_that_comes_with_a_bad_status_is_still_a_fault() {
    let xml = "<methodResponse><fault><value><struct><member><name>faultCode</name><value><string>102</string></value></member>\
               <member><name>faultString</name><value>Customer not exists.</value></member></struct></value></fault></methodResponse>";
    assert!(told(status(500, &[], xml)).await.starts_with("not_found"));
}

#[tokio::test]
async fn while_the_shop_wants_quiet_it_is_not_asked() {
    let shop = shop().await;
    let client = Client::of(&shop);
    shop.next(status(429, &[("Retry-After", "600")], ""));
    assert!(client.read("1").await.starts_with("rate_limited"));
    let calls = shop.log().len();
    let told = client.read("1").await;
    assert!(
        told.starts_with("rate_limited (again later)") && told.contains("wait 59"),
        "{told}"
    );
    assert_eq!(shop.log().len(), calls);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_cut_off() {
    let expected = "too_large (not again): `shop`, Customer.read of 1: the answer is larger than 100000 bytes; ask for less at a time or raise the limit";
    for misbehavior in [
        Misbehavior::Huge(64 * 1024 * 1024),
        Misbehavior::Raw(vec![b' '; 100_001]),
    ] {
        let shop = shop().await;
        shop.next(misbehavior);
        let client = Client::tuned(&Tuning {
            body_limit: 100_000,
            ..Tuning::of(&shop)
        })
        .unwrap();
        assert_eq!(client.read("1").await, expected);
        assert_eq!(client.read("1").await, ADA);
    }
}

#[tokio::test]
async fn what_is_no_answer_is_told_with_its_place() {
    let bytes = |text: &[u8]| Misbehavior::Raw(text.to_vec());
    for (misbehavior, expected) in [
        (bytes(b"<!DOCTYPE html><html></html>"), "it is a web page; the address leads to something else than XML-RPC"),
        (bytes(b"<html><body>404</body></html>"), "`<html>` where <methodResponse> is expected"),
        (bytes(b"Warning: mysql gone in /var/www/x.php"), "it is no XML: `Warning: mysql gone in /var/www/x.php`"),
        (bytes(b"\xff\xfe\x00garbage"), "it is not UTF-8; set the charset of the API to UTF-8, at byte 0"),
        (bytes(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><methodResponse/>"), "it is not UTF-8"),
        (
            bytes(b"<!DOCTYPE a [<!ENTITY b \"bbbb\">]><methodResponse><params><param><value>&b;&b;</value></param></params></methodResponse>"),
            "a DOCTYPE, which XML-RPC does not have",
        ),
        (raw("<value>&b;</value>"), "`&b;`, which nobody defines"),
        (raw("<value><int>007</int></value>"), "`007`, which is no int"),
        (raw("<value><int>1.5</int></value>"), "`1.5`, which is no int"),
        (raw("<value><double>NAN</double></value>"), "`NAN`, which is no double"),
        (raw("<value><double>.5</double></value>"), "`.5`, which is no double"),
        (raw("<value><boolean>yes</boolean></value>"), "`yes`, which is no boolean"),
        (raw("<value><base64>a</base64></value>"), "base64 that is none"),
        (raw("<value><date>1</date></value>"), "`<date>`, which is no type of XML-RPC"),
        (raw("<value>x<int>1</int></value>"), "text beside the type of a value"),
        (
            raw("<value><struct><member><name>a</name><value>1</value></member><member><name>a</name><value>2</value></member></struct></value>"),
            "the member `a` twice",
        ),
        (
            raw("<value><array><data><value>1</value><value><struct><member><name>b</name><value><int>x</int></value></member></struct></value></data></array></value>"),
            "`x`, which is no int, at byte 123 in `[1].b`",
        ),
        (bytes(b"<methodResponse><params/></methodResponse>"), "an end where <param> is expected"),
        (bytes(b"<methodResponse><fault><value>no</value></fault></methodResponse>"), "a fault without code and text"),
        (
            bytes(b"<methodResponse><params><param><value>1</value></param></params></methodResponse><br/>"),
            "something follows the end of the answer",
        ),
        (Misbehavior::Compressed, "it is compressed with `gzip`, which nobody asked for"),
    ] {
        let told = told(misbehavior).await;
        assert!(told.starts_with("malformed (not again): `shop`, Customer.read of 1: the answer cannot be read: "), "{told}");
        assert!(told.contains(expected), "{told}\nexpected: {expected}");
    }
}

#[tokio::test]
async fn values_nested_too_deep_are_refused() {
    let deep = |levels: usize| {
        let open = "<value><array><data>".repeat(levels);
        raw(&format!("{open}{}", "</data></array></value>".repeat(levels)))
    };
    assert_eq!(told(deep(100)).await, format!("{}{}", "[".repeat(100), "]".repeat(100)));
    assert!(told(deep(101)).await.contains("more than 100 values inside each other"));
    assert!(
        told(deep(10_000))
            .await
            .contains("more than 100 values inside each other")
    );
}

#[tokio::test]
async fn nothing_that_is_printed_holds_a_secret() {
    let shop = shop().await;
    let client = Client::of(&shop);
    assert_eq!(client.read("1").await, ADA);
    let session = shop.session().unwrap();
    let escaped = "fake&lt;key&gt;&amp;4711";
    let echo = format!("user {USER}, key {KEY}, {escaped}, session {session}");
    let cut = format!("{}{KEY}", "x".repeat(150));
    let mut printed = vec![format!("{client:?} {client:#?}")];
    for misbehavior in [
        Misbehavior::Fault(102, echo.clone()),
        Misbehavior::Fault(2, echo.clone()),
        status(500, &[], &echo),
        status(500, &[], &cut),
        Misbehavior::Raw(echo.clone().into_bytes()),
        Misbehavior::Raw(format!("{}{session}", "x".repeat(70)).into_bytes()),
        raw(&format!("<value><int>{session}</int></value>")),
        raw(&format!(
            "<value><struct><member><name>{session}</name></member></struct></value>"
        )),
        Misbehavior::Raw(format!("<{session}/>").into_bytes()),
    ] {
        shop.next(misbehavior);
        let told = client.read("1").await;
        assert!(told.contains("***"), "{told}");
        printed.push(told);
    }
    for text in printed {
        for secret in [USER, KEY, escaped, session.as_str(), "4711", "fake<", "session-1"] {
            assert!(!text.contains(secret), "`{secret}` in {text}");
        }
    }
}

#[tokio::test]
async fn a_call_that_cannot_be_sent_is_not_sent() {
    let shop = shop().await;
    let client = Client::of(&shop);
    assert_eq!(
        client.read_nothing().await,
        "unsendable (not again): `shop`, Customer.read: the call cannot be sent: the operation needs the key of a record"
    );
    assert!(
        client
            .read("a\u{0}b")
            .await
            .contains("holds the control character U+0000, which XML cannot carry")
    );
    assert!(
        client
            .get()
            .await
            .contains("an HTTP request was declared for a backend that speaks XML-RPC")
    );
    assert_eq!(shop.log().iter().filter(|logged| logged.method != "login").count(), 0);
}

#[tokio::test]
async fn settings_that_lead_nowhere_are_told_at_once() {
    let shop = FakeShop::start(Vec::new()).await;
    let good = Tuning::of(&shop);
    let told = |tuning: Tuning| Client::tuned(&tuning).unwrap_err();
    let url = |url: &str| {
        told(Tuning {
            url: url.to_owned(),
            ..good.clone()
        })
    };
    assert_eq!(
        url("shop.example"),
        "instance `shop`: its address is none (relative URL without a base); write it as https://shop.example"
    );
    assert_eq!(
        url("ftp://shop.example"),
        "instance `shop`: its address begins with `ftp:`; write it as https://shop.example"
    );
    assert_eq!(
        told(Tuning {
            protocol: "soap",
            ..good.clone()
        }),
        "instance `shop`: the protocol `soap` of connector `magento` is not spoken yet; `xml_rpc` is"
    );
    assert_eq!(
        told(Tuning {
            auth: "bearer",
            ..good.clone()
        }),
        "instance `shop`: `auth bearer` with 2 values does not go with XML-RPC; use `auth login(user, key)`"
    );
    let slash = Tuning {
        url: format!("{}/", shop.url()),
        ..good
    };
    let answer = Client::tuned(&slash).unwrap().read("1").await;
    assert!(answer.starts_with("refused"), "{answer}");
}
