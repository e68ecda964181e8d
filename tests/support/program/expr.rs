//! Expressions.

use super::{NAMES, Program, TEXTS, at, span};
use tenon_dsl::ast::expr::{
    Arg, BinaryOp, Call, Expr, ExprKind, Mark, MatchArm, Presence, RecordField, Text, TextPart, UnaryOp,
};
use tenon_dsl::source::Name;

/// Names that need no backticks anywhere.
const BARE: [&str; 8] = ["a", "b", "c", "name", "order_id", "x1", "when", "import"];
/// What may stand between the braces of a text.
const RAW: [&str; 4] = ["%d.%m", "it's", "a b", ""];

fn new(kind: ExprKind) -> Expr {
    Expr::new(kind, span())
}

impl Program {
    /// An expression with so many levels at most.
    pub(super) fn expr(&mut self, depth: usize) -> Expr {
        if depth == 0 || self.sometimes() {
            return self.atom();
        }
        let one = |program: &mut Self| Box::new(program.expr(depth - 1));
        new(match self.upto(16) {
            0 | 1 => ExprKind::Pipe {
                input: one(self),
                step: self.call(depth - 1),
            },
            2 => ExprKind::Default {
                value: one(self),
                default: one(self),
            },
            3 => ExprKind::Catch {
                value: one(self),
                fallback: one(self),
            },
            4 => ExprKind::Lambda {
                param: self.name(),
                body: one(self),
            },
            5 => ExprKind::Unary {
                op: at(*self.one_of(&[UnaryOp::Not, UnaryOp::Negate])),
                operand: one(self),
            },
            6..=8 => ExprKind::Binary {
                op: at(self.operator()),
                left: one(self),
                right: one(self),
            },
            9 => ExprKind::Is {
                of: one(self),
                what: at(*self.one_of(&[Presence::Present, Presence::Absent, Presence::Null, Presence::Missing])),
            },
            10 => ExprKind::In {
                value: one(self),
                list: one(self),
            },
            11 => ExprKind::If {
                condition: one(self),
                then: one(self),
                otherwise: self.often().then(|| one(self)),
            },
            12 => ExprKind::Match {
                subject: one(self),
                arms: self.several(3, |program| program.arm(depth - 1)),
            },
            13 => ExprKind::List(self.some(4, |program| program.expr(depth - 1))),
            14 => return self.record(depth - 1),
            _ => return self.path_of(depth - 1),
        })
    }

    fn atom(&mut self) -> Expr {
        new(match self.upto(12) {
            0..=2 => return self.path(),
            3 => ExprKind::Int((*self.one_of(&["0", "7", "42", "007"])).to_owned()),
            4 => ExprKind::Decimal((*self.one_of(&["0.00", "1.5", "12.3400"])).to_owned()),
            5 | 6 => ExprKind::Text(self.interpolated()),
            7 => ExprKind::RawText(self.text().value.replace('\n', " ")),
            8 => ExprKind::Bool(self.rng.bool()),
            9 => ExprKind::Null,
            10 => ExprKind::Missing,
            _ => ExprKind::Hole,
        })
    }

    fn operator(&mut self) -> BinaryOp {
        *self.one_of(&[
            BinaryOp::Add,
            BinaryOp::Subtract,
            BinaryOp::Multiply,
            BinaryOp::Divide,
            BinaryOp::Remainder,
            BinaryOp::Equal,
            BinaryOp::NotEqual,
            BinaryOp::Less,
            BinaryOp::LessOrEqual,
            BinaryOp::Greater,
            BinaryOp::GreaterOrEqual,
            BinaryOp::And,
            BinaryOp::Or,
        ])
    }

    /// `a.b?.c[0]`
    pub(super) fn path(&mut self) -> Expr {
        let base = match self.seldom() {
            true => ExprKind::QuotedName(self.name().value),
            false => ExprKind::Name((*self.one_of(&BARE)).to_owned()),
        };
        let mut path = new(base);
        for _ in 0..self.upto(3) {
            path = self.behind(path);
        }
        path
    }

