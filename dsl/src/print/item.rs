//! Items: what stands before the braces, the lines inside, and the comments between them.

use super::Printer;
use super::comment::plain;
use super::extent::{Body, Extent};
use super::lay::{LINE, Laying};
use super::row::{Class, Code, Lead, Pair, Row, lead};
use super::word::width;
use crate::ast::{Change, Doc, Document, ExternFn, Header, Item, Overridden, Table};
use crate::cut::ItemWord;
use std::ops::Range;

/// A line of an item before comments are put around it.
pub(super) struct Line<'a> {
    /// A place inside the line where it was written.
    pub(super) at: u32,
    /// Its documentation where there are no comments to take it from.
    pub(super) doc: Option<&'a str>,
    /// Its text.
    pub(super) code: Code<'a>,
}

impl<'a> Line<'a> {
    /// A line without columns.
    pub(super) fn text(at: u32, text: String) -> Self {
        let code = Code::Text(text);
        Self { at, doc: None, code }
    }

    /// Whether braces stand in its text.
    pub(super) fn has_braces(&self) -> bool {
        matches!(&self.code, Code::Text(text) if text.contains('{'))
    }

    /// Puts its text on one line.
    pub(super) fn unbreak(&mut self) {
        if let Code::Text(text) = &mut self.code {
            *text = text.lines().map(str::trim_start).collect::<Vec<_>>().join(" ");
        }
    }

    /// A line with columns.
    pub(super) fn pair(at: u32, doc: &'a Doc, pair: Pair<'a>) -> Self {
        let (doc, code) = (doc.as_deref(), Code::Pair(pair));
        Self { at, doc, code }
    }
}

/// What stands before the braces of an item: one line, then one for each join.
pub(super) struct Head<'a> {
    /// All but the brace.
    pub(super) text: String,
    /// `with ..`
    pub(super) joins: Vec<Line<'a>>,
    /// Whether braces follow.
    pub(super) braces: Braces,
}

/// Whether an item has braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Braces {
    /// Always.
    Needed,
    /// Only around something.
    Optional,
}

/// The lines of a block with their comments.
struct Block<'a> {
    /// Behind the opening brace.
    comment: Option<String>,
    rows: Vec<Row<'a>>,
    /// Before the closing brace.
    tail: Vec<Lead>,
}

impl<'p> Printer<'p> {
    /// A whole file; `extents` are those of its text, where there is one.
    pub(super) fn document(&'p self, document: &'p Document, extents: &[Extent]) -> String {
        match self.comments {
            None => self.without_text(document),
            // A file may hold nothing but comments.
            Some(_) => self.with_text(document, extents),
        }
    }

    fn without_text(&'p self, document: &'p Document) -> String {
        let mut out = String::new();
        if let Some(language) = &document.language {
            out += &format!("language {}\n", language.value);
        }
        if let Some(header) = &document.header {
            out += &format!("connector {}\n", self.connector(header));
            out.extend(
                header
                    .serves
                    .iter()
                    .map(|range| format!("serves {}\n", self.plain(range))),
            );
        }
        let mut after_one_line = false;
        for item in &document.items {
            let one_line = matches!(item, Item::Extern(function) if function.doc.is_none());
            let together = one_line && after_one_line;
            if !out.is_empty() && !together {
                out.push('\n');
            }
            after_one_line = one_line;
            out.extend(
                doc_of(item)
                    .iter()
                    .flat_map(|doc| doc.split('\n'))
                    .map(|line| format!("{}\n", doc_line(line))),
            );
            out += &self.item(item, None);
            out.push('\n');
        }
        out
    }

