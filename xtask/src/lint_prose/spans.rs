//! Prose without its code spans and link targets.

/// Replaces the text between single or double backticks by a blank. `is_open` carries a span over the end of
/// a line.
pub(super) fn without_code(text: &str, is_open: &mut bool) -> String {
    let mut prose = String::with_capacity(text.len());
    for (index, part) in text.replace("``", "`").split('`').enumerate() {
        if index > 0 {
            *is_open = !*is_open;
            prose.push(' ');
        }
        if !*is_open {
            prose.push_str(part);
        }
    }
    prose
}

/// Removes the target of Markdown links: `[text](target)` becomes `[text]`.
pub(super) fn without_targets(text: &str) -> String {
    let mut prose = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        let Some((_, after)) = after.split_once(')') else { break };
        prose.push_str(before);
        prose.push_str("] ");
        rest = after;
    }
    prose + rest
}

/// Words of prose: runs of Latin letters, apostrophes and hyphens that begin with a letter.
pub(super) fn count_words(prose: &str) -> usize {
    let is_inside = |c: char| c.is_ascii_alphabetic() || matches!(c, '\'' | '’' | '-');
    prose.split(|c| !is_inside(c)).filter(|run| run.contains(|c: char| c.is_ascii_alphabetic())).count()
}