    fn behind(&mut self, of: Expr) -> Expr {
        let of = Box::new(of);
        new(match self.seldom() {
            true => ExprKind::Index {
                of,
                index: Box::new(self.atom()),
            },
            false => ExprKind::Field {
                of,
                name: self.name(),
                safe: self.sometimes(),
            },
        })
    }

    /// A field of whatever.
    fn path_of(&mut self, depth: usize) -> Expr {
        let of = match self.rng.bool() {
            true => new(ExprKind::Call(self.call(depth))),
            false => self.expr(depth),
        };
        self.behind(of)
    }

    fn call(&mut self, depth: usize) -> Call {
        Call {
            function: self.dotted(),
            mark: self.maybe(|program| at(*program.one_of(&[Mark::Must, Mark::May]))),
            args: self.args(depth),
            span: span(),
        }
    }

    pub(super) fn args(&mut self, depth: usize) -> Vec<Arg> {
        self.some(3, |program| Arg {
            name: program.maybe(Self::name),
            value: program.expr(depth),
        })
    }

    pub(super) fn record(&mut self, depth: usize) -> Expr {
        let fields = self.some(5, |program| RecordField {
            name: program.name(),
            value: program.expr(depth),
        });
        new(ExprKind::Record(fields))
    }

    fn arm(&mut self, depth: usize) -> MatchArm {
        let patterns = match self.seldom() {
            true => vec![new(ExprKind::Hole)],
            false => self.several(2, Self::literal),
        };
        MatchArm {
            patterns,
            value: self.expr(depth),
            span: span(),
        }
    }

    /// A number, a text, a word that is a value.
    pub(super) fn literal(&mut self) -> Expr {
        let number = |program: &mut Self| new(ExprKind::Int(program.number().value.to_string()));
        new(match self.upto(5) {
            0 => return number(self),
            1 => ExprKind::Unary {
                op: at(UnaryOp::Negate),
                operand: Box::new(number(self)),
            },
            2 => ExprKind::Text(self.literal_text()),
            3 => ExprKind::RawText("a''b".to_owned()),
            _ => ExprKind::Bool(true),
        })
    }

    /// Why something is so.
    pub(super) fn reason(&mut self) -> Expr {
        let text = self.interpolated();
        new(ExprKind::Text(text))
    }

    fn literal_text(&mut self) -> Text {
        let literal = (*self.one_of(&TEXTS)).to_owned();
        let parts = if literal.is_empty() {
            vec![]
        } else {
            vec![TextPart::Literal(literal)]
        };
        Text { parts }
    }

    pub(super) fn interpolated(&mut self) -> Text {
        let mut text = self.literal_text();
        for _ in 0..self.upto(3) {
            text.parts.push(TextPart::Value(self.interpolation()));
            text.parts.extend(self.literal_text().parts);
        }
        text
    }

    fn interpolation(&mut self) -> Expr {
        let mut value = new(ExprKind::Name((*self.one_of(&BARE)).to_owned()));
        for _ in 0..self.upto(3) {
            value = match self.rng.bool() {
                true => new(ExprKind::Field {
                    of: Box::new(value),
                    name: self.inside_text(),
                    safe: self.sometimes(),
                }),
                false => {
                    value = self.parenthesis_free(value);
                    break;
                }
            };
        }
        value
    }

    fn parenthesis_free(&mut self, input: Expr) -> Expr {
        let raw = (*self.one_of(&RAW)).to_owned();
        let args = vec![Arg {
            name: None,
            value: new(ExprKind::RawText(raw)),
        }];
        let step = Call {
            function: self.inside_text(),
            mark: None,
            args: if self.rng.bool() { args } else { Vec::new() },
            span: span(),
        };
        new(ExprKind::Pipe {
            input: Box::new(input),
            step,
        })
    }

    fn inside_text(&mut self) -> Name {
        at((*self.one_of(&NAMES)).to_owned())
    }
}
