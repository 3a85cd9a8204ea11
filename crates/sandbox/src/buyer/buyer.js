// The buyer page: lists what waits to be paid, pays or refuses it. Talks only to the sandbox's control API.
"use strict";

const API = "/_control/epag/payments";
const REFRESH_MS = 1000;
const ACTS = [
  { verb: "pay", label: "Pay", done: "paid", quiet: false },
  { verb: "decline", label: "Decline", done: "declined", quiet: true },
  { verb: "expire", label: "Let expire", done: "expired", quiet: true },
];

const byId = (id) => document.getElementById(id);
const money = new Intl.NumberFormat("pt-BR", { style: "currency", currency: "BRL" });
let scanned = new URLSearchParams(location.search).get("code") ?? "";
let timer = 0;

async function call(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `the sandbox answered ${response.status}`);
  return body;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function amountOf(payment) {
  return money.format(payment.customer_amount_minor / 100);
}

function row(payment) {
  const item = element("li");
  item.dataset.payment = payment.payment_token;
  item.append(element("p", "amount", amountOf(payment)), element("p", "facts"), element("div", "row acts"));
  const [, facts, acts] = item.children;
  facts.append("to ", element("b", "", payment.payee), " · order ", element("b", "", payment.reference));
  facts.append(element("span", "state", ""));
  for (const act of ACTS) {
    const button = element("button", act.quiet ? "quiet" : "", act.label);
    button.type = "button";
    button.id = `${act.verb}-${payment.payment_token}`;
    button.dataset[act.verb] = payment.payment_token;
    button.setAttribute("aria-label", `${act.label}: ${amountOf(payment)}, order ${payment.reference}`);
    button.addEventListener("click", () => perform(act, payment, item));
    acts.append(button);
  }
  return item;
}

// Rows are kept, moved and removed one by one, so that focus stays where it is.
function show(payments) {
  const list = byId("payments");
  const open = new Map(payments.map((payment) => [payment.payment_token, payment]));
  for (const item of [...list.children]) if (!open.has(item.dataset.payment)) item.remove();
  const rows = new Map([...list.children].map((item) => [item.dataset.payment, item]));
  payments.forEach((payment, index) => {
    const item = rows.get(payment.payment_token) ?? row(payment);
    item.classList.toggle("scanned", scanned !== "");
    const state = payment.pending ? " · being canceled" : payment.status === "IN_ANALYSIS" ? " · in analysis" : "";
    const shown = item.querySelector(".state");
    if (shown.textContent !== state) shown.textContent = state;
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  byId("empty").hidden = payments.length > 0 || scanned !== "";
}

async function refresh() {
  clearTimeout(timer);
  try {
    const query = scanned ? `?code=${encodeURIComponent(scanned)}` : "?open=true&limit=50";
    const { data } = await call(API + query);
    const open = data.filter((payment) => payment.is_open);
    byId("code-error").textContent =
      scanned && open.length === 0 ? `This payment is ${data[0].status}; it cannot be paid.` : "";
    show(open);
  } catch (error) {
    byId("code-error").textContent = error.message;
    if (scanned) show([]);
  }
  if (!document.hidden) timer = setTimeout(refresh, REFRESH_MS);
}

async function perform(act, payment, item) {
  const hadFocus = item.contains(document.activeElement);
  for (const button of item.querySelectorAll("button")) button.disabled = true;
  let said = `${amountOf(payment)} for order ${payment.reference}: ${act.done}.`;
  try {
    await call(`${API}/${payment.payment_token}/${act.verb}`, { method: "POST" });
  } catch (error) {
    said = `${amountOf(payment)} for order ${payment.reference}: not done, ${error.message}.`;
    for (const button of item.querySelectorAll("button")) button.disabled = false;
  }
  byId("live").textContent = said;
  byId("done").prepend(element("li", "", said));
  byId("done-section").hidden = false;
  // The pressed button goes with its row; focus stays in the list.
  if (hadFocus) byId("list-title").focus();
  scan("");
}

function scan(code) {
  scanned = code.trim();
  byId("code").value = scanned;
  byId("show-all").hidden = scanned === "";
  refresh();
}

byId("find").addEventListener("click", () => scan(byId("code").value));
byId("show-all").addEventListener("click", () => scan(""));
byId("code").addEventListener("keydown", (event) => { if (event.key === "Enter") scan(byId("code").value); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
scan(scanned);
