//! Values that YAML cannot read or would read as something else are reported and blanked, so that the rest of the file is read.

use super::line::{Columns, Line, entry_end, flow_end, lines};
use crate::error::SyntaxError;
use crate::layout::is_word_part;
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
    /// Keys that lack their colon, and were taken out with what stands below them.
    pub(super) lost: Vec<String>,
}

/// Finds the values that must stand under `|`.
pub(super) fn repair(file: FileId, text: &str) -> Repaired {
    let mut repaired = Repaired {
        text: text.to_owned(),
        broken: Vec::new(),
        errors: Vec::new(),
        lost: Vec::new(),
    };
    let lines = lines(text);
    let mut columns = Columns::default();
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if let Some(tab) = tab_before(text, line) {
            at = repaired.blank_tabbed(file, &lines, at, tab);
            continue;
        }
        if columns.lacks_colon(text, &lines, at) {
            at = repaired.blank_keyless(file, &lines, at);
            continue;
        }
        if let Err(deepest) = columns.enter(text, line) {
            at = repaired.blank_lines(file, &lines, at, deepest);
            continue;
        }
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

/// Blanks the entry at a place where YAML stopped; gives its end, or nothing where there is none.
pub(super) fn blank_entry(file: FileId, repaired: &mut Repaired, at: usize, problem: &str) -> Option<usize> {
    let text = repaired.text.clone();
    let lines = lines(&text);
    let here = lines.partition_point(|line| line.start <= at).saturating_sub(1);
    let entry = (0..=here)
        .rev()
        .find(|line| lines.get(*line).is_some_and(|line| line.entry))?;
    let line = &lines[entry];
    let end = lines[entry_end(&text, &lines, entry) - 1].end;
    let value = text[line.value..end].trim();
    let start = line.value + text[line.value..end].len() - text[line.value..end].trim_start().len();
    let range = start..start + value.len();
    // A key whose value stands below is judged by what stands there, unless YAML stopped at the key.
    let below = text[line.value..line.end].trim().is_empty();
    if value.is_empty() || at > end || (below && here == entry) || repaired.broken.contains(&range) {
        return None;
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
    Some(end)
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

    /// Takes out a line whose column fits nothing, the lines below it in the same column, and those further right than
    /// `deepest`.
    fn blank_lines(&mut self, file: FileId, lines: &[Line], first: usize, deepest: usize) -> usize {
        let line = &lines[first];
        let column = line.indent;
        let place = line.start + line.indent..line.end;
        let shown = place.start + self.text[place].trim_end().len();
        self.errors.push(SyntaxError::YamlIndent {
            span: Span::new(file, line.start + line.indent, shown),
        });
        let belongs = |line: &Line| {
            self.text[line.start..line.end].trim().is_empty() || line.indent > deepest || line.indent == column
        };
        let end = (first + 1..lines.len())
            .find(|next| !belongs(&lines[*next]))
            .unwrap_or(lines.len());
        for line in &lines[first..end] {
            let blanks = " ".repeat(line.end - line.start);
            self.text.replace_range(line.start..line.end, &blanks);
        }
        end
    }

    /// Takes out a line that a tab indents, and those like it below.
    fn blank_tabbed(&mut self, file: FileId, lines: &[Line], first: usize, tab: usize) -> usize {
        let line = &lines[first];
        let shown = line.start + self.text[line.start..line.end].trim_end().len();
        self.errors.push(SyntaxError::YamlTab {
            span: Span::new(file, tab, shown),
        });
        let end = (first + 1..lines.len())
            .find(|next| tab_before(&self.text, &lines[*next]).is_none())
            .unwrap_or(lines.len());
        for line in &lines[first..end] {
            let blanks = " ".repeat(line.end - line.start);
            self.text.replace_range(line.start..line.end, &blanks);
        }
        end
    }

    /// Takes out a line whose key lacks its colon, with the lines below it that are indented further.
    fn blank_keyless(&mut self, file: FileId, lines: &[Line], first: usize) -> usize {
        let line = &lines[first];
        let start = match line.entry {
            true => line.value,
            false => line.start + line.indent,
        };
        let column = start - line.start;
        let word = self.text[start..line.end].trim_start_matches([':', ' ']);
        let skipped = self.text[start..line.end].len() - word.len();
        let length = word
            .find(|c: char| !(is_word_part(c) || c == '.'))
            .unwrap_or(word.len());
        let key = word[..length].to_owned();
        let end = start + skipped + length.max(1);
        self.errors.push(SyntaxError::YamlNoColon {
            span: Span::new(file, start + skipped, end.min(line.end)),
            key: key.clone(),
        });
        self.lost.push(key);
        let below = |line: &Line| self.text[line.start..line.end].trim().is_empty() || line.indent > column;
        let last = (first + 1..lines.len())
            .find(|next| !below(&lines[*next]))
            .unwrap_or(lines.len());
        let blanked = start..lines[last - 1].end;
        let blanks: String = self.text[blanked.clone()]
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        self.text.replace_range(blanked, &blanks);
        last
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

/// The first tab before the words of a line.
fn tab_before(text: &str, line: &Line) -> Option<usize> {
    let raw = &text[line.start..line.end];
    let blank = raw.len() - raw.trim_start().len();
    let tab = raw[..blank].find('\t').filter(|_| blank < raw.len());
    tab.filter(|_| !raw.trim_start().starts_with('#'))
        .map(|tab| line.start + tab)
}
