//! What the checks of one mapping may look at: the models of the inside, the schema and the headers of its connector.

use crate::builtin;
use crate::check::mapping::Head;
use crate::check::schema::view::{behind, is_behind};
use crate::check::two_way::Halves;
use crate::ir::expr::Type;
use crate::ir::{
    Connector, ExternId, ExternalId, FieldId, Model, ModelFieldId, ModelId, Operation, SettingId, TableId,
};
use crate::place::Places;
use crate::resolve::{Changes, Now, Owner};
use crate::types::{self, TypeNames};
use std::collections::{HashMap, HashSet};
use tenon_dsl::ast;
use tenon_dsl::source::{Name, Span};

/// The models of the inside.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    /// In order of file name and declaration.
    pub(crate) models: Vec<Model>,
    /// By name.
    pub(crate) index: HashMap<String, ModelId>,
    /// Fields whose type is a mistake.
    pub(crate) wrong: HashSet<(ModelId, ModelFieldId)>,
    /// Models with a key that is a mistake.
    pub(crate) wrong_keys: HashSet<ModelId>,
}

impl Inside {
    /// The model of this name.
    pub(crate) fn find(&self, name: &str) -> Option<ModelId> {
        self.index.get(name).copied()
    }

    /// A model.
    pub(crate) fn model(&self, id: ModelId) -> &Model {
        &self.models[id.0]
    }

    /// The field of this name.
    pub(crate) fn field(&self, model: ModelId, name: &str) -> Option<ModelFieldId> {
        let fields = &self.model(model).fields;
        fields
            .iter()
            .position(|field| field.name.text == name)
            .map(ModelFieldId)
    }

    /// What a stored field holds.
    pub(crate) fn type_of(&self, model: ModelId, field: ModelFieldId) -> Type {
        match self.wrong.contains(&(model, field)) {
            true => types::wrong(),
            false => types::of_stored(&self.model(model).fields[field.0]),
        }
    }

    /// Names of all models.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.models.iter().map(|model| model.name.text.as_str()).collect()
    }
}

/// One connector, its schema complete.
#[derive(Debug)]
pub(crate) struct Outside<'a> {
    /// Without mappings as long as they are checked.
    pub(crate) ir: Connector,
    /// `magento 1.7`
    pub(crate) title: String,
    /// By name.
    pub(crate) index: HashMap<String, ExternalId>,
    /// Fields whose type is a mistake.
    pub(crate) wrong: HashSet<(ExternalId, FieldId)>,
    /// Fields of bindings whose type is a mistake.
    pub(crate) wrong_bindings: HashSet<(usize, ModelFieldId)>,
    /// Settings whose type is a mistake.
    pub(crate) wrong_settings: HashSet<SettingId>,
    /// Record types whose key is a mistake.
    pub(crate) wrong_keys: HashSet<ExternalId>,
    /// Functions with a type that is a mistake.
    pub(crate) wrong_externs: HashSet<ExternId>,
    /// Whether an adapter belongs to a type that there is not: then nobody can say which operations are missing.
    pub(crate) loses_adapter: bool,
    /// As declared, in the order of `ir.externs`.
    pub(crate) externs: Vec<&'a ast::ExternFn>,
    /// Headers of the mappings, in order.
    pub(crate) heads: Vec<Head<'a>>,
    /// Which of them are halves of two-way ones.
    pub(crate) halves: &'a Halves,
    /// What the versions of the chain renamed and dropped.
    pub(crate) changes: Changes<'a>,
    /// What exports read of each model.
    pub(crate) views: HashMap<ModelId, ExternalId>,
}

