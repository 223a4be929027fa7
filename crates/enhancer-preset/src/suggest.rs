//! The name that was probably meant, for one that doesn't exist.
//!
//! Names are compared word by word, for people type a word of them (`bass` for `bass_boost.amount`), its
//! beginning (`comp`), or a slip of the pen (`treshold`). Over whole names, a distance of letters would
//! prefer any short name to the right long one.

/// What a letter too many, too few, wrong or swapped may cost: one in three letters.
const LETTERS_A_SLIP: usize = 3;

/// Above this cost no name is near; half of the words typed are then met by nothing.
const MOST_COST: f64 = 0.6;

/// The candidate nearest to `typed`, the first of several; `None` where none is near. Case and separators
/// don't count.
pub fn nearest<T: AsRef<str>>(typed: &str, candidates: impl IntoIterator<Item = T>) -> Option<T> {
    let typed = words(typed);
    let costs = candidates.into_iter().map(|name| (cost(&typed, &words(name.as_ref())), name));
    let near = costs.filter(|(cost, _)| *cost < MOST_COST);
    near.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name)
}

fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// 0 for the same words, 1 where none is met; a little for every word that wasn't typed.
fn cost(typed: &[String], name: &[String]) -> f64 {
    let surplus = 0.02 * name.len().saturating_sub(typed.len()) as f64;
    let met = |word: &String| name.iter().map(|other| word_cost(word, other)).fold(1.0, f64::min);
    let by_words = typed.iter().map(met).sum::<f64>() / typed.len().max(1) as f64;
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
    if name.chars().count() >= LETTERS_A_SLIP && typed.starts_with(name) {
        return 0.25;
    }
    let letters = typed.chars().count().max(name.chars().count());
    let slips = distance(typed, name);
    if slips * LETTERS_A_SLIP <= letters { 0.2 + slips as f64 / letters as f64 } else { 1.0 }
}

/// Letters to insert, delete, replace (V. I. Levenshtein 1966) or swap with their neighbour (F. J. Damerau
/// 1964).
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
    fn a_word_its_beginning_or_a_slip_of_the_pen_is_enough() {
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
    fn distances_count_slips() {
        for (a, b, slips) in
            [("", "", 0), ("", "ab", 2), ("flat", "flta", 1), ("kitten", "sitting", 3), ("é", "e", 1)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (slips, slips), "{a} {b}");
        }
    }
}
