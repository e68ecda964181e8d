//! Amended declarations of data: a field declared again replaces the inherited one, renames apply at once.

use super::super::change::Owner;
use super::model::is_required;
use super::{Amending, spelled};
use crate::error::version;
use crate::suggest::{meant, nearest};
use std::collections::BTreeMap;
use tenon_dsl::ast::{self, Amended, DropKind, Dropped, Field, Modifier, Operation};
use tenon_dsl::source::{Name, Span};

/// What holds fields, and what they are called in reports.
struct Holder<'h> {
    owner: Owner,
    /// `field`, `value`
    noun: &'static str,
    /// `Customer`, `the backend`
    title: &'h str,
}

impl<'a> Amending<'_, 'a> {
    pub(super) fn backend(&mut self, declared: &ast::Backend, word: Option<Span>, drops: &[Dropped], span: Span) {
        let inherited: Vec<&ast::Backend> = self.items.backends.iter().map(|backend| backend.item).collect();
        if inherited.is_empty() {
            self.reports
                .push(version::amends_nothing(span, "backend", "backend", None));
            return;
        }
        let mut made = self.made.backend.take().unwrap_or_else(|| merged(&inherited));
        let holder = Holder {
            owner: Owner::Backend,
            noun: "value",
            title: "the backend",
        };
        self.fields(&holder, &mut made.fields, &declared.fields, drops);
        made.doc = declared.doc.clone().or(made.doc);
        made.wire = declared.wire.clone().or(made.wire);
        if let Some(protocol) = &declared.adapter {
            let parent = made.adapter.as_ref().map(|parent| parent.span);
            match (word, parent) {
                (None, Some(parent)) => {
                    let title = self.changes.title(parent);
                    self.reports.push(version::mapped_by_parent(
                        protocol.name.span,
                        ("adapter", "declared", "override adapter .."),
                        (parent, &title),
                        &self.version.title(),
                    ));
                }
                (Some(word), None) => self
                    .reports
                    .push(version::overrides_nothing(word, "adapter", "adapter", None)),
                (Some(_), Some(_)) | (None, None) => {}
            }
            self.changes.declared_anew("adapter", protocol.span);
            made.adapter = Some(protocol.clone());
        }
        self.made.backend = Some(made);
    }

    pub(super) fn external(&mut self, declared: &ast::External, drops: &[Dropped]) {
        let name = &declared.name;
        let made = self.made.externals.get(&name.value).cloned();
        let Some(mut made) = self.current((made, &self.items.externals), "external record", name) else {
            return;
        };
        let holder = Holder {
            owner: Owner::Record(name.value.clone()),
            noun: "field",
            title: &name.value,
        };
        let renamed = self.fields(&holder, &mut made.fields, &declared.fields, drops);
        follow(&mut made.key, &renamed);
        if !declared.key.is_empty() {
            made.key = declared.key.clone();
        }
        made.doc = declared.doc.clone().or(made.doc);
        self.made.externals.insert(name.value.clone(), made);
    }

    pub(super) fn binding(&mut self, declared: &ast::Binding, drops: &[Dropped]) {
        let name = &declared.external;
        let made = self.made.bindings.get(&name.value).cloned();
        let Some(mut made) = self.current((made, &self.items.bindings), "binding", name) else {
            return;
        };
        let holder = Holder {
            owner: Owner::Binding(name.value.clone()),
            noun: "field",
            title: &format!("binding {}", name.value),
        };
        let inline = declared.inline.as_ref().map(|inline| inline.model.span);
        let keys = declared.key.iter().chain(&declared.scope).map(|name| name.span);
        for span in keys.chain(declared.one_to_one).chain(inline) {
            self.reports.push(version::binding_is_shared(span, &name.value));
        }
        for field in &declared.fields {
            let known = |name: &str| made.fields.iter().find(|known| known.name.value == name);
            if let Some(old) = old_name(field) {
                self.reports.push(version::binding_is_shared(old.span, &name.value));
            } else if known(&field.name.value).is_some() {
                self.reports
                    .push(version::binding_is_shared(field.name.span, &name.value));
            } else if is_required(field) {
                let title = format!("binding {}", name.value);
                self.reports
                    .push(version::model_requires(field.span, (&title, &field.name.value)));
            }
        }
        let drops = self.droppable(&name.value, &made.fields, drops);
        self.fields(&holder, &mut made.fields, &declared.fields, &drops);
        made.doc = declared.doc.clone().or(made.doc);
        self.made.bindings.insert(name.value.clone(), made);
    }

    /// The drops of fields of a binding that no parent version requires.
    fn droppable(&mut self, record: &str, fields: &[Field], drops: &[Dropped]) -> Vec<Dropped> {
        let mut kept = drops.to_vec();
        for dropped in &mut kept {
            dropped.names.retain(|target| {
                let name = spelled(target);
                let field = fields.iter().find(|known| known.name.value == name);
                let required = field.is_some_and(is_required);
                if required {
                    self.reports.push(version::binding_requires(target.span, record, &name));
                }
                !required
            });
        }
        kept
    }

    pub(super) fn adapter(&mut self, doc: Option<&String>, external: &Name, operations: &[Amended<Operation>]) {
        let made = self.made.adapters.get(&external.value).cloned();
        let Some(mut made) = self.current((made, &self.items.adapters), "adapter", external) else {
            return;
        };
        let owner = Owner::Adapter(external.value.clone());
        let inherited = made.operations.clone();
        let parent = |name: &str| inherited.iter().find(|known| known.name.value == name);
        let near = |name: &str| nearest(name, inherited.iter().map(|known| known.name.value.as_str()));
        for line in operations {
            match line {
                Amended::Added(operation) => {
                    if let Some(first) = parent(&operation.name.value)
                        && made.operations.iter().any(|known| known == first)
                    {
                        self.declared_by_parent(&operation.name, first.name.span);
                        continue;
                    }
                    self.changes.declared_anew(&operation.name.value, operation.name.span);
                    made.operations.push(operation.clone());
                }
                Amended::Override {
                    span: _,
                    line: operation,
                } => {
                    let name = &operation.name;
                    match made.operations.iter_mut().find(|known| known.name.value == name.value) {
                        Some(slot) if parent(&name.value).is_some() => {
                            self.changes.declared_anew(&name.value, name.span);
                            *slot = operation.clone();
                        }
                        Some(_) | None => self.reports.push(version::overrides_nothing(
                            name.span,
                            "operation",
                            &name.value,
                            near(&name.value),
                        )),
                    }
                }
                Amended::Drop(dropped) => {
                    for target in self.parts_of(dropped) {
                        let name = spelled(target);
                        if parent(&name).is_none() {
                            let report = version::drops_nothing(target.span, "operation", &name, near(&name));
                            self.reports.push(report);
                            continue;
                        }
                        made.operations.retain(|known| known.name.value != name);
                        self.drop_of(owner.clone(), "operation", (&name, target.span), None);
                    }
                }
            }
        }
        made.doc = doc.cloned().or(made.doc);
        self.made.adapters.insert(external.value.clone(), made);
    }

    /// The names of a `drop` that says no kind: the block holds one kind of thing only.
    fn parts_of<'d>(&mut self, dropped: &'d Dropped) -> &'d [ast::mapping::Target] {
        if dropped.kind == DropKind::Part {
            return &dropped.names;
        }
        self.reports.push(version::drops_no_such_thing(dropped.span));
        &[]
    }

    /// E0801 of an operation.
    fn declared_by_parent(&mut self, name: &Name, parent: Span) {
        let title = self.changes.title(parent);
        let line = match self.places.is_yaml(name.span) {
            true => format!("override {}: ..", name.value),
            false => format!("override {} = ..", name.value),
        };
        self.reports.push(version::mapped_by_parent(
            name.span,
            (&name.value, "declared", &line),
            (parent, &title),
            &self.version.title(),
        ));
    }

    /// The fields of an amended declaration; gives what was renamed.
    fn fields(
        &mut self,
        holder: &Holder<'_>,
        fields: &mut Vec<Field>,
        declared: &[Field],
        drops: &[Dropped],
    ) -> BTreeMap<String, String> {
        let renamed = self.renames(holder, fields, declared, drops);
        for dropped in drops {
            for target in self.parts_of(dropped) {
                self.drop_field(holder, fields, declared, target);
            }
        }
        let mut placed: Vec<usize> = Vec::new();
        for field in declared {
            let old = renamed.iter().find(|(_, new)| **new == field.name.value);
            let place = old.map_or(field.name.value.as_str(), |(old, _)| old.as_str());
            let inherited = |(at, known): (usize, &Field)| known.name.value == place && !placed.contains(&at);
            let at = fields.iter().enumerate().position(inherited);
            let made = Field {
                modifiers: without_rename(&field.modifiers),
                ..field.clone()
            };
            self.changes.declared_anew(&field.name.value, field.name.span);
            match at {
                Some(at) => fields[at] = made,
                None => fields.push(made),
            }
            placed.push(at.unwrap_or(fields.len() - 1));
        }
        let renames = renamed.clone();
        self.changes.renamed(holder.owner.clone(), renames);
        renamed
    }

    /// Old names to new ones.
    fn renames(
        &mut self,
        holder: &Holder<'_>,
        fields: &mut Vec<Field>,
        declared: &[Field],
        drops: &[Dropped],
    ) -> BTreeMap<String, String> {
        let mut renamed = BTreeMap::new();
        let mut clashing: Vec<String> = Vec::new();
        for field in declared {
            let Some(old) = old_name(field) else { continue };
            let known = |name: &str| fields.iter().find(|known| known.name.value == name);
            if known(&old.value).is_none() {
                let near = nearest(&old.value, fields.iter().map(|known| known.name.value.as_str()));
                let known = fields.iter().map(|known| known.name.value.as_str());
                let edit = meant(old.span, &old.value, known);
                let report = version::renames_nothing(old.span, holder.title, &old.value, near).edit(edit);
                self.reports.push(report);
                continue;
            }
            if renamed.contains_key(&old.value) {
                self.reports.push(version::renamed_twice(field.name.span, &old.value));
                continue;
            }
            renamed.insert(old.value.clone(), field.name.value.clone());
        }
        // A new name that the parent has must itself be given away in the same amendment.
        for field in declared.iter().filter(|field| old_name(field).is_some()) {
            let taken = fields.iter().find(|known| known.name.value == field.name.value);
            let given_away = renamed.contains_key(&field.name.value);
            let mut dropped = drops.iter().flat_map(|dropped| &dropped.names);
            let is_dropped = dropped.any(|target| spelled(target) == field.name.value);
            if let Some(first) = taken.filter(|_| !given_away && !is_dropped) {
                let title = self.changes.title(first.name.span);
                self.reports.push(version::renamed_onto(
                    field.name.span,
                    &field.name.value,
                    (first.name.span, &title),
                ));
                clashing.push(field.name.value.clone());
            }
        }
        fields.retain(|known| !clashing.contains(&known.name.value));
        renamed
    }

    fn drop_field(
        &mut self,
        holder: &Holder<'_>,
        fields: &mut Vec<Field>,
        declared: &[Field],
        target: &ast::mapping::Target,
    ) {
        let name = spelled(target);
        let Some(at) = fields.iter().position(|known| known.name.value == name) else {
            let near = nearest(&name, fields.iter().map(|known| known.name.value.as_str()));
            let edit = meant(target.span, &name, fields.iter().map(|known| known.name.value.as_str()));
            let report = version::drops_nothing(target.span, holder.noun, &name, near);
            self.reports.push(report.edit(edit));
            return;
        };
        let gone = fields.remove(at);
        let likely = self.likely(&gone, declared);
        self.drop_of(holder.owner.clone(), holder.noun, (&name, target.span), likely);
    }

    /// The added field that is probably the dropped one under another name.
    fn likely(&self, gone: &Field, declared: &[Field]) -> Option<(String, String)> {
        let added = declared.iter().filter(|field| old_name(field).is_none());
        let same_type = |field: &&Field| format!("{:?}", field.ty) == format!("{:?}", gone.ty);
        let distance = |field: &&Field| strsim::osa_distance(&field.name.value, &gone.name.value);
        let near = |field: &&Field| distance(field) * 2 < field.name.value.len().max(gone.name.value.len());
        let found = added.clone().filter(same_type).filter(near).min_by_key(distance);
        let found = found.or_else(|| {
            let names = added.clone().map(|field| field.name.value.as_str());
            let name = nearest(&gone.name.value, names)?;
            added.clone().find(|field| field.name.value == name)
        })?;
        let written = self
            .places
            .text(found.span)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        Some((found.name.value.clone(), written))
    }
}

