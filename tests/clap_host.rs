//! The plugin in a CLAP host: what the host sees, sends and hears is what the core does, to the bit.
//!
//! Debug builds abort on any allocation inside `process`, so every test here watches that law too.

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
