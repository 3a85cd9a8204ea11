//! What the page of a return says, in both languages. Pure. A missing text does not compile.

use super::Lang;
use crate::payments::elsewhere::Stage;
use umclique_wire::{Currency, Money};

/// A stage in words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) hint: &'static str,
}

/// The heading, and what it means for the buyer.
pub(super) fn stage(lang: Lang, stage: Stage) -> Words {
    let (title, hint) = match lang {
        Lang::PtBr => in_portuguese(stage),
        Lang::En => in_english(stage),
    };
    Words { title, hint }
}

fn in_portuguese(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Open => (
            "Confirme o pagamento",
            "Você autorizou o pagamento no PicPay. Nada foi cobrado ainda. Pague só se este pedido é seu.",
        ),
        Stage::Confirming => (
            "Confirmando o pagamento",
            "Ainda estamos conferindo com o PicPay. Não pague de novo. Você pode fechar esta página: o resultado aparece na loja.",
        ),
        Stage::Paid => ("Pagamento aprovado", "Você pode voltar para a loja."),
        Stage::Reserved => ("Pagamento reservado", "O valor está reservado no PicPay. A loja conclui a cobrança."),
        Stage::PaidOtherwise => ("Este pedido já está pago", "Nada foi cobrado por esta página."),
        Stage::Declined => (
            "O pagamento não foi feito",
            "O PicPay não concluiu o pagamento. Nada foi cobrado. Volte para a loja e tente de novo.",
        ),
        Stage::Closed => {
            ("Este pagamento foi encerrado", "Nada foi cobrado por esta página. Volte para a loja e comece de novo.")
        }
        Stage::TimeOver => {
            ("O prazo deste pedido acabou", "Nada foi cobrado. Volte para a loja e faça um novo pedido.")
        }
        Stage::GivenBack => (
            "O pagamento chegou tarde demais",
            "O valor está sendo devolvido para a sua conta PicPay. Não pague de novo por esta página.",
        ),
    }
}

fn in_english(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Open => (
            "Confirm the payment",
            "You allowed the payment at PicPay. Nothing was charged yet. Pay only if this order is yours.",
        ),
        Stage::Confirming => (
            "Confirming the payment",
            "We are still checking with PicPay. Do not pay again. You may close this page: the shop shows the result.",
        ),
        Stage::Paid => ("Payment approved", "You can go back to the shop."),
        Stage::Reserved => ("Payment reserved", "The amount is reserved at PicPay. The shop completes the charge."),
        Stage::PaidOtherwise => ("This order is paid already", "Nothing was charged by this page."),
        Stage::Declined => (
            "The payment was not made",
            "PicPay did not complete the payment. Nothing was charged. Go back to the shop and try again.",
        ),
        Stage::Closed => {
            ("This payment was closed", "Nothing was charged by this page. Go back to the shop and begin again.")
        }
        Stage::TimeOver => {
            ("The time of this order is over", "Nothing was charged. Go back to the shop and order again.")
        }
        Stage::GivenBack => (
            "The payment came too late",
            "The amount is going back to your PicPay account. Do not pay again on this page.",
        ),
    }
}

/// Names of what is shown, and of what can be done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Labels {
    pub(super) shop: &'static str,
    pub(super) order: &'static str,
    pub(super) account: &'static str,
    pub(super) amount: &'static str,
    pub(super) pay: &'static str,
    pub(super) check: &'static str,
    pub(super) back: &'static str,
    pub(super) too_many: &'static str,
    pub(super) unavailable: &'static str,
}

pub(super) fn labels(lang: Lang) -> Labels {
    match lang {
        Lang::PtBr => Labels {
            shop: "Loja",
            order: "Pedido",
            account: "Conta PicPay",
            amount: "Total",
            pay: "Pagar",
            check: "Verificar agora",
            back: "Voltar para a loja",
            too_many: "Foram tentativas demais. Nada foi cobrado por esta. Espere um minuto e tente de novo.",
            unavailable: "Não foi possível responder agora. Espere um pouco e tente de novo: nada é cobrado duas vezes.",
        },
        Lang::En => Labels {
            shop: "Shop",
            order: "Order",
            account: "PicPay account",
            amount: "Total",
            pay: "Pay",
            check: "Check now",
            back: "Back to the shop",
            too_many: "These were too many tries. Nothing was charged by this one. Wait a minute and try again.",
            unavailable: "This cannot be answered now. Wait a little and try again: nothing is charged twice.",
        },
    }
}

/// `R$ 1.234,56`, or `R$1,234.56` in English.
pub(super) fn money(lang: Lang, amount: Money) -> String {
    let symbol = match amount.currency() {
        Currency::Brl => "R$",
        Currency::Aud => "A$",
    };
    let decimal = amount.to_decimal();
    let (whole, cents) = decimal.split_once('.').unwrap_or((&decimal, "00"));
    let (group, point, space) = match lang {
        Lang::PtBr => ('.', ',', "\u{a0}"),
        Lang::En => (',', '.', ""),
    };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    format!("{symbol}{space}{grouped}{point}{cents}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_each_language_does() {
        for (minor, pt_br, en) in [
            (1, "R$\u{a0}0,01", "R$0.01"),
            (6_000, "R$\u{a0}60,00", "R$60.00"),
            (100_000, "R$\u{a0}1.000,00", "R$1,000.00"),
            (123_456, "R$\u{a0}1.234,56", "R$1,234.56"),
            (999_999_999_999, "R$\u{a0}9.999.999.999,99", "R$9,999,999,999.99"),
        ] {
            let amount = Money::from_minor(minor, Currency::Brl).expect("an amount");
            assert_eq!((money(Lang::PtBr, amount), money(Lang::En, amount)), (pt_br.to_owned(), en.to_owned()));
        }
    }
}
