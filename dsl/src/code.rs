//! Every code that a report can carry: one table that drives `tenon explain`, the language reference and the tests about codes.

mod table;

use crate::report::Severity;

/// A code, what it means and what helps in general.
#[derive(Debug)]
pub struct Code {
    /// `E0601`; `E` stops, `W` warns.
    pub name: &'static str,
    /// What is wrong, in a line.
    pub title: &'static str,
    /// What helps in general; a report mostly says something more exact.
    pub help: &'static str,
    page: &'static str,
}

/// Files that show what a code means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Whether they give the code.
    pub verdict: Verdict,
    /// Their names and texts.
    pub files: Vec<(String, String)>,
}

/// Whether an example gives its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does, once.
    Wrong,
    /// It says the same without a mistake.
    Right,
}

/// All codes, by number.
pub fn codes() -> &'static [Code] {
    table::CODES
}

/// The code of this name, in upper or lower case.
///
/// ```
/// let code = tenon_dsl::code::find("e0601").expect("a code");
/// assert_eq!(code.title, "two rules write one target");
/// ```
pub fn find(name: &str) -> Option<&'static Code> {
    codes().iter().find(|code| code.name.eq_ignore_ascii_case(name.trim()))
}

/// Codes that somebody who wrote this may have meant: those of the same number, else those at a letter's distance, else those of the same two digits.
pub fn similar(name: &str) -> Vec<&'static str> {
    let wanted = name.trim().to_ascii_uppercase();
    let digits = wanted.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let named = |fits: &dyn Fn(&str) -> bool| -> Vec<&'static str> {
        codes().iter().map(|code| code.name).filter(|name| fits(name)).collect()
    };
    let same_number = named(&|name| !digits.is_empty() && digits.len() <= 4 && name[1..] == format!("{digits:0>4}"));
    if !same_number.is_empty() {
        return same_number;
    }
    let family = |name: &str| digits.get(..2).is_some_and(|family| name[1..].starts_with(family));
    let mut near = named(&|name| is_near(&wanted, name));
    if near.iter().any(|name| family(name)) {
        near.retain(|name| family(name));
    }
    match near.is_empty() {
        true => named(&family),
        false => near,
    }
}

/// One letter is another, or two neighbors are swapped.
fn is_near(written: &str, name: &str) -> bool {
    let (written, name) = (written.as_bytes(), name.as_bytes());
    if written.len() != name.len() {
        return false;
    }
    let differ: Vec<usize> = (0..name.len()).filter(|at| written[*at] != name[*at]).collect();
    match differ.as_slice() {
        [_] => true,
        [first, second] => first + 1 == *second && written[*first] == name[*second] && written[*second] == name[*first],
        _ => false,
    }
}

impl Code {
    /// What its letter says.
    pub fn severity(&self) -> Severity {
        match self.name.starts_with('W') {
            true => Severity::Warning,
            false => Severity::Error,
        }
    }

    /// The long text: what it means, a wrong example and the repaired one.
    ///
    /// ```
    /// let text = tenon_dsl::code::find("E0601").expect("a code").explanation();
    /// assert!(text.starts_with("E0601 two rules write one target\n\n"));
    /// assert!(text.contains("\nWrong:\n\n    connector shop\n"));
    /// ```
    pub fn explanation(&self) -> String {
        let mut text = format!("{} {}\n\n", self.name, self.title);
        let mut in_example = false;
        for line in self.page.lines() {
            match line.strip_prefix("```") {
                Some(info) => {
                    in_example = !in_example;
                    if let Some((_, name)) = info.split_once(' ') {
                        text.push_str(&format!("    # {name}\n"));
                    }
                }
                None if in_example && !line.is_empty() => text.push_str(&format!("    {line}\n")),
                None => text.push_str(&format!("{line}\n")),
            }
        }
        text.push_str(&format!("\nIn general: {}\n", self.help));
        text
    }

    /// The examples of the long text, wrong and right.
    pub fn examples(&self) -> Vec<Example> {
        let mut examples: Vec<Example> = Vec::new();
        let mut open: Option<(String, String)> = None;
        for line in self.page.lines() {
            let verdict = match line {
                "Wrong:" => Some(Verdict::Wrong),
                "Right:" => Some(Verdict::Right),
                _ => None,
            };
            if let (Some(verdict), None) = (verdict, &open) {
                let files = Vec::new();
                examples.push(Example { verdict, files });
                continue;
            }
            match (line.strip_prefix("```"), open.take()) {
                (Some(info), None) => open = Some((file_name(info), String::new())),
                (Some(_), Some(file)) => examples
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|last| last.files.push(file.clone())),
                (None, Some((name, text))) => open = Some((name, format!("{text}{line}\n"))),
                (None, None) => {}
            }
        }
        examples
    }
}

/// The name behind a fence, else one for its language.
fn file_name(info: &str) -> String {
    match info.split_once(' ') {
        Some((_, name)) => name.to_owned(),
        None if info == "yaml" => "example.tenon.yaml".to_owned(),
        None => format!("example.{info}"),
    }
}
