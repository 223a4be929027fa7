//! The frozen list of host parameters, `src/params/frozen.txt`: one line for each, in the order in which
//! hosts list them.
//!
//! A line reads `id min max taper`; the labels of a choice follow. The taper is `linear`, `log`, `switch` or
//! `choice`, the range is in the unit of the core's table. Projects store an id and a position in the range,
//! so no published line may change, move or disappear. `cargo xtask generate` appends a line for each new
//! parameter; `tests/params.rs` compares the list with the plugin.

use nice_plug::prelude::ParamPtr;
use std::collections::HashMap;

/// Id, pointer and group of a parameter, as [`Params::param_map`](nice_plug::params::Params::param_map)
/// returns them.
type Entry = (String, ParamPtr, String);

/// Sorts `entries` into the host's order: the frozen list first, then the parameters that it lacks, in their
/// own order.
pub(super) fn sort(entries: &mut [Entry]) {
    sort_by(include_str!("frozen.txt"), entries, |(id, ..)| id);
}

/// Sorts by the first word of each line of `list`. The sort is stable, so entries without a line keep their
/// order.
fn sort_by<T>(list: &str, entries: &mut [T], id: impl Fn(&T) -> &str) {
    let ids = list.lines().filter_map(|line| line.split(' ').next());
    let places: HashMap<&str, usize> = ids.enumerate().map(|(place, id)| (id, place)).collect();
    entries.sort_by_key(|entry| places.get(id(entry)).copied().unwrap_or(usize::MAX));
}

#[cfg(test)]
mod tests {
    use super::sort_by;

    #[test]
    fn new_parameters_follow_the_frozen_ones() {
        let mut table = ["gain", "new.gain", "band.q", "new.a", "listening"];
        sort_by("gain -24 24 linear\nlistening 0 1 switch\nband.q 0.1 40 log\n", &mut table, |id| id);
        assert_eq!(table, ["gain", "listening", "band.q", "new.gain", "new.a"]);
    }
}
