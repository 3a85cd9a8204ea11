//! Drawings: the path is the code, module for module, and is read back.

use umclique_qr::draw::{DrawError, PAYLOAD_BYTES_MAX, QUIET_ZONE, draw};

/// Fills the path's rectangles into a square of modules, as a browser would.
fn fill(path: &str, side: usize) -> Vec<bool> {
    let mut dark = vec![false; side * side];
    let (mut x, mut y) = (0_i64, 0_i64);
    for rectangle in path.split_terminator('z') {
        let (to, size) =
            rectangle.strip_prefix('m').and_then(|rest| rest.split_once('h')).expect("a move, then a line");
        let (right, below) = to.split_once(' ').expect("two numbers");
        x += right.parse::<i64>().expect("a number");
        y += below.parse::<i64>().expect("a number");
        let (there, back) = size.split_once("v1h").expect("one module down, and back");
        let length: i64 = there.parse().expect("a number");
        assert_eq!(back, format!("-{length}"));
        for column in x..x + length {
            let at = y as usize * side + column as usize;
            assert!(!dark[at], "no module is drawn twice");
            dark[at] = true;
        }
    }
    dark
}

#[test]
fn a_drawing_has_a_quiet_zone_and_the_codes_modules() {
    let payload = "https://app.picpay.com/checkout/NjE1ZjQyYWE";
    let drawing = draw(payload).expect("it fits");
    let side = drawing.side as usize;
    let dark = fill(&drawing.path, side);
    let code = qrcode::QrCode::new(payload).expect("it fits");
    let quiet = QUIET_ZONE as usize;
    assert_eq!(side, code.width() + 2 * quiet);
    for (at, is_dark) in dark.iter().enumerate() {
        let (column, row) = ((at % side).wrapping_sub(quiet), (at / side).wrapping_sub(quiet));
        let is_module = column < code.width() && row < code.width();
        assert_eq!(*is_dark, is_module && code[(column, row)] == qrcode::Color::Dark, "{column}, {row}");
    }
}

#[test]
fn texts_that_no_code_holds_are_refused() {
    assert_eq!(draw(""), Err(DrawError::Empty));
    for bytes in [1, 2331, 2332, PAYLOAD_BYTES_MAX] {
        assert!(draw(&"a".repeat(bytes)).is_ok(), "{bytes} bytes");
    }
    let bytes = PAYLOAD_BYTES_MAX + 1;
    assert_eq!(draw(&"a".repeat(bytes)), Err(DrawError::TooLong { bytes }));
}
