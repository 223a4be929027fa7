//! Writes `include/audio_enhancer.h`: `cargo run -p enhancer-musicfox --example header`.

#[path = "../tests/header/generate.rs"]
mod generate;

fn main() -> std::io::Result<()> {
    std::fs::write(generate::path(), generate::header())
}
