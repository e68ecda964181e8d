//! Backends, records, models, bindings, adapters, tables, externs.

use super::Reader;
use super::keys;
use super::node::{Entry, Kind, Node, Style};
use crate::ast::{
    Adapter, Backend, Binding, Constraint, Dropped, External, Field, Internal, Item, Modifier, Operation, Overridden,
    Override, Table, Type, TypeKind,
};
use crate::cut;
use crate::error::SyntaxError;
use crate::parse::{self, Piece};
use crate::source::{Name, Span, Spanned};

impl Reader<'_> {
    pub(super) fn doc(&mut self, entry: &Entry) -> Option<String> {
        let text = self.prose(&entry.value)?.value;
        // As in a text file, where nobody sees blanks at the end of a line.
        Some(text.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n"))
    }

    pub(super) fn backend(&mut self, entry: &Entry) -> Option<Backend> {
        Some(self.backend_lines(entry, &keys::names(&keys::BACKEND)).0)
    }

    /// The backend, the word before its `adapter`, and what is dropped.
    pub(super) fn backend_lines(
        &mut self,
        entry: &Entry,
        keys: &[&'static str],
    ) -> (Backend, Option<Span>, Vec<Dropped>) {
        let (mut override_adapter, mut drops) = (None, Vec::new());
        let span = self.span(&entry.key_range);
        let mut backend = Backend {
            doc: None,
            wire: None,
            fields: Vec::new(),
            adapter: None,
            span,
        };
        let entries = self.block(
            &entry.value,
            "a backend",
            keys,
            "the keys of a backend stand below it: wire, fields, adapter",
        );
        for entry in entries {
            match entry.key.as_str() {
                "drop" => drops = self.drops(&entry.value),
                "override adapter" => {
                    let (word, span) = self.override_key(entry);
                    override_adapter = word;
                    backend.adapter = self.leaf(&entry.value, "adapter", |piece| parse::protocol(piece, span));
                }
                "doc" => backend.doc = self.doc(entry),
                "wire" => backend.wire = self.leaf(&entry.value, "wire", parse::name),
                "fields" => backend.fields = self.fields(&entry.value),
                "adapter" => {
                    let span = self.entry_span(entry);
                    backend.adapter = self.leaf(&entry.value, "adapter", |piece| parse::protocol(piece, span));
                }
                _ => {}
            }
        }
        (backend, override_adapter, drops)
    }

    pub(super) fn external(&mut self, entry: &Entry) -> Option<External> {
        self.external_lines(entry, &keys::names(&keys::EXTERNAL))
            .map(|(external, _)| external)
    }

    /// The record, and what is dropped.
    pub(super) fn external_lines(&mut self, entry: &Entry, keys: &[&'static str]) -> Option<(External, Vec<Dropped>)> {
        let mut drops = Vec::new();
        let name = self.key_part(self.inside_key(entry), parse::name);
        let mut external = External {
            doc: None,
            name: name?,
            key: Vec::new(),
            fields: Vec::new(),
        };
        let entries = self.block(
            &entry.value,
            "a record",
            keys,
            "the keys of a record stand below it: key, fields",
        );
        for entry in entries {
            match entry.key.as_str() {
                "drop" => drops = self.drops(&entry.value),
                "doc" => external.doc = self.doc(entry),
                "key" => external.key = self.names(&entry.value, "key").unwrap_or_default(),
                "fields" => external.fields = self.fields(&entry.value),
                _ => {}
            }
        }
        Some((external, drops))
    }

    pub(super) fn internal(&mut self, entry: &Entry) -> Option<Internal> {
        self.internal_lines(entry, &keys::names(&keys::INTERNAL))
            .map(|(internal, _)| internal)
    }

    /// The model, and what is dropped.
    pub(super) fn internal_lines(&mut self, entry: &Entry, keys: &[&'static str]) -> Option<(Internal, Vec<Dropped>)> {
        let mut drops = Vec::new();
        let name = self.key_part(self.inside_key(entry), parse::dotted);
        let mut internal = Internal {
            doc: None,
            name: name?,
            fields: Vec::new(),
            constraints: Vec::new(),
        };
        let entries = self.block(
            &entry.value,
            "a model",
            keys,
            "the keys of a model stand below it: fields, key, unique, index",
        );
        for entry in entries {
            match entry.key.as_str() {
                "drop" => drops = self.drops(&entry.value),
                "doc" => internal.doc = self.doc(entry),
                "fields" => internal.fields = self.fields(&entry.value),
                "key" | "unique" | "index" => {
                    for leaf in self.each(&entry.value) {
                        internal.constraints.extend(self.constraint(&entry.key, leaf));
                    }
                }
                _ => {}
            }
        }
        Some((internal, drops))
    }

    fn constraint(&mut self, word: &str, leaf: &Node) -> Option<Constraint> {
        let span = self.span(&leaf.range);
        if word == "key" {
            return self.leaf(leaf, word, |piece| parse::key(piece, span));
        }
        let fields = match &leaf.kind {
            Kind::List { .. } => self.names(leaf, word),
            Kind::Scalar { .. } | Kind::Map { .. } => self.leaf(leaf, word, parse::columns),
        }?;
        Some(match word {
            "unique" => Constraint::Unique { fields, span },
            _ => Constraint::Index { fields, span },
        })
    }

    pub(super) fn binding(&mut self, entry: &Entry) -> Option<Binding> {
        self.binding_lines(entry, &keys::names(&keys::BINDING))
            .map(|(binding, _)| binding)
    }

    /// The binding, and what is dropped.
    pub(super) fn binding_lines(&mut self, entry: &Entry, keys: &[&'static str]) -> Option<(Binding, Vec<Dropped>)> {
        let mut drops = Vec::new();
        let external = self.key_part(self.inside_key(entry), parse::name)?;
        let mut binding = Binding {
            doc: None,
            external,
            inline: None,
            key: Vec::new(),
            scope: Vec::new(),
            one_to_one: None,
            fields: Vec::new(),
        };
        let entries = self.block(
            &entry.value,
            "a binding",
            keys,
            "the keys of a binding stand below it: in, key, scope, one, fields",
        );
        for entry in entries {
            match entry.key.as_str() {
                "drop" => drops = self.drops(&entry.value),
                "doc" => binding.doc = self.doc(entry),
                "in" => binding.inline = self.leaf(&entry.value, "in", parse::inline_binding),
                "key" => binding.key = self.names(&entry.value, "key").unwrap_or_default(),
                "scope" => binding.scope = self.names(&entry.value, "scope").unwrap_or_default(),
                "one" => {
                    let span = self.entry_span(entry);
                    binding.one_to_one = self.leaf(&entry.value, "one", parse::one_to_one).map(|_| span);
                }
                "fields" => binding.fields = self.fields(&entry.value),
                _ => {}
            }
        }
        Some((binding, drops))
    }

    pub(super) fn adapter(&mut self, entry: &Entry) -> Option<Adapter> {
        let external = self.key_part(self.inside_key(entry), parse::name)?;
        let mut adapter = Adapter {
            doc: None,
            external,
            operations: Vec::new(),
        };
        let entries = self.map(
            &entry.value,
            "the operations of an adapter stand below it: read: GET /boards/{id}",
        );
        for entry in entries {
            match entry.key.as_str() {
                "doc" => adapter.doc = self.doc(entry),
                _ => adapter
                    .operations
                    .extend(self.operation_of(entry, self.inside_key(entry))),
            }
        }
        Some(adapter)
    }

    /// An operation whose name and arguments stand in this part of its key.
    pub(super) fn operation_of(&mut self, entry: &Entry, key: std::ops::Range<usize>) -> Option<Operation> {
        let head = self.key_part(key, parse::operation_head);
        let (request, clauses) = self.leaf(&entry.value, &entry.key, parse::operation)?;
        let head = head?;
        Some(Operation {
            name: head.name,
            params: head.params,
            request,
            clauses,
            span: self.entry_span(entry),
        })
    }

    /// Rows under `|`, or a map of `doc` and `rows`.
    pub(super) fn table_of(&mut self, entry: &Entry, key: std::ops::Range<usize>) -> Option<Table> {
        let name = self.key_part(key, parse::name)?;
        let mut table = Table {
            doc: None,
            name,
            rows: Vec::new(),
        };
        if let Kind::Scalar { .. } = &entry.value.kind {
            table.rows = self.rows(&entry.value, &entry.key);
            return Some(table);
        }
        let entries = self.block(
            &entry.value,
            "a table",
            &keys::names(&keys::TABLE),
            "the rows of a table stand under `|`",
        );
        for entry in entries {
            match entry.key.as_str() {
                "doc" => table.doc = self.doc(entry),
                "rows" => table.rows = self.rows(&entry.value, "rows"),
                _ => {}
            }
        }
        Some(table)
    }

    fn rows(&mut self, node: &Node, key: &str) -> Vec<crate::ast::TableRow> {
        let Some(layout) = self.layout(node, key) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for line in cut::statements(&layout, 0..layout.tokens.len()) {
            match parse::row(&Piece::of(&layout, line)) {
                Ok(row) => rows.push(row),
                Err(error) => self.errors.push(error),
            }
        }
        rows
    }

    /// A list of functions; one with documentation is a map of `doc` and `extern`.
    pub(super) fn extern_fns(&mut self, node: &Node) -> Vec<Item> {
        let mut items = Vec::new();
        for item in self.each(node) {
            let (mut doc, mut leaf, mut word) = (None, Some(item), None);
            if let Kind::Map { flow: false, .. } = &item.kind {
                leaf = None;
                for entry in self.block(item, "a function", &keys::names(&keys::EXTERN), "") {
                    match entry.key.as_str() {
                        "doc" => doc = self.doc(entry),
                        "extern" => leaf = Some(&entry.value),
                        "override" => {
                            word = Some(self.span(&entry.key_range));
                            leaf = Some(&entry.value);
                        }
                        _ => {}
                    }
                }
            }
            let Some(leaf) = leaf else {
                self.missing_key(item, "`extern:`");
                continue;
            };
            let span = self.span(&leaf.range);
            items.extend(
                self.leaf(leaf, "", |piece| parse::extern_fn(piece, doc, span))
                    .map(|function| match word {
                        None => Item::Extern(function),
                        Some(span) => Item::Override(Override {
                            span,
                            item: Overridden::Extern(function),
                        }),
                    }),
            );
        }
        items
    }

    /// `fields:` with one field an entry.
    pub(super) fn fields(&mut self, node: &Node) -> Vec<Field> {
        let entries = self.map(node, "one field a line: name: type");
        entries.into_iter().filter_map(|entry| self.field(entry)).collect()
    }

    fn field(&mut self, entry: &Entry) -> Option<Field> {
        let (name, optional) = self.field_name(entry)?;
        let (doc, ty, modifiers) = self.field_type(entry)?;
        Some(Field {
            doc,
            name,
            optional,
            ty,
            modifiers,
            span: self.entry_span(entry),
        })
    }

    /// `dob?`; a key in quotes may hold any name.
    fn field_name(&mut self, entry: &Entry) -> Option<(Name, bool)> {
        let optional = entry.key.ends_with('?');
        let mut range = self.inside_key(entry);
        range.end -= usize::from(optional);
        match entry.quoted {
            true => {
                let name = entry.key.strip_suffix('?').unwrap_or(&entry.key).to_owned();
                Some((Spanned::new(name, self.span(&entry.key_range)), optional))
            }
            false => self.key_part(range, parse::field_name).map(|name| (name, optional)),
        }
    }

    fn field_type(&mut self, entry: &Entry) -> Option<(Option<String>, Type, Vec<Modifier>)> {
        let node = &entry.value;
        let span = self.span(&node.range);
        match &node.kind {
            Kind::Map { entries, flow: true } => {
                let kind = self.enum_type(node, entries)?;
                Some((None, Type { kind, span }, Vec::new()))
            }
            Kind::List { items, flow: true } if items.len() == 1 => {
                let inner = self.leaf(&items[0], &entry.key, parse::ty)?;
                Some((
                    None,
                    Type {
                        kind: TypeKind::List(Box::new(inner)),
                        span,
                    },
                    Vec::new(),
                ))
            }
            Kind::Map { flow: false, .. } => self.block_type(node, span),
            Kind::Scalar { .. } | Kind::List { .. } => {
                let (ty, modifiers) = self.leaf(node, &entry.key, parse::field)?;
                Some((None, ty, modifiers))
            }
        }
    }

    /// The fields of a record below its name; a field with documentation is a map of `doc` and `type`.
    fn block_type(&mut self, node: &Node, span: Span) -> Option<(Option<String>, Type, Vec<Modifier>)> {
        let entries = self.map(node, "");
        if let [doc, ty] = entries[..]
            && doc.key == "doc"
            && ty.key == "type"
        {
            let doc = self.doc(doc);
            let (_, ty, modifiers) = self.field_type(ty)?;
            return Some((doc, ty, modifiers));
        }
        Some((
            None,
            Type {
                kind: TypeKind::Record(self.fields(node)),
                span,
            },
            Vec::new(),
        ))
    }

    /// `{enum: [new, done], open: true}`
    fn enum_type(&mut self, node: &Node, entries: &[Entry]) -> Option<TypeKind> {
        let (values, open) = match entries {
            [values] => (values, None),
            [values, open] if open.key == "open" => (values, Some(&open.value)),
            _ => return self.no_flow(node),
        };
        let Kind::List { items, .. } = &values.value.kind else {
            return self.no_flow(node);
        };
        if values.key != "enum" {
            return self.no_flow(node);
        }
        let mut units: Vec<Type> = Vec::new();
        for item in items {
            let word = self.prose(item)?;
            let is_plain = matches!(
                item.kind,
                Kind::Scalar {
                    style: Style::Plain,
                    ..
                }
            );
            if is_plain && (word.value.is_empty() || word.value.contains(char::is_whitespace)) {
                self.errors.push(SyntaxError::YamlShape {
                    span: word.span,
                    expected: "one word",
                    found: if word.value.is_empty() {
                        "nothing"
                    } else {
                        "several words"
                    },
                    help: Some("separate words with commas; a text with blanks stands in quotes".to_owned()),
                });
                continue;
            }
            units.push(Type {
                span: word.span,
                kind: TypeKind::Word(word),
            });
        }
        if let Some(open) = open {
            let Kind::Scalar {
                value,
                style: Style::Plain,
            } = &open.kind
            else {
                return self.no_flow(node);
            };
            if value == "true" {
                let name = Spanned::new("text".to_owned(), self.span(&open.range));
                units.push(Type {
                    span: name.span,
                    kind: TypeKind::Named(name),
                });
            }
        }
        match units.len() {
            0 => self.no_flow(node),
            1 => units.pop().map(|unit| unit.kind),
            _ => Some(TypeKind::Union(units)),
        }
    }

    fn no_flow<T>(&mut self, node: &Node) -> Option<T> {
        self.errors.push(SyntaxError::YamlFlow {
            span: self.span(&node.range),
            instead: None,
        });
        None
    }

    /// The place of a key without its quotes.
    pub(super) fn inside_key(&self, entry: &Entry) -> std::ops::Range<usize> {
        let quotes = usize::from(entry.quoted);
        entry.key_range.start + quotes..entry.key_range.end.saturating_sub(quotes)
    }
}
