//! The analog responses of the equalizer's bands, as sections H(s) with s = j f / f₀.
//!
//! Bell, shelves, notch, band-pass (0 dB at its top) and the 12 dB/octave low-pass and high-pass are those of
//! R. Bristow-Johnson, *Cookbook formulae for audio EQ biquad filter coefficients*, with A = 10^(gain/40).
//! The cookbook leaves two types open:
//!
//! - **Slopes.** 6 dB/octave is 1/(s + 1), which has no Q. 24, 36 and 48 dB/octave are Butterworth cascades
//!   (S. Butterworth, *On the theory of filter amplifiers*, 1930) with the Q of the sharpest section
//!   multiplied by √2 q. So q = 1/√2 gives Butterworth's response, and the gain at the corner is q on every
//!   slope from 12 dB/octave.
//! - **Tilt**, with G = 10^(gain/20): (G s² + (G + 1)/(2q) s + 1) / (s² + (G + 1)/(2q) s + G). It reaches
//!   −gain far below the frequency, 0 dB at it and +gain far above. q = 1/2 is the first-order tilt (G s +
//!   1)/(s + G), up to 6 dB/octave. A larger q is steeper, and no resonance exceeds q.

use super::band::{BandType, EqBand};
use crate::bounds::part;
use realfft::num_complex::Complex64;

/// Largest number of sections in the prototype of one band.
pub const MAX_PROTOTYPE_SECTIONS: usize = 4;

/// One factor of a prototype: `(num[0] + num[1] s + num[2] s²) / (den[0] + den[1] s + den[2] s²)`, s = j f /
/// f₀. No coefficient is negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnalogSection {
    /// Coefficients of 1, s and s² in the numerator.
    pub num: [f64; 3],
    /// Coefficients of 1, s and s² in the denominator.
    pub den: [f64; 3],
}

impl AnalogSection {
    /// The section H(s) = 1.
    pub const IDENTITY: Self = Self { num: [1.0, 0.0, 0.0], den: [1.0, 0.0, 0.0] };

    /// The response at s = j `ratio`.
    #[must_use]
    pub fn response(&self, ratio: f64) -> Complex64 {
        let at = |[c0, c1, c2]: [f64; 3]| Complex64::new(c0 - c2 * ratio * ratio, c1 * ratio);
        at(self.num) / at(self.den)
    }

    /// The squared magnitude at s = j √`square`.
    #[must_use]
    pub fn power(&self, square: f64) -> f64 {
        let at = |[c0, c1, c2]: [f64; 3]| (c0 - c2 * square).powi(2) + c1 * c1 * square;
        at(self.num) / at(self.den)
    }
}

/// The analog response of one band, whether or not the band is enabled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prototype {
    frequency_hz: f64,
    sections: [AnalogSection; MAX_PROTOTYPE_SECTIONS],
    len: usize,
}

impl Prototype {
    /// The prototype of `band`.
    ///
    /// # Realtime safety
    /// Never allocates or panics.
    #[must_use]
    pub fn new(band: &EqBand) -> Self {
        let mut prototype = Self {
            frequency_hz: f64::from(band.frequency_hz),
            sections: [AnalogSection::IDENTITY; MAX_PROTOTYPE_SECTIONS],
            len: 0,
        };
        match band.kind {
            BandType::Lowpass => prototype.push_slope(band, [1.0, 0.0, 0.0]),
            BandType::Highpass => prototype.push_slope(band, [0.0, 0.0, 1.0]),
            _ => prototype.push(single_section(band)),
        }
        prototype
    }

    /// The sections, one to [`MAX_PROTOTYPE_SECTIONS`], in cascade.
    #[must_use]
    pub fn sections(&self) -> &[AnalogSection] {
        part(&self.sections, ..self.len)
    }

    /// Frequency of s = j, Hz.
    #[must_use]
    pub fn frequency_hz(&self) -> f64 {
        self.frequency_hz
    }

