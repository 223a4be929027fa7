//! Two plugin instances with an open editor each do not affect each other.

use crate::alone;
use crate::daw::Track;
use crate::screen::{Parent, Screen};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Plays in real time, so that the editors draw the sound.
fn play(tracks: &mut [(&mut Track, f32)], time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        tracks.iter_mut().for_each(|(track, height)| track.play(*height));
        sleep(Duration::from_millis(10));
    }
}

/// Number of bytes that differ between two pictures.
fn changed(before: &[u8], after: &[u8]) -> usize {
    before.iter().zip(after).filter(|(a, b)| a.abs_diff(**b) > 8).count()
}

/// Plays noise of these amplitudes; returns the number of bytes that change in each picture.
fn change(tracks: [(&mut Track, &Parent); 2], heights: [f32; 2]) -> [usize; 2] {
    let [(first, first_window), (second, second_window)] = tracks;
    let before = [first_window.picture(), second_window.picture()];
    play(&mut [(first, heights[0]), (second, heights[1])], Duration::from_millis(1500));
    [changed(&before[0], &first_window.picture()), changed(&before[1], &second_window.picture())]
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn one_editor_continues_when_the_other_closes() {
    let _alone = alone();
    let screen = Screen::shared();
    let (mut left, mut right) = (Track::new(), Track::new());
    let left_window = left.open(screen, 0);
    let right_window = right.open(screen, 800);
    // Silence, until all bars have fallen and the histories are empty.
    play(&mut [(&mut left, 0.0), (&mut right, 0.0)], Duration::from_secs(7));
    let only_left = change([(&mut left, &left_window), (&mut right, &right_window)], [0.5, 0.0]);
    assert!(only_left[0] > 20_000, "the left one plays: {only_left:?}");
    assert!(only_left[1] < 2_000, "the right one is silent: {only_left:?}");
    left.close();
    drop(left_window);
    let before = right_window.picture();
    play(&mut [(&mut left, 0.5), (&mut right, 0.5)], Duration::from_millis(1500));
    let right_changed = changed(&before, &right_window.picture());
    assert!(right_changed > 20_000, "the right one goes on: {right_changed}");
    // The left editor opens again.
    let left_window = left.open(screen, 0);
    right.close();
    drop(right_window);
    left.close();
    drop(left_window);
}
