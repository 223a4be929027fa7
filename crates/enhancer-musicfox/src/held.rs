//! What the library returns by address: its own, until the same thread calls the same function again for the same instance.
//!
//! Results live with the thread that asked, so that threads can't take each other's; what belongs to instances that
//! are gone is dropped at the next call.

use crate::error::Error;
use crate::handle;
use std::any::Any;
use std::cell::RefCell;

/// The functions that return something by address.
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

/// Keeps the value and returns its address; drops what the same function returned before.
pub(crate) fn hold<T: 'static>(handle: usize, function: Function, value: T) -> Result<*const T, Error> {
    let value = Box::new(value);
    let address: *const T = &raw const *value;
    let keep = |held: &RefCell<Vec<Held>>| {
        let mut held = held.borrow_mut();
        held.retain(|old| (old.handle, old.function) != (handle, function) && handle::is_live(old.handle));
        held.push(Held { handle, function, _value: value });
    };
    HELD.try_with(keep).map_err(|_| Error::ThreadEnding)?;
    Ok(address)
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
    fn results_live_until_the_same_question_is_asked_again_or_the_instance_ends() {
        let (one, other) = (instance(), instance());
        let mark = Rc::new(());
        let held = || Rc::strong_count(&mark) - 1;
        let ask = |handle, function| hold(handle, function, Rc::clone(&mark)).unwrap();
        ask(one, Function::Config);
        ask(one, Function::Metrics);
        ask(other, Function::Config);
        assert_eq!(held(), 3);
        ask(one, Function::Config);
        ask(other, Function::Config);
        assert_eq!(held(), 3, "an answer outlived its successor");
        drop(handle::destroy(one).unwrap());
        ask(other, Function::Metrics);
        assert_eq!(held(), 2, "answers of a dead instance are kept");
        drop(handle::destroy(other).unwrap());
    }
}
