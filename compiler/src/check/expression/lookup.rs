//! Questions to the store: `ref`, `load`, `bound`, `find`.

use super::call::{Given, HasRest, arguments_error};
use crate::builtin::Builtin;
use crate::check::body::{Body, Local, LookupDraft, ScopeKind};
use crate::check::mapping::Head;
use crate::error::{failure, lookup, name, typing};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::mapping::{Direction, LookupId, LookupKind};
use crate::ir::{ExternalId, ModelId, Scalar};
use crate::types;
use crate::walk::deepen;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::ast::mapping::Statement;
use tenon_dsl::source::{Name, Span};

impl Body<'_, '_> {
    pub(super) fn lookup(
        &mut self,
        function: &'static Builtin,
        call: &ast::Call,
        piped: Option<Expr>,
        span: Span,
    ) -> Expr {
        if let Some((predicate, list)) = self.here.predicates.last() {
            let report = match *predicate {
                "skip" | "retry" => lookup::search_of_an_element(call.function.span, predicate),
                _ => lookup::search_in_predicate(call.function.span, predicate, self.text(*list)),
            };
            return self.wrong(report, span);
        }
        if self.here.kind == ScopeKind::Join {
            let report = match self.here.locals.last() {
                Some(candidate) => {
                    let list = self.text(candidate.name.span);
                    lookup::search_in_join(call.function.span, list)
                }
                None => lookup::search_for_a_join(call.function.span),
            };
            return self.wrong(report, span);
        }
        match function.name {
            "ref" | "load" | "bound" => self.key_lookup(function, call, piped, span),
            "refs" => self.refs(function, call, piped, span),
            "find" => self.find(function, call, piped, span),
            "ext_of" => self.key_of(function, call, piped, span),
            "find_or_new" if self.direction == Direction::Export => {
                let find = self.text(call.span).replacen("find_or_new", "find?", 1);
                let find = find.split(", new").next().unwrap_or(&find).to_owned();
                self.wrong(lookup::made_by_an_export(call.function.span, &find), span)
            }
            "find_or_new" => self.find_or_new(function, call, piped, span),
            other => unreachable!("the table of functions has no other question to the store: {other}"),
        }
    }

    /// `x | ref!`, `x | ref!(res.partner)`, `ref!(x)`
    fn key_lookup(&mut self, function: &'static Builtin, call: &ast::Call, piped: Option<Expr>, span: Span) -> Expr {
        let signature = function.signature();
        let names: Vec<&str> = function.params.iter().map(|param| param.name).collect();
        let slots = match self.arguments(call, piped.as_ref(), &names, HasRest::No, &signature) {
            Ok(slots) => slots,
            Err(report) => return self.wrong(report, span),
        };
        let mut slots = slots.into_iter();
        let Some(given) = slots.next().flatten() else {
            return self.wrong(arguments_error(call, "whose key?", &signature), span);
        };
        let key = self.with_hole(piped.as_ref(), |body| body.given(&given));
        if types::is_wrong(&key.ty) {
            return self.silent(span);
        }
        if let Given::Written(_) = given {
            let here = format!("`{}` needs a key", function.name);
            self.must_be_present(&key, given.span(), &here, None);
        }
        if let ("load", Base::Ref(model)) = (function.name, &key.ty.base) {
            let model = *model;
            return self.read(model, key, call, span);
        }
        let Base::Ext(external) = &key.ty.base else {
            return self.not_a_key(&key, function.name, span);
        };
        let external = *external;
        let is_import = matches!(call.mark.as_ref().map(|mark| mark.value), Some(ast::Mark::Must));
        let kind = match function.name {
            "bound" => LookupKind::Bound { external },
            _ => {
                let Some(model) = self.model_of_key(external, slots.next().flatten(), call, is_import) else {
                    return self.silent(span);
                };
                match function.name {
                    "load" => LookupKind::Load {
                        external,
                        model,
                        fields: Vec::new(),
                        import: is_import,
                    },
                    _ => LookupKind::Ref {
                        external,
                        model,
                        import: is_import,
                    },
                }
            }
        };
        let base = match &kind {
            LookupKind::Bound { .. } => Base::Scalar(Scalar::Bool, None),
            LookupKind::Load { model, .. } | LookupKind::Read { model, .. } => Base::Internal(*model),
            LookupKind::Ref { model, .. } | LookupKind::Find { model, .. } | LookupKind::FindOrNew { model, .. } => {
                Base::Ref(*model)
            }
            LookupKind::ExtOf { external, .. } => Base::Ext(*external),
        };
        let ty = types::absent_as(types::present(base), &key.ty);
        let made = self.asked(kind, vec![key], ty, span);
        let record = &self.world.outside.ir.externals[external.0].name.text;
        let fails = function.fails.map(|_| format!("the {record} has no binding yet"));
        self.marked(call, made, fails.as_deref())
    }

