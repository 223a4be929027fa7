//! Steps of undo beyond one gesture: presets, A and B.

use super::history::{Settings, Step, Turn};
use super::{Model, Slot};
use enhancer_dsp::EnhancerConfig;

impl Model {
    /// Loads a preset's config and name as one step. The bypass stays.
    pub fn load(&mut self, config: &EnhancerConfig, preset: &str) {
        self.end();
        let mut step = Step::of(self.changed(&self.values_of(config)), self.plays_b);
        step.preset = Some(self.name_turn(preset));
        self.history.push(step, self.now_s, false);
    }

    /// Name of the loaded preset; empty for none.
    #[must_use]
    pub fn preset(&self) -> String {
        self.params.session().preset
    }

    /// Sets the preset's name after saving.
    pub fn name_preset(&mut self, name: &str) {
        self.params.update_session(|session| name.clone_into(&mut session.preset));
    }

    /// Renames a preset, or removes its name if `to` is empty, in the undo history, too.
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

    /// True while B plays, false while A does.
    #[must_use]
    pub fn plays_b(&self) -> bool {
        self.plays_b
    }

    /// Switches between A and B. B begins as a copy of A.
    pub fn swap(&mut self) {
        self.end();
        let present = self.settings();
        let other = self.other.replace(present.clone()).unwrap_or(present);
        let mut step = Step::of(self.changed(&self.values_of(&other.config)), self.plays_b);
        step.preset = Some(self.name_turn(&other.preset));
        self.plays_b = !self.plays_b;
        step.plays_b.after = self.plays_b;
        self.history.push(step, self.now_s, false);
    }

    /// Copies the settings that play to the idle ones, as one step.
    pub fn copy_to_other(&mut self) {
        self.end();
        let after = Some(self.settings());
        let before = std::mem::replace(&mut self.other, after.clone());
        let mut step = Step::of(vec![], self.plays_b);
        step.other = Some(Box::new(Turn { before, after }));
        self.history.push(step, self.now_s, false);
    }

    /// Undoes the last step; false if there is none.
    pub fn undo(&mut self) -> bool {
        self.end();
        let Some(step) = self.history.undo() else { return false };
        let changes = step.changes.iter().map(|change| (change.slot, change.before));
        let other = step.other.map(|turn| turn.before);
        self.travel(changes, step.plays_b.before, step.preset.map(|turn| turn.before), other);
        true
    }

    /// Redoes the last undone step; false if there is none.
    pub fn redo(&mut self) -> bool {
        self.end();
        let Some(step) = self.history.redo() else { return false };
        let changes = step.changes.iter().map(|change| (change.slot, change.after));
        let other = step.other.map(|turn| turn.after);
        self.travel(changes, step.plays_b.after, step.preset.map(|turn| turn.after), other);
        true
    }

    /// True if [`undo`](Self::undo) would do anything.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// True if [`redo`](Self::redo) would do anything.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    fn travel(
        &mut self,
        values: impl Iterator<Item = (Slot, f32)>,
        plays_b: bool,
        preset: Option<String>,
        other: Option<Option<Settings>>,
    ) {
        if plays_b != self.plays_b {
            self.other = Some(self.settings());
            self.plays_b = plays_b;
        }
        values.for_each(|(slot, value)| self.send_alone(slot, value));
        preset.into_iter().for_each(|name| self.name_preset(&name));
        if let Some(other) = other {
            self.other = other;
        }
    }
}
