// Going to a provider's page in this tab, and coming back. Loaded by umclique.js for the first buyer who goes there or comes from there, and
// told what to do by the component. It decides nothing about money: it keeps the nonce of a consent (`sessionStorage`, so of this tab only),
// reads the address that the buyer came back to, and cleans it. The nonce never leaves the browser before the buyer is back.

/** Where this page goes; tests put their own functions here. */
export const page = {
  assign: (url) => location.assign(url),
  replace: (url) => location.replace(url),
  isFramed: () => window.top !== window,
};
const WAIT_MS = 500; // A page sets `server` together with `session`, and perhaps a little later than the element.
const nonces = new Map(); // By idempotency key: a press that is sent again has the nonce that it had.
const heard = new WeakSet();
let hop;

const hex = (bytes) => [...bytes].reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
const nameOf = (session) => `umclique:${session}`;
function kept(session) {
  try { return sessionStorage.getItem(nameOf(session)) ?? undefined; } catch { return undefined; }
}
const drop = (session) => { try { sessionStorage.removeItem(nameOf(session)); } catch { /* Where nothing can be kept, nothing is. */ } };

// What this page's address says of a visit, if it can be ours.
function address() {
  const query = new URLSearchParams(location.search);
  const [session, code] = [query.get('umclique_session'), query.get('umclique_return')];
  if (!/^cs_[0-9A-Za-z]{8,64}$/.test(session)) return {};
  return { session, code: /^[\w-]{16,64}$/.test(code) ? code : undefined };
}
// The shop's own parameters stay byte for byte.
function clean() {
  const url = new URL(location.href);
  const pairs = url.search.slice(1).split('&').filter((pair) => !/^umclique_(session|return)=/.test(pair));
  url.search = pairs.join('&');
  history.replaceState(history.state, '', url);
}

// An answer was taken once its session asks for nothing any more; a nonce is of no use once its session is over.
function listen(element) {
  if (heard.has(element)) return;
  heard.add(element);
  element.addEventListener('umclique-change', ({ detail: { session, status } }) => {
    if (status !== 'requires_action' && session === address().session) clean();
    if (/^(succeeded|requires_capture|canceled|expired)$/.test(status)) drop(session);
  });
}

/** The SHA-256 of the nonce that one press keeps, in hex. Nothing where this window cannot keep one, or cannot go there and come back. */
export async function begin(element, session, key) {
  const nonce = nonces.get(key) ?? hex(crypto.getRandomValues(new Uint8Array(16)));
  nonces.set(key, nonce);
  listen(element);
  try {
    if (page.isFramed()) return undefined; // Providers let nobody frame the page where buyers sign in.
    sessionStorage.setItem(nameOf(session), nonce);
    // Only secure pages have it.
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(nonce))));
  } catch { return undefined; }
}

/** Goes to `url`; without one, what the buyer brought back: { code, nonce }, or nothing. { is_useless } where nobody could come back. */
export async function visit(element, session, url) {
  listen(element);
  const nonce = kept(session);
  if (!url) return nonce && address().session === session && address().code ? { code: address().code, nonce } : undefined;
  if (!nonce) return { is_useless: true };
  page.assign(url);
}

/**
 * The page was opened by an address of a visit. In the browser that went, the element goes on by itself. Where the nonce is not, as in
 * the browser that a provider's app opens, the server's own page asks its buyer.
 */
export function arrive(element) {
  const { session, code } = address();
  if (!session) return;
  listen(element);
  clearTimeout(hop);
  if (!code) {
    // There was no consent, or it was brought back before: with this nonce, none can follow.
    drop(session);
    clean();
  } else if (!kept(session)) {
    const go = () => page.replace(`${element.server.replace(/\/+$/, '')}/v1/checkout_sessions/${session}/return?umclique_return=${code}`);
    if (element.session || element.server) go();
    else hop = setTimeout(go, WAIT_MS);
  }
}
