// The buyer's chat: shows what the shop wrote, sends payments and words. Talks only to the sandbox's control API.
"use strict";

const API = "/_control/whatsapp";
const REFRESH_MS = 1000;
const STATES = {
  processing: "Being prepared",
  partially_shipped: "Partly shipped",
  shipped: "Shipped",
  completed: "Completed",
  canceled: "Canceled",
};

const byId = (id) => document.getElementById(id);
const money = new Intl.NumberFormat("pt-BR", { style: "currency", currency: "BRL" });
const clock = new Intl.DateTimeFormat("pt-BR", { hour: "2-digit", minute: "2-digit" });
let phone = new URLSearchParams(location.search).get("phone") ?? "";
let reviewed = null;
let timer = 0;
let isCutOff = false;

async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(API + path, { cache: "no-store", ...options });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `the sandbox answered ${response.status}`);
  return answer;
}

function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

const price = (minor) => money.format(minor / 100);

function line(text, minor, className = "") {
  return element("li", className, element("span", "", text), element("span", "", price(minor)));
}

function itemList(order) {
  const list = element("ul", "items");
  for (const item of order.items) list.append(line(`${item.quantity} × ${item.name}`, item.quantity * item.unit_amount_minor));
  const parts = order.parts ?? {};
  if (parts.tax_minor) list.append(line("Tax", parts.tax_minor));
  if (parts.shipping_minor) list.append(line("Shipping", parts.shipping_minor));
  if (parts.discount_minor) list.append(line("Discount", -parts.discount_minor));
  list.append(line("Total", order.amount_minor, "sum"));
  return list;
}

const cardText = (order) => `Card •••• ${order.card.last_four_digits}`;

function chips(order) {
  const list = element("ul", "chips");
  if (order.payment === "captured") list.append(element("li", "good", "✓ Paid"));
  if (order.payment === "pending") list.append(element("li", "", "Payment pending"));
  if (order.payment === "failed") list.append(element("li", "bad", "Payment failed"));
  if (STATES[order.status]) list.append(element("li", order.status === "canceled" ? "bad" : "", STATES[order.status]));
  if (order.is_expired && order.payment !== "captured") list.append(element("li", "", "Expired"));
  if (order.taps > 0 && order.can_pay && !order.payment) list.append(element("li", "", "Payment sent, the shop is working on it"));
  return list;
}

function orderBubble(item, bubble, order) {
  item.classList.add("order");
  item.dataset.order = order.reference_id;
  item.append(element("p", "name", `Order ${order.reference_id}`), element("p", "amount", price(order.amount_minor)));
  item.append(element("p", "", bubble.text), itemList(order));
  if (order.card) item.append(element("p", "card", cardText(order)));
  const state = chips(order);
  if (state.children.length > 0) item.append(state);
  if (!order.card || order.payment === "captured") return;
  const button = element("button", "", "Review and pay");
  button.type = "button";
  button.dataset.review = order.reference_id;
  button.setAttribute("aria-label", `Review and pay: ${price(order.amount_minor)}, order ${order.reference_id}`);
  button.disabled = !order.can_pay;
  button.addEventListener("click", () => review(order));
  item.append(button);
}

function statusText(bubble) {
  const said = [];
  if (bubble.payment === "captured") said.push("Paid");
  if (bubble.payment === "pending") said.push("Payment pending");
  if (bubble.payment === "failed") said.push("Payment failed");
  if (STATES[bubble.status]) said.push(STATES[bubble.status]);
  return said.join(" · ");
}

function draw(item, bubble) {
  item.className = bubble.from;
  item.replaceChildren();
  delete item.dataset.order;
  if (bubble.kind === "order" && bubble.order) orderBubble(item, bubble, bubble.order);
  else if (bubble.kind === "order_status") {
    item.append(element("p", "name", `Order ${bubble.reference_id} · ${statusText(bubble)}`), element("p", "", bubble.text));
  } else if (bubble.kind === "payment") item.append(element("p", "", `Payment sent for order ${bubble.reference_id}`));
  else item.append(element("p", "", bubble.kind === "template" ? `Template: ${bubble.text}` : (bubble.text ?? bubble.kind)));
  const when = element("time", "when", clock.format(new Date(bubble.at)));
  when.dateTime = bubble.at;
  item.append(when);
}

