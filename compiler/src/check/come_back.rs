//! Lists that go out and come in: a child that is made inside and sent must be known again when it comes back, or the import makes a
//! second one. Known again is what `adopt` in the import of the elements compares; where the key of an element is a field of ours,
//! written and read by rules that lead back, that field is compared without a word.

use crate::error::{Reports, join};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{
    Adopt, ChildKey, Direction, Mapping, Only, Origin, Rule, RuleKind, SourceId, Target, TargetId,
};
use crate::ir::{Connector, FieldId, MappingId, Model};
use crate::walk;

/// A list that goes both ways.
struct There<'c> {
    /// The rule that takes it in.
    import: &'c Rule,
    /// The rule that sends it.
    export: &'c Rule,
    /// The import of its elements.
    child: MappingId,
    /// The field that tells them apart.
    key: FieldId,
}

/// Sees to it that what is sent in a list is known again, or says what the author has to add.
pub(crate) fn known_again(connector: &mut Connector, models: &[Model], reports: &mut Reports) {
    let mut made: Vec<(MappingId, Adopt)> = Vec::new();
    for list in lists(connector) {
        let child = &connector.mappings[list.child.0];
        if child.adopt.is_some() || made.iter().any(|(id, _)| *id == list.child) {
            continue;
        }
        match by_key(connector, models, list.child, list.key).filter(|_| !runs_alone(connector, child)) {
            Some(target) => made.push((list.child, by(target, child))),
            None => reports.push(never_known(connector, models, &list)),
        }
    }
    for (MappingId(at), adopt) in made {
        connector.mappings[at].adopt = Some(adopt);
    }
}

fn by(target: TargetId, child: &Mapping) -> Adopt {
    Adopt {
        by: vec![target],
        fold: false,
        filter: None,
        shared: false,
        place: child.place.clone(),
    }
}

fn never_known(connector: &Connector, models: &[Model], list: &There<'_>) -> tenon_dsl::report::Report {
    let child = &connector.mappings[list.child.0];
    let external = &connector.externals[child.external.0];
    let key = &external.fields[list.key.0].name.text;
    let field = compared(models, child).unwrap_or("FIELD");
    let places = (list.import.place.span, list.export.place.span, child.place.span);
    join::comes_back_as_new(places, &external.name.text, key, field)
}

/// The lists that an import takes in by a key and an export of the same records sends.
fn lists(connector: &Connector) -> Vec<There<'_>> {
    let mut found = Vec::new();
    for import in connector
        .mappings
        .iter()
        .filter(|one| one.direction == Direction::Import)
    {
        for rule in &import.rules {
            let RuleKind::Children {
                value,
                mapping,
                key: Some(ChildKey::Field(key)),
                ..
            } = &rule.kind
            else {
                continue;
            };
            let exports = connector.mappings.iter();
            let exports = exports.filter(|one| {
                one.direction == Direction::Export && (one.model, one.external) == (import.model, import.external)
            });
            let mut sent = exports.flat_map(|export| export.rules.iter().map(move |rule| (export, rule)));
            let read = main_fields(value);
            let export = sent.find(|(export, rule)| read.iter().any(|field| writes(export, rule, *field)));
            found.extend(export.map(|(_, export)| There {
                import: rule,
                export,
                child: *mapping,
                key: *key,
            }));
        }
    }
    found
}

/// The fields of the main record that a value reads.
fn main_fields(value: &Expr) -> Vec<FieldId> {
    let mut fields = Vec::new();
    walk::deep(value, &mut |part| {
        if let ExprKind::Field { of, field, external: _ } = &part.kind
            && matches!(of.kind, ExprKind::Source(SourceId(0)))
        {
            fields.push(*field);
        }
    });
    fields
}

fn writes(export: &Mapping, rule: &Rule, field: FieldId) -> bool {
    let out = |target: &TargetId| export.targets.get(target.0) == Some(&Target::Out(field));
    match &rule.kind {
        RuleKind::Copy { target, .. }
        | RuleKind::Set { target, .. }
        | RuleKind::Add { target, .. }
        | RuleKind::Children { target, .. } => out(target),
        RuleKind::SetMany { targets, .. } => targets.iter().any(|(_, target)| out(target)),
    }
}

