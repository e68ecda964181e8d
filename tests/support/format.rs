//! The formatter as a test sees it: a text in, the canonical text out.

use std::path::{Path, PathBuf};
use tenon_compiler::compile;
use tenon_compiler::emit::Form;
use tenon_dsl::ast::Document;
use tenon_dsl::print::{self, FormatError};
use tenon_dsl::report::{Style, render};
use tenon_dsl::source::{FileId, Source};

/// The canonical text of a file; the name says whether it is YAML.
///
/// # Panics
/// Where the formatter refuses, or where what it gives has another tree.
pub fn formatted(name: &str, text: &str) -> String {
    let source = Source::new(FileId(0), name, text);
    let formatted = match print::format(&source) {
        Ok(formatted) => formatted,
        Err(FormatError::Mistakes(mistakes)) => panic!("{name}: {mistakes:?}\n{text}"),
        Err(error @ (FormatError::Changed { .. } | FormatError::NotSayable { .. })) => {
            panic!("{name}: {error}\n{text}")
        }
    };
    let read = |text: &str| tenon_dsl::parse(&Source::new(FileId(0), name, text)).document;
    assert!(
        print::same(&read(text), &read(&formatted)),
        "{name} has another tree:\n{formatted}"
    );
    formatted
}

/// Prints a tree.
pub fn print_text(document: &Document) -> String {
    print::text(document)
}

/// Prints a tree; what is printed is read back to the same tree, and formatting changes nothing of it.
///
/// # Panics
/// Where that is not so.
pub fn printed(document: &Document) -> String {
    let text = print::text(document);
    let read = tenon_dsl::parse(&Source::new(FileId(0), "a.tenon", text.as_str()));
    assert!(read.errors.is_empty(), "{:?}\n{text}", read.errors);
    assert!(
        print::same(document, &read.document),
        "another tree:\n{text}\n{document:?}"
    );
    assert_eq!(formatted("a.tenon", &text), text, "printed is not formatted");
    text
}

/// A file in the other form, and that back in its own.
///
/// # Panics
/// Where a form cannot say it, or where the tree, in the order of YAML, is not the same at the end.
pub fn there_and_back(name: &str, text: &str) -> (String, String) {
    let source = Source::new(FileId(0), name, text);
    let convert = |source: &Source| match source.is_yaml() {
        true => print::to_text(source),
        false => print::to_yaml(source),
    };
    let other = if source.is_yaml() { "a.tenon" } else { "a.tenon.yaml" };
    let there = convert(&source).unwrap_or_else(|error| panic!("{name}: {error}")).text;
    let back = convert(&Source::new(FileId(0), other, there.as_str()));
    let back = back
        .unwrap_or_else(|error| panic!("{name} back: {error}\n{there}"))
        .text;
    let tree = |text: &str| print::in_yaml_order(&tenon_dsl::parse(&Source::new(FileId(0), name, text)).document);
    assert!(
        print::same(&tree(text), &tree(&back)),
        "{name} has another tree:\n{there}"
    );
    (there, back)
}

/// A tree in both forms: each is read back to the same tree, and is its own canonical layout.
///
/// # Panics
/// Where that is not so.
pub fn printed_in_both_forms(document: &Document) -> (String, String) {
    let text = print::text(document);
    let (yaml, back) = there_and_back("a.tenon", &text);
    assert_eq!(
        formatted("a.tenon.yaml", &yaml),
        yaml,
        "what is converted is not formatted"
    );
    assert_eq!(
        formatted("a.tenon", &back),
        back,
        "what is converted back is not formatted"
    );
    (text, yaml)
}

/// A YAML file whose leaves have blanks where none are needed, and none where some are usual. Texts and documentation stay.
pub fn with_odd_blanks(yaml: &str) -> String {
    let odd = |line: &str| match line.contains(['"', '\'', '`', '#']) || line.contains("doc:") {
        true => line.to_owned(),
        false => line.replace(" | ", "  |").replace(" ?? ", "??").replace("(_)", "( _ )"),
    };
    let line = |line: &str| {
        let words = line.trim_start();
        line[..line.len() - words.len()].to_owned() + &odd(words) + "\n"
    };
    yaml.lines().map(line).collect()
}

/// Whether two files can be read and have the same tree.
pub fn has_same_tree(name: &str, one: &str, other: &str) -> bool {
    let read = |text: &str| tenon_dsl::parse(&Source::new(FileId(0), name, text));
    let (one, other) = (read(one), read(other));
    one.errors.is_empty() && other.errors.is_empty() && print::same(&one.document, &other.document)
}

