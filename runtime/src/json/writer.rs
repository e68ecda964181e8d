//! Values -> canonical JSON text: fields in the order given, digits as they are, no floats made of decimals.

use base64::Engine;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::exact::{eight_digits_of, power, short_text_of, small};
use crate::json::out::{Put, Room};
use crate::json::plain::{BLOCK, end_of_plain, is_plain};
use crate::shape::Kind;
use crate::value::{Stored, Val};

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All in one line, no blanks.
    Line,
    /// One field a line, indented by two blanks.
    Lines,
}

/// Writes JSON piece by piece: names and values inside `open` and `close`.
#[derive(Debug)]
pub struct Writer<'o, O> {
    out: &'o mut O,
    layout: Layout,
    depth: usize,
    first: bool,
}

impl<'o, O: Put> Writer<'o, O> {
    /// A writer that appends.
    pub const fn new(out: &'o mut O, layout: Layout) -> Self {
        Self {
            out,
            layout,
            depth: 0,
            first: true,
        }
    }

    /// `{` or `[`.
    pub fn open(&mut self, bracket: char) {
        self.out.put(bracket.encode_utf8(&mut [0; 4]));
        self.depth += 1;
        self.first = true;
    }

    /// `}` or `]`.
    pub fn close(&mut self, bracket: char) {
        self.depth = self.depth.saturating_sub(1);
        if !self.first {
            self.new_line();
        }
        self.out.put(bracket.encode_utf8(&mut [0; 4]));
        self.first = false;
    }

    /// The name of the next field.
    pub fn name(&mut self, name: &str) {
        self.element();
        self.text(name);
        self.out.put(":");
        if self.layout == Layout::Lines {
            self.out.put(" ");
        }
    }

    /// Stands before an element of a list.
    pub fn element(&mut self) {
        if !self.first {
            self.out.put(",");
        }
        self.first = false;
        self.new_line();
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        push_quoted(self.out, text);
    }

    /// A value; missing as null, since a field that is missing is not named at all.
    pub fn value(&mut self, value: &Val<'_>) {
        match value {
            Val::List(list) => self.list(list),
            Val::Record(fields) => self.record(fields),
            Val::Rec(record) => self.payload(record),
            Val::Stored(record) => {
                let fields = record.fields.iter();
                let fields: Vec<_> = fields.map(|(name, value)| (*name, Val::from(value))).collect();
                self.record(&fields);
            }
            Val::Missing
            | Val::Null
            | Val::Text(_)
            | Val::Int(_)
            | Val::Decimal(_)
            | Val::Float(_)
            | Val::Bool(_)
            | Val::Date(_)
            | Val::Time(_)
            | Val::Duration(_)
            | Val::DateTime(_)
            | Val::Uuid(_)
            | Val::Bytes(_)
            | Val::Json(_)
            | Val::Key(_)
            | Val::Ref(_) => self.scalar(value),
        }
    }

    fn list(&mut self, list: &[Val<'_>]) {
        self.open('[');
        for element in list {
            self.element();
            self.value(element);
        }
        self.close(']');
    }

    fn record(&mut self, fields: &[(&'static str, Val<'_>)]) {
        self.open('{');
        for (name, value) in fields.iter().filter(|(_, value)| !matches!(value, Val::Missing)) {
            self.name(name);
            self.value(value);
        }
        self.close('}');
    }

    /// A record of a payload: what was read of it, sensitive fields masked.
    fn payload(&mut self, record: &crate::mapper::Rec<'_>) {
        self.open('{');
        for field in record.shape().map_or(&[][..], |shape| shape.fields) {
            let value = record.get(field.slot);
            if matches!(value, Val::Missing) {
                continue;
            }
            self.name(field.name);
            match (field.kind, &value) {
                _ if field.sensitive && value.is_present() => self.text(crate::fault::MASK),
                (Kind::Map(_), Val::List(entries)) => self.map(entries),
                _ => self.value(&value),
            }
        }
        self.close('}');
    }

    /// A map: a list of pairs, as an object.
    fn map(&mut self, entries: &[Val<'_>]) {
        self.open('{');
        for entry in entries {
            if let Val::List(pair) = entry
                && let [Val::Text(key), value] = pair.as_slice()
            {
                self.name(key);
                self.value(value);
            }
        }
        self.close('}');
    }

    fn scalar(&mut self, value: &Val<'_>) {
        match value {
            Val::Text(text) | Val::Key(text) => self.text(text),
            Val::Json(json) => self.out.put(json),
            Val::Int(number) => push_int(self.out, *number),
            Val::Decimal(number) => push_decimal(self.out, *number),
            Val::Float(number) if number.is_finite() => self.out.put(&number.to_string()),
            Val::Bool(flag) => self.out.put(if *flag { "true" } else { "false" }),
            Val::Date(date) => self.out.put(&format!("\"{date}\"")),
            Val::Time(time) => self.out.put(&format!("\"{time}\"")),
            Val::Duration(lasting) => self.out.put(&format!("\"{lasting}\"")),
            Val::DateTime(instant) => self.out.put(&format!("\"{instant}\"")),
            Val::Uuid(uuid) => self.out.put(&format!("\"{uuid}\"")),
            Val::Bytes(bytes) => self.text(&base64::engine::general_purpose::STANDARD.encode(bytes)),
            Val::Ref(id) => match id.is_coming() {
                Some(number) => self.out.put(&format!("\"new {}\"", number + 1)),
                None => push_int(self.out, id.0),
            },
            Val::Missing | Val::Null | Val::Float(_) | Val::List(_) | Val::Record(_) | Val::Rec(_) | Val::Stored(_) => {
                self.out.put("null");
            }
        }
    }

    fn new_line(&mut self) {
        if self.layout == Layout::Lines {
            self.out.put("\n");
            for _ in 0..self.depth {
                self.out.put("  ");
            }
        }
    }
}

/// A value as one line of JSON.
pub fn json_text(value: &Val<'_>) -> String {
    let mut out = String::new();
    Writer::new(&mut out, Layout::Line).value(value);
    out
}

/// A value for messages: one line of JSON, shortened.
pub fn shown(value: &Val<'_>) -> String {
    short(&json_text(value))
}

/// A stored value for messages.
pub fn stored_text(stored: &Stored) -> String {
    if let Stored::Text(text) = stored {
        return text.clone();
    }
    json_text(&Val::from(stored))
}

/// At most 80 characters of a text, on one line.
pub fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shortened: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shortened.push('…');
    }
    shortened.replace(['\n', '\r', '\0'], " ")
}

