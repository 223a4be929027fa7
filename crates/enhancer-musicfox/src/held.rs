//! Storage of results that the library returns by address. Each result belongs to the calling thread.
//!
//! A result lives until its thread calls the same function for the same instance again, or the thread ends.
//! Results of destroyed instances are dropped at the thread's next call that returns a result.

use crate::error::Error;
use crate::handle;
use std::any::Any;
use std::cell::RefCell;

/// Functions that return a result by address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Presets,
    Analysis,
    Spectrum,
    Metadata,
    Config,
    Parameters,
    Formats,
    Metrics,
}

struct Held {
    handle: usize,
    function: Function,
    _value: Box<dyn Any>,
}

thread_local! {
    static HELD: RefCell<Vec<Held>> = const { RefCell::new(Vec::new()) };
}

/// Stores the value for this thread and drops the previous result of the same function and instance. Memory
/// that the value owns on the heap keeps its address.
///
/// # Errors
/// The thread is ending, so its storage is gone.
pub(crate) fn hold<T: 'static>(handle: usize, function: Function, value: T) -> Result<(), Error> {
    let value = Box::new(value);
    let keep = |held: &RefCell<Vec<Held>>| {
        let mut held = held.borrow_mut();
        held.retain(|old| (old.handle, old.function) != (handle, function) && handle::is_live(old.handle));
        held.push(Held { handle, function, _value: value });
    };
    HELD.try_with(keep).map_err(|_| Error::ThreadEnding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;
    use std::rc::Rc;

    fn instance() -> usize {
        handle::create(Box::new(Instance::new())).unwrap()
    }

    #[test]
    fn a_result_lives_until_the_next_call_or_the_end_of_the_instance() {
        let (one, other) = (instance(), instance());
        let mark = Rc::new(());
        let held = || Rc::strong_count(&mark) - 1;
        let call = |handle, function| hold(handle, function, Rc::clone(&mark)).unwrap();
        call(one, Function::Config);
        call(one, Function::Metrics);
        call(other, Function::Config);
        assert_eq!(held(), 3);
        call(one, Function::Config);
        call(other, Function::Config);
        assert_eq!(held(), 3, "a result outlived its successor");
        drop(handle::destroy(one).unwrap());
        call(other, Function::Metrics);
        assert_eq!(held(), 2, "a result outlived its instance");
        drop(handle::destroy(other).unwrap());
    }
}
