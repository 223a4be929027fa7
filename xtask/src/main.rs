//! The project's own commands: `cargo xtask test`, `cargo xtask measure`.

fn main() {}
