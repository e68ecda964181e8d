//! Conditions on stored fields. Two-valued, as in the language: null equals nothing but null, and `not` of false is true.

use crate::model::{Filter, Literal, Model, ModelField};
use crate::store::catalog::column_of;
use crate::store::check::{fitting, literal_value};
use crate::value::Stored;

use super::{Dialect, quoted};

/// A condition and the values of its parameters, each with the field that says how it is bound.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) text: String,
    pub(crate) values: Vec<(&'static ModelField, Stored)>,
}

/// The condition on the columns of the table called `t`; its parameters are numbered from `first`.
pub(crate) fn condition(dialect: Dialect, model: &Model, filter: &Filter, first: usize) -> Result<Condition, String> {
    let mut writer = Writer {
        dialect,
        model,
        first,
        values: Vec::new(),
    };
    let text = writer.write(filter)?;
    Ok(Condition {
        text,
        values: writer.values,
    })
}

/// That a column of the table called `t` is null.
pub(crate) fn is_null(model: &Model, field: &str) -> Result<String, String> {
    Ok(format!("t.{} is null", quoted(&column_of(model, field)?.column())))
}

struct Writer<'a> {
    dialect: Dialect,
    model: &'a Model,
    first: usize,
    values: Vec<(&'static ModelField, Stored)>,
}

impl Writer<'_> {
    fn write(&mut self, filter: &Filter) -> Result<String, String> {
        match filter {
            Filter::And(parts) => self.joined(parts, " and ", "1 = 1"),
            Filter::Or(parts) => self.joined(parts, " or ", "1 = 0"),
            Filter::Not(part) => Ok(format!("not ({})", self.write(part)?)),
            Filter::IsNull { field }
            | Filter::Equals {
                field,
                value: Literal::Null,
            } => is_null(self.model, field),
            Filter::Equals { field, value } => {
                let field = column_of(self.model, field)?;
                let value =
                    literal_value(*value).ok_or_else(|| format!("{}: the number cannot be read", field.name))?;
                let value = fitting(field, &value)?;
                self.values.push((field, value));
                let parameter = self.dialect.parameter(self.first + self.values.len() - 1);
                Ok(format!(
                    "t.{} {} {parameter}",
                    quoted(&field.column()),
                    self.dialect.same()
                ))
            }
        }
    }

    fn joined(&mut self, parts: &[Filter], word: &str, none: &str) -> Result<String, String> {
        if parts.is_empty() {
            return Ok(none.to_owned());
        }
        let parts = parts
            .iter()
            .map(|part| self.write(part))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(format!("({})", parts.join(word)))
    }
}