/// The target that holds the key of an element, where what was sent in it comes back as it was.
fn by_key(connector: &Connector, models: &[Model], child: MappingId, key: FieldId) -> Option<TargetId> {
    let import = &connector.mappings[child.0];
    let name = &connector.externals[import.external.0].fields[key.0].name.text;
    let mut rules = connector.two_way.iter();
    let two_way = rules.find(|rule| rule.import == child && rule.exact && rule.outside == [name.clone()]);
    let line = two_way.and_then(|two_way| {
        let mut rules = import.rules.iter();
        rules.find(|rule| rule.place.span == two_way.place.span)
    });
    let rule = line.or_else(|| written_twice(connector, models, import, key))?;
    target(rule)
}

fn target(rule: &Rule) -> Option<TargetId> {
    match &rule.kind {
        RuleKind::Copy { target, .. } | RuleKind::Set { target, .. } => Some(*target),
        RuleKind::SetMany { .. } | RuleKind::Add { .. } | RuleKind::Children { .. } => None,
    }
}

/// The same of an import and an export that are written by themselves: `code = n.code` and `n.code = code`.
fn written_twice<'c>(connector: &Connector, models: &[Model], import: &'c Mapping, key: FieldId) -> Option<&'c Rule> {
    let mut exports = connector.mappings.iter();
    let export = exports.find(|one| {
        one.direction == Direction::Export && (one.model, one.external) == (import.model, import.external)
    })?;
    let taken = import.rules.iter().find(|rule| plain(rule) == Some(key))?;
    let held = stored_name(models, import, target(taken)?)?;
    // The view of a model has its fields by name.
    let view = &connector.externals[export.sources.first()?.external.0];
    let mut back = export
        .rules
        .iter()
        .filter(|rule| writes(export, rule, key))
        .filter_map(plain);
    back.any(|field| view.fields[field.0].name.text == held)
        .then_some(taken)
}

/// The field of the main record that a rule takes as it is, always.
fn plain(rule: &Rule) -> Option<FieldId> {
    if rule.when.is_some() || rule.only != Only::Always {
        return None;
    }
    match &rule.kind {
        RuleKind::Copy {
            source: SourceId(0),
            field,
            target: _,
        } => Some(*field),
        RuleKind::Set { value, target: _ } => field_of(value),
        RuleKind::Copy { .. } | RuleKind::SetMany { .. } | RuleKind::Add { .. } | RuleKind::Children { .. } => None,
    }
}

fn field_of(value: &Expr) -> Option<FieldId> {
    if let ExprKind::Builtin { name: "text", args } = &value.kind {
        return args.first().and_then(field_of);
    }
    let ExprKind::Field { of, field, external: _ } = &value.kind else {
        return None;
    };
    matches!(of.kind, ExprKind::Source(SourceId(0))).then_some(*field)
}

fn stored_name<'m>(models: &'m [Model], import: &Mapping, target: TargetId) -> Option<&'m str> {
    match import.targets.get(target.0)? {
        Target::Field(field) => Some(&models[import.model.0].fields.get(field.0)?.name.text),
        Target::Binding(_) | Target::Out(_) => None,
    }
}

/// A field by which the author may want elements to be known again: the first that is required and copied.
fn compared<'m>(models: &'m [Model], import: &Mapping) -> Option<&'m str> {
    let fields = &models[import.model.0].fields;
    let copied = import.rules.iter().filter(|rule| plain(rule).is_some());
    let mut names = copied.filter_map(|rule| stored_name(models, import, target(rule)?));
    let is_required = |name: &&str| fields.iter().any(|field| field.name.text == *name && !field.nullable);
    names.find(is_required)
}

/// Whether a job may import an element by itself: what `adopt` says holds for that, too, so the author says it.
fn runs_alone(connector: &Connector, import: &Mapping) -> bool {
    let is_enclosed = import
        .sources
        .iter()
        .any(|source| matches!(source.origin, Origin::Enclosing));
    let has_adapter = connector
        .adapters
        .iter()
        .any(|adapter| adapter.external == import.external);
    has_adapter && !is_enclosed && import.params.is_empty()
}
