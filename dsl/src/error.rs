//! Every mistake that text or YAML can hold, and its words. Holds places and words, never the source text.

mod offer;
mod words;

pub(crate) use words::closest;

use crate::edit::Edit;
use crate::report::Report;
use crate::source::Span;
use thiserror::Error;

/// A mistake in the writing; what the writing means is judged by the compiler.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SyntaxError {
    /// E0001: no item, statement or key begins like this.
    #[error("no {what} begins with `{found}`")]
    UnknownStart {
        /// The word.
        span: Span,
        /// What was read.
        found: String,
        /// `item`, `statement of a mapping`, ..
        what: &'static str,
        /// The words that may stand there.
        words: Vec<&'static str>,
    },
    /// E0001: a key that no block of the language has there.
    #[error("{of} has no key `{key}`")]
    YamlUnknownKey {
        /// The key.
        span: Span,
        /// What was read.
        key: String,
        /// `a mapping`, `a file`, ..
        of: &'static str,
        /// The keys that may stand there.
        keys: Vec<&'static str>,
    },
    /// E0001: a word that is kept for a later version of the language.
    #[error("`{found}` is kept for a later version of the language")]
    KeptWord {
        /// The word.
        span: Span,
        /// What was read.
        found: String,
    },
    /// E0002
    #[error("{} is never closed", words::quoted_thing(*quote))]
    UnclosedText {
        /// From the quote to the end of the line.
        span: Span,
        /// `"`, `'` or a backtick.
        quote: char,
    },
    /// E0003
    #[error("two values stand side by side with no operator between them")]
    SideBySide {
        /// The value that ends.
        first: Span,
        /// The value that starts.
        second: Span,
        /// Both, where they are plain paths.
        paths: Option<(String, String)>,
    },
    /// E0004
    #[error("this `{bracket}` is never closed")]
    UnclosedBracket {
        /// The bracket.
        open: Span,
        /// Which.
        bracket: char,
        /// Where its partner is probably missing.
        near: Span,
        /// How `near` is meant.
        missing: Missing,
        /// What the partner probably belongs behind.
        after: Option<String>,
    },
    /// E0004: a bracket that stands twice, and is closed once.
    #[error("this `{bracket}` stands twice and is closed once")]
    DoubledBracket {
        /// The second.
        span: Span,
        /// The first.
        first: Span,
        /// Which.
        bracket: char,
    },
    /// E0004: a line that must end with a bracket.
    #[error("a `{bracket}` is missing")]
    UnopenedBracket {
        /// Where.
        near: Span,
        /// Which.
        bracket: char,
        /// What closes it.
        close: Span,
    },
    /// E0004: a closing bracket too many.
    #[error("this `{bracket}` closes nothing")]
    StrayBracket {
        /// The bracket.
        span: Span,
        /// Which.
        bracket: char,
    },
    /// E0005
    #[error("`{word}` is a reserved word and cannot stand as a name")]
    ReservedWord {
        /// The word.
        span: Span,
        /// Which.
        word: String,
    },
    /// E0006
    #[error("a line cannot begin with `|` inside `match`")]
    PipeInMatch {
        /// The pipe.
        span: Span,
    },
    /// E0007
    #[error("this file is written for language {found}, this compiler reads language {known}")]
    NewerLanguage {
        /// The number.
        span: Span,
        /// What the file asks for.
        found: String,
        /// What is read.
        known: u32,
    },
    /// E0008
    #[error("a file without `connector` holds only `internal`, `table` and `extern`")]
    NoConnector {
        /// The first item that needs a connector.
        span: Span,
    },
    /// E0009
    #[error("not a path between the braces of a text")]
    NotAPath {
        /// The braces.
        span: Span,
        /// What stands between them, where it is a value of another kind.
        value: Option<String>,
    },
    /// E0010
    #[error("this is nested too deep")]
    TooDeep {
        /// Where it becomes too deep.
        span: Span,
    },
    /// E0011
    #[error("{}", words::unexpected(found, expected))]
    Unexpected {
        /// What stands there.
        span: Span,
        /// Its text; empty at the end of a line.
        found: String,
        /// What may stand there, in words.
        expected: Vec<String>,
        /// What to do where there is more to say than that.
        help: Option<String>,
    },
    /// E0011: the line before lacks something.
    #[error("{}", words::unexpected("", expected))]
    Unfinished {
        /// The end of the line before.
        span: Span,
        /// What may stand there, in words.
        expected: Vec<String>,
        /// What stands on the next line instead.
        next: Span,
        /// What to do where there is more to say than that.
        help: Option<String>,
    },
    /// E0011: what another language writes there.
    #[error("{message}")]
    Foreign {
        /// The words that mean nothing here.
        span: Span,
        /// The mistake in a sentence.
        message: String,
        /// Why it is one.
        here: String,
        /// What to write.
        help: String,
        /// The same as a change of the file; in a box, because every reader carries this type.
        edit: Option<Box<Edit>>,
    },
    /// E0010: a declaration, rule or value that is not read.
    #[error("one line with what belongs to it holds at most {kibibytes} KiB")]
    TooLong {
        /// Its beginning.
        span: Span,
        /// How much is read.
        kibibytes: usize,
    },
    /// E0010: a file that is not read.
    #[error("a mapping file holds at most {mebibytes} MiB")]
    TooLarge {
        /// Its beginning.
        span: Span,
        /// How much is read.
        mebibytes: usize,
    },
    /// E0010: the rest of the mistakes of a file.
    #[error("{more} more mistakes follow")]
    TooMany {
        /// The last one that is said.
        span: Span,
        /// How many are not.
        more: usize,
    },
    /// E0011: a character that has no place in any file.
    #[error("U+{:04X} cannot be seen, and hides what stands around it", u32::from(*character))]
    Unseen {
        /// Where.
        span: Span,
        /// Which.
        character: char,
    },
    /// E0012
    #[error("a text knows no `\\{letter}`")]
    UnknownEscape {
        /// The escape.
        span: Span,
        /// What stands behind the backslash.
        letter: String,
    },
    /// E1401: words that are no expression.
    #[error("`{text}` is not an expression")]
    YamlProse {
        /// The value.
        span: Span,
        /// What was read.
        text: String,
        /// The key before it.
        key: String,
    },
    /// E1402
    #[error("the key `{key}` is read as the boolean {value} by other YAML tools")]
    YamlBoolKey {
        /// The key.
        span: Span,
        /// What was read.
        key: String,
        /// What others read.
        value: bool,
    },
    /// E1403
    #[error("YAML ended this value at ` #`, inside a text")]
    YamlComment {
        /// The comment.
        span: Span,
        /// The key before it; empty in a list.
        key: String,
    },
    /// E1404
    #[error("an expression in YAML braces")]
    YamlFlow {
        /// The braces.
        span: Span,
        /// The same in words, where it is a value with clauses.
        instead: Option<String>,
    },
    /// E1405
    #[error("this value must be put under `|`")]
    YamlBlock {
        /// What YAML takes for its own.
        span: Span,
        /// Which.
        special: String,
        /// The key before it; empty in a list.
        key: String,
    },
    /// E1406: a tag.
    #[error("tags are not part of the language")]
    YamlTag {
        /// The tag or the value behind it.
        span: Span,
    },
    /// E1406: an alias of a map or a list.
    #[error("an alias may stand for a single value only")]
    YamlAlias {
        /// The alias.
        span: Span,
    },
    /// E1406: a key that occurs twice.
    #[error("the key `{key}` stands here twice")]
    YamlDuplicate {
        /// The second.
        span: Span,
        /// The first.
        first: Span,
        /// Which.
        key: String,
    },
    /// E1407: YAML itself cannot read this.
    #[error("this is not YAML: {problem}")]
    YamlBroken {
        /// Where.
        span: Span,
        /// What the YAML reader says.
        problem: String,
    },
    /// E1407: a tab before a line.
    #[error("a tab stands before this line")]
    YamlTab {
        /// The tab.
        span: Span,
    },
    /// E1407: a line whose column fits no map or list above it.
    #[error("this line is indented like none above it")]
    YamlIndent {
        /// The line.
        span: Span,
    },
    /// E1407: an entry of a list without its dash.
    #[error("no `-` stands before this entry of a list")]
    YamlNoDash {
        /// The line.
        span: Span,
    },
    /// E1407: a line where a key must stand, without the colon behind it.
    #[error("no `:` stands behind the key `{key}`")]
    YamlNoColon {
        /// The first word of the line.
        span: Span,
        /// It.
        key: String,
    },
    /// A mistake at the beginning of a line, whose cause may be the key above.
    #[error("{error}")]
    BelowKey {
        /// The mistake.
        error: Box<SyntaxError>,
        /// The end of the line of the key.
        key: Span,
    },
    /// E1408: a map, list or value where another shape stands in the language.
    #[error("{expected} must stand here, not {found}")]
    YamlShape {
        /// The value.
        span: Span,
        /// `a map`, `a list of values`, ..
        expected: &'static str,
        /// What stands there.
        found: &'static str,
        /// How it is written.
        help: Option<String>,
    },
}

