//! Butterworth and Linkwitz–Riley low-pass and high-pass filters of any order as bands.
//!
//! A Butterworth filter of odd order n is one of first order and second-order ones of Q = 1/(2 cos(kπ/n)),
//! k = 1…(n − 1)/2 (S. Butterworth, *On the theory of filter amplifiers*, 1930). A Linkwitz–Riley filter is
//! two Butterworth filters of half its order.

use super::filter::clamp;
use enhancer_dsp::config::{BandType, EqBand, FilterSlope};

/// The highest Butterworth order.
const MAX_ORDER: u32 = 8;

/// A Butterworth filter of `order` 1 to 8, which falls 6 dB per octave times `order`; `None` for other
/// orders.
pub(super) fn butterworth(kind: BandType, frequency_hz: f64, order: u32) -> Option<Vec<EqBand>> {
    let band = |slope, q: f64| EqBand {
        kind,
        frequency_hz: clamp("frequency", frequency_hz, 10.0, 30_000.0, &mut Vec::new()),
        q: q as f32,
        slope,
        ..EqBand::default()
    };
    let even = |slope| Some(vec![band(slope, core::f64::consts::FRAC_1_SQRT_2)]);
    match order {
        2 => even(FilterSlope::Db12),
        4 => even(FilterSlope::Db24),
        6 => even(FilterSlope::Db36),
        8 => even(FilterSlope::Db48),
        1..=MAX_ORDER => {
            let pairs = (1..=(order - 1) / 2).map(|pair| {
                let angle = f64::from(pair) * core::f64::consts::PI / f64::from(order);
                band(FilterSlope::Db12, 0.5 / angle.cos())
            });
            Some(
                [band(FilterSlope::Db6, core::f64::consts::FRAC_1_SQRT_2)].into_iter().chain(pairs).collect(),
            )
        }
        _ => None,
    }
}

/// A Linkwitz–Riley filter of an even order from 2 to 16; `None` for other orders.
pub(super) fn linkwitz_riley(kind: BandType, frequency_hz: f64, order: u32) -> Option<Vec<EqBand>> {
    let half =
        if order.is_multiple_of(2) { butterworth(kind, frequency_hz, order / 2)? } else { return None };
    Some([half.clone(), half].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_dsp::filter::prototype::gain_db;

    fn sum_db(bands: &[EqBand], frequency_hz: f64) -> f64 {
        bands.iter().map(|band| gain_db(band, frequency_hz)).sum()
    }

    /// Butterworth: −10 log10(1 + (f/f₀)^(2n)) for a low-pass. Linkwitz–Riley: twice that of half the
    /// order.
    #[test]
    fn slopes_follow_the_order() {
        for order in 1..=8 {
            let bands = butterworth(BandType::Lowpass, 1000.0, order).unwrap();
            let exponent = 2 * order as i32;
            for ratio in [0.5f64, 1.0, 1.3, 2.0, 4.0] {
                let expected = -10.0 * (1.0 + ratio.powi(exponent)).log10();
                let gain = sum_db(&bands, 1000.0 * ratio);
                assert!((gain - expected).abs() < 1e-3, "order {order} at {ratio}: {gain}, not {expected}");
            }
            let bands = linkwitz_riley(BandType::Highpass, 1000.0, 2 * order).unwrap();
            for ratio in [0.5f64, 1.0, 2.0] {
                let expected = -20.0 * (1.0 + ratio.powi(-exponent)).log10();
                assert!((sum_db(&bands, 1000.0 * ratio) - expected).abs() < 1e-3, "order {order}");
            }
        }
        assert!(butterworth(BandType::Lowpass, 1000.0, 0).is_none());
        assert!(butterworth(BandType::Lowpass, 1000.0, 9).is_none());
        assert!(linkwitz_riley(BandType::Lowpass, 1000.0, 3).is_none());
        assert!(linkwitz_riley(BandType::Lowpass, 1000.0, 18).is_none());
    }
}
