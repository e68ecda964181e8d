//! Mapped rows to a plan: only what differs is written, children are compared by key, bindings say what belongs to what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::binder::NewBinding;
use crate::connector::ExternalType;
use crate::mapper::{Assigned, Child, ChildList, How, MapperInfo, Orphans, Row};
use crate::model::Model;
use crate::plan::{BasedOn, Expected, Plan, Write};
use crate::store::Bound;
use crate::sync::End;
use crate::sync::handler::lacks;
use crate::sync::identity::key_in;
use crate::sync::import::Importing;
use crate::sync::import::around::{ACTIVE, Around, Target, child_key, child_type, parent_field};
use crate::sync::import::lookup::Known;
use crate::sync::import::receive::Ready;
use crate::sync::import::verdict::{Problems, of_binder};
use crate::sync::payload::{CountsAs, ImportRecord, import_job, priority};
use crate::value::{Key, RecordId, Stored, StoredRecord};

/// What a record changes, and how it ends if nothing is wrong.
pub(crate) fn plan(
    ctx: &Importing<'_>,
    ready: &Ready<'_>,
    known: &Known,
    around: &Around,
    target: &Target,
    row: &Row<'_>,
    problems: &mut Problems,
) -> (Plan, End) {
    let mut planning = Planning {
        ctx,
        ready,
        known,
        around,
        problems,
        plan: Plan {
            based_on: known.based_on.clone(),
            ..Plan::default()
        },
        deletes: Vec::new(),
        change: Change::None,
    };
    planning.main(target, row);
    planning.again(row);
    let end = match (target, planning.change) {
        (Target::New, _) => End::Created,
        (Target::Adopted(_), _) | (Target::Bound(_), Change::Some) => End::Updated,
        (Target::Bound(_), Change::None) => End::Unchanged(None),
    };
    (planning.finish(), end)
}

/// Whether anything that people see changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    None,
    Some,
}

struct Planning<'p, 'c> {
    ctx: &'p Importing<'c>,
    ready: &'p Ready<'p>,
    known: &'p Known,
    around: &'p Around,
    problems: &'p mut Problems,
    plan: Plan,
    /// Come last: what refers to them is moved before.
    deletes: Vec<Write>,
    change: Change,
}

/// A record whose children are compared.
struct Parent<'r, 's> {
    row: &'r Row<'s>,
    /// Absent: it is new.
    id: Option<RecordId>,
    /// As the plan names it.
    to: Stored,
}

impl Planning<'_, '_> {
    fn main(&mut self, target: &Target, row: &Row<'_>) {
        let info = self.ctx.mapper.info();
        let current = target.current().cloned();
        let written = self.values(row, current.as_deref(), None);
        let to = self.save(info.model, current.as_deref(), written.fields);
        self.bind_main(target, &to, written.binding);
        self.also_bind(current.as_ref().map(|record| record.id), &to);
        self.children(&Parent {
            row,
            id: current.map(|record| record.id),
            to,
        });
    }

    /// What a row writes; what is wrong with it is kept.
    fn values(&mut self, row: &Row<'_>, current: Option<&StoredRecord>, given: Option<&str>) -> crate::mapper::Values {
        let values = row.values().unwrap_or_else(|faults| {
            faults.iter().for_each(|fault| self.problems.fault(fault, self.known));
            crate::mapper::Values::default()
        });
        if current.is_none() {
            let failed: BTreeSet<&str> = row
                .faults()
                .iter()
                .flat_map(|fault| fault.targets.iter().copied())
                .collect();
            for fault in row.missing_on_create() {
                let reported = fault
                    .targets
                    .iter()
                    .any(|target| failed.contains(target) || Some(*target) == given);
                if !reported {
                    self.problems.fault(&fault, self.known);
                }
            }
        }
        values
    }

