// April's own frame on a shop's page. Loaded by umclique.js for the first buyer who picks April, and told what to do by the component.
// It decides nothing: it says what April's script did. April's documents say neither when a callback stops coming nor what an error looks
// like, so a callback may come never, twice or late, with anything in it, and a function may be missing or throw.
// Sources: April "checkout integration", and April's WooCommerce plugin 1.0.3.

const HOST = 'checkout-v3.au.meetapril.io'; // The documented one; a shop names others in `script-hosts`.
const LOAD_MS = 15000;
const SLOT = 'umclique-widget'; // In the element's own shadow root.
let policy, wanted, loading;

const broken = (why, message) => Object.assign(new Error(message), { why });

// Trusted Types: one policy for the page, which passes the one address that was just looked at.
function trusted(url) {
  const createScriptURL = (given) => { if (given === wanted) return given; throw new TypeError(`${given} is not April's script`); };
  policy ??= globalThis.trustedTypes?.createPolicy('umclique', { createScriptURL });
  return policy?.createScriptURL(url) ?? url;
}

function insert(url, integrity) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), integrity && { integrity, crossOrigin: 'anonymous' });
    script.src = trusted(url);
    const end = () => {
      clearTimeout(timer);
      script.onload = script.onerror = null;
      if (globalThis.AprilCheckout) return resolve();
      script.remove();
      reject(broken('script', `${url} did not bring AprilCheckout`));
    };
    const timer = setTimeout(end, LOAD_MS);
    script.onload = script.onerror = end;
    document.head.append(script);
  });
}

// Once per page, and not at all where the shop wrote the tag itself. A failure is forgotten, so that another try is one.
async function load(url, integrity, hosts) {
  if (globalThis.AprilCheckout) return;
  const { protocol, host, hostname } = new URL(url);
  const isSafe = protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  if (!isSafe || ![HOST, ...hosts.split(/[\s,]+/)].includes(host)) throw broken('blocked', `script-hosts does not name ${host}`);
  wanted = url;
  await (loading ??= insert(url, integrity).finally(() => { loading = undefined; }));
}

// April looks for its element with `getElementById`, which does not see into shadow roots. So the element is a child of the outermost host,
// in the light, and each shadow root on the way in shows it by a slot.
function makePlace(host) {
  const box = document.createElement('div');
  box.id = `umclique-widget-${crypto.getRandomValues(new Uint32Array(2)).join('')}`;
  box.slot = SLOT;
  const nodes = [box];
  let outermost = host, isReached = true;
  for (let root = host.getRootNode(); root instanceof ShadowRoot; root = outermost.getRootNode()) {
    const slot = Object.assign(document.createElement('slot'), { name: box.id, slot: box.slot });
    outermost.append(slot);
    nodes.push(slot);
    isReached &&= root.slotAssignment !== 'manual'; // There only its own script fills slots.
    box.slot = box.id;
    outermost = root.host;
  }
  outermost.append(box);
  isReached &&= document.getElementById(box.id) === box;
  return { box, isReached, remove: () => nodes.forEach((node) => node.remove()) };
}

// Our accent as the browser computed it, in the only way to write a color that April documents.
function accent(host) {
  const drawn = host.shadowRoot?.querySelector('.glyph');
  const parts = drawn && /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(drawn).color);
  return parts?.slice(1).reduce((text, part) => text + Number(part).toString(16).padStart(2, '0'), '#');
}

/**
 * Puts up a frame for `host`. `order` is the component's: { round, mount, amount, currency, public_key, script_url, script_integrity?,
 * email?, phone?, first_name?, last_name?, hide_full_pay, hide_instalments, action?, say }. What happens is said as
 * { name: ready | failed | error | token | done | closed, round, mount, is_challenge?, token?, kind?, why? }, until it is closed.
 */
export function open(order, host, hosts) {
  const first = { round: order.round, mount: order.mount };
  const say = (name, about, more) => order.say?.({ name, ...about, ...more });
  const place = makePlace(host);
  const show = () => place.box.scrollIntoView({ block: 'nearest' });
  let checkout, challenge = order.action && { action: order.action, about: { ...first, is_challenge: true } };

  function showChallenge() {
    const { action, about } = challenge;
    try {
      show();
      checkout.handleThreeDSAuthorisationRequired(JSON.parse(action), () => say('done', about), () => say('closed', about));
      say('ready', about);
    } catch { say('failed', about); }
  }
  function takeToken(token, data) {
    if (typeof token !== 'string' || !token) return say('error', first);
    const kind = data?.paymentMethodType;
    say('token', first, { token, ...(typeof kind === 'string' && { kind }) });
  }
  async function start() {
    if (!place.isReached) throw broken('place', 'no place in the light for April');
    await load(order.script_url, order.script_integrity, hosts ?? '').catch((error) => { throw broken(error.why ?? 'blocked', error.message); });
    if (!order.say) return;
    const script = globalThis.AprilCheckout;
    checkout = script.createCheckout?.() ?? script; // Only what is made so can be there several times on one page.
    checkout.errorHandler?.(() => say('error', first));
    checkout.eventHandler?.((event) => { if (order.say && event?.eventName === 'april_card_3DS_pending') show(); });
    checkout.init({
      publicKey: order.public_key, paymentToken: takeToken, email: order.email, phone: order.phone,
      customerFirstName: order.first_name, customerLastName: order.last_name,
      hideFullPayOption: order.hide_full_pay, hidePayLaterOption: order.hide_instalments,
      preventWalletSubmit: true, // The buyer presses our button, whatever made the token.
    });
    checkout.render({
      elementId: place.box.id, amount: order.amount, currency: order.currency, paymentType: order.hide_full_pay ? 'payplan' : 'paycard',
      showPayNow: false, showPayPlanSubmit: false, primaryColor: accent(host),
    });
    if (challenge) showChallenge(); else say('ready', first);
  }
  start().catch((error) => say('failed', challenge?.about ?? first, { why: error.why }));

  return {
    submit() { try { checkout.submit(); } catch { say('error', first); } },
    challenge(action, round, mount) {
      challenge = { action, about: { round, mount, is_challenge: true } };
      if (checkout) showChallenge(); // Else it is shown as soon as the frame stands.
    },
    close() {
      order.say = undefined;
      place.remove();
    },
  };
}
