//! Prints how long a buyer waits for the element in a real browser: from navigation to the first method that can be clicked, and from
//! "pay" to the drawn code.
//!
//! Called by `cargo xtask bench`. Every run begins with an empty cache and a new process of the browser. The server is a script that
//! answers at once: what the server and the provider take is not measured here. Ratios are to a run beside it: the same page without
//! the component, and one bare request. Asserts nothing.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "ratios of durations are no money")]

use serde_json::{Value, json};
use umclique_e2e::browser::Look;
use umclique_e2e::{Stage, measured, views};

/// Runs of which the middle one counts.
const RUNS: usize = 15;
/// What a line is called, how many kilobits it carries in a second (0: no limit), and how many milliseconds an answer takes at least.
const LINES: [(&str, u32, u32); 2] =
    [("this machine", 0, 0), ("slow phone line, 1.6 Mbit/s and 150 ms an answer", 1_600, 150)];

/// Notes, frame by frame, when the shop's page shows its order and when the element's first method can be clicked.
const WATCH: &str = r#"
window.marks = {};
const look = () => {
  const card = document.getElementById("element")?.shadowRoot?.querySelector("[data-screen=choosing]");
  if (!window.marks.order && document.getElementById("pay")?.checkVisibility()) window.marks.order = performance.now();
  if (!window.marks.method && card?.querySelector("input[type=radio]")?.checkVisibility()) window.marks.method = performance.now();
  if (!window.marks.method) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"#;

/// Waits for a mark.
const MARK: &str = r#"
const [name, done] = arguments;
const look = () => (window.marks[name] ? done(window.marks[name]) : requestAnimationFrame(look));
look();
"#;

/// The bytes of the component that came over the line for this page, headers included; what a cache gave counts nothing.
const DOWNLOADED: &str = r#"
return performance.getEntriesByType("resource").filter(({ name }) => name.includes("/umclique/"))
  .reduce((sum, { transferSize }) => sum + transferSize, 0);
"#;

/// One request of the page to the server, there and back.
const REQUEST: &str = r#"
const [path, done] = arguments;
const begun = performance.now();
fetch(path, { cache: "no-store" }).then((answer) => answer.text()).then(() => done(performance.now() - begun));
"#;

/// Presses "pay", and waits until the code is drawn.
const PAY: &str = r#"
const done = arguments[0];
const root = document.getElementById("element").shadowRoot;
const begun = performance.now();
root.querySelector("[part~=pay]").click();
const look = () => (root.querySelector("[part~=qr-tile] path") ? done(performance.now() - begun) : requestAnimationFrame(look));
look();
"#;

/// The middle ones of all runs on one line, in milliseconds.
struct Medians {
    bare_page: f64,
    method: f64,
    request: f64,
    code: f64,
    downloaded_bytes: f64,
}

#[tokio::main]
async fn main() {
    measured("bench", async |stage| {
        prepare(stage).await;
        for (name, kilobits_per_s, latency_ms) in LINES {
            let medians = measure(stage, kilobits_per_s, latency_ms).await;
            report(name, &medians);
        }
    })
    .await;
}

/// Makes the order that every run opens.
async fn prepare(stage: &Stage) {
    stage.say(views::choosing(&[]));
    stage.browser.look(Look { width: 400, is_dark: false, is_phone: false }).await;
    stage.check_out("").await;
    stage.checkout().wait_for(&["choosing"]).await;
    stage.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
}

async fn measure(stage: &Stage, kilobits_per_s: u32, latency_ms: u32) -> Medians {
    stage.browser.line(kilobits_per_s, latency_ms).await;
    let (mut bare_pages, mut methods, mut requests, mut codes) = (vec![], vec![], vec![], vec![]);
    let mut downloads_bytes = vec![];
    for _ in 0..RUNS {
        stage.say(views::choosing(&[]));
        bare_pages.push(open(stage, &["*/umclique/*"], "order").await);
        methods.push(open(stage, &[], "method").await);
        let path = format!("/v1/checkout_sessions/{}", views::SESSION);
        requests.push(number(&stage.browser.run_async(REQUEST, vec![json!(path)]).await));
        stage.say(views::qr());
        codes.push(number(&stage.browser.run_async(PAY, vec![]).await));
        downloads_bytes.push(number(&stage.browser.run(DOWNLOADED, vec![]).await));
    }
    Medians {
        bare_page: median(bare_pages),
        method: median(methods),
        request: median(requests),
        code: median(codes),
        downloaded_bytes: median(downloads_bytes),
    }
}

/// Opens the shop's order with an empty cache and without what is blocked, and gives when the mark was made.
async fn open(stage: &Stage, blocked: &[&str], mark: &str) -> f64 {
    // A page of the browser's own runs in a process of its own, so that the next page begins in a new one.
    stage.browser.open("chrome://version").await;
    stage.browser.cdp("Network.clearBrowserCache", json!({})).await;
    stage.browser.cdp("Network.setBlockedURLs", json!({ "urls": blocked })).await;
    stage.browser.open(&stage.page("/")).await;
    number(&stage.browser.run_async(MARK, vec![json!(mark)]).await)
}

fn report(line: &str, medians: &Medians) {
    let Medians { bare_page, method, request, code, downloaded_bytes } = medians;
    let (method_ratio, code_ratio) = (method / bare_page, code / request);
    let downloaded_kb = downloaded_bytes / 1_000.0;
    println!(
        "{line}, medians of {RUNS} runs with an empty cache; {downloaded_kb:.0} KB of the component up to the code"
    );
    println!("{bare_page:>8.0} ms             the shop's page shows its order, without the component");
    println!(
        "{method:>8.0} ms {method_ratio:>8.2} ×  the first method can be clicked, to the page without the component"
    );
    println!("{request:>8.0} ms             one request to the server and back");
    println!("{code:>8.0} ms {code_ratio:>8.2} ×  from \"pay\" to the drawn code, to one request");
}

fn median(mut times_ms: Vec<f64>) -> f64 {
    times_ms.sort_unstable_by(f64::total_cmp);
    times_ms[times_ms.len() / 2]
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("the page answers with a number of milliseconds")
}
