//! Two versions of a connector compared: what each target gets, how its rule came to be another one, and what that means for who
//! relies on it. Compares meaning, not text: `let`s and questions to the store stand in place of their names, renamed fields have the
//! names of the first version.

mod record;
mod schema;

use crate::ir::expr::ExprKind;
use crate::ir::mapping::{Direction, Mapping, Rule, RuleKind, Source, Target};
use crate::ir::outline::{Names, display_name, whole_rest, whole_rule, whole_source, whole_target};
use crate::ir::{Connector, External, ExternalId, Field, FieldId, Place, Program, Wire};
use crate::walk;
use std::collections::{BTreeMap, BTreeSet};

/// What differs between two versions.
#[derive(Clone, Debug)]
pub struct Diff {
    /// `magento 1.7`
    pub from: String,
    /// `magento 2.0`
    pub to: String,
    /// Backend, records, adapters, then mappings.
    pub changes: Vec<Change>,
}

/// One part of a connector in both versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `import res.partner from Customer`, `external Customer`
    pub of: String,
    /// `lang`
    pub name: String,
    /// What became of it.
    pub how: How,
    /// What that means; absent: nothing for who relies on it.
    pub class: Option<Class>,
    /// Why it has this class, in words.
    pub why: String,
    /// Where the first version says it.
    pub before: Option<Place>,
    /// Where the second one does.
    pub after: Option<Place>,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It is as it was.
    Same,
    /// It is as it was but for renamed fields.
    Renamed,
    /// It, or something it is made of, was replaced.
    Overridden,
    /// It is gone.
    Dropped,
    /// It was not there.
    New,
}

/// What a change means for who relies on the first version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Something that the first version has or takes is gone.
    Breaking,
    /// The same record may give another value.
    ValueChanging,
    /// Only how it is sent or fetched differs.
    WireOnly,
}

impl How {
    /// `overridden`
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Renamed => "renamed",
            Self::Overridden => "overridden",
            Self::Dropped => "dropped",
            Self::New => "new",
        }
    }
}

impl Class {
    /// `value-changing`
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::ValueChanging => "value-changing",
            Self::WireOnly => "wire-only",
        }
    }
}

/// One version, and what the other one calls its fields.
#[derive(Clone, Copy)]
struct Side<'p> {
    program: &'p Program,
    connector: &'p Connector,
    names: &'p Names,
}

/// Compares two versions of a program.
pub fn diff(program: &Program, before: &Connector, after: &Connector) -> Diff {
    diff_between((program, before), (program, after))
}

/// Compares a version of one program with one of another: the same files before and after a change.
pub fn diff_between(before: (&Program, &Connector), after: (&Program, &Connector)) -> Diff {
    let (first, second) = (before, after);
    let (before, after) = (before.1, after.1);
    let shared = shared_depth(before, after);
    let (names_before, names_after) = (back_to(before, shared), back_to(after, shared));
    let side = |(program, connector), names| Side {
        program,
        connector,
        names,
    };
    let sides = (side(first, &names_before), side(second, &names_after));
    let mut changes = schema::changes(sides.0, sides.1);
    mappings(sides.0, sides.1, &mut changes);
    Diff {
        from: display_name(before),
        to: display_name(after),
        changes,
    }
}

/// How many versions from the root down both have.
fn shared_depth(a: &Connector, b: &Connector) -> usize {
    let pairs = a.history.versions.iter().zip(&b.history.versions);
    pairs.take_while(|(a, b)| a.0 == b.0).count()
}

/// What a version calls now, as the version at a depth of its chain called it.
fn back_to(connector: &Connector, depth: usize) -> Names {
    let mut names = Names::new();
    for rename in connector.history.renames.iter().filter(|rename| rename.depth > depth) {
        let before = names.clone();
        for (old, new) in &rename.names {
            let first = before.get(&(rename.record.clone(), old.clone())).unwrap_or(old);
            names.insert((rename.record.clone(), new.clone()), first.clone());
        }
    }
    names
}

impl<'p> Side<'p> {
    fn external(self, id: ExternalId) -> &'p External {
        &self.connector.externals[id.0]
    }

    /// A field by the names of the first version.
    fn field_name(self, external: ExternalId, field: FieldId) -> (String, String) {
        let record = &self.external(external).name.text;
        let name = &self.external(external).fields[field.0].name.text;
        (record.clone(), self.called(Some(record), name))
    }

    /// A text with names in place of the numbers of settings, which differ by version.
    fn with_settings(self, text: String) -> String {
        let settings = self.connector.settings.iter().enumerate();
        settings.rev().fold(text, |text, (at, setting)| {
            text.replace(&format!("SettingId({at})"), &self.called(None, &setting.name.text))
        })
    }

    fn called(self, record: Option<&str>, name: &str) -> String {
        let other = self.names.get(&(record.map(str::to_owned), name.to_owned()));
        other.cloned().unwrap_or_else(|| name.to_owned())
    }

    /// `import res.partner from Customer`
    fn title(self, mapping: &Mapping) -> String {
        let model = &self.program.models[mapping.model.0].name.text;
        let external = &self.external(mapping.external).name.text;
        let variant = mapping
            .variant
            .as_ref()
            .map_or_else(String::new, |name| format!(" as {name}"));
        match mapping.direction {
            Direction::Import => format!("import {model}{variant} from {external}"),
            Direction::Export => format!("export {model}{variant} to {external}"),
        }
    }
}

