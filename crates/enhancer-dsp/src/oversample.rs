//! Oversampling for what makes new frequencies or looks between samples.

pub(crate) mod interpolator;
