//! Makes the LV2 bundle: the library beside its Turtle files, which the library writes from its table of
//! ports.

use crate::run::{TaskError, at};
use std::ffi::{CString, c_char, c_int};
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the bundle, here and in the user's plugin folder.
pub(crate) const LV2: &str = "Audio Enhancer.lv2";

/// Name of the library in the bundle, without the platform's suffix.
const STEM: &str = "audio-enhancer";

/// The function that writes the Turtle files, exported by `nice_plug_lv2::nice_export_lv2!`.
const WRITE: &[u8] = b"nice_plug_lv2_write_bundle\0";

type Write = unsafe extern "C" fn(folder: *const c_char, binary: *const c_char) -> c_int;

/// Makes the bundle of `library` in the folder `bundled`; replaces an earlier one.
///
/// # Errors
/// A library that can't be loaded, or a file that can't be written.
pub(super) fn make(library: &Path, bundled: &Path) -> Result<PathBuf, TaskError> {
    let bundle = bundled.join(LV2);
    if bundle.exists() {
        fs::remove_dir_all(&bundle).map_err(at(&bundle))?;
    }
    fs::create_dir_all(&bundle).map_err(at(&bundle))?;
    let binary = format!("{STEM}{}", std::env::consts::DLL_SUFFIX);
    let copied = bundle.join(&binary);
    fs::copy(library, &copied).map_err(at(library))?;
    write(&copied, &bundle, &binary)?;
    println!("{}", bundle.display());
    Ok(bundle)
}

#[allow(
    unsafe_code,
    reason = "calls the library through its C ABI, so that this task needs no link with the plugin"
)]
fn write(library: &Path, bundle: &Path, binary: &str) -> Result<(), TaskError> {
    let failed = |reason: String| TaskError::Bundle(format!("{}: {reason}", library.display()));
    let folder = bundle.to_str().and_then(|folder| CString::new(folder).ok());
    let folder = folder.ok_or_else(|| failed("the path is not UTF-8 or has a NUL".to_owned()))?;
    let binary = CString::new(binary).map_err(|error| failed(error.to_string()))?;
    // SAFETY: This workspace builds the library. It guarantees that loading runs no code with side effects,
    // and that `nice_export_lv2!` exports the symbol with the type `Write`. Both strings outlive the call.
    let status = unsafe {
        let library = libloading::Library::new(library).map_err(|error| failed(error.to_string()))?;
        let write = library.get::<Write>(WRITE).map_err(|error| failed(error.to_string()))?;
        let status = write(folder.as_ptr(), binary.as_ptr());
        // The library stays loaded until this task ends, because its threads and destructors may still run.
        std::mem::forget(library);
        status
    };
    if status == 0 {
        Ok(())
    } else {
        Err(failed("the library could not write its LV2 description".to_owned()))
    }
}
