//! Expressions: precedence, calls, records, texts with paths in their braces.

use super::text::{raw_text, text};
use super::{Node, Piece, Read, Rule};
use crate::ast::expr::{Arg, BinaryOp, Call, Expr, ExprKind, Mark, MatchArm, Presence, RecordField, UnaryOp};
use crate::error::SyntaxError;
use crate::source::{Span, Spanned};
use std::iter::Peekable;

/// An expression and nothing behind it.
pub(crate) fn expression(piece: &Piece<'_>) -> Read<Expr> {
    if let Some(path) = piece.plain_path() {
        return Ok(path);
    }
    expr(&piece.read(Rule::expr_rest)?.need(Rule::expr)?)
}

/// `expr`: the flow operators, from left to right.
pub(super) fn expr(node: &Node<'_>) -> Read<Expr> {
    let mut parts = node.children();
    let mut value = match parts.next() {
        Some(first) => binary(&first)?,
        None => return Err(node.piece.nothing(node.span())),
    };
    while let (Some(op), Some(right)) = (parts.next(), parts.next()) {
        let span = value.span.to(right.span());
        let left = Box::new(value);
        let kind = match op.rule() {
            Rule::bar => ExprKind::Pipe {
                input: left,
                step: step(&right)?,
            },
            Rule::coalesce => ExprKind::Default {
                value: left,
                default: Box::new(binary(&right)?),
            },
            _ => ExprKind::Catch {
                value: left,
                fallback: Box::new(binary(&right)?),
            },
        };
        value = Expr::new(kind, span);
    }
    Ok(value)
}

/// What stands between flow operators, before precedence is known.
enum Item {
    Value(Expr),
    Prefix(Spanned<UnaryOp>),
    Infix(Infix),
}

enum Infix {
    Op(Spanned<BinaryOp>),
    In,
    Is(Spanned<Presence>),
}

const COMPARISON: u8 = 4;
const UNARY: u8 = 7;

impl Infix {
    fn level(&self) -> u8 {
        match self {
            Self::In | Self::Is(_) => COMPARISON,
            Self::Op(op) => match op.value {
                BinaryOp::Or => 1,
                BinaryOp::And => 2,
                BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessOrEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterOrEqual => COMPARISON,
                BinaryOp::Add | BinaryOp::Subtract => 5,
                BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => 6,
            },
        }
    }
}

/// `binary`: everything that binds tighter than the flow operators.
fn binary(node: &Node<'_>) -> Read<Expr> {
    let mut items = Vec::new();
    let mut is_span = None;
    for part in node.children() {
        match part.rule() {
            Rule::operand => operand_items(&part, &mut items)?,
            Rule::kw_is => is_span = Some(part.span()),
            Rule::presence => {
                let what = presence(part.text());
                let span = is_span.take().unwrap_or(part.span()).to(part.span());
                items.push(Item::Infix(Infix::Is(Spanned::new(what, span))));
            }
            _ => items.push(Item::Infix(infix(&part.first()?))),
        }
    }
    climb(node, &mut items.into_iter().peekable(), 0)
}

fn operand_items(node: &Node<'_>, items: &mut Vec<Item>) -> Read<()> {
    let mut parts = node.children();
    let mut part = parts.next();
    while let Some(prefix) = part.as_ref().filter(|part| part.rule() == Rule::prefix) {
        let op = if prefix.first()?.rule() == Rule::kw_not {
            UnaryOp::Not
        } else {
            UnaryOp::Negate
        };
        items.push(Item::Prefix(Spanned::new(op, prefix.span())));
        part = parts.next();
    }
    let Some(first) = part else {
        return Err(node.piece.nothing(node.span()));
    };
    items.push(Item::Value(postfixes(primary(&first)?, parts)?));
    Ok(())
}

/// `operand` where it stands alone: prefixes, a value, what hangs behind it.
pub(super) fn operand(node: &Node<'_>) -> Read<Expr> {
    let mut items = Vec::new();
    operand_items(node, &mut items)?;
    climb(node, &mut items.into_iter().peekable(), 0)
}

fn climb(node: &Node<'_>, items: &mut Peekable<std::vec::IntoIter<Item>>, lowest: u8) -> Read<Expr> {
    let mut left = match items.next() {
        Some(Item::Value(value)) => value,
        Some(Item::Prefix(op)) => {
            let level = if op.value == UnaryOp::Not { COMPARISON } else { UNARY };
            let operand = climb(node, items, level)?;
            let span = op.span.to(operand.span);
            Expr::new(
                ExprKind::Unary {
                    op,
                    operand: Box::new(operand),
                },
                span,
            )
        }
        Some(Item::Infix(_)) | None => return Err(node.piece.nothing(node.span())),
    };
    let mut compared = false;
    while let Some(Item::Infix(infix)) = items.peek() {
        let level = infix.level();
        if level < lowest {
            break;
        }
        if level == COMPARISON && compared {
            return Err(second_comparison(node, left.span));
        }
        compared = level == COMPARISON;
        let Some(Item::Infix(infix)) = items.next() else { break };
        left = joined(node, left, infix, items, level)?;
    }
    Ok(left)
}

