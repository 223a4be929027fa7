//! Checked access to the caller's memory: null and misaligned addresses become errors.

use crate::error::Error;
use std::ffi::c_char;

/// Longest JSON text, in bytes. The largest valid config needs a small fraction of it.
pub(crate) const MAX_JSON_BYTES: usize = 1 << 20;
/// Longest name, in bytes.
pub(crate) const MAX_NAME_BYTES: usize = 256;

/// Reads a C string of at most `most` bytes. Errors call it `what`.
///
/// # Safety
/// `text` is null, or points to bytes that end with a NUL or are at least `most + 1` long. The bytes stay
/// readable and unchanged during `'a`.
pub(crate) unsafe fn read_text<'a>(
    what: &'static str,
    text: *const c_char,
    most: usize,
) -> Result<&'a str, Error> {
    if text.is_null() {
        return Err(Error::Null(what));
    }
    // SAFETY: the caller guarantees `most + 1` readable bytes, or fewer up to a NUL; `find` stops at the
    // first NUL and after `most + 1` bytes.
    let is_end = |index: usize| unsafe { *text.add(index) } == 0;
    let len = (0..=most).find(|&index| is_end(index)).ok_or(Error::TextTooLong(what, most))?;
    // SAFETY: the loop above read these `len` bytes; the caller guarantees that they stay unchanged during
    // `'a`.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) };
    std::str::from_utf8(bytes).map_err(|_| Error::NotUtf8(what))
}

/// The value at an address. Errors call it `what`.
///
/// # Safety
/// If `address` is neither null nor misaligned, a valid `T` is there, and no thread writes it during `'a`.
pub(crate) unsafe fn read<'a, T>(what: &'static str, address: *const T) -> Result<&'a T, Error> {
    check_address(what, address)?;
    // SAFETY: `check_address` excludes null and misaligned addresses; the caller guarantees a valid `T`
    // elsewhere.
    Ok(unsafe { &*address })
}

/// Writes a value to an address. Errors call it `what`.
///
/// # Safety
/// If `address` is neither null nor misaligned, the memory of a `T` there is writable, and no other thread
/// uses it.
pub(crate) unsafe fn write<T>(what: &'static str, address: *mut T, value: T) -> Result<(), Error> {
    check_address(what, address)?;
    // SAFETY: `check_address` excludes null and misaligned addresses; the caller guarantees writable memory
    // elsewhere.
    unsafe { address.write(value) };
    Ok(())
}

/// Rejects an address that no `T` can have.
pub(crate) fn check_address<T>(what: &'static str, address: *const T) -> Result<(), Error> {
    if address.is_null() {
        return Err(Error::Null(what));
    }
    if address.is_aligned() { Ok(()) } else { Err(Error::Misaligned(what)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_up_to_its_limit() {
        // SAFETY: C string literals, and an array one byte longer than the limit.
        unsafe {
            assert_eq!(read_text("t", c"abc".as_ptr(), 3).unwrap(), "abc");
            assert!(matches!(read_text("t", c"abcd".as_ptr(), 3), Err(Error::TextTooLong("t", 3))));
            assert!(matches!(read_text("t", [b'a' as c_char; 9].as_ptr(), 8), Err(Error::TextTooLong(..))));
            assert!(matches!(read_text("t", c"\xff".as_ptr(), 3), Err(Error::NotUtf8("t"))));
            assert!(matches!(read_text("t", std::ptr::null(), 3), Err(Error::Null("t"))));
        }
    }

    #[test]
    fn null_and_misaligned_addresses_are_rejected() {
        let words = [0u64; 2];
        let odd = words.as_ptr().cast::<u8>().wrapping_add(1).cast::<u64>();
        assert!(matches!(check_address("w", odd), Err(Error::Misaligned("w"))));
        assert!(matches!(check_address::<u64>("w", std::ptr::null()), Err(Error::Null("w"))));
        assert!(check_address("w", words.as_ptr()).is_ok());
    }
}
