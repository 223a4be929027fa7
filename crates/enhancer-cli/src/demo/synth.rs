//! Oscillators, noise, filters and reverberation of the demonstration's instruments and voice.

pub(super) const TAU: f64 = std::f64::consts::TAU;

/// Frequency of a MIDI note in equal temperament, A4 (69) at 440 Hz.
pub(super) fn note_hz(note: u8) -> f64 {
    440.0 * ((f64::from(note) - 69.0) / 12.0).exp2()
}

/// An exponential decay to 1/e in `seconds`.
pub(super) fn decay(t: f64, seconds: f64) -> f64 {
    (-t / seconds).exp()
}

/// A saw of ±1 at `phase` periods, with its jump rounded over one sample to either side (polynomial
/// band-limited step, V. Välimäki and A. Huovilainen 2007). `step` is the frequency divided by the sample
/// rate.
pub(super) fn saw(phase: f64, step: f64) -> f64 {
    let at = phase.rem_euclid(1.0);
    let blep = if at < step {
        let x = at / step;
        x + x - x * x - 1.0
    } else if at > 1.0 - step {
        let x = (at - 1.0) / step;
        x * x + x + x + 1.0
    } else {
        0.0
    };
    2.0 * at - 1.0 - blep
}

/// Uniform noise of ±1 (xorshift64*, S. Vigna 2016). The same seed gives the same noise.
#[derive(Debug, Clone)]
pub(super) struct Noise(u64);

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// A second-order low-pass with a band-pass output (A. Simper, *Solving the continuous SVF equations using
/// trapezoidal integration*, 2013).
#[derive(Debug, Clone)]
pub(super) struct LowPass {
    sample_rate_hz: f64,
    damping: f64,
    g: f64,
    states: [f64; 2],
    band: f64,
}

impl LowPass {
    pub(super) fn new(sample_rate_hz: f64, hz: f64, q: f64) -> Self {
        let mut filter = Self { sample_rate_hz, damping: 1.0 / q, g: 0.0, states: [0.0; 2], band: 0.0 };
        filter.tune(hz, q);
        filter
    }

    pub(super) fn tune(&mut self, hz: f64, q: f64) {
        self.g = (0.5 * TAU * hz.min(0.45 * self.sample_rate_hz) / self.sample_rate_hz).tan();
        self.damping = 1.0 / q;
    }

    pub(super) fn next(&mut self, input: f64) -> f64 {
        let [s1, s2] = self.states;
        let v3 = input - s2;
        let v1 = (s1 + self.g * v3) / (1.0 + self.g * (self.g + self.damping));
        let v2 = s2 + self.g * v1;
        self.states = [2.0 * v1 - s1, 2.0 * v2 - s2];
        self.band = v1 * self.damping;
        v2
    }

    /// The band-pass output for the last sample given to [`next`](Self::next), 0 dB at its centre.
    pub(super) fn band(&self) -> f64 {
        self.band
    }
}

/// A reverberator: eight delay lines, each with a low-pass, feed each other through a Householder matrix
/// (J.-M. Jot and A. Chaigne, *Digital delay networks for designing artificial reverberators*, 1991).
#[derive(Debug)]
pub(super) struct Room {
    delays: [Vec<f64>; 8],
    places: [usize; 8],
    gains: [f64; 8],
    dull: [f64; 8],
}

impl Room {
    /// A room with a reverberation time (−60 dB) of `seconds`.
    pub(super) fn new(sample_rate_hz: f64, seconds: f64) -> Self {
        let lengths =
            [29.7, 37.1, 41.1, 43.7, 53.3, 59.9, 67.7, 73.1].map(|ms: f64| ms * 1e-3 * sample_rate_hz);
        Self {
            delays: lengths.map(|length| vec![0.0; length as usize | 1]),
            places: [0; 8],
            gains: lengths.map(|length| 10f64.powf(-3.0 * length / (seconds * sample_rate_hz))),
            dull: [0.0; 8],
        }
    }

    /// Processes one sample; returns left and right.
    pub(super) fn next(&mut self, input: f64) -> [f64; 2] {
        let mut taps = [0.0; 8];
        for (n, tap) in taps.iter_mut().enumerate() {
            self.dull[n] += 0.55 * (self.delays[n][self.places[n]] * self.gains[n] - self.dull[n]);
            *tap = self.dull[n];
        }
        let mean = taps.iter().sum::<f64>() / 4.0;
        for (n, tap) in taps.iter().enumerate() {
            self.delays[n][self.places[n]] = input + tap - mean;
            self.places[n] = (self.places[n] + 1) % self.delays[n].len();
        }
        [taps[0] + taps[2] - taps[4] + taps[6], taps[1] - taps[3] + taps[5] + taps[7]].map(|sum| 0.5 * sum)
    }
}
