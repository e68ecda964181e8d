//! The codec alone: both directions agree, real answers are read as others read them, and damaged ones never panic.

use serde_json::{Value, json};
use support::fake::recordings;
use tenon_runtime::adapter::xml_rpc::codec::{Answer, read_answer, read_call, write_answer, write_call, write_fault};

fn sample() -> Value {
    json!({
        "customer_id": "21", "name": "Zoë <&> \"x\" 山田\n\r\t", "price": 1, "big": 9_007_199_254_740_993_i64,
        "nothing": null, "yes": true, "no": false, "empty": [], "record": {}, "": "nameless",
        "nested": [[{ "a": [1, "2", null] }], {}, "\u{1F600}"],
    })
}

fn read(xml: &str) -> Value {
    match read_answer(xml.as_bytes()).unwrap() {
        Answer::Value(json) => serde_json::from_slice(&json).unwrap(),
        Answer::Fault(fault) => panic!("{fault:?}"),
    }
}

#[test]
fn what_is_written_is_read() {
    assert_eq!(read(&write_answer(&sample()).unwrap()), sample());
    let number: Value = serde_json::from_str("12.3400").unwrap();
    assert_eq!(read(&write_answer(&number).unwrap()).to_string(), "12.3400");
    let call = read_call(write_call("a.b", &[sample(), json!("x")]).unwrap().as_bytes()).unwrap();
    assert_eq!((call.method.as_str(), call.params), ("a.b", vec![sample(), json!("x")]));
    let Answer::Fault(fault) = read_answer(write_fault(-32, "no & never").unwrap().as_bytes()).unwrap() else {
        panic!("no fault");
    };
    assert_eq!((fault.code, fault.text.as_str()), (-32, "no & never"));
}

#[test]
fn real_answers_are_read_as_others_read_them() {
    let Some(root) = recordings::root() else {
        println!("skipped: no recordings; TENON_RECORDINGS says where they are");
        return;
    };
    let mut compared = 0;
    for folder in std::fs::read_dir(root.join("magento1/raw19")).unwrap() {
        let folder = folder.unwrap().path();
        let cassette = root
            .join("magento1/cassettes19")
            .join(folder.file_name().unwrap())
            .with_extension("json");
        let cassette: Value = serde_json::from_str(&std::fs::read_to_string(cassette).unwrap()).unwrap();
        for (number, interaction) in cassette["interactions"].as_array().unwrap().iter().enumerate() {
            let xml = std::fs::read_to_string(folder.join(format!("{number:02}_response.xml"))).unwrap();
            assert_eq!(read(&xml), interaction["result"], "{} {number}", folder.display());
            let request = std::fs::read(folder.join(format!("{number:02}_request.xml"))).unwrap();
            assert_eq!(read_call(&request).unwrap().method, interaction["rpc_method"]);
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared}");
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

const PIECES: [&[u8]; 16] = [
    b"<value>",
    b"</value>",
    b"<struct>",
    b"<member>",
    b"</",
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"&#xFFFFFFFF;",
    b"<![CDATA[",
    b"<!--",
    b"<!DOCTYPE",
    b"<int>99999999999999999999</int>",
    b"\xff\xc3",
    b"<?xml",
];

#[test]
fn damaged_answers_never_panic_and_never_give_broken_json() {
    let whole = write_answer(&sample()).unwrap().into_bytes();
    let fault = write_fault(102, "Customer not exists.").unwrap().into_bytes();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut survived = 0;
    for round in 0..20_000 {
        let mut bytes = if round % 5 == 0 { fault.clone() } else { whole.clone() };
        for _ in 0..=dice.roll(4) {
            damage(&mut bytes, &mut dice);
        }
        let _ = read_call(&bytes);
        match read_answer(&bytes) {
            Ok(Answer::Value(json)) => {
                serde_json::from_slice::<Value>(&json).unwrap_or_else(|error| panic!("round {round}: {error}"));
                survived += 1;
            }
            Ok(Answer::Fault(_)) => survived += 1,
            Err(malformed) => assert!(malformed.at <= bytes.len() && !malformed.to_string().is_empty()),
        }
    }
    // Damage inside a text leaves an answer that is whole.
    assert!((100..10_000).contains(&survived), "{survived}");
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.roll(bytes.len().max(1)).min(bytes.len());
    match dice.roll(5) {
        0 => bytes.truncate(at),
        1 => {
            let until = (at + dice.roll(30)).min(bytes.len());
            bytes.drain(at..until);
        }
        2 => {
            let piece = PIECES[dice.roll(PIECES.len())];
            bytes.splice(at..at, piece.iter().copied());
        }
        3 => {
            let until = (at + dice.roll(60)).min(bytes.len());
            let copy = bytes[at..until].to_vec();
            bytes.splice(at..at, copy);
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = u8::try_from(dice.roll(256)).unwrap();
            }
        }
    }
}
