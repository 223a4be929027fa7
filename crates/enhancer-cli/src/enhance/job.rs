//! The work on one file, from input to output.

use super::chain::Chain;
use super::loudness::{GainSearch, Missed, Next, Outcome};
use super::plan::Task;
use super::render::{JobError, Rendered, measure_loudness, render};
use crate::audio::decode::Source;
use crate::audio::encode::Encoder;
use crate::audio::info::DecodeOptions;
use crate::audio::output_format::{Bits, Layout};
use crate::audio::tags::Tags;
use crate::interrupt::Stop;
use crate::output::{MAX_NAME_BYTES, PendingFile};
use crate::progress::{FileProgress, Progress};
use crate::unmeasured::{Unmeasured, unmeasured};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::meter::AudioAnalysis;
use std::path::Path;
use std::time::{Duration, Instant};

/// The options that all files of a batch share.
pub(crate) struct Orders<'a> {
    pub(crate) config: &'a EnhancerConfig,
    pub(crate) loudness: Option<f64>,
    pub(crate) bits: Option<Bits>,
    pub(crate) reading: DecodeOptions,
    pub(crate) force: bool,
    pub(crate) stop: &'a Stop,
}

/// The results of one enhanced file.
pub(crate) struct Enhanced {
    pub(crate) task: Task,
    pub(crate) sample_rate_hz: u32,
    pub(crate) channels: usize,
    pub(crate) frames: u64,
    /// Wall time from opening the input until the output has its name.
    pub(crate) wall_seconds: f64,
    pub(crate) before: AudioAnalysis,
    pub(crate) after: AudioAnalysis,
    /// Notes on the result for the user.
    pub(crate) notes: Vec<String>,
}

/// Enhances one file and gives the output its name when it is complete.
///
/// # Errors
/// The output is then as before the call.
pub(crate) fn run(task: &Task, orders: &Orders<'_>, progress: &Progress) -> Result<Enhanced, JobError> {
    Job::new(task, orders)?.run(progress)
}

struct Job<'a> {
    task: &'a Task,
    orders: &'a Orders<'a>,
    started: Instant,
    /// The source that was opened to read the format; the first pass takes it.
    source: Option<Source>,
    layout: Layout,
    frames_hint: Option<u64>,
    bits: Bits,
    tags: Tags,
    notes: Vec<String>,
}

impl<'a> Job<'a> {
    fn new(task: &'a Task, orders: &'a Orders<'a>) -> Result<Self, JobError> {
        if orders.stop.is_set() {
            return Err(JobError::Interrupted);
        }
        let started = Instant::now();
        let source = Source::open(&task.input, orders.reading)?;
        let layout = Layout::from(source.info());
        let frames_hint = source.info().frames_hint;
        let bits = orders.bits.unwrap_or_else(|| Bits::for_input(source.info().depth, task.format));
        let length = frames_hint
            .map(|frames| Duration::from_secs_f64(frames as f64 / f64::from(layout.sample_rate_hz)));
        let (tags, mut notes) = Tags::read(&task.input, task.format, length);
        if task.is_shortened {
            let name = Path::new(task.output.file_name().unwrap_or_default()).display();
            notes.push(format!(
                "has a long name; its result is named {name}, because a name has at most {MAX_NAME_BYTES} bytes"
            ));
        }
        Ok(Self { task, orders, started, source: Some(source), layout, frames_hint, bits, tags, notes })
    }

    fn run(mut self, progress: &Progress) -> Result<Enhanced, JobError> {
        let passes = if self.orders.loudness.is_some() { 2 } else { 1 };
        let bar = progress.file(&self.task.input, self.frames_hint.map(|frames| frames * passes));
        let rendered = match self.orders.loudness {
            None => self.render(0.0, &bar)?.complete(self.orders.stop)?,
            Some(target) => self.render_at(target, &bar)?,
        };
        self.notes.extend(rendered.notes);
        if rendered.clipped > 0 {
            self.notes.push(format!(
                "{} samples are clipped; switch the limiter on, or use --bits 32f",
                rendered.clipped
            ));
        }
        Ok(Enhanced {
            task: self.task.clone(),
            sample_rate_hz: self.layout.sample_rate_hz,
            channels: self.layout.channels,
            frames: rendered.frames,
            wall_seconds: self.started.elapsed().as_secs_f64(),
            before: rendered.before,
            after: rendered.after,
            notes: self.notes,
        })
    }

