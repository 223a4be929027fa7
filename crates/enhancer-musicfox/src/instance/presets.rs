//! Presets by name: those of the factory and the user's own.

use super::Instance;
use super::control::{Control, Ready};
use crate::error::Error;
use crate::log::Level;
use crate::metrics::Operation;
use enhancer_preset::{Overwrite, Preset, parse_config, parse_preset};
use std::sync::Arc;

impl Control {
    /// Reads every preset and makes them ready for the audio thread.
    pub(super) fn list_presets(&mut self) -> Vec<Preset> {
        let (presets, problems) = self.library.list();
        for problem in problems {
            let fields = serde_json::json!({ "error": problem.to_string() });
            self.log.write(Level::Warn, "a file among the presets is none", fields);
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
    /// Every preset, the factory's first.
    pub(crate) fn presets(&self) -> Result<Vec<Preset>, Error> {
        self.require_initialized("get_presets")?;
        let mut control = self.control();
        let presets = control.list_presets();
        control.publish();
        Ok(presets)
    }

    /// Lets a preset glide in.
    pub(crate) fn load_preset(&self, name: &str) -> Result<(), Error> {
        self.require_initialized("load_preset")?;
        self.metrics.time(Operation::LoadPreset, || self.load_into(&mut self.control(), name))
    }

    pub(super) fn load_into(&self, control: &mut Control, name: &str) -> Result<(), Error> {
        let preset = control.library.get(name)?;
        control.list_presets();
        let index = control.index_of(&preset.name);
        self.set_config(control, preset.config, index);
        control.log.write(Level::Info, "preset loaded", serde_json::json!({ "name": preset.name }));
        Ok(())
    }

    /// Saves a config, or a preset file's text, under a name; replaces the user's preset of that name.
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

    /// Deletes a user's preset.
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
