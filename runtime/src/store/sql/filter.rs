//! Conditions on stored fields. Two-valued, as in the language: null equals nothing but null, and `not` of false is true.

use crate::model::{Filter, Literal, Model, Order};
use crate::plan::Condition as Planned;
use crate::store::catalog::column_of;
use crate::store::check::{fitting, literal_value};
use crate::value::Stored;

use super::{Dialect, quoted};

/// A condition and the values of its parameters, as the fields hold them.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) text: String,
    pub(crate) values: Vec<Stored>,
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

/// The same for a condition that a plan carries.
pub(crate) fn planned(dialect: Dialect, model: &Model, condition: &Planned, first: usize) -> Result<Condition, String> {
    let mut writer = Writer {
        dialect,
        model,
        first,
        values: Vec::new(),
    };
    let text = writer.planned(condition)?;
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
    values: Vec<Stored>,
}

impl Writer<'_> {
    fn write(&mut self, filter: &Filter) -> Result<String, String> {
        match filter {
            Filter::And(parts) => self.joined(parts, Self::write, " and ", "1 = 1"),
            Filter::Or(parts) => self.joined(parts, Self::write, " or ", "1 = 0"),
            Filter::Not(part) => Ok(format!("not ({})", self.write(part)?)),
            Filter::IsNull { field }
            | Filter::Equals {
                field,
                value: Literal::Null,
            } => is_null(self.model, field),
            Filter::Equals { field, value } => {
                let value = literal_value(*value).ok_or_else(|| format!("{field}: the number cannot be read"))?;
                self.equals(field, &value)
            }
            Filter::Ordered { field, order, value } => {
                let value = literal_value(*value).ok_or_else(|| format!("{field}: the number cannot be read"))?;
                self.ordered(field, *order, &value)
            }
        }
    }

    fn planned(&mut self, condition: &Planned) -> Result<String, String> {
        match condition {
            Planned::And(parts) => self.joined(parts, Self::planned, " and ", "1 = 1"),
            Planned::Or(parts) => self.joined(parts, Self::planned, " or ", "1 = 0"),
            Planned::Not(part) => Ok(format!("not ({})", self.planned(part)?)),
            Planned::Equals { field, value } if *value == Stored::Null => is_null(self.model, field),
            Planned::Equals { field, value } => self.equals(field, value),
            Planned::Ordered { field, order, value } => self.ordered(field, *order, value),
        }
    }

    fn equals(&mut self, field: &str, value: &Stored) -> Result<String, String> {
        let field = column_of(self.model, field)?;
        let value = fitting(field, value)?;
        self.values.push(value);
        let parameter = self.dialect.parameter(self.first + self.values.len() - 1);
        Ok(format!(
            "t.{} {} {parameter}",
            quoted(&field.column()),
            self.dialect.same()
        ))
    }

    fn ordered(&mut self, field: &str, order: Order, value: &Stored) -> Result<String, String> {
        let field = column_of(self.model, field)?;
        let value = fitting(field, value)?;
        self.values.push(value);
        let parameter = self.dialect.parameter(self.first + self.values.len() - 1);
        let column = quoted(&field.column());
        let sign = match order {
            Order::Less => "<",
            Order::LessOrEqual => "<=",
            Order::Greater => ">",
            Order::GreaterOrEqual => ">=",
        };
        // Without the first half it would be null for null, and so would `not` of it.
        Ok(format!("(t.{column} is not null and t.{column} {sign} {parameter})"))
    }

    fn joined<P>(
        &mut self,
        parts: &[P],
        write: fn(&mut Self, &P) -> Result<String, String>,
        word: &str,
        none: &str,
    ) -> Result<String, String> {
        if parts.is_empty() {
            return Ok(none.to_owned());
        }
        let parts = parts
            .iter()
            .map(|part| write(self, part))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(format!("({})", parts.join(word)))
    }
}
