//! An error of this crate states the fact alone; the command, the editor and the C library add the remedy.

mod every_error;

use every_error::{assert_without, import_errors, library_errors};
use std::collections::BTreeSet;

/// Words of the command, of the editor, of the C library, and of advice in general.
const WORDS: [&str; 22] = [
    "--",
    "presets list",
    "presets import",
    "audio-enhancer",
    "command",
    "option",
    "click",
    "press",
    "button",
    "window",
    "type",
    "pass",
    "call",
    "enhancer_",
    "plugin",
    "did you mean",
    "choose",
    "use",
    "check",
    "shorten",
    "correct",
    "remove",
];

#[test]
fn an_error_states_a_fact_and_gives_no_advice() {
    let library = library_errors().into_iter().map(|error| error.to_string());
    let messages: Vec<String> =
        library.chain(import_errors().into_iter().map(|error| error.to_string())).collect();
    for message in &messages {
        // A value's message is the core's.
        let is_of_the_core = message.contains("`master_gain` is 99");
        assert_without(message, if is_of_the_core { &WORDS[..15] } else { &WORDS });
    }
    let distinct: BTreeSet<&String> = messages.iter().collect();
    assert!(distinct.len() > 25, "{distinct:#?}");
}
