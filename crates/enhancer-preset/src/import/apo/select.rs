//! Which lines of an Equalizer APO configuration count: `Device`, `Stage` and `If` select, `Include` brings
//! in more.
//!
//! As in Equalizer APO's reference, `Device: Speakers USB; Benchmark` holds up to the next `Device` and names
//! devices by words of which one group must all be in the device's name; `Device: all` is every device. A
//! file's `Device`, `Stage` and `Channel` end with the file. Sound that is played passes the stages pre-mix
//! and post-mix; commands stand in post-mix until a `Stage` says otherwise, and what is for `capture` works
//! on recordings alone.

use super::include::Folder;
use crate::import::ImportError;
use crate::text::one_line;

/// The most lines that are looked at.
const MAX_LINES: usize = 10_000;

/// What a line does.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// A command such as `filter`, in small letters and without its number, and its parameters.
    Command {
        word: String,
        parameters: String,
        times: usize,
    },
    /// Something to be said.
    Note(String),
    /// An included file begins or ends.
    Enter,
    Leave,
}

/// A step and where it stands.
#[derive(Debug)]
pub(super) struct Item {
    /// The line of the imported file, or of its `Include:`.
    pub(super) line: usize,
    section: usize,
    pub(super) step: Step,
}

/// What stands under one `Device:`.
#[derive(Debug)]
struct Section {
    /// The section that holds the `Include:` of this one's file.
    parent: usize,
    pattern: String,
    line: usize,
    commands: usize,
}

/// A configuration, its included files among it.
pub(super) struct Selection {
    items: Vec<Item>,
    sections: Vec<Section>,
    folder: Folder,
    lines: usize,
}

/// What the lines of one file stand under.
struct Scope {
    section: usize,
    /// How often played sound passes the commands: pre-mix and post-mix.
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

    /// The steps for the chosen device in order.
    ///
    /// # Errors
    /// Several devices and no choice, or one that fits none or several.
    pub(super) fn choose(self, device: Option<&str>) -> Result<Vec<Item>, ImportError> {
        let chosen = self.chosen(device)?;
        let mut items = Vec::new();
        for (index, section) in self.sections.iter().enumerate() {
            if !chosen.get(index).is_some_and(|&chosen| chosen) && section.commands > 0 {
                let text = format!(
                    "`Device: {}` is not chosen; what stands under it is left out",
                    one_line(&section.pattern)
                );
                items.push(Item { line: section.line, section: 0, step: Step::Note(text) });
            }
        }
        let heard = |section: usize| chosen.get(section).is_some_and(|&chosen| chosen);
        items.extend(self.items.into_iter().filter(|item| heard(item.section)));
        Ok(items)
    }

    /// Whether any section is for a device of a name.
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
                    self.note(index, &scope, "the rest of the file is not read");
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
            // Titles and notes that Room EQ Wizard writes at the top look so.
            return self.note(number, scope, &format!("`{}` is not understood", one_line(line)));
        };
        let command = command.trim().to_lowercase();
        let word = command.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        let parameters = parameters.trim();
        match word {
            // Equalizer APO heeds devices before conditions.
            "device" => {
                let pattern = parameters.to_owned();
                self.sections.push(Section { parent: outer, pattern, line: scope.line(number), commands: 0 });
                scope.section = self.sections.len() - 1;
            }
            "if" => {
                scope.conditions += 1;
                let text = "conditions are not evaluated; what stands under them is left out";
                self.note(number, scope, text);
            }
            "endif" => scope.conditions = scope.conditions.saturating_sub(1),
            _ if scope.conditions > 0 => {
                let text = format!("`{}` stands under a condition and is left out", one_line(line));
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
                "`Stage: {}` is not for sound that is played; what stands under it is left out",
                one_line(parameters)
            ),
            (0, _) => return,
            (_, 0) => "the stage pre-mix is taken over too: all sound that is played passes it".to_owned(),
            _ => {
                "sound passes pre-mix and post-mix, so what stands under this `Stage` counts twice".to_owned()
            }
        };
        self.note(number, scope, &text);
    }

    fn include(&mut self, number: usize, name: &str, scope: &mut Scope) {
        match self.folder.open(name) {
            Ok(text) => {
                self.push(number, scope, Step::Enter);
                let included = Some((one_line(name), scope.line(number)));
                let inner = Scope { section: scope.section, times: scope.times, conditions: 0, included };
                self.file(&text, inner);
                self.folder.close();
                self.push(number, scope, Step::Leave);
            }
            Err(reason) => self.note(number, scope, &format!("`Include: {}` {reason}", one_line(name))),
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
    /// A line of this file as a line of the imported one.
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

/// Equalizer APO's rule: every word of one alternative is part of the device's name.
fn matches(pattern: &str, device: &str) -> bool {
    alternatives(pattern)
        .any(|alternative| alternative.split_whitespace().all(|word| device.contains(&word.to_lowercase())))
}

/// Whether a part of the device's name, such as `headphones`, means this pattern.
fn is_named(pattern: &str, part: &str) -> bool {
    let pattern = pattern.to_lowercase();
    alternatives(&pattern).any(|alternative| part.split_whitespace().all(|word| alternative.contains(word)))
}
