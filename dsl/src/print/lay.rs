//! Expressions over several lines: where a line is too long, or where comments stand inside.
//!
//! A line is broken only where the language lets one go on: in round and square brackets anywhere, in braces between fields
//! and arms, elsewhere before `|`, `??`, `catch`, `and`, `or`.

mod chain;
mod flat;
mod schema;
mod sequence;

use super::Printer;
use super::comment::Comment;
use super::expr::{Level, needs_parentheses, operand_levels, operator, prefix, presence};
use super::word::{name, width};
use crate::ast::expr::{BinaryOp, Expr, ExprKind, MatchArm};
use crate::source::Span;

/// Columns of a line.
pub(super) const LINE: usize = 120;
/// What begins further right than this hangs under its line instead.
const HANG: usize = 60;
/// What stands around an expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Columns before the line that it belongs to.
    pub(super) indent: usize,
    /// Columns that its last line must leave free.
    pub(super) after: usize,
    /// What a new line means here.
    pub(super) inside: Inside,
}

impl Place {
    /// The same with so many columns left free.
    pub(super) fn leaving(self, after: usize) -> Self {
        Self { after, ..self }
    }

    /// The same where a new line means something else.
    pub(super) fn within(self, inside: Inside) -> Self {
        Self { inside, ..self }
    }
}

/// What a new line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// It ends a statement or a field.
    Lines,
    /// It ends an arm, and none may begin with a pipe.
    Arms,
    /// Nothing.
    Brackets,
}

/// A text as it grows, and the column it has reached.
pub(super) struct Laying<'p> {
    pub(super) printer: &'p Printer<'p>,
    /// What is laid.
    pub(super) out: String,
    /// Columns of the last line.
    pub(super) column: usize,
    /// Columns before the item that is laid.
    pub(super) margin: usize,
}

impl<'p> Laying<'p> {
    /// Begins at a column.
    pub(super) fn at(printer: &'p Printer<'p>, column: usize) -> Self {
        Self {
            printer,
            out: String::new(),
            column,
            margin: 0,
        }
    }

    /// Begins an item at a column that its further lines begin at, too.
    pub(super) fn below(printer: &'p Printer<'p>, margin: usize) -> Self {
        Self {
            margin,
            ..Self::at(printer, margin)
        }
    }

