//! What the checks of one mapping share: the names in scope, what is known, the questions to the store so far.

use crate::check::mapping::{Ends, Head, Inline, LetUse, Output};
use crate::check::narrow::{Fact, Path, narrowed};
use crate::check::world::World;
use crate::error::{Reports, failure, version};
use crate::ir::expr::{Expr, ExprKind, Type};
use crate::ir::mapping::{Changes, Direction, LookupKind, Origin, Target};
use crate::ir::{ExternalId, ModelId};
use crate::resolve::{Owner, feeds, mapping_title};
use crate::types;
use std::collections::BTreeMap;
use tenon_dsl::ast;
use tenon_dsl::report::Report;
use tenon_dsl::source::{Name, Span};

/// The checks of one mapping.
#[derive(Debug)]
pub(crate) struct Body<'w, 'a> {
    /// What may be looked at.
    pub(crate) world: World<'w, 'a>,
    /// Where mistakes go.
    pub(crate) reports: &'w mut Reports,
    /// The model that is written.
    pub(crate) model: ModelId,
    /// The external record type: what an import reads and an export writes.
    pub(crate) external: ExternalId,
    /// The main record type: the external one, or the view of the model that an export reads.
    pub(crate) main: ExternalId,
    /// Which way it leads.
    pub(crate) direction: Direction,
    /// The records of an export, and which of them this one writes.
    pub(crate) outputs: Vec<Output<'a>>,
    /// Position in `outputs`.
    pub(crate) output: usize,
    /// The export of the elements of a list that is checked in place of its rules.
    pub(crate) inline: Option<Inline<'a>>,
    /// What the elements of its lists say of the record.
    pub(crate) ends: Ends,
    /// The body as written.
    pub(crate) statements: &'a [ast::mapping::Statement],
    /// Main source, joins, enclosing record.
    pub(crate) sources: Vec<SourceSlot>,
    /// What was written, inherited lines included.
    pub(crate) written: &'a ast::mapping::Mapping,
    /// Values that `via` gives.
    pub(crate) params: Vec<(Name, Type)>,
    /// Named values.
    pub(crate) lets: Vec<LetSlot<'a>>,
    /// What may be written.
    pub(crate) targets: Vec<Target>,
    /// How many rules write each of them.
    pub(crate) rules_of_target: Vec<usize>,
    /// Whether a rule names a target that there is not.
    pub(crate) has_wrong_target: bool,
    /// Whether a mistake hides what is read: then nothing is said about unused fields.
    pub(crate) reads_unknown: bool,
    /// Where the rules write, for messages.
    pub(crate) target_shown: Option<String>,
    /// The whole value of a rule, where it is being checked.
    pub(crate) leaf: Option<Span>,
    /// The statement that is being checked.
    pub(crate) here: Scope,
    /// What the conditions of joins tell about their records.
    pub(crate) joined_facts: Vec<Fact>,
    /// Where joined records come from, by source.
    pub(crate) origins: Vec<Origin>,
    /// What a change of a joined record imports, by source.
    pub(crate) changes: BTreeMap<usize, Changes>,
    /// Questions to the store, in order of discovery.
    pub(crate) lookups: Vec<LookupDraft>,
    /// Where each `let` is used.
    pub(crate) let_uses: Vec<LetUse>,
    /// How often something that can fail was met.
    pub(crate) failures: usize,
    /// Marks of a half that nothing here needs; the other half may.
    pub(crate) spare_marks: Vec<Report>,
}

/// A source by its alias.
#[derive(Clone, Debug)]
pub(crate) struct SourceSlot {
    /// Absent: its fields are bare names.
    pub(crate) alias: Option<Name>,
    /// Its type.
    pub(crate) external: ExternalId,
    /// What it is, absence and lists included.
    pub(crate) ty: Type,
    /// Whether it is joined already.
    pub(crate) is_ready: bool,
    /// Whether its binding leads to the same record.
    pub(crate) also_binds: bool,
    /// Where it was written.
    pub(crate) span: Span,
}

/// A `let` and how far its check is.
#[derive(Debug)]
pub(crate) struct LetSlot<'a> {
    /// What was written.
    pub(crate) written: &'a ast::mapping::Let,
    /// How far it is.
    pub(crate) state: LetState,
}

/// How far the check of a `let` is.
#[derive(Debug)]
pub(crate) enum LetState {
    /// Not met yet.
    Waiting,
    /// Being checked: meeting it again is a circle.
    Running,
    /// Its value, and whether it can fail.
    Done(Box<Expr>, CanFail),
}

