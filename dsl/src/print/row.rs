//! Lines of a block with their columns: names, signs, values, clauses and comments stand below each other.

use super::Printer;
use super::lay::{LINE, Laying};
use super::word::width;
use crate::ast::mapping::Clause;

/// Columns up to which clauses and comments are aligned with those of longer lines.
const ALIGNED: usize = 80;

/// A line of a block, and what stands above it.
pub(super) struct Row<'a> {
    /// Comments, documentation and blank lines above it.
    pub(super) lead: Vec<Lead>,
    /// Its text.
    pub(super) code: Code<'a>,
    /// The comment behind it.
    pub(super) comment: Option<String>,
}

/// What stands above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// A blank line.
    Blank,
    /// A comment or documentation.
    Line(String),
}

/// A line before its columns are known.
pub(super) enum Code<'a> {
    /// As it stands; lines after the first bring their own blanks.
    Text(String),
    /// A name, a sign, a value.
    Pair(Pair<'a>),
}

/// Lines of one class and group have their signs below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// `name: type`
    Field,
    /// `let name = value`
    Let,
    /// `name = value`
    Rule,
    /// `binding.name = value`: among the rules where it is no longer than they are.
    Dotted,
    /// `import name = value`
    Directed,
    /// `inside <-> outside`
    Arrow,
    /// `read = GET /boards`
    Operation,
}

/// A line with a sign.
pub(super) struct Pair<'a> {
    /// Which lines it is aligned with.
    pub(super) class: Class,
    /// What stands left of the sign.
    pub(super) head: String,
    /// Too special to be aligned: it moves nobody, and moves only where there is room.
    pub(super) loose: bool,
    /// `=`; empty for fields.
    pub(super) sign: &'static str,
    /// The verb of a request, which has a column of its own.
    pub(super) verb: Option<&'a str>,
    /// Lays the value.
    pub(super) value: Box<dyn Fn(&mut Laying<'_>) + 'a>,
    /// What stands behind the value of a rule.
    pub(super) clauses: &'a [Clause],
}

/// The columns of one group of lines.
struct Columns {
    indent: usize,
    heads: Vec<(Class, usize)>,
    sign: usize,
    verb: usize,
}

/// A value that is laid.
struct Laid {
    text: String,
    /// Columns before the value.
    column: usize,
}

impl<'p> Printer<'p> {
    /// The lines of a block, each with its end of line.
    pub(super) fn rows(&'p self, rows: &[Row<'p>], indent: usize) -> String {
        let mut out = String::new();
        let mut start = 0;
        for end in 1..=rows.len() {
            if end == rows.len() || rows[end].lead.contains(&Lead::Blank) {
                self.group(&rows[start..end], indent, &mut out);
                start = end;
            }
        }
        out
    }

    fn group(&'p self, rows: &[Row<'p>], indent: usize, out: &mut String) {
        let columns = Columns::of(rows, indent);
        let texts = self.with_clauses(rows, &columns);
        let last_line = |text: &str| match text.rsplit_once('\n') {
            Some((_, last)) => width(last),
            None => indent + width(text),
        };
        let ends: Vec<usize> = texts.iter().map(|text| last_line(text)).collect();
        let commented = rows
            .iter()
            .zip(&ends)
            .filter(|(row, end)| row.comment.is_some() && **end <= ALIGNED);
        let column = commented.map(|(_, end)| *end).max().unwrap_or(0);
        for ((row, text), end) in rows.iter().zip(&texts).zip(ends) {
            lead(&row.lead, indent, out);
            out.extend([&" ".repeat(indent), text.as_str()]);
            if let Some(comment) = &row.comment {
                out.extend([&" ".repeat(column.saturating_sub(end) + 2), comment.as_str()]);
            }
            out.push('\n');
        }
    }

    fn with_clauses(&'p self, rows: &[Row<'p>], columns: &Columns) -> Vec<String> {
        let laid: Vec<Laid> = rows.iter().map(|row| self.laid(row, columns)).collect();
        let has_clauses = |row: &Row<'_>| matches!(&row.code, Code::Pair(pair) if has_column(pair.clauses));
        let end = |laid: &Laid| columns.indent + width(&laid.text);
        let aligned = |laid: &Laid| !laid.text.contains('\n') && end(laid) <= ALIGNED;
        let column = rows
            .iter()
            .zip(&laid)
            .filter(|(row, laid)| has_clauses(row) && aligned(laid));
        let column = column.map(|(_, laid)| end(laid) + 2).max().unwrap_or(0);
        let with_clauses = |(row, laid): (&Row<'p>, Laid)| match &row.code {
            Code::Pair(pair) if !pair.clauses.is_empty() => {
                let column = match has_column(pair.clauses) {
                    true if aligned(&laid) => column,
                    true => end(&laid) + 2,
                    false => end(&laid) + 1,
                };
                self.clauses(laid, pair.clauses, columns.indent, column)
            }
            Code::Pair(_) | Code::Text(_) => laid.text,
        };
        rows.iter().zip(laid).map(with_clauses).collect()
    }

    /// Clauses behind a value: on its line where they fit, at the column of the others if that leaves room.
    fn clauses(&'p self, laid: Laid, clauses: &[Clause], indent: usize, column: usize) -> String {
        let flat: Vec<String> = clauses.iter().map(|clause| self.clause(clause)).collect();
        let flat = flat.join(" ");
        let end = indent + width(&laid.text);
        let nearest = column.min(end + 2);
        if !laid.text.contains('\n') && nearest + width(&flat) <= LINE {
            let column = if column + width(&flat) <= LINE { column } else { nearest };
            return format!("{}{}{flat}", laid.text, " ".repeat(column - end));
        }
        let hang = if laid.column <= LINE / 2 {
            laid.column
        } else {
            indent + 4
        };
        let mut laying = Laying::at(self, 0);
        laying.out = laid.text;
        laying.clauses(clauses, hang);
        laying.out
    }

    fn laid(&'p self, row: &Row<'p>, columns: &Columns) -> Laid {
        let pair = match &row.code {
            Code::Text(text) => {
                let text = text.clone();
                return Laid { text, column: 0 };
            }
            Code::Pair(pair) => pair,
        };
        let before = columns.before(pair);
        let column = columns.indent + width(&before);
        let mut laying = Laying::at(self, column);
        laying.out = before;
        (pair.value)(&mut laying);
        Laid {
            text: laying.out,
            column,
        }
    }
}

