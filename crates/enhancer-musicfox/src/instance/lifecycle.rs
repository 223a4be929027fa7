//! The life of an instance: initialize, start, stop, real-time processing; and changes of format.

use super::Instance;
use super::control::Control;
use crate::error::Error;
use crate::log::Level;
use crate::pool::Pool;
use crate::settings::{Document, RealTimeDocument, Settings};
use crate::spectrum::SpectrumRing;
use crate::status::Status;
use enhancer_dsp::Enhancer;
use enhancer_preset::Library;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

impl Instance {
    /// Creates the chain from a JSON document, see `enhancer_create`.
    ///
    /// # Errors
    /// The document is invalid, or the instance runs. The instance stays unchanged.
    pub(crate) fn initialize(&self, text: &str) -> Result<(), Error> {
        let document = Document::parse(text)?;
        let settings = document.settings(Settings::default())?;
        let config = document.config()?;
        let mut control = self.control();
        if self.status() == Status::Running {
            let advice = "stop first";
            return Err(Error::Order { call: "initialize", status: Status::Running, advice });
        }
        let library = document.preset_folder.map_or_else(Library::open, Library::at);
        let preset = document.preset.map(|name| library.get(&name)).transpose()?;
        let chain = Enhancer::new(f64::from(settings.sample_rate), settings.channels)?;
        control.log.set_level(document.log_level.unwrap_or(Level::Info));
        control.settings = settings;
        control.library = library;
        control.now.real_time_frames = None;
        control.now.spectrum = None;
        self.prepare_pool(&mut control, settings.buffer_size);
        control.list_presets();
        match preset {
            Some(preset) => {
                let index = control.index_of(&preset.name);
                self.set_config(&mut control, preset.config, index);
            }
            None => self.set_config(&mut control, config.unwrap_or_default(), None),
        }
        let old = self.with_audio(|audio| audio.replace(Some(chain), settings.sample_rate));
        drop(old);
        self.set_status(Status::Initializing);
        control.log.write(Level::Info, "initialized", serde_json::json!(settings));
        Ok(())
    }

    /// Enables the audio calls and clears the chain's state.
    pub(crate) fn start(&self) -> Result<(), Error> {
        let control = self.control();
        let advice = "initialize first; a running instance needs no start";
        self.require("start", &[Status::Initializing, Status::Stopped], advice)?;
        self.reset.store(true, Ordering::Release);
        self.set_status(Status::Running);
        control.log.write(Level::Info, "started", serde_json::json!({}));
        Ok(())
    }

    /// Disables the audio calls and ends real-time processing.
    pub(crate) fn stop(&self) -> Result<(), Error> {
        let mut control = self.control();
        self.require_running("stop")?;
        self.set_status(Status::Stopped);
        end_real_time(&mut control);
        control.log.write(Level::Info, "stopped", serde_json::json!({}));
        Ok(())
    }

    /// Succeeds while the instance runs.
    pub(crate) fn health_check(&self) -> Result<(), Error> {
        self.require_running("health_check")
    }

    /// Starts real-time processing: allocates buffers, lists the presets and starts the live spectrum if
    /// requested.
    pub(crate) fn start_real_time(&self, text: &str) -> Result<(), Error> {
        let document = RealTimeDocument::parse(text)?;
        let mut control = self.control();
        self.require_running("start_real_time")?;
        let frames = document.buffer_size(control.settings.buffer_size)?;
        self.prepare_pool(&mut control, frames);
        control.list_presets();
        control.now.real_time_frames = Some(frames);
        control.now.spectrum = document.spectrum.then(|| Arc::new(SpectrumRing::new()));
        control.publish();
        let fields = serde_json::json!({ "buffer_size": frames, "spectrum": document.spectrum });
        control.log.write(Level::Info, "real-time processing started", fields);
        Ok(())
    }

    /// Ends real-time processing.
    ///
    /// # Errors
    /// Real-time processing is off.
    pub(crate) fn stop_real_time(&self) -> Result<(), Error> {
        let mut control = self.control();
        self.require_running("stop_real_time")?;
        if control.now.real_time_frames.is_none() {
            let (status, advice) = (Status::Running, "start real-time processing first");
            return Err(Error::Order { call: "stop_real_time", status, advice });
        }
        end_real_time(&mut control);
        control.log.write(Level::Info, "real-time processing stopped", serde_json::json!({}));
        Ok(())
    }

    /// Replaces the chain by one for another format; its state is clear. Audio calls fail during the
    /// replacement.
    pub(crate) fn set_format(&self, sample_rate: i64, channels: i64) -> Result<(), Error> {
        self.require_initialized("set_audio_format")?;
        let mut control = self.control();
        let settings = control.settings.with_format(sample_rate, channels)?;
        let chain = Enhancer::new(f64::from(settings.sample_rate), settings.channels)?;
        control.settings = settings;
        let frames = control.now.real_time_frames.unwrap_or(0).max(settings.buffer_size);
        self.prepare_pool(&mut control, frames);
        let (config, preset) = (control.now.config, control.now.preset);
        self.set_config(&mut control, config, preset);
        let old = self.with_audio(|audio| audio.replace(Some(chain), settings.sample_rate));
        drop(old);
        control.log.write(Level::Info, "format set", serde_json::json!(settings));
        Ok(())
    }

    /// Writes the end of the instance to the log.
    pub(crate) fn log_end(&self) {
        self.control().log.write(Level::Info, "destroyed", serde_json::json!({}));
    }

    /// Replaces the published pool unless it fits the format and blocks of `frames` frames.
    fn prepare_pool(&self, control: &mut Control, frames: usize) {
        let channels = control.settings.channels;
        if control.now.pool.as_ref().is_some_and(|pool| pool.fits(channels, frames)) {
            return;
        }
        let pool = Arc::new(Pool::new(channels, frames));
        control.now.pool = Some(Arc::clone(&pool));
        self.pools.write().unwrap_or_else(PoisonError::into_inner).push(pool);
    }
}

fn end_real_time(control: &mut Control) {
    control.now.real_time_frames = None;
    control.now.spectrum = None;
    control.publish();
}
