//! Settings of one side alone: different gains of left and right, and filters that both sides have.
//!
//! A gain of one side equals a balance and a common gain exactly. The balance b, −1 to 1, multiplies left
//! by √2 cos θ and right by √2 sin θ with θ = (1 + b) π/4, so tan θ is the ratio of right to left.

use enhancer_dsp::config::{BandChannel, EqBand};

/// The balance, −100 to 100 %, and the common gain, dB, that together apply `left_db` and `right_db`.
pub(super) fn balance(left_db: f64, right_db: f64) -> (f64, f64) {
    use core::f64::consts::{FRAC_PI_4, SQRT_2};
    let angle = 10f64.powf((right_db - left_db) / 20.0).atan();
    let percent = (100_000.0 * (angle / FRAC_PI_4 - 1.0)).round() / 1000.0;
    let (sin, cos) = ((1.0 + percent / 100.0) * FRAC_PI_4).sin_cos();
    let common_db = if right_db > left_db {
        right_db - 20.0 * (SQRT_2 * sin).log10()
    } else {
        left_db - 20.0 * (SQRT_2 * cos).log10()
    };
    (percent, common_db)
}

/// The feed of bs2b that equals a crossfeed of 100 %, dB.
pub(super) const FULL_CROSSFEED_DB: f64 = 4.5;

/// The crossfeed in percent for bs2b's feed, the level of the near ear above the far ear in dB. The far
/// ear's share is 1/(1 + 10^(feed/20)).
pub(super) fn crossfeed_percent(feed_db: f64) -> f64 {
    let share = |feed_db: f64| 1.0 / (1.0 + 10f64.powf(feed_db / 20.0));
    100.0 * share(feed_db) / share(FULL_CROSSFEED_DB)
}

/// Replaces two bands that differ only in being left and right by one band for both sides.
pub(super) fn pair(bands: &mut Vec<EqBand>) {
    let mut paired: Vec<EqBand> = Vec::with_capacity(bands.len());
    for band in bands.drain(..) {
        let other = match band.channel {
            BandChannel::Left => Some(BandChannel::Right),
            BandChannel::Right => Some(BandChannel::Left),
            _ => None,
        };
        let twin = other
            .and_then(|channel| paired.iter_mut().find(|earlier| **earlier == EqBand { channel, ..band }));
        match twin {
            Some(twin) => twin.channel = BandChannel::Stereo,
            None => paired.push(band),
        }
    }
    *bands = paired;
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_dsp::{Enhancer, EnhancerConfig};

    /// Processes a constant 0.1 on both sides and measures the output levels.
    #[test]
    fn a_balance_and_a_gain_give_each_side_its_level() {
        for (left_db, right_db) in
            [(-5.0, 0.0), (0.0, -5.0), (-3.0, -1.0), (2.0, -2.0), (-40.0, -1.0), (0.0, -90.0)]
        {
            let (percent, common_db) = balance(left_db, right_db);
            let mut config = EnhancerConfig::default();
            config.limiter.enabled = false;
            config.master_gain_db = common_db as f32;
            config.stereo_enhancer.enabled = true;
            config.stereo_enhancer.balance_percent = percent as f32;
            let mut enhancer = Enhancer::new(48_000.0, 2).unwrap();
            enhancer.set_config(&config).unwrap();
            let mut sides = [[0.1f32; 4800], [0.1f32; 4800]];
            let [left, right] = &mut sides;
            for (left, right) in left.chunks_mut(480).zip(right.chunks_mut(480)) {
                enhancer.process(&mut [left, right]);
            }
            for (side, expected_db) in sides.iter().zip([left_db, right_db]) {
                let gain_db = 20.0 * (f64::from(side[4799].abs()) / 0.1).max(1e-6).log10();
                let tolerance = if expected_db < -60.0 { 20.0 } else { 0.02 };
                assert!((gain_db - expected_db).abs() < tolerance, "{left_db} {right_db}: {gain_db}");
            }
        }
    }

    #[test]
    fn equal_filters_of_both_sides_become_one() {
        let band = |channel, gain_db| EqBand { channel, gain_db, ..EqBand::default() };
        use BandChannel::{Left, Right, Stereo};
        let mut bands =
            vec![band(Left, 1.0), band(Left, 1.0), band(Right, 1.0), band(Right, 2.0), band(Stereo, 2.0)];
        pair(&mut bands);
        assert_eq!(bands, [band(Stereo, 1.0), band(Left, 1.0), band(Right, 2.0), band(Stereo, 2.0)]);
    }
}