    fn with_text(&'p self, document: &'p Document, extents: &[Extent]) -> String {
        let mut out = String::new();
        let mut items = document.items.iter();
        let mut end = 0;
        let mut header_above = false;
        for (at, extent) in extents.iter().enumerate() {
            let (behind, mut above) = self.around(end..extent.whole.start, at == 0);
            let header = is_header(extent.word);
            if header_above && !header && above.first() != Some(&Lead::Blank) {
                above.insert(0, Lead::Blank);
            }
            end_line(&mut out, behind);
            above.extend(self.lifted(extent.whole.start..extent.end_of_head()));
            lead(&above, 0, &mut out);
            match header {
                true => out += &self.header_line(document, extent),
                false => out.extend(items.next().map(|item| self.item(item, Some(extent)))),
            }
            header_above = header;
            end = extent.whole.end;
        }
        let (behind, below) = self.around(end..self.end_of_text(), extents.is_empty());
        end_line(&mut out, behind);
        lead(trimmed(&below), 0, &mut out);
        out
    }

    fn header_line(&self, document: &Document, extent: &Extent) -> String {
        let inside = |at: u32| extent.whole.contains(&(at as usize));
        let header = document.header.as_ref();
        let line = match extent.word {
            ItemWord::Language => {
                let number = document.language.as_ref().filter(|number| inside(number.span.start));
                number.map(|number| format!("language {}", number.value))
            }
            ItemWord::Connector => header.map(|header: &Header| format!("connector {}", self.connector(header))),
            ItemWord::Serves => {
                let range = header
                    .and_then(|header| header.serves.as_ref())
                    .filter(|range| inside(range.span.start));
                range.map(|range| format!("serves {}", self.plain(range)))
            }
            ItemWord::Backend
            | ItemWord::External
            | ItemWord::Internal
            | ItemWord::Binding
            | ItemWord::Adapter
            | ItemWord::Table
            | ItemWord::Extern
            | ItemWord::Mapping
            | ItemWord::Test
            | ItemWord::Amend
            | ItemWord::Override
            | ItemWord::Drop
            | ItemWord::Kept
            | ItemWord::Unknown => None,
        };
        line.unwrap_or_else(|| self.verbatim(extent.whole.clone()))
    }

    /// An item without what stands above it and without its end of line.
    fn item(&'p self, item: &'p Item, extent: Option<&Extent>) -> String {
        let body = extent.and_then(|extent| extent.body.as_ref());
        let (head, lines) = match item {
            Item::Backend(backend) => (plain_head(self.backend_head(backend)), self.backend_lines(backend, "")),
            Item::External(external) => (
                plain_head(self.external_head(external)),
                self.field_lines(&external.fields),
            ),
            Item::Internal(internal) => (plain_head(self.internal_head(internal)), self.internal_lines(internal)),
            Item::Binding(binding) => {
                let head = Head {
                    braces: Braces::Optional,
                    ..plain_head(self.binding_head(binding))
                };
                (head, self.binding_lines(binding, body))
            }
            Item::Adapter(adapter) => (plain_head(self.adapter_head(adapter)), self.operation_lines(adapter)),
            Item::Table(table) => (plain_head(self.table_head(table)), self.table_lines(table)),
            Item::Extern(function) => return self.extern_fn("", function),
            Item::Amend(amend) => self.amend(amend, body),
            Item::Override(item) => match self.overridden(item) {
                Ok(braced) => braced,
                Err(line) => return line,
            },
            Item::Drop(dropped) => return self.dropped(dropped),
            Item::Mapping(mapping) => (self.mapping_head_lines(mapping), self.statement_lines(mapping)),
            Item::Test(test) => (
                plain_head(format!("test {}", self.test_head(test))),
                self.test_lines(test, body),
            ),
        };
        self.braced(head, lines, extent)
    }

    fn braced(&'p self, head: Head<'p>, lines: Vec<Line<'p>>, extent: Option<&Extent>) -> String {
        let body = extent.and_then(|extent| extent.body.as_ref());
        if lines.is_empty() && body.is_none() && head.braces == Braces::Optional {
            return head.text;
        }
        let block = self.block(lines, body);
        let mut out = head.text;
        let joins = self.joins(head.joins, extent);
        let joined = !joins.is_empty();
        if joined {
            out += &format!("\n{joins}");
        }
        let keep_on_one_line = match (body, joined) {
            (Some(body), false) => !self.slice(body.inside.clone()).contains('\n'),
            (None, false) => block.rows.len() < 3 && block.rows.iter().all(is_field),
            (_, true) => false,
        };
        if let Some(line) = self.on_one_line(&out, &block).filter(|_| keep_on_one_line) {
            return line;
        }
        out += if joined { "{" } else { " {" };
        end_line(&mut out, block.comment);
        out += &self.rows(&block.rows, 2);
        lead(trimmed(&block.tail), 2, &mut out);
        out.push('}');
        out
    }

