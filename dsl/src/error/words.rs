//! Labels and help of each mistake: why here, and what to type.

use super::{Missing, SyntaxError};
use crate::source::Span;

/// What a quote opens.
pub(super) fn quoted_thing(quote: char) -> &'static str {
    match quote {
        '`' => "this name in backticks",
        _ => "this text",
    }
}

/// The message where something else must stand.
pub(super) fn unexpected(found: &str, expected: &[String]) -> String {
    let found = match found {
        "" => "the line ends here".to_owned(),
        found => format!("`{}` cannot stand here", shortened(found)),
    };
    match expected {
        [] => found,
        expected => format!("{found}: {} is missing", one_of(expected)),
    }
}

/// `a`, `a or b`, `a, b or c`
fn one_of<W: AsRef<str>>(words: &[W]) -> String {
    match words {
        [] => String::new(),
        [word] => word.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}

/// The places of a mistake, the primary one first.
pub(super) fn labels(error: &SyntaxError) -> Vec<(Span, String)> {
    use SyntaxError as E;
    match error {
        // Where the value stands on a line of its own, what is missing is missing at the key.
        E::BelowKey { error, key } if matches!(**error, E::YamlBlock { .. } | E::YamlFlow { .. }) => {
            let key = (*key, "a `|` belongs behind this".to_owned());
            [vec![key], labels(error)].concat()
        }
        E::BelowKey { error, key } => {
            let key = (*key, "the key that it belongs to".to_owned());
            [labels(error), vec![key]].concat()
        }
        E::SideBySide { first, second, .. } => {
            let first = (*first, "this value ends here".to_owned());
            vec![first, (*second, "and this one starts here".to_owned())]
        }
        E::Unfinished { span, next, .. } => {
            let end = (*span, "the line ends too early".to_owned());
            vec![end, (*next, "cannot follow".to_owned())]
        }
        E::Foreign { span, here, .. } => vec![(*span, here.clone())],
        E::UnopenedBracket { near, bracket, close } => {
            let near = (*near, format!("a `{bracket}` belongs here"));
            vec![near, (*close, "this closes it".to_owned())]
        }
        E::UnclosedBracket {
            open,
            bracket,
            near,
            missing,
            ..
        } => unclosed_labels(*open, *bracket, *near, *missing),
        E::DoubledBracket { span, first, bracket } => {
            let many = format!("one `{bracket}` too many, or a `{}` is missing", partner(*bracket));
            vec![(*span, many), (*first, "the first".to_owned())]
        }
        E::YamlDuplicate { span, first, .. } => {
            vec![(*span, "the second".to_owned()), (*first, "the first".to_owned())]
        }
        E::UnknownStart { .. }
        | E::YamlUnknownKey { .. }
        | E::KeptWord { .. }
        | E::UnclosedText { .. }
        | E::StrayBracket { .. }
        | E::ReservedWord { .. }
        | E::PipeInMatch { .. }
        | E::NewerLanguage { .. }
        | E::NoConnector { .. }
        | E::NotAPath { .. }
        | E::TooDeep { .. }
        | E::Unexpected { .. }
        | E::UnknownEscape { .. }
        | E::TooLong { .. }
        | E::TooLarge { .. }
        | E::TooMany { .. }
        | E::Unseen { .. }
        | E::YamlProse { .. }
        | E::YamlBoolKey { .. }
        | E::YamlComment { .. }
        | E::YamlFlow { .. }
        | E::YamlBlock { .. }
        | E::YamlTag { .. }
        | E::YamlAlias { .. }
        | E::YamlBroken { .. }
        | E::YamlTab { .. }
        | E::YamlIndent { .. }
        | E::YamlNoDash { .. }
        | E::YamlNoColon { .. }
        | E::YamlShape { .. } => vec![(error.span(), label(error))],
    }
}

fn label(error: &SyntaxError) -> String {
    use SyntaxError as E;
    let text = match error {
        E::UnknownStart { .. } | E::YamlUnknownKey { .. } => "not a word of the language here",
        E::KeptWord { .. } => "not yet part of the language",
        E::UnclosedText { .. } => "the line ends before the text does",
        E::StrayBracket { .. } => "nothing before it is open",
        E::ReservedWord { .. } => "a word of the language itself",
        E::PipeInMatch { .. } => "is this another text for the arm above, or a pipe?",
        E::NewerLanguage { .. } => "newer than this compiler",
        E::NoConnector { .. } => "belongs to a connector",
        E::NotAPath { .. } => "a path with pipes may stand here, nothing else",
        E::TooDeep { .. } => "no part of a value may go deeper than this",
        E::Unexpected { found, .. } if found.is_empty() => "something is missing here",
        E::Unexpected { .. } => "not expected here",
        E::UnknownEscape { .. } => "not an escape",
        E::TooLong { .. } | E::TooLarge { .. } => "nothing of it is read",
        E::TooMany { .. } => "below this",
        E::Unseen { .. } => "here",
        E::YamlProse { .. } => "a YAML value is read as an expression",
        E::YamlBoolKey { .. } => "not a key of the language",
        E::YamlComment { .. } => "YAML reads this as a comment",
        E::YamlFlow { .. } => "flow style is for {text: ..}, {enum: [..]}, [T] and lists of names",
        E::YamlBlock { special, .. } => return block_label(special),
        E::YamlTag { .. } => "YAML takes this for a type",
        E::YamlAlias { .. } => "stands for a map or a list",
        E::YamlBroken { .. } => "YAML stops here",
        E::YamlTab { .. } => "YAML knows blanks only before a line",
        E::YamlIndent { .. } => "which map or list does it belong to?",
        E::YamlNoDash { .. } => "the entries around it begin with `- `",
        E::YamlNoColon { .. } => "a key of the map around it must stand here",
        E::YamlShape { found, .. } => return (*found).to_owned(),
        E::SideBySide { .. }
        | E::UnclosedBracket { .. }
        | E::DoubledBracket { .. }
        | E::UnopenedBracket { .. }
        | E::BelowKey { .. }
        | E::Unfinished { .. }
        | E::Foreign { .. }
        | E::YamlDuplicate { .. } => "",
    };
    text.to_owned()
}

fn block_label(special: &str) -> String {
    match special {
        "[" => "YAML takes a leading `[` for a list of its own".to_owned(),
        "{" => "YAML takes a leading `{` for a map of its own".to_owned(),
        "\"" | "'" => format!("YAML takes a leading `{special}` for a quote of its own"),
        ": " => "YAML takes `: ` for the end of a key".to_owned(),
        special => format!("YAML takes a leading `{special}` for a sign of its own"),
    }
}

fn missing_text(partner: char, missing: Missing) -> String {
    match missing {
        Missing::BeforePipe => format!("a `{partner}` is probably missing before this pipe"),
        Missing::BeforeClause => format!("a `{partner}` is probably missing before this word"),
        Missing::BeforeBracket => format!("a `{partner}` is probably missing before this bracket"),
        Missing::AfterThis => format!("a `{partner}` is probably missing after this"),
        Missing::BeforeLine => format!("a `{partner}` is probably missing here"),
        Missing::AtEnd => format!("a `{partner}` is probably missing here: nothing has closed it"),
    }
}

/// Where something is missing comes first: there it is to be typed.
fn unclosed_labels(open: Span, bracket: char, near: Span, missing: Missing) -> Vec<(Span, String)> {
    let near = (near, missing_text(partner(bracket), missing));
    vec![near, (open, "opened here".to_owned())]
}

/// What to do about a mistake.
#[expect(
    clippy::too_many_lines,
    reason = "a line per mistake; parts of the list would hide what is missing"
)]
pub(super) fn help(error: &SyntaxError) -> Option<String> {
    use SyntaxError as E;
    let text = match error {
        E::BelowKey { error, .. } => return help(error),
        E::UnknownStart { found: word, words, .. }
        | E::YamlUnknownKey {
            key: word, keys: words, ..
        } => match closest(word, words) {
            Some(closest) => format!("did you mean `{closest}`?"),
            None => format!("{}here may stand {}", below(words), one_of(words)),
        },
        E::KeptWord { .. } => "remove it; the language reference lists what there is".to_owned(),
        E::UnclosedText { quote, .. } => closing(*quote),
        E::SideBySide {
            paths: Some((first, second)),
            ..
        } => {
            format!("to join them write [{first}, {second}] | join(\" \"); a new rule starts on a new line")
        }
        E::SideBySide { paths: None, .. } => "put an operator between them; a new rule starts on a new line".to_owned(),
        E::UnclosedBracket {
            bracket,
            after: Some(after),
            ..
        } => {
            format!("insert `{}` after {}", partner(*bracket), shortened(after))
        }
        E::UnclosedBracket {
            bracket, after: None, ..
        } => format!("insert `{}`", partner(*bracket)),
        E::DoubledBracket { bracket, .. } => format!("remove one `{bracket}`"),
        E::UnopenedBracket { bracket, .. } => format!("insert `{bracket}`"),
        E::StrayBracket { bracket, .. } => format!("remove it, or open a `{}` before it", partner(*bracket)),
        E::ReservedWord { word, .. } => format!("put the name in backticks: `{word}`"),
        E::PipeInMatch { .. } => "put alternatives on one line: \"complete\" | \"closed\" => \"done\"".to_owned(),
        E::NewerLanguage { known, .. } => format!("use a newer compiler, or write `language {known}`"),
        E::NoConnector { .. } => "begin the file with its connector: connector magento \"1.7\"".to_owned(),
        E::NotAPath { value: Some(value), .. } => {
            let value = shortened(value.trim());
            format!("name the value, and put the name between the braces:  let part = {value}   and   {{part}}")
        }
        E::NotAPath { value: None, .. } => "write `'..'` for patterns, `\\{` for a brace".to_owned(),
        E::TooDeep { .. } => "name a part with `let` and use the name".to_owned(),
        E::Unexpected {
            help: None, expected, ..
        }
        | E::Unfinished {
            help: None, expected, ..
        } if !expected.is_empty() => wanted(expected),
        E::Unexpected { help, .. } | E::Unfinished { help, .. } | E::YamlShape { help, .. } => return help.clone(),
        E::Foreign { help, .. } => help.clone(),
        E::TooLong { .. } => "split it: words that are this many belong into an open enum or a text".to_owned(),
        E::TooLarge { .. } => "split it: all files of a version are one".to_owned(),
        E::TooMany { .. } => "repair those that are said, and check again".to_owned(),
        E::Unseen { .. } => "remove it".to_owned(),
        E::UnknownEscape { .. } => {
            "the escapes are \\n \\t \\\" \\\\ \\{; for patterns write '..', which is taken as it stands".to_owned()
        }
        E::YamlProse { text, key, .. } => format!("for the text itself write  {key}: {{text: {text}}}"),
        E::YamlBoolKey { .. } => {
            "events stand under `events:`, conditions after the value: user_id: null only create".to_owned()
        }
        E::YamlComment { key, .. } => format!(
            "put the value under `|`:  {}  and the same text on the next line",
            bar(key)
        ),
        E::YamlFlow { instead, .. } => in_words(instead.as_deref()),
        E::YamlBlock { key, .. } => format!("{}   and the expression on the next line", bar(key)),
        E::YamlTag { .. } => "write the value without it".to_owned(),
        E::YamlAlias { .. } => "write it out".to_owned(),
        E::YamlDuplicate { .. } => "for a target with several rules write a list of maps: - key: ..".to_owned(),
        E::YamlTab { .. } => "write blanks in place of the tab".to_owned(),
        E::YamlIndent { .. } => "the keys of a map stand in one column, its parent further left".to_owned(),
        E::YamlNoDash { .. } => "write `- ` before it, and indent what belongs to it".to_owned(),
        E::YamlNoColon { key, .. } => {
            format!("write {key}: .. ; a value that goes on is indented further than its key")
        }
        E::YamlBroken { .. } => return None,
    };
    Some(text)
}

