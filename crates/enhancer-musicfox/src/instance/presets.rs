//! Presets of the factory and the user, by name.

use super::Instance;
use super::control::{Control, Ready};
use crate::error::Error;
use crate::log::Level;
use crate::metrics::Operation;
use enhancer_preset::{Overwrite, Preset, parse_config, parse_preset};
use std::sync::Arc;

impl Control {
    /// Reads all presets and stores them for the audio thread. Unreadable files go to the log.
    pub(super) fn list_presets(&mut self) -> Vec<Preset> {
        let (presets, problems) = self.library.list();
        for problem in problems {
            let fields = serde_json::json!({ "error": problem.to_string() });
            self.log.write(Level::Warn, "unreadable preset file", fields);
        }
        let current =
            self.now.preset.and_then(|index| self.now.presets.get(index)).map(|ready| ready.name.clone());
        let ready = presets.iter().map(|preset| Ready { name: preset.name.clone(), config: preset.config });
        self.now.presets = Arc::new(ready.collect());
        self.now.presets_version = self.now.presets_version.wrapping_add(1);
        self.now.preset = current.and_then(|name| self.index_of(&name));
        presets
    }

    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        self.now.presets.iter().position(|ready| ready.name == name)
    }
}

impl Instance {
    /// All presets, the factory's first.
    pub(crate) fn presets(&self) -> Result<Vec<Preset>, Error> {
        self.require_initialized("get_presets")?;
        let mut control = self.control();
        let presets = control.list_presets();
        control.publish();
        Ok(presets)
    }

    /// Loads a preset. The chain glides to it from the next block on.
    ///
    /// # Errors
    /// No preset has the name, or its file is invalid. The config stays unchanged.
    pub(crate) fn load_preset(&self, name: &str) -> Result<(), Error> {
        self.require_initialized("load_preset")?;
        self.metrics.time(Operation::LoadPreset, || {
            let mut control = self.control();
            let preset = control.library.get(name)?;
            self.apply_preset(&mut control, &preset);
            Ok(())
        })
    }

    /// Sets the config of a preset of the library.
    pub(super) fn apply_preset(&self, control: &mut Control, preset: &Preset) {
        control.list_presets();
        let index = control.index_of(&preset.name);
        self.set_config(control, preset.config, index);
        control.log.write(Level::Info, "preset loaded", serde_json::json!({ "name": preset.name }));
    }

    /// Saves the text of a config or of a preset file under a name. Replaces the user's preset of that name.
    ///
    /// # Errors
    /// The name or the text is invalid, the name is a factory preset's, or the file can't be written.
    pub(crate) fn save_preset(&self, name: &str, text: &str) -> Result<(), Error> {
        self.require_initialized("save_preset")?;
        self.metrics.time(Operation::SavePreset, || {
            let config = parse_config(text)?;
            let preset = match parse_preset(text) {
                Ok(preset) => Preset { name: name.to_owned(), ..preset },
                Err(_) => Preset::new(name, config),
            };
            let mut control = self.control();
            control.library.save(&preset, Overwrite::Replace)?;
            control.list_presets();
            control.publish();
            control.log.write(Level::Info, "preset saved", serde_json::json!({ "name": name }));
            Ok(())
        })
    }

    /// Deletes a preset of the user.
    ///
    /// # Errors
    /// The user has no preset of that name, or the file can't be deleted.
    pub(crate) fn delete_preset(&self, name: &str) -> Result<(), Error> {
        self.require_initialized("delete_preset")?;
        self.metrics.time(Operation::DeletePreset, || {
            let mut control = self.control();
            control.library.delete(name)?;
            control.list_presets();
            control.publish();
            control.log.write(Level::Info, "preset deleted", serde_json::json!({ "name": name }));
            Ok(())
        })
    }
}
