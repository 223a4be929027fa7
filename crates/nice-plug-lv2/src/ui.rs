//! The editor as an X11 UI.

use crate::plugin::Lv2Plugin;
use nice_plug::editor::Editor;
use std::any::TypeId;

/// Whether the plugin has an editor at all.
pub(crate) fn has_editor<P: Lv2Plugin>() -> bool {
    TypeId::of::<P::Editor>() != TypeId::of::<()>()
}

/// Whether a host may resize the editor.
pub(crate) fn is_resizable<P: Lv2Plugin>() -> bool {
    let mut plugin = P::default();
    let tasks = crate::instance::Tasks::<P>::new(plugin.task_executor(), None);
    plugin.editor(tasks.executor()).is_some_and(|editor| editor.resize_hint().can_resize)
}
