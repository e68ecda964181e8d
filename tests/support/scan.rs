//! Reads JSON through small shapes and tells what was read as text.

use tenon_runtime::json::writer::json_text;
use tenon_runtime::mapper::Val;
use tenon_runtime::scan::{elements, elements_of, scan, scan_list};
use tenon_runtime::shape::{Codec, Field, KeyKind, Kind, Shape, Wire};

static NOTHING: Shape = Shape {
    name: "Nothing",
    wire: Wire::Json,
    slots: 0,
    fields: &[],
};

static ANYTHING: Shape = Shape {
    name: "Anything",
    wire: Wire::Json,
    slots: 1,
    fields: &[Field::new("x", Kind::Json, 0)],
};

/// Whether a record is accepted of which nothing is read.
pub fn accepts_record(bytes: &[u8]) -> bool {
    scan(&NOTHING, bytes).is_ok()
}

/// The field `x` of a record as raw JSON, or why there is none.
pub fn raw_x(bytes: &[u8]) -> Result<String, String> {
    let slots = scan(&ANYTHING, bytes).map_err(|errors| told(&errors))?;
    let value = slots.record().get(0);
    let noun = value.noun();
    value
        .into_json()
        .map(|json| json.into_owned())
        .map_err(|_| noun.to_owned())
}

/// Ranges of the elements of an array as texts.
pub fn element_texts(bytes: &[u8]) -> Result<Vec<String>, String> {
    let ranges = elements(bytes).map_err(|error| error.to_string())?;
    Ok(texts(bytes, ranges))
}

/// The same of the array in a field.
pub fn element_texts_of(bytes: &[u8], field: &str) -> Result<Vec<String>, String> {
    let ranges = elements_of(bytes, field).map_err(|error| error.to_string())?;
    Ok(texts(bytes, ranges))
}

fn texts(bytes: &[u8], ranges: Vec<std::ops::Range<usize>>) -> Vec<String> {
    let slices = ranges.into_iter().filter_map(|range| bytes.get(range));
    slices
        .map(|slice| String::from_utf8_lossy(slice).into_owned())
        .collect()
}

const fn nullable(name: &'static str, kind: Kind, slot: u16) -> Field {
    let mut field = Field::new(name, kind, slot);
    field.nullable = true;
    field.optional = true;
    field
}

const TYPE: Kind = Kind::Enum {
    words: &["simple", "bundle"],
    open: false,
};

/// Everything a shape can hold, for each wire.
macro_rules! order {
    ($order:ident $item:ident $payment:ident $texts:ident $rows:ident $wire:expr) => {
        static $texts: Shape = Shape {
            name: "text",
            wire: $wire,
            slots: 1,
            fields: &[Field {
                max: Some(5),
                ..Field::new("", Kind::Text, 0)
            }],
        };
        static $rows: Shape = Shape {
            name: "texts",
            wire: $wire,
            slots: 1,
            fields: &[Field::new("", Kind::List(&$texts), 0)],
        };
        static $payment: Shape = Shape {
            name: "Payment",
            wire: $wire,
            slots: 2,
            fields: &[
                Field {
                    sensitive: true,
                    place: "order.tenon:8",
                    ..Field::new("method", Kind::Text, 0)
                },
                nullable("paid", Kind::Decimal(Some(2)), 1),
            ],
        };
        static $item: Shape = Shape {
            name: "Item",
            wire: $wire,
            slots: 8,
            fields: &[
                Field {
                    place: "order.tenon:3",
                    ..Field::new("sku", Kind::Key(KeyKind::Text), 0)
                },
                Field {
                    place: "order.tenon:4",
                    ..Field::new("qty", Kind::Decimal(Some(4)), 1)
                },
                Field {
                    default: Some("\"simple\""),
                    ..nullable("type", TYPE, 2)
                },
                nullable("rows", Kind::List(&$rows), 3),
                nullable("payment", Kind::Record(&$payment), 4),
                nullable("names", Kind::Map(&$texts), 7),
            ],
        };
        static $order: Shape = Shape {
            name: "Order",
            wire: $wire,
            slots: 13,
            fields: &[
                Field {
                    place: "order.tenon:1",
                    ..Field::new("id", Kind::Key(KeyKind::Int), 0)
                },
                Field {
                    place: "order.tenon:7",
                    ..Field::new("payment", Kind::Record(&$payment), 1)
                },
                nullable("items", Kind::List(&$item), 4),
                nullable("note", Kind::Text, 5),
                nullable("at", Kind::DateTime, 6),
                nullable("day", Kind::Date, 7),
                nullable("paid", Kind::Bool, 8),
                nullable("weight", Kind::Float, 9),
                nullable("extra", Kind::Json, 10),
                nullable("uuid", Kind::Uuid, 11),
                nullable("bytes", Kind::Bytes, 12),
            ],
        };
    };
}

