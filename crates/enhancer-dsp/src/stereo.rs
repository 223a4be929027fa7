//! The stereo image of two channels: mono lows, width, crossfeed, balance.

mod balance;
mod crossfeed;
mod mono_below;
mod stereo_enhancer;
mod width;

pub use stereo_enhancer::{StereoEnhancer, StereoEnhancerConfig};

use crate::block::MAX_CHUNK_FRAMES;
use crate::bounds::first_frames_mut;
use crate::smoother::Smoother;

/// Values of a glide in the next frames.
fn next_values(glide: &mut Smoother, frames: usize) -> [f64; MAX_CHUNK_FRAMES] {
    let mut values = [0.0; MAX_CHUNK_FRAMES];
    glide.fill(first_frames_mut(&mut values, frames));
    values
}
