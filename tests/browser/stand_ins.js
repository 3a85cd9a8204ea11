// What the browser tests put in place of the world. One file for all of them: the server of wasm-bindgen's test runner leaves a
// request without an answer where a browser asks for more than four files at once.

// The server: answers scripted calls, keeps streams open, and counts what is left behind. Used by fake.rs only.

const real = { fetch: window.fetch, setTimeout: window.setTimeout, clearTimeout: window.clearTimeout };
let now, calls, streams, refusals, held, timers, listeners, urls;

const json = (value, status = 200) => new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
const turn = () => new Promise((resume) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => { port1.close(); resume(); }; port2.postMessage(0); });

export function install(session) {
  now = JSON.parse(session);
  calls = []; streams = new Set(); refusals = []; held = []; timers = new Map(); listeners = []; urls = new Set();
  window.fetch = answer;
  window.setTimeout = (callback, wait_ms, ...values) => {
    const run = () => { timers.delete(id); callback(...values); };
    const id = real.setTimeout.call(window, run, wait_ms);
    timers.set(id, { run, wait_ms });
    return id;
  };
  window.clearTimeout = (id) => { timers.delete(id); real.clearTimeout.call(window, id); };
  for (const target of [window, document]) {
    target.addEventListener = function (...values) { listeners.push(values); return EventTarget.prototype.addEventListener.apply(this, values); };
    // Only what was added here counts: the page of the test before may still be leaving.
    target.removeEventListener = function (...values) {
      const known = listeners.findIndex(([name, handle]) => name === values[0] && handle === values[1]);
      if (known >= 0) listeners.splice(known, 1);
      return EventTarget.prototype.removeEventListener.apply(this, values);
    };
  }
  URL.createObjectURL = () => { const url = `blob:fake/${urls.size}`; urls.add(url); return url; };
  URL.revokeObjectURL = (url) => urls.delete(url);
}

export function uninstall() {
  Object.assign(window, real);
  for (const target of [window, document]) { delete target.addEventListener; delete target.removeEventListener; }
}

async function answer(request) {
  const { pathname, search } = new URL(request.url);
  const kind = pathname.split('/').slice(4).join('/') || 'session';
  const body = request.method === 'POST' ? await request.clone().text() : '';
  calls.push({ call: `${request.method} ${kind}${search}`, key: request.headers.get('idempotency-key') ?? '', id: pathname.split('/')[3],
    authorization: request.headers.get('authorization'), body });
  const refusal = refusals.findIndex(([call]) => call === kind);
  if (refusal >= 0) {
    const [, status, problem] = refusals.splice(refusal, 1)[0];
    if (status === 0) throw new TypeError('Failed to fetch');
    if (status === 1) return new Promise((resolve) => held.push(() => resolve(json(now))));
    return json(JSON.parse(problem), status);
  }
  const wants_stream = kind === 'status' && request.headers.get('accept') === 'text/event-stream';
  return wants_stream ? stream(request.signal) : json(now);
}

