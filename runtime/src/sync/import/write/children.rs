//! Children against those that are stored: new, changed, moved, gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::differ::differing_fields;
use super::{Change, Planning, Taken};
use crate::binder::NewBinding;
use crate::connector::ExternalType;
use crate::mapper::{Assigned, Child, ChildList, How, MapperInfo, Orphans, Row, Stopped};
use crate::model::{Model, ModelKind};
use crate::plan::{Expected, RunEntry, SyncOutcome, Write};
use crate::store::Bound;
use crate::sync::handler::lacks;
use crate::sync::import::Importing;
use crate::sync::import::around::{ACTIVE, Rejoined, child_key, child_type, is_same, parent_field};
use crate::sync::import::verdict::of_binder;
use crate::sync::payload::CountsAs;
use crate::value::{Key, RecordId, Stored, StoredRecord};

/// A record whose children are compared.
pub(super) struct Parent<'r, 's> {
    /// What its rules wrote.
    pub(super) row: &'r Row<'s>,
    /// Absent: it is new.
    pub(super) id: Option<RecordId>,
    /// As the plan names it.
    pub(super) to: Stored,
}

impl Planning<'_, '_> {
    /// Compares all lists of a record with what is stored.
    pub(super) fn children(&mut self, parent: &Parent<'_, '_>) {
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

    /// Counts a child that its mapping leaves out. What is stored of it stays as it is.
    fn left_out(
        &mut self,
        info: &'static MapperInfo,
        (list, child): (&ChildList<'_>, &Child<'_>),
        keyed: Option<&(&'static ExternalType, Key)>,
        reason: &str,
    ) {
        let request = self.ctx.requests.get(self.ready.received.place);
        let (Some(request), Some(external)) = (request, child_type(list)) else {
            return;
        };
        let Some(run) = request.run else { return };
        let main = &self.ready.received.link.key;
        let target = info.writes.get(list.target).map_or("", |write| write.name);
        let place = || Key(format!("{main} {target}[{}]", child.position));
        self.plan.entries.push(RunEntry {
            run,
            external: external.name.to_owned(),
            key: keyed.map_or_else(place, |(_, key)| key.clone()),
            outcome: Some(SyncOutcome::Skipped(reason.to_owned())),
            dependency: request.record.counts_as == CountsAs::Dependency,
            job: None,
        });
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
        let external = child_type(list).filter(|external| external.binding.is_some());
        let key = child_key(list, child, &self.ready.received.link.key);
        let keyed = external.zip(key);
        if let Some(Stopped::Skipped(reason)) = &child.stopped {
            self.left_out(info, (list, child), keyed.as_ref(), reason);
            return keyed;
        }
        let model = child_model(info, list, external, self.ctx)?;
        if let Some((external, key)) = &keyed
            && self.take(external, key) == Taken::Before
        {
            return keyed;
        }
        let place = keyed.as_ref().map_or(Place::New, |(external, key)| {
            self.place_of(parent, model, external, key)
        });
        let (place, id) = match place {
            Place::Foreign(bound) => {
                let (external, key) = keyed?;
                self.foreign(external, &key, &bound);
                return Some((external, key));
            }
            Place::Child(bound) => {
                let id = bound.id;
                (Some(bound), Some(id))
            }
            Place::Rejoined(rejoined) => {
                let (external, _) = keyed.as_ref()?;
                self.rejoin(external, &rejoined);
                (None, Some(rejoined.id))
            }
            Place::New => (None, None),
        };
        let current = id.and_then(|id| self.around.record(model, id)).cloned();
        let before = std::mem::replace(&mut self.change, Change::None);
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
                to: to.clone(),
            });
        }
        if let (Some(via), Change::Some) = (list.via, self.change) {
            self.after(via.mapper.info(), &to);
        }
        self.change = self.change.max(before);
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
        let fields = differing_fields(place, self.planned(fields));
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
    fn place_of(&self, parent: &Parent<'_, '_>, model: &Model, external: &'static ExternalType, key: &Key) -> Place {
        let main = &self.ready.received.link.key;
        match self.around.bound(external, key) {
            None => match self.around.rejoined(main, external, key) {
                Some(rejoined) => Place::Rejoined(rejoined.clone()),
                None => Place::New,
            },
            // It was merged into its parent, and becomes a record of its own.
            Some(bound)
                if parent
                    .id
                    .is_some_and(|id| is_same(parent.row.info().model, id, model, bound.id)) =>
            {
                Place::New
            }
            Some(bound) if parent.id.is_some() && bound.parent == parent.id => Place::Child(bound.clone()),
            Some(bound) => Place::Foreign(bound.clone()),
        }
    }

    /// A child gets the key under which it comes from now on; the keys that led to it before lead nowhere.
    fn rejoin(&mut self, external: &'static ExternalType, rejoined: &Rejoined) {
        let Some(binding) = &external.binding else { return };
        if rejoined.before.is_empty() {
            self.plan.expects.push(Expected::Unbound {
                table: binding.table.to_owned(),
                instance: self.ctx.instance().to_owned(),
                id: rejoined.id,
            });
        }
        for bound in &rejoined.before {
            self.expect(external, &bound.key, Some(bound.id));
            self.bury(external, &bound.key);
        }
    }

    fn bury(&mut self, external: &'static ExternalType, key: &Key) {
        let binder = self.ctx.env.binder(external).map_err(|error| lacks(&error));
        let buried = binder.and_then(|binder| {
            binder
                .bury(self.ctx.instance(), key.clone())
                .map_err(|error| of_binder(&error))
        });
        match buried {
            Ok(write) => self.plan.bindings.push(write),
            Err(end) => self.problems.data(end.reason().unwrap_or_default().to_owned()),
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
            let gone = gone.filter(|bound| !kept.is_some_and(|kept| kept.contains(&bound.key)));
            // Whatever a binding says, a record is never its own orphan.
            let own = |bound: &Bound| is_same(info.model, id, via.mapper.info().model, bound.id);
            // One that comes under another key is no orphan either.
            let main = &self.ready.received.link.key;
            let stays = |bound: &Bound| own(bound) || self.around.is_rejoined(main, external, bound.id);
            let gone: Vec<Bound> = gone.filter(|bound| !stays(bound)).cloned().collect();
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
        let moved = self
            .plan
            .bindings
            .iter()
            .any(|write| is_bind_of(write, external, &bound.key));
        if !moved {
            self.bury(external, &bound.key);
        }
    }
}

/// Where a child goes.
enum Place {
    New,
    Child(Bound),
    /// It is here already, under no key or another.
    Rejoined(Rejoined),
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
pub(crate) fn is_whole(row: &Row<'_>, external: &'static ExternalType) -> bool {
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
        (None, Some(ModelKind::OneToMany { model, .. })) => ctx.env.registry.model_named(model),
        (None, _) => None,
    }
}
