// The custom element <umclique-checkout>: loads the WebAssembly beside this file and hands it a <div> in a shadow root.
// Loaded by shop pages. Holds no logic of payments, keeps no secret in an attribute, and importing it in Node does nothing.

const INTEGRITY = {}; // `cargo xtask package` writes here the SHA-384 of each file below.
const WASM = 'umclique_wasm_bg.wasm', GLUE = 'umclique_wasm.js', CSS = 'umclique.css';
const IN_BROWSER = typeof document === 'object' && typeof customElements === 'object';
const CSP = "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'";
const RESTARTS = 2;

const trouble = (code, message, more) => Object.assign(new Error(message), { code, ...more });
const at = (name) => new URL(name, import.meta.url).href;

async function twiceMore(load) {
  for (let tries = 0; ; tries++) {
    try {
      return await load(tries);
    } catch (error) {
      if (tries === 2 || error.code) throw error.code ? error : trouble('network', `${error.message ?? error}`);
      await new Promise((resume) => setTimeout(resume, 400 << tries));
    }
  }
}

const get = (name) => twiceMore(async () => {
  const response = await fetch(at(name), { integrity: INTEGRITY[name] ?? '' });
  if (!response.ok) throw new Error(`${at(name)} answered ${response.status}`);
  return response;
});

// The smallest module there is: a page that may not compile it may not compile ours.
function mayCompile() {
  try {
    return !!new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    return false;
  }
}

async function compile() {
  if (typeof WebAssembly !== 'object') throw trouble('wasm-unsupported', 'this browser has no WebAssembly (iOS Lockdown Mode removes it)');
  const response = await get(WASM);
  const isTyped = response.headers.get('content-type')?.startsWith('application/wasm');
  try {
    return await (isTyped ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then((bytes) => WebAssembly.compile(bytes)));
  } catch (error) {
    if (mayCompile()) throw error;
    throw trouble('csp-blocked', `WebAssembly needs 'wasm-unsafe-eval' in script-src: ${CSP}`, { header: CSP });
  }
}

// One instance serves every element of the page. After a crash, the glue is imported anew under another query, because its
// state is the module's; the compiled WebAssembly is used again.
let generation = 0, parts, started;
const importGlue = () => twiceMore((tries) => import(`${at(GLUE)}${generation || tries ? `?${generation}${tries ? `.${tries}` : ''}` : ''}`));
const loadSheet = async () => new CSSStyleSheet().replace(await (await get(CSS)).text());
function load() {
  parts ??= { module: compile(), sheet: loadSheet(), glue: importGlue() };
  for (const part of Object.values(parts)) part.catch(() => {});
  return parts;
}
function start() {
  started ??= (async () => {
    const [module, sheet, glue] = await Promise.all(Object.values(load()));
    await glue.default({ module_or_path: module });
    return { mount: glue.mount, sheet };
  })();
  return started.catch((error) => {
    parts = started = undefined;
    throw error;
  });
}

const BASE = ':host{display:block;min-height:var(--umclique-min-height,360px)}:host([hidden]){display:none}';
const baseSheet = IN_BROWSER && new CSSStyleSheet();
if (IN_BROWSER) baseSheet.replaceSync(BASE);
const live = new Set();

