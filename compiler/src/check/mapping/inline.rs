//! `lines = order_line via sale.order.line` in an export: the records of a list, each made by the export of its model and put into the
//! request of the one around it. What that export says is checked once more at each place that names it, with the element in place of
//! its record, so that one mapping makes the whole request: its lookups are gathered with all others.

use super::Head;
use crate::check::body::{Body, Local};
use crate::check::narrow::Truth;
use crate::error::{absence, completeness, join, name, typing, unbuilt};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::mapping::Direction;
use crate::ir::{ExternalId, FieldId, MappingId, ModelId};
use crate::types;
use tenon_dsl::ast::expr as written;
use tenon_dsl::ast::mapping::{self as ast, Clause, Let, RuleOp, Statement};
use tenon_dsl::source::{Name, Span};

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
}

/// What `via` says.
pub(super) struct Via<'e> {
    pub(super) model: &'e Name,
    pub(super) variant: Option<&'e Name>,
    pub(super) args: &'e [written::Arg],
    pub(super) span: Span,
}

/// A field of an element, under the conditions of its rules in file order.
type Given = (String, Vec<(Option<Expr>, Expr)>);

impl<'a> Body<'_, 'a> {
    /// The list of records that an export of their model makes of the elements.
    pub(super) fn via_sent(&mut self, list: Expr, target: &Type, via: &Via<'_>) -> Option<Expr> {
        if types::is_wrong(&list.ty) || types::is_wrong(target) {
            return None;
        }
        let (element, view, model) = self.stored_elements(&list, via)?;
        let Base::List(wanted) = &target.base else {
            let found = self.show(target);
            self.report(typing::wrong_operand(
                via.span,
                "list of records as its target",
                &found,
                "`via`",
                None,
            ));
            return None;
        };
        let Base::External(external) = wanted.base else {
            let found = self.show(target);
            self.report(typing::wrong_operand(
                via.span,
                "list of records as its target",
                &found,
                "`via`",
                None,
            ));
            return None;
        };
        let at = self.export_of(via, model, external)?;
        let args = self.child_arguments(MappingId(at), via.args, via.span)?;
        let head = &self.world.outside.heads[at];
        let params = head.params.iter().zip(args);
        let depth = self.depth();
        let mut heads = self
            .inline
            .as_ref()
            .map_or_else(Vec::new, |inline| inline.heads.clone());
        if heads.contains(&at) {
            self.report(unbuilt::not_built(via.span, "an export whose list it makes itself"));
            return None;
        }
        heads.push(at);
        let inline = Inline {
            heads,
            lets: head.written.statements.iter().filter_map(as_let).collect(),
            running: Vec::new(),
            params: params.map(|((name, _), value)| (name.clone(), value, depth)).collect(),
            element: self.here.locals.len(),
            view,
        };
        let list = self.left_in(list, &element, head, &inline, via)?;
        let record = self.element_of(&list, &element, &inline, via.span, |body| {
            body.made_record(head, external, via.span)
        });
        let record = record?;
        let ty = types::absent_as(types::list(record.ty.clone()), &list.ty);
        let lambda = self.node(ExprKind::Lambda(Box::new(record.clone())), record.ty, via.span);
        let kind = ExprKind::Builtin {
            name: "map",
            args: vec![list, lambda],
        };
        Some(self.node(kind, ty, via.span))
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
        match found[..] {
            [at] => Some(at),
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

    /// The elements that no `skip` leaves out.
    fn left_in(
        &mut self,
        list: Expr,
        element: &Type,
        head: &Head<'a>,
        inline: &Inline<'a>,
        via: &Via<'_>,
    ) -> Option<Expr> {
        let mut list = list;
        for statement in &head.written.statements {
            let Statement::Skip(skip) = statement else { continue };
            self.here.predicates.push(("skip", via.span));
            let when = self.element_of(&list, element, inline, via.span, |body| body.condition(&skip.when));
            self.here.predicates.pop();
            if types::is_wrong(&when.ty) {
                return None;
            }
            let bool = when.ty.clone();
            let not = self.node(ExprKind::Not(Box::new(when)), bool.clone(), skip.span);
            let lambda = self.node(ExprKind::Lambda(Box::new(not)), bool, skip.span);
            let (ty, span) = (list.ty.clone(), list.place.span);
            let kind = ExprKind::Builtin {
                name: "filter",
                args: vec![list, lambda],
            };
            list = self.node(kind, ty, span);
        }
        Some(list)
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
                        self.give(&field, external, (None, value), &mut given)?;
                    }
                }
                Statement::Let(_) | Statement::Skip(_) | Statement::Ignore(_) => {}
                Statement::Check(_) | Statement::Retry(_) | Statement::After(_) => {
                    let what = "`check`, `retry` or `after` in an export that `via` runs";
                    self.report(unbuilt::not_built(span, what));
                    return None;
                }
                Statement::Adopt(_) | Statement::Batch(_) => {}
            }
        }
        let mut fields: Vec<(String, Expr)> = Vec::new();
        for (name, values) in given {
            fields.push((name, self.one_of(values)?));
        }
        self.is_whole(external, &fields, span)?;
        let ty = fields.iter().map(|(name, value)| (name.clone(), value.ty.clone()));
        let ty = types::present(Base::Record(ty.collect()));
        Some(self.node(ExprKind::Record(fields), ty, span))
    }

    fn made_fields(
        &mut self,
        rule: &'a ast::Rule,
        head: &Head<'a>,
        external: ExternalId,
        given: &mut Vec<Given>,
    ) -> Option<()> {
        let of_element = |target: &ast::Target| match &target.path[..] {
            [field] => Some(field.clone()),
            [alias, field] => {
                let own = head.written.alias.as_ref();
                own.is_some_and(|own| own.value == alias.value).then(|| field.clone())
            }
            _ => None,
        };
        let names: Option<Vec<Name>> = rule.targets.iter().map(of_element).collect();
        let only = rule.clauses.iter().any(|clause| matches!(clause, Clause::Only(_)));
        let (Some(names), RuleOp::Set, false) = (names, rule.op.value, only) else {
            let what = "a nested target, `+=` or `only` in an export that `via` runs";
            self.report(unbuilt::not_built(rule.span, what));
            return None;
        };
        let condition = rule.clauses.iter().find_map(|clause| match clause {
            Clause::When { condition, span: _ } => Some(condition),
            Clause::Only(_) | Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => None,
        });
        let when = condition.map(|condition| self.condition(condition));
        let facts = when
            .as_ref()
            .map(|when| self.facts_of(when, Truth::Holds))
            .unwrap_or_default();
        let value = self.knowing(facts, when.clone(), |body| {
            let value = body.expr(&rule.value);
            match (via(rule), &names[..]) {
                (Some(via), [field]) => {
                    let target = body.world.outside.field_at(external, &field.value, field.span)?;
                    let target = body.world.outside.type_of(external, target);
                    body.via_sent(value, &target, &via)
                }
                (_, _) => Some(value),
            }
        })?;
        if types::is_wrong(&value.ty) || when.as_ref().is_some_and(|when| types::is_wrong(&when.ty)) {
            return None;
        }
        if let [field] = &names[..] {
            return self.give(field, external, (when, value), given);
        }
        let Base::Record(parts) = value.ty.base.clone() else {
            return None;
        };
        for field in &names {
            let (_, ty) = parts.iter().find(|(name, _)| *name == field.value)?;
            let (of, name) = (Box::new(value.clone()), field.value.clone());
            let ty = types::absent_as(ty.clone(), &value.ty);
            let part = self.node(ExprKind::RecordField { of, name }, ty, rule.value.span);
            self.give(field, external, (when.clone(), part), given)?;
        }
        Some(())
    }

    /// A value for a field, as the field takes it.
    fn give(
        &mut self,
        field: &Name,
        external: ExternalId,
        (when, value): (Option<Expr>, Expr),
        given: &mut Vec<Given>,
    ) -> Option<()> {
        if types::is_wrong(&value.ty) {
            return None;
        }
        let outside = self.world.outside;
        // What is no field is said where the export stands.
        let id = outside.field_at(external, &field.value, field.span)?;
        let name = outside.ir.externals[external.0].fields[id.0].name.text.clone();
        let holds = outside.type_of(external, id);
        let value = match (&value.ty.base, &holds.base) {
            (Base::Ext(_), Base::Scalar(..)) => self.key_as_scalar(value),
            _ => self.own_key_of(external, id, value),
        };
        match given.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push((when, value)),
            None => given.push((name, vec![(when, value)])),
        }
        Some(())
    }

    /// The number or text that is the key of an element, as such a key.
    fn own_key_of(&self, external: ExternalId, field: FieldId, value: Expr) -> Expr {
        let externals = &self.world.outside.ir.externals;
        let is_own = externals[external.0].key == [field];
        let key = types::key_scalar(external, externals).filter(|_| is_own);
        let is_it =
            key.is_some_and(|(scalar, max)| types::fits(&value.ty.base, &Base::Scalar(scalar, max), externals).is_ok());
        let mut value = value;
        if is_it {
            value.ty.base = Base::Ext(external);
        }
        value
    }

    /// The value whose condition holds; missing where none does.
    fn one_of(&mut self, values: Vec<(Option<Expr>, Expr)>) -> Option<Expr> {
        let mut made: Option<Expr> = None;
        for (when, value) in values.into_iter().rev() {
            let Some(when) = when else {
                made = Some(value);
                continue;
            };
            let ty = match &made {
                Some(other) => self.world.join(&value.ty, &other.ty)?,
                None => types::or_missing(value.ty.clone()),
            };
            let span = value.place.span;
            let kind = ExprKind::If {
                condition: Box::new(when),
                then: Box::new(value),
                otherwise: made.map(Box::new),
            };
            made = Some(self.node(kind, ty, span));
        }
        made
    }

    /// Says fields that each element must have and does not always get.
    fn is_whole(&mut self, external: ExternalId, fields: &[(String, Expr)], span: Span) -> Option<()> {
        let declared = &self.world.outside.ir.externals[external.0];
        let required = |field: &&crate::ir::Field| !field.optional && !field.readonly && field.default.is_none();
        let mut missing: Vec<String> = Vec::new();
        for field in declared.fields.iter().filter(required) {
            match fields.iter().find(|(name, _)| *name == field.name.text) {
                None => missing.push(field.name.text.clone()),
                Some((_, value)) if value.ty.optional => {
                    let (at, why) = (value.place.span, self.absence_in_words(value));
                    let help = format!("give a default: {} ?? ..", self.text(at));
                    let owner = declared.name.text.clone();
                    let report = absence::absent_into_required((at, &field.name.text, &owner), at, &why, Some(help));
                    self.report(report);
                    return None;
                }
                Some(_) => {}
            }
        }
        if !missing.is_empty() {
            let help = "add rules for them to that export, or declare them `f?`";
            let owner = declared.name.text.clone();
            self.report(completeness::never_written(span, &owner, &missing, help));
            return None;
        }
        Some(())
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
