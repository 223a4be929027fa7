//! The checked door: what comes in as a pointer leaves here as a value or an error, and no panic goes through.

use crate::error::Error;
use crate::handle::{self, Pinned};
use crate::last_error;
use crate::types::Enhancer;
use std::any::Any;
use std::ffi::{c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest JSON text that is read, in bytes: many times the largest config.
pub(crate) const MAX_JSON_BYTES: usize = 1 << 20;
/// Longest name that is looked at, in bytes.
pub(crate) const MAX_NAME_BYTES: usize = 256;

/// Runs the call: 0, or −1 and a message.
pub(crate) fn status(call: impl FnOnce() -> Result<(), Error>) -> c_int {
    value(-1, || call().map(|()| 0))
}

/// Runs the call: its value, or `failed` and a message.
pub(crate) fn value<T>(failed: T, call: impl FnOnce() -> Result<T, Error>) -> T {
    // What a panic leaves half done is in the instance, whose status then refuses all but a new start.
    let error = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => return value,
        Ok(Err(error)) => error,
        Err(panic) => Error::Panic(message(&*panic)),
    };
    last_error::set(&error);
    failed
}

/// Runs the call on the instance; a panic in it puts the instance into the error status.
pub(crate) fn with<T>(
    handle: usize,
    call: impl FnOnce(&Pinned, usize) -> Result<T, Error>,
) -> Result<T, Error> {
    let instance = handle::pin(handle)?;
    let outcome = match catch_unwind(AssertUnwindSafe(|| call(&instance, handle))) {
        Ok(outcome) => outcome,
        Err(panic) => {
            instance.fail();
            Err(Error::Panic(message(&*panic)))
        }
    };
    if outcome.is_err() {
        instance.metrics().count_error();
    }
    outcome
}

/// The number behind an instance's pointer.
pub(crate) fn handle_of(instance: *const Enhancer) -> usize {
    instance.addr()
}

/// A handle as what C holds.
pub(crate) fn as_pointer(handle: usize) -> *mut Enhancer {
    std::ptr::without_provenance_mut(handle)
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic").to_owned()
}

/// Reads a C string of at most `most` bytes.
///
/// # Safety
/// `text` is null or points to readable bytes up to a NUL or up to `most + 1` of them, unchanged during the call.
pub(crate) unsafe fn text<'a>(
    what: &'static str,
    text: *const c_char,
    most: usize,
) -> Result<&'a str, Error> {
    if text.is_null() {
        return Err(Error::Null(what));
    }
    // SAFETY: the caller gives readable bytes as far as the NUL, beyond which this does not look.
    let is_end = |index: usize| unsafe { *text.add(index) } == 0;
    let len = (0..=most).find(|&index| is_end(index)).ok_or(Error::TextTooLong(what, most))?;
    // SAFETY: the bytes before the NUL were just read.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) };
    std::str::from_utf8(bytes).map_err(|_| Error::NotUtf8(what))
}

/// Checks an address and gives what stands there.
///
/// # Safety
/// `address` is null or misaligned, or a `T` can be read there during `'a`.
pub(crate) unsafe fn read<'a, T>(what: &'static str, address: *const T) -> Result<&'a T, Error> {
    check(what, address)?;
    // SAFETY: not null, aligned, and the caller's `T`.
    Ok(unsafe { &*address })
}

/// Writes to an address.
///
/// # Safety
/// `address` is null or misaligned, or a `T` can be written there.
pub(crate) unsafe fn write<T>(what: &'static str, address: *mut T, value: T) -> Result<(), Error> {
    check(what, address)?;
    // SAFETY: not null, aligned, and the caller's `T`.
    unsafe { address.write(value) };
    Ok(())
}

/// Whether something can stand at the address at all.
pub(crate) fn check<T>(what: &'static str, address: *const T) -> Result<(), Error> {
    if address.is_null() {
        return Err(Error::Null(what));
    }
    if address.is_aligned() { Ok(()) } else { Err(Error::Misaligned(what)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::{Instance, Status};
    use std::ffi::CStr;

    fn last() -> String {
        // SAFETY: the message is NUL-terminated and lives as long as the thread.
        unsafe { CStr::from_ptr(last_error::get()) }.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_panic_becomes_an_error_and_the_error_status() {
        assert_eq!(status(|| panic!("lost {}", 3)), -1);
        assert!(last().contains("lost 3"), "{}", last());
        let handle = handle::create(Box::new(Instance::new())).unwrap();
        assert_eq!(status(|| with(handle, |_, _| panic!("at sea"))), -1);
        assert!(last().contains("at sea"), "{}", last());
        assert_eq!(handle::pin(handle).unwrap().status(), Status::Error);
        drop(handle::destroy(handle).unwrap());
    }

    #[test]
    fn texts_are_read_up_to_their_limit() {
        // SAFETY: C string literals, and an array longer than the limit.
        unsafe {
            assert_eq!(text("t", c"abc".as_ptr(), 3).unwrap(), "abc");
            assert!(matches!(text("t", c"abcd".as_ptr(), 3), Err(Error::TextTooLong("t", 3))));
            assert!(matches!(text("t", [b'a' as c_char; 9].as_ptr(), 8), Err(Error::TextTooLong(..))));
            assert!(matches!(text("t", c"\xff".as_ptr(), 3), Err(Error::NotUtf8("t"))));
            assert!(matches!(text("t", std::ptr::null(), 3), Err(Error::Null("t"))));
        }
    }

    #[test]
    fn addresses_are_checked_before_they_are_used() {
        let words = [0u64; 2];
        let odd = words.as_ptr().cast::<u8>().wrapping_add(1).cast::<u64>();
        assert!(matches!(check("w", odd), Err(Error::Misaligned("w"))));
        assert!(matches!(check::<u64>("w", std::ptr::null()), Err(Error::Null("w"))));
        assert!(check("w", words.as_ptr()).is_ok());
    }
}
