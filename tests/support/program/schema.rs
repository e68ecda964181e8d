//! Backends, records, models, bindings, adapters, tables, functions.

use super::{Program, at, span};
use tenon_dsl::ast::expr::{Expr, ExprKind, Text, TextPart};
use tenon_dsl::ast::{
    Adapter, Arrow, Auth, Backend, Binding, Constraint, ExternFn, ExternKind, External, Field, InlineBinding, Internal,
    ItemsForm, LanguageSource, Limit, Modifier, Operation, OperationClause, Param, Protocol, Request, Table, TableCell,
    TableRow, Type, TypeKind,
};

impl Program {
    pub(super) fn backend(&mut self) -> Backend {
        Backend {
            doc: self.doc(),
            wire: self.maybe(Self::name),
            fields: self.some(3, Self::field),
            adapter: self.maybe(Self::protocol),
            span: span(),
        }
    }

    fn protocol(&mut self) -> Protocol {
        Protocol {
            name: self.name(),
            endpoint: at(self.interpolated()),
            auth: self.maybe(|program| Auth {
                scheme: program.name(),
                args: program.args(1),
            }),
            limits: self.some(2, |program| Limit {
                count: program.number(),
                per: program.duration(),
            }),
            span: span(),
        }
    }

    pub(super) fn external(&mut self) -> External {
        External {
            doc: self.doc(),
            name: self.name(),
            key: self.some(2, Self::name),
            fields: self.some(4, Self::field),
        }
    }

    pub(super) fn internal(&mut self) -> Internal {
        Internal {
            doc: self.doc(),
            name: self.dotted(),
            fields: self.some(4, Self::field),
            constraints: self.some(2, Self::constraint),
        }
    }

    fn constraint(&mut self) -> Constraint {
        let fields = self.several(2, Self::name);
        match self.upto(3) {
            0 => Constraint::Unique { fields, span: span() },
            1 => Constraint::Index { fields, span: span() },
            _ => Constraint::Key {
                fields,
                fold: self.sometimes().then(span),
                filter: self.maybe(|program| program.expr(2)),
                span: span(),
            },
        }
    }

    pub(super) fn field(&mut self) -> Field {
        Field {
            doc: self.doc(),
            name: self.name(),
            optional: self.sometimes(),
            ty: self.ty(2),
            modifiers: self.some(2, Self::modifier),
            span: span(),
        }
    }

    fn ty(&mut self, depth: usize) -> Type {
        let kind = match self.seldom() {
            true => {
                let mut units = self.several(4, |program| program.unit(depth));
                units.push(self.unit(depth));
                TypeKind::Union(units)
            }
            false => return self.unit(depth),
        };
        Type { kind, span: span() }
    }

    fn unit(&mut self, depth: usize) -> Type {
        let inner = |program: &mut Self| Box::new(program.ty(depth.saturating_sub(1)));
        let kind = match self.upto(if depth == 0 { 7 } else { 11 }) {
            0 | 1 => TypeKind::Named(self.dotted()),
            2 => TypeKind::Decimal { scale: self.number() },
            3 => TypeKind::Word(self.text()),
            4 => TypeKind::Null,
            5 => TypeKind::Ref(self.dotted()),
            6 => TypeKind::Ext(self.dotted()),
            7 => TypeKind::List(inner(self)),
            8 => TypeKind::Map(inner(self)),
            _ => TypeKind::Record(self.several(2, Self::nested_field)),
        };
        Type { kind, span: span() }
    }

    fn nested_field(&mut self) -> Field {
        Field {
            ty: self.ty(0),
            ..self.field()
        }
    }

    fn modifier(&mut self) -> Modifier {
        match self.upto(12) {
            0 => Modifier::Max(self.number()),
            1 => Modifier::AsFormat(self.text()),
            2 => Modifier::As(self.name()),
            3 => Modifier::Zone(self.text()),
            4 => Modifier::NullTexts(self.several(2, Self::text)),
            5 => Modifier::Sensitive(span()),
            6 => Modifier::Readonly(span()),
            7 => Modifier::PerLanguage(span()),
            8 => Modifier::Default(self.expr(1)),
            9 => Modifier::RenamedFrom(self.name()),
            10 => Modifier::OnDelete(self.name()),
            _ => Modifier::By(self.name()),
        }
    }