fn joined(
    node: &Node<'_>,
    left: Expr,
    infix: Infix,
    items: &mut Peekable<std::vec::IntoIter<Item>>,
    level: u8,
) -> Read<Expr> {
    let of = Box::new(left);
    match infix {
        Infix::Is(what) => {
            let span = of.span.to(what.span);
            Ok(Expr::new(ExprKind::Is { of, what }, span))
        }
        Infix::In => {
            let list = climb(node, items, level + 1)?;
            let span = of.span.to(list.span);
            Ok(Expr::new(
                ExprKind::In {
                    value: of,
                    list: Box::new(list),
                },
                span,
            ))
        }
        Infix::Op(op) => {
            let right = climb(node, items, level + 1)?;
            let span = of.span.to(right.span);
            Ok(Expr::new(
                ExprKind::Binary {
                    op,
                    left: of,
                    right: Box::new(right),
                },
                span,
            ))
        }
    }
}

fn second_comparison(node: &Node<'_>, span: Span) -> SyntaxError {
    SyntaxError::Unexpected {
        span: span.to(node.span()),
        found: node.text().to_owned(),
        expected: Vec::new(),
        help: Some("a comparison is not compared again: write a < b and b < c".to_owned()),
    }
}

fn presence(word: &str) -> Presence {
    match word {
        "present" => Presence::Present,
        "absent" => Presence::Absent,
        "null" => Presence::Null,
        _ => Presence::Missing,
    }
}

fn infix(node: &Node<'_>) -> Infix {
    let op = match node.rule() {
        Rule::kw_in => return Infix::In,
        Rule::kw_and => BinaryOp::And,
        Rule::kw_or => BinaryOp::Or,
        Rule::equal => BinaryOp::Equal,
        Rule::not_equal => BinaryOp::NotEqual,
        Rule::less => BinaryOp::Less,
        Rule::less_or_equal => BinaryOp::LessOrEqual,
        Rule::greater => BinaryOp::Greater,
        Rule::greater_or_equal => BinaryOp::GreaterOrEqual,
        Rule::plus => BinaryOp::Add,
        Rule::minus => BinaryOp::Subtract,
        Rule::star => BinaryOp::Multiply,
        Rule::slash => BinaryOp::Divide,
        _ => BinaryOp::Remainder,
    };
    Infix::Op(Spanned::new(op, node.span()))
}

/// `path`: a name and what hangs behind it.
pub(super) fn path(node: &Node<'_>) -> Read<Expr> {
    let mut parts = node.children();
    match parts.next() {
        Some(first) => postfixes(primary(&first)?, parts),
        None => Err(node.piece.nothing(node.span())),
    }
}

fn postfixes<'p>(mut value: Expr, parts: impl Iterator<Item = Node<'p>>) -> Read<Expr> {
    for part in parts {
        let span = value.span.to(part.span());
        let of = Box::new(value);
        let kind = match (part.find(Rule::dot), part.find(Rule::expr)) {
            (Some(dot), _) => ExprKind::Field {
                of,
                name: part.need(Rule::name)?.name(),
                safe: dot.text() == "?.",
            },
            (None, Some(index)) => ExprKind::Index {
                of,
                index: Box::new(expr(&index)?),
            },
            (None, None) => return Err(part.piece.nothing(part.span())),
        };
        value = Expr::new(kind, span);
    }
    Ok(value)
}

fn primary(node: &Node<'_>) -> Read<Expr> {
    let kind = match node.rule() {
        Rule::if_expr => return if_expr(node),
        Rule::match_expr => match_expr(node)?,
        Rule::lambda => return lambda(node),
        Rule::list => ExprKind::List(node.all(Rule::expr).map(|item| expr(&item)).collect::<Read<_>>()?),
        Rule::record => return record(node),
        Rule::paren => expr(&node.need(Rule::expr)?)?.kind,
        Rule::call => ExprKind::Call(call(node, Rule::call_head)?),
        Rule::name if node.text().starts_with('`') => ExprKind::QuotedName(node.name().value),
        Rule::name => ExprKind::Name(node.text().to_owned()),
        Rule::hole => ExprKind::Hole,
        _ => literal_kind(node)?,
    };
    Ok(Expr::new(kind, node.span()))
}

/// `lambda`: a name alone, or what stands for each value of that name.
fn lambda(node: &Node<'_>) -> Read<Expr> {
    let param = node.first()?;
    match node.find(Rule::expr) {
        Some(body) => {
            let kind = ExprKind::Lambda {
                param: param.name(),
                body: Box::new(expr(&body)?),
            };
            Ok(Expr::new(kind, node.span()))
        }
        None => primary(&param),
    }
}

