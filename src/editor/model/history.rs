//! The undo history.

use enhancer_dsp::EnhancerConfig;

/// Largest number of steps kept.
const MAX_STEPS: usize = 500;

/// Longest time between two nudges that count as one step, s.
const NUDGE_S: f64 = 0.8;

/// Change of one parameter in a step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) slot: usize,
    pub(super) before: f32,
    pub(super) after: f32,
}

/// A config and the name of its preset; empty for none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) config: EnhancerConfig,
    pub(super) preset: String,
}

/// The state before a step and after it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turn<T> {
    pub(super) before: T,
    pub(super) after: T,
}

/// One step of undo.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) changes: Vec<Change>,
    pub(super) plays_b: Turn<bool>,
    /// The preset's name, if the step changed it.
    pub(super) preset: Option<Turn<String>>,
    /// The idle settings of A or B, if the step copied to them.
    pub(super) other: Option<Box<Turn<Option<Settings>>>>,
}

impl Step {
    /// A step within A or within B.
    pub(super) fn of(changes: Vec<Change>, plays_b: bool) -> Self {
        Self { changes, plays_b: Turn { before: plays_b, after: plays_b }, preset: None, other: None }
    }

    fn is_empty(&self) -> bool {
        let stays = self.plays_b.before == self.plays_b.after;
        let keeps_name = self.preset.as_ref().is_none_or(|preset| preset.before == preset.after);
        let keeps_other = self.other.as_ref().is_none_or(|other| other.before == other.after);
        self.changes.is_empty() && stays && keeps_name && keeps_other
    }

    fn moves_the_same(&self, other: &Self) -> bool {
        let slots = |step: &Self| step.changes.iter().map(|change| change.slot).collect::<Vec<_>>();
        slots(self) == slots(other)
    }
}

/// Done and undone steps.
#[derive(Debug, Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// Time of the last step, if it was a nudge.
    nudged_s: Option<f64>,
}

impl History {
    /// Adds a step and drops the undone ones. A nudge soon after another joins it.
    pub(super) fn push(&mut self, step: Step, now_s: f64, nudged: bool) {
        if step.is_empty() {
            return;
        }
        self.undone.clear();
        let soon = nudged && self.nudged_s.is_some_and(|last| now_s - last < NUDGE_S);
        self.nudged_s = nudged.then_some(now_s);
        if let Some(last) = self.done.last_mut().filter(|last| soon && last.moves_the_same(&step)) {
            for (change, newer) in last.changes.iter_mut().zip(step.changes) {
                change.after = newer.after;
            }
            return;
        }
        if self.done.len() == MAX_STEPS {
            self.done.remove(0);
        }
        self.done.push(step);
    }

    pub(super) fn undo(&mut self) -> Option<Step> {
        self.nudged_s = None;
        let step = self.done.pop()?;
        self.undone.push(step.clone());
        Some(step)
    }

    pub(super) fn redo(&mut self) -> Option<Step> {
        let step = self.undone.pop()?;
        self.done.push(step.clone());
        Some(step)
    }

    /// Renames a preset in all steps.
    pub(super) fn rename_preset(&mut self, from: &str, to: &str) {
        for step in self.done.iter_mut().chain(&mut self.undone) {
            let own = step.preset.iter_mut().flat_map(|turn| [&mut turn.before, &mut turn.after]);
            let other = step.other.iter_mut().flat_map(|turn| {
                let Turn { before, after } = &mut **turn;
                [before, after].into_iter().flatten().map(|settings| &mut settings.preset)
            });
            for name in own.chain(other).filter(|name| *name == from) {
                to.clone_into(name);
            }
        }
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }
}