    pub(super) fn binding(&mut self) -> Binding {
        Binding {
            doc: self.doc(),
            external: self.name(),
            inline: self.maybe(|program| InlineBinding {
                model: program.dotted(),
                key: program.name(),
                synced: program.maybe(Self::name),
            }),
            key: self.some(2, Self::name),
            scope: self.some(1, Self::name),
            one_to_one: self.seldom().then(span),
            fields: self.some(3, Self::field),
        }
    }

    pub(super) fn adapter(&mut self) -> Adapter {
        Adapter {
            doc: self.doc(),
            external: self.name(),
            operations: self.some(3, Self::operation),
        }
    }

    pub(super) fn operation(&mut self) -> Operation {
        Operation {
            name: self.name(),
            params: self.some(2, Self::name),
            request: self.request(),
            clauses: self.some(3, Self::operation_clause),
            span: span(),
        }
    }

    fn request(&mut self) -> Request {
        if self.rng.bool() {
            return Request::Call {
                method: self.dotted(),
                args: self.some(3, |program| program.expr(2)),
            };
        }
        let mut parts = vec![TextPart::Literal("/boards/".to_owned())];
        if self.sometimes() {
            parts.push(TextPart::Value(Expr::new(ExprKind::Name("id".to_owned()), span())));
            parts.push(TextPart::Literal("?fields=all&size=10".to_owned()));
        }
        Request::Http {
            verb: at((*self.one_of(&["GET", "POST", "PUT", "DELETE"])).to_owned()),
            path: at(Text { parts }),
        }
    }

    fn operation_clause(&mut self) -> OperationClause {
        match self.upto(6) {
            0 => OperationClause::Items {
                form: *self.one_of(&[ItemsForm::Nested, ItemsForm::Keys]),
                field: self.dotted(),
            },
            1 => OperationClause::Items {
                form: ItemsForm::Field,
                field: at("items".to_owned()),
            },
            2 => OperationClause::Pages {
                strategy: self.name(),
                args: self.args(1),
            },
            3 => OperationClause::PerLanguage {
                span: span(),
                source: self.rng.bool().then(|| LanguageSource {
                    argument: at("view".to_owned()),
                    external: self.dotted(),
                    field: self.name(),
                }),
            },
            4 => OperationClause::Returns(self.name()),
            _ => self.once(),
        }
    }

    fn once(&mut self) -> OperationClause {
        let kind = *self.one_of(&["header", "unique", "search", "review"]);
        let field = match kind {
            "header" => Some(at("Idempotency-Key".to_owned())),
            "review" => None,
            _ => Some(self.name()),
        };
        let after = (kind == "search" && self.rng.bool()).then(|| self.duration());
        OperationClause::OnceBy {
            kind: at(kind.to_owned()),
            field,
            after,
        }
    }

    pub(super) fn table(&mut self) -> Table {
        Table {
            doc: self.doc(),
            name: self.name(),
            rows: self.some(4, |program| TableRow {
                inside: program.cell(),
                arrow: program.arrow(),
                outside: program.cell(),
                span: span(),
            }),
        }
    }

    fn cell(&mut self) -> TableCell {
        match self.seldom() {
            true => TableCell::Rest(span()),
            false => TableCell::Value(self.literal()),
        }
    }

    pub(super) fn arrow(&mut self) -> Arrow {
        *self.one_of(&[Arrow::Both, Arrow::ToInside, Arrow::ToOutside])
    }

    pub(super) fn extern_fn(&mut self) -> ExternFn {
        let result = self.often().then(|| self.ty(2));
        ExternFn {
            doc: self.doc(),
            kind: *self.one_of(&[ExternKind::Plain, ExternKind::Iso, ExternKind::Effect]),
            name: self.name(),
            params: self.params(),
            fallible: result.is_some() && self.sometimes(),
            result,
            inverse: self.maybe(Self::name),
            module: at((*self.one_of(&["crate::magento", "crate::a::b"])).to_owned()),
            span: span(),
        }
    }

    pub(super) fn params(&mut self) -> Vec<Param> {
        self.some(3, |program| Param {
            name: program.name(),
            ty: program.ty(2),
        })
    }
}