/// Whether something can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CanFail {
    /// It may be a failure.
    Yes,
    /// It always has a result.
    No,
}

/// What holds at one point of one statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// Lambda parameters, the innermost last.
    pub(crate) locals: Vec<Local>,
    /// Piped values that `_` stands for, the innermost last.
    pub(crate) holes: Vec<Expr>,
    /// What conditions told.
    pub(crate) facts: Vec<Fact>,
    /// Conditions under which this is evaluated, and in how many lambdas each stands.
    pub(crate) guards: Vec<(Expr, usize)>,
    /// What stands left of a `??` or `catch` before this.
    pub(crate) before: Vec<Expr>,
    /// The rule, as its number.
    pub(crate) rule: Option<usize>,
    /// The `let` whose value this is.
    pub(crate) in_let: Option<usize>,
    /// Functions whose predicate this stands in, and their lists.
    pub(crate) predicates: Vec<(&'static str, Span)>,
    /// Failures that nobody handles so far.
    pub(crate) unhandled: Vec<Unhandled>,
    /// What may be named here.
    pub(crate) kind: ScopeKind,
}

/// What may be named in a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    /// A rule or let.
    #[default]
    Rule,
    /// A check: `out.` too.
    Check,
    /// A join: sources before it, and no lets.
    Join,
}

/// A lambda parameter.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    /// Its name.
    pub(crate) name: Name,
    /// Its type.
    pub(crate) ty: Type,
    /// The list whose elements it stands for; absent for the candidate of a join.
    pub(crate) list: Option<Expr>,
}

/// A step that can fail and says nothing about it.
#[derive(Clone, Debug)]
pub(crate) struct Unhandled {
    /// Where.
    pub(crate) span: Span,
    /// The function.
    pub(crate) function: String,
    /// When it fails.
    pub(crate) why: String,
}

/// A question to the store.
#[derive(Clone, Debug)]
pub(crate) struct LookupDraft {
    /// What is asked.
    pub(crate) kind: LookupKind,
    /// The key, or the criteria and the values of a new record.
    pub(crate) args: Vec<Expr>,
    /// The lists of the lambdas around it.
    pub(crate) each: Vec<Expr>,
    /// Conditions under which it is asked.
    pub(crate) guards: Vec<Expr>,
    /// What must be known before.
    pub(crate) before: Vec<Expr>,
    /// The rule, as its number.
    pub(crate) rule: Option<usize>,
    /// The `let` it stands in.
    pub(crate) in_let: Option<usize>,
    /// Where it was written.
    pub(crate) span: Span,
}

impl<'w, 'a> Body<'w, 'a> {
    /// A body of which nothing is checked.
    pub(crate) fn new(
        world: World<'w, 'a>,
        reports: &'w mut Reports,
        head: &Head<'a>,
        leads: (ModelId, ExternalId),
    ) -> Self {
        let lets = head.written.statements.iter().filter_map(|statement| {
            let ast::mapping::Statement::Let(written) = statement else {
                return None;
            };
            Some(LetSlot {
                written,
                state: LetState::Waiting,
            })
        });
        Self {
            world,
            reports,
            model: leads.0,
            external: leads.1,
            main: match head.direction() {
                Direction::Import => leads.1,
                Direction::Export => world.outside.views.get(&leads.0).copied().unwrap_or(leads.1),
            },
            direction: head.direction(),
            outputs: head.outputs.clone(),
            output: head.output,
            inline: None,
            ends: Ends::default(),
            statements: &head.written.statements,
            sources: Vec::new(),
            written: head.written,
            params: head.params.clone(),
            lets: lets.collect(),
            targets: Vec::new(),
            rules_of_target: Vec::new(),
            has_wrong_target: world.outside.halves.is_partial(head.written),
            reads_unknown: false,
            target_shown: None,
            leaf: None,
            here: Scope::default(),
            joined_facts: Vec::new(),
            origins: Vec::new(),
            changes: BTreeMap::new(),
            lookups: Vec::new(),
            let_uses: Vec::new(),
            failures: 0,
            spare_marks: Vec::new(),
        }
    }

    /// Says a mistake.
    pub(crate) fn report(&mut self, report: Report) {
        self.reports.push(report);
    }

    /// Says a mistake; what follows from it is silent.
    pub(crate) fn wrong(&mut self, report: Report, span: Span) -> Expr {
        self.reports.push(report);
        self.silent(span)
    }

