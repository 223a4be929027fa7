//! Tests of the wrapper around a small plugin (the toy), which a host in the test drives through LV2's C ABI.

#[path = "lv2/bundle.rs"]
mod bundle;
#[path = "lv2/host.rs"]
mod host;
#[path = "lv2/notes.rs"]
mod notes;
#[path = "lv2/run.rs"]
mod run;
#[path = "lv2/state.rs"]
mod state;
#[path = "lv2/tasks.rs"]
mod tasks;
#[path = "lv2/toy.rs"]
mod toy;
#[path = "lv2/toy_editor.rs"]
mod toy_editor;
#[path = "lv2/ui.rs"]
mod ui;
