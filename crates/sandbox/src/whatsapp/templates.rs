//! Template messages: the only ones that pass while the window is closed. Plain ones, and those with an order or its status
//! in them. Source: WhatsApp "Order details template message" and "Order status template". That templates were approved
//! before is not imitated, except by the setting `templates`.

use super::details::{Details, Reading};
use super::errors::{GraphError, NO_TEMPLATE};
use super::node::Node;
use super::outcome::Outcome;

/// A template, filled in.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) name: String,
    pub(super) inside: Option<Inside>,
}

/// What a template of payments carries.
#[derive(Clone, Debug)]
pub(super) enum Inside {
    Order(Box<Details>),
    Status(Outcome),
}

/// Reads `template`.
pub(super) fn read(template: &Node<'_>, reading: Reading<'_>) -> Result<Template, GraphError> {
    let name = template.short("name", 512)?;
    let code = template.object("language")?.text("code")?;
    if reading.settings.templates.as_ref().is_some_and(|known| known.iter().all(|one| one != name)) {
        return Err(GraphError::new(NO_TEMPLATE, format!("Template name ({name}) does not exist in {code}")));
    }
    let mut inside = None;
    for component in template.objects("components")? {
        let found = read_component(&component, name, reading)?;
        if found.is_some() && inside.is_some() {
            return Err(component.wrong("type", "must not bring a second order"));
        }
        inside = inside.or(found);
    }
    Ok(Template { name: name.to_owned(), inside })
}

fn read_component(component: &Node<'_>, name: &str, reading: Reading<'_>) -> Result<Option<Inside>, GraphError> {
    match component.one_of("type", &["header", "body", "footer", "button", "order_status"])? {
        "button" if component.text("sub_type")? == "order_details" => {
            let parameter = sole(component)?;
            parameter.one_of("type", &["action"])?;
            let details = parameter.object("action")?.object("order_details")?;
            Ok(Some(Inside::Order(Box::new(Details::read(&details, name, reading)?))))
        }
        "order_status" => {
            let parameter = sole(component)?;
            parameter.one_of("type", &["order_status"])?;
            Ok(Some(Inside::Status(Outcome::read(&parameter.object("order_status")?, name)?)))
        }
        _ => {
            component.objects("parameters")?;
            Ok(None)
        }
    }
}

fn sole<'a>(component: &Node<'a>) -> Result<Node<'a>, GraphError> {
    let mut parameters = component.objects("parameters")?.into_iter();
    match (parameters.next(), parameters.next()) {
        (Some(parameter), None) => Ok(parameter),
        _ => Err(component.wrong("parameters", "must have exactly one")),
    }
}
