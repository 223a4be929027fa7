//! The limiter on a stream: cut at any frame, reset, overdriven, automated, and always below the ceiling.

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use enhancer_measure::limiter::drums;
use enhancer_measure::meter::true_peak_16x;
use enhancer_measure::signal::{Random, from_db, sine, to_db, white_noise};
use enhancer_measure::zipper::splash;

const RATE: f64 = 48_000.0;

fn config(quality: Quality, ceiling_dbtp: f32) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..Default::default() };
    config.limiter.ceiling_dbtp = ceiling_dbtp;
    config
}

/// Processes in blocks of lengths drawn from `seed`, with the same changes of config at the same frames.
fn automated(enhancer: &mut Enhancer, quality: Quality, channels: &mut [Vec<f32>], seed: u64) {
    let mut random = Random::new(seed);
    let mut done = 0;
    while done < channels[0].len() {
        let step = done / 1000;
        if done % 1000 == 0 {
            let mut config = config(quality, [-1.0, -1.0, -7.5, -3.0, -24.0, -23.5, 0.0][step % 7]);
            config.limiter.enabled = !matches!(step % 11, 3 | 6 | 7);
            config.limiter.release_ms = [80.0, 10.0][step % 2];
            enhancer.set_config(&config).unwrap();
        }
        let end = (step + 1) * 1000;
        let count =
            (1 + (random.unit().powi(3) * 300.0) as usize).min(end - done).min(channels[0].len() - done);
        let mut block: Vec<&mut [f32]> = channels.iter_mut().map(|c| &mut c[done..done + count]).collect();
        enhancer.process(&mut block);
        done += count;
    }
}

/// Drums with parts far below, at and far above the ceiling.
fn programme() -> Vec<Vec<f32>> {
    let mut channels = drums(RATE).channels;
    for channel in &mut channels {
        channel.truncate(60_000);
        for (n, sample) in channel.iter_mut().enumerate() {
            *sample *= [0.02, 1.0, 0.3, 0.12, 0.05][n / 777 % 5];
        }
    }
    channels
}

#[test]
fn cuts_into_blocks_change_no_bit() {
    for &quality in Quality::ALL {
        let mut one = programme();
        let mut other = programme();
        let mut enhancer = Enhancer::new(RATE, 2).unwrap();
        automated(&mut enhancer, quality, &mut one, 1);
        let mut enhancer = Enhancer::new(RATE, 2).unwrap();
        automated(&mut enhancer, quality, &mut other, 2);
        for (n, (one, other)) in one[0].iter().zip(&other[0]).enumerate() {
            assert!(one == other, "{quality:?}, frame {n}: {one} and {other}");
        }
        assert!(one == other);
    }
}

#[test]
fn reset_equals_a_new_limiter() {
    for &quality in Quality::ALL {
        let mut used = Enhancer::new(RATE, 2).unwrap();
        automated(&mut used, quality, &mut programme(), 5);
        used.set_config(&config(quality, -1.0)).unwrap();
        let mut loud = white_noise(3.0, 2, 8000);
        used.process(&mut [&mut loud.clone(), &mut loud]);
        used.reset();
        let mut fresh = Enhancer::new(RATE, 2).unwrap();
        fresh.set_config(&config(quality, -1.0)).unwrap();
        let (mut one, mut other) = (programme(), programme());
        let [left, right] = &mut one[..] else { unreachable!() };
        used.process(&mut [left, right]);
        let [left, right] = &mut other[..] else { unreachable!() };
        fresh.process(&mut [left, right]);
        assert!(one == other, "{quality:?}");
    }
}

#[test]
fn invalid_and_extreme_samples_stay_below_the_ceiling_and_leave_no_trace() {
    for &quality in Quality::ALL {
        let mut enhancer = Enhancer::new(RATE, 2).unwrap();
        enhancer.set_config(&config(quality, -1.0)).unwrap();
        let mut left = white_noise(0.05, 4, 96_000);
        let before = left.clone();
        for (n, sample) in left[4800..9600].iter_mut().enumerate() {
            *sample =
                [f32::MAX, f32::NEG_INFINITY, f32::NAN, 65_536.0, -70_000.0, f32::MIN_POSITIVE][n * n % 6];
        }
        let mut right = left.clone();
        enhancer.process(&mut [&mut left, &mut right]);
        let ceiling = from_db(-1.0) as f32;
        assert!(left.iter().all(|sample| sample.abs() <= ceiling), "{quality:?}");
        let latency = enhancer.latency_frames();
        assert!(left[90_000 + latency..] == before[90_000..96_000 - latency], "{quality:?}: recovered");
    }
}

