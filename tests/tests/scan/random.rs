//! Generated and mutated documents: the same verdict as serde_json, and never a panic.

use serde_json::Value;
use support::scan::{accepts_record, raw_x, read_order, read_orders};

const SEED: u64 = 20_170_627;

/// A random document, written with random blanks and escapes.
fn document(random: &mut fastrand::Rng, depth: usize, out: &mut String) {
    blank(random, out);
    match random.u8(0..if depth == 0 { 6 } else { 9 }) {
        0 => out.push_str("null"),
        1 => out.push_str(["true", "false"][random.usize(0..2)]),
        2 | 3 => number(random, out),
        4 | 5 => text(random, out),
        6 | 7 => {
            out.push('{');
            for position in 0..random.usize(0..5) {
                if position > 0 {
                    out.push(',');
                }
                blank(random, out);
                text(random, out);
                blank(random, out);
                out.push(':');
                document(random, depth - 1, out);
            }
            blank(random, out);
            out.push('}');
        }
        _ => {
            out.push('[');
            for position in 0..random.usize(0..5) {
                if position > 0 {
                    out.push(',');
                }
                document(random, depth - 1, out);
            }
            blank(random, out);
            out.push(']');
        }
    }
    blank(random, out);
}

fn blank(random: &mut fastrand::Rng, out: &mut String) {
    if random.u8(0..5) == 0 {
        out.push_str([" ", "\n", "\t", "\r\n"][random.usize(0..4)]);
    }
}

fn number(random: &mut fastrand::Rng, out: &mut String) {
    let shapes = [
        "0",
        "-0",
        "7",
        "-12",
        "1.50",
        "1e3",
        "1E-3",
        "-1.25e+30",
        "1e999",
        "123456789012345678901234567890",
    ];
    out.push_str(shapes[random.usize(0..shapes.len())]);
}

fn text(random: &mut fastrand::Rng, out: &mut String) {
    let pieces = [
        "a",
        "id",
        "items",
        "sku",
        "é",
        "漢",
        "😀",
        "\\n",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0000",
        " ",
        "\u{7f}",
    ];
    out.push('"');
    for _ in 0..random.usize(0..6) {
        out.push_str(pieces[random.usize(0..pieces.len())]);
    }
    out.push('"');
}

/// One to three bytes changed, taken out, put in, doubled or cut off.
fn mutate(random: &mut fastrand::Rng, bytes: &mut Vec<u8>) {
    const BYTES: &[u8] = b"{}[]\",:\\/u0dD8cC9eE+-.tfn \n\x00\x1f\x80\xff\xc3\xa9";
    for _ in 0..random.usize(1..4) {
        let at = random.usize(0..bytes.len().max(1));
        match (random.u8(0..5), bytes.len()) {
            (_, 0) => bytes.push(b'{'),
            (0, _) => bytes[at] = BYTES[random.usize(0..BYTES.len())],
            (1, _) => {
                bytes.remove(at);
            }
            (2, _) => bytes.insert(at, BYTES[random.usize(0..BYTES.len())]),
            (3, _) => bytes.extend_from_within(at..),
            _ => bytes.truncate(at),
        }
    }
}

/// Names that serde_json takes for numbers and raw values when they stand in an object are never generated.
fn compare(bytes: &[u8]) {
    let peer = serde_json::from_slice::<Value>(bytes);
    let is_record = peer.as_ref().is_ok_and(Value::is_object);
    assert_eq!(
        accepts_record(bytes),
        is_record,
        "{:?}: {:?}",
        String::from_utf8_lossy(bytes),
        peer.err()
    );
}

#[test]
fn accepts_what_serde_json_accepts() {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut accepted = 0;
    for _ in 0..6_000 {
        let mut text = String::from("{\"x\":");
        document(&mut random, 4, &mut text);
        text.push('}');
        compare(text.as_bytes());
        let value: Value = serde_json::from_str(&text).expect("generated");
        let raw = raw_x(text.as_bytes()).map(|raw| serde_json::from_str::<Value>(&raw).expect("raw"));
        let refused = "$.x: the value is null, which the declaration does not admit: null";
        match value["x"].is_null() {
            true => assert_eq!(raw, Err(refused.to_owned())),
            false => assert_eq!(raw.as_ref(), Ok(&value["x"])),
        }
        for _ in 0..4 {
            let mut bytes = text.clone().into_bytes();
            mutate(&mut random, &mut bytes);
            accepted += usize::from(serde_json::from_slice::<Value>(&bytes).is_ok());
            compare(&bytes);
        }
    }
    // A mutation that never left a document valid would compare nothing.
    assert!(accepted > 1_000, "{accepted}");
}

#[test]
fn no_bytes_make_it_panic() {
    let orders = [
        r#"{"id":7,"payment":{"method":"card","paid":12.50},"items":[{"sku":"A","qty":1,"rows":[["a"],[]],"names":{"fr":"un"}}],"note":"x\u00e9","at":"2017-06-27T15:13:08Z","day":"2017-06-27","paid":true,"weight":0.5,"extra":{"k":[1]},"uuid":"67e55044-10b1-426f-9247-bb680e5fe0c8","bytes":"AAEC"}"#,
        r#"{"id":"7","payment":[],"items":[{"sku":1,"qty":"2.5","names":[],"rows":""}],"at":"0000-00-00 00:00:00","paid":"1","weight":""}"#,
        r#"{"id":"7","payment":{"method":""},"items":{"sku":"A","qty":"2","rows":"x"},"day":"","paid":"true"}"#,
    ];
    let mut random = fastrand::Rng::with_seed(SEED);
    let (mut read, mut refused) = (0, 0);
    for round in 0..20_000 {
        let mut bytes = orders[round % 3].as_bytes().to_vec();
        if round % 10 > 0 {
            mutate(&mut random, &mut bytes);
        }
        for wire in ["json", "php", "xml"] {
            match read_order(wire, &bytes).starts_with('{') {
                true => read += 1,
                false => refused += 1,
            }
        }
        let list = [b"[", bytes.as_slice(), b"]"].concat();
        read_orders("php", &list);
    }
    assert!(read > 1_000 && refused > 1_000, "{read} {refused}");
}