    /// The complex response at `frequency_hz`.
    #[must_use]
    pub fn response(&self, frequency_hz: f64) -> Complex64 {
        self.sections().iter().map(|section| section.response(frequency_hz / self.frequency_hz)).product()
    }

    /// The gain at `frequency_hz`, dB; −∞ at the bottom of a notch.
    #[must_use]
    pub fn gain_db(&self, frequency_hz: f64) -> f64 {
        let square = (frequency_hz / self.frequency_hz).powi(2);
        10.0 * self.sections().iter().map(|section| section.power(square)).product::<f64>().log10()
    }

    /// Appends Butterworth's sections for the slope of the band with the numerator `num` (1 or s²). q scales
    /// the sharpest.
    fn push_slope(&mut self, band: &EqBand, num: [f64; 3]) {
        let order = band.slope.order();
        if order == 1 {
            let [low, _, high] = num;
            self.push(AnalogSection { num: [low, high, 0.0], den: [1.0, 1.0, 0.0] });
            return;
        }
        for pair in 0..order / 2 {
            // Poles lie at angles (2 pair + 1) π / (2 order) from the imaginary axis: the first pair is the
            // sharpest.
            let angle = (2 * pair + 1) as f64 * core::f64::consts::FRAC_PI_2 / order as f64;
            let scale = if pair == 0 { core::f64::consts::SQRT_2 * f64::from(band.q) } else { 1.0 };
            self.push(AnalogSection { num, den: [1.0, 2.0 * angle.sin() / scale, 1.0] });
        }
    }

    fn push(&mut self, section: AnalogSection) {
        if let Some(slot) = self.sections.get_mut(self.len) {
            *slot = section;
            self.len += 1;
        }
    }
}

/// Gain of the prototype of `band` at `frequency_hz`, dB, whether or not it is enabled; −∞ at the bottom of a
/// notch.
#[must_use]
pub fn gain_db(band: &EqBand, frequency_hz: f64) -> f64 {
    Prototype::new(band).gain_db(frequency_hz)
}

fn single_section(band: &EqBand) -> AnalogSection {
    let (gain_db, q) = (f64::from(band.gain_db), f64::from(band.q));
    let a = 10f64.powf(gain_db / 40.0);
    let (num, den) = match band.kind {
        BandType::Lowpass => ([1.0, 0.0, 0.0], [1.0, 1.0 / q, 1.0]),
        BandType::Highpass => ([0.0, 0.0, 1.0], [1.0, 1.0 / q, 1.0]),
        BandType::Bandpass => ([0.0, 1.0 / q, 0.0], [1.0, 1.0 / q, 1.0]),
        BandType::Notch => ([1.0, 0.0, 1.0], [1.0, 1.0 / q, 1.0]),
        BandType::Peak => ([1.0, a / q, 1.0], [1.0, 1.0 / (a * q), 1.0]),
        BandType::Lowshelf => ([a * a, a * a.sqrt() / q, a], [1.0, a.sqrt() / q, a]),
        BandType::Highshelf => ([a, a * a.sqrt() / q, a * a], [a, a.sqrt() / q, 1.0]),
        BandType::Tilt => {
            let (gain, damping) = (a * a, (a * a + 1.0) / (2.0 * q));
            ([1.0, damping, gain], [gain, damping, 1.0])
        }
    };
    AnalogSection { num, den }
}

#[cfg(test)]
mod tests {
    use super::super::band::FilterSlope;
    use super::*;

    fn band(kind: BandType, gain_db: f32, q: f32) -> EqBand {
        EqBand { kind, frequency_hz: 1000.0, gain_db, q, ..EqBand::default() }
    }

