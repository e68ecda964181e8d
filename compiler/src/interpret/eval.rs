//! Expressions to values: the steps that generated code calls, called in the same order.
//!
//! Generated code leaves a function with `?` where an argument has no value, and hands on the result of the last step as it is; `f?`
//! and `catch` see the difference. So an expression here gives two results in one: the outer one is an error where generated code would
//! leave, the inner one is what its last step gives.

mod call;
mod condition;

use super::coverage::{self, What};
use super::mapper::Interpreter;
use crate::ir::expr::{Arithmetic, Expr, ExprKind};
use crate::ir::mapping::{Mark, Origin, SourceId};
use crate::ir::{ExternalId, FieldId, FieldType, Literal, TableId};
use tenon_runtime::generated::{Eval, Fault, Out, Rec, Row, Val, builtin, catch, default, field, or_missing, record};

/// Where an expression stands: its mapping, the record, the row that checks look at, the lambdas around it.
pub(super) struct Scope<'x, 'e, 's> {
    pub(super) unit: &'x Interpreter,
    pub(super) e: &'x Eval<'e, 's>,
    row: Option<&'x Row<'s>>,
    locals: Option<&'x Local<'x, 's>>,
}

/// Parameter of a lambda, and those further out.
struct Local<'x, 's> {
    value: Val<'s>,
    outwards: Option<&'x Local<'x, 's>>,
}

/// What an expression gives; the outer error leaves the function.
type Code<'s> = Result<Out<'s>, Fault>;

impl<'x, 'e, 's> Scope<'x, 'e, 's> {
    /// Outside every lambda.
    pub(super) const fn new(unit: &'x Interpreter, e: &'x Eval<'e, 's>) -> Self {
        Self {
            unit,
            e,
            row: None,
            locals: None,
        }
    }

    /// In a check on a row.
    pub(super) const fn of_check(unit: &'x Interpreter, e: &'x Eval<'e, 's>, row: &'x Row<'s>) -> Self {
        Self {
            row: Some(row),
            ..Self::new(unit, e)
        }
    }

    /// The same place without its lambdas: arguments of a lookup stand there.
    pub(super) const fn outside_of_lambdas(&self) -> Self {
        Scope {
            unit: self.unit,
            e: self.e,
            row: self.row,
            locals: None,
        }
    }

