//! `via`: children of a record, by which mapping, told apart by which key.

use super::Head;
use super::assign::Writes;
use super::rule::CheckedRule;
use crate::check::body::Body;
use crate::check::handed::{advice, handed_over};
use crate::check::schema::literal::literal;
use crate::error::{join, name, typing, wire};
use crate::ir::expr::{Base, Expr, Type};
use crate::ir::mapping::{ChildKey, Direction, Orphans, RuleKind, Target, TargetId};
use crate::ir::{ExternalId, FieldId, Literal, MappingId, ModelFieldId, ModelId};
use crate::types;
use tenon_dsl::ast::expr::{Arg, Expr as WrittenExpr, ExprKind as Written};
use tenon_dsl::ast::mapping as ast;
use tenon_dsl::source::{Name, Span, Spanned};

/// The clauses that children have.
#[derive(Debug, Default)]
pub(super) struct ChildClauses<'e> {
    pub(super) via: Option<(&'e Name, Option<&'e Name>, &'e [Arg], Span)>,
    pub(super) key: Option<(&'e WrittenExpr, Span)>,
    pub(super) orphans: Option<Spanned<ast::Orphans>>,
}

impl<'a> Body<'_, 'a> {
    /// A rule whose target is one-to-many.
    pub(super) fn children(
        &mut self,
        target: (Target, TargetId, Span),
        child: (ModelId, ModelFieldId),
        value: Expr,
        clauses: &ChildClauses<'_>,
        writes: Writes,
    ) -> Option<RuleKind> {
        let (target, id, at) = target;
        if let Base::Record(_) = value.ty.base {
            return self.added_child(id, child, value, clauses, writes);
        }
        let Some((model, variant, args, span)) = clauses.via else {
            let owner = self.world.inside.model(child.0).name.text.clone();
            self.report(join::list_without_via(
                value.place.span,
                (at, &self.target_name(&target)),
                &owner,
            ));
            return None;
        };
        let element = self.element(&value, model)?;
        let mapping = self.child_mapping(model, variant, element, child.0)?;
        let args = self.child_arguments(mapping, args, span)?;
        let key = match clauses.key {
            Some((key, _)) => Some(self.child_key(key, element)?),
            None => None,
        };
        if value.ty.nullable {
            let why = self.absence_in_words(&value);
            let (name, owner) = (self.target_name(&target), self.target_owner(&target));
            let help = format!(
                "a list that is null says nothing: {} ?? []",
                self.text(value.place.span)
            );
            let report = crate::error::absence::null_into_target((at, &name, &owner), (value.place.span, &why), &help);
            self.report(report);
            return None;
        }
        Some(RuleKind::Children {
            target: id,
            value,
            mapping,
            args,
            key,
            orphans: orphans(clauses.orphans),
            whole: writes == Writes::Whole,
            offset: 0,
        })
    }

    /// The record type of the elements.
    fn element(&mut self, value: &Expr, model: &Name) -> Option<ExternalId> {
        if let Base::List(element) = &value.ty.base
            && let Base::External(external) = element.base
        {
            if !types::may_be_absent(element) {
                return Some(external);
            }
            // Whose children they are is known all the same.
            let (found, text) = (self.show(&value.ty), self.text(value.place.span));
            let (by, help) = (
                format!("`via {}`", model.value),
                format!("leave nulls out: {text} | compact"),
            );
            let needed = "list of records that are there";
            self.report(typing::wrong_operand(value.place.span, needed, &found, &by, Some(help)));
            return Some(external);
        }
        let found = self.show(&value.ty);
        let is_record = matches!(value.ty.base, Base::External(_));
        let help = is_record.then(|| format!("put it into a list: [{}]", self.text(value.place.span)));
        let by = format!("`via {}`", model.value);
        self.report(typing::wrong_operand(
            value.place.span,
            "list of records",
            &found,
            &by,
            help,
        ));
        None
    }

    /// The mapping of the model whose external type is that of the elements.
    fn child_mapping(
        &mut self,
        model: &Name,
        variant: Option<&Name>,
        element: ExternalId,
        child: ModelId,
    ) -> Option<MappingId> {
        let inside = self.world.inside;
        let Some(wanted) = inside.find(&model.value) else {
            self.report(name::unknown_model(model, &inside.names()));
            return None;
        };
        if wanted != child {
            let needed = format!("mapping of {}", inside.model(child).name.text);
            let found = format!("mapping of {}", model.value);
            self.report(typing::wrong_operand(model.span, &needed, &found, "this target", None));
            return None;
        }
        let outside = self.world.outside;
        let of_variant = |head: &Head<'_>| {
            let own = head.written.name.variant.as_ref().map(|name| &name.value);
            variant.is_none() || own == variant.map(|name| &name.value)
        };
        let fits = |head: &Head<'_>| {
            let leads = head.model == Some(wanted) && head.external == Some(element);
            leads && head.direction() == Direction::Import && of_variant(head)
        };
        let found: Vec<(usize, &Head<'a>)> = outside
            .heads
            .iter()
            .enumerate()
            .filter(|(_, head)| fits(head))
            .collect();
        let external = &outside.ir.externals[element.0].name.text;
        let Some((_, first)) = found.first() else {
            let title = format!("import {} from {external}", model.value);
            let here = format!("elements of the list are {external}");
            self.report(name::unknown_mapping(model.span, &title, &here));
            return None;
        };
        let within: Vec<&(usize, &Head<'a>)> = found
            .iter()
            .filter(|(_, head)| head.within == Some(self.external))
            .collect();
        let free: Vec<&(usize, &Head<'a>)> = found.iter().filter(|(_, head)| head.written.within.is_none()).collect();
        let chosen = match within.is_empty() {
            true => free,
            false => within,
        };
        match chosen[..] {
            [(at, _)] => Some(MappingId(*at)),
            [] => {
                // Of an enclosing record that nothing declares that is said already.
                let needs = first
                    .written
                    .within
                    .as_ref()
                    .map(|within| within.external.value.as_str());
                if first.within.is_none() && needs.is_some() {
                    return None;
                }
                let needs = needs.unwrap_or("");
                let here = &outside.ir.externals[self.external.0].name.text;
                self.report(join::within_another(model.span, needs, here, first.written.span));
                None
            }
            [(_, a), (_, b), ..] => {
                let (a, b) = (a.written.name.model.span, b.written.name.model.span);
                self.report(join::via_fits_two(model.span, &model.value, a, b));
                None
            }
        }
    }

    pub(super) fn child_arguments(&mut self, mapping: MappingId, args: &[Arg], span: Span) -> Option<Vec<Expr>> {
        let params = self.world.outside.heads[mapping.0].params.clone();
        let shown: Vec<String> = params
            .iter()
            .map(|(name, ty)| format!("{}: {}", name.value, self.show(ty)))
            .collect();
        let signature = format!("({})", shown.join(", "));
        let mut slots: Vec<Option<Expr>> = vec![None; params.len()];
        for (position, arg) in args.iter().enumerate() {
            let value = self.expr(&arg.value);
            let at = match &arg.name {
                Some(name) => params.iter().position(|(param, _)| param.value == name.value),
                None => Some(position).filter(|position| *position < params.len()),
            };
            let Some(at) = at.filter(|at| slots[*at].is_none()) else {
                let what = "this mapping is called with other arguments than it takes";
                self.report(typing::wrong_arguments(
                    arg.value.span,
                    what,
                    "an argument too many",
                    &signature,
                ));
                return None;
            };
            let (name, ty) = &params[at];
            slots[at] = Some(self.argument(value, ty, &name.value)?);
        }
        if let Some(at) = slots.iter().position(Option::is_none) {
            let what = "this mapping is called with other arguments than it takes";
            let here = format!("`{}` is missing", params[at].0.value);
            self.report(typing::wrong_arguments(span, what, &here, &signature));
            return None;
        }
        slots.into_iter().collect()
    }

    /// A value for a parameter of this type.
    fn argument(&mut self, value: Expr, wanted: &Type, param: &str) -> Option<Expr> {
        if types::is_wrong(&value.ty) || types::is_wrong(wanted) {
            return None;
        }
        let value = self.with_keys_read(value, wanted);
        if self.world.fits(&value.ty, wanted).is_err() || !handed_over(&value.ty.base, &wanted.base) {
            let (needed, found) = (self.show(wanted), self.show(&value.ty));
            let by = format!("`{param}`");
            let help = advice(&value, wanted, self.world.names());
            self.report(typing::wrong_operand(value.place.span, &needed, &found, &by, help));
            return None;
        }
        if types::may_be_absent(&value.ty) && !wanted.nullable {
            self.must_be_present(&value, value.place.span, &format!("`{param}` needs a value"), None);
        }
        Some(value)
    }

    fn child_key(&mut self, key: &WrittenExpr, element: ExternalId) -> Option<ChildKey> {
        if let Written::Name(word) | Written::QuotedName(word) = &key.kind {
            return self
                .child_key_field(&Name::new(word.clone(), key.span), element)
                .map(ChildKey::Field);
        }
        self.report(match literal(key) {
            Some(Literal::Text(_)) => {
                let why = "the same text for every element tells none from another";
                let help = "name a field of the element: keyed by item_id";
                wire::modifier_does_not_fit(key.span, "keyed by", why, help)
            }
            Some(Literal::Null | Literal::Missing | Literal::Int(_) | Literal::Decimal(_) | Literal::Bool(_))
            | None => {
                let needed = "field of the element, or a text for an added one";
                typing::wrong_operand(key.span, needed, "expression", "`keyed by`", None)
            }
        });
        None
    }

    fn child_key_field(&mut self, key: &Name, element: ExternalId) -> Option<FieldId> {
        let external = &self.world.outside.ir.externals[element.0];
        let Some(field) = self.world.outside.field_at(element, &key.value, key.span) else {
            if let Some(report) = self.lost(&self.world.outside.record(element), &key.value, key.span) {
                self.report(report);
                return None;
            }
            let known: Vec<&str> = external.fields.iter().map(|field| field.name.text.as_str()).collect();
            self.report(name::unknown_field(key, "element", &external.name.text, &known));
            return None;
        };
        let ty = self.world.outside.type_of(element, field);
        let is_absent = types::may_be_absent(&ty);
        if !is_absent && matches!(ty.base, Base::Scalar(..) | Base::Ext(_) | Base::Wrong) {
            return Some(field);
        }
        let found = match is_absent {
            true => "field that may be absent".to_owned(),
            false => self.show(&ty),
        };
        let needed = "int or text that is always there";
        self.report(typing::wrong_operand(key.span, needed, &found, "`keyed by`", None));
        None
    }

    fn no_key(&mut self, mapping: MappingId, target: TargetId, span: Span) {
        let outside = &self.world.outside;
        let element = outside.heads[mapping.0]
            .external
            .and_then(|element| outside.ir.externals.get(element.0));
        let key = element.and_then(|element| Some(element.fields[element.key.first()?.0].name.text.as_str()));
        let main = &outside.ir.externals[self.external.0].name.text;
        let target = self.target_name(&self.targets[target.0]);
        // The clause lacks the key, not the value.
        let rules = self.statements.iter().filter_map(super::nested::as_rule);
        let clause = rules
            .filter(|rule| rule.value.span == span)
            .find_map(super::inline::via);
        let at = clause.map_or(span, |via| via.span);
        self.report(join::children_without_key(at, main, &target, key.unwrap_or("FIELD")));
    }

    /// `order_line += { name: "Shipping" } keyed by "shipping"`
    fn added_child(
        &mut self,
        id: TargetId,
        child: (ModelId, ModelFieldId),
        value: Expr,
        clauses: &ChildClauses<'_>,
        writes: Writes,
    ) -> Option<RuleKind> {
        let fields = self.fields_of_model(child.0, &value)?;
        let given: Vec<ModelFieldId> = fields.iter().map(|(field, _)| *field).chain([child.1]).collect();
        self.gives_all_required(child.0, &given, value.place.span)?;
        let key = match clauses.key.map(|(key, span)| (literal(key), span)) {
            Some((Some(Literal::Text(text)), _)) => ChildKey::Text(text),
            Some((_, span)) => {
                let found = "field";
                self.report(typing::wrong_operand(
                    span,
                    "text",
                    found,
                    "the key of an added element",
                    None,
                ));
                return None;
            }
            None => {
                self.report(join::added_without_key(value.place.span));
                return None;
            }
        };
        Some(RuleKind::Children {
            target: id,
            value,
            // An added element is written as it stands; the mapping of its siblings says what it is a child of.
            mapping: self.sibling_mapping(child.0),
            args: Vec::new(),
            key: Some(key),
            orphans: orphans(clauses.orphans),
            whole: writes == Writes::Whole,
            offset: 0,
        })
    }

    fn sibling_mapping(&self, model: ModelId) -> MappingId {
        let heads = &self.world.outside.heads;
        let sibling = heads
            .iter()
            .position(|head| head.model == Some(model) && head.within == Some(self.external));
        let own = || {
            heads
                .iter()
                .position(|head| head.model == Some(self.model) && head.external == Some(self.external))
        };
        MappingId(sibling.or_else(own).unwrap_or(0))
    }

    /// Clauses of children behind a value that has none.
    pub(super) fn no_child_clauses(&mut self, clauses: &ChildClauses<'_>, target: &Target) {
        let name = self.target_name(target);
        let via = clauses.via.map(|(_, _, _, span)| ("via", span));
        let key = clauses.key.map(|(_, span)| ("keyed by", span));
        let orphans = clauses.orphans.map(|orphans| ("orphans", orphans.span));
        for (word, span) in [via, key, orphans].into_iter().flatten() {
            let why = format!("`{name}` is no one-to-many field");
            let help = "declare it in the model: [MODEL] by FIELD; or remove the clause";
            self.report(wire::modifier_does_not_fit(span, word, &why, help));
        }
    }

    /// All rules of one list of children are one list: whole where one is, keyed where one is.
    pub(super) fn one_list_of_children(&mut self, rules: &mut [CheckedRule], written: &[ast::Statement]) {
        self.added_to_nothing(rules, written);
        let lists: Vec<(TargetId, bool, bool, Span)> = rules.iter().filter_map(list_of).collect();
        for rule in rules {
            let Some((target, _, keyed, span)) = list_of(rule) else {
                continue;
            };
            let siblings = || lists.iter().filter(move |(other, ..)| *other == target);
            if let RuleKind::Children { whole, .. } = &mut rule.rule.kind {
                *whole = siblings().any(|(_, whole, _, _)| *whole);
            }
            let keyed_sibling = siblings().find(|(_, _, keyed, _)| *keyed);
            match (keyed, keyed_sibling, &rule.rule.kind) {
                (false, Some((.., other)), _) => {
                    let name = self.target_name(&self.targets[target.0]);
                    self.report(join::element_without_key(span, &name, *other));
                }
                (false, None, RuleKind::Children { mapping, .. }) => self.no_key(*mapping, target, span),
                (true | false, _, _) => {}
            }
        }
    }

    /// Says added elements of a list that no mapping fills: nothing could keep their keys.
    fn added_to_nothing(&mut self, rules: &[CheckedRule], written: &[ast::Statement]) {
        for rule in rules {
            if let Some(target) = added_to(rule) {
                let name = self.target_name(&self.targets[target.0]);
                // A rule whose mapping is not known fills the list all the same.
                if !written.iter().any(|statement| is_filled_by(statement, &name)) {
                    self.report(join::added_to_nothing(rule.value, &name));
                }
            }
        }
    }
}

/// Whether a rule fills a list through a mapping, be it right or wrong.
fn is_filled_by(statement: &ast::Statement, list: &str) -> bool {
    let ast::Statement::Rule(rule) = statement else {
        return false;
    };
    let is_target = |target: &ast::Target| matches!(&target.path[..], [name] if name.value == list);
    rule.targets.iter().any(is_target)
        && rule
            .clauses
            .iter()
            .any(|clause| matches!(clause, ast::Clause::Via { .. }))
}

/// The list that a rule adds one element to.
fn added_to(rule: &CheckedRule) -> Option<TargetId> {
    match &rule.rule.kind {
        RuleKind::Children { target, value, .. } if matches!(value.ty.base, Base::Record(_)) => Some(*target),
        RuleKind::Children { .. } | RuleKind::Copy { .. } | RuleKind::Set { .. } => None,
        RuleKind::SetMany { .. } | RuleKind::Add { .. } => None,
    }
}

fn list_of(rule: &CheckedRule) -> Option<(TargetId, bool, bool, Span)> {
    match &rule.rule.kind {
        RuleKind::Children { target, whole, key, .. } => Some((*target, *whole, key.is_some(), rule.value)),
        RuleKind::Copy { .. } | RuleKind::Set { .. } | RuleKind::SetMany { .. } | RuleKind::Add { .. } => None,
    }
}

/// Nothing said keeps what is stored.
fn orphans(written: Option<Spanned<ast::Orphans>>) -> Orphans {
    match written.map(|orphans| orphans.value) {
        Some(ast::Orphans::Remove) => Orphans::Remove,
        Some(ast::Orphans::Keep) | None => Orphans::Keep,
        Some(ast::Orphans::Archive) => Orphans::Archive,
        Some(ast::Orphans::Fail) => Orphans::Fail,
    }
}
