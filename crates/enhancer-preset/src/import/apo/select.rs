//! Selects the active lines of an Equalizer APO configuration: `Device`, `Stage` and `If` select, `Include`
//! adds.
//!
//! The rules are those of Equalizer APO's reference. `Device: Speakers USB; Benchmark` applies up to the
//! next `Device`. It matches a device whose name contains all words of one of its groups; `Device: all`
//! matches every device. The `Device`, `Stage` and `Channel` of a file end with the file. Playback passes
//! the stages pre-mix and post-mix. Commands are in post-mix until a `Stage` changes that; the stage
//! `capture` applies to recordings only.

use super::include::Folder;
use crate::excerpt::excerpt;
use crate::import::ImportError;

/// The largest number of lines that are read.
const MAX_LINES: usize = 10_000;

/// The effect of a line.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// A command such as `filter`, in lower case and without its number, its parameters, and how often it
    /// applies.
    Command { word: String, parameters: String, times: usize },
    /// A note for the user.
    Note(String),
    /// An included file begins.
    Enter,
    /// The included file ends.
    Leave,
}

/// A step and its place.
#[derive(Debug)]
pub(super) struct Item {
    /// Line in the imported file, or the line of its `Include:`.
    pub(super) line: usize,
    section: usize,
    pub(super) step: Step,
}

/// The lines under one `Device:`.
#[derive(Debug)]
struct Section {
    /// The section of the `Include:` that reads this section's file.
    parent: usize,
    pattern: String,
    line: usize,
    commands: usize,
}

/// A configuration with its included files.
pub(super) struct Selection {
    items: Vec<Item>,
    sections: Vec<Section>,
    folder: Folder,
    lines: usize,
}

/// The state that selects the lines of one file.
struct Scope {
    section: usize,
    /// How often playback passes the commands: once for pre-mix and once for post-mix.
    times: usize,
    conditions: usize,
    /// The name of an included file, and the line of its `Include:` in the imported file.
    included: Option<(String, usize)>,
}

impl Selection {
    pub(super) fn read(text: &str, folder: Folder) -> Self {
        let everything = Section { parent: 0, pattern: "all".to_owned(), line: 0, commands: 0 };
        let mut selection = Self { items: Vec::new(), sections: vec![everything], folder, lines: 0 };
        selection.file(text, Scope { section: 0, times: 1, conditions: 0, included: None });
        selection
    }

    /// The steps for the selected device, in order.
    ///
    /// # Errors
    /// Several devices and none selected, or a selection that matches none or several.
    pub(super) fn choose(self, device: Option<&str>) -> Result<Vec<Item>, ImportError> {
        let chosen = self.chosen(device)?;
        let mut items = Vec::new();
        for (index, section) in self.sections.iter().enumerate() {
            if !chosen.get(index).is_some_and(|&chosen| chosen) && section.commands > 0 {
                let text = format!(
                    "`Device: {}` is not selected; the lines under it are left out",
                    excerpt(&section.pattern)
                );
                items.push(Item { line: section.line, section: 0, step: Step::Note(text) });
            }
        }
        let is_chosen = |section: usize| chosen.get(section).is_some_and(|&chosen| chosen);
        items.extend(self.items.into_iter().filter(|item| is_chosen(item.section)));
        Ok(items)
    }

    /// True if any section is for a particular device.
    pub(super) fn names_devices(&self) -> bool {
        self.sections.iter().any(|section| section.commands > 0 && !is_all(&section.pattern))
    }

    fn chosen(&self, device: Option<&str>) -> Result<Vec<bool>, ImportError> {
        let named: Vec<&Section> = self
            .sections
            .iter()
            .filter(|section| section.commands > 0 && !is_all(&section.pattern))
            .collect();
        let mut names: Vec<String> = named.iter().map(|section| section.pattern.clone()).collect();
        names.sort();
        names.dedup();
        let fits: Box<dyn Fn(&str) -> bool> = match device {
            None if names.len() > 1 => return Err(ImportError::Devices { asked: None, names }),
            None => Box::new(|_| true),
            Some(device) => {
                let asked = device.to_lowercase();
                let mut fitting: Vec<String> =
                    names.iter().filter(|pattern| matches(pattern, &asked)).cloned().collect();
                if fitting.is_empty() {
                    fitting = names.iter().filter(|pattern| is_named(pattern, &asked)).cloned().collect();
                    if fitting.len() > 1 {
                        return Err(ImportError::Devices { asked: Some(device.to_owned()), names: fitting });
                    }
                }
                if fitting.is_empty() && !names.is_empty() {
                    return Err(ImportError::Devices { asked: Some(device.to_owned()), names });
                }
                Box::new(move |pattern| is_all(pattern) || fitting.iter().any(|fitting| fitting == pattern))
            }
        };
        let mut chosen: Vec<bool> = Vec::with_capacity(self.sections.len());
        for (index, section) in self.sections.iter().enumerate() {
            let outer = index == 0 || chosen.get(section.parent).is_some_and(|&chosen| chosen);
            chosen.push(outer && fits(&section.pattern));
        }
        Ok(chosen)
    }