    fn assert_gains(band: EqBand, gains: &[(f64, f64)]) {
        for &(frequency_hz, expected) in gains {
            let gain = gain_db(&band, frequency_hz);
            assert!((gain - expected).abs() < 0.01, "{band:?} at {frequency_hz} Hz: {gain}, not {expected}");
            let complex = 10.0 * Prototype::new(&band).response(frequency_hz).norm_sqr().log10();
            assert!((gain - complex).abs() < 1e-9, "{gain} {complex}");
        }
    }

    #[test]
    fn each_type_reaches_the_gains_that_define_it() {
        let (far_below, at, far_above) = (0.1, 1000.0, 1e7);
        assert_gains(band(BandType::Peak, 9.0, 2.0), &[(far_below, 0.0), (at, 9.0), (far_above, 0.0)]);
        assert_gains(band(BandType::Lowshelf, 9.0, 0.7), &[(far_below, 9.0), (at, 4.5), (far_above, 0.0)]);
        assert_gains(
            band(BandType::Highshelf, -9.0, 0.7),
            &[(far_below, 0.0), (at, -4.5), (far_above, -9.0)],
        );
        assert_gains(band(BandType::Tilt, 6.0, 1.3), &[(far_below, -6.0), (at, 0.0), (far_above, 6.0)]);
        assert_gains(band(BandType::Notch, 0.0, 3.0), &[(far_below, 0.0), (far_above, 0.0)]);
        assert_eq!(gain_db(&band(BandType::Notch, 0.0, 3.0), at), f64::NEG_INFINITY);
        // Half power a bandwidth f₀/Q wide, at f₀ (√(1 + 1/4Q²) ± 1/2Q).
        let edge = 1000.0 * ((1.0f64 + 1.0 / 36.0).sqrt() + 1.0 / 6.0);
        assert_gains(
            band(BandType::Bandpass, 0.0, 3.0),
            &[(at, 0.0), (edge, -3.0103), (edge - 1000.0 / 3.0, -3.0103)],
        );
    }

    #[test]
    fn slopes_fall_as_butterworths_and_q_is_the_gain_at_the_corner() {
        for &slope in FilterSlope::ALL {
            for kind in [BandType::Lowpass, BandType::Highpass] {
                let band = EqBand { slope, ..band(kind, 0.0, core::f32::consts::FRAC_1_SQRT_2) };
                let fall = if kind == BandType::Lowpass { 10f64 } else { 0.1 };
                // Butterworth: −10 log10(1 + ratio^(2 order)).
                let butterworth = |ratio: f64| -10.0 * (1.0 + ratio.powi(2 * slope.order() as i32)).log10();
                let gains = [0.5, 1.0, 2.0, 4.0]
                    .map(|octaves: f64| (1000.0 * fall.powf(octaves.log10()), butterworth(octaves)));
                assert_gains(band, &gains);
                if slope != FilterSlope::Db6 {
                    assert_gains(EqBand { q: 4.0, ..band }, &[(1000.0, 20.0 * 4f64.log10())]);
                }
            }
        }
    }

    #[test]
    fn a_tilt_of_q_one_half_is_first_order_and_a_cut_undoes_a_boost() {
        let gain = 10f64.powf(0.3);
        let first_order = |r: f64| 10.0 * ((gain * gain * r * r + 1.0) / (r * r + gain * gain)).log10();
        assert_gains(
            band(BandType::Tilt, 6.0, 0.5),
            &[300.0, 1000.0, 2700.0].map(|f| (f, first_order(f / 1e3))),
        );
        for kind in [BandType::Peak, BandType::Lowshelf, BandType::Highshelf, BandType::Tilt] {
            for frequency_hz in [30.0, 700.0, 1000.0, 1900.0, 12_000.0] {
                let sum = gain_db(&band(kind, 7.0, 1.7), frequency_hz)
                    + gain_db(&band(kind, -7.0, 1.7), frequency_hz);
                assert!(sum.abs() < 1e-9, "{kind:?} at {frequency_hz} Hz: {sum}");
            }
        }
    }
}
