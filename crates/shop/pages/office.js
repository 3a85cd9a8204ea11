// "What the shop knows": orders, the webhooks that arrived, and what the shop can do. Used by shop.js.
// What is shown comes from the shop's back end, which believes signed webhooks only, never from the element's events.

import { make, money, text, toMinor } from "./texts.js";

const REFRESH_MS = 2000;
let shown = "";
/** Amounts that somebody is about to give back, by the order's reference. */
const written = new Map();

/** Draws the orders, and draws them again whenever they changed. */
export async function showOrders(place) {
  if (document.visibilityState === "visible") await refresh(place).catch(() => undefined);
  setTimeout(() => showOrders(place), REFRESH_MS);
}

async function refresh(place) {
  const { orders } = await (await fetch("/shop/orders")).json();
  const news = JSON.stringify(orders);
  // Buttons stay where they are, and keep the focus, unless there is something new.
  if (news === shown) return;
  shown = news;
  const rows = orders.map((order) => drawOrder(order, place));
  place.replaceChildren(...(rows.length ? rows : [make("p", { className: "hint" }, text("nothing"))]));
}

function drawOrder(order, place) {
  const payments = order.payments.map((payment) => make("li", {}, describe(payment, order.currency)));
  const webhooks = order.webhooks.map((hook) => {
    const notes = [hook.is_newest ? "" : text("older"), hook.times > 1 ? `${text("repeated")} ×${hook.times}` : ""];
    const note = notes.filter(Boolean).join(", ");
    return make("li", {}, make("code", {}, `${hook.type} ${hook.id}`), note ? ` (${note})` : "");
  });
  const title = make("header", {}, make("h3", {}, order.reference), make("span", {}, money(order.amount_minor, order.currency)));
  const said = make("p", { className: "hint", role: "status" });
  const row = make("article", { className: "order" }, title);
  row.dataset.reference = order.reference;
  if (payments.length) row.append(make("ul", {}, ...payments));
  row.append(make("p", { className: "hint" }, webhooks.length ? text("webhooks") : text("no_webhook")));
  if (webhooks.length) row.append(make("ul", { className: "webhooks" }, ...webhooks));
  const refunds = order.refunds.map((refund) => {
    const why = refund.failure ? `: ${refund.failure}` : "";
    return make("li", {}, `${money(refund.amount_minor, order.currency)} `, make("span", { className: "state" }, refund.status), why);
  });
  if (refunds.length) row.append(make("p", { className: "hint" }, text("refunds")), make("ul", { className: "refunds" }, ...refunds));
  row.append(make("div", { className: "deeds" }, ...deeds(order, said, place)), said);
  return row;
}

function describe(payment, currency) {
  const refunded = payment.refunded_minor ? `, ${money(payment.refunded_minor, currency)} ${text("refunded")}` : "";
  const flags = payment.flags?.length ? `, ${payment.flags.map((flag) => flag.kind ?? flag).join(", ")}` : "";
  return make("span", {}, make("code", {}, payment.id), ` ${payment.method} `, make("span", { className: "state" }, payment.status), refunded + flags);
}

function deeds(order, said, place) {
  const is = (status) => order.payments.find((payment) => payment.status === status);
  const paid = is("succeeded");
  const left = paid ? (paid.captured_minor ?? order.amount_minor) - (paid.refunded_minor ?? 0) : 0;
  const buttons = [];
  if (left > 0) buttons.push(deed("refund", "refunds", () => ({}), order, said, place));
  if (left > 0) buttons.push(refundPart(order, said, place));
  if (is("requires_capture")) {
    buttons.push(deed("capture", "capture", () => ({}), order, said, place), deed("cancel", "cancel", () => ({}), order, said, place));
  }
  // Only who paid in a chat hears there where the order stands.
  if (paid?.method === "whatsapp") {
    const tell = (status) => deed(status, "order_status", () => ({ status }), order, said, place, "told");
    buttons.push(tell("shipped"), tell("completed"));
  }
  return buttons;
}

/** An amount to write, and the button that gives it back. What was written outlives the drawing of other news. */
function refundPart(order, said, place) {
  const field = make("input", { inputMode: "decimal", autocomplete: "off", value: written.get(order.reference) ?? "" });
  field.addEventListener("input", () => written.set(order.reference, field.value));
  const body = () => {
    const amount_minor = toMinor(field.value);
    return amount_minor === undefined ? undefined : { amount_minor };
  };
  const button = deed("refund_part", "refunds", body, order, said, place);
  return make("div", { className: "part" }, make("label", {}, text("amount"), field), button);
}

/** A button. Each body has one key, made here, so that an impatient second click asks for the same refund. */
function deed(label, action, makeBody, order, said, place, done = "requested") {
  const keys = {};
  const button = make("button", { type: "button" }, text(label));
  button.dataset.deed = label;
  button.addEventListener("click", async () => {
    const body = JSON.stringify(makeBody());
    if (!body) {
      said.textContent = text("amount_hint");
      return;
    }
    const key = keys[body] ??= crypto.randomUUID();
    written.delete(order.reference);
    button.disabled = true;
    try {
      const answer = await fetch(`/shop/orders/${encodeURIComponent(order.reference)}/${action}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body,
      });
      said.textContent = answer.ok ? text(done) : (await answer.json()).detail;
    } catch {
      said.textContent = text("unreachable");
    }
    button.disabled = false;
    await refresh(place).catch(() => undefined);
  });
  return button;
}
