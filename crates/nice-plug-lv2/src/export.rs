//! The symbols that a host, and whoever makes the bundle, looks for in the library.

/// Exports a plugin as LV2: `lv2_descriptor` and `lv2ui_descriptor` for hosts, and `nice_plug_lv2_write_bundle` for
/// the build, which writes the bundle's Turtle files (see [`export::write`](crate::export::write)). Takes one type that implements
/// [`Lv2Plugin`](crate::Lv2Plugin); once in a library.
#[macro_export]
macro_rules! nice_export_lv2 {
    ($plugin:ty) => {
        /// The LV2 plugins of this library.
        #[unsafe(no_mangle)]
        pub extern "C" fn lv2_descriptor(index: u32) -> *const $crate::raw::LV2_Descriptor {
            static DESCRIPTORS: ::std::sync::OnceLock<$crate::Descriptors> = ::std::sync::OnceLock::new();
            DESCRIPTORS.get_or_init($crate::Descriptors::new::<$plugin>).get(index)
        }

        /// Their UIs.
        #[unsafe(no_mangle)]
        pub extern "C" fn lv2ui_descriptor(index: u32) -> *const $crate::raw::LV2UI_Descriptor {
            static DESCRIPTORS: ::std::sync::OnceLock<$crate::UiDescriptors> = ::std::sync::OnceLock::new();
            DESCRIPTORS.get_or_init($crate::UiDescriptors::new::<$plugin>).get(index)
        }

        /// Writes the Turtle files of the LV2 bundle into a folder; `binary` is this library's file name in it. 0 on success, else 1
        /// and a message on the error stream.
        ///
        /// # Safety
        /// Both are C strings.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn nice_plug_lv2_write_bundle(
            folder: *const ::std::ffi::c_char,
            binary: *const ::std::ffi::c_char,
        ) -> ::std::ffi::c_int {
            // SAFETY: the caller's promise.
            unsafe { $crate::export::write::<$plugin>(folder, binary) }
        }
    };
}

use crate::bundle::write_bundle;
use crate::plugin::Lv2Plugin;
use std::ffi::{CStr, c_char, c_int};
use std::path::Path;

/// What `nice_plug_lv2_write_bundle` does: so that a build can write the bundle of a library it knows nothing else of.
///
/// # Safety
/// `folder` and `binary` are C strings, in UTF-8.
pub unsafe fn write<P: Lv2Plugin>(folder: *const c_char, binary: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    let (folder, binary) = unsafe { (CStr::from_ptr(folder), CStr::from_ptr(binary)) };
    let Ok(folder) = folder.to_str() else {
        eprintln!("error: {} is no UTF-8", folder.to_string_lossy());
        return 1;
    };
    match write_bundle::<P>(Path::new(folder), &binary.to_string_lossy()) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("error: {error}");
            1
        }
    }
}
