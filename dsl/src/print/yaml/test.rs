//! Tests in YAML.

use super::item::place;
use super::{Leaf, Yaml};
use crate::ast::expr::Expr;
use crate::ast::{Expect, GivenValue, Test};
use crate::print::clause::direction_word;
use crate::print::lay::Laying;

impl Yaml<'_> {
    pub(super) fn test(&mut self, indent: usize, test: &Test) {
        let start = self.out.len();
        self.prose(indent + 2, "test", &test.name.value);
        self.out.replace_range(start + indent..start + indent + 1, "-");
        let indent = indent + 2;
        let direction = direction_word(test.mapping.direction.value);
        let tested = test.mapping.model.span.to(test.mapping.external.span);
        let leaf = self.printer.mapping_name(&test.mapping);
        self.leaf_of(tested, indent, direction, &leaf);
        let inside = if test.given.len() > 1 { indent + 2 } else { indent };
        let given = test.given.iter().map(|given| {
            let (source, file) = self.printer.given(given);
            match (&given.value, file) {
                (GivenValue::Inline(value), _) => self.record(inside, &source, value),
                (GivenValue::File(name), file) => (name.span, format!("{source}{}", file.unwrap_or_default())),
            }
        });
        let given: Vec<Leaf> = given.collect();
        self.leaves(indent, "given", &given);
        let context = test.context.iter().map(|entry| {
            let (left, answer) = self.printer.context(entry);
            self.record(indent + 2, &format!("{left} = "), answer)
        });
        let context: Vec<Leaf> = context.collect();
        self.list(indent, "context", &context);
        if let Some(current) = &test.current {
            let (place, current) = self.record(indent, "", current);
            self.leaf_of(place, indent, "current", &current);
        }
        self.names(indent, "changed", &test.changed);
        if let Some(expect) = &test.expect {
            let before = self.printer.expect(expect);
            let (place, leaf) = match expect {
                Expect::Fields { record, .. } => self.record(indent, &before, record),
                Expect::Error { kind, .. } => (kind.span, before),
                Expect::Stop { how, .. } => (how.span, before),
            };
            self.leaf_of(place, indent, "expect", &leaf);
        }
    }

    /// A record with a word before it.
    fn record(&self, indent: usize, before: &str, record: &Expr) -> Leaf {
        let indent = self.margin(record.span, indent);
        let mut laying = Laying::at(self.printer, indent + 2);
        laying.push(before);
        laying.record_block(record, place(indent));
        (record.span, laying.out)
    }
}
