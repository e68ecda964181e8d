//! What the writer writes of random values is what serde_json reads, and what we read ourselves.

use rust_decimal::Decimal;
use serde_json::Value;
use support::scan::{accepts_record, raw_x, written};

const SEED: u64 = 20_170_628;

/// Any characters, those that must be escaped more often.
fn text(random: &mut fastrand::Rng) -> String {
    let count = random.usize(0..12);
    let one = |random: &mut fastrand::Rng| match random.u8(0..4) {
        0 => char::from(random.u8(0..0x20)),
        1 => ['"', '\\', '/', '\u{7f}', '\u{2028}', '\u{feff}'][random.usize(0..6)],
        _ => random.char(..),
    };
    (0..count).map(|_| one(random)).collect()
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    let mut random = fastrand::Rng::with_seed(SEED);
    for _ in 0..5_000 {
        let (text, number) = (text(&mut random), random.i64(..));
        let amounts: Vec<Decimal> = (0..random.usize(0..4))
            .map(|_| Decimal::from_i128_with_scale(i128::from(random.i64(..)), random.u32(0..20)))
            .collect();
        let made = written(&text, number, &amounts);
        let read: Value = serde_json::from_str(&made).unwrap_or_else(|error| panic!("{error}: {made}"));
        assert_eq!(read["text"], Value::from(text.as_str()), "{made}");
        assert_eq!(read["number"].to_string(), number.to_string());
        let back = read["amounts"].as_array().into_iter().flatten();
        let back: Vec<Decimal> = back
            .map(|amount| amount.to_string().parse().expect("a decimal"))
            .collect();
        assert_eq!(back, amounts, "{made}");
        assert!(accepts_record(made.as_bytes()), "{made}");
        let raw = raw_x(format!("{{\"x\":{made}}}").as_bytes());
        assert_eq!(raw.as_deref(), Ok(made.as_str()));
    }
}
