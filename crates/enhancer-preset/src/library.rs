//! The preset library: the factory presets and the user's own under one set of names.

use crate::factory::factory_presets;
use crate::library_error::{LibraryError, Problem};
use crate::name::folded;
use crate::preset::Preset;
use crate::store::{Overwrite, Store};
use crate::suggest::nearest;
use std::path::{Path, PathBuf};

/// The factory presets and the presets in the user's folder. Two names are equal if they differ only in
/// case.
///
/// Nothing is cached: each call reads the folder, so several programs can share it.
#[derive(Debug, Clone)]
pub struct Library {
    /// `None` if the platform names no data folder; the factory presets still work then.
    store: Option<Store>,
}

impl Library {
    /// Opens the current user's library: the folder `presets` in the folder that the variable
    /// [`DATA_DIR_VARIABLE`](crate::DATA_DIR_VARIABLE) names, or in the platform's data folder for
    /// `audio-enhancer`. Reads no file; the first save creates the folder.
    #[must_use]
    pub fn open() -> Self {
        Self { store: Store::platform() }
    }

    /// Opens a library whose user presets are the files directly in `folder`.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { store: Some(Store::at(folder.into())) }
    }

    /// The folder of the user presets; `None` if the platform names none.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.store.as_ref().map(Store::folder)
    }

    /// Lists every preset: the factory presets in their fixed order, then the user presets by name. The
    /// second list holds the files that are not usable presets, each with its error.
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

    /// Loads the factory preset called `name`, or else the user preset.
    ///
    /// # Errors
    /// The name is invalid, no preset has it, or its file is damaged or can't be read.
    pub fn get(&self, name: &str) -> Result<Preset, LibraryError> {
        match (factory(name), &self.store) {
            (Some(preset), _) => Ok(preset.clone()),
            (None, Some(store)) => store.get(name).map_err(|error| self.with_nearest(error)),
            (None, None) => {
                Err(self.with_nearest(LibraryError::NotFound { name: name.to_owned(), nearest: None }))
            }
        }
    }

    /// Saves `preset` as a user preset and returns its file's path. The field `factory` is ignored.
    ///
    /// # Errors
    /// A factory preset has the name; a user preset has it and `overwrite` is [`Overwrite::Refuse`]; the
    /// name or config is invalid; or the folder can't be written. An existing file then keeps its content.
    pub fn save(&self, preset: &Preset, overwrite: Overwrite) -> Result<PathBuf, LibraryError> {
        refuse_factory(&preset.name)?;
        self.store()?.save(preset, overwrite)
    }

    /// Deletes the file of a user preset.
    ///
    /// # Errors
    /// The preset is a factory preset or does not exist, or its file can't be deleted.
    pub fn delete(&self, name: &str) -> Result<(), LibraryError> {
        refuse_factory(name)?;
        self.store()?.delete(name).map_err(|error| self.with_nearest(error))
    }

    /// Renames a user preset.
    ///
    /// # Errors
    /// Either name belongs to a factory preset, no preset is called `from`, another one is called `to`, or
    /// the folder can't be written.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), LibraryError> {
        refuse_factory(from)?;
        refuse_factory(to)?;
        self.store()?.rename(from, to).map_err(|error| self.with_nearest(error))
    }

    /// Adds the closest existing name to a [`LibraryError::NotFound`]; returns any other error unchanged.
    fn with_nearest(&self, error: LibraryError) -> LibraryError {
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