// Bubbles are kept and redrawn one by one, only where something changed, so that focus stays where it is.
function show(bubbles) {
  const list = byId("chat");
  const shown = bubbles.filter((bubble) => bubble.delivery !== "failed");
  const wanted = new Set(shown.map((bubble) => bubble.id));
  for (const item of [...list.children]) if (!wanted.has(item.dataset.id)) item.remove();
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const wasAtEnd = window.innerHeight + window.scrollY >= document.body.scrollHeight - 80;
  let isNew = false;
  shown.forEach((bubble, index) => {
    let item = known.get(bubble.id);
    const state = JSON.stringify({ ...bubble, delivery: undefined });
    if (!item) {
      isNew = true;
      item = element("li");
      item.dataset.id = bubble.id;
    }
    if (item.dataset.state !== state) {
      const hadFocus = item.contains(document.activeElement);
      item.dataset.state = state;
      draw(item, bubble);
      // The button may be gone; then the bubble itself is what was looked at.
      if (hadFocus) focusOn(item);
    }
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  if (isNew && wasAtEnd) window.scrollTo(0, document.body.scrollHeight);
  byId("empty").hidden = shown.length > 0;
}

function focusOn(item) {
  const button = item.querySelector("button:enabled");
  if (!button) item.tabIndex = -1;
  (button ?? item).focus();
}

// The same person with and without the ninth digit of a Brazilian mobile number.
const person = (number) => number.replace(/\D/g, "").replace(/^(55\d\d)9(\d{8})$/, "$1$2");

// Shows whose phone it is, and answers who; a phone that was asked for is waited for.
function offer(buyers) {
  const select = byId("buyer");
  phone ||= buyers[0]?.phone ?? "";
  const buyer = buyers.find((one) => person(one.phone) === person(phone));
  const options = buyers.map((one) => [`${one.name} · +${one.phone}`, one.phone]);
  if (!buyer && phone) options.unshift([`+${phone.replace(/\D/g, "")} · no messages yet`, phone]);
  const state = JSON.stringify(options);
  if (select.dataset.state !== state) {
    select.dataset.state = state;
    select.replaceChildren(...options.map(([text, value]) => new Option(text, value)));
  }
  select.value = buyer?.phone ?? phone;
  for (const name of ["buyer", "words", "say"]) byId(name).disabled = !phone;
  byId("title").textContent = buyer ? `${buyer.name}'s chat with the shop` : "The buyer's chat";
  return buyer;
}

async function refresh() {
  clearTimeout(timer);
  try {
    const { data } = await call("/buyers");
    const buyer = offer(data);
    if (buyer) {
      const { bubbles } = await call(`/chats/${buyer.phone}`);
      show(bubbles);
      // Who looks at the chat has read it.
      const isUnread = (bubble) => bubble.delivery === "sent" || bubble.delivery === "delivered";
      if (!document.hidden && bubbles.some(isUnread)) await call(`/buyers/${buyer.phone}/open`, {});
    } else show([]);
    if (isCutOff) tell("");
    isCutOff = false;
  } catch (error) {
    isCutOff = true;
    tell(error.message);
  }
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, REFRESH_MS);
}

// An alert by itself; it stays until the next act.
function tell(trouble) {
  byId("trouble").textContent = trouble;
}

function review(order) {
  tell("");
  reviewed = order;
  byId("review-order").replaceChildren(itemList(order));
  byId("review-card").textContent = cardText(order);
  byId("send-payment").disabled = false;
  byId("review").showModal();
  byId("review-title").focus();
}

async function sendPayment() {
  byId("send-payment").disabled = true;
  const order = reviewed;
  try {
    await call(`/orders/${encodeURIComponent(order.reference_id)}/tap`, {});
    byId("live").textContent = `Payment of ${price(order.amount_minor)} sent.`;
  } catch (error) {
    tell(`Not sent: ${error.message}.`);
  }
  byId("review").close();
  refresh();
}

async function say(event) {
  event.preventDefault();
  const words = byId("words").value.trim();
  if (!words || !phone) return;
  tell("");
  byId("words").value = "";
  try {
    await call(`/buyers/${encodeURIComponent(phone)}/text`, { body: words });
  } catch (error) {
    byId("words").value = words;
    tell(`Not sent: ${error.message}.`);
  }
  refresh();
}

byId("buyer").addEventListener("change", () => {
  phone = byId("buyer").value;
  history.replaceState(null, "", `?phone=${phone}`);
  refresh();
});
byId("reply").addEventListener("submit", say);
byId("send-payment").addEventListener("click", sendPayment);
byId("review-cancel").addEventListener("click", () => byId("review").close());
byId("review").addEventListener("close", () => {
  // Focus goes back to the order, whatever became of its button.
  const item = [...byId("chat").children].find((one) => one.dataset.order === reviewed?.reference_id);
  if (item) focusOn(item);
  reviewed = null;
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
refresh();
