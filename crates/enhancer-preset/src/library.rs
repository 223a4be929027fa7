//! Everything that can be chosen by name: the factory presets and the user's own.

use crate::factory::factory_presets;
use crate::library_error::{LibraryError, Problem};
use crate::name::folded;
use crate::preset::Preset;
use crate::store::{Overwrite, Store};
use crate::suggest::nearest;
use std::path::{Path, PathBuf};

/// Factory and user presets under one roof. Names are the same if they differ only in case.
///
/// Nothing is kept in memory: each call looks at the folder, so that several programs can share it.
#[derive(Debug, Clone)]
pub struct Library {
    /// `None` where the platform has no place for the user's data: the factory presets work all the same.
    store: Option<Store>,
}

impl Library {
    /// The library of this user: `presets` in the folder that [`DATA_DIR_VARIABLE`](crate::DATA_DIR_VARIABLE) names, or
    /// else in the platform's folder for the user's data of `audio-enhancer`. Touches no file; the folder is made when
    /// the first preset is saved.
    #[must_use]
    pub fn open() -> Self {
        Self { store: Store::platform() }
    }

    /// A library whose user presets live right in `folder`.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { store: Some(Store::at(folder.into())) }
    }

    /// Where the user's presets live.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.store.as_ref().map(Store::folder)
    }

    /// Every preset, the factory's in their order and then the user's by name, and the files that are none, with
    /// what is wrong.
    #[must_use]
    pub fn list(&self) -> (Vec<Preset>, Vec<Problem>) {
        let mut presets = factory_presets().to_vec();
        let (users, mut problems) = self.store.as_ref().map(Store::list).unwrap_or_default();
        for preset in users {
            match (factory(&preset.name), &self.store) {
                (Some(shadowed), Some(store)) => {
                    let (path, name) = (store.path_of(&preset.name), shadowed.name.clone());
                    problems
                        .push(Problem { path: path.clone(), error: LibraryError::Shadowing { path, name } });
                }
                _ => presets.push(preset),
            }
        }
        (presets, problems)
    }

    /// The preset called `name`: the factory's, or else the user's.
    ///
    /// # Errors
    /// No such preset, a name that none can have, or a file that can't be read or is damaged.
    pub fn get(&self, name: &str) -> Result<Preset, LibraryError> {
        match (factory(name), &self.store) {
            (Some(preset), _) => Ok(preset.clone()),
            (None, Some(store)) => store.get(name).map_err(|error| self.suggesting(error)),
            (None, None) => {
                Err(self.suggesting(LibraryError::NotFound { name: name.to_owned(), nearest: None }))
            }
        }
    }

    /// Saves a preset as the user's, whatever its `factory` says, and returns the file.
    ///
    /// # Errors
    /// A factory preset of that name; a user's of that name unless told to replace it; a name or config that can't be;
    /// a folder that can't be written. The file that was there is then unchanged.
    pub fn save(&self, preset: &Preset, overwrite: Overwrite) -> Result<PathBuf, LibraryError> {
        refuse_factory(&preset.name)?;
        self.store()?.save(preset, overwrite)
    }

    /// Deletes a user's preset.
    ///
    /// # Errors
    /// A factory preset, no such preset, or a file that can't be deleted.
    pub fn delete(&self, name: &str) -> Result<(), LibraryError> {
        refuse_factory(name)?;
        self.store()?.delete(name).map_err(|error| self.suggesting(error))
    }

    /// Gives a user's preset another name.
    ///
    /// # Errors
    /// A factory preset at either end, no preset called `from`, one already called `to`, or a folder that can't be
    /// written.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), LibraryError> {
        refuse_factory(from)?;
        refuse_factory(to)?;
        self.store()?.rename(from, to).map_err(|error| self.suggesting(error))
    }

    /// The error with the preset that was probably meant, where there is no such one.
    fn suggesting(&self, error: LibraryError) -> LibraryError {
        let LibraryError::NotFound { name, .. } = error else { return error };
        let known = self.list().0.into_iter().map(|preset| preset.name);
        let nearest = nearest(&name, known);
        LibraryError::NotFound { name, nearest }
    }

    fn store(&self) -> Result<&Store, LibraryError> {
        self.store.as_ref().ok_or(LibraryError::NoFolder)
    }
}

fn factory(name: &str) -> Option<&'static Preset> {
    let folded_name = folded(name);
    factory_presets().iter().find(|preset| folded(&preset.name) == folded_name)
}

fn refuse_factory(name: &str) -> Result<(), LibraryError> {
    match factory(name) {
        Some(preset) => Err(LibraryError::Factory { name: preset.name.clone() }),
        None => Ok(()),
    }
}
