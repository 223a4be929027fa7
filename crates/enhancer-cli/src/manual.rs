//! Shell completions and manual pages, made from the grammar.

use crate::args::Cli;
use crate::exit::{Exit, UsageError};
use crate::report;
use clap::CommandFactory;

/// Prints a completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "audio-enhancer", &mut script);
    report::print(&String::from_utf8_lossy(&script));
    Exit::Done
}

/// Prints the manual page of the program or of a subcommand.
pub(crate) fn man(command: Option<&str>) -> Result<Exit, UsageError> {
    let mut root = Cli::command();
    root.build();
    let page = match command {
        None => clap_mangen::Man::new(root),
        Some(name) => {
            let found = root.find_subcommand(name).ok_or_else(|| UsageError::Command(name.to_owned()))?;
            clap_mangen::Man::new(found.clone())
        }
    };
    let mut text = Vec::new();
    // Writing into memory can't fail.
    let _ = page.render(&mut text);
    report::print(&String::from_utf8_lossy(&text));
    Ok(Exit::Done)
}
