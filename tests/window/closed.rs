//! A closed editor holds and costs nothing.

use crate::alone;
use crate::host::Host;
use crate::screen::{Parent, Screen};
use audio_enhancer::AudioEnhancer;
use audio_enhancer::editor::{App, EnhancerEditor, Repaint};
use enhancer_preset::Library;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{Editor, EditorHandle, ParentWindowHandle, SpawnedEditor};
use std::sync::Arc;
use std::time::Duration;

type Spawned = SpawnedEditor<<EnhancerEditor as Editor>::Handle>;

/// A plugin and its editor, not yet open.
fn editor() -> (AudioEnhancer, EnhancerEditor) {
    let plugin = AudioEnhancer::default();
    let params = plugin.enhancer_params();
    let folder = std::env::temp_dir().join(format!("audio-enhancer-window-{}", std::process::id()));
    let app = App::new(params.clone(), plugin.telemetry(), Library::at(&folder));
    let editor = EnhancerEditor::new(params, app, Repaint::default());
    (plugin, editor)
}

/// Opens the editor in a window of its size.
fn spawn(editor: &EnhancerEditor, context: GuiContext) -> (Parent, Spawned) {
    let size = editor.size();
    let parent = Screen::shared().parent(0, (size.width as u16, size.height as u16));
    let window = ParentWindowHandle::XlibWindow(parent.id.into());
    let spawned = editor.spawn(Some(window), false, None, context, None).expect("a window");
    (parent, spawned)
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn a_closed_editor_releases_the_host_and_stops_the_audio_threads_copies() {
    let _alone = alone();
    let (plugin, editor) = editor();
    let (params, telemetry) = (plugin.enhancer_params(), plugin.telemetry());
    let before = (Arc::strong_count(&params), Arc::strong_count(&telemetry));
    let host = Arc::new(Host::default());
    let host_dropped = Arc::downgrade(&host);
    let mut context = Some(GuiContext::new(host));
    for opening in 0..3 {
        assert!(!telemetry.is_watched(), "opening {opening}");
        let context = if opening == 2 { context.take() } else { context.clone() }.expect("a context");
        let (parent, spawned) = spawn(&editor, context);
        spawned.handle.show(&spawned.window).expect("the window shows");
        parent.wait_for_editor();
        assert!(telemetry.is_watched(), "opening {opening}");
        drop(spawned);
        assert!(!telemetry.is_watched(), "opening {opening}");
        assert_eq!((Arc::strong_count(&params), Arc::strong_count(&telemetry)), before, "opening {opening}");
    }
    assert!(host_dropped.upgrade().is_none(), "the last window's closing releases the host");
    drop(editor);
    assert_eq!(Arc::strong_count(&telemetry), before.1 - 1, "the editor releases its telemetry");
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn a_hosts_scale_enlarges_the_window_but_not_the_stored_size() {
    let _alone = alone();
    let (plugin, editor) = editor();
    let remembered = || plugin.enhancer_params().session().editor_size;
    let (before, size) = (remembered(), editor.size());
    let (parent, spawned) = spawn(&editor, GuiContext::new(Arc::new(Host::default())));
    for scale in [2.0, 1.5] {
        spawned.handle.set_fallback_scale_factor(scale, &spawned.window).expect("a scale");
        let scaled = |length: u32| (f64::from(length) * scale) as u32;
        let wanted = (scaled(size.width), scaled(size.height));
        assert_eq!((editor.size().width, editor.size().height), wanted, "immediately");
        parent.wait_for_content_size(wanted);
        // By then the X server's reports have arrived.
        std::thread::sleep(Duration::from_millis(200));
        parent.wait_for_content_size(wanted);
        assert_eq!((editor.size().width, editor.size().height), wanted, "after the server's reports");
        assert_eq!(remembered(), before);
    }
    // A size that is not a whole number of points at this scale keeps its pixels.
    let odd = NativeSize::new(1501, 1000);
    spawned.handle.set_size(odd, &spawned.window).expect("a size");
    assert_eq!(editor.size(), odd);
    parent.wait_for_content_size((odd.width, odd.height));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(editor.size(), odd);
}
