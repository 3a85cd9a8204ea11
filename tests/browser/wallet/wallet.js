// The tab, as the wallet's tests want it: goes nowhere and writes down where it would have gone; and what a window may lack.
// Used by tests/browser/wallet/mod.rs only.

const real = { setItem: Storage.prototype.setItem, href: location.href };
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
  Storage.prototype.setItem = real.setItem;
  delete crypto.subtle;
  sessionStorage.clear();
  history.replaceState(null, '', real.href);
}
