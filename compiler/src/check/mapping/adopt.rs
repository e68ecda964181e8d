//! `adopt`: which existing record is taken instead of a new one.

use crate::check::body::Body;
use crate::check::schema::constraint::{filter, stored_field};
use crate::error::{name, typing};
use crate::ir::ModelFieldId;
use crate::ir::mapping::{Adopt, Target, TargetId};
use tenon_dsl::ast::mapping as ast;

impl Body<'_, '_> {
    /// `adopt by email where customer`
    pub(super) fn adopt(&mut self, written: &ast::Adopt) -> Option<Adopt> {
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
        let Some(key) = key else {
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
            fold: key.fold,
            filter: match condition {
                None => None,
                Some(condition) => Some(condition?),
            },
            shared: written.shared.is_some(),
            place: self.world.places.place(written.span),
        })
    }
}
