//! What conditions tell about values: which are present, which are equal to a literal. Decides nothing about types.

use crate::check::body::Body;
use crate::ir::expr::{Comparison, Expr, ExprKind, Presence, Type};
use crate::ir::{FieldId, Literal, ModelFieldId, OneOf, Variant};

/// A value that a condition can speak about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    /// Where it begins.
    pub(crate) root: Root,
    /// Fields from there.
    pub(crate) steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Root {
    /// A source of the mapping.
    Source(usize),
    /// A let.
    Let(usize),
    /// A lambda parameter, counted from the outermost.
    Local(usize),
    /// A parameter of the mapping.
    Param(usize),
    /// A value of the backend.
    Setting(usize),
    /// A target, in checks.
    Out(usize),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Field of a payload.
    Field(FieldId),
    /// Field of the inside.
    Stored(ModelFieldId),
    /// Field of a record made in the mapping.
    Record(String),
}

/// What is known about a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fact {
    /// The value.
    pub(crate) path: Path,
    /// What is known.
    pub(crate) known: Known,
}

/// What is known about a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    /// Neither missing nor null.
    Present,
    /// Missing or null.
    Absent,
    /// Not null.
    NotNull,
    /// Not missing.
    NotMissing,
    /// Equal to a literal.
    Is(Literal),
    /// Not equal to a literal.
    Not(Literal),
    /// Equal to one of these literals.
    OneOf(Vec<Literal>),
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Holds,
    Fails,
}

impl Truth {
    fn opposite(self) -> Self {
        match self {
            Truth::Holds => Truth::Fails,
            Truth::Fails => Truth::Holds,
        }
    }
}

impl Path {
    /// The path that an expression is, below so many lambdas.
    pub(crate) fn of(expr: &Expr, depth: usize) -> Option<Path> {
        let root = |root| {
            Some(Path {
                root,
                steps: Vec::new(),
            })
        };
        match &expr.kind {
            ExprKind::Source(id) => root(Root::Source(id.0)),
            ExprKind::Let(id) => root(Root::Let(id.0)),
            ExprKind::Local(index) => root(Root::Local(depth.checked_sub(index + 1)?)),
            ExprKind::Param(id) => root(Root::Param(id.0)),
            ExprKind::Setting(id) => root(Root::Setting(id.0)),
            ExprKind::Out(id) => root(Root::Out(id.0)),
            ExprKind::Field { of, field, external: _ } => Path::of(of, depth)?.then(Step::Field(*field)),
            ExprKind::StoredField { of, field, model: _ } => Path::of(of, depth)?.then(Step::Stored(*field)),
            ExprKind::RecordField { of, name } => Path::of(of, depth)?.then(Step::Record(name.clone())),
            ExprKind::Literal(_)
            | ExprKind::Index { .. }
            | ExprKind::List(_)
            | ExprKind::Record(_)
            | ExprKind::Interpolate(_)
            | ExprKind::Builtin { .. }
            | ExprKind::Lambda(_)
            | ExprKind::Extern { .. }
            | ExprKind::Table { .. }
            | ExprKind::Lookup { .. }
            | ExprKind::OrMissing(_)
            | ExprKind::Catch(..)
            | ExprKind::Default(..)
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Compare(..)
            | ExprKind::Arithmetic(..)
            | ExprKind::In(..)
            | ExprKind::Is(..) => None,
        }
    }

    pub(crate) fn then(mut self, step: Step) -> Option<Path> {
        self.steps.push(step);
        Some(self)
    }

    /// The path and all that it goes through, without the path itself.
    fn prefixes(&self) -> impl Iterator<Item = Path> + '_ {
        (0..self.steps.len()).map(|length| Path {
            root: self.root,
            steps: self.steps[..length].to_vec(),
        })
    }
}

/// The same type with what is known about the value.
pub(crate) fn narrowed(ty: Type, path: &Path, facts: &[Fact]) -> Type {
    facts
        .iter()
        .filter(|fact| fact.path == *path)
        .fold(ty, |ty, fact| match &fact.known {
            Known::Present => crate::types::certain(&ty),
            Known::Is(literal) if !is_absent(literal) => crate::types::certain(&ty),
            Known::Not(literal) if is_absent(literal) => crate::types::certain(&ty),
            Known::NotNull => Type { nullable: false, ..ty },
            Known::NotMissing => Type { optional: false, ..ty },
            Known::Absent | Known::Is(_) | Known::Not(_) | Known::OneOf(_) => ty,
        })
}

fn is_absent(literal: &Literal) -> bool {
    matches!(literal, Literal::Null | Literal::Missing)
}

/// What a condition is the opposite of.
fn negated(condition: &Expr) -> Option<&Expr> {
    if let ExprKind::Not(inner) = &condition.kind {
        return Some(inner);
    }
    let ExprKind::Builtin { name: "not", args } = &condition.kind else {
        return None;
    };
    args.first()
}

