//! The project around mapping files: its `tenon.toml`, the Rust that they name, the fixtures of their tests.

use super::{FolderError, Found, read_text, shown};
use crate::lint::Lints;
use crate::project::{AbsentFile, Fixture, RustModule, files_named};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tenon_dsl::source::{FileId, Source};

/// Bytes of the largest fixture that is compared with its type.
const LARGEST_FIXTURE: u64 = 1 << 22;

/// Reads what lies beside the mapping files; what is not there is left out, and said by what needs it.
///
/// The crate is the one around the mapping files, where no other is named.
pub(super) fn look_around(
    root: &Path,
    crate_folder: Option<&Path>,
    files: &[(String, PathBuf)],
    found: &mut Found,
) -> Result<(), FolderError> {
    if let Some(settings) = settings(root) {
        found.project.lints = lints(&settings)?;
        found.paths.push(settings);
    }
    let mut number = u32::try_from(found.sources.len()).unwrap_or(u32::MAX);
    let crate_folder = crate_folder.map(Path::to_owned).or_else(|| above(root, "Cargo.toml"));
    for path in modules_named(&found.sources) {
        let Some((file, inner)) = crate_folder.as_deref().and_then(|folder| module_file(folder, &path)) else {
            continue;
        };
        let Ok(text) = read_text(&file) else { continue };
        let source = Source::new(FileId(number), shown(&from_here(&file)), text);
        number = number.saturating_add(1);
        found.project.modules.push(RustModule { path, inner, source });
        found.paths.push(file);
    }
    for (source, (name, path)) in found.sources.iter().zip(files) {
        for fixture in files_named(&source.text) {
            let file = path.parent().unwrap_or(Path::new("")).join(fixture);
            let (beside, fixture) = (name.clone(), fixture.to_owned());
            if !file.exists() {
                found.project.absent.push(AbsentFile { beside, name: fixture });
                continue;
            }
            let is_small = file.metadata().is_ok_and(|data| data.len() <= LARGEST_FIXTURE);
            let is_compared = is_small && (fixture.ends_with(".json") || fixture.ends_with(".xml"));
            let Some(text) = is_compared.then(|| read_text(&file).ok()).flatten() else {
                continue;
            };
            found.project.fixtures.push(Fixture::new(beside, fixture, &text));
            found.paths.push(file);
        }
    }
    Ok(())
}

/// The modules behind `in`; what stands in a comment is one too many and does no harm.
fn modules_named(sources: &[Source]) -> BTreeSet<String> {
    let named = sources.iter().flat_map(|source| source.text.split(" in crate").skip(1));
    let path = |rest: &str| {
        let end = rest.find(|c: char| c != ':' && c != '_' && !c.is_ascii_alphanumeric());
        format!("crate{}", &rest[..end.unwrap_or(rest.len())])
    };
    named.map(path).collect()
}

/// The nearest folder above mapping files that holds a file, not beyond their repository.
fn above(root: &Path, name: &str) -> Option<PathBuf> {
    let absolute = std::path::absolute(root).ok()?;
    for folder in absolute.ancestors() {
        if folder.join(name).is_file() {
            return Some(folder.to_owned());
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The file of a module, and the modules inside it that lead there.
fn module_file(folder: &Path, path: &str) -> Option<(PathBuf, Vec<String>)> {
    let parts: Vec<&str> = path.split("::").skip(1).filter(|part| !part.is_empty()).collect();
    let source = folder.join("src");
    for outer in (0..=parts.len()).rev() {
        let (outside, inside) = parts.split_at(outer);
        let candidates = match outside.split_last() {
            None => vec![source.join("lib.rs"), source.join("main.rs")],
            Some((last, folders)) => {
                let folder = folders.iter().fold(source.clone(), |folder, name| folder.join(name));
                vec![folder.join(format!("{last}.rs")), folder.join(last).join("mod.rs")]
            }
        };
        if let Some(file) = candidates.into_iter().find(|file| file.is_file()) {
            return Some((file, inside.iter().map(|part| (*part).to_owned()).collect()));
        }
    }
    None
}

/// The path as seen from where the command runs, where that is above it.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.to_owned())
}

/// The nearest `tenon.toml` above mapping files, not beyond the repository they lie in.
fn settings(root: &Path) -> Option<PathBuf> {
    above(root, "tenon.toml").map(|folder| folder.join("tenon.toml"))
}

/// What a `tenon.toml` says under `[lints]`; all else in it concerns the application.
fn lints(path: &Path) -> Result<Lints, FolderError> {
    let wrong = |problem: String| FolderError::Settings {
        path: path.to_owned(),
        problem,
    };
    let table: toml::Table = read_text(path)?
        .parse()
        .map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
    let mut lints = Lints::default();
    let Some(levels) = table.get("lints") else {
        return Ok(lints);
    };
    let levels = levels
        .as_table()
        .ok_or_else(|| wrong("[lints] is a table: W0603 = \"deny\"".to_owned()))?;
    for (code, level) in levels {
        let level = level
            .as_str()
            .ok_or_else(|| wrong(format!("[lints] {code} is \"allow\", \"warn\" or \"deny\"")))?;
        lints
            .set(code, level)
            .map_err(|problem| wrong(format!("[lints] {problem}")))?;
    }
    Ok(lints)
}
