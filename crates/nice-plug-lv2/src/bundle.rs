//! Writes the bundle's Turtle files from the same tables that the running plugin uses, so the two always
//! agree.
//!
//! `manifest.ttl` lists the plugins, UIs and presets. One file for each plugin describes its ports; one file
//! in `presets/` for each preset contains its values. The same library always gives the same bytes.

mod ports;
mod turtle;

use crate::plugin::{Lv2Entry, Lv2Plugin, Lv2Preset};
use crate::table::{PortRole, PortTable};
use crate::ui::has_editor;
use nice_plug::plugin::Plugin;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use turtle::{Subject, iri, number, prefixes, text};

/// Failure to write a bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file could not be written.
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write {
        /// Path of the file.
        path: PathBuf,
        /// The error of the system call.
        source: std::io::Error,
    },
    /// A preset sets a parameter that the plugin does not have.
    #[error("the preset `{preset}` sets `{param}`, which is not a parameter of the plugin")]
    UnknownParam {
        /// Id of the preset.
        preset: String,
        /// Id of the parameter.
        param: String,
    },
    /// A preset's value is out of the port's range.
    #[error("the preset `{preset}` sets `{param}` to {value}, outside {min} to {max}")]
    OutOfRange {
        /// Id of the preset.
        preset: String,
        /// Id of the parameter.
        param: String,
        /// The preset's value, in the port's unit.
        value: f32,
        /// The port's smallest value.
        min: f32,
        /// The port's largest value.
        max: f32,
    },
}

/// Writes the bundle's Turtle files into `folder`, next to the library whose file name is `binary`.
///
/// # Errors
/// If a file cannot be written, or a preset sets an unknown parameter or a value out of range.
pub fn write_bundle<P: Lv2Plugin>(folder: &Path, binary: &str) -> Result<(), BundleError> {
    for (name, content) in bundle_files::<P>(binary)? {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, content));
        written.map_err(|source| BundleError::Write { path, source })?;
    }
    Ok(())
}

/// Generates the bundle's Turtle files: paths within the bundle, and contents.
///
/// # Errors
/// If a preset sets an unknown parameter or a value out of range.
pub fn bundle_files<P: Lv2Plugin>(binary: &str) -> Result<BTreeMap<String, String>, BundleError> {
    let presets = P::lv2_presets();
    let mut files = BTreeMap::from([("manifest.ttl".to_owned(), manifest::<P>(binary, &presets))]);
    for entry in P::LV2_PLUGINS {
        let table = PortTable::new::<P>(entry, P::default().params());
        files.insert(format!("{}.ttl", entry.file), plugin_file::<P>(entry, &table));
    }
    if let Some(entry) = P::LV2_PLUGINS.first() {
        let table = PortTable::new::<P>(entry, P::default().params());
        for preset in &presets {
            files.insert(preset_path(preset), preset_file::<P>(preset, &table)?);
        }
    }
    Ok(files)
}

fn preset_path(preset: &Lv2Preset) -> String {
    format!("presets/{}.ttl", preset.id)
}

/// The URI of a preset. It derives from the first plugin, but the preset applies to all, because their
/// controls are the same.
fn preset_uri<P: Lv2Plugin>(preset: &Lv2Preset) -> String {
    let stem = P::LV2_PLUGINS.first().map_or("", |entry| entry.uri);
    format!("{stem}#preset-{}", preset.id)
}

fn manifest<P: Lv2Plugin>(binary: &str, presets: &[Lv2Preset]) -> String {
    let mut file = prefixes(&["lv2", "pset", "rdfs", "ui"]);
    for entry in P::LV2_PLUGINS {
        let mut subject = Subject::new(iri(entry.uri));
        subject.is("lv2:Plugin").add("lv2:binary", iri(binary));
        subject.add("rdfs:seeAlso", iri(&format!("{}.ttl", entry.file)));
        file += &subject.end();
        if has_editor::<P>() {
            let mut subject = Subject::new(iri(&ui_uri(entry)));
            subject.is("ui:X11UI").add("ui:binary", iri(binary));
            subject.add("rdfs:seeAlso", iri(&format!("{}.ttl", entry.file)));
            file += &subject.end();
        }
    }
    for preset in presets {
        let mut subject = Subject::new(iri(&preset_uri::<P>(preset)));
        subject.is("pset:Preset");
        for entry in P::LV2_PLUGINS {
            subject.add("lv2:appliesTo", iri(entry.uri));
        }
        subject.add("rdfs:label", text(&preset.label)).add("rdfs:seeAlso", iri(&preset_path(preset)));
        file += &subject.end();
    }
    file
}

pub(crate) fn ui_uri(entry: &Lv2Entry) -> String {
    format!("{}#ui", entry.uri)
}

