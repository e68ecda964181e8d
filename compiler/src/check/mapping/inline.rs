//! `lines = order_line via sale.order.line` in an export: the records of a list, each made by the export of its model and put into the
//! request of the one around it. What that export says is checked once more at each place that names it, with the element in place of
//! its record, so that one mapping makes the whole request: its lookups are gathered with all others.

mod ends;
mod field;
mod joined;

use super::Head;
use crate::check::body::{Body, Local};
use crate::error::{join, name, typing};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::mapping::{Direction, SourceId};
use crate::ir::{ExternalId, MappingId, ModelId};
use crate::types;
use tenon_dsl::ast::expr as written;
use tenon_dsl::ast::mapping::{self as ast, Clause, Let, Statement};
use tenon_dsl::source::{Name, Span};

pub(crate) use ends::Ends;
use field::Given;

/// The export that makes the elements of a list, while it is checked in place of its rules.
#[derive(Clone, Debug)]
pub(crate) struct Inline<'a> {
    /// Its header, and those around it.
    heads: Vec<usize>,
    lets: Vec<&'a Let>,
    /// Those that are being checked: meeting one again is a circle, which is said where it stands.
    running: Vec<usize>,
    /// Its parameters, and in how many lambdas their values stand.
    params: Vec<(Name, Expr, usize)>,
    /// The lambda parameter that stands for its record.
    element: usize,
    view: ExternalId,
    /// What its rules made: `out.` of its checks.
    made: Vec<(String, Expr)>,
}

/// What `via` says.
pub(super) struct Via<'e> {
    pub(super) model: &'e Name,
    pub(super) variant: Option<&'e Name>,
    pub(super) args: &'e [written::Arg],
    pub(super) span: Span,
}

