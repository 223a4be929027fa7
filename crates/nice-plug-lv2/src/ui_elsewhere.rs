//! UI descriptors on systems without X11: there are none, so hosts show their generic UI.

use crate::plugin::Lv2Plugin;
use crate::raw::LV2UI_Descriptor;

pub(crate) fn has_editor<P: Lv2Plugin>() -> bool {
    false
}

pub(crate) fn is_resizable<P: Lv2Plugin>() -> bool {
    false
}

/// The UI descriptors that `lv2ui_descriptor` returns: none.
pub struct UiDescriptors;

impl UiDescriptors {
    /// Creates an empty list of UI descriptors.
    #[must_use]
    pub fn new<P: Lv2Plugin>() -> Self {
        Self
    }

    /// Returns null: there is no UI.
    #[must_use]
    pub fn get(&self, _index: u32) -> *const LV2UI_Descriptor {
        std::ptr::null()
    }
}
