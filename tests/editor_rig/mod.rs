//! The editor without a window, driven by simulated pointer and key events.

#![allow(dead_code, reason = "not every test uses every event")]

pub(crate) use crate::host::whole_gestures;
use crate::host::{Host, Log};
use audio_enhancer::AudioEnhancer;
use audio_enhancer::editor::{App, install_fonts};
use audio_enhancer::params::EnhancerParams;
use egui::{Modifiers, Pos2, Rect, Vec2};
use egui_kittest::Harness;
use enhancer_preset::Library;
use nice_plug::context::gui::GuiContext;
use std::sync::Arc;

/// Time between two pictures, s.
const FRAME_S: f32 = 1.0 / 60.0;

/// Pictures after which two clicks no longer form a double click.
const PAUSE: usize = 40;

/// An open editor with its parameters and its host's log.
pub(crate) struct Rig {
    pub(crate) harness: Harness<'static, App>,
    pub(crate) params: Arc<EnhancerParams>,
    pub(crate) log: Log,
    /// Folder of the user presets.
    pub(crate) folder: std::path::PathBuf,
}

impl Rig {
    /// Opens an editor of this size in logical points, with the factory presets only.
    pub(crate) fn new(name: &str, size: (f32, f32)) -> Self {
        let folder =
            std::env::temp_dir().join(format!("audio-enhancer-editor-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let plugin = AudioEnhancer::default();
        let params = plugin.enhancer_params();
        let mut app = App::new(params.clone(), plugin.telemetry(), Library::at(&folder));
        let log = Log::default();
        app.open(GuiContext::new(Arc::new(Host(log.clone()))));
        let harness = Harness::builder()
            .with_size(Vec2::from(size))
            .with_step_dt(FRAME_S)
            .with_context_setup(install_fonts)
            .build_ui_state(|ui, app: &mut App| app.show(ui), app);
        let mut rig = Self { harness, params, log, folder };
        rig.frames(3);
        rig
    }

    pub(crate) fn frames(&mut self, count: usize) {
        self.harness.run_steps(count);
    }

    pub(crate) fn value(&self, id: &str) -> f32 {
        self.params.find(id).unwrap().unmodulated_value()
    }

    /// Drags from one place to another in eight steps.
    pub(crate) fn drag(&mut self, from: Pos2, to: Pos2, modifiers: Modifiers) {
        self.harness.hover_at(from);
        self.frames(1);
        self.button(from, true, modifiers);
        for step in 1..=8 {
            let at = from.lerp(to, step as f32 / 8.0);
            self.harness.event_modifiers(egui::Event::PointerMoved(at), modifiers);
            self.frames(1);
        }
        self.button(to, false, modifiers);
        self.frames(1);
    }

    pub(crate) fn click(&mut self, at: Pos2) {
        self.frames(PAUSE);
        self.harness.hover_at(at);
        self.frames(1);
        self.button(at, true, Modifiers::NONE);
        self.button(at, false, Modifiers::NONE);
        self.frames(1);
    }

    pub(crate) fn double_click(&mut self, at: Pos2) {
        self.frames(PAUSE);
        self.harness.hover_at(at);
        self.frames(1);
        let pressed = |pressed| egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        for event in [pressed(true), pressed(false), pressed(true), pressed(false)] {
            self.harness.event(event);
        }
        self.frames(2);
    }

    pub(crate) fn wheel(&mut self, at: Pos2, notches: f32) {
        self.harness.hover_at(at);
        self.frames(1);
        self.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: egui::vec2(0.0, notches),
            modifiers: Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        });
        self.frames(1);
    }

    fn button(&mut self, pos: Pos2, pressed: bool, modifiers: Modifiers) {
        let button = egui::PointerButton::Primary;
        self.harness
            .event_modifiers(egui::Event::PointerButton { pos, button, pressed, modifiers }, modifiers);
        self.frames(1);
    }

    pub(crate) fn rect(&self, label: &str) -> Rect {
        use egui_kittest::kittest::Queryable;
        self.harness.get_by_label(label).rect()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.harness.state_mut().close();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
