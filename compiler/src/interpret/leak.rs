//! Values that live as long as the process: what tables of the runtime hold, made at run time.
//!
//! Generated code holds its tables in statics. An interpreted program has to make them, and the runtime borrows them for ever, so they
//! are leaked. That is right for a command that ends, and for a test; a server that interpreted one program after another would grow.

/// A value for ever.
pub(super) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// A slice for ever.
pub(super) fn leak_all<T>(items: impl IntoIterator<Item = T>) -> &'static [T] {
    Box::leak(items.into_iter().collect::<Box<[T]>>())
}

/// A text for ever.
pub(super) fn leak_text(text: impl Into<String>) -> &'static str {
    Box::leak(text.into().into_boxed_str())
}

/// Texts of a program that lives for ever.
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t String>) -> &'static [&'static str]
where
    't: 'static,
{
    leak_all(texts.into_iter().map(String::as_str))
}
