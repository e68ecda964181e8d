//! Row -> values of a plan: each written value as its column holds it, or a fault that names target, rule and value.

use rust_decimal::Decimal;

use crate::fault::{Fault, quoted};
use crate::json::writer::json_text;
use crate::mapper::{Cell, Child, Element, Row, RowFault, WriteTo};
use crate::model::{Model, ModelField, ModelKind};
use crate::value::{RecordId, Stored, Val};

/// What a row writes, apart from children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// Fields of the model, in its order.
    pub fields: Vec<Assigned>,
    /// Extra fields of the binding, in their order.
    pub binding: Vec<Assigned>,
}

/// One written field.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    /// Its name.
    pub field: &'static str,
    /// Its value.
    pub value: Stored,
    /// Whether it replaces what is stored.
    pub how: How,
}

/// What a written value does with the stored one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Replaces it.
    Replace,
    /// References are added to those that are stored (only `+=`).
    Add,
}

impl<'s> Row<'s> {
    /// What it writes, as the columns hold it; children have rows of their own. All values that do not fit are reported.
    pub fn values(&self) -> Result<Values, Vec<RowFault>> {
        let mut values = Values::default();
        let mut faults = Vec::new();
        for (target, write) in self.info().writes.iter().enumerate() {
            let Some(field) = self.info().field(target) else {
                continue;
            };
            let (stored, how) = match self.cell(target) {
                Cell::Unset | Cell::Children => continue,
                Cell::Value(value) => (store(value, field), How::Replace),
                Cell::List { items, whole: true } => (store(Val::List(items), field), How::Replace),
                Cell::List { items, whole: false } => (store(Val::List(items), field), How::Add),
            };
            let list = match write.to {
                WriteTo::Field => &mut values.fields,
                WriteTo::Binding => &mut values.binding,
                // What is sent is no part of what is stored.
                WriteTo::Out => continue,
            };
            match stored {
                Ok(value) => list.push(Assigned {
                    field: field.name,
                    value,
                    how,
                }),
                Err(fault) => faults.push(self.about_target(target, field, fault)),
            }
        }
        match faults.is_empty() {
            true => Ok(values),
            false => Err(faults),
        }
    }

    /// Fields that a new record must be given and was not: one fault each.
    pub fn missing_on_create(&self) -> Vec<RowFault> {
        // Invariant: targets stand in the order of the model.
        let mut written = self.written().filter(|(_, write, _)| write.to == WriteTo::Field);
        let mut next = written.next();
        let mut missing = Vec::new();
        for (index, field) in self.info().model.fields.iter().enumerate() {
            if next.is_some_and(|(_, write, _)| write.index == index) {
                next = written.next();
            } else if field.required_on_create() {
                missing.push(field);
            }
        }
        let fault = |field: &ModelField| {
            Fault::data(format!(
                "`{}` of {} is required and was not written",
                field.name,
                self.info().model.name
            ))
        };
        missing
            .into_iter()
            .map(|field| self.unruled(field.place, vec![field.name], fault(field)))
            .collect()
    }

    pub(super) fn about_target(&self, target: usize, field: &'static ModelField, fault: Fault) -> RowFault {
        match self.writer(target) {
            Some(rule) => {
                let mut ruled = self.ruled(Some(rule), fault);
                ruled.targets = vec![field.name];
                ruled
            }
            None => self.unruled(field.place, vec![field.name], fault),
        }
    }
}

impl Child<'_> {
    /// What a child whose fields are given writes into a model; nothing for one that is mapped.
    pub fn literal_values(&self, model: &'static Model) -> Result<Vec<Assigned>, Vec<RowFault>> {
        let Element::Literal(fields) = &self.element else {
            return Ok(Vec::new());
        };
        let mut values = Vec::new();
        let mut faults = Vec::new();
        for (name, value) in fields.iter().filter(|(_, value)| !matches!(value, Val::Missing)) {
            let Some(field) = model.field(name) else {
                faults.push(unknown_field(model, name));
                continue;
            };
            match store(value.clone(), field) {
                Ok(value) => values.push(Assigned {
                    field: field.name,
                    value,
                    how: How::Replace,
                }),
                Err(fault) => faults.push(of_field(field, fault)),
            }
        }
        match faults.is_empty() {
            true => Ok(values),
            false => Err(faults),
        }
    }
}

fn unknown_field(model: &'static Model, name: &'static str) -> RowFault {
    RowFault {
        within: String::new(),
        rule: None,
        place: "",
        targets: vec![name],
        source: String::new(),
        fault: Fault::data(format!("{} has no field `{name}`", model.name)),
    }
}

fn of_field(field: &ModelField, fault: Fault) -> RowFault {
    RowFault {
        within: String::new(),
        rule: None,
        place: field.place,
        targets: vec![field.name],
        source: String::new(),
        fault,
    }
}

/// A value as a column of this field holds it.
pub fn store(value: Val<'_>, field: &ModelField) -> Result<Stored, Fault> {
    if value.is_absent() {
        return match field.nullable {
            true => Ok(Stored::Null),
            false => Err(Fault::data(format!("`{}` cannot be null", field.name))),
        };
    }
    let shown = value.clone();
    fitting(value, field).map_err(|fault| match fault.value {
        Some(_) => fault,
        None => fault.about(&shown),
    })
}

