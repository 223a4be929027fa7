//! The factory presets: the files of `presets/`, embedded into the program.

use crate::parse::parse_preset;
use crate::preset::Preset;
use std::sync::LazyLock;

macro_rules! files {
    ($($name:literal,)*) => {
        /// Name and text of each file, in list order.
        pub(crate) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../presets/", $name, ".json"))),)*];
    };
}

files! {
    "flat",
    "vocal",
    "instrumental",
    "bass-boost",
    "treble-boost",
    "loudness",
    "headphones",
    "laptop-speakers",
    "small-speakers",
    "car",
    "night",
    "podcast",
    "speech-clarity",
    "audiobook",
    "acoustic",
    "rock",
    "pop",
    "electronic",
    "hip-hop",
    "jazz",
    "classical",
    "warm",
    "bright",
    "old-recording",
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let parsed = FILES.iter().filter_map(|(_, text)| parse_preset(text).ok());
    parsed.map(|preset| Preset { factory: true, ..preset }).collect()
});

/// The factory presets in list order. The first call parses them.
#[must_use]
pub fn factory_presets() -> &'static [Preset] {
    &PRESETS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_embedded_and_named_after_its_preset() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../presets");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let in_folder: BTreeSet<_> =
            files.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
        let built_in: BTreeSet<_> = FILES.iter().map(|(name, _)| format!("{name}.json")).collect();
        assert_eq!(in_folder, built_in);
        for (name, text) in FILES {
            let preset = parse_preset(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(preset.name, *name);
        }
        assert_eq!(factory_presets().len(), FILES.len());
    }
}
