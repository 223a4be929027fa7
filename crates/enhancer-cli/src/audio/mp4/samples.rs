//! The places of a track's packets: runs of packets that follow each other in the file.

use super::boxes::find;
use crate::audio::bytes::{be32, be64};

/// A run of packets that follow each other in the file.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Number of the first packet.
    first: usize,
    /// Start of the run in the file.
    offset: u64,
}

/// A run of packets with the same duration.
#[derive(Debug, Clone, Copy)]
struct Pace {
    first: usize,
    ticks: u32,
}

/// The packets of a track.
#[derive(Debug, Default)]
pub(super) struct Samples {
    runs: Vec<Run>,
    paces: Vec<Pace>,
    /// Length of each packet in bytes.
    sizes: Vec<u32>,
    /// The length of every packet, where all have the same length and no table.
    constant: Option<u32>,
    count: usize,
    /// The sum of all durations.
    duration: u64,
    /// Number of packets in the table of durations.
    timed: usize,
    /// Numbers of packets after a gap, and the gap in ticks.
    gaps: Vec<(usize, u64)>,
    /// Decode time of the first fragment, where it states one.
    start: Option<u64>,
    /// The last packet that was requested and its end, so that reading in order needs no sums.
    cursor: std::cell::Cell<(usize, u64)>,
}

impl Samples {
    /// The packets of a sample table (`stbl`, ISO/IEC 14496-12 §8.5 to §8.7). `base` is added to all places.
    /// A table that contradicts itself ends at the contradiction.
    pub(super) fn of_table(stbl: &[u8], base: u64) -> Self {
        let mut samples = Self::default();
        samples.read_sizes(stbl);
        samples.read_times(stbl);
        samples.read_places(stbl, base);
        samples
    }

    fn read_sizes(&mut self, stbl: &[u8]) {
        let Some(stsz) = find(stbl, &[b"stsz"]) else {
            return self.read_compact_sizes(stbl);
        };
        let (Some(constant), Some(count)) = (be32(stsz, 4), be32(stsz, 8)) else { return };
        if constant > 0 {
            self.constant = Some(constant);
            self.count = count as usize;
        } else {
            let table = stsz.get(12..).unwrap_or_default().chunks_exact(4).take(count as usize);
            self.sizes.extend(table.filter_map(|entry| be32(entry, 0)));
            self.count = self.sizes.len();
        }
    }

