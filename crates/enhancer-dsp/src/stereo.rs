//! What lies between left and right: width, mono lows, balance, crossfeed.

mod stereo_enhancer;

pub use stereo_enhancer::StereoEnhancer;
