//! What stands behind the type of a field, sorted by kind. Each kind of declaration knows its own.

use crate::error::{Reports, name, wire};
use crate::ir::Scalar;
use crate::ir::expr::{Base, Type};
use tenon_dsl::ast::expr::Expr;
use tenon_dsl::ast::{Field, Modifier};
use tenon_dsl::source::{Name, Span, Spanned};

/// The modifiers of one field.
#[derive(Debug, Default)]
pub(crate) struct Modifiers<'a> {
    pub(crate) max: Option<Spanned<u32>>,
    pub(crate) codec: Option<WrittenCodec<'a>>,
    pub(crate) zone: Option<&'a Name>,
    pub(crate) null_texts: Option<&'a [Name]>,
    pub(crate) sensitive: Option<Span>,
    pub(crate) readonly: Option<Span>,
    pub(crate) per_language: Option<Span>,
    pub(crate) default: Option<&'a Expr>,
    pub(crate) renamed_from: Option<&'a Name>,
    pub(crate) on_delete: Option<&'a Name>,
    pub(crate) by: Option<&'a Name>,
}

/// `as ..`
#[derive(Clone, Copy, Debug)]
pub(crate) enum WrittenCodec<'a> {
    /// `as "%Y"`
    Format(&'a Name),
    /// `as epoch`
    Named(&'a Name),
}

/// Which declaration a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    External,
    Internal,
    Binding,
    Backend,
    /// A field of a stored record.
    Part,
    /// A field of a record that is handed over: to a mapping, to and from a function.
    Handed,
}

impl Place {
    fn admits(self, modifier: &Modifier) -> bool {
        match modifier {
            Modifier::Max(_) => true,
            Modifier::Default(_) => !matches!(self, Place::Part | Place::Handed),
            Modifier::AsFormat(_)
            | Modifier::As(_)
            | Modifier::Zone(_)
            | Modifier::NullTexts(_)
            | Modifier::Readonly(_) => self == Place::External,
            Modifier::Sensitive(_) => matches!(self, Place::External | Place::Backend),
            Modifier::PerLanguage(_) => matches!(self, Place::External | Place::Internal),
            Modifier::Fill(_) | Modifier::RenamedFrom(_) | Modifier::OnDelete(_) => {
                matches!(self, Place::Internal | Place::Binding)
            }
            Modifier::By(_) => self == Place::Internal,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Place::External => "an external record",
            Place::Internal => "a model",
            Place::Binding => "a binding",
            Place::Backend => "a backend",
            Place::Part => "a stored record",
            Place::Handed => "a record that is handed over",
        }
    }
}

/// Sorts the modifiers of a field.
pub(crate) fn modifiers<'a>(field: &'a Field, place: Place, reports: &mut Reports) -> Modifiers<'a> {
    let mut sorted = Modifiers::default();
    for (at, modifier) in field.modifiers.iter().enumerate() {
        let (span, word) = shown(modifier);
        let first = field.modifiers[..at]
            .iter()
            .map(shown)
            .find(|(_, other)| *other == word);
        if let Some((first, _)) = first {
            reports.push(name::stands_twice(first, span, word));
        }
        if !place.admits(modifier) {
            let why = format!("not for a field of {}", place.noun());
            reports.push(wire::modifier_does_not_fit(span, word, &why, "remove it"));
            continue;
        }
        match modifier {
            Modifier::Max(max) => sorted.max = Some(*max),
            Modifier::AsFormat(format) => sorted.codec = Some(WrittenCodec::Format(format)),
            Modifier::As(codec) => sorted.codec = Some(WrittenCodec::Named(codec)),
            Modifier::Zone(zone) => sorted.zone = Some(zone),
            Modifier::NullTexts(texts) => sorted.null_texts = Some(texts),
            Modifier::Sensitive(span) => sorted.sensitive = Some(*span),
            Modifier::Readonly(span) => sorted.readonly = Some(*span),
            Modifier::PerLanguage(span) => sorted.per_language = Some(*span),
            Modifier::Default(value) => sorted.default = Some(value),
            // It may name a field that stands below: see `fill`.
            Modifier::Fill(_) => {}
            Modifier::RenamedFrom(name) => sorted.renamed_from = Some(name),
            Modifier::OnDelete(word) => sorted.on_delete = Some(word),
            Modifier::By(name) => sorted.by = Some(name),
        }
    }
    sorted
}

fn shown(modifier: &Modifier) -> (Span, &'static str) {
    match modifier {
        Modifier::Max(max) => (max.span, "max"),
        Modifier::AsFormat(name) | Modifier::As(name) => (name.span, "as"),
        Modifier::Zone(name) => (name.span, "zone"),
        Modifier::NullTexts(texts) => (texts.first().map_or_else(Span::default, |text| text.span), "null .."),
        Modifier::Sensitive(span) => (*span, "sensitive"),
        Modifier::Readonly(span) => (*span, "readonly"),
        Modifier::PerLanguage(span) => (*span, "per language"),
        Modifier::Default(value) => (value.span, "default"),
        Modifier::Fill(value) => (value.span, "fill"),
        Modifier::RenamedFrom(name) => (name.span, "renamed from"),
        Modifier::OnDelete(name) => (name.span, "on delete"),
        Modifier::By(name) => (name.span, "by"),
    }
}

/// `max` of a field of a record of values: only a text has one.
pub(crate) fn limit(ty: &mut Type, max: Option<Spanned<u32>>, reports: &mut Reports) {
    match (&mut ty.base, max) {
        (Base::Scalar(Scalar::Text, limit), Some(written)) => *limit = Some(written.value),
        (_, Some(written)) => reports.push(wire::modifier_does_not_fit(
            written.span,
            "max",
            "only for a text",
            "remove it",
        )),
        (_, None) => {}
    }
}
