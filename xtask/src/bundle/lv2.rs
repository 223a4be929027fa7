//! The LV2 bundle: the library beside the Turtle files that it writes itself, from the table its ports are made of.

use crate::run::{TaskError, at};
use std::ffi::{CString, c_char, c_int};
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the bundle.
pub(crate) const LV2: &str = "Audio Enhancer.lv2";

/// Name of the library in it, without the platform's ending.
const STEM: &str = "audio-enhancer";

/// Exported by `nice_plug_lv2::nice_export_lv2!`: writes the Turtle files into a folder.
const WRITE: &[u8] = b"nice_plug_lv2_write_bundle\0";

type Write = unsafe extern "C" fn(folder: *const c_char, binary: *const c_char) -> c_int;

/// Makes the bundle of `library` in the folder `bundled`, in place of an earlier one.
///
/// # Errors
/// A library that can't be loaded, a file that can't be written.
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
    reason = "the library is asked through its C ABI, so that this task needn't be linked with the plugin"
)]
fn write(library: &Path, bundle: &Path, binary: &str) -> Result<(), TaskError> {
    let failed = |reason: String| TaskError::Bundle(format!("{}: {reason}", library.display()));
    let folder = bundle.to_str().and_then(|folder| CString::new(folder).ok());
    let folder = folder.ok_or_else(|| failed("not a name that C can have".to_owned()))?;
    let binary = CString::new(binary).map_err(|error| failed(error.to_string()))?;
    // SAFETY: our own plugin, built a moment ago; its constructors do nothing, and the symbol has that type.
    let status = unsafe {
        let library = libloading::Library::new(library).map_err(|error| failed(error.to_string()))?;
        let write = library.get::<Write>(WRITE).map_err(|error| failed(error.to_string()))?;
        let status = write(folder.as_ptr(), binary.as_ptr());
        // It may have started threads or thread-local destructors: it stays loaded until this task ends.
        std::mem::forget(library);
        status
    };
    if status == 0 { Ok(()) } else { Err(failed("it could not write its LV2 description".to_owned())) }
}
