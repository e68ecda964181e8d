//! `ignore`: source fields that are left out on purpose.

use super::Head;
use super::complete::ignores;
use crate::check::body::Body;
use crate::error::completeness;
use crate::ir::FieldId;
use crate::suggest::nearest;
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::source::Span;

/// A field that is ignored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ignored {
    /// Of the main source; absent for one of another source.
    pub(super) field: Option<FieldId>,
    /// Where that is written.
    pub(super) span: Span,
}

impl<'a> Body<'_, 'a> {
    /// What the mapping ignores. Says E0604 of what is no field.
    pub(super) fn ignored(&mut self, head: &Head<'a>) -> Vec<Ignored> {
        let mut found = Vec::new();
        for ignore in head.written.statements.iter().filter_map(ignores) {
            for path in &ignore.paths {
                found.extend(self.ignored_field(path));
            }
        }
        found
    }

    fn ignored_field(&mut self, path: &Expr) -> Option<Ignored> {
        let outside = self.world.outside;
        let (source, word) = match &path.kind {
            ExprKind::Name(word) | ExprKind::QuotedName(word) => (0, word),
            ExprKind::Field { of, name, safe: _ } => {
                let ExprKind::Name(alias) = &of.kind else { return None };
                let found = self
                    .sources
                    .iter()
                    .position(|source| source.alias.as_ref().is_some_and(|name| name.value == *alias));
                match found {
                    Some(at) => (at, &name.value),
                    None => {
                        self.unknown_ignored(path.span, "the sources of this mapping", &[]);
                        return None;
                    }
                }
            }
            _ => {
                self.unknown_ignored(path.span, "the sources of this mapping", &[]);
                return None;
            }
        };
        let external = &outside.ir.externals[self.sources.get(source)?.external.0];
        let Some(field) = outside.field(self.sources[source].external, word) else {
            let known: Vec<&str> = external.fields.iter().map(|field| field.name.text.as_str()).collect();
            self.unknown_ignored(path.span, &external.name.text, &known);
            return None;
        };
        Some(Ignored {
            field: (source == 0).then_some(field),
            span: path.span,
        })
    }

    fn unknown_ignored(&mut self, span: Span, record: &str, known: &[&str]) {
        let text = self.text(span);
        let word = text.rsplit('.').next().unwrap_or(text);
        let near = nearest(word, known.iter().copied());
        self.report(completeness::ignored_unknown(span, text, record, near));
    }
}