impl Outside<'_> {
    /// The external record of this name.
    pub(crate) fn find(&self, name: &str) -> Option<ExternalId> {
        self.index.get(name).copied()
    }

    /// Names of all external records that the author named.
    pub(crate) fn names(&self) -> Vec<&str> {
        let named = self.ir.externals.iter().filter(|external| external.stored.is_none());
        let named = named.map(|external| external.name.text.as_str());
        named.filter(|name| !name.contains('.')).collect()
    }

    /// The field of this name.
    pub(crate) fn field(&self, external: ExternalId, name: &str) -> Option<FieldId> {
        let fields = &self.ir.externals[external.0].fields;
        fields.iter().position(|field| field.name.text == name).map(FieldId)
    }

    /// The field that a name means where it stands: an inherited line says it as its own version does.
    pub(crate) fn field_at(&self, external: ExternalId, name: &str, span: Span) -> Option<FieldId> {
        if !self.changes.has_events() || self.ir.externals[external.0].stored.is_some() {
            return self.field(external, name);
        }
        match self.changes.now(&self.record(external), name, span) {
            Now::Called(name) => self.field(external, &name),
            Now::Gone(_) => None,
        }
    }

    /// Whose fields those of a record are.
    pub(crate) fn record(&self, external: ExternalId) -> Owner {
        Owner::Record(self.ir.externals[external.0].name.text.clone())
    }

    /// The names of the fields that an author may write.
    pub(crate) fn field_names(&self, external: ExternalId) -> Vec<&str> {
        let fields = &self.ir.externals[external.0].fields;
        let names = fields.iter().map(|field| field.name.text.as_str());
        names.filter(|name| !is_behind(name)).collect()
    }

    /// The record behind a reference of a view: the field that holds it.
    pub(crate) fn behind(&self, external: ExternalId, field: FieldId) -> Option<FieldId> {
        let fields = &self.ir.externals[external.0].fields;
        self.field(external, &behind(&fields[field.0].name.text))
    }

    /// The operations of a type.
    pub(crate) fn operations(&self, external: ExternalId) -> impl Iterator<Item = &Operation> {
        let adapters = self
            .ir
            .adapters
            .iter()
            .filter(move |adapter| adapter.external == external);
        adapters.flat_map(|adapter| &adapter.operations)
    }

    /// What a field of a payload holds.
    pub(crate) fn type_of(&self, external: ExternalId, field: FieldId) -> Type {
        if self.wrong.contains(&(external, field)) {
            return types::wrong();
        }
        let declared = &self.ir.externals[external.0].fields[field.0];
        Type {
            base: types::of_field(&declared.ty, declared.max),
            nullable: declared.nullable,
            optional: declared.optional && declared.default.is_none(),
        }
    }

    /// Whether the header of a mapping is a mistake: then nobody can say which mapping is missing.
    pub(crate) fn loses_mapping(&self) -> bool {
        self.heads
            .iter()
            .any(|head| head.model.is_none() || head.external.is_none())
    }

    /// The setting that a name means where it stands.
    pub(crate) fn setting(&self, name: &Name) -> Option<SettingId> {
        let name = match self.changes.now(&Owner::Backend, &name.value, name.span) {
            Now::Called(name) => name,
            Now::Gone(_) => return None,
        };
        self.ir
            .settings
            .iter()
            .position(|setting| setting.name.text == name)
            .map(SettingId)
    }

    /// The table of this name.
    pub(crate) fn table(&self, name: &str) -> Option<TableId> {
        self.ir
            .tables
            .iter()
            .position(|table| table.name.text == name)
            .map(TableId)
    }

    /// The function of this name.
    pub(crate) fn external_function(&self, name: &str) -> Option<ExternId> {
        self.externs
            .iter()
            .position(|function| function.name.value == name)
            .map(ExternId)
    }
}

/// All of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World<'w, 'a> {
    /// The inside.
    pub(crate) inside: &'w Inside,
    /// The connector.
    pub(crate) outside: &'w Outside<'a>,
    /// Places as text.
    pub(crate) places: &'w Places<'a>,
}

impl<'w> World<'w, '_> {
    /// The names that types are shown with.
    pub(crate) fn names(self) -> TypeNames<'w> {
        TypeNames {
            models: &self.inside.models,
            externals: &self.outside.ir.externals,
        }
    }

    /// A type in the author's words.
    pub(crate) fn show(self, ty: &Type) -> String {
        self.names().show(ty)
    }

    /// Whether a value converts by itself, absence apart.
    pub(crate) fn fits(self, from: &Type, to: &Type) -> Result<(), types::Misfit> {
        types::fits(&from.base, &to.base, &self.outside.ir.externals)
    }

    /// The smallest type that both convert to.
    pub(crate) fn join(self, a: &Type, b: &Type) -> Option<Type> {
        types::join(a, b, &self.outside.ir.externals)
    }

    /// Every name that may be called.
    pub(crate) fn function_names(self) -> Vec<&'w str> {
        let built_in = builtin::BUILTINS.iter().map(|function| function.name);
        let tables = self.outside.ir.tables.iter().map(|table| table.name.text.as_str());
        let own = self.outside.externs.iter().map(|function| function.name.value.as_str());
        built_in.chain(tables).chain(own).collect()
    }
}
