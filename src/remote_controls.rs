//! CLAP remote-control pages for control surfaces: up to eight controls a page, the most used first, and a
//! page for each band.

use crate::params::EnhancerParams;
use enhancer_dsp::config::MAX_BANDS;
use nice_plug::prelude::*;

/// Section, page, and up to eight ids; an empty id leaves a control unassigned.
const PAGES: &[(&str, &str, &[&str])] = &[
    (
        "Main",
        "Main",
        &[
            "master_gain",
            "equalizer.preamp",
            "compressor.threshold",
            "bass_boost.amount",
            "treble_boost.amount",
            "stereo_enhancer.width",
            "limiter.ceiling",
            "bypass_all",
        ],
    ),
    (
        "Main",
        "Switches",
        &[
            "equalizer.enabled",
            "compressor.enabled",
            "bass_boost.enabled",
            "treble_boost.enabled",
            "stereo_enhancer.enabled",
            "limiter.enabled",
            "",
            "bypass_all",
        ],
    ),
    ("Main", "Listening", &["bypass_all", "listening.loudness_match", "listening.delta"]),
    (
        "Dynamics",
        "Compressor",
        &[
            "compressor.threshold",
            "compressor.ratio",
            "compressor.knee",
            "compressor.attack",
            "compressor.release",
            "compressor.makeup_gain",
            "compressor.sidechain_highpass",
            "compressor.mix",
        ],
    ),
    (
        "Dynamics",
        "Limiter",
        &[
            "limiter.enabled",
            "limiter.ceiling",
            "limiter.release",
            "master_gain",
            "compressor.enabled",
            "compressor.detector",
            "compressor.auto_makeup",
        ],
    ),
    (
        "Tone",
        "Bass and Treble",
        &[
            "bass_boost.enabled",
            "bass_boost.frequency",
            "bass_boost.amount",
            "bass_boost.harmonics",
            "treble_boost.enabled",
            "treble_boost.frequency",
            "treble_boost.amount",
            "treble_boost.harmonics",
        ],
    ),
    (
        "Stereo",
        "Stereo",
        &[
            "stereo_enhancer.enabled",
            "stereo_enhancer.width",
            "stereo_enhancer.mono_below",
            "stereo_enhancer.balance",
            "stereo_enhancer.crossfeed",
        ],
    ),
];

/// Fields on a band's page, in order; an empty one leaves a control unassigned.
const BAND_PAGE: [&str; 8] = ["enabled", "frequency", "gain", "q", "type", "slope", "channel", ""];

/// Declares the pages to the host.
pub(crate) fn define(params: &EnhancerParams, context: &mut impl RemoteControlsContext) {
    for (section, page, ids) in PAGES {
        context.add_section(*section, |section| add_page(section, page, params, ids.iter().copied()));
    }
    context.add_section("EQ", |section| {
        for band in 0..MAX_BANDS {
            let id = |field: &str| match field {
                "" => String::new(),
                field => format!("equalizer.bands.{band}.{field}"),
            };
            add_page(section, &format!("Band {}", band + 1), params, BAND_PAGE.map(id));
        }
    });
}

fn add_page<S: RemoteControlsSection, I: AsRef<str>>(
    section: &mut S,
    name: &str,
    params: &EnhancerParams,
    ids: impl IntoIterator<Item = I>,
) {
    section.add_page(name, |page| {
        for id in ids {
            match (params.find(id.as_ref()), params.listening().find(id.as_ref())) {
                (Some(param), _) => param.add_to(page),
                (None, Some(switch)) => page.add_param(switch),
                (None, None) => page.add_spacer(),
            }
        }
    });
}
