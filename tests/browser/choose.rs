//! The method list and its form.

use crate::fake::{Page, made, refuse, texts};
use crate::samples::{declined_view, session};
use umclique_wire::{BuyerField, FailureCode, SessionView};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn the_method_list_is_one_native_radio_group() {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    assert_eq!(page.part("methods").expect("a group").tag_name(), "FIELDSET");
    assert_eq!(texts(&page, "legend"), ["How would you like to pay?"]);
    let radio = page.find("label input[type=radio]").expect("a radio in its label");
    assert_eq!(radio.get_attribute("name").as_deref(), Some("method"));
    assert_eq!(radio.get_attribute("value").as_deref(), Some("picpay_qr"));
    assert!(page.find("input[type=radio]:checked").is_some(), "the only method is chosen");
    assert!(page.part("method-picpay_qr").is_some());
    assert_eq!(page.text("total"), "Loja Exemplo · Pedido 1001R$123.45");
    assert_eq!(page.text("pay"), "Pay R$123.45");
}

#[wasm_bindgen_test]
async fn a_cpf_is_masked_while_it_is_typed() {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    page.type_into("field-tax-id", "52998224725");
    assert_eq!(page.input("field-tax-id").value(), "529.982.247-25");
}

#[wasm_bindgen_test]
async fn an_error_shows_after_blur_and_goes_with_the_mistake() {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    page.type_into("field-tax-id", "5299822472");
    page.until("the masked text", |page| page.input("field-tax-id").value() == "529.982.247-2").await;
    assert!(page.part("error").is_none(), "nobody is corrected while typing");
    page.blur("field-tax-id");
    page.until("the error", |page| page.part("error").is_some()).await;
    assert_eq!(page.text("error"), "Digits are missing: a CPF has 11 numbers");
    let input = page.input("field-tax-id");
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(input.get_attribute("aria-describedby"), page.part("error").and_then(|error| error.get_attribute("id")));
    page.type_into("field-tax-id", "52998224725");
    page.until("no error", |page| page.part("error").is_none()).await;
}

#[wasm_bindgen_test]
async fn pay_shows_every_error_sends_nothing_and_leads_to_the_first_field() {
    let mut view = session(1);
    view.methods[0].needs = vec![BuyerField::Name, BuyerField::Email, BuyerField::TaxId];
    let mut page = Page::new(&view);
    page.mount();
    page.until_screen("choosing").await;
    page.click("pay");
    page.until("three errors", |page| texts(page, "[part=error]").len() == 3).await;
    assert_eq!(made("POST confirm"), 0);
    assert!(page.find("[name=name]:focus").is_some());
}

#[wasm_bindgen_test]
async fn a_field_that_the_server_refuses_is_marked() {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    page.type_into("field-tax-id", "52998224725");
    refuse("confirm", 422, r#"{"code":"invalid","errors":[{"field":"details.tax_id","detail":"x"}]}"#);
    page.click("pay");
    page.until("the notice", |page| page.part("notice").is_some()).await;
    assert_eq!(page.text("error"), "This was not accepted. Please check it");
    assert_eq!(page.input("field-tax-id").value(), "529.982.247-25", "what was typed is kept");
}

#[wasm_bindgen_test]
async fn after_a_decline_the_list_comes_back_with_a_notice() {
    let mut page = Page::new(&declined_view(3, FailureCode::InsufficientFunds));
    page.mount();
    page.until_screen("choosing").await;
    assert_eq!(page.text("notice"), "Not enough balanceNothing was charged. Try again or choose another way.");
    assert!(page.text("live").starts_with("Not enough balance"));
}

#[wasm_bindgen_test]
async fn the_language_is_the_elements_then_the_sessions() {
    let mut page = Page::new(&SessionView { locale: Some("pt-BR".to_owned()), ..session(1) });
    page.mount_with("cs_0193f0c47d5b7c3e", "");
    page.until_screen("choosing").await;
    assert_eq!(page.text("pay"), "Pagar R$\u{a0}123,45");
    page.update("cs_0193f0c47d5b7c3e", "en");
    page.until("English", |page| page.text("pay") == "Pay R$123.45").await;
}
