//! Types and what stands behind them, on one line.

use super::Printer;
use super::word::{dotted, field_name, joined, name, quoted};
use crate::ast::{Field, Modifier, Type, TypeKind};

impl Printer<'_> {
    /// A type.
    pub(super) fn ty(&self, ty: &Type) -> String {
        match &ty.kind {
            // These words would take the next one for their own.
            TypeKind::Named(model) if matches!(model.value.as_str(), "ref" | "ext") => format!("`{}`", model.value),
            TypeKind::Named(model) => dotted(&model.value),
            TypeKind::Decimal { scale } => format!("decimal({})", scale.value),
            TypeKind::Word(word) => self.plain(word),
            TypeKind::Null => "null".to_owned(),
            TypeKind::List(inner) => format!("[{}]", self.ty(inner)),
            TypeKind::Map(inner) => format!("{{text: {}}}", self.ty(inner)),
            TypeKind::Record(fields) => format!("{{ {} }}", self.fields(fields)),
            TypeKind::Ref(model) => format!("ref {}", dotted(&model.value)),
            TypeKind::Ext(external) => format!("ext {}", dotted(&external.value)),
            TypeKind::Union(units) => {
                let units: Vec<String> = units.iter().map(|unit| self.ty(unit)).collect();
                units.join(" | ")
            }
        }
    }

    /// Fields with commas between them, as in a record type.
    pub(super) fn fields(&self, fields: &[Field]) -> String {
        joined(fields, |field| {
            format!("{} {}", nested_head(fields, field), self.field_rest(field))
        })
    }

    /// What stands right of the name of a field.
    pub(super) fn field_rest(&self, field: &Field) -> String {
        format!("{}{}", self.ty(&field.ty), self.modifiers(&field.modifiers))
    }

    /// What stands behind a type; what says more than the type about the field keeps its distance.
    pub(super) fn modifiers(&self, modifiers: &[Modifier]) -> String {
        modifiers
            .iter()
            .map(|modifier| match modifier {
                Modifier::PerLanguage(_) | Modifier::Fill(_) | Modifier::RenamedFrom(_) | Modifier::OnDelete(_) => {
                    format!("  {}", self.modifier(modifier))
                }
                Modifier::Max(_)
                | Modifier::AsFormat(_)
                | Modifier::As(_)
                | Modifier::Zone(_)
                | Modifier::NullTexts(_)
                | Modifier::Sensitive(_)
                | Modifier::Readonly(_)
                | Modifier::Default(_)
                | Modifier::By(_) => format!(" {}", self.modifier(modifier)),
            })
            .collect()
    }

    fn modifier(&self, modifier: &Modifier) -> String {
        match modifier {
            Modifier::Max(number) => format!("max {}", number.value),
            Modifier::AsFormat(format) => format!("as {}", self.plain(format)),
            Modifier::As(codec) => format!("as {}", name(&codec.value)),
            Modifier::Zone(zone) => format!("zone {}", self.plain(zone)),
            Modifier::NullTexts(texts) => format!("null {}", joined(texts, |text| self.plain(text))),
            Modifier::Sensitive(_) => "sensitive".to_owned(),
            Modifier::Readonly(_) => "readonly".to_owned(),
            Modifier::PerLanguage(_) => "per language".to_owned(),
            Modifier::Default(value) => format!("default {}", self.operand(value)),
            Modifier::Fill(value) => format!("fill = {}", self.operand(value)),
            Modifier::RenamedFrom(field) => format!("renamed from {}", name(&field.value)),
            Modifier::OnDelete(what) => format!("on delete {}", name(&what.value)),
            Modifier::By(field) => format!("by {}", name(&field.value)),
        }
    }

    /// A text that nothing is put into, in the quotes it was written with.
    pub(super) fn plain(&self, text: &crate::source::Name) -> String {
        let start = text.span.start as usize;
        let written_raw = self
            .written
            .is_some_and(|written| written[start.min(written.len())..].starts_with('\''));
        match written_raw && !text.value.contains('\n') {
            true => super::word::raw(&text.value),
            false => quoted(&text.value),
        }
    }
}

/// `dob?:`
pub(super) fn field_head(field: &Field) -> String {
    format!("{}{}", field_name(&field.name.value), sign(field))
}

/// The same inside a record type, where a single field `text` would make it a map.
pub(super) fn nested_head(all: &[Field], field: &Field) -> String {
    match (all, field.name.value.as_str()) {
        ([_], "text") => format!("`text`{}", sign(field)),
        _ => field_head(field),
    }
}

fn sign(field: &Field) -> &'static str {
    if field.optional { "?:" } else { ":" }
}