    /// Measures, then renders until the loudness meets the target.
    fn render_at(&mut self, target: f64, bar: &FileProgress<'_>) -> Result<Rendered, JobError> {
        let unlimited_lufs = match self.unlimited_lufs(bar)? {
            Ok(lufs) => lufs,
            Err(missed) => {
                self.notes.push(missed.to_string());
                return self.render(0.0, bar)?.complete(self.orders.stop);
            }
        };
        let limiter = &self.orders.config.limiter;
        let ceiling_dbtp = limiter.enabled.then_some(limiter.ceiling_dbtp);
        let mut search = GainSearch::new(target, unlimited_lufs, ceiling_dbtp);
        let mut gain_db = search.first_gain_db();
        loop {
            let attempt = self.render(gain_db, bar)?;
            match search.next(gain_db, attempt.outcome()) {
                Next::Done => return attempt.complete(self.orders.stop),
                Next::Missed(missed) => {
                    self.notes.push(missed.to_string());
                    return attempt.complete(self.orders.stop);
                }
                Next::Try(next) => {
                    gain_db = next;
                    bar.extend(attempt.rendered.frames);
                }
            }
        }
    }

    /// The chain's loudness without its limiter, LUFS; or the reason why there is none.
    fn unlimited_lufs(&mut self, bar: &FileProgress<'_>) -> Result<Result<f64, Missed>, JobError> {
        if self.orders.config.bypass_all {
            return Ok(Err(Missed::Bypassed));
        }
        let mut config = *self.orders.config;
        config.limiter.enabled = false;
        let Layout { sample_rate_hz, channels, .. } = self.layout;
        let chain = Chain::new(&config, 0.0, sample_rate_hz, channels)?;
        let advance = |frames| bar.advance(frames);
        let (frames, lufs) = measure_loudness(self.open()?, chain, self.orders.stop, &advance)?;
        Ok(lufs.ok_or(match unmeasured(frames, sample_rate_hz) {
            Unmeasured::TooShort => Missed::TooShort { seconds: frames as f64 / f64::from(sample_rate_hz) },
            Unmeasured::TooQuiet => Missed::Silence,
        }))
    }

    /// Renders into a file that has no name yet.
    fn render(&mut self, gain_db: f64, bar: &FileProgress<'_>) -> Result<Attempt, JobError> {
        let source = self.open()?;
        let chain = self.chain(gain_db)?;
        let file = PendingFile::create_like(&self.task.input, &self.task.output, self.orders.force)?;
        let encoder = Encoder::new(file.writer()?, self.task.format, self.bits, &self.layout, &self.tags)?;
        let rendered = render(source, chain, encoder, self.orders.stop, &|frames| bar.advance(frames))?;
        Ok(Attempt { file, rendered })
    }

    fn open(&mut self) -> Result<Source, JobError> {
        Ok(match self.source.take() {
            Some(source) => source,
            None => Source::open(&self.task.input, self.orders.reading)?,
        })
    }

    fn chain(&self, gain_db: f64) -> Result<Chain, JobError> {
        let Layout { sample_rate_hz, channels, .. } = self.layout;
        Ok(Chain::new(self.orders.config, gain_db, sample_rate_hz, channels)?)
    }
}

struct Attempt {
    file: PendingFile,
    rendered: Rendered,
}

impl Attempt {
    fn outcome(&self) -> Outcome {
        Outcome { lufs: self.rendered.after.lufs_integrated, is_clipped: self.rendered.clipped > 0 }
    }

    /// Gives the file its name.
    fn complete(self, stop: &Stop) -> Result<Rendered, JobError> {
        self.file.commit(stop)?;
        Ok(self.rendered)
    }
}