/// Where the partner of an open bracket is probably missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Before a pipe.
    BeforePipe,
    /// Before a word that begins a clause.
    BeforeClause,
    /// Before a bracket that closes something around it.
    BeforeBracket,
    /// Behind the last word of the line.
    AfterThis,
    /// Before a line.
    BeforeLine,
    /// At the end of the file.
    AtEnd,
}

impl SyntaxError {
    /// `E0003`
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownStart { .. } | Self::YamlUnknownKey { .. } | Self::KeptWord { .. } => "E0001",
            Self::UnclosedText { .. } => "E0002",
            Self::SideBySide { .. } => "E0003",
            Self::UnclosedBracket { .. }
            | Self::DoubledBracket { .. }
            | Self::UnopenedBracket { .. }
            | Self::StrayBracket { .. } => "E0004",
            Self::ReservedWord { .. } => "E0005",
            Self::PipeInMatch { .. } => "E0006",
            Self::NewerLanguage { .. } => "E0007",
            Self::NoConnector { .. } => "E0008",
            Self::NotAPath { .. } => "E0009",
            Self::TooDeep { .. } => "E0010",
            Self::Unexpected { .. } | Self::Unfinished { .. } | Self::Foreign { .. } => "E0011",
            Self::UnknownEscape { .. } => "E0012",
            Self::TooLong { .. } | Self::TooLarge { .. } | Self::TooMany { .. } => "E0010",
            Self::Unseen { .. } => "E0011",
            Self::YamlProse { .. } => "E1401",
            Self::YamlBoolKey { .. } => "E1402",
            Self::YamlComment { .. } => "E1403",
            Self::YamlFlow { .. } => "E1404",
            Self::YamlBlock { .. } => "E1405",
            Self::YamlTag { .. } | Self::YamlAlias { .. } | Self::YamlDuplicate { .. } => "E1406",
            Self::YamlBroken { .. }
            | Self::YamlTab { .. }
            | Self::YamlIndent { .. }
            | Self::YamlNoDash { .. }
            | Self::YamlNoColon { .. } => "E1407",
            Self::YamlShape { .. } => "E1408",
            Self::BelowKey { error, .. } => error.code(),
        }
    }

    /// The place that a list of mistakes is sorted by.
    pub fn span(&self) -> Span {
        match self {
            Self::BelowKey { error, .. } => error.span(),
            Self::UnknownStart { span, .. }
            | Self::YamlUnknownKey { span, .. }
            | Self::KeptWord { span, .. }
            | Self::UnclosedText { span, .. }
            | Self::SideBySide { first: span, .. }
            | Self::UnclosedBracket { open: span, .. }
            | Self::DoubledBracket { span, .. }
            | Self::StrayBracket { span, .. }
            | Self::UnopenedBracket { near: span, .. }
            | Self::ReservedWord { span, .. }
            | Self::PipeInMatch { span }
            | Self::NewerLanguage { span, .. }
            | Self::NoConnector { span }
            | Self::NotAPath { span, .. }
            | Self::TooDeep { span }
            | Self::Unexpected { span, .. }
            | Self::Unfinished { span, .. }
            | Self::Foreign { span, .. }
            | Self::UnknownEscape { span, .. }
            | Self::TooLong { span, .. }
            | Self::TooLarge { span, .. }
            | Self::TooMany { span, .. }
            | Self::Unseen { span, .. }
            | Self::YamlProse { span, .. }
            | Self::YamlBoolKey { span, .. }
            | Self::YamlComment { span, .. }
            | Self::YamlFlow { span, .. }
            | Self::YamlBlock { span, .. }
            | Self::YamlTag { span }
            | Self::YamlAlias { span }
            | Self::YamlDuplicate { span, .. }
            | Self::YamlBroken { span, .. }
            | Self::YamlTab { span }
            | Self::YamlIndent { span }
            | Self::YamlNoDash { span }
            | Self::YamlNoColon { span, .. }
            | Self::YamlShape { span, .. } => *span,
        }
    }

    /// The mistake with its labels and its help.
    pub fn report(&self) -> Report {
        let mut report = Report::error(self.code(), self.to_string());
        for (span, text) in words::labels(self) {
            report = report.label(span, text);
        }
        match words::help(self) {
            Some(help) => report.help(help),
            None => report,
        }
    }
}
