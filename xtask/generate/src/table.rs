//! The rows of the parameter table by section, as the Go structs need them.

use enhancer_dsp::{ParamId, ParamSpec, StageId};

/// The rows of the whole config.
pub(super) struct Table {
    /// The chain's own rows.
    pub(super) root: Vec<ParamSpec>,
    /// The stages in the order of the chain.
    pub(super) stages: Vec<Section>,
    /// One band of the equalizer.
    pub(super) band: Vec<ParamSpec>,
}

/// The rows of one stage.
pub(super) struct Section {
    /// Name in JSON, such as `bass_boost`.
    pub(super) id: &'static str,
    pub(super) rows: Vec<ParamSpec>,
}

impl Table {
    /// The core's table.
    pub(super) fn of_core() -> Self {
        let stage = |&stage: &StageId| Section {
            id: stage.id(),
            rows: stage.params().map(|param| *param.spec).collect(),
        };
        Self {
            root: of_chain().map(|param| *param.spec).collect(),
            stages: StageId::ALL.iter().map(stage).collect(),
            band: ParamId::of_band(0).map(|param| *param.spec).collect(),
        }
    }
}

/// The parameters of the chain itself, such as `master_gain`.
pub(super) fn of_chain() -> impl Iterator<Item = ParamId> {
    ParamId::all().filter(|param| StageId::of(param).is_none())
}

/// Name of a row's field in JSON: the last part of its path.
pub(super) fn field(spec: &ParamSpec) -> &'static str {
    spec.path.rsplit('.').next().unwrap_or(spec.path)
}
