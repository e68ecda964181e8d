//! Values that YAML cannot read or would read as something else are reported and blanked, so that the rest of the file is read.

use crate::error::SyntaxError;
use crate::source::{FileId, Span};
use std::ops::Range;

/// A file that YAML can read, as long as the original.
#[derive(Debug)]
pub(super) struct Repaired {
    /// The text.
    pub(super) text: String,
    /// What was blanked; reported already.
    pub(super) broken: Vec<Range<usize>>,
    /// Why.
    pub(super) errors: Vec<SyntaxError>,
}

/// A line and what YAML sees in it.
#[derive(Clone, Debug)]
struct Line {
    start: usize,
    end: usize,
    /// Columns before the first character.
    indent: usize,
    /// Columns before the key, or before the last dash where there is no key.
    column: usize,
    /// Empty in a list.
    key: String,
    /// Whether it begins an entry of a map or list.
    entry: bool,
    /// Offset of what stands behind the key or dash; the end of the line where nothing does.
    value: usize,
}

/// Finds the values that must stand under `|`.
pub(super) fn repair(file: FileId, text: &str) -> Repaired {
    let mut repaired = Repaired {
        text: text.to_owned(),
        broken: Vec::new(),
        errors: Vec::new(),
    };
    let lines = lines(text);
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        let value = text[line.value..line.end].trim_end();
        if !line.entry || value.is_empty() || value.starts_with('#') {
            at += 1;
            continue;
        }
        let end = entry_end(text, &lines, at);
        match judge(text, line, value, lines[end - 1].end) {
            Verdict::Fine => at += 1,
            Verdict::Block => at = end,
            Verdict::Flow(flow_end) => {
                at += 1;
                while at < end && lines[at].start < flow_end {
                    at += 1;
                }
            }
            Verdict::Special(special) => {
                let range = line.value..line.value + text[line.value..lines[end - 1].end].trim_end().len();
                repaired.blank(file, range, &line.key, special);
                at = end;
            }
        }
    }
    repaired
}

/// Blanks the entry at a place where YAML stopped; says whether there was one.
pub(super) fn blank_entry(file: FileId, repaired: &mut Repaired, at: usize, problem: &str) -> bool {
    let text = repaired.text.clone();
    let lines = lines(&text);
    let here = lines.partition_point(|line| line.start <= at).saturating_sub(1);
    let Some(entry) = (0..=here)
        .rev()
        .find(|line| lines.get(*line).is_some_and(|line| line.entry))
    else {
        return false;
    };
    let line = &lines[entry];
    let end = lines[entry_end(&text, &lines, entry) - 1].end;
    let value = text[line.value..end].trim();
    let start = line.value + text[line.value..end].len() - text[line.value..end].trim_start().len();
    let range = start..start + value.len();
    // A key whose value stands below is judged by what stands there, unless YAML stopped at the key.
    let below = text[line.value..line.end].trim().is_empty();
    if value.is_empty() || (below && here == entry) || repaired.broken.contains(&range) {
        return false;
    }
    let first = value.chars().next().unwrap_or(' ');
    if matches!(first, '[' | '{' | '"' | '\'') {
        let special = Special {
            text: first.to_string(),
            range: start..start + 1,
        };
        repaired.blank(file, range, &line.key, special);
    } else {
        let span = Span::new(file, range.start, range.end);
        repaired.errors.push(SyntaxError::YamlBroken {
            span,
            problem: problem.to_owned(),
        });
        repaired.overwrite(range);
    }
    true
}

impl Repaired {
    /// Whether a value was blanked here.
    pub(super) fn is_broken(&self, range: &Range<usize>) -> bool {
        self.broken
            .iter()
            .any(|broken| broken.start <= range.start && range.start < broken.end.max(broken.start + 1))
    }

    fn blank(&mut self, file: FileId, range: Range<usize>, key: &str, special: Special) {
        self.errors.push(SyntaxError::YamlBlock {
            span: Span::new(file, special.range.start, special.range.end),
            special: special.text,
            key: key.to_owned(),
        });
        self.overwrite(range);
    }

    /// A plain word and blanks: YAML reads it as one scalar at the same place.
    fn overwrite(&mut self, range: Range<usize>) {
        let blanks: String = self.text[range.clone()]
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        let blanks = blanks.replacen(' ', "x", 1);
        self.text.replace_range(range.clone(), &blanks);
        self.broken.push(range);
    }
}

struct Special {
    text: String,
    range: Range<usize>,
}

enum Verdict {
    /// A plain scalar, an alias, an anchor.
    Fine,
    /// A block scalar down to the end of the entry.
    Block,
    /// Braces, square brackets or quotes that end here, with nothing behind them.
    Flow(usize),
    /// YAML would take this for its own.
    Special(Special),
}

