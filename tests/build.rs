//! Compiles every accepted case, so that rustc judges each golden. A case that does not compile is left to its own test.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use tenon_compiler::emit::Form;
use tenon_compiler::folder;

/// Where the accepted cases are, from this crate's folder.
const CASES: &str = "cases/accept";
/// Connectors that tests import with: one file is one program.
const CONNECTORS: &str = "connectors";
/// Mappings that are measured against other programs: one file is one program.
const WORKLOADS: &str = "bench/mapping";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={CASES}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: this runs as a build script")?);
    let mut text = String::new();
    let mut names = Vec::new();
    for noun in sorted(Path::new(CASES))?.iter().filter(|path| path.is_dir()) {
        println!("cargo::rerun-if-changed={}", noun.display());
        for case in sorted(noun)?.iter().filter(|path| is_case(path)) {
            let name = format!("{}_{}", stem(noun), stem(case));
            if compile(case, &out.join("cases").join(&name))? {
                writeln!(text, "/// `{}`\npub mod {name} {{", case.display())?;
                writeln!(
                    text,
                    "    include!(concat!(env!(\"OUT_DIR\"), \"/cases/{name}/mod.rs\"));\n}}\n"
                )?;
                names.push(name);
            }
        }
    }
    text.push_str("/// Makes the connectors of a case known.\n");
    text.push_str("pub type Register = fn(&::tenon_runtime::registry::Registry);\n\n");
    text.push_str("/// Every compiled case: its name and what makes its connectors known.\n");
    text.push_str("pub const ALL: &[(&str, Register)] = &[\n");
    for name in names {
        writeln!(text, "    (\"{name}\", {name}::register_all),")?;
    }
    text.push_str("];\n");
    write(&out.join("cases.rs"), &text)?;
    write(&out.join("connectors.rs"), &programs(CONNECTORS, "connectors", &out)?)?;
    write(&out.join("workloads.rs"), &programs(WORKLOADS, "workloads", &out)?)?;
    Ok(())
}

/// A module for each file of a folder; one that does not compile stops the build.
fn programs(folder: &str, kept: &str, out: &Path) -> Result<String, Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut text = String::new();
    for file in sorted(Path::new(folder))?.iter().filter(|path| is_case(path)) {
        let name = stem(file);
        if !compile(file, &out.join(kept).join(&name))? {
            return Err(format!("{} has mistakes: `tenon check` says which", file.display()).into());
        }
        writeln!(text, "/// `{}`\npub mod {name} {{", file.display())?;
        writeln!(
            text,
            "    include!(concat!(env!(\"OUT_DIR\"), \"/{kept}/{name}/mod.rs\"));\n}}\n"
        )?;
    }
    Ok(text)
}

/// A text file, or a folder of files that are one program.
fn is_case(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|end| end == "tenon")
}

/// Writes the case's Rust; false: it has mistakes.
fn compile(case: &Path, out: &Path) -> Result<bool, Box<dyn std::error::Error>> {
    let found = folder::read(case)?;
    let compiled = tenon_compiler::compile(&found.sources, Form::Folder);
    match compiled.files {
        Some(files) => folder::write(&files, out).map(|_| true).map_err(Into::into),
        None => {
            println!("cargo::warning={} has mistakes", case.display());
            Ok(false)
        }
    }
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A file that is already right is not touched.
fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::read_to_string(path) {
        Ok(known) if known == text => Ok(()),
        _ => fs::write(path, text),
    }
}
