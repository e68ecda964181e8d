//! What the rules of one record wrote: a cell per target, the faults by rule, the lists of children.

use crate::fault::{Fault, FaultKind};
use crate::mapper::cell::{Kept, NO_RULE, Target};
use crate::mapper::direct::Line;
use crate::mapper::within::Within;
use crate::mapper::{Cell, Child, ChildList, Eval, MapperInfo, Mode, Rec, Rule, Run, Runs, Via, Write};
use crate::model::Model;
use crate::value::{Ruled, Val};

/// What the rules of one record wrote, borrowed from its payloads.
#[derive(Clone, Debug)]
pub struct Row<'s> {
    pub(super) info: &'static MapperInfo,
    pub(super) within: Option<Within>,
    targets: Vec<Target<'s>>,
    pub(super) children: Vec<ChildList<'s>>,
    pub(super) faults: Vec<RowFault>,
    deferred: Vec<RowFault>,
    /// The rule that runs, or ran last.
    rule: u32,
    /// Where rules write to at once; absent: what they write is kept.
    pub(super) line: Option<Line>,
    /// Whether each rule runs, and writes to the line: none has to be asked.
    pub(super) runs_all: bool,
}

/// A fault with the rule it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowFault {
    /// Where the row stands, if it is a child: `child_ids[1]`, by target and position in its list.
    pub within: String,
    /// The rule; absent where a target as a whole is wrong.
    pub rule: Option<usize>,
    /// File and line of the rule, or of the target's declaration.
    pub place: &'static str,
    /// Names of its targets.
    pub targets: Vec<&'static str>,
    /// Path of the source: of the leaves the rule reads.
    pub source: String,
    /// What is wrong; values are masked where the rule reads something sensitive.
    pub fault: Fault,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in [self.place, &self.within].into_iter().filter(|part| !part.is_empty()) {
            write!(f, "{part} ")?;
        }
        write!(f, "{}: {}", self.targets.join(", "), self.fault)?;
        match self.source.is_empty() || self.fault.source.is_some() {
            true => Ok(()),
            false => write!(f, " (from {})", self.source),
        }
    }
}

/// The circumstances of a child: whether it is new, and what is stored of it.
pub type RunOf<'r, 's> = dyn FnMut(&ChildList<'s>, &Child<'s>) -> Run<'s> + 'r;

