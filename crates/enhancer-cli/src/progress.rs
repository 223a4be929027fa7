//! Progress bars: one for each file in work and one for the batch; none where standard error is no terminal.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::path::Path;

/// The bars of a batch.
pub(crate) struct Progress {
    bars: MultiProgress,
    all: ProgressBar,
}

impl Progress {
    pub(crate) fn new(files: usize, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bars = MultiProgress::with_draw_target(target);
        let all = bars.add(ProgressBar::new(files as u64));
        all.set_style(style("{msg:28!} {wide_bar} {pos}/{len} files, {elapsed}"));
        all.set_message("all");
        // A bar is drawn from its first tick on.
        all.tick();
        Self { bars, all }
    }

    /// A bar for one file; `frames` counts all passes over it, if known.
    pub(crate) fn file(&self, path: &Path, frames: Option<u64>) -> FileProgress<'_> {
        let bar = self.bars.insert_before(&self.all, ProgressBar::no_length());
        match frames {
            Some(frames) => {
                bar.set_length(frames);
                bar.set_style(style("{msg:28!} {wide_bar} {percent:>3} %, {eta} left"));
            }
            None => bar.set_style(style("{msg:28!} {spinner} {elapsed}")),
        }
        bar.set_message(crate::report::shortened(path, 28));
        FileProgress { bar, progress: self }
    }

    pub(crate) fn finish(&self) {
        self.all.finish_and_clear();
    }
}

/// The bar of one file, removed on drop.
pub(crate) struct FileProgress<'a> {
    bar: ProgressBar,
    progress: &'a Progress,
}

impl FileProgress<'_> {
    pub(crate) fn advance(&self, frames: u64) {
        self.bar.inc(frames);
    }

    /// Adds another pass of `frames`.
    pub(crate) fn extend(&self, frames: u64) {
        self.bar.inc_length(frames);
    }
}

impl Drop for FileProgress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        self.progress.bars.remove(&self.bar);
        self.progress.all.inc(1);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
