//! `adopt`: which existing record is taken instead of a new one.

use super::Head;
use crate::check::body::Body;
use crate::check::schema::constraint::{filter, stored_field};
use crate::error::{name, typing, wire};
use crate::ir::ModelFieldId;
use crate::ir::mapping::{Adopt, Direction, Target, TargetId};
use tenon_dsl::ast::mapping as ast;
use tenon_dsl::source::Name;

impl Body<'_, '_> {
    /// `adopt by email where customer`
    pub(super) fn adopt(&mut self, written: &ast::Adopt, head: &Head<'_>) -> Option<Adopt> {
        let mut fields: Vec<ModelFieldId> = Vec::new();
        let mut by: Vec<TargetId> = Vec::new();
        for word in &written.by {
            let field = stored_field(self.world.inside, self.model, word, self.reports)?;
            fields.push(field);
            match self.target_id(&Target::Field(field)) {
                Some(target) => by.push(target),
                None if self.has_wrong_target => return None,
                None => {
                    let why = "no rule of this mapping writes it, so there is nothing to compare";
                    let help = Some(format!("write a rule for it: {} = ..", word.value));
                    self.report(name::not_here(word.span, &word.value, why, help));
                    return None;
                }
            }
        }
        let condition = written
            .filter
            .as_ref()
            .map(|condition| filter(self.world.inside, self.model, condition, self.reports));
        let model = self.world.inside.model(self.model);
        let key = model
            .keys
            .iter()
            .find(|key| key.fields.len() == fields.len() && fields.iter().all(|field| key.fields.contains(field)));
        if key.is_none() && self.world.inside.wrong_keys.contains(&self.model) {
            return None;
        }
        // Elements are searched among the records of their list, which needs no index.
        let searches = self.may_run_alone(head);
        if let Some(shared) = written.shared.filter(|_| !searches) {
            let why = "an element of a list is one record of it";
            let help = "leave `shared` out: adopt by FIELD";
            self.report(wire::modifier_does_not_fit(shared, "shared", why, help));
            return None;
        }
        let Some(fold) = key.map(|key| key.fold).or((!searches).then_some(false)) else {
            let names: Vec<&str> = written.by.iter().map(|word| word.value.as_str()).collect();
            let (fields, title) = (names.join(", "), model.name.text.clone());
            let keys = self.keys_in_words(self.model);
            let line = format!("key {fields}");
            let span = written.by.first().map_or(written.span, |word| word.span);
            self.report(typing::not_a_natural_key(span, &fields, &title, &keys, &line));
            return None;
        };
        Some(Adopt {
            by,
            fold,
            filter: match condition {
                None => None,
                Some(condition) => Some(condition?),
            },
            shared: written.shared.is_some(),
            place: self.world.places.place(written.span),
        })
    }

    /// Whether a job may import such a record by itself: there is something that fetches it.
    fn may_run_alone(&self, head: &Head<'_>) -> bool {
        let mut adapters = self.world.outside.ir.adapters.iter();
        let mut heads = self.world.outside.heads.iter();
        let is_fetched = adapters.any(|adapter| adapter.external == self.external);
        head.stands_alone() && (is_fetched || !heads.any(|other| names(other, &head.written.name.model)))
    }
}

/// Whether the elements of a list go through an import of this model.
fn names(head: &Head<'_>, model: &Name) -> bool {
    let rules = head.written.statements.iter().filter_map(super::nested::as_rule);
    let mut vias = rules.filter_map(super::inline::via);
    head.direction() == Direction::Import && vias.any(|via| via.model.value == model.value)
}
