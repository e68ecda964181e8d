//! Tests.

use super::Reader;
use crate::ast::Test;
use crate::cut::{self, ItemCut};
use crate::parse;

/// What begins a line of a test.
const TEST_WORDS: [&str; 5] = ["given", "context", "current", "changed", "expect"];

impl Reader<'_> {
    pub(super) fn test(&mut self, cut: &ItemCut) -> Option<Test> {
        let span = self.span(cut.tokens.clone());
        let head = self.read_one_line(cut.header.start + 1..cut.header.end, parse::test_head);
        let lines = cut::statements(self.layout, self.body(cut)?);
        let (mut given, mut context, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        let (mut current, mut expect) = (None, None);
        for line in lines {
            let rest = line.start + 1..line.end;
            match self.keyword(&line).unwrap_or("") {
                "given" => given.extend(self.read(rest, parse::given)),
                "context" => context.extend(self.read(rest, parse::context).unwrap_or_default()),
                "current" => current = self.read(rest, parse::expression).or(current),
                "changed" => changed.extend(self.read(rest, parse::names).unwrap_or_default()),
                "expect" => expect = self.read(rest, parse::expect).or(expect),
                _ => self.unknown_statement(line, "line of a test", &TEST_WORDS),
            }
        }
        let (name, mapping) = head?;
        Some(Test {
            name,
            mapping,
            given,
            context,
            current,
            changed,
            expect,
            span,
        })
    }
}
