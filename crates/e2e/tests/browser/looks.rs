//! How a page of a journey is judged and photographed. Used by the methods' walks through their states.

use serde_json::json;
use umclique_e2e::World;
use umclique_e2e::browser::{Browser, Look};

/// In both themes, on a small phone and on a tablet: axe finds nothing, nothing is wider than the screen, the policy blocked nothing, and
/// a picture of the page is kept in `target/screenshots`.
pub(crate) async fn judge(world: &World, browser: &Browser, name: &str) {
    for is_dark in [false, true] {
        let theme = if is_dark { "dark" } else { "light" };
        for width in [320, 768] {
            browser.look(Look { width, is_dark, is_phone: false }).await;
            browser.screenshot("screenshots", &format!("{name}-{theme}-{width}")).await;
            let wide = browser.run("return document.documentElement.scrollWidth - innerWidth", vec![]).await;
            assert_eq!(wide, json!(0), "{name}, {width} px, {theme}: the page is wider than the screen");
        }
        world.axe.expect_nothing(browser, &format!("{name}, {theme}")).await;
    }
    browser.look(Look { width: 768, is_dark: false, is_phone: false }).await;
    browser.expect_clean(name).await;
}