    /// In one more lambda.
    pub(super) fn inside<T>(&self, value: Val<'s>, body: impl FnOnce(&Scope<'_, 'e, 's>) -> T) -> T {
        let local = Local {
            value,
            outwards: self.locals,
        };
        body(&Scope {
            unit: self.unit,
            e: self.e,
            row: self.row,
            locals: Some(&local),
        })
    }

    /// The value; a fault of any step is one.
    pub(super) fn val(&self, expr: &'static Expr) -> Out<'s> {
        self.code(expr)?
    }

    /// The same: what a function ends with.
    pub(super) fn out(&self, expr: &'static Expr) -> Out<'s> {
        self.code(expr)?
    }

    /// The values of several expressions.
    pub(super) fn vals(&self, exprs: &'static [Expr]) -> Result<Vec<Val<'s>>, Fault> {
        exprs.iter().map(|expr| self.val(expr)).collect()
    }

    fn code(&self, expr: &'static Expr) -> Code<'s> {
        let made = self.uncounted(expr);
        if coverage::is_valued(expr)
            && let Ok(Ok(value)) = &made
        {
            coverage::valued(expr, value);
        }
        made
    }

    fn uncounted(&self, expr: &'static Expr) -> Code<'s> {
        match &expr.kind {
            ExprKind::Literal(value) => Ok(literal(value)),
            ExprKind::Source(id) => value(self.source(*id)),
            ExprKind::Local(outwards) => value(self.local(*outwards).clone()),
            ExprKind::Let(id) => {
                let (unit, item) = (self.unit, &self.unit.mapping().lets[id.0]);
                Ok(self.e.once(id.0, |e| Scope::new(unit, e).out(&item.value)))
            }
            ExprKind::Param(id) => value(self.e.param(id.0)),
            ExprKind::Setting(id) => value(self.e.backend(id.0)),
            ExprKind::Out(id) => value(self.row.map_or(Val::Missing, |row| row.out(id.0))),
            ExprKind::Field { of, external, field } => value(self.payload_field(of, *external, *field)?),
            ExprKind::StoredField { of, model, field: id } => {
                let name = &self.unit.ctx.program.models[model.0].fields[id.0].name.text;
                value(field(self.val(of)?, name))
            }
            ExprKind::RecordField { of, name } => value(field(self.val(of)?, name)),
            ExprKind::Index { of, index } => Ok(builtin::logic::index(self.val(of)?, self.val(index)?)),
            ExprKind::List(items) => value(Val::List(self.vals(items)?)),
            ExprKind::Record(fields) => value(self.made(fields)?),
            ExprKind::Interpolate(parts) => Ok(builtin::logic::interpolate(&self.vals(parts)?)),
            ExprKind::Builtin { name, args } => self.builtin(name, args),
            ExprKind::Lambda(_) => unreachable!("check admits a lambda as an argument of a built-in only"),
            ExprKind::Extern { function, args } => self.external(*function, args),
            ExprKind::Table { table, value } => {
                let value = self.looked_up(*table, value)?;
                Ok(self.unit.value_table(*table).look_up(value))
            }
            ExprKind::Lookup { lookup, args: _ } => self.unit.answer(self, *lookup),
            ExprKind::OrMissing(inner) => {
                if let ExprKind::Table { table, value } = &inner.kind {
                    let value = self.looked_up(*table, value)?;
                    return Ok(self.unit.value_table(*table).look_up_or_missing(value));
                }
                Ok(or_missing(self.code(inner)?))
            }
            ExprKind::Catch(value, otherwise) => Ok(catch(self.out(value), || self.other(otherwise, What::Caught))),
            ExprKind::Default(value, otherwise) => {
                Ok(default(self.val(value)?, || self.other(otherwise, What::Default)))
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => self.choice(condition, then, otherwise.as_deref()),
            ExprKind::Match { subject, arms, rest } => self.matching(subject, arms, rest.as_deref()),
            ExprKind::Negate(value) => Ok(builtin::logic::negate(self.val(value)?)),
            ExprKind::Arithmetic(operator, a, b) => Ok(arithmetic(*operator, self.val(a)?, self.val(b)?)),
            ExprKind::In(value, list) => Ok(builtin::logic::in_list(self.val(value)?, self.val(list)?)),
            ExprKind::Not(_) | ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Compare(..) | ExprKind::Is(..) => {
                value(Val::Bool(self.condition(expr)?))
            }
        }
    }

    /// What takes the place of a value.
    fn other(&self, otherwise: &'static Expr, what: What) -> Out<'s> {
        coverage::seen(otherwise.place.span, what);
        self.out(otherwise)
    }

    /// What is looked up in a table.
    fn looked_up(&self, table: TableId, value: &'static Expr) -> Out<'s> {
        let value = self.val(value)?;
        coverage::looked_up(
            &self.unit.connector().tables[table.0],
            self.unit.mapping().direction,
            &value,
        );
        Ok(value)
    }

    fn local(&self, outwards: usize) -> &Val<'s> {
        let around = std::iter::successors(self.locals, |local| local.outwards);
        match around.map(|local| &local.value).nth(outwards) {
            Some(value) => value,
            None => unreachable!("check counts the lambdas around each parameter"),
        }
    }

    /// A source as a value: its record, or its list.
    fn source(&self, id: SourceId) -> Val<'s> {
        match self.unit.mapping().sources[id.0].origin {
            Origin::Fetched { mark: Mark::Many, .. } | Origin::Picked { mark: Mark::Many, .. } => self.e.list(id.0),
            Origin::Main | Origin::Enclosing | Origin::Fetched { .. } | Origin::Picked { .. } => self.e.source(id.0),
        }
    }

    fn payload_field(&self, of: &'static Expr, external: ExternalId, field: FieldId) -> Out<'s> {
        let (record, slot) = self.slot_of(of, external, field)?;
        Ok(record.get(slot))
    }

    /// The record that a field is read from, and its slot there: nested records are counted into the record around them.
    fn slot_of(&self, of: &'static Expr, external: ExternalId, field: FieldId) -> Result<(Rec<'s>, u16), Fault> {
        let own = self.unit.ctx.slot(external, field);
        if let ExprKind::Field { of, external, field } = &of.kind
            && let FieldType::Record(_) = self.unit.connector().externals[external.0].fields[field.0].ty
        {
            let (record, slot) = self.slot_of(of, *external, *field)?;
            return Ok((record, slot + 1 + own));
        }
        Ok((self.record(of)?, own))
    }

    /// An expression as a record; one without slots where it is absent.
    fn record(&self, expr: &'static Expr) -> Result<Rec<'s>, Fault> {
        if let ExprKind::Source(id) = &expr.kind {
            return Ok(self.e.rec(id.0));
        }
        Ok(self.val(expr)?.rec())
    }

    /// `{ a: 1 }`; a missing field is left out.
    fn made(&self, fields: &'static [(String, Expr)]) -> Out<'s> {
        let fields = fields.iter().map(|(name, value)| Ok((name.as_str(), self.val(value)?)));
        Ok(record(fields.collect::<Result<_, Fault>>()?))
    }

    fn choice(&self, test: &'static Expr, then: &'static Expr, otherwise: Option<&'static Expr>) -> Code<'s> {
        match (self.counted(test)?, otherwise) {
            (true, _) => value(self.val(then)?),
            (false, Some(otherwise)) => value(self.val(otherwise)?),
            (false, None) => value(Val::Missing),
        }
    }

    /// The arms in order; check has made sure that one of them fits.
    fn matching(
        &self,
        asked: &'static Expr,
        arms: &'static [(Vec<Literal>, Expr)],
        rest: Option<&'static Expr>,
    ) -> Code<'s> {
        let subject = self.val(asked)?;
        let span = asked.place.span;
        for (number, (literals, result)) in arms.iter().enumerate() {
            for one in literals {
                if builtin::logic::same(&subject, &literal(one)?)? {
                    coverage::seen(span, What::Arm(number));
                    return value(self.val(result)?);
                }
            }
        }
        coverage::seen(span, What::Rest);
        match rest {
            Some(rest) => value(self.val(rest)?),
            None => value(Val::Missing),
        }
    }
}

/// What is a value without a step.
const fn value(value: Val<'_>) -> Code<'_> {
    Ok(Ok(value))
}

/// A literal as a value. Decimals keep their digits.
fn literal(literal: &'static Literal) -> Out<'static> {
    Ok(match literal {
        Literal::Null => Val::Null,
        Literal::Missing => Val::Missing,
        Literal::Text(text) => Val::text(text),
        Literal::Int(number) => Val::Int(*number),
        Literal::Decimal(digits) => return Val::decimal(digits),
        Literal::Bool(flag) => Val::Bool(*flag),
    })
}

fn arithmetic<'s>(operator: Arithmetic, a: Val<'s>, b: Val<'s>) -> Out<'s> {
    match operator {
        Arithmetic::Add => builtin::logic::add(a, b),
        Arithmetic::Subtract => builtin::logic::subtract(a, b),
        Arithmetic::Multiply => builtin::logic::multiply(a, b),
        Arithmetic::Divide => builtin::logic::divide(a, b),
        Arithmetic::Remainder => builtin::logic::remainder(a, b),
    }
}
