//! The exported functions, in two layers: [`plugin`] calls [`instances`].

pub mod instances;
pub mod plugin;
