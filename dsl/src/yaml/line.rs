//! What YAML sees in a line: dashes, a key, where the value begins. Judges nothing but columns.

/// A line and what YAML sees in it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset of the end of the line.
    pub(super) end: usize,
    /// Columns before the first character.
    pub(super) indent: usize,
    /// Columns before each dash and before the key.
    columns: Vec<usize>,
    /// Empty in a list.
    pub(super) key: String,
    /// Whether it begins an entry of a map or list.
    pub(super) entry: bool,
    /// Offset of what stands behind the key or dash; the end of the line where nothing does.
    pub(super) value: usize,
}

impl Line {
    /// Whether a key stands on it, and no dash before it.
    fn is_key(&self) -> bool {
        self.columns.len() == 1 && !self.key.is_empty()
    }

    /// Columns before the key, or before the last dash where there is no key.
    fn column(&self) -> usize {
        self.columns.last().copied().unwrap_or(self.indent)
    }
}

/// The columns of the maps and lists that are open at one line.
#[derive(Debug, Default)]
pub(super) struct Columns {
    open: Vec<usize>,
    /// Whether the last entry left its value to the lines below.
    awaits_value: bool,
}

impl Columns {
    /// Whether a line without key stands where a key must: in a column of keys, or first below a key with further keys below itself.
    pub(super) fn lacks_colon(&self, text: &str, lines: &[Line], at: usize) -> bool {
        let line = &lines[at];
        let blank = |line: &Line| {
            let rest = text[line.start..line.end].trim();
            rest.is_empty() || rest.starts_with('#')
        };
        let rest = text[line.start..line.end].trim();
        if blank(line)
            || rest.starts_with("---")
            || rest.starts_with("...")
            || rest.starts_with(['\t', '&', '!', '*', '?'])
        {
            return false;
        }
        let next = lines[at + 1..].iter().find(|next| !blank(next));
        let leads = next.is_some_and(|next| next.is_key() && next.indent > line.indent);
        if line.entry {
            // `- import a from B`, and the keys of the same map below it.
            let value = line.value - line.start;
            let next_is_key = next.is_some_and(|next| next.is_key() && next.indent == value);
            let plain = text[line.value..line.end].starts_with(|c: char| c.is_alphabetic() || c == ':');
            return line.key.is_empty() && plain && next_is_key;
        }
        let column = self.open.iter().rposition(|column| *column == line.indent);
        let in_column = column.is_some_and(|at| at + 1 == self.open.len() || !self.awaits_value);
        let belongs = next.is_some_and(|next| next.is_key() && next.indent == line.indent);
        let is_first =
            self.awaits_value && self.open.last().is_none_or(|column| *column < line.indent) && (leads || belongs);
        // At the top of a file there is no map around the line.
        let at_top =
            self.open.is_empty() && line.indent == 0 && next.is_some_and(|next| next.is_key() && next.indent == 0);
        in_column || is_first || at_top
    }

    /// Takes a line in; where its column fits no open map or list, gives the column up to which lines belong to it.
    pub(super) fn enter(&mut self, text: &str, line: &Line) -> Result<(), usize> {
        let Some(first) = line.columns.first().copied() else {
            // A line without key that is neither blank nor a comment is a value.
            let rest = text[line.start..line.end].trim();
            self.awaits_value &= rest.is_empty() || rest.starts_with('#');
            return Ok(());
        };
        let kept = self.open.partition_point(|column| *column <= first);
        let left = self.open.get(kept).copied();
        let fits = match self.open[..kept].last() {
            Some(column) if *column == first => true,
            Some(_) => left.is_none() && self.awaits_value,
            None => left.is_none(),
        };
        if !fits {
            return Err(first.max(left.unwrap_or(first)));
        }
        self.open.truncate(kept);
        self.open.extend(&line.columns);
        self.open.dedup();
        let value = text[line.value..line.end].trim();
        let anchor_or_tag = value.starts_with(['&', '!']) && !value.contains(char::is_whitespace);
        self.awaits_value = value.is_empty() || value.starts_with('#') || anchor_or_tag;
        Ok(())
    }
}

/// The end of the braces, brackets or quotes that begin at `start`.
pub(super) fn flow_end(text: &str, start: usize, limit: usize) -> Option<usize> {
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

/// The line behind the last one that belongs to the entry of a line.
pub(super) fn entry_end(text: &str, lines: &[Line], at: usize) -> usize {
    let column = lines[at].column();
    let ends = |line: &Line| !text[line.start..line.end].trim().is_empty() && line.indent <= column;
    (at + 1..lines.len())
        .find(|next| ends(&lines[*next]))
        .unwrap_or(lines.len())
}

/// Where the value begins in whose line a place lies, and the column of lines that would stand below its key or dash.
pub(crate) fn block_indent(text: &str, at: usize) -> Option<(usize, usize)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let raw = text[start..].split('\n').next().unwrap_or("").trim_end_matches('\r');
    let line = line(raw, start);
    (line.entry && line.value < line.end).then(|| (line.value, line.column() + 2))
}

pub(super) fn lines(text: &str) -> Vec<Line> {
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
        columns: Vec::new(),
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
        line.columns.push(raw.len() - rest.len());
        rest = rest[1..].trim_start_matches(' ');
    }
    line.value = start + raw.len() - rest.len();
    if let Some(key) = key_length(rest) {
        line.entry = true;
        line.columns.push(raw.len() - rest.len());
        line.key = rest[..key].trim().to_owned();
        line.value = start + raw.len() - rest[key + 1..].trim_start().len();
    }
    line
}

/// The length of the key that a line begins with; the colon stands behind it.
fn key_length(rest: &str) -> Option<usize> {
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
    // A sign of the language before the colon says that this is a value.
    let is_value = rest[..key].contains(['"', '\'', '|', '=', '{', '[', '#']);
    (!is_value).then_some(key)
}
