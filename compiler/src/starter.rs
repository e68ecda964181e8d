//! A crate around generated code: its manifest, its root, and what of it the author has yet to write. Values only; `folder` writes them.

use crate::emit::File;
use crate::ir::Program;
use crate::project::Project;
use std::collections::BTreeSet;

/// Where generated code lies in such a crate.
pub const GENERATED: &str = "src/connectors";

/// A function that mapping files declare with `extern fn` and the author writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// `crate::magento`
    pub module: String,
    /// Its head: `pub fn color(name: &str) -> Result<i64, Fail>`
    pub line: String,
}

/// The functions that a program calls, by module, each once.
pub fn wanted(program: &Program) -> Vec<Wanted> {
    crate::check::rust::expected_functions(program)
}

/// Functions whose module the author's crate does not have.
pub fn without_module<'w>(wanted: &'w [Wanted], project: &Project) -> Vec<&'w Wanted> {
    let has = |path: &str| {
        let mut modules = project.modules.iter().filter(|module| module.path == path);
        modules.any(crate::check::rust::is_written)
    };
    wanted.iter().filter(|function| !has(&function.module)).collect()
}

/// The files of a new crate that are the author's from then on.
///
/// `runtime` is the folder of `tenon-runtime` as seen from the crate; without it the published version is meant.
pub fn files(name: &str, runtime: Option<&str>, wanted: &[Wanted]) -> Vec<File> {
    vec![
        File {
            name: "Cargo.toml".to_owned(),
            text: manifest(name, runtime),
        },
        File {
            name: "src/lib.rs".to_owned(),
            text: root(wanted),
        },
    ]
}

fn manifest(name: &str, runtime: Option<&str>) -> String {
    let mut dependency = toml::Table::new();
    match runtime {
        Some(path) => dependency.insert("path".to_owned(), path.into()),
        None => dependency.insert("version".to_owned(), env!("CARGO_PKG_VERSION").into()),
    };
    let quoted = toml::Value::from(name);
    format!(
        "[package]\nname = {quoted}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\ntenon-runtime = {}\n",
        toml::Value::Table(dependency)
    )
}

fn root(wanted: &[Wanted]) -> String {
    let mut text =
        "//! Connectors out of mapping files: `register_all` makes them known.\n\npub mod connectors;\n".to_owned();
    // `magento` of `crate::magento::street`; functions of the root itself stand in this file.
    let modules: BTreeSet<&str> = wanted
        .iter()
        .filter_map(|function| function.module.split("::").nth(1))
        .collect();
    for module in modules {
        text.push_str(&format!("pub mod {module};\n"));
    }
    text.push_str("\npub use connectors::register_all;\n");
    text
}

/// The name of a crate in a folder of that name: what cargo takes, or none where nothing of it is left.
pub fn crate_name(folder: &str) -> Option<String> {
    let kept: String = folder
        .chars()
        .map(|c| match c.is_ascii_alphanumeric() || c == '_' || c == '-' {
            true => c.to_ascii_lowercase(),
            false => '-',
        })
        .collect();
    let name = kept.trim_matches('-');
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    begins_well.then(|| name.to_owned())
}