/// The key of a YAML block that holds what its author's names stand for.
fn below(words: &[&'static str]) -> &'static str {
    if words.contains(&"rules") {
        return "a rule stands below `rules:`; ";
    }
    match words.contains(&"fields") {
        true => "a field stands below `fields:`; ",
        false => "",
    }
}

/// Where a text ends.
fn closing(quote: char) -> String {
    match quote {
        '\'' => "put a `'` where the text ends; a quote inside is written twice".to_owned(),
        quote => format!("put a `{quote}` where it ends"),
    }
}

/// `key: |`, in a list `- |`
fn bar(key: &str) -> String {
    match key {
        "" => "- |".to_owned(),
        key => format!("{key}: |"),
    }
}

fn in_words(instead: Option<&str>) -> String {
    match instead {
        Some(words) => format!("write it as in a text file: {words}"),
        None => "write it as in a text file; a record in braces stands under `|`".to_owned(),
    }
}

/// What to type where one of these is missing.
fn wanted(expected: &[String]) -> String {
    let example = match expected {
        [one] if one == "`because`" => "because \"why\"",
        [one] if one == "a type" => "a type: text, int, decimal(2), ref M, [T], ..",
        [one] if one == "a value" => "a value: a path, a literal, an expression",
        [one] if one == "`=>`" => "value => result",
        several => return format!("write {} here", one_of(several)),
    };
    format!("write {example}")
}

/// The word that was probably meant: at most a third of it is different.
pub(crate) fn closest(word: &str, words: &[&'static str]) -> Option<&'static str> {
    let distance = |other: &&&str| strsim::damerau_levenshtein(word, other);
    let near = words
        .iter()
        .filter(|other| distance(other) * 3 <= other.len())
        .min_by_key(distance);
    near.copied()
}

/// The word that was meant, where only one is near.
pub(super) fn only_near(word: &str, words: &[&'static str]) -> Option<&'static str> {
    let mut near = words
        .iter()
        .filter(|other| strsim::damerau_levenshtein(word, other) * 3 <= other.len());
    near.next().copied().filter(|_| near.next().is_none())
}

fn partner(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}

/// The beginning of a text that is too long for a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
