//! Work is counted: a crafted image costs no more steps than the stated bound, and a normal one far fewer.

use super::hostile;
use umclique_qr::read::{PIXELS_MAX, STEPS_MAX, read_counted, steps_max};
use umclique_qr::unwrap::{Refusal, unwrap};

/// Width × height, from the header.
fn pixels(png: &[u8]) -> u64 {
    let side = |at: usize| u64::from(u32::from_be_bytes(*png[at..].first_chunk().expect("a header")));
    side(16) * side(20)
}

#[test]
fn no_hostile_image_costs_more_steps_than_its_pixels_allow() {
    for (name, png) in hostile::images() {
        let (result, steps) = read_counted(&png);
        let bound = if pixels(&png) > PIXELS_MAX { 0 } else { steps_max(pixels(&png)) };
        assert!(steps <= bound, "{name}: {steps} steps, at most {bound}");
        assert!(steps < STEPS_MAX, "{name}: nothing is left of the whole budget");
        assert!(!matches!(result, Ok(Some(_))), "{name}: {result:?}");
    }
    assert_eq!(steps_max(PIXELS_MAX), STEPS_MAX);
}

#[test]
fn a_normal_code_is_read_at_its_first_grid() {
    let (png, text) = hostile::normal();
    let (result, steps) = read_counted(&png);
    assert_eq!(result, Ok(Some(hostile::PAYLOAD.to_owned())));
    assert!(steps < 12 * pixels(&png), "{steps} steps for {} pixels", pixels(&png));
    assert_eq!(unwrap(&text), Ok(png));
}

#[test]
fn bombs_are_refused_as_too_large() {
    for (name, text) in hostile::texts() {
        match unwrap(&text) {
            Err(error) => assert_eq!(error.refusal(), Refusal::TooLarge, "{name}"),
            // Its bomb is in a chunk that nobody opens.
            Ok(png) => assert_eq!(read_counted(&png).0, Ok(None), "{name}"),
        }
    }
}
