//! `if` and `match`: one value of several.

use crate::check::body::Body;
use crate::check::narrow::{Fact, Known, Path, Truth};
use crate::check::schema::literal::{self, literal, too_large};
use crate::error::{loss, typing};
use crate::ir::expr::{Base, Comparison, Expr, ExprKind, Type};
use crate::ir::{Literal, Scalar};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::source::Span;

impl Body<'_, '_> {
    /// `if c { a } else { b }`; without `else`: missing
    pub(super) fn if_else(
        &mut self,
        condition: &ast::Expr,
        then: &ast::Expr,
        otherwise: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let condition = self.condition(condition);
        let holds = self.facts_of(&condition, Truth::Holds);
        let fails = self.facts_of(&condition, Truth::Fails);
        let then = self.knowing(holds, Some(condition.clone()), |body| body.expr(then));
        let not = self.negated(condition.clone());
        let otherwise = otherwise.map(|written| self.knowing(fails, Some(not), |body| body.expr(written)));
        let ty = match &otherwise {
            _ if types::is_wrong(&condition.ty) => types::wrong(),
            None => types::or_missing(then.ty.clone()),
            Some(otherwise) => self.common(&[&then, otherwise], "the two sides of `if`"),
        };
        let kind = ExprKind::If {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: otherwise.map(Box::new),
        };
        self.node(kind, ty, span)
    }

    /// The type that all branches have in common.
    pub(super) fn common(&mut self, branches: &[&Expr], of: &str) -> Type {
        let mut joined = types::present(Base::Nothing);
        for branch in branches {
            match self.world.join(&joined, &branch.ty) {
                Some(ty) => joined = ty,
                None => {
                    let first = branches.first().map_or(branch.place.span, |first| first.place.span);
                    let (other, found) = (self.show(&joined), self.show(&branch.ty));
                    self.report(typing::no_common_type((first, &other), (branch.place.span, &found), of));
                    return types::wrong();
                }
            }
        }
        joined
    }

    /// `match x { "a" | "b" => c, _ => d }`
    pub(super) fn matching(&mut self, subject: &ast::Expr, arms: &[ast::MatchArm], span: Span) -> Expr {
        let subject = self.expr(subject);
        let mut checked: Vec<(Vec<Literal>, Expr)> = Vec::new();
        let mut rest: Option<Expr> = None;
        let mut seen: Vec<(Literal, Span)> = Vec::new();
        for arm in arms {
            let is_rest = arm
                .patterns
                .iter()
                .any(|pattern| matches!(pattern.kind, ast::ExprKind::Hole));
            let literals = self.patterns(&subject, arm, &mut seen);
            let (facts, guard) = match is_rest {
                true => (Vec::new(), self.not_any_of(&subject, &seen)),
                false => (self.arm_facts(&subject, &literals), self.any_of(&subject, &literals)),
            };
            let value = self.knowing(facts, Some(guard), |body| body.expr(&arm.value));
            match is_rest {
                true => rest = Some(value),
                false => checked.push((literals, value)),
            }
        }
        if rest.is_none() {
            self.must_cover(&subject, &seen);
        }
        let branches: Vec<&Expr> = checked.iter().map(|(_, value)| value).chain(&rest).collect();
        let ty = match types::is_wrong(&subject.ty) {
            true => types::wrong(),
            false => self.common(&branches, "the arms of `match`"),
        };
        let kind = ExprKind::Match {
            subject: Box::new(subject),
            arms: checked,
            rest: rest.map(Box::new),
        };
        self.node(kind, ty, span)
    }

    fn patterns(&mut self, subject: &Expr, arm: &ast::MatchArm, seen: &mut Vec<(Literal, Span)>) -> Vec<Literal> {
        let mut literals = Vec::new();
        for pattern in &arm.patterns {
            if let ast::ExprKind::Hole = pattern.kind {
                continue;
            }
            let Some(value) = literal(pattern) else {
                let found = "expression";
                let of = "an arm of `match`";
                let report = too_large(pattern)
                    .unwrap_or_else(|| typing::wrong_operand(pattern.span, "literal", found, of, None));
                self.report(report);
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == value) {
                self.report(loss::covered_twice(*first, pattern.span, &literal::show(&value)));
            }
            self.pattern_fits(subject, &value, pattern.span);
            seen.push((value.clone(), pattern.span));
            literals.push(value);
        }
        literals
    }

