//! Steps that can be taken back.

/// The most steps that are remembered.
const MAX_STEPS: usize = 500;

/// Nudges of the same parameters within this time are one step, s.
const NUDGE_S: f64 = 0.8;

/// One parameter's part of a step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) slot: usize,
    pub(super) before: f32,
    pub(super) after: f32,
}

/// What one movement of the hand did.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) changes: Vec<Change>,
    pub(super) hears_b_before: bool,
    pub(super) hears_b_after: bool,
}

impl Step {
    /// A step within A or B.
    pub(super) fn of(changes: Vec<Change>, hears_b: bool) -> Self {
        Self { changes, hears_b_before: hears_b, hears_b_after: hears_b }
    }

    fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.hears_b_before == self.hears_b_after
    }

    fn moves_the_same(&self, other: &Self) -> bool {
        let slots = |step: &Self| step.changes.iter().map(|change| change.slot).collect::<Vec<_>>();
        slots(self) == slots(other)
    }
}

/// Steps done and undone.
#[derive(Debug, Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// When the last step was nudged.
    nudged_s: Option<f64>,
}

impl History {
    /// Remembers a step; what was undone is forgotten. A nudge soon after another joins it.
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

    pub(super) fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }
}
