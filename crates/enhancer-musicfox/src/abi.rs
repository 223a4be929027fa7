//! The functions that are exported, by their names.

pub mod instances;
pub mod plugin;
