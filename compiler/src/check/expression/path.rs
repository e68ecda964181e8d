//! Names and what stands behind a dot.

use crate::check::body::{Body, LetState, ScopeKind};
use crate::check::schema::view::MOST_HOPS;
use crate::error::{absence, name, typing, version, yaml};
use crate::ir::expr::{Base, Expr, ExprKind};
use crate::ir::mapping::{Direction, LetId, ParamId, SourceId, Target, TargetId};
use crate::ir::{ExternalId, FieldId, ModelId, ModelKind, OneOf};
use crate::resolve::Owner;
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::source::{Name, Span};

impl Body<'_, '_> {
    /// A bare word.
    pub(super) fn name(&mut self, word: &str, span: Span) -> Expr {
        if let Some(found) = self.known_name(word, span) {
            return found;
        }
        if let Some(field) = self.bare_field(word, span) {
            return field;
        }
        self.unknown_name(word, span)
    }

    /// A word in backticks is always a field.
    pub(crate) fn quoted_name(&mut self, word: &str, span: Span) -> Expr {
        match self.bare_field(word, span) {
            Some(field) => field,
            None => self.unknown_name(word, span),
        }
    }

    fn known_name(&mut self, word: &str, span: Span) -> Option<Expr> {
        if self.inline.is_some() {
            return self.inlined_name(word, span);
        }
        if let Some(at) = self.here.locals.iter().rposition(|local| local.name.value == word) {
            let ty = self.here.locals[at].ty.clone();
            let kind = ExprKind::Local(self.depth() - 1 - at);
            return Some(self.narrowed_node(kind, ty, span));
        }
        if let Some(at) = self.lets.iter().position(|slot| slot.written.name.value == word) {
            return Some(self.let_use(at, span));
        }
        if let Some(at) = self.params.iter().position(|(name, _)| name.value == word) {
            let ty = self.params[at].1.clone();
            return Some(self.narrowed_node(ExprKind::Param(ParamId(at)), ty, span));
        }
        let alias =
            |source: &crate::check::body::SourceSlot| source.alias.as_ref().is_some_and(|name| name.value == word);
        let at = self.sources.iter().position(alias)?;
        if !self.sources[at].is_ready {
            let why = "joined further down: a join sees the records above it";
            let help = Some(format!("put the line `with .. as {word}` above this one"));
            return Some(self.wrong(name::not_here(span, word, why, help), span));
        }
        let ty = self.sources[at].ty.clone();
        Some(self.narrowed_node(ExprKind::Source(SourceId(at)), ty, span))
    }

    fn let_use(&mut self, at: usize, span: Span) -> Expr {
        if self.here.kind == ScopeKind::Join {
            let report = name::not_here(
                span,
                self.text(span),
                "a `let` is made after the records are joined",
                Some("write its value here".to_owned()),
            );
            return self.wrong(report, span);
        }
        self.check_let(at, span);
        let LetState::Done(value, _) = &self.lets[at].state else {
            return self.silent(span);
        };
        let ty = value.ty.clone();
        if types::is_wrong(&ty) {
            return self.silent(span);
        }
        if let LetState::Done(_, crate::check::body::CanFail::Yes) = &self.lets[at].state {
            self.failures += 1;
        }
        self.note_let_use(at);
        self.narrowed_node(ExprKind::Let(LetId(at)), ty, span)
    }

    /// A field of the only source, where it has no alias.
    fn bare_field(&mut self, word: &str, span: Span) -> Option<Expr> {
        if let Some((of, view)) = self.inlined_record(span) {
            let field = self.world.outside.field_at(view, word, span)?;
            return Some(self.payload_field(of, view, field, span));
        }
        let source = self.sources.first().filter(|source| source.alias.is_none())?;
        let (external, ty) = (source.external, source.ty.clone());
        let field = self.world.outside.field_at(external, word, span)?;
        let of = self.node(ExprKind::Source(SourceId(0)), ty, span);
        Some(self.payload_field(of, external, field, span))
    }

