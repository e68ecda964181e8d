//! Types of Rust as far as they can be compared without resolving names: no lifetimes, paths by their last word.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the syntax of Rust has kinds that nothing here looks at"
)]

use std::fmt;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `Option<T>`: the last word of a path, and its types.
    Named(String, Vec<Shape>),
    /// `&T`
    Ref(Box<Shape>),
    /// `&mut T`
    RefMut(Box<Shape>),
    /// `[T]`
    Slice(Box<Shape>),
    /// `(A, B)`
    Tuple(Vec<Shape>),
    /// Anything else.
    Other,
}

/// Whether a type is the one that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fits {
    /// It is, or it may be another name for it.
    Maybe,
    /// It cannot be.
    No,
}

impl Shape {
    /// The shape of a written type.
    pub(super) fn read(text: &str) -> Self {
        syn::parse_str::<syn::Type>(text).map_or(Self::Other, |ty| Self::of(&ty))
    }

    /// `()`
    pub(super) fn unit() -> Self {
        Self::Tuple(Vec::new())
    }

    /// Whether something in it is borrowed.
    pub(super) fn borrows(&self) -> bool {
        match self {
            Self::Ref(_) | Self::RefMut(_) => true,
            Self::Named(_, inner) | Self::Tuple(inner) => inner.iter().any(Self::borrows),
            Self::Slice(inner) => inner.borrows(),
            Self::Other => false,
        }
    }

    /// Whether a type of this name is in it.
    pub(super) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::Named(name, inner) => name == wanted || inner.iter().any(|inner| inner.names(wanted)),
            Self::Ref(inner) | Self::RefMut(inner) | Self::Slice(inner) => inner.names(wanted),
            Self::Tuple(inner) => inner.iter().any(|inner| inner.names(wanted)),
            Self::Other => false,
        }
    }

    /// The shape of a type.
    pub(super) fn of(ty: &syn::Type) -> Self {
        match ty {
            syn::Type::Path(path) if path.qself.is_none() => match path.path.segments.last() {
                Some(last) => Self::Named(last.ident.to_string(), arguments(&last.arguments)),
                None => Self::Other,
            },
            syn::Type::Reference(reference) => {
                let inner = Box::new(Self::of(&reference.elem));
                match reference.mutability {
                    Some(_) => Self::RefMut(inner),
                    None => Self::Ref(inner),
                }
            }
            syn::Type::Slice(slice) => Self::Slice(Box::new(Self::of(&slice.elem))),
            syn::Type::Tuple(tuple) => Self::Tuple(tuple.elems.iter().map(Self::of).collect()),
            syn::Type::Paren(inner) => Self::of(&inner.elem),
            syn::Type::Group(inner) => Self::of(&inner.elem),
            _ => Self::Other,
        }
    }
}

fn arguments(arguments: &syn::PathArguments) -> Vec<Shape> {
    match arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(Shape::of(ty)),
                _ => None,
            })
            .collect(),
        syn::PathArguments::None | syn::PathArguments::Parenthesized(_) => Vec::new(),
    }
}

/// Names that are what they say; any other may be another name for what is needed.
const KNOWN: [&str; 35] = [
    "String",
    "str",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "f32",
    "f64",
    "bool",
    "char",
    "Option",
    "Vec",
    "Result",
    "Cow",
    "Box",
    "Decimal",
    "Date",
    "Time",
    "Timestamp",
    "SignedDuration",
    "Uuid",
    "Fail",
    "Tx",
    "RecordId",
    "BTreeMap",
    "HashMap",
    "Self",
];

/// Whether `found` can be the type that is needed.
pub(super) fn fits(needed: &Shape, found: &Shape) -> Fits {
    match (needed, found) {
        (Shape::Other, _) | (_, Shape::Other) => Fits::Maybe,
        (Shape::Named(needed, inner), Shape::Named(found, others)) if needed == found => {
            // `Result<T>` of a crate's own has the error in it.
            let is_short = others.len() < inner.len() && needed == "Result";
            match others.len() == inner.len() || is_short {
                true => all(inner, others),
                false => Fits::No,
            }
        }
        (_, Shape::Named(found, _)) if !KNOWN.contains(&found.as_str()) => Fits::Maybe,
        (Shape::Ref(needed), Shape::Ref(found))
        | (Shape::RefMut(needed), Shape::RefMut(found))
        | (Shape::Slice(needed), Shape::Slice(found)) => fits(needed, found),
        (Shape::Tuple(needed), Shape::Tuple(found)) if needed.len() == found.len() => all(needed, found),
        (
            Shape::Named(..) | Shape::Ref(_) | Shape::RefMut(_) | Shape::Slice(_) | Shape::Tuple(_),
            Shape::Named(..) | Shape::Ref(_) | Shape::RefMut(_) | Shape::Slice(_) | Shape::Tuple(_),
        ) => Fits::No,
    }
}

fn all(needed: &[Shape], found: &[Shape]) -> Fits {
    let mut pairs = needed.iter().zip(found);
    match pairs.all(|(needed, found)| fits(needed, found) == Fits::Maybe) {
        true => Fits::Maybe,
        false => Fits::No,
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name, inner) if name == "Cow" => write!(f, "Cow<'_, {}>", joined(inner)),
            Self::Named(name, inner) if inner.is_empty() => match name.as_str() {
                "Tx" => f.write_str("Tx<'_>"),
                name => f.write_str(name),
            },
            Self::Named(name, inner) => write!(f, "{name}<{}>", joined(inner)),
            Self::Ref(inner) => write!(f, "&{inner}"),
            Self::RefMut(inner) => write!(f, "&mut {inner}"),
            Self::Slice(inner) => write!(f, "[{inner}]"),
            Self::Tuple(inner) => write!(f, "({})", joined(inner)),
            Self::Other => f.write_str("another type"),
        }
    }
}

fn joined(shapes: &[Shape]) -> String {
    let shapes: Vec<String> = shapes.iter().map(Shape::to_string).collect();
    shapes.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(needed: &str, found: &str) -> bool {
        fits(&Shape::read(needed), &Shape::read(found)) == Fits::Maybe
    }

    #[test]
    fn types_are_compared_without_lifetimes_and_paths() {
        assert!(fit("&'r str", "&str"));
        assert!(fit("Cow<'r, str>", "std::borrow::Cow<'_, str>"));
        assert!(fit(
            "Result<SplitStreet, Fail>",
            "Result<SplitStreet<'_>, tenon_runtime::Fail>"
        ));
        assert!(!fit("&str", "&String") && !fit("&str", "String") && !fit("&str", "&mut str"));
        assert!(!fit("Option<&str>", "&str") && !fit("&[Decimal]", "Vec<Decimal>") && !fit("i64", "i32"));
        assert!(!fit("SplitStreet", "(String, String)") && !fit("Result<i64, Fail>", "i64"));
    }

    #[test]
    fn a_name_of_the_authors_own_may_mean_anything() {
        assert!(fit("&str", "Text<'_>") && fit("Result<i64, Fail>", "Result<i64>") && fit("SplitStreet", "Street"));
        assert!(!fit("Result<i64, Fail>", "Result<i32>"));
    }
}
