//! The symbols that the library exports, for hosts and for the build of the bundle.

/// Exports a plugin as LV2. Takes a type that implements [`Lv2Plugin`](crate::Lv2Plugin); use it once in a
/// library.
///
/// It defines `lv2_descriptor` and `lv2ui_descriptor` for hosts. For the build it defines
/// `nice_plug_lv2_write_bundle`, which writes the bundle's Turtle files (see
/// [`export::write`](crate::export::write)).
#[macro_export]
macro_rules! nice_export_lv2 {
    ($plugin:ty) => {
        /// Returns the descriptor of the library's LV2 plugin at `index`, or null past the end.
        #[unsafe(no_mangle)]
        pub extern "C" fn lv2_descriptor(index: u32) -> *const $crate::raw::LV2_Descriptor {
            static DESCRIPTORS: ::std::sync::OnceLock<$crate::Descriptors> = ::std::sync::OnceLock::new();
            DESCRIPTORS.get_or_init($crate::Descriptors::new::<$plugin>).get(index)
        }

        /// Returns the descriptor of the UI at `index`, or null past the end.
        #[unsafe(no_mangle)]
        pub extern "C" fn lv2ui_descriptor(index: u32) -> *const $crate::raw::LV2UI_Descriptor {
            static DESCRIPTORS: ::std::sync::OnceLock<$crate::UiDescriptors> = ::std::sync::OnceLock::new();
            DESCRIPTORS.get_or_init($crate::UiDescriptors::new::<$plugin>).get(index)
        }

        /// Writes the Turtle files of the LV2 bundle into `folder`; `binary` is the library's file name in
        /// it. Returns 0 on success; on failure, prints a message to the error stream and returns 1.
        ///
        /// # Safety
        /// Both arguments must be C strings.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn nice_plug_lv2_write_bundle(
            folder: *const ::std::ffi::c_char,
            binary: *const ::std::ffi::c_char,
        ) -> ::std::ffi::c_int {
            // SAFETY: the caller guarantees that both arguments are C strings.
            unsafe { $crate::export::write::<$plugin>(folder, binary) }
        }
    };
}

use crate::bundle::write_bundle;
use crate::plugin::Lv2Plugin;
use std::ffi::{CStr, c_char, c_int};
use std::path::Path;

/// Implements `nice_plug_lv2_write_bundle`: writes the Turtle files of a bundle. A build that loads the
/// library needs no other information about it. Returns 0 on success; on failure, prints a message to the
/// error stream and returns 1.
///
/// # Safety
/// `folder` and `binary` must be C strings. A folder that is not UTF-8 is an error.
pub unsafe fn write<P: Lv2Plugin>(folder: *const c_char, binary: *const c_char) -> c_int {
    // SAFETY: the caller guarantees that both arguments are C strings.
    let (folder, binary) = unsafe { (CStr::from_ptr(folder), CStr::from_ptr(binary)) };
    let Ok(folder) = folder.to_str() else {
        eprintln!("error: the folder {} is not UTF-8", folder.to_string_lossy());
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