impl<'a> Body<'_, 'a> {
    /// The list of records that an export of their model makes of the elements.
    pub(super) fn via_sent(&mut self, list: Expr, target: &Type, via: &Via<'_>) -> Option<Expr> {
        if types::is_wrong(&list.ty) || types::is_wrong(target) {
            return None;
        }
        let (element, view, model) = self.stored_elements(&list, via)?;
        let external = self.wanted_elements(target, via)?;
        let at = self.export_of(via, model, external)?;
        let args = self.child_arguments(MappingId(at), via.args, via.span)?;
        let head = &self.world.outside.heads[at];
        let depth = self.depth();
        let params = head.params.iter().zip(args);
        // The export is checked as it is written, whatever this caller gives: a text that is written here is not its only word.
        let declared = |(name, ty): &(Name, Type), value| {
            (
                name.clone(),
                Expr {
                    ty: ty.clone(),
                    ..value
                },
                depth,
            )
        };
        let mut params: Vec<(Name, Expr, usize)> = params.map(|(param, value)| declared(param, value)).collect();
        if let Some(within) = &head.written.within {
            params.push((within.alias.clone(), self.record_around(via.span)?, depth));
        }
        let mut heads = self
            .inline
            .as_ref()
            .map_or_else(Vec::new, |inline| inline.heads.clone());
        if heads.contains(&at) {
            let head = head.written;
            let title = format!("export {} to {}", head.name.model.value, head.name.external.value);
            self.report(join::makes_itself(
                via.span,
                head.name.model.span,
                &title,
                &head.name.model.value,
            ));
            return None;
        }
        heads.push(at);
        let mut inline = Inline {
            heads,
            lets: head.written.statements.iter().filter_map(as_let).collect(),
            running: Vec::new(),
            params,
            element: self.here.locals.len(),
            view,
            made: Vec::new(),
        };
        self.joined_to_elements((&list, &element), head, &mut inline, via.span)?;
        let around = std::mem::take(&mut self.ends.said);
        let list = self.left_in(list, &element, head, &inline, via)?;
        let record = self.element_of(&list, &element, &inline, via.span, |body| {
            let record = body.made_record(head, external, via.span)?;
            body.own_ends(head)?;
            Some(record)
        });
        let said = std::mem::replace(&mut self.ends.said, around);
        let record = record?;
        self.ends_of_all(&list, said, via.span);
        let ty = types::absent_as(types::list(record.ty.clone()), &list.ty);
        let lambda = self.node(ExprKind::Lambda(Box::new(record.clone())), record.ty, via.span);
        let kind = ExprKind::Builtin {
            name: "map",
            args: vec![list, lambda],
        };
        Some(self.node(kind, ty, via.span))
    }

    /// The type of the records that the target holds.
    fn wanted_elements(&mut self, target: &Type, via: &Via<'_>) -> Option<ExternalId> {
        if let Base::List(wanted) = &target.base
            && let Base::External(external) = wanted.base
        {
            return Some(external);
        }
        let (needed, found) = ("list of records as its target", self.show(target));
        self.report(typing::wrong_operand(via.span, needed, &found, "`via`", None));
        None
    }

    /// The record whose list is made: what an export `within` it reads.
    fn record_around(&self, span: Span) -> Option<Expr> {
        if let Some((record, _)) = self.inlined_record(span) {
            return Some(record);
        }
        let ty = self.sources.first()?.ty.clone();
        Some(self.node(ExprKind::Source(SourceId(0)), ty, span))
    }

    /// The type of the elements, their view and their model.
    fn stored_elements(&mut self, list: &Expr, via: &Via<'_>) -> Option<(Type, ExternalId, ModelId)> {
        if let Base::List(element) = &list.ty.base
            && let Base::External(view) = element.base
            && let Some(model) = self.world.outside.ir.externals[view.0].stored
        {
            return Some(((**element).clone(), view, model));
        }
        let found = self.show(&list.ty);
        let by = format!("`via {}`", via.model.value);
        let report = typing::wrong_operand(list.place.span, "list of stored records", &found, &by, None);
        self.report(report);
        None
    }

    /// The export of these records as this type.
    fn export_of(&mut self, via: &Via<'_>, model: ModelId, external: ExternalId) -> Option<usize> {
        let (inside, outside) = (self.world.inside, self.world.outside);
        let Some(wanted) = inside.find(&via.model.value) else {
            self.report(name::unknown_model(via.model, &inside.names()));
            return None;
        };
        if wanted != model {
            let needed = format!("export of {}", inside.model(model).name.text);
            let found = format!("export of {}", via.model.value);
            self.report(typing::wrong_operand(
                via.model.span,
                &needed,
                &found,
                "this list",
                None,
            ));
            return None;
        }
        let variant = |head: &Head<'_>| head.written.name.variant.as_ref().map(|name| name.value.clone());
        let fits = |head: &Head<'_>| {
            head.direction() == Direction::Export
                && (head.model, head.external) == (Some(model), Some(external))
                && via
                    .variant
                    .is_none_or(|wanted| variant(head).as_ref() == Some(&wanted.value))
        };
        let found: Vec<usize> = (0..outside.heads.len())
            .filter(|at| fits(&outside.heads[*at]))
            .collect();
        let here = outside.ir.externals[self.main.0].stored;
        let around = |at: &usize| {
            let within = outside.heads[*at]
                .within
                .map(|view| outside.ir.externals[view.0].stored);
            within == Some(here)
        };
        let within: Vec<usize> = found.iter().copied().filter(around).collect();
        let free = |at: &usize| outside.heads[*at].written.within.is_none();
        let free: Vec<usize> = found.iter().copied().filter(free).collect();
        let chosen = match within.is_empty() {
            true => free,
            false => within,
        };
        match chosen[..] {
            [at] => Some(at),
            [] if !found.is_empty() => {
                let head = &outside.heads[found[0]];
                let needs = head
                    .written
                    .within
                    .as_ref()
                    .map_or("", |within| within.external.value.as_str());
                let here = &outside.ir.externals[self.main.0].name.text;
                self.report(join::within_another(via.model.span, needs, here, head.written.span));
                None
            }
            [] => {
                let record = &outside.ir.externals[external.0].name.text;
                let title = format!("export {} to {record}", via.model.value);
                let here = format!("the elements that are sent are {record}");
                self.report(name::unknown_mapping(via.model.span, &title, &here));
                None
            }
            [a, b, ..] => {
                let span = |at: usize| outside.heads[at].written.name.model.span;
                self.report(join::via_fits_two(via.model.span, &via.model.value, span(a), span(b)));
                None
            }
        }
    }

    /// Checks something of an element.
    fn element_of<T>(
        &mut self,
        list: &Expr,
        element: &Type,
        inline: &Inline<'a>,
        span: Span,
        check: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.here.locals.push(Local {
            // No author can write it.
            name: Name::new(String::new(), span),
            ty: element.clone(),
            list: Some(list.clone()),
        });
        let (outer, main) = (self.inline.replace(inline.clone()), self.main);
        self.main = inline.view;
        let made = check(self);
        (self.inline, self.main) = (outer, main);
        self.here.locals.pop();
        made
    }

    /// The record that the rules of an export make of an element.
    fn made_record(&mut self, head: &Head<'a>, external: ExternalId, span: Span) -> Option<Expr> {
        let mut given: Vec<Given> = Vec::new();
        for statement in &head.written.statements {
            match statement {
                Statement::Rule(rule) => self.made_fields(rule, head, external, &mut given)?,
                Statement::Copy(copy) => {
                    let outer = std::mem::replace(&mut self.external, external);
                    let names = self.copied(copy);
                    self.external = outer;
                    for field in names {
                        let value = self.quoted_name(&field.value, field.span);
                        self.give(std::slice::from_ref(&field), external, (None, value), &mut given)?;
                    }
                }
                Statement::After(name) => {
                    self.report(ends::after_an_element(name.span));
                    return None;
                }
                // Said where the export stands.
                Statement::Adopt(_) | Statement::Batch(_) => {}
                Statement::Let(_)
                | Statement::Skip(_)
                | Statement::Retry(_)
                | Statement::Check(_)
                | Statement::Ignore(_) => {}
            }
        }
        let mut fields: Vec<(String, Expr)> = Vec::new();
        for given in given {
            fields.push(self.one_of(given, external, span)?);
        }
        self.is_whole(external, &fields, span)?;
        if let Some(inline) = &mut self.inline {
            inline.made.clone_from(&fields);
        }
        let ty = fields.iter().map(|(name, value)| (name.clone(), value.ty.clone()));
        let ty = types::present(Base::Record(ty.collect()));
        Some(self.node(ExprKind::Record(fields), ty, span))
    }

    /// What a bare word means in the export of an element; absent: a field of it, or nothing.
    pub(crate) fn inlined_name(&mut self, word: &str, span: Span) -> Option<Expr> {
        let inline = self.inline.clone()?;
        let locals = &self.here.locals;
        if let Some(at) = (inline.element + 1..locals.len())
            .rev()
            .find(|at| locals[*at].name.value == word)
        {
            let ty = locals[at].ty.clone();
            let kind = ExprKind::Local(self.depth() - 1 - at);
            return Some(self.narrowed_node(kind, ty, span));
        }
        if let Some(at) = inline.lets.iter().position(|one| one.name.value == word) {
            if inline.running.contains(&at) {
                return Some(self.silent(span));
            }
            if let Some(own) = &mut self.inline {
                own.running.push(at);
            }
            let value = self.expr(&inline.lets[at].value);
            if let Some(own) = &mut self.inline {
                own.running.pop();
            }
            return Some(value);
        }
        let (_, value, depth) = inline.params.iter().find(|(name, ..)| name.value == word)?;
        let mut value = value.clone();
        crate::walk::deepen(&mut value, self.depth() - depth);
        Some(value)
    }

    /// `out.x` in a check of an element: what its rules made. Absent outside of the export of an element.
    pub(crate) fn inlined_out(&mut self, name: &Name, span: Span) -> Option<Expr> {
        let inline = self.inline.as_ref()?;
        let made = inline.made.iter().find(|(field, _)| *field == name.value);
        let depth = inline.element + 1;
        let Some((_, value)) = made else {
            // Said where the export stands.
            return Some(self.silent(span));
        };
        let mut value = value.clone();
        crate::walk::deepen(&mut value, self.depth() - depth);
        Some(value)
    }

    /// The element that stands for the record of the export that is checked in its place.
    pub(crate) fn inlined_record(&self, span: Span) -> Option<(Expr, ExternalId)> {
        let inline = self.inline.as_ref()?;
        let ty = self.here.locals.get(inline.element)?.ty.clone();
        let kind = ExprKind::Local(self.depth() - 1 - inline.element);
        Some((self.node(kind, ty, span), inline.view))
    }
}

/// The clause of a rule.
pub(super) fn via(rule: &ast::Rule) -> Option<Via<'_>> {
    rule.clauses.iter().find_map(|clause| match clause {
        Clause::Via {
            model,
            variant,
            args,
            span,
        } => Some(Via {
            model,
            variant: variant.as_ref(),
            args,
            span: *span,
        }),
        Clause::Only(_) | Clause::When { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => None,
    })
}

fn as_let(statement: &Statement) -> Option<&Let> {
    match statement {
        Statement::Let(one) => Some(one),
        Statement::Adopt(_)
        | Statement::Batch(_)
        | Statement::Skip(_)
        | Statement::Retry(_)
        | Statement::After(_)
        | Statement::Copy(_)
        | Statement::Rule(_)
        | Statement::Ignore(_)
        | Statement::Check(_) => None,
    }
}
