//! The message of the latest failed call, one per thread, so that one thread never reads the message of
//! another.
//!
//! The message goes into a fixed buffer, so storing it allocates nothing. There is one exception: the
//! system's loader may allocate at a thread's first access to a thread-local variable, that is at its first
//! error.

use std::cell::RefCell;
use std::ffi::c_char;
use std::fmt::{self, Display, Write};

/// Bytes for a message and its final NUL. A longer message is cut at the end of a character.
const MESSAGE_BYTES: usize = 1024;

#[repr(C)]
struct Message {
    bytes: [u8; MESSAGE_BYTES],
    len: usize,
}

impl Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            // A NUL would end the C string early, and a line break would make two lines.
            let character = if character.is_control() { ' ' } else { character };
            let end = self.len + character.len_utf8();
            match self.bytes.get_mut(self.len..end) {
                Some(place) if end < MESSAGE_BYTES => character.encode_utf8(place),
                _ => return Err(fmt::Error),
            };
            self.len = end;
        }
        Ok(())
    }
}

thread_local! {
    static LAST: RefCell<Message> = const { RefCell::new(Message { bytes: [0; MESSAGE_BYTES], len: 0 }) };
}

/// Stores the error's message for this thread.
pub(crate) fn set(error: &impl Display) {
    let _ = LAST.try_with(|last| {
        if let Ok(mut message) = last.try_borrow_mut() {
            message.len = 0;
            // An error here means that the message was cut.
            let _ = write!(message, "{error}");
            let end = message.len;
            if let Some(end) = message.bytes.get_mut(end) {
                *end = 0;
            }
        }
    });
}

/// The message of this thread's latest failed call, a NUL-terminated string; empty if no call failed.
/// Valid until the next failure on this thread, at most until the thread ends.
pub(crate) fn get() -> *const c_char {
    LAST.try_with(|last| last.as_ptr().cast::<c_char>().cast_const()).unwrap_or(c"".as_ptr())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn text() -> String {
        // SAFETY: `get` returns a NUL-terminated string of this thread, which lives as long as the thread.
        unsafe { CStr::from_ptr(get()) }.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_message_is_one_line_of_whole_characters() {
        set(&"a\nb\0c");
        assert_eq!(text(), "a b c");
        set(&"é".repeat(MESSAGE_BYTES));
        assert_eq!(text(), "é".repeat((MESSAGE_BYTES - 1) / 2));
        set(&"x".repeat(MESSAGE_BYTES));
        assert_eq!(text(), "x".repeat(MESSAGE_BYTES - 1));
        set(&"short");
        assert_eq!(text(), "short");
    }

    #[test]
    fn each_thread_has_its_own_message() {
        set(&"mine");
        std::thread::spawn(|| {
            assert_eq!(text(), "");
            set(&"theirs");
            assert_eq!(text(), "theirs");
        })
        .join()
        .unwrap();
        assert_eq!(text(), "mine");
    }
}
