//! `presets`: lists, shows, saves, deletes, imports and exports presets.

use crate::advice;
use crate::args::{ExportFormat, PresetsCommand};
use crate::exit::{Exit, UsageError};
use crate::report;
use crate::settings::{SettingsError, read_config};
use enhancer_preset::export::equalizer_apo;
use enhancer_preset::import::{ImportError, import_file_for};
use enhancer_preset::{Library, LibraryError, Overwrite, Preset, to_json};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct ListJson<'a> {
    presets: Vec<PresetJson<'a>>,
}

#[derive(Serialize)]
struct PresetJson<'a> {
    name: &'a str,
    category: &'a str,
    tags: &'a [String],
    description: &'a str,
    factory: bool,
}

/// An error that stops a `presets` command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PresetsError {
    #[error("{}", advice::on_library(.0))]
    Library(#[from] LibraryError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("{}: {}", path.display(), advice::on_import(error))]
    Import { path: PathBuf, error: ImportError },
}

/// Runs the command.
pub(crate) fn run(command: &PresetsCommand) -> Result<Exit, UsageError> {
    let library = Library::open();
    let done = match command {
        PresetsCommand::List { json } => {
            list(&library, *json);
            Ok(())
        }
        PresetsCommand::Show { name } => show(&library, name),
        PresetsCommand::Save { name, config, force } => save(&library, name, config, *force),
        PresetsCommand::Delete { name } => library.delete(name).map_err(PresetsError::from),
        PresetsCommand::Import { file, device, name, force } => {
            import(&library, file, device.as_deref(), name.as_deref(), *force)
        }
        PresetsCommand::Export { name, format } => export(&library, name, *format),
    };
    Ok(match done {
        Ok(()) => Exit::Done,
        Err(error) => {
            report::eprint_line(&format!("error: {error}"));
            Exit::Failed
        }
    })
}

fn list(library: &Library, json: bool) {
    let (presets, problems) = library.list();
    if json {
        let entries = presets.iter().map(|preset| PresetJson {
            name: &preset.name,
            category: &preset.category,
            tags: &preset.tags,
            description: &preset.description,
            factory: preset.factory,
        });
        report::print_json(&ListJson { presets: entries.collect() });
    } else {
        report::print_presets(&presets);
    }
    for problem in problems {
        report::eprint_line(&format!("note: {}", advice::on_library(&problem.error)));
    }
}

fn show(library: &Library, name: &str) -> Result<(), PresetsError> {
    report::print(&to_json(&library.get(name)?));
    Ok(())
}

fn save(library: &Library, name: &str, config: &Path, force: bool) -> Result<(), PresetsError> {
    let preset = Preset::new(name, read_config(config)?);
    keep(library, &preset, force)
}

fn keep(library: &Library, preset: &Preset, force: bool) -> Result<(), PresetsError> {
    let overwrite = if force { Overwrite::Replace } else { Overwrite::Refuse };
    let path = library.save(preset, overwrite)?;
    report::eprint_line(&format!("saved `{}` as {}", preset.name, path.display()));
    Ok(())
}

fn import(
    library: &Library,
    file: &Path,
    device: Option<&str>,
    name: Option<&str>,
    force: bool,
) -> Result<(), PresetsError> {
    let failed = |error| PresetsError::Import { path: file.to_owned(), error };
    let imported = import_file_for(file, device).map_err(failed)?;
    for note in &imported.notes {
        report::eprint_line(&format!("note: {}: {note}", file.display()));
    }
    let mut preset = imported.preset;
    if let Some(name) = name {
        name.clone_into(&mut preset.name);
    }
    keep(library, &preset, force)
}

fn export(library: &Library, name: &str, format: ExportFormat) -> Result<(), PresetsError> {
    let preset = library.get(name)?;
    match format {
        ExportFormat::Json => report::print(&to_json(&preset)),
        ExportFormat::Apo => {
            let exported = equalizer_apo(&preset);
            for note in &exported.notes {
                report::eprint_line(&format!("note: {}: {note}", preset.name));
            }
            report::print(&exported.text);
        }
    }
    Ok(())
}
