#![doc = include_str!("../README.md")]

mod bundle;
mod descriptor;
pub mod export;
mod features;
mod instance;
mod plugin;
mod port;
#[allow(non_camel_case_types, reason = "the specification's names")]
pub mod raw;
mod table;
#[cfg(all(unix, not(target_os = "macos")))]
mod ui;
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[path = "ui_elsewhere.rs"]
mod ui;

pub use bundle::{BundleError, bundle_files, write_bundle};
pub use descriptor::Descriptors;
pub use plugin::{Lv2Entry, Lv2Plugin, Lv2Preset, MeterSpec};
pub use port::{Conversion, PortKind, PortSpec};
pub use table::{ParamPort, Port, PortRole, PortTable};
pub use ui::UiDescriptors;
