//! Children that are here already, although no key leads to them: made inside and sent in a list, or bound under a key that the list
//! does not hold any more. `adopt by sku` in their mapping says by which of their values an element is known again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Around, child_key, child_type, parent_field};
use crate::connector::ExternalType;
use crate::fold::fold;
use crate::mapper::{Adopt, Child, ChildList, MapperInfo, Row};
use crate::store::{Bound, Find};
use crate::sync::End;
use crate::sync::handler::lacks;
use crate::sync::import::receive::Ready;
use crate::sync::import::write::is_whole;
use crate::sync::import::{Importing, verdict};
use crate::value::{Key, RecordId, Stored};

/// A child that an element is known again as.
#[derive(Clone, Debug)]
pub(crate) struct Rejoined {
    /// The child.
    pub(crate) id: RecordId,
    /// What led to it before: keys that the list does not hold any more.
    pub(crate) before: Vec<Bound>,
}

/// The elements of a list whose mapping adopts.
#[derive(Debug)]
pub(super) struct Elements {
    /// The main record of the import.
    place: usize,
    main: Key,
    /// The element that the list belongs to; absent: the main record.
    around: Option<(&'static str, Key)>,
    /// The mapping of the elements.
    below: &'static MapperInfo,
    /// The field of a child that names the record around it.
    by: &'static str,
    /// Keys and values, in the order of the list; without values nothing is adopted.
    wanted: Vec<(Key, Option<Vec<Stored>>)>,
    /// All keys of this type under the same record, where that is the whole list.
    whole: Option<BTreeSet<Key>>,
}

/// Children as they are stored, by the record around them.
#[derive(Debug, Default)]
pub(super) struct Stock {
    /// By type, the field that names the record, and the record; in the order of their numbers.
    under: BTreeMap<(&'static str, &'static str, RecordId), Vec<RecordId>>,
    /// What leads to them.
    bound: BTreeMap<(&'static str, RecordId), Vec<Bound>>,
}

/// Who is known again, by the key of the main record, the type and the key of the element.
pub(super) type Known = BTreeMap<(Key, &'static str, Key), Rejoined>;

impl Elements {
    /// The lists of a record and its children, those of the main record first.
    pub(super) fn of(row: &Row<'_>, ready: &Ready<'_>, made: &mut Vec<Self>) {
        let main = &ready.received.link.key;
        Self::below(row, (ready.received.place, main), None, made);
    }

    fn below(row: &Row<'_>, (place, main): (usize, &Key), around: Option<&(&'static str, Key)>, made: &mut Vec<Self>) {
        for list in row.children_of() {
            let below = list.via.map(|via| via.mapper.info());
            let below = below.filter(|below| adopt_of(below).is_some());
            if let (Some(below), Some(by)) = (below, parent_field(row.info(), list.target)) {
                let keyed = list.children.iter();
                let keyed = keyed.filter_map(|child| Some((child_key(list, child, main)?, values(below, child))));
                made.push(Self {
                    place,
                    main: main.clone(),
                    around: around.cloned(),
                    below,
                    by,
                    wanted: keyed.collect(),
                    whole: whole(row, list, main),
                });
            }
        }
        for list in row.children_of() {
            for child in &list.children {
                let key = child_type(list).zip(child_key(list, child, main));
                if let (Some(below), Some((external, key))) = (&child.row, key) {
                    Self::below(below, (place, main), Some(&(external.name, key)), made);
                }
            }
        }
    }
}

/// `adopt ..` of the mapping of the elements, where they are bound at all.
fn adopt_of(info: &'static MapperInfo) -> Option<&'static Adopt> {
    info.adopt.filter(|_| info.external.binding.is_some())
}

fn names(info: &'static MapperInfo, adopt: &Adopt) -> Vec<&'static str> {
    let targets = adopt.by.iter().filter_map(|target| info.writes.get(*target));
    targets.map(|write| write.name).collect()
}

/// What the rules give the fields that are compared; absent: one of them is absent or wrong.
fn values(info: &'static MapperInfo, child: &Child<'_>) -> Option<Vec<Stored>> {
    let written = child.row.as_ref()?.values().ok()?.fields;
    let value = |name: &'static str| {
        let value = &written.iter().find(|assigned| assigned.field == name)?.value;
        (*value != Stored::Null).then(|| value.clone())
    };
    names(info, info.adopt?).into_iter().map(value).collect()
}

fn whole(row: &Row<'_>, list: &ChildList<'_>, main: &Key) -> Option<BTreeSet<Key>> {
    let external = child_type(list)?;
    let beside = row.children_of().iter();
    let beside = beside.filter(|other| child_type(other) == Some(external));
    let keys = beside.flat_map(|list| list.children.iter().filter_map(|child| child_key(list, child, main)));
    is_whole(row, external).then(|| keys.collect())
}

impl Stock {
    /// The stored children of these records: one query for each list, and one for what leads to them. Their numbers.
    pub(super) async fn read(
        &mut self,
        ctx: &Importing<'_>,
        (info, below): (&'static MapperInfo, &'static MapperInfo),
        parents: &[RecordId],
    ) -> Result<Vec<RecordId>, End> {
        let mut all: BTreeSet<RecordId> = BTreeSet::new();
        let vias = info.vias.iter().filter(|via| std::ptr::eq(via.mapper.info(), below));
        let mut fields: Vec<&'static str> = vias.filter_map(|via| parent_field(info, via.target)).collect();
        fields.dedup();
        let Some(adopt) = adopt_of(below) else {
            return Ok(Vec::new());
        };
        for by in fields {
            let find = Find {
                model: below.model,
                by: vec![by],
                fold: false,
                filter: adopt.filter,
                values: parents.iter().map(|id| vec![Stored::Ref(*id)]).collect(),
            };
            let found = ctx.env.store.find(&find).await.map_err(|error| End::from(&error))?;
            all.extend(found.iter().flatten());
            let by_parent = parents.iter().zip(found);
            let by_parent = by_parent.map(|(parent, found)| ((below.external.name, by, *parent), found));
            self.under.extend(by_parent);
        }
        let ids: Vec<RecordId> = all.into_iter().collect();
        if ids.is_empty() {
            return Ok(ids);
        }
        let binder = ctx.env.binder(below.external).map_err(|error| lacks(&error))?;
        let bound = binder.bindings_of_all(&*ctx.env.store, ctx.instance(), &ids).await;
        for bound in bound.map_err(|error| verdict::of_binder(&error))? {
            let of = (below.external.name, bound.id);
            self.bound.entry(of).or_default().push(bound);
        }
        Ok(ids)
    }

    /// All children of a type.
    pub(super) fn of(&self, external: &'static str) -> impl Iterator<Item = RecordId> {
        let lists = self.under.iter().filter(move |((name, ..), _)| *name == external);
        lists.flat_map(|(_, ids)| ids.iter().copied())
    }

    fn bound(&self, external: &'static ExternalType, id: RecordId) -> &[Bound] {
        self.bound.get(&(external.name, id)).map_or(&[], Vec::as_slice)
    }
}

impl Around {
    /// The child that an element is known again as.
    pub(crate) fn rejoined(&self, main: &Key, external: &'static ExternalType, key: &Key) -> Option<&Rejoined> {
        self.rejoined.get(&(main.clone(), external.name, key.clone()))
    }

    /// Whether a child has another key from now on.
    pub(crate) fn is_rejoined(&self, main: &Key, external: &'static ExternalType, id: RecordId) -> bool {
        let mut known = self.rejoined.iter();
        known.any(|((of, name, _), one)| of == main && *name == external.name && one.id == id)
    }

    /// Decides which element is which child: those that are equal by all that `adopt` names go together in the order of the list and
    /// of the numbers of the children, because nothing tells them apart.
    pub(super) fn know_again(&mut self, ready: &[Ready<'_>], lists: &[Elements]) {
        for list in lists {
            let Some(parent) = self.parent_of(ready, list) else {
                continue;
            };
            let external = list.below.external;
            let stock = self.stock.under.get(&(external.name, list.by, parent));
            let mut free = stock.cloned().unwrap_or_default();
            free.retain(|id| self.is_free(list, parent, *id));
            for (key, values) in &list.wanted {
                let (None, Some(values)) = (self.bound(external, key), values) else {
                    continue;
                };
                let Some(at) = free.iter().position(|id| self.has(list, *id, values)) else {
                    continue;
                };
                let id = free.remove(at);
                let before = self.stock.bound(external, id).to_vec();
                self.rejoined
                    .insert((list.main.clone(), external.name, key.clone()), Rejoined { id, before });
            }
        }
    }

    fn parent_of(&self, ready: &[Ready<'_>], list: &Elements) -> Option<RecordId> {
        match &list.around {
            None => {
                let ready = ready.iter().find(|ready| ready.received.place == list.place)?;
                self.id_of(ready)
            }
            Some((external, key)) => {
                let place = (*external, key.clone());
                let bound = self.bound.get(&place).map(|bound| bound.id);
                bound.or_else(|| {
                    let known = self.rejoined.get(&(list.main.clone(), *external, key.clone()));
                    known.map(|one| one.id)
                })
            }
        }
    }

    /// Whether no key leads to a child, or only such as its list would hold and does not.
    fn is_free(&self, list: &Elements, parent: RecordId, id: RecordId) -> bool {
        let external = list.below.external;
        if self.is_rejoined(&list.main, external, id) {
            return false;
        }
        let gone = |bound: &Bound| {
            let whole = list.whole.as_ref();
            bound.parent == Some(parent) && whole.is_some_and(|keys| !keys.contains(&bound.key))
        };
        self.stock.bound(external, id).iter().all(gone)
    }

    /// Whether a stored child has these values.
    fn has(&self, list: &Elements, id: RecordId, values: &[Stored]) -> bool {
        let info = list.below;
        let (Some(adopt), Some(record)) = (info.adopt, self.record(info.model, id)) else {
            return false;
        };
        let same = |(name, value): (&'static str, &Stored)| match (record.get(name), value) {
            (Some(Stored::Text(held)), Stored::Text(given)) if adopt.fold => fold(held) == fold(given),
            (held, given) => held == Some(given),
        };
        names(info, adopt).into_iter().zip(values).all(same)
    }
}