fn plugin_file<P: Lv2Plugin>(entry: &Lv2Entry, table: &PortTable) -> String {
    let used = [
        "atom", "bufsz", "doap", "foaf", "log", "lv2", "midi", "opts", "pg", "pprops", "rdf", "rdfs",
        "state", "ui", "units", "urid", "work",
    ];
    let mut file = prefixes(&used);
    let mut subject = Subject::new(iri(entry.uri));
    for class in P::LV2_CLASSES {
        subject.is(&format!("lv2:{class}"));
    }
    subject.is("lv2:Plugin").is("doap:Project");
    about::<P>(&mut subject, entry);
    capabilities::<P>(&mut subject, entry);
    ports::groups(&mut subject, table, entry);
    for index in 0..table.ports.len() {
        subject.add("lv2:port", ports::port::<P>(table, entry, index));
    }
    file += &subject.end();
    file += &ports::group_subjects(table, entry);
    if has_editor::<P>() {
        file += &ui_subject::<P>(entry);
    }
    file
}

fn about<P: Lv2Plugin>(subject: &mut Subject, entry: &Lv2Entry) {
    let (minor, micro) = P::LV2_VERSION;
    subject.add("doap:name", text(entry.name));
    if !P::LV2_DESCRIPTION.is_empty() {
        subject.add("rdfs:comment", text(P::LV2_DESCRIPTION));
    }
    if !P::LV2_LICENSE.is_empty() {
        subject.add("doap:license", iri(P::LV2_LICENSE));
    }
    let mut maker = vec![("a", "foaf:Organization".to_owned()), ("foaf:name", text(<P as Plugin>::VENDOR))];
    if !P::URL.is_empty() {
        // Two plugins cannot share a doap:homepage, so it belongs to the maintainer.
        maker.push(("foaf:homepage", iri(P::URL)));
    }
    if !P::EMAIL.is_empty() {
        maker.push(("foaf:mbox", iri(&format!("mailto:{}", P::EMAIL))));
    }
    subject.add("doap:maintainer", turtle::node(1, &maker));
    subject.add("lv2:minorVersion", minor.to_string()).add("lv2:microVersion", micro.to_string());
}

fn capabilities<P: Lv2Plugin>(subject: &mut Subject, entry: &Lv2Entry) {
    if P::LV2_HARD_REALTIME {
        subject.add("lv2:optionalFeature", "lv2:hardRTCapable".to_owned());
    }
    for feature in ["urid:map", "opts:options", "log:log"] {
        subject.add("lv2:optionalFeature", feature.to_owned());
    }
    subject.add("lv2:extensionData", "state:interface".to_owned());
    if crate::instance::has_tasks::<P>() {
        subject.add("lv2:optionalFeature", "work:schedule".to_owned());
        subject.add("lv2:extensionData", "work:interface".to_owned());
    }
    subject.add("opts:supportedOption", "bufsz:maxBlockLength".to_owned());
    if has_editor::<P>() {
        subject.add("ui:ui", iri(&ui_uri(entry)));
    }
}

fn ui_subject<P: Lv2Plugin>(entry: &Lv2Entry) -> String {
    let mut subject = Subject::new(iri(&ui_uri(entry)));
    subject.is("ui:X11UI");
    subject.add("lv2:requiredFeature", "ui:idleInterface".to_owned());
    let optional = [
        "ui:parent",
        "ui:resize",
        "ui:touch",
        "urid:map",
        "opts:options",
        "log:log",
        "<http://lv2plug.in/ns/ext/instance-access>",
    ];
    for feature in optional {
        subject.add("lv2:optionalFeature", feature.to_owned());
    }
    if !crate::ui::is_resizable::<P>() {
        subject.add("lv2:optionalFeature", "ui:noUserResize".to_owned());
    }
    for extension in ["ui:idleInterface", "ui:resize", "ui:showInterface"] {
        subject.add("lv2:extensionData", extension.to_owned());
    }
    subject.add("opts:supportedOption", "ui:scaleFactor".to_owned());
    subject.end()
}

fn preset_file<P: Lv2Plugin>(preset: &Lv2Preset, table: &PortTable) -> Result<String, BundleError> {
    let mut file = prefixes(&["lv2", "pset", "rdfs"]);
    let mut subject = Subject::new(iri(&preset_uri::<P>(preset)));
    subject.is("pset:Preset");
    for entry in P::LV2_PLUGINS {
        subject.add("lv2:appliesTo", iri(entry.uri));
    }
    subject.add("rdfs:label", text(&preset.label));
    if !preset.comment.is_empty() {
        subject.add("rdfs:comment", text(&preset.comment));
    }
    for (id, value) in &preset.values {
        let unknown = || BundleError::UnknownParam { preset: preset.id.clone(), param: id.clone() };
        let index = table.params.iter().position(|param| param.id == *id).ok_or_else(unknown)?;
        let spec = &table.params[index].spec;
        let (min, max) = spec.range;
        if !(min..=max).contains(value) {
            let (preset, param) = (preset.id.clone(), id.clone());
            return Err(BundleError::OutOfRange { preset, param, value: *value, min, max });
        }
        // The bypass parameter has no port of its own, so a preset never switches the plugin on or off.
        let port = table.ports.iter().find(|port| port.role == PortRole::Param(index));
        if let Some(port) = port {
            let value = number(spec.kind, *value);
            subject.add(
                "lv2:port",
                turtle::node(1, &[("lv2:symbol", text(&port.symbol)), ("pset:value", value)]),
            );
        }
    }
    file += &subject.end();
    Ok(file)
}