    fn file(&mut self, text: &str, mut scope: Scope) {
        let outer = scope.section;
        for (index, line) in text.lines().enumerate() {
            self.lines += 1;
            if self.lines > MAX_LINES {
                if self.lines == MAX_LINES + 1 {
                    self.note(index, &scope, "the lines after this one are not read");
                }
                return;
            }
            self.line(index + 1, line, outer, &mut scope);
        }
    }

    fn line(&mut self, number: usize, line: &str, outer: usize, scope: &mut Scope) {
        let line = line.split('#').next().unwrap_or_default().trim().trim_start_matches('\u{feff}');
        if line.is_empty() {
            return;
        }
        let Some((command, parameters)) = line.split_once(':') else {
            // Room EQ Wizard's titles and notes at the top have this form.
            return self.note(number, scope, &format!("`{}` is not a command", excerpt(line)));
        };
        let command = command.trim().to_lowercase();
        let word = command.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        let parameters = parameters.trim();
        match word {
            // Equalizer APO evaluates devices before conditions.
            "device" => {
                let pattern = parameters.to_owned();
                self.sections.push(Section { parent: outer, pattern, line: scope.line(number), commands: 0 });
                scope.section = self.sections.len() - 1;
            }
            "if" => {
                scope.conditions += 1;
                let text = "conditions are not evaluated; the lines under them are left out";
                self.note(number, scope, text);
            }
            "endif" => scope.conditions = scope.conditions.saturating_sub(1),
            _ if scope.conditions > 0 => {
                let text = format!("`{}` depends on a condition and is left out", excerpt(line));
                self.note(number, scope, &text);
            }
            "stage" => self.stage(number, parameters, scope),
            _ if scope.times == 0 => {}
            "include" => self.include(number, parameters, scope),
            _ => {
                if word != "channel"
                    && let Some(section) = self.sections.get_mut(scope.section)
                {
                    section.commands += 1;
                }
                let (word, parameters) = (word.to_owned(), parameters.to_owned());
                self.push(number, scope, Step::Command { word, parameters, times: scope.times });
            }
        }
    }

    fn stage(&mut self, number: usize, parameters: &str, scope: &mut Scope) {
        let stages: Vec<String> = parameters.split_whitespace().map(str::to_lowercase).collect();
        let names = |stage: &str| usize::from(stages.iter().any(|name| name == stage));
        let (before, after) = (names("pre-mix"), names("post-mix"));
        scope.times = before + after;
        let text = match (before, after) {
            (0, 0) => format!(
                "`Stage: {}` does not apply to playback; the lines under it are left out",
                excerpt(parameters)
            ),
            (0, _) => return,
            (_, 0) => "the stage pre-mix is imported too, because all playback passes it".to_owned(),
            _ => {
                "playback passes pre-mix and post-mix, so the lines under this `Stage` count twice".to_owned()
            }
        };
        self.note(number, scope, &text);
    }

    fn include(&mut self, number: usize, name: &str, scope: &mut Scope) {
        match self.folder.open(name) {
            Ok(text) => {
                self.push(number, scope, Step::Enter);
                let included = Some((excerpt(name), scope.line(number)));
                let inner = Scope { section: scope.section, times: scope.times, conditions: 0, included };
                self.file(&text, inner);
                self.folder.close();
                self.push(number, scope, Step::Leave);
            }
            Err(reason) => self.note(number, scope, &format!("`Include: {}` {reason}", excerpt(name))),
        }
    }

    fn push(&mut self, number: usize, scope: &Scope, step: Step) {
        self.items.push(Item { line: scope.line(number), section: scope.section, step });
    }

    fn note(&mut self, number: usize, scope: &Scope, text: &str) {
        let text = match &scope.included {
            Some((name, _)) => format!("`{name}`, line {number}: {text}"),
            None => text.to_owned(),
        };
        self.push(number, scope, Step::Note(text));
    }
}

impl Scope {
    /// Converts a line of this file to a line of the imported file.
    fn line(&self, number: usize) -> usize {
        self.included.as_ref().map_or(number, |(_, line)| *line)
    }
}

fn alternatives(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split(';').map(str::trim).filter(|alternative| !alternative.is_empty())
}

fn is_all(pattern: &str) -> bool {
    alternatives(pattern).any(|alternative| alternative.eq_ignore_ascii_case("all"))
}

/// Equalizer APO's rule: the device's name contains every word of one group.
fn matches(pattern: &str, device: &str) -> bool {
    alternatives(pattern)
        .any(|alternative| alternative.split_whitespace().all(|word| device.contains(&word.to_lowercase())))
}

/// True if `part`, such as `headphones`, is a part of one group.
fn is_named(pattern: &str, part: &str) -> bool {
    let pattern = pattern.to_lowercase();
    alternatives(&pattern).any(|alternative| part.split_whitespace().all(|word| alternative.contains(word)))
}
