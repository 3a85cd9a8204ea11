//! Money and dates by the browser's `Intl`.
//!
//! Kept by `checkout`, one per language. Amounts cross as decimal text, never as a float.

use super::options::set;
use crate::machine::view::Format;
use crate::text::Lang;
use js_sys::{Array, Date, Function, Intl, Object};
use umclique_wire::{Currency, Money};
use wasm_bindgen::JsValue;

/// `Intl` in one language.
pub(super) struct IntlFormat {
    locales: Array,
}

impl IntlFormat {
    pub(super) fn new(lang: Lang) -> Self {
        Self { locales: Array::of1(&JsValue::from_str(lang.tag())) }
    }
}

impl Format for IntlFormat {
    fn money(&self, minor: u64, currency: Currency) -> String {
        let decimal = Money::from_minor(minor, currency).map(Money::to_decimal).unwrap_or_default();
        let options = options(&[("style", "currency"), ("currency", currency.as_str())]);
        let format = Intl::NumberFormat::new(&self.locales, &options).format();
        // Engines that know only floats read the same text: amounts stay below 2^53 minor units.
        apply(&format, &JsValue::from_str(&decimal)).unwrap_or(decimal)
    }

    fn day(&self, date: &str) -> String {
        let options = options(&[("day", "numeric"), ("month", "long"), ("timeZone", "UTC")]);
        let moment = Date::new(&JsValue::from_str(date));
        // `format` throws on what is not a date.
        let format = Intl::DateTimeFormat::new(&self.locales, &options).format();
        apply(&format, &moment).unwrap_or_else(|| date.to_owned())
    }
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        set(&options, name, value);
    }
    options
}

fn apply(function: &Function, value: &JsValue) -> Option<String> {
    function.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}
