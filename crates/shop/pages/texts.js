// The shop's own texts, in the two languages of the demo. Used by shop.js and office.js.

const TEXTS = {
  "pt-BR": {
    language: "Idioma", currency: "Moeda", cart: "Seu carrinho", total: "Total", rehearse: "Ensaiar",
    buyer: "Quem compra", buyer_hint_BRL: "No ambiente de testes, a primeira palavra do nome decide o resultado.",
    buyer_hint_AUD: "No ambiente de testes, o número do cartão decide o resultado: 4242 4242 4242 4242 paga, 4000 0000 0000 3220 passa pela confirmação do banco, 4000 0000 0000 0002 é recusado.",
    buyer_known: "Bo Test (a loja já conhece o e-mail e o telefone)",
    buyer_ask: "Perguntar no checkout", buyer_plain: "Ana Souza (você paga na página do comprador)",
    buyer_paid: "PAID Souza (pago sozinho)", buyer_declined: "DECLINED Souza (recusado)",
    buyer_canceled: "CANCELED Souza (cancelado)", buyer_analysis: "IN_ANALYSIS Souza (em análise)",
    manual: "Só reservar o valor; cobrar no envio", sandbox: "Abrir a página do comprador",
    checkout: "Finalizar compra", pay: "Pagamento", order: "Pedido", again: "Montar outro pedido",
    fallback: "O pagamento não pôde ser aberto aqui. Fale com a loja e informe o número do pedido.",
    knows: "O que a loja sabe", knows_hint: "O que chegou em webhooks assinados, e o que a loja pode fazer com isso.",
    nothing: "Nenhum pedido ainda.", no_webhook: "Nenhum webhook ainda", webhooks: "Webhooks", refunds: "Devoluções",
    refund: "Devolver tudo", refund_part: "Devolver este valor", amount: "Valor a devolver", amount_hint: "Escreva um valor como 12,50.",
    capture: "Cobrar", cancel: "Liberar a reserva",
    requested: "Pedido aceito; o resultado chega por webhook.", refunded: "devolvido",
    events: "Eventos do componente", events_hint: "O que o elemento contou à página desde que ela foi aberta.",
    guest: "Visitante", sign_in: "Entrar como Ana", sign_out: "Sair",
    cards: "Pagar pelo WhatsApp", cards_hint: "Cartões que a processadora da loja já conhece. O de final 0002 é recusado.",
    card_store: "Guardar", card_forget: "Esquecer", card_stored: "Cartão guardado: o próximo pedido oferece o WhatsApp.",
    card_forgotten: "Cartão esquecido.", chat: "Abrir a conversa de Ana",
    shipped: "Avisar: enviado", completed: "Avisar: concluído", told: "Aviso a caminho da conversa.",
    fewer: "Menos", more: "Mais", unreachable: "A loja não respondeu. Tente de novo.", repeated: "repetido", older: "mais antigo",
  },
  en: {
    language: "Language", currency: "Currency", cart: "Your cart", total: "Total", rehearse: "Rehearse",
    buyer: "Who buys", buyer_hint_BRL: "In the sandbox, the first word of the name decides the outcome.",
    buyer_hint_AUD: "In the sandbox, the card number decides the outcome: 4242 4242 4242 4242 pays, 4000 0000 0000 3220 passes the bank's challenge, 4000 0000 0000 0002 is declined.",
    buyer_known: "Bo Test (the shop knows e-mail and phone)",
    buyer_ask: "Ask in the checkout", buyer_plain: "Ana Souza (you pay on the buyer page)",
    buyer_paid: "PAID Souza (pays by itself)", buyer_declined: "DECLINED Souza (declined)",
    buyer_canceled: "CANCELED Souza (canceled)", buyer_analysis: "IN_ANALYSIS Souza (under review)",
    manual: "Only reserve the amount; charge on dispatch", sandbox: "Open the buyer page",
    checkout: "Check out", pay: "Payment", order: "Order", again: "Start another order",
    fallback: "The payment cannot be opened here. Contact the shop and quote the order number.",
    knows: "What the shop knows", knows_hint: "What arrived in signed webhooks, and what the shop can do about it.",
    nothing: "No orders yet.", no_webhook: "No webhook yet", webhooks: "Webhooks", refunds: "Refunds",
    refund: "Refund all", refund_part: "Refund this amount", amount: "Amount to refund", amount_hint: "Write an amount like 12.50.",
    capture: "Capture", cancel: "Release the reservation",
    requested: "Accepted; the result arrives as a webhook.", refunded: "refunded",
    events: "Events of the component", events_hint: "What the element has told the page since it was opened.",
    guest: "Guest", sign_in: "Sign in as Ana", sign_out: "Sign out",
    cards: "Pay in WhatsApp", cards_hint: "Cards that the shop's card processor knows already. The one that ends in 0002 is declined.",
    card_store: "Store", card_forget: "Forget", card_stored: "Card stored: the next order offers WhatsApp.",
    card_forgotten: "Card forgotten.", chat: "Open Ana's chat",
    shipped: "Tell: shipped", completed: "Tell: completed", told: "The message is on its way to the chat.",
    fewer: "Fewer", more: "More", unreachable: "The shop did not answer. Try again.", repeated: "repeated", older: "older",
  },
};

/** The page's language, as the server wrote it. */
export const lang = document.documentElement.lang === "en" ? "en" : "pt-BR";

/** A text by its key. */
export const text = (key) => TEXTS[lang][key];

/** Minor units as people write money. */
export const money = (minor, currency) =>
  new Intl.NumberFormat(lang, { style: "currency", currency }).format(minor / 100);

/** Reads what a person wrote as an amount of money: minor units, or nothing. */
export function toMinor(written) {
  const [, whole, cents = ""] = /^\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*$/.exec(written) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(cents.padEnd(2, "0"));
}

/** Makes an element; children are elements or plain text, so nothing is ever read as HTML. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
