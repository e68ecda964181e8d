//! Headers, schemas, tables and functions in YAML.

use super::order::{change_section, constraint_word, section};
use super::{Leaf, Yaml, is_plain_word, key, must_be_block, quoted};
use crate::ast::{
    Adapter, Amend, Amended, Backend, Binding, Change, Constraint, Doc, Document, Dropped, ExternFn, External, Field,
    Header, Internal, Item, Operation, Overridden, Request, Table, Type, TypeKind,
};
use crate::print::lay::{Inside, Laying, Place};
use crate::print::word::{self, dotted, name};
use crate::source::{Name, Span};

impl Yaml<'_> {
    pub(super) fn file(&mut self, document: &Document) {
        if let Some(language) = &document.language {
            self.line(0, &format!("language: {}", language.value));
        }
        if let Some(header) = &document.header {
            self.header(header);
        }
        for items in document.items.chunk_by(|one, next| section(one) == section(next)) {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
            match section(&items[0]) {
                "amend" => self.amendments(items),
                "drop" => {
                    let drops: Vec<Leaf> = items
                        .iter()
                        .filter_map(dropped)
                        .map(|item| self.drop_leaf(item))
                        .collect();
                    self.leaves(0, "drop", &drops);
                }
                // A backend has no name, so its keys stand right below the word.
                "backend" => items.iter().for_each(|item| self.item_of(0, item)),
                section => {
                    self.line(0, &format!("{section}:"));
                    self.items(2, items);
                }
            }
        }
    }

    fn header(&mut self, header: &Header) {
        let written = self.reference(Some(&header.connector), header.version.as_ref());
        self.leaf(0, "connector", &written);
        if let Some(parent) = &header.extends {
            let written = self.reference(parent.connector.as_ref(), parent.version.as_ref());
            self.leaf(0, "extends", &written);
        }
        if let Some(range) = &header.serves {
            self.line(0, &format!("serves: {}", quoted(&range.value)));
        }
    }

    /// `magento 1.7`; as in a text file where one of them is no plain word.
    fn reference(&self, connector: Option<&Name>, version: Option<&Name>) -> String {
        let is_name = |name: &Name| {
            let is_number = name.value.starts_with(|c: char| c.is_ascii_digit());
            is_plain_word(&name.value) && !is_number && !name.value.contains(['.', '-'])
        };
        let is_version =
            |version: &Name| version.value.starts_with(|c: char| c.is_ascii_digit()) && is_plain_word(&version.value);
        let is_plain = connector.is_none_or(is_name) && version.is_none_or(is_version);
        let connector = connector.map(|connector| name(&connector.value));
        let version = version.map(|version| match is_plain {
            true => version.value.clone(),
            false => word::quoted(&version.value),
        });
        connector.into_iter().chain(version).collect::<Vec<_>>().join(" ")
    }

    /// Items below their section; those that are blocks have a blank line between them.
    fn items(&mut self, indent: usize, items: &[Item]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 && matches!(item, Item::Mapping(_) | Item::Test(_)) {
                self.out.push('\n');
            }
            self.item_of(indent, item);
        }
    }

    fn item_of(&mut self, indent: usize, item: &Item) {
        match item {
            Item::Backend(backend) => self.backend(indent, backend, "", &[]),
            Item::External(external) => self.external(indent, external, &[]),
            Item::Internal(internal) => self.internal(indent, internal, &[]),
            Item::Binding(binding) => self.binding(indent, binding, &[]),
            Item::Adapter(adapter) => self.adapter(indent, adapter),
            Item::Table(table) => self.table(indent, "", table),
            Item::Extern(function) => self.extern_fn(indent, "extern", function),
            Item::Mapping(mapping) => self.mapping(indent, mapping),
            Item::Test(test) => self.test(indent, test),
            Item::Override(item) => match &item.item {
                Overridden::Table(table) => self.table(indent, "override ", table),
                Overridden::Extern(function) => self.extern_fn(indent, "override", function),
            },
            Item::Amend(_) | Item::Drop(_) => {}
        }
    }

    fn amendments(&mut self, items: &[Item]) {
        self.line(0, "amend:");
        for items in items.chunk_by(|one, next| change_section(one) == change_section(next)) {
            let word = change_section(&items[0]);
            if word != "backend" {
                self.line(2, &format!("{word}:"));
            }
            for item in items {
                if let Item::Amend(amend) = item {
                    self.amend(amend);
                }
            }
        }
    }

    fn amend(&mut self, amend: &Amend) {
        match &amend.change {
            Change::Backend {
                declared,
                override_adapter,
                drops,
            } => {
                let word = if override_adapter.is_some() { "override " } else { "" };
                self.backend(2, declared, word, drops);
            }
            Change::External { declared, drops } => self.external(4, declared, drops),
            Change::Internal { declared, drops } => self.internal(4, declared, drops),
            Change::Binding { declared, drops } => self.binding(4, declared, drops),
            Change::Adapter {
                doc,
                external,
                operations,
            } => {
                self.line(4, &format!("{}:", key(&name(&external.value))));
                self.doc(6, doc.as_deref());
                for operations in operations.chunk_by(|one, next| is_drop(one) && is_drop(next)) {
                    self.amended_operations(operations);
                }
            }
            Change::Mapping {
                head,
                joins,
                statements,
            } => self.amended_mapping(4, head, joins, statements),
        }
    }

    fn amended_operations(&mut self, operations: &[Amended<Operation>]) {
        let mut drops = Vec::new();
        for operation in operations {
            match operation {
                Amended::Added(operation) => self.operation(6, "", operation),
                Amended::Override { line, .. } => self.operation(6, "override ", line),
                Amended::Drop(dropped) => drops.push(dropped.clone()),
            }
        }
        self.drops(6, &drops);
    }

    /// What stands right of `drop`.
    pub(super) fn drop_leaf(&self, dropped: &Dropped) -> Leaf {
        let leaf = self.printer.dropped(dropped);
        (dropped.span, leaf.trim_start_matches("drop ").to_owned())
    }

    fn drops(&mut self, indent: usize, drops: &[Dropped]) {
        let drops: Vec<Leaf> = drops.iter().map(|dropped| self.drop_leaf(dropped)).collect();
        self.leaves(indent, "drop", &drops);
    }

    fn backend(&mut self, indent: usize, backend: &Backend, word: &str, drops: &[Dropped]) {
        self.line(indent, "backend:");
        let indent = indent + 2;
        self.doc(indent, backend.doc.as_deref());
        if let Some(wire) = &backend.wire {
            self.leaf_of(wire.span, indent, "wire", &name(&wire.value));
        }
        self.fields(indent, &backend.fields);
        if let Some(protocol) = &backend.adapter {
            let leaf = self.printer.protocol(protocol);
            self.leaf_of(protocol.name.span, indent, &format!("{word}adapter"), &leaf);
        }
        self.drops(indent, drops);
    }

    fn external(&mut self, indent: usize, external: &External, drops: &[Dropped]) {
        self.line(indent, &format!("{}:", key(&name(&external.name.value))));
        let indent = indent + 2;
        self.doc(indent, external.doc.as_deref());
        self.names(indent, "key", &external.key);
        self.fields(indent, &external.fields);
        self.drops(indent, drops);
    }

    fn internal(&mut self, indent: usize, internal: &Internal, drops: &[Dropped]) {
        self.line(indent, &format!("{}:", key(&dotted(&internal.name.value))));
        let indent = indent + 2;
        self.doc(indent, internal.doc.as_deref());
        self.fields(indent, &internal.fields);
        for constraints in internal
            .constraints
            .chunk_by(|one, next| constraint_word(one) == constraint_word(next))
        {
            let leaf = |one: &Constraint| (constraint_span(one), self.printer.constraint(one).1);
            let leaves: Vec<Leaf> = constraints.iter().map(leaf).collect();
            self.leaves(indent, constraint_word(&constraints[0]), &leaves);
        }
        self.drops(indent, drops);
    }

    fn binding(&mut self, indent: usize, binding: &Binding, drops: &[Dropped]) {
        self.line(indent, &format!("{}:", key(&name(&binding.external.value))));
        let indent = indent + 2;
        self.doc(indent, binding.doc.as_deref());
        if let Some(inline) = &binding.inline {
            let leaf = self.printer.inline(inline);
            self.leaf_of(inline.model.span, indent, "in", &leaf);
        }
        for (word, list) in [("key", &binding.key), ("scope", &binding.scope)] {
            self.names(indent, word, list);
        }
        if binding.one_to_one.is_some() {
            self.line(indent, "one: to one");
        }
        self.fields(indent, &binding.fields);
        self.drops(indent, drops);
    }

    fn fields(&mut self, indent: usize, fields: &[Field]) {
        if !fields.is_empty() {
            self.line(indent, "fields:");
            fields.iter().for_each(|field| self.field(indent + 2, field));
        }
    }

    fn field(&mut self, indent: usize, field: &Field) {
        let mark = if field.optional { "?" } else { "" };
        let plain =
            is_plain_word(&field.name.value) && !field.name.value.contains(['.', '-']) && field.name.value != "_";
        let key = match plain {
            true => format!("{}{mark}", field.name.value),
            false => quoted(&format!("{}{mark}", field.name.value)),
        };
        match &field.doc {
            None => self.field_type(indent, &key, field),
            Some(_) => {
                self.line(indent, &format!("{key}:"));
                self.doc(indent + 2, field.doc.as_deref());
                self.field_type(indent + 2, "type", field);
            }
        }
    }

    /// A type behind its key: fields below it, an enum in braces, a list in brackets, or a leaf.
    fn field_type(&mut self, indent: usize, key: &str, field: &Field) {
        let bare = field.modifiers.is_empty() && !(self.is_relay() && self.is_one_leaf(field.ty.span));
        let indent = self.margin(field.ty.span, indent);
        if let TypeKind::Record(fields) = &field.ty.kind
            && bare
            && !reads_as_documented(fields)
        {
            self.line(indent, &format!("{key}:"));
            return fields.iter().for_each(|field| self.field(indent + 2, field));
        }
        if let TypeKind::List(inner) = &field.ty.kind
            && bare
        {
            let inner = self.printer.ty(inner);
            if !inner.contains([',', '[', ']', '{', '}', '"', '\'', '`', '#']) && !must_be_block(&inner) {
                return self.line(indent, &format!("{key}: [{inner}]"));
            }
        }
        if let Some(words) = enum_words(&field.ty).filter(|_| bare) {
            return self.line(indent, &format!("{key}: {words}"));
        }
        let flat = self.printer.flat_type(&field.ty);
        let flat = flat.map(|ty| format!("{ty}{}", self.printer.modifiers(&field.modifiers)).replace("  ", " "));
        let text = match flat {
            Some(flat) => flat,
            None => {
                let lay = |laying: &mut Laying<'_>, place| laying.field(field, place);
                self.laid(indent, key, None, lay)
            }
        };
        if !self.put(field.ty.span, &text) {
            let written = super::block_or_plain(indent, &text);
            self.line(indent, &format!("{key}: {written}"));
        }
    }

    fn adapter(&mut self, indent: usize, adapter: &Adapter) {
        self.line(indent, &format!("{}:", key(&name(&adapter.external.value))));
        self.doc(indent + 2, adapter.doc.as_deref());
        for operation in &adapter.operations {
            self.operation(indent + 2, "", operation);
        }
    }

    fn operation(&mut self, indent: usize, word: &str, operation: &Operation) {
        let head = match self.printer.operation_head(operation).as_str() {
            // Keys of the block itself.
            head @ ("doc" | "drop") => format!("{word}`{head}`"),
            head => format!("{word}{head}"),
        };
        let request = match &operation.request {
            Request::Call { method, .. } => method.span,
            Request::Http { verb, .. } => verb.span,
        };
        let indent = self.margin(request, indent);
        let mut laying = Laying::at(self.printer, indent + 2);
        if let Request::Http { verb, .. } = &operation.request {
            laying.push(&format!("{} ", verb.value));
        }
        laying.request(operation, place(indent));
        self.leaf_of(request, indent, &head, &laying.out);
    }

    fn table(&mut self, indent: usize, word: &str, table: &Table) {
        let head = key(&format!("{word}{}", name(&table.name.value)));
        let (indent, rows) = match &table.doc {
            None => (indent, head),
            Some(doc) => {
                self.line(indent, &format!("{head}:"));
                self.doc(indent + 2, Some(doc));
                (indent + 2, "rows".to_owned())
            }
        };
        if table.rows.is_empty() {
            return self.line(indent, &format!("{rows}:"));
        }
        if self.is_relay() {
            return self.rows(table);
        }
        self.line(indent, &format!("{rows}: |"));
        for row in self.printer.table_rows(table).lines() {
            self.line(indent + 2, row);
        }
    }

    /// The rows of a table in a file that is laid out anew.
    fn rows(&mut self, table: &Table) {
        if let (Some(first), Some(last)) = (table.rows.first(), table.rows.last()) {
            let place = first.span.to(last.span);
            let blanks = " ".repeat(self.margin(place, 0) + 2);
            let rows = self.printer.table_rows(table);
            let rows: Vec<&str> = rows.lines().collect();
            self.put(place, &rows.join(&format!("\n{blanks}")));
        }
    }

    fn extern_fn(&mut self, indent: usize, word: &str, function: &ExternFn) {
        // Below a dash and a key where the function is documented.
        let margin = indent
            + if function.doc.is_none() && word == "extern" {
                2
            } else {
                4
            };
        // The leaf hangs two columns right of what is above it.
        let margin = self.margin(function.name.span, margin - 2) + 2;
        let mut laying = Laying::below(self.printer, margin);
        laying.push(&self.printer.extern_head(function));
        laying.extern_rest(function);
        let leaf = laying.out;
        if self.put(function.name.span, &leaf) {
            return;
        }
        if function.doc.is_none() && word == "extern" {
            return self.item(indent, &leaf);
        }
        let written = super::block_or_plain(indent + 2, &leaf);
        let lines = match function.doc.as_deref() {
            None => vec![format!("{word}: {written}")],
            Some(_) => {
                let before = std::mem::take(&mut self.out);
                self.doc(indent + 2, function.doc.as_deref());
                let doc = std::mem::replace(&mut self.out, before);
                vec![
                    doc.trim().to_owned(),
                    format!("{}{word}: {written}", " ".repeat(indent + 2)),
                ]
            }
        };
        self.line(indent, &format!("- {}", lines.join("\n")));
    }
}

