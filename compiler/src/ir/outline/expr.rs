//! Expressions on one line. Calls are written with all arguments in parentheses, so that nothing depends on precedence.

use super::mapping::question;
use crate::ir::expr::{Arithmetic, Comparison, Expr, ExprKind, Presence};
use crate::ir::literal::show;
use crate::ir::mapping::Mapping;
use crate::ir::{Connector, ExternalId, FieldId, Literal, Program};
use std::collections::BTreeMap;

/// Prints expressions of one mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printer<'p> {
    pub(super) program: &'p Program,
    pub(super) connector: &'p Connector,
    pub(super) mapping: &'p Mapping,
    /// As another version calls what this one renamed, and with all that an expression is made of in its place; absent: names alone.
    pub(super) whole: Option<&'p Names>,
}

/// What another version calls fields of records and values of the backend: by record (none: the backend) and name.
pub type Names = BTreeMap<(Option<String>, String), String>;

impl Printer<'_> {
    pub(super) fn show(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(literal) => show(literal),
            ExprKind::Source(id) => self.of().sources[id.0].alias.text.clone(),
            ExprKind::Field { of, external, field } => {
                format!("{}.{}", self.show(of), self.field(*external, *field))
            }
            ExprKind::StoredField { of, model, field } => {
                let field = &self.program.models[model.0].fields[field.0].name.text;
                format!("{}.{field}", self.show(of))
            }
            ExprKind::RecordField { of, name } => format!("{}.{name}", self.show(of)),
            ExprKind::Index { of, index } => format!("{}[{}]", self.show(of), self.show(index)),
            ExprKind::Let(id) if self.whole.is_some() => format!("({})", self.show(&self.of().lets[id.0].value)),
            ExprKind::Let(id) => self.of().lets[id.0].name.text.clone(),
            ExprKind::Param(id) => self.of().params[id.0].0.text.clone(),
            ExprKind::Local(outwards) => format!("${outwards}"),
            ExprKind::Setting(id) => {
                let name = &self.connector.settings[id.0].name.text;
                format!("backend.{}", self.called(None, name))
            }
            ExprKind::Out(id) => format!("out.{}", self.target(&self.of().targets[id.0])),
            ExprKind::List(items) => format!("[{}]", self.all(items, ", ")),
            ExprKind::Record(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{name}: {}", self.show(value)))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            ExprKind::Interpolate(parts) => format!("text({})", self.all(parts, " ~ ")),
            ExprKind::Builtin { name, args } => format!("{name}({})", self.all(args, ", ")),
            ExprKind::Lambda(body) => format!("$ => {}", self.show(body)),
            ExprKind::Extern { function, args } => {
                let function = &self.connector.externs[function.0];
                let (name, args) = (&function.name.text, self.all(args, ", "));
                match self.whole {
                    None => format!("extern {name}({args})"),
                    Some(_) => format!("extern {}::{name} {:?}({args})", function.module, function.params),
                }
            }
            ExprKind::Table { table, value } => {
                let table = &self.connector.tables[table.0];
                let rows = self.whole.map_or_else(String::new, |_| {
                    format!(
                        "{:?}{:?}{:?}{:?}",
                        table.to_inside, table.to_outside, table.rest_inside, table.rest_outside
                    )
                });
                format!("{}{rows}({})", table.name.text, self.show(value))
            }
            ExprKind::Lookup { lookup, args: _ } if self.whole.is_some() => {
                let lookup = &self.of().lookups[lookup.0];
                format!("{} ({})", question(self, &lookup.kind), self.all(&lookup.args, ", "))
            }
            ExprKind::Lookup { lookup, args: _ } => format!("lookup {}", lookup.0),
            ExprKind::OrMissing(inner) => format!("({})?", self.show(inner)),
            ExprKind::Not(inner) => format!("not {}", self.show(inner)),
            ExprKind::Negate(inner) => format!("-{}", self.show(inner)),
            ExprKind::Is(of, presence) => format!("{} is {}", self.show(of), presence_word(*presence)),
            ExprKind::Catch(a, b) => self.between(a, "catch", b),
            ExprKind::Default(a, b) => self.between(a, "??", b),
            ExprKind::And(a, b) => self.between(a, "and", b),
            ExprKind::Or(a, b) => self.between(a, "or", b),
            ExprKind::In(a, b) => self.between(a, "in", b),
            ExprKind::Compare(op, a, b) => self.between(a, comparison_word(*op), b),
            ExprKind::Arithmetic(op, a, b) => self.between(a, arithmetic_word(*op), b),
            ExprKind::If { .. } | ExprKind::Match { .. } => self.choice(expr),
        }
    }

    /// The name of a field of a record.
    pub(super) fn field(&self, external: ExternalId, field: FieldId) -> String {
        let external = &self.connector.externals[external.0];
        self.called(Some(&external.name.text), &external.fields[field.0].name.text)
    }

    fn called(&self, record: Option<&str>, name: &str) -> String {
        let other = self
            .whole
            .and_then(|names| names.get(&(record.map(str::to_owned), name.to_owned())));
        other.cloned().unwrap_or_else(|| name.to_owned())
    }

    fn all(&self, items: &[Expr], between: &str) -> String {
        let items: Vec<String> = items.iter().map(|item| self.show(item)).collect();
        items.join(between)
    }

    fn between(&self, a: &Expr, word: &str, b: &Expr) -> String {
        format!("({} {word} {})", self.show(a), self.show(b))
    }

    fn choice(&self, expr: &Expr) -> String {
        if let ExprKind::If {
            condition,
            then,
            otherwise,
        } = &expr.kind
        {
            let otherwise = otherwise
                .as_ref()
                .map_or_else(|| "missing".to_owned(), |value| self.show(value));
            return format!(
                "if {} {{ {} }} else {{ {otherwise} }}",
                self.show(condition),
                self.show(then)
            );
        }
        let ExprKind::Match { subject, arms, rest } = &expr.kind else {
            return String::new();
        };
        let arm = |(literals, value): &(Vec<Literal>, Expr)| {
            let literals: Vec<String> = literals.iter().map(show).collect();
            format!("{} => {}", literals.join(" | "), self.show(value))
        };
        let mut shown: Vec<String> = arms.iter().map(arm).collect();
        shown.extend(rest.as_ref().map(|value| format!("_ => {}", self.show(value))));
        format!("match {} {{ {} }}", self.show(subject), shown.join(", "))
    }
}

fn presence_word(presence: Presence) -> &'static str {
    match presence {
        Presence::Present => "present",
        Presence::Absent => "absent",
        Presence::Null => "null",
        Presence::Missing => "missing",
    }
}

fn comparison_word(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn arithmetic_word(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Remainder => "%",
    }
}
