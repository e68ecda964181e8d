//! Which names mean values of which type, as far as declarations say so: what may stand in place of a name and must not.

use super::token::{Token, TokenKind};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::ops::Range;
use tenon_dsl::ast::mapping::{Mapping, Statement};
use tenon_dsl::ast::{Document, Field, Item, Type, TypeKind};

/// Names of types that need no declaration.
const TYPES: [&str; 6] = ["text", "int", "bool", "date", "datetime", "decimal"];

/// Fields of a record: name and kind of type.
type Fields = Vec<(String, String)>;

/// What is declared in all files, and the mappings of one.
#[derive(Debug, Default)]
pub(crate) struct Names {
    records: BTreeMap<String, Fields>,
    models: BTreeMap<String, Fields>,
    mappings: Vec<Scope>,
}

/// Names of one mapping.
#[derive(Debug)]
struct Scope {
    start: usize,
    model: String,
    main: Option<String>,
    /// Alias and record.
    aliases: Vec<(String, String)>,
    lets: Vec<String>,
}

impl Names {
    /// The names of a program, for mutants of one of its files.
    pub(crate) fn new(documents: &[Document], file: &Document) -> Self {
        let mut names = Self::default();
        for item in documents.iter().flat_map(|document| &document.items) {
            if let Item::External(external) = item {
                names
                    .records
                    .insert(external.name.value.clone(), fields(&external.fields));
            }
            if let Item::Internal(internal) = item {
                names
                    .models
                    .insert(internal.name.value.clone(), fields(&internal.fields));
            }
        }
        for item in &file.items {
            if let Item::Mapping(mapping) = item {
                names.mappings.push(Scope::new(mapping));
            }
        }
        names
    }

    /// Another name than the one at a token, and of a different type.
    pub(crate) fn other(
        &self,
        text: &str,
        tokens: &[Token],
        at: usize,
        rng: &mut Rng,
    ) -> Option<(Range<usize>, String)> {
        let token = &tokens[at];
        if token.kind != TokenKind::Word {
            return None;
        }
        let word = &text[token.range.clone()];
        if let Some(model) = self.model_at(text, token.range.start) {
            let others: Vec<&String> = self.models.keys().filter(|name| *name != &model).collect();
            return Some((
                token.range.start..token.range.start + model.len(),
                rng.choice(others)?.clone(),
            ));
        }
        if self.records.contains_key(word) {
            let others = self.records.keys().filter(|name| *name != word);
            return Some((token.range.clone(), rng.choice(others.collect::<Vec<_>>())?.clone()));
        }
        let before = |back: usize| at.checked_sub(back).map(|at| &text[tokens[at].range.clone()]);
        if TYPES.contains(&word) && before(1) == Some(":") {
            let others: Vec<&str> = TYPES
                .into_iter()
                .filter(|name| *name != word && *name != "decimal")
                .collect();
            return Some((token.range.clone(), (*rng.choice(&others)?).to_owned()));
        }
        let owner = match before(1) {
            Some("." | "?.") => before(2).unwrap_or_default(),
            Some(_) | None => "",
        };
        let next = tokens.get(at + 1).map_or("", |next| &text[next.range.clone()]);
        let candidates = self.candidates(token.range.start, word, owner, next);
        let choice = rng.choice(candidates)?;
        Some((token.range.clone(), choice))
    }

    /// Names that could stand here by their place, of another type than the one that does.
    fn candidates(&self, start: usize, word: &str, owner: &str, next: &str) -> Vec<String> {
        let Some(scope) = self.mappings.iter().rev().find(|scope| scope.start <= start) else {
            return self.of_any_record(word);
        };
        let alias = |name: &str| scope.aliases.iter().find(|(alias, _)| alias == name);
        if owner.is_empty() && (alias(word).is_some() || scope.lets.iter().any(|name| name == word)) && next != "=" {
            let aliases = scope.aliases.iter().map(|(alias, _)| alias);
            return aliases
                .chain(&scope.lets)
                .filter(|name| *name != word)
                .cloned()
                .collect();
        }
        let record = match (alias(owner), owner, next) {
            (Some((_, record)), _, _) => self.records.get(record),
            (None, "", "=" | "+=" | ":") => self.models.get(&scope.model),
            (None, "", _) => scope.main.as_ref().and_then(|record| self.records.get(record)),
            (None, _, _) => None,
        };
        match record {
            Some(fields) => of_other_type(fields, word),
            None => self.of_any_record(word),
        }
    }

    fn of_any_record(&self, word: &str) -> Vec<String> {
        let records = self.records.values().chain(self.models.values());
        records
            .map(|fields| of_other_type(fields, word))
            .find(|others| !others.is_empty())
            .unwrap_or_default()
    }

    /// The model whose whole dotted name begins here.
    fn model_at(&self, text: &str, start: usize) -> Option<String> {
        let starts_word = !text[..start].ends_with(['.', '_']);
        let word: String = text[start..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '.')
            .collect();
        let is_model = starts_word && self.models.contains_key(&word);
        is_model.then_some(word)
    }
}

impl Scope {
    fn new(mapping: &Mapping) -> Self {
        let external = mapping.name.external.value.clone();
        let alias = mapping.alias.as_ref().map(|alias| alias.value.clone());
        let mut aliases: Vec<(String, String)> = alias.iter().map(|alias| (alias.clone(), external.clone())).collect();
        aliases.extend(
            mapping
                .joins
                .iter()
                .map(|join| (join.alias.value.clone(), join.external.value.clone())),
        );
        aliases.extend(
            mapping
                .within
                .iter()
                .map(|within| (within.alias.value.clone(), within.external.value.clone())),
        );
        let lets = mapping.statements.iter().filter_map(|statement| {
            let Statement::Let(made) = statement else { return None };
            Some(made.name.value.clone())
        });
        Self {
            start: mapping.span.start as usize,
            model: mapping.name.model.value.clone(),
            main: alias.is_none().then_some(external),
            aliases,
            lets: lets.collect(),
        }
    }
}

fn fields(declared: &[Field]) -> Fields {
    declared
        .iter()
        .map(|field| (field.name.value.clone(), kind(&field.ty)))
        .collect()
}

/// What a type is, without bounds and absence.
fn kind(ty: &Type) -> String {
    match &ty.kind {
        TypeKind::Named(name) => name.value.clone(),
        TypeKind::Decimal { .. } => "decimal".to_owned(),
        TypeKind::Word(_) => "text".to_owned(),
        TypeKind::Null => "null".to_owned(),
        TypeKind::List(inner) => format!("[{}]", kind(inner)),
        TypeKind::Map(inner) => format!("{{{}}}", kind(inner)),
        TypeKind::Record(_) => "record".to_owned(),
        TypeKind::Ref(model) => format!("ref {}", model.value),
        TypeKind::Ext(record) => format!("ext {}", record.value),
        TypeKind::Union(types) => types.first().map(kind).unwrap_or_default(),
    }
}

fn of_other_type(fields: &Fields, word: &str) -> Vec<String> {
    let Some((_, own)) = fields.iter().find(|(name, _)| name == word) else {
        return Vec::new();
    };
    let others = fields.iter().filter(|(_, kind)| kind != own);
    others.map(|(name, _)| name.clone()).collect()
}