/// Whether two sets of facts cannot hold together.
pub(crate) fn contradict(a: &[Fact], b: &[Fact]) -> bool {
    let clash = |a: &Known, b: &Known| match (a, b) {
        (Known::Present, Known::Absent) | (Known::Absent, Known::Present) => true,
        (Known::Is(a), Known::Is(b)) => a != b,
        (Known::Is(a), Known::Not(b)) | (Known::Not(b), Known::Is(a)) => a == b,
        (
            Known::Present
            | Known::Absent
            | Known::NotNull
            | Known::NotMissing
            | Known::Is(_)
            | Known::Not(_)
            | Known::OneOf(_),
            Known::Present
            | Known::Absent
            | Known::NotNull
            | Known::NotMissing
            | Known::Is(_)
            | Known::Not(_)
            | Known::OneOf(_),
        ) => false,
    };
    a.iter()
        .any(|a| b.iter().any(|b| a.path == b.path && clash(&a.known, &b.known)))
}

impl Body<'_, '_> {
    /// What is known where a condition holds or fails.
    pub(crate) fn facts_of(&self, condition: &Expr, truth: Truth) -> Vec<Fact> {
        if let ExprKind::And(a, b) = &condition.kind {
            return self.facts_of_pair(a, b, truth, Truth::Holds);
        }
        if let ExprKind::Or(a, b) = &condition.kind {
            return self.facts_of_pair(a, b, truth, Truth::Fails);
        }
        if let Some(inner) = negated(condition) {
            return self.facts_of(inner, truth.opposite());
        }
        if let ExprKind::Is(of, presence) = &condition.kind {
            return self.facts_of_presence(of, *presence, truth);
        }
        if let ExprKind::Compare(Comparison::Equal, a, b) = &condition.kind {
            return self.facts_of_equality(a, b, truth);
        }
        if let ExprKind::Compare(Comparison::NotEqual, a, b) = &condition.kind {
            return self.facts_of_equality(a, b, truth.opposite());
        }
        let mut facts = self.fact(condition, Known::Is(Literal::Bool(truth == Truth::Holds)));
        if let ExprKind::Let(id) = &condition.kind
            && let Some(value) = self.let_value(id.0)
        {
            facts.extend(self.facts_of(value, truth));
        }
        facts
    }

    fn facts_of_pair(&self, a: &Expr, b: &Expr, truth: Truth, both: Truth) -> Vec<Fact> {
        let mut left = self.facts_of(a, truth);
        let right = self.facts_of(b, truth);
        match truth == both {
            true => left.extend(right),
            false => left.retain(|fact| right.contains(fact)),
        }
        left
    }

    fn facts_of_presence(&self, of: &Expr, presence: Presence, truth: Truth) -> Vec<Fact> {
        let known = match (presence, truth) {
            (Presence::Present, Truth::Holds) | (Presence::Absent, Truth::Fails) => Known::Present,
            (Presence::Present, Truth::Fails) | (Presence::Absent, Truth::Holds) => Known::Absent,
            (Presence::Null | Presence::Missing, Truth::Holds) => Known::Absent,
            (Presence::Null, Truth::Fails) => Known::NotNull,
            (Presence::Missing, Truth::Fails) => Known::NotMissing,
        };
        self.fact(of, known)
    }

    fn facts_of_equality(&self, a: &Expr, b: &Expr, truth: Truth) -> Vec<Fact> {
        let (value, literal) = match (&a.kind, &b.kind) {
            (_, ExprKind::Literal(literal)) => (a, literal),
            (ExprKind::Literal(literal), _) => (b, literal),
            _ => return Vec::new(),
        };
        self.fact(
            value,
            match (truth, is_absent(literal)) {
                (Truth::Holds, true) => Known::Absent,
                (Truth::Fails, true) => Known::Present,
                (Truth::Holds, false) => Known::Is(literal.clone()),
                (Truth::Fails, false) => Known::Not(literal.clone()),
            },
        )
    }

    /// Which of several records a value may be, as far as conditions say it; all of them where they say nothing.
    pub(crate) fn possible<'o>(&self, of: &Expr, one_of: &'o OneOf) -> Vec<&'o Variant> {
        let path = Path::of(of, self.depth()).and_then(|path| path.then(Step::Field(one_of.by)));
        let facts = self.here.facts.iter().filter(|fact| Some(&fact.path) == path.as_ref());
        let has = |record: &Variant, word: &Literal| matches!(word, Literal::Text(word) if record.words.contains(word));
        let mut possible: Vec<&Variant> = one_of.records.iter().collect();
        for fact in facts {
            possible.retain(|record| match &fact.known {
                Known::Is(word) => has(record, word),
                Known::OneOf(words) => words.iter().any(|word| has(record, word)),
                Known::Not(word) => !(record.words.len() == 1 && has(record, word)),
                Known::Present | Known::Absent | Known::NotNull | Known::NotMissing => true,
            });
        }
        possible
    }

    /// A fact about a value; what is present is reached through what is present.
    fn fact(&self, value: &Expr, known: Known) -> Vec<Fact> {
        let Some(path) = Path::of(value, self.depth()) else {
            return Vec::new();
        };
        let certain = match &known {
            Known::Present => true,
            Known::Is(literal) => !is_absent(literal),
            Known::Absent | Known::NotNull | Known::NotMissing | Known::Not(_) | Known::OneOf(_) => false,
        };
        let mut facts: Vec<Fact> = Vec::new();
        if certain {
            facts.extend(path.prefixes().map(|path| Fact {
                path,
                known: Known::Present,
            }));
        }
        if let (true, Known::Is(_)) = (certain, &known) {
            facts.push(Fact {
                path: path.clone(),
                known: Known::Present,
            });
        }
        facts.push(Fact { path, known });
        facts
    }
}