    fn unknown_name(&mut self, word: &str, span: Span) -> Expr {
        if word == "inherited" {
            return self.wrong(version::inherits_nothing(span), span);
        }
        if let Some(report) = self.lost_name(word, span) {
            return self.wrong(report, span);
        }
        let external = &self.world.outside.ir.externals[self.main.0];
        let record = external.name.text.clone();
        let main_alias = self.sources.first().and_then(|source| source.alias.clone());
        let is_field = external.fields.iter().any(|field| field.name.text == word);
        let report = match main_alias {
            Some(alias) if is_field => name::bare_field(span, word, &alias.value, &record),
            _ if self.is_yaml_text(word, span) => {
                let key = self.target_shown.clone().unwrap_or_default();
                yaml::value_is_an_expression(span, word, &record, &key)
            }
            None => {
                let known = self.world.outside.field_names(self.main);
                let field = Name::new(word.to_owned(), span);
                name::unknown_field(&field, "source record", &record, &known)
            }
            Some(_) => {
                let known = self.known_names();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let behind = self.field_behind_dot(word, span);
                match (self.called_otherwise(word), &behind) {
                    (Some((record, alias)), _) => {
                        let field = behind.map_or_else(String::new, |field| format!(".{field}"));
                        name::called_otherwise(span, word, &record, &format!("{alias}{field}"))
                    }
                    (None, Some(_)) => name::unknown_record(span, word, &known),
                    (None, None) => name::unknown_name(span, word, &known),
                }
            }
        };
        self.wrong(report, span)
    }

    /// Whether a whole YAML value looks like a text that its author forgot to mark.
    fn is_yaml_text(&self, word: &str, span: Span) -> bool {
        let known = self.known_names();
        self.leaf == Some(span)
            && self.world.places.is_yaml(span)
            && crate::suggest::nearest(word, known.iter().map(String::as_str)).is_none()
    }

    fn known_names(&self) -> Vec<String> {
        let mut known: Vec<String> = self.here.locals.iter().map(|local| local.name.value.clone()).collect();
        known.extend(self.lets.iter().map(|slot| slot.written.name.value.clone()));
        known.extend(self.params.iter().map(|(name, _)| name.value.clone()));
        known.extend(
            self.sources
                .iter()
                .filter_map(|source| source.alias.as_ref())
                .map(|name| name.value.clone()),
        );
        if self.sources.first().is_some_and(|source| source.alias.is_none()) {
            let fields = self.world.outside.field_names(self.main);
            known.extend(fields.into_iter().map(str::to_owned));
        }
        known
    }

    /// `a.b`, `a?.b`
    pub(super) fn field(&mut self, of: &ast::Expr, name: &Name, safe: bool, span: Span) -> Expr {
        if let ast::ExprKind::Name(word) = &of.kind
            && self.known_name_exists(word).is_none()
        {
            match word.as_str() {
                "backend" => return self.setting(name, span),
                "out" => return self.out(of.span, name, span),
                "inherited" => return self.wrong(version::inherits_nothing(of.span), span),
                word if self.direction == Direction::Export && self.inline.is_none() => {
                    if let Some(key) = self.earlier_key(word, of.span, name, span) {
                        return key;
                    }
                }
                "binding" => {
                    let why = "a name for targets only";
                    let help =
                        Some("it stands left of a `=`; what is read is a field of a source or a `let`".to_owned());
                    return self.wrong(name::not_here(of.span, word, why, help), span);
                }
                _ => {}
            }
        }
        let of = self.expr(of);
        if types::is_wrong(&of.ty) {
            return self.silent(span);
        }
        if let Base::Ext(_) = of.ty.base {
            let help = Some(format!(
                "load the record that the key leads to: ({} | load!)?.{}",
                self.text(of.place.span),
                name.value
            ));
            return self.no_record(&of, &format!("`.{}`", name.value), help, span);
        }
        if !safe {
            self.must_be_present_for_field(&of, &name.value);
        }
        match of.ty.base.clone() {
            Base::External(external) => self.payload_field_named(of, external, name, span),
            Base::Internal(model) => self.stored_field(of, model, name, span),
            Base::Record(fields) => self.record_field(of, &fields, name, span),
            Base::Wrong => self.silent(span),
            Base::List(_) => {
                let help = Some(format!("take one: | first!; or all: | map(i => i.{})", name.value));
                self.no_record(&of, &format!("`.{}`", name.value), help, span)
            }
            Base::Ref(_) if self.crosses(&of) => self.field_behind(of, name, span),
            Base::Ref(_) => {
                let help = Some(format!(
                    "load the record: ({} | load?)?.{}",
                    self.text(of.place.span),
                    name.value
                ));
                self.no_record(&of, &format!("`.{}`", name.value), help, span)
            }
            Base::Scalar(..) | Base::Ext(_) | Base::Map(_) | Base::Nothing => {
                self.no_record(&of, &format!("`.{}`", name.value), None, span)
            }
        }
    }

    fn known_name_exists(&self, word: &str) -> Option<()> {
        self.known_names().iter().any(|known| known == word).then_some(())
    }

    fn no_record(&mut self, of: &Expr, by: &str, help: Option<String>, span: Span) -> Expr {
        let found = self.show(&of.ty);
        self.wrong(typing::wrong_operand(of.place.span, "record", &found, by, help), span)
    }

