//! What measures: level, true peak, loudness, spectrum, analysis.