    /// `external Region { region: text }`: fields, or a single line of any kind.
    fn on_one_line(&'p self, head: &str, block: &Block<'p>) -> Option<String> {
        let bare = |row: &Row<'_>| row.lead.is_empty() && row.comment.is_none();
        let fits = block.comment.is_none() && block.tail.is_empty() && block.rows.iter().all(bare);
        if !fits || (block.rows.len() > 1 && !block.rows.iter().all(is_field)) {
            return None;
        }
        if block.rows.is_empty() {
            return Some(format!("{head} {{}}"));
        }
        let rows = block
            .rows
            .iter()
            .map(|row| self.rows(std::slice::from_ref(row), 0).trim_end().to_owned());
        let line = format!("{head} {{ {} }}", rows.collect::<Vec<_>>().join(", "));
        (!line.contains('\n') && width(&line) <= LINE).then_some(line)
    }

    /// The `with` clauses and the comments between them, each with its end of line.
    fn joins(&'p self, lines: Vec<Line<'p>>, extent: Option<&Extent>) -> String {
        let Some(extent) = extent.filter(|extent| !extent.joins.is_empty()) else {
            let rows: Vec<Row<'_>> = lines.into_iter().map(|line| self.bare_row(line)).collect();
            return self.rows(&rows, 2);
        };
        let end = extent.body.as_ref().map_or(extent.whole.end, |body| body.inside.start);
        let body = Body {
            inside: extent.head.end..end,
            lines: extent.joins.clone(),
        };
        let mut block = self.block(lines, Some(&body));
        if let (Some(comment), Some(first)) = (block.comment, block.rows.first_mut()) {
            // It stood behind the head, and has a line of its own now.
            first.lead.insert(0, Lead::Line(plain(&comment)));
        }
        let mut out = self.rows(&block.rows, 2);
        lead(trimmed(&block.tail), 2, &mut out);
        out
    }

