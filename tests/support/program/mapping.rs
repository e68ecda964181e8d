//! Mappings and their statements.

use super::{Program, at, span};
use tenon_dsl::ast::mapping::{
    Adopt, Batch, Changes, Check, Clause, Copy, Direction, Ignore, Join, JoinMark, JoinSource, Let, Mapping,
    MappingName, Only, Orphans, Output, Retry, Rule, RuleOp, Severity, Skip, Statement, Target, Within,
};
use tenon_dsl::source::Spanned;

impl Program {
    pub(super) fn mapping(&mut self) -> Mapping {
        Mapping {
            doc: self.doc(),
            name: self.mapping_name(),
            alias: self.maybe(Self::name),
            within: self.maybe(|program| Within {
                external: program.dotted(),
                alias: program.name(),
            }),
            params: if self.seldom() { self.params() } else { Vec::new() },
            joins: self.some(2, Self::join),
            outputs: self.some(1, Self::output),
            statements: self.some(6, Self::statement),
            span: span(),
        }
    }

    pub(super) fn mapping_name(&mut self) -> MappingName {
        MappingName {
            direction: at(*self.one_of(&[Direction::Import, Direction::Export, Direction::Sync])),
            model: self.dotted(),
            variant: self.maybe(Self::name),
            external: self.dotted(),
        }
    }

    pub(super) fn join(&mut self) -> Join {
        Join {
            external: self.dotted(),
            alias: self.name(),
            mark: *self.one_of(&[JoinMark::One, JoinMark::Optional, JoinMark::Many]),
            source: self.maybe(|program| match program.rng.bool() {
                true => JoinSource::In(program.expr(1)),
                false => JoinSource::From {
                    operation: program.name(),
                    args: program.args(1),
                },
            }),
            filter: self.maybe(|program| program.expr(3)),
            latest_by: self.maybe(|program| program.expr(1)),
            also_binds: self.seldom().then(span),
            changes: self.maybe(|program| Changes {
                external: program.dotted(),
                by: program.name(),
            }),
            span: span(),
        }
    }

    fn output(&mut self) -> Output {
        Output {
            replaces: None,
            external: self.dotted(),
            alias: self.name(),
            when: self.maybe(|program| program.expr(2)),
            span: span(),
        }
    }

    pub(super) fn statement(&mut self) -> Statement {
        let span = span();
        match self.upto(16) {
            0 => Statement::Adopt(Adopt {
                shared: self.sometimes().then_some(span),
                by: self.several(2, Self::name),
                filter: self.maybe(|program| program.expr(2)),
                span,
            }),
            1 => Statement::Batch(Batch {
                every: self.duration(),
                since: self.maybe(Self::name),
                overlap: self.maybe(Self::duration),
                priority: self.maybe(Self::number),
                span,
            }),
            2 => Statement::Skip(Skip {
                when: self.expr(3),
                because: self.reason(),
                span,
            }),
            3 => Statement::Retry(Retry {
                every: self.duration(),
                when: self.expr(3),
                because: self.reason(),
                span,
            }),
            4 => Statement::After(self.name()),
            5 | 6 => Statement::Let(Let {
                name: self.name(),
                value: self.expr(4),
                span,
            }),
            7 => Statement::Copy(self.copy()),
            8 => Statement::Ignore(Ignore {
                paths: self.several(2, Self::path),
                because: self.reason(),
                span,
            }),
            9 => Statement::Check(Check {
                condition: self.expr(4),
                severity: at(*self.one_of(&[Severity::Fail, Severity::Warn])),
                because: self.reason(),
                direction: self.direction(),
                span,
            }),
            _ => Statement::Rule(self.rule()),
        }
    }

    fn copy(&mut self) -> Copy {
        let all = self.sometimes().then(span);
        let fields = match all.is_some() {
            true => self.some(2, Self::name),
            false => self.several(2, Self::name),
        };
        Copy {
            fields,
            all,
            span: span(),
        }
    }

    fn rule(&mut self) -> Rule {
        let op = match self.upto(6) {
            0 => RuleOp::Add,
            1 => RuleOp::TwoWay(self.arrow()),
            _ => RuleOp::Set,
        };
        Rule {
            doc: self.doc(),
            targets: match self.seldom() {
                true => self.several(2, Self::target),
                false => vec![self.target()],
            },
            op: at(op),
            value: self.expr(4),
            clauses: self.some(2, Self::clause),
            direction: self.direction(),
            span: span(),
        }
    }

    fn direction(&mut self) -> Option<Spanned<Direction>> {
        self.seldom()
            .then(|| at(*self.one_of(&[Direction::Import, Direction::Export])))
    }

    pub(super) fn target(&mut self) -> Target {
        Target {
            path: match self.sometimes() {
                true => self.several(2, Self::name),
                false => vec![self.name()],
            },
            span: span(),
        }
    }

    fn clause(&mut self) -> Clause {
        let span = span();
        match self.upto(5) {
            0 => Clause::Only(at(*self.one_of(&[Only::Create, Only::Update, Only::Empty]))),
            1 => Clause::When {
                condition: self.expr(3),
                span,
            },
            2 => Clause::Via {
                model: self.dotted(),
                variant: self.maybe(Self::name),
                args: self.args(1),
                span,
            },
            3 => Clause::KeyedBy {
                key: self.expr(1),
                span,
            },
            _ => Clause::Orphans(at(*self.one_of(&[
                Orphans::Remove,
                Orphans::Keep,
                Orphans::Archive,
                Orphans::Fail,
            ]))),
        }
    }
}
