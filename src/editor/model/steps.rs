//! Steps that are more than a movement of the hand: a preset, A and B, back and forth.

use super::history::{Settings, Step, Turn};
use super::{Model, Slot};
use enhancer_dsp::EnhancerConfig;

impl Model {
    /// Takes over a preset's config and name as one step. The bypass stays as it is.
    pub fn load(&mut self, config: &EnhancerConfig, preset: &str) {
        self.end();
        let mut step = Step::of(self.changed(&self.values_of(config)), self.hears_b);
        step.preset = Some(self.name_turn(preset));
        self.history.push(step, self.now_s, false);
    }

    /// Name of the preset that the settings come from; empty for none.
    #[must_use]
    pub fn preset(&self) -> String {
        self.params.session().preset
    }

    /// The settings are a preset of this name from now on: it was saved.
    pub fn name_preset(&mut self, name: &str) {
        self.params.update_session(|session| name.clone_into(&mut session.preset));
    }

    /// A preset is called otherwise from now on, or nothing at all, also where a step leads back to it.
    pub fn rename_preset(&mut self, from: &str, to: &str) {
        self.history.rename_preset(from, to);
        if let Some(other) = self.other.as_mut().filter(|other| other.preset == from) {
            to.clone_into(&mut other.preset);
        }
        if self.preset() == from {
            self.name_preset(to);
        }
    }

    fn name_turn(&mut self, name: &str) -> Turn<String> {
        let before = self.preset();
        self.name_preset(name);
        Turn { before, after: name.to_owned() }
    }

    fn settings(&self) -> Settings {
        Settings { config: self.config(), preset: self.preset() }
    }

    /// Whether B is heard, of A and B.
    #[must_use]
    pub fn hears_b(&self) -> bool {
        self.hears_b
    }

    /// Changes between A and B. The first time B is as A.
    pub fn swap(&mut self) {
        self.end();
        let present = self.settings();
        let other = self.other.replace(present.clone()).unwrap_or(present);
        let mut step = Step::of(self.changed(&self.values_of(&other.config)), self.hears_b);
        step.preset = Some(self.name_turn(&other.preset));
        self.hears_b = !self.hears_b;
        step.hears_b.after = self.hears_b;
        self.history.push(step, self.now_s, false);
    }

    /// Makes the settings that are not heard the same as those that are, as one step.
    pub fn copy_to_other(&mut self) {
        self.end();
        let after = Some(self.settings());
        let before = std::mem::replace(&mut self.other, after.clone());
        let mut step = Step::of(vec![], self.hears_b);
        step.other = Some(Box::new(Turn { before, after }));
        self.history.push(step, self.now_s, false);
    }

    /// Takes the last step back; false if there is none.
    pub fn undo(&mut self) -> bool {
        self.end();
        let Some(step) = self.history.undo() else { return false };
        let changes = step.changes.iter().map(|change| (change.slot, change.before));
        let other = step.other.map(|turn| turn.before);
        self.travel(changes, step.hears_b.before, step.preset.map(|turn| turn.before), other);
        true
    }

    /// Takes the last undone step again; false if there is none.
    pub fn redo(&mut self) -> bool {
        self.end();
        let Some(step) = self.history.redo() else { return false };
        let changes = step.changes.iter().map(|change| (change.slot, change.after));
        let other = step.other.map(|turn| turn.after);
        self.travel(changes, step.hears_b.after, step.preset.map(|turn| turn.after), other);
        true
    }

    /// Whether there is a step to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Whether there is a step to take again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    fn travel(
        &mut self,
        values: impl Iterator<Item = (Slot, f32)>,
        hears_b: bool,
        preset: Option<String>,
        other: Option<Option<Settings>>,
    ) {
        if hears_b != self.hears_b {
            self.other = Some(self.settings());
            self.hears_b = hears_b;
        }
        values.for_each(|(slot, value)| self.send_alone(slot, value));
        preset.into_iter().for_each(|name| self.name_preset(&name));
        if let Some(other) = other {
            self.other = other;
        }
    }
}
