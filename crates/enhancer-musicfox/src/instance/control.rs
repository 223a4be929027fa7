//! The control half: the state that hosts read and change. Each change is published to the audio half.

use super::Instance;
use crate::error::Error;
use crate::log::{Level, Log};
use crate::metrics::{Operation, resident_bytes};
use crate::pool::Pool;
use crate::settings::{Document, Settings};
use crate::spectrum::SpectrumRing;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_dsp::{ParamId, ParamKind};
use enhancer_preset::Library;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use triple_buffer::Input;

/// A preset in memory, so that the audio thread can load it without reading a file.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) name: String,
    pub(crate) config: EnhancerConfig,
}

/// The state that the control half publishes to the audio half.
#[derive(Debug, Clone, Default)]
pub(crate) struct Published {
    pub(crate) config: EnhancerConfig,
    /// Number of the config. It grows with each new config, so that the audio half detects it.
    pub(crate) config_number: u64,
    /// Index of the config's preset in `presets`; `None` after any other change.
    pub(crate) preset: Option<usize>,
    pub(crate) presets: Arc<Vec<Ready>>,
    /// Number of the list of presets. It grows with each new list.
    pub(crate) presets_version: u32,
    /// Buffers for outputs with a null `data`.
    pub(crate) pool: Option<Arc<Pool>>,
    /// Most frames of a block during real-time processing; `None` while it is off.
    pub(crate) real_time_frames: Option<usize>,
    /// Destination of output samples for the live spectrum; `None` while it is off.
    pub(crate) spectrum: Option<Arc<SpectrumRing>>,
}

/// The JSON of `enhancer_get_config`.
#[derive(serde::Serialize)]
struct ConfigView<'a> {
    #[serde(flatten)]
    settings: Settings,
    log_level: Level,
    enhancer: &'a EnhancerConfig,
}

/// The control half, behind the instance's lock.
pub(crate) struct Control {
    pub(super) settings: Settings,
    pub(super) now: Published,
    pub(super) library: Library,
    pub(super) log: Log,
    publisher: Input<Published>,
}

impl Control {
    pub(super) fn new(publisher: Input<Published>) -> Self {
        Self {
            settings: Settings::default(),
            now: Published::default(),
            library: Library::open(),
            log: Log::closed(),
            publisher,
        }
    }

    /// Publishes the present state to the audio half.
    pub(super) fn publish(&mut self) {
        self.publisher.write(self.now.clone());
    }

    /// Applies a preset that the audio thread selected, see `Instance::audio_choice`.
    pub(super) fn absorb(&mut self, choice: u64) {
        let (version, index) = ((choice >> 32) as u32, choice as u32 as usize);
        if index == 0 || version != self.now.presets_version {
            return;
        }
        if let Some(ready) = self.now.presets.get(index - 1) {
            self.now.config = ready.config;
            self.now.config_number += 1;
            self.now.preset = Some(index - 1);
            // This replaces any config that waits, so that both halves have the same one.
            self.publish();
        }
    }
}

impl Instance {
    /// Sets and publishes a valid config. The chain glides to it from the next block on.
    pub(super) fn set_config(&self, control: &mut Control, config: EnhancerConfig, preset: Option<usize>) {
        let latency = Enhancer::latency_frames_at(f64::from(control.settings.sample_rate), config.quality);
        self.latency_frames.store(latency, Ordering::Release);
        control.now.config = config;
        control.now.config_number += 1;
        control.now.preset = preset;
        control.publish();
    }

    /// The config as JSON, in the form that [`update_config`](Self::update_config) accepts.
    pub(crate) fn config_json(&self) -> Result<String, Error> {
        self.require_initialized("get_config")?;
        let control = self.control();
        // Serialized directly: a `Value` would write 0.7071 as 0.707099974155426.
        let view = ConfigView {
            settings: control.settings,
            log_level: control.log.level(),
            enhancer: &control.now.config,
        };
        serde_json::to_string(&view).map_err(|error| Error::Document("the config", error))
    }

    /// Changes sound, log level and presets' folder.
    ///
    /// # Errors
    /// The document is invalid, it changes format or block length, or the preset can't be read. Nothing
    /// changes.
    pub(crate) fn update_config(&self, text: &str) -> Result<(), Error> {
        self.require_initialized("update_config")?;
        self.metrics.time(Operation::UpdateConfig, || {
            let document = Document::parse(text)?;
            let mut control = self.control();
            let (new, present) = (document.settings(control.settings)?, control.settings);
            let fixed = |field, value, present, advice| Error::Fixed { field, value, present, advice };
            let format = "set the audio format instead";
            if new.sample_rate != present.sample_rate {
                return Err(fixed("sample_rate", new.sample_rate.into(), present.sample_rate.into(), format));
            }
            if new.channels != present.channels {
                return Err(fixed("channels", new.channels as i64, present.channels as i64, format));
            }
            if new.buffer_size != present.buffer_size {
                let (new, present) = (new.buffer_size as i64, present.buffer_size as i64);
                return Err(fixed("buffer_size", new, present, "stop and initialize again"));
            }
            let config = document.config()?;
            let folder = document.preset_folder;
            let library =
                folder.filter(|folder| control.library.folder() != Some(folder.as_path())).map(Library::at);
            let read = |name: &String| library.as_ref().unwrap_or(&control.library).get(name);
            let preset = document.preset.as_ref().map(read).transpose()?;
            // Nothing fails from here on, so an error changes nothing.
            if let Some(library) = library {
                control.library = library;
            }
            if let Some(preset) = preset {
                self.apply_preset(&mut control, &preset);
            } else if let Some(config) = config {
                self.set_config(&mut control, config, None);
            }
            if let Some(level) = document.log_level {
                control.log.set_level(level);
            }
            control.log.write(Level::Debug, "config updated", serde_json::json!({}));
            Ok(())
        })
    }

