//! Tests of the bundle's Turtle files.

use super::toy::{Toy, lv2_descriptor};
use nice_plug_lv2::{bundle_files, write_bundle};
use std::ffi::CStr;

#[test]
fn the_same_plugin_gives_the_same_bytes() {
    assert_eq!(bundle_files::<Toy>("toy.so").unwrap(), bundle_files::<Toy>("toy.so").unwrap());
}

#[test]
fn every_plugin_of_the_manifest_has_a_descriptor() {
    let files = bundle_files::<Toy>("toy.so").unwrap();
    let manifest = &files["manifest.ttl"];
    for index in 0..2 {
        // SAFETY: `lv2_descriptor` keeps its descriptors and their URIs until the program ends.
        let uri = unsafe { CStr::from_ptr((*lv2_descriptor(index)).uri) }.to_str().unwrap();
        assert!(manifest.contains(&format!("<{uri}>\n\ta lv2:Plugin")), "{uri}");
        assert!(manifest.contains(&format!("<{uri}#ui>\n\ta ui:X11UI")), "{uri}");
    }
    assert!(lv2_descriptor(2).is_null());
}

/// The statements of the port with this symbol.
fn port<'a>(file: &'a str, symbol: &str) -> &'a str {
    let at = file.find(&format!("lv2:symbol \"{symbol}\" ;")).unwrap_or_else(|| panic!("no port {symbol}"));
    let start = file[..at].rfind("[\n").unwrap();
    let end = at + file[at..].find("\n\t]").unwrap();
    &file[start..end]
}

#[test]
fn ports_have_complete_descriptions() {
    let files = bundle_files::<Toy>("toy.so").unwrap();
    let stereo = &files["stereo.ttl"];
    for (symbol, facts) in [
        ("in_left", &["lv2:AudioPort", "lv2:index 0", "pg:left", "#bus-in-0"][..]),
        ("sidechain_1", &["lv2:isSideChain", "lv2:connectionOptional"]),
        ("events_in", &["atom:AtomPort", "midi:MidiEvent", "lv2:control"]),
        ("enabled", &["lv2:enabled", "lv2:default 1", "lv2:toggled"]),
        ("freewheel", &["lv2:freeWheeling", "lv2:default 0"]),
        ("latency", &["lv2:OutputPort", "lv2:reportsLatency", "lv2:latency", "units:frame"]),
        (
            "gain",
            &["lv2:minimum -20.0", "lv2:maximum 20.0", "lv2:default 0.0", "units:db", "How much louder."],
        ),
        ("cutoff_hz", &["pprops:logarithmic", "units:hz", "lv2:minimum 20.0", "lv2:maximum 20000.0"]),
        ("polarity", &["lv2:enumeration", "rdfs:label \"Inverted\" ;\n\t\t\trdf:value 1"]),
        ("repeat", &["lv2:integer", "lv2:default 1", "pprops:expensive", "pprops:notAutomatic"]),
        ("duck", &["lv2:toggled", r#"lv2:name "Duck \"side\"""#]),
        ("latency_2", &["pprops:notOnGUI"]),
        ("peak", &["lv2:OutputPort", "units:symbol \"dBFS\"", "lv2:connectionOptional"]),
    ] {
        let port = port(stereo, symbol);
        for fact in facts {
            assert!(port.contains(fact), "{symbol} lacks {fact}:\n{port}");
        }
    }
    assert!(!stereo.contains("lv2:symbol \"bypass\""), "the bypass parameter is the port `enabled`");
    assert!(stereo.contains("lv2:minorVersion 204") && stereo.contains("lv2:microVersion 6"));
}

#[test]
fn presets_contain_port_values() {
    let files = bundle_files::<Toy>("toy.so").unwrap();
    let preset = &files["presets/loud.ttl"];
    assert!(preset.contains("lv2:symbol \"gain\" ;\n\t\tpset:value 6.0"), "{preset}");
    assert!(preset.contains("lv2:symbol \"polarity\" ;\n\t\tpset:value 1"), "{preset}");
    assert!(
        !preset.contains("enabled") && !preset.contains("bypass"),
        "a preset never switches the plugin on or off"
    );
    assert!(files["manifest.ttl"].contains("rdfs:seeAlso <presets/loud.ttl>"));
}

#[test]
fn a_write_error_names_the_file() {
    let error = write_bundle::<Toy>("/dev/null/x".as_ref(), "toy.so").unwrap_err().to_string();
    assert!(error.starts_with("cannot write /dev/null/x/manifest.ttl: "), "{error}");
}
