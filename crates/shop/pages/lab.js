// Pages for tests of embedding. Each makes its orders, puts elements in odd places, and lists them in window.umcliqueLab.
// Two elements, shadow roots within shadow roots, a server on another origin, a policy without WebAssembly, React under StrictMode, and
// nothing at all.

const query = new URLSearchParams(location.search);
const place = document.getElementById("place");
const lab = { elements: [], orders: [], events: [] };
window.umcliqueLab = lab;

/** Makes an order of `quantity` mugs, or chairs where prices are in Australian dollars, and gives its session. */
lab.order = async (quantity = 1) => {
  const [id, buyer] = {
    BRL: ["mug", { name: query.get("buyer") ?? "Ana Souza", email: "ana@example.com", tax_id: "52998224725" }],
    AUD: ["chair", { name: "Bo Test", email: "bo@example.com", phone: "+61400000000" }],
  }[document.documentElement.dataset.currency];
  const body = { items: [{ id, quantity }], buyer, locale: document.documentElement.lang };
  const answer = await fetch("/shop/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  const made = await answer.json();
  if (!answer.ok) throw new Error(made.detail);
  lab.orders.push(made.order);
  return made.session;
};

/** Gives what notes an event of the element at this position. */
lab.note = (position) => ({ type, detail }) => {
  lab.events.push({ position, type, detail });
  const row = document.createElement("li");
  row.textContent = `${position} ${type} ${JSON.stringify(detail ?? null)}`;
  document.getElementById("log").append(row);
};

/** Makes an element with a fallback, and notes its events. */
lab.element = (parent) => {
  const element = document.createElement("umclique-checkout");
  element.setAttribute("script-hosts", document.body.dataset.scriptHosts);
  const fallback = document.createElement("p");
  fallback.className = "fallback";
  fallback.slot = "fallback";
  fallback.textContent = "Fallback";
  element.append(fallback);
  const position = lab.elements.push(element) - 1;
  for (const name of ["ready", "change", "paid", "failed", "error"]) {
    element.addEventListener(`umclique-${name}`, lab.note(position));
  }
  parent.append(element);
  return element;
};

/** A shadow root in a new element of `parent`. */
const root = (parent, mode) => {
  const host = document.createElement("div");
  parent.append(host);
  return host.attachShadow({ mode });
};

const pages = {
  bare: async () => undefined,
  two: async () => {
    const [first, second] = [lab.element(place), lab.element(place)];
    first.session = await lab.order(1);
    second.session = await lab.order(2);
  },
  nested: async () => {
    const [open, closed] = [lab.element(root(root(place, "open"), "open")), lab.element(root(root(place, "open"), "closed"))];
    open.session = await lab.order(1);
    closed.session = await lab.order(2);
  },
  cross: async () => {
    const element = lab.element(place);
    element.server = query.get("server");
    element.session = await lab.order(1);
  },
  "strict-mode": async () => {
    const { embed } = await import("/shop/assets/strict-mode.js");
    embed(place, query.get("by"), await lab.order(1));
  },
  "no-wasm": async () => {
    lab.element(place).session = await lab.order(1);
  },
};

await pages[document.body.dataset.page]();