order!(JSON_ORDER JSON_ITEM JSON_PAYMENT JSON_TEXTS JSON_ROWS Wire::Json);
order!(PHP_ORDER PHP_ITEM PHP_PAYMENT PHP_TEXTS PHP_ROWS Wire::Php);
order!(XML_ORDER XML_ITEM XML_PAYMENT XML_TEXTS XML_ROWS Wire::Xml);

fn order(wire: &str) -> &'static Shape {
    match wire {
        "php" => &PHP_ORDER,
        "xml" => &XML_ORDER,
        _ => &JSON_ORDER,
    }
}

/// What was read of an order, or every mistake in it.
pub fn read_order(wire: &str, bytes: &[u8]) -> String {
    match scan(order(wire), bytes) {
        Ok(slots) => format!("{} unread {}", json_text(&Val::Rec(slots.record())), slots.unread()),
        Err(errors) => told(&errors),
    }
}

/// What was read of a list of orders, element by element.
pub fn read_orders(wire: &str, bytes: &[u8]) -> Vec<String> {
    match scan_list(order(wire), bytes) {
        Ok(list) => {
            let records = list.records().map(|record| match record {
                Ok(record) => json_text(&Val::Rec(record)),
                Err(errors) => told(errors),
            });
            records.collect()
        }
        Err(errors) => vec![told(&errors)],
    }
}

fn told(errors: &[tenon_runtime::fault::DecodeError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// One value through one field: `decimal(2)? as text`, a wire, the value as JSON. Tells the value or the mistake.
pub fn read_value(wire: &str, declared: &str, json: &str) -> String {
    let field = field_of(declared);
    let wire = match wire {
        "php" => Wire::Php,
        "xml" => Wire::Xml,
        _ => Wire::Json,
    };
    // Shapes are static in generated code; a test may leak a few.
    let fields: &'static [Field] = Vec::leak(vec![field]);
    let shape: &'static Shape = Box::leak(Box::new(Shape {
        name: "Value",
        wire,
        slots: 1,
        fields,
    }));
    let record = match json {
        "-" => String::from("{}"),
        json => format!("{{\"v\":{json}}}"),
    };
    match scan(shape, record.as_bytes()) {
        Ok(slots) => {
            let value = slots.record().get(0);
            match matches!(value, Val::Missing) {
                true => String::from("missing"),
                false => json_text(&value),
            }
        }
        Err(errors) => {
            let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            format!("! {}", messages.join("; "))
        }
    }
}

/// `TYPE[? as ..]`: `?` admits null; `as null 0` reads the text `0` as null.
fn field_of(declared: &str) -> Field {
    let (ty, codec) = declared.split_once(" as ").unwrap_or((declared, ""));
    let (name, admits_null) = ty.strip_suffix('?').map_or((ty, false), |name| (name, true));
    let kind = match name {
        "int" => Kind::Int,
        "decimal" => Kind::Decimal(None),
        "decimal(2)" => Kind::Decimal(Some(2)),
        "float" => Kind::Float,
        "bool" => Kind::Bool,
        "date" => Kind::Date,
        "time" => Kind::Time,
        "datetime" => Kind::DateTime,
        "uuid" => Kind::Uuid,
        "bytes" => Kind::Bytes,
        "json" => Kind::Json,
        "enum" => TYPE,
        "key int" => Kind::Key(KeyKind::Int),
        "key text" => Kind::Key(KeyKind::Text),
        _ => Kind::Text,
    };
    Field {
        nullable: admits_null,
        codec: match codec {
            "" | "null 0" => Codec::Wire,
            "text" => Codec::Text,
            "number" => Codec::Number,
            "epoch" => Codec::Epoch,
            "flag" => Codec::Flag,
            format => Codec::Format(format.to_owned().leak()),
        },
        max: (name == "text").then_some(5),
        null_texts: match codec {
            "null 0" => &["0"],
            _ => &[],
        },
        ..Field::new("v", kind, 0)
    }
}

/// A text, a whole number and amounts as the writer writes them: a record of `text`, `number` and `amounts`.
pub fn written(text: &str, number: i64, amounts: &[rust_decimal::Decimal]) -> String {
    let amounts = amounts.iter().map(|amount| Val::Decimal(*amount)).collect();
    json_text(&Val::Record(vec![
        ("text", Val::made(text.to_owned())),
        ("number", Val::Int(number)),
        ("amounts", Val::List(amounts)),
    ]))
}
