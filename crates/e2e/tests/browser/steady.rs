//! Nothing jumps while the element loads: what a shop writes below it stays where it was, on a small phone and on a tablet.

use serde_json::{Value, json};
use umclique_e2e::browser::Look;
use umclique_e2e::{Stage, staged, views};
use umclique_wire::BuyerField;

/// Beyond this a page feels unsteady to those who measure it. Source: web.dev calls 0.1 good; a fifth of that is ours.
const MOST_SHIFT: f64 = 0.02;

/// Writes the element and a text below it into the page before any of the page's scripts runs, as a shop's HTML would, and adds up
/// every shift of what is already drawn. The sheet is the one that EMBEDDING.md asks of a shop.
const SHOP: &str = r#"
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value, sources, startTime }) => ({ value, startTime,
  what: sources.map(({ node, previousRect, currentRect }) => `${node?.nodeName}.${node?.className}: ${previousRect?.y} → ${currentRect?.y}, ${previousRect?.height} → ${currentRect?.height} high`) }))))
  .observe({ type: "layout-shift", buffered: true });
document.addEventListener("readystatechange", () => {
  const place = document.getElementById("place");
  if (document.readyState !== "interactive" || !place) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`umclique-checkout { --umclique-min-height: 360px; display: block; min-height: var(--umclique-min-height); }
    @media (max-width: 350px) { umclique-checkout { --umclique-min-height: 425px; } }`);
  document.adoptedStyleSheets = [sheet];
  const element = document.createElement("umclique-checkout");
  element.locale = "pt-BR";
  element.session = { id: SESSION, client_secret: "secret" };
  const below = Object.assign(document.createElement("p"), { textContent: "Frete grátis. ".repeat(80) });
  place.append(element, below);
});
"#;

/// The shifts until the page has drawn two frames more.
const SHIFTS: &str = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](window.shifts)))";

async fn note_shifts(stage: &Stage) {
    let source = SHOP.replace("SESSION", &json!(views::SESSION).to_string());
    stage.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_jumps_from_navigation_until_a_method_can_be_clicked() {
    staged("nothing_jumps_from_navigation_until_a_method_can_be_clicked", async |stage| {
        note_shifts(stage).await;
        // Everything arrives late, so that every step of loading is drawn and would be seen.
        stage.browser.line(1_600, 150).await;
        for needs in [&[][..], &[BuyerField::TaxId]] {
            stage.say(views::choosing(needs));
            for width in [320, 768] {
                stage.browser.look(Look { width, is_dark: false, is_phone: false }).await;
                stage.browser.open("about:blank").await;
                stage.browser.open(&stage.page("/bare")).await;
                stage.checkout().part("pay").await;
                let height = stage.checkout().eval("return [host.offsetHeight, card.offsetHeight]", json!(null)).await;
                let shifts = stage.browser.run_async(SHIFTS, vec![]).await;
                let sum: f64 =
                    shifts.as_array().into_iter().flatten().filter_map(|shift| shift["value"].as_f64()).sum();
                eprintln!("{width} px, {needs:?}: {sum:.4}, {height} px high");
                assert!(
                    sum <= MOST_SHIFT,
                    "{width} px, {needs:?}: shifts by {sum:.4}; element and card: {height}; {shifts:#}"
                );
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jump_would_be_seen() {
    staged("a_jump_would_be_seen", async |stage| {
        note_shifts(stage).await;
        stage.say(views::choosing(&[]));
        stage.browser.look(Look { width: 320, is_dark: false, is_phone: false }).await;
        stage.browser.open(&stage.page("/bare")).await;
        let checkout = stage.checkout();
        checkout.part("pay").await;
        checkout.eval("host.style.minHeight = `${host.offsetHeight + 120}px`", json!(null)).await;
        let shifts = stage.browser.run_async(SHIFTS, vec![]).await;
        let values = shifts.as_array().into_iter().flatten();
        assert!(values.filter_map(|shift: &Value| shift["value"].as_f64()).sum::<f64>() > MOST_SHIFT, "{shifts:#}");
    })
    .await;
}
