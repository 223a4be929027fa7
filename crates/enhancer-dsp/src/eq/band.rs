//! One band at work: its sections, what they glide to, and what it acts on.

use super::glide::Glide;
use super::kernel::{Kernel, State};
use crate::block::MAX_CHANNELS;
use crate::filter::{BandChannel, BandDesign, EqBand, MAX_SECTIONS, Svf};
use crate::quality::Quality;

/// The most pairs of channels.
const MAX_PAIRS: usize = MAX_CHANNELS.div_ceil(2);

/// What a section is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity {
    /// Passes its input; not run at all.
    Idle,
    /// Runs with a constant kernel.
    Settled,
    /// Its coefficients move.
    Gliding,
}

#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) activity: Activity,
    pub(super) kernel: Kernel,
    pub(super) states: [State; MAX_PAIRS],
    glide: Glide,
    /// Whether the glide ends at a section that passes its input.
    to_rest: bool,
}

impl Section {
    fn new(sample_rate_hz: f64) -> Self {
        Self {
            activity: Activity::Idle,
            kernel: Kernel::new(&Svf::IDENTITY),
            states: [State::default(); MAX_PAIRS],
            glide: Glide::new(sample_rate_hz),
            to_rest: true,
        }
    }

    /// Glides to `target`, or to passing its input.
    fn set_target(&mut self, target: Option<&Svf>) {
        self.to_rest = target.is_none();
        match target {
            Some(target) => {
                if self.activity == Activity::Idle {
                    // Its poles can be put where they will be while nothing is heard of them.
                    self.glide.set_target(&passing(target));
                    self.glide.snap();
                }
                self.glide.set_target(target);
            }
            None if self.activity == Activity::Idle => return,
            None => self.glide.set_target(&passing(&self.glide.target())),
        }
        self.activity = Activity::Gliding;
        self.settle();
    }

    /// Fills the kernels of the next frames.
    pub(super) fn advance(&mut self, kernels: &mut [Kernel]) {
        for kernel in kernels {
            *kernel = Kernel::new(&self.glide.next());
        }
        self.settle();
    }

    /// Sets states too small to matter to zero.
    pub(super) fn flush_denormals(&mut self, pairs: usize) {
        let states = self.states.get_mut(..pairs).unwrap_or_default();
        crate::denormals::flush(states.as_flattened_mut().as_flattened_mut());
    }

    /// Takes notice of a glide's end.
    fn settle(&mut self) {
        if !self.glide.is_settled() {
            return;
        }
        if self.to_rest {
            self.activity = Activity::Idle;
            self.states = [State::default(); MAX_PAIRS];
        } else {
            self.activity = Activity::Settled;
            self.kernel = Kernel::new(&self.glide.target());
        }
    }
}

/// A section with the poles of `svf` and zeros on top of them.
fn passing(svf: &Svf) -> Svf {
    Svf { c: [1.0, svf.k, 1.0], ..*svf }
}

#[derive(Debug, Clone)]
pub(super) struct Band {
    pub(super) sections: [Section; MAX_SECTIONS],
    /// What the sections act on now.
    pub(super) channel: BandChannel,
    /// What they will act on, and how, once they have glided to rest.
    next: Option<(BandChannel, BandDesign)>,
    /// What was set last; nothing is designed anew for the same.
    set: Option<(EqBand, Quality)>,
}

impl Band {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self {
            sections: core::array::from_fn(|_| Section::new(sample_rate_hz)),
            channel: BandChannel::Stereo,
            next: None,
            set: None,
        }
    }

    /// Glides to `band`; to rest where there is none.
    pub(super) fn set(&mut self, band: Option<&EqBand>, sample_rate_hz: f64, quality: Quality) {
        let Some(band) = band.filter(|band| band.enabled) else {
            if self.set.take().is_some() {
                self.next = None;
                self.glide_to(&BandDesign::IDENTITY);
            }
            return;
        };
        if self.set == Some((*band, quality)) {
            return;
        }
        self.set = Some((*band, quality));
        let design = BandDesign::new(band, sample_rate_hz, quality);
        if band.channel == self.channel {
            self.next = None;
            self.glide_to(&design);
        } else if self.is_idle() {
            self.channel = band.channel;
            self.next = None;
            self.glide_to(&design);
        } else {
            self.next = Some((band.channel, design));
            self.glide_to(&BandDesign::IDENTITY);
        }
    }

    fn glide_to(&mut self, design: &BandDesign) {
        let targets = design.sections().iter().map(Some).chain(core::iter::repeat(None));
        for (section, target) in self.sections.iter_mut().zip(targets) {
            section.set_target(target);
        }
    }

    /// What the sections glide to, now or after a change of channel; none for those that go to rest.
    pub(super) fn targets(&self) -> impl Iterator<Item = Svf> {
        let now = self.sections.iter().filter(|section| !section.to_rest);
        let next = self.next.iter().flat_map(|(_, design)| design.sections());
        now.map(|section| section.glide.target()).chain(next.copied())
    }

    fn is_idle(&self) -> bool {
        self.sections.iter().all(|section| section.activity == Activity::Idle)
    }

    /// Frames until something happens that must not depend on how blocks are cut: a change of channel, or the last frame
    /// in mid and side.
    pub(super) fn frames_to_event(&self) -> usize {
        if self.next.is_none() && !matches!(self.channel, BandChannel::Mid | BandChannel::Side) {
            return usize::MAX;
        }
        let remaining = self.sections.iter().map(|section| section.glide.remaining_frames());
        remaining.filter(|&frames| frames > 0).min().unwrap_or(usize::MAX)
    }

    /// Starts to act on another channel, if all sections have come to rest for it; true if so.
    pub(super) fn switch_channel(&mut self) -> bool {
        if self.next.is_some()
            && self.is_idle()
            && let Some((channel, design)) = self.next.take()
        {
            self.channel = channel;
            self.glide_to(&design);
            return true;
        }
        false
    }

    /// Forgets the past; every glide ends.
    pub(super) fn reset(&mut self) {
        self.end_glides();
        self.switch_channel();
        self.end_glides();
    }

    fn end_glides(&mut self) {
        for section in &mut self.sections {
            section.glide.snap();
            section.settle();
            section.states = [State::default(); MAX_PAIRS];
        }
    }
}
