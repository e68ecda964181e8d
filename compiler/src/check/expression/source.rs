//! Where a value comes from, in words: for labels.

use crate::check::body::Body;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::LookupKind;
use tenon_dsl::source::Span;

impl Body<'_, '_> {
    /// The place that makes a value absent, and why.
    pub(crate) fn absence_of(&self, expr: &Expr) -> Option<(Span, String)> {
        if let ExprKind::Field { of, .. } | ExprKind::StoredField { of, .. } | ExprKind::RecordField { of, .. } =
            &expr.kind
        {
            return self.own_absence(expr).or_else(|| self.absence_of(of));
        }
        let declared = self.declaration(expr)?;
        let why = match &expr.kind {
            ExprKind::Let(id) => self
                .let_value(id.0)
                .map_or_else(String::new, |value| self.why_absent(value)),
            ExprKind::Source(_) => "none or one record".to_owned(),
            _ => "may be absent".to_owned(),
        };
        Some((declared, why))
    }

    /// What the declaration of a field says about absence.
    fn own_absence(&self, expr: &Expr) -> Option<(Span, String)> {
        let (place, optional, nullable) = match &expr.kind {
            ExprKind::Field { external, field, of: _ } => {
                let declared = &self.world.outside.ir.externals[external.0].fields[field.0];
                (&declared.place, declared.optional, declared.nullable)
            }
            ExprKind::StoredField { model, field, of: _ } => {
                let declared = &self.world.inside.model(*model).fields[field.0];
                (&declared.place, false, declared.nullable)
            }
            _ => return None,
        };
        absence_words(optional, nullable).map(|words| (place.span, words.to_owned()))
    }

    /// The line that declares a value.
    pub(crate) fn declaration(&self, expr: &Expr) -> Option<Span> {
        match &expr.kind {
            ExprKind::Field { external, field, of: _ } => {
                Some(self.world.outside.ir.externals[external.0].fields[field.0].place.span)
            }
            ExprKind::StoredField { model, field, of: _ } => {
                Some(self.world.inside.model(*model).fields[field.0].place.span)
            }
            ExprKind::Let(id) => Some(self.lets.get(id.0)?.written.span),
            ExprKind::Source(id) => Some(self.sources.get(id.0)?.span),
            ExprKind::Setting(id) => Some(self.world.outside.ir.settings.get(id.0)?.place.span),
            ExprKind::Param(id) => Some(self.params.get(id.0)?.0.span),
            _ => None,
        }
    }

    /// `optional and nullable (partner.tenon:8)`, `may be missing`
    pub(crate) fn absence_in_words(&self, expr: &Expr) -> String {
        let own = absence_words(expr.ty.optional, expr.ty.nullable).unwrap_or("present");
        match self.absence_of(expr) {
            Some((span, why)) if !why.is_empty() => format!("{why} ({})", self.world.places.name(span)),
            Some((span, _)) => format!("{own} ({})", self.world.places.name(span)),
            None => own.to_owned(),
        }
    }

    fn why_absent(&self, value: &Expr) -> String {
        let ExprKind::OrMissing(inner) = &value.kind else {
            return "may be absent".to_owned();
        };
        let step = match &inner.kind {
            ExprKind::Builtin { name, args: _ } => name,
            ExprKind::Lookup { lookup, args: _ } => match self.lookups.get(lookup.0).map(|lookup| &lookup.kind) {
                Some(LookupKind::Ref { .. }) => "ref",
                Some(LookupKind::Load { .. }) => "load",
                Some(LookupKind::Find { .. }) => "find",
                Some(LookupKind::Bound { .. }) | None => "lookup",
            },
            _ => "step",
        };
        format!("`?` turns a failed {step} into an absent value")
    }
}

fn absence_words(optional: bool, nullable: bool) -> Option<&'static str> {
    match (optional, nullable) {
        (true, true) => Some("optional and nullable"),
        (true, false) => Some("optional"),
        (false, true) => Some("nullable"),
        (false, false) => None,
    }
}
