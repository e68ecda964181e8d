//! Children: the elements of a list that another mapping maps, each under a key that tells it from the others.

use std::collections::HashSet;
use std::sync::Arc;

use crate::fault::{Fault, quoted};
use crate::mapper::within::Within;
use crate::mapper::{
    ChildKey, Eval, Mode, Rec, Row, RowFault, Run, RunOf, Sources, Step, Stopped, Via, Wants, canonical_key,
};
use crate::model::{Literal, Model, ModelKind};
use crate::value::{Key, Out, Ruled, StoredRecord, Val};

/// The children that one rule gives.
#[derive(Clone, Debug)]
pub struct ChildList<'s> {
    /// How they are mapped; absent where their fields are given as they stand.
    pub via: Option<&'static Via>,
    /// How the others of the same target are mapped: under whose type a child whose fields are given is kept.
    pub beside: Option<&'static Via>,
    /// Position of the one-to-many field in [`crate::mapper::MapperInfo::writes`].
    pub target: usize,
    /// The rule.
    pub rule: Option<usize>,
    /// Whether the rules of this target together are the whole list, as far as this rule says.
    pub whole: bool,
    /// In the order of the list.
    pub children: Vec<Child<'s>>,
    /// Keys of the children around it, from the main record's own on; empty for lists of the main record.
    pub under: Vec<Key>,
}

/// One child.
#[derive(Clone, Debug)]
pub struct Child<'s> {
    /// What tells it from the others; absent where nothing does.
    pub key: Option<Key>,
    /// Its position in the list.
    pub position: usize,
    /// What it is made from.
    pub element: Element<'s>,
    /// What its rules wrote; absent until it is mapped, and where its fields are given.
    pub row: Option<Row<'s>>,
    /// What is stored of it; absent: it is new, or not mapped yet.
    pub stored: Option<Arc<StoredRecord>>,
    /// Why none of its rules ran: it is left out, or the record around it waits. Known once it is mapped.
    pub stopped: Option<Stopped>,
}

/// What a child is made from.
#[derive(Clone, Debug)]
pub enum Element<'s> {
    /// A record of the payload, with values of the mapping's parameters.
    Record {
        /// The record.
        record: Rec<'s>,
        /// The values.
        params: Vec<Val<'s>>,
    },
    /// The fields themselves.
    Literal(Vec<(&'static str, Val<'s>)>),
}

impl<'s> ChildList<'s> {
    /// The elements of a list, keyed.
    pub(crate) fn new(
        via: &'static Via,
        rule: Option<usize>,
        list: Val<'s>,
        args: Vec<Val<'s>>,
    ) -> Result<Self, Fault> {
        if matches!(list, Val::Null) {
            return Err(Fault::data(
                "the list of children is null; an empty list removes them, a missing one leaves them alone",
            ));
        }
        let mut records = Vec::new();
        for element in list.into_list()? {
            let record = element.rec();
            if !record.is_present() {
                return Err(Fault::kind_of_value("a record of the payload", &element));
            }
            records.push(record);
        }
        Self::of(via, rule, &records, &args)
    }