/// Appends a JSON string.
pub fn push_quoted(out: &mut impl Put, text: &str) {
    if is_plain(text) {
        return out.put_plain(text);
    }
    out.put("\"");
    push_escaped(out, text);
    out.put("\"");
}

/// The inside of a JSON string: runs of plain text, and an escape behind each.
fn push_escaped(out: &mut impl Put, text: &str) {
    let mut rest = text;
    while let Some((plain, special)) = rest.split_at_checked(end_of_plain(rest.as_bytes(), 0)) {
        out.put(plain);
        let mut characters = special.chars();
        let Some(character) = characters.next() else { return };
        match character {
            '"' => out.put("\\\""),
            '\\' => out.put("\\\\"),
            '\n' => out.put("\\n"),
            '\r' => out.put("\\r"),
            '\t' => out.put("\\t"),
            '\u{8}' => out.put("\\b"),
            '\u{c}' => out.put("\\f"),
            control => {
                out.put(&format!("\\u{:04x}", u32::from(control)));
            }
        }
        rest = characters.as_str();
    }
}

/// Appends a whole number.
pub fn push_int(out: &mut impl Put, number: i64) {
    out.put(itoa::Buffer::new().format(number));
}

/// Appends a decimal: all digits behind its point, zeros included.
pub fn push_decimal(out: &mut impl Put, number: Decimal) {
    let Some((mantissa, scale)) = small(number) else {
        out.put(&number.to_string());
        return;
    };
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(mantissa.unsigned_abs());
    if mantissa < 0 {
        out.put("-");
    }
    match digits.split_at_checked(digits.len().wrapping_sub(scale)) {
        _ if scale == 0 => out.put(digits),
        Some((whole, fraction)) if !whole.is_empty() => {
            out.put(whole);
            out.put(".");
            out.put(fraction);
        }
        Some(_) | None => {
            out.put("0.");
            (digits.len()..scale).for_each(|_| out.put("0"));
            out.put(digits);
        }
    }
}

/// A decimal in quotes with so many digits behind its point, at the begin of a block, and how long it is. Absent where it has other
/// digits, or too many.
pub(crate) fn fixed(number: Decimal, scale: usize) -> Option<([u8; BLOCK], usize)> {
    let (mantissa, digits) = small(number).filter(|(_, digits)| *digits <= scale)?;
    let unit = power(scale)?.unsigned_abs();
    let mantissa = mantissa.checked_mul(power(scale - digits)?)?;
    let (whole, fraction) = (mantissa.unsigned_abs() / unit, mantissa.unsigned_abs() % unit);
    if whole >= SHORT || scale > 8 {
        return None;
    }
    let mut block = [0; BLOCK];
    let begin = 1 + usize::from(mantissa < 0);
    block[0] = b'"';
    block[1] = b'-';
    // At most eight digits, a point and eight digits: that all fits is known when this is compiled.
    let (digits, length) = short_text_of(whole as u32);
    block[begin..][..8].copy_from_slice(&digits);
    let mut end = begin + (length & 15);
    if scale > 0 {
        let digits = (eight_digits_of(fraction as u32) | 0x3030_3030_3030_3030) >> (64 - scale * 8);
        block[end] = b'.';
        block[end + 1..][..8].copy_from_slice(&digits.to_le_bytes());
        end += 1 + (scale & 15);
    }
    *block.get_mut(end)? = b'"';
    Some((block, end + 1))
}

