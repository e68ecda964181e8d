//! What records reach: rules, branches, rows of tables, values that may be absent. The interpreter notes it while somebody counts;
//! the program says what there is to reach.
//!
//! A place is counted once, whichever versions inherit it: it is reached where any of them reaches it.

use crate::ir::expr::{Expr, ExprKind, Type};
use crate::ir::mapping::{Direction, Mapping};
use crate::ir::outline::display_name;
use crate::ir::{Connector, Literal, Place, Program, Table};
use crate::walk::{deep, roots};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use tenon_dsl::source::Span;
use tenon_runtime::generated::{Val, builtin};

/// Something that a record can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The rule writes.
    Rule,
    /// Its `when` does not hold.
    NotWhen,
    /// The condition holds: of `if`, `skip`, `retry`, `check`.
    Holds,
    /// It does not.
    HoldsNot,
    /// An arm of a `match`, by its number.
    Arm(usize),
    /// `_ => ..`
    Rest,
    /// `?? ..` is used.
    Default,
    /// `catch ..` is used.
    Caught,
    /// The value is there.
    Present,
    /// It is null or missing.
    Absent,
    /// A row of a table, towards the inside.
    ToInside(usize),
    /// A row of a table, towards the outside.
    ToOutside(usize),
    /// The row for all other values.
    RestInside,
    /// The same outwards.
    RestOutside,
}

type Point = ((u32, u32, u32), What);

thread_local! {
    static COUNTS: Cell<bool> = const { Cell::new(false) };
    static SEEN: RefCell<BTreeSet<Point>> = const { RefCell::new(BTreeSet::new()) };
}

fn point(span: Span, what: What) -> Point {
    ((span.file.0, span.start, span.end), what)
}

/// Notes that something was reached, where somebody counts.
#[inline]
pub(super) fn seen(span: Span, what: What) {
    if COUNTS.get() {
        SEEN.with_borrow_mut(|seen| seen.insert(point(span, what)));
    }
}

/// Notes whether a value that may be absent is.
#[inline]
pub(super) fn valued(expr: &Expr, value: &Val<'_>) {
    if COUNTS.get() && may_be_absent(&expr.ty) {
        let what = if value.is_absent() { What::Absent } else { What::Present };
        seen(expr.place.span, what);
    }
}

/// Notes the row of a table that a value finds.
pub(super) fn looked_up(table: &Table, direction: Direction, value: &Val<'_>) {
    if !COUNTS.get() || value.is_absent() {
        return;
    }
    let (rows, number, rest): (_, fn(usize) -> What, _) = match direction {
        Direction::Import => (&table.to_inside, What::ToInside, What::RestInside),
        Direction::Export => (&table.to_outside, What::ToOutside, What::RestOutside),
    };
    let is = |literal: &Literal| {
        let literal = match literal {
            Literal::Text(text) => Val::made(text.clone()),
            Literal::Int(number) => Val::Int(*number),
            Literal::Bool(flag) => Val::Bool(*flag),
            Literal::Decimal(_) | Literal::Null | Literal::Missing => return false,
        };
        builtin::logic::same(value, &literal).unwrap_or(false)
    };
    let row = rows.iter().position(|(from, _)| is(from));
    seen(table.place.span, row.map_or(rest, number));
}

fn may_be_absent(ty: &Type) -> bool {
    ty.nullable || ty.optional
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Rules that write something.
    Rule,
    /// Both ends of conditions, arms, `??`, `catch`.
    Branch,
    /// Rows of tables, in a direction that mappings use.
    Row,
    /// Values that may be absent: there, and not there.
    Absence,
}

impl Kind {
    /// `rules`, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Rule => "rules",
            Self::Branch => "branches",
            Self::Row => "table rows",
            Self::Absence => "absences",
        }
    }

    /// `rule`, for tools.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Branch => "branch",
            Self::Row => "row",
            Self::Absence => "absence",
        }
    }
}

/// One thing to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// What it is.
    pub kind: Kind,
    /// The version that says it first.
    pub version: String,
    /// File and line.
    pub place: String,
    /// The line as it was written.
    pub line: String,
    /// What exactly: `the rule`, `the else branch`, `"b" -> "y"`.
    pub what: String,
    /// Whether it was.
    pub reached: bool,
}

/// Counts what is reached while `run` runs on this thread.
pub fn covered<T>(program: &Program, run: impl FnOnce() -> T) -> (T, Vec<Reach>) {
    SEEN.with_borrow_mut(BTreeSet::clear);
    COUNTS.set(true);
    let made = run();
    COUNTS.set(false);
    let seen = SEEN.with_borrow_mut(std::mem::take);
    let mut all = All::default();
    for connector in &program.connectors {
        all.version = display_name(connector);
        for mapping in &connector.mappings {
            all.mapping(connector, mapping);
        }
    }
    let reach = all.order.into_iter().filter_map(|point| {
        let mut reach = all.points.remove(&point)?;
        reach.reached = seen.contains(&point);
        Some(reach)
    });
    (made, reach.collect())
}

