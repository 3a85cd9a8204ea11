//! Memory is counted: whatever comes in, no more bytes are held at once than the limits allow.
//!
//! A test binary of its own, because the allocator counts for the whole process; one test, because tests run side by side.

// The only way to count allocations is to be the allocator.
#![allow(unsafe_code)]

#[allow(dead_code, reason = "the chain's tests and the benchmark use all of it")]
mod hostile;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use umclique_qr::{draw, payload, read, unwrap};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn grow(bytes: usize) {
    let held = HELD.fetch_add(bytes, Relaxed) + bytes;
    MOST.fetch_max(held, Relaxed);
}

// SAFETY: every call goes to the system's allocator unchanged; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new may exist together while the content is copied.
        grow(size);
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes that were held at once during `task`, beyond what was held before.
fn most_held<T>(task: impl FnOnce() -> T) -> usize {
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    drop(task());
    MOST.load(Relaxed) - before
}

const KB: usize = 1024;
const MB: usize = 1024 * KB;

#[test]
fn no_input_makes_us_hold_more_than_the_limits_allow() {
    // The content, its last doubling beside it, and the decoded base64.
    for (name, text) in hostile::texts() {
        let held = most_held(|| unwrap::unwrap(&text));
        assert!(held < 7 * MB, "{name}: {held} bytes");
    }
    // A byte a pixel, a few rows, and the inflater's window.
    for (name, png) in hostile::images() {
        let held = most_held(|| read::read(&png));
        assert!(held < 5 * MB, "{name}: {held} bytes");
    }
    for (name, width, height, bound) in [
        ("a side too long", u32::MAX, u32::MAX, KB),
        ("more pixels than are looked at", 4096, 4096, KB),
        ("a strip", 4096, 1, 512 * KB),
    ] {
        let png = hostile::assembled(width, height, &[(*b"IDAT", hostile::zlib(&[0; 5000]))]);
        let held = most_held(|| read::read(&png));
        assert!(held < bound, "{name}: {held} bytes");
    }
    let refused_early = "A".repeat(300 * KB);
    assert_eq!(most_held(|| unwrap::unwrap(&refused_early)), 0, "too much text is refused before anything is made");

    let texts = [format!("000201{}", "0000".repeat(5 * KB / 4)), "0".repeat(MB), hostile::PAYLOAD.to_owned()];
    for text in &texts {
        let held = most_held(|| payload::parse(text));
        assert!(held < 128 * KB, "a text of {}: {held} bytes", text.len());
    }
    for text in &texts {
        let held = most_held(|| draw::draw(text));
        assert!(held < 2 * MB, "a drawing of {}: {held} bytes", text.len());
    }
}
