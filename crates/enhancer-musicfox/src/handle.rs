//! Handles: numbers that look like addresses and are checked at every call, so that a stale or foreign one is refused.
//!
//! A handle is an index into a table and the generation of that place. A call pins the place: one atomic addition, then a
//! look at the generation. Destroying moves the generation on, waits until no call has the place pinned, and only
//! then frees. So the audio thread never waits, and a call that races with a destroy sees all of the instance or
//! none.

use crate::error::Error;
use crate::instance::Instance;
use std::cell::UnsafeCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Bits of a handle above its lowest, which is 1 so that no handle is null or a plausible address.
const INDEX_BITS: u32 = if usize::BITS >= 64 { 24 } else { 12 };
const GENERATION_BITS: u32 =
    if usize::BITS - 1 - INDEX_BITS > 32 { 32 } else { usize::BITS - 1 - INDEX_BITS };
const GENERATION_MASK: u64 = (1 << GENERATION_BITS) - 1;

/// The table grows by segments that never move, each twice as long as the one before.
const FIRST_SEGMENT: usize = 64;
const SEGMENTS: usize = (INDEX_BITS - FIRST_SEGMENT.ilog2()) as usize;

/// One generation in a slot's state; below it stands the number of pins.
const GENERATION: u64 = 1 << 32;

struct Slot {
    /// Generation (odd while an instance lives here) in the upper half, pins in the lower.
    state: AtomicU64,
    instance: UnsafeCell<Option<Box<Instance>>>,
}

// SAFETY: `instance` is written only by who owns the slot: `create` before it makes the generation odd, and `destroy` after
// it made it even and saw no pins. Readers hold a pin on an odd generation. `Instance` itself is `Sync`.
unsafe impl Sync for Slot {}

struct Free {
    indices: Vec<usize>,
    /// Slots below this index were handed out before.
    next: usize,
}

static TABLE: [OnceLock<Box<[Slot]>>; SEGMENTS] = [const { OnceLock::new() }; SEGMENTS];
static FREE: Mutex<Free> = Mutex::new(Free { indices: Vec::new(), next: 0 });

/// An instance that can't go away while this lives.
pub(crate) struct Pinned {
    slot: &'static Slot,
    instance: &'static Instance,
}

impl Deref for Pinned {
    type Target = Instance;
    fn deref(&self) -> &Instance {
        self.instance
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        self.slot.state.fetch_sub(1, Ordering::Release);
    }
}

/// Gives the instance a place and a handle. Never 0.
pub(crate) fn create(instance: Box<Instance>) -> Result<usize, Error> {
    let index = {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        match free.indices.pop() {
            Some(index) => index,
            None => {
                let index = free.next;
                grow(index)?;
                free.next += 1;
                index
            }
        }
    };
    let slot = slot(index).ok_or(Error::TooManyInstances)?;
    // SAFETY: the generation is even and this index was taken off the free list, so nobody else looks at the instance.
    unsafe { *slot.instance.get() = Some(instance) };
    let state = slot.state.fetch_add(GENERATION, Ordering::Release) + GENERATION;
    Ok(handle(index, state / GENERATION))
}

/// Finds the instance and keeps it alive.
///
/// # Realtime safety
/// Two atomic operations; never waits or allocates.
pub(crate) fn pin(handle: usize) -> Result<Pinned, Error> {
    let (slot, generation) = find(handle)?;
    let state = slot.state.fetch_add(1, Ordering::Acquire);
    if is_alive(state, generation) {
        // SAFETY: the generation is odd and matches, and the pin keeps `destroy` from taking the instance out.
        if let Some(instance) = unsafe { (*slot.instance.get()).as_deref() } {
            return Ok(Pinned { slot, instance });
        }
    }
    slot.state.fetch_sub(1, Ordering::Release);
    Err(Error::Handle)
}

/// Whether the handle leads to a living instance.
pub(crate) fn is_live(handle: usize) -> bool {
    find(handle).is_ok_and(|(slot, generation)| is_alive(slot.state.load(Ordering::Acquire), generation))
}

