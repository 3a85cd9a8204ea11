// Who is signed in, and the cards that are stored for paying in WhatsApp. Used by shop.js.
// The browser knows neither password nor card number: signing in sets a cookie that no script reads, and a card is stored by the name
// that the shop's card processor has for it.

import { make, text } from "./texts.js";

const $ = (id) => document.getElementById(id);

let sandbox = null;

/** Draws who is signed in, and calls `changed` after whoever it is has signed in or out. `origin` is the sandbox's, if there is one. */
export async function showAccount(changed, origin) {
  sandbox = origin;
  // Whoever cannot be asked about is a guest to this page; the back end knows better.
  draw((await call("GET", "/shop/account").catch(() => ({ account: null }))).account);
  $("account").addEventListener("click", async () => {
    const isGuest = $("account").dataset.deed === "sign-in";
    try {
      draw((await call(isGuest ? "POST" : "DELETE", "/shop/account", isGuest ? { account: "ana" } : undefined)).account);
      changed();
    } catch {
      $("who").textContent = text("unreachable");
    }
  });
}

function draw(account) {
  $("who").textContent = account ? account.name : text("guest");
  $("account").textContent = text(account ? "sign_out" : "sign_in");
  $("account").dataset.deed = account ? "sign-out" : "sign-in";
  // Of somebody who is signed in the shop knows everything; only guests play a part.
  $("guest").hidden = Boolean(account);
  $("cards").hidden = !account;
  // Where a person plays Ana in WhatsApp.
  $("chat").hidden = !sandbox;
  if (account) $("chat-link").href = `${sandbox}/_buyer/whatsapp?phone=${account.phone.replace("+", "")}`;
  if (account) drawCards().catch((error) => say(error.message));
}

async function drawCards() {
  const { stored, cards } = await call("GET", "/shop/account/cards");
  const focused = document.activeElement?.dataset.card;
  $("card-list").replaceChildren(...cards.map((card) => {
    const known = stored.find(({ last_four_digits }) => last_four_digits === card.last_four_digits);
    return make("li", {}, make("span", {}, `${card.brand} •••• ${card.last_four_digits}`), deed(card, known));
  }));
  if (focused) document.querySelector(`[data-card="${focused}"]`)?.focus();
}

/** Stores the card, or forgets it. A press has one key, so that the same press never stores it twice. */
function deed(card, known) {
  const label = text(known ? "card_forget" : "card_store");
  const button = make("button", { type: "button", ariaLabel: `${label}: ${card.brand} ${card.last_four_digits}` }, label);
  button.dataset.card = card.last_four_digits;
  button.dataset.deed = known ? "forget" : "store";
  const key = crypto.randomUUID();
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (known) await call("DELETE", `/shop/account/cards/${known.id}`);
      else await call("POST", "/shop/account/cards", { psp_reference: card.psp_reference }, key);
      say(text(known ? "card_forgotten" : "card_stored"));
      await drawCards();
    } catch (error) {
      say(error.message);
    }
    button.disabled = false;
  });
  return button;
}

function say(words) {
  $("card-said").textContent = words;
}

async function call(method, path, body, key) {
  const headers = { "Content-Type": "application/json", ...(key ? { "Idempotency-Key": key } : {}) };
  const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}
