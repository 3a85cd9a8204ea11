//! Messages, exactly as they are sent. Pure. Source: WhatsApp Cloud API "Send messages"; WhatsApp "Receive WhatsApp payments /
//! Orders", "One-click payments", "Order details template message", "Order status template".

use serde::{Deserialize, Serialize};

/// The one offset that reais have.
pub(in super::super) const OFFSET: u32 = 100;
/// The one type of payment setting that is sent.
pub(in super::super) const CARD: &str = "offsite_card_pay";
/// How the state "a part is on its way" is spelled: half of the documents say `partially-shipped`.
pub(in super::super) const PARTIALLY_SHIPPED: &str = "partially_shipped";

/// A message. `messaging_product` is in every one: the general page has it, the payment examples leave it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Message {
    pub(in super::super) messaging_product: String,
    pub(in super::super) recipient_type: String,
    pub(in super::super) to: String,
    #[serde(flatten)]
    pub(in super::super) content: Content,
    /// Comes back with every status of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) biz_opaque_callback_data: Option<String>,
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in super::super) enum Content {
    Text { text: Body },
    Interactive { interactive: Interactive },
    Template { template: Template },
}

/// A plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Body {
    pub(in super::super) body: String,
}

/// A part of a bubble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Text {
    pub(in super::super) text: String,
}

/// A bubble with an order, or with news of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Interactive {
    #[serde(rename = "type")]
    pub(in super::super) kind: String,
    pub(in super::super) body: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) footer: Option<Text>,
    pub(in super::super) action: Action,
}

/// What a bubble is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "parameters", rename_all = "snake_case")]
pub(in super::super) enum Action {
    ReviewAndPay(Box<OrderDetails>),
    ReviewOrder(OrderStatus),
}

/// What payment is asked for. The same in a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct OrderDetails {
    pub(in super::super) reference_id: String,
    #[serde(rename = "type")]
    pub(in super::super) goods: String,
    pub(in super::super) payment_type: String,
    pub(in super::super) payment_settings: Vec<PaymentSetting>,
    pub(in super::super) currency: String,
    pub(in super::super) total_amount: Amount,
    pub(in super::super) order: Order,
}

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct PaymentSetting {
    #[serde(rename = "type")]
    pub(in super::super) kind: String,
    pub(in super::super) offsite_card_pay: Card,
}

/// A stored card, as the buyer and we know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Card {
    pub(in super::super) last_four_digits: String,
    pub(in super::super) credential_id: String,
}

/// Money: whole cents, with the offset that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Amount {
    pub(in super::super) value: u64,
    pub(in super::super) offset: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) discount_program_name: Option<String>,
}

impl Amount {
    /// Cents.
    pub(in super::super) fn new(minor: u64) -> Self {
        Self { value: minor, offset: OFFSET, description: None, discount_program_name: None }
    }
}

/// The parts of the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Order {
    pub(in super::super) status: String,
    pub(in super::super) items: Vec<Item>,
    pub(in super::super) subtotal: Amount,
    pub(in super::super) tax: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) shipping: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) discount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) catalog_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) expiration: Option<Expiration>,
}

/// A line of the cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Item {
    pub(in super::super) retailer_id: String,
    pub(in super::super) name: String,
    /// Of one.
    pub(in super::super) amount: Amount,
    pub(in super::super) quantity: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) sale_amount: Option<Amount>,
}

/// When the button dies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Expiration {
    /// UTC seconds, as a string.
    pub(in super::super) timestamp: String,
    pub(in super::super) description: String,
}

/// What became of an order. At least one of the two is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct OrderStatus {
    pub(in super::super) reference_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) order: Option<OrderTold>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) payment: Option<PaymentTold>,
}

/// Where the order stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct OrderTold {
    pub(in super::super) status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) description: Option<String>,
}

/// What became of the money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct PaymentTold {
    pub(in super::super) status: String,
    /// UTC seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) timestamp: Option<i64>,
}

/// An approved template, filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Template {
    pub(in super::super) name: String,
    pub(in super::super) language: TemplateLanguage,
    pub(in super::super) components: Vec<Component>,
}

/// In which language it was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct TemplateLanguage {
    pub(in super::super) code: String,
}

/// What fills it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in super::super) enum Component {
    /// The button below it.
    Button { sub_type: String, index: u32, parameters: Vec<Parameter> },
    /// News of an order. Source: WhatsApp "Order status template" (India); undocumented for Brazil, we assume the same.
    OrderStatus { parameters: Vec<Parameter> },
}

/// A parameter of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in super::super) enum Parameter {
    Action { action: TemplateAction },
    OrderStatus { order_status: OrderStatus },
}

/// What a button of a template opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct TemplateAction {
    pub(in super::super) order_details: Box<OrderDetails>,
}

impl Message {
    /// To a buyer.
    pub(in super::super) fn new(to: &str, content: Content, callback: String) -> Self {
        Self {
            messaging_product: "whatsapp".to_owned(),
            recipient_type: "individual".to_owned(),
            to: to.to_owned(),
            content,
            biz_opaque_callback_data: Some(callback),
        }
    }
}

impl Content {
    /// An order as itself.
    pub(in super::super) fn order(details: OrderDetails, text: String, footer: String) -> Self {
        let interactive = Interactive {
            kind: "order_details".to_owned(),
            body: Text { text },
            footer: Some(Text { text: footer }),
            action: Action::ReviewAndPay(Box::new(details)),
        };
        Self::Interactive { interactive }
    }

    /// An order in a template.
    pub(in super::super) fn order_template(details: OrderDetails, name: &str, language: &str) -> Self {
        let action = TemplateAction { order_details: Box::new(details) };
        let button = Component::Button {
            sub_type: "order_details".to_owned(),
            index: 0,
            parameters: vec![Parameter::Action { action }],
        };
        Self::template(name, language, button)
    }

    /// News of an order as themselves.
    pub(in super::super) fn status(status: OrderStatus, text: String) -> Self {
        let interactive = Interactive {
            kind: "order_status".to_owned(),
            body: Text { text },
            footer: None,
            action: Action::ReviewOrder(status),
        };
        Self::Interactive { interactive }
    }

    /// News of an order in a template: of the order alone, no document has the payment there.
    pub(in super::super) fn status_template(status: OrderStatus, name: &str, language: &str) -> Self {
        let order_status = OrderStatus { payment: None, ..status };
        Self::template(
            name,
            language,
            Component::OrderStatus { parameters: vec![Parameter::OrderStatus { order_status }] },
        )
    }

    fn template(name: &str, language: &str, component: Component) -> Self {
        let template = Template {
            name: name.to_owned(),
            language: TemplateLanguage { code: language.to_owned() },
            components: vec![component],
        };
        Self::Template { template }
    }
}
