//! A file that is written beside its place first, so that what stands there is whole, and that overwrites nothing.

use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// A copy of a database on its way. What is not kept is removed.
#[derive(Debug)]
pub(super) struct NewFile {
    place: PathBuf,
    part: PathBuf,
}

impl NewFile {
    /// One for this place, where nothing must stand.
    pub(super) fn at(place: &Path) -> Result<Self, StoreError> {
        let part = PathBuf::from(format!("{}.part", place.display()));
        let file = Self {
            place: place.to_owned(),
            part,
        };
        if place.exists() {
            return Err(file.refused("a file is there already; name another one".to_owned()));
        }
        // What a copy left that was killed in the middle.
        let _ = std::fs::remove_file(&file.part);
        Ok(file)
    }

    /// Where it is written.
    pub(super) fn part(&self) -> &Path {
        &self.part
    }

    /// It stands in its place from now on, also after a power cut.
    pub(super) fn keep(self) -> Result<(), StoreError> {
        let kept = std::fs::File::open(&self.part).and_then(|copied| copied.sync_all());
        kept.and_then(|()| std::fs::rename(&self.part, &self.place))
            .map_err(|error| self.refused(error.to_string()))
    }

    /// Why there is no such file.
    pub(super) fn refused(&self, reason: String) -> StoreError {
        StoreError::Unavailable {
            name: self.place.display().to_string(),
            reason,
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Where it was kept, nothing stands there any more.
        let _ = std::fs::remove_file(&self.part);
    }
}