/// `literal`: a number, maybe negative, a text or a word that is a value.
pub(super) fn literal(node: &Node<'_>) -> Read<Expr> {
    let mut parts = node.children();
    let Some(first) = parts.next() else {
        return Err(node.piece.nothing(node.span()));
    };
    match parts.next() {
        Some(number) => {
            let operand = Expr::new(literal_kind(&number)?, number.span());
            let op = Spanned::new(UnaryOp::Negate, first.span());
            Ok(Expr::new(
                ExprKind::Unary {
                    op,
                    operand: Box::new(operand),
                },
                node.span(),
            ))
        }
        None => Ok(Expr::new(literal_kind(&first)?, first.span())),
    }
}

fn literal_kind(node: &Node<'_>) -> Read<ExprKind> {
    Ok(match node.rule() {
        Rule::int => ExprKind::Int(node.text().to_owned()),
        Rule::decimal => ExprKind::Decimal(node.text().to_owned()),
        Rule::text => ExprKind::Text(text(node)?),
        Rule::raw_text => ExprKind::RawText(raw_text(node.text())),
        Rule::kw_true => ExprKind::Bool(true),
        Rule::kw_false => ExprKind::Bool(false),
        Rule::kw_null => ExprKind::Null,
        Rule::kw_missing => ExprKind::Missing,
        _ => return Err(node.piece.nothing(node.span())),
    })
}

/// `reason`: a text of either kind.
pub(super) fn reason(node: &Node<'_>) -> Read<Expr> {
    primary(&node.first()?)
}

/// `record`
pub(super) fn record(node: &Node<'_>) -> Read<Expr> {
    let field = |field: Node<'_>| {
        Ok(RecordField {
            name: field.need(Rule::field_name)?.name(),
            value: expr(&field.need(Rule::expr)?)?,
        })
    };
    let fields = node.all(Rule::record_field).map(field).collect::<Read<_>>()?;
    Ok(Expr::new(ExprKind::Record(fields), node.span()))
}

fn call(node: &Node<'_>, head: Rule) -> Read<Call> {
    let head = node.need(head)?;
    let mark = head.find(Rule::mark).map(|mark| {
        let meaning = if mark.text() == "!" { Mark::Must } else { Mark::May };
        Spanned::new(meaning, mark.span())
    });
    let args = node
        .find(Rule::args)
        .map(|list| args(&list))
        .transpose()?
        .unwrap_or_default();
    let function = head.first()?.name();
    Ok(Call {
        function,
        mark,
        args,
        span: node.span(),
    })
}

pub(super) fn step(node: &Node<'_>) -> Read<Call> {
    call(node, Rule::step_head)
}

/// `args`: what stands in the parentheses of a call.
pub(super) fn args(node: &Node<'_>) -> Read<Vec<Arg>> {
    let arg = |arg: Node<'_>| {
        let name = arg.find(Rule::any_name).map(|name| name.name());
        Ok(Arg {
            name,
            value: expr(&arg.need(Rule::expr)?)?,
        })
    };
    node.all(Rule::arg).map(arg).collect()
}

/// `if a { .. } else if b { .. } else { .. }`: each `else if` is an `If` inside the one before.
fn if_expr(node: &Node<'_>) -> Read<Expr> {
    let conditions: Vec<Node<'_>> = node.all(Rule::expr).collect();
    let mut blocks: Vec<Node<'_>> = node.all(Rule::block).collect();
    let mut otherwise = match blocks.len() > conditions.len() {
        true => blocks.pop().map(|last| block(&last)).transpose()?,
        false => None,
    };
    let starts: Vec<Span> = node.all(Rule::kw_if).map(|word| word.span()).collect();
    for ((condition, then), start) in conditions.iter().zip(&blocks).zip(&starts).rev() {
        let kind = ExprKind::If {
            condition: Box::new(expr(condition)?),
            then: Box::new(block(then)?),
            otherwise: otherwise.map(Box::new),
        };
        otherwise = Some(Expr::new(kind, start.to(node_end(node))));
    }
    otherwise.ok_or_else(|| node.piece.nothing(node.span()))
}

fn node_end(node: &Node<'_>) -> Span {
    let span = node.span();
    Span {
        start: span.end,
        ..span
    }
}

fn block(node: &Node<'_>) -> Read<Expr> {
    expr(&node.need(Rule::expr)?)
}

fn match_expr(node: &Node<'_>) -> Read<ExprKind> {
    let arm = |arm: Node<'_>| {
        let patterns = arm.all(Rule::pattern).map(|part| pattern(&part)).collect::<Read<_>>()?;
        Ok(MatchArm {
            patterns,
            value: expr(&arm.need(Rule::expr)?)?,
            span: arm.span(),
        })
    };
    Ok(ExprKind::Match {
        subject: Box::new(expr(&node.need(Rule::expr)?)?),
        arms: node.all(Rule::arm).map(arm).collect::<Read<_>>()?,
    })
}

fn pattern(node: &Node<'_>) -> Read<Expr> {
    match node.find(Rule::literal) {
        Some(value) => literal(&value),
        None => Ok(Expr::new(ExprKind::Hole, node.span())),
    }
}
