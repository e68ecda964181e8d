//! What is handed over: types of the parameters of mappings, and of parameters and results of functions, records, lists and maps included;
//! whether a value is handed over as it is; which part of it is not.

use crate::check::body::Body;
use crate::check::schema::modifier::{Place, limit, modifiers};
use crate::check::schema::written::{SCALARS, Written, WrittenBase, written};
use crate::check::world::Inside;
use crate::error::{Reports, name, stored_type, typing, wire};
use crate::ir::ExternalId;
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::types::{self, TypeNames};
use std::collections::HashMap;
use tenon_dsl::ast;
use tenon_dsl::source::{Name, Span};

/// Who takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taker {
    /// A mapping reads records of payloads as they are.
    Mapping,
    /// A function is given values.
    Function,
}

/// Makes types of what is handed over.
#[derive(Debug)]
pub(crate) struct Handed<'m> {
    /// Models.
    pub(crate) inside: &'m Inside,
    /// Records of the other system by name.
    pub(crate) externals: &'m HashMap<String, ExternalId>,
    /// Who takes it.
    pub(crate) taker: Taker,
    /// Where mistakes are said.
    pub(crate) reports: &'m mut Reports,
}

impl Handed<'_> {
    /// The type; absent where a mistake was said.
    pub(crate) fn type_of(&mut self, ty: &ast::Type) -> Option<Type> {
        let ty = written(ty, self.reports);
        self.of(&ty)
    }

    fn of(&mut self, ty: &Written<'_>) -> Option<Type> {
        let base = match &ty.base {
            WrittenBase::Scalar(scalar) => Base::Scalar(scalar.clone(), None),
            WrittenBase::Ref(model) => match self.inside.find(&model.value) {
                Some(found) => Base::Ref(found),
                None => {
                    self.reports.push(name::unknown_model(model, &self.inside.names()));
                    return None;
                }
            },
            WrittenBase::Ext(external) => Base::Ext(self.external(external, "external record")?),
            WrittenBase::Named(external) => self.named(external, ty.span)?,
            WrittenBase::List(element) => Base::List(Box::new(self.of(element)?)),
            WrittenBase::Map(value) => Base::Map(Box::new(self.of(value)?)),
            WrittenBase::Record(fields) => Base::Record(self.record(fields)?),
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

    /// A record of the other system.
    fn named(&mut self, named: &Name, span: Span) -> Option<Base> {
        let found = self.external(named, "type")?;
        match self.taker {
            Taker::Mapping => Some(Base::External(found)),
            Taker::Function => {
                self.reports
                    .push(stored_type::payload_for_a_function(span, &named.value));
                None
            }
        }
    }

    fn external(&mut self, named: &Name, kind: &str) -> Option<ExternalId> {
        let found = self.externals.get(&named.value).copied();
        if found.is_none() {
            let mut known: Vec<&str> = self.externals.keys().map(String::as_str).collect();
            known.sort_unstable();
            match (kind, self.taker) {
                ("type", Taker::Mapping) => known.extend(SCALARS),
                ("type", Taker::Function) => known = SCALARS.to_vec(),
                _ => {}
            }
            let of = match self.taker {
                Taker::Mapping => {
                    "scalars, `ref M`, `ext X`, records of the outside, and lists, maps and records of them"
                }
                Taker::Function => "scalars, `ref M`, `ext X`, and lists, maps and records of them",
            };
            let help = match self.inside.find(&named.value) {
                Some(_) => format!("it is a model: write ref {}", named.value),
                None => format!("{of} are types"),
            };
            self.reports.push(name::unknown_type(named, kind, &known, &help));
        }
        found
    }

    fn record(&mut self, fields: &[ast::Field]) -> Option<Vec<(String, Type)>> {
        let before = self.reports.len();
        crate::check::schema::duplicate_fields(fields, self.reports);
        let mut made = Vec::new();
        for field in fields {
            let behind = modifiers(field, Place::Handed, self.reports);
            let shape = written(&field.ty, self.reports);
            let Some(mut ty) = self.of(&shape) else { continue };
            match (self.taker, behind.max) {
                (Taker::Function, Some(written)) => {
                    let help = "cut the text where it is used: | truncate(40)";
                    let why = "nothing holds a function to it";
                    self.reports
                        .push(wire::modifier_does_not_fit(written.span, "max", why, help));
                }
                (_, max) => limit(&mut ty, max, self.reports),
            }
            ty.optional = field.optional;
            made.push((field.name.value.clone(), ty));
        }
        (self.reports.errors_since(before) == 0).then_some(made)
    }
}

impl Body<'_, '_> {
    /// Keys where numbers or texts are taken, also in records and lists that are written out here.
    pub(crate) fn with_keys_read(&self, value: Expr, wanted: &Type) -> Expr {
        if let (Base::Ext(_), Base::Scalar(..)) = (&value.ty.base, &wanted.base) {
            return self.key_as_scalar(value);
        }
        let Expr { kind, ty, place } = value;
        let (kind, base) = match (kind, &wanted.base) {
            (ExprKind::Record(parts), Base::Record(fields)) => {
                let part = |(name, part): (String, Expr)| match fields.iter().find(|(field, _)| *field == name) {
                    Some((_, wanted)) => (name, self.with_keys_read(part, wanted)),
                    None => (name, part),
                };
                let parts: Vec<(String, Expr)> = parts.into_iter().map(part).collect();
                let fields = parts.iter().map(|(name, part)| (name.clone(), part.ty.clone()));
                let base = Base::Record(fields.collect());
                (ExprKind::Record(parts), base)
            }
            (ExprKind::Builtin { name: "map", mut args }, Base::List(of)) => {
                let base = self.with_keys_read_in_each(&mut args, of);
                (ExprKind::Builtin { name: "map", args }, base.unwrap_or(ty.base))
            }
            (kind, _) => (kind, ty.base),
        };
        let ty = Type {
            base,
            nullable: ty.nullable,
            optional: ty.optional,
        };
        Expr { kind, ty, place }
    }

    /// The same of what the function of `map` makes, and the list of it.
    fn with_keys_read_in_each(&self, args: &mut [Expr], wanted: &Type) -> Option<Base> {
        let function = args.last_mut()?;
        let ExprKind::Lambda(body) = &mut function.kind else {
            return None;
        };
        let read = self.with_keys_read((**body).clone(), wanted);
        function.ty = read.ty.clone();
        let base = Base::List(Box::new(read.ty.clone()));
        **body = read;
        Some(base)
    }
}

/// What a function takes: Rust has one word for null and missing.
pub(crate) fn takes_absent(ty: &Type) -> Type {
    let base = match &ty.base {
        Base::List(of) => Base::List(Box::new(takes_absent(of))),
        Base::Map(of) => Base::Map(Box::new(takes_absent(of))),
        Base::Record(fields) => {
            let fields = fields.iter().map(|(name, ty)| (name.clone(), takes_absent(ty)));
            Base::Record(fields.collect())
        }
        Base::Scalar(..)
        | Base::Ext(_)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Nothing
        | Base::Wrong => ty.base.clone(),
    };
    let absent = types::may_be_absent(ty);
    Type {
        base,
        nullable: absent,
        optional: absent,
    }
}

/// Whether a value is what is taken, as it is: nothing in it is converted on the way, and its parts are read as they were received or made.
/// A record that a mapping makes is none of a payload, and a key in it no number.
pub(crate) fn handed_over(from: &Base, to: &Base) -> bool {
    match (from, to) {
        (Base::List(from), Base::List(to)) | (Base::Map(from), Base::Map(to)) => part_handed_over(&from.base, &to.base),
        (Base::Record(from), Base::Record(to)) => from.iter().all(|(name, given)| {
            let wanted = to.iter().find(|(other, _)| other == name);
            wanted.is_none_or(|(_, wanted)| part_handed_over(&given.base, &wanted.base))
        }),
        (Base::Record(_), Base::External(_)) => false,
        _ => true,
    }
}

fn part_handed_over(from: &Base, to: &Base) -> bool {
    let is_read_as_scalar = matches!((from, to), (Base::Ext(_), Base::Scalar(..)));
    !is_read_as_scalar && handed_over(from, to)
}

/// What to do about a record or list of records that is not what is taken; absent where it is neither.
pub(crate) fn advice(value: &Expr, wanted: &Type, names: TypeNames<'_>) -> Option<String> {
    match (&value.ty.base, &wanted.base) {
        (Base::Record(given), Base::Record(wanted)) => differing(value, given, wanted, names),
        (Base::List(given), Base::List(wanted)) if matches!(given.base, Base::External(_)) => {
            let Base::Record(wanted) = &wanted.base else {
                return None;
            };
            let parts: Vec<String> = wanted.iter().map(|(name, _)| format!("{name}: a.{name}")).collect();
            Some(format!(
                "take what is needed out of each record: | map(a => {{ {} }})",
                parts.join(", ")
            ))
        }
        (Base::List(given), Base::List(wanted)) => {
            let element = Expr {
                ty: (**given).clone(),
                ..value.clone()
            };
            advice(&element, wanted, names)
        }
        (Base::External(_), Base::Record(wanted)) => {
            let parts: Vec<String> = wanted.iter().map(|(name, _)| format!("{name}: ..")).collect();
            Some(format!(
                "take what is needed out of the record: {{ {} }}",
                parts.join(", ")
            ))
        }
        (Base::Record(given), Base::External(_)) => {
            let parts: Vec<String> = given.iter().map(|(name, _)| format!("{name}: ..")).collect();
            Some(format!(
                "a record of {} comes from the other system; for one that is made here declare its fields: {{ {} }}",
                names.show(wanted),
                parts.join(", ")
            ))
        }
        _ => None,
    }
}

/// The first field that is not as it has to be.
fn differing(
    value: &Expr,
    given: &[(String, Type)],
    wanted: &[(String, Type)],
    names: TypeNames<'_>,
) -> Option<String> {
    for (name, needs) in wanted {
        let Some((_, has)) = given.iter().find(|(other, _)| other == name) else {
            if needs.optional {
                continue;
            }
            return Some(format!("give it `{name}`, too: {name}: .."));
        };
        let may_lack = (has.nullable && !needs.nullable) || (has.optional && !needs.optional);
        if types::fits(&has.base, &needs.base, names.externals).is_err() || !part_handed_over(&has.base, &needs.base) {
            let (needs, has) = (names.show(needs), names.show(has));
            return Some(format!("`{name}` needs {needs}, but is {has}"));
        }
        if may_lack {
            let stand_in = types::stand_in(needs);
            let default = match is_written_out(value, name) {
                true => format!(": {name}: .. ?? {stand_in}"),
                false => String::new(),
            };
            return Some(format!("`{name}` may be absent, give it a default{default}"));
        }
    }
    let more = given
        .iter()
        .find(|(name, _)| !wanted.iter().any(|(other, _)| other == name));
    more.map(|(name, _)| format!("it takes no `{name}`: leave it out"))
}

/// Whether the field is written out.
fn is_written_out(record: &Expr, field: &str) -> bool {
    let ExprKind::Record(parts) = &record.kind else {
        return false;
    };
    parts.iter().any(|(name, _)| name == field)
}
