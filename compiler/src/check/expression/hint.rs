//! What an author may type instead: searches and keys that fit where a lookup stands, names and functions that were probably meant.

use super::call::Given;
use crate::check::body::Body;
use crate::error::name;
use crate::ir::ModelKind;
use crate::ir::expr::{Base, Expr};
use tenon_dsl::ast::expr as ast;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

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

    /// Says that no function is called so, and which one was probably meant.
    pub(super) fn unknown_function(&self, call: &ast::Call) -> Report {
        let (word, span) = (call.function.value.as_str(), call.function.span);
        if let Some((value, last)) = word.rsplit_once('.') {
            let function = self.function_called(last).unwrap_or(last);
            if self.is_function(function) {
                let args = self.text(call.span);
                let args = args.split_once('(').map_or("", |(_, args)| args.trim_end_matches(')'));
                let mark = match call.mark.as_ref().map(|mark| mark.value) {
                    Some(ast::Mark::Must) => "!",
                    Some(ast::Mark::May) => "?",
                    None => "",
                };
                let args = match args.is_empty() {
                    true => String::new(),
                    false => format!("({args})"),
                };
                return name::method(span, last, &format!("{value} | {function}{mark}{args}"));
            }
            if self.is_function(value) {
                return name::method(span, last, &format!("(.. | {value}?)?.{last}"));
            }
        }
        let known = self.world.function_names();
        let near = self
            .function_called(word)
            .or_else(|| crate::suggest::nearest(word, known.iter().copied()));
        let near = near.map(|near| self.signature(near));
        name::unknown_function(&call.function, &known, near.as_deref())
    }

    /// The function that another language calls so.
    fn function_called(&self, word: &str) -> Option<&'static str> {
        crate::suggest::foreign_function(word).filter(|_| !self.is_function(word))
    }

    /// The record that a word names by its type, and its alias.
    pub(super) fn called_otherwise(&self, word: &str) -> Option<(String, String)> {
        let plain = |name: &str| name.replace('_', "").to_lowercase();
        self.sources.iter().find_map(|source| {
            let record = &self.world.outside.ir.externals[source.external.0].name.text;
            let alias = source.alias.as_ref()?;
            (plain(record) == plain(word)).then(|| (record.clone(), alias.value.clone()))
        })
    }

    /// What stands behind a dot behind a word.
    pub(super) fn field_behind_dot(&self, word: &str, span: Span) -> Option<String> {
        let place = self.world.places.place(span);
        let (_, rest) = place.line().split_once(&format!("{word}."))?;
        let field: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (!field.is_empty()).then_some(field)
    }

    /// `x => trim(x)` for `trim`, `x => x.qty` for `qty` or `it.qty`, where that is what was meant.
    pub(super) fn as_lambda(&self, given: &Given<'_>, first: Option<&Expr>) -> Option<String> {
        let Given::Written(written) = given else { return None };
        let (ast::ExprKind::Name(word)
        | ast::ExprKind::Field {
            name: tenon_dsl::source::Spanned { value: word, .. },
            ..
        }) = &written.kind
        else {
            return None;
        };
        let Base::List(element) = &first?.ty.base else {
            return None;
        };
        let has_field = match &element.base {
            Base::External(external) => self.world.outside.field(*external, word).is_some(),
            Base::Internal(model) => self.world.inside.field(*model, word).is_some(),
            Base::Record(fields) => fields.iter().any(|(name, _)| name == word),
            Base::Scalar(..)
            | Base::Ext(_)
            | Base::Ref(_)
            | Base::List(_)
            | Base::Map(_)
            | Base::Nothing
            | Base::Wrong => false,
        };
        if has_field {
            return Some(format!("x => x.{word}"));
        }
        self.is_function(word).then(|| format!("x => {word}(x)"))
    }
}
