//! The payment methods as one radio group; the chosen one opens under its own row.
//!
//! Drawn by `screen`. Native radios and labels: keyboard and screen readers know them.

use super::icon::{Glyph, Icon};
use super::{OnTyped, pressed};
use crate::machine::view::{FieldView, FormView, MethodView, MethodsView, NoticeView, Press};
use crate::methods::field::{caret_after_mask, mask_tax_id};
use umclique_wire::{BuyerField, MethodKind};
use web_sys::HtmlInputElement;
use yew::{Callback, Event, FocusEvent, Html, InputEvent, KeyboardEvent, Properties, TargetCast, component, html};

/// What happened in a field.
pub(super) enum Typed {
    /// Its text changed.
    Text(String),
    /// It was left.
    Left,
}

/// Props of [`MethodList`].
#[derive(Properties, PartialEq)]
pub(super) struct MethodListProps {
    pub(super) view: MethodsView,
    pub(super) on_choose: Callback<MethodKind>,
    pub(super) on_typed: OnTyped,
    pub(super) on_press: Callback<Press>,
}

/// The payment methods as one radio group, under a notice of what happened before.
#[component]
pub(super) fn MethodList(props: &MethodListProps) -> Html {
    let MethodListProps { view, .. } = props;
    let notice = view.notice.as_ref().map(notice).unwrap_or_default();
    let legend_is_heading = view.notice.is_none().then_some("");
    html! {
        <>
            { notice }
            <fieldset class="methods" part="methods">
                <legend class="hidden" tabindex="-1" data-heading={legend_is_heading}>{ view.legend.clone() }</legend>
                for method in &view.methods {
                    <div key={method.kind.as_str()} class={if method.form.is_some() { "method chosen" } else { "method" }}
                        part={["method method-", method.kind.as_str()].concat()}>
                        { row(method, props) }
                        { method.form.as_ref().map(|view| form(method.kind, view, props)).unwrap_or_default() }
                    </div>
                }
            </fieldset>
        </>
    }
}

fn notice(view: &NoticeView) -> Html {
    html! {
        <div class="notice" part="notice">
            <Icon glyph={Glyph::Stop} />
            <div><b tabindex="-1" data-heading="">{ view.heading.clone() }</b><span>{ view.text.clone() }</span></div>
        </div>
    }
}

fn row(method: &MethodView, props: &MethodListProps) -> Html {
    let kind = method.kind;
    let onchange = props.on_choose.reform(move |_: Event| kind);
    html! {
        <label class="row">
            <input type="radio" name="method" value={kind.as_str()} checked={method.form.is_some()} {onchange} />
            <span class="glyph"><Icon glyph={Glyph::Qr} /></span>
            <span class="names"><b>{ method.title.clone() }</b><small>{ method.hint.clone() }</small></span>
        </label>
    }
}

fn form(kind: MethodKind, view: &FormView, props: &MethodListProps) -> Html {
    let part = if view.is_new_code { "pay new-code" } else { "pay" };
    html! {
        <div class="form" part="form">
            for field in &view.fields {
                <div key={field.part} class="field">{ input(kind, field, props) }</div>
            }
            <button type="button" class="button" {part} onclick={pressed(&props.on_press, Press::Pay)}>{ view.pay.clone() }</button>
        </div>
    }
}

fn input(kind: MethodKind, view: &FieldView, props: &MethodListProps) -> Html {
    let (field, on_typed) = (view.field, &props.on_typed);
    let oninput = on_typed.reform(move |event: InputEvent| (kind, field, Typed::Text(read(&event, field))));
    let onblur = on_typed.reform(move |_: FocusEvent| (kind, field, Typed::Left));
    let on_press = props.on_press.clone();
    let onkeydown = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            on_press.emit(Press::Pay);
        }
    };
    let error_id = ["error-", field_name(field)].concat();
    let (is_wrong, describes) = (view.error.as_ref().map(|_| "true"), view.error.as_ref().map(|_| error_id.clone()));
    let error =
        view.error.as_ref().map(|error| html! { <p class="error" part="error" id={error_id}>{ error.clone() }</p> });
    html! {
        <>
            <label for={field_name(field)}>{ view.label.clone() }</label>
            <input id={field_name(field)} name={field_name(field)} part={view.part} type={view.input_type}
                inputmode={view.input_mode} autocomplete={view.autocomplete} autocapitalize="none" spellcheck="false"
                required={true} value={view.value.clone()} aria-invalid={is_wrong} aria-describedby={describes}
                {oninput} {onblur} {onkeydown} />
            { error.unwrap_or_default() }
        </>
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

/// The `name` and `id` of a field's input.
pub(crate) fn field_name(field: BuyerField) -> &'static str {
    match field {
        BuyerField::Name => "name",
        BuyerField::Email => "email",
        BuyerField::TaxId | BuyerField::Unknown => "tax-id",
    }
}
