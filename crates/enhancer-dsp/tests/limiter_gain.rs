//! The limiter's gain: constant under a steady tone, linked over channels, released in the time of `release`.

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality, StageId};
use enhancer_measure::limiter::tone_thd_n_db;
use enhancer_measure::signal::{from_db, sine, to_db};

const RATE: f64 = 48_000.0;

fn enhancer(quality: Quality, release_ms: f32) -> Enhancer {
    let mut enhancer = Enhancer::new(RATE, 2).unwrap();
    let mut config = EnhancerConfig { quality, ..Default::default() };
    config.limiter.release_ms = release_ms;
    enhancer.set_config(&config).unwrap();
    enhancer
}

#[test]
fn a_steady_tone_stays_pure() {
    let default_release_ms = EnhancerConfig::default().limiter.release_ms;
    for &quality in Quality::ALL {
        let tones = [
            (20.0, -100.0),
            (30.0, -100.0),
            (50.0, -100.0),
            (100.0, -100.0),
            (200.0, -100.0),
            (997.0, -110.0),
        ];
        for (frequency_hz, law_db) in tones {
            for reduction_db in [6.0, 12.0] {
                let mut enhancer = enhancer(quality, default_release_ms);
                let thd_n_db = tone_thd_n_db(frequency_hz, reduction_db, RATE, 2.5, &mut |channels| {
                    enhancer.process(channels)
                });
                assert!(
                    thd_n_db <= law_db,
                    "{frequency_hz} Hz, {reduction_db} dB, {quality:?}: {thd_n_db} dB"
                );
                assert!(
                    (f64::from(enhancer.meters().reduction_db(StageId::Limiter)) - reduction_db).abs() < 1.0
                );
            }
        }
    }
}

#[test]
fn the_release_time_is_the_63_percent_time() {
    // A quiet 12 kHz tone, sampled at its tops (±a, 0), shows the gain: its envelope is that of the gain.
    let probe = |n: usize| (0.02 * (n as f64 * std::f64::consts::FRAC_PI_2).cos()) as f32;
    for &quality in Quality::ALL {
        for release_ms in [5.0f32, 80.0, 1000.0] {
            let mut enhancer = enhancer(quality, release_ms);
            let frames = 4800 + (6.0 * f64::from(release_ms) * 1e-3 * RATE) as usize;
            let input: Vec<f32> = (0..frames).map(|n| if n == 2000 { 3.0 } else { probe(n) }).collect();
            let (mut left, mut right) = (input.clone(), input.clone());
            enhancer.process(&mut [&mut left, &mut right]);
            let latency = enhancer.latency_frames();
            let gains: Vec<f64> = (0..frames - latency)
                .step_by(2)
                .filter(|&n| n != 2000)
                .map(|n| f64::from(left[n + latency]) / f64::from(input[n]))
                .collect();
            let lowest = gains.iter().copied().fold(1.0, f64::min);
            assert!((to_db(lowest) - to_db(from_db(-1.0) / 3.0)).abs() < 0.1, "{lowest}");
            // The release starts smoothly, over the lookahead, so the time counts from half of the way up.
            let back = |share: f64| {
                let level = lowest + share * (1.0 - lowest);
                gains.iter().rposition(|&gain| gain < level).unwrap() as f64 * 2e3 / RATE
            };
            // One pole takes its time constant from 50 % to 1 − 1/(2e) of the way, after any delay of its
            // start.
            let measured_ms = back(1.0 - 0.5 * (-1f64).exp()) - back(0.5);
            let error = measured_ms / f64::from(release_ms) - 1.0;
            assert!(error.abs() < 0.03, "{release_ms} ms, {quality:?}: {measured_ms} ms");
            // The hold before it is short: 63 % after release, hold and smoothing together.
            let since_peak_ms = back(1.0 - (-1f64).exp()) - 2000.0 * 1e3 / RATE;
            assert!(
                since_peak_ms < 1.03 * f64::from(release_ms) + 6.0,
                "{release_ms} ms, {quality:?}: {since_peak_ms} ms after the peak"
            );
        }
    }
}

#[test]
fn one_gain_serves_all_channels() {
    for &quality in Quality::ALL {
        let mut enhancer = enhancer(quality, 80.0);
        let mut loud = sine(997.0, 4.0, 0.0, RATE, 24_000);
        let quiet = sine(440.0, 0.1, 0.0, RATE, 24_000);
        let mut turned_down = quiet.clone();
        enhancer.process(&mut [&mut loud, &mut turned_down]);
        let latency = enhancer.latency_frames();
        let expected = from_db(-1.0) / 4.0;
        for n in 12_000..20_000 {
            let error = f64::from(turned_down[n + latency]) - expected * f64::from(quiet[n]);
            assert!(error.abs() < 1e-4, "{quality:?}: the gains differ");
        }
    }
}

#[test]
fn a_drum_is_released_at_once_and_a_tone_is_held() {
    // Two bursts of a 50 Hz tone, one long enough to count as steady, one as short as a drum; time to half of
    // the way back.
    let half_way_ms = |periods: f64| {
        let mut enhancer = enhancer(Quality::Good, 20.0);
        let end = 4800 + (periods * RATE / 50.0) as usize;
        let probe = |n: usize| 0.02 * (n as f64 * std::f64::consts::FRAC_PI_2).cos();
        let tone =
            |n: usize| if (4800..end).contains(&n) { 2.0 * (n as f64 * 0.00654498).sin() } else { probe(n) };
        let input: Vec<f32> = (0..end + 9600).map(|n| tone(n) as f32).collect();
        let (mut left, mut right) = (input.clone(), input.clone());
        enhancer.process(&mut [&mut left, &mut right]);
        let latency = enhancer.latency_frames();
        let low = |n: &usize| f64::from(left[n + latency]) < 0.72 * f64::from(input[*n]).abs();
        let last = (end + 2..end + 9000).rev().filter(|n| n % 4 == 0).find(low).unwrap();
        (last - end) as f64 * 1e3 / RATE
    };
    let (tone_ms, drum_ms) = (half_way_ms(20.0), half_way_ms(0.5));
    assert!(tone_ms - drum_ms > 15.0, "tone {tone_ms} ms, drum {drum_ms} ms");
}