/// The inherited backends as one.
fn merged(inherited: &[&ast::Backend]) -> ast::Backend {
    let mut made = ast::Backend {
        doc: None,
        wire: None,
        fields: Vec::new(),
        adapter: None,
        span: inherited.first().map_or_else(Span::default, |first| first.span),
    };
    for backend in inherited {
        made.doc = backend.doc.clone().or(made.doc);
        made.wire = backend.wire.clone().or(made.wire);
        made.adapter = backend.adapter.clone().or(made.adapter);
        made.fields.extend(backend.fields.iter().cloned());
        made.span = backend.span;
    }
    made
}

/// Names that a declaration lists follow renames.
fn follow(names: &mut [Name], renamed: &BTreeMap<String, String>) {
    for name in names {
        if let Some(new) = renamed.get(&name.value) {
            name.value.clone_from(new);
        }
    }
}

fn old_name(field: &Field) -> Option<&Name> {
    field.modifiers.iter().find_map(|modifier| match modifier {
        Modifier::RenamedFrom(old) => Some(old),
        Modifier::Max(_)
        | Modifier::AsFormat(_)
        | Modifier::As(_)
        | Modifier::Zone(_)
        | Modifier::NullTexts(_)
        | Modifier::Sensitive(_)
        | Modifier::Readonly(_)
        | Modifier::PerLanguage(_)
        | Modifier::Default(_)
        | Modifier::Fill(_)
        | Modifier::OnDelete(_)
        | Modifier::By(_) => None,
    })
}

fn without_rename(modifiers: &[Modifier]) -> Vec<Modifier> {
    let kept = |modifier: &&Modifier| !matches!(modifier, Modifier::RenamedFrom(_));
    modifiers.iter().filter(kept).cloned().collect()
}