fn judge(text: &str, line: &Line, value: &str, entry_end: usize) -> Verdict {
    let first = value.chars().next().unwrap_or(' ');
    let special = || Special {
        text: first.to_string(),
        range: line.value..line.value + first.len_utf8(),
    };
    let second_blank = value[first.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
    match first {
        // An anchor or a tag alone: the value stands below.
        '&' | '!' if !value.contains(char::is_whitespace) => Verdict::Fine,
        '|' | '>' if is_block_header(value) => Verdict::Block,
        '|' | '>' | '`' | '@' | '%' => Verdict::Special(special()),
        '?' | '-' if second_blank => Verdict::Special(special()),
        '*' if value[1..].contains(char::is_whitespace) => Verdict::Special(special()),
        '[' | '{' | '"' | '\'' => match flow_end(text, line.value, entry_end) {
            Some(end) if is_blank_or_comment(text, end) => Verdict::Flow(end),
            Some(_) | None => Verdict::Special(special()),
        },
        _ => match colon(text, line.value, entry_end) {
            Some(at) => Verdict::Special(Special {
                text: ": ".to_owned(),
                range: at..at + 1,
            }),
            None => Verdict::Fine,
        },
    }
}

fn is_block_header(value: &str) -> bool {
    let rest = value[1..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
    rest.is_empty()
        || (rest.starts_with(char::is_whitespace) && (rest.trim().is_empty() || rest.trim().starts_with('#')))
}

fn is_blank_or_comment(text: &str, at: usize) -> bool {
    let line = text[at..].split('\n').next().unwrap_or("");
    line.trim().is_empty() || (line.starts_with(char::is_whitespace) && line.trim_start().starts_with('#'))
}

/// The end of the braces, brackets or quotes that begin at `start`.
fn flow_end(text: &str, start: usize, limit: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text[start..limit].char_indices() {
        match (quote, c) {
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), c) if c == open && !escaped => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        escaped = false;
        if depth == 0 && quote.is_none() {
            let end = start + at + c.len_utf8();
            // A doubled quote goes on.
            if c == '\'' && text[end..limit].starts_with('\'') {
                continue;
            }
            return Some(end);
        }
    }
    None
}

/// The first `: ` of a plain value; a comment ends the search.
fn colon(text: &str, start: usize, limit: usize) -> Option<usize> {
    let mut offset = start;
    for line in text[start..limit].split_inclusive('\n') {
        let plain = line.find(" #").map_or(line, |comment| &line[..comment]);
        let found = plain
            .find(": ")
            .or_else(|| plain.trim_end().strip_suffix(':').map(str::len));
        if let Some(at) = found {
            return Some(offset + at);
        }
        offset += line.len();
    }
    None
}

/// The line behind the last one that belongs to the entry of a line.
fn entry_end(text: &str, lines: &[Line], at: usize) -> usize {
    let column = lines[at].column;
    let ends = |line: &Line| !text[line.start..line.end].trim().is_empty() && line.indent <= column;
    (at + 1..lines.len())
        .find(|next| ends(&lines[*next]))
        .unwrap_or(lines.len())
}

fn lines(text: &str) -> Vec<Line> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|raw| {
            let line = line(raw.trim_end_matches(['\n', '\r']), start);
            start += raw.len();
            line
        })
        .collect()
}

fn line(raw: &str, start: usize) -> Line {
    let indent = raw.len() - raw.trim_start_matches(' ').len();
    let mut line = Line {
        start,
        end: start + raw.len(),
        indent,
        column: indent,
        key: String::new(),
        entry: false,
        value: start,
    };
    let mut rest = &raw[indent..];
    let no_entry = rest.is_empty() || rest.starts_with('#') || rest.starts_with("---") || rest.starts_with("...");
    if no_entry {
        return line;
    }
    while rest == "-" || rest.starts_with("- ") {
        line.entry = true;
        line.column = raw.len() - rest.len();
        rest = rest[1..].trim_start_matches(' ');
    }
    line.value = start + raw.len() - rest.len();
    if let Some(key) = key_length(rest, line.entry) {
        line.entry = true;
        line.column = raw.len() - rest.len();
        line.key = rest[..key].trim().to_owned();
        line.value = start + raw.len() - rest[key + 1..].trim_start().len();
    }
    line
}

/// The length of the key that a line begins with; the colon stands behind it.
fn key_length(rest: &str, in_list: bool) -> Option<usize> {
    let first = rest.chars().next()?;
    if first == '"' || first == '\'' {
        let end = flow_end(rest, 0, rest.len())?;
        return (rest[end..].starts_with(": ") || &rest[end..] == ":").then_some(end);
    }
    if matches!(first, '[' | '{' | '|' | '>' | '?') {
        return None;
    }
    let key = rest
        .find(": ")
        .or_else(|| rest.trim_end().strip_suffix(':').map(str::len))?;
    // In a list a sign before the colon says that this is a value that must not hold one.
    let is_value = in_list && rest[..key].contains(['"', '\'', '|', '=', '{', '[', '#']);
    (!is_value).then_some(key)
}
