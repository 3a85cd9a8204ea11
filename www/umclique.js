// The custom element <umclique-checkout>: a shadow root with a <div> for the WebAssembly, and properties for the page. Loaded by
// shop pages. Knows nothing of payments, keeps no secret in an attribute, and does nothing when imported outside of a browser.

import { live, load, loadDrawer, onError, start, trouble } from './load.js';

const IN_BROWSER = typeof document === 'object' && typeof customElements === 'object';
const BASE = ':host{display:block;min-height:var(--umclique-min-height,360px)}:host([hidden]){display:none}';
let baseSheet;
const watchErrors = (how) => ['error', 'unhandledrejection'].forEach((name) => globalThis[how](name, onError));

export class UmcliqueCheckout extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = ['server', 'locale', 'theme'];
  #session = null; #handle; #first; #abort; #grace; #isQueued = false; #turn = 0;

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
    if (live.has(this)) return;
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
  attributeChangedCallback(name) { if (name !== 'theme') this.#changed(); }

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
    return { session: this.#session, server: this.server, locale: this.locale, first, drawer: loadDrawer, emit: (name, detail) => this.#emit(name, detail) };
  }
  async #start() {
    this.#stop();
    const turn = this.#turn;
    this.#ask();
    try {
      const { mount, sheet } = await start();
      if (turn !== this.#turn) return;
      const box = document.createElement('div');
      this.shadowRoot.adoptedStyleSheets = [baseSheet, sheet];
      this.shadowRoot.append(box);
      this.#handle = mount(box, this.#options());
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
