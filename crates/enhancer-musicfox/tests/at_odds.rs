//! Independent threads call the functions of both layers in random order. Each call succeeds or fails with a
//! message, and the library works afterwards.

mod support;

use enhancer_measure::signal::Random;
use enhancer_musicfox::instances::*;
use enhancer_musicfox::plugin::*;
use enhancer_musicfox::types::{AudioBuffer, Enhancer, PluginMetadata, PresetInfo, SpectrumData};
use std::ffi::{CString, c_char, c_int};
use std::mem::MaybeUninit;
use std::path::Path;
use std::ptr::{null, without_provenance_mut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::{LEND, buffer, c, last_error, string};
use tempfile::TempDir;

/// Handles that all threads use, replace and destroy; some become stale.
type Handles = [AtomicUsize; 3];

/// State of one thread.
struct Caller<'a> {
    random: Random,
    config: CString,
    handles: &'a Handles,
    samples: Vec<f32>,
}

impl Caller<'_> {
    fn pick(&mut self, count: u64) -> usize {
        (self.random.next_u64() % count) as usize
    }

    /// Expects 0, or −1 with a message other than an internal error.
    fn expect_answer(layer: &str, answer: c_int) {
        let message = last_error();
        assert!(answer == 0 || answer == -1 && message.len() > 15, "{layer}: {answer}, {message}");
        assert!(!message.contains("internal error"), "{layer}: {message}");
    }

    /// Calls a random function of the plugin.
    fn plugin(&mut self) {
        let (config, name) = (self.config.as_ptr(), c("warm"));
        // SAFETY: `c` and `config` make C strings; the audio and the structs to write are valid.
        let answer = unsafe {
            match self.pick(20) {
                0 => c_int::from(PluginCreate() != 0) - 1,
                1 if self.pick(4) == 0 => return PluginDestroy(),
                1..=3 => PluginInitialize(config),
                4..=6 => PluginStart(),
                7 => PluginStop(),
                8 => PluginStartRealTimeProcessing(c(r#"{"spectrum": true}"#).as_ptr()),
                9 => PluginStopRealTimeProcessing(),
                10 => PluginSetAudioFormat(44_100 + 3900 * c_int::from(self.pick(4) > 0), 2),
                11 => PluginLoadPreset(name.as_ptr()),
                12 => PluginUpdateConfig(c(r#"{"enhancer": {"master_gain": -2}}"#).as_ptr()),
                13 => return text(PluginGetConfig()),
                14 => return text(PluginGetMetrics()),
                15 => PluginSetParameter(c("bypass_all").as_ptr(), f64::from(self.pick(2) as u8)),
                16 => PluginHealthCheck(),
                17 => return assert!((0..=3).contains(&PluginGetStatus())),
                _ => self.audio(|input, output| {
                    PluginProcessAudio(input.expose_provenance(), output.expose_provenance())
                }),
            }
        };
        Self::expect_answer("the plugin", answer);
    }

    /// Calls a random function on a random handle.
    fn instance(&mut self) {
        let place = &self.handles[self.pick(3)];
        let e: *mut Enhancer = without_provenance_mut(place.load(Ordering::Relaxed));
        // SAFETY: `c` and `config` make C strings; the audio and the structs to write are valid.
        let answer = unsafe {
            match self.pick(20) {
                0 => return place.store(enhancer_create(self.config.as_ptr()).addr(), Ordering::Relaxed),
                1 => return enhancer_destroy(e),
                2..=4 => enhancer_start(e),
                5 => enhancer_stop(e),
                6 => enhancer_initialize(e, self.config.as_ptr()),
                7 => enhancer_start_real_time(e, c(r#"{"buffer_size": 300}"#).as_ptr()),
                8 => enhancer_reset(e),
                9 => enhancer_save_preset(e, c("mine").as_ptr(), c("{}").as_ptr()),
                10 => enhancer_delete_preset(e, c("mine").as_ptr()),
                11 => {
                    let (mut presets, mut count) = (null::<PresetInfo>(), 0);
                    let answer = enhancer_get_presets(e, &raw mut presets, &raw mut count);
                    if answer == 0 {
                        std::slice::from_raw_parts(presets, count as usize)
                            .iter()
                            .for_each(|preset| text(preset.name));
                    }
                    answer
                }
                12 => {
                    let mut metadata = MaybeUninit::<PluginMetadata>::uninit();
                    let answer = enhancer_get_metadata(e, metadata.as_mut_ptr());
                    if answer == 0 {
                        text(metadata.assume_init().metadata_json);
                    }
                    answer
                }
                13 => {
                    let mut spectrum = MaybeUninit::<SpectrumData>::uninit();
                    enhancer_get_spectrum(e, null(), spectrum.as_mut_ptr())
                }
                14 => return assert!((-1..2000).contains(&enhancer_latency_frames(e))),
                15 => self.lent(e),
                16 => {
                    self.audio(|input, output| enhancer_enhance_audio(e, input, c("rock").as_ptr(), output))
                }
                17 => enhancer_process_interleaved_f32(e, self.samples.as_mut_ptr(), 500, 2),
                _ => self.audio(|input, output| enhancer_process_audio(e, input, output)),
            }
        };
        Self::expect_answer("an instance", answer);
    }

    /// Processes a block in place.
    fn audio(&mut self, call: impl FnOnce(*const AudioBuffer, *mut AudioBuffer) -> c_int) -> c_int {
        let frames = 1 + self.pick(500);
        let start = self.samples.as_mut_ptr();
        let mut channels = [start, start.wrapping_add(500)];
        let input = buffer(&mut channels, frames);
        let mut output = input;
        let answer = call(&raw const input, &raw mut output);
        assert!(self.samples.iter().all(|sample| sample.is_finite()));
        answer
    }

    /// Borrows a buffer and releases it. Another thread may destroy the instance before, so the samples are
    /// not read.
    fn lent(&mut self, e: *mut Enhancer) -> c_int {
        let mut lent = LEND;
        // SAFETY: `audio` passes valid audio; the output requests lent buffers.
        let answer = self.audio(|input, _| unsafe { enhancer_process_audio(e, input, &raw mut lent) });
        if answer == 0 {
            // SAFETY: `lent` is a valid struct; a foreign or stale buffer is an error.
            Self::expect_answer("release", unsafe { enhancer_release_audio(e, &raw mut lent) });
        }
        answer
    }
}

/// Reads a string to its end unless it is null.
fn text(text: *const c_char) {
    if !text.is_null() {
        assert!(string(text).len() > 2);
    }
}

fn config(folder: &Path) -> CString {
    let folder = folder.to_str().unwrap();
    c(format!(
        r#"{{"sample_rate": 48000, "buffer_size": 256, "log_level": "off", "preset_folder": {folder:?}}}"#
    ))
}

#[test]
fn calls_from_many_threads_in_random_order_break_nothing() {
    let temp = TempDir::new().unwrap();
    let handles = Handles::default();
    let end = Instant::now() + Duration::from_secs(2);
    let calls: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|seed| {
                let (handles, config) = (&handles, config(temp.path()));
                scope.spawn(move || {
                    let mut caller =
                        Caller { random: Random::new(seed), config, handles, samples: vec![0.1; 1000] };
                    let mut calls = 0;
                    while Instant::now() < end {
                        if seed % 2 == 0 {
                            caller.plugin()
                        } else {
                            caller.instance()
                        }
                        calls += 1;
                    }
                    calls
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{calls} calls");
    assert!(calls > 1000);
    PluginDestroy();
    for handle in &handles {
        enhancer_destroy(without_provenance_mut(handle.load(Ordering::Relaxed)));
    }
    // Afterwards a new plugin works.
    assert_ne!(PluginCreate(), 0, "{}", last_error());
    // SAFETY: `config` makes a C string.
    assert_eq!(unsafe { PluginInitialize(config(temp.path()).as_ptr()) }, 0, "{}", last_error());
    assert_eq!((PluginStart(), PluginGetStatus()), (0, 2));
    PluginDestroy();
}