    /// `stz2`: lengths of 4, 8 or 16 bits (§8.7.3.3).
    fn read_compact_sizes(&mut self, stbl: &[u8]) {
        let Some(stz2) = find(stbl, &[b"stz2"]) else { return };
        let (Some(bits), Some(count), Some(table)) = (stz2.get(7), be32(stz2, 8), stz2.get(12..)) else {
            return;
        };
        let count = count as usize;
        match bits {
            4 => {
                let halves = table.iter().flat_map(|byte| [u32::from(byte >> 4), u32::from(byte & 15)]);
                self.sizes.extend(halves.take(count));
            }
            8 => self.sizes.extend(table.iter().map(|&byte| u32::from(byte)).take(count)),
            16 => {
                let pairs = table.chunks_exact(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1]));
                self.sizes.extend(pairs.take(count));
            }
            _ => {}
        }
        self.count = self.sizes.len();
    }

    fn read_times(&mut self, stbl: &[u8]) {
        let Some(stts) = find(stbl, &[b"stts"]) else { return };
        let mut first = 0;
        for entry in stts.get(8..).unwrap_or_default().chunks_exact(8) {
            let (Some(count), Some(ticks)) = (be32(entry, 0), be32(entry, 4)) else { break };
            self.timed = self.timed.saturating_add(count as usize);
            let count = (count as usize).min(self.count.saturating_sub(first));
            self.paces.push(Pace { first, ticks });
            self.duration = self.duration.saturating_add(count as u64 * u64::from(ticks));
            first += count;
        }
    }

    fn read_places(&mut self, stbl: &[u8], base: u64) {
        let offsets: Vec<u64> = match (find(stbl, &[b"stco"]), find(stbl, &[b"co64"])) {
            (Some(stco), _) => entries(stco, 4).filter_map(|entry| be32(entry, 0).map(u64::from)).collect(),
            (None, Some(co64)) => entries(co64, 8).filter_map(|entry| be64(entry, 0)).collect(),
            (None, None) => Vec::new(),
        };
        // A run of chunks with the same count of packets starts at each entry's first chunk (`stsc`, from 1).
        let chunks: Vec<(usize, usize)> = find(stbl, &[b"stsc"])
            .map(|stsc| {
                entries(stsc, 12).filter_map(|e| Some((be32(e, 0)? as usize, be32(e, 4)? as usize))).collect()
            })
            .unwrap_or_default();
        let mut entry = 0;
        let mut first = 0;
        for (index, offset) in offsets.into_iter().enumerate() {
            while chunks.get(entry + 1).is_some_and(|(chunk, _)| *chunk <= index + 1) {
                entry += 1;
            }
            let Some(&(_, per_chunk)) = chunks.get(entry) else { break };
            if first >= self.count {
                break;
            }
            self.runs.push(Run { first, offset: offset.saturating_add(base) });
            first += per_chunk;
        }
        // Packets without a place are dropped.
        self.count = self.count.min(first);
    }

    /// Appends a fragment's run; `packets` gives pairs of length and duration.
    pub(super) fn append(&mut self, offset: u64, packets: impl Iterator<Item = (u32, u32)>) -> u64 {
        if let Some(constant) = self.constant.take() {
            self.sizes = vec![constant; self.count];
        }
        self.runs.push(Run { first: self.count, offset });
        let mut bytes = 0;
        for (size, ticks) in packets {
            self.sizes.push(size);
            bytes += u64::from(size);
            if self.paces.last().is_none_or(|pace| pace.ticks != ticks) {
                self.paces.push(Pace { first: self.count, ticks });
            }
            self.count += 1;
            self.timed += 1;
            self.duration = self.duration.saturating_add(u64::from(ticks));
        }
        bytes
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The sum of all durations in ticks of the track's clock.
    pub(super) fn duration(&self) -> u64 {
        self.duration
    }

    /// The number of packets in the table of durations, where it differs from the table of lengths.
    pub(super) fn contradiction(&self) -> Option<usize> {
        (self.timed != self.count).then_some(self.timed)
    }

    /// Length of all packets in bytes.
    pub(super) fn bytes(&self) -> u64 {
        match self.constant {
            Some(constant) => u64::from(constant) * self.count as u64,
            None => self.sizes.iter().take(self.count).map(|&size| u64::from(size)).sum(),
        }
    }

    /// Padding: the ticks by which the last packet is shorter than the others.
    pub(super) fn padding(&self) -> u64 {
        let usual = self.usual().unwrap_or(0);
        usual.saturating_sub(self.ticks(self.count.saturating_sub(1)))
    }

    /// The gap before a packet, ticks.
    pub(super) fn gap(&self, sample: usize) -> u64 {
        self.gaps.iter().find(|(place, _)| *place == sample).map_or(0, |(_, ticks)| *ticks)
    }

    /// Start of the first fragment on the track's clock, computed from the first `time` of a fragment.
    pub(super) fn started_at(&mut self, time: u64) -> u64 {
        let start = time.saturating_sub(self.duration);
        *self.start.get_or_insert(if self.count == 0 { time } else { start })
    }

    /// Adds a gap before the next fragment.
    pub(super) fn add_gap(&mut self, ticks: u64) {
        self.gaps.push((self.count, ticks));
        self.start = self.start.map(|start| start.saturating_add(ticks));
    }

    /// The ticks that all packets decode to: most have the same length, and the last may be cut. The sum of
    /// the durations can be less, where an encoder found gaps in its input's time stamps.
    pub(super) fn decoded(&self) -> u64 {
        match self.usual() {
            Some(usual) => (self.count as u64).saturating_mul(usual).saturating_sub(self.padding()),
            None => self.duration,
        }
    }

    /// The duration of at least half of the packets.
    fn usual(&self) -> Option<u64> {
        let ends = self.paces.iter().skip(1).map(|pace| pace.first).chain([self.count]);
        let mut counts: Vec<(usize, u64)> = Vec::new();
        for (pace, end) in self.paces.iter().zip(ends) {
            let count = end.saturating_sub(pace.first);
            match counts.iter_mut().find(|(_, ticks)| *ticks == u64::from(pace.ticks)) {
                Some((sum, _)) => *sum += count,
                None => counts.push((count, u64::from(pace.ticks))),
            }
        }
        counts.into_iter().max().filter(|(count, _)| 2 * count >= self.count).map(|(_, usual)| usual)
    }

    /// A packet's length in ticks.
    pub(super) fn ticks(&self, sample: usize) -> u64 {
        let after = self.paces.partition_point(|pace| pace.first <= sample);
        after.checked_sub(1).and_then(|pace| self.paces.get(pace)).map_or(0, |pace| u64::from(pace.ticks))
    }

    fn size(&self, sample: usize) -> u64 {
        u64::from(self.constant.or_else(|| self.sizes.get(sample).copied()).unwrap_or(0))
    }

    /// A packet's place and length in bytes.
    pub(super) fn place(&self, sample: usize) -> Option<(u64, u64)> {
        let run = self.runs.get(self.run_of(sample)?)?;
        let size = self.size(sample);
        let (known, end) = self.cursor.get();
        let offset = if sample > run.first && known + 1 == sample {
            end
        } else {
            (run.first..sample).try_fold(run.offset, |at, before| at.checked_add(self.size(before)))?
        };
        self.cursor.set((sample, offset.checked_add(size)?));
        Some((offset, size))
    }

    fn run_of(&self, sample: usize) -> Option<usize> {
        self.runs.partition_point(|run| run.first <= sample).checked_sub(1)
    }

    /// For uncompressed sound, whose packets are frames of `frame_bytes`: the number of consecutive frames,
    /// at most `most`, and their place.
    pub(super) fn run(&self, sample: usize, most: usize, frame_bytes: u64) -> (usize, Option<(u64, u64)>) {
        let Some(index) = self.run_of(sample) else { return (1, None) };
        let Some(run) = self.runs.get(index) else { return (1, None) };
        let end = self.runs.get(index + 1).map_or(self.count, |next| next.first);
        let count = (end - sample).min(most).max(1);
        let offset = run.offset + (sample - run.first) as u64 * frame_bytes;
        (count, Some((offset, count as u64 * frame_bytes)))
    }
}

/// The entries of a table after its count.
fn entries(table: &[u8], length: usize) -> impl Iterator<Item = &[u8]> {
    let count = be32(table, 4).unwrap_or(0) as usize;
    table.get(8..).unwrap_or_default().chunks_exact(length).take(count)
}
