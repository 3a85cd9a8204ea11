// The server, as the browser tests want it: answers scripted calls, keeps streams open, and counts what is left behind.
// Used by tests/browser/fake.rs only.

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
