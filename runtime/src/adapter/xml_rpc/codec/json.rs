//! The parts of JSON that a reader of another format writes itself, so that digits stay as they came.

/// Writes a comma unless the list or record has just begun.
pub(super) fn separate(json: &mut Vec<u8>, opening: u8) {
    if json.last() != Some(&opening) {
        json.push(b',');
    }
}

/// A JSON string; control characters are escaped, everything else stands as it is.
pub(super) fn write_string(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => json.extend_from_slice(b"\\\""),
            b'\\' => json.extend_from_slice(b"\\\\"),
            b'\n' => json.extend_from_slice(b"\\n"),
            b'\r' => json.extend_from_slice(b"\\r"),
            b'\t' => json.extend_from_slice(b"\\t"),
            0..0x20 => json.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => json.push(byte),
        }
    }
    json.push(b'"');
}

/// Whether the text is a whole number as JSON writes it.
pub(super) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let has_leading_zero = digits.len() > 1 && digits.starts_with('0');
    !has_leading_zero && is_digits(digits)
}

/// Whether the text is a number as JSON writes it.
pub(super) fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent_digits = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    is_integer(whole) && fraction.is_none_or(is_digits) && exponent_digits.is_none_or(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_json_takes_for_one() {
        let texts = [
            "0", "-0", "10", "-1", "1.0", "12.3400", "1e5", "1E+05", "-0.1e-9", "", "-", "+1", "01", "-01", "1.", ".1",
            "1e", "1e+", "1.e1", "0x1", " 1", "1 ", "1_0", "NaN", "inf", "1,5", "--1", "1e1.5", "\u{0661}",
        ];
        for text in texts {
            let is_json = serde_json::from_str::<serde_json::Number>(text).is_ok() && text.trim() == text;
            assert_eq!(is_number(text), is_json, "{text}");
            let is_whole = is_json && !text.contains(['.', 'e', 'E']);
            assert_eq!(is_integer(text), is_whole, "{text}");
        }
    }

    #[test]
    fn strings_are_read_back_as_they_were() {
        let all: String = ('\0'..='\u{FF}').chain("\u{2028}\u{FFFF}\u{1F600}".chars()).collect();
        let mut json = Vec::new();
        write_string(&mut json, &all);
        assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), all);
    }
}
