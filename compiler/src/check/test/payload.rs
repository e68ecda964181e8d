//! What comes in: wire data of a test, field by field, down to the records in records.

use super::TestChecks;
use super::lower::tested;
use crate::check::schema::literal::literal;
use crate::error::{name, testing, typing};
use crate::ir::mapping::{Direction, Read};
use crate::ir::{Connector, External, ExternalId, Field, FieldType, Literal, Model, Scalar, Wire};
use tenon_dsl::ast::expr::{Expr, ExprKind, RecordField};
use tenon_dsl::ast::{GivenValue, Test};
use tenon_dsl::report::Report;
use tenon_dsl::source::{Name, Span};

/// What the text of an element is called beside its attributes.
const TEXT: &str = "#text";

impl<'w> TestChecks<'_, 'w, '_> {
    /// Wire data: a record or a list of them.
    pub(super) fn payload(&mut self, value: &Expr, external: ExternalId) {
        if let ExprKind::Record(fields) = &value.kind {
            self.each_once(fields);
            for field in fields {
                match self.payload_field(&field.name, external) {
                    Some(declared) => self.payload_value(&field.value, declared, &declared.ty),
                    None => self.constant(&field.value),
                }
            }
        } else if let ExprKind::List(items) = &value.kind {
            items.iter().for_each(|item| self.payload(item, external));
        } else {
            self.constant(value);
        }
    }

    /// The declaration of a field of a payload; says where there is none.
    pub(super) fn payload_field(&mut self, field: &Name, external: ExternalId) -> Option<&'w Field> {
        let outside = self.world.outside;
        let declared = &outside.ir.externals[external.0];
        if let Some(found) = outside.field(external, &field.value) {
            return declared.fields.get(found.0);
        }
        let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
        self.reports
            .push(name::unknown_field(field, "source record", &declared.name.text, &known));
        None
    }

    /// A value as the other system may send it: what it means is the wire's, so only the shape and plain values are judged.
    fn payload_value(&mut self, value: &Expr, field: &Field, ty: &FieldType) {
        match (&value.kind, ty) {
            (ExprKind::Record(_), FieldType::Record(inner)) => return self.payload(value, *inner),
            (ExprKind::List(items), FieldType::List(inner)) => {
                return items.iter().for_each(|item| self.payload_value(item, field, inner));
            }
            (ExprKind::Record(entries), FieldType::Map(inner)) => {
                return entries
                    .iter()
                    .for_each(|entry| self.payload_value(&entry.value, field, inner));
            }
            (ExprKind::Record(parts), FieldType::Scalar(_) | FieldType::Key { .. }) if self.is_element(parts) => {
                self.each_once(parts);
                return parts.iter().for_each(|part| match part.name.value == TEXT {
                    true => self.payload_value(&part.value, field, ty),
                    false => self.constant(&part.value),
                });
            }
            _ => {}
        }
        let Some(written) = literal(value) else {
            let is_record = matches!(value.kind, ExprKind::Record(_));
            let is_list = matches!(value.kind, ExprKind::List(_));
            let block = is_record.then_some("record").or(is_list.then_some("list"));
            return match (block, ty) {
                (Some(found), FieldType::Scalar(scalar)) if *scalar != Scalar::Json => {
                    self.misfit(value.span, field, found);
                }
                (_, _) => self.constant(value),
            };
        };
        if !can_be(&written, ty) {
            let shown = self.world.show(&crate::types::of_literal(&written));
            self.misfit(value.span, field, &shown);
        }
    }

    /// Whether a record is an element of XML that holds a text: attributes, and `#text` or nothing.
    fn is_element(&self, parts: &[RecordField]) -> bool {
        let is_part = |part: &RecordField| part.name.value.starts_with('@') || part.name.value == TEXT;
        self.world.outside.ir.wire == Wire::Xml && parts.iter().all(is_part)
    }

    fn misfit(&mut self, span: Span, field: &Field, found: &str) {
        let needed = self
            .world
            .names()
            .show(&crate::types::present(crate::types::of_field(&field.ty, field.max)));
        let by = format!("`{}`", field.name.text);
        let report = typing::wrong_operand(span, &needed, found, &by, None);
        self.reports.push(report.label(field.place.span, "declared here"));
    }

    /// Says a field that stands twice in a record.
    pub(super) fn each_once(&mut self, fields: &[RecordField]) {
        for (at, field) in fields.iter().enumerate() {
            let first = fields[..at].iter().find(|other| other.name.value == field.name.value);
            if let Some(first) = first {
                self.reports
                    .push(name::stands_twice(first.name.span, field.name.span, &field.name.value));
            }
        }
    }
}

