//! The element in a React tree under StrictMode, which runs every effect, undoes it, and runs it again: as an element of the tree, and
//! through `mount()` in an effect.

use serde_json::{Value, json};
use umclique_e2e::{Browser, Checkout, Stage, instances, journey, page, staged, until, views};

const WAYS: [&str; 2] = ["element", "mount"];
/// Code and caches settle during the first rounds; what is left by each one would show in as many more.
const ROUNDS: u32 = 12;

/// Shows and hides the checkout `arguments[0]` times, each time up to the drawn code, and leaves it hidden.
const ROUND: &str = r#"
const [times, done] = arguments;
const all = () => [...document.querySelectorAll("umclique-checkout")];
const until = async (isSo) => { while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5)); };
(async () => {
  for (let count = 0; count < times; count += 1) {
    umcliqueLab.show();
    await until(() => all()[0]?.shadowRoot.querySelector("[data-screen=qr]"));
    umcliqueLab.hide();
    await until(() => all().length === 0);
    await new Promise((resolve) => setTimeout(resolve));
  }
  // What the page wrote down of it is the page's.
  document.getElementById("log").replaceChildren();
  umcliqueLab.events.length = umcliqueLab.effects.length = 0;
})().then(done, (error) => done(String(error)));
"#;

/// How many nodes and listeners the page has, after the browser collected its garbage.
async fn counts(browser: &Browser) -> (u64, u64) {
    // What is found by the first collection to be finalised goes with the second one.
    browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    let dom = browser.cdp("Memory.getDOMCounters", json!({})).await;
    let number = |name: &str| dom[name].as_u64().or_else(|| dom[name].as_f64().map(|it| it as u64)).expect("a number");
    (number("nodes"), number("jsEventListeners"))
}

async fn elements(browser: &Browser) -> Value {
    browser.run("return document.querySelectorAll('umclique-checkout').length", vec![]).await
}

/// Opens the page, and waits until StrictMode did what it is for.
async fn open(browser: &Browser, url: String) {
    browser.open(&url).await;
    until("StrictMode has run, undone and run the effect", async || {
        let effects = browser.run("return umcliqueLab.effects ?? []", vec![]).await;
        (effects == json!(["run", "undone", "run"])).then_some(())
    })
    .await;
    assert_eq!(elements(browser).await, json!(1), "the second run is the only one that counts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_in_a_react_tree_under_strict_mode() {
    journey("a_buyer_pays_in_a_react_tree_under_strict_mode", async |world| {
        for way in WAYS {
            open(&world.browser, world.page(&format!("/strict-mode?by={way}"))).await;
            let checkout = Checkout::of(&world.browser);
            checkout.show_qr().await;
            let attributes = checkout.eval("return host.getAttributeNames()", json!(null)).await;
            assert!(!attributes.to_string().contains("session"), "{way}: the secret is in no attribute: {attributes}");
            let reference = world.browser.run("return umcliqueLab.orders[0].reference", vec![]).await;
            world.payer(reference.as_str().expect("a reference"), "pay").await;
            checkout.wait_for(&["paid"]).await;
            page::event(&world.browser, "umclique-paid").await;
            let heard = "return umcliqueLab.events.map(({ type }) => type)";
            let heard = world.browser.run(heard, vec![]).await;
            assert_eq!(heard, json!(["umclique-ready", "umclique-paid"]), "{way}: each once");
            world.axe.expect_nothing(&world.browser, "React").await;
            world.browser.expect_clean("React").await;
        }
        assert_eq!(world.ledger("charge").await.len(), WAYS.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strict_mode_leaves_one_element_one_stream_and_no_listener() {
    staged("strict_mode_leaves_one_element_one_stream_and_no_listener", async |stage| {
        instances::note(&stage.browser).await;
        for way in WAYS {
            stage.say(views::qr());
            let idle_streams = stage.open_streams();
            open(&stage.browser, stage.page(&format!("/strict-mode?by={way}"))).await;
            Checkout::of(&stage.browser).wait_for(&["qr"]).await;
            until(&format!("{way}: one stream is open"), async || {
                (stage.open_streams() == idle_streams + 1).then_some(())
            })
            .await;
            assert_eq!(instances::made(&stage.browser).await, 1, "{way}: one instance");
            stage.browser.run("umcliqueLab.hide()", vec![]).await;
            nothing_is_left(stage, way, idle_streams).await;

            rounds(stage, ROUNDS).await;
            let before = counts(&stage.browser).await;
            rounds(stage, ROUNDS).await;
            until(&format!("{way}: {ROUNDS} rounds leave nothing behind; before: {before:?}"), async || {
                let after = counts(&stage.browser).await;
                eprintln!("{way}: {after:?}, before {before:?}");
                (after.0 <= before.0 && after.1 <= before.1).then_some(())
            })
            .await;
            nothing_is_left(stage, way, idle_streams).await;
            stage.browser.expect_clean("React").await;
        }
    })
    .await;
}

async fn rounds(stage: &Stage, times: u32) {
    assert_eq!(stage.browser.run_async(ROUND, vec![json!(times)]).await, Value::Null);
}

async fn nothing_is_left(stage: &Stage, way: &str, idle_streams: usize) {
    until(&format!("{way}: the element is gone, and its stream"), async || {
        let is_gone = elements(&stage.browser).await == json!(0);
        (is_gone && stage.open_streams() <= idle_streams).then_some(())
    })
    .await;
}

#[test]
fn react_is_not_in_the_package() {
    let Some(tools) = umclique_e2e::tools::Tools::find() else { return };
    let bundle = std::fs::read_to_string(tools.react.expect("it was found")).expect("a bundle");
    assert!(bundle.contains("StrictMode"), "the words that are looked for are React's");
    let package = std::fs::read_dir(tools.component).expect("the package");
    let files: Vec<_> = package.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    assert!(!files.is_empty());
    for file in files {
        let bytes = std::fs::read(&file).expect("a file of the package");
        let has_react = bytes.windows(10).any(|window| window == b"StrictMode");
        assert!(!has_react, "React stands in {}", file.display());
    }
}
