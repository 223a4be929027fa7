use super::*;
use crate::param::ParamKind;

#[test]
fn a_fresh_config_is_valid_and_every_default_lies_in_its_range() {
    EnhancerConfig::default().validate().unwrap();
    for param in ParamId::all() {
        let (min, max) = param.spec.kind.range();
        assert!((min..=max).contains(&param.default_value()), "{param}");
        assert_eq!(param.get(&EnhancerConfig::default()), param.default_value(), "{param}");
    }
}

#[test]
fn find_returns_every_parameter_and_get_returns_the_value_set() {
    let mut config = EnhancerConfig::default();
    for param in ParamId::all() {
        assert_eq!(ParamId::find(&param.to_string()), Some(param));
        let (min, max) = param.spec.kind.range();
        for value in [min, max] {
            param.set(&mut config, value);
            assert_eq!(param.get(&config), value, "{param}");
        }
    }
    config.validate().unwrap();
    for unknown in [
        "",
        "limiter",
        "equalizer.bands.+1.gain",
        "equalizer.bands.01.gain",
        "equalizer.bands.16.gain",
        "equalizer.bands.-1.gain",
        "equalizer.bands.0",
    ] {
        assert_eq!(ParamId::find(unknown), None);
    }
}

#[test]
fn out_of_range_names_field_value_and_range() {
    for param in ParamId::all().filter(|param| matches!(param.spec.kind, ParamKind::Float { .. })) {
        let (min, max) = param.spec.kind.range();
        for value in [min - 0.01 * (1.0 + min.abs()), max + 0.01 * (1.0 + max.abs()), f32::NAN, f32::INFINITY]
        {
            let mut config = EnhancerConfig::default();
            param.set(&mut config, value);
            let message = config.validate().unwrap_err().to_string();
            for part in [param.to_string(), value.to_string(), min.to_string(), max.to_string()] {
                assert!(message.contains(&part), "{message} lacks {part}");
            }
        }
    }
}

#[test]
fn the_json_is_the_documented_one_and_comes_back_unchanged() {
    let mut config = EnhancerConfig::default();
    for param in ParamId::all() {
        let (min, max) = param.spec.kind.range();
        param.set(&mut config, (0.3 * min + 0.7 * max).round());
    }
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<EnhancerConfig>(&text).unwrap(), config);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    for param in ParamId::all() {
        let pointer = format!("/{}", param.to_string().replace('.', "/"));
        assert!(json.pointer(&pointer).is_some(), "{param} is not at {pointer}");
    }
    assert_eq!(json["equalizer"]["bands"][0]["slope"], 36);
}

#[test]
fn a_shorter_config_takes_defaults_and_the_slot_gives_the_frequency() {
    let text = r#"{"equalizer":{"bands":[{"gain":3},{"frequency":200,"gain":-2,"q":1.5,"type":"lowshelf"}]},"master_gain":-1}"#;
    let config: EnhancerConfig = serde_json::from_str(text).unwrap();
    let bands = &config.equalizer.bands;
    assert_eq!(bands.len(), 2);
    assert_eq!(bands[0].frequency_hz, 25.0);
    assert_eq!(
        bands[1],
        EqBand { frequency_hz: 200.0, gain_db: -2.0, q: 1.5, kind: BandType::Lowshelf, ..EqBand::default() }
    );
    assert_eq!(config.limiter, LimiterConfig::default());
    assert!((default_band_frequency_hz(15) - 16_000.0).abs() < 0.01);
}

#[test]
fn unknown_fields_wrong_choices_and_too_many_bands_are_named() {
    for (text, part) in [
        (r#"{"equalizer":{"bands":[{"gian":3}]}}"#, "gian"),
        (r#"{"loudness":1}"#, "loudness"),
        (r#"{"compressor":{"detector":"median"}}"#, "median"),
        (r#"{"equalizer":{"bands":[{"slope":18}]}}"#, "slope 18"),
    ] {
        let message = serde_json::from_str::<EnhancerConfig>(text).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
    let many = format!(r#"{{"equalizer":{{"bands":[{}]}}}}"#, vec!["{}"; 17].join(","));
    let message = serde_json::from_str::<EnhancerConfig>(&many).unwrap_err().to_string();
    assert!(message.contains("more than 16 bands"), "{message}");
}

#[test]
fn setting_a_far_band_switches_the_ones_between_off() {
    let mut config = EnhancerConfig::default();
    ParamId::find("equalizer.bands.2.gain").unwrap().set(&mut config, -3.0);
    let bands = &config.equalizer.bands;
    assert_eq!(bands.iter().map(|band| band.enabled).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(bands[2].gain_db, -3.0);
    assert_eq!(bands[2].frequency_hz, default_band_frequency_hz(2));
}

#[test]
fn another_schema_version_is_refused_by_number() {
    let config = EnhancerConfig { schema_version: 2, ..EnhancerConfig::default() };
    assert!(config.validate().unwrap_err().to_string().contains("`schema_version` is 2"));
}
