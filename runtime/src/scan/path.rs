//! Where in a payload a value stands: a chain on the stack, made into text only for an error.

/// A step from the payload's root to a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Step<'p>,
    sensitive: bool,
}

/// One step.
#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Field(&'p str),
    Element(u32),
}

impl<'p> Path<'p> {
    /// `$`
    pub(super) const ROOT: Self = Self {
        above: None,
        step: Step::Root,
        sensitive: false,
    };

    /// A field of the record here.
    pub(super) const fn field(&'p self, name: &'p str, sensitive: bool) -> Self {
        Self {
            above: Some(self),
            step: Step::Field(name),
            sensitive: self.sensitive || sensitive,
        }
    }

    /// An element of the list here.
    pub(super) const fn element(&'p self, position: u32) -> Self {
        Self {
            above: Some(self),
            step: Step::Element(position),
            sensitive: self.sensitive,
        }
    }

    /// Whether values here must not be printed.
    pub(super) const fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// `$.items[3].qty`
    pub(super) fn text(&self) -> String {
        let mut text = match self.above {
            Some(above) => above.text(),
            None => String::new(),
        };
        match self.step {
            Step::Root => text.push('$'),
            Step::Element(position) => text.push_str(&format!("[{position}]")),
            Step::Field("") => {}
            Step::Field(name) if is_word(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Field(name) => {
                text.push('[');
                crate::json::writer::push_quoted(&mut text, name);
                text.push(']');
            }
        }
        text
    }
}

fn is_word(name: &str) -> bool {
    name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}
