//! Tests of background tasks.

use super::host::{Hosted, Offers};
use super::toy::{SUMS, Toy};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// An input sample that makes the toy add `number` to the sum at `place`.
fn add(place: u32, number: u32) -> f32 {
    (1000 + (place << 16) + number) as f32
}

fn sum(place: usize) -> u32 {
    SUMS[place].load(Ordering::SeqCst)
}

#[test]
fn the_hosts_worker_runs_the_tasks() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers { worker: true, ..Offers::default() });
    hosted.run_mono(&[add(0, 1), 0.0, add(0, 2)], &[3]);
    assert_eq!(sum(0), 0, "the audio thread runs no task");
    assert_eq!(hosted.do_work(), 1);
    assert_eq!(sum(0), 3);
    hosted.run_mono(&[0.0; 8], &[8]);
    assert_eq!(hosted.do_work(), 0, "no request without a task");
}

#[test]
fn a_thread_runs_the_tasks_if_the_host_has_no_worker() {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    for round in 1..=5 {
        hosted.run_mono(&[add(1, 10)], &[1]);
        let start = Instant::now();
        while sum(1) < 10 * round && start.elapsed() < Duration::from_secs(10) {
            std::thread::yield_now();
        }
        assert_eq!(sum(1), 10 * round);
    }
}

#[test]
fn freewheeling_completes_the_tasks_within_the_block() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers::default());
    hosted.set("freewheel", 1.0);
    for round in 1..=100 {
        hosted.run_mono(&[add(2, 1)], &[1]);
        assert_eq!(sum(2), round);
    }
}