/// A decimal in quotes with so many digits behind its point, and how long it is. Absent where all its digits are more than eight, or it
/// has other ones behind the point.
#[inline(always)]
pub(crate) fn put_fixed(room: &mut Room, number: Decimal, scale: usize) -> Option<usize> {
    let (mantissa, digits) = small(number)?;
    let size = mantissa.unsigned_abs();
    if digits != scale || scale > 7 || size >= SHORT {
        return None;
    }
    let digits = eight_digits_of(size as u32);
    // A digit stands before the point, even if it is 0.
    let zeros = ((digits | 1 << (56 - scale * 8)).trailing_zeros() / 8) as usize;
    let text = digits | 0x3030_3030_3030_3030;
    let begin = 1 + usize::from(mantissa < 0);
    room[0] = b'"';
    room[1] = b'-';
    room[begin..][..8].copy_from_slice(&(text >> ((zeros * 8) & 63)).to_le_bytes());
    let mut end = begin + ((8 - scale - zeros) & 15);
    if scale > 0 {
        room[end] = b'.';
        room[end + 1..][..8].copy_from_slice(&(text >> (64 - scale * 8)).to_le_bytes());
        end += 1 + scale;
    }
    room[end] = b'"';
    Some(end + 1)
}

/// A whole number of at most eight digits, and how long it is.
#[inline(always)]
pub(crate) fn put_whole(room: &mut Room, number: i64) -> Option<usize> {
    let size = number.unsigned_abs();
    if size >= SHORT {
        return None;
    }
    let begin = usize::from(number < 0);
    let (digits, length) = short_text_of(size as u32);
    room[0] = b'-';
    room[begin..][..8].copy_from_slice(&digits);
    Some(begin + length)
}

/// A day in quotes, and how long it is. Absent where its year has other than four digits.
#[inline(always)]
pub(crate) fn put_date(room: &mut Room, date: Date) -> Option<usize> {
    let year = u32::from(date.year().unsigned_abs());
    if date.year() < 0 || year > 9999 {
        return None;
    }
    let [month, day] = [date.month(), date.day()].map(|part| u32::from(part.unsigned_abs()));
    let digits = eight_digits_of(year * 10_000 + month * 100 + day) | 0x3030_3030_3030_3030;
    let digits = digits.to_le_bytes();
    room[..12].copy_from_slice(b"\"yyyy-mm-dd\"");
    room[1..5].copy_from_slice(&digits[..4]);
    room[6..8].copy_from_slice(&digits[4..6]);
    room[9..11].copy_from_slice(&digits[6..]);
    Some(12)
}

/// Numbers from here on have more than eight digits.
const SHORT: u64 = 100_000_000;

/// Appends a day: `2017-06-27`.
pub fn push_date(out: &mut impl Put, date: Date) {
    match u16::try_from(date.year()) {
        Ok(year @ ..=9999) => {
            let [day, month] = [date.day(), date.month()].map(i8::unsigned_abs);
            push_two(out, year / 100);
            push_two(out, year % 100);
            out.put("-");
            push_two(out, u16::from(month));
            out.put("-");
            push_two(out, u16::from(day));
        }
        Ok(_) | Err(_) => {
            out.put(&date.to_string());
        }
    }
}

/// Appends two digits of a number below 100.
pub(crate) fn push_two(out: &mut impl Put, number: u16) {
    const DIGITS: &str = "\
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    let place = usize::from(number % 100) * 2;
    out.put(DIGITS.get(place..place + 2).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::{put_date, put_fixed, put_whole};
    use crate::json::plain::BLOCK;
    use jiff::civil::date;
    use rust_decimal::Decimal;

    #[test]
    fn days_are_put_as_they_are_written() {
        for day in [
            date(1, 1, 1),
            date(987, 10, 9),
            date(2020, 2, 29),
            date(9999, 12, 31),
            date(-1, 1, 1),
        ] {
            let mut room = [b'?'; BLOCK + 2];
            let put = put_date(&mut room, day).map(|end| String::from_utf8_lossy(&room[..end]).into_owned());
            assert_eq!(put, (day.year() >= 0).then(|| format!("\"{day}\"")));
        }
    }

    #[test]
    fn short_numbers_are_put_as_they_are_written() {
        let numbers = [
            0,
            1,
            9,
            10,
            99,
            100,
            12_345,
            1_000_000,
            99_999_999,
            100_000_000,
            i64::MAX,
        ];
        for number in numbers.into_iter().flat_map(|number| [number, -number]) {
            let mut room = [b'?'; BLOCK + 2];
            let put = put_whole(&mut room, number).map(|end| String::from_utf8_lossy(&room[..end]).into_owned());
            let is_short = number.unsigned_abs() < 100_000_000;
            assert_eq!(put, is_short.then(|| number.to_string()));
            for digits in 0..10 {
                for scale in 0..10 {
                    let (number, mut room) = (Decimal::new(number, digits), [b'?'; BLOCK + 2]);
                    let put = put_fixed(&mut room, number, scale).map(|end| &room[..end]);
                    let fits = is_short && digits as usize == scale && scale < 8;
                    let expected = format!("\"{number}\"");
                    assert_eq!(put, fits.then_some(expected.as_bytes()), "{number} {scale}");
                }
            }
        }
    }
}
