//! For those who set their own colours and want no motion: every control keeps an edge, focus can be seen, nothing moves, and the
//! code is still black on white.

use serde_json::{Value, json};
use umclique_e2e::stage::Reply;
use umclique_e2e::{Stage, staged, views};
use umclique_wire::{AttemptStatus, BuyerField, Delivery, ProcessingReason, SessionStatus};

/// The screens with every kind of control, and all that move for others.
const SCENES: [(&str, &str); 9] = [
    ("loading", "loading"),
    ("form", "choosing"),
    ("errors", "choosing"),
    ("connected", "choosing"),
    ("redirect", "redirect"),
    ("await", "await"),
    ("closing", "closing"),
    ("code", "qr"),
    ("paid", "paid"),
];

/// What is wrong with the colours of texts, and with the edges of the controls at rest and with the focus. A round button's row shows
/// its focus.
const EDGES: &str = r#"
const wrong = [];
const parse = (color) => color.match(/[\d.]+/g)?.map(Number) ?? [];
const isSeen = (color) => { const [, , , alpha = 1] = parse(color); return alpha > 0; };
const ground = (node) => {
  for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
    const color = getComputedStyle(at).backgroundColor;
    if (isSeen(color)) return color;
  }
  return getComputedStyle(document.documentElement).backgroundColor;
};
const edge = (node, name) => {
  const style = getComputedStyle(node);
  const [line, width, color] = ["Style", "Width", "Color"].map((what) => style[name + what]);
  return line !== "none" && parseFloat(width) >= 1 && isSeen(color) && color !== ground(node.parentElement ?? host);
};
const light = (color) => {
  const [red, green, blue] = parse(color).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const { parentElement: node, data } = texts.currentNode;
  if (!node || !data.trim() || !node.checkVisibility({ checkVisibilityCSS: true })) continue;
  const ratio = contrast(getComputedStyle(node).color, ground(node));
  if (ratio < 4.5) wrong.push(`contrast ${ratio}: ${data}`);
}
const controls = [...root.querySelectorAll("a[href], button, input, summary")].filter((node) => node.checkVisibility());
for (const control of controls) {
  const name = control.outerHTML.slice(0, 120);
  control.blur();
  if (!edge(control, "borderTop") && !edge(control, "outline")) wrong.push(`no edge: ${name}`);
  control.focus({ focusVisible: true });
  const row = control.closest(".row");
  if (!edge(control, "outline") && !(row && edge(row, "outline"))) wrong.push(`no focus: ${name} ${getComputedStyle(control).outline}`);
}
const tile = part("qr-tile");
if (tile) {
  const colors = [getComputedStyle(tile).backgroundColor, getComputedStyle(tile.querySelector("svg")).fill].join();
  if (colors !== "rgb(255, 255, 255),rgb(0, 0, 0)") wrong.push(`the code is ${colors}`);
}
return { wrong, controls: controls.length };
"#;

/// What moves in the element.
const MOTIONS: &str =
    "return root.getAnimations().map(({ animationName, transitionProperty }) => animationName ?? transitionProperty)";

async fn enter(stage: &Stage, scene: &str) {
    let all_fields = [BuyerField::Name, BuyerField::Email, BuyerField::TaxId];
    match scene {
        "loading" => stage.answer(Reply::Silence),
        "form" | "errors" => stage.say(views::choosing(&all_fields)),
        "connected" => stage.say(views::wallet(Some("a…@example.com"))),
        "redirect" => stage.say(views::redirect()),
        "await" => stage.say(views::await_buyer(Delivery::Delivered)),
        "closing" => stage.say(views::processing(ProcessingReason::Closing)),
        "code" => stage.say(views::qr()),
        "paid" => stage.say(views::ended(SessionStatus::Succeeded, AttemptStatus::Succeeded)),
        other => panic!("no scene {other}"),
    }
    stage.check_out("").await;
    if scene == "connected" {
        stage.checkout().click("method-picpay_wallet").await;
        stage.checkout().part("other-account").await;
    }
    if scene == "errors" {
        stage.checkout().click("pay").await;
        stage.checkout().part("error").await;
    }
    if scene == "code" {
        stage.checkout().qr().await;
    }
}

async fn motions(stage: &Stage) -> Value {
    stage.checkout().eval(MOTIONS, json!(null)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_forced_colours_every_control_keeps_its_edge_and_its_focus() {
    staged("in_forced_colours_every_control_keeps_its_edge_and_its_focus", async |stage| {
        for scheme in ["light", "dark"] {
            let media = [("forced-colors", "active"), ("prefers-color-scheme", scheme)];
            stage.browser.media(&media).await;
            for (scene, screen) in SCENES {
                enter(stage, scene).await;
                let checkout = stage.checkout();
                checkout.wait_for(&[screen]).await;
                let found = checkout.eval(EDGES, json!(null)).await;
                assert_eq!(found["wrong"], json!([]), "{scene}, {scheme}: {found:#}");
                if matches!(screen, "choosing" | "redirect" | "await" | "qr") {
                    assert!(found["controls"].as_u64() >= Some(2), "{scene}: {found}");
                }
                let picture = format!("forced-{scene}-{scheme}");
                stage.browser.screenshot_of("return document.getElementById('element')", "screenshots", &picture).await;
                stage.axe.expect_nothing(&stage.browser, &format!("{scene}, forced colours, {scheme}")).await;
            }
        }
        stage.browser.expect_clean("forced colours").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_wants_no_motion_sees_none() {
    staged("whoever_wants_no_motion_sees_none", async |stage| {
        for (scene, screen) in SCENES {
            let is_moving_for_others = matches!(scene, "loading" | "code");
            stage.browser.media(&[("prefers-reduced-motion", "no-preference")]).await;
            enter(stage, scene).await;
            stage.checkout().wait_for(&[screen]).await;
            if is_moving_for_others {
                assert_ne!(motions(stage).await, json!([]), "{scene} moves for others");
            }
            stage.browser.media(&[("prefers-reduced-motion", "reduce")]).await;
            assert_eq!(motions(stage).await, json!([]), "{scene} stands still from now on");
            enter(stage, scene).await;
            stage.checkout().wait_for(&[screen]).await;
            assert_eq!(motions(stage).await, json!([]), "{scene} stands still from the first");
            stage.axe.expect_nothing(&stage.browser, &format!("{scene}, without motion")).await;
        }
    })
    .await;
}
