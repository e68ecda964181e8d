//! `# allow W0603 because ".."`: a warning silenced on one line, with a reason. A comment in both forms.

use crate::code;
use crate::edit::Edit;
use crate::layout::comments;
use crate::report::{Report, Severity};
use crate::source::{Source, Span, Spanned};
use std::ops::Range;

/// A comment that silences warnings of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// Which, and where each stands.
    pub codes: Vec<Spanned<&'static str>>,
    /// The line it speaks about, from 1: its own, or the next one that is not a comment where it stands alone.
    pub line: usize,
    /// The comment; its whole line where it stands alone, else with the blanks before it.
    pub comment: Span,
}

/// The `allow`s of a file, and what is wrong with those that cannot be read (E0014).
///
/// ```
/// use tenon_dsl::source::{FileId, Source};
///
/// let text = "connector shop\n# allow W0205 because \"there is no third\"\nexternal A key id { id: int, b: \"x\" | \"y\" }\n";
/// let (allows, wrong) = tenon_dsl::allow::allows(&Source::new(FileId(0), "a.tenon", text));
/// assert!(wrong.is_empty());
/// assert_eq!((allows[0].codes[0].value, allows[0].line), ("W0205", 3));
/// ```
pub fn allows(source: &Source) -> (Vec<Allow>, Vec<Report>) {
    let mut allows = Vec::new();
    let mut wrong = Vec::new();
    if !source.text.contains("# allow ") {
        return (allows, wrong);
    }
    for comment in comments(&source.text) {
        let text = &source.text[comment.clone()];
        let Some(said) = text.strip_prefix("# allow ").filter(|said| names_a_code(said)) else {
            continue;
        };
        let start = comment.end - said.len();
        let (codes, mistake) = read(source, said, start);
        // What is meant is clear even without a reason: one mistake is one report.
        let line = line_meant(&source.text, &comment);
        let comment = whole(source, &comment);
        allows.push(Allow { codes, line, comment });
        wrong.extend(mistake);
    }
    (allows, wrong)
}

/// Whether the first word looks like a code: all else is an ordinary comment that begins with `allow`.
fn names_a_code(said: &str) -> bool {
    let word = said.trim_start().split([' ', ',']).next().unwrap_or("");
    let digits = word.strip_prefix(['E', 'W', 'e', 'w']);
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn read(source: &Source, said: &str, start: usize) -> (Vec<Spanned<&'static str>>, Option<Report>) {
    let (names, reason) = said.split_once("because").unwrap_or((said, ""));
    let (mut codes, mut mistake) = (Vec::new(), None);
    let mut at = start;
    for part in names.split(',') {
        let name = part.trim();
        let from = at + (part.len() - part.trim_start().len());
        let span = Span::new(source.id, from, from + name.len());
        at += part.len() + 1;
        match known(name, span) {
            Ok(code) => codes.push(Spanned::new(code, span)),
            Err(report) => {
                // What was probably meant is silenced all the same: one mistake is one report.
                codes.extend(meant(name).map(|one| Spanned::new(one, span)));
                mistake = mistake.or(Some(report));
            }
        }
    }
    let reason = reason
        .trim()
        .strip_prefix('"')
        .and_then(|reason| reason.strip_suffix('"'));
    let has_reason = reason.is_some_and(|reason| !reason.trim().is_empty());
    let mistake = mistake.or_else(|| (!has_reason).then(|| without_reason(source, said, start)));
    (codes, mistake)
}

fn known(name: &str, span: Span) -> Result<&'static str, Report> {
    match code::find(name) {
        Some(code) if code.severity() == Severity::Warning => Ok(code.name),
        Some(code) => Err(Report::error(
            "E0014",
            format!("{} is an error, and an error is not allowed away", code.name),
        )
        .label(span, code.title)
        .help(format!(
            "mend it; only codes that begin with W may stand here: tenon explain {}",
            code.name
        ))),
        None => {
            let report = Report::error("E0014", format!("there is no warning `{name}`")).label(span, "unknown code");
            Err(match meant(name) {
                Some(one) => report
                    .help(format!("did you mean {one}?"))
                    .edit(Some(Edit::new(span, name, one))),
                None => report.help("tenon explain lists all codes"),
            })
        }
    }
}

/// The one warning that was probably meant.
fn meant(name: &str) -> Option<&'static str> {
    let mut warnings = code::similar(name).into_iter().filter(|name| name.starts_with('W'));
    warnings.next().filter(|_| warnings.next().is_none())
}

fn without_reason(source: &Source, said: &str, start: usize) -> Report {
    let said = said.trim_end();
    let codes = said.split("because").next().unwrap_or(said).trim();
    Report::error("E0014", "an `allow` says why")
        .label(
            Span::new(source.id, start, start + said.len()),
            "no reason in quotes behind this",
        )
        .help(format!("write: # allow {codes} because \"why it is right here\""))
}

/// What is to be removed so that nothing of a comment is left.
fn whole(source: &Source, comment: &Range<usize>) -> Span {
    let before = &source.text[..comment.start];
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let kept = line + before[line..].trim_end().len();
    match kept == line {
        true => {
            let newline = source.text[comment.end..].find('\n').map_or(0, |newline| newline + 1);
            Span::new(source.id, line, comment.end + newline)
        }
        false => Span::new(source.id, kept, comment.end),
    }
}

/// The line of a comment, or of what stands below it.
fn line_meant(text: &str, comment: &Range<usize>) -> usize {
    let before = &text[..comment.start];
    let own = before.matches('\n').count() + 1;
    let stands_alone = before.rsplit('\n').next().unwrap_or("").trim().is_empty();
    if !stands_alone {
        return own;
    }
    let below = text[comment.end..].lines().skip(1);
    let skipped = below.take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    own + 1 + skipped.count()
}
