//! Tests.

use super::{Program, at, span};
use tenon_dsl::ast::{Context, Ending, Expect, Given, GivenValue, Test};
use tenon_dsl::source::Spanned;

impl Program {
    pub(super) fn test(&mut self) -> Test {
        Test {
            name: self.text(),
            mapping: self.mapping_name(),
            given: self.some(2, Self::given),
            context: self.some(4, Self::context),
            current: self.maybe(|program| program.record(2)),
            changed: self.some(2, Self::name),
            expect: self.maybe(Self::expect),
            span: span(),
        }
    }

    fn given(&mut self) -> Given {
        Given {
            source: self.maybe(Self::name),
            value: match self.seldom() {
                true => GivenValue::File(self.text()),
                false => GivenValue::Inline(self.record(3)),
            },
        }
    }

    fn context(&mut self) -> Context {
        match self.upto(4) {
            0 => Context::Lookup {
                function: at((*self.one_of(&["ref", "load", "bound"])).to_owned()),
                external: self.dotted(),
                key: self.expr(1),
                answer: self.expr(2),
            },
            1 => Context::Find {
                model: self.dotted(),
                criteria: self.record(1),
                answer: self.expr(1),
            },
            2 => Context::Backend {
                name: self.name(),
                value: self.expr(1),
            },
            _ => Context::Function {
                name: self.name(),
                args: self.some(2, |program| program.expr(1)),
                answer: self.expr(2),
            },
        }
    }

    fn expect(&mut self) -> Expect {
        if self.seldom() {
            return Expect::Stop {
                how: Spanned::new([Ending::Skip, Ending::Retry][usize::from(self.sometimes())], span()),
                because: self.maybe(Self::text),
            };
        }
        match self.seldom() {
            true => Expect::Error {
                kind: self.name(),
                at: self.maybe(Self::dotted),
            },
            false => Expect::Fields {
                record: self.record(2),
                exactly: self.sometimes().then(span),
            },
        }
    }
}