export class UmcliqueCheckout extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = ['server', 'locale', 'theme'];
  #session = null; #handle; #first; #abort; #grace; #isQueued = false; #turn = 0;

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [baseSheet];
  }

  // A framework that moves or re-mounts an element takes it out and puts it back within one task.
  connectedCallback() {
    clearTimeout(this.#grace);
    for (const name of ['session', 'server', 'locale', 'theme']) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    if (live.has(this)) return;
    if (!live.size) for (const name of ['error', 'unhandledrejection']) addEventListener(name, UmcliqueCheckout.#onError);
    live.add(this);
    this.#start();
  }
  disconnectedCallback() {
    this.#grace = setTimeout(() => this.#leave());
  }
  attributeChangedCallback(name) {
    if (name !== 'theme') this.#changed();
  }

  get session() { return this.#session; }
  set session(value) {
    const { id, client_secret } = value ?? {};
    if (id === this.#session?.id && client_secret === this.#session?.client_secret) return;
    const isUsable = /^cs_[0-9A-Za-z]{8,}$/.test(id) && typeof client_secret === 'string' && client_secret !== '';
    if (value && !isUsable) this.#emit('umclique-error', { code: 'bad-session', message: "session must be the server's JSON: { id, client_secret }" });
    this.#session = isUsable ? { id, client_secret } : null;
    this.#changed();
  }
  get server() { return this.getAttribute('server') ?? ''; }
  set server(value) { this.#reflect('server', value); }
  get locale() { return this.getAttribute('locale') ?? ''; }
  set locale(value) { this.#reflect('locale', value); }
  get theme() { return this.getAttribute('theme') ?? 'auto'; }
  set theme(value) { this.#reflect('theme', value); }

  submit() { this.#call('submit'); }
  reload() {
    if (this.#handle) this.#call('reload');
    else if (live.has(this)) this.#start();
  }

  #reflect(name, value) {
    if (value == null || value === '') this.removeAttribute(name);
    else if (this.getAttribute(name) !== String(value)) this.setAttribute(name, value);
  }
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
  // Properties are set one by one; what they mean together is looked at once.
  #changed() {
    if (this.#isQueued || !live.has(this)) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      this.#isQueued = false;
      if (this.#handle) this.#call('update', this.#options());
      else this.#prefetch();
    });
  }
  // The session is asked for while the WebAssembly is still on its way; a failure is only a reason to ask again from there.
  #prefetch() {
    this.#abort?.abort();
    this.#first = undefined;
    if (!this.#session) return;
    this.#abort = new AbortController();
    const { id, client_secret } = this.#session;
    const headers = { accept: 'application/json', authorization: `Bearer ${client_secret}` };
    const asked = fetch(`${this.server.replace(/\/+$/, '')}/v1/checkout_sessions/${id}`, { headers, signal: this.#abort.signal });
    this.#first = asked.then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  }
  #options() {
    const first = this.#first;
    this.#first = undefined;
    return { session: this.#session, server: this.server, locale: this.locale, first, emit: (name, detail) => this.#emit(name, detail) };
  }
  async #start() {
    const turn = ++this.#turn;
    this.#prefetch();
    try {
      const { mount, sheet } = await start();
      if (turn !== this.#turn) return;
      const box = document.createElement('div');
      this.shadowRoot.adoptedStyleSheets = [baseSheet, sheet];
      this.shadowRoot.replaceChildren(box);
      this.#handle = mount(box, this.#options());
    } catch (error) {
      if (turn === this.#turn && !UmcliqueCheckout.#onError({ error })) this.#fail(error);
    }
  }
  #stop() {
    this.#turn++;
    this.#abort?.abort();
    const handle = this.#handle;
    this.#handle = undefined;
    try {
      handle?.unmount();
    } catch { /* A crashed instance cannot tidy up; its nodes are dropped below. */ }
    this.shadowRoot.replaceChildren();
  }
  #leave() {
    this.#stop();
    live.delete(this);
    if (!live.size) for (const name of ['error', 'unhandledrejection']) removeEventListener(name, UmcliqueCheckout.#onError);
  }
  #call(name, ...values) {
    try {
      this.#handle?.[name](...values);
    } catch (error) {
      if (!UmcliqueCheckout.#onError({ error })) throw error;
    }
  }
  #fail(error) {
    this.#stop();
    const slot = document.createElement('slot');
    slot.name = 'fallback';
    slot.textContent = /^pt/i.test(this.locale || document.documentElement.lang) ? 'O pagamento não pôde ser aberto neste navegador.' : 'The payment could not be opened in this browser.';
    this.shadowRoot.replaceChildren(slot);
    this.#emit('umclique-error', { code: error.code ?? 'crashed', message: error.message, ...(error.header && { header: error.header }) });
  }
  // A trap ends an instance for good: every element gets a new one and resumes from the server, at most twice.
  static #onError({ error, reason }) {
    const cause = error ?? reason;
    if (typeof WebAssembly !== 'object' || !(cause instanceof WebAssembly.RuntimeError)) return false;
    const [, from] = /umclique_wasm\.js\??(\d*)/.exec(cause.stack) ?? [, /umclique_wasm/.test(cause.stack) && String(generation)];
    if (from === false || Number(from) !== generation) return from !== false;
    generation++;
    started = undefined;
    if (parts) parts.glue = importGlue();
    for (const element of live) {
      element.#stop();
      if (generation > RESTARTS) element.#fail(trouble('crashed', 'the checkout stopped three times; the session is safe with the server'));
      else element.#start();
    }
    return true;
  }
}

// Makes an element inside `target`: for pages that would rather call a function.
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
