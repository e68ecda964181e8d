//! What the store holds around the records of a claim: what keys of children lead to, who is adopted, how records stand.
//!
//! All of it is read at once for the whole claim, before rules run for good.

mod rejoin;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::connector::ExternalType;
use crate::mapper::{Child, ChildKey, ChildList, Eval, MapperInfo, Mode, Row, Run, WriteTo};
use crate::model::{Model, ModelKind};
use crate::store::Bound;
use crate::sync::End;
use crate::sync::identity::key_in;
use crate::sync::import::adopt::{self, Adopted};
use crate::sync::import::lookup::Known;
use crate::sync::import::receive::Ready;
use crate::sync::import::{Board, Importing, map};
use crate::value::{Key, RecordId, StoredRecord};
pub(crate) use rejoin::Rejoined;
use rejoin::{Elements, Stock};

/// What the store holds around the records of a claim.
#[derive(Debug, Default)]
pub(crate) struct Around {
    bound: BTreeMap<(&'static str, Key), Bound>,
    children: BTreeMap<(&'static str, RecordId), Vec<Bound>>,
    records: BTreeMap<(&'static str, RecordId), Arc<StoredRecord>>,
    adopted: BTreeMap<usize, Adopted>,
    /// Children that may be known again.
    stock: Stock,
    rejoined: rejoin::Known,
}

/// Where the main record of an import goes.
#[derive(Debug)]
pub(crate) enum Target {
    /// A new record.
    New,
    /// The record that its key leads to.
    Bound(Arc<StoredRecord>),
    /// A record that was there before, found by its values.
    Adopted(Arc<StoredRecord>),
}

impl Target {
    /// The record as stored; absent: it is new.
    pub(crate) fn current(&self) -> Option<&Arc<StoredRecord>> {
        match self {
            Self::New => None,
            Self::Bound(record) | Self::Adopted(record) => Some(record),
        }
    }
}

/// Reads all that the records of a claim need to know. Records that need a person end here.
pub(crate) async fn look(
    ctx: &Importing<'_>,
    ready: &[Ready<'_>],
    known: &[Known],
    board: &mut Board,
) -> Result<Around, End> {
    let adopted = adopt::search(ctx, ready, known, board).await?;
    let mut around = Around {
        adopted,
        ..Around::default()
    };
    let lists = around.look_up_keys(ctx, ready, known).await?;
    around.look_up_children(ctx, ready).await?;
    around.read_records(ctx, ready).await?;
    around.know_again(ready, &lists);
    Ok(around)
}

impl Around {
    /// What a key of a child or a joined record leads to.
    pub(crate) fn bound(&self, external: &'static ExternalType, key: &Key) -> Option<&Bound> {
        self.bound.get(&(external.name, key.clone()))
    }

    /// What was found for a record without a binding.
    pub(crate) fn adopted(&self, place: usize) -> Option<&Adopted> {
        self.adopted.get(&place)
    }

    /// The stored children of a type under a record.
    pub(crate) fn children(&self, external: &'static ExternalType, parent: RecordId) -> &[Bound] {
        self.children.get(&(external.name, parent)).map_or(&[], Vec::as_slice)
    }

    /// A record as stored.
    pub(crate) fn record(&self, model: &Model, id: RecordId) -> Option<&Arc<StoredRecord>> {
        self.records.get(&(model.name, id))
    }

    /// Where a record goes; absent: its key leads to a record that is gone.
    pub(crate) fn target(&self, ctx: &Importing<'_>, ready: &Ready<'_>) -> Option<Target> {
        let model = ctx.mapper.info().model;
        let adopted = self.adopted(ready.received.place).and_then(|adopted| adopted.to);
        match (&ready.received.bound, adopted) {
            (Some(bound), _) => self.record(model, bound.id).cloned().map(Target::Bound),
            (None, Some(id)) => self.record(model, id).cloned().map(Target::Adopted),
            (None, None) => Some(Target::New),
        }
    }

    fn id_of(&self, ready: &Ready<'_>) -> Option<RecordId> {
        let adopted = || self.adopted(ready.received.place).and_then(|adopted| adopted.to);
        ready.received.bound.as_ref().map(|bound| bound.id).or_else(adopted)
    }

    /// Keys of children and of joined records that bind, one query per type. The lists whose elements may be known again.
    async fn look_up_keys(
        &mut self,
        ctx: &Importing<'_>,
        ready: &[Ready<'_>],
        known: &[Known],
    ) -> Result<Vec<Elements>, End> {
        let mut lists = Vec::new();
        let mut keys: BTreeMap<&'static str, (&'static ExternalType, BTreeSet<Key>)> = BTreeMap::new();
        let mut ask = |external: &'static ExternalType, key: Key| {
            if external.binding.is_some() {
                keys.entry(external.name)
                    .or_insert_with(|| (external, BTreeSet::new()))
                    .1
                    .insert(key);
            }
        };
        for (ready, known) in ready.iter().zip(known) {
            for (source, record) in ready.sources.also_bound() {
                if let Some(source) = ctx.mapper.info().sources.get(source) {
                    key_in(source.external, record)
                        .into_iter()
                        .for_each(|key| ask(source.external, key));
                }
            }
            if !ctx.mapper.info().vias.is_empty() {
                let run = map::gathering_of(ctx, ready.received.place, ready.exists());
                let eval = Eval::new(&ready.sources, &known.resolved, &run);
                let mut row = eval.map();
                row.map_children(&eval, &mut |_, _| run.for_record(Mode::Gather, None));
                child_keys(&row, &ready.received.link.key, &mut ask);
                Elements::of(&row, ready, &mut lists);
            }
        }
        for (name, (external, keys)) in keys {
            let keys: Vec<Key> = keys.into_iter().collect();
            let bound = ctx.bound(external, &keys).await?;
            self.bound.extend(
                bound
                    .into_iter()
                    .flatten()
                    .map(|bound| ((name, bound.key.clone()), bound)),
            );
        }
        Ok(lists)
    }

    /// Stored children of all records that exist, and their children: one query per type and level.
    async fn look_up_children(&mut self, ctx: &Importing<'_>, ready: &[Ready<'_>]) -> Result<(), End> {
        let info = ctx.mapper.info();
        let mut open: Vec<(&'static MapperInfo, RecordId)> = ready
            .iter()
            .filter_map(|ready| Some((info, self.id_of(ready)?)))
            .collect();
        while !open.is_empty() {
            for (info, below, parents) in self.without_children(std::mem::take(&mut open)) {
                let (store, external) = (&ctx.env.store, below.external);
                let stock = self.stock.read(ctx, (info, below), &parents).await?;
                open.extend(stock.into_iter().map(|id| (below, id)));
                let children = store.bound_under(external, ctx.instance(), &parents).await;
                for child in children.map_err(|error| End::from(&error))? {
                    open.push((below, child.id));
                    if let Some(parent) = child.parent {
                        self.children.entry((external.name, parent)).or_default().push(child);
                    }
                }
            }
        }
        Ok(())
    }

    /// The lists below these records that have not been read yet, by mapping. They count as read from now on.
    fn without_children(&mut self, records: Vec<(&'static MapperInfo, RecordId)>) -> Vec<Unread> {
        let mut asked: Vec<Unread> = Vec::new();
        for (info, parent) in records {
            for below in info.vias.iter().map(|via| via.mapper.info()) {
                let place = (below.external.name, parent);
                // A record that a preview pretends to have has a number below zero, and no children yet.
                if self.children.contains_key(&place) || below.external.binding.is_none() || parent.0 < 0 {
                    continue;
                }
                self.children.insert(place, Vec::new());
                let same = |(of, known, _): &&mut Unread| std::ptr::eq(*of, info) && std::ptr::eq(*known, below);
                match asked.iter_mut().find(same) {
                    Some((_, _, parents)) => parents.push(parent),
                    None => asked.push((info, below, vec![parent])),
                }
            }
        }
        asked
    }

    /// All records that may be written, one query per model.
    async fn read_records(&mut self, ctx: &Importing<'_>, ready: &[Ready<'_>]) -> Result<(), End> {
        let info = ctx.mapper.info();
        let mut wanted: BTreeMap<&'static str, Wanted> = BTreeMap::new();
        let main = ready.iter().filter_map(|ready| self.id_of(ready));
        Wanted::of(&mut wanted, info, None, main);
        self.want_children(&mut wanted, info, &mut BTreeSet::new());
        for Wanted { model, ids, fields } in wanted.into_values() {
            let ids: Vec<RecordId> = ids.into_iter().collect();
            let fields: Vec<&'static str> = fields.into_iter().collect();
            for record in ctx.read(model, &ids, &fields).await?.into_iter().flatten() {
                self.records.insert((model.name, record.id), Arc::new(record));
            }
        }
        Ok(())
    }

    fn want_children(
        &self,
        wanted: &mut BTreeMap<&'static str, Wanted>,
        info: &'static MapperInfo,
        seen: &mut BTreeSet<&'static str>,
    ) {
        for via in info.vias {
            let below = via.mapper.info();
            let external = below.external.name;
            let by_key = self
                .bound
                .iter()
                .filter(|((name, _), _)| *name == external)
                .map(|(_, bound)| bound.id);
            let by_parent = self.children.iter().filter(|((name, _), _)| *name == external);
            let by_parent = by_parent.flat_map(|(_, children)| children.iter().map(|child| child.id));
            let ids = by_key.chain(by_parent).chain(self.stock.of(external));
            Wanted::of(wanted, below, parent_field(info, via.target), ids);
            // A check on children sees them whole.
            if info.checks.iter().any(|check| check.outs.contains(&via.target))
                && let Some(all) = wanted.get_mut(below.model.name)
            {
                let fields = below.model.fields.iter().filter(|field| is_read(field));
                all.fields.extend(fields.map(|field| field.name));
            }
            if seen.insert(via.mapper.info().place) {
                self.want_children(wanted, below, seen);
            }
        }
    }
}

/// The mapping of some records, that of the elements of one of its lists, and the records.
type Unread = (&'static MapperInfo, &'static MapperInfo, Vec<RecordId>);

/// Records of one model and the fields to read of them.
struct Wanted {
    model: &'static Model,
    ids: BTreeSet<RecordId>,
    fields: BTreeSet<&'static str>,
}

impl Wanted {
    /// Wants records as a mapping writes them.
    fn of(
        wanted: &mut BTreeMap<&'static str, Self>,
        info: &'static MapperInfo,
        by: Option<&'static str>,
        ids: impl Iterator<Item = RecordId>,
    ) {
        let model = info.model;
        let one = wanted.entry(model.name).or_insert_with(|| Self {
            model,
            ids: BTreeSet::new(),
            fields: BTreeSet::new(),
        });
        one.ids.extend(ids);
        let written = info
            .writes
            .iter()
            .filter(|write| write.to == WriteTo::Field)
            .map(|write| write.name);
        let written = written.chain(info.reads_current()).chain(by).chain([ACTIVE]);
        one.fields
            .extend(written.filter(|name| model.field(name).is_some_and(is_read)));
    }
}

/// The field that archiving clears.
pub(crate) const ACTIVE: &str = "active";

fn is_read(field: &'static crate::model::ModelField) -> bool {
    !matches!(field.kind, ModelKind::OneToMany { .. })
}

/// The field of a child that names its parent: what the one-to-many target says.
pub(crate) fn parent_field(info: &'static MapperInfo, target: usize) -> Option<&'static str> {
    match info.field(target)?.kind {
        ModelKind::OneToMany { model: _, by } => Some(by),
        ModelKind::Text
        | ModelKind::Int
        | ModelKind::Decimal(_)
        | ModelKind::Bool
        | ModelKind::Date
        | ModelKind::Time
        | ModelKind::Duration
        | ModelKind::DateTime
        | ModelKind::Uuid
        | ModelKind::Bytes
        | ModelKind::Json
        | ModelKind::Value(_)
        | ModelKind::Enum { .. }
        | ModelKind::Ref { .. }
        | ModelKind::ManyToMany { .. } => None,
    }
}

/// The type whose bindings tell the children of a list apart; a child whose fields are given is told apart like its siblings.
pub(crate) fn child_type(list: &ChildList<'_>) -> Option<&'static ExternalType> {
    Some(list.beside?.mapper.info().external)
}

/// The key under which a child is bound. A text is no key of the other side: together with the keys of the records around it, from the
/// main one on, it is unique.
pub(crate) fn child_key(list: &ChildList<'_>, child: &Child<'_>, main: &Key) -> Option<Key> {
    let key = child.key.as_ref()?;
    match list.via.map(|via| via.key) {
        Some(ChildKey::Slot(_)) => Some(key.clone()),
        Some(ChildKey::Text(_)) | None => {
            let path: Vec<&str> = [main]
                .into_iter()
                .chain(&list.under)
                .chain([key])
                .map(|key| &*key.0)
                .collect();
            serde_json::to_string(&path).ok().map(Key)
        }
        Some(ChildKey::None) => None,
    }
}

fn child_keys(row: &Row<'_>, main: &Key, ask: &mut dyn FnMut(&'static ExternalType, Key)) {
    for list in row.children_of() {
        for child in &list.children {
            if let (Some(external), Some(key)) = (child_type(list), child_key(list, child, main)) {
                ask(external, key);
            }
            if let Some(below) = &child.row {
                child_keys(below, main, ask);
            }
        }
    }
}

/// Whether two numbers are one record: numbers are unique per model only.
pub(crate) fn is_same(model: &Model, id: RecordId, other: &Model, other_id: RecordId) -> bool {
    model == other && id == other_id
}

/// The circumstances in which a child is mapped.
pub(crate) fn child_run<'s>(
    around: &Around,
    run: &Run<'s>,
    main: (&Key, Option<&StoredRecord>),
    list: &ChildList<'s>,
    child: &Child<'s>,
) -> Run<'s> {
    let stored = list.beside.and_then(|via| {
        let below = via.mapper.info();
        let key = child_key(list, child, main.0)?;
        let Some(bound) = around.bound(below.external, &key) else {
            let known = around.rejoined(main.0, below.external, &key)?;
            let fields = known.before.first().map(|bound| bound.fields.clone());
            let record = around.record(below.model, known.id)?;
            return Some((fields.unwrap_or_default(), Arc::clone(record)));
        };
        // Bound to the main record itself: it was merged into it before, and becomes a record of its own now.
        let merged = main
            .1
            .is_some_and(|main| is_same(main.model, main.id, below.model, bound.id));
        let record = around.record(below.model, bound.id)?;
        (!merged).then(|| (bound.fields.clone(), Arc::clone(record)))
    });
    match stored {
        Some((bound, record)) => Run {
            bound,
            ..run.for_record(Mode::Update, Some(record))
        },
        None => run.for_record(Mode::Create, None),
    }
}
