//! Chains of operators: as much on a line as fits, each further line begins with its operator.

use super::flat::has_many_arms;
use super::{HANG, Inside, Laying, Place};
use crate::ast::expr::{Call, Expr, ExprKind};
use crate::ast::mapping::Clause;
use crate::print::Printer;
use crate::print::expr::{Level, operand_levels, operator};
use crate::source::Span;

/// A sign and what stands right of it.
struct Link<'e> {
    sign: &'static str,
    right: Right<'e>,
}

enum Right<'e> {
    Step(&'e Call),
    Value(&'e Expr, Level),
}

/// A chain as it grows.
struct Chain {
    /// Columns before its further lines.
    hang: usize,
    /// Where its last part ended in the source.
    end: usize,
    /// Whether its last part took several lines, which it then has for itself.
    alone: bool,
}

impl Link<'_> {
    fn span(&self) -> Span {
        match self.right {
            Right::Step(step) => step.span,
            Right::Value(value, _) => value.span,
        }
    }

    fn flat(&self, printer: &Printer<'_>) -> Option<String> {
        match self.right {
            Right::Value(value, least) => printer.flat(value, least),
            Right::Step(step) => {
                let many_arms = step.args.iter().any(|arg| has_many_arms(&arg.value));
                (!printer.has_comments(step.span) && !many_arms).then(|| printer.step(step))
            }
        }
    }
}

impl Laying<'_> {
    /// `a | f ?? b`, `a and b and c`: as much on a line as fits.
    pub(super) fn chain(&mut self, expr: &Expr, place: Place) {
        let (base, least, links) = links(expr);
        let hang = match self.column <= HANG {
            true => self.column,
            false => place.indent + 4,
        };
        self.expr(base, least, place.leaving(0));
        let mut chain = Chain {
            hang,
            end: base.span.end as usize,
            alone: false,
        };
        for (at, link) in links.iter().enumerate() {
            let after = if at + 1 == links.len() { place.after } else { 0 };
            let length = self.out.len();
            self.link(link, &chain, place.leaving(after));
            chain.alone = self.out[length..].trim_start_matches(['\n', ' ']).contains('\n');
            chain.end = link.span().end as usize;
        }
    }

    fn link(&mut self, link: &Link<'_>, chain: &Chain, place: Place) {
        let (printer, hang) = (self.printer, chain.hang);
        let comments = printer.comments_between(chain.end, link.span().start as usize);
        let flat = link.flat(printer).map(|flat| format!(" {} {flat}", link.sign));
        if let Some(flat) = flat.filter(|flat| !chain.alone && comments.is_empty() && self.fits(flat, place.after)) {
            return self.push(&flat);
        }
        let place = match link.sign == "|" && place.inside == Inside::Arms {
            true => {
                self.push(" ");
                place
            }
            false => {
                self.comments(&comments, hang);
                self.newline(hang);
                Place { indent: hang, ..place }
            }
        };
        self.push(&format!("{} ", link.sign));
        match &link.right {
            Right::Value(value, least) => self.expr(value, *least, place),
            Right::Step(step) => {
                self.push(&printer.step_head(step));
                if !step.args.is_empty() {
                    self.args(step, place);
                }
            }
        }
    }

    /// The clauses of a rule below its value, as many on a line as fit.
    pub(in crate::print) fn clauses(&mut self, clauses: &[Clause], hang: usize) {
        for (at, clause) in clauses.iter().enumerate() {
            let flat = self.printer.clause(clause);
            if at > 0 && self.fits(&flat, 1) {
                self.push(&format!(" {flat}"));
                continue;
            }
            self.newline(hang);
            let place = Place {
                indent: hang,
                after: 0,
                inside: Inside::Lines,
            };
            match clause {
                Clause::When { condition, .. } => {
                    self.push("when ");
                    self.expr(condition, Level::Full, place);
                }
                Clause::Only(_) | Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => self.push(&flat),
            }
        }
    }
}

/// What a chain begins with, what that must be, and what follows.
fn links(expr: &Expr) -> (&Expr, Level, Vec<Link<'_>>) {
    let mut links = Vec::new();
    let mut base = expr;
    let first = if let ExprKind::Binary { op, .. } = &expr.kind {
        operand_levels(op.value).0
    } else {
        Level::Flow
    };
    loop {
        let (left, sign, right) = match (&base.kind, first) {
            (ExprKind::Pipe { input, step }, Level::Flow) => (input, "|", Right::Step(step)),
            (ExprKind::Default { value, default }, Level::Flow) => (value, "??", Right::Value(default, Level::Or)),
            (ExprKind::Catch { value, fallback }, Level::Flow) => (value, "catch", Right::Value(fallback, Level::Or)),
            (ExprKind::Binary { op, left, right }, level) if operand_levels(op.value).0 == level => (
                left,
                operator(op.value),
                Right::Value(right, operand_levels(op.value).1),
            ),
            _ => break,
        };
        links.push(Link { sign, right });
        base = left;
    }
    links.reverse();
    (base, first, links)
}