    fn must_be_present_for_field(&mut self, of: &Expr, field: &str) {
        if !types::may_be_absent(&of.ty) {
            return;
        }
        let text = self.text(of.place.span);
        let origin = self.absence_of(of);
        let help = format!("write {text}?.{field} (absent stays absent, the field is left unchanged)");
        self.report(absence::absent_used(
            &format!("`{text}` may be absent, so `.{field}` may fail"),
            of.place.span,
            "needs a present value",
            origin.as_ref().map(|(span, why)| (*span, why.as_str())),
            Some(help),
        ));
    }

    fn payload_field_named(&mut self, of: Expr, external: ExternalId, name: &Name, span: Span) -> Expr {
        if let Some(field) = self.world.outside.field_at(external, &name.value, name.span) {
            return match &self.world.outside.ir.externals[external.0].one_of {
                Some(one_of) => self.field_of_one(of, (external, one_of), (field, name), span),
                None => self.payload_field(of, external, field, span),
            };
        }
        if let Some(report) = self.lost(&self.world.outside.record(external), &name.value, name.span) {
            return self.wrong(report, span);
        }
        let declared = &self.world.outside.ir.externals[external.0];
        if declared
            .stored
            .is_some_and(|model| self.world.inside.field(model, &name.value).is_some())
        {
            return self.too_far(name, span);
        }
        let known = self.world.outside.field_names(external);
        let report = name::unknown_field(name, "source record", &declared.name.text, &known);
        self.wrong(report, span)
    }

    /// A field of one of several records: conditions may say which of them it is.
    fn field_of_one(
        &mut self,
        of: Expr,
        (external, one_of): (ExternalId, &OneOf),
        (field, name): (FieldId, &Name),
        span: Span,
    ) -> Expr {
        let possible = self.possible(&of, one_of);
        if let [first, ..] = &possible[..]
            && !possible.iter().any(|record| record.fields.contains(&field))
        {
            let fields = &self.world.outside.ir.externals[external.0].fields;
            let known: Vec<&str> = first.fields.iter().map(|id| fields[id.0].name.text.as_str()).collect();
            let names: Vec<&str> = possible.iter().map(|record| record.name.as_str()).collect();
            let report = name::unknown_field(name, "source record", &names.join(" | "), &known);
            return self.wrong(report, span);
        }
        let absent = types::may_be_absent(&of.ty);
        let is_sure = !possible.is_empty() && possible.iter().all(|record| record.required.contains(&field));
        let mut made = self.payload_field(of, external, field, span);
        if is_sure && !absent {
            made.ty.optional = false;
        }
        made
    }

    /// Whether a value is a reference of a stored record, behind which an export may read.
    fn crosses(&self, of: &Expr) -> bool {
        let ExprKind::Field {
            external,
            of: _,
            field: _,
        } = &of.kind
        else {
            return false;
        };
        self.world.outside.ir.externals[external.0].stored.is_some()
    }

    /// `partner_id.name` in an export: a field of the record behind a reference.
    fn field_behind(&mut self, of: Expr, name: &Name, span: Span) -> Expr {
        let ty = of.ty.clone();
        let ExprKind::Field {
            of: owner,
            external,
            field,
        } = of.kind
        else {
            return self.silent(span);
        };
        let outside = self.world.outside;
        let Some(behind) = outside.behind(external, field) else {
            return self.too_far(name, span);
        };
        let Base::External(far) = outside.type_of(external, behind).base else {
            return self.silent(span);
        };
        let far_ty = types::absent_as(types::present(Base::External(far)), &ty);
        let kind = ExprKind::Field {
            of: owner,
            external,
            field: behind,
        };
        let record = self.node(kind, far_ty, of.place.span);
        self.payload_field_named(record, far, name, span)
    }

    fn too_far(&mut self, name: &Name, span: Span) -> Expr {
        self.wrong(name::too_far(name.span, MOST_HOPS), span)
    }

    fn payload_field(&mut self, of: Expr, external: ExternalId, field: crate::ir::FieldId, span: Span) -> Expr {
        let ty = self.world.outside.type_of(external, field);
        let absent = types::may_be_absent(&of.ty);
        let of = Box::new(of);
        let mut made = self.narrowed_node(ExprKind::Field { of, external, field }, ty, span);
        made.ty.optional |= absent;
        made
    }

