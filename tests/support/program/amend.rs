//! Amendments, overrides, drops.

use super::{Program, span};
use tenon_dsl::ast::{Amend, Amended, Change, DropKind, Dropped, Overridden, Override};

impl Program {
    pub(super) fn amend(&mut self) -> Amend {
        let drops = self.some(2, |program| program.dropped(DropKind::Part));
        let change = match self.upto(7) {
            0 => {
                let declared = self.backend();
                let overrides = declared.adapter.is_some() && self.rng.bool();
                Change::Backend {
                    declared,
                    override_adapter: overrides.then(span),
                    drops,
                }
            }
            1 => Change::External {
                declared: self.external(),
                drops,
            },
            2 => Change::Internal {
                declared: self.internal(),
                drops,
            },
            3 => Change::Binding {
                declared: self.binding(),
                drops,
            },
            4 => Change::Adapter {
                doc: self.doc(),
                external: self.name(),
                operations: self.some(3, |program| program.amended(Self::operation, DropKind::Part)),
            },
            _ => self.mapping_change(),
        };
        Amend { change, span: span() }
    }

    fn mapping_change(&mut self) -> Change {
        let mut head = self.mapping();
        head.joins.clear();
        head.statements.clear();
        Change::Mapping {
            head: Box::new(head),
            joins: self.some(2, |program| program.amended(Self::join, DropKind::With)),
            statements: self.some(4, |program| {
                let kind = *program.one_of(&[DropKind::Part, DropKind::Let, DropKind::Import, DropKind::Export]);
                program.amended(Self::statement, kind)
            }),
        }
    }

    fn amended<T>(&mut self, line: impl Fn(&mut Self) -> T, kind: DropKind) -> Amended<T> {
        match self.upto(4) {
            0 => Amended::Drop(self.dropped(kind)),
            1 => Amended::Override {
                span: span(),
                line: line(self),
            },
            _ => Amended::Added(line(self)),
        }
    }

    fn dropped(&mut self, kind: DropKind) -> Dropped {
        Dropped {
            kind,
            mapping: None,
            names: vec![self.target()],
            span: span(),
        }
    }

    pub(super) fn override_item(&mut self) -> Override {
        let item = match self.rng.bool() {
            true => Overridden::Table(self.table()),
            false => Overridden::Extern(self.extern_fn()),
        };
        Override { span: span(), item }
    }

    pub(super) fn drop_item(&mut self) -> Dropped {
        let kind = *self.one_of(&[DropKind::Table, DropKind::Extern]);
        self.dropped(kind)
    }
}
