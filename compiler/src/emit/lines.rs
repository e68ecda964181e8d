//! Formatted Rust, line by line: what fits on a line is put on one, items are set apart. Changes white space and trailing commas only.

/// Columns that a joined line may have, as in the rest of the project.
const WIDTH: usize = 120;

/// Tables and calls on one line where they fit: prettyplease breaks them at 89 columns.
pub(super) fn joined(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in text.lines() {
        let start = line.trim_start();
        if start.starts_with(['}', ']', ')'])
            && let Some(opener) = open.pop()
        {
            match one_line(&lines[opener..], start) {
                Some(whole) => {
                    lines.truncate(opener);
                    lines.push(whole);
                }
                None => lines.push(line.to_owned()),
            }
        } else {
            lines.push(line.to_owned());
        }
        if line.ends_with(['{', '[', '(']) {
            open.push(lines.len() - 1);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The first line, those inside and the closing one as one line; absent where it would be too long or holds statements.
fn one_line(lines: &[String], closing: &str) -> Option<String> {
    let (opening, inside) = lines.split_first()?;
    let is_branch = ["if ", "else ", "match ", "impl ", "pub mod "]
        .iter()
        .any(|word| holds_word(opening, word));
    let (last, before) = inside.split_last()?;
    let plain = !is_head(last) && before.iter().all(|line| line.ends_with(',') && !is_head(line));
    if is_branch || !plain || last.ends_with(';') || closing.ends_with(['{', '[', '(']) {
        return None;
    }
    let space = match opening.ends_with('{') && !is_use(opening) {
        true => " ",
        false => "",
    };
    let kept = if is_tuple(opening) && before.is_empty() {
        ""
    } else {
        ","
    };
    let words: Vec<&str> = inside.iter().map(|line| line.trim()).collect();
    let words = words.join(" ");
    let words = words.strip_suffix(kept).unwrap_or(&words);
    let whole = format!("{opening}{space}{words}{space}{closing}");
    (whole.chars().count() <= WIDTH).then_some(whole)
}

/// Names of a module, which stand close to their braces.
fn is_use(line: &str) -> bool {
    line.trim_start().trim_start_matches("pub ").starts_with("use ")
}

fn holds_word(line: &str, word: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(word) || line.contains(&format!(" {word}"))
}

/// A parenthesis that is no call: the comma behind its only part makes it a tuple.
fn is_tuple(opening: &str) -> bool {
    let before = opening.strip_suffix('(').map(str::trim_end);
    before.is_some_and(|before| !before.ends_with(|letter: char| letter.is_alphanumeric() || "_!>".contains(letter)))
}

/// Blank lines between items as people set them; prettyplease sets none.
pub(super) fn spaced(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut before = "";
    for (number, line) in lines.iter().enumerate() {
        let item = item_at(&lines[number..]);
        if before.ends_with([';', '}']) && !is_head(before) && item.is_some_and(|item| parts(before, line, item)) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        before = line;
    }
    out
}

/// The line with the keyword of the item that begins here, behind its comments and attributes.
fn item_at<'t>(lines: &[&'t str]) -> Option<&'t str> {
    let line = lines.iter().find(|line| !is_head(line))?.trim_start();
    ITEM_STARTS.iter().any(|start| line.starts_with(start)).then_some(line)
}

/// What an item begins with.
const ITEM_STARTS: [&str; 9] = [
    "pub ", "pub(", "fn ", "impl ", "static ", "const ", "mod ", "use ", "struct ",
];

/// A comment or an attribute.
fn is_head(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with("#[")
}

/// Whether a blank line belongs before an item: not between neighbors of one line and one kind.
fn parts(before: &str, line: &str, item: &str) -> bool {
    let word = |text: &str| text.split_whitespace().next().map(str::to_owned);
    let neighbors = before.ends_with(';') && word(before) == word(item) && line.trim_start() == item;
    !neighbors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_joined_and_statements_are_not() {
        let long = "static A: &[Rule] = &[\n    Rule {\n        place: \"a:1\",\n        targets: &[1],\n    },\n];\n";
        assert_eq!(
            joined(long),
            "static A: &[Rule] = &[Rule { place: \"a:1\", targets: &[1] }];\n"
        );
        let statements = "fn f() {\n    g();\n    h(\n        (\n            1,\n        ),\n    )\n}\n";
        assert_eq!(joined(statements), "fn f() {\n    g();\n    h((1,))\n}\n");
        let branches = "let a = if b {\n    c\n} else {\n    d\n};\n";
        assert_eq!(joined(branches), branches);
    }

    #[test]
    fn names_stand_close_to_their_braces() {
        let names = "pub use super::shop_1::{\n    A_TYPE, B_TYPE,\n};\n";
        assert_eq!(joined(names), "pub use super::shop_1::{A_TYPE, B_TYPE};\n");
    }

    #[test]
    fn items_are_set_apart_and_neighbors_are_not() {
        let text = "use a;\nuse b;\nconst A: u8 = 1;\nconst B: u8 = 2;\n/// Doc.\nfn f() {\n    // x\n    g();\n    // y\n    h()\n}\nfn g() {}\n";
        let apart = "use a;\nuse b;\n\nconst A: u8 = 1;\nconst B: u8 = 2;\n\n/// Doc.\nfn f() {\n    // x\n    g();\n    // y\n    h()\n}\n\nfn g() {}\n";
        assert_eq!(spaced(text), apart);
    }
}