    /// `view.website_id | load!`: the record that a reference leads to.
    fn read(&mut self, model: ModelId, reference: Expr, call: &ast::Call, span: Span) -> Expr {
        let ty = types::absent_as(types::present(Base::Internal(model)), &reference.ty);
        let kind = LookupKind::Read {
            model,
            fields: Vec::new(),
        };
        let made = self.asked(kind, vec![reference], ty, span);
        let name = &self.world.inside.model(model).name.text;
        let fails = format!("the {name} is gone, or is made by this very import");
        self.marked(call, made, Some(&fails))
    }

    /// `p.categories | refs!`: `ref` of each element.
    fn refs(&mut self, function: &'static Builtin, call: &ast::Call, piped: Option<Expr>, span: Span) -> Expr {
        let signature = function.signature();
        let slots = match self.arguments(call, piped.as_ref(), &["keys"], HasRest::No, &signature) {
            Ok(slots) => slots,
            Err(report) => return self.wrong(report, span),
        };
        let Some(given) = slots.into_iter().next().flatten() else {
            return self.wrong(arguments_error(call, "whose keys?", &signature), span);
        };
        let keys = self.with_hole(piped.as_ref(), |body| body.given(&given));
        if types::is_wrong(&keys.ty) {
            return self.silent(span);
        }
        if let Given::Written(_) = given {
            self.must_be_present(&keys, given.span(), "`refs` needs keys", None);
        }
        self.must_have_elements(&keys);
        let element = if let Base::List(element) = &keys.ty.base {
            (**element).clone()
        } else {
            types::present(Base::Nothing)
        };
        let Base::Ext(external) = element.base else {
            let found = self.show(&keys.ty);
            let help = matches!(keys.ty.base, Base::Ext(_)).then(|| "one key: | ref!".to_owned());
            let report =
                typing::wrong_operand(given.span(), "list of keys (`[ext SOMETHING]`)", &found, "`refs`", help);
            return self.wrong(report, span);
        };
        let is_import = matches!(call.mark.as_ref().map(|mark| mark.value), Some(ast::Mark::Must));
        let Some(model) = self.model_of_key(external, None, call, is_import) else {
            return self.silent(span);
        };
        let made = self.ref_of_each(keys, element, (external, model), is_import, span);
        self.marked(call, made, function.fails)
    }

    /// `keys | map(key => key | ref)`
    fn ref_of_each(
        &mut self,
        keys: Expr,
        element: Type,
        (external, model): (ExternalId, ModelId),
        import: bool,
        span: Span,
    ) -> Expr {
        let kind = LookupKind::Ref {
            external,
            model,
            import,
        };
        let key = self.node(ExprKind::Local(0), element.clone(), span);
        self.here.locals.push(Local {
            name: Name::new("_".to_owned(), span),
            ty: element,
            list: Some(keys.clone()),
        });
        let reference = self.asked(kind, vec![key], types::present(Base::Ref(model)), span);
        self.here.locals.pop();
        let ty = types::absent_as(types::list(reference.ty.clone()), &keys.ty);
        let of_each = reference.ty.clone();
        let lambda = self.node(ExprKind::Lambda(Box::new(reference)), of_each, span);
        let args = vec![keys, lambda];
        self.node(ExprKind::Builtin { name: "map", args }, ty, span)
    }

    fn not_a_key(&mut self, key: &Expr, function: &str, span: Span) -> Expr {
        let found = self.show(&key.ty);
        let declared = self
            .payload_declaration(key)
            .map(|field| (field.place.span, field.name.text.as_str()));
        let whose = declared.and_then(|(_, name)| self.owner_of_key(name));
        let report = typing::not_a_key((key.place.span, &found), function, declared, whose.as_deref());
        self.wrong(report, span)
    }

    /// The model that keys of a type lead to.
    fn model_of_key(
        &mut self,
        external: ExternalId,
        given: Option<Given<'_>>,
        call: &ast::Call,
        is_import: bool,
    ) -> Option<ModelId> {
        let declared = &self.world.outside.ir.externals[external.0];
        let (name, models) = (declared.name.text.clone(), declared.models.clone());
        let span = call.function.span;
        let outside = self.world.outside;
        // A header that is a mistake may be the one that is missing here.
        if models.is_empty() && outside.loses_mapping() {
            return None;
        }
        if models.is_empty() {
            let why = format!("no `import .. from {name}`");
            let search = self.search_of_target();
            self.report(failure::never_bound(span, &name, &why, search.as_deref()));
            return None;
        }
        if is_import && !self.can_be_imported(external) {
            let why = format!("no `import .. from {name}` that can run by itself, or its adapter has no `read`");
            let search = self.search_of_target();
            self.report(failure::never_bound(span, &name, &why, search.as_deref()));
            return None;
        }
        match given {
            Some(Given::Written(written)) => {
                let model = self.named_model(written)?;
                if models.contains(&model) {
                    return Some(model);
                }
                let title = self.world.inside.model(model).name.text.clone();
                let here = format!("{name} leads to another model");
                self.report(name::unknown_mapping(
                    written.span,
                    &format!("import {title} from {name}"),
                    &here,
                ));
                None
            }
            Some(Given::Piped(_)) | None => {
                if let [only] = models[..] {
                    return Some(only);
                }
                let titles = models
                    .iter()
                    .map(|model| self.world.inside.model(*model).name.text.clone());
                let titles: Vec<String> = titles.collect();
                let mark = call.mark.as_ref().map_or("", |mark| match mark.value {
                    ast::Mark::Must => "!",
                    ast::Mark::May => "?",
                });
                let function = format!("{}{mark}", call.function.value);
                self.report(failure::several_models(span, &function, &name, &titles));
                None
            }
        }
    }