    /// Goes on with a text of one line.
    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += width(text);
    }

    /// Begins a line.
    pub(super) fn newline(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// Whether a text fits on the line, with so many columns behind it.
    pub(super) fn fits(&self, text: &str, after: usize) -> bool {
        self.column + width(text) + after <= LINE
    }

    /// An expression, where `least` is needed.
    pub(super) fn expr(&mut self, expr: &Expr, least: Level, place: Place) {
        let flat = self.printer.flat(expr, least);
        if let Some(flat) = flat.filter(|flat| self.fits(flat, place.after)) {
            return self.push(&flat);
        }
        if needs_parentheses(expr, least) {
            self.push("(");
            let inside = Place {
                after: place.after + 1,
                inside: Inside::Brackets,
                ..place
            };
            self.bare(expr, inside);
            return self.push(")");
        }
        self.bare(expr, place);
    }

    fn bare(&mut self, expr: &Expr, place: Place) {
        match &expr.kind {
            ExprKind::Pipe { .. } | ExprKind::Default { .. } | ExprKind::Catch { .. } => self.chain(expr, place),
            ExprKind::Binary { op, left, right } => match op.value {
                BinaryOp::And | BinaryOp::Or => self.chain(expr, place),
                BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::Divide
                | BinaryOp::Remainder
                | BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessOrEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterOrEqual => {
                    let (first, second) = operand_levels(op.value);
                    self.infix(left, first, operator(op.value), right, second, place);
                }
            },
            ExprKind::In { value, list } => self.infix(value, Level::Add, "in", list, Level::Add, place),
            ExprKind::Unary { op, operand } => {
                let (sign, least) = prefix(op.value);
                self.push(sign);
                self.expr(operand, least, place);
            }
            ExprKind::Is { of, what } => {
                let words = format!(" is {}", presence(what.value));
                self.before(of, Level::Add, &words, place);
            }
            ExprKind::Field { of, name: field, safe } => {
                let dot = if *safe { "?." } else { "." };
                self.before(of, Level::Primary, &format!("{dot}{}", name(&field.value)), place);
            }
            ExprKind::Index { of, index } => {
                self.before(of, Level::Primary, "[", place.leaving(0));
                self.expr(
                    index,
                    Level::Full,
                    place.leaving(place.after + 1).within(Inside::Brackets),
                );
                self.push("]");
            }
            ExprKind::Lambda { param, body } => {
                self.push(&format!("{} => ", name(&param.value)));
                self.expr(body, Level::Full, place);
            }
            ExprKind::List(items) => self.list(expr.span, items, place),
            ExprKind::Record(fields) => self.record(expr.span, fields, place),
            ExprKind::Call(call) => {
                self.push(&self.printer.call_head(call));
                self.args(call, place);
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => self.if_expr(condition, then, otherwise.as_deref(), place),
            ExprKind::Match { subject, arms } => self.match_expr(subject, arms, expr.span, place),
            ExprKind::Name(_)
            | ExprKind::QuotedName(_)
            | ExprKind::Hole
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Text(_)
            | ExprKind::RawText(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Missing => self.push(&self.printer.expr(expr)),
        }
    }

    fn infix(&mut self, left: &Expr, first: Level, sign: &str, right: &Expr, second: Level, place: Place) {
        self.before(left, first, &format!(" {sign} "), place.leaving(0));
        self.expr(right, second, place);
    }

    /// An expression with a text right behind it.
    fn before(&mut self, expr: &Expr, least: Level, behind: &str, place: Place) {
        self.expr(expr, least, place.leaving(place.after + width(behind)));
        self.push(behind);
    }

    /// Comments between two parts: the first may stand behind what came before, the others have lines of their own.
    fn comments(&mut self, comments: &[&Comment], indent: usize) {
        for (at, comment) in comments.iter().enumerate() {
            if at == 0 && !comment.alone {
                self.push(&format!("  {}", comment.here()));
            } else {
                self.comment_line(comment, indent);
            }
        }
    }

    fn comment_line(&mut self, comment: &Comment, indent: usize) {
        self.newline(indent);
        let text = if comment.alone { comment.here() } else { comment.moved() };
        self.push(&text);
    }

    fn if_expr(&mut self, condition: &Expr, then: &Expr, otherwise: Option<&Expr>, place: Place) {
        self.push("if ");
        self.expr(condition, Level::Full, place.leaving(2));
        self.braces(then, place);
        match otherwise {
            None => {}
            Some(other) => {
                self.push(" else");
                if let ExprKind::If {
                    condition,
                    then,
                    otherwise,
                } = &other.kind
                {
                    self.push(" ");
                    self.if_expr(condition, then, otherwise.as_deref(), place);
                } else {
                    self.braces(other, place);
                }
            }
        }
    }

    fn braces(&mut self, expr: &Expr, place: Place) {
        self.push(" {");
        self.newline(place.indent + 2);
        let inside = Place {
            indent: place.indent + 2,
            after: 0,
            inside: Inside::Lines,
        };
        self.expr(expr, Level::Full, inside);
        self.newline(place.indent);
        self.push("}");
    }

    fn match_expr(&mut self, subject: &Expr, arms: &[MatchArm], whole: Span, place: Place) {
        let patterns: Vec<String> = arms.iter().map(|arm| self.printer.patterns(arm)).collect();
        let aligned = patterns
            .iter()
            .map(|pattern| width(pattern))
            .filter(|columns| *columns <= HANG)
            .max()
            .unwrap_or(0);
        let (open, close) = if self.printer.begins_with_brace(subject) {
            ("(", ")")
        } else {
            ("", "")
        };
        self.push(&format!("match {open}"));
        self.expr(subject, Level::Full, place.leaving(3));
        self.push(close);
        self.push(" {");
        let indent = place.indent + 2;
        let inside = Place {
            indent,
            after: 0,
            inside: Inside::Arms,
        };
        let mut end = subject.span.end as usize;
        for (arm, pattern) in arms.iter().zip(&patterns) {
            let comments = self.printer.comments_between(end, arm.span.start as usize);
            self.comments(&comments, indent);
            self.newline(indent);
            self.push(&format!("{pattern:aligned$} => "));
            self.expr(&arm.value, Level::Full, inside);
            end = arm.span.end as usize;
        }
        let comments = self.printer.comments_between(end, whole.end as usize);
        self.comments(&comments, indent);
        self.newline(place.indent);
        self.push("}");
    }
}
