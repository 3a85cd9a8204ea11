//! What buyers read in the chat, in the session's language. Pure.

use serde::{Deserialize, Serialize};
use umclique_wire::Money;

/// A language that there are texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Language {
    Pt,
    En,
}

impl Language {
    /// The session's: Brazilian Portuguese unless it asked for English.
    pub(super) fn of(locale: Option<&str>) -> Self {
        let is_english = |tag: &str| tag.split('-').next().is_some_and(|it| it.eq_ignore_ascii_case("en"));
        if locale.is_some_and(is_english) { Self::En } else { Self::Pt }
    }
}

/// What is said.
#[derive(Clone, Copy, Debug)]
pub(super) enum Say<'a> {
    /// Above the order.
    Order { order: &'a str, shop: &'a str },
    /// All of it as one line.
    Whole { order: &'a str },
    /// Below it.
    Card(&'a str),
    /// What ends at the order's expiry.
    Expires,
    /// The money was taken.
    Paid { order: &'a str },
    /// The money is reserved.
    Reserved { order: &'a str },
    /// The card was not charged, and another way to pay is offered.
    Failed { order: &'a str },
    /// Nobody waits for the payment any more.
    Closed { order: &'a str },
    /// The buyer confirmed too late, and nothing was charged.
    Late { order: &'a str },
    /// Money went back.
    Refunded { order: &'a str, amount: Money },
    /// Where the order stands, in the shop's word.
    Stands { order: &'a str, at: Standing },
}

/// Where an order stands for its buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Processing,
    PartiallyShipped,
    Shipped,
    Completed,
    Canceled,
}

/// The text.
pub(super) fn text(language: Language, say: Say<'_>) -> String {
    match language {
        Language::Pt => portuguese(say),
        Language::En => english(say),
    }
}

fn portuguese(say: Say<'_>) -> String {
    match say {
        Say::Order { order, shop } => {
            format!("Seu pedido {order} em {shop}. Toque para conferir e enviar o pagamento.")
        }
        Say::Whole { order } => format!("Pedido {order}"),
        Say::Card(last_four) => format!("Cartão final {last_four}"),
        Say::Expires => "Depois disso o pedido não pode mais ser pago aqui.".to_owned(),
        Say::Paid { order } => format!("Pagamento aprovado. Estamos preparando o pedido {order}."),
        Say::Reserved { order } => format!("O valor do pedido {order} foi reservado no seu cartão."),
        Say::Failed { order } => {
            format!(
                "O pagamento do pedido {order} não foi aprovado e nada foi cobrado. Escolha outra forma de pagar na loja."
            )
        }
        Say::Closed { order } => format!("O pedido {order} não será mais pago por aqui. Nada foi cobrado."),
        Say::Late { order } => {
            format!("O pedido {order} já não podia ser pago por aqui, e nada foi cobrado. Volte à loja para pagar.")
        }
        Say::Refunded { order, amount } => {
            format!(
                "Devolvemos {} do pedido {order}. O prazo até o crédito depende do banco do cartão.",
                price(amount, ',')
            )
        }
        Say::Stands { order, at } => match at {
            Standing::Processing => format!("O pedido {order} está sendo preparado."),
            Standing::PartiallyShipped => format!("Uma parte do pedido {order} foi enviada."),
            Standing::Shipped => format!("O pedido {order} foi enviado."),
            Standing::Completed => format!("O pedido {order} foi concluído."),
            Standing::Canceled => format!("O pedido {order} foi cancelado."),
        },
    }
}

fn english(say: Say<'_>) -> String {
    match say {
        Say::Order { order, shop } => format!("Your order {order} at {shop}. Tap to review it and send the payment."),
        Say::Whole { order } => format!("Order {order}"),
        Say::Card(last_four) => format!("Card ending in {last_four}"),
        Say::Expires => "After this time the order cannot be paid here.".to_owned(),
        Say::Paid { order } => format!("Payment approved. Order {order} is being prepared."),
        Say::Reserved { order } => format!("The amount of order {order} is reserved on your card."),
        Say::Failed { order } => {
            format!(
                "The payment of order {order} was not approved, and nothing was charged. Choose another way to pay in the shop."
            )
        }
        Say::Closed { order } => format!("Order {order} is no longer paid here. Nothing was charged."),
        Say::Late { order } => {
            format!("Order {order} could no longer be paid here, and nothing was charged. Go back to the shop to pay.")
        }
        Say::Refunded { order, amount } => {
            format!(
                "{} of order {order} went back to you. When it arrives depends on your card's bank.",
                price(amount, '.')
            )
        }
        Say::Stands { order, at } => match at {
            Standing::Processing => format!("Order {order} is being prepared."),
            Standing::PartiallyShipped => format!("A part of order {order} is on its way."),
            Standing::Shipped => format!("Order {order} is on its way."),
            Standing::Completed => format!("Order {order} is completed."),
            Standing::Canceled => format!("Order {order} is canceled."),
        },
    }
}

/// `R$ 12,34`.
fn price(amount: Money, point: char) -> String {
    format!("R$ {}", amount.to_decimal().replace('.', &point.to_string()))
}

/// At most `chars` characters: a longer text ends in an ellipsis.
pub(super) fn shortened(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use umclique_wire::Currency;

    #[test]
    fn a_language_is_english_or_portuguese() {
        for (locale, expected) in [
            (None, Language::Pt),
            (Some("pt-BR"), Language::Pt),
            (Some("en"), Language::En),
            (Some("EN-us"), Language::En),
            (Some("english"), Language::Pt),
            (Some("de"), Language::Pt),
        ] {
            assert_eq!(Language::of(locale), expected, "{locale:?}");
        }
    }

    #[test]
    fn a_long_text_is_shortened_by_characters_and_says_so() {
        assert_eq!(shortened("Café", 4), "Café");
        assert_eq!(shortened("Café da manhã", 5), "Café…");
        assert_eq!(shortened("Lata de tinta", 6), "Lata…");
        assert_eq!(shortened(&"é".repeat(61), 60).chars().count(), 60);
    }

    #[test]
    fn money_is_written_as_the_language_does() {
        let amount = Money::from_minor(123_450, Currency::Brl).expect("an amount");
        let say = Say::Refunded { order: "1001", amount };
        assert!(text(Language::Pt, say).contains("R$ 1234,50"));
        assert!(text(Language::En, say).contains("R$ 1234.50"));
    }
}
