//! Parametric equalizer: a preamp, then up to sixteen bands in cascade, each on all channels, left, right,
//! mid or side.
//!
//! [`design`](crate::filter::design) makes the sections of a band from its analog
//! [prototype](crate::filter::prototype). A band without effect costs nothing. Changes glide in about 20 ms.
//! Gain, frequency, q, type and slope glide by the coefficients of the sections. A change of channel glides
//! to rest, switches, and glides back in.
//!
//! Mid and side are M = (L + R)/2 and S = (L − R)/2 of the first two channels, with L = M + S and R = M − S.
//! So a side band passes equal channels to the bit, and a mid band opposite ones.

mod band;
mod bands;
mod response;

pub use bands::{Bands, MAX_BANDS, default_band_frequency_hz};
pub use response::EqResponse;

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::{first_frames_mut, part, part_mut};
use crate::filter::cascade::{Cascade, GROUP};
use crate::filter::lanes::{Coefficients, LaneCoefficients, run_gliding};
use crate::filter::{BandChannel, MAX_SECTIONS};
use crate::param::ParamKind as K;
use crate::param::Unit::Db;
use crate::param::section;
use crate::quality::Quality;
use crate::smoother::{GLIDE_MS, Smoother};
use crate::stage::Stage;
use crate::tail::Tail;
use crate::units::db_to_gain;
use band::{Activity, Band, BandSection};
use core::ops::Range;
use realfft::num_complex::Complex64;

section! {
    /// Parametric equalizer: a preamp and up to [`MAX_BANDS`] bands, none by default.
    EqualizerConfig at "equalizer.", {
    enabled: bool, "enabled", "EQ", K::Switch, 1.0, "Switches the equalizer.",
        "On by default; without bands and with a preamp of 0 dB it changes no sample.";
    preamp_db: f32, "preamp", "EQ Preamp", K::float(-24.0, 24.0, Db), 0.0, "Gain before the bands.",
        "Make room for boosts: as many decibels down as the largest boost, where no limiter follows.";
    } also {
    /// The bands in use, in order.
    bands: Bands = Bands::default();
    }
}

/// The equalizer as a stage of the chain.
#[derive(Debug)]
pub struct Equalizer {
    sample_rate_hz: f64,
    channels: usize,
    preamp: Smoother,
    bands: Box<[Band]>,
    /// The sections that are not idle, in order.
    running: Members<{ MAX_BANDS * MAX_SECTIONS }>,
    /// True if a section may have started or ended its work since `running` was listed.
    stale: bool,
}

impl Equalizer {
    /// Lists the sections that run, if the list may be stale.
    fn list_running(&mut self) {
        if !core::mem::take(&mut self.stale) {
            return;
        }
        self.running = Members::NONE;
        for (index, band) in self.bands.iter().enumerate() {
            for (section, state) in band.sections.iter().enumerate() {
                if state.activity != Activity::Idle {
                    self.running.push((index as u8, section as u8));
                }
            }
        }
    }

    /// Processes frames in which no band changes its channel.
    fn process_range(&mut self, block: &mut Block, range: &Range<usize>) {
        self.list_running();
        let mut group = Members::NONE;
        let mut domain = Domain::LeftRight;
        let running = self.running;
        for &member in running.as_slice() {
            let Some((channel, section)) = self.section(member) else { break };
            let settled = section.activity == Activity::Settled;
            let wanted = Domain::of(channel, self.channels);
            if wanted != domain {
                self.run_group(&mut group, block, range);
                domain.convert(wanted, block, range);
                domain = wanted;
            }
            if settled {
                group.push(member);
                if group.len == GROUP {
                    self.run_group(&mut group, block, range);
                }
            } else {
                self.run_group(&mut group, block, range);
                self.run_gliding(member, block, range);
            }
        }
        self.run_group(&mut group, block, range);
        domain.convert(Domain::LeftRight, block, range);
    }

    /// A section and the channel of its band.
    fn section(&mut self, (band, section): Member) -> Option<(BandChannel, &mut BandSection)> {
        let band = self.bands.get_mut(usize::from(band))?;
        Some((band.channel, band.sections.get_mut(usize::from(section))?))
    }

    /// Runs the settled sections of `group`, and empties it.
    fn run_group(&mut self, group: &mut Members<GROUP>, block: &mut Block, range: &Range<usize>) {
        let members = core::mem::replace(group, Members::NONE);
        match members.len {
            0 => {}
            1..=4 => self.run_members::<1>(members.as_slice(), block, range),
            _ => self.run_members::<2>(members.as_slice(), block, range),
        }
    }

    /// Runs up to `4 R` settled sections.
    fn run_members<const R: usize>(&mut self, members: &[Member], block: &mut Block, range: &Range<usize>) {
        let channels = self.channels;
        for (pair, samples) in block.pairs_mut().enumerate() {
            let mut cascade = Cascade::<R>::PASS;
            for (place, &member) in members.iter().enumerate() {
                let Some((channel, section)) = self.section(member) else { return };
                let section = &mut section.section;
                let k = LaneCoefficients::on(section.settled(), acts(channel, pair, channels));
                let Some(state) = section.states().get(pair) else { return };
                cascade.set(place, &k, state);
            }
            cascade.run(part_mut(samples, range.clone()));
            for (place, &member) in members.iter().enumerate() {
                if let Some((_, section)) = self.section(member)
                    && let Some(state) = section.section.states().get_mut(pair)
                {
                    *state = cascade.state(place);
                }
            }
        }
    }

