// The custom element <umclique-checkout>: a shadow root for the WebAssembly to draw into, and properties for the page. Loaded by
// shop pages. Knows nothing of payments, keeps no secret in an attribute, and does nothing when imported outside of a browser.

const INTEGRITY = {}; // `cargo xtask package` writes here the SHA-384 of the files below.
const [WASM, GLUE, CSS] = ['umclique_wasm_bg.wasm', 'umclique_wasm.js', 'umclique.css'];
const [QR_WASM, QR_GLUE, APRIL, REDIRECT] = ['umclique_qr_bg.wasm', 'umclique_qr.js', 'umclique_april.js', 'umclique_redirect.js'];
const HEADER = "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'";
const IN_BROWSER = typeof document === 'object' && typeof customElements === 'object';
// The room that a method with one field takes; on the smallest phones its texts break.
const BASE = ':host{display:block;min-height:var(--umclique-min-height,360px)}@media(max-width:350px){:host{min-height:var(--umclique-min-height,425px)}}:host([hidden]){display:none}';
const live = new Set();
let generation = 0, parts, started, drawer, baseSheet;

const at = (name) => new URL(name, import.meta.url).href;
const trouble = (code, message, more) => Object.assign(new Error(message), { code, ...more });
const wait = (wait_ms) => new Promise((resume) => setTimeout(resume, wait_ms));

const thrice = async (load, tries = 0) => load(tries).catch(async (error) => {
  if (tries === 2) throw trouble('network', `${error?.message ?? error}`);
  await wait(400 << tries);
  return thrice(load, tries + 1);
});
const get = (name) => thrice(async () => {
  const response = await fetch(at(name), { integrity: INTEGRITY[name] ?? '' });
  if (!response.ok) throw new Error(`${at(name)} answered ${response.status}`);
  return response;
});
// A module that was imported once stays as it is, and so does its failure: another try, like another instance, takes another query.
const bring = (name) => thrice((tries) => import(at(name) + (tries ? `?${tries}` : '')));
const importGlue = () => thrice((tries) => import(at(GLUE) + (generation || tries ? `?${generation}.${tries}` : '')));