/// What a rule does.
pub type RuleBody<'b, 's> = dyn Fn(&Eval<'_, 's>, &mut Row<'s>) -> Ruled + 'b;

impl<'s> Row<'s> {
    /// A row of a mapping, nothing written.
    pub fn new(info: &'static MapperInfo) -> Self {
        Self {
            targets: vec![Target::UNSET; info.writes.len()],
            ..Self::empty(info)
        }
    }

    /// A row that keeps nothing.
    pub(super) const fn empty(info: &'static MapperInfo) -> Self {
        Self {
            info,
            within: None,
            targets: Vec::new(),
            children: Vec::new(),
            faults: Vec::new(),
            deferred: Vec::new(),
            rule: NO_RULE,
            line: None,
            runs_all: false,
        }
    }

    /// The tables of another mapping: that of children on the same line.
    pub(super) const fn set_info(&mut self, info: &'static MapperInfo) {
        self.info = info;
    }

    /// The tables of the mapping.
    pub const fn info(&self) -> &'static MapperInfo {
        self.info
    }

    /// Runs a rule, if it runs at all, and keeps its fault.
    pub fn rule(&mut self, e: &Eval<'_, 's>, rule: usize, body: fn(&Eval<'_, 's>, &mut Row<'s>) -> Ruled) {
        if !self.begins(e, rule) {
            return;
        }
        if let Err(fault) = body(e, self) {
            self.fail(rule, fault);
        }
    }

    /// The same for a body that knows more than it is given: that of an interpreter.
    pub fn rule_with(&mut self, e: &Eval<'_, 's>, rule: usize, body: &RuleBody<'_, 's>) {
        if !self.begins(e, rule) {
            return;
        }
        if let Err(fault) = body(e, self) {
            self.fail(rule, fault);
        }
    }

    /// Runs a rule that writes a slot of a source as it stands.
    pub fn copy(&mut self, e: &Eval<'_, 's>, rule: usize, (source, slot): (usize, u16), target: usize) {
        if !self.begins(e, rule) {
            return;
        }
        let record = e.rec(source);
        if let (Some(line), Some(sent)) = (&mut self.line, record.sent(slot))
            && line.takes_sent_text(self.info, target, &sent)
        {
            return;
        }
        self.copy_any(rule, (record, slot), target);
    }

    #[inline(never)]
    fn copy_any(&mut self, rule: usize, (record, slot): (Rec<'s>, u16), target: usize) {
        if let (Some(line), Some(sent)) = (&mut self.line, record.sent(slot))
            && line.takes_sent(self.info, target, &sent)
        {
            return;
        }
        if let Err(fault) = self.keep(target, record, slot) {
            self.fail(rule, fault);
        }
    }

    /// `=` for a slot of a record: what was sent stays where it is.
    #[inline(always)]
    pub fn keep(&mut self, target: usize, record: Rec<'s>, slot: u16) -> Ruled {
        match record.sent(slot) {
            Some(sent) if self.line.is_some() => self.sent_now(target, &sent),
            Some(sent) if sent.stays() => self.put(target, Kept::Sent(sent)),
            Some(sent) => self.set(target, sent.value()),
            None => Ok(()),
        }
    }

    /// `=`: missing leaves the target alone, null clears it, a list is the whole list.
    pub fn set(&mut self, target: usize, value: Val<'s>) -> Ruled {
        match &mut self.line {
            Some(line) => {
                if !line.takes(self.info, target, &value) {
                    self.write_now(target, &value);
                }
                value.let_go();
                Ok(())
            }
            None => self.set_kept(target, value),
        }
    }

    #[inline(never)]
    fn set_kept(&mut self, target: usize, value: Val<'s>) -> Ruled {
        if matches!(value, Val::Missing) {
            return Ok(());
        }
        if let Val::List(items) = value {
            return self.set_list(target, items);
        }
        self.put(target, Kept::Value(value))
    }

    fn set_list(&mut self, target: usize, mut items: Vec<Val<'s>>) -> Ruled {
        if !self.holds_many(target) {
            return self.put(target, Kept::Value(Val::List(items)));
        }
        if let Some(Target { kept, .. }) = self.targets.get_mut(target)
            && let Kept::List { items: added, .. } = std::mem::replace(kept, Kept::Unset)
        {
            items.extend(added);
        }
        self.put(target, Kept::List { items, whole: true })
    }

    #[inline(always)]
    fn put(&mut self, target: usize, kept: Kept<'s>) -> Ruled {
        let Some(written) = self.targets.get_mut(target) else {
            return Err(Eval::broken("a target"));
        };
        written.writer = self.rule;
        match &mut written.kept {
            // Nothing is dropped: most targets are written once.
            unset @ Kept::Unset => *unset = kept,
            before @ (Kept::Sent(_) | Kept::Value(_) | Kept::List { .. } | Kept::Children) => *before = kept,
        }
        Ok(())
    }

    /// Whether a rule of this mapping runs; then it is the one that does.
    #[inline(always)]
    fn begins(&mut self, e: &Eval<'_, 's>, rule: usize) -> bool {
        self.runs_all || self.begins_now(e, rule)
    }

    fn begins_now(&mut self, e: &Eval<'_, 's>, rule: usize) -> bool {
        let Some(known) = self.info.rules.get(rule) else {
            return false;
        };
        match (&self.line, known.when) {
            (Some(Line { runs: Some(word), .. }), Runs::Always) => known.bits.first_meets(*word),
            (_, _) => self.begins_as_said(e.run(), rule, known),
        }
    }

    #[inline(never)]
    fn begins_as_said(&mut self, run: &Run<'s>, rule: usize, known: &Rule) -> bool {
        let runs = match (&run.mode, known.when) {
            (Mode::Create | Mode::Update, Runs::Always) if run.language.is_none() => true,
            (Mode::Partial(changed), Runs::Always) if run.language.is_none() => changed.meets(&known.bits),
            (_, _) => run.runs(self.info, known),
        };
        self.rule = rule as u32;
        runs
    }

    /// `+=`: adds one element, or those of a list; absent adds nothing.
    pub fn push(&mut self, target: usize, value: Val<'s>) -> Ruled {
        if value.is_absent() {
            return Ok(());
        }
        let Some(written) = self.targets.get_mut(target) else {
            // Where rules write at once, they add nothing to each other.
            return Err(Eval::broken("a target"));
        };
        let (mut items, whole) = match std::mem::replace(&mut written.kept, Kept::Unset) {
            Kept::List { items, whole } => (items, whole),
            Kept::Unset | Kept::Sent(_) | Kept::Value(_) | Kept::Children => (Vec::new(), false),
        };
        if let Val::List(list) = value {
            items.extend(list);
        } else {
            items.push(value);
        }
        self.put(target, Kept::List { items, whole })
    }

    /// `= E via M` or `+= E via M`: the elements become children. Missing leaves the stored ones alone, null is a fault.
    pub fn children(&mut self, e: &Eval<'_, 's>, via: &'static Via, list: Val<'s>) -> Ruled {
        self.children_with(e, via, list, Vec::new())
    }

    /// The same with values of the child mapping's parameters.
    pub fn children_with(&mut self, e: &Eval<'_, 's>, via: &'static Via, list: Val<'s>, args: Vec<Val<'s>>) -> Ruled {
        if matches!(list, Val::Missing) {
            return Ok(());
        }
        if self.line.is_some() {
            let records: Vec<Rec<'s>> = list.into_list()?.iter().map(Val::rec).collect();
            return self.children_now(e, via, &records, &args);
        }
        let made = ChildList::new(via, self.running(), list, args)?;
        self.add_children(made)
    }

    /// The same for a list of records, made once.
    pub fn children_from(&mut self, e: &Eval<'_, 's>, via: &'static Via, records: &[Rec<'s>]) -> Ruled {
        if self.line.is_some() {
            return self.children_now(e, via, records, &[]);
        }
        let made = ChildList::of(via, self.running(), records, &[])?;
        self.add_children(made)
    }

    /// `+= { .. } keyed by ".."`: a child whose fields are given, without a mapping of its own.
    pub fn add_child(&mut self, target: usize, key: &'static str, fields: Val<'s>) -> Ruled {
        if fields.is_absent() {
            return Ok(());
        }
        let beside = self.info.vias.iter().find(|via| via.target == target).copied();
        let made = ChildList::literal(target, beside, self.running(), key, fields)?;
        self.add_children(made)
    }

    /// What was written to a target, for checks: missing where nothing was; for children the list of them as they will be.
    pub fn out(&self, target: usize) -> Val<'s> {
        match self.cell(target) {
            Cell::Value(value) => value,
            Cell::List { items, .. } => Val::List(items),
            Cell::Children => {
                let lists = self.children.iter().filter(|list| list.target == target);
                let model = self.child_model(target);
                let out = |child: &Child<'s>| model.map_or_else(|| child.out(), |model| child.whole(model));
                let children = lists.flat_map(|list| &list.children);
                Val::List(children.filter(|child| child.stopped.is_none()).map(out).collect())
            }
            Cell::Unset => Val::Missing,
        }
    }

    /// The written fields as a record.
    pub fn record(&self) -> Val<'s> {
        let writes = self.info.writes.iter().enumerate();
        let written = writes.filter(|(target, _)| self.is_written(*target));
        Val::Record(written.map(|(target, write)| (write.name, self.out(target))).collect())
    }

    /// The model of the children of a target, as far as one of its lists is mapped.
    fn child_model(&self, target: usize) -> Option<&'static Model> {
        let vias = self.info.vias.iter().filter(|via| via.target == target);
        vias.map(|via| via.mapper.info().model).next()
    }

    /// Whether a target was written, and nothing went wrong with the children in it.
    pub(crate) fn is_sound(&self, target: usize) -> bool {
        let lists = self.children.iter().filter(|list| list.target == target);
        let mut children = lists
            .flat_map(|list| &list.children)
            .filter_map(|child| child.row.as_ref());
        self.is_written(target) && children.all(|row| row.all_faults().is_empty())
    }

    /// Whether a target was written.
    pub fn is_written(&self, target: usize) -> bool {
        self.targets.get(target).is_some_and(|target| !target.kept.is_unset())
    }

    /// All targets, in order.
    pub(super) fn targets(&self) -> impl Iterator<Item = (&'static Write, &Kept<'s>)> {
        let targets = self.info.writes.iter().zip(&self.targets);
        targets.map(|(write, target)| (write, &target.kept))
    }

    /// The targets that were written, in order.
    pub(super) fn written(&self) -> impl Iterator<Item = (usize, &'static Write, &Kept<'s>)> {
        let targets = self.info.writes.iter().zip(&self.targets).enumerate();
        let written = targets.filter(|(_, (_, target))| !target.kept.is_unset());
        written.map(|(position, (write, target))| (position, write, &target.kept))
    }

    /// What a target holds.
    pub fn cell(&self, target: usize) -> Cell<'s> {
        self.targets
            .get(target)
            .map_or(Cell::Unset, |target| target.kept.cell())
    }

    /// The rule that wrote a target last.
    pub fn writer(&self, target: usize) -> Option<usize> {
        self.targets.get(target).and_then(|target| known(target.writer))
    }

    /// The rule that runs, or ran last.
    fn running(&self) -> Option<usize> {
        known(self.rule)
    }

    /// All lists of children, in file order.
    pub fn children_of(&self) -> &[ChildList<'s>] {
        &self.children
    }

    /// The same, to hand in what the importer knows.
    pub fn children_of_mut(&mut self) -> &mut [ChildList<'s>] {
        &mut self.children
    }

    /// Faults of the rules, without those of children.
    pub fn faults(&self) -> &[RowFault] {
        &self.faults
    }

    /// Faults of the rules and of all mapped children.
    pub fn all_faults(&self) -> Vec<&RowFault> {
        let children = self.children.iter().flat_map(|list| &list.children);
        let below = children
            .filter_map(|child| child.row.as_ref())
            .flat_map(Row::all_faults);
        self.faults.iter().chain(below).collect()
    }

    /// Rules that a follow-up job runs again, because they refer to a record that is being imported; their nullable targets are left out.
    pub fn deferred(&self) -> &[RowFault] {
        &self.deferred
    }

    /// Keeps the fault of a rule. A cycle through nullable targets is left for a follow-up.
    pub(crate) fn fail(&mut self, rule: usize, fault: Fault) {
        if let Some(line) = &mut self.line {
            return line.give_up();
        }
        let fault = self.ruled(Some(rule), fault);
        let targets = self.info.rules.get(rule).map_or(&[][..], |rule| rule.targets);
        let may_wait = targets.iter().all(|target| self.may_be_left_out(*target));
        match fault.fault.kind == FaultKind::Cycle && may_wait {
            true => self.deferred.push(fault),
            false => self.faults.push(fault),
        }
    }

    /// A fault with what the tables know of its rule.
    pub fn ruled(&self, rule: Option<usize>, fault: Fault) -> RowFault {
        let Some((index, known)) = rule.and_then(|rule| Some((rule, self.info.rules.get(rule)?))) else {
            return self.unruled("", Vec::new(), fault);
        };
        let writes = known.targets.iter().filter_map(|target| self.info.writes.get(*target));
        let fault = match self.info.reads_sensitive(index) {
            true => fault.masked(),
            false => fault,
        };
        RowFault {
            within: self.within.as_ref().map_or_else(String::new, Within::text),
            rule,
            place: known.place,
            targets: writes.map(|write| write.name).collect(),
            source: known.reads.to_owned(),
            fault,
        }
    }

    /// A fault that no rule has.
    pub(crate) fn unruled(&self, place: &'static str, targets: Vec<&'static str>, fault: Fault) -> RowFault {
        RowFault {
            within: self.within.as_ref().map_or_else(String::new, Within::text),
            rule: None,
            place,
            targets,
            source: String::new(),
            fault,
        }
    }

    fn add_children(&mut self, made: ChildList<'s>) -> Ruled {
        let Some(written) = self.targets.get_mut(made.target) else {
            return Err(Eval::broken("a target"));
        };
        written.kept = Kept::Children;
        let keys = self.children.iter().filter(|list| list.target == made.target);
        let mut keys = keys
            .flat_map(|list| &list.children)
            .filter_map(|child| child.key.as_ref());
        let twice = keys.find(|key| made.children.iter().any(|child| child.key.as_ref() == Some(*key)));
        if let Some(key) = twice {
            return Err(super::children::key_twice(key));
        }
        if let Some(written) = self.targets.get_mut(made.target) {
            written.writer = self.rule;
        }
        self.children.push(made);
        Ok(())
    }

    fn holds_many(&self, target: usize) -> bool {
        self.info.field(target).is_some_and(|field| field.kind.is_added_to())
    }

    fn may_be_left_out(&self, target: usize) -> bool {
        let field = self.info.field(target);
        field.is_some_and(|field| field.nullable || !field.has_column() || field.default.is_some())
    }
}

/// A rule, if it is one.
fn known(rule: u32) -> Option<usize> {
    (rule != NO_RULE).then_some(rule as usize)
}
