//! The quality setting: accuracy and oversampling against processor time.

use crate::param::{as_text, choice};

choice! {
    /// How much work goes into quality.
    Quality {
        /// Cheapest: bilinear filters, sample peaks, no oversampling.
        Draft = "draft",
        /// Everyday listening and mixing.
        Good = "good",
        /// Mastering.
        Best = "best",
    }
}
as_text!(Quality);