    /// Creates a record, or changes what differs.
    fn save(&mut self, model: &'static Model, current: Option<&StoredRecord>, values: Vec<Assigned>) -> Stored {
        let Some(current) = current else {
            let values = values
                .into_iter()
                .map(|assigned| (assigned.field.to_owned(), assigned.value))
                .collect();
            let number = u32::try_from(self.plan.writes.len()).unwrap_or(u32::MAX);
            self.plan.writes.push(Write::Create {
                model: model.name.to_owned(),
                values,
            });
            self.change = Change::Some;
            return Stored::New(number);
        };
        let differing: BTreeMap<String, Stored> = values
            .into_iter()
            .filter_map(|assigned| differing(current, assigned))
            .collect();
        if !differing.is_empty() {
            self.change = Change::Some;
            let (id, version) = (current.id, current.version);
            self.plan.writes.push(Write::Update {
                model: model.name.to_owned(),
                id,
                version,
                values: differing,
            });
        }
        self.rely_on(current);
        Stored::Ref(current.id)
    }

    fn rely_on(&mut self, record: &StoredRecord) {
        let based = BasedOn {
            model: record.model.name.to_owned(),
            id: record.id,
            version: record.version,
        };
        if !self.plan.based_on.contains(&based) {
            self.plan.based_on.push(based);
        }
    }

    fn expect(&mut self, external: &'static ExternalType, key: &Key, to: Option<RecordId>) {
        let Some(binding) = &external.binding else { return };
        let expected = Expected::Bound {
            table: binding.table.to_owned(),
            instance: self.ctx.instance().to_owned(),
            key: key.clone(),
            to,
        };
        if !self.plan.expects.contains(&expected) {
            self.plan.expects.push(expected);
        }
    }

    fn bind(&mut self, external: &'static ExternalType, binding: NewBinding) {
        let binder = self.ctx.env.binder(external).map_err(|error| lacks(&error));
        let written = binder.and_then(|binder| {
            binder
                .bind(self.ctx.instance(), binding)
                .map_err(|error| of_binder(&error))
        });
        match written {
            Ok(written) => self.plan.bindings.push(written),
            Err(end) => self.problems.data(end.reason().unwrap_or_default().to_owned()),
        }
    }

    fn bind_main(&mut self, target: &Target, to: &Stored, fields: Vec<Assigned>) {
        let received = self.ready.received;
        let external = self.ctx.external();
        let bound = received.bound.as_ref();
        let fields = differing_fields(bound, fields);
        self.expect(external, &received.link.key, bound.map(|bound| bound.id));
        if let Some(adopted) = self.around.adopted(received.place) {
            self.plan.expects.extend(adopted.expects.iter().cloned());
        }
        let newer = received.revision.is_some() && received.revision != bound.and_then(|bound| bound.revision.clone());
        let moved = !matches!(target, Target::Bound(_));
        if !fields.is_empty() || moved {
            self.change = Change::Some;
        }
        if moved || newer || !fields.is_empty() {
            let parent = bound.and_then(|bound| bound.parent).map(Stored::Ref);
            let revision = received
                .revision
                .clone()
                .or_else(|| bound.and_then(|bound| bound.revision.clone()));
            let key = received.link.key.clone();
            self.bind(
                external,
                NewBinding {
                    key,
                    to: to.clone(),
                    parent,
                    revision,
                    fields,
                },
            );
        }
    }

    /// Joined records that lead to the same record.
    fn also_bind(&mut self, main: Option<RecordId>, to: &Stored) {
        for (source, record) in self.ready.sources.also_bound() {
            let Some(source) = self.ctx.mapper.info().sources.get(source) else {
                continue;
            };
            let Some(key) = key_in(source.external, record) else {
                self.problems.data(format!(
                    "{} `{}` has no key to bind",
                    source.external.name, source.alias
                ));
                continue;
            };
            let bound = self.around.bound(source.external, &key);
            let ours = |bound: &Bound| main.is_some() && (Some(bound.id) == main || bound.parent == main);
            self.expect(source.external, &key, bound.map(|bound| bound.id));
            match bound {
                Some(bound) if Some(bound.id) == main => {}
                Some(bound) if !ours(bound) => self.foreign(source.external, &key, bound),
                // New, or a child of this record until now: it becomes one with it.
                Some(_) | None => {
                    self.change = Change::Some;
                    let revision = bound.and_then(|bound| bound.revision.clone());
                    let (to, fields) = (to.clone(), BTreeMap::new());
                    self.bind(
                        source.external,
                        NewBinding {
                            key,
                            to,
                            parent: None,
                            revision,
                            fields,
                        },
                    );
                }
            }
        }
    }

