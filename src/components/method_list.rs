//! The payment methods as one radio group, under a notice of what happened before; the chosen one opens under its own row.
//!
//! Drawn by `screen`. Native radios and labels: keyboard and screen readers know them.

use super::icon::{Glyph, glyph, icon};
use super::{busy_button, field_name, frame, optional, part, words};
use crate::machine::view::{FieldView, FormView, MethodView, MethodsView, NoticeView, Press};
use crate::methods::field::{caret_after_mask, mask_tax_id};
use crate::shell::{Checkout, Msg};
use umclique_wire::{BuyerField, MethodKind};
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::{Html, InputEvent, KeyboardEvent, TargetCast, html};

pub(super) fn draw(view: &MethodsView, link: &Scope<Checkout>) -> Html {
    let notice = view.notice.as_ref().map(notice).unwrap_or_default();
    let heading = view.notice.is_none().then_some("");
    html! {
        <>
            { notice }
            <fieldset class="methods" part="methods">
                <legend class="hidden" tabindex="-1" data-heading={heading}>{ words(&view.legend) }</legend>
                for view in &view.methods {
                    { method(view, link) }
                }
            </fieldset>
        </>
    }
}

fn notice(view: &NoticeView) -> Html {
    html! {
        <div class="notice" part="notice">
            { icon(Glyph::Stop) }
            <div><b tabindex="-1" data-heading="">{ words(&view.heading) }</b><span>{ words(&view.text) }</span></div>
        </div>
    }
}

fn method(view: &MethodView, link: &Scope<Checkout>) -> Html {
    let kind = view.kind;
    let form = view.form.as_ref().map(|view| form(kind, view, link)).unwrap_or_default();
    let look = view.form.is_some().then_some("chosen");
    let radio = if view.is_choice { radio(view, link) } else { Html::default() };
    html! {
        <div key={view.card.as_deref().unwrap_or(kind.as_str())} class="method" data-look={look} part={["method method-", kind.as_str()].concat()}>
            <label class="row">
                { radio }
                { glyph(kind) }
                <span class="names"><b>{ words(&view.title) }</b><small>{ words(&view.hint) }</small></span>
            </label>
            { form }
        </div>
    }
}

fn radio(view: &MethodView, link: &Scope<Checkout>) -> Html {
    let kind = view.kind;
    let card = view.card.clone();
    let onchange = link.callback(move |_| Msg::Choose(kind, card.clone()));
    html! { <input type="radio" name="method" value={kind.as_str()} checked={view.form.is_some()} {onchange} /> }
}

fn form(kind: MethodKind, view: &FormView, link: &Scope<Checkout>) -> Html {
    let pay_part = if view.is_new_code { "pay new-code" } else { part(Press::Pay) };
    let pay = |text: &String| busy_button(text, Press::Pay, pay_part, "main", view.is_busy, link);
    html! {
        <div class="form" part="form">
            for field in &view.fields {
                { input(kind, field, link) }
            }
            { view.frame.map(frame).unwrap_or_default() }
            { view.pay.as_ref().map(pay).unwrap_or_default() }
            { optional(&view.other_account, Press::OtherAccount, "quiet", link) }
            { optional(&view.retry, Press::Retry, "quiet", link) }
            { optional(&view.leave, Press::Leave, "link", link) }
        </div>
    }
}

fn input(kind: MethodKind, view: &FieldView, link: &Scope<Checkout>) -> Html {
    let (field, name) = (view.field, field_name(view.field));
    let oninput = link.callback(move |event| Msg::Input(kind, field, read(&event, field)));
    let onblur = link.callback(move |_| Msg::Leave(kind, field));
    let onkeydown =
        link.batch_callback(|event: KeyboardEvent| (event.key() == "Enter").then_some(Msg::Press(Press::Pay)));
    let error_id = ["error-", name].concat();
    let (invalid, describedby) = (view.error.as_ref().map(|_| "true"), view.error.as_ref().map(|_| error_id.clone()));
    let error =
        view.error.as_ref().map(|error| html! { <p class="error" part="error" id={error_id}>{ words(error) }</p> });
    html! {
        <div key={name} class="field">
            <label for={name}>{ words(&view.label) }</label>
            <input id={name} {name} part={view.part} type={view.input_type} inputmode={view.input_mode}
                autocomplete={view.autocomplete} autocapitalize="none" spellcheck="false" required={true}
                value={view.value.clone()} aria-invalid={invalid} aria-describedby={describedby}
                {oninput} {onblur} {onkeydown} />
            { error.unwrap_or_default() }
        </div>
    }
}

/// The text of an input. A tax id is written with its marks at once, and the caret stays where the buyer types.
fn read(event: &InputEvent, field: BuyerField) -> String {
    let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return String::new() };
    let typed = input.value();
    if field != BuyerField::TaxId {
        return typed;
    }
    let masked = mask_tax_id(&typed);
    if masked != typed {
        let caret = input.selection_start().ok().flatten().map_or(typed.len(), |caret| caret as usize);
        let caret = u32::try_from(caret_after_mask(&typed, caret, &masked)).unwrap_or_default();
        input.set_value(&masked);
        // Text inputs always have a selection.
        let _ = input.set_selection_range(caret, caret);
    }
    masked
}