    fn pattern_fits(&mut self, subject: &Expr, value: &Literal, span: Span) {
        let ty = types::of_literal(value);
        if let (Literal::Text(text), Base::Scalar(Scalar::Enum { words, open: false }, _)) = (value, &subject.ty.base)
            && !words.contains(text)
        {
            let shown = self.show(&subject.ty);
            self.report(typing::not_a_word((span, text), (subject.place.span, &shown)));
        } else if let Literal::Text(text) = value
            && matches!(&subject.ty.base, Base::Scalar(Scalar::Enum { .. }, _))
        {
            self.should_be_declared(text, span, subject);
        } else if self.world.join(&subject.ty, &ty).is_none() {
            let (left, right) = (self.show(&subject.ty), self.show(&ty));
            let help = "an arm has literals of the type that is matched";
            self.report(typing::never_equal((subject.place.span, &left), (span, &right), help));
        }
    }

    fn arm_facts(&self, subject: &Expr, literals: &[Literal]) -> Vec<Fact> {
        let Some(path) = Path::of(subject, self.depth()) else {
            return Vec::new();
        };
        let known = match literals {
            [only] => Known::Is(only.clone()),
            [] => return Vec::new(),
            several
                if several
                    .iter()
                    .all(|value| !matches!(value, Literal::Null | Literal::Missing)) =>
            {
                let one_of = Known::OneOf(several.to_vec());
                let present = Fact {
                    path: path.clone(),
                    known: Known::Present,
                };
                return vec![present, Fact { path, known: one_of }];
            }
            _ => return Vec::new(),
        };
        vec![Fact { path, known }]
    }

    fn any_of(&mut self, subject: &Expr, literals: &[Literal]) -> Expr {
        let span = subject.place.span;
        let bool = types::scalar(Scalar::Bool);
        let mut alternatives = literals.iter().map(|value| {
            let literal = self.literal(value.clone(), span);
            let (a, b) = (Box::new(subject.clone()), Box::new(literal));
            self.node(ExprKind::Compare(Comparison::Equal, a, b), bool.clone(), span)
        });
        let first = alternatives.next();
        let all: Vec<Expr> = alternatives.collect();
        match first {
            None => self.literal(Literal::Bool(false), span),
            Some(first) => all.into_iter().fold(first, |left, right| {
                self.node(ExprKind::Or(Box::new(left), Box::new(right)), bool.clone(), span)
            }),
        }
    }

    fn not_any_of(&mut self, subject: &Expr, seen: &[(Literal, Span)]) -> Expr {
        let literals: Vec<Literal> = seen.iter().map(|(value, _)| value.clone()).collect();
        let any = self.any_of(subject, &literals);
        self.negated(any)
    }

    /// Without `_` every value must have an arm.
    fn must_cover(&mut self, subject: &Expr, seen: &[(Literal, Span)]) {
        if types::is_wrong(&subject.ty) {
            return;
        }
        let span = subject.place.span;
        let text = self.text(span);
        let name = text.rsplit(['.', ' ']).next().unwrap_or(text);
        let has = |value: &Literal| seen.iter().any(|(known, _)| known == value);
        let mut missing: Vec<String> = Vec::new();
        let mut open = None;
        if let Base::Scalar(Scalar::Enum { words, open: is_open }, _) = &subject.ty.base {
            let absent = words.iter().filter(|word| !has(&Literal::Text((*word).clone())));
            missing.extend(absent.map(|word| format!("\"{word}\"")));
            open = is_open.then_some("the enum is open");
        } else if let Base::Scalar(Scalar::Bool, _) = &subject.ty.base {
            let absent = [true, false].into_iter().filter(|value| !has(&Literal::Bool(*value)));
            missing.extend(absent.map(|value| value.to_string()));
        } else {
            open = Some("any other value may come");
        }
        if types::may_be_absent(&subject.ty) && !has(&Literal::Null) && !has(&Literal::Missing) {
            missing.push("absent values".to_owned());
        }
        let help = match (missing.is_empty(), open) {
            (true, None) => return,
            (true, Some(why)) => format!("add _ => .. because {why}"),
            (false, None) => "add arms for them, or _ => ..".to_owned(),
            (false, Some(why)) => format!("add arms for them, and _ => .. because {why}"),
        };
        missing.extend(open.map(|_| "unknown values".to_owned()));
        let listed = crate::suggest::listed(&missing, "and");
        let are = match missing.len() {
            1 if !listed.ends_with('s') => "is",
            _ => "are",
        };
        self.report(loss::not_covered(span, name, &format!("{listed} {are}"), &help));
    }
}