    fn foreign(&mut self, external: &'static ExternalType, key: &Key, bound: &Bound) {
        let model = external.binding.as_ref().map_or("", |binding| binding.model);
        let belongs = match bound.parent {
            Some(parent) => format!("{model} {} under record {}", bound.id.0, parent.0),
            None => format!("{model} {}", bound.id.0),
        };
        self.problems.review(format!(
            "{} {key} leads to {belongs}, and now comes with {}; move or unbind it by hand",
            external.name, self.ready.received.link
        ));
    }

    fn children(&mut self, parent: &Parent<'_, '_>) {
        let mut present: BTreeMap<&'static str, BTreeSet<Key>> = BTreeMap::new();
        for list in parent.row.children_of() {
            for child in &list.children {
                let kept = self.child(parent, list, child);
                if let Some((external, key)) = kept {
                    present.entry(external.name).or_default().insert(key);
                }
            }
        }
        self.orphans(parent, &present);
    }

    /// Saves a child and what is below it; tells its key.
    fn child(
        &mut self,
        parent: &Parent<'_, '_>,
        list: &ChildList<'_>,
        child: &Child<'_>,
    ) -> Option<(&'static ExternalType, Key)> {
        let info = parent.row.info();
        let by = parent_field(info, list.target)?;
        let external = child_type(parent.row, list).filter(|external| external.binding.is_some());
        let key = child_key(list, child, &self.ready.received.link.key);
        let keyed = external.zip(key);
        let place = match keyed
            .as_ref()
            .map(|(external, key)| self.place_of(parent, external, key))
        {
            Some(Place::Foreign(bound)) => {
                let (external, key) = keyed?;
                self.foreign(external, &key, &bound);
                return Some((external, key));
            }
            Some(Place::Child(bound)) => Some(bound),
            Some(Place::New) | None => None,
        };
        let model = child_model(info, list, external, self.ctx)?;
        let current = place
            .as_ref()
            .and_then(|bound| self.around.record(model, bound.id))
            .cloned();
        let (mut values, binding) = self.child_values(list, child, model, current.as_deref(), by);
        values.push(Assigned {
            field: by,
            value: parent.to.clone(),
            how: How::Replace,
        });
        let to = self.save(model, current.as_deref(), values);
        if let Some((external, key)) = &keyed {
            let stored = self.around.bound(external, key).cloned();
            self.expect(external, key, stored.as_ref().map(|bound| bound.id));
            self.bind_child(parent, external, key, place.as_ref(), &to, binding);
        }
        if let Some(row) = &child.row {
            self.children(&Parent {
                row,
                id: current.map(|record| record.id),
                to,
            });
        }
        keyed
    }

    fn child_values(
        &mut self,
        list: &ChildList<'_>,
        child: &Child<'_>,
        model: &'static Model,
        current: Option<&StoredRecord>,
        by: &str,
    ) -> (Vec<Assigned>, Vec<Assigned>) {
        if let Some(row) = &child.row {
            let values = self.values(row, current, Some(by));
            let fields = values
                .fields
                .into_iter()
                .filter(|assigned| assigned.field != by)
                .collect();
            return (fields, values.binding);
        }
        match (list.via, child.literal_values(model)) {
            (None, Ok(values)) => (values, Vec::new()),
            (None, Err(faults)) => {
                faults.iter().for_each(|fault| self.problems.fault(fault, self.known));
                (Vec::new(), Vec::new())
            }
            // It could not be mapped, which was reported with its rule.
            (Some(_), _) => (Vec::new(), Vec::new()),
        }
    }

    fn bind_child(
        &mut self,
        parent: &Parent<'_, '_>,
        external: &'static ExternalType,
        key: &Key,
        place: Option<&Bound>,
        to: &Stored,
        fields: Vec<Assigned>,
    ) {
        let fields = differing_fields(place, fields);
        let same_parent = place.is_some_and(|bound| bound.parent.is_some() && bound.parent == parent.id);
        if same_parent && fields.is_empty() {
            return;
        }
        self.change = Change::Some;
        let revision = place.and_then(|bound| bound.revision.clone());
        let (key, to, parent) = (key.clone(), to.clone(), Some(parent.to.clone()));
        self.bind(
            external,
            NewBinding {
                key,
                to,
                parent,
                revision,
                fields,
            },
        );
    }

