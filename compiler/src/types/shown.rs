//! Types in the author's words.

use crate::ir::expr::{Base, Type};
use crate::ir::{External, Model, Scalar};

/// The names that types are shown with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeNames<'a> {
    /// Models of the inside.
    pub(crate) models: &'a [Model],
    /// External record types.
    pub(crate) externals: &'a [External],
}

impl TypeNames<'_> {
    /// `text`, `decimal(2)`, `ext Customer`, `[OrderItem]`; absence is left out.
    pub(crate) fn show(self, ty: &Type) -> String {
        self.show_base(&ty.base)
    }

    /// An element of a list, a value of a map, a field of a record: those may be null, which is another type.
    fn element(self, ty: &Type) -> String {
        if let (Base::Nothing, true) = (&ty.base, ty.nullable) {
            return "null".to_owned();
        }
        let null = if ty.nullable { " | null" } else { "" };
        format!("{}{null}", self.show(ty))
    }

    /// The same of a type that is never absent.
    pub(crate) fn show_base(self, base: &Base) -> String {
        let external = |id: usize| {
            self.externals
                .get(id)
                .map_or("?", |external| external.name.text.as_str())
        };
        let model = |id: usize| self.models.get(id).map_or("?", |model| model.name.text.as_str());
        match base {
            Base::Scalar(scalar, _) => show_scalar(scalar),
            Base::Ext(id) => format!("ext {}", external(id.0)),
            Base::Ref(id) => format!("ref {}", model(id.0)),
            Base::External(id) => external(id.0).to_owned(),
            Base::Internal(id) => format!("record of {}", model(id.0)),
            Base::Record(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, ty)| {
                        let optional = if ty.optional { "?" } else { "" };
                        format!("{name}{optional}: {}", self.element(ty))
                    })
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Base::List(element) => format!("[{}]", self.element(element)),
            Base::Map(value) => format!("{{text: {}}}", self.element(value)),
            Base::Nothing => "nothing".to_owned(),
            Base::Wrong => "wrong".to_owned(),
        }
    }
}

/// `decimal(2)`, `"a" | "b"`
pub(crate) fn show_scalar(scalar: &Scalar) -> String {
    let word = match scalar {
        Scalar::Text => "text",
        Scalar::Int => "int",
        Scalar::Decimal(None) => "decimal",
        Scalar::Decimal(Some(scale)) => return format!("decimal({scale})"),
        Scalar::Float => "float",
        Scalar::Bool => "bool",
        Scalar::Date => "date",
        Scalar::Time => "time",
        Scalar::Duration => "duration",
        Scalar::DateTime => "datetime",
        Scalar::Uuid => "uuid",
        Scalar::Bytes => "bytes",
        Scalar::Json => "json",
        Scalar::Enum { words, open } => {
            let mut shown: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            if *open {
                shown.push("text".to_owned());
            }
            return shown.join(" | ");
        }
    };
    word.to_owned()
}
