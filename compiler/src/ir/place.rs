//! Where something was written: a line by name and text, and the exact place on it.

use super::SharedText;
use std::fmt;
use tenon_dsl::source::Span;

/// Where something was written: for messages of generated code.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The name of the line, a line break, the line: one text for everything that stands on it.
    shared: SharedText,
    /// The exact place.
    pub span: Span,
}

impl Place {
    /// A place on a line that is named so.
    pub(crate) fn new(name: &str, line: &str, span: Span) -> Self {
        let shared = SharedText::from(format!("{name}\n{line}").as_str());
        Self { shared, span }
    }

    /// Another place on the same line.
    pub(crate) fn moved(&self, span: Span) -> Self {
        let shared = self.shared.clone();
        Self { shared, span }
    }

    /// `magento/1.7/partner.tenon:62`
    pub fn text(&self) -> &str {
        self.shared.split_once('\n').map_or("", |(name, _)| name)
    }

    /// The source line, trimmed: the comment above the generated call.
    pub fn line(&self) -> &str {
        self.shared.split_once('\n').map_or("", |(_, line)| line)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place")
            .field("text", &self.text())
            .field("line", &self.line())
            .field("span", &self.span)
            .finish()
    }
}