    /// The same for records.
    pub(crate) fn of(
        via: &'static Via,
        rule: Option<usize>,
        records: &[Rec<'s>],
        args: &[Val<'s>],
    ) -> Result<Self, Fault> {
        let mut children: Vec<Child<'s>> = Vec::with_capacity(records.len());
        let mut seen = Seen::of(records.len());
        for (position, record) in records.iter().copied().enumerate() {
            let key = child_key(via.key, record, position)?;
            if let Some(twice) = key.as_ref().filter(|key| !seen.is_new(key, &children)) {
                return Err(key_twice(twice));
            }
            let params = args.to_vec();
            let element = Element::Record { record, params };
            children.push(Child {
                key,
                position,
                element,
                row: None,
                stored: None,
                stopped: None,
            });
        }
        Ok(Self {
            via: Some(via),
            beside: Some(via),
            target: via.target,
            rule,
            whole: via.whole,
            children,
            under: Vec::new(),
        })
    }

    /// One child whose fields are given.
    pub(crate) fn literal(
        target: usize,
        beside: Option<&'static Via>,
        rule: Option<usize>,
        key: &'static str,
        fields: Val<'s>,
    ) -> Result<Self, Fault> {
        let Val::Record(fields) = fields else {
            return Err(Fault::kind_of_value("a record", &fields));
        };
        let child = Child {
            key: Some(Key(key.to_owned())),
            position: 0,
            element: Element::Literal(fields),
            row: None,
            stored: None,
            stopped: None,
        };
        Ok(Self {
            via: None,
            beside,
            target,
            rule,
            whole: false,
            children: vec![child],
            under: Vec::new(),
        })
    }
}

impl<'s> Child<'s> {
    /// Its written fields as a record: missing until it is mapped.
    pub fn out(&self) -> Val<'s> {
        match (&self.row, &self.element) {
            (Some(row), _) => row.record(),
            (None, Element::Literal(fields)) => Val::Record(fields.clone()),
            (None, Element::Record { .. }) => Val::Missing,
        }
    }

    /// The record as it will be: what is written over what is stored, or over the defaults of a new record.
    pub(crate) fn whole(&self, model: &'static Model) -> Val<'s> {
        let Val::Record(mut fields) = self.out() else {
            return Val::Missing;
        };
        for field in model.fields {
            let is_written = fields
                .iter()
                .any(|(name, value)| *name == field.name && !matches!(value, Val::Missing));
            if is_written || matches!(field.kind, ModelKind::OneToMany { .. }) {
                continue;
            }
            let value = match &self.stored {
                Some(record) => record.get(field.name).map_or(Val::Missing, Val::from),
                None => field.default.map_or(Val::Null, Literal::value),
            };
            fields.retain(|(name, _)| *name != field.name);
            fields.push((field.name, value));
        }
        Val::Record(fields)
    }
}

/// Keys of a list so far: a short one is searched, a long one has them beside.
enum Seen {
    Short,
    Long(HashSet<Key>),
}

impl Seen {
    /// More children than this are not searched one by one.
    const SHORT: usize = 16;

    fn of(children: usize) -> Self {
        match children <= Self::SHORT {
            true => Self::Short,
            false => Self::Long(HashSet::new()),
        }
    }

    fn is_new(&mut self, key: &Key, children: &[Child<'_>]) -> bool {
        match self {
            Self::Short => children.iter().all(|child| child.key.as_ref() != Some(key)),
            Self::Long(keys) => keys.insert(key.clone()),
        }
    }
}

impl<'s> Row<'s> {
    /// Maps all children and their children. `run_of` says whether a child is new.
    pub fn map_children(&mut self, e: &Eval<'_, 's>, run_of: &mut RunOf<'_, 's>) {
        let mut lists = std::mem::take(&mut self.children);
        for list in &mut lists {
            let mut children = std::mem::take(&mut list.children);
            for child in &mut children {
                let run = run_of(list, child);
                child.stored.clone_from(&run.current);
                let within = self.path_of(list.target, child.position);
                if let Err(fault) = map_child(e, list, child, within, (&run, run_of)) {
                    let fault = self.ruled(list.rule, fault);
                    self.faults.push(fault);
                }
                if let Some(Stopped::Undecided(stop, fault)) = &child.stopped {
                    let fault = self.ruled(list.rule, fault.clone());
                    let within = self.path_of(list.target, child.position).text();
                    self.faults.push(RowFault {
                        within,
                        place: stop.place,
                        targets: vec![stop.kind.word()],
                        ..fault
                    });
                }
            }
            list.children = children;
        }
        self.children = lists;
    }

    /// Where a child of this row stands.
    fn path_of(&self, target: usize, position: usize) -> Within {
        Within {
            above: self.within.clone().map(Arc::new),
            target: self.info.writes.get(target).map_or("", |write| write.name),
            position,
        }
    }
}

/// Maps a child and its children; what is given as it stands needs no mapping.
fn map_child<'s>(
    e: &Eval<'_, 's>,
    list: &ChildList<'s>,
    child: &mut Child<'s>,
    within: Within,
    (run, run_of): (&Run<'s>, &mut RunOf<'_, 's>),
) -> Ruled {
    let Some(via) = list.via else { return Ok(()) };
    let sources: Sources<'s> = child_sources(e, via, (&child.element, child.position), run)?;
    let eval = Eval::new(&sources, e.resolved(), run);
    // All lookups are answered by now.
    child.stopped = eval.stopped(u8::MAX);
    if child.stopped.is_some() {
        return Ok(());
    }
    let mut row = Row::new(eval.info());
    row.within = Some(within);
    eval.mapper().map(&eval, &mut row);
    for below in &mut row.children {
        below.under.clone_from(&list.under);
        below.under.extend(child.key.clone());
    }
    row.map_children(&eval, run_of);
    child.row = Some(row);
    Ok(())
}

/// Asks for the lookups of children: those of stratum `stratum - via.offset` of their mapping.
pub fn child_needs<'s>(e: &Eval<'_, 's>, via: &'static Via, list: Out<'s>, stratum: u8, wants: &mut Wants) {
    child_needs_with(e, via, list, Ok(Vec::new()), stratum, wants);
}

/// The same with values of the child mapping's parameters. A fault asks nothing: the rule reports it.
pub fn child_needs_with<'s>(
    e: &Eval<'_, 's>,
    via: &'static Via,
    list: Out<'s>,
    args: Result<Vec<Val<'s>>, Fault>,
    stratum: u8,
    wants: &mut Wants,
) {
    let inner = stratum.saturating_sub(via.offset);
    let (Ok(Val::List(elements)), Ok(params)) = (list, args) else {
        return;
    };
    if inner == 0 {
        return;
    }
    // Whether a child is new is not known yet, so all its rules may ask.
    let run = e.run().for_record(Mode::Gather, None);
    for (position, element) in elements.into_iter().enumerate() {
        let (record, params) = (element.rec(), params.clone());
        let element = Element::Record { record, params };
        let Ok(sources) = child_sources(e, via, (&element, position), &run) else {
            continue;
        };
        let below = Eval::new(&sources, e.resolved(), &run);
        // What is left out asks no more, so nothing is imported that it alone would have needed.
        if below.stopped(inner - 1).is_none() {
            below.needs(inner, wants);
        }
    }
}

/// The sources of a child: its element and where it stands in its list, what its mapping picks, and the main record of the mapping around it.
pub fn child_sources<'s>(
    e: &Eval<'_, 's>,
    via: &'static Via,
    (element, position): (&Element<'s>, usize),
    run: &Run<'s>,
) -> Result<Sources<'s>, Fault> {
    let Element::Record { record, params } = element else {
        return Err(Eval::broken("a child without a record"));
    };
    let expected = via.mapper.info().shape();
    if !same_shape(record.shape(), expected) {
        return Err(Eval::broken(
            "the elements of a list are not read as the mapping of its children expects",
        ));
    }
    let sources = Sources::new(via.mapper, *record).at(position);
    let mut sources = sources.within(e.sources().main(), params.clone());
    match sources.advance(run)? {
        Step::Complete => Ok(sources),
        Step::Fetch { external, .. } => {
            let name = external.name;
            Err(Fault::data(format!(
                "a child cannot fetch {name}: fetch it in the mapping around it and pick from there"
            )))
        }
    }
}

/// Two elements of one list with one key.
pub(crate) fn key_twice(key: &Key) -> Fault {
    Fault::data(format!("two elements have the key {}", quoted(&key.0))).with_value(key.0.clone())
}

fn same_shape(given: Option<&'static crate::shape::Shape>, expected: Option<&'static crate::shape::Shape>) -> bool {
    match (given, expected) {
        (Some(given), Some(expected)) => std::ptr::eq(given, expected),
        (Some(_) | None, None) | (None, Some(_)) => false,
    }
}

/// What tells an element from the others; an element of a keyed list without a key is a fault.
fn child_key(key: ChildKey, record: Rec<'_>, position: usize) -> Result<Option<Key>, Fault> {
    match key {
        ChildKey::None => Ok(None),
        ChildKey::Text(text) => Ok(Some(Key(text.to_owned()))),
        ChildKey::Slot(slot) => match canonical_key(&record.get(slot)) {
            Some(key) => Ok(Some(key)),
            None => Err(Fault::data(format!("the element at position {position} has no key"))),
        },
    }
}