// A page that may not compile the smallest module there is may not compile ours.
function mayCompile() {
  try { return !!new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); } catch { return false; }
}
async function compile() {
  if (typeof WebAssembly !== 'object') throw trouble('wasm-unsupported', 'this browser has no WebAssembly (Lockdown Mode removes it)');
  const response = await get(WASM);
  const isTyped = response.headers.get('content-type')?.startsWith('application/wasm');
  try {
    return await (isTyped ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
  } catch (error) {
    throw mayCompile() ? error : trouble('csp-blocked', `script-src needs 'wasm-unsafe-eval', as in ${HEADER}`, { header: HEADER });
  }
}
function load() {
  const sheet = async () => new CSSStyleSheet().replace(await (await get(CSS)).text());
  parts ??= [compile(), sheet(), importGlue()];
  for (const part of parts) part.catch(() => {}); // Reported by whoever starts.
  return parts;
}
// What draws QR codes comes when the component asks, after its first screen: no method waits for it.
const loadDrawer = () => (drawer ??= start().then(async ({ glue }) => {
  if (glue.draw) return glue; // A build that has it inside.
  const own = await bring(QR_GLUE);
  await own.default({ module_or_path: await get(QR_WASM) });
  return own;
}).catch(() => (drawer = undefined)));
// What puts April's frame on the page comes with the first order for one. Closed, an order says nothing more, wherever it is.
function openFrame(order, host) {
  const frame = bring(APRIL).then(({ open }) => open(order, host, host['script-hosts']));
  frame.catch(() => order.say?.({ name: 'failed', why: 'script', round: order.round, mount: order.mount, is_challenge: !!order.action }));
  const pass = (name) => (...values) => frame.then((it) => it[name](...values)).catch(() => {});
  return { submit: pass('submit'), challenge: pass('challenge'), close() { order.say = undefined; pass('close')(); } };
}
// A provider's page in this tab: only for buyers who go there, or come from there.
const away = async (name, ...values) => (await bring(REDIRECT))[name](...values);
// One instance serves all elements of a page; they share the compiled module, the memory and the scheduler.
const start = () => (started ??= Promise.all(load()).then(async ([module, sheet, glue]) => {
  await glue.default({ module_or_path: module });
  return { glue, sheet };
}).catch((error) => {
  parts = started = undefined;
  throw error;
}));
// A trap ends an instance for good: every element gets another one and resumes from the server, at most twice.
function onError({ error, reason }) {
  const trap = error ?? reason;
  if (typeof WebAssembly !== 'object' || !(trap instanceof WebAssembly.RuntimeError) || !/umclique_wasm/.test(trap.stack)) return false;
  const from = Number(/umclique_wasm\.js\?(\d+)/.exec(trap.stack)?.[1] ?? (/umclique_wasm\.js/.test(trap.stack) ? 0 : generation));
  if (from !== generation) return true; // The dead instance's last words.
  generation++;
  started = drawer = undefined;
  if (parts) parts[2] = importGlue();
  for (const element of live) element._restart(generation > 2);
  return true;
}
const watchErrors = (how) => ['error', 'unhandledrejection'].forEach((name) => globalThis[how](name, onError));

export class UmcliqueCheckout extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = ['server', 'locale', 'theme', 'script-hosts'];
  #session = null; #handle; #first; #abort; #grace; #isQueued = false; #turn = 0; #order; #frame;

  constructor() {
    super();
    if (!baseSheet) (baseSheet = new CSSStyleSheet()).replaceSync(BASE);
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [baseSheet];
  }
  connectedCallback() {
    clearTimeout(this.#grace); // Frameworks that move or re-mount an element put it back within one task.
    for (const name of ['session', ...UmcliqueCheckout.observedAttributes]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name]; // Set before this class was known.
      delete this[name];
      this[name] = value;
    }
    if (live.has(this)) return void (this.#order?.say && this.#start()); // A frame that was moved has lost what was in it.
    if (!live.size) watchErrors('addEventListener');
    live.add(this);
    this.#start();
  }
  disconnectedCallback() {
    this.#grace = setTimeout(() => {
      this.#stop();
      live.delete(this);
      if (!live.size) watchErrors('removeEventListener');
    });
  }
  attributeChangedCallback(name) { if (name === 'server' || name === 'locale') this.#changed(); }

  get session() { return this.#session; }
  set session(value) {
    const { id, client_secret } = value ?? {};
    if (id === this.#session?.id && client_secret === this.#session?.client_secret) return;
    const isUsable = /^cs_[0-9A-Za-z]{8,}$/.test(id) && typeof client_secret === 'string' && client_secret !== '';
    if (value && !isUsable) this.#emit('umclique-error', { code: 'bad-session', message: "session must be the server's { id, client_secret }" });
    this.#session = isUsable ? { id, client_secret } : null;
    this.#changed();
  }
  submit() { this.#call('submit'); }
  reload() { if (this.#handle) this.#call('reload'); else if (live.has(this)) this.#start(); }

  /** @private */ _restart(isOver) {
    if (isOver) this.#fail(trouble('crashed', 'the checkout stopped three times; the session is safe with the server'));
    else this.#start();
  }
  #emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true })); }
  #changed() {
    if (this.#isQueued || !live.has(this)) return;
    this.#isQueued = true; // Properties are set one by one; what they mean together is looked at once.
    queueMicrotask(() => {
      this.#isQueued = false;
      if (this.#handle) this.#call('update', this.#options());
      else this.#ask();
    });
  }
  #ask() { // While the WebAssembly is on its way. A failure here only means that it asks again.
    this.#abort?.abort();
    this.#first = undefined;
    if (!this.#session) return;
    this.#abort = new AbortController();
    const headers = { accept: 'application/json', authorization: `Bearer ${this.#session.client_secret}` };
    const url = `${this.server.replace(/\/+$/, '')}/v1/checkout_sessions/${this.#session.id}`;
    this.#first = fetch(url, { headers, signal: this.#abort.signal }).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  }
  #options() {
    const first = this.#first;
    this.#first = undefined;
    const emit = (name, detail) => this.#emit(name, detail);
    const frame = (order) => (this.#frame = openFrame(this.#order = order, this));
    const visit = (name, ...values) => away(name, this, ...values);
    return { session: this.#session, server: this.server, locale: this.locale, first, drawer: loadDrawer, frame, away: visit, emit };
  }
  async #start() {
    this.#stop();
    const turn = this.#turn;
    if (/[?&]umclique_session=/.test(location.search)) away('arrive', this).catch(() => {});
    this.#ask();
    try {
      const { glue, sheet } = await start();
      if (turn !== this.#turn) return;
      this.shadowRoot.adoptedStyleSheets = [baseSheet, sheet];
      this.#handle = glue.mount(this.shadowRoot, this.#options());
    } catch (error) {
      if (turn === this.#turn && !onError({ error })) this.#fail(error);
    }
  }
  #stop() {
    this.#turn++;
    this.#abort?.abort();
    const handle = this.#handle;
    this.#handle = undefined;
    try { handle?.unmount(); } catch { /* A crashed instance cannot tidy up; its nodes go here. */ }
    this.shadowRoot.replaceChildren();
    this.#frame?.close();
    this.#frame = this.#order = undefined;
  }
  #call(name, ...values) {
    try { this.#handle?.[name](...values); } catch (error) { if (!onError({ error })) throw error; }
  }
  #fail({ code = 'crashed', message, header }) {
    this.#stop();
    const slot = Object.assign(document.createElement('slot'), { name: 'fallback' });
    const isPortuguese = /^pt/i.test(this.locale || document.documentElement.lang);
    slot.textContent = isPortuguese ? 'O pagamento não pôde ser aberto neste navegador.' : 'The payment could not be opened in this browser.';
    this.shadowRoot.append(slot);
    this.#emit('umclique-error', { code, message, ...(header && { header }) });
  }
}
for (const name of UmcliqueCheckout.observedAttributes) {
  Object.defineProperty(UmcliqueCheckout.prototype, name, {
    get() { return this.getAttribute(name) ?? ''; },
    set(value) { if (value == null || value === '') this.removeAttribute(name); else this.setAttribute(name, value); },
    configurable: true, enumerable: true,
  });
}

/** Makes an element inside `target`, for pages that would rather call a function. */
export function mount(target, { on = {}, ...properties } = {}) {
  const element = Object.assign(document.createElement('umclique-checkout'), properties);
  for (const [name, handler] of Object.entries(on)) element.addEventListener(`umclique-${name}`, handler);
  target.append(element);
  const update = (changes) => void Object.assign(element, changes);
  return { element, update, submit: () => element.submit(), reload: () => element.reload(), unmount: () => element.remove() };
}

if (IN_BROWSER) {
  load();
  if (!customElements.get('umclique-checkout')) customElements.define('umclique-checkout', UmcliqueCheckout);
}
