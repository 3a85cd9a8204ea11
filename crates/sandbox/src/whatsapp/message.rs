//! The body of `POST …/messages`: the envelope, and what is in it. Source: WhatsApp Cloud API "Send messages".

use serde_json::{Map, Value};

use super::details::{Details, Reading};
use super::errors::{GraphError, INVALID, UNSUPPORTED};
use super::node::Node;
use super::outcome::Outcome;
use super::phone::Phone;
use super::templates::{self, Template};

/// A message, read and valid by itself.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// As it was sent; the answer repeats it.
    pub(super) input: String,
    pub(super) to: Phone,
    pub(super) content: Content,
    /// Comes back with the statuses.
    pub(super) callback_data: Option<String>,
}

/// What a message is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Text(String),
    Order(Box<Details>),
    Status(Outcome),
    Template(Template),
}

impl Content {
    /// Whether the feature of payments is needed.
    pub(super) fn is_about_orders(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Order(_) | Self::Status(_) => true,
            Self::Template(template) => template.inside.is_some(),
        }
    }
}

impl Message {
    /// Reads a body, or says what is wrong first.
    pub(super) fn read(body: &[u8], reading: Reading<'_>) -> Result<Self, GraphError> {
        let invalid = |_| GraphError::new(INVALID, "The body is not a JSON object.");
        let map: Map<String, Value> = serde_json::from_slice(body).map_err(invalid)?;
        let root = Node::root(&map);
        if root.has("messaging_product") || reading.settings.strict_messaging_product {
            let product = root.maybe_text("messaging_product")?;
            if product != Some("whatsapp") {
                return Err(GraphError::new(INVALID, "The parameter messaging_product is required."));
            }
        }
        if root.has("recipient_type") {
            root.one_of("recipient_type", &["individual"])?;
        }
        let input = root.text("to")?;
        let to = Phone::parse(input).ok_or_else(|| root.wrong("to", "must be a phone number"))?;
        let content = match root.text("type")? {
            "text" => Content::Text(root.object("text")?.short("body", 4096)?.to_owned()),
            "interactive" => read_interactive(&root.object("interactive")?, reading)?,
            "template" => Content::Template(templates::read(&root.object("template")?, reading)?),
            other => return Err(GraphError::new(UNSUPPORTED, format!("Message type {other} is not supported."))),
        };
        let callback_data = root.maybe_short("biz_opaque_callback_data", 512)?.map(str::to_owned);
        Ok(Self { input: input.to_owned(), to, content, callback_data })
    }
}

fn read_interactive(interactive: &Node<'_>, reading: Reading<'_>) -> Result<Content, GraphError> {
    let kind = interactive.text("type")?;
    if !matches!(kind, "order_details" | "order_status") {
        return Err(GraphError::new(UNSUPPORTED, format!("Interactive type {kind} is not supported.")));
    }
    let text = interactive.object("body")?.short("text", 1024)?;
    if let Some(footer) = interactive.maybe_object("footer")? {
        footer.short("text", 60)?;
    }
    let header = interactive.maybe_object("header")?;
    if let Some(header) = &header {
        header.one_of("type", &["image"])?;
        header.object("image")?.text("link")?;
    }
    let action = interactive.object("action")?;
    if kind == "order_status" {
        action.one_of("name", &["review_order"])?;
        return Ok(Content::Status(Outcome::read(&action.object("parameters")?, text)?));
    }
    action.one_of("name", &["review_and_pay"])?;
    let details = Details::read(&action.object("parameters")?, text, reading)?;
    if header.is_some() && details.cart.is_none() {
        return Err(interactive.wrong("header", "is not supported without an order"));
    }
    Ok(Content::Order(Box::new(details)))
}
