//! Operations of adapters on one line: what stands left of the request, and the clauses behind it.

use super::Printer;
use super::word::{any_name, dotted, duration, name, names};
use crate::ast::{ItemsForm, Operation, OperationClause};

/// Words that name an operation with arguments in backticks only.
const BEFORE_PARENTHESIS: [&str; 12] = [
    "and", "or", "catch", "else", "because", "only", "when", "via", "keyed", "orphans", "override", "drop",
];

impl Printer<'_> {
    /// `list(since)`
    pub(super) fn operation_head(&self, operation: &Operation) -> String {
        let name = &operation.name.value;
        match operation.params.is_empty() {
            true => any_name(name),
            // Before a parenthesis these words continue a line or change an inherited one.
            false if BEFORE_PARENTHESIS.contains(&name.as_str()) => format!("`{name}`({})", names(&operation.params)),
            false => format!("{}({})", any_name(name), names(&operation.params)),
        }
    }

    /// What stands behind a request.
    pub(super) fn operation_clauses(&self, clauses: &[OperationClause]) -> String {
        let mut before: Option<&OperationClause> = None;
        let mut line = String::new();
        for clause in clauses {
            let shown = self.operation_clause(clause);
            let shown = match before {
                // `per language pages from once by a` would be read as its source.
                Some(OperationClause::PerLanguage { source: None, .. }) => with_quoted_from(&shown),
                Some(_) | None => shown,
            };
            line.extend([" ", &shown]);
            before = Some(clause);
        }
        line
    }

    fn operation_clause(&self, clause: &OperationClause) -> String {
        match clause {
            OperationClause::Items { form, field } => {
                let form = match form {
                    ItemsForm::Field => "",
                    ItemsForm::Nested => "nested ",
                    ItemsForm::Keys => "keys ",
                };
                format!("items {form}{}", dotted(&field.value))
            }
            OperationClause::Pages { strategy, args } => {
                format!("pages {}{}", name(&strategy.value), self.args_if_any(args))
            }
            OperationClause::PerLanguage { source: None, .. } => "per language".to_owned(),
            OperationClause::PerLanguage {
                source: Some(source), ..
            } => {
                let (argument, field) = (name(&source.argument.value), name(&source.field.value));
                format!(
                    "per language {argument} from {} by {field}",
                    dotted(&source.external.value)
                )
            }
            // Behind `per language` the words `returns from` would name its argument.
            OperationClause::Returns(external) if external.value == "from" => "returns `from`".to_owned(),
            OperationClause::Returns(external) => format!("returns {}", name(&external.value)),
            OperationClause::OnceBy { kind, field, after } => {
                let field = field.as_ref().map(|field| match kind.value.as_str() {
                    "header" => format!(" {}", field.value),
                    _ => format!(" {}", name(&field.value)),
                });
                let after = after.as_ref().map(|after| format!(" after {}", duration(after.value)));
                format!(
                    "once by {}{}{}",
                    kind.value,
                    field.unwrap_or_default(),
                    after.unwrap_or_default()
                )
            }
        }
    }
}

/// `pages from` with the name in backticks.
fn with_quoted_from(clause: &str) -> String {
    let (word, rest) = clause.split_once(' ').unwrap_or((clause, ""));
    match rest.strip_prefix("from") {
        Some(rest) if rest.is_empty() || rest.starts_with([' ', '(', '.']) => format!("{word} `from`{rest}"),
        Some(_) | None => clause.to_owned(),
    }
}
