//! Where a value comes from, in words: for labels.

use crate::check::body::Body;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::LookupKind;
use crate::ir::{Field, ModelField};
use tenon_dsl::source::Span;

impl<'w> Body<'w, '_> {
    /// The place that makes a value absent, and why.
    pub(crate) fn absence_of(&self, expr: &Expr) -> Option<(Span, String)> {
        if let ExprKind::Field { of, .. } | ExprKind::StoredField { of, .. } | ExprKind::RecordField { of, .. } =
            &expr.kind
        {
            return self.own_absence(expr).or_else(|| self.absence_of(of));
        }
        let declared = self.declaration(expr)?;
        let why = if let ExprKind::Let(id) = &expr.kind {
            self.let_value(id.0)
                .map_or_else(String::new, |value| self.why_absent(value))
        } else if let ExprKind::Source(_) = &expr.kind {
            "none or one record".to_owned()
        } else {
            "may be absent".to_owned()
        };
        Some((declared, why))
    }

    /// The declaration of a field of a payload.
    pub(crate) fn payload_declaration(&self, expr: &Expr) -> Option<&'w Field> {
        let ExprKind::Field { external, field, of: _ } = &expr.kind else {
            return None;
        };
        Some(&self.world.outside.ir.externals[external.0].fields[field.0])
    }

    /// The declaration of a field of the inside.
    fn stored_declaration(&self, expr: &Expr) -> Option<&'w ModelField> {
        let ExprKind::StoredField { model, field, of: _ } = &expr.kind else {
            return None;
        };
        Some(&self.world.inside.model(*model).fields[field.0])
    }

    /// What the declaration of a field says about absence.
    fn own_absence(&self, expr: &Expr) -> Option<(Span, String)> {
        let outer = self.payload_declaration(expr);
        let outer = outer.map(|field| (field.place.span, field.optional, field.nullable));
        let inner = || {
            self.stored_declaration(expr)
                .map(|field| (field.place.span, false, field.nullable))
        };
        let (span, optional, nullable) = outer.or_else(inner)?;
        absence_words(optional, nullable).map(|words| (span, words.to_owned()))
    }

    /// The line that declares a value.
    pub(crate) fn declaration(&self, expr: &Expr) -> Option<Span> {
        match &expr.kind {
            ExprKind::Field { .. } => Some(self.payload_declaration(expr)?.place.span),
            ExprKind::StoredField { .. } => Some(self.stored_declaration(expr)?.place.span),
            ExprKind::Let(id) => Some(self.lets.get(id.0)?.written.span),
            ExprKind::Source(id) => Some(self.sources.get(id.0)?.span),
            ExprKind::Setting(id) => Some(self.world.outside.ir.settings.get(id.0)?.place.span),
            ExprKind::Param(id) => Some(self.params.get(id.0)?.0.span),
            ExprKind::Literal(_)
            | ExprKind::RecordField { .. }
            | ExprKind::Index { .. }
            | ExprKind::Local(_)
            | ExprKind::Out(_)
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
        let step = if let ExprKind::Builtin { name, args: _ } = &inner.kind {
            name
        } else if let ExprKind::Lookup { lookup, args: _ } = &inner.kind {
            match self.lookups.get(lookup.0).map(|lookup| &lookup.kind) {
                Some(LookupKind::Ref { .. }) => "ref",
                Some(LookupKind::Load { .. } | LookupKind::Read { .. }) => "load",
                Some(LookupKind::Find { .. } | LookupKind::FindOrNew { .. }) => "find",
                Some(LookupKind::ExtOf { .. }) => "ext_of",
                Some(LookupKind::Bound { .. }) | None => "lookup",
            }
        } else {
            "step"
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