    fn block(&'p self, lines: Vec<Line<'p>>, body: Option<&Body>) -> Block<'p> {
        let Some(body) = body else {
            let rows = lines.into_iter().map(|line| self.bare_row(line)).collect();
            return Block {
                comment: None,
                rows,
                tail: Vec::new(),
            };
        };
        let mut lines: Vec<Option<Line<'p>>> = lines.into_iter().map(Some).collect();
        let mut rows: Vec<Row<'p>> = Vec::new();
        let mut first = None;
        let mut end = body.inside.start;
        for place in &body.lines {
            let found = lines
                .iter_mut()
                .find(|line| line.as_ref().is_some_and(|line| place.contains(&(line.at as usize))));
            let code = match found.and_then(Option::take) {
                Some(line) => line.code,
                None => Code::Text(self.verbatim(place.clone())),
            };
            let (behind, mut above) = self.around(end..place.start, rows.is_empty());
            match rows.last_mut() {
                Some(row) => row.comment = behind,
                None => first = behind,
            }
            above.extend(self.lifted(place.clone()));
            rows.push(Row {
                lead: above,
                code,
                comment: None,
            });
            end = place.end;
        }
        let (behind, tail) = self.around(end..body.inside.end, rows.is_empty());
        match rows.last_mut() {
            Some(row) => row.comment = behind,
            None => first = behind,
        }
        Block {
            comment: first,
            rows,
            tail,
        }
    }

    /// The rows of a table, one a line.
    pub(super) fn table_rows(&'p self, table: &'p Table) -> String {
        let rows: Vec<Row<'p>> = self
            .table_lines(table)
            .into_iter()
            .map(|line| self.bare_row(line))
            .collect();
        self.rows(&rows, 0)
    }

    fn bare_row(&self, line: Line<'p>) -> Row<'p> {
        let doc = line.doc.into_iter().flat_map(|doc| doc.split('\n'));
        Row {
            lead: doc.map(|line| Lead::Line(doc_line(line))).collect(),
            code: line.code,
            comment: None,
        }
    }

    /// The comments of a place between two lines: the one behind the first, and what stands above the second.
    fn around(&self, gap: Range<usize>, first: bool) -> (Option<String>, Vec<Lead>) {
        let Some(comments) = &self.comments else {
            return (None, Vec::new());
        };
        let (mut behind, mut above) = (None, Vec::new());
        let mut end = gap.start;
        for (at, comment) in comments.within(gap.clone()).enumerate() {
            if at == 0 && !comment.alone {
                behind = Some(comment.here());
            } else {
                if comments.blank(end..comment.place.start) && !(first && above.is_empty()) {
                    above.push(Lead::Blank);
                }
                above.push(Lead::Line(if comment.alone { comment.here() } else { comment.moved() }));
            }
            end = comment.place.end;
        }
        if comments.blank(end..gap.end) && !(first && above.is_empty()) {
            above.push(Lead::Blank);
        }
        (behind, above)
    }

    fn lifted(&self, place: Range<usize>) -> Vec<Lead> {
        let comments = self.comments.iter().flat_map(|comments| comments.lifted(place.clone()));
        comments.map(|comment| Lead::Line(comment.moved())).collect()
    }

    /// `extern fn f(a: text) -> text in crate::m`, a word before it.
    pub(super) fn extern_fn(&'p self, word: &str, function: &'p ExternFn) -> String {
        let mut laying = Laying::at(self, 0);
        laying.push(&format!("{word}extern {}", self.extern_head(function)));
        laying.extern_rest(function);
        laying.out
    }
}

fn is_field(row: &Row<'_>) -> bool {
    matches!(&row.code, Code::Pair(pair) if pair.class == Class::Field)
}

/// A head without joins.
pub(super) fn plain_head<'a>(text: String) -> Head<'a> {
    Head {
        text,
        joins: Vec::new(),
        braces: Braces::Needed,
    }
}

/// `## ..`
pub(super) fn doc_line(line: &str) -> String {
    format!("## {line}").trim_end().to_owned()
}

fn end_line(out: &mut String, comment: Option<String>) {
    if let Some(comment) = comment {
        out.extend(["  ", comment.as_str()]);
    }
    if !out.is_empty() {
        out.push('\n');
    }
}

/// Without a blank line at the end of a block.
fn trimmed(lead: &[Lead]) -> &[Lead] {
    match lead {
        [rest @ .., Lead::Blank] => rest,
        _ => lead,
    }
}

fn is_header(word: ItemWord) -> bool {
    matches!(word, ItemWord::Language | ItemWord::Connector | ItemWord::Serves)
}

fn doc_of(item: &Item) -> &Doc {
    match item {
        Item::Backend(item) => &item.doc,
        Item::External(item) => &item.doc,
        Item::Internal(item) => &item.doc,
        Item::Binding(item) => &item.doc,
        Item::Adapter(item) => &item.doc,
        Item::Table(item) => &item.doc,
        Item::Extern(item) => &item.doc,
        Item::Mapping(item) => &item.doc,
        Item::Amend(item) => match &item.change {
            Change::Backend { declared, .. } => &declared.doc,
            Change::External { declared, .. } => &declared.doc,
            Change::Internal { declared, .. } => &declared.doc,
            Change::Binding { declared, .. } => &declared.doc,
            Change::Adapter { doc, .. } => doc,
            Change::Mapping { head, .. } => &head.doc,
        },
        Item::Override(item) => match &item.item {
            Overridden::Table(table) => &table.doc,
            Overridden::Extern(function) => &function.doc,
        },
        Item::Test(_) | Item::Drop(_) => &None,
    }
}
