//! Plans and findings as text for people and JSON for machines.

use serde_json::{Value, json};

use crate::store::migration::{Finding, MigrationPlan, Size, TablePlan, counted};

/// What a migration would do.
pub(super) fn plan(store: &str, plan: &MigrationPlan) -> String {
    let mut lines = vec![match plan.size {
        Size::Nothing => format!("{store}: the tables are those of this program"),
        Size::Additions => format!("{store}: the next start of this program adds to the tables"),
        Size::More => format!("{store}: the tables are not those of this program"),
    }];
    lines.extend(plan.warnings.iter().map(|warning| format!("note: {warning}")));
    if plan.size == Size::Nothing {
        return lines.join("\n");
    }
    said(plan, &mut lines);
    if plan.hindrances.is_empty() {
        lines.push(String::new());
        lines.push(match plan.size {
            Size::More => format!("plan {hash}; to run it: db migrate --accept {hash}", hash = plan.hash),
            Size::Nothing | Size::Additions => {
                format!(
                    "plan {hash}; to run it now: db migrate --accept {hash}",
                    hash = plan.hash
                )
            }
        });
    }
    lines.join("\n")
}

/// What is in no model any more.
pub(super) fn orphans(store: &str, plan: &MigrationPlan) -> String {
    if plan.tables.is_empty() {
        return format!("{store}: nothing is left over");
    }
    let mut lines = vec![format!("{store}: no model of this program has")];
    said(plan, &mut lines);
    if plan.hindrances.is_empty() {
        lines.push(String::new());
        let hash = &plan.hash;
        lines.push(format!("plan {hash}; to drop it: db drop-orphans --accept {hash}"));
    }
    lines.join("\n")
}

fn said(plan: &MigrationPlan, lines: &mut Vec<String>) {
    for table in &plan.tables {
        lines.push(format!("  {}{}", table.of, rows(table)));
        lines.extend(table.notes.iter().map(|note| format!("    {note}")));
    }
    section("in the way", &plan.hindrances, lines);
    let nothing = ["nothing".to_owned()];
    section("lost", if plan.lost.is_empty() { &nothing } else { &plan.lost }, lines);
    section("statements", &plan.statements, lines);
}

fn rows(table: &TablePlan) -> String {
    match table.rows {
        None => String::new(),
        Some(rows) => format!(", {}", counted(rows, "row", "rows")),
    }
}

fn section(head: &str, texts: &[String], lines: &mut Vec<String>) {
    if !texts.is_empty() {
        lines.push(format!("{head}:"));
        lines.extend(texts.iter().map(|text| format!("  {}", text.replace('\n', "\n  "))));
    }
}

/// The same for machines.
pub(super) fn plan_json(store: &str, plan: &MigrationPlan) -> Value {
    let tables = plan
        .tables
        .iter()
        .map(|table| json!({ "of": table.of, "rows": table.rows, "changes": table.notes }));
    json!({
        "store": store,
        "size": match plan.size {
            Size::Nothing => "nothing",
            Size::Additions => "additions",
            Size::More => "more",
        },
        "tables": tables.collect::<Vec<_>>(),
        "warnings": plan.warnings,
        "in_the_way": plan.hindrances,
        "lost": plan.lost,
        "statements": plan.statements,
        "plan": plan.hash,
    })
}

/// What a check found, one line for each thing looked at and one for each problem.
pub(super) fn findings(store: &str, findings: &[Finding]) -> String {
    let mut lines = vec![store.to_owned()];
    for finding in findings {
        let word = if finding.problems.is_empty() { "ok" } else { "PROBLEM" };
        let note = finding
            .note
            .as_ref()
            .map(|note| format!(" ({note})"))
            .unwrap_or_default();
        lines.push(format!("  {}: {word}{note}", finding.what));
        lines.extend(finding.problems.iter().map(|problem| format!("    {problem}")));
    }
    lines.join("\n")
}

/// The same for machines.
pub(super) fn findings_json(store: &str, findings: &[Finding]) -> Value {
    let findings = findings
        .iter()
        .map(|finding| json!({ "what": finding.what, "problems": finding.problems, "note": finding.note }));
    json!({ "store": store, "findings": findings.collect::<Vec<_>>() })
}
