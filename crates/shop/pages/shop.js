// The shop's page: a cart, and the checkout element once there is an order. The worked example of the browser's side.
// It knows no prices of its own and no secret key; the session it holds opens one order and nothing else.

import { showOrders } from "./office.js";
import { lang, make, money, text } from "./texts.js";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const element = $("element");
const BUYERS = [
  ["buyer_plain", "Ana Souza"], ["buyer_paid", "PAID Souza"], ["buyer_declined", "DECLINED Souza"],
  ["buyer_canceled", "CANCELED Souza"], ["buyer_analysis", "IN_ANALYSIS Souza"], ["buyer_ask", null],
];

for (const place of document.querySelectorAll("[data-text]")) place.textContent = text(place.dataset.text);
for (const place of document.querySelectorAll("[data-label]")) place.ariaLabel = text(place.dataset.label);
for (const link of document.querySelectorAll("nav a")) if (link.lang === lang) link.ariaCurrent = "true";
for (const [key, name] of BUYERS) $("buyer").append(make("option", { value: name ?? "" }, text(key)));
const theme = query.get("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = element.theme = theme;
element.locale = lang;

// 1. The cart. Quantities belong to the browser, prices to the shop's back end.
const settings = await (await fetch("/shop/settings")).json();
const quantities = new Map(settings.products.map((product) => [product.id, 1]));
let orderKey = crypto.randomUUID();

function drawCart() {
  const rows = settings.products.map((product) => {
    const name = lang === "en" ? product.name_en : product.name_pt;
    const step = (label, sign, change) => {
      const button = make("button", { type: "button", ariaLabel: `${text(label)}: ${name}` }, sign);
      button.dataset.step = `${product.id}${change}`;
      button.addEventListener("click", () => changeQuantity(product.id, change));
      return button;
    };
    const price = make("span", { className: "price" }, money(product.unit_amount_minor, settings.currency));
    const count = make("output", {}, String(quantities.get(product.id)));
    return make("li", {}, make("span", {}, name, price),
      make("span", { className: "quantity" }, step("fewer", "−", -1), count, step("more", "+", +1)));
  });
  const focused = document.activeElement?.dataset.step;
  $("products").replaceChildren(...rows);
  if (focused) document.querySelector(`[data-step="${focused}"]`)?.focus();
  const total = settings.products.reduce((sum, product) => sum + product.unit_amount_minor * quantities.get(product.id), 0);
  $("total").textContent = money(total, settings.currency);
  $("checkout").disabled = total === 0;
}

function changeQuantity(id, change) {
  quantities.set(id, Math.min(99, Math.max(0, quantities.get(id) + change)));
  newCart();
  drawCart();
}

// 2. The order. The same key for the same cart: a second click leads to the same order, never to a second one.
function newCart() {
  orderKey = crypto.randomUUID();
}

function cart() {
  const items = [...quantities].filter(([, quantity]) => quantity > 0).map(([id, quantity]) => ({ id, quantity }));
  const name = $("buyer").value;
  const body = { items, locale: lang, capture: $("manual").checked ? "manual" : "automatic" };
  if (name) body.buyer = { name, email: "ana@example.com" };
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
const slot = (reference) => `umclique-shop:${reference}`;

function remember(reference, session) {
  sessionStorage.setItem(slot(reference), JSON.stringify(session));
  sessionStorage.setItem("umclique-shop", reference);
}

function open(reference, session) {
  $("reference").textContent = reference;
  $("pay").hidden = false;
  element.session = session;
  $("pay").scrollIntoView({ block: "nearest" });
}

function resume() {
  const reference = query.get("order") ?? sessionStorage.getItem("umclique-shop");
  const session = reference && sessionStorage.getItem(slot(reference));
  if (session) open(reference, JSON.parse(session));
}

function startAgain() {
  sessionStorage.removeItem("umclique-shop");
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
showOrders($("orders"));