#[test]
fn a_moving_ceiling_is_held_too() {
    // A frame that enters after the glide of 20 ms is held below the new ceiling.
    for quality in [Quality::Good, Quality::Best] {
        let mut enhancer = Enhancer::new(RATE, 2).unwrap();
        let mut random = Random::new(8);
        let noise = white_noise(2.0, 6, 4800);
        for ceiling_dbtp in [-1.0, -13.0, -2.5, -24.0, 0.0, -6.0] {
            let mut config = config(quality, ceiling_dbtp);
            config.limiter.release_ms = 10.0;
            enhancer.set_config(&config).unwrap();
            let shift = (random.unit() * 2400.0) as usize;
            let mut left: Vec<f32> = noise.iter().cycle().skip(shift).take(9600).copied().collect();
            let mut right = left.clone();
            enhancer.process(&mut [&mut left, &mut right]);
            let settled = &left[960 + enhancer.latency_frames()..];
            let sample_peak = settled.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
            assert!(
                f64::from(sample_peak) <= from_db(f64::from(ceiling_dbtp)),
                "{quality:?}, {ceiling_dbtp}"
            );
            // The cut's edge has a true peak of its own, so both ends fade over the meter's kernel.
            let faded: Vec<f32> = settled
                .iter()
                .enumerate()
                .map(|(n, s)| s * (n as f32 / 500.0).min(1.0) * ((settled.len() - n) as f32 / 500.0).min(1.0))
                .collect();
            let over_db = to_db(true_peak_16x(&faded)) - f64::from(ceiling_dbtp);
            assert!(over_db < 0.5 && over_db > -0.5, "{quality:?}, {ceiling_dbtp}: {over_db}");
        }
    }
}

#[test]
fn switching_on_never_overshoots_longer_than_its_crossfade() {
    for &quality in Quality::ALL {
        let mut config = config(quality, -1.0);
        config.limiter.enabled = false;
        let mut enhancer = Enhancer::new(RATE, 2).unwrap();
        enhancer.set_config(&config).unwrap();
        let mut left = sine(441.0, 3.0, 0.0, RATE, 9600);
        let mut right = left.clone();
        enhancer.process(&mut [&mut left[..4800], &mut right[..4800]]);
        assert!(left[..4800].iter().any(|&sample| sample > 2.9), "off");
        config.limiter.enabled = true;
        enhancer.set_config(&config).unwrap();
        enhancer.process(&mut [&mut left[4800..], &mut right[4800..]]);
        let ceiling = from_db(-1.0) as f32;
        assert!(left[4800 + 480..].iter().all(|sample| sample.abs() <= ceiling), "{quality:?}");
    }
}

#[test]
fn a_jump_of_the_ceiling_or_the_release_splashes_nothing() {
    for &quality in Quality::ALL {
        for (from_dbtp, to_dbtp) in [(-1.0, -13.0), (-13.0, -1.0), (0.0, -24.0)] {
            for release_ms in [1.0, 80.0] {
                let jump = splash(RATE, 1.0, || {
                    let mut config = config(quality, from_dbtp);
                    config.limiter.release_ms = release_ms;
                    config.master_gain_db = 24.0; // the tone is 7 dB over the ceiling or more
                    let mut enhancer = Enhancer::new(RATE, 2).unwrap();
                    enhancer.set_config(&config).unwrap();
                    move |jumped, channels: &mut [&mut [f32]]| {
                        if jumped && config.limiter.ceiling_dbtp != to_dbtp {
                            config.limiter.ceiling_dbtp = to_dbtp;
                            enhancer.set_config(&config).unwrap();
                        }
                        enhancer.process(channels);
                    }
                });
                let name = format!("{quality:?}, {from_dbtp} to {to_dbtp} dBTP, {release_ms} ms: {jump:?}");
                assert!(jump.splash_dbc <= -100.0, "{name}");
                let moved = f64::from(to_dbtp - from_dbtp);
                assert!((jump.moved_db - moved).abs() < 0.5, "{name}");
            }
        }
    }
}