/// Clauses that say when a rule writes have a column; those that say how belong to the value.
fn has_column(clauses: &[Clause]) -> bool {
    clauses.first().is_some_and(|clause| match clause {
        Clause::Only(_) | Clause::When { .. } => true,
        Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => false,
    })
}

/// Writes what stands above a line; a block does not begin with a blank line.
pub(super) fn lead(lead: &[Lead], indent: usize, out: &mut String) {
    for line in lead {
        match line {
            Lead::Blank => out.push('\n'),
            Lead::Line(text) => out.extend([&" ".repeat(indent), text.as_str(), "\n"]),
        }
    }
}

impl Columns {
    fn of(rows: &[Row<'_>], indent: usize) -> Self {
        let pairs = || {
            rows.iter().filter_map(|row| match &row.code {
                Code::Pair(pair) => Some(pair),
                Code::Text(_) => None,
            })
        };
        let widest = |class: Class| {
            let pairs = pairs().filter(|pair| pair.class == class && !pair.loose);
            pairs.map(|pair| pair.width()).max().unwrap_or(0)
        };
        let classes = [
            Class::Field,
            Class::Let,
            Class::Rule,
            Class::Dotted,
            Class::Directed,
            Class::Arrow,
            Class::Operation,
        ];
        let mut heads: Vec<(Class, usize)> = classes.into_iter().map(|class| (class, widest(class))).collect();
        let (rule, dotted) = (widest(Class::Rule), widest(Class::Dotted));
        if dotted <= rule {
            heads.retain(|(class, _)| *class != Class::Dotted);
            heads.push((Class::Dotted, rule));
        }
        let signs: Vec<&str> = pairs()
            .filter(|pair| pair.class == Class::Arrow)
            .map(|pair| pair.sign)
            .collect();
        let mixed = signs.contains(&"<->") || (signs.contains(&"->") && signs.contains(&"<-"));
        Self {
            indent,
            heads,
            sign: if mixed { 3 } else { 2 },
            verb: pairs().filter_map(|pair| pair.verb).map(width).max().unwrap_or(0),
        }
    }

    /// What stands before the value of a line.
    fn before(&self, pair: &Pair<'_>) -> String {
        let class = self.heads.iter().find(|(class, _)| *class == pair.class);
        let widest = class.map_or(0, |(_, widest)| *widest);
        // A loose operation would move away from its sign for nothing.
        let aligned = pair.width() <= widest && !(pair.loose && pair.class == Class::Operation);
        let widest = if aligned { widest } else { pair.width() };
        let (head, sign) = (&pair.head, pair.sign);
        let before = match pair.class {
            Class::Field => format!("{head:widest$} "),
            Class::Arrow if sign == "<-" => format!("{head:widest$} {sign:width$} ", width = self.sign),
            Class::Arrow => format!("{head:widest$} {sign:>width$} ", width = self.sign),
            Class::Let | Class::Rule | Class::Dotted | Class::Directed | Class::Operation => {
                format!("{head:width$} {sign} ", width = widest + 1 - sign.len())
            }
        };
        match pair.verb {
            Some(verb) => format!("{before}{verb:width$} ", width = self.verb),
            None => before,
        }
    }
}

impl Pair<'_> {
    /// Columns of its head; `+=` counts its plus, so that all `=` stand below each other.
    fn width(&self) -> usize {
        let plus = usize::from(self.sign == "+=");
        width(&self.head) + plus
    }
}
