//! How much a warning weighs: what a project says about a code, and what one line says about its own.

use std::collections::BTreeMap;
use tenon_dsl::allow::allows;
use tenon_dsl::code;
use tenon_dsl::edit::Edit;
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::{Source, Span};

/// What a project says about a code, under `[lints]` in `tenon.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is not said.
    Allow,
    /// It is said, and stops nothing.
    Warn,
    /// It stops like an error.
    Deny,
}

/// The codes that a project weighs otherwise than the table of codes does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lints {
    levels: BTreeMap<&'static str, Level>,
}

impl Lints {
    /// Sets the level of a code: `W0603 = "deny"`.
    ///
    /// # Errors
    /// There is no such code or level, or the code is an error.
    pub fn set(&mut self, name: &str, level: &str) -> Result<(), String> {
        let code = code::find(name).ok_or_else(|| match code::similar(name).as_slice() {
            [one] => format!("there is no code `{name}`; did you mean {one}?"),
            _ => format!("there is no code `{name}`; tenon explain lists all"),
        })?;
        let level = match level {
            "allow" => Level::Allow,
            "warn" => Level::Warn,
            "deny" => Level::Deny,
            other => {
                return Err(format!(
                    "{} is \"allow\", \"warn\" or \"deny\", not \"{other}\"",
                    code.name
                ));
            }
        };
        if code.severity() == Severity::Error && level != Level::Deny {
            return Err(format!(
                "{} is an error and stays one; only codes that begin with W can be lowered",
                code.name
            ));
        }
        self.levels.insert(code.name, level);
        Ok(())
    }

    fn level(&self, code: &str) -> Level {
        self.levels.get(code).copied().unwrap_or(Level::Warn)
    }
}

/// Reports as the project and the lines want them: silenced, raised, and with a warning for each `allow` that silences nothing.
pub(crate) fn weigh(reports: Vec<Report>, sources: &[Source], lints: &Lints) -> Vec<Report> {
    let mut weighed = Vec::new();
    let mut allowed: Vec<Allowed> = Vec::new();
    for source in sources {
        let (found, wrong) = allows(source);
        weighed.extend(wrong);
        allowed.extend(found.into_iter().flat_map(|allow| {
            let spans: Vec<Span> = allow.codes.iter().map(|code| code.span).collect();
            let codes = allow.codes.into_iter().zip(0..);
            codes.map(move |(code, at)| Allowed {
                code: code.value,
                span: code.span,
                line: allow.line,
                comment: allow.comment,
                listed: in_list(&spans, at),
                is_used: false,
            })
        }));
    }
    let has_errors = |reports: &[Report]| reports.iter().any(|report| report.severity == Severity::Error);
    // Behind a mistake not everything is looked at, so nobody knows what an `allow` would silence.
    let is_whole = !has_errors(&reports) && weighed.is_empty();
    weighed.extend(
        reports
            .into_iter()
            .filter(|report| !is_silenced(report, sources, &mut allowed)),
    );
    if is_whole {
        for allow in allowed.iter().filter(|allow| !allow.is_used) {
            let used = |other: &Allowed| other.comment == allow.comment && other.is_used;
            // A comment that silences nothing at all goes as a whole.
            let gone = match allowed.iter().any(used) {
                true => allow.listed,
                false => allow.comment,
            };
            let written = sources.iter().find(|source| source.id == gone.file);
            let edit = written.map(|source| Edit::new(gone, source.slice(gone), ""));
            weighed.push(unused(allow).edit(edit));
        }
    }
    weighed.retain_mut(|report| raised(report, lints));
    let name = |span: Span| {
        sources
            .iter()
            .find(|source| source.id == span.file)
            .map(|source| source.name.as_str())
    };
    weighed.sort_by_key(|report| report.span().map(|span| (name(span), span.start)));
    weighed
}

/// A code that one line is allowed.
struct Allowed {
    code: &'static str,
    span: Span,
    line: usize,
    /// The comment around it.
    comment: Span,
    /// The code with its comma.
    listed: Span,
    is_used: bool,
}

/// A code of a list with the comma that goes with it.
fn in_list(codes: &[Span], at: usize) -> Span {
    let own = codes[at];
    match (
        codes.get(at + 1),
        at.checked_sub(1).and_then(|before| codes.get(before)),
    ) {
        (Some(next), _) => Span { end: next.start, ..own },
        (None, Some(before)) => Span {
            start: before.end,
            ..own
        },
        (None, None) => own,
    }
}

fn is_silenced(report: &Report, sources: &[Source], allowed: &mut [Allowed]) -> bool {
    let Some(span) = report.span().filter(|_| report.severity == Severity::Warning) else {
        return false;
    };
    let Some(source) = sources.iter().find(|source| source.id == span.file) else {
        return false;
    };
    let mut candidates = allowed
        .iter_mut()
        .filter(|allow| allow.code == report.code && allow.span.file == span.file);
    // Most files have none, and a line is counted only for those that do.
    let Some(first) = candidates.next() else {
        return false;
    };
    let line = source.line(span);
    match std::iter::once(first)
        .chain(candidates)
        .find(|allow| allow.line == line)
    {
        Some(allow) => {
            allow.is_used = true;
            true
        }
        None => false,
    }
}

fn unused(allow: &Allowed) -> Report {
    Report::warning(
        "W0015",
        format!(
            "this `allow` silences nothing: line {} gives no {}",
            allow.line, allow.code
        ),
    )
    .label(allow.span, "not given there")
    .help("remove it, or write it on the line that the warning names, or on the one above")
}

/// Whether the report is still said.
fn raised(report: &mut Report, lints: &Lints) -> bool {
    match lints.level(report.code) {
        Level::Allow => return false,
        Level::Deny => report.severity = Severity::Error,
        Level::Warn => {}
    }
    true
}