    /// What the key of a child leads to, seen from its parent.
    fn place_of(&self, parent: &Parent<'_, '_>, external: &'static ExternalType, key: &Key) -> Place {
        match self.around.bound(external, key) {
            None => Place::New,
            // It was merged into its parent, and becomes a record of its own.
            Some(bound) if Some(bound.id) == parent.id => Place::New,
            Some(bound) if parent.id.is_some() && bound.parent == parent.id => Place::Child(bound.clone()),
            Some(bound) => Place::Foreign(bound.clone()),
        }
    }

    /// Stored children that are not in the list any more: what the mapping says becomes of them.
    fn orphans(&mut self, parent: &Parent<'_, '_>, present: &BTreeMap<&'static str, BTreeSet<Key>>) {
        let Some(id) = parent.id else { return };
        let info = parent.row.info();
        let mut done: BTreeSet<&'static str> = BTreeSet::new();
        for list in parent.row.children_of() {
            let Some(via) = list.via else { continue };
            let external = via.mapper.info().external;
            if !is_whole(parent.row, external) || !done.insert(external.name) {
                continue;
            }
            let kept = present.get(external.name);
            let gone = self.around.children(external, id).iter();
            let gone: Vec<Bound> = gone
                .filter(|bound| !kept.is_some_and(|kept| kept.contains(&bound.key)))
                .cloned()
                .collect();
            for bound in gone {
                self.orphan(info, via.orphans, via.mapper.info().model, external, &bound);
            }
        }
    }

    fn orphan(
        &mut self,
        info: &'static MapperInfo,
        policy: Orphans,
        model: &'static Model,
        external: &'static ExternalType,
        bound: &Bound,
    ) {
        let Some(record) = self.around.record(model, bound.id).cloned() else {
            return;
        };
        match policy {
            Orphans::Keep => {}
            Orphans::Archive => self.archive(info, model, &record),
            Orphans::Remove => self.remove(external, bound, &record),
            Orphans::Fail => self.problems.data(format!(
                "{} {} {} is not part of {} any more, and its mapping says `orphans fail`",
                info.place, external.name, bound.key, self.ready.received.link
            )),
        }
    }

    fn archive(&mut self, info: &'static MapperInfo, model: &'static Model, record: &Arc<StoredRecord>) {
        if model.field(ACTIVE).is_none() {
            let place = info.place;
            self.problems.data(format!(
                "{place} {} has no field `{ACTIVE}`, so its records cannot be archived",
                model.name
            ));
            return;
        }
        let archived = Assigned {
            field: ACTIVE,
            value: Stored::Bool(false),
            how: How::Replace,
        };
        self.save(model, Some(record), vec![archived]);
    }

    fn remove(&mut self, external: &'static ExternalType, bound: &Bound, record: &StoredRecord) {
        self.change = Change::Some;
        let model = record.model.name.to_owned();
        self.deletes.push(Write::Delete {
            model,
            id: record.id,
            version: record.version,
        });
        self.rely_on(record);
        let binder = self.ctx.env.binder(external).map_err(|error| lacks(&error));
        let moved = self
            .plan
            .bindings
            .iter()
            .any(|write| is_bind_of(write, external, &bound.key));
        if moved {
            return;
        }
        let buried = binder.and_then(|binder| {
            binder
                .bury(self.ctx.instance(), bound.key.clone())
                .map_err(|error| of_binder(&error))
        });
        match buried {
            Ok(write) => self.plan.bindings.push(write),
            Err(end) => self.problems.data(end.reason().unwrap_or_default().to_owned()),
        }
    }

