//! Oversampling for what makes new frequencies or looks between samples.
