//! How PostgreSQL keeps values: each in the type made for it.

use std::error::Error;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::store::database::Value;
use crate::store::sql::table::Holds;
use crate::value::{RecordId, Stored};

/// A value as a parameter; the server has said of which type it is to be.
#[derive(Debug)]
pub(super) struct Bound<'v>(pub(super) Value<'v>);

type Written = Result<IsNull, Box<dyn Error + Sync + Send>>;

impl ToSql for Bound<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Written {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => write_number(number, wanted, out),
            Value::Flag(flag) => write(&flag, wanted, out),
            Value::Text(text) => write_text(text, wanted, out),
            Value::Field(value) => write_field(value, wanted, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value of exactly the wanted type.
fn write<T: ToSql>(value: &T, wanted: &Type, out: &mut BytesMut) -> Written {
    match T::accepts(wanted) {
        true => value.to_sql(wanted, out),
        false => Err(format!("the database wants {wanted} and is given another type").into()),
    }
}

fn write_number(number: i64, wanted: &Type, out: &mut BytesMut) -> Written {
    match *wanted {
        Type::INT2 => i16::try_from(number)?.to_sql(wanted, out),
        Type::INT4 => i32::try_from(number)?.to_sql(wanted, out),
        _ => write(&number, wanted, out),
    }
}

fn write_text(text: &str, wanted: &Type, out: &mut BytesMut) -> Written {
    if *wanted == Type::JSONB {
        // The version of the format, then the text.
        out.extend_from_slice(&[1]);
        out.extend_from_slice(text.as_bytes());
        return Ok(IsNull::No);
    }
    write(&text, wanted, out)
}

fn write_field(value: &Stored, wanted: &Type, out: &mut BytesMut) -> Written {
    match value {
        Stored::Null => Ok(IsNull::Yes),
        Stored::Text(text) | Stored::Json(text) => write_text(text, wanted, out),
        Stored::Int(number) => write_number(*number, wanted, out),
        Stored::Decimal(number) => write(number, wanted, out),
        Stored::Bool(flag) => write(flag, wanted, out),
        Stored::Date(date) => write(date, wanted, out),
        Stored::Time(time) => write(time, wanted, out),
        Stored::Duration(lasting) => write_interval(lasting, wanted, out),
        Stored::DateTime(instant) => write(instant, wanted, out),
        Stored::Uuid(uuid) => write(uuid, wanted, out),
        Stored::Bytes(bytes) => write(bytes, wanted, out),
        Stored::Ref(id) => write_number(id.0, wanted, out),
        Stored::New(_) | Stored::Refs(_) => Err("a list or a record that is not there yet has no column".into()),
    }
}

/// An `interval` of microseconds alone: no days, no months.
fn write_interval(lasting: &SignedDuration, wanted: &Type, out: &mut BytesMut) -> Written {
    if *wanted != Type::INTERVAL {
        return Err(format!("the database wants {wanted} and is given a duration").into());
    }
    out.extend_from_slice(&i64::try_from(lasting.as_micros())?.to_be_bytes());
    out.extend_from_slice(&[0; 8]);
    Ok(IsNull::No)
}

/// An `interval` as the server sends it: microseconds, days, months.
struct Interval(SignedDuration);

impl<'r> FromSql<'r> for Interval {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let Some((micros, days_and_months)) = raw.split_first_chunk::<8>() else {
            return Err("an interval of 16 bytes is expected".into());
        };
        if days_and_months != [0; 8] {
            return Err("an interval of hours, minutes and seconds is expected, this one has days or months".into());
        }
        Ok(Self(SignedDuration::from_micros(i64::from_be_bytes(*micros))))
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::INTERVAL
    }
}

/// What a column holds, read back.
pub(super) fn stored(row: &Row, column: usize, holds: Holds) -> Result<Stored, String> {
    match holds {
        Holds::Text => read(row, column, Stored::Text),
        Holds::Json => read(row, column, Stored::Json),
        Holds::Int => read_number(row, column),
        Holds::Ref => read(row, column, |id| Stored::Ref(RecordId(id))),
        Holds::Decimal(scale) => read(row, column, |mut number: Decimal| {
            number.rescale(u32::from(scale));
            Stored::Decimal(number)
        }),
        Holds::Bool => read(row, column, Stored::Bool),
        Holds::Date => read::<Date>(row, column, Stored::Date),
        Holds::Time => read::<Time>(row, column, Stored::Time),
        Holds::Duration => read::<Interval>(row, column, |length| Stored::Duration(length.0)),
        Holds::DateTime => read::<Timestamp>(row, column, Stored::DateTime),
        Holds::Uuid => read::<Uuid>(row, column, Stored::Uuid),
        Holds::Bytes => read(row, column, Stored::Bytes),
    }
}

fn read_number(row: &Row, column: usize) -> Result<Stored, String> {
    match row.columns().get(column).map(|column| column.type_()) {
        Some(&Type::INT2) => read(row, column, |number: i16| Stored::Int(number.into())),
        Some(&Type::INT4) => read(row, column, |number: i32| Stored::Int(number.into())),
        Some(_) | None => read(row, column, Stored::Int),
    }
}

fn read<'r, T: FromSql<'r>>(row: &'r Row, column: usize, made: impl FnOnce(T) -> Stored) -> Result<Stored, String> {
    let value: Option<T> = row.try_get(column).map_err(|error| super::error::words(&error))?;
    Ok(value.map_or(Stored::Null, made))
}
