//! The project around mapping files: what its `tenon.toml` says to the compiler.
#![expect(
    clippy::disallowed_methods,
    reason = "the rim of the crate: everything else works on values"
)]

use super::{FolderError, read_text};
use crate::lint::Lints;
use std::path::{Path, PathBuf};

/// The nearest `tenon.toml` above mapping files, not beyond the repository they lie in.
pub(super) fn settings(root: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(root).ok()?;
    for folder in absolute.ancestors() {
        let settings = folder.join("tenon.toml");
        if settings.is_file() {
            return Some(settings);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// What a `tenon.toml` says under `[lints]`; all else in it concerns the application.
pub(super) fn lints(path: &Path) -> Result<Lints, FolderError> {
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
