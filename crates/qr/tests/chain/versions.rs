//! Every version at every level, made by an encoder that shares nothing with the reader, at one to three pixels a module.

use super::hostile::gray;
use qrcode::{Color, EcLevel, QrCode, Version};
use umclique_qr::read::read;

/// The code at `scale` pixels a module with `border` light modules around it, `turns` quarters to the right.
fn image(code: &QrCode, scale: usize, border: usize, turns: usize) -> Vec<u8> {
    let (width, colors) = (code.width(), code.to_colors());
    let side = (width + 2 * border) * scale;
    gray(side, side, |x, y| {
        let (x, y) = (0..turns).fold((x, y), |(x, y), _| (y, side - 1 - x));
        let (column, row) = ((x / scale).wrapping_sub(border), (y / scale).wrapping_sub(border));
        let is_dark = column < width && row < width && colors[row * width + column] == Color::Dark;
        if is_dark { 0 } else { 255 }
    })
}

#[test]
fn every_version_and_level_is_read_at_any_scale_border_and_turn() {
    for version in 1..=40_i16 {
        for (index, level) in [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H].into_iter().enumerate() {
            let payload =
                format!("https://app.picpay.com/{version}{index}")[..if version < 3 { 7 } else { 20 }].to_owned();
            let code =
                QrCode::with_version(&payload, Version::Normal(version), level).expect("seven letters fit version 1");
            let turn = version as usize + index;
            let png = image(&code, 1 + turn % 3, turn % 5, turn % 4);
            assert_eq!(read(&png), Ok(Some(payload)), "version {version}, {level:?}");
        }
    }
}

#[test]
fn full_codes_are_read() {
    for (level, bytes) in [(EcLevel::L, 2953), (EcLevel::M, 2331), (EcLevel::Q, 1663), (EcLevel::H, 1273)] {
        let payload: String = ('a'..='z').cycle().take(bytes).collect();
        let code = QrCode::with_version(&payload, Version::Normal(40), level).expect("exactly full");
        assert_eq!(read(&image(&code, 2, 4, 0)), Ok(Some(payload)), "{level:?}");
    }
}
