//! One band at work: its sections, the targets they glide to, and the channel it acts on.

use crate::filter::{BandChannel, BandDesign, EqBand, MAX_SECTIONS, Section, Svf};
use crate::quality::Quality;

/// State of a section's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity {
    /// Passes its input and does not run.
    Idle,
    /// Runs with constant coefficients.
    Settled,
    /// Runs with gliding coefficients.
    Gliding,
}

/// A section of a band.
#[derive(Debug, Clone)]
pub(super) struct BandSection {
    pub(super) activity: Activity,
    pub(super) section: Section,
    /// True if the glide ends at a section that passes its input.
    to_rest: bool,
}

impl BandSection {
    fn new(sample_rate_hz: f64) -> Self {
        Self { activity: Activity::Idle, section: Section::new(sample_rate_hz), to_rest: true }
    }

    /// Glides to `target`, or to a section that passes its input.
    fn set_target(&mut self, target: Option<&Svf>) {
        self.to_rest = target.is_none();
        match target {
            Some(target) => {
                if self.activity == Activity::Idle {
                    // The poles of a section that passes its input are inaudible, so they start at their
                    // target.
                    self.section.set_target(&target.passing());
                    self.section.snap();
                }
                self.section.set_target(target);
            }
            None if self.activity == Activity::Idle => return,
            None => self.section.set_target(&self.section.target().passing()),
        }
        self.activity = Activity::Gliding;
        self.settle();
    }

    /// Updates the activity at the end of a glide.
    pub(super) fn settle(&mut self) {
        if !self.section.is_settled() {
            return;
        }
        if self.to_rest {
            self.activity = Activity::Idle;
            self.section.clear();
        } else {
            self.activity = Activity::Settled;
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Band {
    pub(super) sections: [BandSection; MAX_SECTIONS],
    /// The channel that the sections act on.
    pub(super) channel: BandChannel,
    /// The next channel and design, in force once the sections have glided to rest.
    next: Option<(BandChannel, BandDesign)>,
    /// The last settings. The same settings are not designed again.
    set: Option<(EqBand, Quality)>,
}

impl Band {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self {
            sections: core::array::from_fn(|_| BandSection::new(sample_rate_hz)),
            channel: BandChannel::Stereo,
            next: None,
            set: None,
        }
    }

    /// Glides to `band`, or to rest without one.
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

    /// Targets of the sections, now or after a change of channel. Sections on their way to rest have none.
    pub(super) fn targets(&self) -> impl Iterator<Item = Svf> {
        let now = self.sections.iter().filter(|section| !section.to_rest);
        let next = self.next.iter().flat_map(|(_, design)| design.sections());
        now.map(|section| section.section.target()).chain(next.copied())
    }

    fn is_idle(&self) -> bool {
        self.sections.iter().all(|section| section.activity == Activity::Idle)
    }

    /// Frames until a change of channel or the last frame in mid and side. Blocks are cut there, so that the
    /// result does not depend on the caller's blocks.
    pub(super) fn frames_to_event(&self) -> usize {
        if self.next.is_none() && !matches!(self.channel, BandChannel::Mid | BandChannel::Side) {
            return usize::MAX;
        }
        let remaining = self.sections.iter().map(|section| section.section.remaining_frames());
        remaining.filter(|&frames| frames > 0).min().unwrap_or(usize::MAX)
    }

    /// Switches to the next channel if all sections rest. Returns true if it switched.
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

    /// Clears the states and ends every glide.
    pub(super) fn reset(&mut self) {
        self.end_glides();
        self.switch_channel();
        self.end_glides();
    }

    fn end_glides(&mut self) {
        for section in &mut self.sections {
            section.section.snap();
            section.settle();
            section.section.clear();
        }
    }
}
