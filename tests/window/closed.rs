//! What a closed editor holds and costs: nothing.

use crate::alone;
use crate::screen::Screen;
use audio_enhancer::AudioEnhancer;
use audio_enhancer::editor::{App, EnhancerEditor};
use enhancer_preset::Library;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::editor::{Editor, EditorHandle, ParentWindowHandle};
use nice_plug::prelude::*;
use nice_plug_egui::RepaintNotifier;
use std::sync::Arc;

/// A host that nothing is asked of.
struct Host;

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }

    #[allow(unsafe_code)]
    unsafe fn raw_begin_set_parameter(&self, _param: ParamPtr) {}

    #[allow(unsafe_code)]
    unsafe fn raw_set_parameter_normalized(&self, _param: ParamPtr, _normalized: f32) {}

    #[allow(unsafe_code)]
    unsafe fn raw_end_set_parameter(&self, _param: ParamPtr) {}

    fn get_state(&self) -> PluginState {
        unreachable!("the editor saves no host state")
    }

    fn set_state(&self, _state: PluginState) {
        unreachable!("the editor loads no host state")
    }

    fn request_restart(&self) {}
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn a_closed_editor_lets_go_of_the_host_and_the_audio_thread() {
    let _alone = alone();
    let screen = Screen::shared();
    let plugin = AudioEnhancer::default();
    let (params, telemetry) = (plugin.enhancer_params(), plugin.telemetry());
    let folder = std::env::temp_dir().join(format!("audio-enhancer-window-{}", std::process::id()));
    let app = App::new(params.clone(), telemetry.clone(), Library::at(&folder));
    let editor = EnhancerEditor::new(params.clone(), app, RepaintNotifier::new());
    let before = (Arc::strong_count(&params), Arc::strong_count(&telemetry));
    let host = Arc::new(Host);
    let host_dropped = Arc::downgrade(&host);
    let mut context = Some(GuiContext::new(host));
    for opening in 0..3 {
        assert!(!telemetry.is_watched(), "opening {opening}");
        let size = editor.size();
        let parent = screen.parent(0, (size.width as u16, size.height as u16));
        let window = ParentWindowHandle::XlibWindow(parent.id.into());
        let context = if opening == 2 { context.take() } else { context.clone() }.expect("a context");
        let spawned = editor.spawn(Some(window), false, None, context, None).expect("a window");
        spawned.handle.show(&spawned.window).expect("to be shown");
        parent.wait_for_editor();
        assert!(telemetry.is_watched(), "opening {opening}");
        drop(spawned);
        assert!(!telemetry.is_watched(), "opening {opening}");
        assert_eq!((Arc::strong_count(&params), Arc::strong_count(&telemetry)), before, "opening {opening}");
    }
    assert!(host_dropped.upgrade().is_none(), "the host is let go when the last window is closed");
    drop(editor);
    assert_eq!(Arc::strong_count(&telemetry), before.1 - 1, "the editor's figures go with the editor");
}
