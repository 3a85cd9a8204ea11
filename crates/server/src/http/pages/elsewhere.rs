//! The page of a return in another browser: who is paid, how much, from which account, and the button that pays. Pure.

use super::{Lang, answer, escape, text};
use crate::payments::elsewhere::{Elsewhere, Stage};
use axum::http::StatusCode;
use axum::response::Response;

/// The name of the code, in the address and in the form.
pub const CODE: &str = "umclique_return";

/// Why a press came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Too many presses of one address.
    TooMany,
    /// The server cannot answer now.
    Unavailable,
}

/// The page. `code` opened it, and goes with the form again.
#[must_use]
pub fn page(lang: Lang, seen: &Elsewhere, code: &str, trouble: Option<Trouble>) -> Response {
    let (words, labels) = (text::stage(lang, seen.stage), text::labels(lang));
    let (status, notice) = match trouble {
        None => (StatusCode::OK, None),
        Some(Trouble::TooMany) => (StatusCode::TOO_MANY_REQUESTS, Some(labels.too_many)),
        Some(Trouble::Unavailable) => (StatusCode::SERVICE_UNAVAILABLE, Some(labels.unavailable)),
    };
    let notice = notice.map_or_else(String::new, |words| format!("<p class=\"notice\" role=\"alert\">{words}</p>\n"));
    let amount = text::money(lang, seen.amount);
    let button = match seen.stage {
        Stage::Open => format!("{} {amount}", labels.pay),
        Stage::Confirming => labels.check.to_owned(),
        _ => String::new(),
    };
    // No script can keep a second press from coming: it finds what the first one came to.
    let form = if button.is_empty() {
        String::new()
    } else {
        format!(
            "<form method=\"post\" action=\"return\"><input type=\"hidden\" name=\"{CODE}\" value=\"{}\">\
             <button type=\"submit\">{}</button></form>\n",
            escape(code),
            escape(&button),
        )
    };
    let body = format!(
        "<main>\n<h1>{}</h1>\n<p class=\"hint\">{}</p>\n{notice}<dl>\n{}{}{}{}</dl>\n{form}\
         <a class=\"back\" href=\"{}\" rel=\"noreferrer\">{}</a>\n</main>\n",
        words.title,
        words.hint,
        row(labels.shop, &seen.merchant, ""),
        row(labels.order, &seen.reference, ""),
        seen.account.as_ref().map_or_else(String::new, |account| row(labels.account, account, "")),
        row(labels.amount, &amount, " class=\"amount\""),
        escape(&seen.shop_address),
        labels.back,
    );
    answer(status, lang, words.title, &body)
}

fn row(name: &str, value: &str, class: &str) -> String {
    format!("<div><dt>{name}</dt><dd{class}>{}</dd></div>\n", escape(value))
}
