//! What holds for a version: each line as it was written, with the version and the place it comes from.

use crate::ir::Connector;
use crate::ir::outline::display_name;
use tenon_dsl::source::{Source, Span};

/// All lines of a version, block by block.
pub fn effective(connector: &Connector, sources: &[Source]) -> String {
    let title = display_name(connector);
    let mut text = format!("connector {title}\n");
    let history = &connector.history;
    let version = |span: Span| history.version(span).unwrap_or("shared").to_owned();
    let lines = || history.blocks.iter().flat_map(|block| &block.lines);
    let widest = lines().map(|line| version(line.span).len()).max().unwrap_or(0);
    for block in &history.blocks {
        text.push_str(&format!("\n{}\n", block.title));
        for line in &block.lines {
            let (written, place) = written(line.span, sources);
            let has_word = written.split_whitespace().next() == Some(line.word);
            let word = if has_word { "" } else { line.word };
            let written = format!("{word} {written}");
            text.push_str(&format!(
                "  {:widest$}  {}  ({place})\n",
                version(line.span),
                written.trim()
            ));
        }
    }
    text
}

/// What stands at a place on one line, and the place.
pub fn written(span: Span, sources: &[Source]) -> (String, String) {
    let Some(source) = sources.iter().find(|source| source.id == span.file) else {
        return (String::new(), String::new());
    };
    let words: Vec<&str> = source.slice(span).split_whitespace().collect();
    let line = source.text[..span.start as usize].matches('\n').count() + 1;
    let joined = words.join(" ");
    let one_line = match source.is_yaml() {
        // The value begins on the next line.
        true => joined.replacen(": | ", ": ", 1),
        false => joined,
    };
    (one_line, format!("{}:{line}", source.name))
}
