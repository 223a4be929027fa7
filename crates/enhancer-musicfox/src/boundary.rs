//! The boundary of the library: finds the instance of a handle, and turns errors and panics into a failure
//! value and a message of the calling thread.

use crate::error::Error;
use crate::handle::{self, Pinned};
use crate::last_error;
use crate::types::Enhancer;
use std::any::Any;
use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the call. Returns 0, or stores a message and returns −1.
pub(crate) fn status_code(call: impl FnOnce() -> Result<(), Error>) -> c_int {
    value_or(-1, || call().map(|()| 0))
}

/// Runs the call. Returns its value, or stores a message and returns `failed`.
pub(crate) fn value_or<T>(failed: T, call: impl FnOnce() -> Result<T, Error>) -> T {
    // A panic leaves partial state in the instance alone, and `with_instance` sets its status to `Error`.
    let error = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => return value,
        Ok(Err(error)) => error,
        Err(panic) => Error::Panic(message(&*panic)),
    };
    last_error::set(&error);
    failed
}

/// Runs the call on the instance of a handle and counts a failure in its metrics. A panic sets the status to
/// `Error`.
pub(crate) fn with_instance<T>(
    handle: usize,
    call: impl FnOnce(&Pinned) -> Result<T, Error>,
) -> Result<T, Error> {
    let instance = handle::pin(handle)?;
    let outcome = match catch_unwind(AssertUnwindSafe(|| call(&instance))) {
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

/// The handle in an instance's pointer. The pointer is never dereferenced.
pub(crate) fn handle_of(instance: *const Enhancer) -> usize {
    instance.addr()
}

/// The pointer that C stores for a handle.
pub(crate) fn as_pointer(handle: usize) -> *mut Enhancer {
    std::ptr::without_provenance_mut(handle)
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;
    use crate::status::Status;
    use std::ffi::CStr;

    fn last() -> String {
        // SAFETY: `last_error::get` returns a NUL-terminated string of this thread, which lives as long as
        // the thread.
        unsafe { CStr::from_ptr(last_error::get()) }.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_panic_becomes_an_error_and_the_error_status() {
        assert_eq!(status_code(|| panic!("lost {}", 3)), -1);
        assert!(last().contains("lost 3"), "{}", last());
        let handle = handle::create(Box::new(Instance::new())).unwrap();
        assert_eq!(status_code(|| with_instance(handle, |_| panic!("at sea"))), -1);
        assert!(last().contains("at sea"), "{}", last());
        assert_eq!(handle::pin(handle).unwrap().status(), Status::Error);
        drop(handle::destroy(handle).unwrap());
    }
}
