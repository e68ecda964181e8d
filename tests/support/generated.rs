//! Mapping files to Rust, for tests: one call per question.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use tenon_compiler::emit::{File, Form};
use tenon_compiler::folder;
use tenon_dsl::report::{Style, render};
use tenon_runtime::mapper::{Eval, Mode, Resolved, Run, Sources};
use tenon_runtime::registry::Registry;
use tenon_runtime::scan::scan;

/// The generated Rust of a case: its connectors without the line that names version and files, or the drawn reports.
pub fn rust_of(case: &Path) -> Result<String, String> {
    let files = files_of(case)?;
    let own = files
        .iter()
        .filter(|file| !["mod.rs", "models.rs", "externs.rs"].contains(&file.name.as_str()));
    let without_first_line = own.map(|file| file.text.split_once('\n').map_or("", |(_, rest)| rest));
    Ok(without_first_line.collect::<Vec<_>>().join("\n"))
}

/// The code of each mapper: what stands above it, tables above all, is left out.
pub fn without_tables(rust: &str) -> String {
    let mut kept = String::from("// The tables are left out.\n");
    let mut is_code = false;
    for line in rust.lines() {
        is_code |= line.trim_start().starts_with("impl Mapper for ");
        is_code &= line != "}";
        if is_code {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// All generated files of a folder or case, as one text with their names.
pub fn all_files_of(path: &Path) -> Result<String, String> {
    let files = files_of(path)?;
    Ok(files
        .iter()
        .map(|file| format!("// {}\n{}", file.name, file.text))
        .collect())
}

/// What stands in a generated module, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// Types that map.
    pub mappings: usize,
    /// Functions and methods.
    pub functions: usize,
    /// Statics.
    pub tables: usize,
    /// Lines of code and comments.
    pub lines: usize,
}

/// What was emitted into a module of a folder or case.
pub fn emitted(path: &Path, module: &str) -> Result<Emitted, String> {
    let files = files_of(path)?;
    let name = format!("{module}.rs");
    let file = files.iter().find(|file| file.name == name);
    let text = &file.ok_or_else(|| format!("no {name} is emitted"))?.text;
    let beginning = |words: &[&str]| {
        let begins = |line: &&str| words.iter().any(|word| line.trim_start().starts_with(word));
        text.lines().filter(begins).count()
    };
    Ok(Emitted {
        mappings: beginning(&["impl Mapper for "]),
        functions: beginning(&["fn ", "pub fn ", "pub(crate) fn "]),
        tables: beginning(&["static ", "pub static ", "pub(crate) static "]),
        lines: text.lines().filter(|line| !line.trim().is_empty()).count(),
    })
}

/// Writes the generated files of a folder or case to another folder; how many files were written and removed.
pub fn write_to(path: &Path, out: &Path) -> Result<(usize, usize), String> {
    let changes = folder::write(&files_of(path)?, out).map_err(|error| error.to_string())?;
    Ok((changes.written.len(), changes.removed.len()))
}

/// Names of files below a folder and when each was last written, sorted.
pub fn stamps(folder: &Path) -> std::io::Result<Vec<(String, SystemTime)>> {
    let entries = fs::read_dir(folder)?;
    let mut stamps = Vec::new();
    for entry in entries {
        let entry = entry?;
        stamps.push((
            entry.file_name().to_string_lossy().into_owned(),
            entry.metadata()?.modified()?,
        ));
    }
    stamps.sort();
    Ok(stamps)
}

/// What the compiled import of a case makes of a record: the row and its faults. The case asks for no lookups and joins nothing.
pub fn row_of(case: &str, external: &str, record: &str) -> Result<String, String> {
    let (_, register) = crate::cases::ALL
        .iter()
        .find(|(name, _)| *name == case)
        .ok_or_else(|| format!("{case} is not compiled"))?;
    let registry = Registry::new();
    register(&registry);
    let connector = registry.connectors().into_iter().next().ok_or("no connector")?;
    let mapper = registry
        .import_mapper(connector, external, None)
        .map_err(|error| error.to_string())?;
    let shape = mapper.info().shape().ok_or("no source")?;
    let slots = scan(shape, record.as_bytes()).map_err(|errors| format!("{errors:?}"))?;
    let run = Run::new(Mode::Create, jiff::Timestamp::UNIX_EPOCH);
    let sources = Sources::new(mapper, slots.record());
    let resolved = Resolved::default();
    let row = Eval::new(&sources, &resolved, &run).map();
    let faults: String = row.all_faults().iter().map(|fault| format!("\n{fault}")).collect();
    Ok(row.render() + &faults)
}

fn files_of(path: &Path) -> Result<Vec<File>, String> {
    let found = folder::read(path).map_err(|error| error.to_string())?;
    let compiled = tenon_compiler::compile(&found.sources, Form::Folder);
    compiled
        .files
        .ok_or_else(|| render(&compiled.reports, &found.sources, Style::Plain { width: 110 }))
}
