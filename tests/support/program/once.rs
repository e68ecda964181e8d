//! Programs that say nothing twice: what a program may declare once stands there once, and `override` where it means something.
//!
//! A text file can be read all the same where it does not, YAML cannot: a map has no key twice.

use super::Program;
use std::collections::HashSet;
use tenon_dsl::ast::mapping::Statement;
use tenon_dsl::ast::{
    Adapter, Amend, Amended, Backend, Binding, Change, Document, ExternFn, External, Field, Internal, Item, Operation,
    Overridden, Param, Type, TypeKind,
};

impl Program {
    /// A file that says nothing twice.
    pub fn document_said_once(&mut self) -> Document {
        let mut document = self.document();
        document.items.iter_mut().for_each(item);
        once(&mut document.items, item_key);
        document
    }
}

/// Keeps the first of everything that has one key; what has none stays.
fn once<T>(list: &mut Vec<T>, key: impl Fn(&T) -> Option<String>) {
    let mut known = HashSet::new();
    list.retain(|thing| key(thing).is_none_or(|key| known.insert(key)));
}

fn item_key(item: &Item) -> Option<String> {
    match item {
        Item::Backend(_) => Some("backend".to_owned()),
        Item::External(external) => Some(format!("external {}", external.name.value)),
        Item::Internal(internal) => Some(format!("internal {}", internal.name.value)),
        Item::Binding(binding) => Some(format!("binding {}", binding.external.value)),
        Item::Adapter(adapter) => Some(format!("adapter {}", adapter.external.value)),
        Item::Table(table) => Some(format!("table {}", table.name.value)),
        Item::Amend(amend) => change_key(&amend.change),
        Item::Override(item) => match &item.item {
            Overridden::Table(table) => Some(format!("override table {}", table.name.value)),
            Overridden::Extern(_) => None,
        },
        Item::Extern(_) | Item::Mapping(_) | Item::Test(_) | Item::Drop(_) => None,
    }
}

fn change_key(change: &Change) -> Option<String> {
    match change {
        Change::Backend { .. } => Some("amend backend".to_owned()),
        Change::External { declared, .. } => Some(format!("amend external {}", declared.name.value)),
        Change::Internal { declared, .. } => Some(format!("amend internal {}", declared.name.value)),
        Change::Binding { declared, .. } => Some(format!("amend binding {}", declared.external.value)),
        Change::Adapter { external, .. } => Some(format!("amend adapter {}", external.value)),
        Change::Mapping { .. } => None,
    }
}

fn item(item: &mut Item) {
    match item {
        Item::Backend(Backend { fields, .. })
        | Item::External(External { fields, .. })
        | Item::Internal(Internal { fields, .. })
        | Item::Binding(Binding { fields, .. }) => self::fields(fields),
        Item::Adapter(Adapter { operations, .. }) => once(operations, |operation| Some(operation_key(operation))),
        Item::Extern(function) => extern_fn(function),
        Item::Mapping(mapping) => {
            params(&mut mapping.params);
            once(&mut mapping.statements, statement_key);
        }
        Item::Amend(Amend { change, .. }) => self::change(change),
        Item::Override(item) => match &mut item.item {
            Overridden::Extern(function) => extern_fn(function),
            Overridden::Table(_) => {}
        },
        Item::Table(_) | Item::Test(_) | Item::Drop(_) => {}
    }
}

fn change(change: &mut Change) {
    match change {
        Change::Backend {
            declared: Backend { fields, .. },
            ..
        }
        | Change::External {
            declared: External { fields, .. },
            ..
        }
        | Change::Internal {
            declared: Internal { fields, .. },
            ..
        }
        | Change::Binding {
            declared: Binding { fields, .. },
            ..
        } => self::fields(fields),
        Change::Adapter { operations, .. } => once(operations, |operation| match operation {
            Amended::Added(operation) => Some(operation_key(operation)),
            Amended::Override { line, .. } => Some(format!("override {}", operation_key(line))),
            Amended::Drop(_) => None,
        }),
        Change::Mapping { head, statements, .. } => {
            params(&mut head.params);
            statements.retain(can_stand);
            once(statements, |line| match line {
                Amended::Added(line) => statement_key(line),
                Amended::Override { line, .. } => override_key(line),
                Amended::Drop(_) => None,
            });
        }
    }
}

/// Only what has one place can be replaced.
fn can_stand(line: &Amended<Statement>) -> bool {
    match line {
        Amended::Override { line, .. } => matches!(
            line,
            Statement::Rule(_) | Statement::Let(_) | Statement::Adopt(_) | Statement::Batch(_)
        ),
        Amended::Added(_) | Amended::Drop(_) => true,
    }
}

fn statement_key(statement: &Statement) -> Option<String> {
    match statement {
        Statement::Let(binding) => Some(format!("let {}", binding.name.value)),
        Statement::Ignore(ignore) => Some(format!("ignore {:?}", ignore.paths)),
        Statement::Adopt(_)
        | Statement::Batch(_)
        | Statement::Skip(_)
        | Statement::Retry(_)
        | Statement::After(_)
        | Statement::Copy(_)
        | Statement::Rule(_)
        | Statement::Check(_) => None,
    }
}

fn override_key(statement: &Statement) -> Option<String> {
    let word = match statement {
        Statement::Adopt(_) => "adopt".to_owned(),
        Statement::Batch(_) => "batch".to_owned(),
        Statement::Skip(_)
        | Statement::Retry(_)
        | Statement::After(_)
        | Statement::Let(_)
        | Statement::Copy(_)
        | Statement::Rule(_)
        | Statement::Ignore(_)
        | Statement::Check(_) => statement_key(statement)?,
    };
    Some(format!("override {word}"))
}

fn operation_key(operation: &Operation) -> String {
    let params: Vec<&str> = operation.params.iter().map(|param| param.value.as_str()).collect();
    format!("{}({})", operation.name.value, params.join(", "))
}

fn extern_fn(function: &mut ExternFn) {
    params(&mut function.params);
    function.result.iter_mut().for_each(ty);
}

fn params(params: &mut Vec<Param>) {
    once(params, |param| Some(param.name.value.clone()));
    params.iter_mut().for_each(|param| ty(&mut param.ty));
}

fn fields(fields: &mut Vec<Field>) {
    once(fields, |field| Some(field.name.value.clone()));
    fields.iter_mut().for_each(|field| ty(&mut field.ty));
}

fn ty(ty: &mut Type) {
    match &mut ty.kind {
        TypeKind::Record(inner) => fields(inner),
        TypeKind::List(inner) | TypeKind::Map(inner) => self::ty(inner),
        TypeKind::Union(units) => units.iter_mut().for_each(self::ty),
        TypeKind::Named(_)
        | TypeKind::Decimal { .. }
        | TypeKind::Word(_)
        | TypeKind::Null
        | TypeKind::Ref(_)
        | TypeKind::Ext(_) => {}
    }
}
