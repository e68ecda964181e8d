//! A stored list, map or record of values: one column that holds all of it, so nothing in it is searched or refers to a record.

use super::duplicate_fields;
use super::internal::FieldMaker;
use super::modifier::{Place, limit, modifiers};
use super::written::{Written, WrittenBase, written};
use crate::error::{name, stored_type, typing};
use crate::ir::Scalar;
use crate::ir::expr::{Base, Type};
use crate::types;
use tenon_dsl::ast::Field;

impl FieldMaker<'_, '_> {
    /// What a stored list, map or record holds, null included. Absent where a mistake was said.
    pub(super) fn value_type(&mut self, ty: &Written<'_>) -> Option<Type> {
        let base = match &ty.base {
            WrittenBase::Scalar(scalar) => self.stored_scalar(scalar, ty)?,
            WrittenBase::List(element) => Base::List(Box::new(self.value_type(element)?)),
            WrittenBase::Map(value) => Base::Map(Box::new(self.value_type(value)?)),
            WrittenBase::Record(fields) => Base::Record(self.record_type(fields)?),
            WrittenBase::Ref(model) => {
                self.reports
                    .push(stored_type::reference_in_a_value(ty.span, &model.value));
                return None;
            }
            WrittenBase::Ext(external) => {
                self.reports.push(stored_type::key_in_a_value(ty.span, &external.value));
                return None;
            }
            WrittenBase::Named(model) if self.index.contains_key(&model.value) => {
                self.reports.push(name::model_as_type(model));
                return None;
            }
            WrittenBase::Named(model) => {
                self.unknown(model);
                return None;
            }
            WrittenBase::OneOf(_) | WrittenBase::TextOrNumber => {
                self.reports.push(typing::union_of_the_wire(ty.span));
                return None;
            }
            WrittenBase::Wrong => return None,
        };
        Some(Type {
            nullable: ty.nullable,
            ..types::present(base)
        })
    }

    /// A scalar that a column can hold.
    pub(super) fn stored_scalar(&mut self, scalar: &Scalar, ty: &Written<'_>) -> Option<Base> {
        match scalar {
            Scalar::Float => self.reports.push(stored_type::float(ty.span)),
            Scalar::Decimal(None) => self.reports.push(stored_type::decimal_without_scale(ty.span)),
            Scalar::Text
            | Scalar::Int
            | Scalar::Decimal(Some(_))
            | Scalar::Bool
            | Scalar::Date
            | Scalar::Time
            | Scalar::Duration
            | Scalar::DateTime
            | Scalar::Uuid
            | Scalar::Bytes
            | Scalar::Json
            | Scalar::Enum { .. } => return Some(Base::Scalar(scalar.clone(), None)),
        }
        None
    }

    fn record_type(&mut self, fields: &[Field]) -> Option<Vec<(String, Type)>> {
        duplicate_fields(fields, self.reports);
        let mut made = Vec::new();
        for field in fields {
            let behind = modifiers(field, Place::Part, self.reports);
            let shape = written(&field.ty, self.reports);
            let mut ty = self.value_type(&shape)?;
            limit(&mut ty, behind.max, self.reports);
            ty.optional = field.optional;
            made.push((field.name.value.clone(), ty));
        }
        Some(made)
    }
}
