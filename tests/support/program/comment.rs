//! Comments at random places of a text that has none.

use super::Program;

/// A text with comments in it, and which item each of them belongs to.
#[derive(Debug)]
pub struct Commented {
    /// The text.
    pub text: String,
    /// The words of a comment and the number of its item.
    pub owners: Vec<(String, usize)>,
}

impl Program {
    /// Puts comments behind lines, between lines, and behind opening brackets.
    pub fn with_comments(&mut self, text: &str) -> Commented {
        let mut out = String::new();
        let mut words = 0;
        for line in text.lines() {
            if self.seldom() {
                // What stands before a brace belongs to the item of the brace.
                let inside = line.starts_with([' ', '{', '}', ')']);
                let blanks = if inside { "  " } else { "" };
                let marks = *self.one_of(&["#", "##", "# "]);
                out += &format!("{blanks}{marks} own{words}\n");
                words += 1;
            }
            match self.opening(line).filter(|_| self.sometimes()) {
                Some(at) => out += &format!("{} # open{words}\n    {}", &line[..at], &line[at..]),
                None => out += line,
            }
            words += 1;
            if self.seldom() && !line.is_empty() {
                let marks = *self.one_of(&["#", "##", "#  "]);
                out += &format!("  {marks} end{words}");
            }
            words += 1;
            out.push('\n');
        }
        let owners = owners(&out);
        Commented { text: out, owners }
    }

    /// Behind a `(` or `[` of a line, where a new line means nothing.
    fn opening(&mut self, line: &str) -> Option<usize> {
        if line.trim_start().starts_with('#') {
            return None;
        }
        let mut quote = None;
        let mut escaped = false;
        let mut places = Vec::new();
        for (at, c) in line.char_indices() {
            match (quote, c) {
                (None, '"' | '\'' | '`') => quote = Some(c),
                (None, '(' | '[') => places.push(at + 1),
                (Some('"'), '\\') if !escaped => {
                    escaped = true;
                    continue;
                }
                (Some(open), c) if c == open && !escaped => quote = None,
                _ => {}
            }
            escaped = false;
        }
        (!places.is_empty()).then(|| places[self.upto(places.len())])
    }
}

/// The comments of a text that [`Program::with_comments`] made, sorted, each with the number of the item that it stands in or above.
pub fn owners(text: &str) -> Vec<(String, usize)> {
    let mut item = 0;
    let mut owners = Vec::new();
    for line in text.lines() {
        let starts_item = line.starts_with(|c: char| c.is_ascii_alphabetic());
        item += usize::from(starts_item);
        let above = usize::from(line.starts_with('#'));
        let words = ["own", "open", "end"].map(|word| format!("# {word}"));
        for mark in words {
            let spaced = line.replace("#  ", "# ");
            if let Some(at) = spaced.rfind(&mark) {
                owners.push((spaced[at + 2..].to_owned(), item + above));
            }
        }
    }
    owners.sort();
    owners
}
