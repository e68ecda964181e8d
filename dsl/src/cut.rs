//! Laid-out text to items and statements, so that one bad rule does not hide the rest. Knows words, no grammar.

use crate::layout::{Close, Layout, TokenKind, is_name_before_sign};
use std::ops::Range;

/// The word that begins an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemWord {
    /// `language`
    Language,
    /// `connector`
    Connector,
    /// `serves`
    Serves,
    /// `backend`
    Backend,
    /// `external`
    External,
    /// `internal`
    Internal,
    /// `binding`
    Binding,
    /// `adapter`
    Adapter,
    /// `table`
    Table,
    /// `extern`
    Extern,
    /// `import`, `export`, `sync`
    Mapping,
    /// `test`
    Test,
    /// `amend`
    Amend,
    /// `override`, before a table or a function
    Override,
    /// `drop`, of a table or a function
    Drop,
    /// A word that is kept for a later version of the language.
    Kept,
    /// No item begins like this.
    Unknown,
}

impl ItemWord {
    /// What a word begins.
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "language" => Self::Language,
            "connector" => Self::Connector,
            "serves" => Self::Serves,
            "backend" => Self::Backend,
            "external" => Self::External,
            "internal" => Self::Internal,
            "binding" => Self::Binding,
            "adapter" => Self::Adapter,
            "table" => Self::Table,
            "extern" => Self::Extern,
            "import" | "export" | "sync" => Self::Mapping,
            "test" => Self::Test,
            "amend" => Self::Amend,
            "override" => Self::Override,
            "drop" => Self::Drop,
            "on" | "channel" | "service" | "hook" | "push" | "access" => Self::Kept,
            _ => Self::Unknown,
        }
    }

    /// Whether the item that begins at a token ends with its line.
    fn is_one_line(self, layout: &Layout, start: usize) -> bool {
        let function = || layout.word(start + 1) == "extern";
        matches!(
            self,
            Self::Language | Self::Connector | Self::Serves | Self::Extern | Self::Drop
        ) || (self == Self::Override && function())
    }
}

/// An item before it is read.
#[derive(Clone, Debug)]
pub(crate) struct ItemCut {
    /// How it begins.
    pub(crate) word: ItemWord,
    /// All its tokens.
    pub(crate) tokens: Range<usize>,
    /// What stands before its braces.
    pub(crate) header: Range<usize>,
    /// What stands in its braces.
    pub(crate) body: Option<Range<usize>>,
}

/// Cuts a file into items. Lines that begin none are gathered into one unknown item.
pub(crate) fn items(layout: &Layout) -> Vec<ItemCut> {
    let mut items = Vec::new();
    let mut at = 0;
    while at < layout.tokens.len() {
        if layout.kind(at) == Some(TokenKind::Newline) {
            at += 1;
            continue;
        }
        let item = item(layout, at);
        at = item.tokens.end.max(at + 1);
        items.push(item);
    }
    items
}

fn item(layout: &Layout, start: usize) -> ItemCut {
    let word = item_word(layout, start);
    let mut body = None;
    let mut unopened = false;
    let mut at = start;
    while at < layout.tokens.len() {
        match layout.kind(at) {
            Some(TokenKind::Newline) => {
                let next = after_newlines(layout, at);
                if ends_before(layout, word, start, next, body.is_some()) {
                    break;
                }
                at = next;
            }
            Some(TokenKind::Open) => {
                if let Some(end) = layout.closes[at].end().filter(|_| layout.word(at) == "{") {
                    body = Some(at..end);
                }
                // A brace that the next item shows to be open ends this item.
                let ended = matches!(layout.closes[at], Close::Before(_));
                at = layout.after(at);
                if ended && item_word(layout, at) != ItemWord::Unknown {
                    break;
                }
            }
            // The last token of a head that lacks its brace.
            Some(_) if layout.closes[at] != Close::Nowhere => {
                body = layout.closes[at].end().map(|end| at..end);
                unopened = true;
                at = layout.after(at);
            }
            Some(_) => at += 1,
            None => break,
        }
    }
    let at = at.min(layout.tokens.len());
    let body = body.filter(|_| !word.is_one_line(layout, start));
    let header = start..body.as_ref().map_or(at, |body| body.start + usize::from(unopened));
    ItemCut {
        word,
        tokens: start..at,
        header,
        body: body.map(|body| body.start + 1..body.end),
    }
}

/// Whether an item ends before the line that begins with `next`.
fn ends_before(layout: &Layout, word: ItemWord, start: usize, next: usize, has_body: bool) -> bool {
    let further_right = column(layout, next) > column(layout, start);
    let begins_item = item_word(layout, next) != ItemWord::Unknown;
    if word.is_one_line(layout, start) {
        return true;
    }
    match word {
        ItemWord::Language | ItemWord::Connector | ItemWord::Serves | ItemWord::Extern | ItemWord::Drop => true,
        // What begins no item goes on until something begins one, so that it costs one report.
        ItemWord::Unknown => {
            let goes_on = layout.kind(next) == Some(TokenKind::Close) || layout.word(next) == "{";
            (begins_item || column(layout, next) == 0) && !goes_on
        }
        ItemWord::Backend
        | ItemWord::External
        | ItemWord::Internal
        | ItemWord::Binding
        | ItemWord::Adapter
        | ItemWord::Table
        | ItemWord::Mapping
        | ItemWord::Test
        | ItemWord::Amend
        | ItemWord::Override
        | ItemWord::Kept => match layout.word(next) {
            "{" | "with" => false,
            "override" | "drop" if layout.word(next + 1) == "with" => false,
            _ => has_body || !further_right,
        },
    }
}