    /// An expression that follows from a mistake.
    pub(crate) fn silent(&self, span: Span) -> Expr {
        self.node(ExprKind::Literal(crate::ir::Literal::Missing), types::wrong(), span)
    }

    /// An expression.
    pub(crate) fn node(&self, kind: ExprKind, ty: Type, span: Span) -> Expr {
        Expr {
            kind,
            ty,
            place: self.world.places.place(span),
        }
    }

    /// An expression whose type follows what conditions told.
    pub(crate) fn narrowed_node(&mut self, kind: ExprKind, ty: Type, span: Span) -> Expr {
        if let Some(declaration) = self.declared_at(&kind) {
            self.reports.uses.add(span, declaration);
        }
        let mut made = self.node(kind, ty, span);
        if let Some(path) = Path::of(&made, self.depth()) {
            made.ty = narrowed(made.ty, &path, &self.here.facts);
        }
        made
    }

    /// Where something is declared that has a name.
    fn declared_at(&self, kind: &ExprKind) -> Option<Span> {
        let World { inside, outside, .. } = self.world;
        if let ExprKind::Field { external, field, of: _ } = kind {
            return Some(outside.ir.externals[external.0].fields[field.0].place.span);
        }
        if let ExprKind::StoredField { model, field, of: _ } = kind {
            return Some(inside.model(*model).fields[field.0].place.span);
        }
        if let ExprKind::Let(id) = kind {
            return Some(self.lets[id.0].written.name.span);
        }
        if let ExprKind::Param(id) = kind {
            return Some(self.params[id.0].0.span);
        }
        if let ExprKind::Out(id) = kind {
            return self.target_span(&self.targets[id.0]);
        }
        if let ExprKind::Setting(id) = kind {
            return Some(outside.ir.settings[id.0].place.span);
        }
        None
    }

    /// E0803 where a version dropped what an inherited line still names.
    pub(crate) fn lost(&self, owner: &Owner, name: &str, span: Span) -> Option<Report> {
        let gone = self.world.outside.changes.gone(owner, name, span)?;
        let (fed, instead) = feeds(self.written, span);
        let instead = instead.map(|line| match self.world.places.is_yaml(gone.span) {
            true => version::in_yaml(&line),
            false => line,
        });
        Some(version::still_read(gone, span, &fed, instead.as_deref()))
    }

    /// The same for a word that may be a `let`, the alias of a joined record, or a field of the main one.
    pub(crate) fn lost_name(&self, word: &str, span: Span) -> Option<Report> {
        let owner = Owner::Mapping(mapping_title(&self.written.name));
        let bare = self.sources.first().is_none_or(|source| source.alias.is_none());
        let field = || {
            let owner = self.world.outside.record(self.main);
            bare.then(|| self.lost(&owner, word, span)).flatten()
        };
        self.lost(&owner, word, span).or_else(field)
    }

    /// A type in the author's words.
    pub(crate) fn show(&self, ty: &Type) -> String {
        self.world.show(ty)
    }

    /// What the author wrote at a place.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        self.world.places.text(span)
    }

    /// How many lambdas are open.
    pub(crate) fn depth(&self) -> usize {
        self.here.locals.len()
    }

    /// The value of a `let` whose check is done.
    pub(crate) fn let_value(&self, id: usize) -> Option<&Expr> {
        match &self.lets.get(id)?.state {
            LetState::Done(value, _) => Some(value),
            LetState::Waiting | LetState::Running => None,
        }
    }

    /// Checks with additional facts and a guard, then forgets them.
    pub(crate) fn knowing<T>(
        &mut self,
        facts: Vec<Fact>,
        guard: Option<Expr>,
        check: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let (known, guarded) = (self.here.facts.len(), self.here.guards.len());
        self.here.facts.extend(facts);
        let depth = self.depth();
        self.here.guards.extend(guard.map(|guard| (guard, depth)));
        let made = check(self);
        self.here.facts.truncate(known);
        self.here.guards.truncate(guarded);
        made
    }

    /// Checks in a scope of its own: a statement, or a let that a statement met.
    pub(crate) fn within<T>(&mut self, scope: Scope, check: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.here, scope);
        let made = check(self);
        self.say_unhandled();
        self.here = outer;
        made
    }

    /// Says which failures nobody handles.
    fn say_unhandled(&mut self) {
        for unhandled in std::mem::take(&mut self.here.unhandled) {
            let target = self.target_shown.clone();
            self.report(failure::not_handled(
                unhandled.span,
                &unhandled.function,
                &unhandled.why,
                target.as_deref(),
            ));
        }
    }
}
