//! CLAP remote-control pages for control surfaces: the most used controls, the switches, the listening
//! switches, then each stage and each band.
//!
//! A page has up to eight controls. A longer page is split, and its parts are numbered.

use crate::params::EnhancerParams;
use enhancer_dsp::config::MAX_BANDS;
use enhancer_dsp::{ParamId, ParamKind, StageId};
use nice_plug::prelude::*;

/// Fields on a band's page, in order.
const BAND_PAGE: [&str; 7] = ["enabled", "frequency", "gain", "q", "type", "slope", "channel"];

/// Declares the pages to the host.
pub(crate) fn define(params: &EnhancerParams, context: &mut impl RemoteControlsContext) {
    let of_stages = |param: fn(StageId) -> ParamId| StageId::ALL.iter().map(move |&stage| param(stage));
    context.add_section("Main", |section| {
        let main = of_stages(StageId::main_param).map(|param| param.to_string());
        let gain = std::iter::once("master_gain".to_owned());
        add_page(section, "Main", params, gain.chain(main).chain([bypass()]));
        let switches = of_stages(StageId::switch).map(|param| param.to_string());
        add_page(section, "Switches", params, switches.chain([bypass()]));
        let listening = params.listening().by_id().map(|(id, _)| id.to_owned());
        add_page(section, "Listening", params, std::iter::once(bypass()).chain(listening));
    });
    for &stage in StageId::ALL {
        context.add_section(stage.name(), |section| {
            add_page(section, stage.name(), params, of_stage(stage).map(|param| param.to_string()));
            if stage == StageId::Equalizer {
                for band in 0..MAX_BANDS {
                    let ids = BAND_PAGE.map(|field| format!("equalizer.bands.{band}.{field}"));
                    add_page(section, &format!("Band {}", band + 1), params, ids);
                }
            }
        });
    }
}

fn bypass() -> String {
    "bypass_all".to_owned()
}

/// The stage's parameters: numbers first, then switches and choices, each in the order of the rows.
fn of_stage(stage: StageId) -> impl Iterator<Item = ParamId> {
    let is_number = |param: &ParamId| matches!(param.spec.kind, ParamKind::Float { .. });
    let others = stage.params().filter(move |param| !is_number(param));
    stage.params().filter(is_number).chain(others)
}

fn add_page<S: RemoteControlsSection>(
    section: &mut S,
    name: &str,
    params: &EnhancerParams,
    ids: impl IntoIterator<Item = String>,
) {
    section.add_page(name, |page| {
        for id in ids {
            match (params.find(&id), params.listening().find(&id)) {
                (Some(param), _) => param.add_to(page),
                (None, Some(switch)) => page.add_param(switch),
                (None, None) => page.add_spacer(),
            }
        }
    });
}