/// Ends the handle, waits for the calls under way, and returns the instance to drop.
pub(crate) fn destroy(handle: usize) -> Result<Box<Instance>, Error> {
    let (slot, generation) = find(handle)?;
    let next = |state: u64| is_alive(state, generation).then(|| state.wrapping_add(GENERATION));
    slot.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, next).map_err(|_| Error::Handle)?;
    // Pins of calls that come too late show for moments, too.
    while slot.state.load(Ordering::Acquire) % GENERATION != 0 {
        std::thread::sleep(Duration::from_micros(50));
    }
    // SAFETY: this call alone made the generation even, and no pin taken before that is left; later ones don't touch
    // the instance.
    let instance = unsafe { (*slot.instance.get()).take() };
    FREE.lock().unwrap_or_else(PoisonError::into_inner).indices.push(index_of(handle));
    instance.ok_or(Error::Handle)
}

fn is_alive(state: u64, generation: u64) -> bool {
    let present = state / GENERATION;
    present % 2 == 1 && present & GENERATION_MASK == generation
}

fn handle(index: usize, generation: u64) -> usize {
    ((generation & GENERATION_MASK) as usize) << (INDEX_BITS + 1) | index << 1 | 1
}

fn index_of(handle: usize) -> usize {
    (handle >> 1) & ((1 << INDEX_BITS) - 1)
}

fn find(handle: usize) -> Result<(&'static Slot, u64), Error> {
    if handle & 1 == 0 {
        return Err(Error::Handle);
    }
    let generation = (handle >> (INDEX_BITS + 1)) as u64;
    slot(index_of(handle)).map(|slot| (slot, generation)).ok_or(Error::Handle)
}

/// Segment s starts at index `FIRST_SEGMENT * (2^s - 1)`.
fn place(index: usize) -> (usize, usize) {
    let segment = (index / FIRST_SEGMENT + 1).ilog2() as usize;
    (segment, index - FIRST_SEGMENT * ((1 << segment) - 1))
}

fn slot(index: usize) -> Option<&'static Slot> {
    let (segment, offset) = place(index);
    TABLE.get(segment)?.get()?.get(offset)
}

fn grow(index: usize) -> Result<(), Error> {
    let (segment, _) = place(index);
    let empty = || Slot { state: AtomicU64::new(0), instance: UnsafeCell::new(None) };
    let segment_of = |segment: usize| (0..FIRST_SEGMENT << segment).map(|_| empty()).collect();
    TABLE.get(segment).ok_or(Error::TooManyInstances)?.get_or_init(|| segment_of(segment));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> usize {
        create(Box::new(Instance::new())).unwrap()
    }

    #[test]
    fn a_handle_lives_from_create_to_destroy() {
        let handle = new();
        assert!(pin(handle).is_ok() && is_live(handle));
        drop(destroy(handle).unwrap());
        assert!(pin(handle).is_err() && !is_live(handle));
        assert!(destroy(handle).is_err());
    }

    #[test]
    fn a_place_that_is_used_again_refuses_the_old_handle() {
        let handles: Vec<usize> = (0..200).map(|_| new()).collect();
        handles.iter().for_each(|&handle| drop(destroy(handle).unwrap()));
        let again: Vec<usize> = (0..200).map(|_| new()).collect();
        assert!(again.iter().any(|&new| handles.iter().any(|&old| index_of(old) == index_of(new))));
        assert!(handles.iter().all(|&old| pin(old).is_err()));
        again.iter().for_each(|&handle| drop(destroy(handle).unwrap()));
    }

    #[test]
    fn foreign_numbers_are_refused() {
        let here = 0u64;
        for number in [0, 1, 2, usize::MAX, usize::MAX - 1, 1 << 40, std::ptr::from_ref(&here) as usize] {
            assert!(pin(number).is_err() && destroy(number).is_err(), "{number:x}");
        }
    }

    #[test]
    fn places_fill_the_segments_without_gaps() {
        let mut expected = (0, 0);
        for index in 0..10_000 {
            assert_eq!(place(index), expected);
            expected.1 += 1;
            if expected.1 == FIRST_SEGMENT << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        assert!(slot((1 << INDEX_BITS) - 1).is_none());
    }

    #[test]
    fn destroying_waits_for_calls_under_way() {
        let handle = new();
        let pinned = pin(handle).unwrap();
        std::thread::scope(|scope| {
            let destroyer = scope.spawn(|| destroy(handle).map(drop));
            while is_live(handle) {
                std::thread::yield_now();
            }
            assert!(!destroyer.is_finished() && pin(handle).is_err());
            drop(pinned);
            assert!(destroyer.join().unwrap().is_ok());
        });
    }
}
