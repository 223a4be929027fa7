//! The parameters in a host: their list, their texts, and the pages for control surfaces.

use crate::rig::{Host, frozen_ids, hash, text};
use clack_extensions::remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::{ParamId, ParamKind, StageId};
use std::collections::{HashMap, HashSet};

const LISTENING: [(&str, &str); 2] =
    [("listening.loudness_match", "Loudness Match"), ("listening.delta", "Delta")];

fn group(id: ParamId) -> String {
    if let Some(band) = id.band {
        return format!("EQ/Band {}", band + 1);
    }
    let section = id.spec.path.split_once('.').map_or("", |(section, _)| section);
    let stage = StageId::ALL.iter().find(|stage| stage.id() == section);
    stage.map_or("", |stage| stage.name()).to_owned()
}

#[test]
fn every_parameter_agrees_with_the_table() {
    let infos = Host::new().infos();
    let ids: Vec<&str> = frozen_ids().collect();
    assert_eq!(infos.len(), ids.len());
    let default = EnhancerConfig::default();
    for (info, id) in infos.iter().zip(&ids) {
        assert_eq!(info.id, hash(id), "{id}");
        let Some(param) = ParamId::find(id) else {
            let (_, name) = LISTENING.into_iter().find(|(other, _)| other == id).expect("a known parameter");
            assert_eq!((info.name.as_str(), info.module.as_str()), (name, "Listening"));
            assert_eq!((info.range, info.default, info.stepped), ([0.0, 1.0], 0.0, true));
            assert!(!info.automatable, "{id}: listening switches are not automatable");
            continue;
        };
        let name = param.band.map_or(String::new(), |band| format!("Band {} ", band + 1)) + param.spec.name;
        assert_eq!((&info.name, &info.module), (&name, &group(param)));
        let value = if param.spec.path == "enabled" { 0.0 } else { param.get(&default) };
        let (last, default) = match param.spec.kind {
            ParamKind::Float { .. } => (1.0, param.spec.kind.position_of(value)),
            ParamKind::Switch => (1.0, value),
            ParamKind::Choice(labels) => ((labels.len() - 1) as f64, value),
        };
        assert_eq!(info.range, [0.0, last], "{id}");
        assert!((info.default - f64::from(default)).abs() < 1e-6, "{id}: {} {default}", info.default);
        assert_eq!(info.stepped, !matches!(param.spec.kind, ParamKind::Float { .. }), "{id}");
        assert_eq!(info.bypass, *id == "bypass_all", "{id}");
        assert_eq!(info.automatable, *id != "processing_quality", "{id}");
    }
}

#[test]
fn every_formatted_text_parses_to_its_value() {
    let mut host = Host::new();
    let infos = host.infos();
    for (info, id) in infos.iter().zip(frozen_ids()) {
        assert!((host.value(id) - info.default).abs() < 1e-6, "{id} has its default at first");
        let [first, last] = info.range;
        let steps = if info.stepped { last as usize } else { 64 };
        for step in 0..=steps {
            let value = first + (last - first) * step as f64 / steps as f64;
            let shown = host.value_to_text(id, value);
            let read =
                host.text_to_value(id, &shown).unwrap_or_else(|| panic!("{id} cannot parse `{shown}`"));
            assert_eq!(host.value_to_text(id, read), shown, "{id}");
            assert!(!info.stepped || (read - value).abs() < 1e-6, "{id}: `{shown}` is {read}, not {value}");
        }
        assert_eq!(host.text_to_value(id, "nonsense"), None, "{id}");
    }
    assert_eq!(
        host.value_to_text("compressor.ratio", 0.0),
        ParamId::find("compressor.ratio").unwrap().format_value(1.0)
    );
    let value = host.text_to_value("equalizer.bands.0.frequency", "1.2k").unwrap();
    assert_eq!(
        host.value_to_text("equalizer.bands.0.frequency", value),
        host_text("equalizer.bands.0.frequency", 1200.0)
    );
    assert_eq!(host.text_to_value("listening.delta", "on"), Some(1.0));
}

fn host_text(id: &str, value: f32) -> String {
    ParamId::find(id).unwrap().format_value(value)
}

#[test]
fn every_control_page_lists_existing_parameters() {
    let mut host = Host::new();
    let known: HashSet<u32> = host.infos().iter().map(|info| info.id).collect();
    let pages: PluginRemoteControls = host.instance.plugin_shared_handle().get_extension().expect("pages");
    let handle = host.instance.plugin_handle();
    let mut buffer = RemoteControlsPageBuffer::new();
    let (mut names, mut numbers, mut reached) = (HashMap::new(), HashSet::new(), HashSet::new());
    for index in 0..pages.count(&handle) {
        let page = pages.get(&handle, index, &mut buffer).expect("a page below the count");
        let ids: Vec<u32> = page.param_ids.iter().flatten().map(|id| id.get()).collect();
        assert!(!ids.is_empty() && ids.iter().all(|id| known.contains(id)), "page {index}");
        assert!(numbers.insert(page.page_id.get()), "page {index}: the page id is unique");
        reached.extend(ids.iter().copied());
        names.insert(format!("{}/{}", text(page.section_name), text(page.page_name)), ids);
    }
    assert_eq!(names.len(), numbers.len(), "no two pages have the same name");
    let listening = ["bypass_all", "listening.loudness_match", "listening.delta"].map(hash);
    assert_eq!(names["Main/Listening"], listening);
    for band in 0..16 {
        let first = hash(&format!("equalizer.bands.{band}.enabled"));
        assert_eq!(names[&format!("EQ/Band {}", band + 1)][0], first);
    }
    let main = ["master_gain"].map(hash).into_iter();
    let of_stages = |param: fn(StageId) -> ParamId| {
        let ids = StageId::ALL.iter().map(|&stage| hash(&param(stage).to_string()));
        ids.chain([hash("bypass_all")]).collect::<Vec<u32>>()
    };
    assert_eq!(names["Main/Main"], main.chain(of_stages(StageId::main_param)).collect::<Vec<u32>>());
    assert_eq!(names["Main/Switches"], of_stages(StageId::switch));
    let compressor =
        ["threshold", "ratio", "knee", "attack", "release", "makeup_gain", "sidechain_highpass", "mix"];
    let hashes = |fields: &[&str]| -> Vec<u32> {
        fields.iter().map(|field| hash(&format!("compressor.{field}"))).collect()
    };
    assert_eq!(names["Compressor/Compressor 1"], hashes(&compressor));
    assert_eq!(names["Compressor/Compressor 2"], hashes(&["enabled", "auto_makeup", "detector"]));
    let missing: Vec<&str> = frozen_ids().filter(|id| !reached.contains(&hash(id))).collect();
    assert_eq!(missing, ["processing_quality"], "on no page");
}