fn fitting(value: Val<'_>, field: &ModelField) -> Result<Stored, Fault> {
    match field.kind {
        ModelKind::Text => text(value, field).map(Stored::Text),
        ModelKind::Enum { words, open } => {
            let text = text(value, field)?;
            match open || words.contains(&text.as_str()) {
                true => Ok(Stored::Text(text)),
                false => Err(not_a_word(field, words)),
            }
        }
        ModelKind::Int => int(value).map(Stored::Int),
        ModelKind::Decimal(scale) => value
            .into_decimal()
            .and_then(|number| scaled(number, scale))
            .map(Stored::Decimal),
        ModelKind::Bool => value.into_bool().map(Stored::Bool),
        ModelKind::Date => value
            .into_date()
            .and_then(|date| in_years(date.year(), Stored::Date(date))),
        ModelKind::Time => value.into_time().map(Stored::Time),
        ModelKind::Duration => value.into_duration().map(Stored::Duration),
        ModelKind::DateTime => value.into_datetime().and_then(instant),
        ModelKind::Uuid => value.into_uuid().map(Stored::Uuid),
        ModelKind::Bytes => value.into_bytes().map(|bytes| Stored::Bytes(bytes.into_owned())),
        ModelKind::Json => json(value).map(Stored::Json),
        ModelKind::Value(of) => crate::compound::text(&value, of).map(Stored::Json),
        ModelKind::Ref { .. } => reference(value).map(Stored::Ref),
        ModelKind::ManyToMany { .. } => references(value).map(Stored::Refs),
        ModelKind::OneToMany { .. } => Err(Fault::data(format!("`{}` takes children only", field.name))),
    }
}

fn text(value: Val<'_>, field: &ModelField) -> Result<String, Fault> {
    let text = value.into_text()?;
    fitting_text(&text, field).map(|()| text.into_owned())
}

/// Whether a column holds a text: no U+0000, not too long.
pub(super) fn fitting_text(text: &str, field: &ModelField) -> Result<(), Fault> {
    if text.as_bytes().contains(&0) {
        return Err(Fault::data(format!(
            "`{}` cannot hold the character U+0000",
            field.name
        )));
    }
    match field.max {
        Some(max) if text.len() > max as usize && text.chars().count() > max as usize => {
            let count = text.chars().count();
            Err(Fault::data(format!("{count} characters, `{}` holds {max}", field.name)))
        }
        Some(_) | None => Ok(()),
    }
}

fn not_a_word(field: &ModelField, words: &[&str]) -> Fault {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    Fault::data(format!("`{}` takes one of {}", field.name, words.join(", ")))
}

/// A whole number; the digits of an external key are one too.
fn int(value: Val<'_>) -> Result<i64, Fault> {
    let Val::Key(digits) = value else {
        return value.into_int();
    };
    let number = digits.parse();
    number.map_err(|_| Fault::data(format!("the key {} is no whole number of 64 bits", quoted(&digits))))
}

/// The number with exactly this many digits after the point. Zeros may go and come, other digits never go.
pub(super) fn scaled(number: Decimal, scale: u8) -> Result<Decimal, Fault> {
    // Zero goes the general way, which takes the sign of a negative one.
    if number.scale() == u32::from(scale) && !number.is_zero() {
        return Ok(number);
    }
    let mut fitted = number.normalize();
    if fitted.scale() > u32::from(scale) {
        return Err(Fault::data(format!("more than {scale} digits after the point")));
    }
    fitted.rescale(u32::from(scale));
    match fitted.scale() == u32::from(scale) && fitted == number {
        true => Ok(fitted),
        false => Err(Fault::data("more than 28 digits")),
    }
}

fn in_years(year: i16, stored: Stored) -> Result<Stored, Fault> {
    match (1..=9999).contains(&year) {
        true => Ok(stored),
        false => Err(Fault::data("the year is not between 1 and 9999")),
    }
}

/// An instant to the microsecond; what is finer is cut, so that both databases hold the same.
fn instant(value: jiff::Timestamp) -> Result<Stored, Fault> {
    let year = value.to_zoned(jiff::tz::TimeZone::UTC).year();
    let cut = jiff::Timestamp::from_microsecond(value.as_microsecond());
    let cut = cut.map_err(|_| Fault::data("the instant is out of range"))?;
    in_years(year, Stored::DateTime(cut))
}

/// JSON as it stands, or the JSON of a value.
fn json(value: Val<'_>) -> Result<String, Fault> {
    let Val::Json(json) = value else {
        return Ok(json_text(&value));
    };
    Ok(json.into_owned())
}

fn reference(value: Val<'_>) -> Result<RecordId, Fault> {
    if let Val::Stored(record) = value {
        return Ok(record.id);
    }
    let Val::Ref(id) = value else {
        return Err(Fault::kind_of_value("a reference", &value));
    };
    Ok(id)
}

/// References in order, each once: a link is there or not.
fn references(value: Val<'_>) -> Result<Vec<RecordId>, Fault> {
    let mut ids = Vec::new();
    for element in value.into_list()? {
        let id = reference(element)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}
