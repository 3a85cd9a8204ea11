// The shop's page: a cart, and the checkout element once there is an order. The worked example of the browser's side.
// It knows no prices of its own and no secret key; the session it holds opens one order and nothing else.

import { showAccount } from "./account.js";
import { showOrders } from "./office.js";
import { lang, make, money, text } from "./texts.js";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const element = $("element");
const { currency } = document.documentElement.dataset;
const ana = (name) => ({ name, email: "ana@example.com" });
const BUYERS = {
  BRL: [
    ["buyer_plain", ana("Ana Souza")], ["buyer_paid", ana("PAID Souza")], ["buyer_declined", ana("DECLINED Souza")],
    ["buyer_canceled", ana("CANCELED Souza")], ["buyer_analysis", ana("IN_ANALYSIS Souza")], ["buyer_ask", null],
  ],
  AUD: [["buyer_known", { name: "Bo Test", email: "bo@example.com", phone: "+61400000000" }], ["buyer_ask", null]],
}[currency];

for (const place of document.querySelectorAll("[data-text]")) place.textContent = text(place.dataset.text);
for (const place of document.querySelectorAll("[data-label]")) place.ariaLabel = text(place.dataset.label);
for (const link of document.querySelectorAll("nav a")) drawLink(link);
for (const [key, buyer] of BUYERS) $("buyer").append(make("option", { value: buyer?.name ?? "" }, text(key)));
$("buyer-hint").textContent = text(`buyer_hint_${currency}`);
const theme = query.get("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = element.theme = theme;
element.locale = lang;

/** A choice of language or currency keeps the other choices of this page. */
function drawLink(link) {
  if (link.lang === lang || link.dataset.currency === currency) link.ariaCurrent = "true";
  const chosen = new URLSearchParams(link.search);
  for (const name of ["lang", "currency", "theme"]) if (query.has(name) && !chosen.has(name)) chosen.set(name, query.get(name));
  link.search = chosen;
}

// 1. The cart. Quantities belong to the browser, prices to the shop's back end.
const settings = await (await fetch("/shop/settings")).json();
const { products } = settings.shelves.find((shelf) => shelf.currency === currency);
// The cart outlives the way to a provider's page and back.
const kept = `umclique-shop:cart:${currency}`;
const filled = JSON.parse(sessionStorage.getItem(kept) ?? "{}");
const quantities = new Map(products.map(({ id, suggested_quantity }) => [id, filled[id] ?? suggested_quantity]));
let orderKey = crypto.randomUUID();

function drawCart() {
  const rows = products.map((product) => {
    const name = lang === "en" ? product.name_en : product.name_pt;
    const step = (label, sign, change) => {
      const button = make("button", { type: "button", ariaLabel: `${text(label)}: ${name}` }, sign);
      button.dataset.step = `${product.id}${change}`;
      button.addEventListener("click", () => changeQuantity(product.id, change));
      return button;
    };
    const price = make("span", { className: "price" }, money(product.unit_amount_minor, currency));
    const count = make("output", {}, String(quantities.get(product.id)));
    return make("li", {}, make("span", {}, name, price),
      make("span", { className: "quantity" }, step("fewer", "−", -1), count, step("more", "+", +1)));
  });
  const focused = document.activeElement?.dataset.step;
  $("products").replaceChildren(...rows);
  if (focused) document.querySelector(`[data-step="${focused}"]`)?.focus();
  const total = products.reduce((sum, product) => sum + product.unit_amount_minor * quantities.get(product.id), 0);
  $("total").textContent = money(total, currency);
  $("checkout").disabled = total === 0;
}

function changeQuantity(id, change) {
  quantities.set(id, Math.min(99, Math.max(0, quantities.get(id) + change)));
  sessionStorage.setItem(kept, JSON.stringify(Object.fromEntries(quantities)));
  newCart();
  drawCart();
}

// 2. The order. The same key for the same cart: a second click leads to the same order, never to a second one.
function newCart() {
  orderKey = crypto.randomUUID();
}

function cart() {
  const items = [...quantities].filter(([, quantity]) => quantity > 0).map(([id, quantity]) => ({ id, quantity }));
  const buyer = $("guest").hidden ? null : BUYERS.find(([, known]) => (known?.name ?? "") === $("buyer").value)?.[1];
  const body = { items, locale: lang, capture: $("manual").checked ? "manual" : "automatic" };
  if (buyer) body.buyer = buyer;
  return body;
}

async function checkOut() {
  $("checkout").disabled = true;
  $("failure").hidden = true;
  try {
    const answer = await fetch("/shop/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": orderKey },
      body: JSON.stringify(cart()),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail);
    remember(body.order.reference, body.session);
    open(body.order.reference, body.session);
  } catch (error) {
    $("failure").textContent = error instanceof TypeError ? text("unreachable") : error.message;
    $("failure").hidden = false;
  } finally {
    $("checkout").disabled = false;
  }
}

// 3. The checkout. A reload finds the session again, and the element asks the server where the order stands.
// Each currency has an open order of its own: the page's policy fits one currency only.
const current = `umclique-shop:${currency}`;
const slot = (reference) => `umclique-shop:${reference}`;

function remember(reference, session) {
  sessionStorage.setItem(slot(reference), JSON.stringify(session));
  sessionStorage.setItem(current, reference);
}

function open(reference, session) {
  $("reference").textContent = reference;
  $("pay").hidden = false;
  element.session = session;
  $("pay").scrollIntoView({ block: "nearest" });
}

function resume() {
  const reference = query.get("order") ?? sessionStorage.getItem(current);
  const session = reference && sessionStorage.getItem(slot(reference));
  // Whoever comes back from a provider in another browser has no session here; the element then goes on by itself.
  if (session) open(reference, JSON.parse(session));
}

function startAgain() {
  sessionStorage.removeItem(current);
  const url = new URL(location.href);
  url.searchParams.delete("order");
  location.replace(url);
}

for (const name of ["ready", "change", "paid", "failed", "error"]) {
  element.addEventListener(`umclique-${name}`, ({ type, detail }) => {
    $("log").append(make("li", {}, make("code", {}, `${type} ${JSON.stringify(detail ?? null)}`)));
    if ($("log").childElementCount > 50) $("log").firstElementChild.remove();
    if (name === "paid") newCart();
  });
}

if (settings.sandbox) {
  $("sandbox-link").href = `${settings.sandbox}/_buyer`;
  $("sandbox").hidden = false;
}
$("checkout").addEventListener("click", checkOut);
$("again").addEventListener("click", startAgain);
$("buyer").addEventListener("change", newCart);
$("manual").addEventListener("change", newCart);
drawCart();
resume();
showAccount(newCart, settings.sandbox);
showOrders($("orders"));