    /// A record that left something out, because it refers to one that is being imported, is imported again.
    fn again(&mut self, row: &Row<'_>) {
        if !defers(row) {
            return;
        }
        let request = self.ctx.requests.get(self.ready.received.place);
        let counts_as = request.map_or(CountsAs::Read, |request| request.record.counts_as);
        let key = self.ready.received.link.key.clone();
        let record = ImportRecord {
            counts_as,
            ..ImportRecord::by_key(self.ctx.external().name, key)
        };
        let run = request.and_then(|request| request.run);
        let priority = priority(self.ctx.mapper.info());
        match import_job(self.ctx.external(), self.ctx.instance(), &record, priority, run) {
            Ok(job) => self.plan.jobs.push(job),
            Err(error) => self.problems.data(format!("{}: {error}", self.ready.received.link)),
        }
    }

    fn finish(mut self) -> Plan {
        self.plan.writes.append(&mut self.deletes);
        self.plan
    }
}

/// Where a child goes.
enum Place {
    New,
    Child(Bound),
    /// It belongs to somebody else.
    Foreign(Bound),
}

fn is_bind_of(write: &crate::plan::BindingWrite, external: &'static ExternalType, wanted: &Key) -> bool {
    let of = external.binding.as_ref().map_or("", |binding| binding.table);
    match write {
        crate::plan::BindingWrite::Bind { table, key, .. } => table == of && key == wanted,
        crate::plan::BindingWrite::Bury { .. } => false,
    }
}

/// Whether all lists of a type in this row are known and one of them says that it is the whole.
fn is_whole(row: &Row<'_>, external: &'static ExternalType) -> bool {
    let vias = row
        .info()
        .vias
        .iter()
        .filter(|via| via.mapper.info().external == external);
    let all_written = vias
        .clone()
        .all(|via| row.children_of().iter().any(|list| list.target == via.target));
    let whole = row
        .children_of()
        .iter()
        .any(|list| list.whole && list.via.is_some_and(|via| via.mapper.info().external == external));
    let failed: BTreeSet<usize> = row.faults().iter().filter_map(|fault| fault.rule).collect();
    let read = !vias.clone().any(|via| {
        row.info()
            .rules
            .iter()
            .enumerate()
            .any(|(at, rule)| rule.targets.contains(&via.target) && failed.contains(&at))
    });
    whole && all_written && read
}

fn child_model(
    info: &'static MapperInfo,
    list: &ChildList<'_>,
    external: Option<&'static ExternalType>,
    ctx: &Importing<'_>,
) -> Option<&'static Model> {
    if let Some(via) = list.via {
        return Some(via.mapper.info().model);
    }
    let sibling = info
        .vias
        .iter()
        .find(|via| Some(via.mapper.info().external) == external);
    match (sibling, info.field(list.target).map(|field| field.kind)) {
        (Some(via), _) => Some(via.mapper.info().model),
        (None, Some(crate::model::ModelKind::OneToMany { model, .. })) => ctx.env.registry.model_named(model),
        (None, _) => None,
    }
}

/// A written value that is not what is stored; added references join those that are stored.
fn differing(current: &StoredRecord, assigned: Assigned) -> Option<(String, Stored)> {
    let stored = current.get(assigned.field);
    let value = match (assigned.how, stored, assigned.value) {
        (How::Add, Some(Stored::Refs(known)), Stored::Refs(added)) => {
            let new = added.into_iter().filter(|id| !known.contains(id));
            Stored::Refs(known.iter().copied().chain(new).collect())
        }
        (How::Add | How::Replace, _, value) => value,
    };
    (stored != Some(&value)).then(|| (assigned.field.to_owned(), value))
}

fn differing_fields(bound: Option<&Bound>, fields: Vec<Assigned>) -> BTreeMap<String, Stored> {
    let stored = |name: &str| {
        bound?
            .fields
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    };
    let new = fields
        .into_iter()
        .filter(|assigned| stored(assigned.field) != Some(&assigned.value));
    new.map(|assigned| (assigned.field.to_owned(), assigned.value))
        .collect()
}

/// Whether a rule of a record or its children waits for a record that is being imported.
fn defers(row: &Row<'_>) -> bool {
    let children = row.children_of().iter().flat_map(|list| &list.children);
    !row.deferred().is_empty() || children.filter_map(|child| child.row.as_ref()).any(defers)
}