fn constraint_span(constraint: &Constraint) -> Span {
    match constraint {
        Constraint::Key { span, .. } | Constraint::Unique { span, .. } | Constraint::Index { span, .. } => *span,
    }
}

/// What stands below a key.
pub(super) fn place(indent: usize) -> Place {
    Place {
        indent: indent + 2,
        after: 0,
        inside: Inside::Lines,
    }
}

fn is_drop<T>(line: &Amended<T>) -> bool {
    matches!(line, Amended::Drop(_))
}

fn dropped(item: &Item) -> Option<&Dropped> {
    if let Item::Drop(dropped) = item {
        Some(dropped)
    } else {
        None
    }
}

/// Whether fields below a name would be taken for the documentation and the type of one field.
fn reads_as_documented(fields: &[Field]) -> bool {
    let no_doc: &Doc = &None;
    match fields {
        [] => true,
        [doc, ty] => (doc.name.value.as_str(), ty.name.value.as_str()) == ("doc", "type") && doc.doc == *no_doc,
        _ => false,
    }
}

/// `{enum: [new, done], open: true}`
fn enum_words(ty: &Type) -> Option<String> {
    let units = if let TypeKind::Union(units) = &ty.kind {
        &units[..]
    } else {
        std::slice::from_ref(ty)
    };
    let open = units
        .last()
        .is_some_and(|last| matches!(&last.kind, TypeKind::Named(name) if name.value == "text"));
    let words: Option<Vec<&str>> = units[..units.len() - usize::from(open)]
        .iter()
        .map(plain_word)
        .collect();
    let words = words.filter(|words| !words.is_empty())?.join(", ");
    let open = if open { ", open: true" } else { "" };
    Some(format!("{{enum: [{words}]{open}}}"))
}

fn plain_word(unit: &Type) -> Option<&str> {
    if let TypeKind::Word(word) = &unit.kind {
        is_plain_word(&word.value).then_some(word.value.as_str())
    } else {
        None
    }
}
