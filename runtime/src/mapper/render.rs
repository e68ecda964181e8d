//! Row -> text: what `connectors try` prints. Fields in the order of the targets, sensitive values masked.

use crate::fault::MASK;
use crate::json::writer::{Layout, Writer};
use crate::mapper::{Cell, Child, Element, Row, Stopped, WriteTo};

impl Row<'_> {
    /// What was written, as one line of JSON.
    pub fn write_json(&self, out: &mut String) {
        let mut writer = Writer::new(out, Layout::Line);
        self.write(&mut writer);
    }

    /// What was written, for people: JSON on several lines.
    pub fn render(&self) -> String {
        let mut out = String::new();
        let mut writer = Writer::new(&mut out, Layout::Lines);
        self.write(&mut writer);
        out
    }

    fn write(&self, writer: &mut Writer<'_, String>) {
        writer.open('{');
        for (target, write) in self.info().writes.iter().enumerate() {
            if !self.is_written(target) {
                continue;
            }
            match write.to {
                WriteTo::Field | WriteTo::Out => writer.name(write.name),
                WriteTo::Binding => writer.name(&format!("binding.{}", write.name)),
            }
            match self.cell(target) {
                Cell::Children => self.write_children(target, writer),
                Cell::Value(value) if value.is_present() && self.info().writes_sensitive(target) => writer.text(MASK),
                Cell::List { .. } if self.info().writes_sensitive(target) => writer.text(MASK),
                Cell::Unset | Cell::Value(_) | Cell::List { .. } => writer.value(&self.out(target)),
            }
        }
        writer.close('}');
    }

    fn write_children(&self, target: usize, writer: &mut Writer<'_, String>) {
        writer.open('[');
        let lists = self.children_of().iter().filter(|list| list.target == target);
        for child in lists.flat_map(|list| &list.children) {
            writer.element();
            child.write(writer);
        }
        writer.close(']');
    }
}

impl Child<'_> {
    fn write(&self, writer: &mut Writer<'_, String>) {
        match (&self.row, &self.element) {
            (Some(row), _) => row.write(writer),
            (None, Element::Literal(_)) => writer.value(&self.out()),
            (None, Element::Record { .. }) => {
                // Not mapped: its key, and why, is all there is to show.
                writer.open('{');
                if let Some(key) = &self.key {
                    writer.name("key");
                    writer.text(&key.0);
                }
                let why = match &self.stopped {
                    Some(Stopped::Skipped(reason) | Stopped::Omitted(reason)) => Some(("skipped", reason)),
                    Some(Stopped::Waits(_, reason)) => Some(("waits", reason)),
                    Some(Stopped::Undecided(..)) | None => None,
                };
                if let Some((word, reason)) = why {
                    writer.name(word);
                    writer.text(reason);
                }
                writer.close('}');
            }
        }
    }
}
