//! Bass and treble boost: a shelf, and harmonics of what it lifts.

mod bass_boost;
mod treble_boost;

pub use bass_boost::BassBoost;
pub use treble_boost::TrebleBoost;