/// The text files of a program with everything that YAML writes under one key together; YAML files as they are.
pub fn program_in_yaml_order(files: &[(String, String)]) -> Vec<(String, String)> {
    let ordered = |(name, text): &(String, String)| {
        let source = Source::new(FileId(0), name.as_str(), text.as_str());
        let text = match source.is_yaml() {
            true => text.clone(),
            false => print::text(&print::in_yaml_order(&tenon_dsl::parse(&source).document)),
        };
        (name.clone(), text)
    };
    files.iter().map(ordered).collect()
}

/// The files of a program in the other form, and those back in their own.
pub fn program_there_and_back(files: &[(String, String)]) -> [Vec<(String, String)>; 2] {
    let other = |name: &str| match name.strip_suffix(".yaml") {
        Some(name) => name.to_owned(),
        None => format!("{name}.yaml"),
    };
    let pairs = files.iter().map(|(name, text)| {
        let (there, back) = there_and_back(name, text);
        ((other(name), there), (name.clone(), back))
    });
    let (there, back) = pairs.unzip();
    [there, back]
}

/// The Rust that files become, without the places that messages name, and without the layout that follows from their lengths.
///
/// # Panics
/// Where they have a mistake.
pub fn rust_without_places(files: &[(String, String)]) -> Vec<String> {
    let numbered = files.iter().zip(0..);
    let sources: Vec<Source> = numbered
        .map(|((name, text), number)| Source::new(FileId(number), name.as_str(), text.as_str()))
        .collect();
    let compiled = compile(&sources, Form::Included);
    let said = render(&compiled.reports, &sources, Style::Plain { width: 110 });
    let rust = compiled.files.unwrap_or_else(|| panic!("a mistake:\n{said}"));
    rust.iter()
        .map(|file| format!("{}\n{}", file.name, without_places(&file.text)))
        .collect()
}

/// Generated code, a word or sign a line at most: comments show lines as they were written, and literals where they stand.
fn without_places(rust: &str) -> String {
    let code = rust.lines().map(str::trim).filter(|line| !line.starts_with("// "));
    let mut code = code.collect::<Vec<_>>().join("");
    code.retain(|c| !c.is_whitespace());
    let mut out = String::new();
    let mut rest = code.as_str();
    while let Some(at) = rest.find(".tenon") {
        let behind = rest[at + 6..].strip_prefix(".yaml").unwrap_or(&rest[at + 6..]);
        out.push_str(&rest[..at]);
        rest = match behind.strip_prefix(':') {
            Some(line) => line.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => behind,
        };
    }
    out.push_str(rest);
    // A list that needs several lines ends with a comma.
    let out = out.replace(",)", ")").replace(",]", "]").replace(",}", "}");
    out.replace([';', '}'], "\n")
}

/// Whether the formatter leaves a file alone because of its mistakes.
pub fn is_left_alone(name: &str, text: &str) -> bool {
    let source = Source::new(FileId(0), name, text);
    matches!(print::format(&source), Err(FormatError::Mistakes(_)))
}

/// Every mapping file that must be read without a mistake: accepted cases, cases of syntax, shipped connectors.
///
/// # Panics
/// Where a folder cannot be read.
pub fn accepted_files() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = shipped_files();
    for folder in ["cases/accept", "cases/syntax"] {
        files.extend(mapping_files(&here.join(folder)));
    }
    files
}

/// The files of the connectors that are shipped.
///
/// # Panics
/// Where a folder cannot be read.
pub fn shipped_files() -> Vec<PathBuf> {
    mapping_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../mappings/connectors"))
}

fn mapping_files(folder: &Path) -> Vec<PathBuf> {
    let found = tenon_compiler::folder::read(folder).expect("the folder is readable");
    let is_mapping = |path: &PathBuf| path.extension().is_some_and(|end| end == "tenon" || end == "yaml");
    found.paths.into_iter().filter(is_mapping).collect()
}

/// What the comments of a text say, sorted: marks and blanks around them do not count. Knows texts and nothing else.
pub fn comments(text: &str) -> Vec<String> {
    let mut comments: Vec<String> = text.lines().filter_map(comment).collect();
    comments.sort();
    comments
}

fn comment(line: &str) -> Option<String> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') => return Some(line[at..].trim_start_matches('#').trim().to_owned()),
            (None, '"' | '\'' | '`') => quote = Some(c),
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), c) if c == open && !escaped => quote = None,
            _ => {}
        }
        escaped = false;
    }
    None
}
