//! The plugin in a CLAP host in this process: parameters, states and samples are equal to the core's, to the
//! bit.
//!
//! Debug builds abort on an allocation in `process`, so every test here also checks for allocations.

#[path = "host/automation.rs"]
mod automation;
#[path = "host/bypass.rs"]
mod bypass;
#[path = "host/direct.rs"]
mod direct;
#[path = "host/lifecycle.rs"]
mod lifecycle;
#[path = "host/mirror.rs"]
mod mirror;
#[path = "host/parameters.rs"]
mod parameters;
#[path = "host/rig.rs"]
mod rig;
#[path = "host/state.rs"]
mod state;
#[path = "host/storm.rs"]
mod storm;
#[path = "host/telemetry.rs"]
mod telemetry;