    /// All parameters as a JSON array, see `enhancer_get_parameters`.
    pub(crate) fn parameters_json(&self) -> Result<String, Error> {
        self.require_initialized("get_parameters")?;
        let config = self.control().now.config;
        let all: Vec<serde_json::Value> = ParamId::all().map(|param| describe(&param, &config)).collect();
        Ok(serde_json::Value::from(all).to_string())
    }

    /// Sets a parameter.
    ///
    /// # Errors
    /// The name is unknown, or the value is out of range or not a whole number where the parameter needs one.
    pub(crate) fn set_parameter(&self, name: &str, value: f64) -> Result<(), Error> {
        self.require_initialized("set_parameter")?;
        self.metrics.time(Operation::SetParameter, || {
            let param = find_parameter(name)?;
            let (min, max) = param.spec.kind.range();
            let name = || param.to_string();
            // Rounded to `f32` like a number in a config, so that 0.1 is in a range that starts at 0.1.
            if !(min..=max).contains(&(value as f32)) {
                return Err(Error::ParameterRange { name: name(), value, min, max });
            }
            if !matches!(param.spec.kind, ParamKind::Float { .. }) && value.fract() != 0.0 {
                return Err(Error::ParameterWhole { name: name(), value, min, max });
            }
            let mut control = self.control();
            let mut config = control.now.config;
            param.set(&mut config, value as f32);
            config.validate()?;
            self.set_config(&mut control, config, None);
            Ok(())
        })
    }

    /// The value of a parameter in its unit.
    ///
    /// # Errors
    /// The name is unknown.
    pub(crate) fn parameter(&self, name: &str) -> Result<f64, Error> {
        self.require_initialized("get_parameter")?;
        Ok(as_written(find_parameter(name)?.get(&self.control().now.config)))
    }

    /// Times, frames, errors and memory as JSON, see `enhancer_get_metrics`.
    pub(crate) fn metrics_json(&self) -> String {
        let pools = self.pools.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let memory = serde_json::json!({
            "lendable_bytes": pools.iter().map(|pool| pool.bytes()).sum::<usize>(),
            "lendable_buffers": pools.iter().map(|pool| pool.len()).sum::<usize>(),
            "lent_buffers": pools.iter().map(|pool| pool.lent()).sum::<usize>(),
            "process_resident_bytes": resident_bytes(),
        });
        drop(pools);
        self.metrics.to_json(&memory)
    }

    /// The live spectrum's samples and their format; `None` while it is off.
    pub(crate) fn spectrum_ring(&self) -> Option<(Arc<SpectrumRing>, Settings)> {
        let control = self.control();
        control.now.spectrum.clone().map(|ring| (ring, control.settings))
    }

    /// Format and block length.
    pub(crate) fn settings(&self) -> Settings {
        self.control().settings
    }
}

fn find_parameter(name: &str) -> Result<ParamId, Error> {
    ParamId::find(name).ok_or_else(|| Error::NoParameter(name.escape_debug().collect()))
}

/// The shortest decimal number of this `f32`: 0.1, not 0.10000000149.
fn as_written(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

fn describe(param: &ParamId, config: &EnhancerConfig) -> serde_json::Value {
    let (min, max) = param.spec.kind.range();
    let number = |value: f32| as_written(value);
    let display_name = match param.band {
        Some(band) => format!("Band {} {}", band + 1, param.spec.name),
        None => param.spec.name.to_owned(),
    };
    let mut row = serde_json::json!({
        "name": param.to_string(),
        "display_name": display_name,
        "type": "float",
        "value": number(param.get(config)),
        "min": number(min),
        "max": number(max),
        "default": number(param.default_value()),
        "unit": "",
        "description": param.spec.help,
    });
    match param.spec.kind {
        ParamKind::Float { unit, .. } => row["unit"] = unit.symbol().into(),
        ParamKind::Switch => row["type"] = "switch".into(),
        ParamKind::Choice(labels) => {
            row["type"] = "choice".into();
            row["choices"] = labels.into();
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_preset_or_config_keeps_the_folder_of_presets() {
        let instance = Instance::new();
        let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        instance
            .initialize(&format!(r#"{{"log_level": "off", "preset_folder": {:?}}}"#, old.path()))
            .unwrap();
        for rest in [r#""preset": "no such preset""#, r#""enhancer": {"master_gain": 99}"#] {
            let text = format!(r#"{{"preset_folder": {:?}, {rest}}}"#, new.path());
            assert!(instance.update_config(&text).is_err(), "{text}");
            assert_eq!(instance.control().library.folder(), Some(old.path()), "{text}");
        }
        instance.update_config(&format!(r#"{{"preset_folder": {:?}}}"#, new.path())).unwrap();
        assert_eq!(instance.control().library.folder(), Some(new.path()));
    }
}