    fn stored_field(&mut self, of: Expr, model: ModelId, name: &Name, span: Span) -> Expr {
        let declared = self.world.inside.model(model);
        let Some(field) = self.world.inside.field(model, &name.value) else {
            let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
            let report = name::unknown_field(name, "model", &declared.name.text, &known);
            return self.wrong(report, span);
        };
        let ty = match declared.fields[field.0].kind {
            // Which records there are is read with it; what stands in them is a question of its own.
            ModelKind::OneToMany { model, by: _ } => types::list(types::present(Base::Ref(model))),
            ModelKind::Scalar(_)
            | ModelKind::Value(_)
            | ModelKind::Key { .. }
            | ModelKind::Ref { .. }
            | ModelKind::ManyToMany { .. } => self.world.inside.type_of(model, field),
        };
        let absent = types::may_be_absent(&of.ty);
        let of = Box::new(of);
        let mut made = self.narrowed_node(ExprKind::StoredField { of, model, field }, ty, span);
        made.ty.optional |= absent;
        made
    }

    fn record_field(&mut self, of: Expr, fields: &[(String, types::Ty)], name: &Name, span: Span) -> Expr {
        let Some((_, ty)) = fields.iter().find(|(known, _)| *known == name.value) else {
            let known: Vec<&str> = fields.iter().map(|(known, _)| known.as_str()).collect();
            let record = self.text(of.place.span);
            return self.wrong(name::unknown_field(name, "record", record, &known), span);
        };
        let absent = types::may_be_absent(&of.ty);
        let kind = ExprKind::RecordField {
            of: Box::new(of),
            name: name.value.clone(),
        };
        let mut made = self.narrowed_node(kind, ty.clone(), span);
        made.ty.optional |= absent;
        made
    }

    fn setting(&mut self, name: &Name, span: Span) -> Expr {
        let outside = self.world.outside;
        let Some(id) = outside.setting(name) else {
            if let Some(report) = self.lost(&Owner::Backend, &name.value, name.span) {
                return self.wrong(report, span);
            }
            let known: Vec<&str> = outside
                .ir
                .settings
                .iter()
                .map(|setting| setting.name.text.as_str())
                .collect();
            let report = name::unknown_setting(name, &outside.title, &known);
            return self.wrong(report, span);
        };
        let setting = &outside.ir.settings[id.0];
        let ty = types::Ty {
            nullable: setting.nullable && setting.default.is_none(),
            ..match outside.wrong_settings.contains(&id) {
                true => types::wrong(),
                false => types::scalar(setting.scalar.clone()),
            }
        };
        self.narrowed_node(ExprKind::Setting(id), ty, span)
    }

    fn out(&mut self, word: Span, name: &Name, span: Span) -> Expr {
        if self.here.kind != ScopeKind::Check {
            let why = "what was written is known in `check` only";
            let help = Some("name the value with `let` and use the name in both places".to_owned());
            return self.wrong(name::not_here(word, "out", why, help), span);
        }
        if let Some(made) = self.inlined_out(name, span) {
            return made;
        }
        if self.direction == Direction::Export {
            return self.out_sent(name, span);
        }
        let model = self.model;
        let Some(field) = self.world.inside.field(model, &name.value) else {
            let declared = self.world.inside.model(model);
            let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
            let report = name::unknown_field(name, "model", &declared.name.text, &known);
            return self.wrong(report, span);
        };
        let Some(at) = self.targets.iter().position(|target| *target == Target::Field(field)) else {
            let why = "no rule of this mapping writes it";
            let help = Some(format!("write a rule for it: {} = ..", name.value));
            return self.wrong(name::not_here(name.span, &name.value, why, help), span);
        };
        let ty = match self.world.inside.model(model).fields[field.0].kind {
            // As they will be stored: what was written over what is there.
            ModelKind::OneToMany { model: child, .. } => types::list(types::present(Base::Internal(child))),
            ModelKind::Scalar(_)
            | ModelKind::Ref { .. }
            | ModelKind::Value(_)
            | ModelKind::Key { .. }
            | ModelKind::ManyToMany { .. } => self.world.inside.type_of(model, field),
        };
        self.narrowed_node(ExprKind::Out(TargetId(at)), ty, span)
    }

    /// `out.x` in an export: a field of the record that is sent.
    fn out_sent(&mut self, name: &Name, span: Span) -> Expr {
        let outside = self.world.outside;
        let Some(field) = outside.field_at(self.external, &name.value, name.span) else {
            if let Some(report) = self.lost(&outside.record(self.external), &name.value, name.span) {
                return self.wrong(report, span);
            }
            let record = &outside.ir.externals[self.external.0].name.text;
            let report = name::unknown_field(name, "record", record, &outside.field_names(self.external));
            return self.wrong(report, span);
        };
        let Some(at) = self.targets.iter().position(|target| *target == Target::Out(field)) else {
            let why = "no rule of this mapping writes it";
            let help = Some(format!("write a rule for it: {} = ..", name.value));
            return self.wrong(name::not_here(name.span, &name.value, why, help), span);
        };
        let ty = outside.type_of(self.external, field);
        self.narrowed_node(ExprKind::Out(TargetId(at)), ty, span)
    }
}