/// Everything that can be reached, in the order of the files.
#[derive(Default)]
struct All {
    version: String,
    order: Vec<Point>,
    points: BTreeMap<Point, Reach>,
}

impl All {
    fn add(&mut self, (place, kind): (&Place, Kind), what: What, words: impl Into<String>) {
        let point = point(place.span, what);
        if self.points.contains_key(&point) {
            return;
        }
        let reach = Reach {
            kind,
            version: self.version.clone(),
            place: place.text().to_string(),
            line: place.line().to_string(),
            what: words.into(),
            reached: false,
        };
        self.order.push(point);
        self.points.insert(point, reach);
    }

    fn mapping(&mut self, connector: &Connector, mapping: &Mapping) {
        for stop in &mapping.stops {
            self.condition(&stop.when, "it stops a record", "it stops none");
        }
        for rule in &mapping.rules {
            self.add((&rule.place, Kind::Rule), What::Rule, "the rule");
            if rule.when.is_some() {
                self.add((&rule.place, Kind::Branch), What::NotWhen, "its `when` does not hold");
            }
        }
        for check in &mapping.checks {
            self.condition(&check.condition, "the check passes", "the check fails");
        }
        roots(mapping, &mut |root| {
            deep(root, &mut |expr| self.expr(connector, mapping.direction, expr));
        });
    }

    fn condition(&mut self, condition: &Expr, holds: &str, holds_not: &str) {
        self.add((&condition.place, Kind::Branch), What::Holds, holds);
        self.add((&condition.place, Kind::Branch), What::HoldsNot, holds_not);
    }

    fn expr(&mut self, connector: &Connector, direction: Direction, expr: &Expr) {
        if let ExprKind::If { condition, .. } = &expr.kind {
            self.condition(condition, "`if` holds", "`else`");
        } else if let ExprKind::Match { subject, arms, rest } = &expr.kind {
            for (number, (literals, _)) in arms.iter().enumerate() {
                let words: Vec<String> = literals.iter().map(said).collect();
                let words = format!("`{} => ..`", words.join(" | "));
                self.add((&subject.place, Kind::Branch), What::Arm(number), words);
            }
            if rest.is_some() {
                self.add((&subject.place, Kind::Branch), What::Rest, "`_ => ..`");
            }
        } else if let ExprKind::Default(_, otherwise) = &expr.kind {
            self.add(
                (&otherwise.place, Kind::Branch),
                What::Default,
                "what stands behind `??`",
            );
        } else if let ExprKind::Catch(_, otherwise) = &expr.kind {
            self.add(
                (&otherwise.place, Kind::Branch),
                What::Caught,
                "what stands behind `catch`",
            );
        } else if let ExprKind::Table { table, .. } = &expr.kind {
            self.table(&connector.tables[table.0], direction);
        } else if is_valued(expr) && may_be_absent(&expr.ty) {
            self.add((&expr.place, Kind::Absence), What::Present, "a value that is there");
            self.add((&expr.place, Kind::Absence), What::Absent, "a value that is absent");
        }
    }

    fn table(&mut self, table: &Table, direction: Direction) {
        let at = (&table.place, Kind::Row);
        let (rows, rest) = match direction {
            Direction::Import => (&table.to_inside, &table.rest_inside),
            Direction::Export => (&table.to_outside, &table.rest_outside),
        };
        for (number, (from, to)) in rows.iter().enumerate() {
            let (what, words) = match direction {
                Direction::Import => (What::ToInside(number), format!("{} <- {}", said(to), said(from))),
                Direction::Export => (What::ToOutside(number), format!("{} -> {}", said(from), said(to))),
            };
            self.add(at, what, words);
        }
        match (rest, direction) {
            (Some(rest), Direction::Import) => self.add(at, What::RestInside, format!("{} <- _", said(rest))),
            (Some(rest), Direction::Export) => self.add(at, What::RestOutside, format!("_ -> {}", said(rest))),
            (None, _) => {}
        }
    }
}

/// Values that are read: what is made of them follows.
pub(super) fn is_valued(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Field { .. } | ExprKind::StoredField { .. } | ExprKind::RecordField { .. } | ExprKind::Lookup { .. }
    )
}

fn said(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Missing => "missing".to_owned(),
        Literal::Text(text) => format!("{text:?}"),
        Literal::Int(number) => number.to_string(),
        Literal::Decimal(digits) => digits.clone(),
        Literal::Bool(flag) => flag.to_string(),
    }
}
