//! The component in a real browser, against a fake server: what it draws, what it sends, what it leaves behind.
//!
//! Run by `wasm-bindgen-test-runner`; the flags of the browser are in webdriver.json.
#![cfg(target_arch = "wasm32")]

mod fake;
#[path = "../samples/mod.rs"]
mod samples;

mod april;
mod choose;
mod life;
mod pay;
mod wallet;
mod whatsapp;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
