//! The `audio-enhancer` command.

fn main() {}
