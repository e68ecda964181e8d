//! What an author may type instead: searches and keys that fit where a lookup stands.

use crate::check::body::Body;
use crate::ir::ModelKind;

impl Body<'_, '_> {
    /// A search that gives what the target holds: `find!(res.country, code = _)`.
    pub(super) fn search_of_target(&self) -> Option<String> {
        let field = self.world.inside.field(self.model, self.target_shown.as_ref()?)?;
        let ModelKind::Ref { model, .. } = &self.world.inside.model(self.model).fields[field.0].kind else {
            return None;
        };
        let model = self.world.inside.model(*model);
        let key = model.keys.first()?.fields.first()?;
        Some(format!(
            "find!({}, {} = _)",
            model.name.text, model.fields[key.0].name.text
        ))
    }

    /// The external record that a field is called after: `website_id` after `Website`.
    pub(super) fn owner_of_key(&self, field: &str) -> Option<String> {
        let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let field = plain(field.trim_end_matches("_id"));
        let mut names = self
            .world
            .outside
            .ir
            .externals
            .iter()
            .map(|external| &external.name.text);
        names.find(|name| plain(name) == field).cloned()
    }
}
