//! Targets: what the rules of a mapping may write.

use crate::check::body::Body;
use crate::error::name;
use crate::ir::expr::{Base, Type};
use crate::ir::mapping::{Direction, Target, TargetId};
use crate::ir::{FieldId, ModelField, ModelFieldId, ModelKind};
use crate::resolve::Owner;
use crate::types;
use tenon_dsl::ast::mapping::{self as ast, Statement};
use tenon_dsl::source::{Name, Span};

impl Body<'_, '_> {
    /// Finds all targets: fields in the order of the model, then those of the binding.
    pub(super) fn find_targets(&mut self, statements: &[Statement]) {
        let mut found: Vec<Target> = Vec::new();
        for statement in statements {
            match statement {
                Statement::Rule(rule) => {
                    for target in &rule.targets {
                        if self.is_elsewhere(target) {
                            // It may be meant for this record.
                            self.has_wrong_target |= self.is_of_no_output(target);
                            continue;
                        }
                        let target = self.target(target);
                        self.has_wrong_target |= target.is_none();
                        found.extend(target);
                    }
                }
                Statement::Copy(_) if self.output > 0 => {}
                Statement::Copy(copy) => {
                    for field in self.copied(copy) {
                        let target = match self.direction {
                            Direction::Import => self.model_target(&field, None),
                            Direction::Export => self.out_target(&field),
                        };
                        self.has_wrong_target |= target.is_none();
                        found.extend(target);
                    }
                }
                Statement::Adopt(_)
                | Statement::Batch(_)
                | Statement::Skip(_)
                | Statement::Retry(_)
                | Statement::After(_)
                | Statement::Let(_)
                | Statement::Ignore(_)
                | Statement::Check(_) => {}
            }
        }
        found.sort_by_key(|target| match target {
            Target::Field(ModelFieldId(field)) | Target::Out(FieldId(field)) => (0, *field),
            Target::Binding(field) => (1, field.0),
        });
        self.rules_of_target = Vec::new();
        for group in found.chunk_by(|a, b| a == b) {
            self.rules_of_target.push(group.len());
        }
        found.dedup();
        self.targets = found;
    }

    /// The target that a rule names; says where there is none.
    pub(super) fn target(&mut self, written: &ast::Target) -> Option<Target> {
        if self.direction == Direction::Export {
            return self.export_target(written);
        }
        match &written.path[..] {
            [field] => self.model_target(field, Some(written.span)),
            [word, field] if word.value == "binding" => self.binding_target(field),
            [first, ..] => {
                let dotted = self.text(written.span).to_owned();
                let model = self.world.inside.model(self.model).name.text.clone();
                let name = Name::new(dotted, first.span.to(written.span));
                let fields = self.model_fields();
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                self.report(name::unknown_target(&name, &model, &fields, None));
                None
            }
            [] => None,
        }
    }

    fn model_fields(&self) -> Vec<String> {
        let fields = &self.world.inside.model(self.model).fields;
        fields.iter().map(|field| field.name.text.clone()).collect()
    }

    fn model_target(&mut self, field: &Name, rule: Option<Span>) -> Option<Target> {
        if let Some(found) = self.world.inside.field(self.model, &field.value) {
            return Some(Target::Field(found));
        }
        let model = self.world.inside.model(self.model).name.text.clone();
        let fields = self.model_fields();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let place = rule.map(|span| self.world.places.place(span));
        let value = place
            .as_ref()
            .and_then(|place| place.line().split_once('='))
            .map(|(_, value)| value.trim());
        let binding = value.map(|value| format!("binding.{} = {value}", field.value));
        self.report(name::unknown_target(field, &model, &fields, binding.as_deref()));
        None
    }

    pub(super) fn binding_target(&mut self, field: &Name) -> Option<Target> {
        let external = &self.world.outside.ir.externals[self.external.0];
        let title = format!("binding {}", external.name.text);
        let fields = external.binding.as_ref().map_or(&[][..], |binding| &binding.fields);
        let owner = Owner::Binding(external.name.text.clone());
        let name = self.world.outside.changes.name(&owner, &field.value, field.span);
        let found = fields.iter().position(|known| known.name.text == name);
        if found.is_none() {
            if let Some(report) = self.lost(&owner, &field.value, field.span) {
                self.report(report);
                return None;
            }
            let known: Vec<&str> = fields.iter().map(|field| field.name.text.as_str()).collect();
            let report = name::unknown_target(field, &title, &known, None);
            self.report(report);
        }
        found.map(|at| Target::Binding(ModelFieldId(at)))
    }

    /// The number of a target.
    pub(super) fn target_id(&self, target: &Target) -> Option<TargetId> {
        self.targets.iter().position(|known| known == target).map(TargetId)
    }

    /// The declaration of a target.
    pub(crate) fn target_field(&self, target: &Target) -> Option<&ModelField> {
        match target {
            Target::Field(field) => self.world.inside.model(self.model).fields.get(field.0),
            Target::Binding(field) => {
                let binding = self.world.outside.ir.externals[self.external.0].binding.as_ref()?;
                binding.fields.get(field.0)
            }
            Target::Out(_) => None,
        }
    }

    /// What a target holds.
    pub(super) fn target_type(&self, target: &Target) -> Type {
        match target {
            Target::Field(field) => self.world.inside.type_of(self.model, *field),
            Target::Binding(field) => {
                let is_wrong = self.world.outside.wrong_bindings.contains(&(self.external.0, *field));
                match (is_wrong, self.target_field(target)) {
                    (false, Some(declared)) => types::of_stored(declared),
                    (true, _) | (_, None) => types::wrong(),
                }
            }
            Target::Out(field) => self.world.outside.type_of(self.external, *field),
        }
    }

    /// The name that a target is written with.
    pub(crate) fn target_name(&self, target: &Target) -> String {
        let name = self.target_field(target).map_or("", |field| field.name.text.as_str());
        match target {
            Target::Out(field) => self.out_field(*field).name.text.clone(),
            Target::Field(_) => name.to_owned(),
            Target::Binding(_) => format!("binding.{name}"),
        }
    }

    /// Whether a new record must be given a value.
    pub(super) fn is_required(&self, target: &Target) -> bool {
        match target {
            Target::Field(_) | Target::Binding(_) => self.target_field(target).is_some_and(required),
            Target::Out(field) => self.is_required_out(*field),
        }
    }

    /// The model or binding that a target belongs to.
    pub(super) fn target_owner(&self, target: &Target) -> String {
        match target {
            Target::Field(_) => self.world.inside.model(self.model).name.text.clone(),
            Target::Out(_) => self.world.outside.ir.externals[self.external.0].name.text.clone(),
            Target::Binding(_) => format!("binding {}", self.world.outside.ir.externals[self.external.0].name.text),
        }
    }
}

/// Whether a new record must be given a value of the field.
pub(crate) fn required(field: &ModelField) -> bool {
    let has_column = match &field.kind {
        ModelKind::Scalar(_) | ModelKind::Ref { .. } | ModelKind::Key { .. } => true,
        // A list or map that nobody writes is empty.
        ModelKind::Value(ty) => matches!(ty.base, Base::Record(_)),
        ModelKind::OneToMany { .. } | ModelKind::ManyToMany { .. } => false,
    };
    has_column && !field.nullable && field.default.is_none()
}