fn mappings(before: Side<'_>, after: Side<'_>, changes: &mut Vec<Change>) {
    let find = |side: Side<'_>, title: &str| side.connector.mappings.iter().position(|one| side.title(one) == title);
    for mapping in &before.connector.mappings {
        let title = before.title(mapping);
        match find(after, &title) {
            Some(at) => targets(
                &title,
                (before, mapping),
                (after, &after.connector.mappings[at]),
                changes,
            ),
            None => changes.push(Change {
                of: title,
                name: "the mapping".to_owned(),
                how: How::Dropped,
                class: Some(Class::Breaking),
                why: "nothing writes its targets any more".to_owned(),
                before: Some(mapping.place.clone()),
                after: None,
            }),
        }
    }
    for mapping in &after.connector.mappings {
        let title = after.title(mapping);
        if find(before, &title).is_none() {
            changes.push(Change {
                of: title,
                name: "the mapping".to_owned(),
                how: How::New,
                class: Some(Class::ValueChanging),
                why: "its targets were not written".to_owned(),
                before: None,
                after: Some(mapping.place.clone()),
            });
        }
    }
}

/// Fields by record and name as the first version calls them: the declaration, and what it holds in words.
type Fields = BTreeMap<(String, String), (Field, String)>;

/// What one version makes of a target.
struct Made {
    /// The rules with all that they are made of, in the names of the first version.
    meaning: String,
    /// The same in its own names.
    own: String,
    /// The fields that are read.
    reads: Fields,
    place: Option<Place>,
}

fn targets(title: &str, before: (Side<'_>, &Mapping), after: (Side<'_>, &Mapping), changes: &mut Vec<Change>) {
    let (old, new) = (made(before.0, before.1), made(after.0, after.1));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let wire = (before.0.connector.wire, after.0.connector.wire);
    for name in names {
        changes.push(target(title, name, (old.get(name), new.get(name)), wire));
    }
    let rest = |side: (Side<'_>, &Mapping)| -> BTreeSet<String> {
        let (side, mapping) = side;
        let lines = whole_rest(side.program, side.connector, mapping, side.names);
        lines.into_iter().chain(joined_beside(side, mapping)).collect()
    };
    let (old, new) = (rest(before), rest(after));
    for (line, how) in old
        .difference(&new)
        .map(|line| (line, How::Dropped))
        .chain(new.difference(&old).map(|line| (line, How::New)))
    {
        let word = line.split(' ').next().unwrap_or_default();
        let (class, why) = match word {
            "batch" => (Class::WireOnly, "when it is fetched differs"),
            "param" | "within" => (Class::Breaking, "what runs it must give something else"),
            "then" => (Class::ValueChanging, "which records are written behind it differs"),
            _ => (
                Class::ValueChanging,
                "which records are stored, and as which, may differ",
            ),
        };
        changes.push(Change {
            of: title.to_owned(),
            name: line.clone(),
            how,
            class: Some(class),
            why: why.to_owned(),
            before: (how == How::Dropped).then(|| before.1.place.clone()),
            after: (how == How::New).then(|| after.1.place.clone()),
        });
    }
}

fn target(title: &str, name: &str, made: (Option<&Made>, Option<&Made>), wire: (Wire, Wire)) -> Change {
    let (how, class, why) = match made {
        (Some(_), None) => (
            How::Dropped,
            Some(Class::Breaking),
            "no rule writes it any more".to_owned(),
        ),
        (None, Some(_)) => (How::New, Some(Class::ValueChanging), "no rule wrote it".to_owned()),
        (Some(old), Some(new)) if old.meaning != new.meaning => (
            How::Overridden,
            Some(Class::ValueChanging),
            replaced(old, new).to_owned(),
        ),
        (Some(old), Some(new)) => {
            let how = if old.own == new.own { How::Same } else { How::Renamed };
            let (class, why) = of_reads(old, new, wire);
            (how, class, why)
        }
        (None, None) => (How::Same, None, String::new()),
    };
    Change {
        of: title.to_owned(),
        name: name.to_owned(),
        how,
        class,
        why,
        before: made.0.and_then(|made| made.place.clone()),
        after: made.1.and_then(|made| made.place.clone()),
    }
}

fn replaced(old: &Made, new: &Made) -> &'static str {
    match old.place == new.place {
        true => "a `let`, `with`, table or function that its rule is made of was replaced",
        false => "its rule was replaced",
    }
}

