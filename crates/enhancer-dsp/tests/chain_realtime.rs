//! Calls on the audio thread never allocate: a counting allocator watches each of them.

#[path = "chain/everything.rs"]
mod everything;

use enhancer_dsp::{Enhancer, EnhancerConfig, Listening, Quality};
use enhancer_measure::signal::Random;
use everything::{any_config, everything, music, process_part};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator; it counts the calls of watched threads.
struct Counting;

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends has no thread-locals left, and processes no audio.
    let _ = WATCHED.try_with(|watched| {
        if watched.get() {
            CALLS.with(|calls| calls.set(calls.get() + 1));
        }
    });
}

// SAFETY: each function passes its arguments to `System` unchanged, and `System` keeps the contract of
// `GlobalAlloc`. Counting allocates nothing, because the thread-locals are constants without destructors.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller guarantees the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller guarantees the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller guarantees that `ptr` came from this allocator, hence from `System`, with this
        // layout.
        unsafe { System.realloc(ptr, layout, new_size) }
    }
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller guarantees that `ptr` came from this allocator, hence from `System`, with this
        // layout.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Number of allocator calls during `work`.
fn heap_calls(work: impl FnOnce()) -> usize {
    CALLS.set(0);
    WATCHED.set(true);
    work();
    WATCHED.set(false);
    CALLS.get()
}

#[test]
fn the_allocator_counts_calls() {
    assert_eq!(heap_calls(|| drop(std::hint::black_box(vec![1u8; 100]))), 2);
    assert_eq!(heap_calls(|| ()), 0);
}

#[test]
fn the_audio_thread_never_touches_the_heap() {
    let mut random = Random::new(8);
    for (rate, channels) in [(44_100.0, 2), (8000.0, 1), (96_000.0, 8)] {
        let mut enhancer = Enhancer::new(rate, channels).unwrap();
        let mut stream = music(rate, channels, 6000);
        let mut configs: Vec<EnhancerConfig> = (0..30).map(|_| any_config(&mut random)).collect();
        configs.extend(Quality::ALL.iter().map(|&quality| everything(quality)));
        let mut broken = configs[0];
        broken.master_gain_db = f32::NAN;
        for (index, config) in configs.iter().enumerate() {
            let listening = Listening { loudness_match: index % 2 == 1, delta: index % 3 == 1 };
            let block = (random.next_u64() % 3000) as usize;
            let calls = heap_calls(|| {
                assert!(enhancer.set_config(config).is_ok());
                enhancer.set_listening(listening);
                enhancer.set_solo((index % 4 > 1).then_some(index % 5));
                process_part(&mut enhancer, &mut stream, 0, block);
                process_part(&mut enhancer, &mut stream, block, 6000);
                assert!(enhancer.set_config(&broken).is_err());
                std::hint::black_box((
                    enhancer.meters(),
                    enhancer.latency_frames(),
                    *enhancer.config(),
                    enhancer.tail_frames(),
                ));
            });
            assert_eq!(calls, 0, "{rate} Hz, {channels} channels: {config:?}");
        }
        assert_eq!(heap_calls(|| enhancer.reset()), 0);
    }
}
