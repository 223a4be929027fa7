//! Handles: numbers of the size of an address, checked at every call, so that a stale or foreign handle is an
//! error.
//!
//! A handle contains the index of a slot in a table and the generation of that slot. A call pins the slot:
//! one atomic addition increments the pin count and returns the generation, which the call compares with that
//! of the handle. Destroying increments the generation, waits until the pin count is 0, and only then frees
//! the instance. So the audio thread never waits, and a call that races with a destroy gets a whole instance
//! or an error.

use crate::error::Error;
use crate::instance::Instance;
use std::cell::UnsafeCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Bits of the index. They follow the lowest bit, which is always 1, so that no handle is null or an aligned
/// address.
const INDEX_BITS: u32 = if usize::BITS >= 64 { 24 } else { 12 };
const GENERATION_BITS: u32 =
    if usize::BITS - 1 - INDEX_BITS > 32 { 32 } else { usize::BITS - 1 - INDEX_BITS };
const GENERATION_MASK: u64 = (1 << GENERATION_BITS) - 1;

/// Slots in the first segment. The table grows by segments that never move; each is twice as long as the one
/// before.
const FIRST_SEGMENT: usize = 64;
const SEGMENTS: usize = (INDEX_BITS - FIRST_SEGMENT.ilog2()) as usize;

/// One generation in a slot's state. The lower bits hold the number of pins.
const GENERATION: u64 = 1 << 32;

struct Slot {
    /// Upper half: generation, odd while the slot has an instance. Lower half: number of pins.
    state: AtomicU64,
    instance: UnsafeCell<Option<Box<Instance>>>,
}

// SAFETY: this module writes `instance` in two places only. `create` writes it while the generation is even,
// and `destroy` writes it after it made the generation even and read a pin count of 0. `pin` reads it only
// with a pin on an odd generation. `Instance` itself is `Sync`.
unsafe impl Sync for Slot {}

struct Free {
    indices: Vec<usize>,
    /// Slots below this index have been used before.
    next: usize,
}

static TABLE: [OnceLock<Box<[Slot]>>; SEGMENTS] = [const { OnceLock::new() }; SEGMENTS];
static FREE: Mutex<Free> = Mutex::new(Free { indices: Vec::new(), next: 0 });

/// An instance that stays alive at least as long as this value.
pub(crate) struct Pinned {
    slot: &'static Slot,
    handle: usize,
    instance: &'static Instance,
}

impl Pinned {
    /// The handle that was pinned.
    pub(crate) fn handle(&self) -> usize {
        self.handle
    }
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

/// Puts the instance into a free slot and returns its handle, never 0.
///
/// # Errors
/// All slots are in use.
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
    // SAFETY: this call alone took the index from the free list, so no other `create` or `destroy` uses the
    // slot. Its generation is even, so no `pin` reads the instance.
    unsafe { *slot.instance.get() = Some(instance) };
    let state = slot.state.fetch_add(GENERATION, Ordering::Release) + GENERATION;
    Ok(handle(index, state / GENERATION))
}

/// Finds the instance and keeps it alive while the result lives.
///
/// # Errors
/// The handle belongs to no instance.
///
/// # Realtime safety
/// Two atomic operations; it neither waits nor allocates.
pub(crate) fn pin(handle: usize) -> Result<Pinned, Error> {
    let (slot, generation) = find(handle)?;
    let state = slot.state.fetch_add(1, Ordering::Acquire);
    if is_alive(state, generation) {
        // SAFETY: `is_alive` found the handle's odd generation after this call's pin was counted. `destroy`
        // takes the instance only when it reads a pin count of 0, and `create` writes only to slots of an
        // even generation.
        if let Some(instance) = unsafe { (*slot.instance.get()).as_deref() } {
            return Ok(Pinned { slot, handle, instance });
        }
    }
    slot.state.fetch_sub(1, Ordering::Release);
    Err(Error::Handle)
}

/// True while the handle belongs to an instance.
pub(crate) fn is_live(handle: usize) -> bool {
    find(handle).is_ok_and(|(slot, generation)| is_alive(slot.state.load(Ordering::Acquire), generation))
}

/// Invalidates the handle, waits for the calls in progress, and returns the instance to drop.
///
/// # Errors
/// The handle belongs to no instance.
pub(crate) fn destroy(handle: usize) -> Result<Box<Instance>, Error> {
    let (slot, generation) = find(handle)?;
    let next = |state: u64| is_alive(state, generation).then(|| state.wrapping_add(GENERATION));
    slot.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, next).map_err(|_| Error::Handle)?;
    // A call with the old handle raises the count for a moment, too, until it reads the new generation.
    while slot.state.load(Ordering::Acquire) % GENERATION != 0 {
        std::thread::sleep(Duration::from_micros(50));
    }
    // SAFETY: this call alone made the generation even, so no other `destroy` continues to this line. The pin
    // count was 0 after that, so no `Pinned` of the old generation exists. A later `pin` reads the generation
    // and fails.
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

/// Segment and offset of an index: segment s starts at index `FIRST_SEGMENT * (2^s - 1)`.
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
    fn a_handle_is_valid_from_create_to_destroy() {
        let handle = new();
        assert!(pin(handle).is_ok() && is_live(handle));
        drop(destroy(handle).unwrap());
        assert!(pin(handle).is_err() && !is_live(handle));
        assert!(destroy(handle).is_err());
    }

    #[test]
    fn a_reused_slot_rejects_its_old_handle() {
        let handles: Vec<usize> = (0..200).map(|_| new()).collect();
        handles.iter().for_each(|&handle| drop(destroy(handle).unwrap()));
        let again: Vec<usize> = (0..200).map(|_| new()).collect();
        assert!(again.iter().any(|&new| handles.iter().any(|&old| index_of(old) == index_of(new))));
        assert!(handles.iter().all(|&old| pin(old).is_err()));
        again.iter().for_each(|&handle| drop(destroy(handle).unwrap()));
    }

    #[test]
    fn rejects_foreign_numbers() {
        let here = 0u64;
        for number in [0, 1, 2, usize::MAX, usize::MAX - 1, 1 << 40, std::ptr::from_ref(&here) as usize] {
            assert!(pin(number).is_err() && destroy(number).is_err(), "{number:x}");
        }
    }

    #[test]
    fn indices_fill_the_segments_without_gaps() {
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
    fn destroying_waits_for_calls_in_progress() {
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