    fn run_gliding(&mut self, member: Member, block: &mut Block, range: &Range<usize>) {
        let channels = self.channels;
        // The glide may end in this range.
        self.stale = true;
        let Some((channel, section)) = self.section(member) else { return };
        let mut coefficients = [Coefficients::PASS; MAX_CHUNK_FRAMES];
        let coefficients = first_frames_mut(&mut coefficients, range.len());
        section.section.fill(coefficients);
        for ((pair, samples), state) in block.pairs_mut().enumerate().zip(section.section.states()) {
            let samples = part_mut(samples, range.clone());
            run_gliding(coefficients, acts(channel, pair, channels), state, samples);
        }
        section.settle();
    }
}

impl Stage for Equalizer {
    type Config = EqualizerConfig;

    const NAME: &'static str = "EQ";
    const MAIN: &'static str = "preamp";

    fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            sample_rate_hz,
            channels,
            preamp: Smoother::new(sample_rate_hz, GLIDE_MS, 1.0),
            bands: vec![Band::new(sample_rate_hz); MAX_BANDS].into_boxed_slice(),
            running: Members::NONE,
            stale: true,
        }
    }

    fn is_enabled(&self, config: &EqualizerConfig) -> bool {
        config.enabled
    }

    fn set_config(&mut self, config: &EqualizerConfig, quality: Quality) {
        self.preamp.set_target(db_to_gain(f64::from(config.preamp_db)));
        for (index, band) in self.bands.iter_mut().enumerate() {
            let set = config.bands.get(index).filter(|set| acts(set.channel, 0, self.channels) != [false; 2]);
            band.set(set, self.sample_rate_hz, quality);
        }
        self.stale = true;
    }

    fn process(&mut self, block: &mut Block) {
        crate::gain::apply(&mut self.preamp, block);
        let mut start = 0;
        while start < block.frames() {
            let to_event = self.bands.iter().map(Band::frames_to_event).min().unwrap_or(usize::MAX);
            let end = start.saturating_add(to_event).min(block.frames());
            self.process_range(block, &(start..end));
            for band in &mut self.bands {
                self.stale |= band.switch_channel();
            }
            start = end;
        }
    }

    fn reset(&mut self) {
        self.preamp.snap();
        self.bands.iter_mut().for_each(Band::reset);
        self.stale = true;
    }

    fn flush_denormals(&mut self) {
        self.list_running();
        let pairs = self.channels.div_ceil(2);
        let running = self.running;
        for &member in running.as_slice() {
            if let Some((_, section)) = self.section(member) {
                section.section.flush_denormals(pairs);
            }
        }
    }

    fn add_tail(&self, config: &EqualizerConfig, tail: &mut Tail) {
        tail.add_gain_db(f64::from(config.preamp_db));
        // A band that changes its channel counts with both its sections, present and coming.
        self.bands.iter().flat_map(Band::targets).for_each(|section| tail.add_section(&section));
    }

    fn response(
        config: &EqualizerConfig,
        sample_rate_hz: f64,
        quality: Quality,
    ) -> impl Fn(f64, BandChannel) -> Complex64 {
        let response = EqResponse::new(config, sample_rate_hz, quality);
        move |frequency_hz, channel| response.response(frequency_hz, channel)
    }
}

/// Places of a section: band, section of the band.
type Member = (u8, u8);

/// A list of sections.
#[derive(Debug, Clone, Copy)]
struct Members<const N: usize> {
    members: [Member; N],
    len: usize,
}

impl<const N: usize> Members<N> {
    const NONE: Self = Self { members: [(0, 0); N], len: 0 };

    fn push(&mut self, member: Member) {
        if let Some(slot) = self.members.get_mut(self.len) {
            *slot = member;
            self.len += 1;
        }
    }

    fn as_slice(&self) -> &[Member] {
        part(&self.members, ..self.len)
    }
}

/// The two signals in the lanes of the first pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Domain {
    LeftRight,
    MidSide,
}

impl Domain {
    /// The domain of a band on `channel`. It never changes, because the states of the band are signals of
    /// that domain. (A stereo band could work in either domain, but its states would not fit after a change.)
    fn of(channel: BandChannel, channels: usize) -> Self {
        match channel {
            BandChannel::Mid | BandChannel::Side if channels > 1 => Self::MidSide,
            _ => Self::LeftRight,
        }
    }

    fn convert(self, wanted: Self, block: &mut Block, range: &Range<usize>) {
        if self == wanted {
            return;
        }
        let scale = if wanted == Self::MidSide { 0.5 } else { 1.0 };
        for lanes in part_mut(block.first_pair_mut(), range.clone()) {
            let [a, b]: Lanes = *lanes;
            *lanes = [scale * (a + b), scale * (a - b)];
        }
    }
}

/// The lanes of a pair that a band on `channel` works on. A single channel counts as left and as mid.
fn acts(channel: BandChannel, pair: usize, channels: usize) -> [bool; 2] {
    match (channel, pair) {
        (BandChannel::Stereo, _) => [true; 2],
        (BandChannel::Left | BandChannel::Mid, 0) => [true, false],
        (BandChannel::Right | BandChannel::Side, 0) => [false, channels > 1],
        _ => [false; 2],
    }
}
