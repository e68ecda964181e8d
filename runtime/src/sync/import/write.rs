//! Mapped rows to a plan: only what differs is written, bindings say what belongs to what.

mod children;
mod differ;
mod made;

use std::collections::{BTreeMap, BTreeSet};

use crate::binder::NewBinding;
use crate::connector::ExternalType;
use crate::mapper::{Assigned, MapperInfo, Row};
use crate::model::Model;
use crate::plan::{BasedOn, EffectCall, Expected, Plan, Write};
use crate::store::Bound;
use crate::sync::End;
use crate::sync::handler::lacks;
use crate::sync::identity::key_in;
use crate::sync::import::Importing;
use crate::sync::import::around::{Around, Target};
use crate::sync::import::language::{self, Texts};
use crate::sync::import::lookup::Known;
use crate::sync::import::receive::Ready;
use crate::sync::import::verdict::{Problems, of_binder};
use crate::sync::payload::{CountsAs, ImportRecord, import_job, priority};
use crate::value::{Key, RecordId, Stored, StoredRecord};
use children::Parent;
pub(crate) use children::is_whole;
use differ::{differing, differing_fields};

/// What the rules of a record wrote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapped<'m, 's> {
    /// In the base.
    pub(crate) row: &'m Row<'s>,
    /// In other languages.
    pub(crate) texts: &'m [Texts],
}

/// What a record changes, and how it ends if nothing is wrong.
pub(crate) fn plan(
    ctx: &Importing<'_>,
    ready: &Ready<'_>,
    known: &Known,
    around: &Around,
    target: &Target,
    mapped: &Mapped<'_, '_>,
    problems: &mut Problems,
) -> (Plan, End, Stored) {
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
        keys: BTreeSet::new(),
        made: BTreeMap::new(),
        change: Change::None,
    };
    let to = planning.main(target, mapped);
    planning.again(mapped);
    let end = match (target, planning.change) {
        (Target::New, _) => End::Created,
        (Target::Adopted(_), _) | (Target::Bound(_), Change::Some) => End::Updated,
        (Target::Bound(_), Change::None) => End::Unchanged(None),
    };
    if matches!(end, End::Created | End::Updated) {
        planning.after(ctx.mapper.info(), &to);
    }
    (planning.finish(), end, to)
}

/// Whether anything that people see changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    None,
    Some,
}

/// Whether a key was free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Now,
    Before,
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
    /// Types and keys that are bound already.
    keys: BTreeSet<(&'static str, Key)>,
    /// Records that `find_or_new` makes, and the writes that create them.
    made: BTreeMap<RecordId, u32>,
    change: Change,
}

impl Planning<'_, '_> {
    /// The record it goes to.
    fn main(&mut self, target: &Target, &Mapped { row, texts }: &Mapped<'_, '_>) -> Stored {
        let info = self.ctx.mapper.info();
        let current = target.current().cloned();
        let written = self.values(row, current.as_deref(), None);
        let to = self.save_with(info.model, current.as_deref(), written.fields, texts);
        self.bind_main(target, &to, written.binding);
        self.also_bind(current.as_ref().map(|record| record.id), &to);
        self.children(&Parent {
            row,
            id: current.map(|record| record.id),
            to: to.clone(),
        });
        to
    }

    /// `after f`: where something was stored, in the same transaction.
    fn after(&mut self, info: &'static MapperInfo, to: &Stored) {
        let place = self.ready.received.place;
        let now = self
            .ctx
            .requests
            .get(place)
            .map_or(self.ctx.env.session.now, |request| request.now);
        let calls = info.after.iter().map(|effect| EffectCall {
            function: effect.name.to_owned(),
            record: to.clone(),
            now,
        });
        self.plan.effects.extend(calls);
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
        self.save_with(model, current, values, &[])
    }

    /// The same with texts of other languages.
    fn save_with(
        &mut self,
        model: &'static Model,
        current: Option<&StoredRecord>,
        values: Vec<Assigned>,
        texts: &[Texts],
    ) -> Stored {
        let values = self.planned(values);
        let texts = language::differing(texts, &values, current);
        let Some(current) = current else {
            let values = values
                .into_iter()
                .map(|assigned| (assigned.field.to_owned(), assigned.value))
                .chain(texts)
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
            .chain(texts)
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

    /// Says that a key belongs here; one that does already cannot lead to two records.
    fn take(&mut self, external: &'static ExternalType, key: &Key) -> Taken {
        if self.keys.insert((external.name, key.clone())) {
            return Taken::Now;
        }
        self.problems.data(format!(
            "{} {key} comes twice with {}: as a part of it and as one of its children, or as two children; leave one out",
            external.name, self.ready.received.link
        ));
        Taken::Before
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
        let fields = differing_fields(bound, self.planned(fields));
        self.take(external, &received.link.key);
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
            if self.take(source.external, &key) == Taken::Before {
                continue;
            }
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

    /// A record that left something out, because it refers to one that is being imported, is imported again.
    fn again(&mut self, &Mapped { row, texts }: &Mapped<'_, '_>) {
        if !defers(row) && !texts.iter().any(|texts| texts.defers) {
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

    /// A record that changes something relies on nobody having imported a later state of it meanwhile. The version of the stored
    /// record does not tell: a later state may differ in nothing that is stored.
    fn rely_on_revision(&mut self) {
        let received = self.ready.received;
        let (Some(bound), external) = (&received.bound, self.ctx.external()) else {
            return;
        };
        let (Some(binding), Some(_)) = (&external.binding, external.revision) else {
            return;
        };
        if self.plan.writes.is_empty() && self.plan.bindings.is_empty() {
            return;
        }
        self.plan.expects.push(Expected::Revision {
            table: binding.table.to_owned(),
            instance: self.ctx.instance().to_owned(),
            key: received.link.key.clone(),
            revision: bound.revision.clone(),
        });
    }

    fn finish(mut self) -> Plan {
        self.plan.writes.append(&mut self.deletes);
        self.rely_on_revision();
        self.plan
    }
}

/// Whether a rule of a record or its children waits for a record that is being imported.
fn defers(row: &Row<'_>) -> bool {
    let children = row.children_of().iter().flat_map(|list| &list.children);
    !row.deferred().is_empty() || children.filter_map(|child| child.row.as_ref()).any(defers)
}