/// What differs in the fields that a rule reads, where the rule itself is the same.
fn of_reads(old: &Made, new: &Made, wire: (Wire, Wire)) -> (Option<Class>, String) {
    let both = || {
        old.reads
            .iter()
            .filter_map(|(name, field)| Some((name, field, new.reads.get(name)?)))
    };
    let of_value = both().find(|(_, old, new)| old.1 != new.1);
    if let Some(((record, name), _, _)) = of_value {
        let why = format!("{record}.{name} is declared with another type, `max` or default");
        return (Some(Class::ValueChanging), why);
    }
    if wire.0 != wire.1 && !old.reads.is_empty() {
        let why = format!("wire {} instead of {}", schema::wire(wire.1), schema::wire(wire.0));
        return (Some(Class::WireOnly), why);
    }
    let of_wire = both().find(|(_, old, new)| !schema::same_wire(&old.0, &new.0));
    match of_wire {
        Some(((record, name), _, _)) => (Some(Class::WireOnly), format!("{record}.{name} is sent otherwise")),
        None => (None, String::new()),
    }
}

/// What a version makes of each target of a mapping.
fn made(side: Side<'_>, mapping: &Mapping) -> BTreeMap<String, Made> {
    let own_names = Names::new();
    let mut made: BTreeMap<String, Made> = BTreeMap::new();
    for rule in &mapping.rules {
        let shown = |names: &Names| {
            let rule_text = whole_rule(side.program, side.connector, mapping, rule, names);
            let sources = sources_of(mapping, rule);
            let sources = sources.map(|source| whole_source(side.program, side.connector, mapping, source, names));
            std::iter::once(rule_text).chain(sources).collect::<Vec<_>>().join("\n")
        };
        let (meaning, own) = (shown(side.names), shown(&own_names));
        for target in targets_of(&rule.kind) {
            let name = whole_target(side.program, side.connector, mapping, target, side.names);
            let entry = made.entry(name).or_insert_with(|| Made {
                meaning: String::new(),
                own: String::new(),
                reads: BTreeMap::new(),
                place: Some(rule.place.clone()),
            });
            entry.meaning.push_str(&meaning);
            entry.own.push_str(&own);
            reads_of(side, mapping, rule, &mut entry.reads);
        }
    }
    made
}

fn targets_of(kind: &RuleKind) -> Vec<usize> {
    match kind {
        RuleKind::Copy { target, .. }
        | RuleKind::Set { target, .. }
        | RuleKind::Add { target, .. }
        | RuleKind::Children { target, .. } => vec![target.0],
        RuleKind::SetMany { targets, value: _ } => targets.iter().map(|(_, target)| target.0).collect(),
    }
}

/// What joins say that no rule is made of, and what brings other records in.
fn joined_beside(side: Side<'_>, mapping: &Mapping) -> Vec<String> {
    let mut read: BTreeSet<*const Source> = BTreeSet::new();
    for rule in &mapping.rules {
        read.extend(sources_of(mapping, rule).map(std::ptr::from_ref));
    }
    let beside = mapping.sources.iter().skip(1).filter(|source| {
        let says_more = source.also_binds || source.changes.is_some();
        says_more || !read.contains(&std::ptr::from_ref(*source))
    });
    beside
        .map(|source| whole_source(side.program, side.connector, mapping, source, side.names))
        .collect()
}

/// The joined records that a rule is made of, through others.
fn sources_of<'m>(mapping: &'m Mapping, rule: &'m Rule) -> impl Iterator<Item = &'m Source> {
    let mut named: BTreeSet<usize> = BTreeSet::new();
    if let RuleKind::Copy { source, .. } = &rule.kind {
        named.insert(source.0);
    }
    walk::deep_rule(mapping, rule, &mut |part| {
        if let ExprKind::Source(id) = &part.kind {
            named.insert(id.0);
        }
    });
    named.into_iter().map(|at| &mapping.sources[at])
}

fn reads_of(side: Side<'_>, mapping: &Mapping, rule: &Rule, reads: &mut Fields) {
    let mut add = |external: ExternalId, field: FieldId| {
        let declared = &side.external(external).fields[field.0];
        if side.external(external).stored.is_none() {
            let held = schema::value_of(side, declared);
            reads.insert(side.field_name(external, field), (declared.clone(), held));
        }
    };
    if let RuleKind::Copy { source, field, .. } = &rule.kind {
        add(mapping.sources[source.0].external, *field);
    }
    walk::deep_rule(mapping, rule, &mut |part| {
        if let ExprKind::Field { external, field, of: _ } = &part.kind {
            add(*external, *field);
        }
    });
    for target in targets_of(&rule.kind) {
        if let Target::Out(field) = &mapping.targets[target] {
            add(mapping.external, *field);
        }
    }
}
