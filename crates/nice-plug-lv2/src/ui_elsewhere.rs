//! Where there is no X11 there is no UI yet: hosts show their generic one.

use crate::plugin::Lv2Plugin;
use crate::raw::LV2UI_Descriptor;

pub(crate) fn has_editor<P: Lv2Plugin>() -> bool {
    false
}

pub(crate) fn is_resizable<P: Lv2Plugin>() -> bool {
    false
}

/// What [`nice_export_lv2!`](crate::nice_export_lv2) exports as `lv2ui_descriptor`: no UI.
pub struct UiDescriptors;

impl UiDescriptors {
    /// The UI descriptors of a plugin.
    #[must_use]
    pub fn new<P: Lv2Plugin>() -> Self {
        Self
    }

    /// Null.
    #[must_use]
    pub fn get(&self, _index: u32) -> *const LV2UI_Descriptor {
        std::ptr::null()
    }
}