function stream(signal) {
  let push;
  const body = new ReadableStream({
    start(controller) {
      const encoder = new TextEncoder();
      push = (view) => controller.enqueue(encoder.encode(`event: session\nid: ${view.version}\ndata: ${JSON.stringify(view)}\n\n`));
      streams.add(push);
      push(now);
      signal.addEventListener('abort', () => { if (streams.delete(push)) controller.error(new DOMException('aborted', 'AbortError')); });
    },
    cancel() { streams.delete(push); },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

export const say = (session) => { now = JSON.parse(session); };
export const push = (session) => { now = JSON.parse(session); for (const send of streams) send(now); };
// 0 breaks the connection, 1 holds the answer back until release().
export const refuse = (call, status, problem) => { refusals.push([call, status, problem]); };
export const release = () => { for (const go of held.splice(0)) go(); };
export const made = (call) => calls.filter((each) => each.call === call).length;
export const last = (call, member) => calls.findLast((each) => each.call === call)?.[member] ?? '';
export const keys = (call) => new Set(calls.filter((each) => each.call === call).map((each) => each.key)).size;
export const left = () => [streams.size, timers.size, listeners.length, urls.size].join(' ');
export const streams_open = () => streams.size;
export const urls_open = () => urls.size;
// Lets the timers of exactly this length run out now.
export function run_out(wait_ms) {
  const due = [...timers].filter(([, timer]) => timer.wait_ms === wait_ms);
  for (const [id, { run }] of due) { real.clearTimeout.call(window, id); run(); }
  return due.length;
}
export const next_turn = () => turn();
export const fire = (target, name) => { (target === 'window' ? window : document).dispatchEvent(new Event(name)); };
// As from the browser's memory of pages that were left.
export const fire_shown_again = () => { window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); };

// April's script: it does what it is told and writes down what it was asked. Used by april/mod.rs only.

let instances = [], scripts = [], append;

const make = (mode) => {
  const self = { handlers: {}, submits: 0, challenges: [] };
  instances.push(self);
  const checkout = {
    init(options) {
      self.options = options;
      if (mode === 'error-before-render') self.handlers.error({ message: 'the key was rejected' });
    },
    render(options) {
      if (mode === 'throws') throw new Error('render');
      self.place = document.getElementById(options.elementId);
      self.rendered = options;
      self.place.replaceChildren(Object.assign(document.createElement('iframe'), { title: 'Card form' }));
    },
    submit() { self.submits += 1; },
    errorHandler(handle) { self.handlers.error = handle; },
    eventHandler(handle) { self.handlers.event = handle; },
    handleThreeDSAuthorisationRequired(action, done, error) {
      self.challenges.push({ action, done, error });
      self.handlers.event?.({ eventName: 'april_card_3DS_pending' });
    },
  };
  if (mode === 'bare') for (const name of ['errorHandler', 'eventHandler', 'submit', 'handleThreeDSAuthorisationRequired']) delete checkout[name];
  return checkout;
};

export function bring(mode) {
  instances = [];
  const script = make(mode);
  if (mode !== 'bare') Object.assign(script, { createCheckout: () => make(mode) });
  instances = mode === 'bare' ? instances : []; // With a factory, the script's own object is no checkout.
  window.AprilCheckout = script;
}
export function take_away() { delete window.AprilCheckout; instances = []; }

// Scripts are not fetched: a test says what became of each.
export function hold_scripts() {
  scripts = [];
  append = document.head.append;
  document.head.append = (...nodes) => { for (const node of nodes) if (node.tagName === 'SCRIPT') scripts.push(node); };
}
export function free_scripts() { if (append) delete document.head.append; append = undefined; take_away(); }
export const scripts_asked = () => scripts.length;
export const script = (name) => scripts.at(-1)?.[name] ?? '';
export function script_ends(how) {
  const last = scripts.at(-1);
  if (how === 'here') bring('');
  if (how === '404') last.onerror?.(new Event('error'));
  else last.onload?.(new Event('load'));
}

export const checkouts = () => instances.length;
export const submits = (nth) => instances[nth]?.submits ?? 0;
export const option = (nth, name) => JSON.stringify({ ...instances[nth]?.options, ...instances[nth]?.rendered }[name]) ?? '';
export const challenge = (nth, round) => JSON.stringify(instances[nth]?.challenges[round]?.action) ?? '';
export const token = (nth, token, kind) => instances[nth].options.paymentToken(token, kind ? { paymentMethodType: kind } : undefined);
export const challenge_ends = (nth, round, is_done) => {
  const { done, error } = instances[nth].challenges[round];
  if (is_done) done(); else error('the buyer closed it');
};
const errors = {
  text: 'no', nothing: undefined, object: { message: 'no' }, number: 7,
  hostile: { get message() { throw new Error('hostile'); }, toString() { throw new Error('hostile'); } },
};
export const error = (nth, kind) => instances[nth].handlers.error(errors[kind]);
export const place_of = (nth) => instances[nth]?.place?.id ?? '';

// The tab: goes nowhere and writes down where it would have gone; and what a window may lack. Used by wallet/mod.rs only.

const tab = { setItem: Storage.prototype.setItem, href: location.href };
let gone;

export function watch(page) {
  gone = [];
  page.assign = (url) => gone.push(`assign ${url}`);
  page.replace = (url) => gone.push(`replace ${url}`);
  page.isFramed = () => false;
}
export const went = () => gone.join(' ');
export const open_at = (query) => history.replaceState({ of: 'the shop' }, '', query);
export const address = () => location.search + location.hash + (history.state?.of ? '' : ' without its state');
export const nonce = (session) => sessionStorage.getItem(`umclique:${session}`) ?? '';
export const keep = (session, nonce) => sessionStorage.setItem(`umclique:${session}`, nonce);
export async function sha256(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
export function lack(page, what) {
  if (what === 'storage') Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); };
  if (what === 'subtle') Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
  if (what === 'top') page.isFramed = () => true;
}
export function leave() {
  Storage.prototype.setItem = tab.setItem;
  delete crypto.subtle;
  sessionStorage.clear();
  history.replaceState(null, '', tab.href);
}
