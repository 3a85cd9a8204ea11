// The preview page of `trunk serve`; no part of the component. Trunk loads the WebAssembly itself and names its files by their
// hash, so this page calls the module's own `mount` where a shop would use the element.

const say = (text) => { document.getElementById('state').textContent = text; };
const events = document.getElementById('events');
let handle;

const bindings = () => new Promise((resume) => {
  if (window.wasmBindings) resume(window.wasmBindings);
  else addEventListener('TrunkApplicationStarted', () => resume(window.wasmBindings), { once: true });
});

async function newSession() {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const body = JSON.stringify({ items: [{ id: 'mug', quantity: 1 }], locale: document.documentElement.lang });
  const answer = await fetch('/shop/sessions', { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`the shop answered ${answer.status}`);
  return (await answer.json()).session;
}

async function show() {
  const [{ mount, draw, unwrap }, session, styles] = await Promise.all([
    bindings(), newSession(), fetch('umclique.css').then((answer) => answer.text()),
  ]);
  const emit = (name, detail) => { events.textContent += `${name} ${JSON.stringify(detail)}\n`; };
  const host = document.getElementById('checkout');
  const { open } = await import('./umclique_april.js');
  const frame = (order) => open(order, host, '127.0.0.1:8090');
  const redirect = await import('./umclique_redirect.js');
  const away = (name, ...values) => redirect[name](host, ...values);
  const options = { session, emit, frame, away, drawer: async () => ({ draw, unwrap }) };
  say('Sessão pronta.');
  if (handle) return handle.update(options);
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [await new CSSStyleSheet().replace(styles)];
  handle = mount(root, options);
}

const start = () => show().catch((error) => say(`Sem sessão (${error.message}). Rode "cargo xtask demo" e tente de novo.`));
document.getElementById('again').addEventListener('click', start);
start();
