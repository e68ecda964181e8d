//! What of a help can be written without asking: the one thing that was meant, at its place.

use super::{SyntaxError, words::only_near};
use crate::edit::Edit;
use crate::layout::is_word_part;
use crate::report::Report;
use crate::source::{Source, Span};
use crate::yaml::block_indent;

impl SyntaxError {
    /// The mistake with its labels, its help and the edit that the help offers, where there is one.
    pub fn report_in(&self, source: &Source) -> Report {
        let offer = self.offer(source);
        let report = match (self, &offer) {
            // In brackets it is no operator that is missing.
            (Self::SideBySide { .. }, Some(_)) => self.report().help("put a `,` between them"),
            _ => self.report(),
        };
        report.edit(offer)
    }

    /// The edit that mends the mistake, where nothing else can have been meant.
    fn offer(&self, source: &Source) -> Option<Edit> {
        match self {
            Self::BelowKey { error, .. } => error.offer(source),
            Self::UnknownStart { span, found, words, .. } => Some(Edit::new(*span, found, only_near(found, words)?)),
            Self::YamlUnknownKey { span, key, keys, .. } => Some(Edit::new(*span, key, only_near(key, keys)?)),
            Self::ReservedWord { span, word } => Some(Edit::new(*span, word, format!("`{word}`"))),
            Self::Unexpected {
                span, found, expected, ..
            } => comma(source, *span, found, expected),
            Self::SideBySide { first, second, .. } => between(source, *first, *second),
            Self::UnopenedBracket { near, bracket, .. } => opening(source, *near, *bracket),
            Self::Unseen { span, character } => Some(Edit::new(*span, character.to_string(), "")),
            Self::Foreign { edit, .. } => edit.as_deref().cloned(),
            Self::YamlTag { span } => tag(source, *span),
            Self::YamlFlow { span, instead } => {
                let (_, words) = instead.as_deref()?.split_once(": ")?;
                // A record below the bar is shown, not written: its texts may have been meant as names.
                let words = Some(words).filter(|words| !words.starts_with('|'))?;
                Some(Edit::new(*span, source.slice(*span), words))
            }
            Self::YamlComment { span, .. } | Self::YamlBlock { span, .. } => below(source, *span),
            Self::UnclosedText { .. }
            | Self::KeptWord { .. }
            | Self::UnclosedBracket { .. }
            | Self::DoubledBracket { .. }
            | Self::StrayBracket { .. }
            | Self::PipeInMatch { .. }
            | Self::NewerLanguage { .. }
            | Self::NoConnector { .. }
            | Self::NotAPath { .. }
            | Self::TooDeep { .. }
            | Self::Unfinished { .. }
            | Self::TooLong { .. }
            | Self::TooLarge { .. }
            | Self::TooMany { .. }
            | Self::UnknownEscape { .. }
            | Self::YamlProse { .. }
            | Self::YamlBoolKey { .. }
            | Self::YamlAlias { .. }
            | Self::YamlDuplicate { .. }
            | Self::YamlBroken { .. }
            | Self::YamlTab { .. }
            | Self::YamlIndent { .. }
            | Self::YamlNoDash { .. }
            | Self::YamlNoColon { .. }
            | Self::YamlShape { .. } => None,
        }
    }
}

/// A comma between two elements, where the grammar asks for nothing else.
fn comma(source: &Source, span: Span, found: &str, expected: &[String]) -> Option<Edit> {
    match expected {
        [one] if one == "`,`" && !found.is_empty() => Some(behind_blanks(source, span, ",")),
        _ => None,
    }
}

/// Two values side by side lack a comma where elements of a list, arguments or fields stand; elsewhere they may lack an operator.
fn between(source: &Source, first: Span, second: Span) -> Option<Edit> {
    let before = source.text.get(..first.start as usize)?.trim_end();
    let behind = source.text.get(second.end as usize..)?.trim_start_matches(' ');
    let opens_arguments = before
        .strip_suffix('(')
        .is_some_and(|call| call.ends_with(is_word_part) || call.ends_with(['!', '?']));
    let is_element = before.ends_with('[') || opens_arguments || (before.ends_with(',') && !behind.starts_with("=>"));
    let is_field = behind.starts_with(": ") || (behind.starts_with("= ") && !before.ends_with('\n'));
    (is_element || is_field).then(|| behind_blanks(source, second, ","))
}

/// Inserts a sign behind what stands before a place.
fn behind_blanks(source: &Source, span: Span, sign: &str) -> Edit {
    let before = source.text.get(..span.start as usize).unwrap_or("");
    let end = before.trim_end().len();
    Edit::insertion(Span::new(span.file, end, end), sign)
}

/// ` {` behind the head of a block.
fn opening(source: &Source, near: Span, bracket: char) -> Option<Edit> {
    let line = source.text.get(near.end as usize..)?.lines().next().unwrap_or("");
    let stands_at_end = bracket == '{' && line.trim().is_empty();
    stands_at_end.then(|| Edit::insertion(Span::new(near.file, near.end as usize, near.end as usize), " {"))
}

/// A tag and the blanks behind it.
fn tag(source: &Source, span: Span) -> Option<Edit> {
    let written = source.slice(span);
    let word = written.split(' ').next().filter(|word| word.starts_with('!'))?;
    let rest = &source.text[span.start as usize + word.len()..];
    let end = span.start as usize + word.len() + (rest.len() - rest.trim_start_matches(' ').len());
    let whole = Span::new(span.file, span.start as usize, end);
    Some(Edit::new(whole, source.slice(whole), ""))
}

/// A `|` before a value of one line, and the value on the next.
fn below(source: &Source, inside: Span) -> Option<Edit> {
    let (value, indent) = block_indent(&source.text, inside.start as usize)?;
    let start = Span::new(inside.file, value, value);
    Some(Edit::insertion(start, format!("|\n{}", " ".repeat(indent))))
}