fn column(layout: &Layout, at: usize) -> usize {
    let start = layout.tokens.get(at).map_or(layout.text.len(), |token| token.start);
    start - layout.text[..start].rfind('\n').map_or(0, |newline| newline + 1)
}

fn after_newlines(layout: &Layout, at: usize) -> usize {
    (at..layout.tokens.len())
        .find(|next| layout.kind(*next) != Some(TokenKind::Newline))
        .unwrap_or(layout.tokens.len())
}

fn item_word(layout: &Layout, at: usize) -> ItemWord {
    match layout.kind(at) {
        Some(TokenKind::Word) if !is_name_before_sign(&layout.text, &layout.tokens, at) => {
            ItemWord::of(layout.word(at))
        }
        _ => ItemWord::Unknown,
    }
}

/// Cuts a body into its lines.
pub(crate) fn statements(layout: &Layout, body: Range<usize>) -> Vec<Range<usize>> {
    split(layout, body, |_, token| layout.kind(token) == Some(TokenKind::Newline))
}

/// Cuts a body into its fields: by lines, and by commas that a field follows.
pub(crate) fn fields(layout: &Layout, body: Range<usize>) -> Vec<Range<usize>> {
    split(layout, body, |end, token| match layout.kind(token) {
        Some(TokenKind::Newline) => true,
        Some(TokenKind::Sign) => {
            layout.word(token) == "," && (token + 1 == end || begins_line_or_field(layout, token + 1))
        }
        _ => false,
    })
}

fn begins_line_or_field(layout: &Layout, at: usize) -> bool {
    let name = matches!(
        layout.kind(at),
        Some(TokenKind::Word | TokenKind::Quoted | TokenKind::Text)
    );
    let newline = layout.kind(at) == Some(TokenKind::Newline);
    newline || (name && matches!(layout.word(at + 1), ":" | "?:"))
}

/// Cuts the header of a mapping into what stands before the first `with` or `and`, and each clause that begins with one, `override`
/// and `drop` included.
pub(crate) fn joins(layout: &Layout, header: Range<usize>) -> Vec<Range<usize>> {
    let is_join = |at: usize| layout.word(at) == "with" && !is_name_before_sign(&layout.text, &layout.tokens, at);
    let with_word = |at: usize| {
        let before = at.checked_sub(1).filter(|before| *before >= header.start);
        let word = before.filter(|before| matches!(layout.word(*before), "override" | "drop"));
        word.unwrap_or(at)
    };
    let starts: Vec<usize> = outside_brackets(layout, header.clone())
        .filter(|at| is_join(*at) || begins_output(layout, *at))
        .map(with_word)
        .collect();
    let ends = starts.iter().copied().chain([header.end]);
    let starts = std::iter::once(header.start).chain(starts.iter().copied());
    starts.zip(ends).map(|(start, end)| trim(layout, start..end)).collect()
}

/// `and Address as a`: a further record of an export, and not the operator of a condition, which no `as` follows.
fn begins_output(layout: &Layout, at: usize) -> bool {
    let named = |at: usize| matches!(layout.kind(at), Some(TokenKind::Word | TokenKind::Quoted));
    let mut last = at + 1;
    while layout.word(last + 1) == "." && named(last + 2) {
        last += 2;
    }
    layout.word(at) == "and" && named(at + 1) && layout.word(last + 1) == "as"
}

/// The tokens of a range that stand in no bracket opened inside it; an opening bracket is among them.
pub(crate) fn outside_brackets(layout: &Layout, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let mut next = range.start;
    std::iter::from_fn(move || {
        let at = next;
        next = layout.after(at).max(at + 1);
        (at < range.end).then_some(at)
    })
}

fn split(layout: &Layout, body: Range<usize>, separates: impl Fn(usize, usize) -> bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = body.start;
    for at in outside_brackets(layout, body.clone()) {
        if separates(body.end, at) {
            parts.push(start..at);
            start = at + 1;
        }
    }
    parts.push(start..body.end);
    parts
        .into_iter()
        .map(|part| trim(layout, part))
        .filter(|part| !part.is_empty())
        .collect()
}

fn trim(layout: &Layout, range: Range<usize>) -> Range<usize> {
    let newline = |at: &usize| layout.kind(*at) == Some(TokenKind::Newline);
    let start = range.clone().find(|at| !newline(at)).unwrap_or(range.end);
    let end = (start..range.end)
        .rev()
        .find(|at| !newline(at))
        .map_or(start, |last| last + 1);
    start..end
}
