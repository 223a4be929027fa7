//! Suggests the closest known name for a mistyped one.
//!
//! Names are compared word by word, because users type one word of a name (`bass` for `bass_boost.amount`),
//! its beginning (`comp`), or a typing error (`treshold`). An edit distance over whole names would prefer
//! any short name to the right long one.

/// Letters of a word for each typing error that is tolerated: one error in three letters.
const LETTERS_PER_TYPO: usize = 3;

/// A name that costs this or more is no suggestion. At this cost, about half of the typed words have no
/// match.
const MAX_COST: f64 = 0.6;

/// Returns the candidate closest to `typed`, the first of several equal ones; `None` if none is close
/// enough. Case and separators are ignored.
pub fn nearest<T: AsRef<str>>(typed: &str, candidates: impl IntoIterator<Item = T>) -> Option<T> {
    let typed = words(typed);
    let costs = candidates.into_iter().map(|name| (cost(&typed, &words(name.as_ref())), name));
    let near = costs.filter(|(cost, _)| *cost < MAX_COST);
    near.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name)
}

fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Cost from 0 for equal words to 1 for no match, plus 0.02 for each word of the name that is not typed.
fn cost(typed: &[String], name: &[String]) -> f64 {
    let surplus = 0.02 * name.len().saturating_sub(typed.len()) as f64;
    let best = |word: &String| name.iter().map(|other| word_cost(word, other)).fold(1.0, f64::min);
    let by_words = typed.iter().map(best).sum::<f64>() / typed.len().max(1) as f64;
    let as_one = word_cost(&typed.concat(), &name.concat());
    surplus + if typed.is_empty() { 1.0 } else { by_words.min(as_one) }
}

fn word_cost(typed: &str, name: &str) -> f64 {
    if typed == name {
        return 0.0;
    }
    if let (Ok(typed), Ok(name)) = (typed.parse::<u32>(), name.parse::<u32>()) {
        return 0.3 + f64::from(typed.abs_diff(name).min(100)) / 500.0;
    }
    if typed.chars().count() >= 2 && name.starts_with(typed) {
        return 0.15;
    }
    if name.chars().count() >= LETTERS_PER_TYPO && typed.starts_with(name) {
        return 0.25;
    }
    let letters = typed.chars().count().max(name.chars().count());
    let typos = distance(typed, name);
    if typos * LETTERS_PER_TYPO <= letters { 0.2 + typos as f64 / letters as f64 } else { 1.0 }
}

/// The number of letters to insert, delete or replace (V. I. Levenshtein 1966) or to swap with a neighbour
/// (F. J. Damerau 1964).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factory_presets;

    #[test]
    fn a_word_its_beginning_or_a_typo_finds_the_name() {
        let names = || factory_presets().iter().map(|preset| preset.name.as_str());
        for (typed, meant) in [
            ("bass", "bass-boost"),
            ("Bas-Boost", "bass-boost"),
            ("bass_boost", "bass-boost"),
            ("bassboost", "bass-boost"),
            ("BASS BOOTS", "bass-boost"),
            ("treble", "treble-boost"),
            ("rok", "rock"),
            ("flta", "flat"),
            ("pup", "pop"),
            ("hiphop", "hip-hop"),
            ("headphone", "headphones"),
            ("laptop", "laptop-speakers"),
            ("clarity", "speech-clarity"),
            ("vocals", "vocal"),
            ("clasical", "classical"),
        ] {
            assert_eq!(nearest(typed, names()), Some(meant), "{typed}");
        }
        for typed in ["", "-", "xyzzy", "no such thing", "metal", "x"] {
            assert_eq!(nearest(typed, names()), None, "{typed}");
        }
    }

    #[test]
    fn distance_counts_typing_errors() {
        for (a, b, typos) in
            [("", "", 0), ("", "ab", 2), ("flat", "flta", 1), ("kitten", "sitting", 3), ("é", "e", 1)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (typos, typos), "{a} {b}");
        }
    }
}
