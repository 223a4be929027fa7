//! What lies between left and right: width, mono lows, crossfeed, balance.

mod balance;
mod crossfeed;
mod mono_below;
mod stereo_enhancer;
mod width;

pub use stereo_enhancer::StereoEnhancer;