    /// Whether a job can import a record of the type by its key.
    fn can_be_imported(&self, external: ExternalId) -> bool {
        let outside = self.world.outside;
        let alone = |head: &&Head<'_>| {
            head.external == Some(external) && head.stands_alone() && head.direction() == Direction::Import
        };
        let Some(head) = outside.heads.iter().find(alone) else {
            return false;
        };
        // Where it is polled the missing `read` is said there.
        let is_polled = head
            .written
            .statements
            .iter()
            .any(|statement| matches!(statement, Statement::Batch(_)));
        let reads = outside.ir.adapters.iter().any(|adapter| {
            adapter.external == external && adapter.operations.iter().any(|operation| operation.name.text == "read")
        });
        reads || is_polled || outside.loses_adapter
    }

    /// A model in an argument: `res.country`
    pub(super) fn named_model(&mut self, written: &ast::Expr) -> Option<ModelId> {
        let Some(name) = dotted(written) else {
            let report = typing::wrong_operand(written.span, "model", "value", "this argument", None);
            self.report(report);
            return None;
        };
        let found = self.world.inside.find(&name);
        if found.is_none() {
            let known = self.world.inside.names();
            self.report(name::unknown_model(&Name::new(name, written.span), &known));
        }
        found
    }

    /// `find?(res.country, code = _)`
    fn find(&mut self, function: &'static Builtin, call: &ast::Call, piped: Option<Expr>, span: Span) -> Expr {
        let signature = function.signature();
        let Some((first, criteria)) = call.args.split_first().filter(|(first, _)| first.name.is_none()) else {
            return self.wrong(arguments_error(call, "the model comes first", &signature), span);
        };
        let Some(model) = self.named_model(&first.value) else {
            return self.silent(span);
        };
        if criteria.is_empty() || criteria.iter().any(|arg| arg.name.is_none()) {
            return self.wrong(arguments_error(call, "by which field? field = value", &signature), span);
        }
        if piped.is_some() && !super::call::uses_hole(call) {
            return self.wrong(
                arguments_error(call, "`_` says where the piped value goes", &signature),
                span,
            );
        }
        let checked = self.with_hole(piped.as_ref(), |body| body.criteria(model, criteria, call));
        let Some(checked) = checked else {
            return self.silent(span);
        };
        let Some((by, args, fold)) = self.natural_key(model, checked, call) else {
            return self.silent(span);
        };
        let ty = types::present(Base::Ref(model));
        let ty = match &piped {
            Some(piped) => types::absent_as(ty, &piped.ty),
            None => ty,
        };
        let made = self.asked(LookupKind::Find { model, by, fold }, args, ty, span);
        self.marked(call, made, function.fails)
    }

    /// Notes a question; its answer is the value.
    pub(crate) fn asked(&mut self, kind: LookupKind, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
        let id = LookupId(self.lookups.len());
        let depth = self.depth();
        let guards = self.here.guards.iter().map(|(guard, outer)| {
            let mut guard = guard.clone();
            deepen(&mut guard, depth - outer);
            guard
        });
        let guards = guards.collect();
        self.lookups.push(LookupDraft {
            kind,
            args: args.clone(),
            each: self.here.locals.iter().filter_map(|local| local.list.clone()).collect(),
            guards,
            before: self.here.before.clone(),
            rule: self.here.rule,
            in_let: self.here.in_let,
            span,
        });
        self.node(ExprKind::Lookup { lookup: id, args }, ty, span)
    }
}

/// The dotted name that a path is.
pub(crate) fn dotted(written: &ast::Expr) -> Option<String> {
    if let ast::ExprKind::Name(word) = &written.kind {
        return Some(word.clone());
    }
    let ast::ExprKind::Field { of, name, safe: false } = &written.kind else {
        return None;
    };
    Some(format!("{}.{}", dotted(of)?, name.value))
}