/// Whether a wire can mean a value of this type by this literal.
fn can_be(written: &Literal, ty: &FieldType) -> bool {
    let scalar = match ty {
        FieldType::Scalar(scalar) | FieldType::Key { scalar, .. } => scalar,
        FieldType::Ref(_) => return true,
        FieldType::Nullable(inner) => return can_be(written, inner),
        // PHP writes an empty record or list as `[]`, and no record as null, false or an empty text.
        FieldType::Record(_) | FieldType::List(_) | FieldType::Map(_) => {
            return match written {
                Literal::Null | Literal::Missing | Literal::Bool(false) => true,
                Literal::Text(text) => text.is_empty(),
                Literal::Int(_) | Literal::Decimal(_) | Literal::Bool(true) => false,
            };
        }
    };
    let is_exact = |text: &str| text.parse::<rust_decimal::Decimal>().is_ok();
    match (scalar, written) {
        (_, Literal::Null | Literal::Missing | Literal::Bool(false)) => true,
        (_, Literal::Text(text)) if text.is_empty() => true,
        (Scalar::Int, Literal::Text(text)) => text.parse::<i64>().is_ok(),
        (Scalar::Decimal(_), Literal::Text(text)) => is_exact(text),
        (Scalar::Bool, Literal::Text(text)) => matches!(text.as_str(), "0" | "1" | "true" | "false"),
        (Scalar::Int | Scalar::Decimal(_) | Scalar::Bool, Literal::Int(_)) => true,
        (Scalar::Decimal(_), Literal::Decimal(_)) => true,
        (Scalar::Int | Scalar::Bool, Literal::Decimal(_)) => false,
        (Scalar::Bool, Literal::Bool(true)) => true,
        (Scalar::Int | Scalar::Decimal(_) | Scalar::Text | Scalar::Enum { .. }, Literal::Bool(true)) => false,
        // What a text, a date or a float looks like is the codec's.
        (_, _) => true,
    }
}

/// Says W1502: a record that lacks a field which the mapping reads and which is always there.
pub(crate) fn lacking(connector: &Connector, models: &[Model], test: &Test) -> Vec<Report> {
    let Some(mapping) = tested(connector, models, &test.mapping) else {
        return Vec::new();
    };
    let mapping = &connector.mappings[mapping.0];
    if mapping.direction == Direction::Export {
        return Vec::new();
    }
    let mut reports = Vec::new();
    for given in &test.given {
        let source = match &given.source {
            None => mapping.sources.first(),
            Some(alias) => mapping.sources.iter().find(|source| source.alias.text == alias.value),
        };
        if let (Some(source), GivenValue::Inline(value)) = (source, &given.value) {
            let external = &connector.externals[source.external.0];
            lacks(connector, external, &source.reads, value, &mut reports);
        }
    }
    reports
}

fn lacks(connector: &Connector, external: &External, reads: &[Read], value: &Expr, reports: &mut Vec<Report>) {
    if let ExprKind::List(items) = &value.kind {
        items
            .iter()
            .for_each(|item| lacks(connector, external, reads, item, reports));
    }
    let ExprKind::Record(fields) = &value.kind else { return };
    // A name that the record does not have is probably the field that is missing.
    let is_known = |name: &str| external.fields.iter().any(|field| field.name.text == name);
    let is_misspelt = fields.iter().any(|field| !is_known(&field.name.value));
    for read in reads {
        let declared = &external.fields[read.field.0];
        let given = fields.iter().find(|field| field.name.value == declared.name.text);
        match (given, record_in(&declared.ty)) {
            (Some(given), Some(inner)) => {
                lacks(
                    connector,
                    &connector.externals[inner.0],
                    &read.below,
                    &given.value,
                    reports,
                );
            }
            (Some(_), None) => {}
            (None, _) if is_misspelt || declared.optional || declared.default.is_some() => {}
            (None, _) => {
                let field = (declared.name.text.as_str(), declared.place.span);
                reports.push(testing::lacks(value.span, &external.name.text, field));
            }
        }
    }
}

fn record_in(ty: &FieldType) -> Option<ExternalId> {
    match ty {
        FieldType::Record(external) => Some(*external),
        FieldType::List(inner) | FieldType::Nullable(inner) => record_in(inner),
        FieldType::Map(_) | FieldType::Scalar(_) | FieldType::Key { .. } | FieldType::Ref(_) => None,
    }
}
